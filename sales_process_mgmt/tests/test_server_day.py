# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

from odoo.tests import BaseCase, tagged

ADDONS = Path(__file__).parents[2]
# All of them answer with the day of the server or of a client's context.
SERVER_DAY = re.compile(
    r"""
    \b(?:fields\.)?Date\.(?:today|context_today)\b
    | \bdate\.today\(
    | \bdatetime\.(?:today|utcnow)\(
    | \bdatetime\.now\(\)
    | \bDateTime\.(?:now|today)\(
    | \bDatetime\.today\(
    | \bCURRENT_DATE\b
    """,
    re.VERBOSE,
)


@tagged("post_install", "-at_install")
class TestServerDay(BaseCase):
    def test_today_is_somebodys_day(self):
        """No code, data or test of ours asks the server what day it is.

        Ask ``crm.team._get_process_today(user)``; in a test, ``self._today(user)``.
        """
        found = []
        for addon in ADDONS.glob("*sales_process_mgmt*"):
            for path in [*addon.rglob("*.py"), *addon.rglob("*.xml")]:
                if path.name == Path(__file__).name:
                    continue
                text = path.read_text(encoding="utf-8")
                if path.suffix == ".xml" and path.parent.name not in ("data", "demo"):
                    continue  # views and reports: the reader's browser or zone
                found += [
                    f"{path.relative_to(ADDONS)}: {match.group()}"
                    for match in SERVER_DAY.finditer(text)
                ]
        self.assertFalse(
            found,
            "The server's day is nobody's: ask crm.team._get_process_today(user), in a "
            "test self._today(user)",
        )
