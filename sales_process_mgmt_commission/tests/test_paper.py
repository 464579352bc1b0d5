# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import html

from odoo import fields
from odoo.tests import tagged

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestPaper(CommissionCommon):
    """A statement on paper says how each amount comes about."""

    def _print(self):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.salesperson)
            ._render_qweb_html(
                "sales_process_mgmt_commission.report_commission_statement",
                self._get_statement().ids,
            )
        )
        tables = html.fromstring(content).xpath(
            "//div[contains(@class, 'page')]//table"
        )
        return [
            [
                [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
                for row in table.xpath(".//tr")
            ]
            for table in tables
        ]

    def test_paper(self):
        """1,200 at 5 % are 60; the 200 above 1,000 earn half as much again: 5 more."""
        self._renew(
            tier_ids=[fields.Command.create({"amount_from": 1000, "percent": 150})]
        )
        payment = self._pay(self._invoice(1200))
        head, lines, totals = self._print()
        self.assertIn("January 2019", head[0])
        self.assertIn("Estimate: the month is open", head[1])
        [titles, line] = lines
        found = dict(zip(titles, line, strict=True))
        self.assertEqual(found["Payment"], payment.name)
        self.assertEqual((found["Rate (%)"], found["Share (%)"]), ("5", "100"))
        self.assertIn("1,200.00", found["Without Taxes"])
        # an addon that adds a factor says so in the title, too
        [adjusted] = [title for title in titles if title.startswith("Tiers")]
        self.assertIn("5.00", found[adjusted])
        self.assertIn("65.00", found["Commission"])
        self.assertEqual([row[0] for row in totals], ["Earned", "To Pay"])
        self._close()
        head, _lines, _totals = self._print()
        self.assertIn(self._get_statement().number, head[1])

    def test_a_rate_as_it_is_kept(self):
        """1,200 at 2.125 % are 25.50: the paper rounds no rate."""
        self._renew(percent=2.125)
        self._pay(self._invoice(1200))
        _head, [titles, line], _totals = self._print()
        found = dict(zip(titles, line, strict=True))
        self.assertEqual(found["Rate (%)"], "2.125")
        self.assertIn("25.50", found["Commission"])
