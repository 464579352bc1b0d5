# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.service import model as service_model
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon


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
