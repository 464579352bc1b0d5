# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unicodedata
from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

# The same words after a season are a new contact: greetings come back every year.
REPEAT_SPAN = timedelta(days=90)
FAILED_STATES = ("bounce", "exception", "canceled")
# Reasons that depend on who owned the customer when the contact was recorded.
STANDING_REASONS = ("no_owner", "stranger", "held", "other_party")


class SalesProcessFollowup(models.Model):
    """What counts as contact, and why not."""

    _inherit = "sales.process.followup"

    def _judge(self, who_changed=True):
        """Decide for each contact whether it counts, and why not.

        The owner and the helpers are those of the moment when it was recorded; a
        correction of the text later does not ask again.

        :param bool who_changed: the person or the customer is new
        """
        # sudo: the customer's other contacts may be hidden from a helper
        rows = self.sudo().sorted("id")
        known = rows._get_counting_texts()
        by_values = defaultdict(rows.browse)
        for followup in rows:
            reason = followup._get_void_reason(who_changed)
            text = followup._get_written_text()
            if not reason and text:
                moments = known[followup._get_text_key(), text]
                if followup._is_repeated(moments):
                    reason = "repeated"
                else:
                    moments.append(followup.date)
            day = followup._get_local_day(followup.date)
            is_backdated = day < followup._get_local_day(followup.create_date)
            by_values[not reason, reason or False, is_backdated] |= followup
        for (counts, reason, is_backdated), group in by_values.items():
            changed = group.filtered(
                lambda row, new=(counts, reason, is_backdated): (
                    (row.counts, row.void_reason, row.is_backdated) != new
                )
            )
            changed.write(
                {
                    "counts": counts,
                    "void_reason": reason,
                    "is_backdated": is_backdated,
                }
            )

    def _get_void_reason(self, who_changed):
        """Why the contact does not reset the timer, the repeated text apart.

        :return: a value of ``void_reason``, or False where it counts
        """
        self.ensure_one()
        team = self.team_id
        reasons = [
            self._get_standing_reason()
            if who_changed
            else self.void_reason in STANDING_REASONS and self.void_reason
        ]
        ownership = self.ownership_id
        if ownership.previous_id and self.date < ownership.date_start:
            reasons.append("before_period")
        if self.mail_message_id and self._is_undelivered():
            reasons.append("undelivered")
        if self.source == "meeting" and self._is_entered_late():
            reasons.append("late")
        if self.source in ("manual", "activity"):
            if len((self.subject or "").strip()) < team.followup_min_length:
                reasons.append("short")
        return next(filter(None, reasons), False)

    def _get_standing_reason(self):
        """Whether the person may reset the timer: the owner and the helpers.

        :return: a value of ``void_reason``, or False
        """
        ownership = self.ownership_id
        if ownership.state != "open":
            return "no_owner"
        if self.user_id != ownership.user_id and (
            self.user_id not in ownership.collaborator_ids
        ):
            return "stranger"
        if ownership.is_held:
            return "held"
        return self.void_reason == "other_party" and "other_party"

    def _is_entered_late(self):
        """Tell whether a meeting was put into the calendar long after it was held."""
        entered = self.calendar_event_id.create_date or self.create_date
        bound = timedelta(days=self.team_id.followup_backdate_days)
        return self._get_local_day(self.date) < self._get_local_day(entered) - bound

    # ------------------------------------------------------------
    # THE SAME TEXT AGAIN
    # ------------------------------------------------------------

    def _get_written_text(self):
        """The text a person wrote, without case, width and spaces that mean nothing.

        An activity done without feedback, an e-mail or a meeting has its name from
        the system: that it comes again is no pasting.

        :return: str, empty where nobody wrote anything
        """
        self.ensure_one()
        if not self.team_id.followup_refuse_repeated:
            return ""
        if self.source not in ("manual", "activity"):
            return ""
        if self.source == "activity" and not self.activity_id.feedback:
            return ""
        return self._fold_text(self.subject)

    @api.model
    def _fold_text(self, text):
        return " ".join(unicodedata.normalize("NFKC", text or "").split()).casefold()

    def _get_text_key(self):
        """Whose text on which customer is compared.

        :return: ``(user id, id of the first period, or minus that of the lead)``
        """
        ownership = self.ownership_id
        customer = (ownership.root_id or ownership).id
        return self.user_id.id, customer or -self.lead_id.id

    def _is_repeated(self, moments):
        return any(abs(self.date - moment) <= REPEAT_SPAN for moment in moments)

    def _get_counting_texts(self):
        """What the same people wrote to the same customers, in one query.

        See :meth:`_get_written_text` for what is compared. It is asked with every
        contact, of people who may have written hundreds: their words are all that is
        read.

        :return: ``{(key, text): [dates]}`` of contacts that count, these left out
        """
        known = defaultdict(list)
        written = self.filtered(lambda row: row._get_written_text())
        ownerships = written.ownership_id
        if not ownerships:
            return known
        # A period that runs and is the first one is the whole chain.
        chained = ownerships.filtered(lambda row: row.root_id or row.state == "ended")
        dates = written.mapped("date")
        chain = ownerships | chained.chain_ids
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ownership_id, user_id, team_id, activity_id, source, subject,
                       date
                  FROM sales_process_followup
                 WHERE ownership_id IN %s
                   AND user_id IN %s
                   AND counts
                   AND source IN ('manual', 'activity')
                   AND date BETWEEN %s AND %s
                   AND id NOT IN %s
                """,
                chain._ids,
                written.user_id._ids,
                min(dates) - REPEAT_SPAN,
                max(dates) + REPEAT_SPAN,
                self._ids,
            )
        )
        by_id = {row.id: row for row in chain}
        Team, Activity = self.env["crm.team"], self.env["mail.activity"]
        activities = Activity.browse(row[3] for row in rows if row[3])
        said = set(activities.filtered("feedback")._ids)
        for ownership_id, user_id, team_id, activity_id, source, subject, date in rows:
            refuses = Team.browse(team_id).followup_refuse_repeated
            if refuses and (source == "manual" or activity_id in said):
                ownership = by_id[ownership_id]
                customer = ownership.root_id or ownership
                known[(user_id, customer.id), self._fold_text(subject)].append(date)
        return known

    # ------------------------------------------------------------
    # DELIVERY
    # ------------------------------------------------------------

    def _is_undelivered(self):
        """Tell whether the message reached none of its customers.

        :return: bool
        """
        self.ensure_one()
        notifications = self.mail_message_id.notification_ids.filtered(
            lambda row: (
                row.notification_type in ("email", "sms")
                and (not row.res_partner_id or row.res_partner_id.partner_share)
            )
        )
        return bool(notifications) and all(
            row.notification_status in FAILED_STATES for row in notifications
        )

    def _review_delivery(self):
        """Messages arrived or came back: contacts do not count, or count again."""
        changed = self.filtered(
            lambda row: (
                (row.void_reason == "undelivered") != row._is_undelivered()
                and (row.counts or row.void_reason == "undelivered")
            )
        )
        if changed:
            changed.ownership_id._lock_rows()
            changed._judge(who_changed=False)
            changed._reconsider(changed.ownership_id)

    # ------------------------------------------------------------
    # THE CLOCK
    # ------------------------------------------------------------

    def _register_contacts(self):
        """Move the timers of the customers forward, in one batch.

        Their rows are locked and open: what counts has been judged so.
        """
        contacts = {}
        # sudo: the ledger is written by its own methods only
        for followup in self.sudo().filtered("counts"):
            ownership = followup.ownership_id
            contacts[ownership] = max(
                contacts.get(ownership, followup.date), followup.date
            )
        ownerships = self.env["sales.process.ownership"].sudo().union(*contacts)
        ownerships._move_last_contact(contacts)

    def _reconsider(self, ownerships):
        """Contacts were changed or deleted: take the clocks from what is left.

        A text that was refused because it stood in one of them may count now.

        :param ownerships: sales.process.ownership in sudo
        """
        if not ownerships:
            return
        # sudo: the ledger is written by its own methods only
        self.sudo().search(
            [
                ("ownership_id", "in", ownerships.ids),
                ("void_reason", "=", "repeated"),
                ("id", "not in", self.ids),
            ]
        )._judge(who_changed=False)
        ownerships._recompute_agreed()
        ownerships._recompute_last_contact()

    def _log_backdated(self):
        """Say in the chatter of a late entry how late it is."""
        backdated = self.filtered("is_backdated")
        if not backdated:
            return
        bodies = {}
        for followup in backdated:
            days = (
                followup._get_local_day(followup.create_date)
                - followup._get_local_day(followup.date)
            ).days
            bodies[followup.id] = self.env._(
                "Entered %(days)s days after the contact.", days=days
            )
        # sudo: the system writes the log, whoever made the entry
        backdated.sudo()._message_log_batch(bodies=bodies)
