# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.marks import granting, is_granting


class GamificationBadgeUser(models.Model):
    """Badges of ours come with what has earned them, and go with it.

    Odoo lets everybody write these rows: what is ours is written by our server code
    alone, whoever asks.
    """

    _name = "gamification.badge.user"
    # asked first: Odoo stumbles over a row without a badge
    _inherit = ["sales.process.guard", "gamification.badge.user"]

    process_card_id = fields.Many2one(
        "sales.process.scorecard",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        groups="base.group_system",
        export_string_translation=False,
    )
    process_praise_id = fields.Many2one(
        "sales.process.praise",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        groups="base.group_system",
        export_string_translation=False,
    )

    _process_card_uniq = models.UniqueIndex(
        "(badge_id, process_card_id) WHERE process_card_id IS NOT NULL"
    )
    _process_praise_uniq = models.UniqueIndex(
        "(badge_id, process_praise_id) WHERE process_praise_id IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        begin = self.default_get(["badge_id"])
        badges = [{**begin, **vals}.get("badge_id") for vals in vals_list]
        self._check_earned(badges)
        return super().create(vals_list)

    def write(self, vals):
        # sudo: which badge it is, whoever reads it
        self._check_earned([*self.sudo().badge_id.ids, vals.get("badge_id")])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_earned(self):
        # sudo: which badge it is, whoever reads it
        self._check_earned(self.sudo().badge_id.ids)

    def _check_earned(self, badge_ids):
        """Refuse to give, change or take a badge of ours by hand.

        :param badge_ids: ids of gamification.badge; what is no id is refused by the
            guard
        :raise UserError: one sentence
        """
        if is_granting(self.env):
            return
        # sudo: what a badge is earned by is no secret
        badges = (
            self.env["gamification.badge"]
            .sudo()
            .browse(one for one in badge_ids if one and isinstance(one, int))
        )
        if ours := badges.exists().filtered("process_kind"):
            raise UserError(
                self.env._(
                    "“%(badge)s” is earned by closed scorecards or praise alone: "
                    "nobody gives, changes or takes it by hand.",
                    badge=ours[0].name,
                )
            )

    @api.model
    def _grant(self, kind, name, records):
        """Give a badge for each of these, once, and tell whom it is given.

        :param str kind: ``process_kind`` of the badge
        :param str name: field that names what has earned it
        :param records: sales.process.scorecard or sales.process.praise in sudo
        :return: gamification.badge.user in sudo
        """
        # sudo: given by the system, whoever closes or praises
        rows = self.sudo()
        badge = rows.env["gamification.badge"].search([("process_kind", "=", kind)])
        if not badge or not records:
            return rows.browse()
        known = rows.search(
            [("badge_id", "=", badge.id), (name, "in", records.ids)]
        ).mapped(name)
        with granting(self.env):
            given = rows.create(
                [
                    {
                        "badge_id": badge.id,
                        "user_id": record.user_id.id,
                        name: record.id,
                    }
                    for record in records - known
                ]
            )
        if given and kind != "praise":
            self.env["sales.process.notice"]._tell(
                given.user_id,
                lambda env: (
                    env._("You have earned a badge"),
                    badge.with_env(env).sudo().name,
                ),
            )
        return given

    def _take_back(self):
        """What has earned these counts no more."""
        with granting(self.env):
            self.unlink()
