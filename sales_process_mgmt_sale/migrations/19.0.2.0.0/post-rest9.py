# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """What is pursued again is not said to have signed an order any more."""
    cr.execute(
        """
        UPDATE sales_process_ownership
           SET signed_basis = NULL
         WHERE state <> 'ended'
           AND phase = 'pursuing'
           AND signed_basis IN ('order', 'team')
        """
    )
