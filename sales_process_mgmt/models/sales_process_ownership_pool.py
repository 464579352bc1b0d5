# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools import deadline as deadline_tools
from ..tools import identity


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    masked_contact = fields.Char(
        string="Contact (Hidden)",
        compute="_compute_masked_contact",
        help="Phone and e-mail are hidden until the customer is taken.",
    )

    @api.depends("key_ids.value")
    def _compute_masked_contact(self):
        masks = {
            "phone": identity.mask_phone,
            "phone_digits": identity.mask_phone,
            "email": identity.mask_email,
        }
        for ownership in self:
            # sudo: only the masked form is shown
            ownership.masked_contact = ", ".join(
                masks[key.kind](key.value)
                for key in ownership.sudo().key_ids
                if key.kind in masks
            )

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    def web_read(self, specification):
        """Opening customers of the pool is logged and limited per person and day."""
        if len(self) == 1 and not self.env.su:
            self._check_pool_view()
        return super().web_read(specification)

    def _check_pool_view(self):
        """Refuse to open more customers of the pool than the team allows in a day."""
        user = self.env.user
        # sudo: the settings of the team hold for whoever opens the customer
        ownership = self.sudo()
        team = ownership.team_id
        if (
            ownership.state != "pool"
            or team.process_mode != "enforce"
            or not team.pool_view_limit
            or team._is_leader(user)
        ):
            return
        Lookup = self.env["sales.process.lookup"]
        opened = Lookup.sudo().search(
            [
                ("user_id", "=", user.id),
                ("kind", "=", "pool"),
                ("date", ">=", ownership._get_day_start(user)),
            ]
        )
        if ownership in opened.ownership_id:
            return
        if len(opened.ownership_id) >= team.pool_view_limit:
            raise UserError(
                self.env._(
                    "You have opened %(count)s customers of the pool today, that is "
                    "the limit of %(team)s. Take one, or go on tomorrow.",
                    count=len(opened.ownership_id),
                    team=team.name,
                )
            )
        Lookup._log_pool_views(user, ownership)

    # ------------------------------------------------------------
    # TAKE
    # ------------------------------------------------------------

    def action_take(self):
        """Take the customer from the pool for oneself.

        Two people at the same instant: one has it, the other gets the sentence.

        :return: dict, a window action on the lead
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only salespeople take customers from the pool.")
            )
        # sudo: the rules of the pool decide, the ledger is written by its methods
        ownership = self.sudo()
        # the limits of a person hold for two takes of hers at once, too
        self.env.cr.execute(
            "SELECT id FROM res_users WHERE id = %s FOR NO KEY UPDATE", (user.id,)
        )
        ownership._lock_rows()
        ownership._check_take(user)
        successor = ownership._hand_over({ownership: user}, "pool", "transferred")[
            ownership
        ]
        lead = successor.lead_ids.filtered("active")[:1]
        if not lead:
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": lead.id,
            "view_mode": "form",
        }

    def _check_take(self, user):
        """Refuse a take that the rules of the pool do not allow, in one sentence."""
        self.ensure_one()
        team = self.team_id
        if self.state != "pool":
            raise UserError(
                self.env._(
                    "Somebody has just taken this customer. Look for another one."
                )
            )
        is_leader = team._is_leader(user)
        if not is_leader and user not in team.crm_team_member_ids.user_id:
            raise AccessError(
                self.env._(
                    "Only members of %(team)s take customers from its pool.",
                    team=team.name,
                )
            )
        if self.is_frozen:
            raise UserError(self.env._("This customer does not want to be contacted."))
        if self.is_dormant and not is_leader:
            raise UserError(
                self.env._(
                    "This customer rests: several owners in a row let it go. The "
                    "team leader can wake it."
                )
            )
        self._check_cooldown(user)
        self._check_take_limits(user)

    def _check_cooldown(self, user):
        days = self.team_id.cooldown_days
        since = self.env.cr.now() - timedelta(days=days)
        own = self.chain_ids.filtered(
            lambda row: (
                row.user_id == user
                and row.end_reason in ("expired", "released")
                and row.date_end > since
            )
        )
        if own:
            until = max(own.mapped("date_end")) + timedelta(days=days)
            raise UserError(
                self.env._(
                    "You let this customer go. You may take it again from %(date)s.",
                    date=format_date(
                        self.env, fields.Datetime.context_timestamp(self, until)
                    ),
                )
            )

    def _check_take_limits(self, user):
        team = self.team_id
        if team.pool_take_limit:
            taken = self.search_count(
                [
                    ("user_id", "=", user.id),
                    ("origin", "=", "pool"),
                    ("date_start", ">=", self._get_day_start(user)),
                ]
            )
            if taken >= team.pool_take_limit:
                raise UserError(
                    self.env._(
                        "You have taken %(count)s customers today, that is the limit "
                        "of %(team)s. Giving one back does not change it.",
                        count=taken,
                        team=team.name,
                    )
                )
        if team._get_customer_room(user) <= 0:
            raise UserError(
                self.env._(
                    "You hold as many open customers as %(team)s allows. Finish or "
                    "give up one first.",
                    team=team.name,
                )
            )

    def _get_day_start(self, user):
        """Midnight of today in the zone of ``user``, as naive UTC."""
        zone = self.team_id._get_process_timezone(user)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        yesterday = today - timedelta(days=1)
        return deadline_tools.end_of_day_utc(yesterday, zone) + timedelta(seconds=1)

    # ------------------------------------------------------------
    # GIVE UP, FREEZE, WAKE
    # ------------------------------------------------------------

    def _check_give_up(self):
        for ownership in self:
            owner = ownership.user_id == self.env.user
            if ownership.state != "open":
                raise UserError(
                    self.env._("Only an owned customer can be given up. Reload it.")
                )
            if not owner and not ownership.can_lead:
                raise AccessError(
                    self.env._("Only the owner or the team leader gives it up.")
                )

    def _give_up(self, reason, pool_team=None):
        """Give customers up into the pool.

        :param str reason: why, in words
        :param pool_team: crm.team whose pool receives them; by default the one of
            the team's settings
        :return: the periods in the pool
        """
        self.check_access("read")
        rows = self.sudo()
        rows._lock_rows()
        self._check_give_up()
        successors = {}
        for team, ownerships in rows.grouped("team_id").items():
            successors |= rows._hand_over(
                dict.fromkeys(ownerships, self.env["res.users"]),
                "release",
                "released",
                reason,
                pool_team or team.pool_team_id or team,
            )
        return self.browse().union(*successors.values())

    def action_freeze(self):
        """The customer does not want to be contacted: no timer, nobody takes it."""
        self.check_access("read")
        self._check_leader()
        rows = self.sudo()._lock_rows()
        rows.write({"is_frozen": True, "awaits_duty": False})
        rows._update_deadlines()

    def action_unfreeze(self):
        """The customer may be contacted again, with a fresh period."""
        self.check_access("read")
        self._check_leader()
        rows = self.sudo()._lock_rows()
        rows.write({"is_frozen": False})
        rows._give_fresh_period()

    def action_wake(self):
        """A resting customer may be taken again."""
        self.check_access("read")
        self._check_leader()
        self.sudo()._lock_rows().write({"is_dormant": False, "lapse_count": 0})
