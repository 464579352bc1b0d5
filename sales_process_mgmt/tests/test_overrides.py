# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from types import FunctionType

from odoo.tests import TransactionCase, tagged

ADDONS = "odoo.addons.sales_process_mgmt"


@tagged("post_install", "-at_install")
class TestOverrides(TransactionCase):
    """A model of ours lies in several files: none of them hides another one."""

    def test_each_override_calls_what_it_overrides(self):
        checked = 0
        for name, model_class in self.registry.items():
            found = defaultdict(list)
            for base in model_class.mro():
                # the hooks of a mixin are there to be replaced
                if vars(base).get("_name") != name:
                    continue
                if not base.__module__.startswith(ADDONS):
                    continue
                for attribute, function in vars(base).items():
                    if isinstance(function, FunctionType) and attribute[:2] != "__":
                        found[attribute].append((base.__module__, function))
            for attribute, functions in found.items():
                for module, function in functions[:-1]:
                    while hasattr(function, "__wrapped__"):
                        function = function.__wrapped__
                    checked += 1
                    self.assertIn(
                        "super",
                        function.__code__.co_names,
                        f"{name}.{attribute} in {module} hides {functions[-1][0]}",
                    )
        self.assertGreater(checked, 10)

    def test_what_writes_is_sent_to_no_replica(self):
        """Opening a customer of the pool is logged, though it reads for Odoo."""
        model_class = self.registry["sales.process.ownership"]
        # as Odoo looks it up for a call over HTTP
        found = [
            method._readonly
            for base in model_class.mro()
            if hasattr(method := getattr(base, "web_read", None), "_readonly")
        ]
        self.assertIs(found[0], False)
