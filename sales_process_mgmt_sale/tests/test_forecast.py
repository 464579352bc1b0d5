# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from lxml import etree

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .test_paid import PaidCommon

COLUMNS = ("commit", "best", "pipeline", "slipped", "undated")


class ForecastCommon(PaidCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.leader
        cls.leader.tz = cls.colleague.tz = "Asia/Shanghai"
        cls.lead.expected_revenue = 0
        cls.today = cls.env["crm.team"]._get_process_today(cls.salesperson)

    def _deal(self, amount, days, probability=60, user=None, **values):
        """An open opportunity that is expected to close in so many days."""
        return self.env["crm.lead"].create(
            {
                "name": f"Deal of {amount}",
                "user_id": (user or self.salesperson).id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "type": "opportunity",
                "phone": f"+86138{amount:08d}",
                "expected_revenue": amount,
                "probability": probability,
                "date_deadline": days is not None and self.today + timedelta(days=days),
                **values,
            }
        )

    def _find(self, model, user=None, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env[model].with_user(user or self.leader)
        return rows.search(
            [
                ("team_id", "=", self.team.id),
                *((name, "=", value) for name, value in values.items()),
            ]
        )


@tagged("post_install", "-at_install")
class TestForecast(ForecastCommon):
    """What is expected by owner and month, beside the goal and what was signed."""

    def test_each_deal_stands_in_one_column(self):
        for amount, days, probability, column in (
            (101, 0, 80, "commit"),
            (102, 0, 79.99, "best"),
            (103, 40, 50, "best"),
            (104, 40, 49.99, "pipeline"),
            (105, -1, 90, "slipped"),
            (106, None, 90, "undated"),
        ):
            deal = self._deal(amount, days, probability)
            row = self._find("sales.process.forecast", lead_id=deal.id)
            with self.subTest(amount=amount):
                self.assertEqual(row.category, column)
                self.assertEqual(
                    [name for name in COLUMNS if row[f"amount_{name}"]], [column]
                )
                self.assertEqual(row[f"amount_{column}"], amount)
                self.assertEqual(row.amount, amount)
                closes = max(deal.date_deadline or self.today, self.today)
                self.assertEqual(row.date, days is not None and closes.replace(day=1))
        self.team.write({"process_commit_percent": 95, "process_best_percent": 90})
        rows = self._find("sales.process.forecast")
        self.assertFalse(rows.filtered("amount_commit"))

    def test_no_deal_is_left_out_of_a_picture(self):
        Forecast = self.env["sales.process.forecast"]
        pivot = etree.fromstring(Forecast.get_view(view_type="pivot")["arch"])
        measures = pivot.xpath("//field[@type='measure']/@name")
        self.assertLessEqual({f"amount_{name}" for name in COLUMNS}, set(measures))
        graph = etree.fromstring(Forecast.get_view(view_type="graph")["arch"])
        self.assertEqual(graph.xpath("//field[@type='measure']/@name"), ["amount"])

    def test_beside_goal_and_signed(self):
        month = self.today.replace(day=1)
        metric = self.env.ref("sales_process_mgmt_sale.sales_process_metric_signed")
        self.env["sales.process.plan"].create(
            {
                "kind": "monthly",
                "user_id": self.salesperson.id,
                "date_from": month,
                "line_ids": [
                    fields.Command.create({"metric_id": metric.id, "goal": 5000})
                ],
            }
        )
        self.order.action_confirm()
        self._deal(300, 0, 90)
        groups = self._find("sales.process.forecast")._read_group(
            [("user_id", "=", self.salesperson.id), ("date", "=", month)],
            ["user_id"],
            ["quota:sum", "actual:sum", "amount_commit:sum", "gap:sum"],
        )
        self.assertEqual(groups, [(self.salesperson, 5000, 1000, 300, 3700)])

    def test_what_is_no_step_to_a_goal_shows_no_distance(self):
        self._deal(100, 5, 20)
        groups = self._find("sales.process.forecast")._read_group(
            [("user_id", "=", self.salesperson.id)], ["category"], ["gap:sum"]
        )
        self.assertIn(("pipeline", False), groups)

    def test_who_reads_it(self):
        mine = self._deal(100, 5)
        theirs = self._deal(200, 5, user=self.colleague)
        stranger = mail_new_test_user(
            self.env,
            login="stranger_paid",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        for model in (
            "sales.process.forecast",
            "sales.process.forecast.snapshot",
            "sales.process.forecast.change",
        ):
            if model.endswith("snapshot"):
                self._take()
            for user, leads in (
                (self.salesperson, mine),
                (self.colleague, theirs),
                (self.leader, mine | theirs),
                (stranger, mine.browse()),
            ):
                with self.subTest(model=model, user=user.login):
                    rows = self._find(model, user)
                    self.assertEqual(rows.lead_id & (mine | theirs), leads)
                    sums = rows.browse()._read_group(
                        [("lead_id", "in", (mine | theirs).ids)], [], ["__count"]
                    )
                    self.assertEqual(sums, [(len(leads),)])

    def _take(self, moment=None):
        Cron = type(self.env["ir.cron"])
        self.env.flush_all()
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0):
            if not moment:
                self.env["sales.process.forecast.snapshot"]._cron_take()
                return
            with (
                freeze_time(moment),
                patch.object(self.env.cr, "now", lambda: moment),
            ):
                self.env["sales.process.forecast.snapshot"]._cron_take()

    def test_one_that_fails_stops_no_other_one(self):
        other = self.env["crm.team"].create(
            {
                "name": "Later",
                "company_id": self.company.id,
                "process_mode": "enforce",
            }
        )
        Snapshot = type(self.env["sales.process.forecast.snapshot"])
        take = Snapshot._take

        def fail(model, team, today):
            if team == self.team:
                raise ValueError("broken")
            return take(model, team, today)

        logger = "odoo.addons.sales_process_mgmt.models.sales_process_retry"
        with patch.object(Snapshot, "_take", fail), self.assertLogs(logger, "ERROR"):
            self._take(datetime(2035, 6, 4, 3))
        self.assertEqual(other.process_forecast_date, date(2035, 6, 4))
        self.assertFalse(self.team.process_forecast_date)

    def test_mondays_in_the_zone_of_the_team(self):
        self._deal(100, 5)
        self.leader.tz = "Asia/Shanghai"
        Snapshot = self.env["sales.process.forecast.snapshot"]

        def dates():
            rows = Snapshot.search([("team_id", "=", self.team.id)])
            return sorted(set(rows.mapped("date")))

        # Sunday 23:59 in Shanghai is of the week before, a minute later it is Monday
        self._take(datetime(2035, 6, 3, 15, 59))
        self.assertEqual(dates(), [date(2035, 5, 28)])
        self._take(datetime(2035, 6, 3, 16, 0))
        self.assertEqual(dates(), [date(2035, 5, 28), date(2035, 6, 4)])
        count = Snapshot.search_count([("team_id", "=", self.team.id)])
        # again, and with a deal that came on Tuesday: the Monday stays as it was
        self._deal(200, 5)
        for moment in (datetime(2035, 6, 3, 17), datetime(2035, 6, 5, 17)):
            self._take(moment)
            self.assertEqual(
                Snapshot.search_count([("team_id", "=", self.team.id)]), count
            )
        # nobody was there on Monday: the next day does
        self._take(datetime(2035, 6, 13, 3))
        self.assertEqual(dates()[-1], date(2035, 6, 11))
        self.assertEqual(self.team.process_forecast_date, date(2035, 6, 11))

    def test_what_has_changed_since(self):
        # a month with room on both sides
        month = (self.today.replace(day=1) + timedelta(days=95)).replace(day=10)
        days = (month - self.today).days
        kinds = {
            "2_won": self._deal(101, days),
            "3_lost": self._deal(102, days),
            "4_slipped": self._deal(103, days),
            "5_later": self._deal(104, days),
            "6_earlier": self._deal(105, days),
            "7_smaller": self._deal(106, days),
            "8_larger": self._deal(107, days),
            "9_certainty": self._deal(108, days),
            "a_same": self._deal(109, days),
        }
        self._take()
        kinds["1_new"] = self._deal(110, days)
        won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        kinds["2_won"].stage_id = won
        kinds["3_lost"].action_archive()
        kinds["4_slipped"].date_deadline = self.today - timedelta(days=1)
        kinds["5_later"].date_deadline = month + timedelta(days=40)
        kinds["6_earlier"].date_deadline = month - timedelta(days=40)
        kinds["7_smaller"].expected_revenue = 6
        kinds["8_larger"].expected_revenue = 1007
        kinds["9_certainty"].probability = 90
        for kind, deal in kinds.items():
            row = self._find("sales.process.forecast.change", lead_id=deal.id)
            with self.subTest(kind=kind):
                self.assertEqual((row.kind, row.is_last), (kind, True))
                self.assertEqual(
                    row.difference, (row.amount_now or 0) - (row.amount_then or 0)
                )
                self.assertEqual(bool(row.amount_slipped), kind == "4_slipped")
        [(total,)] = (
            self.env["sales.process.forecast.change"]
            .with_user(self.leader)
            ._read_group(
                [("lead_id", "in", [deal.id for deal in kinds.values()])],
                [],
                ["difference:sum"],
            )
        )
        self.assertEqual(total, 110 - 101 - 102 - 100 + 900)

    def test_a_row_opens_its_opportunity(self):
        deal = self._deal(100, 5)
        row = self._find("sales.process.forecast", lead_id=deal.id)
        self.assertEqual(row.action_open_lead()["res_id"], deal.id)

    def test_old_snapshots_go(self):
        self._deal(100, 5)
        self._take()
        Snapshot = self.env["sales.process.forecast.snapshot"]
        rows = Snapshot.search([("team_id", "=", self.team.id)])
        kept = rows[:1].date
        self.env.cr.execute(
            "UPDATE sales_process_forecast_snapshot SET date = %s WHERE id IN %s",
            [kept - timedelta(days=900), rows._ids],
        )
        self.env.invalidate_all()
        Snapshot._gc_old()
        self.assertFalse(rows.exists())


@tagged("post_install", "-at_install")
class TestQuotationNumbers(ForecastCommon):
    """Quotations as numbers: made, sent, won, and how long the customer took."""

    def _count(self, code):
        self.env.flush_all()
        metric = self.env["sales.process.metric"].search([("code", "=", code)])
        now = fields.Datetime.now()
        span = {self.salesperson.id: (now - timedelta(days=30), now + timedelta(1))}
        return metric._evaluate(span, self.company)[metric][self.salesperson.id]

    def _numbers(self):
        return tuple(
            self._count(f"quotations{name}")
            for name in ("", "_amount", "_sent", "_won_rate", "_days")
        )

    def test_numbers(self):
        self.assertEqual(self._numbers(), (1, 1000, 0, None, None))
        lost = self.order.copy({"user_id": self.salesperson.id})
        unsent = self.order.copy({"user_id": self.salesperson.id})
        unsent._action_cancel()
        self.assertEqual(self._numbers(), (3, 3000, 0, None, None))
        (self.order | lost).action_quotation_sent()
        self.assertEqual(self._numbers()[2:], (2, None, None))
        for order, days in ((self.order, 4), (lost, 2)):
            order.sudo().process_date_sent -= timedelta(days=days)
        self.order.action_confirm()
        self.assertEqual(self._numbers()[2:4], (2, 100))
        lost._action_cancel()
        *_others, rate, days = self._numbers()
        self.assertEqual(rate, 50)
        self.assertAlmostEqual(days, 3, 2)
        # what is taken up again waits for an answer
        lost.action_draft()
        self.assertFalse(lost.process_date_answered)
        self.assertEqual(self._numbers()[3], 100)
        lower = self.env["sales.process.metric"].search(
            [("code", "=", "quotations_days")]
        )
        self.assertFalse(lower.higher_is_better, "fewer days are better")

    def test_carts_of_nobody_are_no_quotations(self):
        cart = self.order.copy({"user_id": False})
        cart.sudo().write({"user_id": False})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET user_id = NULL WHERE id = %s", [cart.id]
        )
        self.assertFalse(
            self.env["sales.process.quotation"].search_count(
                [("order_id", "=", cart.id)]
            )
        )

    def test_who_reads_it(self):
        rows = self._find("sales.process.quotation", self.salesperson)
        self.assertIn(self.order, rows.order_id)
        self.assertFalse(self._find("sales.process.quotation", self.colleague))
        found = self._find("sales.process.quotation")
        self.assertIn(self.order, found.order_id)
        # the leader reads no order of another, and yet what the row is called
        self.assertIn(self.order.name, " ".join(found.mapped("display_name")))
