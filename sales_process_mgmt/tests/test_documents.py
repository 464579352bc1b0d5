# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import io
import pathlib
import re
from datetime import date, datetime, timedelta
from unittest import SkipTest

import pytz

from odoo import fields
from odoo.tests import BaseCase, HttpCase, get_db_name, tagged

from ..tools.deadline import followup_deadline
from ..tools.period import submission_deadline
from .common import SalesProcessCommon

DOCUMENTS = pathlib.Path(__file__).parents[2] / "docs"


def read_document(name):
    """A document of the repository; an installed addon has none beside it."""
    path = DOCUMENTS / name
    if not path.exists():
        raise SkipTest(f"{name} is not here")
    return path.read_text(encoding="utf-8")


@tagged("at_install")
class TestWorkedExamples(BaseCase):
    """What the tables of the documents say is what the system computes."""

    def _read_rows(self, title):
        """The cells of a table below a title, without its head."""
        part = read_document("examples.md").partition(f"## {title}\n")[2]
        lines = [
            line for line in part.partition("\n## ")[0].splitlines() if "|" in line
        ]
        return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]]

    def test_deadlines(self):
        rows = self._read_rows("The deadline")
        self.assertGreater(len(rows), 10)
        for zone, contact, days, counted, off, on, last_second, why in rows:
            tz = pytz.timezone(zone)
            moment = tz.localize(datetime.fromisoformat(contact)).astimezone(pytz.utc)

            def is_working_day(day, off=off, on=on):
                text = day.isoformat()
                return text in on or (day.weekday() < 5 and text not in off)

            deadline = followup_deadline(
                moment.replace(tzinfo=None),
                int(days),
                tz,
                is_working_day if counted == "working" else None,
            )
            with self.subTest(why=why):
                wall = pytz.utc.localize(deadline).astimezone(tz)
                self.assertEqual(f"{wall:%Y-%m-%d %H:%M:%S}", last_second)

    def test_reports(self):
        rows = self._read_rows("When a report is due")
        self.assertGreater(len(rows), 5)
        for zone, kind, day, until, why in rows:
            tz = pytz.timezone(zone)
            due = submission_deadline(kind, date.fromisoformat(day), tz)
            with self.subTest(why=why):
                wall = pytz.utc.localize(due).astimezone(tz)
                self.assertEqual(f"{wall:%Y-%m-%d %H:%M:%S}", until)


@tagged("post_install", "-at_install")
class TestApiExamples(SalesProcessCommon, HttpCase):
    """What the documents show of the API does what they say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.examples = re.findall(
            r"^```python\n(.*?)^```$",
            read_document("api.md"),
            re.DOTALL | re.MULTILINE,
        )
        cls.owned = cls._create_lead(cls.salesperson_b, phone="13900000001")
        user = cls.salesperson_a
        cls.key = (
            cls.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        )

    def _run_example(self, marker):
        """Run an example as it stands, against the server of the test."""
        [code] = [code for code in self.examples if marker in code]
        code = code.replace("http://localhost:8069", self.base_url())
        code = code.replace("8069", str(self.http_port()))
        code = code.replace('"localhost"', '"127.0.0.1"')
        code = code.replace('"mine"', repr(get_db_name()))
        printed = io.StringIO()
        names = {"API_KEY": self.key, "LOGIN": self.salesperson_a.login}
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/api.md", "exec"), names)  # noqa: S102
        return printed.getvalue()

    def test_json_2(self):
        with self.allow_requests(all_requests=True):
            printed = self._run_example("/json/2")
        self.assertIn(self.salesperson_b.name, printed)
        lead = self.env["crm.lead"].search([("partner_name", "=", "Leshan Pumps")])
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(len(lead.process_followup_ids), 1)
        self.assertEqual(self.owned.ownership_id.user_id, self.salesperson_b)

    def test_odoorpc(self):
        try:
            import odoorpc  # noqa: F401
        except ImportError as error:
            raise SkipTest("OdooRPC is not installed") from error
        self._create_lead(self.salesperson_a, phone="13900000002", name="Of mine")
        with self.allow_requests(all_requests=True):
            printed = self._run_example("odoorpc")
        self.assertIn("Of mine", printed)
        self.assertIn(self.salesperson_b.name, printed)
