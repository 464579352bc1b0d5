# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


class PlanCommon(SalesProcessCommon):
    """Plans of June 2026; today is 20 May unless a test says otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.june = date(2026, 6, 1)
        cls.won = cls._get_metric("won_count")
        cls.revenue = cls._get_metric("won_revenue")
        cls.expired = cls._get_metric("customers_expired")
        cls.between = cls._get_metric("days_between_contacts")
        cls.Plan = cls.env["sales.process.plan"]

    @classmethod
    def _get_metric(cls, code):
        return cls.env.ref(f"sales_process_mgmt_metric.sales_process_metric_{code}")

    def setUp(self):
        super().setUp()
        self._travel(datetime(2026, 5, 20, 4))

    def _travel(self, moment):
        """From now on it is this moment, UTC."""
        self.enterContext(self._at(moment))
        self.env.invalidate_all()

    def _create_plan(self, user, goals=None, maker=None, **values):
        """A plan with goals, made by a person.

        :param user: whose plan; a team for that of a team
        :param dict goals: ``{metric: goal}``
        :param maker: res.users, by default the person, for a team its leader
        """
        is_team = user._name == "crm.team"
        whose = {"team_id" if is_team else "user_id": user.id}
        maker = maker or (user.user_id if is_team else user)
        return self.Plan.with_user(maker).create(
            {
                "kind": "monthly",
                "date_from": self.june,
                "line_ids": [
                    (0, 0, {"metric_id": metric.id, "goal": goal})
                    for metric, goal in (goals or {}).items()
                ],
                **whose,
                **values,
            }
        )

    def _create_won(self, user, moment, revenue=0.0):
        lead = self._create_lead(user, expected_revenue=revenue)
        lead.action_set_won()
        self.env.flush_all()
        lead.date_closed = moment
        self.env.flush_all()
        self.env.invalidate_all()
        return lead

    def _get_line(self, plan, metric):
        return plan.line_ids.filtered(lambda line: line.metric_id == metric)
