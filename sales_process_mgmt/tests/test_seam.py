# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import re
from functools import cache
from inspect import isfunction
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.models import BaseModel
from odoo.tests import BaseCase, TransactionCase, tagged

ADDONS = Path(__file__).parents[2]
CORE = "sales_process_mgmt"
# On these other addons of the family may lean; on the others nobody does.
FLOORS = {
    CORE,
    "sales_process_mgmt_metric",
    "sales_process_mgmt_report",
    "sales_process_mgmt_account",
    "sales_process_mgmt_sale",
    "sales_process_mgmt_dashboard",
}
# Glue between features, or between an app and one, leans on them, and nobody on the
# glue.
GLUED = {
    "sales_process_mgmt_commission_scorecard": {
        "sales_process_mgmt_commission",
        "sales_process_mgmt_scorecard",
    },
    "sales_process_mgmt_gamification": {"sales_process_mgmt_scorecard"},
}
SUFFIXES = {".py", ".xml", ".js", ".scss", ".csv"}
NAMED = re.compile(r"\b(sales_process_mgmt\w*)(?:\.|\s+import\b)")
MODELS = re.compile(r"[\"'](sales\.process\.[\w.]+)[\"']")
# Words of an addon beside: names that are looked for and need not be there.
LOOKED_FOR = {
    "sales_process_mgmt_queue_job/models/ir_cron.py": {
        "ir_cron_refresh_money",
        "ir_cron_sales_process_commission",
        "ir_cron_send",
        "ir_cron_work_reports",
    },
    # a metric that is printed where it is counted
    "sales_process_mgmt_report/models/sales_process_work_report_sheet.py": {
        "amount_signed"
    },
}
MEET = (
    "Areas meet through facts, agenda items, owed items and metrics (CONTRIBUTING.md), "
    "or in an addon of glue that depends on both: move there what names the other."
)
RECORD = re.compile(r"<(?:record|menuitem|template)\b[^>]*?\bid=\"(\w+)\"")


def find_files(addon):
    """What an addon is made of, without what tells of older versions."""
    for path in (ADDONS / addon).rglob("*"):
        if path.suffix in SUFFIXES and "migrations" not in path.parts:
            yield path


def is_test(path):
    return "tests" in path.parts[len(ADDONS.parts) :]


@cache
def find_declared(addon):
    """Models, external ids, and fields on models of others that an addon brings.

    :return: set of words, as another file would name them
    """
    words = set()
    for path in find_files(addon):
        if is_test(path):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".xml" and "static" not in path.parts:
            words |= set(RECORD.findall(text))
        if path.suffix == ".py":
            for node in ast.parse(text).body:
                if isinstance(node, ast.ClassDef):
                    words |= find_named(node)
    return words


def find_words(path):
    """What a file may name of another addon: words, and models in quotes."""
    text = path.read_text(encoding="utf-8")
    return {*re.findall(r"\w+", text), *MODELS.findall(text)}


def find_named(node):
    """The name of the model of a class, or the fields it adds to a model below."""
    said = {
        ast.unparse(statement.targets[0]): statement.value
        for statement in node.body
        if isinstance(statement, ast.Assign)
    }
    if "_name" in said:
        model = said["_name"].value
        return {model, model.replace(".", "_")}
    model = getattr(said.get("_inherit"), "value", "")
    if model.startswith("sales.process.") and model not in find_core_models():
        return set()
    return {
        name
        for name, value in said.items()
        if isinstance(value, ast.Call)
        and re.match(r"fields\.[A-Z]", ast.unparse(value.func))
        # a further choice of a field that is there
        and "selection_add" not in [keyword.arg for keyword in value.keywords]
    }


@cache
def find_core_models():
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in (ADDONS / CORE).rglob("*.py")
    )
    return set(re.findall(r'^    _name = "([\w.]+)"', text, re.MULTILINE))


@cache
def find_addons():
    """What each addon of the family depends on, all the way down.

    :return: ``{addon: set of addons of the family, itself included}``
    """
    direct = {}
    for path in ADDONS.glob("*/__manifest__.py"):
        manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        if CORE in path.parent.name:
            direct[path.parent.name] = manifest["depends"]

    def down(addon):
        found = {addon}
        for name in direct.get(addon, ()):
            if name in direct:
                found |= down(name)
        return found

    return {addon: down(addon) for addon in direct}


@tagged("post_install", "-at_install")
class TestSeam(BaseCase):
    """Arrows between the addons of the family only run down."""

    def test_the_core_names_nothing_above(self):
        """No model, external id or field of an addon that stands on the core."""
        own = find_declared(CORE)
        above = {}
        for addon in find_addons():
            if addon != CORE:
                for word in find_declared(addon) - own:
                    above[word] = addon
        found = []
        for path in find_files(CORE):
            if is_test(path):
                continue
            words = find_words(path)
            found += [
                f"{path.relative_to(ADDONS)} names {word} of {above[word]}"
                for word in sorted(words & above.keys())
            ]
        self.assertFalse(
            found,
            "The core knows nobody above it: declare a hook here and override it there "
            "(ARCHITECTURE.md), or move the field into a view of the addon that has it",
        )
        self.assertGreater(len(above), 100)

    def test_tests_of_the_core_run_without_what_is_above(self):
        models = {
            word: addon
            for addon in find_addons()
            if addon != CORE
            for word in find_declared(addon) - find_declared(CORE)
            if "." in word
        }
        found = []
        for path in find_files(CORE):
            if is_test(path) and path.suffix == ".py":
                text = path.read_text(encoding="utf-8")
                found += [
                    f"{path.name}: {name}"
                    for name in MODELS.findall(text)
                    if name in models
                ]
        self.assertFalse(found, "Test it in the addon that has the model")

    def test_arrows_run_down(self):
        """An addon names those below it, and no feature names another feature."""
        found = []
        addons = find_addons()
        for addon, below in addons.items():
            for path in find_files(addon):
                named = set(NAMED.findall(path.read_text(encoding="utf-8")))
                found += [
                    f"{path.relative_to(ADDONS)} names {name}"
                    for name in sorted(named & addons.keys() - below)
                ]
            found += [
                f"{addon} leans on {name}"
                for name in sorted(below - FLOORS - {addon} - GLUED.get(addon, set()))
                if not addon.startswith("test_")
            ]
        self.assertFalse(found, MEET)

    def test_no_feature_knows_what_another_brings(self):
        """Neither a model, nor a field on a model of others, nor an external id."""
        found = []
        addons = find_addons()
        for addon, below in addons.items():
            if addon == CORE:
                continue  # see test_the_core_names_nothing_above
            known = set().union(*map(find_declared, below))
            beside = {
                word: other
                for other in addons
                if other not in below and not other.startswith("test_")
                for word in find_declared(other) - known
            }
            for path in find_files(addon):
                if is_test(path):
                    continue
                name = str(path.relative_to(ADDONS))
                words = find_words(path) - LOOKED_FOR.get(name, set())
                found += [
                    f"{name} names {word} of {beside[word]}"
                    for word in sorted(words & beside.keys())
                ]
        self.assertFalse(found, MEET)


@tagged("post_install", "-at_install")
class TestRooms(TransactionCase):
    """Models of Odoo inherit rooms of ours: Odoo's own methods come before them."""

    def test_nothing_of_a_room_is_hidden(self):
        """What Odoo's class has already would never be called in the room."""
        found = []
        for name, model in self.env.registry.items():
            if name.startswith("sales.process.") or model._abstract:
                continue
            classes = model.__mro__
            for room in classes:
                if not str(vars(room).get("_name")).startswith("sales.process."):
                    continue
                for method, value in vars(room).items():
                    # what every model has goes on by super()
                    if not isfunction(value) or hasattr(BaseModel, method):
                        continue
                    first = next(cls for cls in classes if method in vars(cls))
                    if not first.__module__.startswith(f"odoo.addons.{CORE}"):
                        found.append(f"{name}: {method} of {first.__module__}")
        self.assertFalse(
            found, "Write the method into the file of the model itself, not of a room"
        )

    def test_a_room_has_no_buttons_of_its_own(self):
        """A client can name it: what its records do is refused there in a sentence."""
        tried = 0
        models = self.env.registry.items()
        inherited = {
            cls for _name, model in models if not model._abstract for cls in model.mro()
        }
        for name, model in models:
            if not (name.startswith("sales.process.") and model._abstract):
                continue
            room = self.env[name]
            for cls in inherited.intersection(model.mro()):
                if not cls.__module__.startswith(f"odoo.addons.{CORE}"):
                    continue
                for method, value in vars(cls).items():
                    if method.startswith("action_") and isfunction(value):
                        tried += 1
                        with (
                            self.subTest(name, method=method),
                            # none or many where one is meant: so says Odoo
                            self.assertRaisesRegex(
                                (AccessError, ValueError), "with a record|singleton"
                            ),
                        ):
                            getattr(room, method)()
        self.assertGreater(tried, 30)
