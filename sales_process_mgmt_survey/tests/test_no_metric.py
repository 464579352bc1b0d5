# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import TrainingCommon

PASSED = "sales_process_mgmt_survey.sales_process_metric_exams_passed"


@tagged("post_install", "-at_install")
class TestExamMetric(TrainingCommon):
    """The number that we ship counts, and nobody defines another one of results."""

    def test_exams_passed(self):
        """By the day on which they ended; what failed is not counted."""
        self._ask()
        self._sit(0)
        self._sit(2, "2027-03-04 02:00:00")
        self._sit(0, user=self.salesperson_b)
        metric = self.env.ref(PASSED)
        Result = self.env[metric.model_id.model]
        domain = [
            ("state", "=", "passed"),
            ("date_end", ">=", "2027-03-01"),
            ("date_end", "<", "2027-04-01"),
        ]
        self.assertEqual(metric.domain, str([("state", "=", "passed")]))
        self.assertEqual(Result.search(domain).mapped("user_id"), self.salesperson_a)
        self.assertFalse(metric.with_user(self.director).problem)

    def test_nobody_counts_results(self):
        get_field = self.env["ir.model.fields"]._get
        shipped = self.env.ref(PASSED)
        for model in ("sales.process.exam.result", "sales.process.training.task"):
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
                        "user_field_id": get_field(model, "user_id").id,
                        "domain": "[]",
                    }
                )
        with self.assertRaisesRegex(ValidationError, "private"):
            shipped.with_user(self.director).domain = "[('state', '=', 'failed')]"
