# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import tools
from odoo.modules import Manifest
from odoo.tests import tagged

from odoo.addons.base.tests.common import BaseCommon

from .common import ClockMixin

MODULE = "sales_process_mgmt"
# UTC; Shanghai, where the demonstration's people work, is eight hours ahead
MOMENTS = (
    datetime(2026, 12, 31, 16, 30),  # half past midnight on New Year's Day
    datetime(2027, 2, 28, 9),  # Sunday 17:00, the last day of the month
    datetime(2027, 3, 28, 0, 30),  # before the clocks of Berlin go forward
    datetime(2028, 2, 29, 15, 59, 59),  # the last second of 29 February
    datetime(2027, 6, 30, 16),  # the first second of July
)


class DemoCommon(ClockMixin, BaseCommon):
    """The demonstration is the same at any hour of any day."""

    # whose demonstration, with those it stands on before it
    addons = (MODULE,)

    def _count(self, model, domain=()):
        return self.env[model].search_count(list(domain))

    def _load(self):
        for addon in self.addons:
            for name in Manifest.for_addon(addon)["demo"]:
                tools.convert_file(
                    self.env, addon, name, {}, mode="init", noupdate=True
                )
        self.env.flush_all()

    def _check(self, now):
        people = self.env["res.users"].search([("login", "=", "wang_fang")])
        self.assertEqual(people.tz, "Asia/Shanghai")
        teams = self.env.ref(f"{MODULE}.team_east_demo") | self.env.ref(
            f"{MODULE}.team_west_demo"
        )
        owned = [("team_id", "in", teams.ids), ("state", "in", ("open", "pool"))]
        self.assertEqual(self._count("sales.process.ownership", owned), 60)
        followups = self.env["sales.process.followup"].search(
            [("team_id", "in", teams.ids)]
        )
        self.assertGreaterEqual(len(followups.filtered("counts")), 45)
        self.assertLessEqual(max(followups.mapped("date")), now)
        days = {followup._get_local_day(followup.date) for followup in followups}
        self.assertIn(followups[0]._get_local_day(now - timedelta(days=1)), days)
        # both teams have somebody on duty now, and on each day of the week
        duties = self.env["sales.process.duty"].search([("team_id", "in", teams.ids)])
        on_duty = duties.filtered(lambda duty: duty.date_start <= now < duty.date_end)
        self.assertEqual(on_duty.team_id, teams)
        local = {(duty.date_start + timedelta(hours=8)).weekday() for duty in duties}
        self.assertEqual(local, set(range(7)))
        self.assertGreater(self._count("sales.process.conflict"), 5)
        absence = self.env.ref(f"{MODULE}.absence_west_demo")
        self.assertEqual(absence.state, "confirmed")
        self.assertTrue(absence.deputy_id)
        # whoever is away is not the one on duty
        for team in teams:
            self.assertTrue(team._get_duty_users(now))
        lines = self.env["sales.process.release.line"].search(
            [("outcome", "in", ("handed_over", "waiting"))]
        )
        self.assertTrue(lines)

    def _check_any_hour(self):
        for moment in MOMENTS:
            with self.subTest(moment=moment), self._at(moment):
                savepoint = self.env.cr.savepoint(flush=False)
                try:
                    self._load()
                    self._check(moment)
                finally:
                    self.env.invalidate_all(flush=False)
                    savepoint.close(rollback=True)
                    self.env.registry.clear_all_caches()


@tagged("post_install", "-at_install")
class TestDemo(DemoCommon):
    def test_any_hour(self):
        self._check_any_hour()

    def test_once(self):
        """What a user changed is not made anew by an update."""
        with self._at(MOMENTS[0]):
            self._load()
            duties = self._count("sales.process.duty")
            self.env["sales.process.demo"]._load()
            self.assertEqual(self._count("sales.process.duty"), duties)
