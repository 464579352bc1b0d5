# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        self._clear_process_cache()
        members.filtered("active")._come_back()
        members._settle_homes()
        return members

    def write(self, vals):
        leaving = returning = self.browse()
        if vals.get("active") is False:
            leaving = self.filtered("active")
        elif vals.get("active"):
            returning = self.filtered(lambda member: not member.active)
        is_moving = not vals.keys().isdisjoint(("active", "crm_team_id", "user_id"))
        before = self.user_id if is_moving else self.user_id.browse()
        result = super().write(vals)
        if is_moving:
            self._clear_process_cache()
            self._settle_homes(before)
        leaving._leave_customers()
        returning._come_back()
        return result

    def unlink(self):
        pairs = [(member.user_id, member.crm_team_id) for member in self]
        people = self.user_id
        result = super().unlink()
        self._clear_process_cache()
        self.browse()._settle_homes(people)
        self.env["sales.process.ownership"]._mark_owner_left(pairs)
        return result

    @api.model
    def _clear_process_cache(self):
        """Record rules name the teams whose pool somebody sees as a member."""
        Team = self.env["crm.team"]
        if Team._get_active_process_ids():
            Team._clear_process_cache()

    def _settle_homes(self, before=None):
        """Whoever comes into the process or leaves it signs in elsewhere.

        Without a team that uses it there is no query.

        :param before: res.users, who was a member before
        """
        if self.env["crm.team"]._get_active_process_ids():
            people = self.user_id if before is None else self.user_id | before
            people._settle_process_home()

    def _leave_customers(self):
        """Whoever leaves a team leaves its customers."""
        self.env["sales.process.ownership"]._mark_owner_left(
            [(member.user_id, member.crm_team_id) for member in self]
        )

    def _come_back(self):
        """Whoever comes back before the release keeps the customers."""
        if self:
            self.env["sales.process.ownership"]._unmark_owner_left(
                [(member.user_id, member.crm_team_id) for member in self]
            )
