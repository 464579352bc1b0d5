# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Group Robots",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Groups in WeCom, DingTalk and Feishu hear what happens",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt"],
    "external_dependencies": {"python": ["requests"]},
    "data": [
        "security/sales_process_robot_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "views/sales_process_robot_views.xml",
    ],
    "demo": ["demo/sales_process_demo.xml"],
}
