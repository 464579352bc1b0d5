# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plans of the demonstration's people, in their own days."""

from datetime import timedelta

from odoo import api, models

MODULE = "sales_process_mgmt_metric"
PLANS = {
    "team_east": (30, 100, 20, 300000, 3, None),
    "wang_fang": (10, 33, 6, 100000, 1, 4),
    "li_wei": (8, 26, 4, 80000, 1, 4),
    "zhang_min": (12, 39, 7, 120000, 1, 4),
    "team_west": (20, 60, 16, 240000, 3, None),
    "chen_jie": (7, 20, 5, 80000, 1, 4),
    "liu_yang": (6, 20, 5, 80000, 1, 4),
    "zhao_lei": (7, 20, 6, 80000, 1, 4),
}
# whose plan a team's is, and what it says
TEAMS = {
    "team_east": ("sun_li", "Win back the machine builders of the east."),
    "team_west": ("zhou_tao", "重点拜访德阳、绵阳的制造企业，年底前签下年度合同。"),
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
    _inherit = "sales.process.demo"

    @api.model
    def _load_metrics(self):
        """Make the plans; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        self._load_plans()
        self._set_loaded(MODULE)

    def _load_plans(self):
        metrics = [
            self.env.ref(f"{MODULE}.sales_process_metric_{name}") for name in METRICS
        ]
        plans = {}
        for name, goals in PLANS.items():
            leader, note = TEAMS.get(name, (None, False))
            user = self._get_user(leader or name)
            plans[f"plan_{name}_demo"] = {
                "kind": "monthly",
                "team_id": self._get(f"{name}_demo").id if leader else False,
                "user_id": False if leader else user.id,
                "date_from": self._get_today(user).replace(day=1),
                "state": "locked",
                "note": note,
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
        self._remember(dict(zip(plans, records, strict=True)), MODULE)

    def _get_goals(self, metrics, goals):
        return [
            (0, 0, {"metric_id": metric.id, "goal": goal})
            for metric, goal in zip(metrics, goals, strict=True)
            if goal is not None
        ]
