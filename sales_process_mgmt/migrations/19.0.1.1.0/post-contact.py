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
    # the types are not updated by data any more; nobody is offered the system's own
    cr.execute(
        """
        UPDATE mail_activity_type SET is_process_internal = TRUE
          FROM ir_model_data data
         WHERE data.model = 'mail.activity.type'
           AND data.res_id = mail_activity_type.id
           AND data.module = 'sales_process_mgmt'
           AND data.name != 'mail_activity_type_visit'
        """
    )
