# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .test_paid import PaidCommon

HOLD = "has not paid for too long"


@tagged("post_install", "-at_install")
class TestCredit(PaidCommon):
    """A quotation for a customer who has not paid: warned of, asked, released."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.leader
        cls.partner_a.name = "Alpha Pumps"
        cls.administrator = mail_new_test_user(
            cls.env,
            login="administrator_paid",
            groups="sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
        )
        cls.invoice = cls._bill(cls.partner_a, 700)

    @classmethod
    def _bill(cls, partner, amount, user=None):
        move = cls._create_invoice_one_line(
            price_unit=amount,
            tax_ids=[],
            partner_id=partner,
            invoice_date="2019-01-01",
            invoice_date_due="2019-01-02",
            invoice_payment_term_id=False,
            post=True,
        )
        if user:
            move.invoice_user_id = user
        cls.env.cr.flush()
        return move

    def _as(self, user, order=None):
        self.env.cr.flush()
        self.env.invalidate_all()
        return (order or self.order).with_user(user)

    @contextmanager
    def _refused(self, error, message=""):
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()

    def _ask(self, user=None, note="They pay on Monday, says their director"):
        order = self._as(user or self.salesperson)
        action = order.action_ask_credit()
        Question = self.env[action["res_model"]].with_user(user or self.salesperson)
        return Question.with_context(**action["context"]).create(
            {"order_id": order.id, "note": note}
        )

    def test_both_sides_of_the_limits(self):
        # By the day of who asks: elsewhere it may be another one.
        overdue = (
            self.env["sales.process.receivable"]
            .with_user(self.salesperson)
            .sudo()
            .search([("partner_id", "=", self.partner_a.id)])
            .days_overdue
        )
        for days, amount, state in (
            (overdue - 1, 699.99, "proposed"),
            (overdue - 1, 700, False),
            (overdue, 0, False),
            (30, 0, "proposed"),
        ):
            self.team.write(
                {"process_credit_days": days, "process_credit_amount": amount}
            )
            with self.subTest(days=days, amount=amount):
                order = self._as(self.salesperson)
                self.assertEqual(order.process_credit_state, state)
                self.assertEqual(bool(order.process_credit_text), bool(state))
        self.assertIn("700", self._as(self.salesperson).process_credit_text)
        self.team.process_credit_hold = "no"
        self.assertFalse(self._as(self.salesperson).process_credit_state)

    def test_disputed_and_paid_do_not_count(self):
        [row] = self.env["sales.process.receivable"].search(
            [("partner_id", "=", self.partner_a.id)]
        )
        dispute = (
            self.env["sales.process.dispute"]
            .with_user(self.salesperson)
            .create(
                {
                    "money_id": row.money_id.id,
                    "ownership_id": row.ownership_id.id,
                    "reason": "quality",
                    "note": "Two of the pumps leak",
                    "date_until": self.env["crm.team"]._get_process_today(
                        self.salesperson
                    ),
                }
            )
        )
        self.assertFalse(self._as(self.salesperson).process_credit_state)
        dispute.with_user(self.leader).action_close()
        self.assertTrue(self._as(self.salesperson).process_credit_state)
        self._register_payment(self.invoice, payment_date="2019-02-01")
        self.assertFalse(self._as(self.salesperson).process_credit_state)

    def test_a_new_quotation_warns_before_it_is_saved(self):
        with Form(self.env["sale.order"].with_user(self.salesperson)) as form:
            form.partner_id = self.partner_a
            self.assertIn("Alpha Pumps owes", form.process_credit_text)
        order = form.record
        self.assertEqual(order.process_credit_state, "proposed")

    def test_a_new_quotation_is_no_way_to_ask_of_others(self):
        """Of a colleague's customer nothing, of nobody's no amounts."""
        Order = self.env["sale.order"].with_user(self.colleague)
        draft = Order.new(
            {"partner_id": self.partner_a.id, "company_id": self.company.id}
        )
        self.assertFalse(draft.process_credit_text)
        self.assertFalse(draft.process_credit_state)
        nobodys = self.env["res.partner"].create({"name": "Nobodys Pumps"})
        self._bill(nobodys, 4321, self.salesperson)
        for user, is_shown in (
            (self.colleague, False),
            (self.salesperson, True),
            (self.administrator, True),
        ):
            draft = (
                self.env["sale.order"]
                .with_user(user)
                .new(
                    {
                        "partner_id": nobodys.id,
                        "company_id": self.company.id,
                        "team_id": self.team.id,
                    }
                )
            )
            with self.subTest(user=user.login):
                self.assertIn("Nobodys Pumps", draft.process_credit_text)
                self.assertEqual("4,321" in draft.process_credit_text, is_shown)

    def test_what_an_earlier_owner_collects_names_the_amount_alone(self):
        other = self.env["res.partner"].create({"name": "Other of the Earlier Owner"})
        self.env["crm.lead"].create(
            {
                "name": "Valves",
                "partner_id": other.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                "type": "opportunity",
            }
        )
        self._bill(other, 999)
        self.ownership._hand_over(
            {self.ownership: self.colleague}, "transfer", "transferred"
        )
        order = self._as(self.colleague)
        self.assertIn("700", order.process_credit_text)
        self.assertNotIn("Earlier Owner", order.process_credit_text)
        self.assertNotIn("999", order.process_credit_text)

    def test_a_warning_refuses_nothing(self):
        order = self._as(self.salesperson)
        self.assertEqual(order.process_credit_state, "proposed")
        order.action_quotation_send()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self._as(self.salesperson).process_credit_state)

    def test_refused_until_released(self):
        self.team.process_credit_hold = "refuse"
        order = self._as(self.salesperson)
        for act in (
            order.action_quotation_send,
            order.action_confirm,
            order.action_quotation_sent,
            lambda: order.write({"state": "sale"}),
            lambda: order.write({"state": "sent"}),
            lambda: order.copy({"state": "sale"}),
            lambda: order.with_context(mark_so_as_sent=True).message_post(
                body="Here it is", message_type="comment", subtype_xmlid="mail.mt_note"
            ),
        ):
            with self._refused(UserError, HOLD):
                act()
        question = self._ask()
        self.assertEqual(self._as(self.salesperson).process_credit_state, "asked")
        self.assertEqual(
            (question.amount, question.team_id, question.seller_id),
            (700, self.team, self.salesperson),
        )
        self.assertEqual(question.sudo().activity_ids.user_id, self.leader)
        with self._refused(UserError, HOLD):
            self._as(self.salesperson).action_confirm()
        answered = question.with_user(self.leader)
        with self._refused(UserError, "reason"):
            answered.action_release()
        answered.answer = "The director has called me"
        answered.action_release()
        self.assertFalse(question.sudo().activity_ids)
        self.assertRecordValues(
            question, [{"state": "released", "decided_by_id": self.leader.id}]
        )
        self.assertEqual(self._as(self.salesperson).process_credit_state, "released")
        # what is larger than what was asked is another question
        self.order.order_line.price_unit = 1000.01
        with self._refused(UserError, HOLD):
            self._as(self.salesperson).action_confirm()
        # what waits for an answer stands first
        again = self._ask(note="They have ordered one more")
        self.assertEqual(again.search([("order_id", "=", order.id)]).ids[0], again.id)
        self.order.order_line.price_unit = 1000
        self._as(self.salesperson).action_confirm()
        self.assertEqual(self.order.state, "sale")

    def test_what_was_released_is_not_made_larger_afterwards(self):
        self.team.process_credit_hold = "refuse"
        question = self._ask()
        question.with_user(self.leader).answer = "For this one"
        question.with_user(self.leader).action_release()
        self._as(self.salesperson).action_confirm()
        order = self._as(self.salesperson)
        for act in (
            lambda: order.order_line.write({"price_unit": 2000}),
            lambda: order.write(
                {
                    "order_line": [
                        fields.Command.create(
                            {"product_id": self.product_a.id, "price_unit": 1}
                        )
                    ]
                }
            ),
        ):
            with self._refused(UserError, HOLD):
                act()
                self.env.flush_all()
        order.order_line.write({"price_unit": 900})
        self.env.flush_all()

    def test_the_customer_is_not_exchanged_after_the_order(self):
        self.team.process_credit_hold = "refuse"
        other = self.env["res.partner"].create({"name": "Paid Everything"})
        order = (
            self.env["sale.order"]
            .with_user(self.salesperson)
            .create(
                {
                    "partner_id": other.id,
                    "company_id": self.company.id,
                    "order_line": [
                        fields.Command.create({"product_id": self.product_a.id})
                    ],
                }
            )
        )
        order.action_confirm()
        with self._refused(UserError, HOLD):
            order.partner_id = self.partner_a

    def test_a_team_without_holds_is_no_way_out(self):
        """Of nobody's customer the team of who sells counts, too."""
        free = self.env["crm.team"].create(
            {
                "name": "Free",
                "company_id": self.company.id,
                "process_mode": "enforce",
                "process_credit_hold": "no",
            }
        )
        nobodys = self.env["res.partner"].create({"name": "Nobodys Pumps"})
        self._bill(nobodys, 4321)
        order = self.order.copy(
            {
                "partner_id": nobodys.id,
                "opportunity_id": False,
                "user_id": self.salesperson.id,
            }
        )
        order.team_id = free
        self.assertTrue(self._as(self.salesperson, order).process_credit_state)

    def test_asking_is_no_way_to_learn(self):
        reader = mail_new_test_user(
            self.env,
            login="reader_paid",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        self.assertFalse(self._as(reader).process_credit_text)
        with self._refused(UserError, "no credit hold"):
            self._ask(reader)
        nobodys = self.env["res.partner"].create({"name": "Nobodys Pumps"})
        self._bill(nobodys, 4321, self.salesperson)
        order = self.order.copy(
            {
                "partner_id": nobodys.id,
                "opportunity_id": False,
                "user_id": self.colleague.id,
                "team_id": self.team.id,
            }
        )
        question = (
            self.env["sales.process.credit.question"]
            .with_user(self.colleague)
            .create({"order_id": order.id, "note": "A new customer of mine"})
        )
        self.assertEqual((question.amount, question.days), (0, 0))
        self.assertNotIn("4,321", question.sudo().activity_ids.summary)
        self.assertIn("4,321", self._as(self.administrator, order).process_credit_text)

    def test_a_hold_that_is_kept(self):
        self.team.process_credit_hold = "refuse"
        question = self._ask()
        answered = question.with_user(self.leader)
        answered.answer = "Not before they pay"
        answered.action_keep()
        self.assertEqual(self._as(self.salesperson).process_credit_state, "kept")
        with self._refused(UserError, HOLD):
            self._as(self.salesperson).action_confirm()
        with self._refused(UserError, "answered already"):
            answered.action_release()
        with self._refused(UserError, "answered already"):
            answered.answer = "I have changed my mind"
        # but one may ask again
        self._ask(note="They have paid half of it")
        with self._refused(UserError, "asked already"):
            self._ask(note="And again")

    def test_nobody_releases_the_own_quotation(self):
        question = self._ask()
        for values in (
            {"state": "released"},
            {"amount": 0},
            {"order_amount": 10**9},
            {"team_id": False},
            {"user_id": self.colleague.id},
        ):
            with self._refused(AccessError):
                question.write(values)
        with self._refused(AccessError):
            question.write({"answer": "Yes, of course"})
        with self._refused(AccessError):
            question.action_release()
        with self._refused(AccessError):
            self._as(self.colleague, question).action_release()
        for values in ({"answer": "Yes"}, {"state": "released"}):
            with self._refused(AccessError):
                self.env["sales.process.credit.question"].with_user(
                    self.salesperson
                ).create({"order_id": self.order.id, "note": "They pay", **values})
        # the leader who sells it asks whoever stands above
        self.ownership._hand_over(
            {self.ownership: self.leader}, "transfer", "transferred"
        )
        question.sudo().unlink()
        mine = self._ask(self.leader)
        with self._refused(AccessError, "own matter"):
            mine.write({"answer": "Good customer"})
        mine = mine.with_user(self.administrator)
        mine.answer = "Good customer"
        mine.action_release()
        self.assertEqual(mine.state, "released")

    def test_who_leads_the_region_reads_who_answers(self):
        """It is not her own matter: the leader of the team answers, and is named."""
        above = mail_new_test_user(
            self.env,
            login="region_paid",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
        )
        self.team.process_parent_id = self.env["crm.team"].create(
            {
                "name": "Region",
                "process_mode": "off",
                "user_id": above.id,
                "company_id": self.company.id,
            }
        )
        question = self._ask().with_user(above)
        self.assertFalse(question.can_decide)
        with self._refused(AccessError, "You do not decide this: ask leader_paid"):
            question.answer = "They will pay"
        with self._refused(AccessError, "You do not decide this: ask leader_paid"):
            question.action_release()
        # where the leader sells it, it is hers
        self.ownership._hand_over(
            {self.ownership: self.leader}, "transfer", "transferred"
        )
        question.sudo().unlink()
        question = self._ask(self.leader).with_user(above)
        question.answer = "They will pay"
        question.action_release()
        self.assertEqual(question.state, "released")

    def test_nothing_to_ask(self):
        other = self.env["res.partner"].create({"name": "Paid Everything"})
        order = self.order.with_user(self.salesperson).copy({"partner_id": other.id})
        with self._refused(UserError, "no credit hold"):
            self.env["sales.process.credit.question"].with_user(
                self.salesperson
            ).create({"order_id": order.id, "note": "Please"})
        with self._refused(UserError, "Write something"):
            self._ask(note=" ")
        with self._refused(AccessError):
            self.env["sales.process.credit.question"].with_user(self.colleague).create(
                {"order_id": self.order.id, "note": "How much do they owe?"}
            )

    def test_a_customer_who_signs_online_is_not_refused(self):
        self.team.process_credit_hold = "refuse"
        portal = mail_new_test_user(
            self.env, login="portal_paid", groups="base.group_portal"
        )
        self.order.with_user(portal).sudo().action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.env.flush_all()
        told = self.env["mail.message"].sudo()
        told = told.search([("partner_ids", "in", self.leader.partner_id.ids)])
        waiting = self.env["sales.process.notice.line"].sudo()
        waiting = waiting.search([("user_id", "=", self.leader.id)])
        subjects = [*told.mapped("subject"), *waiting.mapped("subject")]
        self.assertEqual(subjects.count("Ordered in spite of a credit hold"), 1)

    def test_one_of_us_does_not_sign_for_the_customer(self):
        """Refused on the customer's page, too; the leader learns of it, once."""
        self.team.process_credit_hold = "refuse"
        kept = []
        with patch(
            "odoo.addons.sales_process_mgmt_sale.models.sale_order_credit."
            "work_after_rollback",
            lambda _env, work: kept.append(work),
        ):
            for _attempt in range(2):
                with self._refused(UserError, "has not paid for too long"):
                    self._as(self.salesperson).sudo()._validate_order()
                self.assertEqual(self.order.state, "draft")
            self.assertEqual(len(kept), 2)
            # who confirms on the screen reads what to do, and asks
            with self._refused(UserError, "has not paid for too long"):
                self._as(self.salesperson).action_confirm()
            self.assertEqual(len(kept), 2)
        for work in kept:
            work(self.env(user=SUPERUSER_ID))
            self.env.flush_all()
        told = self.env["mail.message"].sudo()
        told = told.search([("partner_ids", "in", self.leader.partner_id.ids)])
        waiting = self.env["sales.process.notice.line"].sudo()
        waiting = waiting.search([("user_id", "=", self.leader.id)])
        subjects = [*told.mapped("subject"), *waiting.mapped("subject")]
        self.assertEqual(subjects.count("Not signed because of a credit hold"), 1)

    def test_teams_that_are_off_ask_nothing(self):
        Team = self.env["crm.team"].sudo().with_context(active_test=False)
        Team.search([]).process_mode = "off"
        self.env.flush_all()
        self.env["crm.team"]._get_active_process_ids()
        order = self._as(self.salesperson)
        order.mapped("state")
        with self.assertQueryCount(0):
            self.assertFalse(order.process_credit_state)

    def test_nobody_answers_while_asking(self):
        """Neither by a value, nor by a default of the context or of one's own."""
        self.team.process_credit_hold = "refuse"
        order = self._as(self.salesperson)
        Question = self.env[order.action_ask_credit()["res_model"]]
        mine = Question.with_user(self.salesperson)
        values = {"order_id": order.id, "note": "They pay on Monday"}
        with self._refused(AccessError, "leave it out"):
            mine.create({**values, "answer": "Released"})
        self.env["ir.default"].with_user(self.salesperson).set(
            Question._name, "answer", "Released", user_id=True
        )
        self.assertFalse(mine.default_get(["answer"]).get("answer"))
        question = mine.with_context(default_answer="Released").create(values)
        self.assertFalse(question.answer)
