# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of a customer, and the release when it has run down."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.transaction import scheduled
from .sales_process_guard import on_records
from .sales_process_ownership_clock import OwnershipClock
from .sales_process_ownership_warning import OwnershipWarnings
from .sales_process_retry import MAX_FAILURES


class SalesProcessOwnershipTimer(models.AbstractModel):
    """Entries to ``OwnershipClock``, ``OwnershipWarnings``, ``sales.process.release``.

    Ownerships inherit them.
    """

    _name = "sales.process.ownership.timer"
    _description = "Timer of a Customer"

    def _get_deadlines(self, team_stand_in=None, is_unlimited=False):
        """Compute until when each customer belongs to its owner.

        :param team_stand_in: a team with other rules, to see what they would do
        :param bool is_unlimited: as if the leader let clocks that were stopped move
            later, see :meth:`_apply_rules`
        :return: ``{ownership: (naive UTC datetime or False, kind or False)}``
        """
        return OwnershipClock(self).get_deadlines(team_stand_in, is_unlimited)

    def _update_deadlines(self, contacts=None, rules_from=None):
        """Write the deadlines that have moved, in few statements.

        :param dict contacts: last contacts to write with them, by ownership
        :param rules_from: naive UTC datetime from which changed rules hold: whoever
            was not overdue before is not before the end of that day
        """
        return OwnershipClock(self).update(contacts, rules_from)

    def _give_fresh_period(self):
        """Start the timer again now, for example after a change of the rules."""
        return OwnershipClock(self).give_fresh_period()

    def _apply_rules(self, rules_from, extended=True):
        """Rules have changed: clocks are computed again, nobody is overdue at once.

        :param rules_from: naive UTC datetime; until the end of that day nobody becomes
            overdue who was not
        :param bool extended: whether the leader's rules may move deadlines later;
            otherwise they only come nearer
        """
        return OwnershipClock(self).apply_rules(rules_from, extended)

    def _stop_clocks(self):
        """Keep the deadlines of these customers as they are: nothing but a later
        contact or the leader moves them later."""
        OwnershipClock(self).stop()

    def _get_clock_floor(self, moment, now=None):
        """Until when nobody who was not overdue becomes so by a changed rule.

        :param moment: naive UTC datetime from which the changed rule holds
        :param now: naive UTC datetime at which the clock is computed, by default now
        :return: naive UTC datetime, not later than the deadline of now, or False
        """
        return OwnershipClock(self).get_floor(self, moment, now)

    def _is_clock_remembered(self):
        """Tell whether whoever has this customer again goes on with its clock.

        :return: bool; of a running period, whether there is a clock
        """
        self.ensure_one()
        if self.state != "ended":
            return bool(self.date_deadline)
        if self.end_reason == "merged" or not self.date_clock_limit:
            return False
        since = self.env.cr.now() - self.team_id._get_clock_memory()
        if self.phase != "pursuing" and self.date_clock_limit < since:
            # it had signed, and its clock stood still for long
            return False
        return self.date_end >= since

    def _is_arrival(self):
        """Tell whether this is a customer that came by itself and nobody has had yet,
        as opposed to one that was released into the pool.

        :return: bool
        """
        self.ensure_one()
        return not self.user_id and self.origin != "release"

    @api.model
    def _follow_absences(self, users, by_leader):
        """People are away, or are not any more: their clocks are computed again.

        Nobody becomes overdue by it before the end of tomorrow.

        :param users: res.users
        :param bool by_leader: the leader may let held customers stay, and move a clock
            later that was stopped
        """
        return OwnershipClock(self).follow_absences(users, by_leader)

    @api.model
    def _follow_zone(self, users):
        """People have another zone: their days are counted in it from tomorrow on.

        A deadline never moves later by it, nor by a rule that changes beside it: see
        :meth:`DeadlineFacts.get_zones`.

        :param users: res.users
        """
        return OwnershipClock(self).follow_zone(users)

    def _register_contacts(self, contacts):
        """Move the last contact forward and the deadlines with it.

        The rows are locked first, so a contact and a release of the same customer
        never both win.

        :param dict contacts: ``{ownership: naive UTC datetime}``
        :return: the ownerships that had ended before: too late
        """
        return OwnershipClock(self).register_contacts(contacts)

    def _move_last_contact(self, contacts):
        """See :meth:`_register_contacts`, for rows that are locked and open.

        :param dict contacts: ``{ownership: naive UTC datetime}``
        """
        return OwnershipClock(self).move_last_contact(contacts)

    def _recompute_last_contact(self):
        """Take the last contact again from the follow-ups that count.

        Called after a follow-up was edited, deleted or found not to count.
        """
        return OwnershipClock(self).recompute_last_contact()

    def _recompute_agreed(self):
        """Take the agreed day again from the follow-ups that count, oldest first.

        An agreement edited or deleted, or entered late, so leaves no trace in the
        deadline. The caller updates the deadlines.
        """
        return OwnershipClock(self).recompute_agreed()

    @api.model
    @scheduled
    def _cron_warn(self):
        """Warn before deadlines: first the owner, then the owner and the leader.

        Works in batches like the release: killed at any point it goes on, a customer
        that fails never stops the rest. Each person gets one message at the end, with
        the list.
        """
        OwnershipWarnings(self.env).run()

    def _clear_warnings(self):
        """The deadline has moved or the period ended: warnings are done with."""
        # sudo: warnings were planned by the system
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", self.sudo().lead_ids.ids),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("sales_process_mgmt.mail_activity_type_warning").id,
                ),
            ]
        ).unlink()
        self.sudo().write(
            {"warning_level": 0, "date_warned": False, "is_warning_untold": False}
        )

    @api.model
    def _cron_release(self):
        """Release the customers that are due: see ``sales.process.release``.

        For those who call the release where it has always been.
        """
        self.env["sales.process.release"]._cron_release()

    @api.model
    def _trigger_release(self):
        """Run the scheduled action as soon as this transaction is committed."""
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_release", raise_if_not_found=False
        )
        if cron:
            # sudo: who makes customers due need not know the scheduled actions
            cron.sudo()._trigger()

    @api.model
    def _mark_owner_left(self, pairs):
        """Let the customers of people who leave be released by the next run.

        :param pairs: list of ``(res.users, crm.team)``; an empty team means all teams
        """
        left = self._search_owned(pairs)
        if left:
            left.write({"has_owner_left": True})
            self._trigger_release()

    @api.model
    def _unmark_owner_left(self, pairs):
        """Who comes back before the release keeps the customers.

        :param pairs: as for :meth:`_mark_owner_left`
        """
        back = self._search_owned(pairs).filtered("has_owner_left")
        back.write({"has_owner_left": False})
        OwnershipClock(back).end_holding()

    @api.model
    def _search_owned(self, pairs):
        domains = [
            fields.Domain("user_id", "in", user.ids)
            & (fields.Domain("team_id", "in", team.ids) if team else fields.Domain.TRUE)
            for user, team in pairs
        ]
        # sudo: whoever manages users or teams may not write the ledger
        return self.sudo().search(
            fields.Domain("state", "=", "open") & fields.Domain.OR(domains)
        )

    def _may_release(self):
        """Tell whether the scheduled action still tries to release this customer.

        :return: bool, false where it has failed too often
        """
        self.ensure_one()
        return self.release_failure_count < MAX_FAILURES

    def _mark_failure(self, error):
        """Count the failure; after the last one the leader is told."""
        self.ensure_one()
        error = error[:500]
        # sudo: the ledger is written by its own methods only
        self.sudo().write(
            {
                "release_failure_count": self.release_failure_count + 1,
                "release_error": error,
            }
        )
        if self.release_failure_count >= MAX_FAILURES:
            Release = self.env["sales.process.release"]
            Release._record_lines(
                self.team_id,
                "observe" if self.process_mode == "observe" else "enforce",
                [Release._prepare_line(self, "failed", note=error)],
            )

    @on_records
    def action_retry_release(self):
        """Let the next run try again what has failed too often."""
        self.check_access("read")
        self._check_leader()
        if not any(self.sudo().mapped("release_failure_count")):
            raise UserError(self.env._("No release of these customers has failed."))
        # sudo: the leader decides, the ledger is written by its own methods
        self.sudo().write({"release_failure_count": 0, "release_error": False})
        self._trigger_release()
