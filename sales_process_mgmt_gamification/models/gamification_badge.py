# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("improved", "Most Improved"),
    ("team_goal", "Team Goal Reached"),
    ("praise", "Praised"),
]


class GamificationBadge(models.Model):
    _name = "gamification.badge"
    _inherit = ["sales.process.guard", "gamification.badge"]

    process_kind = fields.Selection(
        KINDS,
        string="Earned By",
        readonly=True,
        copy=False,
        help="Given by closed scorecards or praise alone: nobody gives it by hand, and "
        "no goal or challenge does.",
    )

    _process_kind_uniq = models.UniqueIndex(
        "(process_kind) WHERE process_kind IS NOT NULL",
        "Another badge is earned by this already.",
    )

    @api.constrains("goal_definition_ids", "process_kind", "rule_auth")
    def _check_no_goal(self):
        """A goal can be set by whoever has it: it gives none of these badges."""
        for badge in self.filtered("process_kind"):
            if badge.goal_definition_ids or badge.rule_auth != "nobody":
                raise ValidationError(
                    self.env._(
                        "“%(badge)s” is earned by closed scorecards or praise alone.",
                        badge=badge.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_earned(self):
        """With the badge all would go that have been earned."""
        if ours := self.filtered("process_kind"):
            raise UserError(
                self.env._(
                    "“%(badge)s” is earned: archive it instead of deleting it.",
                    badge=ours[0].name,
                )
            )
