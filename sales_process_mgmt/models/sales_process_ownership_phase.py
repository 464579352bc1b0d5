# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Prospect, signed, after sale: when a customer passes from one to the next."""

from datetime import timedelta

from odoo import models

from ..tools import deadline as deadline_tools
from .sales_process_ownership_clock import OwnershipClock


class SalesProcessOwnershipPhase(models.AbstractModel):
    """The phase of a customer, and who has a say in it; ownerships inherit it."""

    _name = "sales.process.ownership.phase"
    _description = "Phase of a Customer"

    def _filter_won_before(self):
        """Customers that came signed: their won leads stay with who closed them.

        Nobody has deleted their last lead. Of one that is pursued, somebody has.

        :return: sales.process.ownership
        """
        # sudo: the period before may be a colleague's; only filtered
        came = self.sudo().filtered(
            lambda row: row.previous_id and row.phase != "pursuing"
        )
        if not came:
            return self.browse()
        leads = came.chain_ids.with_context(active_test=False).lead_ids
        roots = leads.filtered(lambda lead: lead.won_status == "won").ownership_id
        won = {(row.root_id or row).id for row in roots}
        return self.browse(row.id for row in came if (row.root_id or row).id in won)

    def _pursue_again(self):
        """They ask again, or have not signed after all: the clock goes on."""
        # sudo: the ledger is written by its own methods only
        self.sudo().write(
            {"phase": "pursuing", "date_revisit": False, "date_served_until": False}
        )
        OwnershipClock(self).restart()

    def _filter_signed(self):
        """Customers that have signed although a lead is still open.

        An addon that knows about contracts or orders says so here.

        :return: sales.process.ownership
        """
        return self.browse()

    def _filter_won_unproven(self):
        """Customers whose won leads are no signature yet: their clock goes on.

        What the late owner enters lets no customer stay that is being released. An
        addon that knows about contracts or orders adds those that have none.

        :return: sales.process.ownership
        """
        return self.filtered("is_held")

    def _filter_awaiting_leader(self):
        """Customers that nobody but the leader lets go: something is to be settled.

        Their clock goes on; when they are due they are held, night after night, until
        it is settled or the leader decides, and their owner does not give them up. An
        addon that knows of such a thing says so here. Why is not told to the owner.

        :return: sales.process.ownership
        """
        return self.browse()

    def _sign(self):
        """The customers have signed.

        Nothing in CRM alone tells about money, so a won lead counts as signed and
        paid. An addon that knows about invoices puts them in phase ``signed`` and
        calls :meth:`_serve` when the money is in.
        """
        self._serve("signed")

    def _tell_signed_in_pool(self):
        """Nobody sees to customers who signed after they were let go: the leader does.

        What a customer signs is never refused. The period before has ended by then,
        and nobody's act gives the customer back to its owner: who gets it is decided
        by who leads the team, unless that is who has closed it.
        """
        # sudo: whoever signs reads no ownership
        for customer in self.sudo():
            leader = customer._get_deciding_user()

            def render(env, customer=customer):
                return (
                    env._("Signed in the pool"),
                    env._(
                        "%(customer)s has signed and has no owner: hand the customer "
                        "to somebody who sees to delivery and payment.",
                        customer=customer.name or "",
                    ),
                )

            self.env["sales.process.notice"]._tell(
                leader - self.env.user, render, customer, why="leader", answer=True
            )

    def _serve(self, end_reason):
        """The customers have signed and paid: keep or free them, as the team says.

        :param str end_reason: ``signed`` or ``paid``, for teams that free the
            customer at once
        """
        free = self.filtered(lambda row: row.team_id.process_served_policy == "end")
        free._end(end_reason)
        for ownership in self - free:
            # sudo: the phase is the system's to write; called by hooks, not by clients
            ownership.sudo().write(
                {"phase": "served", **ownership._get_revisit_values()}
            )
        (self - free)._update_deadlines()

    def _get_revisit_values(self):
        """When a served customer is visited again and how long it keeps its owner.

        The revisit is counted from the last contact: a lead that is reopened and won
        again moves nothing. The other days are counted from today in the owner's time
        zone.

        :return: dict of field values
        """
        self.ensure_one()
        zone = self.team_id._get_process_timezone(self.user_id)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        limited = self.team_id.process_served_policy == "limited"
        revisit = self._get_revisit_day(self.date_last_contact or self.date_start)
        return {
            # nobody is due on the day of the payment
            "date_revisit": revisit and max(revisit, today + timedelta(days=1)),
            "date_served_until": limited
            and today + timedelta(days=self.team_id.process_served_days),
        }

    def _get_revisit_day(self, moment):
        """When the customer is to be visited again after a contact.

        :param moment: naive UTC datetime of the contact
        :return: date, in the owner's zone; False where no revisits are planned
        """
        self.ensure_one()
        cycle = self.grade_id.revisit_days or self.team_id.process_revisit_days
        if not cycle:
            return False
        zone = self.team_id._get_process_timezone(self.user_id)
        return deadline_tools.local_date(moment, zone) + timedelta(days=cycle)
