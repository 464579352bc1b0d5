# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmLead(models.Model):
    """Colleagues who help, and those who ask to."""

    _inherit = "crm.lead"

    can_invite_helper = fields.Boolean(
        compute="_compute_can_invite_helper",
        help="Whether you own the customer or lead its team, and so decide who helps.",
    )
    open_invitation_count = fields.Integer(
        compute="_compute_open_invitation_count",
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
    @api.depends("can_invite_helper")
    def _compute_open_invitation_count(self):
        deciding = self.filtered("can_invite_helper")
        counts = {}
        if deciding:
            # sudo: only counted where the user decides
            counts = dict(
                self.env["sales.process.invitation"]
                .sudo()
                ._read_group(
                    [
                        ("ownership_id", "in", deciding.sudo().ownership_id.ids),
                        ("state", "=", "asked"),
                    ],
                    ["ownership_id"],
                    ["__count"],
                )
            )
        for lead in self:
            lead.open_invitation_count = counts.get(lead.sudo().ownership_id, 0)

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
