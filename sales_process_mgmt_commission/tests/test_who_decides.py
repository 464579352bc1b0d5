# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt_account.tests.test_debts import DebtCommon

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestWhoDecides(CommissionCommon, DebtCommon):
    """Each matter of money × everybody above: who may decide does, to the last field.

    Once the customer is the salesperson's, once the leader's own: then the next one
    above decides. All others hear one sentence of ours, and nothing has changed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seller = "sales_team.group_sale_salesman"
        cls.regional = cls._create_person("money_regional", seller)
        cls.top = cls._create_person("money_top", seller)
        Team = cls.env["crm.team"]
        above = Team.create(
            {"name": "Country", "company_id": cls.company.id, "user_id": cls.top.id}
        )
        region = Team.create(
            {
                "name": "Region",
                "company_id": cls.company.id,
                "user_id": cls.regional.id,
                "process_parent_id": above.id,
            }
        )
        cls.team.process_parent_id = region
        branch = cls.env["res.company"].sudo().create({"name": "Branch"})
        cls.foreigner = cls._create_person(
            "money_foreigner", "sales_team.group_sale_manager", branch
        )
        cls.neighbour = cls._create_person("money_neighbour", seller)
        cls._create_money_team(
            cls.company, cls.neighbour, cls._create_person("money_other", seller)
        )
        cls.helper = cls._create_person("money_helper", seller)
        cls.clerk = cls._create_person(
            "money_clerk", "base.group_user,account.group_account_invoice"
        )
        cls.customer = cls._create_person("money_customer", "base.group_portal")
        cls.people = (
            cls.salesperson
            | cls.colleague
            | cls.helper
            | cls.leader
            | cls.neighbour
            | cls.regional
            | cls.top
            | cls.administrator
            | cls.foreigner
            | cls.clerk
            | cls.customer
        )
        cls.partner_a.email = "buyer@alpha-pumps.example"
        cls.partner_b.email = "buyer@beta-pumps.example"
        cls.own = cls._create_money_lead(cls.leader, cls.partner_b)
        (cls.ownership | cls.own.ownership_id).sudo().collaborator_ids = cls.helper
        cls.team.process_credit_hold = "refuse"

    def _get_period(self, owner):
        return self.ownership if owner == self.salesperson else self.own.ownership_id

    def _get_partner(self, owner):
        return self.partner_a if owner == self.salesperson else self.partner_b

    def _get_debt(self, owner):
        """Something that the customer of a person owes."""
        invoice = self._invoice(
            partner_id=self._get_partner(owner), invoice_date="2019-01-01"
        )
        self.env.cr.flush()
        return self.env["sales.process.money"].search(
            [("move_id", "=", invoice.id), ("kind", "=", "open")], limit=1
        )

    def _dispute(self, owner):
        return (
            self.env["sales.process.dispute"]
            .with_user(owner)
            .create(
                {
                    "money_id": self._get_debt(owner).id,
                    "reason": "price",
                    "note": "The customer says that the price is another one",
                    "date_until": self._today(owner) + timedelta(days=5),
                }
            )
        )

    def _promise(self, owner):
        return (
            self.env["sales.process.promise"]
            .with_user(owner)
            .create(
                {
                    "money_id": self._get_debt(owner).id,
                    "amount": 100,
                    "note": "They pay what they owe on Friday",
                    "date_due": self._today(owner) + timedelta(days=5),
                }
            )
        )

    def _split(self, owner):
        return (
            self.env["sales.process.commission.split"]
            .with_user(self.administrator)
            .create(
                {
                    "ownership_id": self._get_period(owner).id,
                    "user_id": (
                        # given to the leader, the leader does not decide about it
                        self.leader if owner == self.salesperson else self.colleague
                    ).id,
                    "percent": 10,
                }
            )
        )

    def _lost(self, owner):
        """A customer whose debt was written off by an entry."""
        self._write_off(
            self._invoice(
                partner_id=self._get_partner(owner), invoice_date="2019-01-01"
            ),
            1000,
        )
        return self._get_period(owner)

    def _won(self, owner):
        """A customer who is said to have signed, without an order."""
        self.team.process_won_signs = False
        lead = self.lead if owner == self.salesperson else self.own
        lead.with_user(owner).action_set_won()
        self.env.cr.flush()
        return self._get_period(owner)

    def _question(self, owner):
        """A quotation that somebody asks to release, with an answer to give."""
        self._get_debt(owner)
        order = self.env["sale.order"].create(
            {
                "partner_id": self._get_partner(owner).id,
                "company_id": self.company.id,
                "user_id": owner.id,
                "team_id": self.team.id,
                "order_line": [
                    fields.Command.create(
                        {"product_id": self.product_a.id, "price_unit": 100}
                    )
                ],
            }
        )
        question = (
            self.env["sales.process.credit.question"]
            .with_user(owner)
            .create({"order_id": order.id, "note": "They pay on Monday, they say"})
        )
        question.sudo().answer = "They have always paid"
        return question

    def _earn(self, owner):
        """A line of commission of the owner."""
        invoice = self._invoice(
            partner_id=self._get_partner(owner), invoice_date="2019-01-01"
        )
        self._pay(invoice)
        self.env.cr.flush()
        return self.env["sales.process.commission.line"].search(
            [("user_id", "=", owner.id)], limit=1
        )

    def _doubt(self, owner):
        """A line of commission that the owner disputes, with an answer to give."""
        dispute = (
            self.env["sales.process.commission.dispute"]
            .with_user(owner)
            .create({"line_id": self._earn(owner).id, "note": "The rate should be 6 %"})
        )
        dispute.sudo().write({"answer": "You are right", "amount_granted": 10})
        return dispute

    def _month(self, owner):
        return self._earn(owner).statement_id.month_id

    def _closed_month(self, owner):
        month = self._month(owner)
        month.with_user(self.administrator).action_close()
        return month

    def _owing(self, owner):
        return self.env["sales.process.receivable"].search(
            [("money_id", "=", self._get_debt(owner).id)]
        )

    def _send(self, row):
        action = row.action_statement()
        dialog = self.env[action["res_model"]].with_user(row.env.user)
        dialog.browse(action["res_id"]).action_send()

    def _get_acts(self):
        """What is decided: ``{name: (make, act, effect)}``."""
        later = fields.Date.to_date(self._today(self.leader) + timedelta(days=9))
        return {
            "dispute: wait longer": (
                self._dispute,
                lambda row: row.write({"date_until": later}),
                lambda row: row.date_until == later,
            ),
            "dispute: settle": (
                self._dispute,
                lambda row: row.action_close(),
                lambda row: row.state == "closed",
            ),
            "promise: cancel": (
                self._promise,
                lambda row: row.action_cancel(),
                lambda row: row.state == "cancelled",
            ),
            "waive": (
                self._lost,
                lambda row: row.action_waive(),
                lambda row: row.amount_waived == 1000,
            ),
            "signature: yes": (
                self._won,
                lambda row: row.action_confirm_signature(),
                lambda row: row.signed_basis == "leader",
            ),
            "signature: no": (
                self._won,
                lambda row: row.action_deny_signature(),
                lambda row: not row.is_signature_asked,
            ),
            "hold: release": (
                self._question,
                lambda row: row.action_release(),
                lambda row: row.state == "released",
            ),
            "hold: keep": (
                self._question,
                lambda row: row.action_keep(),
                lambda row: row.state == "kept",
            ),
            "commission: grant": (
                self._doubt,
                lambda row: row.action_grant(),
                lambda row: row.state == "granted",
            ),
            "commission: refuse": (
                self._doubt,
                lambda row: row.action_refuse(),
                lambda row: row.state == "refused",
            ),
            "commission: dispute": (
                self._earn,
                lambda row: (
                    self.env["sales.process.commission.dispute"]
                    .with_user(row.env.user)
                    .create({"line_id": row.id, "note": "The rate should be 6 %"})
                ),
                lambda row: bool(row._filter_disputed()),
            ),
            "month: close": (
                self._month,
                lambda row: row.action_close(),
                lambda row: row.state == "closed",
            ),
            "month: export": (
                self._closed_month,
                lambda row: (
                    row.action_export_csv(),
                    row.action_export_xlsx(),
                    row._export("csv"),
                ),
                None,
            ),
            "statement: send": (
                self._owing,
                self._send,
                lambda row: bool(
                    self.env["sales.process.statement"].search_count([], limit=1)
                ),
            ),
            "split: change": (
                self._split,
                lambda row: row.write({"percent": 20}),
                lambda row: row.percent == 20,
            ),
            "split: take back": (
                self._split,
                lambda row: row.unlink(),
                lambda row: not row.exists(),
            ),
        }

    def _may(self, name, row, user):
        """Who should decide, as the rules say: the nearest above who gains nothing."""
        if user == self.foreigner:
            return False
        kind = name.split(":")[0]
        if name == "commission: dispute":
            return user == row.user_id
        if user == self.administrator:
            return True
        if kind in ("commission", "month"):
            return False
        if kind == "statement":
            return user in row.user_id | self.leader
        if kind == "split":
            people = row.owner_id | row.user_id
            if user == row.owner_id:
                return True
        elif row._name == "sales.process.ownership":
            people = row.user_id
        else:
            people = row.user_id | row.ownership_id.user_id
        line = [self.leader, self.regional, self.top]
        return user == next(person for person in line if person not in people)

    def _try(self, name, act, has_effect, row, user):
        """One person acts: who may does, all others are refused in one sentence.

        :return: bool, whether the person may
        """
        may = self._may(name, row, user)
        mine = row.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        try:
            with self.env.cr.savepoint():
                act(mine)
                self.env.flush_all()
            self.assertTrue(may, "was not refused")
            self.assertTrue(has_effect is None or has_effect(row))
        except (AccessError, UserError) as error:
            self.assertFalse(may, str(error))
            self.assertFalse(has_effect and has_effect(row))
            # who may read it hears our sentence, not Odoo's
            if row.with_user(user).has_access("read"):
                self.assertNotIn("Uh-oh", str(error))
                self.assertNotIn("not allowed", str(error))
        return may

    @mute_logger(
        "odoo.addons.base.models.ir_rule",
        "odoo.addons.base.models.ir_model",
        "odoo.addons.mail.models.mail_mail",
    )
    def test_everybody(self):
        acts = self._get_acts()
        allowed = dict.fromkeys(acts, 0)
        for name, (make, act, has_effect) in acts.items():
            for owner in (self.salesperson, self.leader):
                with self._undone():
                    row = make(owner).sudo()
                    self.env.flush_all()
                    above = self.leader | self.regional | self.top | self.administrator
                    for user in self.people if owner != self.leader else above:
                        with (
                            self.subTest(name, owner=owner.login, user=user.login),
                            self._undone(),
                        ):
                            allowed[name] += self._try(name, act, has_effect, row, user)
        # somebody may do each, for the salesperson and for the leader
        self.assertFalse([name for name, count in allowed.items() if count < 2])

    def test_every_method_is_here(self):
        """What a person calls decides something that is tried above, or only opens.

        Files for payroll, tried above, are methods of the core.
        """
        decides = {
            ("sales.process.dispute", "action_close"),
            ("sales.process.promise", "action_cancel"),
            ("sales.process.ownership", "action_waive"),
            ("sales.process.ownership", "action_confirm_signature"),
            ("sales.process.ownership", "action_deny_signature"),
            ("sales.process.credit.question", "action_release"),
            ("sales.process.credit.question", "action_keep"),
            ("sales.process.commission.dispute", "action_grant"),
            ("sales.process.commission.dispute", "action_refuse"),
            ("sales.process.commission.month", "action_close"),
            ("sales.process.statement.send", "action_send"),
        }
        # windows and papers of what the reader may read: tests of reading are theirs;
        # rules of a plan are put in force by administrators, see test_plan_rules
        opens = {
            ("sales.process.chase", "action_promise"),
            ("sales.process.chase", "action_dispute"),
            ("sales.process.receivable", "action_statement"),
            ("sales.process.receivable", "action_promise"),
            ("sales.process.receivable", "action_dispute"),
            ("sales.process.forecast", "action_open_lead"),
            ("sales.process.ownership", "action_view_money"),
            ("sales.process.ownership", "action_view_orders"),
            ("sales.process.ownership", "action_commission_splits"),
            ("sales.process.promise", "action_read"),
            ("sales.process.statement.send", "action_print"),
            ("sale.order", "action_ask_credit"),
            ("sales.process.commission.line", "action_dispute"),
            ("sales.process.commission.line", "action_money"),
            ("sales.process.commission.statement", "action_lines"),
        }
        places = tuple(
            f"odoo.addons.sales_process_mgmt_{addon}."
            for addon in ("account", "sale", "commission")
        )
        found = set()
        for model, klass in self.env.registry.items():
            for base in klass.__mro__:
                if not base.__module__.startswith(places):
                    continue
                found.update(
                    (model, name)
                    for name in vars(base)
                    if name.startswith(("action_", "button_"))
                    # what Odoo has as well is guarded by what it writes
                    and not any(
                        name in vars(other)
                        for other in klass.__mro__
                        if other.__module__.startswith("odoo.addons.")
                        and ".sales_process_mgmt" not in other.__module__
                    )
                )
        self.assertEqual(found, decides | opens)

    def test_share_given_by_the_region(self):
        """The leader gets a share: whoever leads above says so, and may change it."""
        Split = self.env["sales.process.commission.split"]
        values = {
            "ownership_id": self.ownership.id,
            "user_id": self.leader.id,
            "percent": 10,
        }
        with self.assertRaisesRegex(AccessError, "own matter"), self.cr.savepoint():
            Split.with_user(self.leader).create(values)
        split = Split.with_user(self.regional).create(values)
        self.assertEqual(split.percent, 10)
        split.unlink()
        # where the leader gains nothing, the region only reads
        with self.assertRaises(AccessError), self.cr.savepoint():
            Split.with_user(self.regional).create(
                {**values, "user_id": self.colleague.id}
            )
