# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestSnailmail(SalesProcessCommon):
    """Who sends letters to an owned customer. Nothing leaves the house here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.customer = Partner.create({"name": "Wang", "phone": "+86 138 1234 5678"})
        cls.clerk = Partner.create({"name": "Clerk", "parent_id": cls.customer.id})
        cls.nobody = Partner.create({"name": "Nobody's", "phone": "+86 139 0000 0009"})
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.ownership = cls.lead.ownership_id
        cls.ownership._add_collaborators(cls.salesperson_b)

    def _make(self, user, partner):
        return (
            self.env["snailmail.letter"]
            .with_user(user)
            .create(
                {
                    "model": "res.partner",
                    "res_id": self.nobody.id,
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                }
            )
        )

    def test_letter_is_addressed_anew(self):
        """To the customer, or somebody in its house, after it was made."""
        for partner in (self.customer, self.clerk):
            for user in (self.salesperson_c, self.salesperson_d):
                letter = self._make(user, self.nobody)
                with (
                    self.subTest(partner=partner.name, user=user.name),
                    self.assertRaises(CustomerOwnedError),
                ):
                    letter.partner_id = partner
                letter.invalidate_recordset()
                self.assertEqual(letter.partner_id, self.nobody)
            for user in (self.salesperson_a, self.salesperson_b, self.leader_east):
                with self.subTest(partner=partner.name, user=user.name):
                    letter = self._make(user, self.nobody)
                    letter.partner_id = partner
                    self.assertEqual(letter.partner_id, partner)

    def test_letter_of_another_document(self):
        """The document is nobody's, who receives it is not."""
        with self.assertRaises(CustomerOwnedError):
            self._make(self.salesperson_c, self.customer)
        self.assertTrue(self._make(self.salesperson_a, self.customer))

    def test_off(self):
        """A team that does not use the process asks nothing."""
        letter = self._make(self.salesperson_c, self.nobody)
        self.env["crm.team"].search([]).process_mode = "off"
        letter.partner_id = self.customer
        # what is known of teams is remembered
        with self.assertQueryCount(0):
            letter._check_recipients([{"partner_id": self.customer.id}])
        self.assertEqual(letter.partner_id, self.customer)
