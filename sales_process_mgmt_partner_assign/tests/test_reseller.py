# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestReseller(SalesProcessCommon):
    def test_reseller_is_noted_and_the_owner_stays(self):
        """By the wizard and by the map, with and without a salesperson."""
        for seller in (self.env["res.users"], self.salesperson_b):
            reseller = self.env["res.partner"].create(
                {
                    "name": "Reseller",
                    "is_company": True,
                    "email": "reseller@example.com",
                    "user_id": seller.id,
                }
            )
            lead = self._create_lead(self.salesperson_a)
            ownership = lead.ownership_id
            wizard = self.env["crm.lead.forward.to.partner"].with_user(
                self.salesperson_a
            )
            wizard.with_context(
                active_model="crm.lead",
                active_ids=lead.ids,
                default_composition_mode="mass_mail",
            ).create(
                {
                    "forward_type": "single",
                    "partner_id": reseller.id,
                    "assignation_lines": [
                        (0, 0, {"lead_id": lead.id, "partner_assigned_id": reseller.id})
                    ],
                }
            ).action_forward()
            lead.with_user(self.salesperson_a).assign_salesman_of_assigned_partner()
            self.assertEqual(lead.partner_assigned_id, reseller)
            self.assertEqual(lead.user_id, self.salesperson_a)
            self.assertEqual(lead.ownership_id, ownership)
            self.assertEqual(ownership.state, "open")

    def test_nobody_else_gives_it_away(self):
        """A colleague who sees all leads changes no owner by a reseller either."""
        reseller = self.env["res.partner"].create(
            {"name": "Reseller", "is_company": True, "user_id": self.salesperson_c.id}
        )
        lead = self._create_lead(self.salesperson_a)
        lead.partner_assigned_id = reseller
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            lead.with_user(self.salesperson_c).assign_salesman_of_assigned_partner()
        self.env.invalidate_all()
        self.assertEqual(lead.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
