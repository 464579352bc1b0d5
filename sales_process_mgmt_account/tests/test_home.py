# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import MoneyCommon


@tagged("post_install", "-at_install")
class TestHome(MoneyCommon):
    def _get_cheers(self, user, role="salesperson"):
        self.env.flush_all()
        self.env.invalidate_all()
        home = self.env["sales.process.home"].with_user(user)
        self.assertEqual(home.get_home(role)["has_cheers"], role == "salesperson")
        return home.get_cheers(role)

    def _get_cheers_of(self, user):
        return self.env["sales.process.home"].with_user(user).get_cheers()

    def test_paid(self):
        """A customer that has paid everything is a joy to its owner, for a week."""
        self.lead.action_set_won()
        today = self._today(self.salesperson)
        invoice = self._invoice(invoice_date=today, date=today)
        self._pay(invoice, amount=400, payment_date=today)
        self.assertEqual(self._get_cheers(self.salesperson), [])
        self._pay(invoice, payment_date=today)
        self.assertEqual(self.ownership.phase, "served")
        [cheer] = self._get_cheers(self.salesperson)
        self.assertIn(self.ownership.name, cheer["text"])
        # the same again: a browser that has shown it stays silent
        self.assertEqual(self._get_cheers(self.salesperson), [cheer])
        # nobody else's, and not for ever; whoever sells nothing has no home
        self.assertEqual(self._get_cheers_of(self.bookkeeper), [])
        self.assertEqual(self._get_cheers(self.colleague), [])
        self.assertEqual(self._get_cheers(self.leader, "leader"), [])
        self.env["sales.process.money"].sudo().search(
            [("ownership_id", "=", self.ownership.id)]
        ).date = "2019-01-01"
        self.assertEqual(self._get_cheers(self.salesperson), [])

    def test_money_that_went_out(self):
        """What was paid back on the last day is no reason to be glad."""
        self.lead.action_set_won()
        self._pay(self._invoice())
        self.assertEqual(self.ownership.phase, "served")
        rows = self.env["sales.process.money"].sudo()
        collected = rows.search(
            [("ownership_id", "=", self.ownership.id), ("kind", "=", "collected")]
        )
        self.assertEqual(self._get_cheers(self.salesperson), [])
        today = self._today(self.salesperson)
        collected.write({"date": today, "amount": -1000})
        self.assertEqual(self._get_cheers(self.salesperson), [])
        collected.amount = 1000
        self.assertEqual(len(self._get_cheers(self.salesperson)), 1)
