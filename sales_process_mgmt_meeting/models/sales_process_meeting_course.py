# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a meeting goes, from the agenda to the minutes."""

from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import consteq, format_date, hmac
from odoo.tools.mail import is_html_empty

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from ..tools import meetings as meeting_tools
from .sales_process_meeting_agenda import MeetingAgenda

# A code in the room is good for so long, and somebody may be wrong so many times.
CODE_SPAN = timedelta(minutes=3)
CODE_TRIES = 5


class SalesProcessMeetingCourse(models.AbstractModel):
    """Prepared, begun, ended, sent; who is there; meetings inherit it."""

    _name = "sales.process.meeting.course"
    _description = "Course of a Meeting"

    @on_records
    def action_prepare(self):
        """Write the agenda as of now, to prepare oneself; it is frozen at the start.

        :raise AccessError: for who does not conduct it
        """
        rows = self._check_chair("planned")
        rows.team_id._check_meets()
        MeetingAgenda(self.env).write_down(rows)

    @on_records
    def action_start(self):
        """Begin: the agenda is frozen, the people are expected.

        :raise AccessError: for who does not conduct it
        :raise UserError: before the day
        """
        rows = self._check_chair("planned")
        rows.team_id._check_meets()
        now = self.env.cr.now().replace(microsecond=0)
        for meeting in rows:
            if deadline_tools.local_date(now, meeting._get_zone()) < meeting.date:
                raise UserError(
                    self.env._(
                        "It is planned for %(day)s: change its time first.",
                        day=format_date(self.env, meeting.date),
                    )
                )
        MeetingAgenda(self.env).write_down(rows)
        rows.write({"state": "running", "date_started": now})
        # sudo: after the checks; attendance is the system's to begin
        self.env["sales.process.meeting.attendance"].sudo()._expect(rows, self.env.user)

    @on_records
    def action_end(self):
        """End it: who is not there, and not on leave, has missed it.

        :raise AccessError: for who does not conduct it
        :raise UserError: where nobody took the attendance
        """
        rows = self._check_chair("running")
        for meeting in rows:
            if not meeting._is_attendance_taken():
                raise UserError(
                    self.env._(
                        "Nobody is marked as present: take the attendance first."
                    )
                )
        rows._end()

    def _is_attendance_taken(self):
        """Tell whether anybody besides the chair was marked.

        :return: bool, also where nobody else is expected
        """
        self.ensure_one()
        others = self.attendance_ids.filtered(lambda row: row.source != "chair_own")
        return not others or any(
            row.state == "present" or row.source == "chair" for row in others
        )

    def _end(self):
        """See :meth:`action_end`; where nobody took the attendance, none is missed."""
        now = self.env.cr.now().replace(microsecond=0)
        for meeting in self:
            expected = meeting.attendance_ids.filtered(
                lambda row: row.state == "expected"
            )
            if meeting._is_attendance_taken():
                expected.write({"state": "missed"})
                expected._excuse_absent()
        self.write(
            {
                "state": "held",
                "date_ended": now,
                "code_hash": False,
                "date_code_until": False,
            }
        )

    @on_records
    def action_send(self):
        """Send the minutes: the team is told, and they change no more.

        :raise AccessError: for who does not conduct it
        :raise UserError: without minutes
        """
        rows = self._check_chair("held")
        if any(is_html_empty(meeting.minutes) for meeting in rows):
            raise UserError(self.env._("Write the minutes first, a sentence will do."))
        rows.write(
            {
                "state": "closed",
                "date_closed": self.env.cr.now().replace(microsecond=0),
            }
        )
        for meeting in rows:
            readers = meeting.attendance_ids.user_id - self.env.user
            self.env["sales.process.notice"]._tell(
                readers, meeting._render_sent, meeting
            )

    def _render_sent(self, env):
        """What the people of the meeting are told.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        # sudo: its name in a message to whoever reads the minutes
        spoken = self.with_env(env).sudo()
        subject = env._("Minutes of %(meeting)s", meeting=spoken.display_name)
        return subject, env._("Read them, and look up what was decided for you.")

    # ------------------------------------------------------------
    # A CODE IN THE ROOM
    # ------------------------------------------------------------

    @on_records
    def action_show_code(self):
        """Show a new code; the one before is not good any more.

        :return: dict, a window action
        :raise AccessError: for who does not conduct it
        """
        self.ensure_one()
        meeting = self._check_chair("running")
        code = meeting_tools.make_code()
        until = self.env.cr.now().replace(microsecond=0) + CODE_SPAN
        meeting.write({"code_hash": meeting._hash_code(code), "date_code_until": until})
        return self.env["sales.process.meeting.code"]._open(self, code, until)

    def _hash_code(self, code):
        # sudo: with the secret of the database, so that nobody finds the code by trying
        return hmac(self.env(su=True), "sales_process_meeting", (self.id, code))

    @on_records
    def action_confirm_presence(self):
        """Ask for the code that is shown in the room.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["sales.process.meeting.presence"]._open(self)

    def _confirm_presence(self, text):
        """Somebody types the code; a wrong one is counted, so it raises nothing.

        :param str text: as it was typed
        :return: tuple, whether it was right, and one sentence
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the own row, which only the system writes
        meeting = self.sudo()
        row = meeting.attendance_ids.filtered(
            lambda row: row.user_id == self.env.user.sudo()
        )._lock_rows()
        if meeting.state != "running" or not row or row.state != "expected":
            return False, self.env._(
                "Nobody waits for your code: the meeting is not in session, or your "
                "presence is settled."
            )
        if row.code_tries >= CODE_TRIES:
            return False, self.env._(
                "Too many wrong codes: ask the chair to mark you as present."
            )
        code = meeting_tools.clean_code(text)
        is_right = bool(meeting.code_hash) and consteq(
            meeting.code_hash, meeting._hash_code(code)
        )
        if is_right and self.env.cr.now() <= meeting.date_code_until:
            row._settle("present", "code")
            return True, self.env._("You are present.")
        row.code_tries += 1
        return False, self.env._(
            "This code is not the one that is shown now. Look again, it changes."
        )
