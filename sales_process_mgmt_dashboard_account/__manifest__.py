# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Money Dashboard",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "What was invoiced, collected and is owed, on a dashboard",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_dashboard", "sales_process_mgmt_account"],
    "data": [
        "data/spreadsheet_dashboard_data.xml",
    ],
    "auto_install": True,
}
