# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Commission by Scorecard",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "The coefficient of a closed scorecard multiplies the commission",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_commission", "sales_process_mgmt_scorecard"],
    "data": [
        "views/sales_process_commission_plan_views.xml",
        "views/sales_process_commission_statement_views.xml",
        "views/sales_process_commission_statement_templates.xml",
    ],
    "auto_install": True,
}
