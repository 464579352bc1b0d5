# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import PolicyCommon


@tagged("post_install", "-at_install")
class TestNoMetric(PolicyCommon):
    """No report, plan or chart shows to others what somebody is reproached with."""

    def test_nobody_counts_violations(self):
        """Neither they nor confirmations, nor others by what a filter says of them."""
        get_field = self.env["ir.model.fields"]._get
        shipped = self.env.ref(
            "sales_process_mgmt_discipline.sales_process_metric_violation_points"
        )
        for model, person, domain in (
            ("sales.process.violation", "user_id", "[]"),
            ("sales.process.policy.acknowledgement", "user_id", "[]"),
            (
                "sales.process.policy.version",
                "create_uid",
                "[('acknowledgement_ids.state', '=', 'refused')]",
            ),
        ):
            with (
                self.subTest(model),
                self.assertRaisesRegex(ValidationError, "private"),
                self.env.cr.savepoint(),
            ):
                shipped.with_user(self.director).create(
                    {
                        "name": "Counted",
                        "code": "counted",
                        "model_id": self.env["ir.model"]._get(model).id,
                        "date_field_id": get_field(model, "create_date").id,
                        "user_field_id": get_field(model, person).id,
                        "domain": domain,
                    }
                )
        # what we ship is seen by those who decide, and is nobody's to widen
        mine = shipped.with_user(self.director)
        self.assertFalse(mine.problem)
        with self.assertRaisesRegex(ValidationError, "private"):
            mine.domain = "[('state', '=', 'appealed')]"
