# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a person is heard, and how a violation is decided and appealed against."""

from datetime import datetime

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records
from odoo.addons.sales_process_mgmt.tools import labels, texts

from ..tools import policies as policy_tools

# What is empty again when somebody is heard anew.
FIELDS_OF_THE_COURSE = (
    "date_statement",
    "decided_by_id",
    "date_decided",
    "decision",
    "date_appeal_due",
    "appeal",
    "date_appealed",
    "appeal_decided_by_id",
    "date_appeal_decided",
    "appeal_decision",
    "withdraw_reason",
    "date_withdrawn",
)
UNDECIDED = ("open", "appealed")


class SalesProcessViolationCourse(models.AbstractModel):
    """Hearing, decision and appeal; violations inherit it."""

    _name = "sales.process.violation.course"
    _description = "Course of a Violation"

    def _begin(self):
        """Say who decides and until when the person is heard; tell both."""
        now = self.env.cr.now().replace(microsecond=0)
        self.write({"date_asked": now})
        self._update_decider()
        absences = self.user_id._get_absences(now, datetime.max)
        for row in self:
            row.date_statement_due = row._get_deadline(
                now, row.type_id.statement_days, absences
            )
        for user, rows in self.grouped("user_id").items():
            # sudo: its name in a message to whom it concerns
            self._tell(
                user,
                lambda env, rows=rows: (
                    env._("A violation was recorded: say what happened"),
                    labels.join_clauses(
                        env, rows.with_env(env).sudo().mapped("display_name")
                    ),
                ),
            )
        self._tell_deciders()

    def _tell_deciders(self):
        """Whoever is asked is told, once of all that waits."""
        for decider, rows in self.grouped("decider_id").items():
            # sudo: its name in a message to whoever decides
            self._tell(
                decider,
                lambda env, rows=rows: (
                    env._("A violation waits for your decision"),
                    labels.join_clauses(
                        env, rows.with_env(env).sudo().mapped("display_name")
                    ),
                ),
                why="leader",
            )

    @api.model
    def _ask_anew(self):
        """Whoever was asked and has left, or leads no more, decides no more.

        The next one is asked.
        """
        rows = self.search([("state", "in", UNDECIDED)]).filtered(
            lambda row: row.decider_id not in row._get_eligible()
        )
        rows._update_decider()
        rows._tell_deciders()

    def _get_deadline(self, moment, days, absences):
        """The end of the N-th day of presence of the person after a moment.

        :param moment: naive UTC datetime
        :param int days: how many
        :param dict absences: of people since the moment, see ``_get_absences``
        :return: naive UTC datetime
        """
        self.ensure_one()
        return policy_tools.reading_deadline(
            moment, days, self._get_zone(), absences.get(self.user_id, ())
        ).replace(microsecond=0)

    def _keep_time(self, name, moment, days, absences):
        """Compute a deadline anew; leave that is called off makes nobody late at once.

        :param str name: the field of the deadline; see :meth:`_get_deadline`
        """
        self[name] = policy_tools.keep_time(
            self._get_deadline(moment, days, absences),
            self[name],
            self.env.cr.now(),
            self._get_zone(),
        ).replace(microsecond=0)

    # ------------------------------------------------------------
    # HEARING AND DECIDING
    # ------------------------------------------------------------

    def _open_answer(self, kind, title):
        self.ensure_one()
        self.check_access("read")
        return self.env["sales.process.violation.answer"]._open(
            kind, title, default_violation_id=self.id
        )

    @on_records
    def action_statement(self):
        """The person says what happened.

        :return: dict, a window action
        """
        return self._open_answer("statement", self.env._("Say What Happened"))

    @on_records
    def action_uphold(self):
        """Decide that it counts.

        :return: dict, a window action
        """
        return self._open_answer("uphold", self.env._("Uphold"))

    @on_records
    def action_waive(self):
        """Decide that it does not count.

        :return: dict, a window action
        """
        return self._open_answer("waive", self.env._("Waive"))

    @on_records
    def action_appeal(self):
        """The person does not accept the decision.

        :return: dict, a window action
        """
        return self._open_answer("appeal", self.env._("Appeal"))

    def _lock_for(self, person=None):
        """The row in sudo, locked, for whose turn it is.

        :param bool person: for the person, else for who decides
        :raise AccessError: for anybody else
        """
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if person and self.user_id != user:
            raise AccessError(
                self.env._(
                    "Only %(person)s says this.", person=self.sudo().user_id.name
                )
            )
        # sudo: written by the system about who acts
        row = self.sudo()._lock_rows()
        if not person and not row._may_decide(user):
            decider = next(iter(row._get_eligible()), None)
            raise AccessError(
                self.env._(
                    "You do not decide about this: %(person)s does.",
                    person=decider.name,
                )
                if decider
                else self.env._("Nobody decides in their own matter.")
            )
        return row

    def _state_error(self):
        return UserError(
            self.env._("This has been decided meanwhile: reload the page.")
        )

    def _say(self, text):
        """The person is heard; what was said first stays above what is added.

        :param str text: in the words of the person
        """
        row = self._lock_for(person=True)
        if row.state != "open":
            raise self._state_error()
        row.write(
            {
                "statement": "\n\n".join(filter(None, (row.statement, text))),
                "date_statement": self.env.cr.now().replace(microsecond=0),
            }
        )

    def _decide(self, uphold, text):
        """Uphold or waive, the first time or on appeal.

        :param bool uphold: whether it counts
        :param str text: why
        :raise AccessError: for who recorded it, the person, and who works below them
        :raise UserError: where the person has not been heard
        """
        row = self._lock_for()
        if row.state not in UNDECIDED:
            raise self._state_error()
        now = self.env.cr.now().replace(microsecond=0)
        if row.state == "appealed":
            values = {
                "appeal_decided_by_id": self.env.uid,
                "date_appeal_decided": now,
                "appeal_decision": text,
            }
        else:
            if uphold and not row.date_statement and now <= row.date_statement_due:
                raise UserError(
                    self.env._(
                        "%(person)s may say what happened until %(moment)s: decide "
                        "after that, or waive it now.",
                        person=row.user_id.name,
                        moment=row._format_for_reader(row.date_statement_due),
                    )
                )
            values = {
                "decided_by_id": self.env.uid,
                "date_decided": now,
                "decision": text,
            }
            if uphold:
                values["date_appeal_due"] = row._get_deadline(
                    now,
                    row.type_id.appeal_days,
                    row.user_id._get_absences(now, datetime.max),
                )
        # whoever was asked and has not decided reads it no more
        row.write(
            {
                **values,
                "state": "upheld" if uphold else "waived",
                "points": 0,
                "decider_id": False,
            }
        )
        row._update_ladder()
        # sudo: its name in a message to whom it concerns
        self._tell(
            row.user_id,
            lambda env: (
                env._("A violation was upheld")
                if uphold
                else env._("A violation was waived: it weighs nothing"),
                row.with_env(env).sudo().display_name,
            ),
        )

    def _format_for_reader(self, moment):
        """A moment as the reader's clock shows it.

        :return: str
        """
        return format_datetime(self.env, moment, dt_format="short")

    def _appeal(self, text):
        """The person does not accept the decision: somebody else looks at it.

        :param str text: why
        :raise UserError: after the last day where the person works, or twice
        """
        row = self._lock_for(person=True)
        now = self.env.cr.now()
        if row.state == "appealed":
            raise UserError(
                self.env._("You have appealed already: somebody else decides now.")
            )
        if row.date_appealed:
            raise UserError(self.env._("The appeal has been decided: that is the end."))
        if row.state != "upheld":
            raise self._state_error()
        if now > row.date_appeal_due:
            raise UserError(
                self.env._(
                    "The time to appeal was over at %(moment)s.",
                    moment=row._format_for_reader(row.date_appeal_due),
                )
            )
        row.write(
            {
                "state": "appealed",
                "points": 0,
                "appeal": text,
                "date_appealed": now.replace(microsecond=0),
            }
        )
        row._update_decider()
        row._update_ladder()
        # sudo: its name in a message to whoever decides
        self._tell(
            row.decider_id,
            lambda env: (
                env._("An appeal waits for your decision"),
                row.with_env(env).sudo().display_name,
            ),
            why="leader",
        )

    # ------------------------------------------------------------
    # TAKEN BACK
    # ------------------------------------------------------------

    def _reopen(self):
        """What was taken back stands again: who is concerned is heard and told anew.

        What was decided before was taken back as well, and may be appealed against
        anew; what the person has said stays.
        """
        for row in self:
            said = "\n\n".join(filter(None, (row.statement, row.appeal)))
            row.statement = said[: texts.NOTE_LENGTH]
        if self:
            self.write({"state": "open", **dict.fromkeys(FIELDS_OF_THE_COURSE, False)})
            self._begin()

    def _withdraw(self, reason):
        """The system takes these back; they stay visible and weigh nothing.

        :param str reason: value of ``withdraw_reason``
        """
        if not self:
            return
        self.write(
            {
                "state": "withdrawn",
                "points": 0,
                "decider_id": False,
                "withdraw_reason": reason,
                "date_withdrawn": self.env.cr.now().replace(microsecond=0),
            }
        )
        self._update_ladder()
        for user, rows in self.grouped("user_id").items():
            # sudo: its name in a message to whom it concerns
            self._tell(
                user,
                lambda env, rows=rows: (
                    env._("A violation was withdrawn: it weighs nothing"),
                    labels.join_clauses(
                        env, rows.with_env(env).sudo().mapped("display_name")
                    ),
                ),
            )
