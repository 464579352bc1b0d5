# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


class SellersCommon(SalesProcessCommon):
    """A customer of salesperson_a, one of salesperson_b, and a clerk who colludes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other, cls.nobody = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Acme", "Bolt", "Free")]
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Pump", "list_price": 100, "taxes_id": False}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.ownership = cls.lead.ownership_id
        cls.lead_b = cls._create_lead(cls.salesperson_b, partner_id=cls.other.id)
        cls.ownership_b = cls.lead_b.ownership_id
        # a clerk: contacts and orders, and no rights of a salesperson
        cls.clerk = mail_new_test_user(
            cls.env,
            login="clerk",
            name="Clerk",
            groups="base.group_user,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
        )
        cls.env["ir.model.access"].create(
            [
                {
                    "name": "orders of a clerk",
                    "model_id": cls.env["ir.model"]._get_id(model),
                    "group_id": cls.env.ref("base.group_partner_manager").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
                for model in ("sale.order", "sale.order.line")
            ]
        )

    def _order(self, user, **values):
        order = (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        fields.Command.create(
                            {"product_id": self.product.id, "product_uom_qty": 5}
                        )
                    ],
                    **values,
                }
            )
        )
        self.env.flush_all()
        return order.sudo()

    def _conflicts(self, seller):
        return self.env["sales.process.conflict"].search(
            [("ownership_id", "=", self.ownership.id), ("user_id", "=", seller.id)]
        )


@tagged("post_install", "-at_install")
class TestOrderSellers(SellersCommon):
    """Who sells to an owned customer is its owner, or a conflict says who was named."""

    def _assert_corrected(self, order):
        self.assertEqual(order.user_id, self.salesperson_a)
        conflict = self._conflicts(self.salesperson_b)
        self.assertEqual(len(conflict), 1)
        self.assertEqual(conflict.actor_id, self.clerk)
        self.assertEqual(conflict.owner_id, self.salesperson_a)
        self.assertEqual(conflict.door, "order")

    def test_clerk_quotes_for_a_colleague(self):
        self._assert_corrected(self._order(self.clerk, user_id=self.salesperson_b.id))

    def test_clerk_names_the_colleague_later(self):
        order = self._order(self.clerk, user_id=self.salesperson_a.id)
        self.assertFalse(self._conflicts(self.salesperson_b))
        order.with_user(self.clerk).user_id = self.salesperson_b
        self._assert_corrected(order)

    def test_clerk_takes_another_customers_order(self):
        order = self._order(
            self.clerk, partner_id=self.other.id, user_id=self.salesperson_b.id
        )
        self.assertEqual(order.user_id, self.salesperson_b)
        order.with_user(self.clerk).partner_id = self.customer
        self._assert_corrected(order)

    def test_salesperson_of_the_contact(self):
        """Nor does the colleague's name on the contact make anybody the seller."""
        with self.assertRaises(UserError), self.cr.savepoint():
            self.customer.with_user(self.clerk).user_id = self.salesperson_b
        self.customer.user_id = self.salesperson_b
        self._assert_corrected(self._order(self.clerk))

    def test_default_of_the_context(self):
        order = (
            self.env["sale.order"]
            .with_user(self.clerk)
            .with_context(default_user_id=self.salesperson_b.id)
            .create({"partner_id": self.customer.id, "company_id": self.company.id})
        )
        self.assertEqual(order.sudo().user_id, self.salesperson_a)

    def test_a_helper_names_no_third(self):
        self.ownership.sudo()._add_collaborators(self.salesperson_c)
        order = self._order(self.salesperson_c)
        self.assertEqual(order.user_id, self.salesperson_c)
        order.with_user(self.salesperson_c).user_id = self.salesperson_b
        self.assertEqual(order.user_id, self.salesperson_a)
        self.assertEqual(
            self._conflicts(self.salesperson_b).actor_id, self.salesperson_c
        )

    def test_who_may_choose(self):
        order = self._order(self.salesperson_a)
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.subTest(user=user.login):
                order.with_user(user).sudo().user_id = self.salesperson_b
                self.assertEqual(order.user_id, self.salesperson_b)
                order.with_user(user).sudo().user_id = self.salesperson_a
        self.assertFalse(self._conflicts(self.salesperson_b))

    def test_order_without_a_salesperson(self):
        """Taken off the own order, the owner stands on it again."""
        order = self._order(self.salesperson_a)
        for state in ("draft", "sale"):
            with self.subTest(state=state):
                order.with_user(self.salesperson_a).write({"user_id": False})
                self.assertEqual(order.user_id, self.salesperson_a)
                self.assertEqual(self.ownership.user_id, self.salesperson_a)
            if state == "draft":
                order.with_user(self.salesperson_a).action_confirm()

    def test_who_signed_stays(self):
        order = self._order(self.salesperson_a)
        order.with_user(self.salesperson_a).action_confirm()
        self.env.flush_all()
        self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        order.with_user(self.clerk).client_order_ref = "reference"
        order.with_user(self.clerk).user_id = self.salesperson_a
        self.assertEqual(order.user_id, self.salesperson_a)
        invoice = order._create_invoices()
        self.assertEqual(invoice.invoice_user_id, self.salesperson_a)

    def test_off_changes_nothing(self):
        self.env["crm.team"].search([]).process_mode = "off"
        order = self._order(self.clerk, user_id=self.salesperson_b.id)
        self.assertEqual(order.user_id, self.salesperson_b)

    def test_no_query_for_each_order(self):
        def count(number):
            values = [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.salesperson_b.id,
                }
            ] * number
            orders = self.env["sale.order"].with_user(self.clerk).create(values)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            orders._correct_sellers()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(20), count(2) + 2)


@tagged("post_install", "-at_install")
class TestOrderMoved(SellersCommon):
    """An order of another customer now signs that one, and the first no more."""

    def _confirmed(self):
        order = self._order(self.salesperson_a)
        order.action_confirm()
        self.env.cr.flush()
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertNotEqual(self.ownership.phase, "pursuing")
        return order

    def test_to_a_colleagues_customer(self):
        order = self._confirmed()
        order.with_user(self.leader_east).sudo().partner_id = self.other
        self.env.cr.flush()
        self.assertEqual(order.ownership_id, self.ownership_b)
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertTrue(self.ownership.date_deadline)
        self.assertNotEqual(self.ownership_b.phase, "pursuing")
        Money = self.env["sales.process.money"]
        signed = Money.search([("order_id", "=", order.id), ("kind", "=", "signed")])
        self.assertEqual(signed.ownership_id, self.ownership_b)
        self.assertEqual(signed.user_id, self.salesperson_b)

    def test_to_nobodys_customer_and_back(self):
        order = self._confirmed()
        order.partner_id = self.nobody
        self.env.cr.flush()
        self.assertFalse(order.ownership_id)
        self.assertEqual(self.ownership.phase, "pursuing")
        order.partner_id = self.customer
        self.env.cr.flush()
        self.assertNotEqual(self.ownership.phase, "pursuing")
        # what was signed while it was nobody's is looked at again, too
        self.assertEqual(order.ownership_id, self.ownership)

    def test_to_a_contact_of_the_same_customer(self):
        order = self._confirmed()
        date = order.process_date_signed
        order.partner_id = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        self.env.cr.flush()
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertEqual(order.process_date_signed, date)

    def test_whoever_follows_takes_no_order_of_the_earlier_owner(self):
        """Another inquiry of the customer, or none, is no other customer."""
        order = self._order(self.salesperson_a, opportunity_id=self.lead.id)
        order.action_confirm()
        self.env.cr.flush()
        date = order.process_date_signed
        [period] = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        ).values()
        more = self._create_lead(self.salesperson_b, partner_id=self.customer.id)
        self.assertEqual(more.ownership_id, period)
        # the new owner, where everybody's orders are open to salespeople
        self.salesperson_b.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        order = order.with_user(self.salesperson_b).sudo(False)
        for lead in (more, self.env["crm.lead"], more):
            order.write({"opportunity_id": lead.id})
            self.env.cr.flush()
            self.assertEqual(order.ownership_id, self.ownership)
            self.assertEqual(order.process_date_signed, date)
        signed = self.env["sales.process.money"].search(
            [("order_id", "=", order.id), ("kind", "=", "signed")]
        )
        self.assertEqual(signed.user_id, self.salesperson_a)
        # the inquiry of another customer is one
        order.sudo().opportunity_id = self.lead_b
        self.env.cr.flush()
        self.assertEqual(order.ownership_id, self.ownership_b)

    def test_another_opportunity_is_a_line_without_its_name(self):
        """Who changed it, from which number to which; no name to who reads orders."""
        quiet = self._create_lead(
            self.salesperson_a, name="Hidden Title 4711", partner_id=self.customer.id
        )
        order = self._order(self.salesperson_a, opportunity_id=self.lead.id)
        lines = order.message_ids
        # the same one, or something else, is no change
        order.with_user(self.salesperson_a).write({"opportunity_id": self.lead.id})
        order.with_user(self.salesperson_a).write({"note": "Soon"})
        self.assertEqual(order.message_ids, lines)
        for before, after in ((self.lead, quiet), (quiet, quiet.browse())):
            order.with_user(self.salesperson_a).write({"opportunity_id": after.id})
            line = order.message_ids - lines
            lines = order.message_ids
            self.assertEqual(len(line), 1)
            self.assertEqual(line.author_id, self.salesperson_a.partner_id)
            self.assertEqual(line.subtype_id, self.env.ref("mail.mt_note"))
            self.assertFalse(line.notified_partner_ids)
            said = html2plaintext(line.body, include_references=False)
            wanted = f"#{after.id}" if after else "–"
            self.assertEqual(said.strip(), f"Opportunity: #{before.id} → {wanted}")
            self.assertIn(f'data-oe-id="{before.id}"', line.body)
            # the clerk reads orders, and no lead
            with self.assertRaises(AccessError):
                quiet.with_user(self.clerk).sudo(False).read(["name"])
            seen = line.with_user(self.clerk).sudo(False).read(["body", "preview"])[0]
            self.assertNotIn("4711", f"{seen}")
            self.assertFalse(line.sudo().tracking_value_ids)

    def test_order_that_begins_with_an_opportunity_says_nothing(self):
        order = self._order(self.salesperson_a, opportunity_id=self.lead.id)
        self.assertNotIn("Opportunity:", "".join(order.message_ids.mapped("body")))

    def test_another_inquiry_of_the_same_customer(self):
        more = self._create_lead(self.salesperson_a, partner_id=self.customer.id)
        order = self._order(self.salesperson_a, opportunity_id=self.lead.id)
        order.action_confirm()
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing", "One is open")
        order.opportunity_id = more
        self.env.cr.flush()
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertEqual(self.ownership.phase, "pursuing", "The other is open now")
