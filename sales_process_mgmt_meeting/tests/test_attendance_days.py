# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FRIDAY_BEFORE, MEETING, MONDAY, MeetingCommon

ATTENDANCE = "sales.process.meeting.attendance"


@tagged("post_install", "-at_install")
class TestAttendanceDays(MeetingCommon):
    """Leave and codes, on both sides of each limit."""

    def _state(self, user, meeting=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self._row(user, meeting).state

    def _hold(self):
        self._start()
        self._mark(self.salesperson_c)
        self._end()

    def test_half_a_day(self):
        """Leave until, from and during the hour; 9 to 10 o'clock is 1:00 to 2:00."""
        self._hold()
        for start, end, state in (
            # the morning, and the afternoon
            ("00:00:00", "04:00:00", "excused"),
            ("05:00:00", "09:00:00", "missed"),
            # until it begins, and a second longer
            ("00:00:00", "01:00:00", "missed"),
            ("00:00:00", "01:00:01", "excused"),
            # the second half of it, and less
            ("01:30:00", "04:00:00", "excused"),
            ("01:30:01", "04:00:00", "missed"),
            # after it
            ("02:00:00", "04:00:00", "missed"),
        ):
            with self.subTest(start=start, end=end):
                absence = self._absent(
                    self.salesperson_a,
                    f"2027-03-08 {start}",
                    f"2027-03-08 {end}",
                    moment="2027-03-09 01:00:00",
                )
                self.assertEqual(self._state(self.salesperson_a), state)
                with self._at("2027-03-09 01:00:00"):
                    absence.with_user(self.leader_east).write(
                        {
                            "date_start": "2027-03-10 00:00:00",
                            "date_end": "2027-03-10 01:00:00",
                        }
                    )
                self.assertEqual(self._state(self.salesperson_a), "missed")

    def test_leave_after_another(self):
        """Two leaves that cover half of it together excuse; each alone does not."""
        self._hold()
        for start, end, state in (
            ("01:05:00", "01:20:00", "missed"),
            ("01:40:00", "01:55:00", "excused"),
        ):
            self._absent(
                self.salesperson_a,
                f"2027-03-08 {start}",
                f"2027-03-08 {end}",
                moment="2027-03-09 01:00:00",
            )
            self.assertEqual(self._state(self.salesperson_a), state)

    def test_closing_day(self):
        """Day of the meeting, closing day, last second at which leave excuses."""
        for day, close, last, late in (
            ("2027-03-08", 1, "2027-04-01 15:59:59", "2027-04-01 16:00:00"),
            ("2027-03-29", 28, "2027-04-28 15:59:59", "2027-04-28 16:00:00"),
            ("2027-12-27", 5, "2028-01-05 15:59:59", "2028-01-05 16:00:00"),
            ("2028-01-31", 28, "2028-02-28 15:59:59", "2028-02-28 16:00:00"),
        ):
            with self.subTest(day=day, close=close):
                self.team_east.process_meeting_close_day = close
                with self._at(f"{day} 00:00:00"):
                    meeting = (
                        self.env[MEETING]
                        .with_user(self.leader_east)
                        .create(
                            {
                                "team_id": self.team_east.id,
                                "date_start": f"{day} 01:00:00",
                            }
                        )
                        .with_env(self.env)
                    )
                self._start(meeting, f"{day} 01:00:00")
                with self._at(f"{day} 02:00:00"):
                    row = self._row(self.salesperson_c, meeting)
                    row.with_user(self.leader_east).action_present()
                    meeting.with_user(self.leader_east).action_end()
                    self.env.flush_all()
                span = (f"{day} 00:00:00", f"{day} 10:00:00")
                self._absent(self.salesperson_b, *span, moment=late)
                self.assertEqual(self._state(self.salesperson_b, meeting), "missed")
                self._absent(self.salesperson_a, *span, moment=last)
                self.assertEqual(self._state(self.salesperson_a, meeting), "excused")
                mine = self._row(self.salesperson_b, meeting)
                with self._at(last):
                    mine.with_user(self.leader_east).action_present()
                with self._at(late), self.assertRaisesRegex(UserError, "closed"):
                    mine.with_user(self.leader_east).action_missed()
                with self._at(late), self.assertRaisesRegex(UserError, "closed"):
                    mine.with_user(self.leader_east).note = "Late"

    @mute_logger("odoo.sql_db")
    def test_closing_day_has_limits(self):
        for day in (1, 28):
            self.team_east.process_meeting_close_day = day
            self.env.flush_all()
        for day in (0, 29):
            with (
                self.subTest(day=day),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.team_east.process_meeting_close_day = day
                self.env.flush_all()

    def test_leave_while_it_runs(self):
        """Entered by the leader it excuses at once, and expects again when gone."""
        self._start()
        absence = self._absent(
            self.salesperson_a,
            "2027-03-08 00:00:00",
            "2027-03-08 10:00:00",
            moment="2027-03-08 01:10:00",
        )
        self.assertEqual(self._state(self.salesperson_a), "excused")
        with self._at("2027-03-08 01:20:00"):
            absence.with_user(self.leader_east).write(
                {"date_start": "2027-03-09 00:00:00", "date_end": "2027-03-09 10:00:00"}
            )
        self.assertEqual(self._state(self.salesperson_a), "expected")
        # who came all the same is there
        code = self._code()
        self.assertEqual(self._type(self.salesperson_a, code), "success")
        self._absent(
            self.salesperson_a,
            "2027-03-08 00:00:00",
            "2027-03-08 10:00:00",
            moment="2027-03-08 01:30:00",
        )
        self.assertEqual(self._state(self.salesperson_a), "present")

    def test_sixth_try(self):
        """The fifth may be right, the sixth may not; a new code is no new chance."""
        self._start()
        code = self._code()
        for user, wrong, result in (
            (self.salesperson_a, 4, "success"),
            (self.salesperson_b, 5, "danger"),
        ):
            for _number in range(wrong):
                self.assertEqual(self._type(user, "WRONG9"), "danger")
            self.assertEqual(self._type(user, code), result)
        fresh = self._code("2027-03-08 01:10:00")
        self.assertEqual(
            self._type(self.salesperson_b, fresh, "2027-03-08 01:10:01"), "danger"
        )
        # the next meeting counts anew
        self._mark(self.salesperson_b)
        self._end()
        self.meeting = self._start(
            self._get_meeting("2027-03-15"), "2027-03-15 01:00:00"
        )
        fresh = self._code("2027-03-15 01:00:00")
        self.assertEqual(
            self._type(self.salesperson_b, fresh, "2027-03-15 01:00:01"), "success"
        )

    def test_code_of_another_meeting(self):
        """A code is good in its room: not in the next meeting, not in another team."""
        self._start()
        east = self._code()
        self.team_west.process_meeting = True
        with self._at(MONDAY):
            west = (
                self.env[MEETING]
                .with_user(self.leader_west)
                .create({"team_id": self.team_west.id, "date_start": MONDAY})
                .with_env(self.env)
            )
        self._start(west, user=self.leader_west)
        self.assertEqual(self._type(self.salesperson_d, east, meeting=west), "danger")
        # and nobody of the other team reaches this meeting
        with self.assertRaises(AccessError):
            self._type(self.salesperson_d, east)
        Presence = self.env["sales.process.meeting.presence"]
        with self._at(MONDAY), self.assertRaises(AccessError):
            Presence.with_user(self.salesperson_d).create(
                {"meeting_id": self.meeting.id, "code": east}
            ).action_confirm()
        self.assertFalse(self._row(self.salesperson_d))
        # that of last week
        self._mark(self.salesperson_a)
        self._end()
        other = self._start(self._get_meeting("2027-03-15"), "2027-03-15 01:00:00")
        self.assertEqual(
            self._type(self.salesperson_b, east, "2027-03-15 01:00:01", other), "danger"
        )
        self.assertEqual(self._state(self.salesperson_b, other), "expected")

    def test_who_is_not_expected(self):
        """The leader above reads the meeting, and is present at none by a code."""
        region = self._create_region(self.team_east)
        self._start()
        code = self._code()
        for user in (region, self.director):
            with self.subTest(user=user.login):
                self.assertFalse(self.meeting.with_user(user).can_confirm)
                self.assertEqual(self._type(user, code), "danger")
        self.assertEqual(self.meeting.attendance_ids.user_id, self.people)
        self.assertTrue(self.meeting.with_user(self.salesperson_a).can_confirm)

    def test_what_was_typed_is_kept_nowhere(self):
        """Nor does a long text, or one in other letters, do anything else."""
        self._start()
        code = self._code()
        for text in ("x" * 64, "价格表", "' OR 1=1 --", "\u200b", code[::-1] + "1"):
            self.assertEqual(self._type(self.salesperson_a, text), "danger")
        typed = self.env["sales.process.meeting.presence"].search([])
        self.assertEqual(set(typed.mapped("code")), {"-"})
        self.assertEqual(self._row(self.salesperson_a).code_tries, 5)

    def test_absence_before_the_series(self):
        """Leave of a whole month, without an end, and of another person."""
        self._absent(
            self.salesperson_a,
            "2027-03-01 00:00:00",
            "2027-04-01 00:00:00",
            moment=FRIDAY_BEFORE,
        )
        self._start()
        self.assertEqual(self._state(self.salesperson_a), "excused")
        self.assertEqual(self._state(self.salesperson_b), "expected")
        # the chair has the last word
        self._mark(self.salesperson_a, "missed")
        self._mark(self.salesperson_b)
        self._end()
        self.assertEqual(self._state(self.salesperson_a), "missed")
