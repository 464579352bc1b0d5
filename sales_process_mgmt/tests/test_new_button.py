# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.tests import tagged

from .common import SalesProcessCommon

KINDS = ("list", "kanban", "form", "calendar")


@tagged("post_install", "-at_install")
class TestNewButton(SalesProcessCommon):
    """*New* is offered to who may create, over all our views and roles."""

    def _get_models(self):
        views = self.env["ir.ui.view"].search([("type", "in", KINDS)])
        for model in sorted(set(views.mapped("model")) - {False}):
            Model = self.env.get(model)
            if Model is None or Model._abstract or Model._transient:
                continue
            if (Model._original_module or "").startswith("sales_process_mgmt"):
                yield (
                    model,
                    set(
                        views.filtered(
                            lambda view, model=model: view.model == model
                        ).mapped("type")
                    ),
                )

    def test_over_views_and_roles(self):
        rules = self.env["ir.rule"]
        seen = hidden = 0
        for user in (
            self.salesperson_a,
            self.leader_east,
            self.director,
            self.office_user,
        ):
            for model, kinds in self._get_models():
                Model = self.env[model].with_user(user)
                if not Model.has_access("read"):
                    continue
                may = Model.has_access("create") and rules.with_user(
                    user
                )._may_create_any(Model)
                for kind in kinds:
                    seen += 1
                    arch = etree.fromstring(Model.get_view(view_type=kind)["arch"])
                    offered = arch.get("create", "1").lower() not in ("0", "false")
                    hidden += not offered
                    with self.subTest(user=user.login, model=model, view=kind):
                        self.assertFalse(offered and not may)
        self.assertGreater(seen, 20)
        self.assertTrue(hidden)

    def test_who_leads_is_offered_it(self):
        """A roster is planned by who leads; whoever leads no team has no button."""
        for user, is_offered in ((self.salesperson_a, False), (self.leader_east, True)):
            Duty = self.env["sales.process.duty"].with_user(user)
            arch = etree.fromstring(Duty.get_view(view_type="list")["arch"])
            offered = arch.get("create", "1").lower() not in ("0", "false")
            self.assertEqual(offered, is_offered, user.login)
