# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Care",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Complaints that do not get lost, satisfaction that nobody can forge",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_metric"],
    "data": [
        "security/sales_process_complaint_security.xml",
        "security/sales_process_satisfaction_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/ir_sequence_data.xml",
        "data/sales_process_metric_data.xml",
        "wizard/sales_process_complaint_answer_views.xml",
        "views/sales_process_complaint_views.xml",
        "wizard/sales_process_complaint_entry_views.xml",
        "wizard/sales_process_satisfaction_show_views.xml",
        "views/sales_process_satisfaction_views.xml",
        "views/crm_lead_views.xml",
        "views/crm_team_views.xml",
        "views/satisfaction_templates.xml",
    ],
}
