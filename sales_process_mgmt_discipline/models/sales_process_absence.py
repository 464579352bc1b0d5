# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessAbsence(models.Model):
    """Leave moves days to read, to be heard and to appeal, also afterwards.

    And what happened on a day of leave is no violation.
    """

    _inherit = "sales.process.absence"

    def _follow(self, users=None):
        people = (users or self.env["res.users"]) | self.user_id
        result = super()._follow(users)
        self.env["sales.process.policy.acknowledgement"]._follow_absences(people)
        self.env["sales.process.violation"]._follow_absences(people)
        return result
