# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Discipline",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Policies that are confirmed by name, violations that are heard",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_metric"],
    "data": [
        "security/sales_process_policy_security.xml",
        "security/sales_process_violation_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/sales_process_metric_data.xml",
        "data/sales_process_violation_type_data.xml",
        "wizard/sales_process_policy_answer_views.xml",
        "wizard/sales_process_violation_answer_views.xml",
        "report/sales_process_receipt_templates.xml",
        "views/sales_process_policy_acknowledgement_views.xml",
        "views/sales_process_policy_version_views.xml",
        "views/sales_process_policy_views.xml",
        "views/sales_process_violation_type_views.xml",
        "views/sales_process_violation_views.xml",
        "views/crm_team_views.xml",
        "views/portal_templates.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "sales_process_mgmt_discipline/static/tests/tours/**/*",
        ],
    },
    "demo": ["demo/sales_process_demo.xml"],
}
