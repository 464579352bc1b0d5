# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A screen on which there is nothing yet says what to do next."""

from lxml import html

from odoo.tests import tagged

from .common import SalesProcessCommon

LISTS = {"activity", "calendar", "graph", "kanban", "list", "pivot"}


@tagged("post_install", "-at_install")
class TestEmptyScreens(SalesProcessCommon):
    def test_help(self):
        """Each list, board and pivot of this family has a title and a way on."""
        rows = self.env["ir.model.data"].search(
            [
                ("module", "=like", "sales_process_mgmt%"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(rows.mapped("res_id"))
        looked_at = 0
        for action in actions:
            first = (action.view_mode or "").split(",")[0]
            is_ours = action.res_model.startswith("sales.process.")
            if action.target == "new" or first not in LISTS or not is_ours:
                continue
            looked_at += 1
            with self.subTest(action=action.xml_id):
                self.assertTrue(action.help, "an empty screen says nothing")
                texts = [
                    " ".join(part.text_content().split())
                    for part in html.fragments_fromstring(action.help)
                    if not isinstance(part, str)
                ]
                self.assertGreaterEqual(len(texts), 2, "a title, and what to do")
                self.assertTrue(all(texts))
        self.assertGreater(looked_at, 20)
