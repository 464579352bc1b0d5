# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

REWARDS = ("reward_id", "reward_first_id", "reward_second_id", "reward_third_id")


class GamificationChallenge(models.Model):
    _inherit = "gamification.challenge"

    @api.constrains(*REWARDS)
    def _check_rewards(self):
        """A challenge rests on goals, which can be set by whoever has them."""
        for challenge in self:
            for name in REWARDS:
                if challenge[name].process_kind:
                    raise ValidationError(
                        self.env._(
                            "“%(badge)s” is earned by closed scorecards or praise "
                            "alone.",
                            badge=challenge[name].name,
                        )
                    )
