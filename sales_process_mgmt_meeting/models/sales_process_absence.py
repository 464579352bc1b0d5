# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessAbsence(models.Model):
    """Leave excuses from a meeting, also leave that is entered later."""

    _inherit = "sales.process.absence"

    def _follow(self, users=None):
        people = (users or self.env["res.users"]) | self.user_id
        result = super()._follow(users)
        self.env["sales.process.meeting.attendance"]._follow_absences(people)
        return result
