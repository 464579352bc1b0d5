# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .survey_survey import EXAM


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.depends("is_company")
    def _compute_certifications_count(self):
        """How many exams of the sales process somebody has passed is private."""
        result = super()._compute_certifications_count()
        # sudo: what is taken away is not shown
        groups = (
            self.env["survey.user_input"]
            .sudo()
            ._read_group(
                [
                    ("partner_id", "in", self.ids),
                    ("scoring_success", "=", True),
                    ("survey_id.survey_type", "=", EXAM),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.certifications_count -= counts.get(partner.id, 0)
        return result
