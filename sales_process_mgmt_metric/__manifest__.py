# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Metrics and Plans",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Numbers that mean the same everywhere, goals of people and teams",
    "author": "Sales Process Management contributors",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt"],
    "data": [
        "security/sales_process_metric_security.xml",
        "security/sales_process_plan_security.xml",
        "security/ir.model.access.csv",
        "data/sales_process_metric_data.xml",
        "data/ir_cron_data.xml",
        "wizard/sales_process_plan_spread_views.xml",
        "views/sales_process_metric_views.xml",
        "views/sales_process_plan_views.xml",
        "views/digest_digest_views.xml",
        "views/res_config_settings_views.xml",
        "report/sales_process_plan_report_views.xml",
        "views/sales_process_metric_menus.xml",
    ],
    "demo": ["demo/sales_process_demo.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
