# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.addons.sales_process_mgmt.tools import period as period_tools
from odoo.addons.sales_process_mgmt_scorecard.tests.common import JUNE, ScorecardCommon

BADGE = "gamification.badge.user"
MAY = date(2026, 5, 1)
LAST = "2026-07-02 02:00:00"


class BadgeCommon(ScorecardCommon):
    """Team East gives badges; in the other teams they are switched off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_east.process_badge = True
        cls.admin = cls.env.ref("base.user_admin")
        cls.badges = {
            kind: cls.env.ref(f"sales_process_mgmt_gamification.badge_{kind}")
            for kind in ("improved", "team_goal", "praise")
        }

    def _find(self, kind=None):
        rows = self.env[BADGE].search([("badge_id.process_kind", "!=", False)])
        return rows.filtered(lambda row: kind in (None, row.badge_id.process_kind))

    def _praise(self, giver=None, user=None):
        return (
            self.env["sales.process.praise"]
            .with_user(giver or self.salesperson_b)
            .create({"user_id": (user or self.salesperson_a).id, "text": "Helped"})
        )

    def _add(self, day, scores, team=None, reached=None, state="closed"):
        """Scorecards as a month has left them.

        :param dict scores: ``{person: score or None}``
        :param float reached: percent of the goal of the team; None without one
        """
        team = self.team_east if team is None else team
        first, last = period_tools.period_dates("monthly", day)
        cards = self.Card.create(
            [
                {
                    "user_id": user.id,
                    "team_id": team.id,
                    "company_id": (team.company_id or user.company_id).id,
                    "date_from": first,
                    "date_to": last,
                    "state": state,
                    "score": score or 0,
                    "has_score": score is not None,
                }
                for user, score in scores.items()
            ]
        )
        if reached is not None:
            self._add_parts(cards, first, reached)
        return cards

    def _add_parts(self, cards, day, reached, has_goal=True):
        """A part of the month, in which the team has reached so much of its goal."""
        self.env["sales.process.scorecard.segment"].create(
            [
                {
                    "scorecard_id": card.id,
                    "team_id": card.team_id.id,
                    "date_from": day,
                    "date_end": period_tools.shift_period("monthly", day, 1)[0],
                    "has_team_goal": has_goal,
                    "team_reached": reached,
                }
                for card in cards
            ]
        )

    def _improve(self, gains, **values):
        """Two closed months: from 60 points on each has gained so much.

        :param dict gains: ``{person: points}``
        :return: the scorecards of June
        """
        self._add(MAY, dict.fromkeys(gains, 60), values.get("team"))
        return self._add(
            JUNE, {user: 60 + gain for user, gain in gains.items()}, **values
        )

    def _count_told(self, user):
        return self.env["mail.message"].search_count(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("subject", "=", "You have earned a badge"),
            ]
        )
