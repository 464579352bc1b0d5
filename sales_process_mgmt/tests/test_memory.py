# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import SalesProcessCommon
from .race_common import SalesProcessRaceCase


@tagged("post_install", "-at_install")
class TestMemory(SalesProcessCommon):
    """What servers keep in memory is forgotten when it changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345678")

    def _forget(self):
        """Begin as another server would, that has kept nothing."""
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    def _may(self, user, operation, lead=None):
        return (lead or self.lead).with_user(user).has_access(operation)

    def test_customers_of_an_archived_team_stay_guarded(self):
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "write"))
        self.team_east.active = False
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "write"))
        self.assertTrue(self._may(self.leader_east, "read"))
        self.assertTrue(self._may(self.salesperson_a, "write"))
        self.team_east.active = True
        self.assertFalse(self._may(self.salesperson_c, "write"))

    def test_pool_of_an_archived_team_stays_closed(self):
        ownership = self.lead.ownership_id
        ownership._hand_over({ownership: self.env["res.users"]}, "pool", "released")
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "read"))
        self.team_east.active = False
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "read"))

    def test_new_leader_at_once(self):
        self.assertFalse(self._may(self.salesperson_b, "write"))
        self.team_east.user_id = self.salesperson_b
        self.assertTrue(self._may(self.salesperson_b, "write"))
        self.assertFalse(self._may(self.leader_east, "write"))

    def test_mode_at_once(self):
        self.assertFalse(self._may(self.salesperson_c, "write"))
        self.team_east.process_mode = "observe"
        self.assertTrue(self._may(self.salesperson_c, "write"))
        self.team_east.process_mode = "enforce"
        self.assertFalse(self._may(self.salesperson_c, "write"))

    def test_deleted_calendar(self):
        """A period in working days goes on with the calendar of the company."""
        calendar = self.env["resource.calendar"].create({"name": "Half Days"})
        self.team_east.write(
            {"followup_working_days": True, "process_calendar_id": calendar.id}
        )
        self._create_lead(self.salesperson_a, phone="13812345679")
        calendar.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.team_east.process_calendar_id)
        lead = self._create_lead(self.salesperson_a, phone="13812345670")
        self.assertTrue(lead.ownership_id.date_deadline)

    def test_deleted_pool_team(self):
        """Without the team that received them, customers go to the own pool."""
        pool = self._create_team(
            "Pool", "enforce", self.leader_west, self.env["res.users"]
        )
        self.team_east.write({"pool_team_id": pool.id, "release_to": "pool"})
        self.assertEqual(self.team_east.sudo().pool_team_id, pool)
        pool.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.team_east.sudo().pool_team_id)
        self.assertNotIn(pool.id, self.env["crm.team"]._get_active_process_ids())

    def test_country_of_a_company_whose_address_follows_another(self):
        belgium, china = self.env.ref("base.be"), self.env.ref("base.cn")
        parent = self.env["res.partner"].create(
            {"name": "Holding", "is_company": True, "country_id": china.id}
        )
        self.company.partner_id.write({"parent_id": parent.id, "type": "contact"})
        self.assertEqual(self.company._get_process_country_id(), china.id)
        parent.country_id = belgium
        self.assertEqual(self.company.country_id, belgium)
        self.assertEqual(self.company._get_process_country_id(), belgium.id)


@tagged("post_install", "-at_install")
class TestMemoryTakenBack(SalesProcessRaceCase):
    def test_change_that_is_taken_back(self):
        """A scheduled action that begins again has changed no mode."""
        with self._environment() as env:
            team = env["crm.team"].browse(self.team_id)
            self.assertIn(team.id, env["crm.team"]._get_active_process_ids())
            team.process_mode = "off"
            self.assertNotIn(team.id, env["crm.team"]._get_active_process_ids())
            env.cr.rollback()
            self.assertIn(team.id, env["crm.team"]._get_active_process_ids())

    def test_reader_between_write_and_commit(self):
        """Another thread that reads meanwhile does not keep what was before."""

        def get_rule(env):
            return str(env["ir.rule"]._compute_domain("crm.lead", "write"))

        salesperson = self.user_ids[0]
        with self._environment() as env:
            env["crm.team"].browse(self.team_id).process_mode = "observe"
            env.flush_all()
            with self._environment(salesperson) as reader:
                before = get_rule(reader)
        with self._environment(salesperson) as late:
            self.assertNotEqual(get_rule(late), before)
        with self._environment() as env:
            env["crm.team"].browse(self.team_id).process_mode = "enforce"
        with self._environment(salesperson) as late:
            self.assertEqual(get_rule(late), before)
