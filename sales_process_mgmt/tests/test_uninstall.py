# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from ..hooks import NAMED, forget_names
from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestUninstall(SalesProcessCommon):
    """What hinders an addon to go; `make test-uninstall` really lets them go."""

    def test_done_activities_keep_no_type(self):
        """Every addon of the family: also to-dos that are done become ordinary ones.

        Odoo itself overlooks those it has archived, and then keeps the type.
        """
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "sales_process_mgmt%"), ("state", "=", "installed")]
        )
        types = self.env["ir.model.data"].search(
            [
                ("module", "in", modules.mapped("name")),
                ("model", "=", "mail.activity.type"),
            ]
        )
        self.assertTrue(types)
        activities = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.env.user.partner_id.id,
                    "activity_type_id": type_id,
                    "user_id": self.env.uid,
                    "active": active,
                }
                for type_id in types.mapped("res_id")
                for active in (True, False)
            ]
        )
        Parameter = self.env["ir.config_parameter"]
        for name in modules.mapped("name"):
            Parameter.set_param(f"{name}.noted", "1")
        Parameter.set_param("sales_process_mgmtx.noted", "1")
        with patch.object(
            self.env.registry["ir.model.data"], "_module_data_uninstall"
        ) as removed:
            modules.module_uninstall()
        removed.assert_called_once()
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.assertEqual(activities.activity_type_id, todo)
        self.assertEqual(
            Parameter.search([("key", "=like", "sales_process_mgmt%.noted")]).mapped(
                "key"
            ),
            ["sales_process_mgmtx.noted"],
        )

    def test_names_of_what_is_gone(self):
        """What is there keeps its name, what is gone with a model of ours does not."""
        Name = self.env["ir.model.data"]
        for model in NAMED:
            there = self.env[model].search([], limit=1)
            rows = Name.create(
                [
                    {"module": "mail", "model": model, "name": name, "res_id": res_id}
                    for name, res_id in (
                        ("model_inherit__sales_process_try__there", there.id),
                        ("selection__res_partner__try", 2**31 - 1),
                        ("selection__sales_process_try__gone", 2**31 - 1),
                        ("model_inherit__sales_process_try__gone", 2**31 - 1),
                        ("field_sales_process_try__gone", 2**31 - 1),
                    )
                ]
            )
            forget_names(self.env)
            self.env.invalidate_all()
            with self.subTest(model):
                self.assertEqual(rows.exists(), rows[:2])
            rows.exists().unlink()
