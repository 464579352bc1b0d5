# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.sales_process_mgmt.models.sales_process_onboarding import make_step


class SalesProcessOnboarding(models.AbstractModel):
    """One more step: which reports the team submits."""

    _inherit = "sales.process.onboarding"

    @api.model
    def _get_steps(self, teams):
        steps = super()._get_steps(teams)
        step = make_step(
            "reports",
            self.env._("Which reports"),
            self.env._("Daily, weekly or monthly; most of it is filled in by itself."),
            self.env._("Choose Reports"),
            any(
                team.process_report_daily
                or team.process_report_weekly
                or team.process_report_monthly
                for team in teams
            ),
            teams
            and self._is_manager()
            and self._open_record(
                "sales_process_mgmt_report.sales_process_onboarding_report_action",
                teams[:1],
            ),
        )
        # the look at the first day stays the last one
        return [*steps[:-1], step, steps[-1]]
