# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Work Reports",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Daily, weekly and monthly reports that write themselves, market news",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_metric"],
    "data": [
        "security/sales_process_work_report_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/sales_process_metric_data.xml",
        "report/sales_process_team_sheet_templates.xml",
        "wizard/sales_process_team_sheet_views.xml",
        "views/sales_process_intelligence_views.xml",
        "views/sales_process_report_form_views.xml",
        "views/sales_process_work_report_answer_views.xml",
        "views/sales_process_work_report_form_views.xml",
        "views/sales_process_work_report_review_views.xml",
        "views/sales_process_work_report_views.xml",
        "views/crm_team_views.xml",
        "views/res_config_settings_views.xml",
        "report/sales_process_discipline_report_views.xml",
        "report/sales_process_work_report_templates.xml",
        "views/sales_process_report_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "sales_process_mgmt_report/static/src/**/*",
        ],
        "web.assets_tests": [
            "sales_process_mgmt_report/static/tests/tours/**/*",
        ],
    },
    "demo": ["demo/sales_process_demo.xml"],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
