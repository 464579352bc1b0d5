# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..tools import identity

# What may be a phone number or an e-mail address in a text about the customer.
CONTACT_PATTERN = re.compile(r"[^\s@]+@[^\s@]+|\+?\d[\d\s().-]{4,}\d")


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    masked_contact = fields.Char(
        string="Contact (Hidden)",
        compute="_compute_masked_contact",
        help="Phone and e-mail are hidden until the customer is taken.",
    )
    pool_facts = fields.Html(
        string="Facts",
        compute="_compute_pool_facts",
        sanitize=False,
        help="What is known of the customer, without phone and e-mail.",
    )
    pool_views_left = fields.Char(
        string="Still to Open Today", compute="_compute_pool_views_left"
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

    @api.depends_context("uid")
    def _compute_pool_facts(self):
        self.pool_facts = False
        user = self.env.user
        # sudo: the leads are hidden until the customer is taken
        pooled = self.sudo().filtered(lambda row: row.state == "pool")
        if not pooled:
            return
        opened = pooled._get_opened_today(user)
        shown = pooled.filtered(
            lambda row: row in opened or row.team_id._is_leader(user)
        )
        leads = shown._get_open_leads().grouped("ownership_id")
        for row in shown:
            row.sudo(False).pool_facts = row._render_pool_facts(
                leads.get(row, self.env["crm.lead"].sudo())
            )

    def _render_pool_facts(self, leads):
        """The facts of one customer as a list.

        :param leads: crm.lead, its open leads in sudo
        :return: Markup
        """
        self.ensure_one()
        facts = [
            (label, ", ".join(dict.fromkeys(filter(None, values))))
            for label, values in (
                (self.env._("Inquiries"), leads.mapped("name")),
                (self.env._("Product Lines"), leads.tag_ids.mapped("name")),
                (
                    self.env._("Place"),
                    [
                        " ".join(
                            filter(
                                None,
                                (
                                    lead.country_id.name,
                                    lead.state_id.name,
                                    lead.city,
                                ),
                            )
                        )
                        for lead in leads
                    ],
                ),
                (self.env._("Source"), leads.source_id.mapped("name")),
                (
                    self.env._("Why It Was Let Go"),
                    self.chain_ids.filtered(lambda row: row.user_id).mapped("end_note"),
                ),
            )
        ]
        facts.append((self.env._("Follow-Ups"), str(self.followup_count or "")))
        if self.date_last_contact:
            facts.append(
                (
                    self.env._("Last Contact"),
                    format_date(
                        self.env,
                        fields.Datetime.context_timestamp(self, self.date_last_contact),
                    ),
                )
            )
        return Markup("<dl class='row mb-0'>%s</dl>") % Markup().join(
            Markup("<dt class='col-sm-3'>%s</dt><dd class='col-sm-9'>%s</dd>")
            % (label, CONTACT_PATTERN.sub("***", value))
            for label, value in facts
            if value
        )

    def web_read(self, specification):
        """Opening a customer of the pool is logged and limited per person and day."""
        if "pool_facts" in specification and not self.env.su:
            self._open_from_pool()
        return super().web_read(specification)

    # it writes what was opened: a replica of the database that only reads will not do
    web_read._readonly = False

    def action_open_pool_customer(self):
        """Open one customer of the pool: its facts, not its contact details.

        :return: dict, a window action
        """
        self.ensure_one()
        # sudo: whoever saw it in the pool may not see it with its new owner
        if self.sudo().state != "pool" and not self.has_access("read"):
            raise UserError(
                self.env._(
                    "Somebody has just taken this customer. Look for another one."
                )
            )
        self.check_access("read")
        self._open_from_pool()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "sales_process_mgmt.sales_process_ownership_view_form_pool"
                    ).id,
                    "form",
                )
            ],
        }

    def _get_opened_today(self, user):
        """The customers that ``user`` has opened in the pool today.

        :return: sales.process.ownership, of all pools
        """
        team = self.team_id[:1]
        # sudo: the log counts, whoever reads it
        return (
            self.env["sales.process.lookup"]
            .sudo()
            .search(
                [
                    ("user_id", "=", user.id),
                    ("kind", "=", "pool"),
                    ("date", ">=", team._get_day_start()),
                ]
            )
            .ownership_id
        )

    def _open_from_pool(self):
        """Log that the user opens these customers, or refuse above the limit."""
        user = self.env.user
        # sudo: the rules of the team hold for whoever opens the customer
        pooled = self.sudo().filtered(
            lambda row: row.state == "pool" and not row.team_id._is_leader(user)
        )
        if not pooled:
            return
        if pooled - pooled._get_opened_today(user):
            self._lock_person(user)
        opened = pooled._get_opened_today(user)
        for team, rows in (pooled - opened).grouped("team_id").items():
            if not team._get_taking_team(user):
                raise AccessError(
                    self.env._(
                        "Only members of %(team)s take customers from its pool.",
                        team=team.name,
                    )
                )
            limit = team.pool_view_limit
            if limit and len(opened) + len(rows) > limit:
                raise UserError(
                    self.env._(
                        "You have opened %(count)s customers of the pool today, that "
                        "is the limit of %(team)s. Take one, or go on tomorrow.",
                        count=len(opened),
                        team=team.name,
                    )
                )
            self.env["sales.process.lookup"]._log_pool_views(user, rows)
            opened |= rows

    @api.depends_context("uid")
    def _compute_pool_views_left(self):
        user = self.env.user
        # sudo: the settings of the team hold for everybody
        count = len(self.sudo()._get_opened_today(user)) if self else 0
        for ownership in self:
            team = ownership.sudo().team_id
            limit = team.pool_view_limit
            ownership.pool_views_left = (
                self.env._(
                    "%(count)s of %(limit)s", count=max(limit - count, 0), limit=limit
                )
                if limit and ownership.state == "pool" and not team._is_leader(user)
                else False
            )
