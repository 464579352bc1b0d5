# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import JUNE, ScorecardCommon, at


@tagged("post_install", "-at_install")
class TestWords(ScorecardCommon):
    """Each line says its numbers, and how they were counted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_version(
            [
                {"kind": "plan", "metric_id": cls.revenue.id, "weight": 30},
                {
                    "kind": "fixed",
                    "metric_id": cls.trouble.id,
                    "weight": 20,
                    "goal": 1,
                },
                {
                    "kind": "fixed",
                    "metric_id": cls.wins.id,
                    "weight": 10,
                    "goal": 10,
                    "floor": 50,
                },
                {"kind": "mark", "name": "Attitude", "weight": 20},
                {"kind": "help", "goal": 2, "weight": 10},
                {"kind": "peers", "weight": 10},
                {
                    "kind": "points",
                    "metric_id": cls.trouble.id,
                    "point_score": 2.5,
                    "point_most": 4,
                },
            ]
        )
        with at(cls, datetime(2026, 5, 20, 4)):
            cls._create_plan(cls.salesperson_a, 100)
        cls._create_leads(
            [
                (cls.salesperson_a, 2, 90, "Win"),
                (cls.salesperson_a, 3, 100, "Win"),
                (cls.salesperson_a, 4, 0, "Trouble"),
                (cls.salesperson_a, 5, 0, "Trouble"),
            ]
        )

    def setUp(self):
        super().setUp()
        self._travel(datetime(2026, 7, 3, 2))
        self._make()
        self.card = self._get_card(self.salesperson_a)
        self.lines = self.card.line_ids.sorted("sequence")

    def _find(self, kind, metric=None):
        return self.card.line_ids.filtered(
            lambda line: line.kind == kind and (not metric or line.metric_id == metric)
        )

    def test_plan(self):
        formula = self._find("plan").formula
        self.assertIn("190.00", formula)
        self.assertIn("100.00", formula)
        self.assertIn("= 190 %", formula)
        self.assertIn("Counted as 150 %", formula)

    def test_ceiling(self):
        """Two of at most one: half of it is fulfilled."""
        line = self._find("fixed", self.trouble)
        self.assertEqual((line.actual, line.goal, line.percent), (2, 1, 50))
        self.assertIn("2, ceiling 1 = 50 %.", line.formula)

    def test_lower_limit(self):
        """2 of 10 are 20 %, counted as 50 %."""
        line = self._find("fixed", self.wins)
        self.assertEqual((line.percent_raw, line.percent), (20, 50))
        self.assertIn("2 of 10 = 20 %. Counted as 50 %", line.formula)

    def test_mark(self):
        line = self._find("mark")
        self.assertEqual(line.formula, "The mark is still to be given.")
        self._mark(self.card, 85)
        self.assertIn("Mark 85 of 100.", line.formula)

    def test_peers(self):
        self.assertIn(
            "Fewer than three colleagues have answered", self._find("peers").formula
        )

    def test_help(self):
        self.assertIn("0 of 2 = 0 %.", self._find("help").formula)

    def test_points(self):
        """2 × 2.5 are 5, 4 at most."""
        line = self._find("points")
        self.assertEqual(line.contribution, -4)
        self.assertEqual(line.formula, "2 points × 2.5 take away 4.")

    def test_weights_given_away(self):
        """30 + 20 + 10 + 10 are left of 100: each has ten sevenths of its own."""
        line = self._find("plan")
        self.assertEqual((line.weight, line.weight_used), (30, 42.8571))
        self._mark(self.card, 50)
        self.assertEqual(line.weight_used, 33.3333)

    def test_sum(self):
        """With the mark 50: everything by hand.

        90 points of weight are there, without the colleagues: each weight × 100 / 90.
        Sales 150 % × 33.3333 = 50; trouble 50 % × 22.2222 = 11.11; wins 50 % × 11.1111
        = 5.56; mark 50 % × 22.2222 = 11.11; help 0; less 4: 73.78.
        """
        self._mark(self.card, 50)
        self.assertEqual(self.card.score, 73.78)

    def test_definition_is_kept(self):
        """What is counted, in words and as a filter, as it was."""
        self.wins.note = "Customers who have said yes."
        self.card._count()
        line = self._find("fixed", self.wins)
        self.assertEqual(line.definition, "Customers who have said yes.")
        self.assertEqual(line.metric_domain, self.wins.domain)
        self.assertEqual(line.name, "card_wins")

    def test_language_of_the_person(self):
        """The name of a line is kept as the person reads it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.wins.with_context(lang="zh_CN").name = "赢单"
        self.salesperson_a.lang = "zh_CN"
        self.card._count()
        self.assertEqual(self._find("fixed", self.wins).name, "赢单")
        self.assertIn("2026年6月", self.card.with_context(lang="zh_CN").display_name)

    def test_source_of_each_line(self):
        """What cannot be opened says so; what can, opens for the person."""
        for line in self.card.line_ids.with_user(self.salesperson_a):
            with self.subTest(kind=line.kind):
                if line.kind in ("mark", "peers"):
                    with self.assertRaises(UserError):
                        line.action_source()
                    continue
                action = line.action_source()
                found = self.env[action["res_model"]].with_user(self.salesperson_a)
                found = found.search(action["domain"])
                if line.metric_id:
                    self.assertTrue(found)
                    self.assertEqual(found.user_id, self.salesperson_a)

    def test_names(self):
        """Rules are called by their day, parts by team and days."""
        segment = self.card.segment_ids
        self.assertEqual(segment.display_name, "Team East, 06/01/2026 – 06/30/2026")
        self.assertEqual(segment.version_id.display_name, "June, from 01/01/2026")
        stay = self._get_stay(self.salesperson_a)
        self.assertEqual(stay.display_name, "Salesperson A, Team East")
        self.assertEqual(self.card.display_name, "Salesperson A, June 2026")

    def test_template_in_force(self):
        """The template shows by which version people are judged today."""
        version = self.card.segment_ids.version_id
        template = version.template_id.with_user(self.salesperson_a)
        self.assertEqual(template.version_id, version)
        with self._at(datetime(2025, 12, 31, 4)):
            template.invalidate_recordset()
            self.assertFalse(template.version_id)

    def test_company(self):
        """A template moves to no other company once it is in force."""
        template = self.card.segment_ids.version_id.template_id
        with self.assertRaisesRegex(UserError, "in force is not changed"):
            template.company_id = self.company_2

    def test_month_of_another_company(self):
        """Templates of one company make no scorecards in another one."""
        self.assertFalse(self._get_card(self.salesperson_x, JUNE))
        self.assertEqual(
            self.Card.search([("date_from", "=", JUNE)]).company_id, self.company
        )

    def test_kinds_of_lines(self):
        """What a kind does not need is taken away in the form."""
        item = self.env["sales.process.scorecard.item"].new(
            {"kind": "fixed", "metric_id": self.wins.id, "weight": 5}
        )
        item.kind = "mark"
        item._onchange_kind()
        self.assertFalse(item.metric_id)
        self.assertEqual(item.cap, 100)
        item.kind = "points"
        item._onchange_kind()
        self.assertEqual(item.weight, 0)
