# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt_commission.tests.common import (
    FEBRUARY,
    MARCH,
)

from .common import FactorCommon


@tagged("post_install", "-at_install")
class TestFactor(FactorCommon):
    """A closed scorecard multiplies the commission of its month."""

    def test_open_month(self):
        """It counts as soon as it is closed, for what has come and what comes."""
        self._pay(self._invoice(1000), payment_date="2019-01-05")
        self.assertEqual(self._get_lines(), [(1, 50)])
        card = self._judge(1.2)
        self.assertEqual(self._get_lines(), [(1, 60)])
        self._pay(self._invoice(500), payment_date="2019-01-06")
        self.assertEqual(self._get_lines(), [(1, 60), (1, 30)])
        statement = self._get_statement()
        self.assertEqual(
            (statement.amount, statement.amount_due, statement.scorecard_factor),
            (90, 90, 1.2),
        )
        self.assertEqual(statement.scorecard_id, card)
        # another month is another scorecard
        self._pay(self._invoice(100), payment_date="2019-02-01")
        self.assertEqual(self._get_lines()[-1], (2, 5))

    def test_only_closed_ones(self):
        """A draft and a discussed one say nothing yet."""
        self._create_card(2)
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 50)])
        self.assertFalse(self._get_statement().scorecard_id)

    def test_of_whom_and_where(self):
        """Not the colleague's, and not that of another company."""
        self._judge(2, user=self.colleague)
        other = self.env["res.company"].sudo().create({"name": "Branch"})
        self.salesperson.sudo().company_ids += other
        self.administrator.sudo().company_ids += other
        card = self._create_card(3, company_id=other.id)
        self._close_card(card)
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 50)])

    def test_nothing_at_all(self):
        """A coefficient of zero leaves nothing, and the lines say so."""
        self._judge(0)
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 0)])
        line = self._get_statement().line_ids
        self.assertEqual((line.amount_plain, line.amount_adjusted), (50, -50))

    def test_a_plan_that_does_not_ask(self):
        self._renew(is_by_scorecard=False)
        self._judge(1.5)
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 50)])
        self._close()
        self._judge(2)
        self.assertEqual(self._get_lines(), [(1, 50)])

    def test_limit_comes_last(self):
        """The limit of a month holds whatever the scorecard says."""
        self._renew(cap=55)
        self._judge(1.2)
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 55)])
        self._close()
        # 45 instead of the 55 that were paid
        self._judge(0.9)
        self.assertEqual(self._get_lines(), [(1, 55), (2, -10)])

    def test_tiers_come_first(self):
        self._renew(
            tier_mode="retroactive",
            tier_ids=[(0, 0, {"amount_from": 500, "percent": 150})],
        )
        self._judge(1.1)
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [(1, 82.5)])

    def test_fixed_with_the_month(self):
        """What is opened anew changes no closed month: a line of the next one."""
        self._pay(self._invoice(1000))
        first = self._judge(1.2)
        self._close()
        january = self._get_statement()
        again = self._judge(0.9)
        self.assertEqual(self._get_lines(), [(1, 60), (2, -15)])
        january.invalidate_recordset()
        self.assertEqual((january.amount, january.scorecard_id), (60, first))
        line = self._get_statement(day=FEBRUARY).line_ids
        self.assertEqual(
            (line.kind, line.scorecard_id, line.amount_plain, line.amount_adjusted),
            ("scorecard", again, 0, -15),
        )
        self.assertEqual(line.agreement_id, january.line_ids.agreement_id)
        # once more while February is open: the line is another one, not one more
        self._judge(1.3)
        self.assertEqual(self._get_lines(), [(1, 60), (2, 5)])
        # as it was: there is nothing to correct
        self._judge(1.2)
        self.assertEqual(self._get_lines(), [(1, 60)])
        self._judge(1.3)
        self._close(FEBRUARY)
        self._judge(1)
        self.assertEqual(self._get_lines(), [(1, 60), (2, 5), (3, -15)])

    def test_closed_after_the_month(self):
        """The month is closed without it; later it is a line of the first open one."""
        self._pay(self._invoice(1000))
        self._close()
        self._judge(1.2)
        self.assertEqual(self._get_lines(), [(1, 50), (2, 10)])
        self.assertFalse(self._get_statement().scorecard_id)
        february = self._get_statement(day=FEBRUARY)
        self.assertEqual((february.amount, february.line_count), (10, 1))

    def test_opened_anew_counts_until_the_new_one_is_closed(self):
        self._pay(self._invoice(1000))
        card = self._judge(1.2)
        card.with_user(self.administrator).action_reopen()
        self._pay(self._invoice(500), payment_date="2019-01-06")
        self.assertEqual(self._get_lines(), [(1, 60), (1, 30)])

    def test_money_that_goes_takes_it_along(self):
        """Whatever the scorecards said: of money that is gone nothing is left."""
        payment = self._pay(self._invoice(1000))
        self._judge(1.2)
        self._close()
        self._judge(1.4)
        self.assertEqual(self._get_lines(), [(1, 60), (2, 10)])
        payment.action_draft()
        self.assertEqual(self._get_lines(), [(1, 60), (2, -60)])
        payment.action_post()
        self.assertEqual(sorted(self._get_lines()), [(1, 60), (2, 10)])
        self._close(FEBRUARY)
        payment.action_draft()
        self.assertEqual(sorted(self._get_lines()), [(1, 60), (2, 10), (3, -70)])
        # and what is judged later is judged of nothing
        self._close(MARCH)
        self._judge(2)
        self.assertEqual(sum(amount for _month, amount in self._get_lines()), 0)

    def test_disputed_correction(self):
        """A disputed line stays to be answered, though it is nothing now."""
        self._pay(self._invoice(1000))
        self._judge(1.2)
        self._close()
        self._judge(1.1)
        line = self._get_statement(day=FEBRUARY).line_ids
        self.env["sales.process.commission.dispute"].with_user(self.salesperson).create(
            {"line_id": line.id, "note": "The scorecard is wrong"}
        )
        self._judge(1.2)
        self.assertEqual(self._get_lines(), [(1, 60), (2, 0)])
        self.assertTrue(line.exists())

    def test_who(self):
        """The leader closes the scorecard, reads the own team's, nobody else's."""
        self._pay(self._invoice(1000))
        self._close_card(self._create_card(1.2), self.leader)
        self.assertEqual(self._get_lines(), [(1, 60)])
        statement = self._get_statement()
        mine = statement.with_user(self.salesperson)
        self.assertEqual(mine.scorecard_factor, 1.2)
        with self.assertRaises(AccessError):
            statement.with_user(self.colleague).read(["scorecard_factor"])
        with self.assertRaises(AccessError):
            mine.write({"scorecard_id": False})
        report = self.env.ref(
            "sales_process_mgmt_commission.action_report_commission_statement"
        ).with_user(self.salesperson)
        page, _kind = report._render_qweb_html(report.report_name, statement.ids)
        self.assertIn(b"1.2000", page)
        self.assertIn(b"Tiers, Scorecard and Limit", page)

    def test_costs_nothing_where_no_plan_asks(self):
        self._renew(is_by_scorecard=False)
        card = self._create_card(1.2)
        ledger = self.env["sales.process.commission.ledger"]
        ledger._get_scorecard_companies()
        card.read(["state", "company_id"])
        with self.assertQueryCount(0):
            ledger._apply_scorecards(card)
