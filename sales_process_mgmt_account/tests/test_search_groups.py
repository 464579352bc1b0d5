# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged

from odoo.addons.sales_process_mgmt.tests.common_search_groups import SearchGroupsMixin


@tagged("post_install", "-at_install")
class TestAccountSearchGroups(SearchGroupsMixin, TransactionCase):
    more = {
        ("sales.process.money", "collected"): {"refunded", "credited", "overdue"},
    }
