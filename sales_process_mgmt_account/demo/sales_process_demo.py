# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demonstration's customers owe, have promised and dispute."""

from datetime import timedelta

from odoo import Command, api, models

MODULE = "sales_process_mgmt_account"
# (customer, amount, days until it is due, what part of it has been paid)
INVOICES = (
    ("east_00", 181000, 20, 0),
    ("east_04", 141000, -12, 0.5),
    ("east_08", 54000, -45, 0),
    ("east_12", 157000, -5, 0),
    ("east_16", 35000, -100, 0),
    ("east_24", 91000, -2, 1),
    ("west_08", 114500, -70, 0),
    ("west_16", 78000, 10, 0),
    ("west_20", 226000, -31, 0.25),
)
# Days after the due one, and what is done then
PLAN = ((1, "remind"), (7, "call"), (30, "visit"), (60, "letter"), (90, "leader"))
# (customer, who, until when, what part of what is owed, what was said)
PROMISES = (
    ("east_04", "li_wei", 3, 0.5, "The second half comes with the next payment run"),
    (
        "east_12",
        "wang_fang",
        6,
        0.1,
        "Pays the freight first, the rest later",
    ),
    ("west_20", "zhao_lei", 8, 0.5, "月底前先付一半"),
)
DISPUTES = (
    ("east_08", "zhang_min", "quality", "Eleven of sixty tiles came broken"),
    ("west_08", "zhao_lei", "document", "发票抬头有误，需要重开"),
)


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_money(self):
        """Make invoices and what became of them; called by the demo data, once.

        Without a chart of accounts there is no money to show.
        """
        company = self.env.ref("base.main_company")
        if self._is_loaded(MODULE) or not company.chart_template:
            return
        demo = self.with_company(company)
        demo._load_plan()
        demo._load_sayings(demo._load_invoices(company))
        Chase = demo.env["sales.process.chase"]
        Chase._take_steps(Chase._find_debts())
        self._set_loaded(MODULE)

    def _load_plan(self):
        self.env["sales.process.chase.step"].create(
            [
                {"team_id": self._get(f"team_{team}_demo").id, "days": days, "kind": do}
                for team in ("east", "west")
                for days, do in PLAN
            ]
        )

    def _load_invoices(self, company):
        """Invoices of today and earlier; part of them is paid.

        :return: ``{customer: account.move}``
        """
        values = []
        for name, amount, due, _paid in INVOICES:
            lead = self._get(f"lead_{name}_demo")
            today = self._get_today(lead.user_id)
            date_due = today + timedelta(days=due)
            values.append(
                {
                    "move_type": "out_invoice",
                    "partner_id": lead.partner_id.id,
                    "invoice_user_id": lead.user_id.id,
                    "team_id": lead.team_id.id,
                    "invoice_date": min(today, date_due - timedelta(days=30)),
                    "invoice_date_due": date_due,
                    "invoice_payment_term_id": False,
                    "company_id": company.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": lead.name,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        if "team_id" not in self.env["account.move"]._fields:
            for row in values:
                del row["team_id"]
        moves = self.env["account.move"].create(values)
        moves.action_post()
        invoices = {}
        for (name, amount, _due, paid), move in zip(INVOICES, moves, strict=True):
            invoices[name] = move
            if not paid:
                continue
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=move.ids
            ).create(
                {
                    "amount": amount * paid,
                    "payment_date": max(
                        move.invoice_date,
                        self._get_today(move.invoice_user_id) - timedelta(days=1),
                    ),
                }
            )._create_payments()
        self._remember(
            {f"invoice_{name}_demo": move for name, move in invoices.items()}, MODULE
        )
        self.env["sales.process.money"]._work_heard()
        return invoices

    def _load_sayings(self, invoices):
        """Promises and disputes, written down by who collects."""
        Money = self.env["sales.process.money"]
        for name, user_name, days, part, note in PROMISES:
            owed = Money.search(
                [("move_id", "=", invoices[name].id), ("kind", "=", "open")], limit=1
            )
            user = self._get_user(user_name)
            self.env["sales.process.promise"].with_user(user).create(
                {
                    "money_id": owed.id,
                    "amount": owed.amount * part,
                    "date_due": self._get_today(user) + timedelta(days=days),
                    "note": note,
                }
            )
        for name, user_name, reason, note in DISPUTES:
            owed = Money.search(
                [("move_id", "=", invoices[name].id), ("kind", "=", "open")], limit=1
            )
            user = self._get_user(user_name)
            self.env["sales.process.dispute"].with_user(user).create(
                {
                    "money_id": owed.id,
                    "reason": reason,
                    "date_until": self._get_today(user) + timedelta(days=14),
                    "note": note,
                }
            )
