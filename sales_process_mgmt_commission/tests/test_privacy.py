# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCommon

MODELS = (
    "sales.process.commission.statement",
    "sales.process.commission.line",
    "sales.process.commission.share",
    "sales.process.commission.agreement",
)
QUIET = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")


@tagged("post_install", "-at_install")
class TestPrivacy(CommissionCommon):
    """What somebody earns is read by themselves, the leader and administrators."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payment = cls._pay(cls, cls._invoice(cls, 1000))
        cls.env.cr.flush()
        cls.records = {
            model: cls.env[model].search([("company_id", "=", cls.company.id)])
            for model in MODELS
        }
        cls.statement, cls.line = (cls.records[model] for model in MODELS[:2])
        cls.readers = (cls.salesperson, cls.leader, cls.administrator)
        # helps with the customer and reads it, but not what its owner earns
        cls.ownership.sudo().collaborator_ids = cls.colleague

    def test_records_are_there(self):
        for model, records in self.records.items():
            self.assertEqual(len(records), 1, model)

    @mute_logger(*QUIET)
    def test_read(self):
        for model, records in self.records.items():
            for user in self.readers:
                self.assertTrue(records.with_user(user).read(["display_name"]))
            for user in (self.colleague, self.bookkeeper):
                with (
                    self.subTest(model=model, user=user.login),
                    self.assertRaises(AccessError),
                ):
                    records.with_user(user).read(["display_name"])

    @mute_logger(*QUIET)
    def test_search(self):
        """Neither found nor counted, by no field."""
        for model in MODELS:
            mine = self.env[model].with_user(self.colleague)
            self.assertEqual(mine.search([]).ids, [])
            self.assertEqual(mine.search_count([("user_id", "!=", False)]), 0)
            self.assertEqual(mine.name_search(""), [])

    @mute_logger(*QUIET)
    def test_export(self):
        self.colleague.group_ids |= self.env.ref("base.group_allow_export")
        statement = self.statement.with_user(self.colleague)
        with self.assertRaises(AccessError):
            statement.export_data(["amount"])
        with self.assertRaises(AccessError):
            self.line.with_user(self.colleague).export_data(["amount"])

    def test_group_sums(self):
        """Sums of groups are sums of what one may read, also through other models."""
        for model in MODELS[:2]:
            rows = self.env[model].with_user(self.colleague)
            found = rows.formatted_read_group([], ["user_id"], ["amount:sum"])
            self.assertEqual(found, [])
            [row] = rows.formatted_read_group([], [], ["amount:sum", "__count"])
            self.assertEqual((row["amount:sum"], row["__count"]), (False, 0))
            [row] = rows.with_user(self.leader).formatted_read_group(
                [], [], ["amount:sum"]
            )
            self.assertEqual(row["amount:sum"], 50)

    def test_no_way_from_what_others_read(self):
        """No model that colleagues read leads to commissions."""
        for name in (
            "sales.process.ownership",
            "sales.process.money",
            "sale.order",
            "account.move",
            "crm.lead",
            "res.users",
            "crm.team",
        ):
            for field in self.env[name]._fields.values():
                if field.relational:
                    self.assertNotIn("commission", field.comodel_name, field)

    @mute_logger(*QUIET)
    def test_order_by(self):
        """What one reads is not sorted or filtered by what one does not read."""
        lines = self.env["sales.process.commission.line"].with_user(self.colleague)
        for domain in (
            [("statement_id.amount", ">", 10)],
            [("agreement_id.percent", ">", 1)],
            [("statement_id", "any", [("amount_due", ">", 1)])],
        ):
            self.assertEqual(lines.search_count(domain), 0)

    @mute_logger(*QUIET)
    def test_chatter(self):
        """What is written about a statement is read by its readers."""
        message = self.statement.with_user(self.salesperson).message_post(
            body="Where is the payment of Monday?"
        )
        message.flush_recordset()
        messages = self.env["mail.message"].with_user(self.colleague)
        found = messages.search(
            [("model", "=", self.statement._name), ("res_id", "=", self.statement.id)]
        )
        self.assertEqual(found.ids, [])
        with self.assertRaises(AccessError):
            message.with_user(self.colleague).read(["body"])
        self.assertFalse(
            self.statement.with_user(self.colleague).message_subscribe(
                self.colleague.partner_id.ids
            )
        )
        with self.assertRaises(AccessError):
            self.statement.with_user(self.colleague).message_post(body="And mine?")
        self.assertNotIn(
            self.colleague.partner_id, self.statement.message_follower_ids.partner_id
        )

    @mute_logger(*QUIET)
    def test_pdf(self):
        report = "sales_process_mgmt_commission.report_commission_statement"
        Report = self.env["ir.actions.report"]
        for user in self.readers:
            html, _kind = Report.with_user(user)._render_qweb_html(
                report, self.statement.ids
            )
            self.assertIn(self.payment.name.encode(), html)
        for user in (self.colleague, self.bookkeeper):
            with self.assertRaises(AccessError):
                Report.with_user(user)._render_qweb_html(report, self.statement.ids)

    def test_month_is_for_administrators(self):
        """What all earn together is not a leader's to read either."""
        month = self.statement.month_id
        self.assertEqual(month.with_user(self.administrator).amount_due, 50)
        for user in (self.salesperson, self.leader):
            with self.assertRaises(AccessError):
                month.with_user(user).read(["amount_due"])
        # nor does a statement open it
        self.statement.with_user(self.salesperson).read()

    def test_other_team(self):
        """A leader of another team reads nothing; neither does a former colleague."""
        other = self._create_person(
            "commission_other", "sales_team.group_sale_salesman"
        )
        self._create_money_team(self.company, other, self.colleague)
        for model in MODELS:
            self.assertEqual(self.env[model].with_user(other).search([]).ids, [])

    def test_all_documents(self):
        """Who reads all documents reads no commission of others."""
        self.colleague.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        for model in MODELS:
            found = self.env[model].with_user(self.colleague).search([])
            self.assertEqual(found.ids, [], model)

    def test_nobody_writes(self):
        for model, records in self.records.items():
            for user in (*self.readers, self.colleague):
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        records.with_user(user).has_access(operation), model
                    )
