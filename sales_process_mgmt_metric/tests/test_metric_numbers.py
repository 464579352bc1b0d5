# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytz

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon
from odoo.addons.sales_process_mgmt.tests.common_followup import FollowupCommon
from odoo.addons.sales_process_mgmt.tools import period as period_tools

ZONES = (
    "Pacific/Honolulu",
    "America/New_York",
    "UTC",
    "Europe/Paris",
    "Asia/Shanghai",
    "Pacific/Kiritimati",
)
CONTACT = "(f.counts OR f.void_reason = 'no_owner') AND f.is_same_day IS NOT TRUE"
FOLLOWUPS = "sales_process_followup f WHERE f.user_id = %(user)s AND " + CONTACT
LEADS = "crm_lead f WHERE f.user_id = %(user)s AND "
PERIODS = "sales_process_ownership f WHERE f.user_id = %(user)s AND "
# What each shipped metric means, for one person, written down a second time: the
# expression, the rows and their date.
REFERENCES = {
    "new_customers": (
        "COUNT(*)",
        PERIODS + "f.previous_id IS NULL AND f.origin <> 'backfill' "
        "AND f.end_reason IS DISTINCT FROM 'merged'",
        "date_start",
    ),
    "followups": ("COUNT(*)", FOLLOWUPS, "date"),
    "calls": ("COUNT(*)", FOLLOWUPS + " AND f.channel IN ('call', 'hotline')", "date"),
    "visits": ("COUNT(*)", FOLLOWUPS + " AND f.channel = 'visit'", "date"),
    "meetings": ("COUNT(*)", FOLLOWUPS + " AND f.channel = 'meeting'", "date"),
    "receptions": ("COUNT(*)", FOLLOWUPS + " AND f.channel = 'reception'", "date"),
    "emails": ("COUNT(*)", FOLLOWUPS + " AND f.channel = 'email'", "date"),
    "customers_contacted": (
        (
            "COUNT(DISTINCT (SELECT COALESCE('o' || COALESCE(o.root_id, o.id), "
            "'l' || f.lead_id) FROM (SELECT f.ownership_id) x LEFT JOIN "
            "sales_process_ownership o ON o.id = x.ownership_id))"
        ),
        FOLLOWUPS,
        "date",
    ),
    "customers_expired": (
        "COUNT(*)",
        PERIODS + "f.end_reason = 'expired'",
        "date_end",
    ),
    "taken_from_pool": ("COUNT(*)", PERIODS + "f.origin = 'pool'", "date_start"),
    "conflicts": (
        "COUNT(*)",
        "sales_process_conflict f WHERE f.user_id = %(user)s",
        "date",
    ),
    "won_count": ("COUNT(*)", LEADS + "f.won_status = 'won'", "date_closed"),
    "won_revenue": (
        "SUM(f.expected_revenue)",
        LEADS + "f.won_status = 'won'",
        "date_closed",
    ),
    "lost_count": ("COUNT(*)", LEADS + "f.won_status = 'lost'", "date_closed"),
    "expected_revenue_opened": (
        "SUM(f.expected_revenue)",
        LEADS + "f.type = 'opportunity'",
        "create_date",
    ),
    "days_between_contacts": (
        "AVG(EXTRACT(EPOCH FROM f.date - f.before) / 86400)",
        (
            "(SELECT user_id, company_id, date, LAG(date) OVER (PARTITION BY "
            "ownership_id ORDER BY date, id) AS before "
            "FROM sales_process_followup WHERE counts AND ownership_id IS NOT NULL) f "
            "WHERE f.user_id = %(user)s"
        ),
        "date",
    ),
    "moved_forward": (
        "COUNT(DISTINCT f.lead_id)",
        (
            "(SELECT m.create_uid AS user_id, m.date, m.res_id AS lead_id, "
            "l.company_id FROM mail_tracking_value t, mail_message m, crm_lead l, "
            "crm_stage a, crm_stage b, ir_model_fields i "
            "WHERE m.id = t.mail_message_id AND "
            "m.model = 'crm.lead' AND l.id = m.res_id AND i.id = t.field_id AND "
            "i.model = 'crm.lead' AND i.name = 'stage_id' AND "
            "a.id = t.old_value_integer AND b.id = t.new_value_integer "
            "AND b.sequence > a.sequence) f WHERE f.user_id = %(user)s"
        ),
        "date",
    ),
}


@tagged("post_install", "-at_install")
class TestMetricNumbers(SalesProcessCommon):
    """The numbers of each shipped metric against an independent query, person by
    person, on random data around the edges of a month, in zones 24 hours apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chance = random.Random(20260501)
        cls.people = (
            cls.salesperson_a
            | cls.salesperson_b
            | cls.salesperson_c
            | cls.salesperson_d
            | cls.salesperson_e
            | cls.leader_east
        )
        for user, zone in zip(cls.people, ZONES, strict=True):
            user.tz = zone
        first, last = period_tools.period_dates("monthly", datetime(2026, 3, 9).date())
        cls.bounds = {
            user.id: period_tools.dates_to_utc(first, last, pytz.timezone(user.tz))
            for user in cls.people
        }
        cls.metrics = cls.env["sales.process.metric"].search(
            [("code", "in", list(REFERENCES))]
        )
        cls.stages = cls.env["crm.stage"].create(
            [
                {"name": f"Stage {number}", "sequence": 10 + number}
                for number in range(3)
            ]
        )

    def _get_moment(self):
        """A moment at the edges of the month, of the person or of somebody else's."""
        edge = self.chance.choice(list(self.bounds.values()))
        seconds = self.chance.choice(
            [-1, 0, 1, self.chance.randint(-90_000, 90_000), 3600 * 24 * 12]
        )
        return self.chance.choice(edge) + timedelta(seconds=seconds)

    def _scatter(self, records, *names):
        """Move dates to random moments, past all rules."""
        self.env.flush_all()
        for record in records:
            values = {name: self._get_moment() for name in names}
            sets = ", ".join(f"{name} = %s" for name in values)
            self.env.cr.execute(
                f"UPDATE {records._table} SET {sets} WHERE id = %s",
                [*values.values(), record.id],
            )
        self.env.invalidate_all()

    def _create_data(self):
        leads = self.env["crm.lead"]
        for number in range(60):
            user = self.chance.choice(self.people)
            team = user.sale_team_id or self.team_east
            leads |= self._create_lead(
                user,
                team,
                name=f"Lead {number}",
                phone=f"138{self.people.ids.index(user.id)}123{number % 4:04}",
                expected_revenue=self.chance.randint(0, 9999),
                type=self.chance.choice(["lead", "opportunity"]),
                stage_id=self.stages[0].id,
            )
        self.env.flush_all()
        for lead in leads:
            mover = self.chance.choice(self.people)
            for _move in range(self.chance.randint(0, 3)):
                # tests run without what the chatter tracks, unless they ask for it
                tracked = (
                    lead.with_user(mover)
                    .sudo()
                    .with_context(tracking_disable=False, mail_notrack=False)
                )
                tracked.stage_id = self.chance.choice(self.stages)
                self.env.flush_all()
                self.env.cr.precommit.run()
            fate = self.chance.random()
            if fate < 0.3:
                lead.action_set_won()
            elif fate < 0.5:
                lead.action_set_lost()
        followups = self.env["sales.process.followup"]
        channels = list(dict(followups._fields["channel"].selection))
        for number in range(200):
            lead = self.chance.choice(leads)
            followups |= followups.create(
                {
                    "lead_id": lead.id,
                    "user_id": self.chance.choice([lead.user_id, *self.people]).id,
                    "subject": self.chance.choice(["", FollowupCommon._say(number)]),
                    "channel": self.chance.choice(channels),
                }
            )
        ownerships = leads.ownership_id
        for ownership in ownerships.filtered(lambda row: row.state == "open")[:24]:
            taker = self.chance.choice(self.people)
            pool = ownership._hand_over(
                {ownership: taker.browse()},
                "release",
                self.chance.choice(["expired", "released"]),
            )
            if self.chance.random() < 0.6:
                pool = pool[ownership]
                ownerships |= pool._hand_over({pool: taker}, "pool", "transferred")[
                    pool
                ]
        conflicts = self.env["sales.process.conflict"].create(
            [
                {
                    "user_id": self.chance.choice(self.people).id,
                    "company_id": self.chance.choice([self.company.id, False]),
                }
                for _number in range(40)
            ]
        )
        self._scatter(leads, "create_date")
        self._scatter(
            leads.filtered(lambda lead: lead.won_status != "pending"), "date_closed"
        )
        self._scatter(followups, "date")
        self._scatter(ownerships, "date_start")
        self._scatter(ownerships.filtered("date_end"), "date_end")
        self._scatter(conflicts, "date")
        self._scatter(leads.message_ids, "date")

    def test_numbers(self):
        self._create_data()
        values = self.metrics._evaluate(self.bounds, self.company)
        self.assertEqual({metric.code for metric in values}, set(REFERENCES))
        totals = defaultdict(float)
        for metric, found in values.items():
            self.assertEqual(set(found), set(self.bounds))
            expression, rows, date_name = REFERENCES[metric.code]
            for user in self.people:
                start, end = self.bounds[user.id]
                self.env.cr.execute(
                    f"SELECT {expression} FROM {rows} AND f.{date_name} >= %(start)s "
                    f"AND f.{date_name} < %(end)s AND "
                    "(f.company_id = %(company)s OR f.company_id IS NULL)",
                    {
                        "user": user.id,
                        "start": start,
                        "end": end,
                        "company": self.company.id,
                    },
                )
                (expected,) = self.env.cr.fetchone()
                value = found[user.id]
                totals[metric.code] += value or 0
                with self.subTest(metric=metric.code, user=user.login):
                    if metric.aggregate == "avg":
                        self.assertEqual(value is None, expected is None)
                    self.assertAlmostEqual(value or 0, float(expected or 0), 4)
        for code in REFERENCES:
            self.assertTrue(totals[code], f"{code} was never anything but nothing")

    def test_team_is_the_sum(self):
        """The number of a team is that of its people, an average that of all."""
        self._create_data()
        values = self.metrics._evaluate(self.bounds, self.company)
        rows = [(1, user, *span) for user, span in self.bounds.items()]
        for metric, found in self.metrics._evaluate_buckets(rows, self.company).items():
            parts = [value for value in values[metric].values() if value is not None]
            if metric.aggregate == "avg":
                self.assertTrue(min(parts) <= found[1] <= max(parts))
            elif metric.aggregate == "count_distinct":
                self.assertTrue(max(parts) <= found[1] <= sum(parts))
            else:
                self.assertAlmostEqual(found[1], sum(parts), 2)

    def test_what_is_not_counted_and_what_is(self):
        """A customer lost during an absence is excused, one at the desk is received."""
        for code, word in (
            ("customers_expired", "is_excused"),
            ("receptions", "reception"),
        ):
            metric = self.env.ref(
                f"sales_process_mgmt_metric.sales_process_metric_{code}"
            )
            self.assertIn(word, metric.domain)
