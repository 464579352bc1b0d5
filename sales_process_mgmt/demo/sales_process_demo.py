# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demonstration's people did lately, and what they plan.

Everything that has a date is made here, in the days of the people concerned: the XML
files next to this one know neither their zone nor their weekday. The moment counts
from the database's clock, so that the demonstration is alive at any hour of any day.
"""

from datetime import timedelta

from odoo import api, models

from ..tools import deadline as deadline_tools
from ..tools import transaction

MODULE = "sales_process_mgmt"
EAST = ("wang_fang", "li_wei", "zhang_min")
WEST = ("chen_jie", "liu_yang", "zhao_lei")
# (channel, what was discussed, next step, place): one after the other
CONTACTS = (
    ("call", "Discussed price and delivery time", "Call again", None),
    ("reception", "Came to the showroom with two colleagues", "Visit the plant", None),
    ("call", "Sent the data sheet, waits for approval", "Bring samples", None),
    ("hotline", "Asked for a technician", "Ask for the decision", None),
    ("message", "Confirmed the visit by message", None, None),
    (
        "visit",
        "Showed the new series, asked for a quotation",
        "Send the quotation",
        "Mianyang",
    ),
)
# The western team writes in Chinese
CONTACTS_WEST = (
    ("call", "电话沟通价格和交货期", "再次致电", None),
    ("reception", "客户带两位同事到展厅看样", "参观工厂", None),
    ("call", "已发产品资料，等待审批", "送样品", None),
    ("hotline", "来电询问技术支持", "确认采购决定", None),
    ("message", "微信确认拜访时间", None, None),
    ("visit", "演示新系列产品，客户要求报价", "发送报价单", "绵阳"),
)
NAMES_IN_CHINESE = {"team_east_demo": "杭州展厅", "team_west_demo": "成都外勤组"}
CHINESE = "zh_CN"
# Who reported what on each of the last five working days:
# person, (hour and minute of submission, 33.1 = 9:06 the next day), values
DAILY = (
    (
        ("wang_fang", 19.33, 5, "Two visits and four calls, one quotation asked for."),
        ("li_wei", 19.83, None, "Visited the plant in Suzhou, samples wanted."),
        ("zhang_min", 19.5, None, "Showroom duty, follow-ups in the afternoon."),
    ),
    (
        ("wang_fang", 19.35, 4, "Showroom duty, follow-ups in the afternoon."),
        ("li_wei", 33.1, None, "Called back everybody whose deadline was near."),
        ("zhang_min", None, None, None),
    ),
    (
        ("wang_fang", 19.37, 5, "Visited the plant in Suzhou, samples wanted."),
        ("li_wei", 19.83, None, "Quotations sent, two appointments for next week."),
        ("zhang_min", 19.5, None, "Called back everybody whose deadline was near."),
    ),
    (
        ("wang_fang", 19.38, 4, "Called back everybody whose deadline was near."),
        ("li_wei", 19.83, None, "Two visits and four calls, one quotation asked for."),
        ("zhang_min", None, None, None),
    ),
    (
        ("wang_fang", 19.4, 5, "Quotations sent, two appointments for next week."),
        ("li_wei", 19.75, None, "Calls."),
        ("zhang_min", 19.5, None, "Two visits and four calls, quotation asked for."),
    ),
)
PLANS = {
    "team_east": (30, 100, 20, 300000, 3, None),
    "wang_fang": (10, 33, 6, 100000, 1, 4),
    "li_wei": (8, 26, 4, 80000, 1, 4),
    "zhang_min": (12, 39, 7, 120000, 1, 4),
}
METRICS = (
    "new_customers",
    "followups",
    "visits",
    "won_revenue",
    "customers_expired",
    "days_between_contacts",
)


class SalesProcessDemo(models.AbstractModel):
    """Makes the dated part of the demonstration; another addon may add its own."""

    _name = "sales.process.demo"
    _description = "Sales Process Demonstration"

    @api.model
    def _load(self):
        """Make roster, contacts, conflicts, plans, reports and a release run.

        Called by the demo data, once: what users did afterwards is left alone.
        """
        if self.env.ref(f"{MODULE}.demo_loaded", raise_if_not_found=False):
            return
        self._load_customers()
        self._load_roster()
        self._load_calendar()
        self._load_followups()
        self._load_absence()
        self._load_language()
        self._load_conflicts()
        self._load_invitation()
        self._load_plans()
        self._load_intelligence()
        self._load_reports()
        self._load_release()
        self._remember({"demo_loaded": self._get("team_east_demo")})

    # ------------------------------------------------------------
    # CLOCK AND NAMES
    # ------------------------------------------------------------

    def _get(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _get_user(self, name):
        return self._get(f"user_{name}_demo")

    def _remember(self, records):
        """Give records a name, theirs for good: an update does not touch them."""
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True}
                for name, record in records.items()
            ]
        )

    def _get_zone(self, user):
        return self.env["crm.team"]._get_process_timezone(user)

    def _get_today(self, user):
        """The day on the wall where a person works."""
        return self.env["crm.team"]._get_process_today(user)

    def _get_moment(self, user, day, hour):
        """A moment of a person's day, not later than now."""
        day += timedelta(days=int(hour // 24))
        moment = deadline_tools.local_moment_utc(day, hour % 24, self._get_zone(user))
        return min(moment, self.env.cr.now().replace(microsecond=0))

    # ------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------

    def _get_leads(self):
        """The leads that somebody works on, and how many days ago was the contact."""
        for team, count, cycle in (("east", 30, 9), ("west", 20, 10)):
            for index in range(count):
                lead = self._get(f"lead_{team}_{index:02d}_demo")
                if not lead.stage_id.is_won:
                    yield f"{team}_{index:02d}", lead, index % cycle

    def _load_customers(self):
        """Customers are known for a week or longer, unless they came today."""
        rows = {}
        for _name, lead, days in self._get_leads():
            if days:
                rows.setdefault(days, lead.ownership_id)
                rows[days] |= lead.ownership_id
        for days, ownerships in rows.items():
            for user, owned in ownerships.grouped("user_id").items():
                day = self._get_today(user) - timedelta(days=days + 6)
                owned.date_start = self._get_moment(user, day, 8.5)

    def _load_roster(self):
        """Two shifts on each day of this week and the next, Saturday and Sunday too."""
        values, names = [], []
        for team, people in (("east", EAST), ("west", WEST)):
            users = [self._get_user(name) for name in people]
            today = self._get_today(users[0])
            zone = self._get_zone(users[0])
            monday = today - timedelta(days=today.weekday())
            bounds = [
                deadline_tools.start_of_day_utc(monday + timedelta(days=day), zone)
                if half == 0
                else deadline_tools.local_moment_utc(
                    monday + timedelta(days=day), 12, zone
                )
                for day in range(15)
                for half in (0, 1)
            ]
            for index in range(28):
                names.append(f"duty_{team}_{index // 2:02d}_{index % 2}_demo")
                values.append(
                    {
                        "team_id": self._get(f"team_{team}_demo").id,
                        "user_id": users[index % 3].id,
                        "date_start": bounds[index],
                        "date_end": bounds[index + 1],
                        "state": "confirmed",
                    }
                )
        duties = self.env["sales.process.duty"].create(values)
        self._remember(dict(zip(names, duties, strict=True)))
        swap = (
            self.env["sales.process.duty.swap"]
            .with_user(self._get_user("wang_fang"))
            .create(
                {
                    "duty_id": self._get("duty_east_12_0_demo").id,
                    "substitute_id": self._get_user("li_wei").id,
                    "reason": "Visit to a customer in Suzhou",
                }
            )
        )
        self._remember({"duty_swap_east_demo": swap})

    def _load_calendar(self):
        today = self._get_today(self._get_user("sun_li"))
        monday = today + timedelta(days=7 - today.weekday())
        exceptions = self.env["sales.process.calendar.exception"].create(
            [
                {
                    "name": "Make-up working day",
                    "team_id": self._get("team_east_demo").id,
                    "date": monday + timedelta(days=5),
                    "is_working": True,
                },
                {
                    "name": "Team outing",
                    "team_id": self._get("team_west_demo").id,
                    "date": monday + timedelta(days=4),
                    "is_working": False,
                },
            ]
        )
        names = ("calendar_exception_east_make_up", "calendar_exception_west_outing")
        self._remember(
            {f"{name}_demo": row for name, row in zip(names, exceptions, strict=True)}
        )

    def _load_followups(self):
        now = self.env.cr.now().replace(microsecond=0)
        values, names = [], []
        for index, (name, lead, days) in enumerate(self._get_leads()):
            contacts = CONTACTS if name.startswith("east") else CONTACTS_WEST
            channel, subject, next_step, location = contacts[index % len(contacts)]
            today = self._get_today(lead.user_id)
            agreed = next_step and days < 6
            names.append(f"followup_{name}_demo")
            values.append(
                {
                    "lead_id": lead.id,
                    "user_id": lead.user_id.id,
                    "date": self._get_moment(
                        lead.user_id, today - timedelta(days=days), 9 + index * 0.15
                    )
                    if days
                    else now - timedelta(minutes=6 + index),
                    "channel": channel,
                    "subject": subject,
                    "next_step": next_step,
                    "location": location,
                    "date_next": today + timedelta(days=index % 4) if agreed else False,
                }
            )
        followups = self.env["sales.process.followup"].create(values)
        self._remember(dict(zip(names, followups, strict=True)))

    def _load_absence(self):
        """One of those who are not on duty today is away, a colleague stands in."""
        leader = self._get_user("zhou_tao")
        today = self._get_today(leader)
        # as the roster goes round: see _load_roster
        turn = 2 * today.weekday()
        away, deputy = (
            self._get_user(WEST[(turn + step) % len(WEST)]) for step in (2, 0)
        )
        absence = (
            self.env["sales.process.absence"]
            .with_user(leader)
            .create(
                {
                    "user_id": away.id,
                    "deputy_id": deputy.id,
                    "date_start": self.env.cr.now().replace(microsecond=0),
                    "date_end": deadline_tools.end_of_day_utc(
                        today + timedelta(days=3), self._get_zone(away)
                    ),
                    "note": "Training at the plant",
                }
            )
        )
        self._remember({"absence_west_demo": absence.sudo()})

    def _load_language(self):
        """The western team reads Chinese, where the database knows it."""
        if not self.env["res.lang"]._get_data(code=CHINESE):
            return
        people = [self._get_user(name) for name in ("zhou_tao", *WEST)]
        self.env["res.users"].union(*people).lang = CHINESE
        for name, text in NAMES_IN_CHINESE.items():
            self._get(name).with_context(lang=CHINESE).name = text

    def _load_conflicts(self):
        """Inquiries for somebody else's customer, when nobody was there to refuse."""
        phones = {
            "east_0": ("wang_fang", "+86 138 5111 1213"),
            "east_1": ("wang_fang", "+86 138 5222 1426"),
            "east_2": ("zhang_min", "+86 138 5296 1568"),
            "west_0": ("zhao_lei", "+86 138 6184 3272"),
            "west_1": ("liu_yang", "+86 138 6258 3414"),
        }
        leads = self._create_unattended(
            "website",
            [
                {
                    "name": "Inquiry from the website",
                    "user_id": self._get_user(user).id,
                    "team_id": self._get(f"team_{name[:4]}_demo").id,
                    "phone": phone,
                }
                for name, (user, phone) in phones.items()
            ],
        )
        two_owners = self._create_unattended(
            "gateway",
            [
                {
                    "name": "E-mail with the telephone of a second company",
                    "user_id": False,
                    "team_id": self._get("team_east_demo").id,
                    "phone": "+86 138 5074 1142",
                    "email_from": "gao.feng6@example.com",
                }
            ],
        )
        names = [f"lead_conflict_{name}_demo" for name in phones]
        self._remember(dict(zip(names, leads, strict=True)))
        self._remember({"lead_conflict_two_owners_demo": two_owners})

    def _create_unattended(self, door, values):
        company = self.env.ref("base.main_company")
        country = self.env.ref("base.cn")
        common = {
            "type": "opportunity",
            "company_id": company.id,
            "country_id": country.id,
        }
        with transaction.entering(self.env, door):
            return self.env["crm.lead"].create([{**common, **lead} for lead in values])

    def _load_invitation(self):
        """Somebody asks to help with a customer."""
        lead = self._get("lead_east_04_demo")
        invitation = self.env["sales.process.invitation"].create(
            {
                "name": lead.partner_id.display_name,
                "ownership_id": lead.ownership_id.id,
                "user_id": self._get_user("wang_fang").id,
                "note": "The buyer came to the showroom while I was on duty and asked "
                "for a test.",
            }
        )
        invitation._schedule_answer()
        self._remember({"invitation_wang_fang_demo": invitation})

    def _load_plans(self):
        metrics = [self._get(f"sales_process_metric_{name}") for name in METRICS]
        plans = {}
        for name, goals in PLANS.items():
            team = name == "team_east"
            user = self._get_user("sun_li" if team else name)
            plans[f"plan_{name}_demo"] = {
                "kind": "monthly",
                "team_id": self._get(f"{name}_demo").id if team else False,
                "user_id": False if team else user.id,
                "date_from": self._get_today(user).replace(day=1),
                "state": "locked",
                "note": team and "Win back the machine builders of the east.",
                "line_ids": self._get_goals(metrics, goals),
            }
        wang_fang = self._get_user("wang_fang")
        plans["plan_wang_fang_week_demo"] = {
            "kind": "weekly",
            "user_id": wang_fang.id,
            "date_from": self._get_today(wang_fang) + timedelta(days=7),
            "state": "agreed",
            "line_ids": self._get_goals(metrics, (3, 10, 2, None, None, None)),
        }
        records = self.env["sales.process.plan"].create(list(plans.values()))
        records._process_updates()
        self._remember(dict(zip(plans, records, strict=True)))

    def _get_goals(self, metrics, goals):
        return [
            (0, 0, {"metric_id": metric.id, "goal": goal})
            for metric, goal in zip(metrics, goals, strict=True)
            if goal is not None
        ]

    def _load_intelligence(self):
        rows = {
            "wang_fang": {
                "name": "Competitor offers eight days for pumps",
                "topic": "logistics",
                "urgency": "1",
                "source": "customer",
                "description": "Told by a buyer of machines. We need twelve.",
            },
            "zhao_lei": {
                "name": "Price cut of five percent on valves",
                "topic": "price",
                "urgency": "2",
                "source": "competitor",
                "description": "Seen in a written offer, valid until month end.",
            },
            "li_wei": {
                "name": "Subsidy for energy-saving motors",
                "topic": "policy",
                "urgency": "0",
                "source": "media",
                "description": "Published by the provincial government.",
            },
        }
        for name, values in rows.items():
            user = self._get_user(name)
            values |= {
                "user_id": user.id,
                "date": self._get_today(user) - timedelta(days=2),
            }
        records = self.env["sales.process.intelligence"].create(list(rows.values()))
        self._remember(
            {
                f"intelligence_{name}_demo": record
                for name, record in zip(rows, records, strict=True)
            }
        )

    def _load_reports(self):
        director = self._get_user("director")
        self._get("team_east_demo").write(
            {
                "report_daily": True,
                "report_weekly": True,
                "report_monthly": True,
                "report_to_id": director.id,
            }
        )
        self._get("team_west_demo").write(
            {"report_weekly": True, "report_to_id": director.id}
        )
        reports = self._prepare_daily() | self._prepare_weekly()
        records = self.env["sales.process.work.report"].create(list(reports.values()))
        for report in records:
            if report.state != "missing":
                report._freeze_lines()
        self._remember(dict(zip(reports, records, strict=True)))

    def _prepare_daily(self):
        """Reports of the working days among the last seven days.

        :return: dict ``name -> values``
        """
        plans = (
            "Send the quotation, call the buyer on Thursday.",
            "Prepare the samples.",
            "Visit those who did not answer.",
            "Negotiate the annual contract.",
            "Bring the samples to Suzhou.",
        )
        values = {}
        for weekday, reports in enumerate(DAILY):
            for index, (name, hour, mark, summary) in enumerate(reports):
                user = self._get_user(name)
                first = self._get_today(user) - timedelta(days=7)
                day = first + timedelta(days=(weekday - first.weekday()) % 7)
                row = self._prepare_report("daily", user, day, hour, summary)
                if summary:
                    row["next_plan"] = plans[(weekday + index) % len(plans)]
                    row["is_late"] = hour > 24
                row.update(self._prepare_review(mark))
                values[f"work_report_{name}_{weekday}_demo"] = row
        values["work_report_li_wei_4_demo"] |= {
            "state": "returned",
            "return_reason": "Which customers, and what did they say?",
        }
        values["work_report_wang_fang_2_demo"]["review_comment"] = (
            "Good, stay close to this customer."
        )
        return values

    def _prepare_weekly(self):
        """Reports of the last week that is over.

        :return: dict ``name -> values``
        """
        rows = {
            "wang_fang": (
                16.17,
                "Three new customers, one contract won. The annual contract is close.",
                "Sign the annual contract, visit the two new customers.",
            ),
            "li_wei": (
                16.67,
                "Ten follow-ups, two quotations.",
                "Bring in the two quotations.",
            ),
            "zhang_min": (None, None, None),
            "chen_jie": (
                15.25,
                "New customers in Deyang, price talks in Leshan.",
                "Close in Leshan.",
            ),
        }
        values = {}
        for name, (hour, summary, next_plan) in rows.items():
            user = self._get_user(name)
            today = self._get_today(user)
            sunday = today - timedelta(days=today.weekday() + 1)
            row = self._prepare_report("weekly", user, sunday, hour, summary)
            row["date_from"] = sunday - timedelta(days=6)
            if next_plan:
                row["next_plan"] = next_plan
            values[f"work_report_{name}_week_demo"] = row
        values["work_report_wang_fang_week_demo"] |= {
            "problems": "Samples take too long.",
            "review_comment": "A strong week. Take Li Wei along to Suzhou.",
            **self._prepare_review(5),
        }
        return values

    def _prepare_report(self, kind, user, day, hour, summary):
        values = {"kind": kind, "user_id": user.id, "date_from": day}
        if not summary:
            return {**values, "state": "missing"}
        return {
            **values,
            "state": "submitted",
            "date_submitted": self._get_moment(user, day, hour),
            "summary": summary,
        }

    def _prepare_review(self, mark):
        if not mark:
            return {}
        return {
            "state": "reviewed",
            "review_mark": str(mark),
            "reviewed_by_id": self._get_user("sun_li").id,
        }

    def _load_release(self):
        """Release what is due, as the first night would have done."""
        Ownership = self.env["sales.process.ownership"]
        Ownership.flush_model()
        Ownership._lock_due(100, 0)._process_release()
