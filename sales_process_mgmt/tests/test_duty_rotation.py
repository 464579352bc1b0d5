# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from collections import Counter
from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged, warmup

from ..wizard.sales_process_duty_rotation_plan import RosterPlan
from .common_duty import DutyCommon

# The roster is made on Sunday, 31 May 2026, at noon in Shanghai.
NOW = datetime(2026, 5, 31, 4)
MONDAY = date(2026, 6, 1)


@tagged("post_install", "-at_install")
class TestDutyRotation(DutyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Showroom",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": period,
                                "dayofweek": str(day),
                                "day_period": period,
                                "hour_from": hour_from,
                                "hour_to": hour_to,
                            }
                        )
                        for day in range(5)
                        for period, hour_from, hour_to in (
                            ("morning", 9, 12),
                            ("lunch", 12, 13),
                            ("afternoon", 13, 18),
                        )
                    ),
                ],
            }
        )
        cls.team_east.process_calendar_id = cls.calendar

    def setUp(self):
        super().setUp()
        self.enterContext(self._at(NOW))

    def _rotate(self, user=None, **values):
        return (
            self.env["sales.process.duty.rotation"]
            .with_user(user or self.leader_east)
            .create(
                {
                    "team_id": self.team_east.id,
                    "date_from": MONDAY,
                    "date_to": date(2026, 6, 5),
                    **values,
                }
            )
        )

    def _get_roster(self, team=None):
        return self.Duty.search([("team_id", "=", (team or self.team_east).id)])

    def test_week_by_day(self):
        """Five days, three members in turn, from opening to closing."""
        wizard = self._rotate()
        self.assertEqual(
            wizard.user_ids,
            self.salesperson_a | self.salesperson_b | self.salesperson_c,
        )
        self.assertEqual(wizard.zone, "Asia/Shanghai")
        wizard.action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 5)
        self.assertEqual(roster[0].date_start, datetime(2026, 6, 1, 1))
        self.assertEqual(roster[0].date_end, datetime(2026, 6, 1, 10))
        self.assertEqual(set(roster.mapped("state")), {"planned"})
        numbers = Counter(duty.user_id for duty in roster)
        self.assertEqual(sorted(numbers.values()), [1, 2, 2])
        self.assertEqual(
            self.team_east._get_duty_users(datetime(2026, 6, 1, 4, 30)),
            roster[0].user_id,
            "somebody is there at noon",
        )

    def test_preview_creates_nothing(self):
        """The preview shows the shifts, a person can be changed in it."""
        wizard = self._rotate()
        action = wizard.action_preview()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual(len(wizard.line_ids), 5)
        self.assertFalse(self._get_roster())
        wizard.line_ids[0].user_id = self.leader_east
        wizard.line_ids[1].unlink()
        wizard.action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 4)
        self.assertEqual(roster[0].user_id, self.leader_east)

    def test_back_to_the_settings(self):
        """Going back from the preview forgets its lines."""
        wizard = self._rotate()
        wizard.action_preview()
        wizard.action_back()
        self.assertFalse(wizard.line_ids)
        wizard.unit = "shift"
        wizard.action_create()
        self.assertEqual(len(self._get_roster()), 10)

    def test_made_twice_is_made_once(self):
        """The second time everything is filled: nothing new, and the wizard says so."""
        for unit in ("shift", "day", "week"):
            with self.subTest(unit=unit):
                self._get_roster().unlink()
                self._rotate(unit=unit).action_create()
                roster = self._get_roster()
                again = self._rotate(unit=unit)
                again.action_preview()
                self.assertFalse(again.line_ids)
                self.assertEqual(again.skipped_count, len(roster))
                message = again.action_create()["params"]["message"]
                self.assertIn("Shifts created: 0", message)
                self.assertIn(str(len(roster)), message)
                self.assertEqual(self._get_roster(), roster)

    def test_same_preview_created_twice(self):
        """Two clicks on the button, or two leaders at once, make one roster."""
        first, second = self._rotate(), self._rotate()
        first.action_preview()
        second.action_preview()
        first.action_create()
        first.action_create()
        second.action_create()
        self.assertEqual(len(self._get_roster()), 5)
        self.assertEqual(second.skipped_count, 5)

    def test_longer_roster_continues_a_shorter_one(self):
        """Filled days stay, cancelled ones are filled again, the others follow."""
        self._rotate().action_create()
        first = self._get_roster()
        first[0].action_cancel()
        self._rotate(date_to=date(2026, 6, 12)).action_create()
        roster = self._get_roster().filtered(lambda duty: duty.state != "cancelled")
        self.assertEqual(len(roster), 10)
        self.assertLess(first[1:], roster)
        numbers = Counter(duty.user_id for duty in roster)
        self.assertEqual(sorted(numbers.values()), [3, 3, 4])

    def test_other_unit_does_not_double_the_roster(self):
        """Morning and afternoon fill a day; the morning alone does not."""
        self._rotate(unit="shift").action_create()
        again = self._rotate(unit="day")
        again.action_preview()
        self.assertFalse(again.line_ids)
        self.assertEqual(again.skipped_count, 5)
        self._get_roster()[1].action_cancel()
        again.action_preview()
        self.assertEqual(len(again.line_ids), 1)

    def test_second_person_is_added(self):
        """One person more at a time: only the second places are new."""
        self._rotate().action_create()
        self._rotate(person_count=2).action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 10)
        for duties in roster.grouped("date_start").values():
            self.assertEqual(len(duties.user_id), 2)

    def test_holiday_make_up_day_and_free_day(self):
        """Public holidays and free days have no shift, a make-up Sunday has one."""
        self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Holiday",
                    "calendar_id": self.calendar.id,
                    "date_from": datetime(2026, 6, 1, 16),  # all of 2 June
                    "date_to": datetime(2026, 6, 2, 15, 59, 59),
                },
                {
                    "name": "Free afternoon",
                    "calendar_id": self.calendar.id,
                    "date_from": datetime(2026, 6, 3, 4),  # 3 June from noon
                    "date_to": datetime(2026, 6, 3, 15, 59, 59),
                },
            ]
        )
        self.env["sales.process.calendar.exception"].create(
            [
                {"name": name, "team_id": team.id, "date": day, "is_working": works}
                for name, team, day, works in (
                    ("Make-up day", self.team_east, date(2026, 6, 7), True),
                    ("Outing", self.team_east, date(2026, 6, 4), False),
                    ("Not this team", self.team_west, date(2026, 6, 6), True),
                )
            ]
        )
        self._rotate(unit="shift", date_to=date(2026, 6, 7)).action_create()
        starts = [
            (duty.date_start.day, duty.date_start.hour) for duty in self._get_roster()
        ]
        self.assertEqual(
            starts, [(1, 1), (1, 5), (3, 1), (5, 1), (5, 5), (7, 1), (7, 5)]
        )

    def test_make_up_day_stands_above_a_holiday(self):
        """Work on a public holiday, if the team says so."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": datetime(2026, 6, 1, 16),
                "date_to": datetime(2026, 6, 2, 15, 59, 59),
            }
        )
        self.env["sales.process.calendar.exception"].create(
            {"name": "Open", "team_id": self.team_east.id, "date": date(2026, 6, 2)}
        )
        self._rotate().action_create()
        self.assertEqual(len(self._get_roster()), 5)

    def test_absent_person_has_no_turn(self):
        """Out of office on Tuesday and Wednesday: no shift on these days."""
        self.salesperson_a.write(
            {
                "out_of_office_from": datetime(2026, 6, 2, 1),
                "out_of_office_to": datetime(2026, 6, 3, 10),
            }
        )
        self._rotate(person_count=2).action_create()
        days = [
            duty.date_start.day
            for duty in self._get_roster()
            if duty.user_id == self.salesperson_a
        ]
        self.assertEqual(days, [1, 4, 5])

    def test_nobody_is_free(self):
        """Places for which nobody is free stay empty, and the wizard says so."""
        self.salesperson_a.out_of_office_from = datetime(2026, 6, 4)
        wizard = self._rotate(user_ids=[Command.set(self.salesperson_a.ids)])
        action = wizard.action_create()
        self.assertEqual(len(self._get_roster()), 3)
        self.assertEqual(wizard.open_count, 2)
        self.assertEqual(action["params"]["type"], "warning")
        self.assertIn("nobody is free then: 2", action["params"]["message"])

    def test_who_had_fewer_shifts_lately_comes_first(self):
        """Shifts of the last weeks count, substitutes instead of the planned person."""
        for day in (25, 26):
            self._create_duty(
                self.salesperson_a, datetime(2026, 5, day, 1), datetime(2026, 5, day, 9)
            )
        swapped = self._create_duty(
            self.salesperson_b, datetime(2026, 5, 27, 1), datetime(2026, 5, 27, 9)
        )
        swapped._substitute(self.salesperson_c)
        before = self._get_roster()
        self._rotate(date_to=date(2026, 6, 3)).action_create()
        new = self._get_roster() - before
        self.assertEqual(new[0].user_id, self.salesperson_b)
        self.assertNotIn(self.salesperson_a, new.user_id)
        wizard = self._rotate(load_weeks=0, date_to=date(2026, 6, 3))
        self.assertFalse(RosterPlan(wizard)._get_load(self.Duty))

    def test_hotline_beside_reception(self):
        """A place at the counter does not fill one at the hotline."""
        self._rotate(kind="reception").action_create()
        self._rotate(kind="hotline").action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 10)
        self.assertEqual(Counter(roster.mapped("kind")), {"reception": 5, "hotline": 5})

    def test_what_is_over_is_left_out(self):
        """Made on Wednesday at noon: the morning is over, the afternoon is planned."""
        with self._at(datetime(2026, 6, 3, 4)):
            self._rotate(unit="shift").action_create()
        self.assertEqual(self._get_roster()[0].date_start, datetime(2026, 6, 3, 5))

    def test_change_of_clocks(self):
        """Nine to five stays nine to five in New York when the clocks change."""
        self.company_2.resource_calendar_id.tz = "America/New_York"
        self.team_c2.user_id = self.salesperson_x
        with self._at(datetime(2026, 3, 1)):
            wizard = (
                self.env["sales.process.duty.rotation"]
                .with_user(self.salesperson_x)
                .create(
                    {
                        "team_id": self.team_c2.id,
                        "date_from": date(2026, 3, 6),
                        "date_to": date(2026, 3, 9),
                    }
                )
            )
            wizard.action_create()
        friday, monday = self._get_roster(self.team_c2)
        self.assertEqual(friday.date_start.hour - monday.date_start.hour, 1)

    def test_calendar_of_two_weeks(self):
        """Hours of odd and even weeks are told apart."""
        self.calendar.two_weeks_calendar = True
        attendances = self.calendar.attendance_ids
        monday = attendances.filtered(
            lambda row: row.dayofweek == "0" and row.day_period == "morning"
        )
        attendances.write({"week_type": str(monday.get_week_type(MONDAY))})
        self._rotate(date_to=date(2026, 6, 12)).action_create()
        self.assertEqual(
            {duty.date_start.day for duty in self._get_roster()}, {1, 2, 3, 4, 5}
        )

    def test_team_without_calendar(self):
        """Where no calendar has hours the leader gives them."""
        self.team_east.process_calendar_id = False
        self.company.resource_calendar_id = False
        wizard = self._rotate(hour_from=10, hour_to=20)
        self.assertFalse(wizard.has_hours)
        wizard.action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 5)
        self.assertEqual(roster[0].date_start, datetime(2026, 6, 1, 2))
        self.assertEqual(roster[0].date_end, datetime(2026, 6, 1, 12))

    def test_own_hours_at_weekends_and_at_night(self):
        """A showroom is open when its calendar is not: day and night, every day."""
        wizard = self._rotate(
            hours_kind="own",
            hour_from=8,
            hour_to=8,
            shift_count=2,
            unit="shift",
            date_to=date(2026, 6, 7),
        )
        wizard.action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 14)
        self.assertEqual(roster[0].date_start, datetime(2026, 6, 1))
        for duty, following in itertools.pairwise(roster):
            self.assertEqual(duty.date_end, following.date_start)
        self.assertEqual(roster[-1].date_end, datetime(2026, 6, 8))

    def test_own_hours_on_some_days(self):
        """A day that is not ticked is free, unless the team works by exception."""
        self.env["sales.process.calendar.exception"].create(
            [
                {
                    "name": "Exception",
                    "team_id": self.team_east.id,
                    "date": date(2026, 6, day),
                    "is_working": is_working,
                }
                for day, is_working in ((4, True), (6, False))
            ]
        )
        week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), False)
        self._rotate(hours_kind="own", date_to=date(2026, 6, 7), **week).action_create()
        self.assertEqual(
            [duty.date_start.day for duty in self._get_roster()],
            [4, 7],
        )

    def test_holidays_stay_free_with_own_hours(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Dragon Boat",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 6, 1, 16),  # all of 2 June
                "date_to": datetime(2026, 6, 2, 15, 59, 59),
            }
        )
        self._rotate(hours_kind="own", date_to=date(2026, 6, 3)).action_create()
        self.assertEqual([duty.date_start.day for duty in self._get_roster()], [1, 3])

    def test_period_that_is_proposed(self):
        """The roster goes on where it ends, up to the end of a month."""
        Rotation = self.env["sales.process.duty.rotation"].with_user(self.leader_east)

        def get_period(moment):
            with self._at(moment):
                wizard = Rotation.new({"team_id": self.team_east.id})
                return wizard.date_from, wizard.date_to

        self.assertEqual(
            get_period(datetime(2026, 6, 10, 4)), (date(2026, 6, 10), date(2026, 6, 30))
        )
        # few days are left, and it is the 31st in Shanghai already
        self.assertEqual(
            get_period(datetime(2026, 5, 30, 16)),
            (date(2026, 5, 31), date(2026, 6, 30)),
        )
        self._create_duty(
            self.salesperson_a, datetime(2026, 6, 30, 1), datetime(2026, 6, 30, 16)
        )
        self.assertEqual(
            get_period(datetime(2026, 6, 10, 4)), (date(2026, 7, 1), date(2026, 7, 31))
        )

    def test_roster_is_shown_when_made(self):
        action = self._rotate().action_create()["params"]["next"]
        self.assertEqual(action["res_model"], "sales.process.duty")
        self.assertEqual(action["context"]["initial_date"], "2026-06-01 04:00:00")

    def test_team_without_members_or_leader(self):
        """Without people no roster; without a leader the administrator makes it."""
        empty = self._create_team(
            "Empty", "off", self.env["res.users"], self.env["res.users"]
        )
        with self._assert_refused("Choose the people"):
            self._rotate(self.director, team_id=empty.id).action_preview()
        self.team_east.user_id = False
        self._rotate(self.director).action_create()
        self.assertEqual(len(self._get_roster()), 5)

    def test_input_is_checked(self):
        """Period, length and people are checked before anything is made."""
        for values, sentence in (
            ({"date_to": date(2026, 5, 30)}, "ends before it starts"),
            ({"date_to": date(2027, 6, 2)}, "at most 366 days"),
            (
                {"user_ids": [Command.set(self.salesperson_d.ids)]},
                "do not belong to Team East",
            ),
        ):
            with self.subTest(sentence=sentence), self._assert_refused(sentence):
                self._rotate(**values).action_preview()
        self._rotate(date_to=date(2027, 6, 1)).action_preview()

    def test_only_the_leader_makes_rosters(self):
        """Members, other leaders and other companies' people are refused."""
        for user in (
            self.salesperson_a,
            self.salesperson_c,
            self.leader_west,
            self.salesperson_d,
        ):
            for method in ("action_preview", "action_create"):
                with (
                    self.subTest(user=user.login, method=method),
                    self._assert_refused("Only the leader of Team East", AccessError),
                ):
                    getattr(self._rotate(user), method)()
        with self.assertRaises(AccessError):
            self._rotate(self.office_user)
        self.assertFalse(self._get_roster())

    def test_form(self):
        """The form starts with the leader's team and its members."""
        form = Form(self.env["sales.process.duty.rotation"].with_user(self.leader_east))
        self.assertEqual(form.team_id, self.team_east)
        self.assertEqual(len(form.user_ids[:]), 3)
        self.assertTrue(form.has_hours)

    @warmup
    def test_month_of_twenty_people(self):
        """A month's roster of 20 people costs no query per shift."""
        people = self.env["res.users"].create(
            [
                {
                    "name": f"Person {number}",
                    "login": f"person_{number}",
                    "group_ids": [
                        Command.link(self.env.ref("sales_team.group_sale_salesman").id)
                    ],
                }
                for number in range(17)
            ]
        )
        self.team_east.member_ids |= people
        wizard = self._rotate(person_count=4, unit="shift", date_to=date(2026, 6, 30))
        self.env.flush_all()
        self.env.invalidate_all()
        # absences are rows; Time Off, where it is, asks for holidays
        with self.assertQueryCount(80):
            wizard.action_preview()
            wizard.action_create()
        roster = self._get_roster()
        self.assertEqual(len(roster), 22 * 2 * 4)
        numbers = Counter(duty.user_id for duty in roster)
        self.assertEqual(len(numbers), 20)
        self.assertLessEqual(max(numbers.values()) - min(numbers.values()), 1)
