# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import JUNE, ScorecardCommon, at, make_steps


@tagged("post_install", "-at_install")
class TestVersions(ScorecardCommon):
    """Rules hold from a day on, and are not changed any more."""

    def _mark_only(self, **values):
        return self._create_version(
            [{"kind": "mark", "name": "Attitude", "weight": 100}], **values
        )

    def test_weights(self):
        version = self._create_version(
            [{"kind": "mark", "name": "Attitude", "weight": 99.5}], force=False
        )
        with self.assertRaisesRegex(ValidationError, "come to 99.50: make them 100"):
            version.action_put_in_force()
        version.item_ids.weight = 100
        version.action_put_in_force()
        self.assertEqual(version.state, "force")

    def test_line_is_complete(self):
        for values, problem in (
            ({"kind": "plan"}, "choose which number"),
            ({"kind": "fixed", "metric_id": self.wins.id}, "enter the goal"),
            (
                {"kind": "fixed", "metric_id": self.trouble.id},
                "a ceiling of zero needs a table",
            ),
            (
                {
                    "kind": "plan",
                    "metric_id": self.revenue.id,
                    "is_by_absence": True,
                },
                "goals of money",
            ),
            ({"kind": "help"}, "enter the goal"),
        ):
            version = self._create_version([{"weight": 100, **values}], force=False)
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(ValidationError, problem),
            ):
                version.action_put_in_force()

    def test_points_have_no_weight(self):
        version = self._create_version(
            [
                {"kind": "mark", "weight": 100},
                {"kind": "points", "metric_id": self.trouble.id, "weight": 5},
            ],
            force=False,
        )
        with self.assertRaisesRegex(ValidationError, "takes away has no weight"):
            version.action_put_in_force()

    def test_in_force_is_for_good(self):
        """Neither the version nor its lines nor its tables, by nobody."""
        version = self._create_usual().with_user(self.director)
        for record, values in (
            (version, {"score_floor": -10}),
            (version.item_ids[0], {"weight": 90}),
            (version.personal_step_ids[0], {"value": 3}),
        ):
            with self.assertRaisesRegex(UserError, "in force is not changed"):
                record.write(values)
            with self.assertRaisesRegex(UserError, "in force is not changed"):
                record.unlink()
        with self.assertRaisesRegex(UserError, "in force is not changed"):
            self.env["sales.process.scorecard.item"].with_user(self.director).create(
                {"version_id": version.id, "kind": "mark", "weight": 5}
            )
        with self.assertRaisesRegex(UserError, "in force is not changed"):
            version.template_id.unlink()

    def test_new_version(self):
        """A copy with its lines and tables, to be changed."""
        version = self._create_usual()
        action = version.with_user(self.director).action_new_version()
        draft = self.env[version._name].browse(action["res_id"])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(len(draft.item_ids), 4)
        self.assertEqual(len(draft.personal_step_ids), 3)
        self.assertEqual(len(draft.team_step_ids), 3)

    def test_salespeople_write_no_rules(self):
        version = self._mark_only(force=False)
        for user in (self.salesperson_a, self.leader_east):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                version.with_user(user).score_floor = 50
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                version.with_user(user).action_put_in_force()

    def test_version_of_the_day(self):
        """By the version of the first day; one from a later day changes nothing."""
        old = self._mark_only()
        new = old.copy({"date_from": "2026-06-02"})
        new.action_put_in_force()
        self.assertEqual(
            old.template_id._find_version(
                self.company, self.team_east, "salesperson", JUNE
            ),
            old,
        )
        self.assertEqual(
            old.template_id._find_version(
                self.company, self.team_east, "salesperson", date(2026, 6, 2)
            ),
            new,
        )
        with self.assertRaises(ValidationError):
            again = old.copy({"date_from": "2026-06-02"})
            again.action_put_in_force()

    def test_template_of_team_and_role(self):
        seller, leader = self._mark_only(), self._mark_only(role="leader")
        Template = seller.template_id
        for team, role, version in (
            (self.team_east, "salesperson", seller),
            (self.team_east, "leader", leader),
            (self.team_west, "salesperson", seller.browse()),
        ):
            self.assertEqual(
                Template._find_version(self.company, team, role, JUNE), version
            )

    def test_tables(self):
        """A hole between 89 and 90 is refused when it is saved."""
        for rows, problem in (
            (((None, 89, 1), (90, None, 2)), "a hole at 89.00"),
            (((None, 91, 1), (90, None, 2)), "Two rows of the table hold 90.00"),
            (((0, None, 1),), "begins at 0.00"),
            (((None, 90, 1),), "ends at 90.00"),
        ):
            for name in ("personal", "team"):
                with (
                    self.subTest(rows=rows, name=name),
                    self.assertRaisesRegex(ValidationError, problem),
                ):
                    self._mark_only(
                        force=False, **{f"{name}_step_ids": make_steps(name, rows)}
                    )

    def test_table_row_by_row(self):
        """A row that is written alone is checked before the version holds."""
        version = self._mark_only(
            force=False,
            personal_step_ids=make_steps("personal", ((None, 90, 1), (90, None, 2))),
        )
        version.personal_step_ids[0].unlink()
        with self.assertRaisesRegex(ValidationError, "table"):
            version.action_put_in_force()

    def test_team_table_needs_a_goal(self):
        version = self._mark_only(
            force=False, team_step_ids=make_steps("team", ((None, None, 1),))
        )
        with self.assertRaisesRegex(ValidationError, "Choose the goal of the team"):
            version.action_put_in_force()

    def test_highest_score(self):
        """Said beforehand; none where a line has no cap."""
        version = self._create_usual(force=False)
        self.assertEqual(version.score_max, 126)
        version.item_ids[0].cap = 0
        self.assertEqual(version.score_max, 0)


@tagged("post_install", "-at_install")
class TestStays(ScorecardCommon):
    """Kept when members come and go."""

    def test_come_and_go(self):
        user = self.salesperson_a
        member = self.env["crm.team.member"].search([("user_id", "=", user.id)])
        self._travel(datetime(2026, 6, 15, 2))
        member.active = False
        stay = self._get_stay(user)
        self.assertEqual(stay.date_to, date(2026, 6, 14))
        member.active = True
        # back on the day of leaving: no day is missing
        self.assertEqual(self._get_stay(user), stay)
        self.assertFalse(stay.date_to)
        member.unlink()
        self.assertEqual(stay.date_to, date(2026, 6, 14))

    def test_moved(self):
        """Entered in another team on the 15th: both, cut on the 15th."""
        user = self.salesperson_a
        member = self.env["crm.team.member"].search([("user_id", "=", user.id)])
        self._travel(datetime(2026, 6, 15, 2))
        member.crm_team_id = self.team_west
        stays = self._get_stay(user).sorted("date_from")
        self.assertEqual(stays.team_id, self.team_east | self.team_west)
        self.assertEqual(stays[0].date_to, date(2026, 6, 14))
        self.assertEqual(stays[1].date_from, date(2026, 6, 15))

    def test_came_and_went(self):
        self._travel(datetime(2026, 6, 15, 2))
        member = self.env["crm.team.member"].create(
            {"user_id": self.office_user.id, "crm_team_id": self.team_west.id}
        )
        self.assertTrue(self._get_stay(self.office_user))
        member.unlink()
        self.env.cr.flush()
        self.assertFalse(self._get_stay(self.office_user))

    def test_came_went_and_came_back(self):
        """Within one transaction: there since that day, and no cache is emptied."""
        self._travel(datetime(2026, 6, 15, 2))
        member = self.env["crm.team.member"].create(
            {"user_id": self.office_user.id, "crm_team_id": self.team_west.id}
        )
        stay = self._get_stay(self.office_user)
        name = self.office_user.name
        field = self.office_user._fields["name"]
        member.active = False
        self.assertTrue(stay.exists())
        cached = field._get_cache(self.env).get(self.office_user.id)
        self.assertEqual(cached, name, "what was read before is still in memory")
        member.active = True
        self.env.cr.flush()
        self.assertEqual(self._get_stay(self.office_user), stay)
        self.assertEqual(stay.date_from, date(2026, 6, 15))
        self.assertFalse(stay.date_to)
        # another transaction, the same day
        member.active = False
        self.env.cr.flush()
        self.assertFalse(stay.exists())

    def test_nobody_cuts_the_own_month(self):
        """An administrator who sells corrects the days of others only."""
        self._travel(datetime(2026, 6, 15, 2))
        admin = self.administrator
        # who joins a team has a day, also by the own hand
        self.env["crm.team.member"].with_user(admin).create(
            {"user_id": admin.id, "crm_team_id": self.team_east.id}
        )
        stay = self._get_stay(admin)
        self.assertEqual(stay.date_from, date(2026, 6, 15))
        other = self._get_stay(self.salesperson_a)
        past = {
            "user_id": admin.id,
            "team_id": self.team_west.id,
            "date_from": "2026-02-01",
            "date_to": "2026-02-05",
        }
        Stay = self.Stay.with_user(admin)
        for attempt in (
            lambda: stay.with_user(admin).write({"date_from": "2026-06-01"}),
            lambda: (stay | other).with_user(admin).write({"date_from": "2026-06-01"}),
            lambda: stay.with_user(admin).unlink(),
            lambda: Stay.create(past),
            lambda: Stay.with_context(default_user_id=admin.id).create(
                {**past, "user_id": admin.id}
            ),
        ):
            with (
                self.assertRaisesRegex(AccessError, "another sales administrator"),
                self.env.cr.savepoint(),
            ):
                attempt()
        other.with_user(admin).date_from = "2026-06-02"
        stay.with_user(self.director).date_from = "2026-06-03"
        self.assertEqual(other.date_from, date(2026, 6, 2))
        self.assertEqual(stay.date_from, date(2026, 6, 3))

    def test_no_day_twice(self):
        stay = self._get_stay(self.salesperson_a)
        with self.assertRaisesRegex(ValidationError, "on these days already"):
            self.Stay.create(
                {
                    "user_id": stay.user_id.id,
                    "team_id": stay.team_id.id,
                    "date_from": "2026-02-01",
                    "date_to": "2026-02-05",
                }
            )


@tagged("post_install", "-at_install")
class TestLines(ScorecardCommon):
    def _count(self, items, user=None, **values):
        """A line by itself: the scorecard of a person."""
        self._create_version(items, **values)
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        return self._get_card(user or self.salesperson_a)

    def test_ceiling_of_zero(self):
        """Less is better, goal 0: kept is 100 %, 3 is what the table says."""
        items = [
            {
                "kind": "fixed",
                "metric_id": self.trouble.id,
                "weight": 100,
                "step_ids": make_steps("item", ((None, 1, 100), (1, None, 20))),
            }
        ]
        self._create_leads(
            [(self.salesperson_b, day, 0, "Trouble") for day in (1, 2, 3)]
        )
        kept = self._count(items)
        self.assertEqual(kept.score, 100)
        broken = self._get_card(self.salesperson_b)
        self.assertEqual(broken.score, 20)
        self.assertEqual(
            broken.line_ids.formula, "3 = 20 % by the table. Weight 100: 20."
        )

    def test_no_goal_counts_as_fulfilled(self):
        card = self._count(
            [{"kind": "plan", "metric_id": self.revenue.id, "weight": 100}],
            no_goal="full",
        )
        self.assertEqual(card.score, 100)
        self.assertIn("counts as fulfilled", card.line_ids.formula)

    def test_nothing_at_all(self):
        """Only a plan without goal: no score, and coefficients of 1."""
        card = self._count(
            [{"kind": "plan", "metric_id": self.revenue.id, "weight": 100}],
            personal_step_ids=make_steps("personal", ((None, None, 0.5),)),
        )
        self.assertFalse(card.has_score)
        self.assertEqual(card.coefficient, 1)

    def test_own_draft_is_no_goal(self):
        """What somebody has planned alone is no goal by which one is judged."""
        with at(self, datetime(2026, 5, 20, 4)):
            plan = self._create_plan(self.salesperson_a, 1, state="draft")
        self._create_leads([(self.salesperson_a, 5, 100, "Win")])
        card = self._count(
            [{"kind": "plan", "metric_id": self.revenue.id, "weight": 100}]
        )
        self.assertFalse(card.line_ids.has_goal)
        plan.state = "agreed"
        card._count()
        self.assertTrue(card.line_ids.has_goal)

    def test_average_of_nothing(self):
        """An average without anything is no zero: its weight goes to the others."""
        metric = self._create_metric(
            "card_average",
            domain="[('won_status', '=', 'won')]",
            aggregate="avg",
            measure_field_id=self.env.ref("crm.field_crm_lead__expected_revenue").id,
        )
        card = self._count(
            [
                {"kind": "fixed", "metric_id": metric.id, "weight": 50, "goal": 4},
                {"kind": "mark", "name": "Attitude", "weight": 50},
            ]
        )
        self._mark(card, 70)
        self.assertEqual(card.score, 70)
        line = self._line(card, "fixed")
        self.assertFalse(line.has_value)
        self.assertIn("nothing to judge", line.formula)

    def _be_away(self):
        """Ten of the 22 working days of June, entered in May."""
        with at(self, datetime(2026, 5, 20, 4)):
            self.env["sales.process.absence"].create(
                {
                    "user_id": self.salesperson_a.id,
                    "date_start": datetime(2026, 6, 7, 16),
                    "date_end": datetime(2026, 6, 19, 16),
                }
            ).sudo().write({"state": "confirmed"})

    def test_leave(self):
        """Away 10 of 22 days: the goal is less only where the template says so."""
        self._be_away()
        wins = {"kind": "fixed", "metric_id": self.wins.id, "goal": 22}
        card = self._count(
            [
                {**wins, "weight": 40, "is_by_absence": True},
                {**wins, "weight": 40},
                {
                    "kind": "fixed",
                    "metric_id": self.revenue.id,
                    "goal": 22,
                    "weight": 20,
                },
            ]
        )
        self.assertEqual(card.segment_ids.absent_days, 10)
        self.assertEqual(card.line_ids.mapped("goal"), [12, 22, 22])

    def test_money_is_never_less_by_leave(self):
        """Also where the number of a template in force is one of money by now."""
        self._be_away()
        wins = {"kind": "fixed", "metric_id": self.wins.id, "goal": 22}
        card = self._count([{**wins, "weight": 100, "is_by_absence": True}])
        self.assertEqual(card.line_ids.goal, 12)
        self.wins.unit = "money"
        card._count()
        self.assertEqual(card.line_ids.goal, 22)

    def test_whole_goal(self):
        """A goal that is not by days is the same for who came on the 20th."""
        self._get_stay(self.salesperson_a).date_from = "2026-06-20"
        card = self._count(
            [
                {
                    "kind": "fixed",
                    "metric_id": self.wins.id,
                    "goal": 22,
                    "weight": 50,
                    "is_by_days": False,
                },
                {"kind": "fixed", "metric_id": self.wins.id, "goal": 22, "weight": 50},
            ]
        )
        # from Monday the 22nd: 7 working days
        self.assertEqual(card.line_ids.mapped("goal"), [22, 7])

    def test_team_is_off(self):
        """No template, or a team that is off: no scorecard."""
        self._create_version([{"kind": "mark", "weight": 100}], team=self.team_off)
        self._make()
        self.assertFalse(self._get_card(self.salesperson_e))
        self.assertFalse(self._get_card(self.salesperson_d))

    def test_left_in_the_month(self):
        """Who left on the 10th has a part until the 9th, and nothing after."""
        self._get_stay(self.salesperson_a).date_to = "2026-06-09"
        card = self._count([{"kind": "mark", "name": "Attitude", "weight": 100}])
        self.assertEqual(card.segment_ids.date_end, date(2026, 6, 10))
        self.assertEqual(card.segment_ids.working_days, 7)

    def test_help(self):
        """Help counts where a colleague's customer signs after one's own follow-up.

        Invited is not enough; nor is a follow-up too long before, one of the owner, or
        for a customer of another company; both sides are there.
        """
        lead, other, late, foreign = self._create_leads(
            [(self.salesperson_b, day, 0, "Win") for day in (10, 20, 25, 26)]
        )
        self._register_long_ago(lead | other | late | foreign)
        Followup = self.env["sales.process.followup"].sudo()
        helper, owner = self.salesperson_a, self.salesperson_b
        for won, day, counts, user in (
            (lead, datetime(2026, 6, 5, 4), True, helper),
            (lead, datetime(2026, 6, 6, 4), True, owner),
            (other, datetime(2026, 6, 12, 4), False, helper),
            (late, datetime(2026, 1, 5, 4), True, helper),
            (foreign, datetime(2026, 6, 20, 4), True, helper),
        ):
            followup = Followup.create(
                {
                    "lead_id": won.id,
                    "user_id": user.id,
                    "subject": "Showed the machine",
                }
            )
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE sales_process_followup SET date = %s, counts = %s,"
                " ownership_id = %s, user_id = %s, void_reason = %s WHERE id = %s",
                (
                    day,
                    counts,
                    won.ownership_id.id,
                    user.id,
                    None if counts else "stranger",
                    followup.id,
                ),
            )
        self.env.cr.execute(
            "UPDATE sales_process_ownership SET company_id = %s WHERE id = %s",
            [self.company_2.id, foreign.ownership_id.id],
        )
        self.env.invalidate_all()
        card = self._count([{"kind": "help", "goal": 2, "weight": 100}])
        self.assertEqual(card.line_ids.source_ids, lead.ownership_id.ids)
        self.assertEqual((card.line_ids.actual, card.score), (1, 50))
        action = card.line_ids.with_user(self.leader_east).action_source()
        shown = self.env["sales.process.ownership"].with_user(self.leader_east)
        shown = shown.search(action["domain"])
        self.assertEqual(shown.user_id, self.salesperson_b)
        # who owns the customer has helped nobody
        self.assertEqual(self._get_card(self.salesperson_b).line_ids.actual, 0)


@tagged("post_install", "-at_install")
class TestMarksAndAnswers(ScorecardCommon):
    """Who gives the mark of an earlier part; averages of too few answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        items = [{"kind": "mark", "name": "Attitude", "weight": 100, "cap": 100}]
        for team in (cls.team_east, cls.team_west):
            cls._create_version(items, team)

    def _move(self):
        """A has worked in Team East until the 14th, in Team West since."""
        self._get_stay(self.salesperson_a).date_to = "2026-06-14"
        self.Stay.create(
            {
                "user_id": self.salesperson_a.id,
                "team_id": self.team_west.id,
                "date_from": "2026-06-15",
            }
        )

    def test_mark_of_an_earlier_part(self):
        with self._at("2026-06-10 02:00:00"):
            self._make()
        self._move()
        # somebody else leads Team East since
        new = self.salesperson_c
        with self._at("2026-06-20 02:00:00"):
            self.Card._make(JUNE)
            self._get_card(self.salesperson_a)._count()
            self.team_east.user_id = new
            self._get_card(self.salesperson_a)._count()
            self.env.flush_all()
        self._travel("2026-07-02 02:00:00")
        card = self._get_card(self.salesperson_a)
        card._count()
        first, last = card.line_ids.sorted(lambda line: line.segment_id.date_from)
        self.assertEqual(first.marker_id, self.leader_east)
        self.assertEqual(last.marker_id, self.leader_west)
        self.assertEqual(card.decider_id, self.leader_west)
        values = {"mark": 90, "comment": "Seen at work"}
        for user, line in (
            (self.leader_west, first),
            (self.leader_east, last),
            (new, first),
            (self.salesperson_a, first),
            (self.salesperson_b, first),
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                line.with_user(user).write(values)
            self.assertFalse(line._may_mark(user))
        # who led then reads that line and no more
        old = self.env["sales.process.scorecard.line"].with_user(self.leader_east)
        self.assertEqual(old.search([("user_id", "=", card.user_id.id)]), first)
        self.assertFalse(card.with_user(self.leader_east).has_access("read"))
        item = self.env["sales.process.agenda.item"].search(
            [("kind", "=", "scorecard_mark")]
        )
        self.assertIn(self.leader_east, item.user_id)
        mine = card.with_user(self.leader_west)
        last.with_user(self.leader_west).write(values)
        with self.assertRaisesRegex(UserError, "Leader East still has to give"):
            mine.action_discuss()
        first.with_user(self.leader_east).write(values)
        mine.action_discuss()
        mine.action_close()
        self.assertFalse(first.with_user(self.leader_east).has_access("read"))
        self.assertEqual(card.score, 90)

    def test_who_led_then_has_left(self):
        with self._at("2026-06-10 02:00:00"):
            self._make()
        self._move()
        self._travel("2026-07-02 02:00:00")
        card = self._get_card(self.salesperson_a)
        self.team_east.user_id = self.salesperson_c
        self.leader_east.active = False
        card._count()
        first = card.line_ids.sorted(lambda line: line.segment_id.date_from)[0]
        self.assertEqual(first.marker_id, self.salesperson_c)

    def test_too_few_answers(self):
        """Four judge nobody, five do; none is what it was."""
        average = self._create_metric(
            "card_average",
            aggregate="avg",
            measure_field_id=self.env.ref("crm.field_crm_lead__expected_revenue").id,
            domain="[('name', '=', 'Answer')]",
        )
        version = self._create_version(
            [
                {"kind": "mark", "name": "Attitude", "weight": 50, "cap": 100},
                {
                    "kind": "fixed",
                    "metric_id": average.id,
                    "weight": 50,
                    "goal": 5,
                },
            ],
            role="salesperson",
        )
        self.assertEqual(version.fewest_answers, 5)
        self._create_leads([(self.salesperson_a, 3, 5, "Answer")] * 4)
        self._create_leads([(self.salesperson_b, 3, 5, "Answer")] * 5)
        self._make()
        few, enough, none = (
            self._line(self._get_card(user), "fixed")
            for user in (self.salesperson_a, self.salesperson_b, self.salesperson_c)
        )
        self.assertEqual((few.answers, few.has_value, few.weight_used), (4, False, 0))
        self.assertIn("Too few answers, 4 of 5", few.formula)
        self.assertEqual(
            (enough.answers, enough.has_value, enough.percent), (5, True, 100)
        )
        self.assertEqual((none.answers, none.has_value), (0, False))
        self.assertIn("nothing to judge", none.formula)
        with self.assertRaises(UserError):
            version.fewest_answers = 1
