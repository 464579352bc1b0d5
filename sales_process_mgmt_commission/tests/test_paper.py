# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .common import FEBRUARY, JANUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestPaper(CommissionCommon):
    """A statement on paper says how each amount comes about."""

    def _print(self, day=JANUARY):
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.salesperson)
            ._render_qweb_html(
                "sales_process_mgmt_commission.report_commission_statement",
                self._get_statement(day=day).ids,
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
        self.assertEqual(found["Kind"], "Collected")
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

    def test_refund_and_what_was_taken_back(self):
        """A refund is called so; a payment that went again after the closing, too."""
        invoice = self._invoice(1000)
        self._pay(invoice)
        other = self._pay(self._invoice(100))
        refund = self._pay(
            self._refund(invoice, "2019-01-08"), payment_date="2019-01-09"
        )
        _head, [titles, *lines], _totals = self._print()
        found = [dict(zip(titles, line, strict=True)) for line in lines]
        self.assertEqual(
            {row["Payment"]: row["Kind"] for row in found if row["Payment"]}[
                refund.name
            ],
            "Refunded",
        )
        self.assertEqual(
            [row["Kind"] for row in found], ["Collected", "Collected", "Refunded"]
        )
        self._close()
        other.action_draft()
        _head, [titles, line], _totals = self._print(FEBRUARY)
        found = dict(zip(titles, line, strict=True))
        self.assertEqual(found["Kind"], "Collected Taken back")

    def _print_disputes(self):
        """The rows of what was disputed, as the salesperson reads them."""
        _head, _lines, [titles, *rows], _totals = self._print()
        return [dict(zip(titles, row, strict=True)) for row in rows]

    def test_answer_of_a_dispute(self):
        """What was asked and answered stands there: by whom, when, and whether late."""
        self._pay(self._invoice(1000))
        dispute = (
            self.env["sales.process.commission.dispute"]
            .with_user(self.salesperson)
            .create(
                {
                    "line_id": self._get_statement().line_ids.id,
                    "note": "Six percent were agreed",
                }
            )
        )
        due = datetime.combine(dispute.date_due, datetime.min.time())
        for after, late in ((15.9, False), (16.1, True)):
            with (
                self.subTest("open", after=after),
                self._at(due + timedelta(hours=after)),
            ):
                [row] = self._print_disputes()
                self.assertIn("To Answer", row["Answer"])
                self.assertEqual("Late: an answer was due" in row["Answer"], late)
        answered = dispute.with_user(self.administrator)
        for hours, late in ((15.9, False), (16.1, True)):
            # the last minutes of the day in Shanghai, and the first ones after it
            with self.subTest("answered", hours=hours), self._undone():
                with self._at(due + timedelta(hours=hours)):
                    answered.write({"answer": "It was five", "amount_granted": 10})
                    answered.action_grant()
                    self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(dispute.is_late, late)
                self.assertEqual(
                    bool(dispute.search([("is_late", "=", True)]) & dispute), late
                )
                [row] = self._print_disputes()
                self.assertIn("Six percent were agreed", row["Reason of the Dispute"])
                for text in ("Granted", "10.00", "It was five", "Commission Admin"):
                    self.assertIn(text, row["Answer"])
                self.assertEqual("Late" in row["Answer"], late)
                # a colleague reads neither the question nor the answer
                self.assertFalse(dispute.with_user(self.colleague).search([]))

    def test_a_rate_as_it_is_kept(self):
        """1,200 at 2.125 % are 25.50: the paper rounds no rate."""
        self._renew(percent=2.125)
        self._pay(self._invoice(1200))
        _head, [titles, line], _totals = self._print()
        found = dict(zip(titles, line, strict=True))
        self.assertEqual(found["Rate (%)"], "2.125")
        self.assertIn("25.50", found["Commission"])
