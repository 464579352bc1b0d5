# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Privacy",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "What is kept of a person is found and made anonymous",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt", "privacy_lookup"],
    "auto_install": True,
}
