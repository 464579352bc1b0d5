# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who leads a team, and who decides what concerns whom."""

from odoo import api, models
from odoo.exceptions import AccessError

MANAGER_GROUP = "sales_team.group_sale_manager"
DIRECTOR_GROUP = "sales_process_mgmt.group_sales_process_director"


class SalesProcessTeamLine(models.AbstractModel):
    """The leader of a team and those of the regions above; teams inherit it.

    Nobody decides in the own matter: one rule for all that is decided.
    """

    _name = "sales.process.team.line"
    _description = "Leaders of a Team"

    def _is_leader(self, user):
        """Tell whether ``user`` decides for this team.

        :return: bool, true for the team leader, where there is none for the next one
            above, and for sales administrators
        """
        return bool(user) and (
            user == self.user_id
            or user.has_group("sales_team.group_sale_manager")
            or (bool(self.process_parent_id) and user == self._get_leaders())
        )

    def _get_leader_line(self, company=None):
        """Who leads this team: its leader first, then those of the teams above.

        Somebody above leads in the own companies only.

        :param company: res.company, by default that of the team
        :return: list of res.users in sudo, all of them active
        """
        self.ensure_one()
        # sudo: who leads a team does not depend on reading it
        team = self.sudo()
        company = company or team.company_id
        line, seen = [], set()
        while team and team.id not in seen:
            seen.add(team.id)
            leader = team.user_id
            if leader.active and (
                len(seen) == 1 or company.sudo() <= leader.company_ids
            ):
                line.append(leader)
            team = team.process_parent_id
        return line

    def _get_leaders(self):
        """Who decides for these teams: of each its leader, else the next one above.

        :return: res.users in sudo
        """
        # sudo: who leads a team is no secret
        leaders = self.env["res.users"].sudo()
        for team in self:
            leaders |= next(iter(team._get_leader_line()), leaders.browse())
        return leaders

    def _get_common_leader(self, people, company=None):
        """Who leads all of these teams, the nearest first, and is none of some people.

        :param people: res.users in sudo
        :param company: res.company, by default that of each team
        :return: res.users in sudo, one at most
        """
        lines = [team._get_leader_line(company) for team in self]
        for leader in lines[0] if lines else ():
            if leader not in people and all(leader in line for line in lines[1:]):
                return leader
        # sudo: nobody, as leaders are returned
        return self.env["res.users"].sudo()

    def _get_deciders(self, people, company=None):
        """Who decides for these teams what concerns some people: none of themselves.

        Whoever leads all of the teams, if need be from above; else a sales
        administrator of the company.

        :param people: res.users who gain or lose by the decision
        :param company: res.company, by default that of the teams
        :return: res.users in sudo, one at most, empty where nobody else is there
        """
        # sudo: whoever asks may not read the team
        teams, people = self.sudo(), people.sudo()
        if leader := teams._get_common_leader(people, company):
            return leader
        companies = company or teams.company_id or self.env.company
        return self._find_above(companies, people)

    def _may_decide(self, user, people, company=None):
        """Tell whether ``user`` decides for these teams what concerns some people.

        Nobody decides about oneself, leader and administrator neither, unless nobody
        else is there who could: what waits for nobody would never be decided.

        :param people: res.users who gain or lose by the decision
        :return: bool
        """
        # sudo: whether somebody leads a team does not depend on reading it
        teams = self.sudo()
        people = people.sudo()
        if user not in people:
            return user.has_group("sales_team.group_sale_manager") or (
                bool(user) and user == teams._get_common_leader(people, company)
            )
        leads = all(team._is_leader(user) for team in teams or [teams])
        return leads and not teams._get_deciders(people, company)

    def _get_superior(self):
        """To whom the leader of this team reports, where an addon knows that.

        :return: res.users in sudo, one at most
        """
        # sudo: nobody, as leaders are returned
        return self.env["res.users"].sudo()

    @api.model
    def _reports_to(self, user, people):
        """Tell whether somebody works below one of some people.

        :param user: res.users
        :param people: res.users
        :return: bool
        """
        # sudo: who leads whom is no secret
        user, people = user.sudo(), people.sudo()
        for team in user.crm_team_ids | user.process_led_team_ids:
            line = team._get_leader_line()
            if user in line:
                line = line[line.index(user) + 1 :]
            if any(leader in people for leader in line):
                return True
        return False

    def _get_judges(self, accused, without, below, company, is_whole_line=False):
        """Who may decide what somebody is reproached with, the nearest first.

        Who leads the team, else to whom it reports, and sales administrators of the
        company; of no team, those alone. Where nobody is left, an administrator who is
        not reproached. What an administrator is reproached with is decided by the
        directors, before other administrators and without the leaders; where nobody is
        a director, as of anybody else.

        :param accused: res.users who never decide
        :param without: res.users who do not decide either
        :param below: res.users; nobody who works below one of them decides
        :param company: res.company
        :param bool is_whole_line: with all who lead from above, not the nearest alone
        :return: list of res.users in sudo, without doubles
        """
        if self:
            self.ensure_one()
        # sudo: who leads a team does not depend on reading it
        team, without = self.sudo(), (accused | without).sudo()

        def is_free(user):
            return (
                user.active
                and user not in without
                and not self._reports_to(user, below)
            )

        leaders = team._get_leader_line(company) if team else ()
        line = [user for user in leaders if is_free(user)]
        if not is_whole_line:
            line = line[:1]
        if team and (is_whole_line or not line):
            line += filter(is_free, team._get_superior())
        above = self._get_administrators(company)
        managers = [user for user in above.sorted("id") if is_free(user)]
        if accused & above:
            directors = self._get_administrators(company, DIRECTOR_GROUP)
            first = [user for user in managers if user in directors]
            line = first or line
        if not line and not managers:
            managers = list(above - accused.sudo())
        return list(dict.fromkeys([*line, *managers]))

    def _make_own_matter_error(self, people, company=None):
        """The sentence for whom ``_may_decide`` refuses, mostly in the own matter.

        :return: AccessError
        """
        decider = self._get_deciders(people, company)
        if self.env.user not in people:
            # who leads the region reads what the leader of the team decides
            return AccessError(
                self.env._(
                    "You do not decide this: ask %(person)s.",
                    person=decider.name or "",
                )
            )
        return AccessError(
            self.env._(
                "Nobody decides in their own matter: ask %(person)s.",
                person=decider.name or "",
            )
        )

    @api.model
    def _find_above(self, companies, without):
        """Who decides where nobody leads but who asks: a sales administrator.

        :param companies: res.company, whose people are asked
        :param without: res.users who ask, and do not decide
        :return: res.users in sudo, one at most
        """
        above = self._get_administrators(companies)
        return (above - without).sorted("id")[:1]

    @api.model
    def _get_administrators(self, companies, group=MANAGER_GROUP):
        """Who administers sales in all of some companies.

        :param companies: res.company
        :param str group: that they are in
        :return: res.users in sudo
        """
        # by its number, which is remembered: a reference asks each time whether the
        # group is still there, and this is asked for each matter of a list
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(group)
        # sudo: who administers sales is no secret
        people = self.env["res.groups"].sudo().browse(group_id).all_user_ids
        return people.filtered(
            lambda user: (
                user.active and not user.share and companies <= user.company_ids
            )
        )
