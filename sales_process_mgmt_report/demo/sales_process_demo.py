# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reports and news of the demonstration's people, in their own days."""

from datetime import timedelta

from odoo import Command, api, models

MODULE = "sales_process_mgmt_report"
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

QUESTIONS = (
    {"name": "Visitors of the showroom", "kind": "number", "is_required": True},
    {"name": "How sure is the month?", "kind": "choice", "choices": "Sure\nOpen\nLost"},
    {"name": "Do you need help of the factory?", "kind": "yes_no"},
    {"name": "What did competitors do?", "kind": "text"},
)


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_work_reports(self):
        """Make reports and market intelligence; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        self._load_intelligence()
        self._load_reports()
        self._load_form()
        self._load_duty()
        self._set_loaded(MODULE)

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
                "name": "竞争对手阀门降价百分之五",
                "topic": "price",
                "urgency": "2",
                "source": "competitor",
                "description": "看到对方的书面报价，月底前有效。",
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
            },
            MODULE,
        )

    def _load_form(self):
        """What the weekly report of the showroom asks."""
        form = (
            self.env["sales.process.report.form"]
            .with_user(self._get_user("sun_li"))
            .create(
                {
                    "team_id": self._get("team_east_demo").id,
                    "kind": "weekly",
                    "question_ids": [
                        Command.create({"sequence": number, **question})
                        for number, question in enumerate(QUESTIONS)
                    ],
                }
            )
        )
        form.action_publish()
        self._remember({"report_form_east_demo": form.sudo()}, MODULE)

    def _load_duty(self):
        """Who tells each week what competitors do."""
        duty = (
            self.env["sales.process.intelligence.duty"]
            .with_user(self._get_user("sun_li"))
            .create(
                {
                    "team_id": self._get("team_east_demo").id,
                    "topic": "competitor",
                    "user_ids": self._get_user("wang_fang").ids,
                    "note": "Prices and delivery times of pumps",
                }
            )
        )
        self._remember({"intelligence_duty_east_demo": duty.sudo()}, MODULE)

    def _load_reports(self):
        # the leaders report to the leader of the region, who reports to the director
        director = self._get_user("director")
        self._get("team_region_demo").write(
            {"process_report_weekly": True, "process_report_to_id": director.id}
        )
        self._get("team_east_demo").write(
            {
                "process_report_daily": True,
                "process_report_weekly": True,
                "process_report_monthly": True,
            }
        )
        self._get("team_west_demo").process_report_weekly = True
        reports = self._prepare_daily() | self._prepare_weekly()
        records = self.env["sales.process.work.report"].create(list(reports.values()))
        for report in records:
            if report.state != "missing":
                report._freeze_lines()
        self._remember(dict(zip(reports, records, strict=True)), MODULE)

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
                "德阳新增两家客户，乐山的客户在谈价格。",
                "争取乐山的客户本周签约。",
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
