# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .common import EMAIL, AmongCommon


@tagged("post_install", "-at_install")
class TestAmongWebsite(AmongCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.website.write(
            {"crm_default_team_id": cls.team_east.id, "crm_default_user_id": False}
        )

    def _send_form(self, **values):
        """What a visitor sends with the contact form, over HTTP."""
        self.authenticate(None, None)
        answer = self.url_open(
            "/website/form/crm.lead",
            data={"name": "From the website", "contact_name": "Visitor", **values},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertIn("id", answer.json(), answer.text)
        return self.env["crm.lead"].browse(answer.json()["id"])

    def test_new_customer_goes_to_duty(self):
        lead = self._send_form(email_from="somebody.new@visitor.example")
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def test_owned_customer_goes_to_the_owner(self):
        lead = self._send_form(email_from=EMAIL)
        self._assert_kept(lead)

    def test_visitor_chooses_no_owner(self):
        portal = self.env.ref("base.public_user")
        lead = self._send_form(
            email_from="another@visitor.example", user_id=str(portal.id)
        )
        self.assertFalse(lead.ownership_id.user_id.share)
        lead = self._send_form(
            email_from="third@visitor.example", user_id=str(self.salesperson_c.id)
        )
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)

    def test_shop(self):
        """An order of the shop for an owned customer is not the website's."""
        product = self.env["product.product"].create(
            {
                "name": "Pump",
                "list_price": 100,
                "type": "service",
                "taxes_id": False,
            }
        )
        self.website.salesteam_id = self.team_east
        self.website.salesperson_id = self.salesperson_b
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "website_id": self.website.id,
                "order_line": [(0, 0, {"product_id": product.id})],
            }
        )
        order.action_confirm()
        self._assert_kept()
        self.assertEqual(order.user_id, self.salesperson_a)
        self.assertEqual(self.ownership.phase, "signed")
