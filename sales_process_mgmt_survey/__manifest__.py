# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Training and Exams",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Training plans and exams that nobody previews",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_metric", "survey"],
    "data": [
        "security/sales_process_training_security.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/sales_process_metric_data.xml",
        "wizard/sales_process_training_answer_views.xml",
        "views/sales_process_exam_result_views.xml",
        "views/sales_process_training_task_views.xml",
        "views/survey_survey_views.xml",
        "views/sales_process_training_plan_views.xml",
        "views/survey_templates.xml",
        "views/sales_process_training_menus.xml",
        "views/crm_team_views.xml",
    ],
    "demo": ["demo/sales_process_demo.xml"],
}
