# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PolicyCommon

MONDAY = "2027-03-01 02:00:00"  # ten o'clock in Shanghai
TUESDAY = "2027-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestPolicyAudience(PolicyCommon):
    """Who is asked, and until when."""

    def _due(self, user):
        return self._row(user).date_due

    def test_of_an_archived_team(self):
        """A policy for a team that is gone asks nobody, and not all the others."""
        self.policy.team_ids = self.team_west
        self.team_west.active = False
        self.env.invalidate_all()
        self._publish(MONDAY)
        self.assertFalse(self.policy.acknowledgement_ids)

    # ------------------------------------------------------------
    # 4: LEAVE
    # ------------------------------------------------------------

    def test_leave_over_the_whole_time(self):
        """Case 4: away from before until the 15th; seven days from the 16th on."""
        self._absent(self.salesperson_a, "2027-02-25 16:00:00", "2027-03-15 15:59:59")
        self._publish(MONDAY)
        self.assertEqual(
            self._due(self.salesperson_a), datetime(2027, 3, 23, 15, 59, 59)
        )
        self.assertEqual(
            self._due(self.salesperson_b), datetime(2027, 3, 8, 15, 59, 59)
        )

    def test_leave_that_is_entered_later(self):
        """Case 4: the days of a sick note move the day, and there is no fact."""
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        domain = [("kind", "=", "policy_unconfirmed"), ("res_id", "=", row.id)]
        Fact = self.env["sales.process.fact"]
        with self._at("2027-03-09 02:00:00"):
            self.assertEqual(Fact.search(domain).user_id, self.salesperson_a)
            self.assertEqual(str(Fact.search(domain).date), "2027-03-08")
            self._absent(
                self.salesperson_a, "2027-03-01 16:00:00", "2027-03-08 15:59:59"
            )
            self.env.flush_all()
            self.assertFalse(Fact.search(domain))
        # the 2nd to the 8th do not count: the 9th is the first day, the 15th the last
        self.assertEqual(row.date_due, datetime(2027, 3, 15, 15, 59, 59))
        self.assertEqual(str(self._todos(row).date_deadline), "2027-03-15")

    def test_leave_excuses_a_late_confirmation(self):
        self._publish(MONDAY)
        row = self._confirm(self.salesperson_a, "2027-03-10 02:00:00")
        Fact = self.env["sales.process.fact"]
        domain = [("kind", "=", "policy_unconfirmed"), ("res_id", "=", row.id)]
        with self._at("2027-03-11 02:00:00"):
            self.assertTrue(Fact.search(domain))
            self._absent(
                self.salesperson_a, "2027-03-01 16:00:00", "2027-03-08 15:59:59"
            )
            self.env.flush_all()
            self.assertFalse(Fact.search(domain))

    def test_half_a_day_does_not_stop_it(self):
        """Case 4: away on the third from eight to twelve."""
        self._publish(MONDAY)
        with self._at(TUESDAY):
            self._absent(
                self.salesperson_a, "2027-03-03 00:00:00", "2027-03-03 04:00:00"
            )
        self.assertEqual(
            self._due(self.salesperson_a), datetime(2027, 3, 8, 15, 59, 59)
        )

    def test_called_off_leave_makes_nobody_late_at_once(self):
        with self._at("2027-02-26 02:00:00"):
            absence = self._absent(
                self.salesperson_a, "2027-02-28 16:00:00", "2027-03-31 15:59:59"
            )
        self._publish(MONDAY)
        self.assertEqual(
            self._due(self.salesperson_a), datetime(2027, 4, 8, 15, 59, 59)
        )
        with self._at("2027-03-20 02:00:00"):
            absence.action_refuse()
            self.env.flush_all()
        self.assertEqual(
            self._due(self.salesperson_a), datetime(2027, 3, 20, 15, 59, 59)
        )

    def test_day_of_the_person(self):
        """The day ends where the person works, not where the server stands."""
        self.salesperson_a.tz = "America/New_York"
        self._publish("2027-03-02 02:00:00")  # the first, 21 o'clock, in New York
        self.assertEqual(self._due(self.salesperson_a), datetime(2027, 3, 9, 4, 59, 59))
        self.assertEqual(
            self._due(self.salesperson_b), datetime(2027, 3, 9, 15, 59, 59)
        )

    def test_no_days_to_read(self):
        self._publish(MONDAY, reading_days=0)
        self.assertEqual(
            self._due(self.salesperson_a), datetime(2027, 3, 1, 15, 59, 59)
        )
        for days in (-1, 366):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._draft(reading_days=days)
                self.env.flush_all()

    # ------------------------------------------------------------
    # 5: WHO JOINS, WHO LEAVES
    # ------------------------------------------------------------

    def test_newcomer(self):
        """Case 5: who joins on day 20 gets what is in force, with an own day."""
        self._publish(MONDAY)
        second = self._publish("2027-03-03 02:00:00", is_minor=True)
        with self._at("2027-03-20 02:00:00"):
            self.env["crm.team.member"].create(
                {"crm_team_id": self.team_east.id, "user_id": self.salesperson_e.id}
            )
            self.policy._bring_in_line()
        row = self._row(self.salesperson_e)
        self.assertEqual(row.version_id, second)
        self.assertEqual(row.date_due, datetime(2027, 3, 27, 15, 59, 59))
        self.assertEqual(self._todos(row).user_id, self.salesperson_e)

    def test_joining_wakes_the_run(self):
        """Nobody waits hours for what a newcomer has to read."""
        self._publish(MONDAY)
        Trigger = self.env["ir.cron.trigger"]
        cron = self.env.ref("sales_process_mgmt_discipline.ir_cron_policies")
        domain = [("cron_id", "=", cron.id)]
        for change in (
            lambda: self.env["crm.team.member"].create(
                {"crm_team_id": self.team_east.id, "user_id": self.salesperson_e.id}
            ),
            lambda: self.team_east.crm_team_member_ids[0].write({"active": False}),
            lambda: self.team_east.write({"user_id": self.salesperson_a.id}),
            lambda: self.team_east.write({"process_policy": False}),
            self.team_east.crm_team_member_ids[0].unlink,
        ):
            before = Trigger.search_count(domain)
            change()
            self.assertGreater(Trigger.search_count(domain), before)
        before = Trigger.search_count(domain)
        self.team_east.name = "East"
        self.assertEqual(Trigger.search_count(domain), before)

    def test_who_leaves(self):
        """Case 5: open to-dos close, confirmations stay; who returns is asked anew."""
        self._publish(MONDAY)
        confirmed = self._confirm(self.salesperson_a, TUESDAY)
        row = self._row(self.salesperson_b)
        members = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id in self.salesperson_a | self.salesperson_b
        )
        members.active = False
        with self._at("2027-03-03 02:00:00"):
            self.policy._bring_in_line()
        self.assertEqual((row.state, row.close_reason), ("closed", "left"))
        self.assertFalse(self._todos(row))
        self.assertEqual(confirmed.state, "confirmed")
        members.active = True
        with self._at("2027-03-05 02:00:00"):
            self.policy._bring_in_line()
        self.assertEqual((row.state, row.close_reason), ("to_read", False))
        self.assertEqual(row.date_due, datetime(2027, 3, 12, 15, 59, 59))
        self.assertEqual(len(self._todos(row)), 1)
        self.assertEqual(confirmed.state, "confirmed")

    def test_who_moves_to_another_team(self):
        """The leader of the new team sees who has not; the row is the same."""
        self.policy.with_user(self.director).team_ids = [
            Command.link(self.team_west.id)
        ]
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        member = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        )
        member.active = False
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_a.id}
        )
        with self._at(TUESDAY):
            self.policy._bring_in_line()
        self.assertEqual(row.team_id, self.team_west)
        self.assertEqual(row.state, "to_read")
        self.assertEqual(row.date_due, datetime(2027, 3, 8, 15, 59, 59))

    # ------------------------------------------------------------
    # WHO BELONGS
    # ------------------------------------------------------------

    def test_audiences(self):
        """Salespeople, leaders, named people; teams that are off are left out."""
        sellers = self.salesperson_a | self.salesperson_b | self.salesperson_c
        for audience, people in (
            ("salesperson", sellers),
            ("leader", self.leader_east),
            ("everybody", self.people),
        ):
            policy = self._create_policy(audience=audience)
            version = self._publish(MONDAY, policy)
            self.assertEqual(version.acknowledgement_ids.user_id, people, audience)
        policy = self._create_policy(
            audience="named",
            team_ids=False,
            user_ids=[Command.set(self.salesperson_e.ids)],
        )
        version = self._publish(MONDAY, policy)
        self.assertEqual(version.acknowledgement_ids.user_id, self.salesperson_e)

    def test_all_teams(self):
        """Without teams: all that take part, whoever leads from above, no others."""
        region = self._create_region(self.team_east)
        version = self._publish(MONDAY, self._create_policy(team_ids=False))
        asked = version.acknowledgement_ids.user_id
        expected = self.people | self.leader_west | self.salesperson_d | region
        self.assertEqual(asked, expected)

    def test_switched_off_for_a_team(self):
        version = self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        self.team_east.process_policy = False
        with self._at("2027-03-03 02:00:00"):
            self.policy._bring_in_line()
        rows = version.acknowledgement_ids
        self.assertEqual(sorted(rows.mapped("state")), ["closed"] * 3 + ["confirmed"])
        self.assertFalse(self._todos(rows))

    def test_people_who_could_not_read_it(self):
        for user in (self.office_user, self.salesperson_x):
            with self.subTest(user=user.login), self.assertRaises(ValidationError):
                self._create_policy(user_ids=[Command.set(user.ids)])

    def test_published_policy_stays_in_its_company(self):
        self._publish(MONDAY)
        with self.assertRaises(UserError):
            self.policy.write({"company_id": self.company_2.id, "team_ids": False})

    def test_audience_that_changes(self):
        version = self._publish(MONDAY)
        with self._at(TUESDAY):
            self.policy.with_user(self.director).audience = "leader"
        rows = version.acknowledgement_ids
        waiting = rows.filtered(lambda row: row.state == "to_read")
        self.assertEqual(waiting.user_id, self.leader_east)

    def test_run_of_the_night(self):
        """The scheduled action brings all in line, and twice does nothing more."""
        version = self._publish(MONDAY)
        self._todos(version.acknowledgement_ids).unlink()
        with self._at(TUESDAY):
            cron = self.env.ref("sales_process_mgmt_discipline.ir_cron_policies")
            for _run in range(2):
                with self.enter_registry_test_mode():
                    cron.method_direct_trigger()
        self.assertEqual(len(self._todos(version.acknowledgement_ids)), 4)
        self.assertEqual(len(version.acknowledgement_ids), 4)

    # ------------------------------------------------------------
    # 8: FROM A LATER DAY ON
    # ------------------------------------------------------------

    def test_effect_in_the_future(self):
        """Case 8: readable and confirmable at once; nobody is late before."""
        self._publish(MONDAY, date_effect="2027-04-01", reading_days=3)
        row = self._row(self.salesperson_a)
        # the first of April begins at 16 o'clock UTC
        self.assertEqual(row.date_due, datetime(2027, 3, 31, 16))
        Fact = self.env["sales.process.fact"]
        domain = [
            ("kind", "=", "policy_unconfirmed"),
            ("user_id", "in", self.people.ids),
        ]
        with self._at("2027-03-31 15:59:59"):
            self.assertFalse(Fact.search(domain))
        self._confirm(self.salesperson_b, TUESDAY)
        with self._at("2027-04-01 02:00:00"):
            late = Fact.search(domain)
            self.assertEqual(late.user_id, self.people - self.salesperson_b)
            self.assertEqual({str(day) for day in late.mapped("date")}, {"2027-04-01"})

    # ------------------------------------------------------------
    # FACTS, AGENDA, HOME, METRIC
    # ------------------------------------------------------------

    def test_fact_and_agenda(self):
        self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        late = self._confirm(self.salesperson_b, "2027-03-09 02:00:00")
        self.env.flush_all()
        with self._at("2027-03-10 02:00:00"):
            facts = self.env["sales.process.fact"].with_user(self.leader_east)
            facts = facts.search([("kind", "=", "policy_unconfirmed")])
            self.assertEqual(facts.user_id, self.people - self.salesperson_a)
            self.assertEqual(
                facts.filtered(lambda fact: fact.user_id == self.salesperson_b).res_id,
                late.id,
            )
            items = self.env["sales.process.agenda.item"].with_user(self.leader_east)
            items = items.search([("kind", "=", "policy_overdue")])
            self.assertEqual(items.user_id, self.salesperson_c | self.leader_east)
            mine = self.env["sales.process.fact"].with_user(self.salesperson_c)
            self.assertEqual(
                mine.search([("kind", "=", "policy_unconfirmed")]).user_id,
                self.salesperson_c,
            )

    def test_home(self):
        self._publish(MONDAY)
        with self._at(TUESDAY):
            home = (
                self.env["sales.process.home"].with_user(self.salesperson_a).get_home()
            )
        block = next(b for b in home["blocks"] if b["name"] == "todo")
        self.assertEqual([row["title"] for row in block["rows"]], ["Discounts"])
        self._confirm(self.salesperson_a, TUESDAY)
        with self._at(TUESDAY):
            home = (
                self.env["sales.process.home"].with_user(self.salesperson_a).get_home()
            )
        self.assertNotIn("todo", [block["name"] for block in home["blocks"]])

    def test_metric(self):
        self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        metric = self.env.ref(
            "sales_process_mgmt_discipline.sales_process_metric_policies_confirmed"
        )
        span = (datetime(2027, 3, 1), datetime(2027, 3, 31))
        bounds = {user.id: span for user in self.people}
        found = metric._evaluate(bounds, self.company)[metric]
        self.assertEqual(found[self.salesperson_a.id], 1)
        self.assertEqual(found[self.salesperson_b.id], 0)

    def test_queries_do_not_grow_with_people(self):
        """Twice the people take as many statements, but for the to-dos' messages."""
        version = self._draft()
        with self._at(MONDAY):
            self.env.flush_all()
            version.action_publish()
            self.env.flush_all()
            with self.assertQueryCount(30):
                self.policy._bring_in_line()
                self.env.flush_all()
