# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.sales_process_grade_run import GradeRun
from .common_release import ReleaseCommon


class GradeCommon(ReleaseCommon):
    """Team East is graded A, B or C by its turnover, which a fake app counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Grade = cls.env["sales.process.customer.grade"]
        cls.grade_a, cls.grade_b, cls.grade_c = Grade.create(
            [
                {"name": "A", "sequence": 1, "followup_days": 30},
                {"name": "B", "sequence": 2, "followup_days": 14},
                {"name": "C", "sequence": 3},
            ]
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Acme", "is_company": True}
        )
        cls.ownership = cls._customer(cls.salesperson_a, partner_id=cls.partner.id)
        cls.rule = cls._rule(cls.team_east)
        # what an app for invoices would say: partner, days ago, amount
        cls.trade = []

    @classmethod
    def _rule(cls, team=None, **values):
        return cls.env["sales.process.grade.rule"].create(
            {
                "name": "Turnover",
                "company_id": cls.company.id,
                "team_id": (team or cls.team_east.browse()).id,
                "line_ids": [
                    (0, 0, {"grade_id": cls.grade_a.id, "turnover_min": 100_000}),
                    (0, 0, {"grade_id": cls.grade_b.id, "turnover_min": 20_000}),
                    (0, 0, {"grade_id": cls.grade_c.id}),
                ],
                **values,
            }
        )

    def setUp(self):
        super().setUp()
        rows = self.trade = list(self.trade)

        def get_queries(model, contacts):
            # the day by which the rule of the team counts, at every hour
            nobody = model.env["res.users"]
            today = self.team_east.with_env(model.env)._get_process_today(nobody)
            told = [
                SQL(
                    "(%s::int, %s::int, %s::date, %s::numeric)",
                    partner.id,
                    company.id,
                    today - timedelta(days=days),
                    amount,
                )
                for partner, days, amount, company in rows
            ] or [SQL("(0, 0, NULL::date, 0)")]
            return {
                "fake": SQL(
                    "SELECT * FROM (VALUES %s)"
                    " AS fake(partner_id, company_id, date, amount)"
                    " WHERE partner_id IN %s",
                    SQL(", ").join(told),
                    contacts,
                )
            }

        # whatever else counts turnover in this database
        self.patch(self.registry[self.rule._name], "_get_trade_queries", get_queries)

    def _sell(self, amount, days=10, partner=None, company=None):
        self.trade.append(
            (partner or self.partner, days, amount, company or self.company)
        )

    def _grade(self, rules=None, days=0):
        """One run of the scheduled action, some days later."""
        moment = self.env.cr.now() + timedelta(days=days)
        with self._at(moment):
            run = GradeRun((rules or self.rule).sudo())
            run.process(run.select(1000))
            self.env.flush_all()
        self.env.invalidate_all()

    def _changes(self, partner=None):
        return self.env["sales.process.grade.change"].search(
            [("partner_id", "=", (partner or self.partner).id)]
        )


@tagged("post_install", "-at_install")
class TestGradeRule(GradeCommon):
    def test_graded_with_its_numbers(self):
        self._sell(150_000)
        self._sell(-60_000)
        self._sell(50_000, days=400)
        self.rule.with_user(self.director).action_switch_on()
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_b)
        change = self._changes()
        self.assertEqual(change.source, "rule")
        self.assertEqual((change.turnover, change.growth), (90_000, 80))
        self.assertEqual((change.rule_id, change.rule_version), (self.rule, 1))
        self.assertEqual(change.ownership_id, self.ownership)
        why = change.with_user(self.salesperson_a).why
        self.assertIn("90,000", why)
        self.assertIn("version 1", why)
        page = (
            self.env["sales.process.timeline"]
            .with_user(self.salesperson_a)
            .get_page("sales.process.ownership", self.ownership.id, ["grade"])
        )
        self.assertEqual(page["lines"][0]["title"], "Grade: none → B")
        self.assertEqual(page["lines"][0]["text"], " ".join(why.split()))

    def test_scheduled_action(self):
        self._sell(150_000)
        self._run("ir_cron_grade")
        self.assertFalse(self.partner.process_grade_id)
        self.rule.action_switch_on()
        self._run("ir_cron_grade")
        self.assertEqual(self.partner.process_grade_id, self.grade_a)

    def test_looked_at_once_a_cycle(self):
        self.rule.action_switch_on()
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        self._sell(150_000)
        self._grade(days=29)
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        self._grade(days=30)
        self.assertEqual(self.partner.process_grade_id, self.grade_a)
        # switched on again everybody is looked at
        self.trade.clear()
        self.rule.action_switch_off()
        self.rule.action_switch_on()
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_c)

    def test_bounces_around_a_limit(self):
        """Case 55, over the evaluations of a year."""
        self.rule.action_switch_on()
        for month, (amount, expected) in enumerate(
            (
                (100_000, "A"),
                (95_000, "A"),
                (101_000, "A"),
                (95_000, "A"),
                (95_000, "B"),
                (100_000, "A"),
                (89_000, "B"),
                (0, "C"),
            )
        ):
            self.trade.clear()
            self._sell(amount)
            self._grade(days=30 * month)
            self.assertEqual(self.partner.process_grade_id.name, expected, month)

    def test_by_hand_wins_until_its_day(self):
        """A leader's grade with a reason holds to the end of its day, then the rule."""
        self.rule.action_switch_on()
        today = self._today(self.leader_east)
        setting = (
            self.env["sales.process.grade.setting"]
            .with_user(self.leader_east)
            .create(
                {
                    "partner_id": self.partner.id,
                    "grade_id": self.grade_a.id,
                    "reason": "Framework contract",
                    "date_until": fields.Date.add(today, days=40),
                }
            )
        )
        setting.action_set()
        change = self._changes()
        self.assertEqual(change.source, "manual")
        self.assertEqual(change.user_id, self.leader_east)
        self.assertIn("Framework contract", change.why)
        self._grade()
        self._grade(days=39)
        self.assertEqual(self.partner.process_grade_id, self.grade_a)
        self._grade(days=42)
        self.assertEqual(self.partner.process_grade_id, self.grade_c)

    def test_written_by_a_leader_holds_as_the_rule_says(self):
        self.rule.action_switch_on()
        self.partner.with_user(self.leader_east).process_grade_id = self.grade_a
        today = self._today(self.leader_east)
        self.assertEqual(self._changes().date_until, fields.Date.add(today, days=90))
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_a)
        self._grade(days=92)
        self.assertEqual(self.partner.process_grade_id, self.grade_c)

    def test_written_by_the_owner_holds_nothing(self):
        """A grade that changes no period is anybody's, and the rule decides."""
        self._sell(150_000)
        self.rule.action_switch_on()
        self.partner.with_user(self.salesperson_a).process_grade_id = self.grade_c
        self.assertFalse(self._changes().date_until)
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_a)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_sets_by_hand(self):
        Setting = self.env["sales.process.grade.setting"]
        today = self._today(self.leader_east)
        values = {
            "partner_id": self.partner.id,
            "grade_id": self.grade_c.id,
            "reason": "Because",
            "date_until": today,
        }
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Setting.with_user(user).create(values).action_set()
        for day in (-1, 5 * 366 + 1):
            with self.subTest(day=day), self.assertRaises(ValidationError):
                Setting.with_user(self.leader_east).create(
                    {**values, "date_until": fields.Date.add(today, days=day)}
                )
        Setting.with_user(self.leader_east).create(values).action_set()
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        action = self.partner.with_user(self.leader_east).action_open_grade_setting()
        self.assertEqual(action["context"]["default_partner_id"], self.partner.id)
        action = self.partner.with_user(self.salesperson_a).action_open_grade_changes()
        self.assertEqual(action["domain"], [("partner_id", "=", self.partner.id)])

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_potential_is_the_leaders(self):
        """Who could set it would grade the own customers."""
        self.rule.line_ids[0].write({"turnover_min": 0, "potential_min": 1000})
        for user in (self.salesperson_a, self.salesperson_b):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.partner.with_user(user).process_potential = 2000
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["res.partner"].with_user(user).with_context(
                    default_process_potential=2000
                ).create({"name": "New"})
        self.partner.with_user(self.leader_east).process_potential = 1000
        self.rule.action_switch_on()
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_a)

    def test_never_overdue_tonight(self):
        """Case 57: a shorter period takes nothing from anybody over night."""
        self.partner.process_grade_id = self.grade_a
        self._changes().unlink()
        now = self.env.cr.now()
        self.ownership.date_start = now - timedelta(days=60)
        self.ownership.date_last_contact = now - timedelta(days=20)
        self.ownership._update_deadlines()
        self.assertGreater(self.ownership.date_deadline, now)
        self.rule.action_switch_on()
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        self.assertGreater(self.ownership.date_deadline, now + timedelta(days=1))
        self.assertLess(self.ownership.date_deadline, now + timedelta(days=3))

    def test_team_before_general(self):
        general = self._rule(name="General", months=24)
        other = self.env["res.partner"].create({"name": "West"})
        self._customer(self.salesperson_d, self.team_west, partner_id=other.id)
        off = self.env["res.partner"].create({"name": "Off"})
        self._customer(self.salesperson_e, self.team_off, partner_id=off.id)
        rules = self.rule | general
        rules.action_switch_on()
        self._grade(rules)
        self.assertEqual(self._changes().rule_id, self.rule)
        self.assertEqual(self._changes(other).rule_id, general)
        self.assertFalse(self._changes(off))

    def test_company(self):
        """Turnover of another company, and its customers, are not ours."""
        self._sell(150_000, company=self.company_2)
        foreign = self.env["res.partner"].create({"name": "Foreign"})
        self._customer(self.salesperson_x, self.team_c2, partner_id=foreign.id)
        general = self._rule(name="General")
        general.action_switch_on()
        self._grade(general)
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        self.assertFalse(foreign.process_grade_id)

    def test_scope(self):
        """Case 54: by company or by person, never both."""
        person, subsidiary = self.env["res.partner"].create(
            [
                {"name": "Buyer", "parent_id": self.partner.id},
                {"name": "Sub", "parent_id": self.partner.id, "is_company": True},
            ]
        )
        self._sell(15_000, partner=person)
        self._sell(15_000)
        # what the parent pays for is the parent's, what the subsidiary pays is not
        self._sell(150_000, partner=subsidiary)
        self.rule.action_switch_on()
        self._grade()
        self.assertEqual(self._changes().turnover, 30_000)
        self.assertEqual(self.partner.process_grade_id, self.grade_b)
        self.company.process_customer_scope = "person"
        self.rule.action_switch_off()
        self.rule.action_switch_on()
        self._grade(days=1)
        self.assertEqual(self._changes()[0].turnover, 15_000)

    def test_recency(self):
        self.rule.line_ids[0].write({"turnover_min": 0, "order_days_max": 30})
        self.rule.line_ids[1].write({"turnover_min": 0, "contact_days_max": 30})
        self.rule.action_switch_on()
        self._sell(1, days=31)
        self._sell(-1, days=1)
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        self.ownership.date_last_contact = self.env.cr.now() - timedelta(days=5)
        self._grade(days=30)
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
        self.ownership.date_last_contact = self.env.cr.now() + timedelta(days=59)
        self._grade(days=60)
        self.assertEqual(self.partner.process_grade_id, self.grade_b)
        self._sell(1, days=30)
        self._grade(days=90)
        self.assertEqual(self.partner.process_grade_id, self.grade_a)

    def test_versions(self):
        self.rule.action_switch_on()
        self.assertEqual(self.rule.version, 1)
        self.rule.name = "Another name"
        self.assertEqual(self.rule.version, 1)
        self.rule.write(
            {
                "months": 6,
                "line_ids": [(1, self.rule.line_ids[0].id, {"growth_min": 5})],
            }
        )
        self.assertEqual(self.rule.version, 2)
        # a line that is changed by itself is a version when it is used
        self.rule.line_ids[0].turnover_min = 200_000
        self._run("ir_cron_grade")
        self.assertEqual(self.rule.version, 3)
        self.rule.action_switch_off()
        self.rule.months = 12
        self.rule.action_switch_on()
        self.assertEqual(self.rule.version, 4)

    def test_what_cannot_be_switched_on(self):
        second = self._rule(self.team_east)
        self.rule.action_switch_on()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.rule.line_ids.unlink()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            second.action_switch_on()
            self.env.flush_all()
        self.rule.action_switch_off()
        second.line_ids.unlink()
        with self.assertRaises(UserError):
            second.action_switch_on()
        with patch.object(
            self.registry[self.rule._name], "_get_trade_queries", lambda *_args: {}
        ):
            self.env.invalidate_all()
            with self.assertRaises(UserError):
                self.rule.action_switch_on()
            self.rule.line_ids[:2].write({"turnover_min": 0, "contact_days_max": 9})
            self.rule.action_switch_on()
        self.rule.active = False
        self.assertFalse(self.rule.is_on)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_only_administrators_set_rules(self):
        for user in (self.leader_east, self.salesperson_a):
            rule = self.rule.with_user(user)
            for action in ("action_switch_on", "action_switch_off", "action_preview"):
                with (
                    self.subTest(user=user.login, action=action),
                    self.assertRaises(AccessError),
                ):
                    getattr(rule, action)()
            with self.assertRaises(AccessError):
                rule.line_ids[0].turnover_min = 1
        with self.assertRaises(AccessError):
            self.rule.with_user(self.director).is_on = True

    def test_preview(self):
        """Who would change, and nobody has."""
        self._sell(150_000)
        action = self.rule.with_user(self.director).action_preview()
        preview = (
            self.env[action["res_model"]]
            .with_user(self.director)
            .browse(action["res_id"])
        )
        line = preview.line_ids.filtered(lambda row: row.partner_id == self.partner)
        self.assertEqual(line.grade_id, self.grade_a)
        self.assertFalse(line.grade_before_id)
        self.assertEqual(line.turnover, 150_000)
        self.assertGreaterEqual(preview.customer_count, preview.change_count)
        self.assertFalse(self.partner.process_grade_id)
        self.assertFalse(self._changes())
        preview.action_switch_on()
        self.assertTrue(self.rule.is_on)
        self._grade()
        self.assertEqual(self.partner.process_grade_id, self.grade_a)

    def test_merged(self):
        """Case 60: the better grade stays."""
        best, least = self.grade_a, self.grade_c
        for winner, loser in ((best, least), (least, best)):
            with self.subTest(kept=winner.name):
                kept, gone = self.env["res.partner"].create(
                    [
                        {"name": "One", "process_grade_id": winner.id},
                        {"name": "Two", "process_grade_id": loser.id},
                    ]
                )
                wizard = self.env["base.partner.merge.automatic.wizard"]
                wizard.create({})._merge((kept | gone).ids, kept, extra_checks=False)
                self.assertFalse(gone.exists())
                self.assertEqual(kept.process_grade_id, best)

    def test_no_query_for_each_customer(self):
        """Numbers of thirty customers are read by as many queries as of three."""

        def count(number):
            partners = self.env["res.partner"].create(
                [{"name": f"Many {number}"} for _row in range(number)]
            )
            for partner in partners:
                self._customer(self.salesperson_a, partner_id=partner.id)
                self._sell(150_000, partner=partner)
            run = GradeRun(self.rule.sudo())
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.evaluate(run.env["res.partner"].browse(partners.ids))
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(30), count(3))

    def test_app_that_is_gone(self):
        """Without the app that counts turnover nobody falls: the rule rests."""
        self._sell(150_000)
        self.rule.action_switch_on()
        self._grade()
        with patch.object(
            self.registry[self.rule._name], "_get_trade_queries", lambda *_args: {}
        ):
            self.env["sales.process.grade.standing"].search([]).unlink()
            self.env.invalidate_all()
            self._run("ir_cron_grade")
            self.assertIn("turnover", self.rule.problem)
        self.assertEqual(self.partner.process_grade_id, self.grade_a)

    def test_salesperson_sets_no_cycle(self):
        """How often one has to visit is not one's own to say, by a grade either."""
        grade = self.env["sales.process.customer.grade"].create(
            {"name": "Seldom", "revisit_days": 365}
        )
        with self.assertRaises(AccessError):
            self.partner.with_user(self.salesperson_a).process_grade_id = grade
        self.partner.with_user(self.leader_east).process_grade_id = grade

    def test_potential_of_merged_contacts(self):
        """A salesperson merges contacts of which one has a potential."""
        kept, gone = self.env["res.partner"].create(
            [{"name": "One"}, {"name": "Two", "process_potential": 500}]
        )
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard.with_user(self.salesperson_a).sudo()._merge(
            (kept | gone).ids, kept.with_user(self.salesperson_a).sudo(), False
        )
        self.assertEqual(kept.process_potential, 500)

    def test_fits_no_grade(self):
        """Without a last grade for everybody else there is none."""
        self.rule.line_ids[2].unlink()
        self.partner.process_grade_id = self.grade_b
        self._changes().unlink()
        self.rule.action_switch_on()
        self._grade()
        self.assertFalse(self.partner.process_grade_id)
        # a grade that the rule does not know is not its business
        self.partner.process_grade_id = self.grade_c
        self._changes().unlink()
        self._grade(days=31)
        self.assertEqual(self.partner.process_grade_id, self.grade_c)
