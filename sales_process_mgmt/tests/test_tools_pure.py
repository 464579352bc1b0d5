# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import subprocess
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged

# What is used of Odoo's inside, and of its SQL, is gathered in files of their own.
KNOW_ODOO = {"kept", "orm"}
# Import every module of a folder as a package of its own, in a Python without Odoo;
# tools may stand on the tools of another addon of ours.
IMPORT = """
import importlib, sys
from importlib.machinery import ModuleSpec
from pathlib import Path

class OnlyTools:
    # of odoo there are only the folders tools/ of our addons

    def find_spec(self, name, path=None, target=None):
        parts = name.split(".")
        if parts[0] != "odoo":
            return None
        if name in ("odoo", "odoo.addons"):
            place = []
        elif parts[1] == "addons" and parts[2].startswith("sales_process_mgmt"):
            if parts[3:4] not in ([], ["tools"]) or parts[-1] in sys.argv[2:]:
                raise ImportError("Odoo is imported")
            if parts[4:]:
                return None
            place = [addons.joinpath(*parts[2:])]
        else:
            raise ImportError("Odoo is imported")
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder) for folder in place]
        return spec

addons = Path(sys.argv[1]).parents[1]
sys.meta_path.insert(0, OnlyTools())
folder = Path(sys.argv[1])
sys.path.insert(0, str(folder.parent))
for path in sorted(folder.glob("*.py")):
    if path.stem in sys.argv[2:]:
        continue
    importlib.import_module(f"{folder.name}.{path.stem}".removesuffix(".__init__"))
    print(path.stem)
"""


@tagged("at_install")
class TestToolsPure(BaseCase):
    def _import(self, folder):
        return subprocess.run(  # noqa: S603 - only what stands in this file
            [sys.executable, "-c", IMPORT, str(folder), *KNOW_ODOO],
            check=False,
            capture_output=True,
            text=True,
        )

    def test_tools_need_no_odoo(self):
        """What is in ``tools/`` is plain Python: it is imported without Odoo."""
        addons = Path(__file__).parents[2]
        folders = sorted(addons.glob("sales_process_mgmt*/tools"))
        self.assertIn(Path(__file__).parents[1] / "tools", folders)
        for folder in folders:
            with self.subTest(addon=folder.parent.name):
                result = self._import(folder)
                self.assertEqual(result.returncode, 0, result.stderr[-1000:])
                modules = {path.stem for path in folder.glob("*.py")} - KNOW_ODOO
                self.assertEqual(set(result.stdout.split()), modules)

    def test_import_of_odoo_is_found(self):
        """The check fails for a folder that imports it."""
        result = self._import(Path(__file__).parents[1] / "report")
        self.assertIn("Odoo is imported", result.stderr)
