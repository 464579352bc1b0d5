# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Letters",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Letters to owned customers are guarded",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt", "snailmail"],
    "auto_install": True,
}
