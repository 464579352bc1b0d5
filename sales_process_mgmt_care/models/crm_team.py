# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz
from werkzeug.urls import url_join

from odoo import api, fields, models

from ..tools import complaints as complaint_tools
from ..tools import tokens

COMPLAINT = "sales.process.complaint"
SEVERITIES = ("minor", "serious", "grave")


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_complaint = fields.Boolean(
        string="Complaints",
        help="Whether complaints of customers of this team are recorded. What comes in "
        "by e-mail is kept in any case.",
        prefetch="process_care",
    )
    process_complaint_hours_minor = fields.Float(
        string="Hours for a Minor Complaint",
        default=40,
        help="Working hours until the customer has been told what was decided.",
        prefetch="process_care",
    )
    process_complaint_hours_serious = fields.Float(
        string="Hours for a Serious Complaint",
        default=16,
        help="Working hours until the customer has been told what was decided.",
        prefetch="process_care",
    )
    process_complaint_hours_grave = fields.Float(
        string="Hours for a Grave Complaint",
        default=4,
        help="Working hours until the customer has been told what was decided.",
        prefetch="process_care",
    )
    process_complaint_reopen_days = fields.Integer(
        string="Days to Reopen",
        default=14,
        help="So many days after it was closed the customer may say that it is not "
        "settled: the same complaint goes on, and so does its time.",
        prefetch="process_care",
    )
    process_complaint_alias_id = fields.Many2one(
        "mail.alias",
        readonly=True,
        copy=False,
        export_string_translation=False,
        ondelete="set null",
        prefetch="process_care",
    )
    process_complaint_alias_name = fields.Char(
        string="E-mail for Complaints",
        related="process_complaint_alias_id.alias_name",
        readonly=False,
        help="Without the domain. What is written to it becomes a complaint.",
    )
    process_complaint_token = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        export_string_translation=False,
        prefetch="process_care",
    )
    process_complaint_url = fields.Char(
        string="Link for Complaints",
        compute="_compute_process_complaint_url",
        help="For the card, the invoice or the wall of the shop: whoever opens it may "
        "complain without a login, and learns nothing.",
    )

    process_satisfaction = fields.Boolean(
        string="Ask about Satisfaction",
        help="Whether customers are asked, by e-mail, after a deal was won or a "
        "complaint was closed. The people of the team read no answer.",
        prefetch="process_care",
    )
    process_satisfaction_from = fields.Datetime(
        string="Asked since",
        readonly=True,
        copy=False,
        help="What happened before is not asked about.",
        prefetch="process_care",
    )
    process_satisfaction_delay = fields.Integer(
        string="Ask after (Days)",
        default=1,
        help="So many days after it happened.",
        prefetch="process_care",
    )
    process_satisfaction_open = fields.Integer(
        string="May Answer for (Days)",
        default=14,
        help="So many days the link is open.",
        prefetch="process_care",
    )
    process_satisfaction_days = fields.Integer(
        string="Ask Again after (Days)",
        default=90,
        help="No customer is asked twice within so many days.",
        prefetch="process_care",
    )
    process_satisfaction_shown = fields.Boolean(
        string="Shown Answers Count",
        help="Whether an answer counts whose question the salesperson has shown on a "
        "screen. Whoever shows a link could answer it: switched off, such answers are "
        "kept and weigh nothing. It holds for what is answered from then on.",
        prefetch="process_care",
    )
    process_satisfaction_fewest = fields.Integer(
        string="Answers for a Rank",
        default=5,
        required=True,
        help="Whoever has fewer answers in a year is listed without a rank.",
        prefetch="process_care",
    )

    _check_process_satisfaction_fewest = models.Constraint(
        "CHECK(process_satisfaction_fewest BETWEEN 1 AND 1000)",
        "A rank rests on 1 to 1,000 answers at least.",
    )
    _check_process_satisfaction = models.Constraint(
        """CHECK(process_satisfaction_delay BETWEEN 0 AND 25
             AND process_satisfaction_open BETWEEN 1 AND 90
             AND process_satisfaction_days BETWEEN 1 AND 3650)""",
        "Customers are asked within 25 days, may answer for 1 to 90 days, and are "
        "asked again after 1 to 3650 days.",
    )
    _check_process_complaint_hours = models.Constraint(
        """CHECK(process_complaint_hours_minor > 0
             AND process_complaint_hours_serious > 0
             AND process_complaint_hours_grave > 0
             AND process_complaint_hours_minor <= 1000
             AND process_complaint_hours_serious <= 1000
             AND process_complaint_hours_grave <= 1000)""",
        "The hours of a complaint are more than 0 and at most 1000.",
    )
    _check_process_complaint_reopen = models.Constraint(
        "CHECK(process_complaint_reopen_days BETWEEN 0 AND 365)",
        "A complaint may be reopened for 0 to 365 days.",
    )
    _process_complaint_token_uniq = models.UniqueIndex(
        "(process_complaint_token) WHERE process_complaint_token IS NOT NULL",
        "This link belongs to another team.",
    )

    @api.depends("process_complaint")
    def _compute_process_complaint_url(self):
        for team in self:
            # sudo: the link is no secret of the team
            token = team.sudo().process_complaint_token
            team.process_complaint_url = (
                url_join(team.get_base_url(), f"/complaint/{token}")
                if token and team.process_complaint
                else False
            )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams.filtered("process_complaint")._begin_complaints()
        teams.filtered("process_satisfaction")._begin_satisfaction()
        return teams

    def write(self, vals):
        asking = self.browse()
        if vals.get("process_satisfaction"):
            asking = self.filtered(lambda team: not team.process_satisfaction)
        result = super().write(vals)
        asking._begin_satisfaction()
        if vals.get("process_complaint"):
            self._begin_complaints()
        if "process_complaint" in vals:
            # sudo: who is asked follows the team, whoever sets it
            self.env[COMPLAINT].sudo()._ask_anew()
        return result

    @api.model
    def _follow_leaders(self):
        result = super()._follow_leaders()
        # sudo: whoever sets a leader need not read what that leader decides
        self.env[COMPLAINT].sudo()._ask_anew()
        return result

    def _begin_satisfaction(self):
        """What happened before it was switched on is not asked about."""
        if self:
            # sudo: written by the system, after what is asked of the user
            self.sudo().write(
                {"process_satisfaction_from": self.env.cr.now().replace(microsecond=0)}
            )

    def _begin_complaints(self):
        """Make the address and the link of teams that take complaints."""
        # sudo: whoever may switch it on may not make addresses
        for team in self.sudo():
            if not team.process_complaint_token:
                team.process_complaint_token = tokens.make_token()
            if not team.process_complaint_alias_id:
                # each: a team takes complaints once
                team.process_complaint_alias_id = team.env["mail.alias"].create(
                    {
                        "alias_name": f"complaints-{team.id}",
                        "alias_model_id": team.env["ir.model"]._get_id(COMPLAINT),
                        "alias_defaults": {"team_id": team.id},
                        "alias_contact": "everyone",
                        "alias_parent_model_id": team.env["ir.model"]._get_id(
                            team._name
                        ),
                        "alias_parent_thread_id": team.id,
                    }
                )

    def unlink(self):
        # sudo: as when it was made
        aliases = self.sudo().process_complaint_alias_id
        result = super().unlink()
        aliases.unlink()
        return result

    # ------------------------------------------------------------
    # WORKING HOURS
    # ------------------------------------------------------------

    def _get_complaint_hours(self, severity):
        """How many working hours a complaint of this severity has.

        :param str severity: one of :data:`SEVERITIES`
        :return: float
        """
        self.ensure_one()
        return self[f"process_complaint_hours_{severity}"]

    def _add_working_hours(self, moment, hours):
        """The moment after so many working hours of the team.

        :param moment: naive UTC datetime
        :param float hours: hours
        :return: naive UTC datetime, whole seconds
        """
        return complaint_tools.add_hours(
            moment, hours, *self._get_working_time()
        ).replace(microsecond=0)

    def _count_working_hours(self, start, end):
        """How many working hours of the team lie between two moments.

        :return: float
        """
        return complaint_tools.count_hours(start, end, *self._get_working_time())

    def _get_working_time(self):
        """Zone, days and hours in which the team works.

        :return: tuple, see :func:`tools.complaints.iterate_spans`
        """
        self.ensure_one()
        # sudo: when a team works is no secret
        team = self.sudo()
        calendar = team._get_working_calendar()
        if not calendar:
            return team._get_process_timezone(team.user_id), None, None
        return (
            pytz.timezone(calendar.tz or "UTC"),
            team._is_working_day_factory(calendar),
            team._get_working_hours_getter(),
        )
