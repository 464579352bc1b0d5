# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestServerAction(SalesProcessCommon):
    """What an administrator sets up, and Odoo runs in sudo, obeys the rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345678")
        cls.ownership = cls.lead.ownership_id
        cls.lead_model = cls.env["ir.model"]._get("crm.lead")

    def _set_up(self, path, record):
        return self.env["ir.actions.server"].create(
            {
                "name": "Write",
                "model_id": self.lead_model.id,
                "state": "object_write",
                "update_path": path,
                "evaluation_type": "value",
                "resource_ref": f"{record._name},{record.id}",
                "value": str(record.id),
            }
        )

    def _run(self, action, user):
        action.with_user(user).with_context(
            active_model="crm.lead", active_id=self.lead.id, active_ids=self.lead.ids
        ).run()
        self.env.flush_all()
        self.env.invalidate_all()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_salesperson_of_an_owned_customer(self):
        """Who may hand over does so, nobody else; the system hands nobody over."""
        action = self._set_up("user_id", self.salesperson_b)
        with self.assertRaises(AccessError):
            self._run(action, self.salesperson_b)
        self._run(action, self.env.ref("base.user_root"))
        self.assertEqual(self.lead.user_id, self.salesperson_a)
        self.assertEqual(self.ownership.state, "open")
        self._run(action, self.administrator)
        self.assertEqual(self.lead.user_id, self.salesperson_b)
        self.assertEqual(self.ownership.end_reason, "transferred")
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_b)

    def test_fields_of_the_ledger(self):
        for path, record in (
            ("ownership_id.user_id", self.salesperson_b),
            ("ownership_id.team_id", self.team_west),
            ("ownership_id", self.ownership),
        ):
            with self.subTest(path), self.assertRaises(ValidationError):
                self._set_up(path, record)

    def test_every_protected_field(self):
        refused, written = [], []
        for name in sorted(self.registry):
            Model = self.env[name]
            if Model._abstract or not isinstance(
                Model, self.registry["sales.process.guard"]
            ):
                continue
            for path in sorted(Model._get_protected_fields()):
                action = self.env["ir.actions.server"].new(
                    {
                        "state": "object_write",
                        "model_id": self.env["ir.model"]._get_id(name),
                        "update_path": path,
                    }
                )
                try:
                    action._check_process_fields()
                except ValidationError:
                    refused.append((name, path))
                else:
                    written.append((name, path))
        self.assertFalse(written)
        self.assertIn(("sales.process.ownership", "user_id"), refused)
        self.assertIn(("crm.lead", "ownership_id"), refused)

    def test_set_up_before(self):
        """An action that was there before the rule writes nothing either."""
        action = self._set_up("user_id", self.salesperson_b)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_act_server SET update_path = 'ownership_id.user_id',"
            " update_field_id = %s WHERE id = %s",
            (
                self.env["ir.model.fields"]._get_ids("sales.process.ownership")[
                    "user_id"
                ],
                action.id,
            ),
        )
        self.env.invalidate_all()
        for user in (self.administrator, self.env.ref("base.user_root")):
            with self.subTest(user.login), self.assertRaises(ValidationError):
                self._run(action, user)
            self.env.invalidate_all()
            self.assertEqual(self.ownership.user_id, self.salesperson_a)

    def test_other_fields_go_on(self):
        action = self._set_up(
            "campaign_id", self.env["utm.campaign"].create({"name": "Fair"})
        )
        self._run(action, self.salesperson_a)
        self.assertTrue(self.lead.campaign_id)
