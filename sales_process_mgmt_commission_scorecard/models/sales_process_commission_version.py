# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class SalesProcessCommissionVersion(models.Model):
    _inherit = "sales.process.commission.version"

    is_by_scorecard = fields.Boolean(
        string="Multiply by the Scorecard",
        help="What somebody earns in a month is multiplied by both coefficients of the "
        "scorecard of that month, once it is closed. The limit of a month comes after "
        "it.",
    )

    def _changes_months(self):
        return self.is_by_scorecard or super()._changes_months()

    @api.model
    @tools.ormcache()
    def _get_scorecard_company_ids(self):
        """The companies in which scorecards multiply commission.

        :return: frozenset of ids
        """
        # sudo: kept for everybody
        versions = self.sudo().search_fetch(
            [("state", "=", "force"), ("is_by_scorecard", "=", True)], ["company_id"]
        )
        return frozenset(versions.company_id.ids)
