# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_contact import DAY, HOUR, START, ContactCommon


@tagged("post_install", "-at_install")
class TestOrderOfGroups(ContactCommon):
    """Groups of reports stand as the database would have put them; nothing is last."""

    def test_ranks(self):
        Mixin = self.env["sales.process.report.mixin"]
        early, late = self.env["crm.tag"].create([{"name": "Aa9"}, {"name": "Zz9"}])
        nobody = early.browse()
        for values, order in (
            ({"b", "a", None}, ["a", "b", None]),
            ({"b", "a", False}, ["a", "b", False]),
            ({True, False}, [False, True]),
            ({True, False, None}, [False, True, None]),
            ({3, 1, None}, [1, 3, None]),
            (
                {date(2027, 1, 2), date(2027, 1, 1)},
                [date(2027, 1, 1), date(2027, 1, 2)],
            ),
            ({late, early, nobody}, [early, late, nobody]),
            ({nobody}, [nobody]),
            ({None}, [None]),
        ):
            with self.subTest(order=order):
                ranks = Mixin._rank(values)
                self.assertEqual(sorted(values, key=ranks.get), order)

    def test_groups(self):
        """By the first, within it by the second; what is counted moves nothing."""
        Mixin = self.env["sales.process.report.mixin"]
        rows = [("b", 1, 7), ("a", 2, 9), (None, 1, 1), ("a", 1, 3), ("b", False, 2)]
        self.assertEqual(
            Mixin._sort_groups(["x", "y"], rows),
            [("a", 1, 3), ("a", 2, 9), ("b", 1, 7), ("b", False, 2), (None, 1, 1)],
        )
        self.assertEqual(Mixin._sort_groups([], rows), rows)


@tagged("post_install", "-at_install")
class TestColumns(ContactCommon):
    def test_every_stored_field_is_a_column(self):
        """A field that a mixin brings is missed by no query of a report."""
        for name, Model in self.env.items():
            is_ours = name.startswith("sales.process.")
            if not is_ours or Model._auto or Model._abstract:
                continue
            stored = [
                field.name
                for field in Model._fields.values()
                if field.store and field.column_type
            ]
            with self.subTest(model=name):
                self.assertIn("id", stored)
                Model.search_fetch([], stored, limit=1)


@tagged("post_install", "-at_install")
class TestReportOfContacts(ContactCommon):
    """One row a contact: what counts, of which customer, how long after the last."""

    def _rows(self):
        self.env.flush_all()
        rows = self.env["sales.process.followup.report"].search(
            [("lead_id", "=", self.lead.id)]
        )
        return rows.sorted(lambda row: (row.date, row.id))

    def test_what_is_a_contact(self):
        """Those that count; those of customers of nobody; each day and channel once."""
        counting = self._record(START - 5 * DAY)
        again = self._record(START - 5 * DAY + HOUR)
        short = self._record(START - 4 * DAY, subject="x")
        voided = self._record(START - 3 * DAY)
        voided.with_user(self.leader_east)._void("They know of none")
        self.lead.with_user(self.salesperson_a).action_set_lost()
        late = self._record(START)
        self.assertEqual(late.void_reason, "no_owner")
        self.assertEqual(
            {row.followup_id: row.is_contact for row in self._rows()},
            {counting: True, again: False, short: False, voided: False, late: True},
        )

    def test_days_since_the_last(self):
        """Between contacts that count, under the same owner; none for the first."""
        for moment, values in (
            (START - 9 * DAY, {}),
            (START - 8 * DAY, {"subject": "x"}),
            (START - 6 * DAY, {}),
            (START - 6 * DAY, {"channel": "visit", "subject": self._say("visit")}),
            (START - 5 * DAY - DAY / 2, {}),
        ):
            self._record(moment, **values)
        rows = self._rows()
        self.assertEqual(
            [round(row.days_since_last, 2) for row in rows if row.counts],
            [0, 3, 0, 0.5],
        )
        [(count,)] = self.env["sales.process.followup.report"]._read_group(
            [("lead_id", "=", self.lead.id)], [], ["days_since_last:avg"]
        )
        # the first one has none, and is not counted as nothing
        self.assertAlmostEqual(count, 3.5 / 3)

    def test_one_customer_of_several_leads_and_owners(self):
        with self._at(START - 20 * DAY):
            second = self._create_lead(self.salesperson_a, phone=self.lead.phone)
            other = self._customer(self.salesperson_a)
        self._record(START - 9 * DAY)
        self._record(START - 8 * DAY, lead_id=second.id)
        self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        self._record(START, user=self.salesperson_b)
        self._record(START - HOUR, lead_id=other.lead_ids.id)
        self.env.flush_all()
        [(count,)] = self.env["sales.process.followup.report"]._read_group(
            [("lead_id", "in", (self.lead | second | other.lead_ids).ids)],
            [],
            ["customer_key:count_distinct"],
        )
        self.assertEqual(count, 2)


@tagged("post_install", "-at_install")
class TestEvidenceIsOpened(ContactCommon):
    """A fact leads to what it rests on, where one may read that."""

    def test_open(self):
        self.ownership._end("expired")
        self.env.flush_all()
        fact = self.env["sales.process.fact"].search(
            [("res_id", "=", self.ownership.id), ("kind", "=", "customer_expired")]
        )
        action = fact.with_user(self.leader_east).action_open_evidence()
        self.assertEqual(action["res_model"], "sales.process.ownership")
        self.assertEqual(action["res_id"], self.ownership.id)
        self.assertEqual(action["name"], self.ownership.name)
        # the row is asked before the record it rests on: it is of another team
        with self.assertRaises(AccessError):
            fact.with_user(self.salesperson_d).action_open_evidence()

    def test_day_of_the_person(self):
        """Both sides of midnight, in the zone of whoever let it go."""
        for zone, moment, day in (
            ("Asia/Shanghai", datetime(2027, 3, 9, 15, 59, 59), date(2027, 3, 9)),
            ("Asia/Shanghai", datetime(2027, 3, 9, 16), date(2027, 3, 10)),
            ("America/New_York", datetime(2027, 3, 9, 16), date(2027, 3, 9)),
        ):
            self.salesperson_a.tz = zone
            with self._at(START - DAY):
                customer = self._customer(self.salesperson_a)
            with self._at(moment):
                customer._end("expired")
            self.env.flush_all()
            Fact = self.env["sales.process.fact"]
            domain = [("res_id", "=", customer.id), ("kind", "=", "customer_expired")]
            self.assertEqual(Fact.search(domain).date, day)
            for wanted in (day, day - timedelta(days=1), day + timedelta(days=1)):
                self.assertEqual(
                    bool(Fact.search([*domain, ("date", "=", wanted)])), wanted == day
                )
            self.assertTrue(Fact.search([*domain, ("date", ">=", day)]))
            self.assertFalse(Fact.search([*domain, ("date", ">", day)]))
            self.assertTrue(Fact.search([*domain, ("date", "<=", day)]))
            self.assertFalse(Fact.search([*domain, ("date", "<", day)]))
