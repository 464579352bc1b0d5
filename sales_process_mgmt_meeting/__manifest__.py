# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Regular Meeting",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Agenda from what happened, minutes, decisions that are carried out",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["calendar", "sales_process_mgmt_metric"],
    "data": [
        "security/sales_process_meeting_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/sales_process_metric_data.xml",
        "wizard/sales_process_meeting_code_views.xml",
        "wizard/sales_process_meeting_presence_views.xml",
        "views/sales_process_meeting_views.xml",
        "views/sales_process_meeting_line_views.xml",
        "views/sales_process_meeting_decision_views.xml",
        "views/sales_process_meeting_attendance_views.xml",
        "views/sales_process_meeting_series_views.xml",
        "views/crm_team_views.xml",
        "views/sales_process_meeting_menus.xml",
    ],
}
