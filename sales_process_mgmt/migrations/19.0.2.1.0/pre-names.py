# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rules of a team and what leads and meetings show bear the prefix, too."""

from odoo.addons.sales_process_mgmt.field_names import migrate_names

# {model: {name before: name}}
NAMES = {
    "calendar.event": {
        "followup_ids": "process_followup_ids",
    },
    "crm.lead": {
        "followup_ids": "process_followup_ids",
        "is_pooled": "process_is_pooled",
    },
    "crm.team": {
        "deadlines_date": "process_deadlines_date",
        "followup_backdate_days": "process_followup_backdate_days",
        "followup_call_needs": "process_followup_call_needs",
        "followup_day_limit": "process_followup_day_limit",
        "followup_days": "process_followup_days",
        "followup_extension_days": "process_followup_extension_days",
        "followup_extension_times": "process_followup_extension_times",
        "followup_min_length": "process_followup_min_length",
        "followup_rank_min": "process_followup_rank_min",
        "followup_refuse_repeated": "process_followup_refuse_repeated",
        "followup_reminder_first_days": "process_followup_reminder_first_days",
        "followup_reminder_second_days": "process_followup_reminder_second_days",
        "followup_rule_ids": "process_followup_rule_ids",
        "followup_visit_needs": "process_followup_visit_needs",
        "followup_working_days": "process_followup_working_days",
        "intelligence_duty_ids": "process_intelligence_duty_ids",
        "pool_take_limit": "process_pool_take_limit",
        "release_ceiling_percent": "process_release_ceiling_percent",
        "report_checked": "process_report_checked",
        "report_daily": "process_report_daily",
        "report_daily_hour": "process_report_daily_hour",
        "report_daily_since": "process_report_daily_since",
        "report_days": "process_report_days",
        "report_missing_count": "process_report_missing_count",
        "report_monthly": "process_report_monthly",
        "report_monthly_hour": "process_report_monthly_hour",
        "report_monthly_since": "process_report_monthly_since",
        "report_reminder_hours": "process_report_reminder_hours",
        "report_review_count": "process_report_review_count",
        "report_to_id": "process_report_to_id",
        "report_weekly": "process_report_weekly",
        "report_weekly_hour": "process_report_weekly_hour",
        "report_weekly_since": "process_report_weekly_since",
        "served_policy": "process_served_policy",
    },
    "mail.activity.type": {
        "followup_channel": "process_followup_channel",
    },
    "sales.process.team.change": {
        "followup_days": "process_followup_days",
        "followup_working_days": "process_followup_working_days",
    },
}


def migrate(cr, version):
    """Rename their fields.

    :param str version: from which the core is upgraded; None for a new installation
    """
    if version:
        migrate_names(cr, NAMES)
