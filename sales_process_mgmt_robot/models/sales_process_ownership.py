# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

# Somebody has just received these; imports and take-overs are no news.
RECEIVED = ("reception", "hotline", "lead")


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    def _open_periods(self, values_list, tags_list=None):
        """The group hears of customers who were received."""
        periods = super()._open_periods(values_list, tags_list)
        self._hear_of(
            "received",
            periods.filtered(
                lambda row: (
                    row.user_id and row.origin in RECEIVED and not row.previous_id
                )
            ),
        )
        return periods

    def _hand_over(self, assignments, origin, reason, note=None, team=None):
        """The group hears of customers whose days are over."""
        successors = super()._hand_over(assignments, origin, reason, note, team)
        if reason == "expired":
            self._hear_of(
                "expired", self.browse().union(*successors).filtered("user_id")
            )
        return successors

    def _sign(self):
        """The group hears of customers who have signed."""
        pursued = self.filtered(lambda row: row.phase == "pursuing")
        result = super()._sign()
        self._hear_of("won", pursued.filtered("user_id"))
        return result

    def _hear_of(self, event, periods):
        def get_values(row):
            origins = dict(row._fields["origin"]._description_selection(row.env))
            return {
                "customer": row.name,
                "owner": row.user_id.name,
                "team": row.team_id.name,
                "origin": origins.get(row.origin),
            }

        self.env["sales.process.robot"]._hear(event, periods, get_values)
