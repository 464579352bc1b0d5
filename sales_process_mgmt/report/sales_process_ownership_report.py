# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..tools import labels


class SalesProcessOwnershipReport(models.Model):
    """One row for each period in which somebody, or the pool, held a customer.

    The identifier is that of the ownership.
    """

    _name = "sales.process.ownership.report"
    _inherit = "sales.process.report.mixin"
    _description = "Ownership Analysis"
    _auto = False
    _rec_name = "name"
    _order = "date_start desc, id desc"
    _depends = {
        "crm.team": ["process_parent_id"],
        "crm.lead": ["ownership_id", "won_status", "expected_revenue"],
        "sales.process.ownership": [
            "company_id",
            "date_end",
            "date_start",
            "end_reason",
            "lapse_count",
            "name",
            "origin",
            "partner_id",
            "phase",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.followup": ["counts", "date", "ownership_id"],
        "res.company": ["currency_id"],
    }

    ownership_id = fields.Many2one("sales.process.ownership", readonly=True)
    name = fields.Char(string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Owner", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    state = fields.Selection(
        lambda self: self._get_source_selection("state"), readonly=True
    )
    phase = fields.Selection(
        lambda self: self._get_source_selection("phase"), readonly=True
    )
    origin = fields.Selection(
        lambda self: self._get_source_selection("origin"), readonly=True
    )
    end_reason = fields.Selection(
        lambda self: self._get_source_selection("end_reason"), readonly=True
    )
    date_start = fields.Datetime(string="Start", readonly=True)
    date_end = fields.Datetime(string="End", readonly=True)
    days_held = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Days from the start of the period to its end, or until now.",
    )
    contact_count = fields.Integer(
        string="Contacts",
        readonly=True,
        help="Follow-ups of this period that count as contact.",
    )
    days_to_contact = fields.Float(
        string="Days to First Contact",
        aggregator="avg",
        readonly=True,
        help="Days from the start of the period to the first contact that counts. "
        "Empty while there is none.",
    )
    days_between = fields.Float(
        string="Days Between Contacts",
        aggregator="avg",
        readonly=True,
        help="Average days from one contact of the period to the next. Empty with "
        "fewer than two contacts.",
    )
    lapse_count = fields.Integer(
        string="Owners That Let Go",
        aggregator="avg",
        readonly=True,
        help="How many owners in a row had let the customer go before this period.",
    )
    won_count = fields.Integer(
        string="Won Leads",
        readonly=True,
        help="Leads won in this period.",
    )
    lost_count = fields.Integer(
        string="Lost Leads",
        readonly=True,
        help="Leads lost in this period.",
    )
    won_revenue = fields.Monetary(
        readonly=True,
        currency_field="currency_id",
        help="Expected revenue of the leads won in this period, in the currency of "
        "the company.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)

    def _get_source_selection(self, field_name):
        return list(
            labels.get_choices(self.env["sales.process.ownership"], field_name).items()
        )

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self):
        """The columns of the report; an addon adds its own.

        :return: SQL
        """
        return SQL(
            """
            SELECT ownership.id AS id,
                   ownership.id AS ownership_id,
                   ownership.name AS name,
                   ownership.user_id AS user_id,
                   ownership.team_id AS team_id,
                   team.process_parent_id AS region_id,
                   ownership.company_id AS company_id,
                   ownership.partner_id AS partner_id,
                   ownership.state AS state,
                   ownership.phase AS phase,
                   ownership.origin AS origin,
                   ownership.end_reason AS end_reason,
                   ownership.date_start AS date_start,
                   ownership.date_end AS date_end,
                   EXTRACT(EPOCH FROM (
                       COALESCE(ownership.date_end, %(now)s) - ownership.date_start
                   )) / 86400.0 AS days_held,
                   ownership.lapse_count AS lapse_count,
                   COALESCE(contact.contact_count, 0) AS contact_count,
                   EXTRACT(EPOCH FROM (
                       GREATEST(contact.date_first, ownership.date_start)
                       - ownership.date_start
                   )) / 86400.0
                       * CASE WHEN contact.date_first IS NOT NULL THEN 1 END
                       AS days_to_contact,
                   EXTRACT(EPOCH FROM (contact.date_last - contact.date_first))
                       / 86400.0 / NULLIF(contact.contact_count - 1, 0)
                       AS days_between,
                   COALESCE(lead.won_count, 0) AS won_count,
                   COALESCE(lead.lost_count, 0) AS lost_count,
                   COALESCE(lead.won_revenue, 0) AS won_revenue,
                   COALESCE(company.currency_id, %(currency)s) AS currency_id
            """,
            now=self.env.cr.now(),
            currency=self.env.company.currency_id.id,
        )

    def _from(self):
        """The tables of the report; an addon joins its own.

        :return: SQL
        """
        return SQL(
            """
              FROM sales_process_ownership ownership
         LEFT JOIN crm_team team ON team.id = ownership.team_id
         LEFT JOIN res_company company ON company.id = ownership.company_id
         LEFT JOIN (
                    SELECT ownership_id,
                           COUNT(*) FILTER (WHERE won_status = 'won') AS won_count,
                           COUNT(*) FILTER (WHERE won_status = 'lost') AS lost_count,
                           SUM(expected_revenue) FILTER (WHERE won_status = 'won')
                               AS won_revenue
                      FROM crm_lead
                     WHERE ownership_id IS NOT NULL
                  GROUP BY ownership_id
                   ) lead ON lead.ownership_id = ownership.id
         LEFT JOIN (
                    SELECT ownership_id,
                           COUNT(*) AS contact_count,
                           MIN(date) AS date_first,
                           MAX(date) AS date_last
                      FROM sales_process_followup
                     WHERE counts AND ownership_id IS NOT NULL
                  GROUP BY ownership_id
                   ) contact ON contact.ownership_id = ownership.id
            """
        )

    def _where(self):
        """The rows of the report: every period.

        :return: SQL
        """
        return SQL()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_ownership(self):
        """Open the period behind a row.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.process.ownership",
            "res_id": self.ownership_id.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }
