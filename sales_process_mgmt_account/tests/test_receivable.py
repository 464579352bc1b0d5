# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from contextlib import contextmanager
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import MoneyCommon

LIMITS = (
    (0, "0_not_due"),
    (1, "1_until_30"),
    (30, "1_until_30"),
    (31, "2_until_60"),
    (60, "2_until_60"),
    (61, "3_until_90"),
    (90, "3_until_90"),
    (91, "4_older"),
)


class ReceivableCommon(MoneyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._create_person(
            "money_administrator", "sales_team.group_sale_manager"
        )
        cls.today = cls._today(cls.salesperson)

    def _owe(self, days, amount=1000, **values):
        """An invoice that is due for so many days."""
        due = self.today - timedelta(days=days)
        return self._invoice(
            amount,
            **{
                "invoice_date": due - timedelta(days=1),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                **values,
            },
        )

    def _find(self, user=None, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["sales.process.receivable"].with_user(
            user or self.administrator
        )
        return rows.search(
            [
                ("company_id", "=", self.company.id),
                *((name, "=", value) for name, value in values.items()),
            ]
        )

    def _make(self, model, invoice, user=None, **values):
        """What the button of the list opens, filled in and saved."""
        [row] = self._find(user or self.salesperson, invoice=invoice.name)
        button = f"action_{model.rsplit('.', 1)[-1]}"
        action = getattr(row, button)()
        self.assertEqual(action["res_model"], model)
        Model = self.env[model].with_user(user or self.salesperson)
        Model = Model.with_context(**action["context"])
        defaults = Model.default_get(list(Model._fields))
        wanted = ("chase_id", "money_id", "ownership_id", "amount", "channel")
        return Model.create(
            {
                **{name: defaults[name] for name in wanted if name in defaults},
                **values,
            }
        )

    @contextmanager
    def _refused(self, error, message=""):
        """What is refused, is refused as a whole."""
        with self.assertRaisesRegex(error, message), self.cr.savepoint():
            yield
        self.env.invalidate_all()

    def _dispute(self, invoice, user=None, days=10, **values):
        return self._make(
            "sales.process.dispute",
            invoice,
            user,
            **{
                "reason": "quality",
                "note": "Two of the pumps leak",
                "date_until": self.today + timedelta(days=days),
                **values,
            },
        )

    def _promise(self, invoice, amount=1000, days=5, user=None, **values):
        return self._make(
            "sales.process.promise",
            invoice,
            user,
            **{
                "amount": amount,
                "note": "Their cashier transfers it on Friday",
                "date_due": self.today + timedelta(days=days),
                **values,
            },
        )


@tagged("post_install", "-at_install")
class TestReceivable(ReceivableCommon):
    """What customers owe, by age: what it says, and who reads it."""

    def test_ages(self):
        for days, age in LIMITS:
            invoice = self._owe(days)
            row = self._find(self.salesperson, invoice=invoice.name)
            with self.subTest(days=days):
                self.assertRecordValues(
                    row,
                    [
                        {
                            "age": age,
                            "bucket": age,
                            "days_overdue": days,
                            "amount": 1000,
                            "amount_currency": 1000,
                            "user_id": self.salesperson.id,
                            "team_id": self.team.id,
                            "partner_id": self.partner_a.id,
                            "is_disputed": False,
                        }
                    ],
                )
        self.assertFalse(
            self._find(invoice=self._owe(-1).name).days_overdue, "due tomorrow"
        )

    def test_today_is_the_readers(self):
        """Half past eight in Shanghai is the evening before in Los Angeles."""
        invoice = self._owe(0)
        with self._at(f"{self.today + timedelta(days=1)} 00:30:00"):
            far = self.administrator
            far.tz = "America/Los_Angeles"
            for user, days in ((self.salesperson, 1), (far, 0)):
                row = self._find(user, invoice=invoice.name)
                self.assertEqual(row.days_overdue, days)

    def test_who_reads(self):
        invoice = self._owe(5)
        other_leader = self._create_person(
            "money_other_leader", "sales_team.group_sale_salesman_all_leads"
        )
        self._create_money_team(self.company, other_leader, self.env["res.users"])
        for user, count in (
            (self.salesperson, 1),
            (self.leader, 1),
            (self.administrator, 1),
            (self.colleague, 0),
            (other_leader, 0),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(len(self._find(user, invoice=invoice.name)), count)
                groups = (
                    self.env["sales.process.receivable"]
                    .with_user(user)
                    ._read_group(
                        [("invoice", "=", invoice.name)], ["bucket"], ["amount:sum"]
                    )
                )
                self.assertEqual(len(groups), count)
        with self.assertRaises(AccessError):
            self._find(self.bookkeeper)
        # the invoice itself stays closed to who has no rights on it
        with self.assertRaises(AccessError):
            invoice.with_user(self.salesperson).read(["name"])

    def test_nobodys_customer(self):
        """Of whom nobody is the owner: for the administrator, and who stands on it."""
        invoice = self._owe(
            5, partner_id=self.partner_b, invoice_user_id=self.colleague.id
        )
        row = self._find(invoice=invoice.name)
        self.assertEqual((row.amount, row.user_id), (1000, self.colleague))
        self.assertFalse(row.money_id)
        self.assertTrue(self._find(self.colleague, invoice=invoice.name))
        self.assertFalse(self._find(self.salesperson, invoice=invoice.name))
        for action in ("action_promise", "action_dispute"):
            with self._refused(UserError, "Nobody owns this customer"):
                getattr(row, action)()
        self._match(invoice, 1000, partner_id=self.partner_b.id)
        self.assertFalse(self._find(invoice=invoice.name))

    def test_another_currency(self):
        euro = self.setup_other_currency("EUR")
        invoice = self._owe(5, currency_id=euro.id)
        row = self._find(invoice=invoice.name)
        self.assertEqual(row.invoice_currency_id, euro)
        self.assertAlmostEqual(row.amount_currency, 1000)
        self.assertAlmostEqual(row.amount, invoice.amount_residual_signed)
        self.assertNotAlmostEqual(row.amount, 1000)

    def test_equals_an_independent_count(self):
        """Random invoices, parts and credit notes of two customers: to the cent."""
        rng = random.Random(1204)
        for number in range(12):
            partner = rng.choice((self.partner_a, self.partner_b))
            invoice = self._owe(
                rng.randint(-20, 120), rng.randint(1, 90000) / 100, partner_id=partner
            )
            if rng.random() < 0.5:
                part = round(invoice.amount_residual * rng.random(), 2)
                self._match(invoice, part, partner_id=partner.id)
            elif number % 4 == 0:
                self._match(invoice, invoice.amount_total, partner_id=partner.id)
        self._owe(3, 77.7, move_type="out_refund")
        self.env.flush_all()
        counted = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(line.date_maturity, line.date), line.amount_residual
                  FROM account_move_line line
                 WHERE line.display_type = 'payment_term'
                   AND line.parent_state = 'posted'
                   AND line.company_id = %s AND line.amount_residual != 0
                """,
                self.company.id,
            )
        )
        expected = {}
        for due, amount in counted:
            days = (self.today - due).days
            [age] = [name for limit, name in LIMITS if days <= limit][:1] or ["4_older"]
            expected[age] = expected.get(age, 0) + float(amount)
        Receivable = self.env["sales.process.receivable"]
        found = dict(
            Receivable.with_user(self.administrator)._read_group(
                [("company_id", "=", self.company.id)], ["age"], ["amount:sum"]
            )
        )
        self.assertEqual(found.keys(), expected.keys())
        for age, amount in expected.items():
            self.assertAlmostEqual(found[age], amount, 2, age)

    def test_nobody_says_that_a_debt_is_paid(self):
        """Odoo would take the word, and a debt of nobody's customer would be gone."""
        invoice = self._owe(5, partner_id=self.partner_b)
        clerk = invoice.with_user(self.bookkeeper)
        for state in ("paid", "in_payment", "reversed", "invoicing_legacy"):
            with (
                self.subTest(state=state),
                self._refused(AccessError, "The system fills in"),
            ):
                clerk.write({"payment_state": state})
        self.assertTrue(self._find(invoice=invoice.name))
        clerk.action_toggle_block_payment()
        self.assertEqual(invoice.payment_state, "blocked")
        self.assertTrue(self._find(invoice=invoice.name), "It is still owed")
        clerk.action_toggle_block_payment()
        self.assertEqual(invoice.payment_state, "not_paid")
        self._match(invoice, 1000, partner_id=self.partner_b.id)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertFalse(self._find(invoice=invoice.name))

    def test_what_nobody_asks_for_is_not_read(self):
        """Statements do not read who chases, who is away, or what is disputed."""
        Receivable = self.env["sales.process.receivable"]
        query = Receivable._search([("ownership_id", "!=", False)])

        def read_plan(*names):
            columns = (SQL.identifier(query.table, name) for name in names)
            rows = self.env.execute_query(SQL("EXPLAIN %s", query.select(*columns)))
            return "\n".join(row[0] for row in rows)

        tables = ("account_move_line", "absence", "chase", "dispute", "res_partner")
        plan = read_plan("partner_id", "invoice_currency_id", "amount")
        self.assertFalse([name for name in tables if name in plan])
        plan = read_plan("deputy_id", "bucket", "amount_currency", "country_id")
        self.assertFalse([name for name in tables if name not in plan])

    def test_long_overdue_is_a_matter_for_the_leader(self):
        self.team.process_overdue_days = 30
        Item = self.env["sales.process.agenda.item"]
        domain = [("kind", "=", "money_overdue"), ("user_id", "=", self.salesperson.id)]
        invoice = self._owe(30)
        self.env.flush_all()
        self.assertFalse(Item.with_user(self.leader).search(domain))
        late = self._owe(31)
        self.env.flush_all()
        item = Item.with_user(self.leader).search(domain)
        self.assertEqual(item.res_id, self.ownership.id)
        self.assertEqual(item.date_since.date(), self.today - timedelta(days=31))
        self.assertFalse(Item.with_user(self.colleague).search(domain))
        dispute = self._dispute(late)
        self.env.flush_all()
        self.assertFalse(Item.with_user(self.leader).search(domain))
        dispute.with_user(self.leader).action_close()
        self._match(invoice | late, 2000)
        self.env.flush_all()
        self.assertFalse(Item.with_user(self.leader).search(domain))


@tagged("post_install", "-at_install")
class TestDispute(ReceivableCommon):
    """Disputed invoices stand apart until the leader has settled them."""

    def test_apart_until_the_day(self):
        invoice = self._owe(40)
        dispute = self._dispute(invoice, days=3)
        self.assertRecordValues(
            dispute,
            [
                {
                    "name": self.ownership.name,
                    "invoice": invoice.name,
                    "user_id": self.salesperson.id,
                    "said_by_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "state": "open",
                }
            ],
        )
        for moved, bucket in ((0, "5_disputed"), (3, "5_disputed"), (4, "2_until_60")):
            with self._at(f"{self.today + timedelta(days=moved)} 04:00:00"):
                row = self._find(invoice=invoice.name)
                self.assertEqual((row.bucket, row.age), (bucket, "2_until_60"))
                self.assertEqual(row.is_disputed, bucket == "5_disputed")

    def test_only_the_leader_settles(self):
        invoice = self._owe(40)
        dispute = self._dispute(invoice)
        for user in (self.salesperson, self.colleague, self.bookkeeper):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dispute.with_user(user).action_close()
        self.assertEqual(dispute.state, "open")
        dispute.with_user(self.leader).action_close()
        self.assertRecordValues(
            dispute, [{"state": "closed", "closed_by_id": self.leader.id}]
        )
        self.assertFalse(self._find(invoice=invoice.name).is_disputed)
        # what is settled only the leader opens again
        with self._refused(AccessError, "has settled a dispute"):
            self._dispute(invoice)
        self._dispute(invoice, self.leader)
        self.assertTrue(self._find(invoice=invoice.name).is_disputed)

    def test_nobody_settles_the_own(self):
        self.team.user_id = self.salesperson
        dispute = self._dispute(self._owe(40))
        with self._refused(AccessError, "own matter"):
            dispute.with_user(self.salesperson).action_close()
        dispute.with_user(self.administrator).action_close()
        self.assertEqual(dispute.state, "closed")

    def test_who_enters_it_and_for_how_long(self):
        invoice = self._owe(40)
        [row] = self._find(invoice=invoice.name)
        values = {
            "money_id": row.money_id.id,
            "ownership_id": self.ownership.id,
            "reason": "price",
            "note": "Twenty was agreed",
            "date_until": self.today + timedelta(days=1),
        }
        Dispute = self.env["sales.process.dispute"]
        with self.assertRaises(AccessError):
            Dispute.with_user(self.colleague).create(values)
        for field, value in (
            ("user_id", self.colleague.id),
            ("move_id", self._owe(3).id),
            ("state", "closed"),
            ("said_by_id", self.colleague.id),
        ):
            with self.subTest(field=field), self.assertRaises(AccessError):
                Dispute.with_user(self.salesperson).create({**values, field: value})
        for days, message in ((-1, "is over"), (61, "at most 60 days")):
            with self.subTest(days=days), self._refused(UserError, message):
                self._dispute(invoice, days=days)
        with self._refused(UserError, "Write down"):
            self._dispute(invoice, note="  ")
        with self._refused(UserError, "Choose the invoice"):
            Dispute.with_user(self.salesperson).create({**values, "money_id": False})
        dispute = self._dispute(invoice, days=60)
        with self._refused(UserError, "disputed already"):
            self._dispute(invoice)
        # once it stands, the day is the leader's
        later = self.today + timedelta(days=90)
        with self.assertRaises(AccessError):
            dispute.with_user(self.salesperson).date_until = later
        with self.assertRaises(AccessError):
            dispute.with_user(self.salesperson).note = "Another story"
        dispute.with_user(self.leader).date_until = later
        self.assertEqual(dispute.date_until, later)

    def test_leader_is_told_and_has_it_to_decide(self):
        with self._at(f"{self.today} 04:00:00"):
            dispute = self._dispute(self._owe(40))
        told = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", dispute._name),
                    ("res_id", "=", dispute.id),
                    ("partner_ids", "in", self.leader.partner_id.ids),
                ]
            )
        )
        self.assertEqual(len(told), 1)
        self.assertIn("Two of the pumps leak", told.body)
        self.env.flush_all()
        Item = self.env["sales.process.agenda.item"]
        domain = [("kind", "=", "dispute_open"), ("res_id", "=", dispute.id)]
        self.assertEqual(
            Item.with_user(self.leader).search(domain).user_id, self.salesperson
        )
        dispute.with_user(self.leader).action_close()
        self.env.flush_all()
        self.assertFalse(Item.with_user(self.leader).search(domain))

    def test_nothing_in_accounting_changes(self):
        invoice = self._owe(40)
        before = invoice.copy_data()[0], invoice.write_date, invoice.line_ids.ids
        self._dispute(invoice)
        self._promise(invoice)
        self.env.flush_all()
        self.env.invalidate_all()
        after = invoice.copy_data()[0], invoice.write_date, invoice.line_ids.ids
        self.assertEqual(before, after)
