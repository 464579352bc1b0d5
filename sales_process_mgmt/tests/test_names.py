# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
import inspect
import re
from collections import defaultdict
from pathlib import Path

from odoo import tools
from odoo.tests import TransactionCase, tagged

from odoo.addons.sales_process_mgmt import field_names

ROOT = Path(__file__).parents[2]
MIGRATIONS = sorted((ROOT / "sales_process_mgmt" / "migrations").glob("*/pre-names.py"))
REPORTS = ("report_", "intelligence_")


def load(path):
    spec = importlib.util.spec_from_file_location("pre_names", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The names before, for scripts that say them.
SAY_THEM = ("test_names.py", "sales_process_team_former.py", "test_team_former.py")


@tagged("post_install", "-at_install")
class TestNames(TransactionCase):
    """Names on models of others bear a prefix, and nothing remembers the old ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what reports have is known where they are
        has_reports = "process_report_daily" in cls.env["crm.team"]._fields
        cls.names = defaultdict(dict)
        cls.migrations = [load(path) for path in MIGRATIONS]
        for migration in cls.migrations:
            for model, names in migration.NAMES.items():
                if model in cls.env:
                    cls.names[model] |= {
                        old: new
                        for old, new in names.items()
                        if has_reports or not old.startswith(REPORTS)
                    }

    def test_the_table_names_fields(self):
        for model, names in self.names.items():
            for old, new in names.items():
                self.assertIn(new, self.env[model]._fields, f"{model}: {old}")
                self.assertNotIn(old, self.env[model]._fields, model)
                self.assertEqual(new, f"process_{old}")

    def test_nothing_of_ours_says_the_old_names(self):
        old = {name for names in self.names.values() for name in names}
        for model in self.env.registry.values():
            old -= model._fields.keys()
        word = re.compile(rf"\b({'|'.join(sorted(old))})\b")
        self.assertGreater(len(old), 20)
        for path in ROOT.glob("sales_process_mgmt*/**/*"):
            if path.suffix in (".py", ".xml", ".js") and (
                "migrations" not in path.parts and path.name not in SAY_THEM
            ):
                found = word.findall(path.read_text())
                self.assertFalse(found, path.relative_to(ROOT))

    def test_what_users_made_by_the_old_names(self):
        env = self.env
        team = env["crm.team"].create({"name": "Names", "process_cooldown_days": 11})
        own, path, other = env["ir.filters"].create(
            [
                {"name": name, "model_id": model, "domain": domain, "user_ids": False}
                for name, model, domain in (
                    ("Own", "crm.team", "[('process_cooldown_days', '>', 3)]"),
                    ("Path", "crm.lead", "[('team_id.process_cooldown_days', '>', 3)]"),
                    ("Other", "crm.lead", "[('stage_id.cooldown_days', '>', 3)]"),
                )
            ]
        )
        team.process_change = {"process_hold_days_max": 9, "process_followup_days": 8}
        env.flush_all()
        cr = env.cr
        # as it was before
        for model, names in self.names.items():
            field_names.rename_fields(
                cr, model, {new: old for old, new in names.items()}
            )
        names = self.names["crm.team"]
        field_names.rename_keys(
            cr, *field_names.PLANS, {new: old for old, new in names.items()}
        )
        cr.execute(
            "SELECT cooldown_days, process_change FROM crm_team WHERE id = %s",
            [team.id],
        )
        self.assertEqual(cr.fetchone(), (11, {"hold_days_max": 9, "followup_days": 8}))
        cr.execute("SELECT domain FROM ir_filters WHERE id = %s", [own.id])
        self.assertEqual(cr.fetchone(), ("[('cooldown_days', '>', 3)]",))
        # and as it is afterwards, once and twice
        for _run in range(2):
            for migration in self.migrations:
                migration.migrate(cr, "19.0.1.1.0")
        env.invalidate_all()
        self.assertEqual(team.process_cooldown_days, 11)
        self.assertEqual(
            team.process_change,
            {"process_hold_days_max": 9, "process_followup_days": 8},
        )
        self.assertFalse(
            [name for name in team.process_change if name not in team._fields]
        )
        self.assertEqual(own.domain, "[('process_cooldown_days', '>', 3)]")
        self.assertEqual(path.domain, "[('team_id.process_cooldown_days', '>', 3)]")
        self.assertEqual(other.domain, "[('stage_id.cooldown_days', '>', 3)]")
        for model, names in self.names.items():
            table = env[model]._table
            for old, new in names.items():
                self.assertFalse(field_names.has_column(cr, table, old))
                self.assertFalse(env["ir.model.fields"]._get(model, old))
                self.assertTrue(env["ir.model.fields"]._get(model, new))
                field = env[model]._fields[new]
                if not env[model]._abstract and field.store and field.column_type:
                    self.assertTrue(field_names.has_column(cr, table, new), new)
        self.assertTrue(
            env.ref("sales_process_mgmt.field_crm_team__process_cooldown_days")
        )
        self.assertTrue(
            env.ref("sales_process_mgmt.selection__crm_team__process_release_to__pool")
        )
        self.assertFalse(
            env.ref(
                "sales_process_mgmt.selection__crm_team__release_to__pool",
                raise_if_not_found=False,
            )
        )


# It asks what it inherits by another way, see the method.
ASKED_OTHERWISE = {"_has_field_access"}


def is_ours(cls):
    return ".sales_process_mgmt" in cls.__module__


def get_function(value):
    """The function below decorators, None for what is none."""
    value = inspect.unwrap(getattr(value, "__func__", value))
    return value if inspect.isfunction(value) else None


def calls_super(code):
    return "super" in code.co_names or any(
        calls_super(part) for part in code.co_consts if inspect.iscode(part)
    )


def find_replaced(model):
    """Methods of ours that take the place of one of somebody else's.

    :return: set of names
    """
    mro = model.__mro__
    return {
        name
        for number, cls in enumerate(mro)
        if is_ours(cls)
        for name, value in vars(cls).items()
        if not name.startswith("__")
        and (function := get_function(value))
        and not calls_super(function.__code__)
        and any(name in vars(below) and not is_ours(below) for below in mro[number:])
    }


class Theirs:
    __module__ = "odoo.addons.crm.models"

    def ask(self):
        return True

    def go_on(self):
        return True


class Ours(Theirs):
    __module__ = "odoo.addons.sales_process_mgmt.models"

    @tools.ormcache()
    def ask(self):
        return False

    def go_on(self):
        return super().go_on()

    def process_ask(self):
        return False


@tagged("post_install", "-at_install")
class TestMethodNames(TransactionCase):
    """A method of ours on a model of others has a name of its own, or goes on."""

    def test_nothing_is_replaced(self):
        replaced = {
            method
            for name, model in self.env.registry.items()
            if not name.startswith("sales.process.")
            for method in find_replaced(model)
        }
        self.assertEqual(replaced, ASKED_OTHERWISE)

    def test_what_is_replaced_is_found(self):
        """Where a method is replaced, also below a decorator."""
        self.assertEqual(find_replaced(Ours), {"ask"})
