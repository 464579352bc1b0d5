# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.tools import SQL

from ..exceptions import RETRY_ERRORS
from ..tools.context import SkipSync
from ..tools.transaction import scheduled

_logger = logging.getLogger(__name__)


class CrmLead(models.Model):
    """Leads that an unattended door could not claim at once."""

    _inherit = "crm.lead"

    def _wait_for_owner(self):
        """Queue the leads for the scheduled action that finds their owner."""
        self.with_context(sales_process_skip=SkipSync).write(
            {"ownership_pending": True}
        )
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_claim_pending", raise_if_not_found=False
        )
        if cron:
            cron._trigger()

    @api.model
    @scheduled
    def _cron_claim_pending(self):
        """Find the owner of leads that an unattended door could not claim."""
        domain = [("ownership_pending", "=", True)]
        remaining = self.with_context(active_test=False).search_count(domain)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        while leads := self.with_context(active_test=False).search(
            domain, order="id", limit=100
        ):
            try:
                leads._process_pending()
                # what fails when it is written is one of these leads, too
                self.env.flush_all()
            except Exception:
                self.env.cr.rollback()
                _logger.warning("Pending leads %s are tried one by one", leads.ids)
                for lead in leads:
                    lead._process_pending_alone()
            if not self.env["ir.cron"]._commit_progress(len(leads)):
                break

    def _process_pending(self):
        """Claim the customers of these leads; see :meth:`_cron_claim_pending`."""
        leads = self.sudo()
        leads.with_context(sales_process_skip=SkipSync).write(
            {"ownership_pending": False}
        )
        leads = leads._select_for_sync()
        if leads:
            leads._sync_ownership_now("cron", (), None, self.env.user)

    def _process_pending_alone(self):
        """Claim one lead; a lead that cannot be claimed becomes a conflict."""
        try:
            self._process_pending()
            self.env["ir.cron"]._commit_progress()
        except RETRY_ERRORS:
            # still pending: the next round sees what the winner committed
            self.env.cr.rollback()
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Lead %s cannot be claimed", self.id)
            # written past the model, whose own write may be what fails
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_lead SET ownership_pending = NULL WHERE id = %s",
                    self.id,
                )
            )
            self.invalidate_recordset(["ownership_pending"])
            self.env["sales.process.conflict"].sudo().create(
                {
                    "name": self.name,
                    "lead_id": self.id,
                    "team_id": self.team_id.id,
                    "company_id": self.company_id.id,
                    "door": "cron",
                    "note": self.env._(
                        "The owner of this lead could not be found: %(error)s",
                        error=str(error),
                    ),
                }
            )
            self.env["ir.cron"]._commit_progress()
