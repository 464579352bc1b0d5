# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "First-contact responsibility, follow-up timers and duty rosters",
    "author": "Sales Process Management contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm"],
    "data": [
        "security/sales_process_mgmt_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "wizard/sales_process_transfer_views.xml",
        "views/sales_process_backfill_views.xml",
        "views/sales_process_customer_grade_views.xml",
        "views/sales_process_followup_rule_views.xml",
        "views/sales_process_shared_value_views.xml",
        "views/sales_process_ownership_views.xml",
        "views/sales_process_conflict_views.xml",
        "views/crm_lead_views.xml",
        "views/crm_team_views.xml",
        "views/res_config_settings_views.xml",
        "views/res_partner_views.xml",
        "views/res_users_views.xml",
        "report/sales_process_ownership_report_views.xml",
        "views/sales_process_mgmt_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "sales_process_mgmt/static/src/**/*",
        ],
        "web.assets_tests": [
            "sales_process_mgmt/static/tests/tours/**/*",
        ],
    },
    "demo": [],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
