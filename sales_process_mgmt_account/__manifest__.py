# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Invoices",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "The owner stays responsible until the money is in",
    "author": "Sales Process Management contributors",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_sale", "account"],
    "data": [
        "views/sales_process_ownership_views.xml",
    ],
    "auto_install": True,
}
