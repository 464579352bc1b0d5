# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessOwnership(models.Model):
    _name = "sales.process.ownership"
    _description = "Customer Ownership"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Customer", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index="btree_not_null",
        readonly=True,
        help="The salesperson responsible for the customer. Empty in the pool.",
    )
    team_id = fields.Many2one("crm.team", index=True, readonly=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    process_mode = fields.Selection(related="team_id.process_mode")
    partner_id = fields.Many2one(
        "res.partner", string="Contact", index="btree_not_null", readonly=True
    )
    lead_ids = fields.One2many("crm.lead", "ownership_id", string="Leads")
    key_ids = fields.One2many(
        "sales.process.ownership.key", "ownership_id", string="Contact Details"
    )
    collaborator_ids = fields.Many2many(
        "res.users",
        "sales_process_ownership_collaborator_rel",
        "ownership_id",
        "user_id",
        string="Helpers",
        readonly=True,
        help="Colleagues invited to work the customer. They do not own it.",
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade", index="btree_not_null", string="Grade"
    )

    date_start = fields.Datetime(readonly=True, required=True, index=True)
    date_end = fields.Datetime(readonly=True, index="btree_not_null")
    state = fields.Selection(
        [("open", "Owned"), ("pool", "In the Pool"), ("ended", "Ended")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    phase = fields.Selection(
        [("pursuing", "Pursuing"), ("signed", "Signed"), ("served", "Served")],
        default="pursuing",
        required=True,
        readonly=True,
        help="Pursuing: the timer runs. Signed: no timer, there is money to collect. "
        "Served: the customer has paid, the owner stays responsible on the revisit "
        "cycle.",
    )
    origin = fields.Selection(
        [
            ("reception", "Reception"),
            ("hotline", "Hotline"),
            ("lead", "Lead"),
            ("import", "Import"),
            ("backfill", "Before Installation"),
            ("release", "Release"),
            ("transfer", "Transfer"),
            ("pool", "Pool"),
        ],
        default="lead",
        required=True,
        readonly=True,
        help="How the owner received the customer.",
    )
    end_reason = fields.Selection(
        [
            ("paid", "Paid"),
            ("signed", "Signed"),
            ("lost", "Lost"),
            ("expired", "Expired"),
            ("transferred", "Transferred"),
            ("released", "Given Up"),
            ("merged", "Merged"),
            ("owner_archived", "Owner Left"),
        ],
        readonly=True,
        index="btree_not_null",
    )
    end_note = fields.Char(
        string="Reason", readonly=True, help="Why the period ended, in words."
    )
    date_last_contact = fields.Datetime(
        string="Last Contact",
        readonly=True,
        help="The last contact with the customer that counts.",
    )
    date_deadline = fields.Datetime(
        string="Deadline",
        readonly=True,
        help="The last second at which the customer still belongs to its owner.",
    )
    deadline_kind = fields.Selection(
        [
            ("contact", "Follow-Up Period"),
            ("agreed", "Agreed Date"),
            ("max_hold", "Maximum Holding Time"),
        ],
        readonly=True,
        help="What sets the deadline.",
    )
    date_agreed = fields.Date(
        string="Agreed Contact",
        readonly=True,
        help="The next contact agreed with the customer, a day in the owner's time "
        "zone.",
    )
    extension_count = fields.Integer(
        string="Agreed Dates in a Row",
        readonly=True,
        help="How many agreed dates in a row have moved the deadline.",
    )
    previous_id = fields.Many2one(
        "sales.process.ownership",
        string="Period Before",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        "sales.process.ownership", "previous_id", string="Periods After"
    )
    lapse_count = fields.Integer(
        string="Owners That Let Go",
        readonly=True,
        help="How many owners in a row let this customer go or gave it up.",
    )
    is_dormant = fields.Boolean(
        string="Dormant",
        readonly=True,
        help="Too many owners in a row let the customer go. It rests in the pool.",
    )
    is_frozen = fields.Boolean(
        string="Do Not Contact",
        readonly=True,
        help="The customer does not want to be contacted. No timer, nobody takes it.",
    )
    date_revisit = fields.Date(
        string="Next Revisit",
        readonly=True,
        help="When a served customer should be visited again, from its grade.",
    )
    date_served_until = fields.Date(
        string="Served Until",
        readonly=True,
        help="The last day on which a customer that has paid keeps its owner.",
    )
