# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Indexes that every contact had to write: others find the same.

    That of the last contact of a lead found too many leads.
    """
    cr.execute(
        """
        DROP INDEX IF EXISTS crm_lead__date_last_contact_index,
                             crm_lead__followup_deadline_index,
                             sales_process_followup__activity_id_index,
                             sales_process_followup__calendar_event_id_index,
                             sales_process_followup__mail_message_id_index,
                             sales_process_followup__company_id_index,
                             sales_process_followup__user_id_index,
                             sales_process_ownership_due_idx
        """
    )
