# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import SQL

from ..tools.ledger_rules import RULES
from .common_release import ReleaseCommon

# How each rule is broken, with the id of a released period, of the one that follows
# it and of another customer's.
BREAKS = {
    "one_owner": """
        DROP INDEX sales_process_ownership_key_active_key_uniq;
        INSERT INTO sales_process_ownership_key
                    (ownership_id, company_id, kind, value, active, is_soft)
             SELECT %(other)s, company_id, kind, value, TRUE, FALSE
               FROM sales_process_ownership_key
              WHERE ownership_id = %(current)s AND active
    """,
    "one_owner_of_branches": """
        DROP INDEX sales_process_ownership_key_active_key_uniq;
        INSERT INTO sales_process_ownership_key
                    (ownership_id, company_id, kind, value, active, is_soft)
             SELECT %(other)s, (SELECT MAX(id) FROM res_company), kind, value, TRUE,
                    FALSE
               FROM sales_process_ownership_key
              WHERE ownership_id = %(current)s AND active
    """,
    "company": """
        ALTER TABLE sales_process_ownership_key ALTER company_id DROP NOT NULL;
        UPDATE sales_process_ownership_key SET company_id = NULL
         WHERE ownership_id = %(current)s
    """,
    "details_are_keys": """
        UPDATE sales_process_ownership_key SET active = FALSE
         WHERE ownership_id = %(other)s AND kind = 'phone'
    """,
    "exclusive_index": "DROP INDEX sales_process_ownership_key_active_key_uniq",
    "freed_keys": """
        INSERT INTO sales_process_ownership_key
                    (ownership_id, company_id, kind, value, active, is_soft)
             SELECT id, company_id, 'phone', '+8613000000000', TRUE, FALSE
               FROM sales_process_ownership
              WHERE id = %(past)s
    """,
    "one_running_period": """
        DROP INDEX sales_process_ownership_chain_uniq;
        INSERT INTO sales_process_ownership
                    (root_id, user_id, company_id, state, phase, origin, date_start)
             SELECT root_id, user_id, company_id, state, phase, origin, date_start
               FROM sales_process_ownership
              WHERE id = %(current)s
    """,
    "owner_by_state": """
        ALTER TABLE sales_process_ownership
    DROP CONSTRAINT sales_process_ownership_check_owner;
        UPDATE sales_process_ownership SET user_id = NULL WHERE id = %(other)s
    """,
    "end_of_period": """
        UPDATE sales_process_ownership SET end_reason = NULL WHERE id = %(past)s
    """,
    "chain": """
        UPDATE sales_process_ownership SET previous_id = %(other)s
         WHERE id = %(current)s
    """,
    "holder": """
        UPDATE sales_process_ownership SET holder_id = NULL WHERE id = %(past)s
    """,
    "salesperson": """
        UPDATE crm_lead SET user_id = NULL WHERE ownership_id = %(current)s
    """,
    "pool_flag": """
        UPDATE crm_lead SET process_is_pooled = TRUE WHERE ownership_id = %(current)s
    """,
    "last_contact": """
        UPDATE sales_process_ownership
           SET date_last_contact = date_last_contact - INTERVAL '1 day'
         WHERE id = %(other)s
    """,
    "clock": """
        UPDATE sales_process_ownership
           SET date_clock_limit = date_deadline - INTERVAL '1 second',
               date_clock_base = date_last_contact
         WHERE id = %(other)s
    """,
    "held_run": """
        UPDATE sales_process_release_run SET state = 'held'
         WHERE id IN (SELECT run_id FROM sales_process_release_line
                       WHERE ownership_id = %(past)s)
    """,
    "release_line": """
        UPDATE sales_process_release_line SET successor_id = %(other)s
         WHERE ownership_id = %(past)s
    """,
    "released_once": """
        INSERT INTO sales_process_release_line
                    (run_id, ownership_id, successor_id, outcome)
             SELECT run_id, ownership_id, successor_id, outcome
               FROM sales_process_release_line
              WHERE ownership_id = %(past)s
    """,
    "one_grade_rule": """
        DROP INDEX sales_process_grade_rule_on_uniq;
        INSERT INTO sales_process_grade_rule
                    (name, company_id, is_on, active, months, cycle_days, drop_percent,
                     drop_count, manual_days)
             SELECT '{"en_US": "Twice"}', company_id, TRUE, TRUE, 12, 30, 10, 2, 90
               FROM sales_process_ownership, generate_series(1, 2)
              WHERE id = %(current)s
    """,
    "grade_by_version": """
        INSERT INTO sales_process_grade_change
                    (partner_id, ownership_id, date, source, rule_version)
             SELECT (SELECT MIN(id) FROM res_partner), id, date_start, 'rule', 0
               FROM sales_process_ownership
              WHERE id = %(current)s
    """,
    "revisit_state": """
        INSERT INTO sales_process_revisit
                    (ownership_id, date_due, date_open, date_limit, state)
             VALUES (%(current)s, '2027-01-01', '2027-01-01', '2027-01-08', 'done')
    """,
    "one_revisit": """
        DROP INDEX sales_process_revisit_due_uniq;
        INSERT INTO sales_process_revisit
                    (ownership_id, date_due, date_open, date_limit, state)
             SELECT %(current)s, '2027-01-01', '2027-01-01', '2027-01-08', 'due'
               FROM generate_series(1, 2)
    """,
}


@tagged("post_install", "-at_install")
class TestLedgerRules(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._put_on_duty(cls.salesperson_b)
        cls.past = cls._customer(cls.salesperson_a)
        cls.other = cls._customer(cls.salesperson_a)
        cls.env["sales.process.followup"].with_user(cls.salesperson_a).create(
            {"lead_id": cls.other.lead_ids.id, "subject": "Asked for a price"}
        )
        cls._expire(cls.past)

    def _get_broken(self):
        self.env.flush_all()
        return {rule.name for rule in RULES if self.env.execute_query(SQL(rule.query))}

    def test_every_rule_is_noticed_when_broken(self):
        before = self._get_broken()
        self._release()
        self.assertEqual(self.past.next_ids.user_id, self.salesperson_b)
        self.assertEqual(self._get_broken(), before, "a release breaks no rule")
        self.assertEqual(BREAKS.keys(), {rule.name for rule in RULES})
        places = {
            "past": self.past.id,
            "current": self.past.next_ids.id,
            "other": self.other.id,
        }
        for name, query in BREAKS.items():
            with self.subTest(rule=name), self.env.cr.savepoint() as savepoint:
                # the queries stand above, none comes from outside
                self.env.cr.execute(query, places)
                self.assertIn(name, self._get_broken() - before)
                savepoint.rollback()
