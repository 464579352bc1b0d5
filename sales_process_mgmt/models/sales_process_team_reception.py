# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The entries to the roster of a team: see ``crm_team_duty.py``."""

from odoo import models

from .crm_team_duty import DutyRoster


class SalesProcessTeamReception(models.AbstractModel):
    """Who is on duty and receives the next customers; teams inherit it."""

    _name = "sales.process.team.reception"
    _description = "Reception of a Team"

    def _get_roster_users(self):
        """Who may be on duty for these teams: active members and the leader.

        :return: res.users
        """
        return (self.member_ids | self.user_id).filtered("active")

    def _get_duty_users(self, at=None, kind=None):
        """Who is on duty, whoever was given a customer longest ago first.

        :param at: naive UTC datetime, by default now
        :param str kind: ``reception`` or ``hotline`` leaves out people whose shift is
            for the other one
        :return: res.users in the order in which they receive customers
        """
        self.ensure_one()
        return self._get_duty_users_by_team(at, kind)[self]

    def _get_duty_users_by_team(self, at=None, kind=None):
        """See :meth:`DutyRoster.get_users`, in a constant number of queries.

        :return: ``{crm.team: res.users}``, each team has an entry
        """
        return DutyRoster(self, at, kind).get_users()

    def _get_receivers(self, periods, kind=None):
        """Who on duty receives each of these customers: the one rule of the roster.

        :param list periods: for each customer the period that ends, waits or ended
            last; an empty recordset for one that nobody has had
        :param str kind: how the customers arrive, see :meth:`_get_duty_users`
        :return: list of res.users, empty where nobody may receive the customer
        """
        self.ensure_one()
        return DutyRoster(self, kind=kind).get_receivers(periods) if periods else []

    def _get_customer_room(self, user):
        """How many more open customers ``user`` may hold.

        :return: int, or infinity where there is no limit
        """
        limit = user.process_customer_limit or self.process_customer_limit
        return limit - user.process_open_customer_count if limit else float("inf")

    def _tell_nobody_on_duty(self, count):
        """Tell the leader that new customers wait because nobody is on duty."""
        self.ensure_one()
        leader = self.user_id
        if leader:

            def render(env):
                name = self.with_env(env).name
                return (
                    env._("Nobody is on duty in %(team)s", team=name),
                    env._(
                        "New customers that wait in the pool of %(team)s because "
                        "nobody is on duty: %(count)s",
                        count=count,
                        team=name,
                    ),
                )

            self.env["sales.process.notice"]._tell(
                leader, render, self, why="leader", today=True
            )

    def _get_taking_team(self, user):
        """The team for which ``user`` takes a customer from the pool of this team.

        This team for its members and leaders; else the team of the user that shares
        the pool.

        :return: crm.team, empty for somebody who may not take
        """
        self.ensure_one()
        sharing = self.process_pool_source_ids.filtered(
            lambda row: row.process_mode != "off"
        )
        for team in self | sharing:
            if user in team.crm_team_member_ids.user_id:
                return team
        return (self | sharing).filtered(lambda team: team._is_leader(user))[:1]
