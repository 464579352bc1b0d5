# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
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

    @api.model
    def _get_asked_kinds(self):
        return super()._get_asked_kinds() | {"complaint_open"}

    def _get_agenda_queries(self):
        # known without a query: everybody's home asks for agenda items
        definitions = self.env["res.groups"]._get_group_definitions()
        manager_id = definitions.get_id("sales_team.group_sale_manager")
        query = SQL(
            """
            SELECT complaint.id, complaint.decider_id AS user_id, NULL AS team_id,
                   complaint.company_id, complaint.code AS name,
                   complaint.date AS date_since, complaint.date_due
              FROM sales_process_complaint AS complaint
             WHERE complaint.state != 'closed'
               AND NOT EXISTS (
                   SELECT FROM res_groups_users_rel AS manager
                    WHERE manager.uid = complaint.against_id AND manager.gid IN %s)
            """,
            (manager_id, *definitions.get_subset_ids([manager_id])),
        )
        return {
            **super()._get_agenda_queries(),
            "complaint_open": (COMPLAINT, query),
        }
