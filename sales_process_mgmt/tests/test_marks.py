# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

# Odoo finds these methods by a mark of their decorator, and looks at the last one only
MARKS = ("_constrains", "_ondelete", "_onchange")
OURS = "odoo.addons.sales_process_mgmt"


@tagged("post_install", "-at_install")
class TestMarks(TransactionCase):
    """An override of a constraint without its decorator is a constraint no more."""

    def _find_lost(self, cls):
        """Methods of ours that take the place of marked ones: ``[(name, mark)]``."""
        classes = cls.__mro__
        return [
            (name, mark)
            for name in {name for base in classes for name in vars(base)}
            for mark in MARKS
            for found in [[vars(base)[name] for base in classes if name in vars(base)]]
            if any(hasattr(method, mark) for method in found)
            and not hasattr(found[0], mark)
            and any(
                str(getattr(method, "__module__", "")).startswith(OURS)
                for method in found
            )
        ]

    def test_no_override_loses_its_mark(self):
        lost = {
            model: names
            for model, cls in self.registry.items()
            if (names := self._find_lost(cls))
        }
        self.assertEqual(lost, {})

    def test_what_it_would_find(self):
        Plain = type("Plain", (), {"check": lambda self: None})
        Plain.check._constrains = ("name",)
        Plain.check.__module__ = f"{OURS}.models.plain"
        Silent = type("Silent", (Plain,), {"check": lambda self: None})
        Other = type("Other", (Plain,), {"other": lambda self: None})
        self.assertEqual(self._find_lost(Plain), [])
        self.assertEqual(self._find_lost(Other), [])
        self.assertEqual(self._find_lost(Silent), [("check", "_constrains")])
