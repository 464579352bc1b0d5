# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

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
    # TAKE
    # ------------------------------------------------------------

    def action_take(self):
        """Take the customer from the pool for oneself.

        Two people at the same instant: one has it, the other gets the sentence.

        :return: dict, says so and opens the lead
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only salespeople take customers from the pool.")
            )
        # sudo: the rules of the pool decide, the ledger is written by its methods
        ownership = self.sudo()
        ownership._lock_person(user)
        ownership._lock_rows()
        ownership._check_take(user)
        successor = ownership._hand_over(
            {ownership: user},
            "pool",
            "transferred",
            team=ownership.team_id._get_taking_team(user),
        )[ownership]
        lead = successor.lead_ids.filtered("active")[:1]
        if not lead:
            opened = {"type": "ir.actions.client", "tag": "soft_reload"}
        else:
            opened = {
                "type": "ir.actions.act_window",
                "res_model": "crm.lead",
                "res_id": lead.id,
                "views": [(False, "form")],
            }
        return self.env["sales.process.notice"]._toast(
            self.env._("Taken: the customer is yours. Contact it soon."), opened
        )

    def _lock_person(self, user):
        """Let a person receive customers in one window at a time.

        The limits of a person hold for two windows at the same instant, too. A lock
        alone would let the second one in with what it saw before; an update makes it
        begin again and count the first.
        """
        self.env.cr.execute(
            "UPDATE res_users SET customer_limit = customer_limit WHERE id = %s",
            (user.id,),
        )

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
        self._check_no_reception(user)
        if not team._get_taking_team(user):
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

    @api.model
    def _check_no_reception(self, user):
        """The reception registers for others and owns nothing."""
        if user and user._is_process_reception():
            raise UserError(
                self.env._(
                    "%(user)s sits at the reception and owns no customers: choose who "
                    "is on duty, or the salesperson asked for.",
                    user=user.sudo().name,
                )
            )

    def _check_cooldown(self, user):
        until = self._get_barred_users().get(self, {}).get(user.id)
        if until:
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
                    ("date_start", ">=", self.team_id._get_day_start()),
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
        self._check_room(user, team._get_taking_team(user))

    def _check_room(self, user, team, count=1):
        """Refuse more open customers than the team lets one person hold.

        :param int count: how many the person wants
        """
        # what the same transaction has taken before counts, too
        user.invalidate_recordset(["open_customer_count"])
        if team._get_customer_room(user) < count:
            raise UserError(
                self.env._(
                    "You hold as many open customers as %(team)s allows. Finish or "
                    "give up one first.",
                    team=team.name,
                )
            )

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
        if pool_team:
            # sudo: whether a pool fits does not depend on reading the team
            pool_team = pool_team.sudo()
            rows._check_pool_team(pool_team)
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

    def _check_pool_team(self, pool_team):
        """Refuse a pool from which nobody could take these customers."""
        companies = self.company_id
        other_company = (
            pool_team.company_id and companies and companies != pool_team.company_id
        )
        if pool_team.process_mode == "off" or other_company:
            raise UserError(
                self.env._(
                    "%(team)s has no pool for these customers.", team=pool_team.name
                )
            )

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
