# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common_release import ReleaseCommon

START = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
DAY = timedelta(days=1)
DEADLINE = datetime(2027, 3, 8, 15, 59, 59)


@tagged("post_install", "-at_install")
class TestLeave(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson_a.action_create_employee()
        cls.employee = cls.salesperson_a.employee_id
        cls.employee.tz = "Asia/Shanghai"
        cls.employee.resource_calendar_id.tz = "Asia/Shanghai"
        Type = cls.env["hr.leave.type"]
        cls.holiday, cls.half, cls.training = Type.create(
            [
                {
                    "name": name,
                    "requires_allocation": False,
                    "leave_validation_type": "hr",
                    "request_unit": unit,
                    "time_type": time_type,
                }
                for name, unit, time_type in (
                    ("Holiday", "day", "leave"),
                    ("Half", "half_day", "leave"),
                    ("Training", "day", "other"),
                )
            ]
        )

    def setUp(self):
        super().setUp()
        with self._at(START):
            self.ownership = self._customer(self.salesperson_a)

    def _take(self, first, last, leave_type=None, **values):
        with self._at(START):
            return self.env["hr.leave"].create(
                {
                    "employee_id": self.employee.id,
                    "holiday_status_id": (leave_type or self.holiday).id,
                    "request_date_from": first,
                    "request_date_to": last,
                    **values,
                }
            )

    def _approve(self, leave):
        with self._at(START):
            leave.sudo().action_approve()
        self.assertEqual(leave.state, "validate")

    def test_validated_leave(self):
        """Asked for it is nothing; validated it is an absence of whole days."""
        leave = self._take(date(2027, 3, 3), date(2027, 3, 5))
        noon = datetime(2027, 3, 3, 4)
        self.assertFalse(self.salesperson_a._get_absences(noon, noon))
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        self.salesperson_a.process_deputy_id = self.salesperson_b
        self._approve(leave)
        self.assertTrue(self.salesperson_a._get_absences(noon, noon))
        # in the evening, too, and not a second before the day
        evening, before = datetime(2027, 3, 5, 15), datetime(2027, 3, 2, 15, 59, 59)
        self.assertTrue(self.salesperson_a._get_absences(evening, evening))
        self.assertFalse(self.salesperson_a._get_absences(before, before))
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 3 * DAY)
        absence = self.env["sales.process.absence"].search([])
        self.assertEqual(absence.source, "leave")
        self.assertEqual(absence.deputy_id, self.salesperson_b)

    def test_refused_afterwards(self):
        leave = self._take(date(2027, 3, 3), date(2027, 3, 5))
        self._approve(leave)
        with self._at(START):
            leave.sudo().action_refuse()
        noon = datetime(2027, 3, 3, 4)
        self.assertFalse(self.salesperson_a._get_absences(noon, noon))
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_half_day_is_a_working_day(self):
        leave = self._take(
            date(2027, 3, 3),
            date(2027, 3, 3),
            self.half,
            request_date_from_period="am",
            request_date_to_period="am",
        )
        self._approve(leave)
        morning, evening = datetime(2027, 3, 3, 2), datetime(2027, 3, 3, 8)
        self.assertTrue(self.salesperson_a._get_absences(morning, morning))
        self.assertFalse(self.salesperson_a._get_absences(evening, evening))
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_two_halves_are_a_day(self):
        leave = self._take(
            date(2027, 3, 3),
            date(2027, 3, 3),
            self.half,
            request_date_from_period="am",
            request_date_to_period="pm",
        )
        self._approve(leave)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + DAY)

    def test_training_is_work(self):
        self._approve(self._take(date(2027, 3, 3), date(2027, 3, 5), self.training))
        noon = datetime(2027, 3, 3, 4)
        self.assertFalse(self.salesperson_a._get_absences(noon, noon))
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_days_of_the_employee_s_zone(self):
        """Somebody in Berlin is away when it is that day in Berlin."""
        self.employee.tz = "Europe/Berlin"
        self._approve(self._take(date(2027, 3, 3), date(2027, 3, 3)))
        first, last = datetime(2027, 3, 2, 23), datetime(2027, 3, 3, 22, 59, 59)
        for moment, away in (
            (first - timedelta(seconds=1), False),
            (first, True),
            (last, True),
            (last + timedelta(seconds=2), False),
        ):
            with self.subTest(moment=moment):
                self.assertEqual(
                    bool(self.salesperson_a._get_absences(moment, moment)), away
                )

    def test_not_on_duty(self):
        now = self.env.cr.now()
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        day = now.date()
        with self._at(now):
            leave = self.env["hr.leave"].create(
                {
                    "employee_id": self.employee.id,
                    "holiday_status_id": self.holiday.id,
                    "request_date_from": day - 2 * DAY,
                    "request_date_to": day + 5 * DAY,
                }
            )
            leave.sudo().action_approve()
        self.assertEqual(self.team_east._get_duty_users(), self.salesperson_b)

    def test_installed_later(self):
        """What was validated before the addon came is an absence, too."""
        leave = self._take(date(2027, 3, 3), date(2027, 3, 5))
        self._approve(leave)
        absences = self.env["sales.process.absence"].search([])
        absences.unlink()
        rows = self.env["resource.calendar.leaves"].search(
            [("holiday_id", "=", leave.id)]
        )
        rows._sync_process_absences()
        rows._sync_process_absences()
        self.assertEqual(len(self.env["sales.process.absence"].search([])), len(rows))

    def test_holidays_of_an_import(self):
        """Moments stay as they are for a user without zone; others are converted."""
        calendar = self.employee.resource_calendar_id
        for tz, hour in ((False, 16), ("UTC", 8)):
            self.env.user.tz = tz
            holiday = self.env["resource.calendar.leaves"].create(
                {
                    "name": "National Day",
                    "calendar_id": calendar.id,
                    "date_from": "2027-09-30 16:00:00",
                    "date_to": "2027-10-07 15:59:59",
                }
            )
            self.assertEqual(holiday.date_from.hour, hour)
            holiday.unlink()

    # ------------------------------------------------------------
    # WHAT PEOPLE WRITE THEMSELVES
    # ------------------------------------------------------------

    def _get_own_rows(self, leave):
        rows = self.env["resource.calendar.leaves"].with_user(self.salesperson_a)
        return rows.search([("holiday_id", "=", leave.id)])

    def test_own_calendar_row_is_no_longer_leave(self):
        """People may write their rows of the calendar; validated is what was asked."""
        leave = self._take(date(2027, 3, 3), date(2027, 3, 3))
        self._approve(leave)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + DAY)
        row = self._get_own_rows(leave)
        with self._at(START):
            row.date_to = datetime(2027, 4, 30)
            row.copy(
                {
                    "holiday_id": leave.id,
                    "date_from": datetime(2027, 3, 5),
                    "date_to": datetime(2027, 3, 20),
                }
            )
        absence = self.env["sales.process.absence"].search([])
        self.assertEqual(len(absence), 1)
        self.assertEqual(absence.date_end, datetime(2027, 3, 3, 16))
        self.assertEqual(self.ownership.date_deadline, DEADLINE + DAY)

    def test_training_is_made_no_leave(self):
        leave = self._take(date(2027, 3, 3), date(2027, 3, 3), self.training)
        self._approve(leave)
        with self._at(START):
            self._get_own_rows(leave).time_type = "leave"
        self.assertFalse(self.env["sales.process.absence"].search([]))
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_leave_that_nobody_validates_is_entered_alone(self):
        """Within the team's days it stands; beyond them the leader is asked."""
        alone = self.holiday.copy({"leave_validation_type": "no_validation"})
        self.team_east.process_absence_days_own = 2
        Absence = self.env["sales.process.absence"]

        def take(first, last):
            with self._at(START):
                return (
                    self.env["hr.leave"]
                    .with_user(self.salesperson_a)
                    .create(
                        {
                            "employee_id": self.employee.id,
                            "holiday_status_id": alone.id,
                            "request_date_from": first,
                            "request_date_to": last,
                        }
                    )
                )

        self.assertEqual(take(date(2027, 3, 3), date(2027, 3, 4)).state, "validate")
        short = Absence.search([])
        self.assertEqual((short.state, short.source), ("confirmed", "own"))
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        self.assertEqual(take(date(2027, 3, 5), date(2027, 3, 30)).state, "validate")
        long = Absence.search([]) - short
        self.assertEqual((long.state, long.source), ("requested", "own"))
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        with self._at(START):
            long.with_user(self.leader_east).action_confirm()
        self.assertGreater(self.ownership.date_deadline, DEADLINE + 2 * DAY)

    def test_own_day_off_is_made_no_public_holiday(self):
        """Nobody makes a holiday for everybody of a day off of their own."""
        row = (
            self.env["resource.calendar.leaves"]
            .with_user(self.salesperson_a)
            .create(
                {
                    "name": "Mine",
                    "resource_id": self.employee.resource_id.id,
                    "date_from": datetime(2027, 3, 5),
                    "date_to": datetime(2027, 3, 20),
                }
            )
        )
        with self.assertRaises(AccessError):
            row.resource_id = False
