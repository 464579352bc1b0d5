# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..tools import labels


class SalesProcessFollowupReport(models.Model):
    """One row for each follow-up. The identifier is that of the follow-up."""

    _name = "sales.process.followup.report"
    _inherit = "sales.process.report.mixin"
    _description = "Follow-Up Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "followup_id"
    _depends = {
        "crm.team": ["process_parent_id"],
        "crm.lead": ["partner_id"],
        "sales.process.followup": [
            "channel",
            "company_id",
            "counts",
            "date",
            "duration",
            "is_same_day",
            "lead_id",
            "ownership_id",
            "rank",
            "source",
            "team_id",
            "user_id",
            "void_reason",
        ],
        "sales.process.ownership": ["root_id"],
    }

    followup_id = fields.Many2one("sales.process.followup", readonly=True)
    date = fields.Datetime(readonly=True, help="When the contact took place.")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    ownership_id = fields.Many2one("sales.process.ownership", readonly=True)
    channel = fields.Selection(
        lambda self: self._get_source_selection("channel"), readonly=True
    )
    source = fields.Selection(
        lambda self: self._get_source_selection("source"), readonly=True
    )
    counts = fields.Boolean(
        readonly=True, help="Whether the contact resets the follow-up timer."
    )
    is_contact = fields.Boolean(
        string="Was a Contact",
        readonly=True,
        help="The contact counts, or there is no owner whose timer it could reset. "
        "Repeated, empty, voided and undelivered ones are none. What one person does "
        "with one customer on one day by the same channel is one contact.",
    )
    rank = fields.Selection(
        lambda self: self._get_source_selection("rank"),
        string="Evidence",
        readonly=True,
    )
    void_reason = fields.Selection(
        lambda self: self._get_source_selection("void_reason"),
        string="Why It Does Not Count",
        readonly=True,
    )
    duration = fields.Float(readonly=True, help="How long the contact took, in hours.")
    customer_key = fields.Integer(
        string="Customers",
        readonly=True,
        aggregator="count_distinct",
        help="How many different customers were contacted. All leads of a customer, "
        "whoever owned it, are one.",
    )
    days_since_last = fields.Float(
        string="Days Since Last Contact",
        aggregator="avg",
        readonly=True,
        help="Days since the contact before it with the same customer under the same "
        "owner. Empty for the first one.",
    )

    def _get_source_selection(self, field_name):
        return list(
            labels.get_choices(self.env["sales.process.followup"], field_name).items()
        )

    @property
    def _table_query(self):
        return SQL("%s %s", self._select(), self._from())

    def _select(self):
        """The columns of the report; an addon adds its own.

        The contact before is a sub-select so that questions that do not need it do
        not pay for it.

        :return: SQL
        """
        return SQL(
            """
            SELECT followup.id AS id,
                   followup.id AS followup_id,
                   followup.date AS date,
                   followup.user_id AS user_id,
                   followup.team_id AS team_id,
                   team.process_parent_id AS region_id,
                   followup.company_id AS company_id,
                   followup.lead_id AS lead_id,
                   lead.partner_id AS partner_id,
                   followup.ownership_id AS ownership_id,
                   followup.channel AS channel,
                   followup.source AS source,
                   COALESCE(followup.counts, FALSE) AS counts,
                   (COALESCE(followup.counts, FALSE)
                    OR COALESCE(followup.void_reason, '') = 'no_owner')
                   AND followup.is_same_day IS NOT TRUE AS is_contact,
                   followup.rank AS rank,
                   followup.void_reason AS void_reason,
                   followup.duration AS duration,
                   COALESCE(ownership.root_id, ownership.id, -followup.lead_id)
                       AS customer_key,
                   CASE WHEN followup.counts THEN EXTRACT(EPOCH FROM (
                       followup.date - (
                           SELECT MAX(earlier.date)
                             FROM sales_process_followup earlier
                            WHERE earlier.ownership_id = followup.ownership_id
                              AND earlier.counts
                              AND earlier.date <= followup.date
                              AND (earlier.date, earlier.id)
                                  < (followup.date, followup.id)
                       )
                   )) / 86400.0 END AS days_since_last
            """
        )

    def _from(self):
        """The tables of the report; an addon joins its own.

        PostgreSQL leaves out those that a question does not need.

        :return: SQL
        """
        return SQL(
            """
              FROM sales_process_followup followup
         LEFT JOIN sales_process_ownership ownership
                ON ownership.id = followup.ownership_id
         LEFT JOIN crm_team team
                ON team.id = followup.team_id
         LEFT JOIN crm_lead lead
                ON lead.id = followup.lead_id
            """
        )
