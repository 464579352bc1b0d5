# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FEBRUARY, JANUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestLeft(CommissionCommon):
    """Who has left earns for some days by what was signed before, as the plan says."""

    def _share(self, **values):
        """The owner gives a colleague 40 % of a customer; then it signs."""
        self._renew(**values)
        self.env["sales.process.commission.split"].sudo().create(
            {
                "ownership_id": self.ownership.id,
                "user_id": self.colleague.id,
                "percent": 40,
            }
        )

    def _leave(self, user, day):
        user.sudo().write({"active": False, "process_date_left": day})

    def _both(self):
        return self._get_lines(), self._get_lines(self.colleague)

    def test_share_of_a_leaver_to_the_pool_by_setting(self):
        """On the tenth day it is earned; on the eleventh it goes on being the person's,
        is the owner's, or stays in the pool of the company, as the plan says.
        """
        for left_to, owner, colleague in (
            ("person", [(1, 30), (1, 30)], [(1, 20), (1, 20)]),
            ("owner", [(1, 30), (1, 50)], [(1, 20)]),
            ("company", [(1, 30), (1, 30)], [(1, 20), (1, 0)]),
        ):
            with self.subTest(left_to), self.env.cr.savepoint() as savepoint:
                self._share(left_to=left_to, left_days=10)
                invoices = [self._invoice(1000) for _number in range(2)]
                self._leave(self.colleague, "2019-01-01")
                self._pay(invoices[0], payment_date="2019-01-11")
                self._pay(invoices[1], payment_date="2019-01-12")
                self.assertEqual(self._both(), (owner, colleague))
                line = self._get_statement(self.colleague).line_ids[-1:]
                kept = self._get_statement(self.colleague).line_ids.filtered("is_kept")
                self.assertEqual(len(kept), int(left_to == "company"))
                self.assertTrue(line)
                savepoint.rollback()
                self.env.invalidate_all()
                self.env.registry.clear_cache()

    def test_no_days_at_all(self):
        self._share(left_to="owner", left_days=0)
        invoices = [self._invoice(1000) for _number in range(2)]
        self._leave(self.colleague, "2019-01-10")
        self._pay(invoices[0], payment_date="2019-01-10")
        self._pay(invoices[1], payment_date="2019-01-11")
        self.assertEqual(self._both(), ([(1, 30), (1, 50)], [(1, 20)]))

    def test_the_owner_has_left_too(self):
        """Never silently the colleague: what nobody is there for is the company's."""
        self._share(left_to="owner", left_days=5)
        invoice = self._invoice(1000)
        self._leave(self.salesperson, "2019-01-01")
        self._pay(invoice, payment_date="2019-01-15")
        self.assertEqual(self._both(), ([(1, 0)], [(1, 20)]))

    def test_closed_months_stay(self):
        """Who left is known late, or comes back: what was closed is what it was."""
        self._share(left_to="owner", left_days=0)
        invoice = self._invoice(1000)
        first = self._pay(invoice, payment_date="2019-01-15", amount=400)
        self._close()
        self._leave(self.colleague, "2019-01-01")
        self._pay(invoice, payment_date="2019-02-15")
        self.assertEqual(self._both(), ([(1, 12), (2, 30)], [(1, 8)]))
        # what is taken back is taken from whom it was paid to
        first.action_draft()
        self.assertEqual(
            self._both(), ([(1, 12), (2, 30), (2, -12)], [(1, 8), (2, -8)])
        )
        first.action_post()
        self._close(FEBRUARY)
        self.colleague.sudo().active = True
        self.env["sales.process.commission.ledger"]._refresh(invoices=invoice.sudo())
        self.assertEqual(self._both(), ([(1, 12), (2, 30)], [(1, 8)]))

    def test_the_day_is_written_down(self):
        """Whoever is archived has left today, on the own clock; back, it is gone."""
        person = self.colleague
        person.sudo().tz = "Asia/Shanghai"
        with self._at(datetime(2026, 3, 5, 16, 30)):
            person.sudo().active = False
            self.assertEqual(person.sudo().process_date_left, date(2026, 3, 6))
            person.sudo().active = True
            self.assertFalse(person.sudo().process_date_left)
        with self.assertRaises(AccessError):
            self.salesperson.with_user(self.salesperson).read(["process_date_left"])
        with self.assertRaises(AccessError):
            self.salesperson.with_user(self.salesperson).write(
                {"process_date_left": "2030-01-01"}
            )

    def test_kept_money_lifts_no_tier(self):
        """What the company keeps is not what the person has brought."""
        self._share(
            left_to="company",
            left_days=0,
            tier_mode="retroactive",
            tier_ids=[(0, 0, {"amount_from": 500, "percent": 200})],
        )
        invoices = [self._invoice(1000) for _number in range(2)]
        self._leave(self.colleague, "2019-01-10")
        self._pay(invoices[0], payment_date="2019-01-10")
        self._pay(invoices[1], payment_date="2019-01-11")
        self.assertEqual(self._get_lines(self.colleague), [(1, 20), (1, 0)])
        self.assertEqual(self._get_statement(day=JANUARY).amount, 120)
