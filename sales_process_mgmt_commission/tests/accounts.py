# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the rows of the accounts say of payments, for those who count a second time.

Read by SQL, and nothing of the addons is imported: what is counted of it each oracle
works out by itself.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL


class Match(NamedTuple):
    """What one payment settles of one invoice or credit note."""

    # the invoice, also of a credit note for it
    root: int
    company_id: int
    # name of the company's currency
    currency: str
    # 1 for an invoice, -1 for a credit note
    sign: int
    untaxed: Decimal
    total: Decimal
    day: date
    matched: Decimal
    # of the whole payment: what is on the bank, what it takes off debts
    bank: Decimal
    taken: Decimal
    # what it had settled before
    before: Decimal


def read_matches(env, roots):
    """What payments have settled that stand, of invoices and credit notes that do.

    Not where one of our own companies pays.

    :param roots: ids of invoices
    :return: list of :class:`Match`
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT COALESCE(invoice.reversed_entry_id, invoice.id),
                   invoice.company_id, currency.name,
                   CASE invoice.move_type WHEN 'out_refund' THEN -1 ELSE 1 END,
                   invoice.amount_untaxed_signed::text,
                   invoice.amount_total_signed::text, part.max_date, part.amount::text,
                   (SELECT COALESCE(SUM(bank.balance), 0)::text
                      FROM account_move_line bank
                      JOIN account_account account ON account.id = bank.account_id
                     WHERE bank.move_id = entry.id
                       AND (account.account_type = 'asset_cash'
                            OR bank.account_id = payment.outstanding_account_id)),
                   (SELECT (-SUM(line.balance))::text
                      FROM account_move_line line
                      JOIN account_account account ON account.id = line.account_id
                     WHERE line.move_id = entry.id
                       AND account.account_type = 'asset_receivable'),
                   (SELECT COALESCE(SUM(earlier.amount), 0)::text
                      FROM account_partial_reconcile earlier
                      JOIN account_move_line line
                        ON line.id IN (earlier.debit_move_id, earlier.credit_move_id)
                     WHERE line.move_id = entry.id AND earlier.id < part.id)
              FROM account_partial_reconcile part
              JOIN account_move_line one
                ON one.id IN (part.debit_move_id, part.credit_move_id)
              JOIN account_move invoice ON invoice.id = one.move_id
              JOIN account_move_line two
                ON two.id IN (part.debit_move_id, part.credit_move_id)
               AND two.id <> one.id
              JOIN account_move entry ON entry.id = two.move_id
              JOIN account_payment payment ON payment.id = entry.origin_payment_id
              JOIN res_company company ON company.id = invoice.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
             WHERE invoice.move_type IN ('out_invoice', 'out_refund')
               AND invoice.state = 'posted' AND entry.state = 'posted'
               AND payment.state NOT IN ('draft', 'canceled', 'rejected')
               AND COALESCE(invoice.reversed_entry_id, invoice.id) IN %s
               AND NOT EXISTS (
                   SELECT FROM res_partner payer
                     JOIN res_company ours
                       ON ours.partner_id = payer.commercial_partner_id
                    WHERE payer.id = invoice.partner_id)
            """,
            tuple(roots) or (0,),
        )
    )
    return [
        Match(*row[:4], *map(Decimal, row[4:6]), row[6], *map(Decimal, row[7:]))
        for row in rows
    ]
