# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Money",
    "version": "19.0.1.1.0",
    "category": "Sales/CRM",
    "summary": "The owner stays responsible until the money is in",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "maintainers": ["maintainers"],
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_metric", "account"],
    "data": [
        "security/ir.model.access.csv",
        "security/sales_process_money_security.xml",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/sales_process_metric_data.xml",
        "views/sales_process_collection_views.xml",
        "views/sales_process_money_views.xml",
        "views/sales_process_ownership_views.xml",
    ],
    "auto_install": True,
}
