# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged
from odoo.tools import SQL

from ..report.sales_process_evidence_mixin import ID_BITS, SLOT_BITS, get_slot
from .common_release import ReleaseCommon

MODELS = ("sales.process.fact", "sales.process.agenda.item")


def define_meetings(company):
    """What an addon writes that adds a kind of facts."""

    class SalesProcessFact(models.Model):
        _module = None
        _name = "sales.process.fact"
        _inherit = ["sales.process.fact"]
        _depends = {"calendar.event": ["name", "start", "user_id"]}

        kind = fields.Selection(selection_add=[("meeting_held", "Meeting Held")])

        def _get_fact_queries(self):
            query = SQL(
                "SELECT id, user_id, NULL AS team_id, %s AS company_id, name,"
                " start AS moment FROM calendar_event",
                company.id,
            )
            return {
                **super()._get_fact_queries(),
                "meeting_held": ("calendar.event", query),
            }

    return SalesProcessFact


class EvidenceCommon(ReleaseCommon):
    def _find(self, model, user=None, **values):
        """The rows of one kind that somebody reads."""
        self.env.flush_all()
        rows = self.env[model].with_user(user or self.director)
        return rows.search([(name, "=", value) for name, value in values.items()])

    def _facts(self, user=None, **values):
        return self._find("sales.process.fact", user, **values)

    def _items(self, user=None, **values):
        return self._find("sales.process.agenda.item", user, **values)

    def _refuse(self, user, ownership, moment, attempts=1, door="interactive"):
        return self.env["sales.process.conflict"].create(
            {
                "name": "Written by whoever tried",
                "user_id": user.id,
                "owner_id": ownership.user_id.id,
                "ownership_id": ownership.id,
                "team_id": ownership.team_id.id,
                "company_id": ownership.company_id.id,
                "door": door,
                "resolution": "refused",
                "state": "resolved",
                "attempt_count": attempts,
                "date": moment,
            }
        )


@tagged("post_install", "-at_install")
class TestFact(EvidenceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._customer(cls.salesperson_a)
        cls.gone = cls._customer(cls.salesperson_a)
        cls.gone_west = cls._customer(cls.salesperson_d)
        (cls.gone | cls.gone_west).write(
            {
                "state": "ended",
                "end_reason": "expired",
                "date_end": "2027-03-01 17:30:00",
                "date_deadline": False,
                "date_start": "2027-02-01 00:00:00",
            }
        )
        cls.env.flush_all()

    def test_expired_customer(self):
        """The row says what the period says, and whose day it was."""
        fact = self._facts(kind="customer_expired", res_id=self.gone.id)
        self.assertEqual(len(fact), 1)
        self.assertEqual(fact.name, self.gone.name)
        self.assertEqual(fact.user_id, self.salesperson_a)
        self.assertEqual(fact.team_id, self.team_east)
        self.assertEqual(fact.company_id, self.company)
        self.assertEqual(fact.moment, self.gone.date_end)
        self.assertEqual(fact.date, date(2027, 3, 2), "half past one in Shanghai")
        self.assertEqual(fact.res_model, "sales.process.ownership")

    def test_expired_are_those_of_the_source(self):
        self.assertEqual(
            set(self._facts(kind="customer_expired").mapped("res_id")),
            set(
                self.env["sales.process.ownership"]
                .with_user(self.director)
                .search([("end_reason", "=", "expired"), ("user_id", "!=", False)])
                .ids
            ),
        )
        self.assertNotIn(self.own.id, self._facts().mapped("res_id"))

    def test_who_tries_again(self):
        """The first try may be honest, the second one is not."""
        first = datetime(2027, 3, 1, 2)
        lone = self._refuse(self.salesperson_b, self.own, first)
        self.assertFalse(self._facts(kind="conflict_attempted"))
        later = self._refuse(self.salesperson_b, self.own, first + timedelta(days=9))
        fact = self._facts(kind="conflict_attempted")
        self.assertEqual(fact.res_id, later.id)
        self.assertEqual(fact.user_id, self.salesperson_b)
        self.assertEqual(fact.name, "Written by whoever tried")
        # several tries of one day are one conflict
        lone.attempt_count = 2
        self.assertEqual(
            set(self._facts(kind="conflict_attempted").mapped("res_id")),
            {lone.id, later.id},
        )
        # neither another person's nor another customer's try makes it a second one
        self._refuse(self.salesperson_c, self.own, first + timedelta(days=10))
        other = self._customer(self.salesperson_a)
        self._refuse(self.salesperson_b, other, first + timedelta(days=10))
        self.assertEqual(len(self._facts(kind="conflict_attempted")), 2)

    def test_name_that_the_person_did_not_write(self):
        """Whose name of the customer it is decides who reads it."""
        self._refuse(
            self.salesperson_d, self.own, datetime(2027, 3, 1, 2), 2, door="contact"
        )
        fact = self._facts(self.salesperson_d, kind="conflict_attempted")
        self.assertEqual(fact.team_id, self.team_west, "of whoever tried")
        self.assertFalse(fact.name)
        with self.assertRaises(UserError):
            fact.action_open_evidence()

    def test_who_reads(self):
        """One's own, those of led teams, all for administrators; no other company."""

        def read(user):
            return self._facts(user, kind="customer_expired").mapped("res_id")

        both = {self.gone.id, self.gone_west.id}
        self.assertEqual(read(self.salesperson_a), self.gone.ids)
        self.assertEqual(read(self.salesperson_b), [])
        self.assertEqual(read(self.salesperson_c), [], "though all documents are read")
        self.assertEqual(read(self.salesperson_d), self.gone_west.ids)
        self.assertEqual(read(self.leader_east), self.gone.ids)
        self.assertEqual(read(self.leader_west), self.gone_west.ids)
        self.assertEqual(set(read(self.director)), both)
        self.assertEqual(read(self.salesperson_x), [])
        with self.assertRaises(AccessError):
            read(self.office_user)
        fact = self._facts(kind="customer_expired", res_id=self.gone.id)
        with self.assertRaises(AccessError):
            fact.with_user(self.salesperson_b).action_open_evidence()

    def test_company_of_the_reader(self):
        """An administrator of one company reads nothing of the other."""
        far = self._customer(self.salesperson_x)
        far.write(
            {
                "state": "ended",
                "end_reason": "expired",
                "date_start": "2027-01-01",
                "date_end": "2027-03-01 17:30:00",
                "date_deadline": False,
            }
        )
        self.assertNotIn(far.id, self._facts().mapped("res_id"))
        fact = self._facts(self.salesperson_x)
        self.assertEqual(fact.res_id, far.id)
        self.assertEqual(fact.date, date(2027, 3, 1), "half past noon in New York")

    def test_evidence_is_opened(self):
        fact = self._facts(self.salesperson_a, res_id=self.gone.id)
        action = fact.action_open_evidence()
        self.assertEqual(action["res_model"], "sales.process.ownership")
        self.assertEqual(action["res_id"], self.gone.id)

    def test_days(self):
        """Asked for by the day of the person, whatever the day of the server."""

        def days(*condition):
            return len(
                self.env["sales.process.fact"]
                .with_user(self.salesperson_a)
                .search([condition])
            )

        second = date(2027, 3, 2)
        before, after = second - timedelta(days=1), second + timedelta(days=1)
        for operator, day, found in (
            ("=", second, 1),
            ("=", before, 0),
            ("=", after, 0),
            ("in", [before, second], 1),
            ("in", [before, False], 0),
            ("not in", [second], 0),
            ("!=", before, 1),
            (">=", second, 1),
            (">=", after, 0),
            (">", before, 1),
            (">", second, 0),
            ("<=", second, 1),
            ("<=", before, 0),
            ("<", after, 1),
            ("<", second, 0),
            (">=", date.min, 1),
            ("<=", date.max, 1),
        ):
            with self.subTest(operator=operator, day=day):
                self.assertEqual(days("date", operator, day), found)

    def test_whatever_is_asked(self):
        """Clients ask for anything: the answer is right, or one error of Odoo's."""
        Fact = self.env["sales.process.fact"].with_user(self.salesperson_a)
        mine = self._facts(self.salesperson_a)
        everything = Fact.search([])
        for domain, found in (
            ([("id", "in", [])], Fact),
            ([("id", "not in", mine.ids)], Fact),
            ([("id", "in", [*mine.ids, False])], mine),
            ([("id", "in", [-1, 10**15])], Fact),
            (["!", ("date", ">=", "2027-03-02")], Fact),
            (["!", ("id", "in", mine.ids)], Fact),
            (["|", ("date", "=", "2027-03-02"), ("name", "=", "nothing")], mine),
            ([("id", "in", Fact._search([("date", "=", "2027-03-02")]))], mine),
            ([("date", "=", False)], Fact),
            ([("date.month_number", "=", 3)], mine),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(everything & Fact.search(domain), found)
        self.assertEqual(Fact.search([], order="kind, date desc, res_id"), mine)
        self.assertEqual(Fact.search_count([("team_id", "=", self.team_east.id)]), 1)

    def test_groups(self):
        groups = (
            self.env["sales.process.fact"]
            .with_user(self.director)
            .formatted_read_group(
                [("date", ">=", "2027-03-01")], ["kind", "date:month"], ["__count"]
            )
        )
        self.assertEqual([group["__count"] for group in groups], [2])

    def test_identifiers_stay(self):
        """The same row has the same identifier, whoever asks, and can be read by it."""
        mine = self._facts(self.salesperson_a, res_id=self.gone.id)
        self.assertEqual(
            mine, self._facts(res_id=self.gone.id).with_user(mine.env.user)
        )
        self.assertEqual(mine.id >> ID_BITS, get_slot("customer_expired"))
        self.assertEqual(mine.id & (2**ID_BITS - 1), self.gone.id)
        for env in (mine.env, self.env):
            fact = mine.with_env(env).browse(mine.id)
            fact.invalidate_model()
            self.assertEqual(fact.name, self.gone.name)
        self.assertLess(max(self._facts().ids), 2**53, "what a browser keeps apart")
        nothing = self.env["sales.process.fact"].browse(mine.id + 10**6)
        self.assertFalse(nothing.search([("id", "in", nothing.ids)]))

    def test_each_kind_has_an_identifier_of_its_own(self):
        for model in MODELS:
            Model = self.env[model]
            kinds = Model._get_queries()
            slots = {get_slot(kind) for kind in kinds}
            self.assertEqual(len(slots), len(kinds))
            self.assertLess(max(slots), 2**SLOT_BITS)
            self.assertEqual(
                set(kinds),
                set(Model._fields["kind"].get_values(self.env)),
                "each kind has a name, and each name a query",
            )

    def test_days_reach_an_index(self):
        """Nobody reads a source as a whole to find one week of it."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        Fact = self.env["sales.process.fact"].with_user(self.leader_east)
        query = Fact._search(
            [("date", ">=", "2027-03-01"), ("date", "<", "2027-03-08")]
        )
        plan = "\n".join(
            row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        )
        self.assertNotIn("Seq Scan on sales_process_ownership", plan)
        self.assertIn("date_end >=", plan)
        fact = self._facts(res_id=self.gone.id)
        query = Fact._search(Domain("id", "in", fact.ids))
        plan = "\n".join(
            row[0] for row in self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        )
        self.assertNotIn("sales_process_conflict", plan, "of other kinds")
        self.assertIn(f"(id = {self.gone.id})", plan, "the key of the evidence")

    def test_an_addon_adds_a_kind(self):
        """What CONTRIBUTING.md shows: a selection entry and a query are all."""
        Fact = self.registry["sales.process.fact"]
        bases = Fact._base_classes__

        def restore():
            Fact._base_classes__ = bases
            self.registry._setup_models__(self.env.cr, ["sales.process.fact"])

        self.addCleanup(restore)

        add_to_registry(self.registry, define_meetings(self.company))
        self.registry._setup_models__(self.env.cr, ["sales.process.fact"])
        event = self.env["calendar.event"].create(
            {
                "name": "Fair",
                "user_id": self.salesperson_b.id,
                "start": "2027-03-03 20:00:00",
                "stop": "2027-03-03 21:00:00",
            }
        )
        fact = self._facts(self.salesperson_b, kind="meeting_held", res_id=event.id)
        self.assertEqual(fact.name, "Fair")
        self.assertEqual(fact.date, date(2027, 3, 4))
        self.assertEqual(fact.action_open_evidence()["res_id"], event.id)
        self.assertFalse(
            self._facts(self.leader_east, kind="meeting_held", res_id=event.id)
        )
        self.assertTrue(self._facts(kind="customer_expired", res_id=self.gone.id))
        event.unlink()
        with self.assertRaises(UserError):
            fact.action_open_evidence()

    def test_nobody_writes(self):
        for model in MODELS:
            Model = self.env[model].with_user(self.director)
            with self.subTest(model=model), self.assertRaises(AccessError):
                Model.create({"name": "Invented"})


@tagged("post_install", "-at_install")
class TestAgenda(EvidenceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.overdue = cls._customer(cls.salesperson_a)
        cls.ahead = cls._customer(cls.salesperson_a)
        cls.overdue_west = cls._customer(cls.salesperson_d)
        cls._expire(cls.overdue | cls.overdue_west, 3600)
        cls._expire(cls.ahead, -3600)

    def test_overdue_customers(self):
        item = self._items(kind="customer_overdue", res_id=self.overdue.id)
        self.assertEqual(item.name, self.overdue.name)
        self.assertEqual(item.user_id, self.salesperson_a)
        self.assertEqual(item.team_id, self.team_east)
        self.assertEqual(item.date_since, self.overdue.date_deadline)
        self.assertFalse(item.date_due)
        self.assertEqual(
            set(self._items(kind="customer_overdue").mapped("res_id")),
            set(
                self.env["sales.process.ownership"]
                .with_user(self.director)
                .search([("followup_state", "=", "overdue"), ("state", "=", "open")])
                .ids
            ),
        )
        self.assertFalse(self._items(res_id=self.ahead.id, kind="customer_overdue"))

    def test_both_sides_of_the_second(self):
        deadline = self.overdue.date_deadline
        for seconds, count in ((0, 0), (1, 1)):
            with self._at(deadline + timedelta(seconds=seconds)):
                found = self._items(kind="customer_overdue", res_id=self.overdue.id)
                self.assertEqual(len(found), count)

    def test_undecided_conflicts(self):
        conflict = self._refuse(self.salesperson_d, self.overdue, "2027-03-01 02:00:00")
        self.assertFalse(self._items(kind="conflict_open"))
        conflict.write({"state": "open", "resolution": False})
        item = self._items(self.leader_east, kind="conflict_open")
        self.assertEqual(item.res_id, conflict.id)
        self.assertEqual(item.name, conflict.name)
        self.assertEqual(item.user_id, self.salesperson_a, "the owner")
        self.assertEqual(item.date_since, conflict.date)
        self.assertEqual(
            item.action_open_evidence()["res_model"], "sales.process.conflict"
        )
        self.assertFalse(
            self._items(self.salesperson_d, kind="conflict_open"),
            "who tried does not learn whose the customer is",
        )
        conflict.state = "resolved"
        self.assertFalse(self._items(kind="conflict_open"))

    def test_who_reads(self):
        def read(user):
            return self._items(user, kind="customer_overdue").mapped("res_id")

        self.assertEqual(read(self.salesperson_a), self.overdue.ids)
        self.assertEqual(read(self.salesperson_b), [])
        self.assertEqual(read(self.salesperson_c), [], "though all documents are read")
        self.assertEqual(read(self.leader_east), self.overdue.ids)
        self.assertEqual(read(self.leader_west), self.overdue_west.ids)
        self.assertEqual(
            set(read(self.director)), {self.overdue.id, self.overdue_west.id}
        )
        self.assertEqual(read(self.salesperson_x), [])
        with self.assertRaises(AccessError):
            read(self.office_user)
