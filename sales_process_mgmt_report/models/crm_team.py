# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_work_report_period import OWED_KINDS, get_period_kind

RECENT = timedelta(days=31)


class CrmTeam(models.Model):
    """Which work reports a team submits, until when, and to whom."""

    _inherit = "crm.team"

    process_report_daily = fields.Boolean(
        string="Daily Reports",
        tracking=True,
        help="Everybody in the team submits a report of each day.",
        prefetch="report_settings",
    )
    process_report_weekly = fields.Boolean(
        string="Weekly Reports",
        tracking=True,
        help="Everybody in the team submits a report of each week, due on its Sunday.",
        prefetch="report_settings",
    )
    process_report_monthly = fields.Boolean(
        string="Monthly Reports",
        tracking=True,
        help="Everybody in the team submits a report of each month, due on its last "
        "day.",
        prefetch="report_settings",
    )
    process_report_daily_hour = fields.Float(
        string="Daily Reports Due At",
        default=20.0,
        help="The hour, in the zone of the person, until which the day is reported.",
        prefetch="report_settings",
    )
    process_report_weekly_hour = fields.Float(
        string="Weekly Reports Due At",
        default=17.0,
        help="The hour of Sunday, in the zone of the person, until which the week is "
        "reported.",
        prefetch="report_settings",
    )
    process_report_monthly_hour = fields.Float(
        string="Monthly Reports Due At",
        default=17.0,
        help="The hour of the last day, in the zone of the person, until which the "
        "month is reported.",
        prefetch="report_settings",
    )
    process_report_days = fields.Selection(
        [("working", "Working Days"), ("all", "Every Day")],
        string="Days with a Report",
        default="working",
        required=True,
        help="Working days are those of the team's working calendar, with its dated "
        "exceptions. A week or month without any is not reported.",
        prefetch="report_settings",
    )
    process_report_reminder_hours = fields.Float(
        string="Report Reminder (Hours Before)",
        default=2.0,
        help="So many hours before the deadline whoever has not submitted a report is "
        "reminded. 0: no reminder.",
        prefetch="report_settings",
    )
    process_report_to_id = fields.Many2one(
        "res.users",
        string="Leader Reports To",
        domain=[("share", "=", False)],
        help="Who reads and reviews the reports of the team leader. Empty: whoever "
        "leads the region; without region the leader submits none.",
        prefetch="report_settings",
    )
    process_report_daily_since = fields.Datetime(
        string="Report Daily Since",
        readonly=True,
        copy=False,
        prefetch="report_settings",
    )
    process_report_weekly_since = fields.Datetime(
        string="Report Weekly Since",
        readonly=True,
        copy=False,
        prefetch="report_settings",
    )
    process_report_monthly_since = fields.Datetime(
        string="Report Monthly Since",
        readonly=True,
        copy=False,
        prefetch="report_settings",
    )

    process_report_checked = fields.Datetime(
        string="Report Checked",
        readonly=True,
        copy=False,
        help="Until when the reports that are owed have been made.",
        prefetch="report_settings",
    )

    process_report_missing_count = fields.Integer(
        string="Missing Reports",
        compute="_compute_report_counts",
        help="Reports of the last 31 days that were not submitted in time and still "
        "are not.",
    )
    process_report_review_count = fields.Integer(
        string="Reports to Review", compute="_compute_report_counts"
    )

    process_intelligence_duty_ids = fields.One2many(
        "sales.process.intelligence.duty",
        "team_id",
        string="Periodic Intelligence",
        copy=False,
        help="Who tells what is heard of which topic, each week or month.",
    )

    _check_report_hours = models.Constraint(
        "CHECK(process_report_daily_hour BETWEEN 0 AND 24"
        " AND process_report_weekly_hour BETWEEN 0 AND 24"
        " AND process_report_monthly_hour BETWEEN 0 AND 24)",
        "The hour at which a report is due lies between 0:00 and 24:00.",
    )
    _check_report_reminder = models.Constraint(
        "CHECK(process_report_reminder_hours BETWEEN 0 AND 168)",
        "The reminder of a report comes at most 168 hours, a week, before the "
        "deadline.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        if any(teams._owes_reports()):
            teams.env["sales.process.work.report"]._trigger_cron()
        return teams

    def write(self, vals):
        starting = {
            kind
            for kind in period_tools.KINDS
            if vals.get(f"process_report_{kind}")
            and not all(team[f"process_report_{kind}"] for team in self)
        }
        if starting and len(self) > 1:
            # each team begins by itself: one that reports already goes on
            for team in self:
                team.write(vals)
            return True
        result = super().write(vals)
        since = {f"process_report_{kind}_since": self.env.cr.now() for kind in starting}
        if vals.get("active"):
            # nothing was owed while the team was archived
            since["process_report_checked"] = self.env.cr.now()
        since = {name: value for name, value in since.items() if name not in vals}
        if since:
            # sudo: since when reports are owed follows from the switch
            super(CrmTeam, self.sudo()).write(since)
        if (
            any(name.startswith("process_report_") for name in vals)
            or "user_id" in vals
        ):
            self.env["sales.process.work.report"]._trigger_cron()
        return result

    def _prepare_server_values(self, vals_list):
        now = self.env.cr.now()
        return [
            {
                **{
                    f"process_report_{kind}_since": now
                    for kind in period_tools.KINDS
                    if vals.get(f"process_report_{kind}")
                },
                **vals,
            }
            for vals in super()._prepare_server_values(vals_list)
        ]

    def _owes_reports(self):
        return self.filtered(
            lambda team: (
                team.process_report_daily
                or team.process_report_weekly
                or team.process_report_monthly
            )
        )

    def _get_report_deadline(self, kind, day, zone):
        """Until when a report of this team has to be submitted.

        :param str kind: of the report; periodic intelligence is due as reports are
        :param day: a date of the period
        :param zone: pytz zone of the reporter
        :return: naive UTC datetime
        """
        kind = get_period_kind(kind)
        return period_tools.submission_deadline(
            kind, day, zone, self[f"process_report_{kind}_hour"]
        )

    def _get_reviewer(self, user):
        """Who reads the reports of ``user``: the leader, of a leader the one above.

        Above the leader is whoever the team names, else the next leader of the teams
        above; above the leader of a region a sales administrator.

        :return: res.users, may be empty
        """
        # sudo: who leads a team does not depend on reading it
        team, user = self.sudo(), user.sudo()
        line = team._get_leader_line() if team else []
        reviewer = user.browse()
        if user == team.user_id:
            reviewer = team.process_report_to_id
        if user in line:
            line = line[line.index(user) + 1 :]
            if not reviewer and not line and team._is_region(user):
                line = [team._find_above(team.company_id, user)]
        reviewer = reviewer or next(iter(line), reviewer)
        return reviewer.sudo(self.env.su)

    @api.model
    def _follow_leaders(self):
        result = super()._follow_leaders()
        # sudo: whoever sets a leader need not read what that leader reviews
        self.env["sales.process.work.report"].sudo()._ask_anew()
        return result

    def _get_superior(self):
        # sudo: to whom a leader reports does not depend on reading the team
        return self.sudo().process_report_to_id or super()._get_superior()

    def _is_region(self, user):
        """Tell whether ``user`` leads this team and others below it.

        :return: bool
        """
        return user == self.user_id and bool(self.process_child_ids)

    @api.depends("process_report_to_id")
    def _compute_process_facts_visible(self):
        result = super()._compute_process_facts_visible()
        # sudo: to whom a leader reports is told to that person, whatever the rules say
        for team in self.sudo().filtered(
            lambda t: t.process_report_to_id == self.env.user
        ):
            team.sudo(self.env.su).process_facts_visible = True
        return result

    def _compute_report_counts(self):
        """Count what the user may see, all teams in one query for each number."""
        Report = self.env["sales.process.work.report"]
        recent = Domain("team_id", "in", self.ids) & Domain(
            "date_due", ">=", self.env.cr.now() - RECENT
        )

        def count(domain):
            return dict(Report._read_group(recent & domain, ["team_id"], ["__count"]))

        missing = count(Domain("status", "=", "missing"))
        waiting = count(Domain("state", "=", "submitted"))
        for team in self:
            team.process_report_missing_count = missing.get(team, 0)
            team.process_report_review_count = waiting.get(team, 0)

    def action_view_missing_reports(self):
        """Open the reports of the team that are missing.

        :return: dict, a window action
        """
        return self._action_reports("missing")

    def action_view_reports_to_review(self):
        """Open the reports of the team that wait for their review.

        :return: dict, a window action
        """
        return self._action_reports("waiting")

    def action_view_report_forms(self):
        """Open what the reports of the team ask.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_report.sales_process_report_form_action"
        )
        return {
            **action,
            "domain": [("team_id", "=", self.id)],
            "context": {"default_team_id": self.id},
        }

    def _action_reports(self, filter_name):
        action = self._action_process(
            "sales_process_mgmt_report.sales_process_work_report_action_review",
            recent=True,
        )
        action["context"][f"search_default_{filter_name}"] = 1
        action["context"]["create"] = False
        return action

    # ------------------------------------------------------------
    # WHO OWES WHAT
    # ------------------------------------------------------------

    def _get_report_duties(self):
        """Who owes reports of which kind to which of these teams.

        Active members with sales rights, and the leader where somebody is named to
        whom the leader reports, or leads a team above. Who is in several teams of one
        company owes each kind once.

        :return: ``{(user id, company id, kind): (crm.team, res.users, since when the
            person owes such reports, since when they have not been made)}``
        """
        # sudo: the scheduled action asks for everybody
        everyone = self.sudo()
        news = everyone.env["sales.process.intelligence.duty"]._get_asked(everyone)
        telling = {team_id for team_id, _kind in news}
        teams = everyone._owes_reports() | everyone.filtered(
            lambda team: team.id in telling
        )
        members = teams.env["crm.team.member"].search(
            [("crm_team_id", "in", teams.ids)], order="id"
        )
        people = [
            (team, team.user_id, None)
            for team in teams
            if team.user_id and team._get_reviewer(team.user_id)
        ]
        people += [
            (member.crm_team_id, member.user_id, member.create_date)
            for member in members
            if member.user_id != member.crm_team_id.user_id
        ]
        group = self.env.ref("sales_team.group_sale_salesman").sudo()
        sellers = set(group.all_user_ids.ids)
        duties = {}
        for team, user, joined in people:
            if user.id not in sellers or not user.active or user.share:
                continue
            company = team.company_id or user.company_id
            for kind in OWED_KINDS:
                begun = team._get_report_begin(kind, user, news)
                if begun:
                    begun = max(joined or begun, begun)
                    since = max(team.process_report_checked or begun, begun)
                    duties.setdefault(
                        (user.id, company.id, kind), (team, user, begun, since)
                    )
        return duties

    def _get_report_begin(self, kind, user, news):
        """Since when the team asks somebody for a kind of report.

        :param str kind: of the report
        :param user: res.users
        :param dict news: see ``sales.process.intelligence.duty._get_asked``
        :return: naive UTC datetime, or False where it does not ask
        """
        if kind in period_tools.KINDS:
            asks = self[f"process_report_{kind}"]
            return asks and (self[f"process_report_{kind}_since"] or self.create_date)
        duties = news.get((self.id, kind))
        duties = duties and duties._filter_of(user)
        return bool(duties) and min(duties.mapped("create_date"))

    def _get_report_day_checkers(self):
        """Functions that tell on which days these teams report.

        Exceptions are read once for all teams, a calendar once for those that share it.

        :return: ``{crm.team: callable(date) -> bool}``
        """
        exceptions = {team: {} for team in self}
        for row in (
            # sudo: when a team works decides for everybody in it
            self.env["sales.process.calendar.exception"]
            .sudo()
            .search([("team_id", "in", self.ids)])
        ):
            exceptions[row.team_id.sudo(self.env.su)][row.date] = row.is_working
        unusual = defaultdict(dict)
        return {
            team: team._get_report_day_checker(
                exceptions[team],
                unusual[team._get_working_calendar(), team.company_id],
            )
            for team in self
        }

    def _get_report_day_checker(self, exceptions, unusual):
        calendar = self._get_working_calendar()
        if self.process_report_days == "all" or not calendar:
            return lambda day: True
        return self._is_working_day_factory(calendar, exceptions, unusual)
