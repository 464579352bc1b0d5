# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SalesProcessCommon

HOME = "sales_process_mgmt.sales_process_home_action"


@tagged("post_install", "-at_install")
class TestLanding(SalesProcessCommon):
    """Who is in the process signs in at its home, and chooses another one for good."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.home = cls.env.ref(HOME)
        cls.other = cls.env.ref("base.action_res_company_form")
        cls.newcomer = mail_new_test_user(
            cls.env,
            login="newcomer",
            groups="base.group_user,sales_team.group_sale_salesman",
        )

    def _join(self, user, team=None):
        return self.env["crm.team.member"].create(
            {"user_id": user.id, "crm_team_id": (team or self.team_east).id}
        )

    def _lands_at_home(self, user):
        return user.action_id.id == self.home.id

    def test_members_and_leaders_land_at_home(self):
        for user in (self.salesperson_a, self.leader_east):
            self.assertTrue(self._lands_at_home(user), user.login)
        # no member of a team with the process, or nobody who sells
        for user in (self.newcomer, self.office_user):
            self.assertFalse(user.action_id, user.login)
        self._join(self.newcomer)
        self.assertTrue(self._lands_at_home(self.newcomer))

    def test_a_choice_is_never_changed(self):
        self.newcomer.action_id = self.other.id
        member = self._join(self.newcomer)
        self.assertEqual(self.newcomer.action_id.id, self.other.id)
        # who does not want it chooses nothing, and is not asked a second time
        self.newcomer.action_id = False
        self._join(self.newcomer, self.team_west)
        self.team_east.process_mode = "observe"
        self.assertFalse(self.newcomer.action_id)
        self.newcomer.action_id = self.other.id
        member.unlink()
        self.newcomer.crm_team_member_ids.unlink()
        self.assertEqual(self.newcomer.action_id.id, self.other.id)

    def test_who_leaves_signs_in_where_everybody_does(self):
        member = self._join(self.newcomer)
        second = self._join(self.newcomer, self.team_west)
        member.active = False
        self.assertTrue(self._lands_at_home(self.newcomer))
        second.unlink()
        self.assertFalse(self.newcomer.action_id)
        # and comes back
        member.active = True
        self.assertTrue(self._lands_at_home(self.newcomer))
        self.newcomer.group_ids -= self.env.ref("sales_team.group_sale_salesman")
        self.assertFalse(self.newcomer.action_id)

    def test_rights_that_come_later(self):
        self._join(self.office_user)
        self.assertFalse(self.office_user.action_id)
        self.office_user.group_ids |= self.env.ref("sales_team.group_sale_salesman")
        self.assertTrue(self._lands_at_home(self.office_user))

    def test_teams_begin_and_end(self):
        plain = self.env["crm.team"].create(
            {"name": "Plain", "user_id": self.newcomer.id, "process_mode": "off"}
        )
        self.assertFalse(self.newcomer.action_id)
        plain.process_mode = "observe"
        self.assertTrue(self._lands_at_home(self.newcomer))
        plain.user_id = self.salesperson_a
        self.assertFalse(self.newcomer.action_id)
        plain.user_id = self.newcomer
        plain.process_mode = "off"
        self.assertFalse(self.newcomer.action_id)
        self.assertTrue(self._lands_at_home(self.salesperson_a))

    def test_who_leads_a_region(self):
        region = self.env["crm.team"].create(
            {"name": "Region", "user_id": self.newcomer.id, "process_mode": "off"}
        )
        self.assertFalse(self.newcomer.action_id)
        self.team_east.process_parent_id = region
        self.assertTrue(self._lands_at_home(self.newcomer))
        self.team_east.process_parent_id = False
        self.assertFalse(self.newcomer.action_id)

    def test_without_the_addon(self):
        """The action goes with the addon; Odoo forgets who signed in there."""
        self.assertTrue(self._lands_at_home(self.salesperson_a))
        self.home.unlink()
        self.assertFalse(self.salesperson_a.action_id)

    def test_teams_without_the_process_cost_nothing(self):
        teams = self.env["crm.team"].with_context(active_test=False)
        teams.search([("process_mode", "!=", "off")]).write({"process_mode": "off"})
        self.env.flush_all()
        member = self._join(self.newcomer)
        self.env.flush_all()
        self.env["crm.team"]._get_active_process_ids()
        with self.assertQueryCount(0):
            member._settle_homes()
