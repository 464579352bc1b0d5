# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestSettings(SalesProcessCommon):
    def test_company_settings_are_kept(self):
        """What is set in the settings is the company's, and only that company's."""
        settings = self.env["res.config.settings"].create(
            {
                "process_customer_scope": "person",
                "process_owner_visibility": "company",
                "process_lookup_limit": 12,
                "process_shared_value_threshold": 3,
            }
        )
        settings.execute()
        self.assertEqual(self.company.process_customer_scope, "person")
        self.assertEqual(self.company.process_owner_visibility, "company")
        self.assertEqual(self.company.process_lookup_limit, 12)
        self.assertEqual(self.company.process_shared_value_threshold, 3)
        self.assertEqual(self.company_2.process_customer_scope, "company")

    @mute_logger("odoo.sql_db")
    def test_limits_of_numbers(self):
        """The database refuses numbers that mean nothing."""
        for name, wrong, right in (
            ("process_followup_days", 0, 1),
            ("process_followup_days", 3651, 3650),
            ("process_release_ceiling_percent", 101, 100),
            ("process_cooldown_days", -1, 0),
            ("process_customer_limit", -1, 0),
        ):
            with self.subTest(name=name, value=wrong):
                self.team_east[name] = right
                self.env.flush_all()
                with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                    self.team_east[name] = wrong
                    self.env.flush_all()

    def test_only_administrators_set(self):
        """A leader reads the rules of the team and does not make them."""
        with self.assertRaises(AccessError):
            self.team_east.with_user(self.leader_east).write(
                {"process_followup_days": 9}
            )
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.leader_east).create({})
        self.team_east.with_user(self.director).write({"process_customer_limit": 9})

    def test_rules_in_the_team_form(self):
        """Rules by grade are made inside the team."""
        grade = self.env["sales.process.customer.grade"].create({"name": "A"})
        with (
            Form(self.team_east.with_user(self.director)) as form,
            form.process_followup_rule_ids.new() as rule,
        ):
            rule.grade_id = grade
            rule.followup_days = 3
        self.assertEqual(self.team_east.process_followup_rule_ids.followup_days, 3)

    def test_health_is_shown(self):
        """A missing unique index is named, with what to do."""
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.process_health)
        first = self._create_lead(self.salesperson_a, phone="13812345678").ownership_id
        other = self._create_lead(self.salesperson_b, phone="13912345678").ownership_id
        self.env.cr.execute("DROP INDEX sales_process_ownership_key_active_key_uniq")
        settings = self.env["res.config.settings"].create({})
        self.assertIn("upgrade the app", settings.process_health)
        self.assertNotIn("+8613812345678", settings.process_health)
        self.env.cr.execute(
            "UPDATE sales_process_ownership_key SET value = %s"
            " WHERE ownership_id = %s AND kind = 'phone'",
            ["+8613812345678", other.id],
        )
        settings = self.env["res.config.settings"].create({})
        self.assertIn(
            f"phone +8613812345678 ({first.id}, {other.id})", settings.process_health
        )

    def test_takeover_is_shown(self):
        """The progress of the takeover stands in the settings."""
        Backfill = self.env["sales.process.backfill"]
        Backfill.search([]).write({"state": "done"})
        running = Backfill.create({"lead_total": 8, "lead_count": 2})
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.process_backfill_id, running)
        self.assertEqual(settings.process_backfill_progress, 25)

    def test_team_card(self):
        """The numbers on the card of a team, and only what the reader may see."""
        first = self._create_lead(self.salesperson_a, phone="13812345601").ownership_id
        second = self._create_lead(self.salesperson_b, phone="13812345602").ownership_id
        third = self._create_lead(self.salesperson_b, phone="13812345603").ownership_id
        first.date_deadline = "2020-01-01 00:00:00"
        third._hand_over({third: self.env["res.users"]}, "release", "expired")
        self.env["sales.process.conflict"].create(
            [
                {"name": "C", "team_id": self.team_east.id, "state": state}
                for state in ("open", "open", "resolved")
            ]
        )
        self.env.flush_all()

        def facts(user):
            team = self.team_east.with_user(user)
            team.invalidate_recordset()
            return (
                team.process_open_count,
                team.process_overdue_count,
                team.process_pool_count,
                team.process_conflict_count,
            )

        self.assertTrue(second)
        self.assertEqual(facts(self.leader_east), (2, 1, 1, 2))
        self.assertEqual(facts(self.director), (2, 1, 1, 2))
        self.assertEqual(facts(self.salesperson_a), (1, 1, 1, 0))
        for name, number in (
            ("action_view_open_customers", 2),
            ("action_view_overdue_customers", 1),
            ("action_view_pool", 1),
            ("action_view_open_conflicts", 2),
        ):
            action = getattr(self.team_east.with_user(self.leader_east), name)()
            context = action["context"]
            self.assertEqual(context["search_default_team_id"], self.team_east.id)
            self.assertEqual(self._count(action, self.leader_east), number)

    def _count(self, action, user):
        """Count what the client shows when it opens the action."""
        Model = self.env[action["res_model"]].with_user(user)
        arch = etree.fromstring(
            Model.get_view(action["search_view_id"][0], "search")["arch"]
        )
        domain = Domain("team_id", "=", action["context"]["search_default_team_id"])
        domain &= Domain(safe_eval(action["domain"] or "[]"))
        for node in arch.iter("filter"):
            if f"search_default_{node.get('name')}" in action["context"]:
                domain &= Domain(safe_eval(node.get("domain")))
        return Model.search_count(domain)

    def test_team_card_queries(self):
        """Ten teams cost as many queries as one."""
        teams = self.team_east | self.team_west | self.team_off
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            teams.mapped("process_open_count")
