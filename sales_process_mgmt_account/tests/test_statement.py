# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .test_receivable import ReceivableCommon


@tagged("post_install", "-at_install")
class TestStatement(ReceivableCommon):
    """What a customer owes, on paper, and sent by who collects it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.write({"email": "books@a.example.com", "name": "Alpha Pumps"})
        cls.usd = cls.env.ref("base.USD")
        cls.eur = cls.env.ref("base.EUR")

    def _open(self, rows, user=None):
        action = rows.with_user(user or self.salesperson).action_statement()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.salesperson)
            .browse(action["res_id"])
        )

    def _render(self, send, user=None):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(user or self.salesperson)
            ._render_qweb_html(
                "sales_process_mgmt_account.report_statement", send.line_ids.ids
            )
        )
        return html.decode()

    def test_what_is_on_the_paper(self):
        due = self._owe(10, 1000)
        later = self._owe(-5, 300)
        disputed = self._owe(40, 200)
        self._dispute(disputed)
        self._make(
            "sales.process.promise",
            due,
            amount=600,
            date_due=self.today + timedelta(days=3),
            note="On Friday, says the bookkeeper",
        )
        send = self._open(self._find(self.salesperson)[:1])
        [line] = send.line_ids
        self.assertEqual(
            (line.partner_id, line.amount, line.amount_overdue),
            (self.partner_a, 1500, 1000),
        )
        paper = line._get_paper()
        self.assertEqual(
            [item["invoice"] for item in paper["items"]], [due.name, later.name]
        )
        self.assertEqual([row["invoice"] for row in paper["disputed"]], [disputed.name])
        self.assertEqual([row["invoice"] for row in paper["promises"]], [due.name])
        self.assertEqual(
            [amount for _label, amount in paper["ages"]],
            [self.company.currency_id.format(n) for n in (300, 1000, 0, 0, 0)],
        )
        html = self._render(send)
        for text in (due.name, later.name, disputed.name, "Alpha Pumps", "Quality"):
            self.assertIn(text, html)
        # what was said is not for the customer's eyes
        self.assertNotIn("bookkeeper", html)

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.partner_a.lang = "zh_CN"
        self._owe(10, 1000)
        send = self._open(self._find(self.salesperson))
        self.assertEqual(send.line_ids.lang, "zh_CN")
        chinese = send.line_ids._get_paper()
        send.line_ids.lang = "en_US"
        english = send.line_ids._get_paper()
        self.assertEqual(chinese["as_of"], self.today.strftime("%Y/%m/%d"))
        self.assertEqual(english["as_of"], self.today.strftime("%m/%d/%Y"))
        self.assertEqual(chinese["items"][0]["days"], english["items"][0]["days"])

    def test_each_currency_is_a_statement_to_the_cent(self):
        """Rounding of the company's currency does not show on the customer's paper."""
        self.env["res.currency.rate"].search([]).unlink()
        self.eur.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.eur.id,
                "company_id": self.company.id,
                "name": "2019-01-01",
                "rate": 3.0,
            }
        )
        self._owe(10, 1000)
        foreign = self._owe(20, 100.01, currency_id=self.eur.id)
        self._register_payment(
            foreign, payment_date=self.today, amount=33.34, currency_id=self.eur.id
        )
        send = self._open(self._find(self.salesperson))
        amounts = {line.currency_id: line.amount for line in send.line_ids}
        self.assertEqual(amounts, {self.company.currency_id: 1000, self.eur: 66.67})
        self.env.flush_all()
        [(residual,)] = self.env.execute_query(
            SQL(
                """
                SELECT SUM(amount_residual_currency) FROM account_move_line
                 WHERE move_id = %s AND amount_residual_currency != 0
                """,
                foreign.id,
            )
        )
        self.assertAlmostEqual(float(residual), 66.67, 2)

    def test_money_on_account_is_taken_off(self):
        self._owe(10, 1000)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": 150,
                "date": self.today,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        send = self._open(self._find(self.salesperson))
        has_entry = bool(payment.move_id)
        self.assertEqual(send.line_ids.amount, 850 if has_entry else 1000)
        paper = send.line_ids._get_paper()
        self.assertEqual(len(paper["on_account"]), int(has_entry))

    def test_sending_is_contact(self):
        self._owe(10, 1000)
        send = self._open(self._find(self.salesperson))
        send.note = "As agreed on the telephone\n<b>soon</b>"
        send.action_send()
        self.env.flush_all()
        statement = self.env["sales.process.statement"].search(
            [("partner_id", "=", self.partner_a.id)]
        )
        self.assertEqual(
            (statement.user_id, statement.sent_by_id, statement.amount),
            (self.salesperson, self.salesperson, 1000),
        )
        [message] = statement.message_ids.filtered("attachment_ids")
        self.assertEqual(message.partner_ids, self.partner_a)
        self.assertEqual(message.author_id, self.salesperson.partner_id)
        self.assertIn("&lt;b&gt;soon", message.body)
        [followup] = self.env["sales.process.followup"].search(
            [("mail_message_id", "=", message.id)]
        )
        self.assertEqual(
            (followup.channel, followup.user_id, followup.lead_id),
            ("email", self.salesperson, self.lead),
        )
        self.assertTrue(followup.counts, followup.void_reason)
        self.assertEqual(self.ownership.date_last_contact, followup.date)
        with self._refused(UserError, "sent already"):
            send.action_send()

    def test_who_owes_has_no_timer_that_a_statement_moves(self):
        """Sending to everybody at once keeps no customer longer."""
        self._owe(10, 1000)
        self.env.flush_all()
        self.lead.action_set_won()
        self.env.flush_all()
        self.assertEqual(self.ownership.phase, "signed")
        before = self.ownership.date_deadline
        self._open(self._find(self.salesperson)).action_send()
        self.env.flush_all()
        self.assertEqual((self.ownership.date_deadline, before), (False, False))

    def test_only_who_collects_or_leads(self):
        self._owe(10, 1000)
        with self.assertRaises(AccessError):
            self._open(self._find(), self.colleague).line_ids._get_paper()
        self.assertFalse(self._find(self.colleague))
        self._open(self._find(self.leader), self.leader).action_send()
        self.assertEqual(
            self.env["sales.process.statement"].search([]).sent_by_id, self.leader
        )
        # whoever stands above the leader reads, and sends nothing
        above = self._create_person("money_above", "sales_team.group_sale_salesman")
        region = self.env["crm.team"].create(
            {"name": "Region", "user_id": above.id, "company_id": self.company.id}
        )
        self.team.process_parent_id = region
        self.env.invalidate_all()
        send = self._open(self._find(above), above)
        self.assertIn("Alpha Pumps", self._render(send, above))
        with self._refused(AccessError, "deputy or the team leader"):
            send.action_send()

    def test_a_deputy_sends_while_it_lasts(self):
        self._owe(10, 1000)
        self.assertFalse(self._find(self.colleague))
        now = self.env.cr.now()
        absence = self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson.id,
                "deputy_id": self.colleague.id,
                "date_start": now - timedelta(days=1),
                "date_end": now + timedelta(days=2),
            }
        )
        absence.sudo().write({"state": "confirmed"})
        send = self._open(self._find(self.colleague), self.colleague)
        send.action_send()
        absence.sudo().write({"date_end": now - timedelta(hours=1)})
        self.assertFalse(self._find(self.colleague))
        with self._refused(UserError, "nothing to send"):
            send.line_ids._check_sendable()

    def test_an_earlier_owner_sends_what_is_collected_alone(self):
        mine = self._owe(10, 1000)
        self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )
        self.env.flush_all()
        theirs = self._owe(5, 70)
        send = self._open(self._find(self.salesperson))
        paper = send.line_ids._get_paper()
        shown = [item["invoice"] for item in paper["items"]]
        self.assertIn(mine.name, shown)
        self.assertNotIn(theirs.name, shown)
        self.assertFalse(paper["is_whole"])
        send.action_send()
        self.assertTrue(
            self.env["sales.process.statement"]
            .with_user(self.salesperson)
            .search_count([])
        )
        # the present owner of the customer does not read what the other collects
        self.assertFalse(
            self.env["sales.process.statement"]
            .with_user(self.colleague)
            .search_count([])
        )

    def test_to_nobody_else(self):
        self._owe(10, 1000)
        stranger = self.env["res.partner"].create(
            {"name": "Elsewhere", "email": "elsewhere@example.com"}
        )
        send = self._open(self._find(self.salesperson))
        send.line_ids.recipient_id = stranger
        with self._refused(UserError, "contact of the customer only"):
            send.action_send()
        send.line_ids.recipient_id = False
        with self._refused(UserError, "e-mail address"):
            send.action_send()
        # a statement that somebody makes up says nothing
        for values in (
            {"partner_id": stranger.id},
            {"amount": 1},
            {"company_id": self.company.id},
            {"is_sent": False},
        ):
            with self._refused(AccessError):
                send.line_ids.write(values)
        with self._refused(AccessError):
            self.env["sales.process.statement.send"].with_user(self.salesperson).create(
                {
                    "line_ids": [
                        Command.create(
                            {
                                "partner_id": self.partner_a.id,
                                "company_id": self.company.id,
                                "currency_id": self.company.currency_id.id,
                            }
                        )
                    ]
                }
            )

    def test_many_at_once(self):
        other = self.env["res.partner"].create(
            {"name": "Beta", "email": "beta@example.com"}
        )
        self._create_money_lead(self.salesperson, other)
        self._owe(10, 1000)
        self._owe(10, 500, partner_id=other)
        send = self._open(self._find(self.salesperson))
        self.assertEqual(sorted(send.line_ids.mapped("amount")), [500, 1000])
        html = self._render(send)
        self.assertIn("Alpha Pumps", html)
        self.assertIn("Beta", html)
        action = send.action_print()
        self.assertEqual(action["type"], "ir.actions.report")
        other.email = False
        with self._refused(UserError, "Beta"):
            send.action_send()
        self.assertFalse(self.env["sales.process.statement"].search_count([]))
