# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

DEFAULT = re.compile(r"search_default_(\w+)")
# the field and the operator of each condition
LEAF = re.compile(r"\(\s*'([\w.]+)'\s*,\s*'([=!<>]+|(?:not )?(?:in|any|i?like))'")


def find_mixed(filters, name):
    """Which filters of a group would show more, and should show less.

    Filters of one group are joined by "or": beside one that is set at the beginning
    there may stand only what is instead of it: another value of the same field, or
    the opposite.

    :param dict filters: domain of each filter of a group
    :param str name: of the filter that is set at the beginning
    :return: set of names
    """
    known = dict(LEAF.findall(filters[name]))
    if "!=" in known.values():
        opposite = filters[name].replace("!=", "=")
        return {
            other
            for other, domain in filters.items()
            if other != name and domain != opposite
        }
    return {
        other
        for other, domain in filters.items()
        if {field for field, _operator in LEAF.findall(domain)} - known.keys()
    }


class SearchGroupsMixin:
    """The search views of the models of one addon."""

    # Filters that are one more of the same, on purpose: both together show more.
    # {(model, filter): names of filters}
    more = {}

    @classmethod
    def _is_asked_for(cls, addon):
        return addon == cls.__module__.split(".")[2]

    def _get_groups(self, view):
        groups = [{}]
        for node in view._get_combined_arch():
            if node.tag == "filter":
                if node.get("domain"):
                    groups[-1][node.get("name")] = node.get("domain")
            elif node.tag in ("separator", "group"):
                groups.append({})
        return groups

    def test_a_filter_shows_less(self):
        """Whoever adds a filter to what a list begins with sees less, not the same."""
        own = [
            name
            for name, Model in self.env.registry.items()
            if self._is_asked_for(Model._original_module)
        ]
        defaults = {}
        for action in self.env["ir.actions.act_window"].search(
            [("res_model", "in", own)]
        ):
            names = DEFAULT.findall(action.context or "")
            defaults.setdefault(action.res_model, set()).update(names)
        views = self.env["ir.ui.view"].search(
            [
                ("type", "=", "search"),
                ("model", "in", list(defaults)),
                ("inherit_id", "=", False),
            ]
        )
        self.assertTrue(views)
        for view in views:
            for filters in self._get_groups(view):
                for name in defaults[view.model] & filters.keys():
                    with self.subTest(view=view.xml_id, default=name):
                        mixed = find_mixed(filters, name)
                        self.assertFalse(
                            mixed - self.more.get((view.model, name), set())
                        )
