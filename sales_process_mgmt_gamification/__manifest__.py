# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Sales Process Management: Badges",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Badges that are earned by closed scorecards and praise",
    "author": "Sales Process Management contributors",
    "website": "https://sales-process-mgmt.example",
    "development_status": "Alpha",
    "license": "LGPL-3",
    "depends": ["sales_process_mgmt_scorecard", "gamification"],
    "data": [
        "data/gamification_badge_data.xml",
        "views/crm_team_views.xml",
        "views/gamification_badge_views.xml",
    ],
    "auto_install": True,
}
