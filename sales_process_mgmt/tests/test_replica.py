# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What may be answered by a replica, which knows the last seconds not yet."""

from odoo.tests import TransactionCase, tagged

OURS = "odoo.addons.sales_process_mgmt"
# What only shows something. Whatever decides, refuses or changes asks the primary.
READING = {
    "get_cheers",
    "get_home",
    "get_import_templates",
    "get_page",
    "get_panel",
    "get_waiting",
}
# What Odoo reads from a replica and an addon of ours may extend
ODOO_READING = {
    "formatted_read_group",
    "formatted_read_grouping_sets",
    "get_views",
    "name_search",
    "read",
    "read_group",
    "read_progress_bar",
    "search",
    "search_count",
    "search_fetch",
    "search_read",
    "web_name_search",
    "web_read",
    "web_read_group",
    "web_search_read",
}
ROUTES = {
    "/complaint/<string:token>",
    "/sales_process_mgmt/import_template/<string:model>",
    "/sales_process_mgmt_commission/month/<int:month_id>/<string:kind>",
    "/sales_process_mgmt_scorecard/payroll/<int:payroll_id>/<string:kind>",
    "/satisfaction/<string:token>",
}


@tagged("post_install", "-at_install")
class TestReplica(TransactionCase):
    def test_only_what_shows_is_asked_of_a_replica(self):
        """A method of ours that Odoo would send to a replica is on the list above.

        The decorator of any class counts, as it does for the controller of RPC.
        """
        found = set()
        for model in self.registry.values():
            for name in dir(model):
                if name.startswith("_"):
                    continue
                classes = [cls for cls in model.mro() if name in vars(cls)]
                if any(
                    getattr(vars(cls)[name], "_readonly", False) for cls in classes
                ) and any(cls.__module__.startswith(OURS) for cls in classes):
                    found.add(name)
        self.assertLessEqual(READING, found)
        self.assertLessEqual(found, READING | ODOO_READING)

    def test_only_pages_that_show_are_asked_of_a_replica(self):
        http = self.env["ir.http"]
        rules = http._generate_routing_rules(
            sorted(self.registry._init_modules), http._get_converters()
        )
        found = {
            url
            for url, endpoint in rules
            if endpoint.func.__func__.__module__.startswith(OURS)
            and endpoint.routing["readonly"]
        }
        self.assertIn("/sales_process_mgmt/import_template/<string:model>", found)
        self.assertLessEqual(found, ROUTES)
