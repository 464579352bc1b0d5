# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Commission",
    "version": "19.0.1.1.0",
    "category": "Sales/CRM",
    "summary": "Commission that is right to the cent, line by line",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_sale"],
    "data": [
        "security/ir.model.access.csv",
        "security/sales_process_commission_security.xml",
        "data/ir_cron_data.xml",
        "report/sales_process_commission_statement_templates.xml",
        "views/res_users_views.xml",
        "views/sales_process_commission_plan_views.xml",
        "views/sales_process_commission_agreement_views.xml",
        "views/sales_process_commission_line_views.xml",
        "views/sales_process_commission_statement_views.xml",
        "views/sales_process_commission_month_views.xml",
        "views/sales_process_commission_dispute_views.xml",
        "views/sales_process_commission_split_views.xml",
        "views/sales_process_commission_menus.xml",
    ],
    "assets": {
        "web.assets_tests": [
            "sales_process_mgmt_commission/static/tests/tours/**/*",
        ],
    },
    "demo": ["demo/sales_process_demo.xml"],
}
