# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import pytz

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon
from odoo.addons.sales_process_mgmt.tools import period as period_tools
from odoo.addons.sales_process_mgmt.tools.transaction import writing_ledger

from ..models.sales_process_metric_query import MetricQuery

EVALUATE = "odoo.addons.sales_process_mgmt_metric.models.sales_process_metric"


@tagged("post_install", "-at_install")
class TestMetric(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Metric = cls.env["sales.process.metric"]
        cls.moment = datetime(2026, 5, 6, 12)
        cls.span = (datetime(2026, 5, 1), datetime(2026, 6, 1))

    @classmethod
    def _get_field(cls, model, name):
        return cls.env["ir.model.fields"]._get(model, name)

    @classmethod
    def _create_metric(cls, model="crm.lead", **values):
        names = {
            "date_field_id": values.pop("date", "create_date"),
            "user_field_id": values.pop("user", "user_id"),
            "measure_field_id": values.pop("measure", False),
        }
        fields = {
            key: cls._get_field(model, name).id for key, name in names.items() if name
        }
        vals = {
            "name": "Tested",
            "code": "tested",
            "model_id": cls.env["ir.model"]._get(model).id,
            **fields,
            **values,
        }
        return cls.Metric.create({k: v for k, v in vals.items() if v is not None})

    def _get_metric(self, code):
        return self.env.ref(f"sales_process_mgmt_metric.sales_process_metric_{code}")

    def _evaluate(self, metric, users, span=None, company=None):
        self.env.flush_all()
        bounds = {user.id: span or self.span for user in users}
        values = metric._evaluate(bounds, company or self.company)[metric]
        return [values[user.id] for user in users]

    def _create_won(self, user, moment, revenue=0.0, **values):
        lead = self._create_lead(user, expected_revenue=revenue, **values)
        lead.action_set_won()
        self.env.flush_all()
        lead.date_closed = moment
        return lead

    # ------------------------------------------------------------
    # SPANS
    # ------------------------------------------------------------

    def test_half_open(self):
        """The first second belongs to the span, the last bound does not."""
        metric = self._get_metric("won_count")
        start, end = self.span
        for moment, counted in (
            (start - timedelta(seconds=1), 0),
            (start, 1),
            (end - timedelta(seconds=1), 2),
            (end, 2),
        ):
            self._create_won(self.salesperson_a, moment)
            self.assertEqual(
                self._evaluate(metric, self.salesperson_a | self.salesperson_b),
                [counted, 0],
                moment,
            )

    def test_spans_of_their_own(self):
        """Each person's week is that of the person's zone, 26 hours apart."""
        metric = self._get_metric("won_count")
        week = period_tools.period_dates("weekly", date(2026, 5, 6))
        zones = {
            self.salesperson_a: pytz.timezone("Pacific/Honolulu"),
            self.salesperson_b: pytz.timezone("Pacific/Kiritimati"),
        }
        # Sunday noon in UTC, Monday at two in Kiritimati, Sunday at two in Honolulu
        moment = datetime(2026, 5, 10, 12)
        for user in zones:
            self._create_won(user, moment)
        self.env.flush_all()
        bounds = {
            user.id: period_tools.dates_to_utc(*week, zone)
            for user, zone in zones.items()
        }
        values = metric._evaluate(bounds, self.company)[metric]
        self.assertEqual(values, {self.salesperson_a.id: 1, self.salesperson_b.id: 0})

    def test_clock_change(self):
        """A Sunday on which the clocks change is 23 or 25 hours long."""
        metric = self._get_metric("won_count")
        zone = pytz.timezone("America/New_York")
        for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25)):
            start, end = period_tools.period_utc("daily", day, zone)
            self.assertEqual((end - start).total_seconds() / 3600, hours)
            for moment in (start, end - timedelta(seconds=1), end):
                self._create_won(self.salesperson_a, moment)
            self.assertEqual(
                self._evaluate(metric, self.salesperson_a, (start, end)), [2]
            )

    def test_date_without_time(self):
        """A day counts for the person's own calendar; a day begun counts whole."""
        metric = self._create_metric(date="date_deadline")
        self.salesperson_a.tz = "Pacific/Kiritimati"
        self._create_lead(self.salesperson_a, date_deadline=date(2026, 5, 10))
        self._create_lead(self.salesperson_a, date_deadline=date(2026, 5, 11))
        zone = pytz.timezone("Pacific/Kiritimati")
        start, end = period_tools.period_utc("weekly", date(2026, 5, 10), zone)
        self.assertEqual(self._evaluate(metric, self.salesperson_a, (start, end)), [1])
        self.assertEqual(
            self._evaluate(
                metric, self.salesperson_a, (start, end - timedelta(hours=7))
            ),
            [1],
        )
        self.assertEqual(
            self._evaluate(
                metric, self.salesperson_a, (start, end - timedelta(hours=24))
            ),
            [0],
        )

    # ------------------------------------------------------------
    # COMPANIES AND CURRENCIES
    # ------------------------------------------------------------

    def test_two_companies(self):
        """Each company counts its own records, those of none count at home."""
        count = self._get_metric("won_count")
        revenue = self._get_metric("won_revenue")
        self.salesperson_a.company_ids |= self.company_2
        self._create_won(self.salesperson_a, self.moment, 100)
        for money, company in ((10, False), (1, self.company_2.id)):
            lead = self._create_won(self.salesperson_a, self.moment, money)
            with writing_ledger(self.env):
                lead.write({"team_id": False, "company_id": company})
        for company, number, money in (
            (self.company, 2, 110),
            (self.company_2, 1, 1),
        ):
            self.assertEqual(
                self._evaluate(count, self.salesperson_a, company=company), [number]
            )
            self.assertEqual(
                self._evaluate(revenue, self.salesperson_a, company=company), [money]
            )

    def test_currency_of_the_record(self):
        """An amount in another currency is converted at the period's last day."""
        currency = self._enable_currency("EUR")
        self.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": currency.id,
                    "company_id": self.company.id,
                }
                for day, rate in (("2026-05-01", 0.1), ("2026-05-31", 0.5))
            ]
        )
        lead = self._create_won(self.salesperson_a, self.moment, 100)
        metric = self._get_metric("won_revenue")
        values = MetricQuery(metric, self.company, set())._sum_up(
            [(currency.id, 1, 50.0), (None, 1, 7.0)], self.span[1]
        )
        self.assertEqual(values, 107.0)
        self.assertEqual(lead.expected_revenue, 100)
        self.assertEqual(
            metric._format_value(1234.5, self.company).replace("\xa0", " "),
            self.company.currency_id.format(1234.5).replace("\xa0", " "),
        )

    @classmethod
    def _enable_currency(cls, name):
        currency = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", name)])
        )
        currency.active = True
        return currency

    # ------------------------------------------------------------
    # SIZE
    # ------------------------------------------------------------

    def test_query_count(self):
        """Two people or two thousand: the same number of queries."""
        metrics = self.Metric._get_for("weekly", self.company)
        self.assertGreaterEqual(len(metrics), 17)
        users = self.salesperson_a | self.salesperson_b
        many = dict.fromkeys(range(100_000, 102_000), self.span)
        for bounds in ({user.id: self.span for user in users}, many):
            self.env.flush_all()
            self.env.invalidate_all()
            metrics._evaluate(bounds, self.company)
            self.env.invalidate_all()
            # one a metric, its own row, and those of the fields, of the people, of who
            # defined the metrics and what they oversee: what they may read is counted
            with self.assertQueryCount(len(metrics) + 13):
                values = metrics._evaluate(bounds, self.company)
            for metric in metrics:
                self.assertEqual(set(values[metric]), set(bounds))

    # ------------------------------------------------------------
    # A DEFINITION OF ONE'S OWN
    # ------------------------------------------------------------

    def test_preview(self):
        """The administrator sees the numbers before the metric is saved."""
        self._create_won(self.salesperson_a, self.env.cr.now(), 300)
        Metric = self.Metric.with_user(self.administrator)
        with Form(Metric) as form:
            form.name = "Big deals"
            form.code = "big_deals"
            form.model_id = self.env["ir.model"]._get("crm.lead")
            self.assertEqual(form.date_field_id.name, "create_date")
            self.assertEqual(form.user_field_id.name, "user_id")
            form.domain = "[('expected_revenue', '>=', 200)]"
            self.assertFalse(form.problem)
            self.assertIn("Salesperson A", form.preview)
            form.domain = "[('no_such_field', '=', 1)]"
            self.assertIn("no_such_field", form.problem)
            self.assertFalse(form.preview)
            form.domain = "[('expected_revenue', '>=', 200)]"
        metric = form.record
        self.assertEqual(self._evaluate(metric, self.salesperson_a, self._today()), [1])

    def _today(self):
        now = self.env.cr.now()
        return now - timedelta(days=1), now + timedelta(days=1)

    def test_wrong_filter(self):
        """One clear sentence, nothing saved."""
        for domain, reason in (
            ("[('no_such_field', '=', 1)]", "no_such_field"),
            ("[('stage_id.no_such', '=', 1)]", "no_such"),
            ("[('name', 'similar', 1)]", "similar"),
            ("[('name', '=',", "not written correctly"),
            ("[('user_id', '=', uid)]", "filter"),
            ("__import__('os').system('true')", "filter"),
            ("{'name': 1}", "list"),
            ("7", "list"),
            ("[('id', '=', 'abc')]", "filter is wrong"),
            ("[" * 400, "not written correctly"),
        ):
            with self.subTest(domain=domain):
                with self.assertRaises(ValidationError) as caught:
                    self._create_metric(domain=domain)
                sentence = caught.exception.args[0]
                self.assertIn("cannot be used", sentence)
                self.assertIn(reason, sentence)
                self.assertNotIn("\n", sentence)
        self.assertFalse(self.Metric.search([("code", "=", "tested")]))

    def test_a_code_is_proposed(self):
        """The name proposes the code, also in Chinese; the second gets a number."""
        with Form(self.Metric) as form:
            form.name = "Offers of 2026, big"
            form.model_id = self.env["ir.model"]._get("crm.lead")
            self.assertEqual(form.code, "offers_of_2026_big")
            form.name = "Offers"
            self.assertEqual(form.code, "offers_of_2026_big")
        first = form.record
        values = {"code": None, "name": "Offers of 2026, big"}
        first.active = False
        again = self._create_metric(**values).code
        self.assertEqual(again, "offers_of_2026_big_2")
        codes = {self._create_metric(**{**values, "name": "报价"}).code for _n in "12"}
        self.assertEqual(len(codes), 2)
        self.assertTrue(all(code.startswith("metric") for code in codes), codes)
        first.name = "Another"
        self.assertEqual(first.code, "offers_of_2026_big")

    def test_wrong_fields(self):
        """Fields of other records, or of the wrong kind, are refused."""
        for values in (
            {"date": "name"},
            {"user": "partner_id"},
            {"user": "name"},
            {"aggregate": "sum"},
            {"aggregate": "sum", "measure": "name"},
            {"aggregate": "avg", "measure": "user_id"},
            {"measure": "duplicate_lead_count", "aggregate": "sum"},
            {"date_field_id": self._get_field("res.partner", "create_date").id},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self._create_metric(**values)
        for code in ("two words", "1st", ""):
            with self.subTest(code=code), self.assertRaises(ValidationError):
                self._create_metric(code=code)

    def test_only_what_one_may_read(self):
        """A metric reads for everybody: who writes it must be allowed to read."""
        Metric = self.Metric.with_user(self.administrator)
        metric = self._create_metric().with_user(self.administrator)
        with self.assertRaises(ValidationError), mute_logger("odoo.models"):
            metric.domain = "[('user_id.totp_secret', '=like', 'a%')]"
        values = {
            "name": "Secret",
            "code": "secret",
            "model_id": self.env["ir.model"]._get("ir.config_parameter").id,
            "date_field_id": self._get_field("ir.config_parameter", "create_date").id,
            "user_field_id": self._get_field("ir.config_parameter", "create_uid").id,
        }
        with self.assertRaises(ValidationError):
            Metric.create(values)

    def test_metric_that_broke(self):
        """A metric whose field went away does not stop the others."""
        broken = self._create_metric()
        sane = self._get_metric("won_count")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sales_process_metric SET domain = %s WHERE id = %s",
            ("[('gone', '=', 1)]", broken.id),
        )
        broken.invalidate_recordset()
        self._create_won(self.salesperson_a, self.moment)
        self.env.flush_all()
        with mute_logger(EVALUATE):
            values = (broken | sane)._evaluate(
                {self.salesperson_a.id: self.span}, self.company
            )
        self.assertEqual(values[sane], {self.salesperson_a.id: 1})
        self.assertEqual(values[broken], {self.salesperson_a.id: None})
        self.assertEqual(broken._format_value(None, self.company), "–")

    def test_nobody(self):
        metric = self._get_metric("won_count")
        self.assertEqual(metric._evaluate({}, self.company), {metric: {}})

    def test_nothing_to_average(self):
        metric = self._get_metric("days_between_contacts")
        self.assertEqual(self._evaluate(metric, self.salesperson_a), [None])

    # ------------------------------------------------------------
    # ROLES
    # ------------------------------------------------------------

    def test_roles(self):
        """All of sales reads, administrators write, the office sees nothing."""
        metric = self._get_metric("won_count")
        for user in (self.salesperson_a, self.leader_east, self.salesperson_c):
            mine = metric.with_user(user)
            self.assertEqual(mine.code, "won_count")
            with self.assertRaises(AccessError):
                mine.name = "Mine"
            with self.assertRaises(AccessError):
                mine.copy({"code": "copied"})
            with self.assertRaises(AccessError):
                mine.unlink()
        with self.assertRaises(AccessError):
            metric.with_user(self.office_user).read(["name"])
        metric.with_user(self.administrator).name = "Won deals"
        metric.with_user(self.director).copy({"code": "copied"}).unlink()

    def test_company_of_the_metric(self):
        """A metric of one company is neither used nor seen by the other."""
        metric = self._create_metric(company_id=self.company_2.id)
        self.assertNotIn(metric, self.Metric._get_for("weekly", self.company))
        self.assertIn(metric, self.Metric._get_for("weekly", self.company_2))
        self.assertFalse(
            self.Metric.with_user(self.salesperson_a).search([("id", "=", metric.id)])
        )
        self.assertTrue(
            self.Metric.with_user(self.salesperson_x).search([("id", "=", metric.id)])
        )
        metric.in_weekly = False
        self.assertNotIn(metric, self.Metric._get_for("weekly", self.company_2))
