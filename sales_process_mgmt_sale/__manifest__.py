# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Orders",
    "version": "19.0.2.0.0",
    "category": "Sales/CRM",
    "summary": "A customer has signed when its order is confirmed",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_account", "sales_process_mgmt_metric", "sale_crm"],
    "data": [
        "security/ir.model.access.csv",
        "security/sales_process_credit_security.xml",
        "data/mail_activity_type_data.xml",
        "data/sales_process_metric_data.xml",
        "views/crm_team_views.xml",
        "views/sales_process_ownership_views.xml",
        "views/sale_order_views.xml",
        "views/sales_process_credit_question_views.xml",
        "views/sales_process_money_views.xml",
    ],
    "auto_install": True,
    "post_init_hook": "post_init_hook",
}
