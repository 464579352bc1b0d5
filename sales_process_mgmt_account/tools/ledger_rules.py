# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What always holds between the ledger and the money; see ledger_rules of the core.

Each rule: name, sentence, table of the ids, query of what breaks it.
"""

RULES = (
    (
        "money_of_its_owner",
        "Money belongs to who owned the customer in its period.",
        "sales_process_money",
        """
        SELECT money.id, money.kind
          FROM sales_process_money AS money
          JOIN sales_process_ownership AS ownership
            ON ownership.id = money.ownership_id
         WHERE money.user_id IS DISTINCT FROM ownership.user_id
        """,
    ),
    (
        "collected_was_invoiced",
        "No more is collected for an invoice than it says.",
        "account_move",
        """
        SELECT move.id, SUM(money.amount)::text
          FROM sales_process_money AS money
          JOIN account_move AS move ON move.id = money.move_id
         WHERE money.kind = 'collected'
      GROUP BY move.id, move.amount_total_signed
        HAVING ABS(SUM(money.amount)) > ABS(move.amount_total_signed) + 0.01
        """,
    ),
    (
        "served_owes_nothing",
        "A customer that is served owes its owner nothing.",
        "sales_process_ownership",
        """
        SELECT ownership.id, SUM(money.amount)::text
          FROM sales_process_ownership AS ownership
          JOIN sales_process_ownership AS past
            ON COALESCE(past.root_id, past.id)
               = COALESCE(ownership.root_id, ownership.id)
           AND past.user_id = ownership.user_id
          JOIN sales_process_money AS money
            ON money.ownership_id = past.id AND money.kind = 'open'
         WHERE ownership.state = 'open' AND ownership.phase = 'served'
      GROUP BY ownership.id, past.id
        HAVING SUM(money.amount) > 0.01
        """,
    ),
)
