# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

from .common import find_apps_above

ADDONS = Path(__file__).parents[2]


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """The linter asks that each term of a template is translated; here: it is there."""

    def test_every_term_is_in_the_template(self):
        modules = self.env["ir.module.module"].search(
            [("state", "=", "installed"), ("name", "=like", "sales_process_mgmt%")]
        )
        known = {}
        for name in modules.mapped("name"):
            path = ADDONS / name / "i18n" / f"{name}.pot"
            entries = polib.pofile(path) if path.exists() else ()
            known[name] = {entry.msgid for entry in entries}
        said = [
            (row[0], row[4])
            for row in TranslationModuleReader(self.env.cr, modules.mapped("name"))
        ]
        self.assertGreater(len(said), 1000)
        # what other apps add to our models is exported with these, and is theirs
        above = find_apps_above(self.env).mapped("name")
        theirs = {
            # of no app: it would read all
            row[4]
            for row in (above and TranslationModuleReader(self.env.cr, above))
        }
        missing = {
            (name, text)
            for name, text in said
            if text not in known[name] and text not in theirs
        }
        self.assertFalse(
            missing,
            "Bring the templates in line (scripts/translations DB, after make update), "
            "and translate what it lists",
        )

    def test_choices_are_translated_when_an_addon_comes(self):
        """Odoo translates choices with the addon that has made them, and not later.

        What a room of one addon lets choose would stay English in the models of an
        addon that is installed after it: there a method says it.
        """
        Module = self.env["ir.module.module"]
        asked = 0
        for name, model in self.env.registry.items():
            addon = model._original_module or ""
            if model._abstract or not addon.startswith("sales_process_mgmt"):
                continue
            needed = Module.search([("name", "=", addon)]).upstream_dependencies(
                exclude_states=("uninstallable",)
            )
            ours = {
                needs
                for needs in needed.mapped("name")
                if needs.startswith("sales_process_mgmt")
            }
            for field in model._fields.values():
                if field.type != "selection" or not isinstance(field.selection, list):
                    continue
                for value, addons in field._selection_modules(self.env[name]).items():
                    asked += 1
                    if addon in addons:
                        continue
                    with self.subTest(model=name, field=field.name, value=value):
                        self.assertFalse(addons & ours)
        self.assertGreater(asked, 50)
