# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class CrmTeam(models.Model):
    """The facts on the card of a team, and how urgent a deadline is."""

    _inherit = "crm.team"

    process_open_count = fields.Integer(
        string="Open Customers",
        compute="_compute_process_counts",
        help="Customers of the team that have an owner and are pursued.",
    )
    process_overdue_count = fields.Integer(
        string="Overdue Customers",
        compute="_compute_process_counts",
        help="Customers of the team whose deadline has passed.",
    )
    process_pool_count = fields.Integer(
        string="Customers in the Pool",
        compute="_compute_process_counts",
    )
    process_conflict_count = fields.Integer(
        string="Open Conflicts",
        compute="_compute_process_counts",
        help="Conflicts of the team that wait for a decision.",
    )

    process_facts_visible = fields.Boolean(
        compute="_compute_process_facts_visible",
        help="Whether you may see customers of the team, so that a zero is a zero.",
    )

    @api.depends_context("uid")
    @api.depends("user_id", "crm_team_member_ids.user_id")
    def _compute_process_facts_visible(self):
        user = self.env.user
        sees_all = user.has_group("sales_team.group_sale_salesman_all_leads")
        for team in self:
            # sudo: memberships of other teams need not be readable
            sudo_team = team.sudo()
            team.process_facts_visible = sees_all or user in (
                sudo_team.user_id | sudo_team.crm_team_member_ids.user_id
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

    # ------------------------------------------------------------
    # HOW URGENT
    # ------------------------------------------------------------

    def _get_followup_state(self, deadline):
        """Tell how urgent a deadline of a customer of this team is.

        :param deadline: naive UTC datetime or False
        :return: ``none``, ``on_track``, ``due_soon`` or ``overdue``
        """
        if not deadline:
            return "none"
        now = self.env.cr.now()
        if deadline < now:
            return "overdue"
        return "due_soon" if deadline < now + self._get_warning_span() else "on_track"

    @api.model
    def _get_followup_state_domain(self, field_name, states):
        """The domain of the records whose deadline is in one of these states.

        :param str field_name: the stored deadline of a model that has ``team_id``
        :param states: values as :meth:`_get_followup_state` returns them
        :return: Domain
        """
        now = self.env.cr.now()
        domains = []
        if "none" in states:
            domains.append(Domain(field_name, "=", False))
        if "overdue" in states:
            domains.append(Domain(field_name, "<", now))
        if {"due_soon", "on_track"} & set(states):
            # sudo: the warnings are settings of the teams, no documents
            groups = (
                self.sudo()
                .with_context(active_test=False)
                ._read_group([], ["followup_reminder_first_days"], ["id:recordset"])
            )
            spans = {teams[:1]._get_warning_span(): teams for _days, teams in groups}
            spans.setdefault(timedelta(), self.browse())
            for span, members in spans.items():
                in_team = Domain("team_id", "in", members.ids)
                if not span:
                    in_team |= Domain("team_id", "=", False)
                if "due_soon" in states:
                    domains.append(
                        in_team
                        & Domain(field_name, ">=", now)
                        & Domain(field_name, "<", now + span)
                    )
                if "on_track" in states:
                    domains.append(in_team & Domain(field_name, ">=", now + span))
        return Domain.OR(domains)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _action_process(self, xml_id, **search_defaults):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {"search_default_team_id": self.id} | {
            f"search_default_{name}": 1 for name in search_defaults
        }
        return action

    def action_view_open_customers(self):
        """Open the owned customers of the team.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_ownership_action",
            open=True,
            pursuing=True,
        )

    def action_view_overdue_customers(self):
        """Open the customers of the team whose deadline has passed.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_ownership_action",
            pursuing=True,
            overdue=True,
        )

    def action_view_pool(self):
        """Open the pool of the team.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_ownership_action_pool"
        )

    def action_view_open_conflicts(self):
        """Open the conflicts of the team that wait for a decision.

        :return: dict, a window action
        """
        return self._action_process(
            "sales_process_mgmt.sales_process_conflict_action", open=True
        )
