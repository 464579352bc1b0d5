# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestBoughtLeads(SalesProcessCommon):
    def test_an_owned_customer_goes_to_its_owner(self):
        lead = self._create_lead(self.salesperson_a, email_from="owned@example.com")
        request = self.env["crm.iap.lead.mining.request"].create(
            {
                "lead_number": 2,
                "team_id": self.team_east.id,
                "user_id": self.salesperson_b.id,
                "lead_type": "opportunity",
            }
        )
        request.with_user(self.salesperson_b)._create_leads_from_response(
            [
                {
                    "duns": f"10000000{number}",
                    "name": f"Bought {number}",
                    "domain": f"bought{number}.example",
                    "email": [email],
                    "phone": False,
                    "country_code": "CN",
                }
                for number, email in enumerate(
                    ("owned@example.com", "fresh@example.com")
                )
            ]
        )
        bought = request.lead_ids.sudo()
        self.assertEqual(len(bought), 2)
        self.assertIn(lead.ownership_id, bought.ownership_id)
        self.assertEqual(bought.user_id, self.salesperson_a | self.salesperson_b)
