# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

COMPLAINT = "sales.process.complaint"


class SalesProcessAgendaItem(models.Model):
    """Complaints that wait, for whoever answers for them and nobody else.

    The item is the decider's and of no team. What is against a sales administrator is
    no item: administrators read all items, that one too.
    """

    _inherit = "sales.process.agenda.item"
    _depends = {
        COMPLAINT: [
            "against_id",
            "code",
            "company_id",
            "date",
            "date_due",
            "decider_id",
            "state",
        ],
    }

    kind = fields.Selection(selection_add=[("complaint_open", "Complaints to Answer")])

    def _get_agenda_queries(self):
        # sudo: who administers sales is no secret
        managers = self.env.ref("sales_team.group_sale_manager").sudo().all_user_ids
        query = SQL(
            """
            SELECT complaint.id, complaint.decider_id AS user_id, NULL AS team_id,
                   complaint.company_id, complaint.code AS name,
                   complaint.date AS date_since, complaint.date_due
              FROM sales_process_complaint AS complaint
             WHERE complaint.state != 'closed'
               AND (complaint.against_id IS NULL OR complaint.against_id NOT IN %s)
            """,
            tuple(managers.ids) or (0,),
        )
        return {
            **super()._get_agenda_queries(),
            "complaint_open": (COMPLAINT, query),
        }
