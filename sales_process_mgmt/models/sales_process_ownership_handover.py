# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    def _get_territories(self):
        """State and country of the newest open lead of each customer.

        :return: ``{ownership id: (res.country.state, res.country)}``
        """
        return {
            ownership.id: (leads[-1].state_id, leads[-1].country_id)
            for ownership, leads in self._get_open_leads()
            .grouped("ownership_id")
            .items()
        }

    def _is_hand_over_agreed(self, user):
        """The leader has sent a list that says so, and all have confirmed it."""
        agreed = super()._is_hand_over_agreed(user)
        if agreed or not user:
            return agreed
        lines = (
            self.env["sales.process.handover.line"]
            .sudo()
            .search(
                [
                    ("ownership_id", "=", self.id),
                    ("new_user_id", "=", user.id),
                    ("handover_id.state", "=", "confirm"),
                ]
            )
        )
        return any(not line.handover_id.missing_user_ids for line in lines)
