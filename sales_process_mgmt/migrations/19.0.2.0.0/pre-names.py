# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fields on models that others extend, too, bear the prefix of this application."""

from odoo.addons.sales_process_mgmt.field_names import migrate_names

# {model: {name before: name}}
NAMES = {
    "crm.lead": {
        "can_invite_helper": "process_can_invite_helper",
        "can_transfer_customer": "process_can_transfer_customer",
        "can_work_customer": "process_can_work_customer",
        "collaborator_ids": "process_collaborator_ids",
        "customer_followup_ids": "process_customer_followup_ids",
        "followup_count": "process_followup_count",
        "lost_proposed_by_id": "process_lost_proposed_by_id",
        "lost_proposed_reason_id": "process_lost_proposed_reason_id",
        "open_invitation_count": "process_open_invitation_count",
        "ownership_pending": "process_ownership_pending",
        "wechat_id": "process_wechat_id",
    },
    "crm.team": {
        "absence_days_max": "process_absence_days_max",
        "absence_days_own": "process_absence_days_own",
        "are_deadlines_extended": "process_are_deadlines_extended",
        "can_plan_duty": "process_can_plan_duty",
        "carousel_limit": "process_carousel_limit",
        "claim_back_days": "process_claim_back_days",
        "cooldown_days": "process_cooldown_days",
        "customer_limit": "process_customer_limit",
        "date_last_release": "process_date_last_release",
        "date_release_from": "process_date_release_from",
        "deadlines_last_id": "process_deadlines_last_id",
        "duty_summary": "process_duty_summary",
        "duty_user_ids": "process_duty_user_ids",
        "hold_days_max": "process_hold_days_max",
        "my_duty_availability": "process_my_duty_availability",
        "pool_source_ids": "process_pool_source_ids",
        "pool_team_id": "process_pool_team_id",
        "pool_view_limit": "process_pool_view_limit",
        "release_to": "process_release_to",
        "served_days": "process_served_days",
    },
    "res.partner": {
        "can_set_grade": "process_can_set_grade",
        "current_owner_id": "process_current_owner_id",
        "current_ownership_id": "process_current_ownership_id",
        "ownership_count": "process_ownership_count",
        "ownership_ids": "process_ownership_ids",
        "proposed_grade_id": "process_proposed_grade_id",
        "wechat_id": "process_wechat_id",
    },
    "res.users": {
        "customer_limit": "process_customer_limit",
        "guarded_team_ids": "process_guarded_team_ids",
        "helped_ownership_ids": "process_helped_ownership_ids",
        "is_on_duty": "process_is_on_duty",
        "led_team_ids": "process_led_team_ids",
        "open_customer_count": "process_open_customer_count",
        "pool_hidden_team_ids": "process_pool_hidden_team_ids",
    },
    "sales.process.team.change": {
        "hold_days_max": "process_hold_days_max",
    },
}


def migrate(cr, version):
    """Rename their fields.

    :param str version: from which the core is upgraded; None for a new installation
    """
    if version:
        migrate_names(cr, NAMES)
