# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Keep what a demonstration holds, drop a column that nothing reads any more.

    The demonstration's records belong to who tries it: an update neither writes them
    anew nor deletes those that are made in Python now.
    """
    cr.execute(
        """
        UPDATE ir_model_data SET noupdate = TRUE
         WHERE module = 'sales_process_mgmt' AND name LIKE '%\\_demo'
        """
    )
    # a computed field without a column since long
    cr.execute("ALTER TABLE sales_process_followup DROP COLUMN IF EXISTS partner_id")
