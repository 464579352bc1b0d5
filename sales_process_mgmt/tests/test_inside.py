# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon

ADDONS = "sales_process_mgmt"
OWN_MODELS = "sales.process."


@tagged("post_install", "-at_install")
class TestInside(SalesProcessCommon):
    """What the process says of Odoo's records is not for customers and visitors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = new_test_user(
            cls.env, "inside_customer", groups="base.group_portal", name="Customer"
        )
        cls.visitor = cls.env.ref("base.public_user")

    def _find_shown(self, user):
        """Fields of ours on Odoo's models that a user may ask for."""
        Access = self.env["ir.model.access"].with_user(user)
        shown, asked = set(), set()
        for name, model in self.env.registry.items():
            if model._abstract or model._transient or name.startswith(OWN_MODELS):
                continue
            if not Access.check(name, "read", raise_exception=False):
                continue
            Model = self.env[name].with_user(user)
            for field in Model._fields.values():
                origin = field.related_field if field.inherited else field
                makers = origin._modules or ("base",)
                if not all(addon.startswith(ADDONS) for addon in makers):
                    continue
                asked.add(name)
                if Model._has_field_access(field, "read"):
                    shown.add((name, field.name))
                if Model._has_field_access(field, "write"):
                    shown.add((name, field.name))
        return shown, asked

    def test_no_field_of_ours(self):
        """Whatever model a share user may read, of whatever addon of ours."""
        for user in (self.customer, self.visitor):
            with self.subTest(user=user.login):
                shown, asked = self._find_shown(user)
                self.assertEqual(shown, set())
                self.assertLessEqual({"res.partner", "res.users", "res.company"}, asked)
        shown, asked = self._find_shown(self.salesperson_a)
        self.assertIn(("res.partner", "process_grade_id"), shown)
        self.assertIn("crm.lead", asked)

    @mute_logger("odoo.models")
    def test_own_contact_of_a_customer(self):
        """A customer reads the own contact, not what is thought of the customer."""
        grade = self.env["sales.process.customer.grade"].create({"name": "C"})
        contact = self.customer.partner_id
        contact.process_grade_id = grade
        row = contact.with_user(self.customer)
        self.assertEqual(row.read(["name"])[0]["name"], "Customer")
        login = self.customer.with_user(self.customer)
        # of a login, what everybody may know of the own one
        for rows, own in ((row, ()), (login, login.SELF_READABLE_FIELDS)):
            described = rows.fields_get()
            self.assertIn("name", described)
            ours = {name for name in described if name.startswith("process_")}
            self.assertFalse(ours.difference(own))
        for name in (
            "process_grade_id",
            "process_current_owner_id",
            "process_potential",
        ):
            with self.subTest(name=name):
                self.env.invalidate_all()
                with self.assertRaises(AccessError):
                    row.read([name])
                with self.assertRaises(AccessError):
                    row.search([(name, "!=", False)])
                with self.assertRaises(AccessError):
                    row._read_group([], [name], ["__count"])
        # also by way of the login, whose contact it is
        with self.assertRaises(AccessError):
            login.read(["process_grade_id"])
        # what the system does on behalf of a customer reads on
        self.assertEqual(row.sudo().process_grade_id, grade)
        self.assertEqual(contact.with_user(self.salesperson_a).process_grade_id, grade)

    def test_becomes_a_colleague(self):
        """Whoever is taken on reads what colleagues read, at once."""
        Partner = self.env["res.partner"].with_user(self.customer)
        field = Partner._fields["process_grade_id"]
        self.assertFalse(Partner._has_field_access(field, "read"))
        self.customer.group_ids = self.env.ref("base.group_user")
        self.assertTrue(Partner._has_field_access(field, "read"))
