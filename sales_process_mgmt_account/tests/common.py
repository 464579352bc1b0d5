# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import fields
from odoo.tools import SQL

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.sales_process_mgmt.tests.common import ClockMixin


class MoneyCommon(ClockMixin, AccountTestInvoicingCommon):
    """A customer on real accounts: its owner, a colleague, their leader; no Sales."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.company = cls.company_data["company"]
        cls._tell_at_once()
        cls.salesperson, cls.colleague, cls.leader = (
            cls._create_person(login, "sales_team.group_sale_salesman")
            for login in ("money_salesperson", "money_colleague", "money_leader")
        )
        cls.bookkeeper = cls._create_person(
            "money_bookkeeper", "account.group_account_manager"
        )
        cls.team = cls._create_money_team(
            cls.company, cls.leader, cls.salesperson | cls.colleague
        )
        cls.lead = cls._create_money_lead(cls.salesperson, cls.partner_a)
        cls.ownership = cls.lead.ownership_id

    @classmethod
    def _create_person(cls, login, groups, company=None):
        company = company or cls.company
        return mail_new_test_user(
            cls.env,
            login=login,
            name=login.replace("_", " ").title(),
            groups=groups,
            company_id=company.id,
            company_ids=[fields.Command.set(company.ids)],
            tz="Asia/Shanghai",
        )

    @classmethod
    def _create_money_team(cls, company, leader, members):
        Team = cls.env["crm.team"]
        values = {
            "name": f"Team of {company.name}",
            "company_id": company.id,
            "process_mode": "enforce",
            "user_id": leader.id,
            "crm_team_member_ids": [
                fields.Command.create({"user_id": user.id}) for user in members
            ],
        }
        # with Sales, a won lead is a signature only where the team says so
        if "process_won_signs" in Team._fields:
            values["process_won_signs"] = True
        return Team.create(values)

    @classmethod
    def _create_money_lead(cls, user, partner, team=None):
        return cls.env["crm.lead"].create(
            {
                "name": "Pumps",
                "partner_id": partner.id,
                "user_id": user.id,
                "team_id": (team or cls.team).id,
                "company_id": (team or cls.team).company_id.id,
                "type": "opportunity",
            }
        )

    @contextmanager
    def _undone(self):
        """What happens inside has not happened afterwards, neither what was heard."""
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            savepoint.rollback()
            self.env.clear()
            heard = self.env["sales.process.money"]._get_heard()
            heard["moves"], heard["ownerships"] = set(), set()

    def _invoice(self, amount=1000, **values):
        return self._create_invoice_one_line(
            **{
                "price_unit": amount,
                "name": "Pumps",
                "tax_ids": [],
                "partner_id": self.partner_a,
                "invoice_date": "2019-01-01",
                "post": True,
                **values,
            }
        )

    def _pay(self, invoices, **values):
        return self._register_payment(
            invoices, **{"payment_date": "2019-01-05", **values}
        )

    def _match(self, invoices, amount, **values):
        """Money on a bank statement, matched with invoices without a payment."""
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": "2019-01-05",
                "payment_ref": "transfer",
                "amount": amount,
                "partner_id": self.partner_a.id,
                **values,
            }
        )
        _liquid, suspense, _other = line._seek_for_lines()
        receivable = self._get_receivable(invoices)
        suspense.account_id = receivable.account_id[:1]
        (suspense | receivable).reconcile()
        return line

    def _get_receivable(self, moves):
        return moves.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )

    def _get_money(self, ownership=None):
        """What the rows say: ``{kind: amount}``."""
        self.env.cr.flush()
        self.env.invalidate_all()
        ownership = ownership or self.ownership
        found = {}
        for row in ownership.money_ids:
            found[row.kind] = round(found.get(row.kind, 0) + row.amount, 2)
        return {kind: amount for kind, amount in found.items() if amount}

    def _ask_accounts(self, invoices):
        """What the accounts say, read another way than the code reads them.

        :return: ``(invoiced, still open, arrived at the bank)``; the bank is what is
            on the accounts of banks and cash of all entries that have to do with the
            invoices, whether or not they are matched
        """
        self.env.flush_all()
        [(invoiced, residual)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(amount_total_signed), 0),
                       COALESCE(SUM(amount_residual_signed), 0)
                  FROM account_move WHERE id IN %s AND state = 'posted'
                """,
                invoices._ids,
            )
        )
        [(bank,)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(line.balance), 0)
                  FROM account_move_line line
                  JOIN account_account account ON account.id = line.account_id
                  JOIN account_move move ON move.id = line.move_id
                 WHERE move.partner_id = %s AND move.state = 'posted'
                   AND move.company_id = %s
                   AND account.account_type IN ('asset_cash', 'liability_credit_card')
                """,
                self.partner_a.id,
                self.company.id,
            )
        )
        return round(invoiced, 2), round(residual, 2), round(bank, 2)
