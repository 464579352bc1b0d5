# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# Developed and tested among other apps only: see scripts/test_among.
{
    "name": "Sales Process Management: Background Jobs",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Releases, takeovers and reports as jobs that several workers share",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt", "queue_job"],
    "data": [
        "data/queue_job_data.xml",
        "views/ir_cron_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
