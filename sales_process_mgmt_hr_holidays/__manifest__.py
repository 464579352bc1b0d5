# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Time Off",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Validated time off is an absence: no new customers, the timer waits",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Beta",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt", "hr_holidays"],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
