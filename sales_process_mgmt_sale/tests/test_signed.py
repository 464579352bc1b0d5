# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


class SignedCommon(SalesProcessCommon):
    """A customer of salesperson_a, and orders of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create({"name": "Acme"})
        cls.product = cls.env["product.product"].create(
            {"name": "Pump", "list_price": 100, "invoice_policy": "order"}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.ownership = cls.lead.ownership_id

    def _order(self, **values):
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson_a.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 3,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestSigned(SignedCommon):
    """A customer has signed when its order is confirmed."""

    def test_confirmed_order_signs(self):
        order = self._order(opportunity_id=self.lead.id)
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertTrue(self.ownership.date_deadline)
        order.with_user(self.salesperson_a).action_confirm()
        self.assertNotEqual(self.ownership.phase, "pursuing")
        self.assertFalse(self.ownership.date_deadline)
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertEqual(self.ownership.order_count, 1)
        self.assertEqual(self.ownership.amount_signed, 300)
        action = self.ownership.with_user(self.salesperson_a).action_view_orders()
        self.assertEqual(self.env["sale.order"].search(action["domain"]), order)

    def test_order_without_lead_finds_the_owner(self):
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        order = self._order(partner_id=contact.id)
        order.action_confirm()
        self.assertEqual(order.ownership_id, self.ownership)

    def test_cancelled_order_is_pursued_again(self):
        order = self._order(opportunity_id=self.lead.id)
        order.action_confirm()
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertGreater(self.ownership.date_deadline, self.env.cr.now())

    def _count_told(self, user):
        subject = "Signed in the pool"
        told = self.env["mail.message"].sudo()
        return told.search_count(
            [("subject", "=", subject), ("partner_ids", "in", user.partner_id.ids)]
        )

    def test_signature_after_the_customer_was_let_go(self):
        """Never refused; it has no owner, and the leader hands it to somebody."""
        order = self._order(opportunity_id=self.lead.id)
        self.ownership.with_user(self.salesperson_a)._give_up("No need")
        public = self.env.ref("base.public_user")
        order.with_user(public).sudo()._validate_order()
        self.env.flush_all()
        pool = order.ownership_id
        self.assertEqual((order.state, pool.state), ("sale", "pool"))
        self.assertEqual(pool.previous_id, self.ownership)
        self.assertNotEqual(pool.phase, "pursuing")
        self.assertFalse(pool.user_id)
        self.assertEqual(self.ownership.state, "ended")
        self.assertEqual(self._count_told(self.leader_east), 1)
        self.assertFalse(self._count_told(self.salesperson_a))
        # the leader does what the message says
        self.env["sales.process.transfer"].with_user(self.leader_east).create(
            {
                "ownership_ids": pool.ids,
                "user_id": self.salesperson_b.id,
                "reason": "Looks after it",
            }
        ).action_transfer()
        owner = order.opportunity_id.ownership_id | order.ownership_id
        self.assertIn(self.salesperson_b, owner.user_id)

    def test_signature_with_an_owner_tells_nobody(self):
        order = self._order(opportunity_id=self.lead.id)
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertFalse(self._count_told(self.leader_east))

    def test_leader_who_closes_it_in_the_pool_is_told_nothing(self):
        self.ownership.with_user(self.salesperson_a)._give_up("No need")
        self.lead.with_user(self.leader_east).action_set_won()
        self.env.flush_all()
        pool = self.lead.ownership_id
        self.assertEqual(pool.state, "pool")
        self.assertNotEqual(pool.phase, "pursuing")
        self.assertFalse(self._count_told(self.leader_east))

    def test_another_open_inquiry_is_pursued(self):
        self._order(opportunity_id=self.lead.id).action_confirm()
        self._create_lead(self.salesperson_a, partner_id=self.customer.id)
        self.assertEqual(self.ownership.phase, "pursuing")

    def test_past_orders_stay_with_the_period(self):
        order = self._order(opportunity_id=self.lead.id)
        order.action_confirm()
        self.lead.action_set_won()
        successor = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertEqual(order.user_id, self.salesperson_a)
        self.assertEqual(successor.order_count, 0)

    def test_orders_come_along_with_a_merged_customer(self):
        other = self._create_lead(self.salesperson_a, phone="+32 475 66 77 88")
        gone = other.ownership_id
        order = self._order(
            opportunity_id=other.id,
            partner_id=self.env["res.partner"].create({"name": "Acme Ltd"}).id,
        )
        order.action_confirm()
        self.assertEqual(order.ownership_id, gone)
        head = (self.lead | other).merge_opportunity()
        kept = head.ownership_id
        self.assertEqual((self.ownership | gone) - kept, gone)
        self.assertEqual(gone.end_reason, "merged")
        self.assertEqual(order.ownership_id, kept)
        self.assertNotEqual(kept.phase, "pursuing", "What is left has signed")
        self.assertFalse(kept.date_deadline)

    def test_orders_of_somebody_else_stay_theirs_when_customers_are_merged(self):
        other = self._create_lead(self.salesperson_b, phone="+32 475 66 77 88")
        theirs = other.ownership_id
        order = self._order(
            opportunity_id=other.id,
            partner_id=self.env["res.partner"].create({"name": "Acme Ltd"}).id,
        )
        order.action_confirm()
        self.ownership._absorb(theirs)
        self.assertEqual(theirs.end_reason, "merged")
        self.assertEqual(order.ownership_id, theirs)

    def test_merged_inquiries_of_a_customer_have_signed(self):
        self._order(opportunity_id=self.lead.id).action_confirm()
        other = self._create_lead(self.salesperson_a, partner_id=self.customer.id)
        self.assertEqual(other.ownership_id, self.ownership)
        self.assertEqual(self.ownership.phase, "pursuing")
        (self.lead | other).merge_opportunity()
        self.assertNotEqual(self.ownership.phase, "pursuing")

    def test_merged_contacts_are_pursued_while_an_inquiry_is_open(self):
        self._order(opportunity_id=self.lead.id).action_confirm()
        self.assertNotEqual(self.ownership.phase, "pursuing")
        twin = self.env["res.partner"].create({"name": "Acme Ltd"})
        other = self._create_lead(self.salesperson_a, partner_id=twin.id)
        self.assertEqual(other.ownership_id.phase, "pursuing")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer
        )
        self.assertEqual(other.ownership_id, self.lead.ownership_id)
        self.assertEqual(other.ownership_id.phase, "pursuing")

    # ------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------

    def test_order_of_a_branch_signs_the_customer_of_all(self):
        """Branches of one legal entity share their customers, and their orders."""
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self.salesperson_a.sudo().company_ids |= branch
        self.assertEqual(self.ownership.company_id, self.company)
        order = self._order(company_id=branch.id, team_id=False)
        self.assertEqual(order.user_id, self.salesperson_a)
        self.assertFalse(order.team_id, "The team is not the branch's")
        order.action_confirm()
        self.env.cr.flush()
        self.assertEqual(order.ownership_id, self.ownership)
        self.assertNotEqual(self.ownership.phase, "pursuing")
        order._action_cancel()
        self.env.cr.flush()
        self.assertEqual(self.ownership.phase, "pursuing")

    def test_quotation_of_a_branch_goes_where_the_customer_goes(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        order = self._order(company_id=branch.id, team_id=False)
        self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        self.assertEqual(order.user_id, self.salesperson_b)

    def test_order_of_another_company_signs_nothing_here(self):
        """One contact, two companies: a stranger's order there, even of our inquiry."""
        deadline = self.ownership.date_deadline
        theirs = self._create_lead(
            self.salesperson_x, team=self.team_c2, partner_id=self.customer.id
        )
        self.assertNotEqual(theirs.ownership_id, self.ownership)
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson_x)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company_2.id,
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": 300,
                                "tax_ids": [fields.Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            order.opportunity_id = self.lead.id
            self.env.flush_all()
        self.env.invalidate_all()
        order.action_confirm()
        self.env.cr.flush()
        self.assertEqual(order.sudo().ownership_id, theirs.sudo().ownership_id)
        self.assertEqual(
            (self.ownership.phase, self.ownership.date_deadline),
            ("pursuing", deadline),
        )
        theirs.action_set_won()
        self.assertEqual(self.lead.won_status, "pending")
        self.assertEqual(self.ownership.phase, "pursuing")
        self.assertFalse(
            self.env["sales.process.money"].search(
                [("ownership_id", "=", self.ownership.id)]
            )
        )
