# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The home of a salesperson: whom to call, what is planned, how the month goes."""

from functools import cached_property

from odoo import fields
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import orm
from ..tools import period as period_tools
from .sales_process_home_parts import (
    NEXT_DAYS,
    make_block,
    make_figure,
    make_opens,
    make_opens_record,
)
from .sales_process_home_team import get_duty_block

ROWS = 8
CUSTOMER_FIELDS = (
    "date_agreed",
    "date_deadline",
    "date_last_contact",
    "date_start",
    "deadline_kind",
    "name",
    "partner_id",
    "state",
    "team_id",
    "user_id",
)
MINE = "sales_process_mgmt.sales_process_ownership_action_mine"


class PersonHome:
    """What a salesperson sees first.

    :param HomeScope scope: for whom
    """

    def __init__(self, scope):
        self.scope = scope
        self.env = scope.env
        self.own = Domain("user_id", "=", scope.user.id)

    def get_blocks(self):
        """The blocks of the core, in any order."""
        return [
            self._get_due(),
            self._get_customers(),
            self._get_planned(),
            get_duty_block(self.scope),
            self._get_month(),
        ]

    @cached_property
    def _cases(self):
        """What is counted of my customers, by name."""
        return {
            **self.scope.get_deadline_cases(),
            "taken": self.scope.within("date_start", "monthly"),
            "lost": self.scope.get_lost(),
        }

    @cached_property
    def _counts(self):
        """How many there are of each case, in one query."""
        cases = self._cases
        looked_at = self.own & (cases["all"] | cases["taken"] | cases["lost"])
        return orm.tally(self.env["sales.process.ownership"], looked_at, cases)

    def _make_figure(self, name, label, tone, icon):
        count = self._counts[name]
        return make_figure(
            name,
            label,
            count,
            make_opens(MINE, label, self.own & self._cases[name]),
            tone if count else None,
            icon,
        )

    def _get_due(self):
        """How many of my customers are overdue, due today, due soon."""
        return make_block(
            "due",
            "figures",
            self.env._("My Customers"),
            10,
            figures=[
                self._make_figure(
                    "overdue",
                    self.env._("Overdue"),
                    "danger",
                    "fa-exclamation-triangle",
                ),
                self._make_figure(
                    "today", self.env._("Due Today"), "warning", "fa-hourglass-half"
                ),
                self._make_figure(
                    "soon",
                    self.env._("Due in %(days)s Days", days=NEXT_DAYS),
                    "info",
                    "fa-calendar-o",
                ),
                self._make_figure(
                    "all", self.env._("All My Customers"), None, "fa-users"
                ),
            ],
        )

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _get_customers(self):
        """My customers with the least time left, ready to be called."""
        domain = (
            self.own
            & Domain("state", "=", "open")
            & Domain("date_deadline", "!=", False)
        )
        customers = self.env["sales.process.ownership"].search_fetch(
            domain, CUSTOMER_FIELDS, order="date_deadline, id", limit=ROWS
        )
        phones = customers._get_phones()
        return make_block(
            "customers",
            "customers",
            self.env._("Least Time Left"),
            20,
            rows=[self._get_row(row, phones.get(row.id)) for row in customers],
            open=make_opens(MINE),
            empty={
                "title": self.env._("No customer waits for you"),
                "text": self.env._(
                    "Register whoever comes or calls, or take a customer from the "
                    "pool: it stands here until you have spoken with it."
                ),
                "label": self.env._("Open the Pool"),
                "open": make_opens(
                    "sales_process_mgmt.sales_process_ownership_action_pool"
                ),
            },
        )

    def _get_row(self, customer, phone):
        last, step_day = customer.date_last_contact, customer.date_next_step
        return {
            "id": customer.id,
            "name": customer.display_name,
            "phone": phone or False,
            "deadline": fields.Datetime.to_string(customer.date_deadline),
            "state": customer.followup_state,
            "why": customer.deadline_reason or False,
            "step": customer.next_step or False,
            "step_day": format_date(self.env, step_day) if step_day else False,
            "is_step_late": bool(step_day and step_day < self.scope.today),
            "last": format_date(self.env, self.scope.get_local_date(last))
            if last
            else False,
        }

    def _get_planned(self):
        """Meetings of today, and what was planned until today."""
        return make_block(
            "planned",
            "rows",
            self.env._("Planned for Today"),
            30,
            rows=self._get_meetings() + self._get_activities(),
            open=make_opens("crm.crm_lead_action_my_activities"),
            empty={
                "title": self.env._("Nothing is planned for today"),
                "text": self.env._(
                    "Schedule a call or a visit with a customer of the list."
                ),
            },
        )

    def _get_meetings(self):
        start, end = period_tools.period_utc("daily", self.scope.today, self.scope.zone)
        meetings = self.env["calendar.event"].search_fetch(
            [
                ("partner_ids", "in", self.scope.user.partner_id.ids),
                ("start", "<", end),
                ("stop", ">", start),
            ],
            ["allday", "location", "name", "start"],
            order="start, id",
            limit=ROWS,
        )
        return [
            {
                "id": f"event-{event.id}",
                "icon": "fa-calendar",
                "title": event.name,
                "subtitle": event.location or False,
                "note": self.env._("All day")
                if event.allday
                else self.scope.format_moment(event.start),
                "tone": False,
                "open": make_opens_record(event),
            }
            for event in meetings
        ]

    def _get_activities(self):
        # sudo: who is asked to do something may read it; Odoo would ask once more
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "=", self.scope.user.id),
                    ("res_model", "=", "crm.lead"),
                    ("date_deadline", "<=", self.scope.today),
                    ("calendar_event_id", "=", False),
                ],
                ["activity_type_id", "date_deadline", "res_id", "res_name", "summary"],
                order="date_deadline, id",
                limit=ROWS,
            )
        )
        rows = []
        for activity in activities:
            is_late = activity.date_deadline < self.scope.today
            rows.append(
                {
                    "id": f"activity-{activity.id}",
                    "icon": "fa-exclamation-triangle" if is_late else "fa-clock-o",
                    "title": activity.res_name,
                    "subtitle": activity.summary or activity.activity_type_id.name,
                    "note": format_date(self.env, activity.date_deadline)
                    if is_late
                    else self.env._("Today"),
                    "tone": "danger" if is_late else False,
                    "open": {"model": "crm.lead", "res_id": activity.res_id},
                }
            )
        return rows

    # ------------------------------------------------------------
    # THE MONTH
    # ------------------------------------------------------------

    def _get_month(self):
        """What I took, lost and did this month."""
        contacts = self.own & self.scope.within("date", "monthly")
        cases = {
            "counting": Domain("counts", "=", True),
            "void": Domain("counts", "=", False),
        }
        counts = orm.tally(self.env["sales.process.followup"], contacts, cases)
        labels = {
            "counting": (self.env._("Contacts That Count"), None, "fa-comments-o"),
            "void": (self.env._("Contacts That Do Not"), "warning", "fa-ban"),
        }
        return make_block(
            "month",
            "figures",
            self.env._("My Month"),
            60,
            is_side=True,
            figures=[
                self._make_figure(
                    "taken", self.env._("Customers Received"), None, "fa-sign-in"
                ),
                self._make_figure(
                    "lost", self.env._("Customers Let Go"), "danger", "fa-sign-out"
                ),
                *(
                    make_figure(
                        name,
                        label,
                        counts[name],
                        make_opens(
                            "sales_process_mgmt.sales_process_followup_action",
                            label,
                            contacts & cases[name],
                        ),
                        tone if counts[name] else None,
                        icon,
                    )
                    for name, (label, tone, icon) in labels.items()
                ),
            ],
        )
