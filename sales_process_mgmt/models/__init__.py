# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit them
from . import sales_process_guard_import  # isort: skip
from . import sales_process_turn  # isort: skip
from . import sales_process_guard  # isort: skip
from . import sales_process_counted  # isort: skip
from . import sales_process_matter  # isort: skip
from . import sales_process_judged  # isort: skip
from . import sales_process_exported  # isort: skip
from . import sales_process_quiet  # isort: skip
from . import sales_process_asked  # isort: skip
from . import sales_process_answer  # isort: skip
from . import sales_process_evidence_link  # isort: skip
from . import sales_process_own_detail  # isort: skip
from . import sales_process_team_card  # isort: skip
from . import sales_process_team_days  # isort: skip
from . import sales_process_team_former  # isort: skip
from . import sales_process_team_line  # isort: skip
from . import sales_process_team_reception  # isort: skip
from . import sales_process_team_rules  # isort: skip
from . import sales_process_followup_agreed  # isort: skip
from . import sales_process_followup_check  # isort: skip
from . import sales_process_followup_place  # isort: skip
from . import sales_process_followup_proof  # isort: skip
from . import sales_process_lead_card  # isort: skip
from . import sales_process_lead_contact  # isort: skip
from . import sales_process_lead_import  # isort: skip
from . import sales_process_lead_owner  # isort: skip
from . import sales_process_lead_work  # isort: skip
from . import sales_process_lookup_limit  # isort: skip
from . import sales_process_ownership_card  # isort: skip
from . import sales_process_ownership_guarded  # isort: skip
from . import sales_process_ownership_identity  # isort: skip
from . import sales_process_ownership_phase  # isort: skip
from . import sales_process_ownership_pooling  # isort: skip
from . import sales_process_ownership_right  # isort: skip
from . import sales_process_ownership_timer  # isort: skip
from . import sales_process_partner_customer  # isort: skip
from . import sales_process_partner_grade  # isort: skip
from . import sales_process_partner_register  # isort: skip
from . import sales_process_partner_typed  # isort: skip
from . import base
from . import calendar_attendee
from . import calendar_event
from . import crm_lead
from . import crm_team
from . import crm_team_member
from . import discuss_channel
from . import discuss_channel_member
from . import fetchmail_server
from . import ir_actions_report
from . import ir_actions_server
from . import ir_attachment
from . import ir_fields_converter
from . import ir_http
from . import ir_mail_server
from . import ir_module_module
from . import ir_rule
from . import ir_ui_menu
from . import ir_ui_view
from . import mail_activity
from . import mail_activity_type
from . import mail_alias
from . import mail_alias_domain
from . import mail_followers
from . import mail_mail
from . import mail_message
from . import mail_notification
from . import mail_scheduled_message
from . import mail_template
from . import mail_thread
from . import res_company
from . import res_config_settings
from . import res_country
from . import res_groups
from . import res_partner
from . import res_partner_bank
from . import res_users
from . import resource_calendar
from . import resource_calendar_attendance
from . import resource_calendar_leaves
from . import sales_process_absence
from . import sales_process_backfill
from . import sales_process_calendar_exception
from . import sales_process_certificate
from . import sales_process_conflict
from . import sales_process_customer_grade
from . import sales_process_duty
from . import sales_process_duty_swap
from . import sales_process_dated_version
from . import sales_process_dated_part
from . import sales_process_dated_rules
from . import sales_process_failure
from . import sales_process_followup
from . import sales_process_followup_rule
from . import sales_process_grade_change
from . import sales_process_grade_rule
from . import sales_process_grade_rule_line
from . import sales_process_grade_standing
from . import sales_process_handover
from . import sales_process_handover_line
from . import sales_process_home
from . import sales_process_invitation
from . import sales_process_lookup
from . import sales_process_notice
from . import sales_process_notice_line
from . import sales_process_onboarding
from . import sales_process_ownership
from . import sales_process_ownership_key
from . import sales_process_release
from . import sales_process_release_line
from . import sales_process_release_run
from . import sales_process_revisit
from . import sales_process_shared_value
