# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.tests import tagged

from .common import CommissionCommon

JANUARY, FEBRUARY = fields.Date.to_date("2031-01-01"), fields.Date.to_date("2031-02-01")


@tagged("post_install", "-at_install")
class TestWalk(CommissionCommon):
    """From the quotation to the refund, recomputed by hand.

    The salesperson sells pumps for 12,000.00, with 15 % of taxes 13,800.00; the plan
    gives 5 % of what is collected, 30 % of it to the colleague who helps, and half as
    much again for what a person has collected above 6,000.00 in a month.

    ======  ===========================  =========  =========  ======  ======  ======
    Day     What                             Money   No taxes     5 %    70 %    30 %
    ======  ===========================  =========  =========  ======  ======  ======
    Jan 8   down payment of 30 %          4,140.00   3,600.00  180.00  126.00   54.00
    Jan 16  part of the rest              2,345.67   2,039.71  101.99   71.39   30.60
    Jan 30  the rest, a day too late      7,314.33   6,360.29  318.01  222.61   95.40
    |       January                      13,800.00  12,000.00  600.00  420.00  180.00
    Feb 12  a third is refunded          -4,600.00  -4,000.00 -200.00 -140.00  -60.00
    ======  ===========================  =========  =========  ======  ======  ======

    - *Without taxes*: 2,345.67 ÷ 1.15 = 2,039.713; 7,314.33 ÷ 1.15 = 6,360.287.
    - *5 %* is taken of all money together, so that no cent gets lost: of 5,639.71 that
      is 281.99, from which the 180.00 of before go off: 101.99.
    - *Shares*: 101.99 are 71.393 and 30.597, the cent that is left goes to the larger
      remainder; 318.01 are 222.607 and 95.403.
    - *Tier*: the salesperson's 70 % of 12,000.00 are 8,400.00. The 2,400.00 above
      6,000.00 earn half as much again: 2,400.00 × 5 % ÷ 2 = 60.00. Each payment has
      its part of them: 2,520.00 ÷ 8,400.00 × 60.00 = 18.00, and so 10.20 and 31.80.
      The colleague's 3,600.00 are below.
    - *January* pays 420.00 + 60.00 = 480.00 and 180.00.
    - *February* has nothing but the refund: -140.00 and -60.00. Nobody pays money
      back: 0.00 are paid, both owe it into March.
    - *In all* 480.00 - 140.00 + 180.00 - 60.00 = 460.00: 5 % of the 8,000.00 that stay,
      and the tier.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.process_chase_step_ids = [
            fields.Command.create({"days": 3, "kind": "remind"})
        ]
        cls.pump = cls._create_goods()

    def _run(self, model, method):
        Cron = type(self.env["ir.cron"])
        with patch.object(Cron, "_commit_progress", lambda *args, **kwargs: 1.0):
            getattr(self.env[model], method)()
            self.env.flush_all()
        self.env.invalidate_all()

    def _quote_and_sign(self):
        """The salesperson quotes, the customer signs on the portal."""
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "opportunity_id": self.lead.id,
                    "order_line": [
                        fields.Command.create(
                            {
                                "product_id": self.pump.id,
                                "product_uom_qty": 4,
                                "price_unit": 3000,
                                "tax_ids": [fields.Command.set(self.tax_sale_a.ids)],
                            }
                        )
                    ],
                }
            )
        )
        self.assertEqual((order.amount_untaxed, order.amount_total), (12000, 13800))
        order.action_quotation_sent()
        customer = order.with_user(self.env.ref("base.public_user")).sudo()
        customer.write({"signed_by": "Buyer", "signed_on": self.env.cr.now()})
        customer._validate_order()
        self.env.flush_all()
        self.assertEqual((order.state, self.ownership.phase), ("sale", "signed"))
        return order.with_user(self.env.user)

    def _invoice_down_payment(self, order):
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard.create(
            {"advance_payment_method": "percentage", "amount": 30}
        ).create_invoices()
        invoice = order.invoice_ids
        invoice.invoice_date = "2031-01-07"
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 4140)
        return invoice

    def _invoice_rest(self, order):
        invoice = order._create_invoices(final=True)
        invoice.write(
            {
                "invoice_date": "2031-01-14",
                "invoice_date_due": "2031-01-21",
                "invoice_payment_term_id": False,
            }
        )
        invoice.action_post()
        self.assertEqual(invoice.amount_total, 9660)
        return invoice

    def _promise(self, invoice):
        Money = self.env["sales.process.money"].with_user(self.salesperson)
        [money] = Money.search([("kind", "=", "open"), ("move_id", "=", invoice.id)])
        self.assertEqual(money.amount, 7314.33)
        return (
            self.env["sales.process.promise"]
            .with_user(self.salesperson)
            .create(
                {
                    "ownership_id": self.ownership.id,
                    "money_id": money.id,
                    "amount": 7314.33,
                    "date_due": "2031-01-29",
                    "note": "All of it by Wednesday",
                }
            )
        )

    def _print(self, statement, lang):
        """The numbers of each row, as they stand on paper."""
        content, _kind = (
            self.env["ir.actions.report"]
            .with_user(statement.user_id)
            .with_context(lang=lang)
            ._render_qweb_html(
                "sales_process_mgmt_commission.report_commission_statement",
                statement.ids,
            )
        )
        tables = html.fromstring(content).xpath(
            "//div[contains(@class, 'page')]//table"
        )
        return [
            [
                "".join(char for char in cell.text_content() if char in "-.0123456789")
                for cell in row.xpath("td[contains(@class, 'text-end')]")
            ]
            for table in tables
            for row in table.xpath(".//tr[td[contains(@class, 'text-end')]]")
        ]

    def test_walk(self):
        """See above; each paper says the same in both languages."""
        self.env["res.lang"]._activate_lang("zh_CN")
        with self._at("2031-01-06 02:00:00"):
            self._renew(
                helper_percent=30,
                tier_ids=[fields.Command.create({"amount_from": 6000, "percent": 150})],
            )
            self.ownership.sudo().collaborator_ids = self.colleague
            order = self._quote_and_sign()
        with self._at("2031-01-07 02:00:00"):
            down_payment = self._invoice_down_payment(order)
        with self._at("2031-01-08 02:00:00"):
            self._pay(down_payment, payment_date="2031-01-08")
        with self._at("2031-01-14 02:00:00"):
            invoice = self._invoice_rest(order)
        with self._at("2031-01-16 02:00:00"):
            self._pay(invoice, payment_date="2031-01-16", amount=2345.67)
            self.assertEqual(self.ownership.phase, "signed")
        with self._at("2031-01-23 02:00:00"):
            self._run("sales.process.chase", "_cron_chase")
            self.assertFalse(self.env["sales.process.chase"].search([]).activity_ids)
        with self._at("2031-01-24 02:00:00"):
            self._run("sales.process.chase", "_cron_chase")
            chase = self.env["sales.process.chase"].search([])
            self.assertEqual((chase.step, chase.move_id), ("remind", invoice))
            self.assertEqual(chase.activity_ids.user_id, self.salesperson)
            promise = self._promise(invoice)
            self.assertEqual(promise.state, "open")
        # the last minute of the day in Shanghai, and the first one of the next
        for moment, state in (
            ("2031-01-29 15:59:00", "open"),
            ("2031-01-29 16:00:00", "broken"),
        ):
            with self._at(moment):
                self._run("sales.process.promise", "_cron_judge")
                self.assertEqual(promise.state, state)
        with self._at("2031-01-30 02:00:00"):
            self._pay(invoice, payment_date="2031-01-30")
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(
                (self.ownership.phase, promise.state, chase.state),
                ("served", "broken", "done"),
            )
            self.assertFalse(chase.activity_ids)
        with self._at("2031-02-03 02:00:00"):
            self._close(JANUARY)
        self._check_january()
        with self._at("2031-02-12 02:00:00"):
            self._give_back(invoice)
        self._check_february()

    def _give_back(self, invoice):
        """A third of each pump is credited, and paid back."""
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create(
            {"journal_id": invoice.journal_id.id, "date": "2031-02-10"}
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        pumps = refund.invoice_line_ids.filtered(
            lambda line: line.product_id == self.pump
        )
        (refund.invoice_line_ids - pumps).unlink()
        pumps.price_unit = 1000
        refund.action_post()
        self.assertEqual(refund.amount_total, 4600)
        self._pay(refund, payment_date="2031-02-12")

    def _check_papers(self, month, state, papers):
        """What stands on the statements of both, in each language.

        :param date month: which month
        :param dict papers: the numbers of each row by person
        """
        for person, rows in papers.items():
            statement = self._get_statement(person, month)
            self.assertEqual(statement.state, state)
            for lang in ("en_US", "zh_CN"):
                with self.subTest(person=person.name, month=month, lang=lang):
                    self.assertEqual(self._print(statement, lang), rows)

    def _check_january(self):
        self._check_papers(
            JANUARY,
            "closed",
            {
                self.salesperson: [
                    # without taxes, rate, share, what the tier adds, commission
                    ["2520.00", "5", "70", "18.00", "144.00"],
                    ["1427.80", "5", "70", "10.20", "81.59"],
                    ["4452.20", "5", "70", "31.80", "254.41"],
                    ["480.00"],
                    ["480.00"],
                ],
                self.colleague: [
                    ["1080.00", "5", "30", "54.00"],
                    ["611.91", "5", "30", "30.60"],
                    ["1908.09", "5", "30", "95.40"],
                    ["180.00"],
                    ["180.00"],
                ],
            },
        )

    def _check_february(self):
        """The month pays nothing, and January is as it was."""
        self._check_papers(
            FEBRUARY,
            "open",
            {
                self.salesperson: [
                    ["-2800.00", "5", "70", "-140.00"],
                    ["-140.00"],
                    ["0.00"],
                    ["-140.00"],
                ],
                self.colleague: [
                    ["-1200.00", "5", "30", "-60.00"],
                    ["-60.00"],
                    ["0.00"],
                    ["-60.00"],
                ],
            },
        )
        self._check_january()
        lines = self.env["sales.process.commission.line"].search([])
        self.assertEqual(round(sum(lines.mapped("amount")), 2), 460)
