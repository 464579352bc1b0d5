# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestContactForm(SalesProcessCommon):
    def test_nobody_is_filled_in(self):
        website = self.env["website"].search([], limit=1)
        website.write(
            {"crm_default_team_id": self.team_east.id, "crm_default_user_id": False}
        )
        Lead = self.env["crm.lead"]
        request = SimpleNamespace(website=website)
        for posted in (False, self.leader_east.id, self.salesperson_b.id):
            values = Lead.website_form_input_filter(request, {"user_id": posted})
            self.assertFalse(values["user_id"])
        website.crm_default_user_id = self.salesperson_a
        values = Lead.website_form_input_filter(request, {})
        self.assertEqual(values["user_id"], self.salesperson_a.id)
        website.crm_default_team_id = self.team_off
        values = Lead.website_form_input_filter(
            request, {"user_id": self.salesperson_e.id}
        )
        self.assertEqual(values["user_id"], self.salesperson_e.id)

    def test_the_team_decides(self):
        """Where the team only observes, or is off, Odoo fills in what it does."""
        website = self.env["website"].search([], limit=1)
        website.crm_default_user_id = False
        request = SimpleNamespace(website=website)
        Lead = self.env["crm.lead"].with_user(self.env.ref("base.public_user"))
        posted = {"user_id": self.salesperson_d.id, "team_id": False}
        for team, user in (
            (self.team_east, self.env["res.users"]),
            (self.team_west, self.salesperson_d),
            (self.team_off, self.salesperson_d),
        ):
            with self.subTest(team=team.name):
                values = Lead.website_form_input_filter(
                    request, {**posted, "team_id": team.id}
                )
                self.assertEqual(values["team_id"], team.id)
                self.assertEqual(values["user_id"] or False, user.id)
