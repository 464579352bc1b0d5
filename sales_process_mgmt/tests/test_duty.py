# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged, warmup
from odoo.tools import mute_logger

from ..models.crm_team_duty import DutyRoster
from .common_duty import END, SECOND, START, DutyCommon


@tagged("post_install", "-at_install")
class TestDuty(DutyCommon):
    def test_first_second_belongs_to_shift_last_one_does_not(self):
        """On duty from the first second to the one before the end."""
        self._create_duty(self.salesperson_a)
        duty_users = self.team_east._get_duty_users
        self.assertFalse(duty_users(START - SECOND))
        self.assertEqual(duty_users(START), self.salesperson_a)
        self.assertEqual(duty_users(END - SECOND), self.salesperson_a)
        self.assertFalse(duty_users(END))

    def test_state_and_team_decide_who_is_on_duty(self):
        """Planned and confirmed shifts count, cancelled ones and other teams do not."""
        duty = self._create_duty(self.salesperson_a)
        self.assertEqual(self.team_east._get_duty_users(START), self.salesperson_a)
        duty.action_confirm()
        self.assertEqual(duty.state, "confirmed")
        self.assertEqual(self.team_east._get_duty_users(START), self.salesperson_a)
        self.assertFalse(self.team_west._get_duty_users(START))
        duty.state = "cancelled"
        self.assertFalse(self.team_east._get_duty_users(START))

    def test_substitute_counts_instead_of_planned_person(self):
        """After a swap the substitute is on duty."""
        duty = self._create_duty(self.salesperson_a)
        duty._substitute(self.salesperson_b)
        self.assertEqual(duty.state, "swapped")
        self.assertEqual(duty.duty_user_id, self.salesperson_b)
        self.assertEqual(self.team_east._get_duty_users(START), self.salesperson_b)
        duty._substitute(self.salesperson_a)
        self.assertEqual(duty.state, "confirmed")
        self.assertFalse(duty.substitute_id)
        self.assertEqual(self.team_east._get_duty_users(START), self.salesperson_a)

    def test_kind_of_shift(self):
        """A person at the counter does not answer the hotline."""
        self._create_duty(self.salesperson_a, kind="reception")
        self._create_duty(self.salesperson_b, kind="hotline")
        self._create_duty(self.salesperson_c)
        duty_users = self.team_east._get_duty_users
        self.assertEqual(len(duty_users(START)), 3)
        self.assertEqual(
            duty_users(START, "reception"), self.salesperson_a | self.salesperson_c
        )
        self.assertEqual(
            duty_users(START, "hotline"), self.salesperson_b | self.salesperson_c
        )

    def test_longest_ago_given_a_customer_comes_first(self):
        """Never given one, then the longest ago; taken from the pool does not count."""
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_c):
            self._create_duty(user)

        def give(user, day, origin):
            self.env["sales.process.ownership"].create(
                {
                    "name": "Customer",
                    "user_id": user.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "date_start": datetime(2026, 5, day),
                    "origin": origin,
                }
            )

        give(self.salesperson_a, 20, "reception")
        give(self.salesperson_b, 10, "release")
        give(self.salesperson_c, 5, "pool")
        give(self.salesperson_c, 6, "transfer")
        self.assertEqual(
            self.team_east._get_duty_users(START).ids,
            [self.salesperson_c.id, self.salesperson_b.id, self.salesperson_a.id],
        )
        give(self.salesperson_c, 21, "hotline")
        self.assertEqual(
            self.team_east._get_duty_users(START).ids,
            [self.salesperson_b.id, self.salesperson_a.id, self.salesperson_c.id],
        )

    def test_absent_people_are_left_out(self):
        """Out of office from the first to the last second, archived, left the team."""
        self._create_duty(self.salesperson_a)
        self._create_duty(self.salesperson_b)
        duty_users = self.team_east._get_duty_users
        self.salesperson_a.write(
            {
                "out_of_office_from": START + SECOND,
                "out_of_office_to": END - 2 * SECOND,
            }
        )
        both = self.salesperson_a | self.salesperson_b
        self.assertEqual(duty_users(START), both)
        self.assertEqual(duty_users(START + SECOND), self.salesperson_b)
        self.assertEqual(duty_users(END - 2 * SECOND), self.salesperson_b)
        self.assertEqual(duty_users(END - SECOND), both)
        self.salesperson_a.out_of_office_to = False
        self.assertEqual(duty_users(END - SECOND), self.salesperson_b)
        self.salesperson_b.action_archive()
        self.assertFalse(duty_users(START + SECOND))
        self.salesperson_a.out_of_office_from = False
        self.assertEqual(duty_users(START), self.salesperson_a)
        self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        ).active = False
        self.assertFalse(duty_users(START))

    def test_busy_and_away(self):
        """Away receives nothing; busy only when nobody else is free."""
        self._create_duty(self.salesperson_a)
        self._create_duty(self.salesperson_b)
        with self._at(START):
            self.salesperson_a.process_availability = "busy"
            self.assertEqual(self.team_east._get_duty_users(), self.salesperson_b)
            self.salesperson_b.process_availability = "away"
            self.assertEqual(self.team_east._get_duty_users(), self.salesperson_a)
            self.salesperson_a.process_availability = "away"
            self.assertFalse(self.team_east._get_duty_users())
            self.assertEqual(
                self.team_east._get_duty_users(END - SECOND),
                self.salesperson_a | self.salesperson_b,
                "who is away now may be back later",
            )

    def test_own_availability_may_be_written_by_oneself_only(self):
        """A salesperson says busy or away for itself, not for a colleague."""
        own = self.salesperson_a.with_user(self.salesperson_a)
        own.write({"process_availability": "busy"})
        self.assertEqual(
            own.read(["process_availability"])[0]["process_availability"], "busy"
        )
        with self.assertRaises(AccessError):
            self.salesperson_b.with_user(self.salesperson_a).write(
                {"process_availability": "away"}
            )

    def test_is_on_duty_and_its_search(self):
        """Users can be searched by who is on duty now."""
        self._create_duty(self.salesperson_a)
        users = self.env["res.users"]
        for moment, expected in ((START, True), (END - SECOND, True), (END, False)):
            with self._at(moment):
                self.env.invalidate_all()
                self.assertEqual(self.salesperson_a.process_is_on_duty, expected)
                found = users.search([("process_is_on_duty", "=", True)])
                self.assertEqual(self.salesperson_a in found, expected)
                self.assertNotIn(self.salesperson_b, found)
                others = users.search([("process_is_on_duty", "=", False)])
                self.assertIn(self.salesperson_b, others)
                self.assertEqual(self.salesperson_a not in others, expected)

    def test_batch_has_an_entry_for_each_team(self):
        """Teams without a shift have nobody on duty."""
        self._create_duty(self.salesperson_a)
        self._create_duty(self.salesperson_d, team=self.team_west)
        teams = self.team_east | self.team_west | self.team_off
        found = teams._get_duty_users_by_team(START)
        self.assertEqual(found[self.team_east], self.salesperson_a)
        self.assertEqual(found[self.team_west], self.salesperson_d)
        self.assertFalse(found[self.team_off])

    def test_filters_of_time(self):
        """This week and from this week on, in the reader's zone."""
        now = self.env.cr.now().replace(microsecond=0)
        duty = self._create_duty(self.salesperson_a, now, now + timedelta(hours=1))
        duties = self.Duty.with_context(tz="Asia/Shanghai")
        week = [
            ("date_start", "<", "=week_start +7d"),
            ("date_end", ">", "=week_start"),
        ]
        running = [("date_start", "<=", "now"), ("date_end", ">", "now")]
        for domain, before, after in (
            (week, False, False),
            (week[1:], False, True),
            (running, False, False),
        ):
            with self.subTest(domain=domain):
                for days, expected in ((0, True), (-8, before), (8, after)):
                    duty.write(
                        {
                            "date_start": now + timedelta(days=days),
                            "date_end": now + timedelta(days=days, hours=1),
                        }
                    )
                    self.assertEqual(duty in duties.search(domain), expected)

    def test_next_shift_start(self):
        """The next shift starts after the moment asked for, cancelled ones never."""

        def next_start(after):
            return (
                DutyRoster(self.team_east, after).get_next_starts().get(self.team_east)
            )

        self.assertFalse(next_start(START))
        duty = self._create_duty(self.salesperson_a)
        self.assertEqual(next_start(START - SECOND), START)
        self.assertFalse(next_start(START))
        duty.state = "cancelled"
        self.assertFalse(next_start(START - SECOND))

    # ------------------------------------------------------------
    # WHAT CANNOT BE
    # ------------------------------------------------------------

    def test_shift_ends_after_it_starts(self):
        """A shift without a second, or that ends before it starts, is refused."""
        for end in (START, START - SECOND):
            with (
                self.subTest(end=end),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create_duty(self.salesperson_a, end=end)
        self.assertTrue(self._create_duty(self.salesperson_a, end=START + SECOND))

    def test_nobody_is_on_duty_twice_in_one_team(self):
        """One second of overlap is refused with a sentence, none is not."""
        self._create_duty(self.salesperson_a)
        with self._assert_refused("already on duty in Team East", ValidationError):
            self._create_duty(self.salesperson_a, END - SECOND, END + SECOND)
        with self.assertRaises(ValidationError):
            self._create_duty(self.salesperson_a, START - SECOND, START + SECOND)
        self._create_duty(self.salesperson_a, END, END + SECOND)
        self._create_duty(self.salesperson_a, START - SECOND, START)
        self._create_duty(self.salesperson_b)

    def test_overlap_when_shifts_change(self):
        """Moving, swapping or putting back a shift obeys the same rule."""
        first = self._create_duty(self.salesperson_a)
        second = self._create_duty(self.salesperson_b)
        with self.assertRaises(ValidationError):
            second.user_id = self.salesperson_a
        second.invalidate_recordset()
        with self.assertRaises(ValidationError):
            second._substitute(self.salesperson_a)
        second.invalidate_recordset()
        with self._at(START):
            first.action_cancel()
        second.user_id = self.salesperson_a
        with self.assertRaises(ValidationError):
            first.action_plan()

    def test_two_in_one_call_do_not_overlap(self):
        """The shifts of one call are compared with each other too."""
        values = {
            "team_id": self.team_east.id,
            "user_id": self.salesperson_a.id,
            "date_start": START,
            "date_end": END,
        }
        with self.assertRaises(ValidationError):
            self.Duty.create([values, dict(values, date_start=START + SECOND)])

    def test_database_refuses_overlap_without_python(self):
        """The exclusion constraint holds for whatever passes the methods."""
        first = self._create_duty(self.salesperson_a)
        second = self._create_duty(self.salesperson_a, END, END + SECOND)
        self.env.flush_all()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(
                "UPDATE sales_process_duty SET date_end = %s WHERE id = %s",
                [END + SECOND, first.id],
            )
            self.env.cr.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS ALL DEFERRED")
        self.assertTrue(second.exists())

    def test_swapped_needs_a_substitute(self):
        """No swapped shift without a substitute, no substitute without a swap."""
        duty = self._create_duty(self.salesperson_a)
        for values in (
            {"state": "swapped"},
            {"substitute_id": self.salesperson_b.id},
            {"state": "swapped", "substitute_id": self.salesperson_a.id},
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                duty.write(values)
                duty.flush_recordset()
            duty.invalidate_recordset()

    def test_only_the_team_is_on_duty(self):
        """Members and the leader are on duty; other teams and companies are not."""
        self.assertTrue(self._create_duty(self.leader_east))
        with self._assert_refused("does not belong to Team East", ValidationError):
            self._create_duty(self.salesperson_d)
        with self.assertRaises(UserError):
            self._create_duty(self.salesperson_x)
        with self.assertRaises(ValidationError):
            self._create_duty(
                self.salesperson_d,
                team=self._create_team(
                    "Empty", "off", self.env["res.users"], self.env["res.users"]
                ),
            )

    def test_shift_across_the_change_of_clocks(self):
        """A night shift in New York has an hour less in March, one more in November."""
        night = self._create_duty(
            self.salesperson_x,
            datetime(2026, 3, 8, 1, 0),  # Saturday 20:00 EST
            datetime(2026, 3, 8, 12, 0),  # Sunday 08:00 EDT
            team=self.team_c2,
        )
        self.assertEqual(night.date_end - night.date_start, timedelta(hours=11))
        on_duty = self.team_c2._get_duty_users
        self.assertEqual(on_duty(datetime(2026, 3, 8, 11, 59, 59)), self.salesperson_x)
        self.assertFalse(on_duty(datetime(2026, 3, 8, 12, 0)))
        text = night._get_period_text().replace("\u202f", " ")
        self.assertIn("8:00 PM", text)
        self.assertIn("8:00 AM", text)
        self.assertIn("America/New_York", text)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def test_actions_keep_other_states(self):
        """A second click changes nothing, nor does a button for another state."""
        duty = self._create_duty(self.salesperson_a)
        with self._at(START - SECOND):
            duty.action_confirm()
            duty.action_confirm()
            duty.action_plan()
            self.assertEqual(duty.state, "confirmed")
            duty.action_cancel()
            duty.action_cancel()
            duty.action_confirm()
            self.assertEqual(duty.state, "cancelled")
            duty.action_plan()
            self.assertEqual(duty.state, "planned")

    def test_cancel_until_the_last_second(self):
        """A running shift is cancelled, one that is over stays on record."""
        duty = self._create_duty(self.salesperson_a)
        with self._at(END), self._assert_refused("is over", UserError):
            duty.action_cancel()
        with self._at(END - SECOND):
            duty.action_cancel()
        self.assertEqual(duty.state, "cancelled")

    def test_delete_until_the_shift_starts(self):
        """A shift that has started is evidence; a coming or cancelled one goes."""
        duty = self._create_duty(self.salesperson_a)
        with self._at(START), self._assert_refused("has started", UserError):
            duty.unlink()
        with self._at(START - SECOND):
            duty.unlink()
        self.assertFalse(duty.exists())

    def test_release_is_woken_when_a_shift_starts(self):
        """Customers that wait go out at the shift's start, or at once if it runs."""
        cron = self.env.ref("base.autovacuum_job")
        data = self.env["ir.model.data"].search(
            [("module", "=", "sales_process_mgmt"), ("name", "=", "ir_cron_release")]
        )
        if data:
            cron = self.env.ref("sales_process_mgmt.ir_cron_release")
        else:
            self.env["ir.model.data"].create(
                {
                    "module": "sales_process_mgmt",
                    "name": "ir_cron_release",
                    "model": "ir.cron",
                    "res_id": cron.id,
                }
            )
        calls = []
        with patch.object(
            self.registry["ir.cron"], "_trigger", lambda cron, at=None: calls.append(at)
        ):
            with self._at(START - SECOND):
                duty = self._create_duty(self.salesperson_a)
            self.assertEqual(calls.pop(), [START])
            with self._at(START + SECOND):
                duty.write({"user_id": self.salesperson_b.id})
                self.assertEqual(calls.pop(), [START + SECOND])
                self.salesperson_b.process_availability = "away"
                self.assertFalse(calls)
                self.salesperson_b.process_availability = "available"
                self.assertEqual(calls.pop(), [START + SECOND])
                duty.note = "Nothing new"
                duty.action_cancel()
            with self._at(END):
                self._create_duty(self.salesperson_a)
        self.assertFalse(calls)

    def test_team_card(self):
        """The card says who is on duty until when, or when the next shift starts."""
        self._create_duty(self.salesperson_a)
        self._create_duty(self.salesperson_b, end=END + SECOND)
        team = self.team_east.with_user(self.salesperson_a).with_context(
            tz="Asia/Shanghai"
        )
        with self._at(START):
            self.assertEqual(
                team.process_duty_user_ids, self.salesperson_a | self.salesperson_b
            )
            self.assertIn("12:00", team.process_duty_summary)
            self.assertEqual(team.process_my_duty_availability, "available")
            team.with_context(process_availability="busy").action_set_availability()
            self.assertEqual(self.salesperson_a.process_availability, "busy")
            team.invalidate_recordset()
            self.assertEqual(team.process_duty_user_ids, self.salesperson_b)
        team.invalidate_recordset()
        with self._at(START - SECOND):
            self.assertFalse(team.process_duty_user_ids)
            self.assertIn("9:00", team.process_duty_summary)
            self.assertFalse(team.process_my_duty_availability)
        team.invalidate_recordset()
        with self._at(END + SECOND):
            self.assertIn("No shift is planned", team.process_duty_summary)

    # ------------------------------------------------------------
    # SPEED
    # ------------------------------------------------------------

    @warmup
    def test_queries_do_not_grow_with_teams_and_people(self):
        """Who is on duty in three teams costs as much as in one."""
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_c):
            self._create_duty(user)
        self._create_duty(self.salesperson_d, team=self.team_west)
        self._create_duty(self.salesperson_e, team=self.team_off)
        self.env.flush_all()
        for teams in (
            self.team_east,
            self.team_east | self.team_west | self.team_off,
        ):
            self.env.invalidate_all()
            with self.assertQueryCount(10):
                teams._get_duty_users_by_team(START)
