# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessConflict(models.Model):
    _name = "sales.process.conflict"
    _description = "Customer Conflict"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Customer", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Tried By",
        index=True,
        readonly=True,
        help="Who tried to register or work the customer.",
    )
    lead_id = fields.Many2one(
        "crm.lead", index="btree_not_null", readonly=True, ondelete="set null"
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index=True,
        readonly=True,
        ondelete="set null",
        help="The ownership that stood when it happened.",
    )
    other_ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Second Ownership",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="Set where the contact details point at two owners.",
    )
    owner_id = fields.Many2one(
        "res.users", index="btree_not_null", readonly=True, string="Owner"
    )
    team_id = fields.Many2one("crm.team", index="btree_not_null", readonly=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    date = fields.Datetime(default=fields.Datetime.now, readonly=True, required=True)
    door = fields.Selection(
        [
            ("interactive", "By Hand"),
            ("gateway", "E-mail"),
            ("website", "Website or Application"),
            ("import", "Import"),
            ("cron", "Scheduled Action"),
            ("backfill", "First Installation"),
        ],
        default="interactive",
        readonly=True,
        help="Where the attempt came from.",
    )
    keys = fields.Char(
        string="Contact Details",
        readonly=True,
        help="The contact details that belong to the other ownership.",
    )
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")],
        default="open",
        required=True,
        index=True,
        tracking=True,
    )
    resolution = fields.Selection(
        [
            ("refused", "Refused"),
            ("routed", "Given to the Owner"),
            ("observed", "Only Observed"),
            ("helped", "Logged as Help"),
            ("kept", "Owner Kept"),
            ("transferred", "Transferred"),
            ("split", "Credit Split"),
            ("shared", "Contact Detail Identifies Nobody"),
        ],
        readonly=True,
        tracking=True,
        help="What became of the attempt.",
    )
    attempt_count = fields.Integer(default=1, readonly=True)
    note = fields.Text()
