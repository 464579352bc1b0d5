# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import pytz
from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.sales_process_mgmt.wizard import sales_process_team_change

from ..models.crm_team_change import ReleaseBrake, TeamChange
from .common import SalesProcessCommon
from .common_release import ReleaseCommon

NOW = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestWhoSetsTheRules(SalesProcessCommon):
    """The leader's and the sales administrators', also where an app writes teams."""

    def test_written_by_another_application(self):
        """Under sudo it is still the person who decides; other fields are theirs."""
        for user, may in (
            (self.director, True),
            (self.leader_east, True),
            (self.leader_west, False),
            (self.salesperson_a, False),
            (self.office_user, False),
        ):
            team = self.team_east.with_user(user).sudo()
            for values in (
                {"process_followup_days": 9},
                {"process_mode": "observe"},
                {"color": 3, "process_release_ceiling_percent": 20},
            ):
                with self.subTest(user=user.login, values=values):
                    if may:
                        team.write(values)
                    else:
                        with self.assertRaisesRegex(
                            AccessError, "Only the leader of Team East"
                        ):
                            team.write(values)
            team.write({"name": "Team East", "color": 4})

    def test_team_made_with_the_process(self):
        """Nobody becomes a leader by making the team."""
        Team = self.env["crm.team"]
        for user, mode, may in (
            (self.director, "enforce", True),
            (self.leader_east, "observe", False),
            (self.leader_east, "enforce", False),
            (self.leader_east, "off", True),
            (self.office_user, "observe", False),
        ):
            values = {"name": "New", "process_mode": mode, "user_id": user.id}
            with self.subTest(user=user.login, mode=mode):
                if may:
                    self.assertTrue(Team.with_user(user).sudo().create(values))
                else:
                    with (
                        self.assertRaisesRegex(AccessError, "new team is started"),
                        self.env.cr.savepoint(),
                    ):
                        Team.with_user(user).sudo().create(values)

    def test_which_fields_are_rules(self):
        """What people set; not what the system keeps, nor what others brought."""
        Team = self.env["crm.team"]
        for name, is_rule in (
            ("process_mode", True),
            ("process_followup_days", True),
            ("process_followup_rule_ids", True),
            ("process_pool_team_id", True),
            ("process_change", False),
            ("process_date_release_from", False),
            ("process_open_count", False),
            ("name", False),
            ("user_id", False),
            ("is_no_field", False),
        ):
            self.assertIs(Team._is_process_rule(name), is_rule, name)

    def test_several_teams_at_once(self):
        """One that is not led refuses all."""
        teams = (self.team_east | self.team_west).with_user(self.leader_east).sudo()
        with self.assertRaisesRegex(AccessError, "leader of Team West"):
            teams.write({"process_followup_days": 9})
        self.assertEqual(self.team_east.process_followup_days, 7)

    @mute_logger("odoo.sql_db")
    def test_numbers_have_bounds(self):
        """Each bound from both its sides, in the database itself."""
        bounds = {
            "process_followup_days": (1, 3650),
            "process_followup_reminder_first_days": (0, 3650),
            "process_followup_reminder_second_days": (0, 3650),
            "process_followup_extension_days": (0, 3650),
            "process_followup_extension_times": (0, 1000),
            "process_followup_min_length": (0, 1000),
            "process_followup_day_limit": (0, 100000),
            "process_followup_backdate_days": (0, 3650),
            "process_hold_days_max": (0, 3650),
            "process_cooldown_days": (0, 3650),
            "process_absence_days_own": (0, 3650),
            "process_absence_days_max": (0, 3650),
            "process_served_days": (0, 36500),
            "process_claim_back_days": (0, 3650),
            "process_revisit_days": (0, 3650),
            "process_revisit_window": (0, 3650),
            "process_revisit_daily": (0, 1000),
            "process_release_ceiling_percent": (0, 100),
            "process_customer_limit": (0, None),
            "process_pool_take_limit": (0, None),
            "process_pool_view_limit": (0, None),
            "process_carousel_limit": (0, None),
        }
        self.env.flush_all()
        for name, (low, high) in bounds.items():
            for value in (low - 1, low, high, high and high + 1):
                if value is None:
                    continue
                update = SQL(
                    "UPDATE crm_team SET %s = %s WHERE id = %s",
                    SQL.identifier(name),
                    value,
                    self.team_off.id,
                )
                is_inside = value >= low and (high is None or value <= high)
                with self.subTest(name=name, value=value):
                    if is_inside:
                        self.env.cr.execute(update)
                        continue
                    with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                        self.env.cr.execute(update)


@tagged("post_install", "-at_install")
class TestModeOfATeam(SalesProcessCommon):
    """Switched on: leads are taken over. To enforce: nobody loses one the same day."""

    def test_transitions(self):
        Backfill = self.env["sales.process.backfill"]
        team = self.team_off
        self._create_lead(self.salesperson_e)
        for before, after, is_taken_over, is_braked in (
            ("off", "observe", True, False),
            ("observe", "enforce", False, True),
            ("enforce", "enforce", False, False),
            ("enforce", "observe", False, False),
            ("observe", "observe", False, False),
            ("observe", "off", False, False),
            ("off", "enforce", True, True),
            ("enforce", "off", False, False),
            ("off", "off", False, False),
        ):
            with self.subTest(before=before, after=after), self._at(NOW):
                self.assertEqual(team.process_mode, before)
                team.process_date_release_from = False
                known = Backfill.search_count([])
                team.process_mode = after
                self.assertEqual(Backfill.search_count([]) - known, int(is_taken_over))
                self.assertEqual(
                    team.process_date_release_from,
                    team._get_effective_date() if is_braked else False,
                )
                # what is asked of every lead knows it at once
                self.assertEqual(
                    team.id in self.env["crm.team"]._get_active_process_ids(),
                    after != "off",
                )

    def test_team_without_leads_takes_nothing_over(self):
        Backfill = self.env["sales.process.backfill"]
        known = Backfill.search_count([])
        self.team_off.process_mode = "observe"
        team = self.env["crm.team"].create({"name": "N", "process_mode": "enforce"})
        self.assertEqual(Backfill.search_count([]), known)
        self.assertIn(team.id, self.env["crm.team"]._get_active_process_ids())
        team.unlink()
        self.assertNotIn(team.id, self.env["crm.team"]._get_active_process_ids())

    def test_team_with_customers_stays(self):
        """Without its team a customer would be guarded by nobody."""
        lead = self._create_lead(self.salesperson_a, phone="13866660001")
        team = self.team_east.with_user(self.director)
        for place in ("owned", "pooled"):
            with self.subTest(place), self.assertRaisesRegex(UserError, "Team East"):
                team.unlink()
            if place == "owned":
                lead.ownership_id._give_up("No need")
        self.assertTrue(team.exists())
        lead.ownership_id._end("lost")
        team.unlink()
        self.assertFalse(team.exists())

    def test_planned_change_has_waited_already(self):
        """What was shown the day before does not wait for another day."""
        self.team_west.write({"process_mode": "enforce", "process_change_date": False})
        self.assertFalse(self.team_west.process_date_release_from)

    def test_mode_of_others_is_kept(self):
        modes = self.env["crm.team"]._get_process_modes()
        self.assertEqual(modes[self.team_east.id], "enforce")
        self.assertEqual(modes[self.team_west.id], "observe")
        self.assertNotIn(self.team_off.id, modes)
        self.team_west.active = False
        self.assertIn(
            self.team_west.id,
            self.env["crm.team"]._get_process_modes(),
            "An archived team still owns its customers",
        )


@tagged("post_install", "-at_install")
class TestWhoseTeam(SalesProcessCommon):
    """In which team somebody works a customer, leads, takes from a pool."""

    def test_team_of_a_person(self):
        """The customer's, unless the person only works in another one."""
        for user, team in (
            (self.salesperson_a, self.team_east),
            (self.salesperson_d, self.team_west),
            (self.salesperson_e, self.team_east),
            (self.salesperson_x, self.team_east),
            (self.office_user, self.team_east),
        ):
            self.assertEqual(self.team_east._get_team_of(user), team, user.login)
        # a team of no company is everybody's
        self.team_west.company_id = False
        self.assertEqual(
            self.team_east._get_team_of(self.salesperson_d), self.team_west
        )

    def test_team_of_a_customer_without_one(self):
        """The salesperson's, else the first one of the company."""
        Team = self.env["crm.team"]
        nobody, no_company = self.env["res.users"], self.env["res.company"]
        self.team_west.sequence = -1
        for user, company, team in (
            (self.salesperson_a, self.company, self.team_east),
            (self.salesperson_d, self.company, self.team_west),
            # neither in a team of this company, nor in one that is on
            (self.salesperson_x, self.company, self.team_west),
            (self.salesperson_e, self.company, self.team_west),
            (nobody, self.company, self.team_west),
            (self.salesperson_x, self.company_2, self.team_c2),
            (nobody, self.company_2, self.team_c2),
            (nobody, no_company, Team),
        ):
            with self.subTest(user=user.login, company=company.name):
                self.assertEqual(Team._get_process_team(user, company), team)
        with self.assertQueryCount(0):
            Team._get_process_team(nobody, self.company)
        self.team_off.sequence = -2
        self.assertFalse(Team._get_process_team(nobody, self.company))
        self.team_off.active = False
        self.assertEqual(Team._get_process_team(nobody, self.company), self.team_west)
        first = Team.create({"name": "First", "sequence": -3})
        self.assertFalse(Team._get_process_team(nobody, self.company))
        first.company_id = self.company_2
        self.assertEqual(Team._get_process_team(nobody, self.company), self.team_west)
        self.assertFalse(Team._get_process_team(nobody, self.company_2))
        first.unlink()
        self.assertEqual(Team._get_process_team(nobody, self.company_2), self.team_c2)

    def test_who_leads(self):
        for user, leads in (
            (self.leader_east, True),
            (self.director, True),
            (self.leader_west, False),
            (self.salesperson_a, False),
        ):
            self.assertIs(self.team_east._is_leader(user), leads, user.login)
            self.assertIs(self.team_east.with_user(user).process_can_plan_duty, leads)
        # a team without a leader is nobody's
        self.assertFalse(self.team_off._is_leader(self.salesperson_e))

    def test_whose_zeros_are_zeros(self):
        for user, visible in (
            (self.salesperson_a, True),
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_c, True),
            (self.salesperson_d, False),
            (self.leader_west, False),
            (self.office_user, False),
        ):
            self.assertIs(
                self.team_east.with_user(user).process_facts_visible,
                visible,
                user.login,
            )
        self.assertTrue(
            self.team_west.with_user(self.salesperson_c).process_facts_visible,
            "Who sees all leads sees them of all teams",
        )

    def test_for_which_team_one_takes(self):
        """The pool's own people for it, those that share it for theirs."""
        (self.team_west | self.team_off).process_pool_team_id = self.team_east
        for user, team in (
            (self.salesperson_a, self.team_east),
            (self.leader_east, self.team_east),
            (self.salesperson_d, self.team_west),
            (self.leader_west, self.team_west),
            (self.director, self.team_east),
            # a team that is off takes nothing
            (self.salesperson_e, self.env["crm.team"]),
            (self.office_user, self.env["crm.team"]),
        ):
            self.assertEqual(self.team_east._get_taking_team(user), team, user.login)
        self.assertFalse(self.team_west._get_taking_team(self.salesperson_a))

    def test_room_of_a_person(self):
        """The person's own limit stands above the team's; none is no limit."""
        self._create_lead(self.salesperson_a, phone="13512345678")
        for own, team, room in (
            (0, 0, float("inf")),
            (0, 5, 4),
            (2, 5, 1),
            (9, 5, 8),
            (1, 0, 0),
        ):
            self.salesperson_a.process_customer_limit = own
            self.team_east.process_customer_limit = team
            self.assertEqual(
                self.team_east._get_customer_room(self.salesperson_a), room
            )

    def test_leader_is_told_that_nobody_is_on_duty(self):
        Message = self.env["mail.message"]

        def told(user):
            return Message.search(
                [
                    ("message_type", "=", "user_notification"),
                    ("partner_ids", "in", user.partner_id.ids),
                ]
            )

        self.team_east._tell_nobody_on_duty(3)
        message = told(self.leader_east)
        self.assertEqual(message.subject, "Nobody is on duty in Team East")
        self.assertIn("nobody is on duty: 3", message.body)
        self.assertEqual(
            (message.model, message.res_id), ("crm.team", self.team_east.id)
        )
        self.team_off._tell_nobody_on_duty(3)
        self.assertEqual(told(self.leader_east), message)


@tagged("post_install", "-at_install")
class TestDaysOfATeam(SalesProcessCommon):
    """Which zone, which day, which period: nothing is the server's."""

    def test_zone(self):
        """The person's, the leader's, the calendar's; else UTC, and the log says so."""
        team = self.team_east
        user = self.salesperson_a
        self.company.resource_calendar_id.tz = "America/Bogota"
        user.tz, self.leader_east.tz = "Asia/Tokyo", "Europe/Berlin"
        self.assertEqual(team._get_process_timezone(user).zone, "Asia/Tokyo")
        user.tz = False
        self.assertEqual(team._get_process_timezone(user).zone, "Europe/Berlin")
        self.leader_east.tz = False
        self.assertEqual(team._get_process_timezone(user).zone, "America/Bogota")
        # without a team by the company of the person
        self.assertEqual(
            self.env["crm.team"]._get_process_timezone(user).zone, "America/Bogota"
        )
        self.company.resource_calendar_id = False
        with self.assertLogs(
            "odoo.addons.sales_process_mgmt.models.sales_process_team_days"
        ) as log:
            self.assertEqual(team._get_process_timezone(user), pytz.utc)
        self.assertIn("counted in UTC", log.output[0])

    def test_today(self):
        """Both sides of midnight, where the person is."""
        for zone, moment, day in (
            ("Asia/Shanghai", datetime(2027, 2, 28, 15, 59, 59), date(2027, 2, 28)),
            ("Asia/Shanghai", datetime(2027, 2, 28, 16), date(2027, 3, 1)),
            ("America/New_York", datetime(2027, 3, 1, 4, 59, 59), date(2027, 2, 28)),
            ("America/New_York", datetime(2027, 3, 1, 5), date(2027, 3, 1)),
            ("Pacific/Kiritimati", datetime(2027, 12, 31, 10), date(2028, 1, 1)),
        ):
            self.salesperson_a.tz = zone
            with self._at(moment):
                self.assertEqual(
                    self.team_east._get_process_today(self.salesperson_a), day
                )
                self.assertEqual(self.salesperson_a._get_process_today(), day)

    def test_day_and_next_day_of_the_team(self):
        """Those of the leader, or of the company; whoever asks begins no other day."""
        for zone, moment, start in (
            (
                "Asia/Shanghai",
                datetime(2027, 3, 1, 15, 59, 59),
                datetime(2027, 2, 28, 16),
            ),
            ("Asia/Shanghai", datetime(2027, 3, 1, 16), datetime(2027, 3, 1, 16)),
            # the last hours before a change of the clocks: a day of 23 hours
            ("Europe/Berlin", datetime(2027, 3, 28, 12), datetime(2027, 3, 27, 23)),
        ):
            self.leader_east.tz = zone
            team = self.team_east.with_user(self.salesperson_a)
            with self._at(moment):
                self.assertEqual(team._get_day_start(), start)
                after = datetime(2027, 3, 28, 22) if "Berlin" in zone else start + DAY
                self.assertEqual(team._get_effective_date(), after)
        self.team_east.user_id = False
        self.company.resource_calendar_id.tz = "America/New_York"
        self.salesperson_a.tz = "Asia/Tokyo"
        with self._at(NOW):
            self.assertEqual(team._get_day_start(), datetime(2027, 2, 28, 5))

    def test_period_of_a_customer(self):
        """The first rule that fits, then the grade's, then the team's."""
        Grade = self.env["sales.process.customer.grade"]
        first = Grade.create({"name": "First", "followup_days": 5})
        second = Grade.create({"name": "Second"})
        pumps, valves = self.env["crm.tag"].create([{"name": "P9"}, {"name": "V9"}])
        team = self.team_east
        nothing = Grade

        def days(grade, *tags):
            return team._get_followup_days(grade, tags)

        self.assertEqual((days(first), days(second), days(nothing)), (5, 7, 7))
        self.assertFalse(team._has_product_line_rules())
        Rule = self.env["sales.process.followup.rule"]
        both, by_grade, by_tag = Rule.create(
            [
                {
                    "team_id": team.id,
                    "sequence": 1,
                    "grade_id": first.id,
                    "tag_id": pumps.id,
                    "followup_days": 3,
                },
                {
                    "team_id": team.id,
                    "sequence": 2,
                    "grade_id": second.id,
                    "followup_days": 9,
                },
                {
                    "team_id": team.id,
                    "sequence": 3,
                    "tag_id": pumps.id,
                    "followup_days": 4,
                },
            ]
        )
        self.assertTrue(team._has_product_line_rules())
        for grade, tags, expected in (
            (first, (pumps,), 3),
            (first, (valves, pumps), 3),
            (first, (valves,), 5),
            (first, (), 5),
            (second, (pumps,), 9),
            (second, (), 9),
            (nothing, (pumps,), 4),
            (nothing, (valves,), 7),
        ):
            with self.subTest(grade=grade.name, tags=[tag.name for tag in tags]):
                self.assertEqual(days(grade, *tags), expected)
        # another order is another rule, known at once
        by_tag.sequence = 0
        self.assertEqual((days(second, pumps), days(first, pumps)), (4, 4))
        by_tag.followup_days = 6
        self.assertEqual(days(nothing, pumps), 6)
        (both | by_grade | by_tag).unlink()
        self.assertEqual((days(first, pumps), days(second, pumps)), (5, 7))
        # of another team
        Rule.create({"team_id": self.team_west.id, "followup_days": 30})
        self.assertEqual(days(nothing), 7)

    def test_memory_of_clocks(self):
        """The longer one of cool-down and period."""
        for cooldown, period, days in ((7, 7, 7), (30, 7, 30), (0, 14, 14)):
            self.team_off.write(
                {"process_cooldown_days": cooldown, "process_followup_days": period}
            )
            self.assertEqual(self.team_off._get_clock_memory(), timedelta(days=days))


@tagged("post_install", "-at_install")
class TestHowUrgent(ReleaseCommon):
    """What a deadline is called, and the search for it, agree at each second."""

    def test_states_and_their_domain(self):
        self.team_east.process_followup_reminder_first_days = 2
        self.team_west.process_followup_reminder_first_days = 0
        # three whole days, but for a second: the first of them begins at midnight
        span = 3 * DAY - SECOND
        moments = {
            False: ("none", "none"),
            NOW - SECOND: ("overdue", "overdue"),
            NOW: ("due_soon", "on_track"),
            NOW + span - SECOND: ("due_soon", "on_track"),
            NOW + span: ("on_track", "on_track"),
        }
        Ownership = self.env["sales.process.ownership"]
        rows = {}
        with self._at(NOW):
            for team, user in (
                (self.team_east, self.salesperson_a),
                (self.team_west, self.salesperson_d),
            ):
                for moment in moments:
                    row = self._customer(user)
                    row.date_deadline = moment
                    rows[row] = (team, moment)
            self.env.flush_all()
            for row, (team, moment) in rows.items():
                state = moments[moment][team == self.team_west]
                self.assertEqual(team._get_followup_state(row.date_deadline), state)
            for wanted in (
                ("none",),
                ("overdue",),
                ("due_soon",),
                ("on_track",),
                ("overdue", "due_soon"),
                ("none", "on_track"),
                ("none", "overdue", "due_soon", "on_track"),
                (),
            ):
                with self.subTest(wanted=wanted):
                    domain = self.env["crm.team"]._get_followup_state_domain(
                        "date_deadline", wanted
                    )
                    found = Ownership.search(
                        domain & fields.Domain("id", "in", [row.id for row in rows])
                    )
                    self.assertEqual(
                        found,
                        Ownership.union(
                            *(
                                row
                                for row, (team, moment) in rows.items()
                                if moments[moment][team == self.team_west] in wanted
                            )
                        ).sorted(),
                    )


@tagged("post_install", "-at_install")
class TestShareOfANight(ReleaseCommon):
    """At most so many per cent of what the team holds, each counted once."""

    def test_share(self):
        for percent, count, share in (
            (0, 0, 0),
            (0, 50, 50),
            (10, 0, 1),
            (10, 9, 1),
            (10, 19, 1),
            (10, 20, 2),
            (99, 100, 99),
            (100, 7, 7),
            (1, 250, 2),
        ):
            self.team_east.process_release_ceiling_percent = percent
            self.assertEqual(
                ReleaseBrake(self.team_east).get_share(count), share, (percent, count)
            )

    def test_what_was_released_today(self):
        """Of this team, of today, really, from somebody: nothing else takes room."""
        team = self.team_east
        customers = self._many(self.salesperson_a, 20)
        team.process_release_ceiling_percent = 20
        self.assertEqual(team._get_release_room(), 4)
        west = self._customer(self.salesperson_d)
        Run = self.env["sales.process.release.run"]
        Line = self.env["sales.process.release.line"]
        today = team._get_day_start()
        for values, line, taken in (
            ({}, {"outcome": "handed_over"}, 1),
            ({}, {"outcome": "pool"}, 1),
            ({}, {"outcome": "waiting"}, 1),
            ({"date": today}, {"outcome": "pool"}, 1),
            ({"date": today - SECOND}, {"outcome": "pool"}, 0),
            ({"mode": "preview"}, {"outcome": "pool"}, 0),
            ({"mode": "observe"}, {"outcome": "pool"}, 0),
            ({"team_id": self.team_west.id}, {"outcome": "pool"}, 0),
            ({}, {"outcome": "pool", "user_id": False}, 0),
            ({}, {"outcome": "held"}, 0),
            ({}, {"outcome": "went"}, 0),
            ({}, {"outcome": "kept"}, 0),
            ({}, {"outcome": "assigned"}, 0),
            ({}, {"outcome": "observed"}, 0),
            ({}, {"outcome": "failed"}, 0),
        ):
            run = Run.create({"team_id": team.id, "mode": "enforce", **values})
            customer = west if "team_id" in values else customers[0]
            Line.create(
                {
                    "run_id": run.id,
                    "ownership_id": customer.id,
                    "user_id": self.salesperson_a.id,
                    **line,
                }
            )
            with self.subTest(values=values, line=line):
                # 20 % of twenty and what has gone
                self.assertEqual(team._get_release_room(), 4 - taken)
            run.unlink()

    def test_never_below_nothing(self):
        self.team_east.process_release_ceiling_percent = 1
        run = self.env["sales.process.release.run"].create(
            {"team_id": self.team_east.id, "mode": "enforce"}
        )
        customer = self._customer(self.salesperson_a)
        self.env["sales.process.release.line"].create(
            [
                {
                    "run_id": run.id,
                    "ownership_id": customer.id,
                    "user_id": self.salesperson_a.id,
                    "outcome": "pool",
                }
            ]
            * 3
        )
        self.assertEqual(self.team_east._get_release_room(), 0)
        self.team_east.process_release_ceiling_percent = 0
        self.assertIsNone(self.team_east._get_release_room())

    def test_preview_shows_what_is_due_when_it_runs_again(self):
        """Due until then, or left behind; neither later ones nor pooled ones."""
        moment = datetime(2027, 3, 2, 16)
        with self._at(NOW):
            before, at, left, pooled = self._many(self.salesperson_a, 4)
            self._customer(self.salesperson_d)
            before.date_deadline = moment - SECOND
            at.date_deadline = moment
            left.write({"date_deadline": False, "has_owner_left": True})
            pooled.write({"date_deadline": NOW - DAY})
            pooled._hand_over({pooled: self.env["res.users"]}, "release", "expired")
            self.team_east.process_date_release_from = moment
            run = self.team_east._make_release_preview()
            self.assertEqual(run.line_ids.ownership_id, before | left)
            self.assertEqual((run.mode, run.state), ("preview", "done"))
            # without a brake: due by now
            self.team_east.process_date_release_from = False
            run = self.team_east._make_release_preview()
            self.assertEqual(run.line_ids.ownership_id, left)
            self.assertEqual(run.line_ids.note, "The owner has left.")

    def test_pause_of_the_scheduled_action(self):
        """After a day without a run it shows first; both sides of the day."""
        team = self.team_east
        with self._at(NOW):
            for since, is_paused in (
                (NOW - DAY - SECOND, True),
                (NOW - DAY, False),
                (False, False),
            ):
                team.write(
                    {
                        "process_date_last_release": since,
                        "process_date_release_from": False,
                    }
                )
                known = self._runs()
                self.env["crm.team"]._check_release_pause()
                with self.subTest(since=since):
                    self.assertEqual(bool(team.process_date_release_from), is_paused)
                    self.assertEqual(
                        (self._runs() - known).mapped("mode"),
                        ["preview"] if is_paused else [],
                    )

    def test_pause_of_a_team_that_observes(self):
        """Nothing is taken there: there is nothing to show."""
        with self._at(NOW):
            self.team_west.process_date_last_release = NOW - 9 * DAY
            self.env["crm.team"]._check_release_pause()
            self.assertFalse(self.team_west.process_date_release_from)

    def test_run_is_marked_once_an_hour(self):
        hour = timedelta(hours=1)
        team = self.team_east
        with self._at(NOW):
            for before, after in (
                (False, NOW),
                (NOW - hour - SECOND, NOW),
                (NOW - hour, NOW - hour),
                (NOW, NOW),
            ):
                team.process_date_last_release = before
                self.env["crm.team"]._mark_release_run()
                self.assertEqual(team.process_date_last_release, after, before)
            self.assertFalse(self.team_west.process_date_last_release)
            self.assertFalse(self.team_off.process_date_last_release)

    def test_who_sees_the_preview(self):
        for user in (self.leader_east, self.director):
            action = self.team_east.with_user(user).action_preview_release()
            run = self.env["sales.process.release.run"].browse(action["res_id"])
            self.assertTrue(run.is_told, "nobody else is told")
            self.assertEqual(run.mode, "preview")
        known = self._runs()
        for user in (self.salesperson_a, self.leader_west):
            with self.assertRaisesRegex(AccessError, "Only the team leader"):
                self.team_east.with_user(user).action_preview_release()
        self.assertEqual(self._runs(), known)


@tagged("post_install", "-at_install")
class TestRulesMoveDeadlines(ReleaseCommon):
    """Whatever changes, the clocks follow the next day; a second change the same."""

    def _planned(self):
        return bool(self.team_east.process_deadlines_date)

    def test_which_fields(self):
        calendar = self.env["resource.calendar"].create({"name": "Other"})
        for name, value in (
            ("process_followup_days", 8),
            ("process_followup_extension_days", 31),
            ("process_hold_days_max", 90),
            ("process_absence_days_max", 15),
            ("process_followup_working_days", True),
            ("process_calendar_id", calendar.id),
        ):
            self.team_east.process_deadlines_date = False
            self.team_east[name] = value
            self.assertTrue(self._planned(), name)
            self.team_east.process_deadlines_date = False
            self.team_east[name] = value
            self.assertFalse(self._planned(), f"{name} is what it was")
        for name, value in (
            ("process_followup_reminder_first_days", 3),
            ("process_cooldown_days", 8),
            ("process_followup_min_length", 3),
            ("process_customer_limit", 5),
            ("name", "Renamed"),
        ):
            self.team_east[name] = value
            self.assertFalse(self._planned(), name)

    def test_team_that_is_off_has_no_clocks(self):
        self.team_off.process_followup_days = 20
        self.assertFalse(self.team_off.process_deadlines_date)

    def test_longer_once_is_longer(self):
        """A rule and a zone in one night: the rule still may move them later."""
        team = self.team_east
        with self._at(NOW):
            team._plan_deadlines(extended=False)
            self.assertFalse(team.process_are_deadlines_extended)
            team._plan_deadlines()
            self.assertTrue(team.process_are_deadlines_extended)
            team._plan_deadlines(extended=False)
            self.assertTrue(team.process_are_deadlines_extended)
            team.process_deadlines_date = False
            team._plan_deadlines(extended=False)
            self.assertFalse(team.process_are_deadlines_extended)

    def test_moved_in_parts(self):
        """From the one after the last, each once, to the end."""
        with self._at(NOW):
            customers = self._many(self.salesperson_a, 5)
        before = customers[0].date_deadline
        team = self.team_east
        with self._at(NOW + SECOND):
            team.process_followup_days = 9
            moment = team.process_deadlines_date
        with self._at(moment):
            for number, done in ((2, 2), (2, 4), (1, 5), (0, 5)):
                self.assertEqual(team._process_deadlines(limit=2), number)
                self.assertEqual(
                    customers.filtered(
                        lambda row: row.date_deadline == before + 2 * DAY
                    ),
                    customers[:done],
                )
        self.assertFalse(team.process_deadlines_date)
        self.assertFalse(team.process_deadlines_last_id)

    def test_exceptions_matter_where_working_days_count(self):
        Exception_ = self.env["sales.process.calendar.exception"]
        values = {"name": "Outing", "team_id": self.team_east.id, "date": "2027-03-03"}
        row = Exception_.create({**values, "is_working": False})
        self.assertFalse(self._planned())
        self.team_east.process_followup_working_days = True
        for change in (
            lambda: row.write({"date": "2027-03-04"}),
            lambda: row.write({"is_working": True}),
            lambda: row.write({"team_id": self.team_west.id}),
            lambda: row.write({"team_id": self.team_east.id}),
            row.unlink,
        ):
            self.team_east.process_deadlines_date = False
            change()
            self.assertTrue(self._planned())

    def test_whose_calendar(self):
        """The team's own one, else the company's; none is no change."""
        team = self.team_east
        team.process_followup_working_days = True
        own, other = self.env["resource.calendar"].create(
            [{"name": "Own"}, {"name": "Other"}]
        )
        company = self.company.resource_calendar_id
        Team = self.env["crm.team"]
        for chosen, calendars, is_planned in (
            (own, own, True),
            (own, own | other, True),
            (own, other, False),
            (own, company, False),
            (own, None, True),
            (own, own.browse(), False),
            (own.browse(), company, True),
            (own.browse(), own, False),
        ):
            team.process_calendar_id = chosen
            team.process_deadlines_date = False
            Team._plan_for_calendars(calendars)
            self.assertEqual(self._planned(), is_planned, (chosen.name, calendars))
        team.process_followup_working_days = False
        team.process_deadlines_date = False
        Team._plan_for_calendars(None)
        self.assertFalse(self._planned())

    def test_grade_that_is_given_days(self):
        """A number that is another one, of any team that is on; a name is none."""
        grade = self.env["sales.process.customer.grade"].create({"name": "New"})
        self.assertFalse(grade._changes_period())
        self.assertFalse(grade.browse()._changes_period())
        for values, is_planned in (
            ({"name": "Newer"}, False),
            ({"followup_days": 0}, False),
            ({"followup_days": 4}, True),
            ({"followup_days": 4}, False),
            ({"revisit_days": 30}, False),
        ):
            (self.team_east | self.team_west).write({"process_deadlines_date": False})
            grade.write(values)
            self.assertEqual(self._planned(), is_planned, values)
            self.assertEqual(bool(self.team_west.process_deadlines_date), is_planned)
        self.assertTrue(grade._changes_period())
        self.assertFalse(self.team_off.process_deadlines_date)

    def test_grade_that_changes_the_period_in_a_team(self):
        grade = self.env["sales.process.customer.grade"].create({"name": "Plain"})
        self.env["sales.process.followup.rule"].create(
            {"team_id": self.team_off.id, "grade_id": grade.id, "followup_days": 3}
        )
        self.assertTrue(grade._changes_period())

    def test_rule_that_changes_its_team(self):
        rule = self.env["sales.process.followup.rule"].create(
            {"team_id": self.team_east.id, "followup_days": 3}
        )
        (self.team_east | self.team_west).write({"process_deadlines_date": False})
        rule.team_id = self.team_west
        self.assertTrue(self._planned())
        self.assertTrue(self.team_west.process_deadlines_date)
        self.assertEqual(
            self.team_west._get_followup_days(self.env["sales.process.customer.grade"]),
            3,
        )


@tagged("post_install", "-at_install")
class TestChangeIsShown(ReleaseCommon):
    """The dialog: what is planned, in words; who may plan it, withdraw it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Four Days"})

    def _open(self, user=None, team=None):
        return Form(
            self.env["sales.process.team.change"]
            .with_user(user or self.director)
            .with_context(default_team_id=(team or self.team_east).id)
        )

    def test_in_words(self):
        """Numbers, choices, yes and no, names of records, what is gone."""
        for name, value, text in (
            ("process_followup_days", 3, "Follow-Up Period (Days): 3"),
            ("process_mode", "observe", "First-Contact Responsibility: Observe"),
            ("process_mode", "gone", "First-Contact Responsibility: gone"),
            ("process_followup_working_days", True, "Count Working Days Only: yes"),
            ("process_followup_working_days", False, "Count Working Days Only: no"),
            ("process_calendar_id", self.calendar.id, "Working Calendar: Four Days"),
            ("process_calendar_id", False, "Working Calendar: "),
            ("is_no_field", 3, "is_no_field: 3"),
        ):
            self.assertEqual(
                TeamChange(self.team_east, {name: value}).describe(), [text]
            )
        self.assertEqual(self.team_east.process_change_text, "")

    def test_planned_and_opened_again(self):
        """The dialog begins with what is planned; both changes are one then."""
        form = self._open()
        form.process_followup_days = 3
        form.save().action_apply()
        form = self._open()
        self.assertEqual(form.process_followup_days, 3)
        form.process_hold_days_max = 90
        form.process_followup_working_days = True
        form.process_calendar_id = self.calendar
        form.save().action_apply()
        self.assertEqual(
            self.team_east.process_change,
            {
                "process_followup_days": 3,
                "process_followup_working_days": True,
                "process_hold_days_max": 90,
                "process_calendar_id": self.calendar.id,
            },
        )
        text = self.team_east.process_change_text
        self.assertEqual(len(text.split("; ")), 4)
        logged = self.team_east.message_ids[0].body
        self.assertIn("Follow-Up Period (Days): 3", logged)
        self.team_east.with_user(self.director).action_cancel_change()
        self.assertFalse(self.team_east.process_change_date)
        self.assertEqual(self._open().process_followup_days, 7)

    def test_bounds_of_the_numbers(self):
        for name, value, is_inside in (
            ("process_followup_days", 0, False),
            ("process_followup_days", 1, True),
            ("process_followup_days", 3650, True),
            ("process_followup_days", 3651, False),
            ("process_hold_days_max", -1, False),
            ("process_hold_days_max", 3650, True),
            ("process_hold_days_max", 3651, False),
        ):
            form = self._open()
            form[name] = value
            wizard = form.save()
            with self.subTest(name=name, value=value):
                if is_inside:
                    wizard.action_apply()
                    self.assertEqual(self.team_east.process_change, {name: value})
                    self.team_east.action_cancel_change()
                else:
                    with self.assertRaises(ValidationError):
                        wizard.action_apply()
                    self.assertFalse(self.team_east.process_change)

    def test_withdrawn_by_a_change_that_takes_nothing(self):
        """To observe at once: what was planned for the next day is gone."""
        form = self._open()
        form.process_followup_days = 3
        form.save().action_apply()
        form = self._open()
        form.process_mode = "observe"
        form.save().action_apply()
        team = self.team_east
        self.assertEqual(
            (team.process_mode, team.process_followup_days), ("observe", 3)
        )
        self.assertFalse(team.process_change)
        self.assertFalse(team.process_change_date)

    def test_when_it_takes_effect(self):
        with self._at(NOW):
            form = self._open()
            self.assertEqual(form.date_effective, datetime(2027, 3, 1, 16))
            form.process_mode = "off"
            self.assertEqual(form.date_effective, NOW)

    def test_who_holds_them(self):
        """So many people are named, most customers first, the rest is counted."""
        self.patch(sales_process_team_change, "NAMED_OWNERS", 1)
        with self._at(NOW - 4 * DAY):
            self._many(self.salesperson_a, 2)
            self._customer(self.salesperson_b)
        with self._at(NOW):
            form = self._open()
            form.process_followup_days = 2
            wizard = form.save()
            wizard.action_show()
            self.assertEqual(
                wizard.due_summary,
                "Salesperson A: 2 due, 2 released\nand 1 more people",
            )
            self.patch(sales_process_team_change, "NAMED_OWNERS", 2)
            form.process_followup_days = 1
            form.save().action_show()
            self.assertEqual(
                wizard.due_summary,
                "Salesperson A: 2 due, 2 released\nSalesperson B: 1 due, 1 released",
            )

    def test_customers_are_opened(self):
        """Those that are due, those that go: as the numbers say."""
        self.team_east.process_release_ceiling_percent = 34
        with self._at(NOW - 4 * DAY):
            customers = self._many(self.salesperson_a, 3)
        with self._at(NOW):
            form = self._open()
            form.process_followup_days = 2
            wizard = form.save()
            for button, count in (("action_view_due", 3), ("action_view_released", 1)):
                action = getattr(wizard, button)()
                self.assertEqual(action["res_model"], customers._name)
                found = customers.search(action["domain"])
                self.assertEqual(len(found & customers), count)
            wizard.action_show()
            self.assertEqual((wizard.due_count, wizard.released_count), (3, 1))
            self.assertEqual(wizard.held_count, 2)

    def test_who_may(self):
        """Neither the dialog nor the plan: a leader asks a sales administrator."""
        for user in (self.leader_east, self.salesperson_a):
            with self.assertRaises(AccessError):
                self._open(user).save()
            with self.assertRaises(AccessError):
                self.team_east.with_user(user)._plan_change(
                    {"process_followup_days": 3}
                )
            with self.assertRaises(AccessError):
                self.team_east.with_user(user).action_cancel_change()
        self.assertFalse(self.team_east.process_change)

    def test_nothing_changes(self):
        with self.assertRaisesRegex(UserError, "Nothing would change"):
            self._open().save().action_apply()


@tagged("post_install", "-at_install")
class TestMembersOfATeam(ReleaseCommon):
    """Who leaves a team leaves the customers of that team, and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].sudo().set_param(
            "sales_team.membership_multi", True
        )
        cls.second = cls.env["crm.team.member"].create(
            {"crm_team_id": cls.team_west.id, "user_id": cls.salesperson_a.id}
        )
        cls.east = cls._customer(cls.salesperson_a)
        cls.west = cls._customer(cls.salesperson_a, cls.team_west)

    def _left(self):
        self.env.invalidate_all()
        return (self.east.has_owner_left, self.west.has_owner_left)

    def test_archived_and_back(self):
        for write, left in (
            ({"active": False}, (False, True)),
            ({"active": False}, (False, True)),
            ({"active": True}, (False, False)),
            ({"active": True}, (False, False)),
        ):
            self.second.write(write)
            self.assertEqual(self._left(), left, write)

    def test_deleted_and_made_again(self):
        self.second.unlink()
        self.assertEqual(self._left(), (False, True))
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_a.id}
        )
        self.assertEqual(self._left(), (False, False))

    def test_made_archived_brings_nobody_back(self):
        self.second.unlink()
        self.env["crm.team.member"].create(
            {
                "crm_team_id": self.team_west.id,
                "user_id": self.salesperson_a.id,
                "active": False,
            }
        )
        self.assertEqual(self._left(), (False, True))

    def test_person_who_is_archived_leaves_everything(self):
        self.salesperson_a.active = False
        self.assertEqual(self._left(), (True, True))
        self.salesperson_a.active = True
        self.assertEqual(self._left(), (False, False))

    def test_who_comes_back_in_one_team(self):
        """Reactivated, but no member of the other one any more."""
        self.salesperson_a.active = False
        self.second.unlink()
        self.salesperson_a.active = True
        self.assertEqual(self._left(), (False, True))

    def test_release_is_woken(self):
        cron = self.env.ref("sales_process_mgmt.ir_cron_release")
        Trigger = self.env["ir.cron.trigger"]
        before = Trigger.search_count([("cron_id", "=", cron.id)])
        self.second.active = False
        self.assertEqual(Trigger.search_count([("cron_id", "=", cron.id)]), before + 1)
        # nobody's customers: nothing to do
        self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_b
        ).active = False
        self.assertEqual(Trigger.search_count([("cron_id", "=", cron.id)]), before + 1)


@tagged("post_install", "-at_install")
class TestCalendarsAndTheirDays(ReleaseCommon):
    """Which days nobody works, by the calendar: hours, holidays, of which company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Weekdays",
                "tz": "Asia/Shanghai",
                "company_id": False,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": str(day),
                                "dayofweek": str(day),
                                "hour_from": 9,
                                "hour_to": 17,
                                "day_period": "morning",
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        cls.env.user.tz = "Asia/Shanghai"
        cls.team_east.write(
            {
                "process_followup_working_days": True,
                "process_calendar_id": cls.calendar.id,
            }
        )

    def _holiday(self, first, last=None, **values):
        """From midnight to midnight, in Shanghai; of every company, unless said."""
        start = datetime(2027, 3, first) - timedelta(hours=8)
        company_id = values.pop("company_id", False)
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Festival",
                "calendar_id": self.calendar.id,
                "date_from": start,
                "date_to": start + DAY * (1 + (last or first) - first) - SECOND,
                **values,
            }
        )
        leave.company_id = company_id
        return leave

    def _off(self, company=None):
        """Days off of the first two weeks of March 2027."""
        zone = pytz.timezone("Asia/Shanghai")
        days = self.calendar._get_process_days_off(
            zone.localize(datetime(2027, 3, 1)),
            zone.localize(datetime(2027, 3, 14, 23, 59, 59)),
            company or self.company,
        )
        return sorted(day.day for day in days)

    def test_weekends_and_holidays(self):
        self.assertEqual(self._off(), [6, 7, 13, 14])
        self._holiday(3, 5)
        self.assertEqual(self._off(), [3, 4, 5, 6, 7, 13, 14])

    def test_half_a_day_is_worked(self):
        leave = self._holiday(3)
        leave.date_from += timedelta(hours=12)
        self.assertEqual(self._off(), [6, 7, 13, 14])

    def test_holiday_of_another_company(self):
        """It is none of ours; one of no company is everybody's."""
        for company, days in (
            (self.company, [3, 6, 7, 13, 14]),
            (self.company_2, [6, 7, 13, 14]),
            (self.env["res.company"], [3, 6, 7, 13, 14]),
        ):
            leave = self._holiday(3, company_id=company.id)
            self.assertEqual(self._off(), days, company.name)
            self.assertIn(3, self._off(company or self.company_2))
            leave.unlink()

    def test_other_time_is_work(self):
        self._holiday(3, time_type="other")
        self.assertEqual(self._off(), [6, 7, 13, 14])

    def test_without_fixed_hours(self):
        """Only holidays are free, and each of their days."""
        self.calendar.flexible_hours = True
        self.assertEqual(self._off(), [])
        self._holiday(3, 7)
        self.assertEqual(self._off(), [3, 4, 5, 6, 7])
        self._holiday(10, company_id=self.company_2.id)
        self.assertEqual(self._off(), [3, 4, 5, 6, 7])

    def test_what_moves_the_deadlines(self):
        """Changes of days do, of names and of one person do not; each door."""
        team = self.team_east
        leave = self._holiday(3)
        hours = self.calendar.attendance_ids[0]
        other = self.env["resource.calendar"].create({"name": "Other"})
        resource = self.env["resource.resource"].create({"name": "Somebody"})
        changes = (
            (lambda: leave.write({"name": "Lantern"}), False),
            (lambda: leave.write({"date_to": leave.date_to + DAY}), True),
            (lambda: leave.write({"time_type": "other"}), True),
            (lambda: leave.write({"company_id": self.company.id}), True),
            # no more a holiday of all, and no change of theirs afterwards
            (lambda: leave.write({"resource_id": resource.id}), True),
            (lambda: leave.write({"date_to": leave.date_to - DAY}), False),
            (
                lambda: leave.write(
                    {"resource_id": False, "calendar_id": self.calendar.id}
                ),
                True,
            ),
            (lambda: leave.write({"calendar_id": other.id}), True),
            (lambda: leave.write({"date_to": leave.date_to + DAY}), False),
            (lambda: leave.write({"calendar_id": False}), True),
            (leave.unlink, True),
            (lambda: hours.write({"name": "Monday"}), False),
            (lambda: hours.write({"dayofweek": "5"}), True),
            (lambda: hours.write({"calendar_id": other.id}), True),
            (lambda: hours.write({"dayofweek": "6"}), False),
            (self.calendar.attendance_ids[1].unlink, True),
            (lambda: self.calendar.write({"name": "Days"}), False),
            (lambda: self.calendar.write({"tz": "Asia/Tokyo"}), True),
            (lambda: self.calendar.write({"flexible_hours": True}), True),
            (lambda: other.write({"tz": "Asia/Tokyo"}), False),
        )
        for number, (change, is_planned) in enumerate(changes):
            team.process_deadlines_date = False
            change()
            with self.subTest(number=number):
                self.assertEqual(bool(team.process_deadlines_date), is_planned)

    def test_people_make_no_holiday_for_all(self):
        """Whoever may write the own days off does not turn them into everybody's."""
        resource = self.env["resource.resource"].create(
            {"name": "A", "user_id": self.salesperson_a.id}
        )
        leave = self._holiday(3, resource_id=resource.id)
        with self.assertRaises(AccessError):
            leave.with_user(self.salesperson_a).resource_id = False
        self.env.invalidate_all()
        self.assertEqual(self._off(), [6, 7, 13, 14])

    def test_exceptions_stand_above(self):
        """A make-up Saturday and a free Wednesday, of this team alone."""
        self.env["sales.process.calendar.exception"].create(
            [
                {"name": "M", "team_id": self.team_east.id, "date": "2027-03-06"},
                {
                    "name": "F",
                    "team_id": self.team_east.id,
                    "date": "2027-03-03",
                    "is_working": False,
                },
            ]
        )
        self.team_west.write(
            {
                "process_followup_working_days": True,
                "process_calendar_id": self.calendar.id,
            }
        )
        east = self.team_east._get_working_day_checker()
        west = self.team_west._get_working_day_checker()
        for day, in_east, in_west in (
            (date(2027, 3, 2), True, True),
            (date(2027, 3, 3), False, True),
            (date(2027, 3, 6), True, False),
            (date(2027, 3, 7), False, False),
        ):
            self.assertEqual((east(day), west(day)), (in_east, in_west), day)
        self.team_west.process_followup_working_days = False
        self.assertIsNone(self.team_west._get_working_day_checker())

    def test_usual_hours(self):
        """Those of the calendar without lunch; none where hours are flexible."""
        get_hours = self.team_east._get_working_hours_getter()
        self.assertEqual(get_hours(date(2027, 3, 1)), [(9.0, 17.0)])
        self.assertEqual(get_hours(date(2027, 3, 6)), [])
        self.calendar.attendance_ids = [
            Command.delete(self.calendar.attendance_ids[0].id),
            *(
                Command.create(
                    {
                        "name": period,
                        "dayofweek": "0",
                        "hour_from": start,
                        "hour_to": end,
                        "day_period": period,
                    }
                )
                for period, start, end in (
                    ("morning", 9, 12),
                    ("lunch", 12, 13),
                    ("afternoon", 13, 17),
                )
            ),
        ]
        get_hours = self.team_east._get_working_hours_getter()
        self.assertEqual(get_hours(date(2027, 3, 1)), [(9.0, 12.0), (13.0, 17.0)])
        self.calendar.flexible_hours = True
        self.assertIsNone(self.team_east._get_working_hours_getter())
