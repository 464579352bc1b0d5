# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MONDAY, MeetingCommon

LATER = "2027-03-20 02:00:00"


@tagged("post_install", "-at_install")
class TestAttendance(MeetingCommon):
    """Who was there: by the chair, or by a code in the room."""

    def _states(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return {row.user_id: row.state for row in self.meeting.attendance_ids}

    def test_missed_is_a_fact(self):
        """And a number; the day is that of the meeting where the person works."""
        self._start()
        self.assertEqual(self._states()[self.leader_east], "present")
        self._mark(self.salesperson_a)
        self._mark(self.salesperson_b, "excused")
        self._end()
        self.assertEqual(self._states()[self.salesperson_c], "missed")
        fact = self._facts()
        self.assertEqual(fact.user_id, self.salesperson_c)
        self.assertEqual(str(fact.date), "2027-03-08")
        self.assertEqual(fact.team_id, self.team_east)
        self.assertEqual(fact.res_id, self._row(self.salesperson_c).id)
        metrics = self.env["sales.process.metric"]
        for code, users in (
            ("meetings_attended", self.leader_east | self.salesperson_a),
            ("meetings_missed", self.salesperson_c),
        ):
            metric = metrics.search([("code", "=", code)])
            values = metric._evaluate(
                {
                    user.id: ("2027-03-01 00:00:00", "2027-04-01 00:00:00")
                    for user in self.people
                },
                self.company,
            )[metric]
            self.assertEqual(
                {user for user, value in values.items() if value}, set(users.ids)
            )
        # the chair was wrong: the fact is gone
        self._mark(self.salesperson_c, moment=LATER)
        self.assertFalse(self._facts())

    def test_accepted_is_not_there(self):
        """Case 45: what the calendar says is no attendance."""
        attendee = self.meeting.event_id.attendee_ids.filtered(
            lambda row: row.partner_id == self.salesperson_a.partner_id
        )
        attendee.with_user(self.salesperson_a).do_accept()
        self._start()
        self._mark(self.salesperson_b)
        self._end()
        self.assertEqual(self._states()[self.salesperson_a], "missed")

    def test_nobody_took_it(self):
        """Where nobody took the attendance, nobody has missed anything."""
        self._start()
        with self._at(MONDAY), self.assertRaisesRegex(UserError, "take the attend"):
            self.meeting.with_user(self.leader_east).action_end()
        self._mark(self.salesperson_a, "missed")
        self._end()
        self.assertEqual(self._states()[self.salesperson_b], "missed")

    def test_leave_excuses(self):
        """Case 44: on leave at the start is excused by itself."""
        self._absent(
            self.salesperson_a,
            "2027-03-07 16:00:00",
            "2027-03-08 16:00:00",
            moment="2027-03-05 03:00:00",
        )
        self._absent(
            self.salesperson_b,
            "2027-03-08 03:00:00",
            "2027-03-08 10:00:00",
            moment="2027-03-05 03:00:00",
        )
        self._start()
        self.assertEqual(self._states()[self.salesperson_a], "excused")
        self.assertEqual(self._row(self.salesperson_a).source, "absence")
        self._mark(self.salesperson_c)
        self._end()
        # afternoon off is no leave at nine
        self.assertEqual(self._states()[self.salesperson_b], "missed")
        self.assertEqual(self._facts().user_id, self.salesperson_b)

    def test_leave_entered_later(self):
        """Case 44: corrected while the month is open, both sides of its last day."""
        self._start()
        self._mark(self.salesperson_c)
        self._end()
        span = ("2027-03-07 16:00:00", "2027-03-08 16:00:00")
        absence = self._absent(self.salesperson_a, *span, moment="2027-04-05 15:59:00")
        self.assertEqual(self._states()[self.salesperson_a], "excused")
        self.assertEqual(self._facts().user_id, self.salesperson_b)
        # the month is closed: it stays as it was
        self._absent(self.salesperson_b, *span, moment="2027-04-05 16:00:00")
        self.assertEqual(self._states()[self.salesperson_b], "missed")
        with self._at("2027-04-06 00:00:00"):
            absence.with_user(self.leader_east).write(
                {"date_start": "2027-03-09 00:00:00", "date_end": "2027-03-10 00:00:00"}
            )
        self.assertEqual(self._states()[self.salesperson_a], "excused")

    def test_leave_that_is_cancelled(self):
        self._start()
        self._mark(self.salesperson_c)
        self._end()
        absence = self._absent(
            self.salesperson_a,
            "2027-03-07 16:00:00",
            "2027-03-08 16:00:00",
            moment=LATER,
        )
        self.assertEqual(self._states()[self.salesperson_a], "excused")
        with self._at(LATER):
            # what has been stays an absence, unless its dates were wrong
            absence.with_user(self.leader_east).write(
                {"date_start": "2027-03-09 00:00:00", "date_end": "2027-03-10 00:00:00"}
            )
        self.assertEqual(self._states()[self.salesperson_a], "missed")
        self.assertFalse(self._row(self.salesperson_a).source)

    def test_what_the_chair_said_stays(self):
        self._start()
        self._mark(self.salesperson_a, "missed")
        self._end()
        self._absent(
            self.salesperson_a,
            "2027-03-07 16:00:00",
            "2027-03-08 16:00:00",
            moment=LATER,
        )
        self.assertEqual(self._states()[self.salesperson_a], "missed")

    def test_nobody_excuses_oneself_afterwards(self):
        """Leave entered alone after the beginning needs the leader."""
        self._start()
        self._mark(self.salesperson_c)
        self.team_east.process_absence_days_own = 5
        absence = self._absent(
            self.salesperson_a,
            "2027-03-08 00:30:00",
            "2027-03-08 09:00:00",
            by=self.salesperson_a,
            moment="2027-03-08 01:20:00",
        )
        self.assertEqual(absence.state, "confirmed")
        # entered before the beginning, it holds
        self._absent(
            self.salesperson_b,
            "2027-03-08 00:30:00",
            "2027-03-08 09:00:00",
            by=self.salesperson_b,
            moment="2027-03-08 00:20:00",
        )
        self.env.cr.execute(
            "UPDATE sales_process_absence SET create_date = '2027-03-08 01:20:00'"
            " WHERE id = %s",
            [absence.id],
        )
        self.env.cr.execute(
            "UPDATE sales_process_absence SET create_date = '2027-03-08 00:20:00'"
            " WHERE user_id = %s",
            [self.salesperson_b.id],
        )
        self.env.invalidate_all()
        self._end()
        self.assertEqual(self._states()[self.salesperson_a], "missed")
        self.assertEqual(self._states()[self.salesperson_b], "excused")

    def test_code_in_the_room(self):
        self._start()
        code = self._code()
        self.assertEqual(self._type(self.salesperson_a, f" {code.lower()} "), "success")
        row = self._row(self.salesperson_a)
        self.assertEqual((row.state, row.source), ("present", "code"))
        self._end()
        self.assertEqual(self._states()[self.salesperson_b], "missed")

    def test_code_is_short_lived(self):
        """Three minutes, both sides; a new one ends the one before."""
        self._start()
        code = self._code()
        self.assertEqual(
            self._type(self.salesperson_a, code, "2027-03-08 01:03:00"), "success"
        )
        self.assertEqual(
            self._type(self.salesperson_b, code, "2027-03-08 01:03:01"), "danger"
        )
        fresh = self._code("2027-03-08 01:04:00")
        self.assertEqual(
            self._type(self.salesperson_b, code, "2027-03-08 01:04:01"), "danger"
        )
        self.assertEqual(
            self._type(self.salesperson_b, fresh, "2027-03-08 01:04:02"), "success"
        )

    def test_code_tries_are_limited(self):
        """Five wrong ones, which are counted; then the right one does not help."""
        self._start()
        code = self._code()
        for number in range(5):
            self.assertEqual(self._type(self.salesperson_a, f"WR{number}NG"), "danger")
        self.assertEqual(self._row(self.salesperson_a).code_tries, 5)
        self.assertEqual(self._type(self.salesperson_a, code), "danger")
        self.assertEqual(self._states()[self.salesperson_a], "expected")
        # others are not locked out by it
        self.assertEqual(self._type(self.salesperson_b, code), "success")
        self._mark(self.salesperson_a)
        self.assertEqual(self._states()[self.salesperson_a], "present")

    def test_code_is_read_nowhere(self):
        """Not from the meeting, by nobody; not from the dialog of the chair."""
        self._start()
        code = self._code()
        self.assertNotIn(code, str(self.meeting.code_hash))
        for user in (self.salesperson_a, self.leader_east, self.director):
            mine = self.meeting.with_user(user)
            for name in ("code_hash", "date_code_until"):
                with self.assertRaises(AccessError):
                    mine.read([name])
                with self.assertRaises(AccessError):
                    mine.search([(name, "!=", False)])
            with self.assertRaises(AccessError):
                self._row(self.salesperson_a).with_user(self.director).read(
                    ["code_tries"]
                )
        dialog = self.env["sales.process.meeting.code"]
        for user in (self.salesperson_a, self.director):
            self.assertFalse(dialog.with_user(user).search([]))
        shown = dialog.search([]).with_user(self.leader_east)
        self.assertEqual(shown.code, code)
        with self._at(MONDAY):
            again = shown.action_again()
        self.assertNotEqual(dialog.browse(again["res_id"]).code, code)
        # whoever ends the meeting ends the code
        self._mark(self.salesperson_a)
        self._end()
        self.assertFalse(self.meeting.code_hash)

    def test_code_is_for_who_is_expected(self):
        """Not for others, not twice, not before and after, not without a code."""
        self.meeting.with_user(self.salesperson_a)
        self._start()
        for empty in ("", " - ", "None", "False"):
            self.assertEqual(self._type(self.salesperson_a, empty or "-"), "danger")
        code = self._code()
        self.assertEqual(self._type(self.salesperson_b, code), "success")
        self.assertEqual(self._type(self.salesperson_b, code), "danger")
        with self.assertRaises(AccessError):
            self._type(self.salesperson_d, code)
        other = self._get_meeting("2027-03-15")
        self.assertEqual(self._type(self.salesperson_a, code, meeting=other), "danger")
        self._end()
        self.assertEqual(self._type(self.salesperson_c, code), "danger")
        self.assertEqual(self._states()[self.salesperson_c], "missed")

    def test_who_takes_it(self):
        self._start()
        row = self._row(self.salesperson_a)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            for button in (
                row.with_user(user).action_present,
                row.with_user(user).action_excuse,
                row.with_user(user).action_missed,
            ):
                with self.assertRaises(AccessError):
                    button()
        for values in ({"state": "present"}, {"code_tries": 0}, {"source": "chair"}):
            with self._at("2027-03-09 00:00:00"), self.assertRaises(AccessError):
                row.with_user(self.leader_east).write(values)
        # nobody excuses oneself
        with self.assertRaises(AccessError):
            self._mark(self.leader_east, "excused")
        with (
            self._at("2027-04-06 00:00:00"),
            self.assertRaisesRegex(UserError, "closed"),
        ):
            row.with_user(self.leader_east).action_present()

    def test_who_reads_it(self):
        """The person and who leads; colleagues do not see who missed it."""
        self._start()
        rows = self.meeting.attendance_ids
        for user, count in (
            (self.salesperson_a, 1),
            (self.salesperson_c, 1),
            (self.leader_east, 4),
            (self.director, 4),
            (self.leader_west, 0),
        ):
            with self.subTest(user=user.login):
                found = rows.with_user(user).search([("id", "in", rows.ids)])
                self.assertEqual(len(found), count)
