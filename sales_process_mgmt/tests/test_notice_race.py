# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import RETRY_ERRORS

from .race_common import SalesProcessRaceCase


@tagged("post_install", "-at_install", "sales_process_race")
class TestNoticeRace(SalesProcessRaceCase):
    """Two servers, and one that is killed: everybody is told once."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._remove_notices)
        with self._environment() as env:
            Line = env["sales.process.notice.line"]
            user = env["res.users"].browse(self.user_ids[0])
            due = env.cr.now() - timedelta(hours=1)
            for text in ("One", "Two"):
                Line._keep(Line._prepare_waiting({(due, None): user}, text, "", "work"))

    def _remove_notices(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM sales_process_notice_line WHERE user_id IN %s",
                (tuple(self.user_ids),),
            )
            cr.execute(
                "DELETE FROM mail_message WHERE id IN (SELECT mail_message_id FROM"
                " mail_notification WHERE res_partner_id IN %s)",
                (tuple(self.partner_ids),),
            )

    def _count(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT COUNT(*) FROM mail_notification WHERE res_partner_id IN %s",
                (tuple(self.partner_ids),),
            )
            return cr.fetchone()[0]

    def test_two_servers(self):
        with self._environment() as second:
            # the second server looks before the first one has told
            waiting = second["sales.process.notice.line"]
            found = waiting.search([("user_id", "in", self.user_ids)])
            self.assertEqual(len(found), 2)
            with self._environment() as first:
                Line = first["sales.process.notice.line"]
                users = Line._select_readers(10)
                self.assertEqual(users.ids, self.user_ids[:1])
                self.assertFalse(waiting._select_readers(10), "another server's")
                Line._tell_readers(users)
            with mute_logger("odoo.sql_db"):
                try:
                    users = waiting._select_readers(10)
                    waiting._tell_readers(users)
                    second.cr.commit()
                except RETRY_ERRORS:
                    second.cr.rollback()
        self.assertEqual(self._count(), 1)

    def test_killed(self):
        """What was not committed is told by the next run, once."""
        for _attempt in range(2):
            with self.registry.cursor() as cr:
                Line = api.Environment(cr, SUPERUSER_ID, {})[
                    "sales.process.notice.line"
                ]
                Line._tell_readers(Line._select_readers(10))
                Line.env.flush_all()
                cr.rollback()
        self.assertEqual(self._count(), 0)
        with self._environment() as env:
            Line = env["sales.process.notice.line"]
            Line._tell_readers(Line._select_readers(10))
        self.assertEqual(self._count(), 1)
