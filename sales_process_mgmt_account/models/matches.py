# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which entries have settled which lines, and with what, as one query."""

from odoo.tools import SQL

# The line of an invoice in a reconciliation, and that of the other entry.
SIDES = (("debit_move_id", "credit_move_id"), ("credit_move_id", "debit_move_id"))


def get_matches_query(line_ids, arrived, is_liquid):
    """Reconciliations of lines, with what the other entry has brought.

    An entry with several customers' lines brings its money to all of them in
    proportion. What is set off against a debt of ours to a supplier has been paid.
    A difference of rates is there with the payment that has made it, and no sooner.

    :param list line_ids: of receivable lines
    :param tuple arrived: the states of a payment whose money is in
    :param SQL is_liquid: which lines of an entry are money
    :return: SQL
    """
    sides = [
        SQL(
            """
            SELECT part.id, part.amount, part.max_date, own.id AS line_id,
                   own.move_id, other.move_id AS other_id, %s AS side
              FROM account_partial_reconcile part
              JOIN account_move_line own ON own.id = part.%s
              JOIN account_move_line other ON other.id = part.%s
             WHERE own.id IN %s
            """,
            other,
            SQL.identifier(own),
            SQL.identifier(other),
            tuple(line_ids),
        )
        for own, other in SIDES
    ]
    matched = [
        SQL(
            """
            SELECT part.id, %s AS side,
                   SUM(part.amount) OVER (PARTITION BY line.move_id
                                          ORDER BY part.id) - part.amount AS before
              FROM account_partial_reconcile part
              JOIN account_move_line line ON line.id = part.%s
             WHERE line.move_id IN (SELECT other_id FROM part WHERE side = %s)
            """,
            other,
            SQL.identifier(other),
            other,
        )
        for _own, other in SIDES
    ]
    return SQL(
        """
        WITH part AS (%(sides)s), matched AS (%(matched)s)
        SELECT part.*, move.move_type,
               %(is_arrived)s AND COALESCE(exchange.is_arrived, TRUE)
                   AS is_arrived,
               exchange.is_arrived IS NOT NULL AS is_exchange,
               matched.before,
               COALESCE(other.liquid, 0) + GREATEST(other.payable, 0) AS liquid,
               COALESCE(other.discount, 0) AS discount,
               COALESCE(other.receivable, 0) + GREATEST(-other.payable, 0)
                   AS total
          FROM part
          JOIN matched ON matched.id = part.id AND matched.side = part.side
          JOIN account_move move ON move.id = part.other_id
     LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
     LEFT JOIN LATERAL (
               SELECT bool_and(%(is_arrived)s) AS is_arrived
                 FROM account_partial_reconcile cause
                 JOIN account_move_line line
                   ON line.id IN (cause.debit_move_id, cause.credit_move_id)
                 JOIN account_move move ON move.id = line.move_id
            LEFT JOIN account_payment payment
                   ON payment.id = move.origin_payment_id
                WHERE cause.exchange_move_id = part.other_id
               ) exchange ON TRUE
     LEFT JOIN LATERAL (
               SELECT SUM(line.balance) FILTER (WHERE %(is_liquid)s) AS liquid,
                      CASE WHEN bool_or(%(is_discount)s)
                           THEN SUM(line.balance) FILTER (
                                WHERE %(is_discount)s
                                   OR (line.tax_repartition_line_id IS NOT NULL
                                       AND NOT (%(is_liquid)s)))
                           END AS discount,
                      -SUM(line.balance) FILTER (
                          WHERE account.account_type = 'asset_receivable'
                            AND NOT (%(is_liquid)s)) AS receivable,
                      SUM(line.balance) FILTER (
                          WHERE account.account_type = 'liability_payable'
                            AND NOT (%(is_liquid)s)) AS payable
                 FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                 JOIN res_company company ON company.id = move.company_id
                WHERE line.move_id = move.id
                  AND move.move_type = 'entry'
               ) other ON TRUE
      ORDER BY part.id
        """,
        sides=SQL(" UNION ALL ").join(sides),
        matched=SQL(" UNION ALL ").join(matched),
        is_arrived=SQL(
            "(move.state = 'posted' AND (payment.id IS NULL OR payment.state IN %s))",
            arrived,
        ),
        is_liquid=is_liquid,
        # its taxes are discounted, too, where they were agreed so
        is_discount=SQL(
            """
            line.account_id IN (
                company.account_journal_early_pay_discount_loss_account_id,
                company.account_journal_early_pay_discount_gain_account_id)
            """
        ),
    )
