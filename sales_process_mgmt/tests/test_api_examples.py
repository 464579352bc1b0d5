# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import io
import pathlib
import re
from datetime import datetime, timedelta
from unittest import SkipTest

from odoo.tests import HttpCase, get_db_name, tagged

from .common import SalesProcessCommon

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "api.md"


@tagged("post_install", "-at_install")
class TestApiExamples(SalesProcessCommon, HttpCase):
    """What the documents show of the API does what they say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not DOCUMENT.exists():
            raise SkipTest("An installed addon has no documents beside it")
        cls.examples = re.findall(
            r"^```python\n(.*?)^```$",
            DOCUMENT.read_text(encoding="utf-8"),
            re.DOTALL | re.MULTILINE,
        )
        cls.owned = cls._create_lead(cls.salesperson_b, phone="13900000001")
        user = cls.salesperson_a
        cls.key = (
            cls.env["res.users.apikeys"]
            .with_user(user)
            ._generate("rpc", "test", datetime.now() + timedelta(days=1))
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
            exec(compile(code, str(DOCUMENT), "exec"), names)  # noqa: S102
        return printed.getvalue()

    def test_json_2(self):
        with self.allow_requests(all_requests=True):
            printed = self._run_example("/json/2")
        self.assertIn(self.salesperson_b.name, printed)
        lead = self.env["crm.lead"].search([("partner_name", "=", "Leshan Pumps")])
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(len(lead.followup_ids), 1)
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
