# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import sales_process_ownership_warning

from ..models.sales_process_revisit_run import RevisitRun
from .common_contact import DAY, HOUR, SECOND, START, ContactCommon

# two days and one day before the deadline, from the first second of the day on
DEADLINE = datetime(2027, 3, 8, 15, 59, 59)
FIRST, SECOND_WARNING = datetime(2027, 3, 5, 16), datetime(2027, 3, 6, 16)


class WarningCommon(ContactCommon):
    """A customer of salesperson_a that is due at the end of Monday the eighth."""

    def setUp(self):
        super().setUp()
        self.ownership.date_deadline = DEADLINE
        self.env.flush_all()

    def _activities(self, lead=None):
        warning = self.env.ref("sales_process_mgmt.mail_activity_type_warning")
        return (lead or self.lead).activity_ids.filtered(
            lambda row: row.activity_type_id == warning
        )

    def _warn(self, moment):
        with self._at(moment):
            self.Warnings.give(self.Warnings.select(100))
            self.env.flush_all()
        self.env.invalidate_all()

    def _tell(self, moment):
        with self._at(moment):
            self.Warnings.tell()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWhoIsWarned(WarningCommon):
    """Owners of customers that are due soon, in teams that enforce."""

    def test_conditions(self):
        """Each condition from both its sides, at the second of the first warning."""
        for values, team, is_warned in (
            ({}, {}, True),
            ({"has_owner_left": True}, {}, False),
            ({"state": "ended"}, {}, False),
            ({"warning_level": 1, "date_warned": DEADLINE}, {}, False),
            ({"warning_level": 2, "date_warned": DEADLINE}, {}, False),
            ({"date_deadline": FIRST - SECOND}, {}, False),
            ({"date_deadline": False}, {}, False),
            ({"date_deadline": DEADLINE + SECOND}, {}, False),
            ({}, {"process_mode": "observe"}, False),
            ({}, {"process_followup_reminder_first_days": 0}, False),
            ({}, {"process_followup_reminder_first_days": 1}, False),
            ({}, {"process_followup_reminder_first_days": 3}, True),
            ({"release_failure_count": 3}, {}, False),
        ):
            with (
                self.subTest(values=values, team=team),
                self.env.cr.savepoint() as savepoint,
            ):
                self.ownership.write(
                    {**values, **({"date_end": START} if "state" in values else {})}
                )
                self.team_east.write(team)
                before = self.ownership.warning_level
                self._warn(FIRST)
                self.assertEqual(self.ownership.warning_level != before, is_warned)
                self.assertEqual(bool(self._activities()), is_warned)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_second_warning_alone(self):
        """Nobody wanted the first one: the second goes to both, once."""
        self.team_east.process_followup_reminder_first_days = 0
        self._warn(SECOND_WARNING - SECOND)
        self.assertFalse(self.ownership.warning_level)
        for _time in range(2):
            self._warn(SECOND_WARNING)
            self.assertEqual(self.ownership.warning_level, 2)
            self.assertEqual(
                self._activities().user_id, self.salesperson_a | self.leader_east
            )
            self.assertEqual(len(self._activities()), 2)

    def test_day_of_the_activity(self):
        """The day of the deadline where the owner is, and one lead of several."""
        second = self._create_lead(self.salesperson_a, phone=self.lead.phone)
        self.ownership.date_deadline = DEADLINE
        self._warn(FIRST)
        activities = self._activities() | self._activities(second)
        self.assertEqual(activities.date_deadline, date(2027, 3, 8))
        self.assertEqual(len(activities), 1)

    def test_absent_leader_is_left_alone(self):
        self.env["sales.process.absence"].with_user(self.director).create(
            {
                "user_id": self.leader_east.id,
                "date_start": SECOND_WARNING,
                "date_end": SECOND_WARNING + DAY,
            }
        )
        self._warn(SECOND_WARNING)
        self.assertEqual(self._activities().user_id, self.salesperson_a)
        self._tell(SECOND_WARNING)
        self.assertFalse(self._messages_to(self.leader_east))
        self.assertTrue(self._messages_to(self.salesperson_a))

    def test_parts_of_a_run(self):
        """From the one after the last; those that are chosen whatever came before."""
        with self._at(START - 30 * DAY):
            second = self._customer(self.salesperson_a)
        second.date_deadline = DEADLINE
        both = self.ownership | second
        with self._at(FIRST):
            for kwargs, found in (
                ({"limit": 9}, both),
                ({"limit": 1}, self.ownership),
                ({"limit": 9, "after": self.ownership.id}, second),
                ({"limit": 9, "after": second.id}, both.browse()),
                ({"limit": 9, "after": second.id, "ids": both.ids}, both),
                ({"limit": 9, "without": second.ids}, self.ownership),
            ):
                with self.subTest(kwargs=kwargs):
                    self.assertEqual(self.Warnings.select(**kwargs) & both, found)

    def test_contact_takes_it_back(self):
        """Warned no more, of the new deadline again; no to-do is left."""
        self._warn(SECOND_WARNING)
        with self._at(SECOND_WARNING + HOUR):
            self._log("Called at last", date=SECOND_WARNING + HOUR)
        self.assertFalse(self._activities())
        self.assertFalse(self.ownership.warning_level)
        # due at the end of the fourteenth: two days before is the twelfth
        self._warn(datetime(2027, 3, 11, 16) - SECOND)
        self.assertFalse(self.ownership.warning_level)
        self._warn(datetime(2027, 3, 11, 16))
        self.assertEqual(self.ownership.warning_level, 1)


@tagged("post_install", "-at_install")
class TestWhoIsToldOfWarnings(WarningCommon):
    """Each person once, with the list; what has changed since is left out."""

    def test_texts(self):
        """The owner reads the deadline, the leader the owner as well."""
        self.leader_east.tz = "America/New_York"
        self._warn(SECOND_WARNING)
        self._tell(SECOND_WARNING)
        own, led = (
            self._messages_to(user) for user in (self.salesperson_a, self.leader_east)
        )
        self.assertEqual(own.subject, "Customers to contact in time: 1")
        self.assertRegex(own.body, r"3/8/27, 11:59\sPM<")
        self.assertRegex(led.body, r"3/8/27, 10:59\sAM \(Salesperson A\)")
        self.assertFalse(self.ownership.is_warning_untold)
        self._tell(SECOND_WARNING + HOUR)
        self.assertEqual(len(self._messages_to(self.salesperson_a)), 1)

    def test_first_warning_is_the_owner_s(self):
        self._warn(FIRST)
        self._tell(FIRST)
        self.assertTrue(self._messages_to(self.salesperson_a))
        self.assertFalse(self._messages_to(self.leader_east))

    def test_ended_meanwhile(self):
        self._warn(FIRST)
        with self._at(FIRST):
            self.ownership._end("lost")
        self._tell(FIRST)
        self.assertFalse(self._messages_to(self.salesperson_a))
        self.assertFalse(self.ownership.is_warning_untold)

    def test_who_has_left(self):
        self._warn(SECOND_WARNING)
        self.salesperson_a.active = False
        self.leader_east.active = False
        self._tell(SECOND_WARNING)
        self.assertFalse(self._messages_to(self.salesperson_a))
        self.assertFalse(self._messages_to(self.leader_east))

    def test_long_lists_are_counted(self):
        self.patch(sales_process_ownership_warning, "NAMED_CUSTOMERS", 1)
        with self._at(START - 30 * DAY):
            second = self._customer(self.salesperson_a)
        second.date_deadline = DEADLINE
        self._warn(FIRST)
        self._tell(FIRST)
        message = self._messages_to(self.salesperson_a)
        self.assertEqual(message.subject, "Customers to contact in time: 2")
        self.assertEqual(message.body.count("<li>"), 2)
        self.assertIn("and 1 more", message.body)

    @mute_logger(sales_process_ownership_warning.__name__)
    def test_one_who_cannot_be_told(self):
        """The others are; the to-dos stand."""
        self._warn(SECOND_WARNING)
        tell = sales_process_ownership_warning.OwnershipWarnings._tell_one

        def fail(warnings, customers, user):
            if user == self.salesperson_a:
                raise ValueError("no mailbox")
            return tell(warnings, customers, user)

        self.patch(sales_process_ownership_warning.OwnershipWarnings, "_tell_one", fail)
        self._tell(SECOND_WARNING)
        self.assertFalse(self._messages_to(self.salesperson_a))
        self.assertTrue(self._messages_to(self.leader_east))
        self.assertEqual(len(self._activities()), 2)

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson_a.lang = "zh_CN"
        self._warn(FIRST)
        self._tell(FIRST)
        message = self._messages_to(self.salesperson_a)
        self.assertNotIn("Customers to contact", message.subject)
        self.assertNotIn("Contact", self._activities().summary or "")


@tagged("post_install", "-at_install")
class TestRevisits(WarningCommon):
    """A served customer is visited again on its day, and then after a cycle."""

    def setUp(self):
        super().setUp()
        grade = self.env["sales.process.customer.grade"].create(
            {"name": "Often", "revisit_days": 30}
        )
        partner = self.env["res.partner"].create(
            {"name": "Served", "process_grade_id": grade.id}
        )
        self.lead.partner_id = partner
        self.lead.action_set_won()
        self.ownership.date_revisit = date(2027, 3, 10)
        self.visit = self.env.ref("sales_process_mgmt.mail_activity_type_visit")
        self.env.flush_all()

    def _plan(self, moment):
        with self._at(moment):
            run = RevisitRun(self.env)
            run.tidy()
            run.hand_out(run.select(100))
            self.env.flush_all()
        self.env.invalidate_all()
        return self.lead.activity_ids.filtered(
            lambda row: row.activity_type_id == self.visit
        )

    def test_day_of_the_owner(self):
        midnight = datetime(2027, 3, 9, 16)
        self.assertFalse(self._plan(midnight - SECOND))
        plan = self._plan(midnight)
        self.assertEqual(plan.user_id, self.salesperson_a)
        self.assertEqual(plan.date_deadline, date(2027, 3, 10))
        self.assertEqual(plan.summary, "Periodic revisit")
        # it stays due until somebody reaches the customer, and is not planned again
        self.assertEqual(self.ownership.date_revisit, date(2027, 3, 10))
        self.assertEqual(self._plan(midnight + HOUR), plan)

    def test_conditions(self):
        moment = datetime(2027, 3, 9, 16)
        for values, team, is_planned in (
            ({}, {}, True),
            ({"phase": "pursuing"}, {}, False),
            ({"date_revisit": False}, {}, False),
            ({"date_revisit": date(2027, 3, 11)}, {}, False),
            ({}, {"process_mode": "observe"}, True),
            ({}, {"process_mode": "off"}, False),
        ):
            with (
                self.subTest(values=values, team=team),
                self.env.cr.savepoint() as savepoint,
            ):
                self.ownership.write(values)
                self.team_east.write(team)
                self.assertEqual(bool(self._plan(moment)), is_planned)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_newest_lead_of_several(self):
        second = self._create_lead(self.salesperson_a, phone=self.lead.phone)
        second.action_set_won()
        self.assertEqual(second.ownership_id, self.ownership)
        self.ownership.date_revisit = date(2027, 3, 10)
        self.assertFalse(self._plan(datetime(2027, 3, 9, 16)))
        self.assertEqual(second.activity_ids.activity_type_id, self.visit)

    def test_owner_who_has_left(self):
        """Nobody is asked; whoever gets the customer is."""
        self.salesperson_a.active = False
        self.assertFalse(self._plan(datetime(2027, 3, 9, 16)))
        self.assertEqual(self.ownership.date_revisit, date(2027, 3, 10))

    def test_parts_of_a_run(self):
        moment = datetime(2027, 3, 9, 16)
        own = self.ownership
        with self._at(moment):
            for kwargs, found in (
                ({"limit": 9}, True),
                ({"limit": 9, "after": own.id}, False),
                ({"limit": 9, "after": own.id - 1}, True),
                ({"limit": 9, "after": own.id, "ids": own.ids}, True),
                ({"limit": 9, "without": own.ids}, False),
            ):
                with self.subTest(kwargs=kwargs):
                    self.assertEqual(
                        own in RevisitRun(self.env).select(**kwargs), found
                    )

    def test_run(self):
        """Both kinds in one scheduled action, told at the end, idle afterwards."""
        with self._at(START - 30 * DAY):
            due = self._customer(self.salesperson_a)
        due.date_deadline = DEADLINE
        self.env.flush_all()
        with self._at(datetime(2027, 3, 9, 16)):
            due.date_deadline = datetime(2027, 3, 10, 15, 59, 59)
            self._run("ir_cron_warn")
            self._run("ir_cron_warn")
        self.assertEqual(len(self._activities(due.lead_ids)), 2)
        self.assertEqual(self.lead.activity_ids.activity_type_id, self.visit)
        self.assertEqual(len(self._messages_to(self.salesperson_a)), 1)
