# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessDebtEntry(models.AbstractModel):
    """What a customer says about money that it owes: a promise, a dispute.

    Who collects writes it down; who leads the team, and does not collect, decides.
    """

    _name = "sales.process.debt.entry"
    _description = "Entry About a Debt"
    _inherit = ["sales.process.matter", "sales.process.guard"]
    _text_limits = {"note": texts.NOTE_LENGTH}
    _personal_names = ("name",)
    _personal_texts = ("note",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        required=True,
        index=True,
        ondelete="cascade",
        help="The period of responsibility in which the debt was made.",
    )
    chase_id = fields.Many2one(
        "sales.process.chase",
        string="Chased Invoice",
        index="btree_not_null",
        ondelete="set null",
    )
    money_id = fields.Many2one(
        "sales.process.money", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    invoice = fields.Char(related="move_id.name", string="Invoice")
    user_id = fields.Many2one(
        "res.users",
        string="Collected By",
        readonly=True,
        index="btree_not_null",
        help="Who signed the customer, and collects.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    can_lead = fields.Boolean(
        compute="_compute_can_lead", help="Whether you lead the team of this customer."
    )

    @api.depends_context("uid")
    @api.depends("team_id.user_id", "user_id")
    def _compute_can_lead(self):
        for entry in self:
            entry.can_lead = entry._may_decide(self.env.user)

    def _check_decider(self):
        """Refuse who does not lead the customer and the team, or collects this money.

        :raise AccessError: one sentence
        """
        self.check_access("read")
        # sudo: whether somebody leads a team does not depend on reading it
        self.ownership_id.sudo().with_env(self.env)._check_decider()
        return super()._check_decider()

    def _get_people(self):
        """Whom a decision concerns: who signed, and who chases.

        :return: res.users
        """
        return self.ownership_id.user_id | self.user_id
