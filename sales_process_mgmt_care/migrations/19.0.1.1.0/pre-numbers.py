# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
def migrate(cr, version):
    """The same words of the same sender are told apart by which time it was."""
    cr.execute(
        "ALTER TABLE sales_process_complaint ADD COLUMN IF NOT EXISTS repeat integer"
    )
    cr.execute(
        """
        UPDATE sales_process_complaint complaint
           SET repeat = numbered.before
          FROM (SELECT id,
                       row_number() OVER (
                           PARTITION BY fingerprint, company_id ORDER BY id
                       ) - 1 AS before
                  FROM sales_process_complaint) numbered
         WHERE numbered.id = complaint.id
        """
    )
