# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
import re
from datetime import datetime, timedelta
from unittest.mock import patch

from markupsafe import Markup
from psycopg2 import DatabaseError

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainOr
from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL, Query, mute_logger

from ..models import mail_thread
from ..tools import kept, labels, orm
from ..tools.transaction import Merging, writing_ledger
from .common import SalesProcessCommon
from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestOrmContract(FollowupCommon):
    """What ``tools/orm`` uses of Odoo's inside is as it is relied on there."""

    def _read(self, record, *names):
        self.env.cr.execute(
            f"SELECT {', '.join(names)} FROM {record._table} WHERE id = %s",
            (record.id,),
        )
        return self.env.cr.fetchone()

    def _update(self, moment):
        values = {"date_last_contact": moment}
        orm.update_together([(self.ownership, dict(values)), (self.lead, values)])

    # ------------------------------------------------------------
    # update_together
    # ------------------------------------------------------------

    def test_written_at_once_and_cached(self):
        moment = self._days_ago(3).replace(microsecond=0)
        before = self.lead.write_date
        self.env.flush_all()
        self.ownership._lock_rows()
        queries = self.env.cr.sql_log_count
        self._update(moment)
        self.assertEqual(self.env.cr.sql_log_count - queries, 1)
        for record in (self.ownership, self.lead):
            self.assertEqual(record.date_last_contact, moment)
            self.assertEqual(self._read(record, "date_last_contact"), (moment,))
        self.assertEqual(self.env.cr.sql_log_count - queries, 3, "in the cache")
        self.assertEqual(self.lead.write_uid, self.env.user)
        self.env.invalidate_all()
        self.assertEqual(self.lead.date_last_contact, moment)
        self.assertGreaterEqual(self.lead.write_date, before)

    def test_what_waits_is_written_before(self):
        moment = self._days_ago(3).replace(microsecond=0)
        self.ownership.date_last_contact = self._days_ago(5)
        self.lead.name = "Written later"
        self._update(moment)
        self.env.flush_all()
        self.assertEqual(self._read(self.ownership, "date_last_contact"), (moment,))
        self.assertEqual(self._read(self.lead, "name"), ("Written later",))

    def test_what_depends_on_it_is_told(self):
        """A stored field of another application is computed again."""
        self._update(self._days_ago(3))
        waiting = self.env.transaction.tocompute
        self.assertIn(
            self.other_lead.id,
            waiting.get(self.other_lead._fields["date_last_contact"], ()),
            "what was not written is computed",
        )
        self.assertNotIn(
            self.lead.id, waiting.get(self.lead._fields["date_last_contact"], ())
        )

    def test_whoever_writes_all_says_so(self):
        """Then nobody gathers who depends on it, and nothing waits."""
        leads = self.ownership.with_context(active_test=False).lead_ids
        self.assertIn(self.other_lead, leads)
        moment = self._days_ago(3).replace(microsecond=0)
        values = {"date_last_contact": moment}
        dates = {**values, "followup_deadline": moment}
        changes = [(self.ownership, values), (leads, dates)]
        self.env.flush_all()
        self.env.invalidate_all()
        with patch.object(models.BaseModel, "modified", side_effect=AssertionError):
            orm.update_together(changes, is_whole=True)
        for name in dates:
            self.assertFalse(self.env.transaction.tocompute.get(leads._fields[name]))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.ownership.date_last_contact, moment)
        self.assertEqual(leads.mapped("date_last_contact"), [moment] * len(leads))

    # ------------------------------------------------------------
    # tell
    # ------------------------------------------------------------

    def _get_state(self, records, names, create, tell):
        """What is left in memory, and what waits, once somebody was told.

        :return: two dicts, by field
        """
        self.env.flush_all()
        self.env.invalidate_all()
        fields = [records._fields[name] for name in names]
        tree = self.env.registry.get_trigger_tree(fields)
        listening = {field for part in tree.depth_first() for field in part.root}
        for model in {field.model_name for field in listening}:
            rows = self.env[model].search([], limit=20)
            for field in listening:
                if field.model_name == model:
                    rows.mapped(field.name)
        records.mapped(names[0])
        tell(records, names, create=create)
        memory = {
            field: set(field._get_all_cache_ids(self.env))
            - (set(records.ids) if create and field in tree.root else set())
            for field in listening
        }
        waiting = {
            field: set(ids)
            for field, ids in self.env.transaction.tocompute.items()
            if ids and field in listening
        }
        self.env.flush_all()
        return memory, waiting

    def test_told_like_modified(self):
        """Who is told is who Odoo would tell, with something in memory and without."""
        self.ownership.sudo().partner_id = self.env["res.partner"].create(
            {"name": "Customer who is told"}
        )
        contact = self.env["sales.process.followup"].create(
            {"lead_id": self.lead.id, "subject": "Wants it cheaper by Friday"}
        )
        for records, names, create in (
            (self.ownership, ("date_last_contact",), False),
            (self.ownership, ("state", "date_deadline"), False),
            (self.ownership, ("user_id", "team_id", "state", "partner_id"), True),
            (self.lead | self.other_lead, ("ownership_id",), False),
            (self.lead, ("followup_deadline", "date_last_contact"), False),
            (contact, ("date", "lead_id", "ownership_id", "next_step"), True),
            (contact, ("counts",), False),
        ):
            with self.subTest(model=records._name, names=names, create=create):
                told = self._get_state(
                    records, names, create, models.BaseModel.modified
                )
                self.assertEqual(
                    told, self._get_state(records, names, create, orm.tell)
                )

    def test_told_nobody(self):
        """Nothing is in memory of whoever depends on a contact: nobody is asked."""
        contact = self.env["sales.process.followup"].create(
            {"lead_id": self.lead.id, "subject": "Wants it cheaper by Friday"}
        )
        names = ("date", "lead_id", "ownership_id")
        self.env.flush_all()
        self.env.invalidate_all()
        for is_known in (False, True):
            if is_known:
                self.assertEqual(self.lead.process_followup_count, 1)
            with patch.object(models.BaseModel, "modified") as modified:
                orm.tell(contact, names, create=True)
            self.assertEqual(modified.called, is_known)

    def test_told_of_new_fields(self):
        """Odoo looks up anew who depends on a field: so do we."""
        names = ("date_last_contact",)
        found = orm.rows._find_listeners(self.ownership, names, False)
        self.assertIs(orm.rows._find_listeners(self.ownership, names, False), found)
        self.env.registry.__dict__.pop("_field_triggers")
        again = orm.rows._find_listeners(self.ownership, names, False)
        self.assertIsNot(again, found)
        self.assertEqual(again, found)

    def test_what_is_not_stored_is_forgotten(self):
        self.assertEqual(self.lead.followup_state, "overdue")
        orm.update_together(
            [(self.lead, {"followup_deadline": self.env.cr.now() + timedelta(days=90)})]
        )
        self.assertEqual(self.lead.followup_state, "on_track")

    # ------------------------------------------------------------
    # are_known
    # ------------------------------------------------------------

    def test_known_of_all_or_not_at_all(self):
        """Asked of the memory: what is not in it, or waits to be computed, is not."""
        both = self.lead | self.other_lead
        both.mapped("type")
        kind = self.lead.type
        self.assertTrue(orm.are_known(both, "type", kind))
        self.assertFalse(orm.are_known(both, "type", "another"))
        self.other_lead.type = "lead" if kind == "opportunity" else "opportunity"
        self.assertFalse(orm.are_known(both, "type", kind))
        self.assertTrue(orm.are_known(self.lead, "type", kind))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertFalse(orm.are_known(self.lead, "type", kind))
        self.assertEqual(self.lead.type, kind)
        moment = self.lead.followup_deadline
        self.assertTrue(orm.are_known(self.lead, "followup_deadline", moment))
        self.env.add_to_compute(self.lead._fields["followup_deadline"], both)
        self.assertFalse(orm.are_known(self.lead, "followup_deadline", moment))

    # ------------------------------------------------------------
    # optimize_once
    # ------------------------------------------------------------

    def _find_with_rules(self, mode):
        """Which leads each of these people finds, or may write.

        :return: ``{login: ids}``
        """
        self.env.registry.clear_cache()
        leads = self.lead | self.other_lead
        people = self.salesperson_a | self.salesperson_b | self.leader_east
        return {
            user.login: leads.with_user(user)._filtered_access(mode).ids
            for user in people
        }

    def test_rules_that_are_kept_find_the_same(self):
        self.ownership.sudo().collaborator_ids = self.salesperson_b
        for mode in ("read", "write"):
            with self.subTest(mode=mode):
                found = self._find_with_rules(mode)
                with patch.object(
                    orm, "optimize_once", lambda domain, *_arguments: domain
                ):
                    self.assertEqual(found, self._find_with_rules(mode))

    def test_rule_is_worked_out_once(self):
        """And asks the database each time whom one helps."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        rule = Lead.env["ir.rule"]._compute_domain("crm.lead", "read")
        self.assertIs(rule.optimize_full(Lead.sudo()), rule)
        domain = [("id", "in", self.lead.ids)]
        self.assertFalse(Lead.search(domain))
        self.ownership.sudo().collaborator_ids = self.salesperson_b
        self.assertEqual(Lead.search(domain).ids, self.lead.ids)
        self.assertIs(Lead.env["ir.rule"]._compute_domain("crm.lead", "read"), rule)

    def test_what_the_moment_decides_is_not_kept(self):
        Lead = self.env["crm.lead"]
        for term in (
            ("create_date", ">", "today"),
            ("team_id", "=", "East"),
            ("team_id.name", "=", "East"),
            ("process_date_start", "!=", False),
        ):
            domain = Domain([term]).optimize(Lead)
            kept = orm.optimize_once(domain, Lead, {"process_is_helped"})
            self.assertEqual(kept, domain, term)

    # ------------------------------------------------------------
    # write_once
    # ------------------------------------------------------------

    @staticmethod
    def _keep(condition):
        return condition

    def _write(self, domain):
        Lead = self.env["crm.lead"]
        query = Query(self.env, "lead", Lead._table_sql)
        tables = (Lead._table, "lead")
        return [domain._to_sql(Lead, table, query) for table in tables]

    def test_rules_are_written_once(self):
        """The SQL is what Odoo would write, for the table under its own name alone."""
        for user in (self.salesperson_b, self.leader_east, self.salesperson_c):
            Lead = self.env["crm.lead"].with_user(user)
            rule = Lead.env["ir.rule"]._compute_domain("crm.lead", "read")
            with self.subTest(user=user.name):
                self.assertIsInstance(rule, orm.WrittenOnce)
                plain = (DomainAnd if isinstance(rule, DomainAnd) else DomainOr)(
                    rule.children
                )
                written, other = self._write(rule)
                self.assertEqual([written, other], self._write(plain))
                self.assertEqual([*written.to_flush], [*self._write(plain)[0].to_flush])
                self.assertIs(self._write(rule)[0], written)
                self.assertIsNot(self._write(rule)[1], other)
                # what is made of it is Odoo's again
                for made in (
                    rule & Domain("id", ">", 0),
                    rule.map_conditions(self._keep),
                ):
                    self.assertNotIsInstance(made, orm.WrittenOnce)

    def test_what_may_change_is_written_anew(self):
        Lead = self.env["crm.lead"]
        fixed = ("type", "=", "lead")
        for term in (
            ("create_date", ">", "today"),
            ("team_id.name", "=", "East"),
            ("stage_id.name", "=", "New"),
            ("activity_state", "=", "today"),
            ("name", "ilike", "East"),
            ("tag_ids", "in", [1]),
        ):
            domain = Domain([term, fixed]).optimize_full(Lead)
            self.assertIs(orm.write_once(domain, Lead), domain, term)
        helped = Domain.custom(to_sql=lambda *_arguments: SQL("TRUE"))
        domain = (helped & Domain([fixed])).optimize_full(Lead)
        self.assertIs(orm.write_once(domain, Lead), domain)
        one = Domain([fixed]).optimize_full(Lead)
        self.assertIs(orm.write_once(one, Lead), one)

    # ------------------------------------------------------------
    # is_bound_to, decide_by
    # ------------------------------------------------------------

    def test_bound(self):
        """Both sides: what finds others as well is not bound, nor what is not plain."""
        mine, other = ("user_id", "=", 7), ("name", "=", "Any")
        for domain in (
            [mine],
            [("user_id", "in", [7])],
            [("user_id", "in", (7,))],
            [mine, other],
            [other, "|", mine, "&", mine, other],
        ):
            self.assertTrue(orm.is_bound_to(Domain(domain), "user_id", 7), domain)
            optimised = Domain(domain).optimize(self.lead)
            self.assertTrue(orm.is_bound_to(optimised, "user_id", 7), domain)
            self.assertFalse(orm.is_bound_to(Domain(domain), "user_id", 8), domain)
            self.assertFalse(orm.is_bound_to(Domain(domain), "team_id", 7), domain)
            self.assertFalse(orm.is_bound_to(~Domain(domain), "user_id", 7), domain)
        for domain in (
            [],
            [other],
            ["|", mine, other],
            [("user_id", "!=", 7)],
            [("user_id", "in", [7, 8])],
            [("user_id", "in", [7, False])],
            [("user_id", "in", [])],
            [("user_id", "not in", [7])],
            [("user_id", "any", [("id", "=", 7)])],
            [("user_id", "child_of", 7)],
            [("user_id.id", "=", 7)],
            [("user_id", "=", "7")],
        ):
            self.assertFalse(orm.is_bound_to(Domain(domain), "user_id", 7), domain)
        self.assertFalse(orm.is_bound_to(Domain("user_id", "=", True), "user_id", 1))
        query = self.env["res.users"]._search([("id", "=", 7)])
        self.assertFalse(orm.is_bound_to(Domain("user_id", "in", query), "user_id", 7))

    def test_decided(self):
        """What is left asks nothing of the number, and all that was asked beside it."""
        for domain, left in (
            (["|", ("user_id", "in", [7, False]), ("name", "=", "A")], []),
            ([("user_id", "!=", 7), ("name", "=", "A")], Domain.FALSE),
            ([("user_id", "not in", [8]), ("name", "=", "A")], [("name", "=", "A")]),
            (["|", ("user_id", "=", 8), ("name", "=", "A")], [("name", "=", "A")]),
            (["!", ("user_id", "=", 8), ("name", "=", "A")], [("name", "=", "A")]),
        ):
            domain = Domain(domain).optimize_full(self.lead)
            left = Domain(left).optimize_full(self.lead)
            self.assertEqual(orm.decide_by(domain, "user_id", 7), left, domain)
        kept = Domain("user_id.name", "=", "A").optimize_full(self.lead)
        self.assertEqual(orm.decide_by(kept, "user_id", 7), kept)

    # ------------------------------------------------------------
    # is_plain
    # ------------------------------------------------------------

    def test_plain(self):
        self.assertTrue(orm.is_plain(self.ownership, "write"))
        self.assertTrue(orm.is_plain(self.lead, "_compute_field_value"))

    def test_not_plain(self):
        """Automation rules replace methods of the class of the registry."""
        Lead = type(self.lead)
        with patch.object(Lead, "_compute_field_value", Lead._compute_field_value):
            self.assertFalse(orm.is_plain(self.lead, "_compute_field_value"))
            self.assertTrue(orm.is_plain(self.ownership, "write"))
        foreign = next(
            cls for cls in Lead.__mro__ if cls.__module__.startswith("odoo.addons.crm")
        )
        with (
            patch.object(foreign, "__module__", "odoo.addons.another.models.crm_lead"),
            patch.object(foreign, "_compute_field_value", create=True),
        ):
            # as in another registry
            orm.are_classes_plain.cache_clear()
            self.addCleanup(orm.are_classes_plain.cache_clear)
            self.assertFalse(orm.is_plain(self.lead, "_compute_field_value"))

    # ------------------------------------------------------------
    # LateSavepoint
    # ------------------------------------------------------------

    def _begin(self, savepoint):
        query = SQL("SELECT id FROM crm_lead WHERE id = %s", self.lead.id)
        return self.env.execute_query(savepoint.begin(query))

    def test_savepoint_begins_with_the_first_query(self):
        self.env.cr.flush()
        before = self.env.cr.sql_log_count
        with orm.LateSavepoint(self.env) as savepoint:
            self.assertEqual(self._begin(savepoint), [(self.lead.id,)])
            self.assertEqual(self.env.cr.sql_log_count - before, 1)
            self.lead.name = "Kept"
        self.assertEqual(self._read(self.lead, "name"), ("Kept",))

    def test_savepoint_takes_back(self):
        """What was written before stays, also where a query or the flush fails."""

        def fail_in_python():
            raise ValueError

        def fail_in_the_query():
            self.env.cr.execute("SELECT 1 / 0")

        def fail_at_the_end():
            self.ownership.sudo().date_start = False

        for fail, error, begin in (
            (fail_in_python, ValueError, False),
            (fail_in_python, ValueError, True),
            (fail_in_the_query, DatabaseError, True),
            (fail_at_the_end, DatabaseError, True),
        ):
            before = f"Before {fail.__name__}"
            self.lead.name = before
            with (
                self.subTest(fail=fail.__name__, begin=begin),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                orm.LateSavepoint(self.env) as savepoint,
            ):
                if begin:
                    self._begin(savepoint)
                    self.lead.name = "Taken back"
                fail()
            self.assertEqual(self.lead.name, before)
            self.assertEqual(self._read(self.lead, "name"), (before,))

    def test_savepoint_begins_without_a_query(self):
        """Nobody owns the customer: there is nothing to be locked."""
        self.lead.name = "Before"
        with self.assertRaises(ValueError), orm.LateSavepoint(self.env) as savepoint:
            self.env["sales.process.ownership"]._lock_rows(savepoint)
            self.lead.name = "Taken back"
            self.env.flush_all()
            raise ValueError
        self.assertEqual(self._read(self.lead, "name"), ("Before",))

    # ------------------------------------------------------------
    # a contact, both ways
    # ------------------------------------------------------------

    def test_a_contact_is_the_same_both_ways(self):
        """Where another application has its say, Odoo's own way gives the same."""
        names = ("date_last_contact", "date_deadline", "deadline_kind", "clock_zones")
        found = []
        for is_plain in (True, False):
            with (
                patch.object(orm.rows, "are_classes_plain", return_value=is_plain),
                self.env.cr.savepoint() as savepoint,
            ):
                lost = self.other_lead
                lost.action_set_lost()
                self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                    {"lead_id": self.lead.id, "subject": "Wants it cheaper by Friday"}
                )
                self.env.flush_all()
                self.env.invalidate_all()
                found.append(
                    [
                        *(self.ownership[name] for name in names),
                        *(
                            lead[name]
                            for lead in self.lead | lost
                            for name in ("date_last_contact", "followup_deadline")
                        ),
                    ]
                )
                savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.assertEqual(*found)
        self.assertTrue(found[0][0])
        self.assertEqual(found[0][-1], False, "a lost lead has no deadline")


@tagged("post_install", "-at_install")
class TestOrmInsert(FollowupCommon):
    """A row that is inserted past ``create`` is the row that ``create`` makes."""

    def _finish(self):
        """An activity that is done makes a contact, and moves the clock."""
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ask about the offer",
            user_id=self.salesperson_a.id,
        )
        activity.with_user(self.salesperson_a).action_feedback(
            feedback="Wants it cheaper by Friday"
        )
        return self.env["sales.process.followup"].search(
            [("activity_id", "=", activity.id)]
        )

    def _register(self):
        """A new customer begins a period."""
        return self._create_lead(
            self.salesperson_a, name="Somebody new", phone="13798765432"
        ).ownership_id.sudo()

    def _make(self, make, is_inserted):
        """Make a row in one of both ways.

        :return: ``(the row of the database, values in memory, lines of the chatter)``
        """
        used = []
        insert = orm.insert

        def spy(model, *arguments):
            used.append(model._name)
            return insert(model, *arguments)

        with self.env.cr.savepoint() as savepoint:
            with patch.object(orm, "insert", spy):
                if is_inserted:
                    record = make()
                else:
                    with patch.object(orm, "can_insert", return_value=False):
                        record = make()
            self.assertEqual(record._name in used, is_inserted)
            # who flushes what is written later is not remembered
            names = [
                name
                for name, field in record._fields.items()
                if field.store and name != "write_uid"
            ]
            remembered = {name: record[name] for name in names}
            self.env.flush_all()
            self.env.cr.flush()
            self.env.cr.execute(
                SQL(
                    "SELECT to_jsonb(row) FROM %s row WHERE id = %s",
                    SQL.identifier(record._table),
                    record.id,
                )
            )
            row = self.env.cr.fetchone()[0]
            self.env.invalidate_all()
            self.assertEqual(remembered, {name: record[name] for name in names})
            said = record.message_ids.mapped("body")
            # another one each time
            varying = {"id", "activity_id"}
            row = {name: row[name] for name in row.keys() - varying}
            savepoint.close(rollback=True)
        self.env.invalidate_all()
        return row, said, record.message_follower_ids.ids

    def test_contact_is_the_same(self):
        made = self._make(self._finish, True)
        self.assertEqual(made, self._make(self._finish, False))
        self.assertEqual(made[0]["subject"], "Wants it cheaper by Friday")
        self.assertEqual(made[0]["plan_next"], True, "a default")

    def _finish_with(self, feedback):
        def finish():
            activity = self.lead.activity_schedule(
                "mail.mail_activity_data_call",
                summary="Ask about the offer",
                user_id=self.salesperson_a.id,
            )
            activity.with_user(self.salesperson_a).action_feedback(feedback=feedback)
            return self.env["sales.process.followup"].search(
                [("activity_id", "=", activity.id)]
            )

        return finish

    def test_contact_is_the_same_where_it_waits(self):
        """Whatever is decided of it: counted, without words, the same words again."""
        self._finish_with("Wants two machines before the summer")()
        Followup = self.env.registry["sales.process.followup"]
        for feedback, reason in (
            ("Asked for a lower price by Friday", None),
            (False, "silent"),
            ("Wants two machines before the summer", "repeated"),
        ):
            with self.subTest(reason=reason):
                made = self._make(self._finish_with(feedback), True)
                with patch.object(Followup, "_get_late_insert", return_value=None):
                    self.assertEqual(
                        made, self._make(self._finish_with(feedback), True)
                    )
                self.assertEqual(made[0]["void_reason"], reason)
                self.assertEqual(made[0]["counts"], not reason)

    def test_nothing_asks_for_a_contact_that_waits(self):
        """The lock asks what is known; the next statement has the contact in it."""
        asked = []
        execute = Cursor.execute

        def spy(cursor, query, *arguments, **options):
            code = query.code if isinstance(query, SQL) else query
            if re.search(r"sales_process_followup\b|_kept_(known|contact)", code):
                asked.append(code)
            return execute(cursor, query, *arguments, **options)

        for is_kept in (True, False):
            asked.clear()
            found = getattr(self.env.registry, kept.FOUND)
            if not is_kept:
                found = {name: call for name, call in found.items() if name == "known"}
            with (
                patch.object(Cursor, "execute", spy),
                patch.object(self.env.registry, kept.FOUND, found),
                self.env.cr.savepoint() as savepoint,
            ):
                self._finish_with("Wants it cheaper by Friday")()
                # the second one of a day is another matter
                savepoint.close(rollback=True)
            self.env.invalidate_all()
            lock, write, *_found = asked
            self.assertTrue(lock.startswith("SAVEPOINT"))
            self.assertIn("sales_process_kept_known", lock)
            self.assertEqual("sales_process_kept_contact" in write, is_kept)
            if not is_kept:
                self.assertIn("INSERT INTO sales_process_followup", write)
                self.assertIn("UPDATE sales_process_ownership", write)
                self.assertIn("UPDATE crm_lead", write)

    @staticmethod
    def _get_statement(late):
        statement = late.take()
        return statement.code, statement.params

    def test_a_row_waits_for_one_of_its_kind(self):
        late = orm.LateInsert("sales.process.followup", 1)
        Followup = self.env["sales.process.followup"]
        self.assertFalse(late.fits(self.env["sales.process.ownership"], [{}]))
        self.assertFalse(late.fits(Followup, [{}, {}]))
        self.assertTrue(late.fits(Followup, [{}]))
        late.wait({"counts": True})
        self.assertFalse(late.fits(Followup, [{}]), "one row only")
        self.assertEqual(late.row, {"id": 1, "counts": True})
        self.assertEqual(
            self.env.cr.mogrify(*self._get_statement(late)).decode(),
            'INSERT INTO "sales_process_followup" ("id", "counts") VALUES (1, true)',
        )
        self.assertIsNone(late.take(), "sent once")
        other = orm.LateInsert("sales.process.followup", 1)
        other.wait({"counts": True})
        other.leave()
        self.assertIsNone(other.take(), "sent by somebody else")
        queries = self.env.cr.sql_log_count
        late.run(self.env)
        self.assertEqual(self.env.cr.sql_log_count, queries)
        for names, is_sent_late in (((), True), (("counts",), False)):
            constraint = api.constrains(*names)(lambda _rows: None)
            with patch.object(type(Followup), "_constraint_methods", [constraint]):
                other = orm.LateInsert("sales.process.followup", 2)
                # it may ask the table
                self.assertIs(other.fits(Followup, [{}]), is_sent_late)

    def test_period_is_the_same(self):
        made = self._make(self._register, True)
        self.assertEqual(made, self._make(self._register, False))
        self.assertEqual(made[0]["user_id"], self.salesperson_a.id)

    def test_lists_know_the_new_row(self):
        """A list of contacts that is in memory has the new one."""
        contacts = self.lead.with_context(active_test=False).sudo()
        inverse = self.env.registry.field_inverses[
            self.env["sales.process.followup"]._fields["lead_id"]
        ]
        names = [field.name for field in inverse if field.model_name == "crm.lead"]
        before = {name: contacts[name] for name in names}
        followup = self._finish().sudo()
        for name in names:
            self.assertEqual(contacts[name] - before[name], followup, name)

    def test_where_create_does_more(self):
        """Values that are no columns, defaults of people, other applications."""
        Followup = (
            self.env["sales.process.followup"]
            .sudo()
            .with_context(tracking_disable=True)
        )
        plan = orm.plan_insert(Followup)
        values = [{"lead_id": self.lead.id}]

        def ask(model=Followup, vals_list=()):
            return orm.can_insert(model, plan, vals_list or values)

        self.assertTrue(ask())
        self.assertFalse(ask(vals_list=[{"lead_id": self.lead.id, "photo": "x"}]))
        self.assertTrue(ask(vals_list=values * (orm.INSERT_BATCH_SIZE + 1)))
        self.assertFalse(ask(Followup.with_context(default_channel="visit")))
        self.assertFalse(ask(Followup.with_context(tracking_disable=False)))
        self.assertFalse(ask(Followup.with_user(self.salesperson_a)))
        with patch.object(type(Followup), "create", type(Followup).create):
            self.assertFalse(ask(), "an automation rule")
            self.assertIsNone(orm.plan_insert(Followup))
        self.env["ir.default"].set("sales.process.followup", "channel", "visit")
        self.assertFalse(ask())

    def test_steps_are_there(self):
        """What is left out is called as it is known here."""
        Base = models.BaseModel
        for name in orm.INSERT_STEPS - {"_track_discard"}:
            self.assertTrue(hasattr(Base, name), name)
        Thread = self.env.registry["mail.thread"]
        self.assertTrue(hasattr(Thread, "_track_discard"))


@tagged("post_install", "-at_install")
class TestOrmMove(FollowupCommon):
    """All rows of some records move by one statement, as if each were written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contacts = (
            cls.env["sales.process.followup"]
            .sudo()
            .create(
                [
                    {"lead_id": cls.lead.id, "subject": subject}
                    for subject in ("Wants it cheaper", "Asks for a sample by Friday")
                ]
            )
        )

    def _remember(self):
        """What is in memory of lists and of what is computed from them."""
        inverses = self.env.registry.field_inverses[self.contacts._fields["lead_id"]]
        names = [row.name for row in inverses if row.model_name == "crm.lead"]
        leads = (self.lead | self.other_lead).sudo()
        return (
            [lead[name].ids for lead in leads for name in names],
            self.contacts.mapped("lead_id.id"),
            self.contacts.mapped("partner_id.id"),
        )

    def _move(self, is_plain):
        with (
            self.env.cr.savepoint() as savepoint,
            patch.object(orm.rows, "are_classes_plain", return_value=is_plain),
        ):
            before = self._remember()
            moved = self.env["sales.process.followup"]._move_all(
                {"lead_id": (self.lead, self.other_lead)}
            )
            self.assertEqual(moved, self.contacts)
            told = self._remember()
            self.assertNotEqual(before, told)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(told, self._remember(), "as it is in the database")
            savepoint.close(rollback=True)
        self.env.invalidate_all()
        return told

    def test_moved_the_same_both_ways(self):
        self.assertEqual(self._move(True), self._move(False))

    def test_one_query(self):
        Followup = self.env["sales.process.followup"]
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            moved = Followup._move_all({"lead_id": (self.lead, self.other_lead)})
            self.assertFalse(any(moved.mapped("date_next")), "known")
        with self.assertQueryCount(0):
            nothing = Followup._move_all({"lead_id": (self.lead.browse(), self.lead)})
            self.assertFalse(nothing)

    def test_what_waits_is_written_before(self):
        late = self.contacts[0]
        late.lead_id = self.other_lead
        moved = self.env["sales.process.followup"]._move_all(
            {"lead_id": (self.lead, self.other_lead)}
        )
        self.assertEqual(moved, self.contacts - late)

    def test_whoever_deletes_first_loses_no_contact(self):
        """An application deletes merged leads one by one, before all are joined."""
        rest = self.lead.copy()
        merging = Merging(self.lead | self.other_lead | rest, lambda head: None)
        merging.contacts = {"lead_id": (self.lead | rest, self.other_lead)}
        with merging.going_on(self.env), writing_ledger(self.env):
            self.lead.sudo().unlink()
        self.assertFalse(merging.contacts)
        self.assertEqual(self.contacts.exists(), self.contacts)
        self.assertEqual(self.contacts.lead_id, self.other_lead)


@tagged("post_install", "-at_install")
class TestOrmBatch(SalesProcessCommon):
    """What a release writes of many customers is what Odoo makes one by one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"].sudo()
        for number in range(4):
            phone = f"1381234560{number}"
            cls.leads |= cls._create_lead(cls.salesperson_a, phone=phone).sudo()
        cls.outsider = cls.env["res.partner"].create({"name": "Outside"})

    def setUp(self):
        super().setUp()
        for module, name in (
            (orm, "FEW_ROWS"),
            (orm.rows, "FEW_ROWS"),
            (mail_thread, "FEW_NOTES"),
        ):
            patcher = patch.object(module, name, 1)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _do(self, is_plain, work, read):
        """What is there afterwards, in memory and in the database."""
        with (
            self.env.cr.savepoint() as savepoint,
            patch.object(orm.rows, "are_classes_plain", return_value=is_plain),
        ):
            read()
            work()
            told = read()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(told, read(), "as it is in the database")
            savepoint.close(rollback=True)
        self.env.invalidate_all()
        return told

    def test_notes_are_the_same(self):
        names = [
            field.name
            for field in self.env["mail.message"]._fields.values()
            if field.store
            and field.column_type
            and field.name not in ("id", "message_id", "date")
        ]
        body = Markup("<p>From %s.</p>") % "A & “B” <i>"
        bodies = {lead.id: body for lead in self.leads}
        bodies[self.leads[-1].id] = Markup("<p>Else<script>x</script></p>")

        def read():
            return [
                [
                    [(name, message[name]) for name in names]
                    + [len(message.message_id) > 1, bool(message.date)]
                    for message in lead.message_ids
                ]
                for lead in self.leads
            ]

        def strip(told):
            """Without the ids of the rows."""
            return [
                [
                    [pair for pair in row if not str(pair).startswith("('write")]
                    for row in rows
                ]
                for rows in told
            ]

        told = self._do(True, lambda: self.leads._log_notes(bodies), read)
        self.assertEqual(
            strip(told),
            strip(self._do(False, lambda: self.leads._log_notes(bodies), read)),
        )
        self.assertEqual({len(rows) - len(told[0]) for rows in told}, {0})
        self.assertNotIn("script", str(told))

    def test_one_statement_for_all_notes(self):
        bodies = dict.fromkeys(self.leads.ids, Markup("<p>x</p>"))
        self.leads[0]._message_log_batch(bodies=bodies)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.leads._log_notes(bodies)
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 4)

    def test_followers_are_the_same(self):
        person = self.salesperson_b.partner_id
        follow = self.env["mail.followers"]._follow_at_once
        # what colleagues hear of by default, and nobody from outside
        inside = self.env["mail.message.subtype"].create(
            {
                "name": "Inside",
                "res_model": "crm.lead",
                "default": True,
                "internal": True,
            }
        )
        first = self.leads[0]
        first.message_unsubscribe(person.ids)
        first.message_subscribe(person.ids, self.env.ref("mail.mt_note").ids)
        kept = first.message_follower_ids.filtered(lambda row: row.partner_id == person)
        ids_by_partner = {
            person.id: self.leads.ids,
            self.outsider.id: self.leads[1:].ids,
        }

        def read():
            return [
                sorted(
                    (row.partner_id.id, sorted(row.subtype_ids.ids))
                    for row in lead.message_follower_ids
                )
                for lead in self.leads
            ]

        told = self._do(True, lambda: follow("crm.lead", ids_by_partner), read)
        self.assertEqual(
            told, self._do(False, lambda: follow("crm.lead", ids_by_partner), read)
        )
        self.assertIn((person.id, kept.subtype_ids.ids), told[0])
        heard = dict(told[-1])
        self.assertIn(inside.id, heard[person.id])
        self.assertTrue(heard[self.outsider.id])
        self.assertNotIn(inside.id, heard[self.outsider.id])
        followers = {partner_id for rows in told for partner_id, _ids in rows}
        self.assertLessEqual({person.id, self.outsider.id}, followers)

    def test_nobody_follows_nothing(self):
        before = self.env.cr.sql_log_count
        self.env["mail.followers"]._follow_at_once("crm.lead", {})
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_periods_are_the_same(self):
        """Also many at once: their owners' lists know them."""
        customers = self.leads.ownership_id
        to_b = dict.fromkeys(customers, self.salesperson_b)

        def work():
            customers.sudo()._hand_over(to_b, "release", "expired")

        def read():
            rows = customers.sudo().next_ids
            return [
                customers.sudo().mapped("state"),
                [len(row.next_ids) for row in customers.sudo()],
                *(
                    rows.sorted("previous_id").mapped(name)
                    for name in (
                        *("previous_id", "root_id", "user_id", "team_id", "state"),
                        *("origin", "date_start", "date_deadline", "holder_id"),
                    )
                ),
                [lead.ownership_id.previous_id for lead in self.leads],
                self.leads.mapped("user_id.login"),
            ]

        self.assertEqual(self._do(True, work, read), self._do(False, work, read))

    def test_rows_are_written_the_same(self):
        """What is the same in all, what differs, nothing, and what some have only."""
        leads, first = self.leads, self.leads[0]

        def work():
            leads.write({"city": "Sameplace", "referred": False})
            for number, lead in enumerate(leads):
                lead.street = f"{number} Main’s “Road”"
                lead.date_closed = number % 2 and datetime(2026, 5, number)
            first.color = 7
            leads.flush_recordset()

        def read():
            names = ("city", "referred", "street", "date_closed", "color", "write_date")
            return [(lead.write_uid, *map(lead.__getitem__, names)) for lead in leads]

        told = self._do(True, work, read)
        self.assertEqual(told, self._do(False, work, read))
        self.assertEqual({row[1] for row in told}, {"Sameplace"})
        self.assertEqual([bool(row[4]) for row in told], [False, True, False, True])

    def test_what_waits_is_written_the_same(self):
        """Column by column, each set of columns by one statement."""
        leads = self.leads
        names = (
            *("color", "street", "expected_revenue", "date_closed", "user_id"),
            *("contact_name", "day_open", "won_status", "write_uid", "write_date"),
        )
        statements = []

        def work():
            for number, lead in enumerate(leads):
                # an amount whose share by probability differs from what was there
                lead.expected_revenue = number + 1000.125
                lead.date_closed = lead.create_date
                lead.date_open = lead.create_date
            leads[:2].street = "Same Street"
            leads[2:].contact_name = False
            build = orm.rows.build_update
            with patch.object(orm.rows, "build_update", side_effect=build) as built:
                orm.flush_rows(leads)
            statements.append(built.call_count)
            self.assertFalse(leads.env._field_dirty.get(leads._fields["street"]))

        def read():
            return [tuple(map(lead.__getitem__, names)) for lead in leads]

        told = self._do(True, work, read)
        self.assertEqual(told, self._do(False, work, read))
        self.assertEqual([row[2] for row in told], [1000.13, 1001.13, 1002.13, 1003.13])
        self.assertEqual(statements[0], 2, "streets, and names")

    def test_what_waits_of_few_or_by_language(self):
        """What differs from reader to reader is Odoo's to write."""
        stages = self.env["crm.stage"].search([], limit=2)
        stages.name = "Another"
        orm.flush_rows(stages)
        self.env.invalidate_all()
        self.assertEqual(stages.mapped("name"), ["Another"] * 2)
        self.leads.street = "Few"
        before = self.env.cr.sql_log_count
        orm.flush_rows(self.leads)
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        self.leads.street = "Ours"
        with patch.object(orm.rows, "_write_waiting", return_value=True) as ours:
            orm.flush_rows(self.leads)
        ours.assert_called_once()

    def test_columns_are_what_is_read(self):
        """One row, a filter, groups: as Odoo answers, with and without the cache."""
        leads, names = self.leads, ("street", "user_id", "active", "date_closed")
        leads[:2].street = "Here"
        leads[1].user_id = False
        for forget in (False, True):
            if forget:
                self.env.flush_all()
                self.env.invalidate_all()
            lead = leads[0]
            self.assertEqual(
                orm.get_row(lead, names),
                {
                    name: lead._fields[name].convert_to_write(lead[name], lead)
                    for name in names
                },
            )
            self.assertEqual(orm.filter_by(leads, "street"), leads[:2])
            self.assertEqual(
                orm.filter_by(leads, "street", lambda street: not street), leads[2:]
            )
            self.assertEqual(
                orm.group_by(leads, "user_id"), dict(leads.grouped("user_id"))
            )

    def test_a_row_is_computed_before_it_is_taken(self):
        lead = self.leads[0]
        lead.date_open = lead.create_date
        lead.flush_recordset()
        lead.env.add_to_compute(lead._fields["date_open"], lead)
        with patch.object(type(lead), "_compute_date_open", autospec=True) as compute:
            orm.get_row(lead, ["date_open"])
        self.assertTrue(compute.called)

    def test_one_statement_for_rows_that_differ(self):
        """Few are Odoo's to write, and what it translates or keeps by company."""
        leads = self.leads
        for few, is_ours in ((len(leads) - 1, True), (len(leads), False)):
            with (
                patch.object(orm, "FEW_ROWS", few),
                patch.object(orm, "update_rows", return_value=True) as update,
            ):
                leads._write_multi([{"street": "x"}] * len(leads))
            self.assertEqual(update.called, is_ours)
        vals_list = [{"street": f"{number}"} for number in range(len(leads))]
        before = self.env.cr.sql_log_count
        self.assertTrue(orm.update_rows(leads, vals_list))
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        stages = self.env["crm.stage"].search([], limit=2)
        self.assertFalse(orm.update_rows(stages, [{"name": "x"}, {"name": "y"}]))
        with patch.object(type(leads), "_write_multi", type(leads)._write_multi):
            self.assertFalse(orm.update_rows(leads, vals_list), "an automation rule")

    def test_company_is_asked_of_each_kind(self):
        """All leads that do not fit are named, not only the first of each kind."""
        company = self.env["res.company"].create({"name": "Else"})
        stranger = self.env["res.users"].create(
            {
                "name": "Elsewhere",
                "login": "elsewhere",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
            }
        )
        self.leads.company_id = self.env.company
        with self.assertRaises(UserError) as caught:
            self.leads.with_context(tracking_disable=True).write(
                {"user_id": stranger.id}
            )
            self.env.flush_all()
        for lead in self.leads:
            self.assertIn(lead.name, str(caught.exception))


@tagged("post_install", "-at_install")
class TestOrmReading(SalesProcessCommon):
    """What we use of Odoo's inside does what we think, in this version of Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls._create_lead(cls.salesperson_a, phone="13812345678").sudo()
        cls.leads |= cls._create_lead(cls.salesperson_a, phone="13912345678").sudo()
        cls.ownerships = cls.leads.ownership_id.sudo()

    def test_filled_values_are_read_without_a_query(self):
        self.env.flush_all()
        self.env.invalidate_all()
        orm.fill_cache(self.ownerships, "name", ["First", "Second"])
        orm.fill_cache(
            self.ownerships.with_context(active_test=False),
            "lead_ids",
            [(lead.id,) for lead in self.leads],
        )
        orm.fill_cache(self.ownerships, "collaborator_ids", [(), ()])
        with self.assertQueryCount(0):
            self.assertEqual(self.ownerships.mapped("name"), ["First", "Second"])
            every = self.ownerships.with_context(active_test=False)
            self.assertEqual([row.lead_ids.id for row in every], self.leads.ids)
            self.assertFalse(self.ownerships.collaborator_ids)

    def test_cached_values_are_those_that_are_read(self):
        self.env.flush_all()
        self.env.invalidate_all()
        leads = self.leads + self.leads[0].copy({"team_id": False})
        for name in (
            "team_id",
            "followup_deadline",
            "name",
            "process_is_pooled",
            "tag_ids",
        ):
            field = leads._fields[name]
            for _again in range(2):
                found = orm.get_cached(leads, name)
                self.assertEqual(
                    [field.convert_to_record(value, leads) for value in found],
                    [lead[name] for lead in leads],
                )
        # what is about to be computed is computed first
        self.ownerships[0].date_deadline = "2090-05-01 12:00:00"
        self.assertEqual(
            orm.get_cached(self.leads[0], "followup_deadline"),
            [self.ownerships[0].date_deadline],
        )
        new = leads.new({"team_id": self.team_east.id})
        self.assertEqual(orm.get_cached(new, "team_id"), self.team_east.ids)

    def test_memory_holds_what_has_been_read(self):
        """By id, of all records of the transaction, as the cache has it."""
        read = orm.get_memory(self.leads, "process_is_pooled")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(read(self.env))
        first, second = self.leads
        self.assertIs(first.process_is_pooled, False)
        self.assertIs(read(self.env).get(first.id), False)
        second.sudo().process_is_pooled = True
        self.assertIs(read(self.env).get(second.id), True)

    def test_filled_values_give_way_to_what_is_written(self):
        first, second = self.ownerships
        self.env.flush_all()
        self.env.invalidate_all()
        first.name = "Written"
        orm.fill_cache(self.ownerships, "name", ["Of the database", "Second"])
        self.assertEqual(first.name, "Written")
        self.assertEqual(second.name, "Second")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(first.name, "Written")

    def test_lock_reads_what_is_asked_next(self):
        """One query locks, and reads columns, leads and helpers."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            locked = self.ownerships._lock_rows()
            locked.mapped("date_deadline")
            locked.with_context(active_test=False).mapped("lead_ids.id")
            locked.mapped("collaborator_ids.id")

    def test_decided_values_are_no_edit(self):
        """The values are in the database, nobody's ``write`` was called."""
        first, second = self.leads
        ids_by_value = {
            ("process_is_pooled", True): [first.id],
            ("process_is_pooled", False): [second.id],
        }
        with patch.object(
            self.env.registry["crm.lead"], "write", side_effect=AssertionError
        ):
            orm.write_decided(self.leads, ids_by_value)
            self.leads.flush_recordset(["process_is_pooled"])
        self.env.invalidate_all()
        self.assertEqual(self.leads.mapped("process_is_pooled"), [True, False])

    def test_decided_values_are_told(self):
        """What is computed from them is computed again, unless it is decided, too."""
        told = []
        tell = orm.tell

        def spy(records, names, before=False, **options):
            told.append((records._name, set(names), before, records.ids))
            return tell(records, names, before=before, **options)

        with patch.object(orm.rows, "tell", spy):
            orm.write_decided(self.leads, {("process_is_pooled", True): self.leads.ids})
        ids = self.leads.ids
        self.assertEqual(
            told,
            [
                ("crm.lead", {"process_is_pooled"}, True, ids),
                ("crm.lead", {"process_is_pooled"}, False, ids),
            ],
        )
        contact = self.leads[0]
        state = contact.followup_state
        self.assertTrue(state)
        orm.write_decided(contact, {("followup_deadline", False): contact.ids})
        self.assertFalse(contact.followup_deadline)
        self.assertNotEqual(contact.followup_state, state)

    def test_query_is_part_of_another(self):
        """The record rules of the reader are in it; nothing is asked yet."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        domain = [("id", "in", self.leads.ids)]
        # rules are read once
        Lead.search(domain)
        self.env.flush_all()
        with self.assertQueryCount(0):
            query = orm.get_query(Lead, domain)
            name = orm.get_sql(Lead, query.table, "name", query)
            select = query.select(SQL("%s AS name", name))
        self.assertEqual(self.env.execute_query(select), [])
        mine = Lead.with_user(self.salesperson_a)
        query = orm.get_query(mine, domain)
        subselect = query.subselect("id")
        found = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM crm_lead WHERE id IN %s", subselect)
        )
        self.assertEqual(found, [(2,)])
        self.assertEqual(
            len(self.env.execute_query(orm.get_query(mine, domain, limit=1).select())),
            1,
        )

    def test_filter_is_part_of_another_query(self):
        """With its joins, and for those alone that the query has found."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_a)
        for team, found in ((self.team_east, self.leads.ids), (self.team_west, [])):
            query = orm.get_query(Lead, [("id", "in", self.leads.ids)])
            domain = [("team_id.name", "=", team.name)]
            query.add_where(orm.get_condition(Lead, query.table, domain, query))
            rows = self.env.execute_query(query.select())
            self.assertEqual({row_id for (row_id,) in rows}, set(found))

    def test_inherited_field_joins_its_table(self):
        Users = self.env["res.users"]
        query = orm.get_query(Users, [("id", "=", self.salesperson_a.id)])
        mail = orm.get_sql(Users, query.table, "email", query)
        self.assertEqual(
            self.env.execute_query(query.select(mail)), [(self.salesperson_a.email,)]
        )

    def test_labels(self):
        """In the language of the reader, whatever groups the user has."""
        Conflict = self.env["sales.process.conflict"].with_user(self.salesperson_a)
        self.assertEqual(labels.get_choices(Conflict, "state")["open"], "To Decide")
        self.env["res.lang"]._activate_lang("fr_FR")
        field = self.env["ir.model.fields"]._get("sales.process.conflict", "state")
        field.with_context(lang="fr_FR").field_description = "Etat"
        french = Conflict.with_context(lang="fr_FR").env
        self.assertEqual(labels.get_label(Conflict, "state", french), "Etat")
        self.assertNotEqual(labels.get_label(Conflict, "state"), "Etat")
        # a method that gives the selection is asked
        Lookup = self.env["sales.process.lookup"]
        self.assertIn("owned", labels.get_choices(Lookup, "outcome"))
        # the settings are nobody's but an administrator's
        Settings = self.env["res.config.settings"].with_user(self.salesperson_a)
        self.assertTrue(labels.get_label(Settings, "process_customer_scope"))

    def test_what_is_overridden_is_there(self):
        """Methods of Odoo that reports override: with the arguments that are passed."""
        Base = models.BaseModel
        for name, arguments in (
            (
                "_read_grouping_sets",
                ["self", "domain", "grouping_sets", "aggregates", "order"],
            ),
            ("_read_group_select", ["self", "aggregate_spec", "query"]),
            ("_fetch_field", ["self", "field"]),
        ):
            signature = inspect.signature(getattr(Base, name))
            self.assertEqual(list(signature.parameters), arguments, name)
