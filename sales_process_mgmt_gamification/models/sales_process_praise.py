# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models

# Praise between the same two people gives one badge in so many days.
PAIR_DAYS = 30


class SalesProcessPraise(models.Model):
    _inherit = "sales.process.praise"

    @api.model_create_multi
    def create(self, vals_list):
        """Praise that the team reads gives a badge; what is private stays private."""
        praises = super().create(vals_list)
        # sudo: the setting of the team, whoever praises
        earned = praises.sudo().filtered(
            lambda praise: praise.is_shown and praise.team_id.process_badge
        )
        self.env["gamification.badge.user"]._grant(
            "praise", "process_praise_id", earned._filter_pairs()
        )
        return praises

    def _filter_pairs(self):
        """Praise that is not one more between the same two people.

        Two who praise each other every day would have a wall of badges.

        :return: sales.process.praise in sudo
        """
        if not self:
            return self
        people = self.giver_id | self.user_id
        since = self.env.cr.now() - timedelta(days=PAIR_DAYS)
        given = self.env["gamification.badge.user"].search(
            [
                ("process_praise_id.giver_id", "in", people.ids),
                ("process_praise_id.user_id", "in", people.ids),
                ("process_praise_id.date_given", ">", since),
            ]
        )
        known = {praise._get_pair() for praise in given.process_praise_id}
        found = self.browse()
        for praise in self:
            pair = praise._get_pair()
            if pair not in known:
                known.add(pair)
                found |= praise
        return found

    def _get_pair(self):
        return frozenset((self.giver_id.id, self.user_id.id))

    @api.ondelete(at_uninstall=False)
    def _unlink_with_badges(self):
        # sudo: the badge goes with what has earned it
        self.env["gamification.badge.user"].sudo().search(
            [("process_praise_id", "in", self.ids)]
        )._take_back()
