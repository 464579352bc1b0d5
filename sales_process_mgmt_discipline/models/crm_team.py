# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_policy = fields.Boolean(
        string="Policies",
        default=True,
        help="Whether the people of this team are asked to confirm policies. Without "
        "it, what they were asked for before is closed.",
        prefetch="process_discipline",
    )
    process_violation = fields.Boolean(
        string="Violations",
        help="Whether violations of this team are recorded, and proposed from facts.",
        prefetch="process_discipline",
    )
    process_violation_from = fields.Date(
        string="Violations since",
        readonly=True,
        copy=False,
        help="The day on which it was switched on. What happened before is not "
        "proposed.",
        prefetch="process_discipline",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams.filtered("process_violation")._begin_violations()
        return teams

    def _begin_violations(self):
        """What happened before it was switched on is not proposed."""
        if not self:
            return
        today = self._get_process_today(self.env.user)
        # sudo: written by the system, after what is asked of the user
        self.sudo().write({"process_violation_from": today})

    def write(self, vals):
        begun = self.browse()
        if vals.get("process_violation"):
            begun = self.filtered(lambda team: not team.process_violation)
        result = super().write(vals)
        begun._begin_violations()
        if not vals.keys().isdisjoint(
            ("active", "process_mode", "process_policy", "user_id")
        ):
            self.env["sales.process.policy"]._wake()
        return result

    @api.model
    def _follow_leaders(self):
        result = super()._follow_leaders()
        # sudo: whoever sets a leader need not read what that leader decides
        self.env["sales.process.violation"].sudo()._ask_anew()
        return result
