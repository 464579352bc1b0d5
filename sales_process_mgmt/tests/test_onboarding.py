# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestOnboarding(SalesProcessCommon):
    """Five steps that know by themselves whether they are done."""

    def _get_steps(self, user):
        steps = self.env["sales.process.onboarding"].with_user(user).get_panel()
        home = self.env["sales.process.home"].with_user(user).get_home()
        self.assertTrue(home["sets_up"] or not steps)
        return steps and {
            step["name"]: (step["is_done"], bool(step["open"]))
            for step in steps
            # an addon adds its own
            if step["name"] in ("members", "mode", "duty", "first_day")
        }

    def test_without_any_team(self):
        """A company that begins: the first dialog makes its team."""
        teams = self.env["crm.team"].with_context(active_test=False).search([])
        teams.process_mode = "off"
        teams.action_archive()
        home = self.env["sales.process.home"].with_user(self.director).get_home()
        self.assertFalse(home["role"])
        panel = self.env["sales.process.onboarding"].with_user(self.director)
        first, *others = panel.get_panel()
        self.assertEqual((first["name"], first["is_done"]), ("members", False))
        self.assertEqual(first["open"]["record_id"], False)
        self.assertFalse(any(step["is_done"] or step["open"] for step in others))
        action = self.env.ref(first["open"]["xml_id"])
        self.assertEqual((action.res_model, action.target), ("crm.team", "new"))
        for user in (self.leader_east, self.salesperson_a):
            self.assertFalse(self._get_steps(user))

    def test_a_region_is_not_set_up(self):
        """Nobody sells in a region: whoever leads it is asked nothing."""
        leader = self._create_region(self.team_east, self.team_west)
        region = self.team_east.process_parent_id
        panel = self.env["sales.process.onboarding"]
        self.assertEqual(panel.with_user(leader).get_panel(), [])
        self.assertNotIn(region, panel.with_user(self.director)._get_teams())
        region.crm_team_member_ids = [(0, 0, {"user_id": self.salesperson_e.id})]
        self.assertIn(region, panel.with_user(leader)._get_teams())

    def test_step_by_step(self):
        teams = self.env["crm.team"].with_context(active_test=False).search([])
        teams.process_mode = "off"
        teams.action_archive()
        team = self.env["crm.team"].with_user(self.director).create({"name": "First"})
        team.user_id = self.leader_west
        no, yes = (False, True), (True, True)
        away = (False, False)
        steps = dict.fromkeys(("members", "mode"), no) | {
            "duty": away,
            "first_day": away,
        }
        self.assertEqual(self._get_steps(self.director), steps)
        team.member_ids = self.salesperson_d
        steps["members"] = yes
        self.assertEqual(self._get_steps(self.director), steps)
        team.process_mode = "observe"
        steps |= {"mode": yes, "duty": no, "first_day": no}
        self.assertEqual(self._get_steps(self.director), steps)
        # the leader goes on; who sells together is for an administrator
        self.assertEqual(
            self._get_steps(self.leader_west),
            steps | {"members": (True, False), "mode": (True, False)},
        )
        now = self.env.cr.now().replace(microsecond=0)
        shift = self.env["sales.process.duty"].create(
            {
                "team_id": team.id,
                "user_id": self.salesperson_d.id,
                "date_start": now,
                "date_end": now + timedelta(hours=8),
            }
        )
        steps["duty"] = yes
        self.assertEqual(self._get_steps(self.director), steps)
        shift.with_user(self.leader_west).action_cancel()
        self.assertEqual(self._get_steps(self.director)["duty"], no)
        team.process_release_to = "pool"
        self.assertEqual(self._get_steps(self.director)["duty"], yes)
        self._create_lead(self.salesperson_d, team_id=team.id, phone="13812345678")
        self.env.flush_all()
        panel = self.env["sales.process.onboarding"].with_user(self.director)
        steps = panel._get_steps(panel._get_teams())
        self.assertTrue(all(s["is_done"] for s in steps if s["name"] != "reports"))

    def test_close(self):
        self.assertTrue(self._get_steps(self.director))
        panel = self.env["sales.process.onboarding"]
        panel.with_user(self.director).action_close()
        self.assertFalse(self._get_steps(self.director))
        # another one's panel stays
        self.assertTrue(self._get_steps(self.administrator))
        self.assertTrue(self._get_steps(self.leader_east))
        for user in (self.salesperson_a, self.office_user):
            with self.assertRaises(AccessError):
                panel.with_user(user).action_close()
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaises(AccessError):
                user.with_user(user).write({"process_onboarding_closed": True})

    def test_other_companies(self):
        """A leader of one company is not asked to set up another one's teams."""
        panel = self.env["sales.process.onboarding"]
        teams = panel.with_user(self.leader_east)._get_teams()
        self.assertEqual(teams, self.team_east)
        teams = panel.with_user(self.director)._get_teams()
        self.assertNotIn(self.team_c2, teams)


@tagged("post_install", "-at_install")
class TestOnboardingTour(SalesProcessCommon, HttpCase):
    def test_panel(self):
        """From nothing to a team that observes, by the dialogs of the panel."""
        teams = self.env["crm.team"].with_context(active_test=False).search([])
        teams.process_mode = "off"
        teams.action_archive()
        self.start_tour(
            "/odoo/action-sales_process_mgmt.sales_process_home_action",
            "sales_process_onboarding",
            login="director",
        )
        team = self.env["crm.team"].search([("name", "=", "Sales North")])
        self.assertEqual(team.user_id, self.director)
        self.assertEqual(team.member_ids, self.salesperson_a)
        self.assertEqual(team.process_mode, "observe")
        self.assertTrue(self.director.process_onboarding_closed)

    def test_salesperson_is_shown_around(self):
        """The tour that a user starts on the home, played to its end."""
        self.start_tour(
            "/odoo/sales-home", "sales_process_salesperson_tour", login="salesperson_a"
        )
        lead = self.env["crm.lead"].search([("phone", "ilike", "13599990001")])
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertIn(True, lead.process_followup_ids.mapped("counts"))

    def test_leader_is_shown_around(self):
        self.start_tour(
            "/odoo/sales-home", "sales_process_leader_tour", login="leader_east"
        )
        self.assertFalse(
            self.env["sales.process.duty"].search([("team_id", "=", self.team_east.id)])
        )
