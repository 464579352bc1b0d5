# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the card and the form of a team show, and what opens from there."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime, format_time

from ..tools import labels
from .crm_team_change import TeamChange
from .crm_team_duty import DutyRoster
from .sales_process_guard import on_records


class SalesProcessTeamCard(models.AbstractModel):
    """Numbers, roster and actions of a team, for whoever reads; teams inherit it."""

    _name = "sales.process.team.card"
    _description = "Card of a Team"

    @api.depends("process_change")
    def _compute_process_change_text(self):
        for team in self:
            team.process_change_text = labels.join_clauses(
                self.env, TeamChange(team).describe()
            )

    @api.depends_context("uid")
    @api.depends("user_id", "crm_team_member_ids.user_id")
    def _compute_process_facts_visible(self):
        user = self.env.user
        sees_all = user.has_group("sales_team.group_sale_salesman_all_leads")
        for team in self:
            # sudo: memberships of other teams need not be readable
            sudo_team = team.sudo()
            team.process_facts_visible = (
                sees_all
                or user in (sudo_team.user_id | sudo_team.crm_team_member_ids.user_id)
                or team in user.process_overseen_team_ids
            )

    def _compute_process_counts(self):
        """Count what the user may see, all teams in one query for each number."""
        Ownership = self.env["sales.process.ownership"]
        in_teams = Domain("team_id", "in", self.ids)
        pursued = (
            in_teams & Domain("state", "=", "open") & Domain("phase", "=", "pursuing")
        )

        def count(model, domain):
            return dict(model._read_group(domain, ["team_id"], ["__count"]))

        open_counts = count(Ownership, pursued)
        overdue_counts = count(
            Ownership, pursued & Domain("date_deadline", "<", self.env.cr.now())
        )
        pool_counts = count(Ownership, in_teams & Domain("state", "=", "pool"))
        conflict_counts = count(
            self.env["sales.process.conflict"],
            in_teams & Domain("state", "=", "open"),
        )
        for team in self:
            team.process_open_count = open_counts.get(team, 0)
            team.process_overdue_count = overdue_counts.get(team, 0)
            team.process_pool_count = pool_counts.get(team, 0)
            team.process_conflict_count = conflict_counts.get(team, 0)

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_can_plan_duty(self):
        for team in self:
            team.process_can_plan_duty = team._is_leader(self.env.user)

    @api.depends_context("uid", "tz", "lang")
    def _compute_duty(self):
        """Who is on duty and until when, all teams in a constant number of queries."""
        roster = DutyRoster(self)
        duty_users = roster.get_users()
        next_starts = roster.get_next_starts()
        shifts = roster.shifts.grouped("team_id")
        for team in self:
            running = shifts.get(team, roster.shifts.browse())
            users = duty_users[team]
            team.process_duty_user_ids = users
            team.process_my_duty_availability = (
                self.env.user in running.duty_user_id
                and self.env.user.process_availability
            )
            ends = [row.date_end for row in running if row.duty_user_id in users]
            team.process_duty_summary = team._get_duty_summary(
                ends, next_starts.get(team)
            )

    def _get_duty_summary(self, ends, next_start):
        """Until when somebody is on duty, or when the next shift starts.

        :param list ends: when the shifts of those who are on duty end
        :param next_start: naive UTC datetime, or None where no shift is planned
        :return: str
        """
        if ends:
            return self.env._("until %(time)s", time=self._format_moment(min(ends)))
        if next_start:
            return self.env._(
                "Nobody. Next shift: %(time)s", time=self._format_moment(next_start)
            )
        return self.env._("Nobody. No shift is planned.")

    def _format_moment(self, moment):
        """A moment in the user's time zone: the hour, with the day unless today.

        :param moment: naive UTC datetime
        :return: str
        """
        today = fields.Datetime.context_timestamp(self, self.env.cr.now()).date()
        if fields.Datetime.context_timestamp(self, moment).date() == today:
            return format_time(
                self.env, moment, tz=self.env.tz.zone, time_format="short"
            )
        return format_datetime(self.env, moment, tz=self.env.tz.zone, dt_format="short")

    def _action_process(self, xml_id, **search_defaults):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {"search_default_team_id": self.id} | {
            f"search_default_{name}": 1 for name in search_defaults
        }
        return action

    @on_records
    def action_view_open_customers(self):
        """Open the owned customers of the team.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_ownership_action",
            open=True,
            pursuing=True,
        )

    @on_records
    def action_view_overdue_customers(self):
        """Open the customers of the team whose deadline has passed.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_ownership_action",
            pursuing=True,
            overdue=True,
        )

    @on_records
    def action_view_pool(self):
        """Open the pool of the team.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_ownership_action_pool"
        )

    @on_records
    def action_view_open_conflicts(self):
        """Open the conflicts of the team that wait for a decision.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_conflict_action", open=True
        )

    @on_records
    def action_view_duties(self):
        """Open the roster of the team.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_duty_action", not_cancelled=True
        )

    @on_records
    def action_make_duty_roster(self):
        """Open the assistant that makes the roster of the team.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_duty_rotation_action"
        )
        action["context"] = {"default_team_id": self.id}
        return action

    @on_records
    def action_set_availability(self):
        """Set the user's own availability to the one the button names."""
        name = self.env.context.get("process_availability")
        field = self.env["res.users"]._fields["process_availability"]
        if name not in field.get_values(self.env):
            raise UserError(self.env._("Choose whether you are there."))
        self.env.user.process_availability = name

    @on_records
    def action_cancel_change(self):
        """Take a planned change back before it takes effect."""
        self.check_access("write")
        # sudo: what is planned is the system's to write
        self.sudo().write({"process_change": False, "process_change_date": False})

    @on_records
    def action_preview_release(self):
        """Show who would lose what when the release runs next.

        :return: dict, a window action
        :raise AccessError: for others than the leader and sales administrators
        """
        self.ensure_one()
        if not self._is_leader(self.env.user):
            raise AccessError(
                self.env._("Only the team leader or a sales administrator sees this.")
            )
        run = self._make_release_preview()
        # whoever asks sees it; nobody else is told
        run.is_told = True
        return run._get_form_action()
