# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from ..models import sales_process_metric_query as query_model
from ..models.sales_process_metric_query import MetricQuery
from .common_plan import PlanCommon

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class QueryCommon(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.span = (datetime(2026, 6, 1), datetime(2026, 7, 1))
        cls.model = cls.env["ir.model"]._get("crm.lead")

    @classmethod
    def _create_metric(cls, date="date_closed", measure=None, **values):
        def get(name):
            return cls.env["ir.model.fields"]._get("crm.lead", name).id

        return cls.env["sales.process.metric"].create(
            {
                "name": "Tested",
                "code": "tested",
                "model_id": cls.model.id,
                "date_field_id": get(date),
                "user_field_id": get("user_id"),
                "measure_field_id": measure and get(measure),
                **values,
            }
        )

    def _evaluate(self, metric, *users, company=None, reader=None):
        self.env.flush_all()
        bounds = {user.id: self.span for user in users}
        values = metric._evaluate(bounds, company or self.company, reader)[metric]
        return [values[user.id] for user in users]

    def _win(self, user, revenue=0.0, moment=None, **values):
        lead = self._create_won(user, moment or datetime(2026, 6, 10), revenue)
        lead.write(values)
        return lead


@tagged("post_install", "-at_install")
class TestAggregates(QueryCommon):
    """Each aggregate against the rows, for people and for teams."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = [
            (cls.salesperson_a, 100, 5),
            (cls.salesperson_a, 50, 5),
            (cls.salesperson_a, 0, 9),
            (cls.salesperson_b, 30, 5),
            (cls.salesperson_b, 31, 7),
        ]

    def setUp(self):
        super().setUp()
        for user, revenue, color in self.rows:
            self._win(user, revenue, color=color)

    def _count_rows(self, users, aggregate, column):
        """The same number in plain SQL."""
        self.env.flush_all()
        name = SQL.identifier(column or "id")
        expression = {
            "count": SQL("COUNT(%s)", name),
            "count_distinct": SQL("COUNT(DISTINCT %s)", name),
            "sum": SQL("SUM(%s)", name),
            "avg": SQL("AVG(%s)", name),
        }[aggregate]
        [[value]] = self.env.execute_query(
            SQL(
                "SELECT %s FROM crm_lead WHERE user_id IN %s AND date_closed >= %s"
                " AND date_closed < %s",
                expression,
                users._ids,
                *self.span,
            )
        )
        return value and float(value)

    def test_people_and_team(self):
        """A team's average or different values are not those of its people added."""
        team = self.salesperson_a | self.salesperson_b
        for aggregate, measure in (
            ("count", None),
            ("count_distinct", "color"),
            ("sum", "color"),
            ("avg", "color"),
            ("sum", "expected_revenue"),
            ("avg", "expected_revenue"),
        ):
            with self.subTest(aggregate=aggregate, measure=measure):
                metric = self._create_metric(measure=measure, aggregate=aggregate)
                for user in team:
                    self.assertAlmostEqual(
                        self._evaluate(metric, user)[0],
                        self._count_rows(user, aggregate, measure),
                    )
                rows = [(7, user.id, *self.span) for user in team]
                values = metric._evaluate_buckets(rows, self.company)[metric]
                self.assertAlmostEqual(
                    values[7], self._count_rows(team, aggregate, measure)
                )
                self.assertEqual(metric._adds_up(), aggregate != "avg")
                metric.unlink()

    def test_of_nobody_and_of_nothing(self):
        """Nothing is zero, an average of nothing is none, of zeros it is zero."""
        for aggregate, nothing in (("count", 0), ("sum", 0), ("avg", None)):
            metric = self._create_metric(measure="color", aggregate=aggregate)
            self.assertEqual(self._evaluate(metric, self.salesperson_c), [nothing])
            metric.unlink()
        metric = self._create_metric(measure="color", aggregate="avg")
        self._win(self.salesperson_c, color=0)
        self.assertEqual(self._evaluate(metric, self.salesperson_c), [0])

    def test_filter_and_archived(self):
        """Archived records count unless the filter leaves them out."""
        metric = self._create_metric(domain="[('color', '=', 5)]")
        self.assertEqual(
            self._evaluate(metric, self.salesperson_a, self.salesperson_b), [2, 1]
        )
        lead = self.env["crm.lead"].search(
            [("user_id", "=", self.salesperson_b.id), ("color", "=", 5)]
        )
        lead.active = False
        self.env.flush_all()
        # archived it was closed now
        lead.date_closed = datetime(2026, 6, 10)
        self.assertEqual(self._evaluate(metric, self.salesperson_b), [1])
        metric.domain = "[('color', '=', 5), ('active', '=', True)]"
        self.assertEqual(self._evaluate(metric, self.salesperson_b), [0])

    def test_few_people_and_many(self):
        """The number of one person is the same among however many."""
        metric = self._create_metric()
        for few in (0, 1, 2, 1000):
            with patch.object(query_model, "FEW_USERS", few):
                self.assertEqual(
                    self._evaluate(metric, self.salesperson_a, self.salesperson_b),
                    [3, 2],
                )

    def test_spans_of_each(self):
        """One person's span says nothing of the other's."""
        metric = self._create_metric()
        start, end = self.span
        values = metric._evaluate(
            {
                self.salesperson_a.id: (start, start + DAY),
                self.salesperson_b.id: (start, end),
            },
            self.company,
        )[metric]
        self.assertEqual(values, {self.salesperson_a.id: 0, self.salesperson_b.id: 2})


@tagged("post_install", "-at_install")
class TestWhoseEyes(QueryCommon):
    """Counted is what whoever defined the metric may read."""

    def setUp(self):
        super().setUp()
        self._win(self.salesperson_a)
        self._win(self.salesperson_b)

    def test_definer(self):
        """Who changes the definition answers for it; a new name is no definition."""
        metric = self._create_metric()
        self.assertTrue(metric.definer_id._is_superuser())
        both = (self.salesperson_a, self.salesperson_b)
        self.assertEqual(self._evaluate(metric, *both), [1, 1])
        mine = metric.with_user(self.director)
        mine.name = "Renamed"
        self.assertTrue(metric.definer_id._is_superuser())
        mine.domain = "[('active', '=', True)]"
        self.assertEqual(metric.definer_id, self.director)
        self.assertEqual(self._evaluate(metric, *both), [1, 1])
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            metric.with_user(self.office_user).sudo().with_user(
                self.director
            ).date_field_id = False
        metric.sudo().definer_id = self.salesperson_a
        self.assertEqual(self._evaluate(metric, *both), [1, 0], "Own leads alone")

    def test_reader(self):
        """Who asks may be named instead: it sees no more than it may read."""
        metric = self._create_metric()
        both = (self.salesperson_a, self.salesperson_b)
        for reader, numbers in (
            (self.salesperson_a, [1, 0]),
            (self.salesperson_b, [0, 1]),
            (self.salesperson_c, [1, 1]),
            (self.director, [1, 1]),
        ):
            with self.subTest(reader=reader.login):
                self.assertEqual(self._evaluate(metric, *both, reader=reader), numbers)
        with mute_logger("odoo.addons.sales_process_mgmt_metric.models"):
            self.assertEqual(
                self._evaluate(metric, *both, reader=self.office_user), [None, None]
            )

    def test_preview_of_a_salesperson_is_the_own_number(self):
        metric = self._create_metric()
        for user in (self.salesperson_a, self.salesperson_c, self.leader_east):
            people = metric.with_user(user)._get_preview_people(self.company)
            self.assertEqual(people, user)
        people = metric.with_user(self.director)._get_preview_people(self.company)
        members = self.team_east.member_ids | self.team_west.member_ids
        self.assertLessEqual(set(members), set(people))
        self.assertNotIn(self.salesperson_x, people)


@tagged("post_install", "-at_install")
class TestDaysOfPeople(QueryCommon):
    """A date without a time is a day of the person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metric = cls._create_metric(date="date_deadline")

    def _count(self, zone, day, start, end):
        self.salesperson_a.tz = zone
        lead = self._create_lead(self.salesperson_a, date_deadline=day)
        self.env.flush_all()
        values = self.metric._evaluate(
            {self.salesperson_a.id: (start, end)}, self.company
        )
        lead.unlink()
        return values[self.metric][self.salesperson_a.id]

    def test_first_and_last_day(self):
        """June in Shanghai begins and ends eight hours before June in UTC."""
        start, end = datetime(2026, 5, 31, 16), datetime(2026, 6, 30, 16)
        for day, count in (
            (date(2026, 5, 31), 0),
            (date(2026, 6, 1), 1),
            (date(2026, 6, 30), 1),
            (date(2026, 7, 1), 0),
        ):
            with self.subTest(day=day):
                self.assertEqual(self._count("Asia/Shanghai", day, start, end), count)

    def test_a_day_that_has_begun(self):
        """From its first second on, whole; the second before not at all."""
        midnight = datetime(2026, 6, 9, 16)  # the tenth begins in Shanghai
        for end, count in ((midnight, 0), (midnight + SECOND, 1)):
            self.assertEqual(
                self._count(
                    "Asia/Shanghai", date(2026, 6, 10), midnight - 5 * DAY, end
                ),
                count,
            )

    def test_somebody_who_is_gone(self):
        """Ids of nobody are counted as nothing, and stop nobody's number."""
        self._create_lead(self.salesperson_a, date_deadline=date(2026, 6, 10))
        self.env.flush_all()
        values = self.metric._evaluate(
            {self.salesperson_a.id: self.span, 2_000_000_000: self.span}, self.company
        )[self.metric]
        self.assertEqual(values, {self.salesperson_a.id: 1, 2_000_000_000: 0})


@tagged("post_install", "-at_install")
class TestMoney(QueryCommon):
    """Amounts of several currencies in that of the company, at the last day's rate."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = (
            cls.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", "EUR"), ("id", "!=", cls.company.currency_id.id)])
        ) or cls.env.ref("base.GBP")
        cls.euro.active = True
        cls.env["res.currency.rate"].search(
            [("currency_id", "=", cls.euro.id)]
        ).unlink()
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": cls.euro.id,
                    "company_id": cls.company.id,
                }
                for day, rate in (("2026-06-30", 0.5), ("2026-07-01", 0.25))
            ]
        )

    def _sum_up(self, parts, aggregate="sum", unit="money", end=None):
        metric = self.revenue.copy(
            {"code": f"copied_{aggregate}_{unit}", "aggregate": aggregate, "unit": unit}
        )
        query = MetricQuery(metric, self.company, set())
        value = query._sum_up(parts, end or self.span[1])
        metric.unlink()
        return value

    def test_rate_of_the_last_day(self):
        """The last second of June has June's rate, the first of July another."""
        own = self.company.currency_id.id
        parts = [(self.euro.id, 1, 10.0), (own, 2, 5.0), (None, 1, 1.0)]
        self.assertEqual(self._sum_up(parts), 26)
        self.assertEqual(self._sum_up(parts, end=self.span[1] + SECOND), 46)

    def test_average_over_currencies(self):
        """By the number of values, those of all currencies together."""
        parts = [(self.euro.id, 1, 10.0), (None, 3, 10.0)]
        self.assertEqual(self._sum_up(parts, "avg"), 7.5)
        self.assertIsNone(self._sum_up([(None, 0, None)], "avg"))
        self.assertEqual(self._sum_up([(None, 0, None)]), 0)

    def test_rounded_as_money_alone(self):
        parts = [(None, 3, 10.0)]
        self.assertEqual(self._sum_up(parts, "avg"), 3.33)
        self.assertAlmostEqual(self._sum_up(parts, "avg", "number"), 10 / 3)


@tagged("post_install", "-at_install")
class TestDefinition(QueryCommon):
    """A definition in the form: what is proposed, and what is taken away."""

    def test_other_records_other_fields(self):
        with Form(self.env["sales.process.metric"].with_user(self.director)) as form:
            form.name = "Meetings"
            form.code = "tested_meetings"
            form.model_id = self.model
            form.aggregate = "sum"
            form.measure_field_id = self.env["ir.model.fields"]._get(
                "crm.lead", "expected_revenue"
            )
            form.domain = "[('color', '=', 5)]"
            form.model_id = self.env["ir.model"]._get("calendar.event")
            self.assertFalse(form.measure_field_id)
            self.assertEqual(form.domain, "[]")
            self.assertEqual(form.user_field_id.name, "user_id")
            self.assertEqual(form.date_field_id.model, "calendar.event")
            form.aggregate = "count"
        self.assertEqual(form.record.model_name, "calendar.event")

    def test_measure_of_an_aggregate(self):
        """A sum needs a number, different values take any, a count takes none."""
        get = self.env["ir.model.fields"]._get
        with Form(self.env["sales.process.metric"].with_user(self.director)) as form:
            form.name = "Stages"
            form.code = "tested_stages"
            form.model_id = self.model
            form.aggregate = "count_distinct"
            form.measure_field_id = get("crm.lead", "stage_id")
            form.aggregate = "sum"
            self.assertFalse(form.measure_field_id)
            form.measure_field_id = get("crm.lead", "color")
            form.aggregate = "avg"
            self.assertEqual(form.measure_field_id.name, "color")
            form.aggregate = "count_distinct"
            self.assertEqual(form.measure_field_id.name, "color")
            form.aggregate = "count"
            self.assertFalse(form.measure_field_id)

    def test_what_cannot_be_counted(self):
        """Each problem in one sentence that names the field."""
        metric = self._create_metric()
        get = self.env["ir.model.fields"]._get
        for values, words in (
            ({"date_field_id": get("crm.lead", "name").id}, "cannot be used for: Date"),
            ({"user_field_id": get("crm.lead", "partner_id").id}, "name a person"),
            ({"user_field_id": get("crm.lead", "name").id}, "used for: Person"),
            ({"aggregate": "sum"}, "Choose a field for: Measure"),
            (
                {
                    "aggregate": "avg",
                    "measure_field_id": get("crm.lead", "stage_id").id,
                },
                "used for: Measure",
            ),
            ({"date_field_id": get("res.partner", "create_date").id}, "for: Date"),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                metric.write(values)
        self.env.invalidate_all()
        self.assertFalse(metric.problem)
        self.assertEqual(metric.aggregate, "count")
