# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tools import files

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestFiles(BaseCase):
    """What a spreadsheet opens is text where it is text."""

    ROWS = [["Name", "Amount"], ["=1+1", -2.5], ["王芳", 0], ["-x", 1]]

    def test_csv(self):
        content = files.write_csv(self.ROWS)
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        self.assertEqual(
            rows, [["Name", "Amount"], ["'=1+1", "-2.5"], ["王芳", "0"], ["'-x", "1"]]
        )

    def test_xlsx(self):
        content = files.write_xlsx(self.ROWS)
        self.assertTrue(content.startswith(b"PK"))
        self.assertNotIn(b"<f>", content)


@tagged("post_install", "-at_install")
class TestAgreed(CommissionCommon):
    """Shares that people agree, lines that they dispute, and what the payroll gets."""

    # ------------------------------------------------------------
    # AGREED SHARES
    # ------------------------------------------------------------

    def _give(self, user, percent, by=None, to=None):
        return (
            self.env["sales.process.commission.split"]
            .with_user(by or self.salesperson)
            .create(
                {
                    "ownership_id": self.ownership.id,
                    "user_id": (to or user).id,
                    "percent": percent,
                }
            )
        )

    def test_agreed_shares(self):
        """They hold for what is signed from then on, and what was signed keeps its."""
        before = self._invoice(1000)
        self._give(self.colleague, 30)
        after = self._invoice(1000)
        split = self.env["sales.process.commission.split"].search([])
        split.with_user(self.salesperson).percent = 90
        self._pay(before)
        self.assertEqual(self._get_lines(self.colleague), [])
        self._pay(after)
        self.assertEqual(self._get_lines(), [(1, 50), (1, 35)])
        self.assertEqual(self._get_lines(self.colleague), [(1, 15)])
        self.assertIn(self.colleague.name, split.display_name)
        action = self.ownership.with_user(self.salesperson).action_commission_splits()
        self.assertEqual(action["domain"], [("ownership_id", "=", self.ownership.id)])

    def test_before_the_plan(self):
        """What was agreed goes before the shares of the plan; never above 100 %."""
        self._renew(helper_percent=50)
        self.ownership.sudo().collaborator_ids = self.colleague | self.bookkeeper
        self._give(self.colleague, 80)
        self._pay(self._invoice(1000))
        shares = self.env["sales.process.commission.share"].search([])
        self.assertEqual(
            {share.user_id: (share.role, share.percent) for share in shares},
            {self.colleague: ("agreed", 80), self.bookkeeper: ("helper", 20)},
        )

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_who_may_give(self):
        """The owner, or the leader who gains nothing by it; nobody takes."""
        for by, to in (
            (self.colleague, self.colleague),
            (self.colleague, self.bookkeeper),
            (self.leader, self.leader),
        ):
            with self.assertRaises(AccessError):
                self._give(to, 10, by=by)
        split = self._give(self.colleague, 10, by=self.leader)
        for attack in (
            lambda: split.with_user(self.colleague).write({"percent": 50}),
            lambda: split.with_user(self.colleague).unlink(),
        ):
            with self.assertRaises(AccessError):
                attack()
        for percent, to in ((10, self.salesperson), (95, self.bookkeeper)):
            with self.assertRaises(ValidationError):
                self._give(to, percent)
        with self.assertRaises(ValidationError):
            self._give(
                self._create_person(
                    "commission_far",
                    "sales_team.group_sale_salesman",
                    self._create_company(name="Far Company"),
                ),
                5,
            )
        for percent in (-5, 101):
            with (
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._give(self.bookkeeper, percent)
        self.assertEqual(split.with_user(self.colleague).percent, 10)
        split.with_user(self.salesperson).unlink()

    # ------------------------------------------------------------
    # DISPUTES
    # ------------------------------------------------------------

    def _dispute(self, user=None, **values):
        line = self.env["sales.process.commission.line"].search([], limit=1)
        action = line.with_user(user or self.salesperson).action_dispute()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.salesperson)
            .with_context(**action["context"])
            .create({"note": "The rate should be 6 %", **values})
        )

    def test_granted(self):
        """What is granted is a line of the first open month; the closed one stays."""
        self._pay(self._invoice(1000))
        self._close()
        dispute = self._dispute()
        today = self._today(self.salesperson)
        self.assertEqual((dispute.state, dispute.user_id), ("open", self.salesperson))
        self.assertEqual(
            (dispute.date_open, (dispute.date_due - today).days), (today, 7)
        )
        told = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", dispute._name), ("res_id", "=", dispute.id)])
        )
        self.assertTrue(told)
        answered = dispute.with_user(self.administrator)
        self.assertTrue(answered.can_answer)
        with self.assertRaises(UserError):
            answered.action_grant()
        answered.answer = "You are right"
        with self.assertRaises(UserError):
            answered.action_grant()
        answered.amount_granted = 10
        answered.action_grant()
        self.assertEqual(self._get_lines(), [(1, 50), (2, 10)])
        self.assertEqual(answered.answered_by_id, self.administrator)
        self.assertIn(self.salesperson.name, dispute.display_name)
        # what the ledger does later leaves it alone
        self._pay(self._invoice(100), payment_date="2019-02-03")
        self.assertEqual(self._get_lines(), [(1, 50), (2, 10), (2, 5)])
        with self.assertRaises(UserError):
            answered.action_refuse()
        with self.assertRaises(UserError):
            self.env["sales.process.commission.line"].search(
                [("kind", "=", "granted")]
            ).with_user(self.salesperson)._check_may_dispute(today)

    def test_granted_once(self):
        """A row that stands twice in a request is not granted twice."""
        self._pay(self._invoice(1000))
        dispute = self._dispute().with_user(self.administrator)
        dispute.write({"answer": "You are right", "amount_granted": 10})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            dispute.browse([dispute.id, dispute.id]).action_grant()
        self.assertEqual(self._get_lines(), [(1, 50)])
        dispute.action_grant()
        self.assertEqual(self._get_lines(), [(1, 50), (1, 10)])

    def test_refused(self):
        self._pay(self._invoice(1000))
        dispute = self._dispute()
        answered = dispute.with_user(self.administrator)
        answered.write({"answer": "The order was signed before", "amount_granted": 5})
        answered.action_refuse()
        self.assertEqual((dispute.state, dispute.amount_granted), ("refused", 0))
        self.assertEqual(self._get_lines(), [(1, 50)])
        # the line may be disputed once more
        self.assertEqual(self._dispute().state, "open")

    @mute_logger("odoo.sql_db", "odoo.addons.base.models.ir_rule")
    def test_who_may_dispute_and_answer(self):
        self._pay(self._invoice(1000))
        for user in (self.leader, self.administrator):
            with self.assertRaises(AccessError):
                self._dispute(user)
        # whoever does not read the line does not learn that it is there
        with self.assertRaisesRegex(UserError, "Choose the line"):
            self._dispute(self.colleague)
        with self.assertRaises(AccessError):
            self._dispute(
                self.colleague,
                line_id=self.env["sales.process.commission.line"].search([]).id,
            )
        with self.assertRaises(AccessError):
            self._dispute(amount_granted=1000, answer="Yes")
        dispute = self._dispute()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._dispute()
        for user in (self.salesperson, self.leader, self.colleague):
            for attack in (
                lambda row: row.write({"answer": "Yes", "amount_granted": 9}),
                lambda row: row.action_grant(),
                lambda row: row.action_refuse(),
            ):
                with self.assertRaises(AccessError):
                    attack(dispute.with_user(user))
        self.assertFalse(dispute.with_user(self.leader).can_answer)
        # an administrator does not answer the own one
        self.salesperson.group_ids |= self.env.ref("sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            dispute.with_user(self.salesperson).write({"answer": "Yes"})
        with self.assertRaises(AccessError):
            dispute.with_user(self.salesperson).action_grant()

    def test_too_late(self):
        self._pay(self._invoice(1000))
        month = self._close()
        closed = self.env.cr.now().replace(year=2020)
        month.sudo().date_closed = closed
        with self.assertRaisesRegex(UserError, "30"):
            self._dispute()

    # ------------------------------------------------------------
    # FOR THE PAYROLL
    # ------------------------------------------------------------

    def test_export(self):
        """A closed month with its number, for administrators."""
        self._pay(self._invoice(1000))
        month = self._get_month()
        with self.assertRaises(UserError):
            month.with_user(self.administrator).action_export_csv()
        self._close()
        mine = month.with_user(self.administrator)
        for action, kind in (
            (mine.action_export_csv(), "csv"),
            (mine.action_export_xlsx(), "xlsx"),
        ):
            self.assertEqual(action["type"], "ir.actions.act_url")
            self.assertTrue(action["url"].endswith(f"/{month.id}/{kind}"))
        name, content = mine._export("csv")
        self.assertEqual(name, f"COM-2019-01-{self.company.id}.csv")
        titles, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        found = dict(zip(titles, row, strict=True))
        self.assertEqual(
            (found["Reference Number"], found["Login"], found["To Pay"]),
            (month.number, self.salesperson.login, "50.0"),
        )
        for user in (self.salesperson, self.leader):
            for attack in (
                lambda row: row.action_export_csv(),
                lambda row: row.action_export_xlsx(),
                lambda row: row._export("csv"),
            ):
                with self.assertRaises(AccessError):
                    attack(month.with_user(user))
