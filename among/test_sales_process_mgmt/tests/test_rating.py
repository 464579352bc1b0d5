# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt_care.tests.test_satisfaction import (
    WON,
    SatisfactionCommon,
)


@tagged("post_install", "-at_install")
class TestRating(SatisfactionCommon):
    """Ratings of Odoo, which shop, livechat and projects bring along."""

    def test_rating_of_odoo_has_no_effect(self):
        """Case 66: Odoo lets colleagues write ratings; they are no source of ours."""
        self._reply(self._ask(), "2")
        metric = self.env.ref(
            "sales_process_mgmt_care.sales_process_metric_satisfaction"
        )
        span = (WON, WON + timedelta(days=30))

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            spans = {self.salesperson_a.id: span}
            return metric._evaluate(spans, self.company)[metric][self.salesperson_a.id]

        before = (count(), self.Satisfaction.search([]).read(["score", "state"]))
        self.assertEqual(before[0], 2)
        # sudo: Odoo asks for more than ratings when some of its apps are installed
        Rating = self.env["rating.rating"].with_user(self.salesperson_a).sudo()
        with self._at(WON + timedelta(days=3)):
            for record in (self.lead, self.lead.partner_id or self.env.user.partner_id):
                Rating.create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(record._name),
                        "res_id": record.id,
                        "rated_partner_id": self.salesperson_a.partner_id.id,
                        "rating": 5,
                        "consumed": True,
                    }
                )
        self.assertEqual(
            (count(), self.Satisfaction.search([]).read(["score", "state"])), before
        )
