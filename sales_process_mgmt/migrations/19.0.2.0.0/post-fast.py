# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Each statement that reads or writes a customer opens its indexes: others find
    the same.
    """
    cr.execute(
        """
        DROP INDEX IF EXISTS sales_process_ownership__company_id_index,
                             sales_process_ownership__end_reason_index,
                             sales_process_ownership_held_idx,
                             sales_process_ownership_owner_left_idx,
                             sales_process_ownership_untold_warning_idx,
                             sales_process_followup__ownership_id_index,
                             sales_process_followup_ownership_date_idx
        """
    )
