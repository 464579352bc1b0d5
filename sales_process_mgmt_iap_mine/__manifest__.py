# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Developed and tested among other apps only: see scripts/test_among.
{
    "name": "Sales Process Management: Lead Generation",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Bought leads of owned customers go to their owners",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt", "crm_iap_mine"],
    "auto_install": True,
}
