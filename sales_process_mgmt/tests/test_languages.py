# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No language is hard-wired: the same work in German and in Traditional Chinese."""

import re

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_followup import FollowupCommon

SAID = {
    # the window of one's own customers, the label of the owner, a part of the refusal
    "de_DE": ("Meine Kunden", "Verantwortlich", "gehört"),
    "zh_TW": ("我的客戶", "責任人", "主管"),
}


@tagged("post_install", "-at_install")
class TestLanguages(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in SAID:
            cls.env["res.lang"]._activate_lang(code)
        cls.env["ir.module.module"].search(
            [("name", "=", "sales_process_mgmt")]
        )._update_translations(filter_lang=list(SAID))

    def test_menu_label_and_refusal(self):
        for code, (menu, label, refusal) in SAID.items():
            with self.subTest(lang=code):
                self.salesperson_b.lang = code
                env = self.env(user=self.salesperson_b.id, context={"lang": code})
                window = self.env.ref(
                    "sales_process_mgmt.sales_process_ownership_action_mine"
                )
                self.assertEqual(window.with_context(lang=code).name, menu)
                fields = env["sales.process.ownership"].fields_get(
                    ["user_id"], ["string"]
                )
                self.assertEqual(fields["user_id"]["string"], label)
                with self.assertRaises(UserError) as refused:
                    env["crm.lead"].create(
                        {
                            "name": "Taken",
                            "phone": self.lead.phone,
                            "user_id": self.salesperson_b.id,
                        }
                    )
                self.assertIn(refusal, str(refused.exception))

    def test_a_view_holds_no_english_sentence(self):
        """All labels of the customer's form that are sentences are translated."""
        View = self.env["ir.ui.view"]
        form = self.env.ref("sales_process_mgmt.sales_process_ownership_view_form")
        for code in SAID:
            with self.subTest(lang=code):
                english = set(re.findall(r'(?:string|help)="([^"]+)"', form.arch))
                said = set(
                    re.findall(
                        r'(?:string|help)="([^"]+)"',
                        View.with_context(lang=code).browse(form.id).arch,
                    )
                )
                self.assertFalse({text for text in english & said if " " in text}, code)
