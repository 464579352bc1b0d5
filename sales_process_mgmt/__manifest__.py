# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "First-contact responsibility, follow-up timers and duty rosters",
    "author": "Sales Process Management contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["crm"],
    "data": [
        "security/sales_process_mgmt_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/sales_process_mgmt_menus.xml",
    ],
    "demo": [],
    "pre_init_hook": "pre_init_hook",
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
