# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.sales_process_mgmt.tools import period as period_tools

WHOLE = 100


class SalesProcessScorecard(models.Model):
    _inherit = "sales.process.scorecard"

    def action_close(self):
        result = super().action_close()
        self._update_badges()
        return result

    def action_reopen(self):
        result = super().action_reopen()
        self._update_badges()
        return result

    def _update_badges(self):
        """A badge stands as long as the closed scorecard that has earned it counts.

        Once all scorecards of a team and month are closed. Where one is opened anew,
        those of the month are taken back, and given again when it is closed. Who has
        improved most in the month after follows, too: it is compared with this one.
        """
        Badge = self.env["gamification.badge.user"]
        # sudo: what the others of the team have earned, whoever closes
        cards = self.sudo()
        for (team, day), _cards in (
            (cards | cards._find_beside(1))
            .grouped(lambda card: (card.team_id, card.date_from))
            .items()
        ):
            month = self.sudo().search(
                [("team_id", "=", team.id), ("date_from", "=", day)]
            )
            counting = month.filtered(lambda card: not card.is_replaced)
            # a rank follows from the scorecards of the others
            counting.invalidate_recordset(["gain", "gain_rank"])
            is_over = all(card.state == "closed" for card in counting)
            is_compared = all(
                card.state == "closed" for card in counting._find_beside(-1)
            )
            earned = {
                "improved": counting.filtered(
                    lambda card, is_compared=is_compared: (
                        is_compared and card.gain_rank == 1 and card.gain > 0
                    )
                ),
                "team_goal": counting.filtered(type(self)._has_reached_goal),
            }
            for kind, cards in earned.items():
                right = cards if is_over else cards.browse()
                # each: two kinds of badges, for one month of a team
                given = Badge.sudo().search(
                    [
                        ("process_card_id", "in", month.ids),
                        ("badge_id.process_kind", "=", kind),
                    ]
                )
                given.filtered(
                    lambda row, right=right: row.process_card_id not in right
                )._take_back()
                if team.process_badge:
                    Badge._grant(kind, "process_card_id", right)

    def _find_beside(self, shift):
        """The scorecards that count of the same people, so many months later.

        :param int shift: months, -1 for those of the month before
        :return: sales.process.scorecard
        """
        days = {
            period_tools.shift_period("monthly", day, shift)[0]
            for day in self.mapped("date_from")
        }
        return self.search(
            [
                ("user_id", "in", self.user_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("date_from", "in", list(days)),
                ("is_replaced", "=", False),
            ]
        )

    def _has_reached_goal(self):
        """Tell whether the team of the end of the month has reached its goal.

        :return: bool
        """
        self.ensure_one()
        # not sorted: those of all the others are read together with these
        last = max(
            self.segment_ids,
            key=lambda part: (part.date_from, part.id),
            default=self.segment_ids,
        )
        return last.has_team_goal and last.team_reached >= WHOLE
