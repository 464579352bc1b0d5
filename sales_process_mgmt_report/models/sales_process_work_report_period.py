# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""To which period a report made by hand belongs, and to which team."""

from odoo import fields
from odoo.exceptions import UserError, ValidationError

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools

# Nobody makes up for a report that is older
PAST_DAYS = 366
# Periodic intelligence is owed as the other reports are
NEWS_KINDS = ("news_weekly", "news_monthly")
OWED_KINDS = (*period_tools.KINDS, *NEWS_KINDS)


def get_period_kind(kind):
    """Of which kind the period of a report is.

    :param str kind: of the report
    :return: str, ``daily``, ``weekly`` or ``monthly``
    """
    return "daily" if kind == "urgent" else kind.removeprefix("news_")


def get_period_name(kind, date_from):
    """A period in short: 2026-03-31, 2026-W14 or 2026-03.

    :param str kind: of the report
    :param date date_from: its first day
    :return: str
    """
    kind = get_period_kind(kind)
    if kind == "weekly":
        year, week, _day = date_from.isocalendar()
        return f"{year:04}-W{week:02}"
    if kind == "monthly":
        return f"{date_from.year:04}-{date_from.month:02}"
    return date_from.isoformat()


class ReportPeriods:
    """What follows from kind, day and person of reports that people make.

    :param env: of who makes them; the system may make older ones
    """

    def __init__(self, env):
        self.env = env

    def check_first(self, periods):
        """Explain kindly what the database enforces in any case.

        :param list periods: see :meth:`prepare`
        :raise ValidationError: where the person has a report of the period
        """
        names = ("user_id", "company_id", "kind", "date_from")
        for period in periods:
            if period["kind"] == "urgent":
                continue
            # each: a person makes one report at a time
            # sudo: one's own reports, whatever company is chosen
            known = (
                self.env["sales.process.work.report"]
                .sudo()
                .search([(name, "=", period[name]) for name in names], limit=1)
            )
            if known:
                raise ValidationError(
                    self.env._(
                        "There is already a report of this period: %(report)s.",
                        report=known.display_name,
                    )
                )

    def find_team(self, user):
        """The team to which somebody reports: one's own, else the one that one leads.

        :param user: res.users
        :return: crm.team in sudo, may be empty
        """
        # sudo: leaders of a team need not be its members, nor read it
        team = user.sudo().sale_team_id
        return team or team.search(
            [
                ("user_id", "=", user.id),
                ("company_id", "in", (False, self.env.company.id)),
            ],
            limit=1,
        )

    def prepare(self, vals):
        """What follows from kind, day and person of a report made by hand.

        :param dict vals: values of the report, with its kind
        :return: dict of field values
        :raise ValidationError: for a period that has not begun, or is long past
        """
        kind = vals["kind"]
        user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
        # sudo: own team, whether or not one may read teams
        team = self.env["crm.team"].browse(vals.get("team_id")).sudo()
        team = team or self.find_team(user)
        if not team and kind != "urgent":
            raise UserError(
                self.env._(
                    "Reports of a period belong to a sales team, and you are in "
                    "none. Ask your administrator."
                )
            )
        zone = team._get_process_timezone(user)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        day = fields.Date.to_date(vals.get("date_from")) or today
        date_from, date_to = period_tools.period_dates(get_period_kind(kind), day)
        if date_from > today:
            raise ValidationError(
                self.env._("A report cannot be made before its period has begun.")
            )
        if not self.env.su and date_to < deadline_tools.add_days(today, -PAST_DAYS):
            raise ValidationError(
                self.env._(
                    "A report is written up to a year later. Choose a newer period."
                )
            )
        bound_from, bound_to = period_tools.dates_to_utc(date_from, date_to, zone)
        return {
            "user_id": user.id,
            "team_id": team.id,
            "company_id": (team.company_id or self.env.company).id,
            "reviewer_id": team._get_reviewer(user).id,
            "kind": kind,
            "period": get_period_name(kind, date_from),
            "date_from": date_from,
            "date_to": date_to,
            "tz": zone.zone,
            "bound_from": bound_from,
            "bound_to": bound_to,
            "date_due": kind != "urgent"
            and team._get_report_deadline(kind, date_from, zone),
        }
