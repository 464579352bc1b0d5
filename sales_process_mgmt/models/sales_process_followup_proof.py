# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What proves a contact later: a message that arrived, words that were asked for."""

from odoo import models

from .mail_activity import SUBJECT_LENGTH, WORDS_TYPE

# Nobody has received these.
FAILED_STATES = ("bounce", "exception", "canceled")
# Nor has anybody received what waits to be sent.
UNSENT_STATES = (*FAILED_STATES, "ready", "process")


class SalesProcessFollowupProof(models.AbstractModel):
    """Messages that came back are no contact; a meeting without a word asks for words.

    Follow-ups inherit it.
    """

    _name = "sales.process.followup.proof"
    _description = "Proof of a Follow-Up"

    def _is_undelivered(self, states=FAILED_STATES):
        """Tell whether the message reached none of its customers.

        :param states: states of notifications that reached nobody
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
            row.notification_status in states or row._is_never_sent()
            for row in notifications
        )

    def _mark_sent(self, mails, sent_to, is_failed):
        """Mails have gone out: a contact is what reached the customer's address.

        :param mails: mail.mail in sudo
        :param dict sent_to: who has been written to, as the field
        :param bool is_failed: some of them have not
        """
        astray = self.browse()
        for followup in self.filtered("sent_to"):
            expected = followup.sent_to
            notifications = followup.mail_message_id.notification_ids.filtered(
                lambda row: row.mail_mail_id in mails
            )
            lost = set()
            for row in notifications:
                key = str(row.res_partner_id.id or row.mail_email_address)
                if key in expected and (
                    sent_to[key] != expected[key] if key in sent_to else not is_failed
                ):
                    lost.add(key)
            if not lost:
                continue
            left = {key: expected[key] for key in expected.keys() - lost}
            followup.write({"sent_to": left, "is_astray": not left})
            if not left:
                astray |= followup
        if astray:
            astray._judge_again()

    def _take_back_unsent(self):
        """The messages are about to be deleted: what has not gone out is no contact."""
        unsent = self.filtered(lambda row: row._is_undelivered(UNSENT_STATES))
        if not unsent:
            return
        unsent._judge_again(
            {"mail_message_id": False, "counts": False, "void_reason": "undelivered"}
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
            changed._judge_again()

    def _ask_for_words(self):
        """Contacts without a word: a to-do asks the person for what was discussed."""
        # sudo: made by the system from what the person did
        silent = self.sudo().filtered(
            lambda row: row.void_reason == "silent" and row.user_id.active
        )
        if not silent:
            return
        activity_type = self.env.ref(WORDS_TYPE, raise_if_not_found=False)
        if not activity_type:
            return
        model_id = self.env["ir.model"]._get_id(self._name)
        # sudo: see above
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": followup.id,
                    "activity_type_id": activity_type.id,
                    "summary": followup.lead_id.display_name,
                    "date_deadline": followup._get_local_day(self.env.cr.now()),
                    "user_id": followup.user_id.id,
                }
                for followup in silent
            ]
        )

    def _set_words(self, text):
        """Write what was discussed, as the person who finished the to-do says.

        :param str text: a long one is kept as what was solved
        """
        self.ensure_one()
        subject = " ".join(text.split())
        vals = {"subject": subject[:SUBJECT_LENGTH]}
        if len(subject) > SUBJECT_LENGTH:
            vals["solution"] = text
        self.write(vals)

    def _thank_for_words(self):
        """The words are there: the to-do that asked for them is done."""
        # sudo: the leader may have written them
        answered = self.sudo().filtered(lambda row: row.void_reason != "silent")
        answered.activity_ids.filtered(
            lambda row: row.activity_type_id == self.env.ref(WORDS_TYPE, False)
        ).unlink()

    def _mark_not_held(self, is_not_held=True):
        """Meetings were declined, put off or deleted, or they were held after all.

        :param bool is_not_held: what is true now
        """
        # sudo: whoever writes the calendar may not read the follow-ups
        changed = self.sudo().filtered(lambda row: row.is_not_held != is_not_held)
        if not changed:
            return
        changed._judge_again({"is_not_held": is_not_held})
        if is_not_held:
            changed._thank_for_words()
