# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessAbsence(models.Model):
    """Leave moves steps of a training, and the end of a certificate."""

    _inherit = "sales.process.absence"

    def _follow(self, users=None):
        people = (users or self.env["res.users"]) | self.user_id
        result = super()._follow(users)
        self.env["sales.process.exam.result"]._follow_absences(people)
        self.env["sales.process.training.task"]._follow_absences(people)
        return result
