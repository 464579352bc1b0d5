# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MoneyCommon


@tagged("post_install", "-at_install")
class TestTimeline(MoneyCommon):
    def _get_money_lines(self, user, record=None):
        self.env.flush_all()
        self.env.invalidate_all()
        record = record or self.partner_a
        page = (
            self.env["sales.process.timeline"]
            .with_user(user)
            .get_page(record._name, record.id)
        )
        self.assertIn("money", [kind["name"] for kind in page["kinds"]])
        return {
            line["title"]: line for line in page["lines"] if line["kind"] == "money"
        }

    def test_money_of_the_customer(self):
        invoice = self._invoice(1000)
        self._pay(invoice)
        lines = self._get_money_lines(self.salesperson)
        self.assertEqual(set(lines), {"Invoiced", "Collected"})
        self.assertEqual(lines["Invoiced"]["text"], invoice.name)
        self.assertEqual(lines["Invoiced"]["day"], "2019-01-01")
        self.assertIn("1,000.00", lines["Collected"]["badge"])
        self.assertEqual(lines["Collected"]["tone"], "success")
        # salespeople read no invoices
        self.assertEqual(
            lines["Invoiced"]["open"],
            {"model": "sales.process.ownership", "id": self.ownership.id},
        )

    def test_who_reads_money(self):
        self._invoice(1000)
        self.ownership._add_collaborators(self.colleague)
        self.assertEqual(set(self._get_money_lines(self.leader)), {"Invoiced"})
        # as in the list of money: a helper works the customer, not its debts
        self.assertFalse(self._get_money_lines(self.colleague))
        stranger = self._create_person("stranger", "sales_team.group_sale_salesman")
        self.assertFalse(self._get_money_lines(stranger))
        with self.assertRaises(AccessError):
            self._get_money_lines(stranger, self.lead)
