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
