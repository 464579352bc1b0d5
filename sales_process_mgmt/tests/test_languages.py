# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No language is hard-wired: the same work in German and in Traditional Chinese."""

import ast
import re
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_followup import FollowupCommon

ADDONS = Path(__file__).parents[2]
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

    def test_a_language_that_is_not_there(self):
        """Nobody names one, and who has one is told in another: nobody else fails."""
        person = self.salesperson_b
        for attack in (
            lambda: person.with_user(person).write({"lang": "xx_XX"}),
            lambda: person.with_user(self.director).sudo().write({"lang": "xx_XX"}),
            lambda: (
                self.env["res.partner"]
                .with_user(self.salesperson_a)
                .create({"name": "Somebody", "lang": "xx_XX"})
            ),
        ):
            with self.assertRaisesRegex(UserError, "Language.*does not take this"):
                attack()
        person.with_user(person).write({"lang": "de_DE"})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET lang = 'xx_XX' WHERE id = %s",
            [person.partner_id.id],
        )
        self.env.invalidate_all()
        both = person | self.salesperson_a
        told = self.env["sales.process.notice"]._group_by_language(both)
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        self.assertEqual(both.ids, [row for _env, group in told for row in group.ids])
        for env, _group in told:
            self.assertIn(env.lang or "en_US", installed)

    def test_readers_are_spoken_to_in_a_language_that_is_there(self):
        """Whoever names the language of a record asks whether it is there."""
        for path in sorted(ADDONS.glob("sales_process_mgmt*/**/*.py")):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.keyword) or node.arg != "lang":
                    continue
                for part in ast.walk(node.value):
                    if isinstance(part, ast.Call):
                        break
                    is_of_record = isinstance(part, ast.Attribute) and (
                        part.attr == "lang" and "env" not in ast.unparse(part)
                    )
                    with self.subTest(path=path.name, line=node.value.lineno):
                        self.assertFalse(is_of_record)
