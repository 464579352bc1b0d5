# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.addons.sales_process_mgmt_commission.tests.common import (
    JANUARY,
    CommissionCommon,
)
from odoo.addons.sales_process_mgmt_commission.tools import commission as tools


class FactorCommon(CommissionCommon):
    """Five percent of what is collected, multiplied by the scorecard."""

    @classmethod
    def _create_version(cls, **values):
        return super()._create_version(**{"is_by_scorecard": True, **values})

    def _create_card(self, coefficient, day=JANUARY, user=None, **values):
        """A scorecard of the month that was discussed."""
        self.env.cr.flush()
        last = tools.next_month(day) - timedelta(days=1)
        return (
            self.env["sales.process.scorecard"]
            .sudo()
            .create(
                {
                    "user_id": (user or self.salesperson).id,
                    "company_id": self.company.id,
                    "team_id": self.team.id,
                    "date_from": day,
                    "date_to": last,
                    "state": "discussed",
                    "coefficient": coefficient,
                    **values,
                }
            )
        )

    def _close_card(self, card, user=None):
        # what is counted is not what is tested here
        with patch.object(type(card), "_count", lambda cards: None):
            card.with_user(user or self.administrator).action_close()
        self.env.flush_all()
        self.env.invalidate_all()
        return card

    def _judge(self, coefficient, day=JANUARY, user=None):
        """A closed scorecard of the month, opened anew where there is one."""
        last = (
            self.env["sales.process.scorecard"]
            .sudo()
            .search(
                [
                    ("user_id", "=", (user or self.salesperson).id),
                    ("date_from", "=", day),
                    ("is_replaced", "=", False),
                ]
            )
        )
        if not last:
            return self._close_card(self._create_card(coefficient, day, user))
        with patch.object(type(last), "_count", lambda cards: None):
            last.with_user(self.administrator).action_reopen()
        again = last.search([("replaces_id", "=", last.id)])
        again.sudo().write({"state": "discussed", "coefficient": coefficient})
        return self._close_card(again)
