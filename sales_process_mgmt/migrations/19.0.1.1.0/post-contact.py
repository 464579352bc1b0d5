# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Contacts from before evidence was asked for stay as they are.

    They are never judged by what nobody asked for when they were recorded.
    """
    cr.execute(
        """
        UPDATE sales_process_followup
           SET rank_reason = 'before',
               rank = CASE WHEN source IN ('mail', 'sms') THEN 'proven'
                           WHEN source = 'meeting' THEN 'machine'
                           ELSE 'stated' END,
               is_named_by_system = (source = 'meeting')
         WHERE rank IS NULL
        """
    )
