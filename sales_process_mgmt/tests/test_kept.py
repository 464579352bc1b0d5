# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.sales_process_ownership import KEPT_QUERIES
from ..tools import kept
from .common import SalesProcessCommon

START = fields.Datetime.to_datetime("2031-03-04 02:00:00")


@tagged("post_install", "-at_install")
class TestKept(SalesProcessCommon):
    """Functions of the database answer what the queries would, or are not asked."""

    def _get_functions(self):
        self.env.cr.execute(
            "SELECT proname FROM pg_proc WHERE starts_with(proname, %s)",
            (kept.PREFIX,),
        )
        return {name for (name,) in self.env.cr.fetchall()}

    def test_each_query_has_its_function(self):
        """An installation, or an update, has made them of the code as it is."""
        wanted = {
            query.get_function(query.get_text(self.env)) for query in KEPT_QUERIES
        }
        self.assertEqual(self._get_functions(), wanted)
        found = getattr(self.env.registry, kept.FOUND)
        self.assertEqual(found.keys(), {query.name for query in KEPT_QUERIES})

    def test_texts_hold_no_values(self):
        """What is not given to the function is the same for everybody."""
        for query in KEPT_QUERIES:
            with self.subTest(query.name):
                text = query.get_text(self.env)
                self.assertEqual(text, query.get_text(self.env(user=self.leader_east)))
                self.assertIn("$1", text)

    def _live(self, number):
        """A customer is created, contacted, found again, and merged with another."""
        with self._at(START), self.env.cr.savepoint() as savepoint:
            leads = self.env["crm.lead"]
            for offset in range(2):
                leads |= self._create_lead(
                    self.salesperson_a,
                    phone=f"138123456{number}{offset}",
                    email_from=f"some{number}{offset}@kept.example",
                )
            for lead in leads:
                lead.activity_schedule(
                    "mail.mail_activity_data_call", user_id=self.salesperson_a.id
                ).with_user(self.salesperson_a).action_feedback(
                    feedback="They want it cheaper, and by Friday"
                )
            contacts = self.env["sales.process.followup"].search(
                [("lead_id", "in", leads.ids)], order="id"
            )
            before = [(row.counts, row.void_reason) for row in contacts]
            Key = self.env["sales.process.ownership.key"]
            company = leads[0].ownership_id.company_id
            key = (company.id, "email", f"some{number}1@kept.example")
            periods = leads.ownership_id.sorted("id")
            found = [periods.ids.index(row) for row in Key._find([key]).get(key, ())]
            head = leads.with_user(self.salesperson_a).merge_opportunity().sudo()
            after = [
                (
                    row.lead_id == head,
                    periods.ids.index(row.ownership_id.id),
                    row.counts,
                )
                for row in contacts
            ]
            states = periods.mapped("state")
            holders = [periods.ids.index(row) for row in Key._find([key]).get(key, ())]
            savepoint.close(rollback=True)
        self.env.invalidate_all()
        return before, found, after, states, holders

    def test_same_with_and_without(self):
        kept_answers = self._live(1)
        with patch.object(self.env.registry, kept.FOUND, {}):
            self.assertEqual(kept_answers, self._live(2))
        before, found, after, states, holders = kept_answers
        self.assertEqual(before, [(True, False)] * 2)
        self.assertEqual((found, holders), ([1], [0]))
        self.assertEqual(after, [(True, 0, True)] * 2)
        self.assertEqual(states, ["open", "ended"])

    def test_newer_code_sends_the_query(self):
        """A server that is newer than the database asks without a function."""
        query = kept.KeptQuery(
            "newer", ("int[]",), lambda _env, ids: SQL("SELECT unnest(%s)", ids)
        )
        before = getattr(self.env.registry, kept.FOUND)
        self.addCleanup(setattr, self.env.registry, kept.FOUND, before)
        kept.find_functions(self.env, [query])
        self.assertEqual(getattr(self.env.registry, kept.FOUND), {})
        ask = query.get_query(self.env, [3, 5])
        self.assertIn("unnest", ask.code)
        self.assertEqual(self.env.execute_query(ask), [(3,), (5,)])
        # ... and after an update with one; those of before are gone
        kept.make_functions(self.env, [query])
        kept.find_functions(self.env, [query])
        self.assertEqual(len(self._get_functions()), 1)
        ask = query.get_query(self.env, [3, 5])
        self.assertIn(kept.PREFIX, ask.code)
        self.assertEqual(self.env.execute_query(ask), [(3,), (5,)])
        self.assertEqual(self.env.execute_query(query.get_query(self.env, [])), [])
