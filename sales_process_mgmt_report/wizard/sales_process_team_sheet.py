# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.sales_process_mgmt.tools import period as period_tools

from ..models.sales_process_work_report_period import get_period_name

PAPER = "sales_process_mgmt_report.action_report_team_sheet"


class SalesProcessTeamSheet(models.TransientModel):
    """Which teams and which week or month go on paper, for who leads or oversees them.

    What is on it is counted when it is printed, see ``TeamSheet``.
    """

    _name = "sales.process.team.sheet"
    _description = "Team Sheet"
    _inherit = ["sales.process.guard"]
    _rec_name = "kind"

    kind = fields.Selection(
        [("weekly", "Week"), ("monthly", "Month")],
        string="Period",
        required=True,
        default="weekly",
        help="Weeks run from Monday to Sunday.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._get_last_period("weekly")[0],
        help="The first day. Any day chooses the week or month in which it lies.",
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_date_to",
        help="The last day, it belongs to the period.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        default=lambda self: self._get_default_teams(),
        domain="[('id', 'in', allowed_team_ids)]",
        help="Each team has a page.",
    )
    allowed_team_ids = fields.Many2many("crm.team", compute="_compute_allowed_team_ids")

    @api.model
    def _get_last_period(self, kind):
        """The last whole week or month of the reader.

        :return: ``(first date, last date)``
        """
        today = self.env.user._get_process_today()
        return period_tools.shift_period(kind, today, -1)

    @api.model
    def _get_allowed_teams(self):
        """The teams whose numbers the reader may print: led, below, or all.

        :return: crm.team, archived ones too
        """
        user = self.env.user
        Team = self.env["crm.team"].with_context(active_test=False)
        within = Domain("company_id", "in", [False, *self.env.companies.ids])
        if not user.has_group("sales_team.group_sale_manager"):
            within &= Domain("id", "in", user.process_overseen_team_ids.ids)
        return Team.search(within)

    @api.model
    def _get_default_teams(self):
        """The teams below the reader that have people; a director chooses."""
        below = self.env.user.process_overseen_team_ids & self._get_allowed_teams()
        # sudo: whether a team that one oversees has people
        return below.filtered(
            lambda team: (
                team.active and team.process_mode != "off" and team.sudo().member_ids
            )
        )

    @api.model
    def _open(self, teams, kind, day):
        """The dialog for some teams and a period.

        :param teams: crm.team, of which the reader gets those that may be printed
        :param str kind: ``weekly`` or ``monthly``
        :param day: date
        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_report.sales_process_team_sheet_action"
        )
        teams = teams.filtered(lambda team: team in self._get_allowed_teams())
        action["context"] = {
            "default_date_from": fields.Date.to_string(day),
            "default_kind": "monthly" if kind == "monthly" else "weekly",
            "default_team_ids": teams.ids,
        }
        return action

    @api.depends_context("allowed_company_ids", "uid")
    def _compute_allowed_team_ids(self):
        self.allowed_team_ids = self._get_allowed_teams()

    @api.depends("date_from", "kind")
    def _compute_date_to(self):
        for sheet in self:
            sheet.date_to = sheet.date_from and sheet._get_dates()[1]

    @api.depends("date_from", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = sheet._get_title()

    @api.onchange("date_from", "kind")
    def _onchange_period(self):
        if self.date_from:
            self.date_from = self._get_dates()[0]

    def _get_dates(self):
        """The whole week or month, whichever day of it was chosen.

        :return: ``(first date, last date)``
        """
        return period_tools.period_dates(self.kind or "weekly", self.date_from)

    def _get_title(self):
        """What the paper is: “Weekly Team Sheet 2026-W14”.

        :return: str
        """
        self.ensure_one()
        period = (
            get_period_name(self.kind or "weekly", self._get_dates()[0])
            if self.date_from
            else ""
        )
        if self.kind == "monthly":
            return self.env._("Monthly Team Sheet %(period)s", period=period)
        return self.env._("Weekly Team Sheet %(period)s", period=period)

    def _get_date_range(self):
        """First and last day as people read them.

        :return: str
        """
        first, last = self._get_dates()
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, first),
            last=format_date(self.env, last),
        )

    def _check_reader(self):
        """Only who leads or oversees all of the teams, or a sales administrator.

        :raise AccessError: for anybody else
        :raise UserError: without a team
        """
        self.check_access("read")
        allowed = self._get_allowed_teams()
        for sheet in self:
            # sudo: which teams were chosen; whether the reader oversees them is asked
            teams = sheet.sudo().with_context(active_test=False).team_ids
            if not teams:
                raise UserError(self.env._("Choose at least one team."))
            if not set(teams.ids) <= set(allowed.ids):
                raise AccessError(
                    self.env._(
                        "Only who leads or oversees a team prints its sheet: choose "
                        "one of your teams."
                    )
                )

    def action_print(self):
        """Print one page for each team.

        :return: dict, a report action
        """
        self.ensure_one()
        self._check_reader()
        action = self.env.ref(PAPER).report_action(self, config=False)
        return {**action, "close_on_report_download": True}
