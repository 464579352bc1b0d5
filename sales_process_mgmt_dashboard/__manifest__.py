# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Dashboards",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Dashboards for who leads a team, a region or the whole company",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_report", "spreadsheet_dashboard"],
    "data": [
        "security/spreadsheet_dashboard_security.xml",
        "data/spreadsheet_dashboard_data.xml",
        "views/spreadsheet_dashboard_views.xml",
        "views/sales_process_dashboard_menus.xml",
    ],
    "auto_install": True,
}
