# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a complaint is decided, closed and reopened."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records
from odoo.addons.sales_process_mgmt.tools import texts

JUSTIFIED = ("justified", "partly")
# What concerns the person who deals with customers, when a complaint is justified.
CAUSES_OF_PEOPLE = ("conduct", "service")


class SalesProcessComplaintCourse(models.AbstractModel):
    """Verdict, the customer's answer, closing and reopening; complaints inherit it."""

    _name = "sales.process.complaint.course"
    _description = "Course of a Complaint"

    def _open_answer(self, kind, title):
        self.ensure_one()
        self.check_access("read")
        return self.env["sales.process.complaint.answer"]._open(
            kind, title, default_complaint_id=self.id
        )

    @on_records
    def action_decide(self):
        """Say whether it is justified.

        Whoever decides is not let write a verdict that cannot be kept.

        :return: dict, a window action
        :raise UserError: where nobody has looked into it
        """
        self.ensure_one()
        self.check_access("read")
        if self.can_decide:
            self._check_investigated()
        return self._open_answer("decide", self.env._("Verdict"))

    @on_records
    def action_tell(self):
        """Say what the customer answered.

        :return: dict, a window action
        """
        return self._open_answer("tell", self.env._("Customer Told"))

    @on_records
    def action_reopen(self):
        """The customer says that it is not settled.

        :return: dict, a window action
        """
        return self._open_answer("reopen", self.env._("Reopen"))

    def _decide(self, verdict, text):
        """The verdict, with its reason; the cause and what was done stand before it.

        :param str verdict: value of ``verdict``
        :param str text: why
        :raise UserError: one sentence
        """
        row = self._lock_for(is_decision=True)
        if row.state == "closed":
            raise self._state_error()
        row._check_investigated()
        row.write(
            {
                "state": "decided",
                "verdict": verdict,
                "verdict_note": text,
                "decided_by_id": self.env.uid,
                "date_decided": self.env.cr.now().replace(microsecond=0),
                "customer_agrees": False,
                "date_told": False,
            }
        )
        if row.handler_id != self.env.user:
            row._tell_handlers()

    def _check_investigated(self):
        """Refuse a verdict before somebody has looked into it.

        :raise UserError: one sentence
        """
        if not self.cause or not (self.action_taken or "").strip():
            raise UserError(
                self.env._("Write down the cause and what was done before deciding.")
            )

    def _close_told(self, answer):
        """The customer has been told: it is closed, or goes on.

        :param str answer: value of ``customer_agrees``
        :raise UserError: where nothing has been decided
        """
        row = self._lock_for()
        if row.state == "closed":
            raise self._state_error()
        if row.state != "decided":
            raise UserError(
                self.env._("Nothing has been decided yet: the verdict comes first.")
            )
        now = self.env.cr.now().replace(microsecond=0)
        values = {"customer_agrees": answer, "date_told": now}
        if answer == "no":
            row.write({**values, "state": "open"})
            row._tell_deciders()
            return
        row._close(values)

    def _close(self, values):
        """Close it, and keep how many working hours were left.

        :param dict values: what the customer says
        """
        self.ensure_one()
        self._note_late()
        now = self.env.cr.now().replace(microsecond=0)
        days = self.team_id.process_complaint_reopen_days
        counted = self.env["res.users"]
        if self.verdict in JUSTIFIED:
            counted = self.against_id
            if not counted and self.cause in CAUSES_OF_PEOPLE:
                counted = self.owner_id
        self.write(
            {
                **values,
                "state": "closed",
                "date_closed": now,
                "closed_by_id": self.env.uid,
                "date_reopen_until": now + timedelta(days=days),
                "hours_left": self.team_id._count_working_hours(now, self.date_due)
                if self.team_id and self.date_due
                else 0,
                "weighs_on_id": counted.id,
            }
        )

    def _may_reopen(self):
        """Tell whether the customer may still say that it is not settled.

        :return: bool
        """
        self.ensure_one()
        return self.state == "closed" and (
            self.env.cr.now() <= (self.date_reopen_until or self.date_closed)
        )

    def _reopen_by_hand(self, text):
        """Somebody who works on it heard from the customer.

        :param str text: what the customer says
        :raise UserError: after the days of the team
        """
        # for whom it counts does not take it off the own account
        # sudo: only whether it weighs on the person who asks
        row = self._lock_for(is_decision=self.sudo().weighs_on_id == self.env.user)
        if row.state != "closed":
            raise self._state_error()
        if not row._may_reopen():
            raise UserError(
                self.env._(
                    "It could be reopened until %(moment)s: record a new complaint.",
                    moment=format_datetime(self.env, row.date_reopen_until),
                )
            )
        row._reopen()
        row.message_post(body=text, author_id=self.env.user.partner_id.id)

    def _answer_of_customer(self, agrees, text):
        """What the customer says in the portal, of what was decided or is closed.

        :param bool agrees: whether it is settled
        :param str text: why not
        :raise UserError: one sentence
        """
        self.ensure_one()
        row = self._lock_rows()
        text = (text or "").replace("\x00", "").strip()[: texts.REASON_LENGTH]
        if agrees and row.state == "decided":
            now = self.env.cr.now().replace(microsecond=0)
            row._close({"customer_agrees": "yes", "date_told": now})
            return
        if agrees or not (row.state == "decided" or row._may_reopen()):
            raise self._state_error()
        if not text:
            raise UserError(self.env._("Write down why it is not settled."))
        if row.state == "closed":
            row._reopen()
        else:
            row.write({"state": "open", "customer_agrees": "no"})
            row._tell_deciders()
        row.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )

    def _reopen(self):
        """The same complaint, and its time goes on with what was left of it."""
        self.ensure_one()
        now = self.env.cr.now().replace(microsecond=0)
        due = self.team_id and self.team_id._add_working_hours(now, self.hours_left)
        self.write(
            {
                "state": "open",
                "customer_agrees": "no",
                "date_closed": False,
                "closed_by_id": False,
                "date_reopen_until": False,
                "weighs_on_id": False,
                "reopen_count": self.reopen_count + 1,
                "date_due": due,
                "date_escalate": due,
            }
        )
        self._update_decider()
        self._tell_deciders()

    def _state_error(self):
        return UserError(self.env._("This has changed meanwhile: reload the page."))
