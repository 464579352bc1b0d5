# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What always holds between the ledger and orders; see ledger_rules of the core.

Each rule: name, sentence, table of the ids, query of what breaks it.
"""

RULES = (
    (
        "signed_by_an_order",
        "A customer that has signed has an order above zero, or somebody's word.",
        "sales_process_ownership",
        """
        SELECT ownership.id, ownership.phase
          FROM sales_process_ownership AS ownership
         WHERE ownership.state <> 'ended'
           AND ownership.phase <> 'pursuing'
           AND COALESCE(ownership.signed_basis, 'order') = 'order'
           AND NOT EXISTS (
               SELECT 1
                 FROM sale_order
                 JOIN sales_process_ownership AS past
                   ON past.id = sale_order.ownership_id
                WHERE COALESCE(past.root_id, past.id)
                      = COALESCE(ownership.root_id, ownership.id)
                  AND sale_order.state = 'sale'
                  AND sale_order.amount_total > 0)
        """,
    ),
    (
        "pursued_by_no_order",
        "A customer that is pursued is not said to have signed an order.",
        "sales_process_ownership",
        """
        SELECT id, signed_basis
          FROM sales_process_ownership
         WHERE state <> 'ended'
           AND phase = 'pursuing'
           AND signed_basis IN ('order', 'team')
        """,
    ),
)
