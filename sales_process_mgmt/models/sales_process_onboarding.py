# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The first ten minutes: five steps, each one dialog with good defaults.

A step looks at what is there to see whether it is done; nothing remembers it. Shown on
the home of sales administrators and leaders until all is done, or they close it.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .sales_process_home_parts import make_opens


def make_step(name, title, text, label, is_done, opens):
    """A step of the panel.

    :param str name: technical
    :param str title: what is to be done
    :param str text: why, in one sentence
    :param str label: of the button
    :param bool is_done: seen in the data
    :param opens: what the button opens, see ``make_opens``; None where it is for a
        sales administrator
    :return: dict
    """
    return {
        "name": name,
        "title": title,
        "text": text,
        "label": label,
        "is_done": is_done,
        "open": opens or False,
    }


class SalesProcessOnboarding(models.AbstractModel):
    _name = "sales.process.onboarding"
    _description = "First Steps"

    @api.model
    def _is_for(self, user):
        """Whether somebody sets a team up: the leaders and sales administrators.

        Known without a query.

        :param user: res.users
        :return: bool
        """
        if user.has_group("sales_team.group_sale_manager"):
            return True
        return bool(self.env["sales.process.home"]._get_standing(user.id).led)

    @api.readonly
    @api.model
    def get_panel(self):
        """What is still to be set up, for whoever sets it up.

        :return: list of steps, see :func:`make_step`, empty where there is nothing to
            show
        """
        user = self.env.user
        # sudo: what somebody closed for themselves
        if not self._is_for(user) or user.sudo().process_onboarding_closed:
            return []
        teams = self._get_teams()
        if not teams and not self._is_manager():
            return []  # of a region alone
        steps = self._get_steps(teams)
        return [] if all(step["is_done"] for step in steps) else steps

    @api.model
    def action_close(self):
        """Whoever has read it does not want to see it any more.

        :raise AccessError: for people whom it is not shown
        """
        if not self._is_for(self.env.user):
            raise AccessError(
                self.env._("The first steps are for leaders and sales administrators.")
            )
        # sudo: one's own choice, no other field of the user
        self.env.user.sudo().process_onboarding_closed = True
        return True

    @api.model
    def _is_manager(self):
        return self.env.user.has_group("sales_team.group_sale_manager")

    @api.model
    def _get_teams(self):
        """The teams that are set up: those of the company, or those somebody leads.

        :return: crm.team, those with members and with the process first
        """
        domain = [("company_id", "in", [False, *self.env.companies.ids])]
        if not self._is_manager():
            domain.append(("user_id", "=", self.env.uid))
        teams = self.env["crm.team"].search(domain)
        # a region holds teams, nobody sells in it
        teams = teams.filtered(
            lambda team: team.crm_team_member_ids or not team.process_child_ids
        )
        return teams.sorted(
            lambda team: (
                team.process_mode not in ("observe", "enforce"),
                team.user_id != self.env.user,
                not team.crm_team_member_ids,
                team.sequence,
                team.id,
            )
        )

    @api.model
    def _get_steps(self, teams):
        """The steps in their order; an addon adds its own.

        :param teams: crm.team, the first one is what a dialog opens
        :return: list of dicts, see :func:`make_step`
        """
        team = teams[:1]
        using = teams.filtered(lambda row: row.process_mode in ("observe", "enforce"))
        has_shifts, has_customers = self._look(using)
        is_manager = self._is_manager()
        opens_team = self._open_record(
            "sales_process_mgmt.sales_process_onboarding_team_action", team
        )
        opens_mode = {
            **make_opens(
                "sales_process_mgmt.sales_process_onboarding_mode_action", domain=[]
            ),
            "context": {
                "default_team_id": team.id,
                "default_process_mode": "observe",
            },
        }
        return [
            make_step(
                "members",
                self.env._("Who sells together"),
                self.env._("A leader and the salespeople of one team."),
                self.env._("Choose Members"),
                any(row.user_id and row.crm_team_member_ids for row in teams),
                is_manager and opens_team,
            ),
            make_step(
                "mode",
                self.env._("Observe first, or enforce"),
                self.env._(
                    "Observing takes nothing from anybody and shows what would have "
                    "happened. Here stands the follow-up period, too."
                ),
                self.env._("Choose the Mode"),
                bool(using) or any(row.process_change_date for row in teams),
                is_manager and team and opens_mode,
            ),
            make_step(
                "duty",
                self.env._("Who is on duty"),
                self.env._("New customers go to whoever is on duty, in turn."),
                self.env._("Make a Roster"),
                has_shifts
                or (
                    bool(using)
                    and all(row.process_release_to == "pool" for row in using)
                ),
                using
                and make_opens("sales_process_mgmt.sales_process_duty_rotation_action"),
            ),
            make_step(
                "first_day",
                self.env._("The first customers"),
                self.env._("Register one, or bring your register from a spreadsheet."),
                self.env._("Import Customers"),
                has_customers,
                using
                and make_opens("sales_process_mgmt.sales_process_import_check_action"),
            ),
        ]

    @api.model
    def _open_record(self, xml_id, record):
        """What opens a record, or a new one, in a dialog.

        :return: dict
        """
        context = {} if record else {"default_user_id": self.env.uid}
        opens = make_opens(xml_id, domain=[], context=context)
        return {**opens, "record_id": record.id or False}

    @api.model
    def _look(self, teams):
        """Whether shifts are planned in some teams, and customers are there.

        :return: pair of bool
        """
        if not teams:
            return False, False
        # whether there is any is no secret to whoever leads the team
        return self.env.execute_query(
            SQL(
                """
                SELECT EXISTS (SELECT FROM sales_process_duty
                                WHERE team_id IN %(teams)s
                                  AND state != 'cancelled'
                                  AND date_end > %(now)s),
                       EXISTS (SELECT FROM sales_process_ownership
                                WHERE team_id IN %(teams)s)
                """,
                teams=teams._ids,
                now=self.env.cr.now(),
            )
        )[0]
