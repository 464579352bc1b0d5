# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Let corrected record rules reach databases that exist.

    They were loaded as data that no update touches. A rule is no setting: what it
    allows is what the code beside it counts on.
    """
    cr.execute(
        """
        UPDATE ir_model_data
           SET noupdate = FALSE
         WHERE model = 'ir.rule'
           AND starts_with(module, 'sales_process_mgmt')
           AND noupdate
        """
    )
