# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools import deadline as deadline_tools


class SalesProcessOwnership(models.Model):
    """An old customer that a colleague did not recognise goes back to its owner."""

    _inherit = "sales.process.ownership"

    def action_open_claim_back(self):
        """Open the dialog that claims a customer back.

        :return: dict, a window action
        """
        self.ensure_one()
        self._check_owner_or_leader()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim Back"),
            "res_model": "sales.process.claim.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ownership_id": self.id},
        }

    def _get_claim_back_until(self):
        """Until when this customer goes back to an owner who had it before.

        The days of the team that received it, whole days in the receiver's zone.

        :return: naive UTC datetime, or False where nothing goes back
        """
        self.ensure_one()
        days = self.team_id.claim_back_days
        zone = self.team_id._get_process_timezone(self.user_id)
        return days and deadline_tools.followup_deadline(self.date_start, days, zone)

    def _filter_claimable(self, others):
        """Which of ``others`` may be this customer, received by a colleague.

        :param others: sales.process.ownership in sudo
        :return: those that began later, in time to be claimed
        """
        self.ensure_one()
        now = self.env.cr.now()
        return others.filtered(
            lambda row: (
                row.state == "open"
                and row.user_id != self.user_id
                and row.company_id == self.company_id
                and row.date_start > self.date_start
                and (row._get_claim_back_until() or row.date_start) >= now
            )
        )

    def _take_back(self, other):
        """Join what a colleague received into this customer, and tell both.

        :param other: the customer of the colleague, in sudo
        """
        self.ensure_one()
        # sudo: whoever decides may not write the ledger
        kept = self.sudo()
        (kept | other)._lock_rows()
        receiver, name = other.user_id, other.name
        kept._absorb(other)
        kept._log_on_leads(
            self.env._(
                "Claimed back: %(receiver)s had received the customer as %(customer)s.",
                receiver=receiver.name,
                customer=name,
            )
        )
        for user in (kept.user_id | receiver).filtered("active"):
            thread = self.with_context(lang=user.lang).env["mail.thread"]
            # sudo: sent by the system to colleagues
            thread.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=thread.env._("%s was claimed back", name),
                body=thread.env._(
                    "%(customer)s, received by %(receiver)s, is an old customer of "
                    "%(owner)s and belongs to %(owner)s again.",
                    customer=name,
                    receiver=receiver.name,
                    owner=kept.user_id.name,
                ),
            )
