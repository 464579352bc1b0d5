# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_release import ReleaseCommon

START = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
DAY = timedelta(days=1)
DEADLINE = datetime(2027, 3, 8, 15, 59, 59)
# midnight in Shanghai
TOMORROW = datetime(2027, 3, 1, 16)


class RulesCommon(ReleaseCommon):
    def _work(self, moment=TOMORROW, team=None):
        """What the scheduled action does at ``moment``."""
        team = team or self.team_east
        with self._at(moment):
            while team.process_deadlines_date and team.process_deadlines_date <= moment:
                team._process_deadlines()


@tagged("post_install", "-at_install")
class TestCalendarThatChanges(RulesCommon):
    """Holidays announced later, called off, other days of the week."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Five Days",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": f"{day} {period}",
                                "dayofweek": str(day),
                                "day_period": period,
                                "hour_from": start,
                                "hour_to": end,
                            }
                        )
                        for day in range(5)
                        for period, start, end in (
                            ("morning", 9, 12),
                            ("afternoon", 13, 18),
                        )
                    ),
                ],
            }
        )
        # with Time Off, holidays are entered in the zone of who enters them
        cls.env.user.tz = "Asia/Shanghai"
        cls.team_east.write(
            {
                "process_followup_working_days": True,
                "process_calendar_id": cls.calendar.id,
            }
        )

    def setUp(self):
        super().setUp()
        self.team_east.write({"process_deadlines_date": False})
        with self._at(START):
            self.ownership = self._customer(self.salesperson_a)

    def _holiday(self, **values):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2027, 3, 2, 16),
                "date_to": datetime(2027, 3, 4, 15, 59, 59),
                **values,
            }
        )

    def _get_last_day(self):
        return (self.ownership.date_deadline + timedelta(hours=8)).date()

    def test_announced_later_and_called_off(self):
        self.assertEqual(self._get_last_day(), date(2027, 3, 10))
        with self._at(START):
            holiday = self._holiday()
            self.assertEqual(self.team_east.process_deadlines_date, TOMORROW)
        self._work(TOMORROW - timedelta(seconds=1))
        self.assertEqual(self._get_last_day(), date(2027, 3, 10))
        self._work(TOMORROW)
        self.assertEqual(self._get_last_day(), date(2027, 3, 12))
        self.assertFalse(self.team_east.process_deadlines_date)
        with self._at(START + DAY):
            holiday.date_to = datetime(2027, 3, 3, 15, 59, 59)
        self._work(TOMORROW + DAY)
        self.assertEqual(self._get_last_day(), date(2027, 3, 11))
        with self._at(START + 2 * DAY):
            holiday.unlink()
        self._work(TOMORROW + 2 * DAY)
        self.assertEqual(self._get_last_day(), date(2027, 3, 10))

    def test_other_time_is_work(self):
        """A fair is entered as time of another type: people work there."""
        with self._at(START):
            self._holiday(time_type="other")
        self._work()
        self.assertEqual(self._get_last_day(), date(2027, 3, 10))

    def test_leave_of_one_person_is_no_holiday(self):
        resource = self.env["resource.resource"].create(
            {"name": "Somebody", "calendar_id": self.calendar.id}
        )
        with self._at(START):
            self._holiday(resource_id=resource.id)
        self.assertFalse(self.team_east.process_deadlines_date)

    def test_holiday_of_every_calendar(self):
        with self._at(START):
            self._holiday(calendar_id=False)
        self._work()
        self.assertEqual(self._get_last_day(), date(2027, 3, 12))

    def test_saturdays_are_added(self):
        with self._at(START):
            self.env["resource.calendar.attendance"].create(
                {
                    "name": "Saturday",
                    "calendar_id": self.calendar.id,
                    "dayofweek": "5",
                    "day_period": "morning",
                    "hour_from": 9,
                    "hour_to": 12,
                }
            )
        self._work()
        self.assertEqual(self._get_last_day(), date(2027, 3, 9))

    def test_calendar_of_the_company(self):
        """A team without a calendar follows that of the company."""
        self.team_east.process_calendar_id = False
        self.team_east.process_deadlines_date = False
        with self._at(START):
            self.company.resource_calendar_id = self.calendar
        self.assertTrue(self.team_east.process_deadlines_date)

    def test_nobody_is_overdue_at_once(self):
        """Days that are counted again cost nobody the customer the same night."""
        with self._at(START):
            holiday = self._holiday(date_to=datetime(2027, 3, 19, 15, 59, 59))
        self._work()
        self.assertEqual(self._get_last_day(), date(2027, 3, 29))
        late = datetime(2027, 3, 24, 2)
        with self._at(late):
            holiday.unlink()
        self._work(datetime(2027, 3, 24, 16))
        self.assertEqual(self._get_last_day(), date(2027, 3, 25))
        # and who was overdue before does not get another day
        with self._at(late + DAY):
            self.team_east.process_followup_days = 3
        self._work(datetime(2027, 3, 25, 16))
        self.assertEqual(self._get_last_day(), date(2027, 3, 25))


@tagged("post_install", "-at_install")
class TestZoneThatChanges(RulesCommon):
    def test_zone_of_a_person(self):
        """Another zone counts from tomorrow on, and gives nobody an hour more."""
        with self._at(START):
            ownership = self._customer(self.salesperson_a)
            self.salesperson_a.with_user(self.salesperson_a).tz = "America/New_York"
            self.assertEqual(self.team_east.process_deadlines_date, TOMORROW)
            self.assertEqual(ownership.date_deadline, DEADLINE)
        self._work()
        # ten in the morning in Shanghai was the evening before in New York
        nearer = datetime(2027, 3, 8, 4, 59, 59)
        self.assertEqual(ownership.date_deadline, nearer)
        with self._at(START + DAY):
            self.salesperson_a.with_user(self.salesperson_a).tz = "Pacific/Auckland"
        self._work(TOMORROW + DAY)
        self.assertEqual(ownership.date_deadline, nearer)
        with self._at(START + 2 * DAY):
            self.salesperson_a.partner_id.tz = "America/New_York"
        self._work(TOMORROW + 2 * DAY)
        self.assertEqual(ownership.date_deadline, nearer)
        with self._at(START + 3 * DAY):
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                {"lead_id": ownership.lead_ids.id, "subject": "Prices"}
            )
        # a contact counts in the zone of now: the third there, and seven days
        self.assertEqual(ownership.date_deadline, datetime(2027, 3, 11, 4, 59, 59))

    def test_zone_beside_a_rule(self):
        """A rule that changes on the same day, or later, brings no zone with it."""
        with self._at(START):
            ownership = self._customer(self.salesperson_a)
            self.assertEqual(ownership.clock_zones, "Asia/Shanghai")
            self.team_east.process_followup_days = 8
            self.salesperson_a.with_user(self.salesperson_a).tz = "Pacific/Honolulu"
        self._work()
        # Sunday in Honolulu, and eight days: later than the Tuesday of Shanghai is none
        self.assertEqual(ownership.clock_zones, "Asia/Shanghai,Pacific/Honolulu")
        monday = datetime(2027, 3, 9, 9, 59, 59)
        self.assertEqual(ownership.date_deadline, monday)
        with self._at(START + DAY):
            # counted in Auckland this would be the Tuesday, eleven hours earlier
            self.salesperson_a.with_user(self.salesperson_a).tz = "Pacific/Auckland"
        self._work(TOMORROW + DAY)
        monday = min(monday, datetime(2027, 3, 9, 10, 59, 59))
        self.assertEqual(ownership.date_deadline, monday)
        with self._at(START + 2 * DAY):
            self.team_east.process_followup_days = 9
        self._work(TOMORROW + 2 * DAY)
        self.assertEqual(ownership.date_deadline, monday + DAY)

    def test_zone_while_lost(self):
        """Whoever moves while a clock stands still gains nothing when it goes on."""
        late = datetime(2027, 3, 1, 20)  # four in the morning of Tuesday in Shanghai
        with self._at(late):
            lead = self._create_lead(self.salesperson_a, phone="13812345678")
        before = lead.ownership_id.date_deadline
        own = lead.with_user(self.salesperson_a)
        with self._at(late + DAY):
            own.action_set_lost()
            self.salesperson_a.with_user(self.salesperson_a).tz = "Pacific/Honolulu"
            own.action_restore()
            self.team_east.process_followup_days = 6
        self._work(TOMORROW + 2 * DAY)
        period = lead.ownership_id
        self.assertEqual(period.clock_zones, "Asia/Shanghai,Pacific/Honolulu")
        self.assertLessEqual(period.date_deadline, before - DAY)
        # the next contact counts where the person is
        with self._at(late + 2 * DAY):
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                {"lead_id": lead.id, "subject": "Prices"}
            )
        self.assertEqual(period.clock_zones, "Pacific/Honolulu")


@tagged("post_install", "-at_install")
class TestPreviewIsExact(RulesCommon):
    """What the preview of a change says is what two nights later has happened."""

    def setUp(self):
        super().setUp()
        dice = random.Random(3)
        self.customers = self.Ownership
        followups = self.env["sales.process.followup"]
        for number in range(36):
            user = dice.choice(self.salesperson_a + self.salesperson_b)
            with self._at(START - dice.randint(0, 6) * DAY + timedelta(minutes=number)):
                row = self._customer(user)
                if dice.random() < 0.2:
                    followups.with_user(user).create(
                        {
                            "lead_id": row.lead_ids.id,
                            "subject": "Call me next week",
                            "date_next": (START + 8 * DAY).date(),
                        }
                    )
                self.customers |= row
        with self._at(START):
            self.env["sales.process.absence"].with_user(self.leader_east).create(
                {
                    "user_id": self.salesperson_b.id,
                    "date_start": START - 4 * DAY,
                    "date_end": START + DAY,
                }
            )
            # one that was lost and goes on with what was left of its clock
            lead = self.customers[0].lead_ids.with_user(self.customers[0].user_id)
            lead.action_set_lost()
            lead.action_restore()
            self.customers |= lead.ownership_id

    def _play(self, values, ceiling):
        team = self.team_east
        team.write(
            {
                "process_release_ceiling_percent": ceiling,
                "process_deadlines_date": False,
            }
        )
        with self._at(START):
            preview = team._preview_change(values)
            team._plan_change(values)
        for moment in (TOMORROW, TOMORROW + DAY):
            with self._at(moment):
                if team.process_change_date:
                    team._process_changes()
                while (
                    team.process_deadlines_date
                    and team.process_deadlines_date <= moment
                ):
                    team._process_deadlines()
                due = self.Release._lock_due(1000)
                self.Release._release(due & self.customers)
                self.env.flush_all()
            self.env.invalidate_all()
        rows = preview["customers"]
        gone = rows.filtered(lambda row: row.state == "ended")
        self.assertEqual(preview["released"] & self.customers, gone)
        self.assertEqual(preview["held"] & self.customers, rows.filtered("is_held"))
        return preview

    def test_fewer_days(self):
        preview = self._play({"process_followup_days": 2}, 0)
        self.assertTrue(preview["due"])
        self.assertFalse(preview["held"])

    def test_fewer_days_and_a_share(self):
        preview = self._play({"process_followup_days": 2}, 10)
        self.assertLess(len(preview["released"]), len(preview["due"]))
        self.assertTrue(preview["held"])

    def test_longest_holding_time(self):
        self.assertTrue(self._play({"process_hold_days_max": 3}, 10)["released"])

    def test_more_days(self):
        self.assertFalse(self._play({"process_followup_days": 20}, 10)["released"])

    def test_switch(self):
        self.team_east.process_mode = "observe"
        self._play({"process_mode": "enforce", "process_followup_days": 3}, 10)


@tagged("post_install", "-at_install")
class TestGradesAndTags(RulesCommon):
    """Grades and tags that change a period are set by leaders."""

    def setUp(self):
        super().setUp()
        Grade = self.env["sales.process.customer.grade"]
        self.short = Grade.create({"name": "Short", "followup_days": 2})
        self.long = Grade.create({"name": "Long", "followup_days": 60})
        self.plain = Grade.create({"name": "Plain"})
        self.partner = self.env["res.partner"].create(
            {"name": "Graded Ltd", "phone": "13812345678", "is_company": True}
        )
        with self._at(START):
            self.lead = self._create_lead(
                self.salesperson_a, partner_id=self.partner.id
            )
        self.ownership = self.lead.ownership_id

    def test_only_leaders(self):
        clerk = self.office_user
        clerk.group_ids += self.env.ref("base.group_partner_manager")
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
            clerk,
        ):
            partner = self.partner.with_user(user)
            for grade in (self.short, self.long):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    partner.process_grade_id = grade
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    # sudo of other code makes nobody a leader
                    partner.sudo().process_grade_id = grade
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        # one that changes no period is anybody's
        self.partner.with_user(self.salesperson_a).process_grade_id = self.plain

    def test_not_before_either(self):
        """Nor is a contact made with it: by a value, a default, or for a contact."""
        Partner = self.env["res.partner"].with_user(self.salesperson_a)
        with self.assertRaises(AccessError):
            Partner.create({"name": "New", "process_grade_id": self.long.id})
        with self.assertRaises(AccessError):
            Partner.with_context(default_process_grade_id=self.long.id).create(
                {"name": "New"}
            )
        self.partner.process_grade_id = self.long
        with self.assertRaises(AccessError):
            self.partner.with_user(self.salesperson_a).process_grade_id = False

    def test_by_the_leader(self):
        """From tomorrow on: nobody is overdue tonight who was not."""
        with self._at(START + 5 * DAY):
            self.partner.with_user(self.leader_east).process_grade_id = self.short
            self.assertEqual(
                self.ownership.date_deadline, datetime(2027, 3, 7, 15, 59, 59)
            )
            self.partner.with_user(self.leader_east).process_grade_id = self.long
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 53 * DAY)

    def test_archived_grade(self):
        """Not given any more, by nobody and in no way; who has it keeps it."""
        self.partner.with_user(self.leader_east).process_grade_id = self.short
        old = self.long
        old.active = False
        lead = self.partner.with_user(self.leader_east)
        own = self.partner.with_user(self.salesperson_a)
        wizard = (
            self.env["sales.process.grade.setting"]
            .with_user(self.leader_east)
            .create({"partner_id": lead.id, "grade_id": old.id, "reason": "Big by now"})
        )
        for give in (
            lambda: lead.write({"process_grade_id": old.id}),
            lambda: own.write({"process_proposed_grade_id": old.id}),
            wizard.action_set,
            lambda: lead.create({"name": "New", "process_grade_id": old.id}),
        ):
            with (
                self.assertRaisesRegex(UserError, "not given any more"),
                self.env.cr.savepoint(),
            ):
                give()
            self.env.invalidate_all()
        self.assertEqual(self.partner.process_grade_id, self.short)
        self.short.active = False
        lead.write({"process_grade_id": self.short.id, "comment": "Kept"})
        self.assertEqual(self.partner.process_grade_id, self.short)

    def test_proposed_by_the_owner(self):
        with self._at(START):
            self.partner.with_user(
                self.salesperson_a
            ).process_proposed_grade_id = self.long
            todo = self.partner.activity_ids
            self.assertEqual(todo.user_id, self.leader_east)
            self.assertIn("Long", todo.summary)
            with self.assertRaises(AccessError):
                self.partner.with_user(self.salesperson_a).action_accept_grade()
            self.assertEqual(self.ownership.date_deadline, DEADLINE)
            self.partner.with_user(self.leader_east).action_accept_grade()
        self.assertEqual(self.partner.process_grade_id, self.long)
        self.assertFalse(self.partner.process_proposed_grade_id)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 53 * DAY)

    def test_tag_of_a_product_line(self):
        tag, other = self.env["crm.tag"].create([{"name": "Line"}, {"name": "Else"}])
        self.env["sales.process.followup.rule"].create(
            {"team_id": self.team_east.id, "tag_id": tag.id, "followup_days": 30}
        )
        self._work()
        own = self.lead.with_user(self.salesperson_a)
        with self._at(START + DAY):
            own.tag_ids = other
            with self.assertRaises(AccessError):
                own.tag_ids |= tag
            with self.assertRaises(AccessError):
                # a second lead of the same customer is no way around it
                self._create_lead(
                    self.salesperson_a, partner_id=self.partner.id, tag_ids=tag.ids
                )
            # whoever registers a customer says what it wants
            new = self._create_lead(
                self.salesperson_a, phone="13812345679", tag_ids=tag.ids
            )
            self.assertEqual(new.ownership_id.date_deadline, DEADLINE + 24 * DAY)
        with self._at(START + DAY + timedelta(minutes=1)):
            with self.assertRaises(AccessError):
                new.with_user(self.salesperson_a).tag_ids = False
            self.lead.with_user(self.leader_east).tag_ids |= tag
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 23 * DAY)
