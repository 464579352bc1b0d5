# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessCommissionShare(models.Model):
    """What a person has of the commission of something signed."""

    _name = "sales.process.commission.share"
    _description = "Share of a Commission"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "agreement_id, id"

    agreement_id = fields.Many2one(
        "sales.process.commission.agreement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team",
        readonly=True,
        index="btree_not_null",
        help="The team in which the person sells, when it was signed.",
    )
    role = fields.Selection(
        [
            ("owner", "Owner"),
            ("helper", "Helper"),
            ("deputy", "Deputy"),
            ("previous", "Owner Before"),
            ("agreed", "As Agreed"),
        ],
        required=True,
        readonly=True,
    )
    percent = fields.Float(string="Share (%)", digits=(16, 4), readonly=True)

    _user_uniq = models.UniqueIndex(
        "(agreement_id, user_id)", "This person has a share already."
    )
