# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the pool asks: who may take a customer from it, what is seen of it before."""

import re
from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_list

from ..tools import orm

# What may be a phone number or an e-mail address in a text about the customer.
CONTACT_PATTERN = re.compile(r"[^\s@]+@[^\s@]+|\+?\d[\d\s().-]{4,}\d")


class PoolTake:
    """May somebody take a customer from the pool: its rules, asked one by one.

    :param customer: sales.process.ownership in sudo, one
    :param user: res.users, who wants it
    """

    def __init__(self, customer, user):
        customer.ensure_one()
        self.customer = customer
        self.user = user
        self.env = customer.env

    def take(self):
        """Let the user have the customer, if the rules allow it now.

        :return: sales.process.ownership in sudo, the new period
        """
        customer, user = self.customer, self.user
        user._lock_limits()
        customer._lock_rows()
        customer._check_take(user)
        team = customer.team_id._get_taking_team(user)
        successors = customer._hand_over(
            {customer: user}, "pool", "transferred", team=team
        )
        return successors[customer]

    def check(self):
        """Refuse a take that the rules of the pool do not allow, in one sentence."""
        team = self.customer.team_id
        if self.customer.state != "pool":
            raise UserError(
                self.env._(
                    "Somebody has just taken this customer. Look for another one."
                )
            )
        is_leader = team._is_leader(self.user)
        self.customer._check_no_reception(self.user)
        if is_leader and self.customer._is_own_taking(self.user):
            # sudo: only the company, to say who decides
            raise team.with_user(self.user)._make_own_matter_error(
                self.user, self.customer.sudo().company_id
            )
        if not team._get_taking_team(self.user):
            raise AccessError(
                self.env._(
                    "Only members of %(team)s take customers from its pool.",
                    team=team.name,
                )
            )
        if self.customer.is_frozen:
            raise UserError(self.env._("This customer does not want to be contacted."))
        if self.customer.is_dormant and not is_leader:
            raise UserError(
                self.env._(
                    "This customer rests: several owners in a row let it go. The "
                    "team leader can wake it."
                )
            )
        self._check_cooldown()
        self._check_limits()

    def _check_cooldown(self):
        until = (
            self.customer._get_barred_users().get(self.customer, {}).get(self.user.id)
        )
        if until:
            raise UserError(
                self.env._(
                    "You let this customer go. You may take it again from %(date)s.",
                    date=format_date(
                        self.env,
                        fields.Datetime.context_timestamp(self.customer, until),
                    ),
                )
            )

    def _check_limits(self):
        team = self.customer.team_id
        if team.process_pool_take_limit:
            taken = self.customer.search_count(
                [
                    ("user_id", "=", self.user.id),
                    ("origin", "=", "pool"),
                    ("date_start", ">=", team._get_day_start()),
                ]
            )
            if taken >= team.process_pool_take_limit:
                raise UserError(
                    self.env._(
                        "Customers that you have taken today: %(count)s. That is the "
                        "limit of %(team)s. Giving one back does not change it.",
                        count=taken,
                        team=team.name,
                    )
                )
        self.customer._check_room(self.user, team._get_taking_team(self.user))


class PoolView:
    """What the user sees of customers in the pool before taking them.

    A list shows names and masked contact details. The facts are read by whoever has
    opened the customer today, which is logged and limited per person and day.

    :param customers: sales.process.ownership
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def render_facts(self, customer, leads):
        """The facts of one customer as a list.

        :param customer: sales.process.ownership, in sudo
        :param leads: crm.lead, its open leads in sudo
        :return: Markup
        """
        facts = [
            (label, format_list(self.env, dict.fromkeys(filter(None, values))))
            for label, values in (
                (self.env._("Inquiries"), leads.mapped("name")),
                (self.env._("Product Lines"), leads.tag_ids.mapped("name")),
                (
                    self.env._("Territory"),
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
                    customer.chain_ids.filtered(lambda row: row.user_id).mapped(
                        "end_note"
                    ),
                ),
            )
        ]
        facts.append((self.env._("Follow-Ups"), str(customer.followup_count or "")))
        if customer.date_last_contact:
            facts.append(
                (
                    self.env._("Last Contact"),
                    format_date(
                        self.env,
                        fields.Datetime.context_timestamp(
                            customer, customer.date_last_contact
                        ),
                    ),
                )
            )
        return Markup("<dl class='row mb-0'>%s</dl>") % Markup().join(
            Markup(
                "<dt class='col-sm-2 fw-normal o_process_muted'>%s</dt>"
                "<dd class='col-sm-10'>%s</dd>"
            )
            % (label, CONTACT_PATTERN.sub("***", value))
            for label, value in facts
            if value
        )

    def get_opened_today(self):
        """The customers that the user has opened in the pool today.

        :return: sales.process.ownership, of all pools
        """
        team = self.customers.team_id[:1]
        # sudo: the log counts, whoever reads it
        return (
            self.env["sales.process.lookup"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.env.uid),
                    ("kind", "=", "pool"),
                    ("date", ">=", team._get_day_start()),
                ]
            )
            .ownership_id
        )

    def open(self):
        """Log that the user opens these customers, or refuse above the limit."""
        user = self.env.user
        # sudo: the rules of the team hold for whoever opens the customer
        pooled = self.customers.sudo().filtered(
            lambda row: row.state == "pool" and not row.team_id._is_leader(user)
        )
        if not pooled:
            return
        view = PoolView(pooled)
        if pooled - view.get_opened_today():
            user._lock_limits()
        opened = view.get_opened_today()
        for team, rows in (pooled - opened).grouped("team_id").items():
            if not team._get_taking_team(user):
                raise AccessError(
                    self.env._(
                        "Only members of %(team)s take customers from its pool.",
                        team=team.name,
                    )
                )
            limit = team.process_pool_view_limit
            if limit and len(opened) + len(rows) > limit:
                raise UserError(
                    self.env._(
                        "Customers of the pool that you have opened today: %(count)s. "
                        "That is the limit of %(team)s. Take one, or go on tomorrow.",
                        count=len(opened),
                        team=team.name,
                    )
                )
            self.env["sales.process.lookup"]._log_pool_views(user, rows)
            opened |= rows


class PoolReturn:
    """Give customers up into the pool.

    :param customers: sales.process.ownership, in the environment of who does it
    :param str reason: why, in words
    :param pool_team: crm.team whose pool receives them; by default the one of the
        team's settings
    """

    def __init__(self, customers, reason, pool_team=None):
        self.customers = customers
        self.reason = reason
        # sudo: whether a pool fits does not depend on reading the team
        self.pool_team = pool_team and pool_team.sudo()
        self.env = customers.env

    def run(self):
        """Give them up.

        :return: sales.process.ownership, the periods in the pool
        """
        pool_team = self.pool_team
        self.customers.check_access("read")
        # sudo: after the check that they may be read; the ledger is the system's to
        # write
        rows = self.customers.sudo()
        rows._lock_rows()
        self._check()
        if pool_team:
            self._check_pool()
        successors = {}
        for team, ownerships in rows.grouped("team_id").items():
            successors |= rows._hand_over(
                dict.fromkeys(ownerships, self.env["res.users"]),
                "release",
                "released",
                self.reason,
                pool_team or team.process_pool_team_id or team,
            )
        return self.customers.browse().union(*successors.values())

    def _check(self):
        """Refuse others than the owner and the leader."""
        for ownership in self.customers:
            owner = ownership.user_id == self.env.user
            if ownership.state != "open":
                raise UserError(
                    self.env._("Only an owned customer can be given up. Reload it.")
                )
            if not owner and not ownership.can_lead:
                raise AccessError(
                    self.env._("Only the owner or the team leader gives it up.")
                )
        # sudo: what is to be settled is not for the owner to read
        waiting = self.customers.sudo()._filter_awaiting_leader()
        for ownership in waiting.with_env(self.env):
            if not ownership.sudo().team_id._may_decide(
                self.env.user, ownership.sudo().user_id
            ):
                raise UserError(
                    self.env._(
                        "Something about %(customer)s is to be settled first: ask your "
                        "leader to give it up.",
                        customer=ownership.name,
                    )
                )

    def _check_pool(self):
        """Refuse a pool from which nobody could take these customers."""
        # sudo: who gives up may not read them
        companies = self.customers.sudo().company_id
        pool_team = self.pool_team
        other_company = (
            pool_team.company_id and companies and companies != pool_team.company_id
        )
        if pool_team.process_mode == "off" or other_company:
            raise UserError(
                self.env._(
                    "%(team)s has no pool for these customers.", team=pool_team.name
                )
            )


class PoolBars:
    """Who may not receive customers yet: whoever let them go rests.

    :param customers: sales.process.ownership, in a pool or about to be released
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def get(self):
        """Who may not receive these customers yet, and from when they may."""
        if not self.customers:
            return {}
        roots = self._get_roots(self.customers)
        # sudo: who let a customer go decides, also for who may not read that
        past = self.customers.sudo().search_fetch(
            [
                "|",
                ("root_id", "in", list(set(roots))),
                ("id", "in", list(set(roots))),
                ("state", "=", "ended"),
                ("user_id", "!=", False),
            ],
            ["root_id", "user_id", "team_id", "date_end", "end_reason", "is_excused"],
        )
        chains = defaultdict(list)
        for period, root in zip(past, self._get_roots(past), strict=True):
            chains[root].append(period)
        now = self.env.cr.now()
        cooldowns = {
            team.id: timedelta(days=team.process_cooldown_days)
            for team in self.customers.team_id
        }
        barred = {}
        # columns: a record's own fields are a dozen calls each
        for row, root, state, team_id, user_id, is_excused in zip(
            self.customers,
            roots,
            *(
                orm.get_cached(self.customers, name)
                for name in ("state", "team_id", "user_id", "is_excused")
            ),
            strict=True,
        ):
            times = barred[row] = {}
            days = cooldowns.get(team_id)
            if state == "open" and days and not is_excused:
                times[user_id or False] = now + days
            for period in chains.get(root, ()):
                until = self._get_until(period, state == "ended" or row._is_arrival())
                if until > times.get(period.user_id.id, now):
                    times[period.user_id.id] = until
        return barred

    def _get_roots(self, periods):
        """The first period of each customer: list of ids."""
        roots = orm.get_cached(periods, "root_id")
        return [
            root or row_id for root, row_id in zip(roots, periods._ids, strict=True)
        ]

    def _get_until(self, period, is_arriving):
        """Until when whoever had this period does not receive the customer again.

        :param period: sales.process.ownership that has ended, sudo
        :param bool is_arriving: whether the customer comes anew, with its old clock
        :return: naive UTC datetime, in the past where nothing bars
        """
        until = period.date_end
        if period._is_lapse(period.end_reason):
            until += timedelta(days=period.team_id.process_cooldown_days)
        if (
            is_arriving
            and period._is_clock_remembered()
            and period.date_clock_limit < self.env.cr.now()
        ):
            until = max(until, period.date_end + period.team_id._get_clock_memory())
        return until
