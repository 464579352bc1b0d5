# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestNoMetric(CommissionCommon):
    """No report, plan or chart shows to others what somebody earns."""

    def test_no_metric_of_commissions(self):
        """Of none of the models that hold what somebody earns or gives away."""
        get_field = self.env["ir.model.fields"]._get
        prefix = "sales.process.commission."
        for model, person in (
            ("agreement", "user_id"),
            ("dispute", "user_id"),
            ("line", "user_id"),
            ("month", "closed_by_id"),
            ("share", "user_id"),
            ("split", "user_id"),
            ("statement", "user_id"),
        ):
            with (
                self.subTest(model),
                self.assertRaisesRegex(ValidationError, "private"),
                self.env.cr.savepoint(),
            ):
                self.env["sales.process.metric"].with_user(self.administrator).create(
                    {
                        "name": "Earned",
                        "code": f"earned_{model}",
                        "model_id": self.env["ir.model"]._get(prefix + model).id,
                        "date_field_id": get_field(prefix + model, "create_date").id,
                        "user_field_id": get_field(prefix + model, person).id,
                    }
                )

    def test_each_model_says_so(self):
        """A new model that holds what a person earns is private, too."""
        rules = ("plan", "version", "rate", "tier", "ledger")
        for name in self.env.registry:
            if name.startswith("sales.process.commission."):
                is_rule = name.rpartition(".")[2] in rules
                found = getattr(self.env[name], "_is_private", False)
                self.assertEqual(found, not is_rule, name)
