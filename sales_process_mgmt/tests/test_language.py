# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect

from odoo.tests import TransactionCase, tagged

OURS = "odoo.addons.sales_process_mgmt"
TEXTS = ("char", "text", "html", "json")
# What a method calls to put something into words of the reader's language.
WORDS = frozenset(
    (
        "_",
        "_description_selection",
        "format_amount",
        "format_date",
        "format_datetime",
        "format_list",
        "format_time",
    )
)


def is_ours(method):
    """Tell whether a method is written in one of these addons.

    :return: bool
    """
    return inspect.isfunction(method) and method.__module__.startswith(OURS)


def find_names(Model, method):
    """The names that a method uses, with those of our methods of the model it calls.

    :return: set of str
    """
    names, waiting, known = set(), [inspect.unwrap(method)], set()
    while waiting:
        method = waiting.pop()
        if method in known:
            continue
        known.add(method)
        codes = [method.__code__]
        while codes:
            code = codes.pop()
            codes += filter(inspect.iscode, code.co_consts)
            names.update(code.co_names)
            waiting += (
                inspect.unwrap(called)
                for called in (
                    getattr(Model, name, None)
                    for name in code.co_names
                    if name not in Model._fields
                )
                if is_ours(called)
            )
    return names


@tagged("post_install", "-at_install")
class TestLanguage(TransactionCase):
    """What is computed in one reader's language is not shown to another one."""

    def _find_reasons(self, Model, field, names):
        """Why a text depends on the language.

        :return: set of str
        """
        registry = self.registry
        reasons = names & WORDS
        for path in registry.field_depends[field]:
            Last = Model
            for name in path.split("."):
                last = Last._fields.get(name)
                if last is None:
                    break
                if last.relational:
                    Last = self.env[last.comodel_name]
            if last is None:
                continue
            if getattr(last, "translate", False):
                reasons.add(path)
            if last.type == "many2one":
                for name in {"display_name", Last._rec_name or "display_name"} & names:
                    named = Last._fields[name]
                    if (
                        getattr(named, "translate", False)
                        or "lang" in registry.field_depends_context[named]
                    ):
                        reasons.add(f"{path}.{name}")
        return reasons

    def test_texts_depend_on_the_language(self):
        seen = 0
        for Model in map(self.env.__getitem__, sorted(self.registry)):
            for field in Model._fields.values():
                if (
                    field.type not in TEXTS
                    or field.store
                    or field.related
                    or not isinstance(field.compute, str)
                ):
                    continue
                method = getattr(type(Model), field.compute)
                if not is_ours(method):
                    continue
                reasons = self._find_reasons(
                    Model, field, find_names(type(Model), method)
                )
                if not reasons:
                    continue
                seen += 1
                with self.subTest(field=str(field), reasons=sorted(reasons)):
                    self.assertIn("lang", self.registry.field_depends_context[field])
        self.assertGreater(seen, 20)
