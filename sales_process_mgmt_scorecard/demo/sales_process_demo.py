# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scorecards of the showroom: last month closed, this month as it stands."""

from datetime import timedelta

from odoo import Command, api, models

from ..hooks import post_init_hook

MODULE = "sales_process_mgmt_scorecard"
METRIC = "sales_process_mgmt_metric.sales_process_metric"
# from, below, factor
STEPS = ((None, 60, 0.8), (60, 90, 1.0), (90, None, 1.2))
# what the leader gave for teamwork last month, and why; what was won then
MARKS = {
    "wang_fang": (92, "Took a colleague along to Suzhou twice.", 118000),
    "li_wei": (74, "Reliable, reports come late.", 61000),
    "zhang_min": (85, "Calm at the counter, also on a full Saturday.", 96000),
}


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_scorecards(self):
        """Make template, scorecards and praise; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        leader = self._get_user("sun_li")
        last = self._get_today(leader).replace(day=1) - timedelta(days=1)
        self._load_template(last.replace(day=1))
        self._load_wins(last)
        self._load_last_month(leader, last)
        self.env["sales.process.scorecard"]._make(self._get_today(leader))
        self._load_praise()
        self._set_loaded(MODULE)

    def _load_template(self, first):
        team = self._get("team_east_demo")
        admin = self._get_user("sales_admin")
        # who is in which team: the hook itself comes after the demonstration
        post_init_hook(self.env)
        self.env["sales.process.scorecard.stay"].search(
            [("team_id", "=", team.id), ("date_from", ">", first)]
        ).date_from = first
        template = (
            self.env["sales.process.scorecard.template"]
            .with_user(admin)
            .create(
                {
                    "name": "Showroom",
                    "company_id": team.company_id.id,
                    "team_ids": team.ids,
                    "role": "salesperson",
                }
            )
        )
        items = (
            {"kind": "fixed", "metric": "won_revenue", "weight": 60, "goal": 90000},
            {"kind": "mark", "name": "Teamwork", "weight": 40, "cap": 100},
            {
                "kind": "points",
                "metric": "customers_expired",
                "point_score": 2,
                "point_most": 10,
            },
        )
        commands = []
        for item in items:
            metric = item.pop("metric", None)
            if metric:
                item["metric_id"] = self.env.ref(f"{METRIC}_{metric}").id
            commands.append(Command.create(item))
        version = template.version_ids.create(
            {
                "template_id": template.id,
                "date_from": first,
                "item_ids": commands,
                "personal_step_ids": [
                    Command.create(
                        {
                            "kind": "personal",
                            "is_lowest": start is None,
                            "number_from": start or 0,
                            "is_highest": below is None,
                            "number_below": below or 0,
                            "value": value,
                        }
                    )
                    for start, below, value in STEPS
                ],
            }
        )
        version.action_put_in_force()
        self._remember({"scorecard_template_demo": template.sudo()}, MODULE)

    def _load_wins(self, last):
        """What the people won last month: orders of customers they have."""
        for name, (_mark, _comment, revenue) in MARKS.items():
            user = self._get_user(name)
            lead = self._win(user, revenue, self._get_moment(user, last, 11))
            self._remember({f"lead_won_{name}_demo": lead}, MODULE)

    def _load_last_month(self, leader, last):
        """Counted, marked, talked over and closed by the leader."""
        cards = self.env["sales.process.scorecard"]._make(last)
        for card in cards:
            name = next(
                (row for row in MARKS if self._get_user(row) == card.user_id), None
            )
            if not name:
                continue
            mark, comment, _revenue = MARKS[name]
            mine = card.with_user(leader)
            mine.line_ids.filtered(lambda line: line.kind == "mark").write(
                {"mark": mark, "comment": comment}
            )
            mine.action_discuss()
            mine.action_close()
            self._remember({f"scorecard_{name}_demo": card.sudo()}, MODULE)

    def _load_praise(self):
        praise = (
            self.env["sales.process.praise"]
            .with_user(self._get_user("zhang_min"))
            .create(
                {
                    "user_id": self._get_user("li_wei").id,
                    "text": "Stayed until nine to help me with a group of visitors.",
                }
            )
        )
        self._remember({"praise_zhang_min_demo": praise.sudo()}, MODULE)
