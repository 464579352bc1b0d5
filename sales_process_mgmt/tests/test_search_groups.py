# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import TransactionCase, tagged

from .common_search_groups import SearchGroupsMixin, find_mixed


@tagged("post_install", "-at_install")
class TestSearchGroups(SearchGroupsMixin, TransactionCase):
    """Of the core, and of all addons of ours that do not ask for their own."""

    more = {
        ("sales.process.ownership", "mine"): {"helping"},
        ("sales.process.ownership", "open"): {"dormant", "frozen", "expired_month"},
        ("sales.process.duty", "mine"): {"my_teams"},
    }

    @classmethod
    def _is_asked_for(cls, addon):
        if not addon or not addon.startswith("sales_process_mgmt"):
            return False
        tests = Path(get_module_path(addon), "tests")
        return (
            super()._is_asked_for(addon) or not (tests / Path(__file__).name).exists()
        )

    def test_reading(self):
        """The test itself: both sides of what it tells apart."""
        filters = {
            "open": "[('state', '=', 'open')]",
            "done": "[('state', 'in', ('done', 'closed'))]",
            "mine": "[('user_id', '=', uid)]",
            "late": "[('state', '=', 'open'), ('date', '<', 'today')]",
        }
        self.assertEqual(find_mixed(filters, "open"), {"mine", "late"})
        del filters["mine"], filters["late"]
        self.assertFalse(find_mixed(filters, "open"))
        filters["open"] = "[('state', '!=', 'closed')]"
        filters["closed"] = "[('state', '=', 'closed')]"
        self.assertEqual(find_mixed(filters, "open"), {"done"})
