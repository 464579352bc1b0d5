# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import json
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.service import model as service_model
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon

ADDONS = Path(__file__).parents[2]
# Handlers that keep a failure quiet catch one of these.
CAUGHT = ("Exception", "RETRY_ERRORS")
# What stands before such a savepoint; one that begins late flushes when it is made
FLUSHES = ("self.env.cr.flush()", "begun = orm.LateSavepoint(self.env)")


def find_savepoints(tree):
    """Where a function tries something apart, and what stands before it.

    Not in a loop: scheduled actions try one item after the other.

    :return: list of ``(statement, statement before or None)``
    """
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for before, node in zip(
            [None, *function.body], [*function.body, None], strict=True
        ):
            if (
                isinstance(node, ast.Try)
                and isinstance(node.body[0], ast.With)
                and "savepoint" in ast.unparse(node.body[0].items[0]).lower()
                and any(
                    ast.unparse(handler.type) in CAUGHT
                    and not isinstance(handler.body[-1], ast.Return | ast.Raise)
                    for handler in node.handlers
                    if handler.type
                )
            ):
                found.append((node, before))
    return found


@tagged("post_install", "-at_install")
class TestKeptQuiet(SalesProcessCommon):
    def test_only_what_was_tried(self):
        """A savepoint first flushes what was written before, outside of itself.

        What fails there has ended the transaction: kept quiet about, all of it would
        be lost, and be said to be saved.
        """
        tried = 0
        for path in ADDONS.glob("sales_process_mgmt*/**/*.py"):
            if "tests" in path.parts:
                continue
            for node, before in find_savepoints(ast.parse(path.read_text())):
                tried += 1
                with self.subTest(path=path.name, line=node.lineno):
                    self.assertIn(before and ast.unparse(before), FLUSHES)
        self.assertGreaterEqual(tried, 4)


@tagged("post_install", "-at_install")
class TestLostRace(SalesProcessCommon, HttpCase):
    """Odoo repeats a request that lost a race; who loses them all reads a sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson_a.password = "salesperson_a"
        cls.ownership = cls._create_lead(
            cls.salesperson_a, phone="13812345678"
        ).ownership_id
        # Odoo waits up to seconds before it repeats a lost race
        cls.classPatch(service_model.time, "sleep", lambda seconds: None)

    def _call(self, losses):
        """A request that loses a race so many times.

        :return: the answer, and how often it was tried
        """
        tries = []

        def work(record):
            tries.append(record)
            if len(tries) <= losses:
                raise ConcurrencyError("lost")
            return "done"

        self.authenticate("salesperson_a", "salesperson_a")
        with (
            patch.object(type(self.ownership), "action_view_leads", work),
            mute_logger("odoo.http"),
        ):
            answer = self.url_open(
                "/web/dataset/call_kw",
                data=json.dumps(
                    {
                        "params": {
                            "model": "sales.process.ownership",
                            "method": "action_view_leads",
                            "args": [self.ownership.ids],
                            "kwargs": {"context": {"lang": "en_US"}},
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
        return answer, len(tries)

    def test_none_or_two_for_one(self):
        """Whoever names no record, or two, reads a sentence and no traceback."""
        self.authenticate("salesperson_a", "salesperson_a")
        for ids in ([], [*self.ownership.ids, 2**31 - 2]):
            with self.subTest(ids=ids), mute_logger("odoo.http"):
                answer = self.url_open(
                    "/web/dataset/call_kw",
                    data=json.dumps(
                        {
                            "params": {
                                "model": "sales.process.ownership",
                                "method": "action_log_followup",
                                "args": [ids],
                                "kwargs": {},
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertEqual(
                    answer["error"]["data"]["message"],
                    "Choose one record, and try again.",
                )

    def test_what_is_no_record(self):
        """Whoever names something else in the place of records reads a sentence."""
        lead = self.ownership.lead_ids[:1]
        name = lead.name
        self.authenticate("salesperson_a", "salesperson_a")

        def call(method, ids, *args):
            with mute_logger("odoo.http", "odoo.sql_db"):
                return self.url_open(
                    "/web/dataset/call_kw",
                    data=json.dumps(
                        {
                            "params": {
                                "model": "crm.lead",
                                "method": method,
                                "args": [ids, *args],
                                "kwargs": {},
                            }
                        }
                    ),
                    headers={"Content-Type": "application/json"},
                ).json()

        refused = (True, [True], 1.5, [lead.ids], [[lead.ids]], ["x"], {"x": 1}, [{}])
        for ids in refused:
            for method, args in (("write", [{"name": "Other"}]), ("read", [["name"]])):
                with self.subTest(ids=ids, method=method):
                    answer = call(method, ids, *args)
                    self.assertEqual(
                        answer["error"]["data"]["message"],
                        "Choose one record, and try again.",
                    )
        # what fails otherwise is not taken for it
        answer = call("create", [{"name": "Other"}], "too much")
        self.assertEqual(answer["error"]["data"]["name"], "builtins.TypeError")
        answer = call("write", lead.ids)
        self.assertEqual(answer["error"]["data"]["name"], "builtins.TypeError")
        lead.invalidate_recordset()
        self.assertEqual(lead.name, name)
        self.assertTrue(call("write", lead.ids, {"name": "Other"})["result"])

    def test_all_but_one_lost(self):
        answer, tries = self._call(service_model.MAX_TRIES_ON_CONCURRENCY_FAILURE - 1)
        self.assertEqual(answer["result"], "done")
        self.assertEqual(tries, service_model.MAX_TRIES_ON_CONCURRENCY_FAILURE)

    def test_all_lost(self):
        answer, tries = self._call(service_model.MAX_TRIES_ON_CONCURRENCY_FAILURE)
        self.assertEqual(tries, service_model.MAX_TRIES_ON_CONCURRENCY_FAILURE)
        self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.UserError")
        self.assertEqual(
            answer["error"]["data"]["message"],
            "Others changed the same records at this moment. Nothing was saved: try "
            "again in a minute.",
        )
