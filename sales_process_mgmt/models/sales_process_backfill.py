# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import MAX_RETRIES, RETRY_ERRORS
from ..tools.transaction import scheduled

_logger = logging.getLogger(__name__)

BATCH_SIZE = 500


class SalesProcessBackfill(models.Model):
    """Taking over the leads that were there before the sales process.

    A scheduled action walks through the leads in the order in which they were
    created, in batches, and goes on where it stopped. The oldest lead with a
    salesperson is the first contact. Every customer gets a full fresh period.
    """

    _name = "sales.process.backfill"
    _description = "Takeover of Existing Leads"
    _inherit = ["sales.process.guard"]
    _order = "id desc"

    team_ids = fields.Many2many("crm.team", string="Sales Teams", readonly=True)
    state = fields.Selection(
        [
            ("owned", "Leads with a Salesperson"),
            ("unowned", "Leads of Nobody"),
            ("done", "Done"),
        ],
        default="owned",
        required=True,
        readonly=True,
        index=True,
    )
    last_lead_id = fields.Integer(
        readonly=True, help="The lead up to which the takeover has come."
    )
    lead_total = fields.Integer(string="Leads to Take Over", readonly=True)
    lead_count = fields.Integer(string="Leads Taken Over", readonly=True)
    failure_count = fields.Integer(
        string="Leads Left Out",
        readonly=True,
        help="Leads that could not be taken over. The server log names them.",
    )
    date_done = fields.Datetime(readonly=True)
    progress = fields.Float(compute="_compute_progress")

    @api.depends("lead_total", "lead_count", "state")
    def _compute_progress(self):
        for backfill in self:
            if backfill.state == "done" or not backfill.lead_total:
                backfill.progress = 100.0 if backfill.state == "done" else 0.0
            else:
                share = backfill.lead_count / backfill.lead_total
                backfill.progress = min(100.0, 100.0 * share)

    @api.model
    def _start(self, teams):
        """Begin to take over the leads of ``teams`` in the background.

        :param teams: crm.team
        :return: the new takeover
        """
        # sudo: begun by a switch of the team; nobody creates one by hand
        backfill = self.sudo().create({"team_ids": [fields.Command.set(teams.ids)]})
        backfill.lead_total = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM crm_lead lead WHERE %s",
                SQL(" OR ").join(
                    SQL("(%s)", backfill._get_condition(state, 0))
                    for state in ("owned", "unowned")
                ),
            )
        )[0][0]
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_backfill", raise_if_not_found=False
        )
        if cron:
            cron._trigger()
        return backfill

    def _get_condition(self, state, last_lead_id):
        """Which leads are still to be taken over, as SQL on ``lead``."""
        self.ensure_one()
        return SQL(
            "lead.id > %s AND lead.team_id IN %s AND lead.ownership_id IS NULL"
            " AND lead.won_status IN ('pending', 'won') AND lead.user_id %s",
            last_lead_id,
            self.team_ids._ids or (0,),
            SQL("IS NOT NULL") if state == "owned" else SQL("IS NULL"),
        )

    @api.model
    @scheduled
    def _cron_backfill(self):
        """Take over existing leads, in batches, resumable at any point.

        Where race after race is lost, Odoo calls again for what remains.
        """
        lost_races = 0
        while backfill := self.search([("state", "!=", "done")], order="id", limit=1):
            try:
                count = backfill._process_batch()
                # what fails when it is written is one of these leads, too
                self.env.flush_all()
            except RETRY_ERRORS:
                self.env.cr.rollback()
                _logger.info("The takeover lost a race and tries the batch again")
                count = 0
                lost_races += 1
            except Exception:
                self.env.cr.rollback()
                _logger.warning("A batch of the takeover is done lead by lead")
                try:
                    count = backfill._process_one_by_one()
                except RETRY_ERRORS:
                    # another server has come further meanwhile
                    self.env.cr.rollback()
                    count = 0
                lost_races += not count
            remaining = max(0, backfill.lead_total - backfill.lead_count)
            if not self.env["ir.cron"]._commit_progress(count, remaining=remaining):
                return
            if lost_races >= MAX_RETRIES:
                return
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _get_next_leads(self):
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT lead.id FROM crm_lead lead WHERE %s ORDER BY lead.id LIMIT %s",
                self._get_condition(self.state, self.last_lead_id),
                BATCH_SIZE,
            )
        )
        # sudo: called by the scheduler, for leads of all people
        return self.env["crm.lead"].sudo().browse(row[0] for row in rows)

    def _process_batch(self):
        """Take over the next leads.

        :return: int, how many; 0 when a state of the takeover is finished
        """
        self.ensure_one()
        leads = self._get_next_leads()
        if leads:
            leads._sync_ownership_now("backfill", (), "backfill", self.env.user)
            self._advance(leads)
        else:
            self._finish_state()
        return len(leads)

    def _advance(self, leads, failures=0):
        self.write(
            {
                "last_lead_id": leads[-1].id,
                "lead_count": self.lead_count + len(leads),
                "failure_count": self.failure_count + failures,
            }
        )

    def _finish_state(self):
        if self.state == "owned":
            self.write({"state": "unowned", "last_lead_id": 0})
        else:
            self.write({"state": "done", "date_done": self.env.cr.now()})

    def _process_one_by_one(self):
        """A batch with a lead that fails: take over the others, name this one.

        :return: int, how many leads were looked at
        """
        leads = self._get_next_leads()
        for count, lead in enumerate(leads):
            try:
                with self.env.cr.savepoint():
                    lead._sync_ownership_now("backfill", (), "backfill", self.env.user)
                failures = 0
            except RETRY_ERRORS:
                # Somebody changed the lead meanwhile, nothing is wrong with it: the
                # next batch begins with it.
                _logger.info("The takeover lost a race for lead %s", lead.id)
                return count
            except Exception:
                _logger.exception("Lead %s cannot be taken over", lead.id)
                failures = 1
            self._advance(lead, failures)
            self.flush_recordset()
        return len(leads)
