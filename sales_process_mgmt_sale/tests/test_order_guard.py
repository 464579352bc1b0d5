# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestOrderGuard(SalesProcessCommon):
    """A quotation is work on the customer: for the owner, its helpers and leaders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Acme", "is_company": True, "email": "acme@example.com"}
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.customer.id}
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Pump", "list_price": 100, "taxes_id": False}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.ownership = cls.lead.ownership_id

    def _quote(self, user, **values):
        order = (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        fields.Command.create({"product_id": self.product.id})
                    ],
                    **values,
                }
            )
        )
        self.env.flush_all()
        return order

    def test_lead_of_another_company_is_not_named(self):
        """Odoo says which record belongs to another company, in sudo."""
        hidden = self._create_lead(self.salesperson_x, name="Hidden Title 4711")
        user = self.salesperson_b
        buyer = self.env["res.partner"].create({"name": "Nobody's"})
        order = self._quote(user, partner_id=buyer.id)
        for way, attempt in {
            "created": lambda: self._quote(
                user, partner_id=buyer.id, opportunity_id=hidden.id
            ),
            "written": lambda: order.write({"opportunity_id": hidden.id}),
        }.items():
            with (
                self.subTest(way),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(UserError) as refusal,
            ):
                attempt()
            self.assertNotIn(hidden.name, str(refusal.exception))
        self.env.invalidate_all()
        self.assertFalse(order.opportunity_id)
        # whoever reads it is told
        self.administrator.company_ids |= self.company_2
        order = order.with_user(self.administrator).with_context(
            allowed_company_ids=(self.company | self.company_2).ids
        )
        with self.assertRaisesRegex(UserError, hidden.name):
            order.write({"opportunity_id": hidden.id})

    def test_strangers_do_not_quote(self):
        for user in (
            self.salesperson_b,
            self.salesperson_c,
            self.salesperson_d,
            self.leader_west,
        ):
            for values in (
                {},
                {"partner_id": self.contact.id},
                {"opportunity_id": self.lead.id},
            ):
                with self.subTest(user=user.login, values=values):
                    refused = False
                    try:
                        with self.cr.savepoint():
                            self._quote(user, **values)
                    except (CustomerOwnedError, AccessError):
                        refused = True
                    self.assertTrue(refused)

    def test_no_way_round(self):
        """Not with one's own opportunity, order, payer or place of delivery."""
        own = self.env["res.partner"].create({"name": "Own", "email": "o@own.example"})
        mine = self._create_lead(self.salesperson_b, partner_id=own.id)

        def order(**values):
            return self._quote(self.salesperson_b, **{"partner_id": own.id, **values})

        def signed():
            row = order(opportunity_id=mine.id)
            row.action_confirm()
            self.env.flush_all()
            self.assertEqual(row.ownership_id, mine.ownership_id)
            return row

        theirs = {"partner_id": self.customer.id}
        for way_name, way in {
            "own opportunity": lambda: order(**theirs, opportunity_id=mine.id),
            "own opportunity, contact": lambda: order(
                partner_id=self.contact.id, opportunity_id=mine.id
            ),
            "own quotation": lambda: order(opportunity_id=mine.id).write(theirs),
            "both at once": lambda: order().write(
                {**theirs, "opportunity_id": mine.id}
            ),
            "own order": lambda: signed().write(theirs),
            "own order, its payer": lambda: signed().write(
                {"partner_invoice_id": self.customer.id}
            ),
            "own order, its opportunity": lambda: signed().write(
                {"opportunity_id": self.lead.id}
            ),
            "payer": lambda: order(partner_invoice_id=self.customer.id),
            "place of delivery": lambda: order(partner_shipping_id=self.contact.id),
            "payer later": lambda: order().write(
                {"partner_invoice_id": self.customer.id}
            ),
            "their opportunity": lambda: order(opportunity_id=self.lead.id),
            "their opportunity later": lambda: order().write(
                {"opportunity_id": self.lead.id}
            ),
        }.items():
            with self.subTest(way=way_name):
                with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
                    way()
                    self.env.flush_all()
                self.env.invalidate_all()
        self.assertEqual(self.ownership.phase, "pursuing")
        # what is one's own goes on
        child = own.create({"name": "Store", "parent_id": own.id, "type": "delivery"})
        row = signed()
        row.write({"partner_shipping_id": child.id})
        row.write({"partner_id": child.id})
        self.assertEqual(row.ownership_id, mine.ownership_id)

    def test_copies_and_imports_are_no_way_round(self):
        """What was quoted while nobody owned the customer is not quoted once more."""
        free = self.env["res.partner"].create({"name": "Free", "is_company": True})
        earlier = self._quote(self.salesperson_b, partner_id=free.id)
        self._create_lead(self.salesperson_a, partner_id=free.id)
        own = self.env["res.partner"].create({"name": "Own", "is_company": True})
        mine = self._quote(self.salesperson_b, partner_id=own.id)
        Order = self.env["sale.order"]
        domain = [("partner_id", "child_of", (free | self.customer).ids)]
        before = Order.search(domain)
        self.assertEqual(before, earlier)
        for name, copy in (
            ("earlier", earlier.copy),
            ("own", lambda: mine.copy({"partner_id": self.contact.id})),
        ):
            with (
                self.subTest(name),
                self.assertRaises(CustomerOwnedError),
                self.cr.savepoint(),
            ):
                copy()
                self.env.flush_all()
            self.env.invalidate_all()
        result = Order.with_user(self.salesperson_b).load(
            ["partner_id/.id"], [[str(free.id)], [str(self.contact.id)]]
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])
        self.assertEqual(Order.search(domain), before)
        # and of one's own customer both are possible
        self.assertEqual(mine.copy().user_id, self.salesperson_b)
        result = Order.with_user(self.salesperson_b).load(
            ["partner_id/.id"], [[str(own.id)]]
        )
        self.assertEqual(len(result["ids"]), 1, result["messages"])

    def test_colleagues_number_on_a_contact(self):
        """An own opportunity opens no colleague's number, nor does one close it."""
        self.customer.phone = "13811112222"
        self._create_lead(self.salesperson_b, phone="13700007777")
        Partner = self.env["res.partner"].with_user(self.salesperson_b)
        new = Partner.create({"name": "New"})
        self._create_lead(self.salesperson_b, partner_id=new.id)
        with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
            new.phone = "138 1111 2222"
        self.env.invalidate_all()
        self.office_user.group_ids |= self.env.ref("base.group_partner_manager")
        self.customer.with_user(self.office_user).phone = "13700007777"
        order = self._quote(self.salesperson_a)
        self.assertEqual(order.user_id, self.salesperson_a)
        order.action_confirm()
        self.assertEqual(order.ownership_id, self.ownership)
        with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
            self._quote(self.salesperson_b)

    def test_who_works_the_customer_quotes(self):
        self.ownership.sudo()._add_collaborators(self.salesperson_b)
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.leader_east,
            self.director,
        ):
            with self.subTest(user=user.login):
                order = self._quote(user)
                self.assertEqual(order.user_id, user)
                order.action_quotation_sent()
                order.action_confirm()
                self.assertEqual(order.ownership_id, self.ownership)

    def test_quotation_that_was_there_before(self):
        other = self.env["res.partner"].create({"name": "Bolt"})
        order = self._quote(self.salesperson_b, partner_id=other.id)
        self._create_lead(self.salesperson_a, partner_id=other.id)
        for act in (
            order.action_confirm,
            order.action_quotation_sent,
            lambda: order.write({"partner_id": self.contact.id}),
            lambda: order.write({"state": "sale"}),
            order.copy,
        ):
            with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
                act()
        mine = self._quote(
            self.salesperson_b,
            partner_id=self.env["res.partner"].create({"name": "Free"}).id,
        )
        with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
            mine.write({"partner_id": self.contact.id})

    def test_lines_of_a_colleagues_quotation(self):
        order = self._quote(self.salesperson_a)
        line = order.order_line.with_user(self.salesperson_c)
        self.assertTrue(line.has_access("write"), "All documents")
        for act in (
            lambda: line.write({"price_unit": 1}),
            line.unlink,
            lambda: line.create({"order_id": order.id, "product_id": self.product.id}),
        ):
            with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
                act()
        self.assertEqual(order.order_line.price_unit, 100)

    def test_who_signed_goes_on_with_the_order(self):
        order = self._quote(self.salesperson_a, opportunity_id=self.lead.id)
        order.action_confirm()
        self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        order.write({"client_order_ref": "ref"})
        order.order_line.product_uom_qty = 2
        order.with_context(disable_cancel_warning=True).action_cancel()

    def test_orders_of_nobody_are_the_owners(self):
        portal = self.env["res.users"].with_context(no_reset_password=True)
        portal = portal.create(
            {
                "name": "Buyer",
                "login": "portal_buyer",
                "group_ids": [
                    fields.Command.set(self.env.ref("base.group_portal").ids)
                ],
            }
        )
        for user in (portal, self.env.ref("base.user_root")):
            order = (
                self.env["sale.order"]
                .with_user(user)
                .sudo()
                .create(
                    {
                        "partner_id": self.contact.id,
                        "company_id": self.company.id,
                        "user_id": self.salesperson_b.id,
                        "order_line": [
                            fields.Command.create({"product_id": self.product.id})
                        ],
                    }
                )
            )
            self.assertEqual(order.user_id, self.salesperson_a)
            self.assertEqual(order.team_id, self.team_east)
            order.action_confirm()
            self.assertEqual(order.ownership_id, self.ownership)
            self.assertNotEqual(self.ownership.phase, "pursuing")
        conflict = self.env["sales.process.conflict"].search(
            [("ownership_id", "=", self.ownership.id)]
        )
        self.assertIn("routed", conflict.mapped("resolution"))

    def test_quotations_go_where_the_customer_goes(self):
        quotation = self._quote(self.salesperson_a, opportunity_id=self.lead.id)
        signed = self._quote(self.salesperson_a)
        signed.action_confirm()
        self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        self.assertEqual(quotation.user_id, self.salesperson_b)
        self.assertEqual(signed.user_id, self.salesperson_a)

    def test_the_period_of_an_order_is_nobodys_to_write(self):
        order = self._quote(self.salesperson_a, opportunity_id=self.lead.id)
        other = self._create_lead(self.salesperson_a).ownership_id
        for user in (self.salesperson_a, self.leader_east, self.director):
            mine = order.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"ownership_id": other.id})
            with self.assertRaises(AccessError):
                mine.copy({"ownership_id": other.id})
            with self.assertRaises(AccessError):
                self._quote(user, ownership_id=other.id)
            made = (
                self.env["sale.order"]
                .with_user(user)
                .with_context(default_ownership_id=other.id)
                .create({"partner_id": self.customer.id})
            )
            self.assertFalse(made.ownership_id)

    def test_an_order_of_no_inquiry_signs_what_was_asked_before(self):
        order = self._quote(self.salesperson_a)
        order.action_confirm()
        self.assertNotEqual(self.ownership.phase, "pursuing")
        self.assertFalse(self.ownership.date_deadline)

    def test_off_refuses_nothing(self):
        self.env["crm.team"].search([]).process_mode = "off"
        order = self._quote(self.salesperson_b)
        self.assertEqual(order.user_id, self.salesperson_b)
        order.action_confirm()

    def test_document_shared_with_a_customer(self):
        """A link to one's own quotation is a message to a colleague's customer."""
        nobody = self.env["res.partner"].create({"name": "Nobody's"})
        order = self._quote(self.salesperson_b, partner_id=nobody.id)
        for user, is_refused in ((self.salesperson_b, True), (self.director, False)):
            share = (
                self.env["portal.share"]
                .with_user(user)
                .create(
                    {
                        "res_model": "sale.order",
                        "res_id": order.id,
                        "partner_ids": [(6, 0, self.customer.ids)],
                    }
                )
            )
            with self.subTest(user.name), self.env.cr.savepoint():
                if is_refused:
                    with self.assertRaises(CustomerOwnedError):
                        share.action_send_mail()
                else:
                    share.action_send_mail()
