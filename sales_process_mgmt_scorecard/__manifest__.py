# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Scorecards",
    "version": "19.0.1.1.0",
    "category": "Sales/CRM",
    "summary": "A month of a person that everybody can count again by hand",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_metric"],
    "data": [
        "security/ir.model.access.csv",
        "security/sales_process_scorecard_security.xml",
        "data/ir_cron_data.xml",
        "data/sales_process_metric_data.xml",
        "views/sales_process_scorecard_template_views.xml",
        "views/sales_process_scorecard_line_views.xml",
        "views/sales_process_scorecard_views.xml",
        "views/sales_process_scorecard_stay_views.xml",
        "views/sales_process_scorecard_payroll_views.xml",
        "views/sales_process_scorecard_rating_views.xml",
        "views/sales_process_praise_views.xml",
        "views/crm_team_views.xml",
        "views/sales_process_scorecard_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "sales_process_mgmt_scorecard/static/tests/tours/**/*",
        ],
    },
    "demo": ["demo/sales_process_demo.xml"],
    "post_init_hook": "post_init_hook",
}
