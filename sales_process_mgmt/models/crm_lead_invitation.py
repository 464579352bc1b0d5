# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .crm_lead_display import search_period


class CrmLead(models.Model):
    """Colleagues who help, and those who ask to."""

    _inherit = "crm.lead"

    collaborator_ids = fields.Many2many(
        "res.users",
        string="Helpers",
        compute="_compute_helpers",
        search=search_period("collaborator_ids"),
        help="Colleagues invited to work the customer. They do not own it.",
    )
    can_invite_helper = fields.Boolean(
        compute="_compute_can_invite_helper",
        help="Whether you own the customer or lead its team, and so decide who helps.",
    )
    open_invitation_count = fields.Integer(
        compute="_compute_helpers",
        help="Colleagues who ask to help with the customer and wait for your answer.",
    )

    @api.depends_context("uid")
    @api.depends("ownership_id.user_id", "ownership_id.state")
    def _compute_can_invite_helper(self):
        user = self.env.user
        for lead in self:
            # sudo: a stranger may be unable to read the ownership
            ownership = lead.sudo().ownership_id
            lead.can_invite_helper = ownership.state == "open" and (
                ownership.user_id == user or ownership.team_id._is_leader(user)
            )

    @api.depends_context("uid")
    @api.depends("can_invite_helper", "ownership_id.collaborator_ids")
    def _compute_helpers(self):
        """Who helps, and how many ask to: a form shows both, and asks once."""
        self.env["sales.process.invitation"].flush_model(["ownership_id", "state"])
        # sudo: whoever reads the lead reads who helps; those who ask are only counted
        # where the user decides
        period_ids = self.sudo().ownership_id.ids
        found = {}
        if period_ids:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT period.id,
                           ARRAY(SELECT rel.user_id
                                   FROM sales_process_ownership_collaborator_rel rel
                                   JOIN res_users ON res_users.id = rel.user_id
                                   JOIN res_partner
                                     ON res_partner.id = res_users.partner_id
                                  WHERE rel.ownership_id = period.id
                               ORDER BY res_partner.name, res_users.login),
                           (SELECT COUNT(*)
                              FROM sales_process_invitation
                             WHERE ownership_id = period.id AND state = 'asked')
                      FROM UNNEST(%s) AS period (id)
                    """,
                    period_ids,
                )
            )
            found = {row[0]: row[1:] for row in rows}
        Users = self.env["res.users"]
        for lead in self:
            helpers, asking = found.get(lead.sudo().ownership_id.id, ((), 0))
            lead.collaborator_ids = Users.browse(helpers)
            lead.open_invitation_count = asking if lead.can_invite_helper else 0

    def action_invite_helper(self):
        """Open the dialog that invites a colleague to help.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the ownership checks who may invite
        return self.sudo().ownership_id.sudo(False).action_invite()

    def action_answer_invitations(self):
        """Open the questions of colleagues who ask to help.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_invitation_action"
        )
        # sudo: the rules of invitations say which of them are shown
        ownership = self.sudo().ownership_id
        action["domain"] = [("ownership_id", "=", ownership.id)]
        return action
