# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """What is of a credit note is called so; Odoo would fill it in row by row."""
    cr.execute(
        """
        ALTER TABLE sales_process_money ADD COLUMN IF NOT EXISTS display_kind varchar;
        UPDATE sales_process_money SET display_kind = kind;
        UPDATE sales_process_money money
           SET display_kind = CASE money.kind WHEN 'invoiced' THEN 'credited'
                                              WHEN 'collected' THEN 'refunded'
                                              ELSE 'to_refund' END
          FROM account_move move
         WHERE move.id = money.move_id
           AND move.move_type = 'out_refund'
           AND money.kind IN ('invoiced', 'collected', 'open')
        """
    )
