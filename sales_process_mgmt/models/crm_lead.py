# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Ownership",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
        help="The period of responsibility this lead belongs to. A closed lead keeps "
        "the period in which it closed.",
    )
    process_mode = fields.Selection(related="team_id.process_mode")
    followup_deadline = fields.Datetime(
        compute="_compute_followup_dates",
        store=True,
        index="btree_not_null",
        help="The last second at which the customer still belongs to its owner.",
    )
    date_last_contact = fields.Datetime(
        string="Last Contact",
        compute="_compute_followup_dates",
        store=True,
        index="btree_not_null",
        help="The last contact with the customer that counts.",
    )
    ownership_pending = fields.Boolean(
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The lead waits for the scheduled action that finds its owner.",
    )
    process_into_pool = fields.Boolean(
        string="Into the Pool",
        copy=False,
        help="A new customer without salesperson goes straight into the pool of the "
        "team, not to the salesperson on duty.",
    )
    wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
    )

    @api.depends(
        "ownership_id.date_deadline",
        "ownership_id.date_last_contact",
        "ownership_id.state",
        "won_status",
    )
    def _compute_followup_dates(self):
        for lead in self:
            ownership = lead.ownership_id
            lead.date_last_contact = ownership.date_last_contact
            lead.followup_deadline = (
                ownership.date_deadline
                if ownership.state == "open" and lead.won_status == "pending"
                else False
            )
