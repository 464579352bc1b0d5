# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

EMAIL = "owned@customer.example"


@tagged("post_install", "-at_install")
class TestWebsiteVisitor(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Owned", "email": EMAIL, "phone": "13912340001"}
        )
        cls.ownership = cls._create_lead(
            cls.salesperson_a, partner_id=cls.partner.id
        ).ownership_id

    def test_visitors_tell_nobody_of_their_customers(self):
        """Odoo shows the e-mail and telephone of whoever has sent a form."""
        Visitor = self.env["website.visitor"]
        contacts = (
            self.partner,
            self.env["res.partner"].create(
                {
                    "name": "Nobody's",
                    "email": "n@visitor.example",
                    "phone": "+1 5550100",
                }
            ),
        )
        by_contact, free = Visitor.create(
            [{"access_token": row.id, "partner_id": row.id} for row in contacts]
        )
        lead = self._create_lead(
            self.salesperson_a,
            email_from="pooled@visitor.example",
            phone="+8613912345678",
        )
        by_lead = Visitor.create(
            {"access_token": "0" * 32, "lead_ids": [(6, 0, lead.ids)]}
        )
        rows = by_contact | by_lead | free

        def read(user):
            self.env.flush_all()
            self.env.invalidate_all()
            return [
                (row["email"], row["mobile"])
                for row in rows.with_user(user).read(["email", "mobile"])
            ]

        owned = (EMAIL, self.partner.phone)
        by_form = ("pooled@visitor.example", lead.phone)
        open_to_all = ("n@visitor.example", "+1 5550100")
        told = [owned, by_form, open_to_all]
        # a contact is read by everybody while somebody owns it, a lead is not
        self.assertEqual(read(self.salesperson_d), [owned, (False, False), open_to_all])
        self.ownership.with_user(self.salesperson_a)._give_up("No need this year")
        self.assertEqual(
            read(self.salesperson_d), [(False, False), (False, False), open_to_all]
        )
        self.assertEqual(read(self.administrator), told)
