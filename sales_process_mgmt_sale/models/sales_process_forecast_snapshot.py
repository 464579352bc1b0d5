# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools.transaction import scheduled

from ..report.sales_process_forecast import CATEGORIES

# Snapshots are kept for so long
KEEP_DAYS = 800


class SalesProcessForecastSnapshot(models.Model):
    """An opportunity as it was on a Monday, so that one sees what has changed since.

    Taken for each team on the Monday of its zone, once; where nobody could on that
    day, on the next one.
    """

    _name = "sales.process.forecast.snapshot"
    _description = "Snapshot of the Forecast"
    _inherit = ["sales.process.guard"]
    _order = "date desc, id"
    _rec_name = "lead_id"

    date = fields.Date(string="Monday", required=True, readonly=True, index=True)
    date_taken = fields.Datetime(string="Taken On", required=True, readonly=True)
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, index="btree_not_null"
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        string="Forecast Month",
        readonly=True,
        help="The first day of the month of the expected closing.",
    )
    date_deadline = fields.Date(string="Expected Closing", readonly=True)
    category = fields.Selection(CATEGORIES, string="Certainty", readonly=True)
    amount = fields.Monetary(readonly=True)

    _lead_uniq = models.UniqueIndex(
        "(date, lead_id)", "This opportunity is in the snapshot already."
    )

    @api.model
    @scheduled
    def _cron_take(self):
        """Take what is missing of this week, each team by the day of its own zone.

        Runs every hour, and takes a team's Monday once however often it runs. A team
        that fails does not stop the others.
        """
        # sudo: of everybody
        Team = self.env["crm.team"].sudo()
        now = self.env.cr.now()
        teams = Team.browse(sorted(Team._get_active_process_ids()))
        self.env["ir.cron"]._commit_progress(remaining=len(teams))

        def take(part):
            for team in part:
                zone = team._get_process_timezone(team.user_id)
                self.sudo()._take(team, deadline_tools.local_date(now, zone))

        for team in teams:
            work_on_each(self.env, team, take, lambda item, error: None)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _take(self, team, today):
        """Take the snapshot of a team, if its Monday has not been taken yet.

        :param team: crm.team in sudo
        :param date today: where the team works
        """
        monday = today - timedelta(days=today.weekday())
        team._lock_rows()
        team.invalidate_recordset(["process_forecast_date"])
        if team.process_forecast_date and team.process_forecast_date >= monday:
            return
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_process_forecast_snapshot (
                    create_uid, create_date, write_uid, write_date, date, date_taken,
                    lead_id, user_id, team_id, company_id, month, date_deadline,
                    category, amount)
                SELECT %(uid)s, %(now)s, %(uid)s, %(now)s, %(monday)s, %(now)s,
                       deal.lead_id, deal.user_id, deal.team_id, deal.company_id,
                       deal.date, deal.date_deadline, deal.category, deal.amount
                  FROM (%(deals)s) deal
                 WHERE deal.team_id = %(team)s
                    ON CONFLICT (date, lead_id) DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                now=self.env.cr.now().replace(microsecond=0),
                monday=monday,
                deals=self.env["sales.process.forecast"]._get_deals(today),
                team=team.id,
            )
        )
        self.invalidate_model()
        team.process_forecast_date = monday

    @api.autovacuum
    def _gc_old(self):
        """Old snapshots are forgotten."""
        limit = self.env.cr.now().date() - timedelta(days=KEEP_DAYS)
        # sudo: called by the scheduler, for all teams
        self.sudo().search([("date", "<", limit)], limit=100_000).unlink()
