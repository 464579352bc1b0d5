# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Lines of credit notes are called so, also those whose money has gone again."""
    cr.execute(
        """
        UPDATE sales_process_commission_line line
           SET kind = CASE line.kind WHEN 'collected' THEN 'refunded'
                                     ELSE 'credited' END
         WHERE line.kind IN ('collected', 'invoiced')
           AND COALESCE(
               (SELECT move.move_type
                  FROM sales_process_money money
                  JOIN account_move move ON move.id = money.move_id
                 WHERE money.id = line.money_id),
               (SELECT move.move_type
                  FROM account_move move
                 WHERE move.name = line.invoice
                   AND move.company_id = line.company_id
                   AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
              ORDER BY move.id
                 LIMIT 1)) = 'out_refund'
        """
    )
