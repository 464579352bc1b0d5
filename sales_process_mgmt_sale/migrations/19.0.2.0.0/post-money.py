# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Orders of before were answered when they were confirmed."""
    cr.execute(
        """
        UPDATE sale_order SET process_date_answered = date_order
         WHERE state = 'sale' AND process_date_answered IS NULL
        """
    )
