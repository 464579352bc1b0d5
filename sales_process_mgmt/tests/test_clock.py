# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from ..models.sales_process_revisit_run import RevisitRun
from .common_release import ReleaseCommon

SECOND = timedelta(seconds=1)
STEP = timedelta(minutes=10)
HOUR = timedelta(hours=1)
NOW = datetime(2027, 3, 3, 4)  # a Wednesday, noon in Shanghai


class ServerClocks:
    """Servers whose clocks differ ask the clock of the database."""

    @contextmanager
    def _on_server(self, moment, ahead=timedelta()):
        """Let the database's clock tell ``moment``, the server's be wrong."""
        with (
            freeze_time(moment + ahead),
            patch.object(self.env.cr, "now", lambda: moment),
        ):
            yield


@tagged("post_install", "-at_install")
class TestReleaseClock(ServerClocks, ReleaseCommon):
    def _set_deadline(self, ownership, deadline):
        ownership.write({"date_deadline": deadline})
        self.env.flush_all()

    def _find_due(self, moment, ahead):
        with self._on_server(moment, ahead):
            return self.Release._lock_due(1000)

    def _release_at(self, moment, ahead=timedelta()):
        with self._on_server(moment, ahead):
            due = self.Release._lock_due(1000)
            self.Release._release(due)
            self.Release._hand_out_waiting(self.Release._lock_waiting(1000))
            self.env.flush_all()
        self.env.invalidate_all()
        return due

    def test_wrong_server_releases_nobody_early_or_late(self):
        ownership = self._customer(self.salesperson_a)
        self._set_deadline(ownership, NOW)
        for ahead in (-HOUR, timedelta(), HOUR):
            with self.subTest(ahead=ahead):
                self.assertFalse(self._find_due(NOW - HOUR / 2, ahead))
                self.assertFalse(self._find_due(NOW, ahead))
                self.assertEqual(self._find_due(NOW + SECOND, ahead), ownership)

    def test_wrong_server_warns_in_time(self):
        """The day of a warning begins where the owner is, by the database's clock."""
        ownership = self._customer(self.salesperson_a)
        days = self.team_east.process_followup_reminder_first_days
        self._set_deadline(ownership, NOW + timedelta(days=days))
        midnight = datetime.combine(NOW.date(), datetime.min.time()) - 8 * HOUR
        for ahead in (-HOUR, timedelta(), HOUR):
            ownership.warning_level = 0
            for moment, level in ((midnight - SECOND, 0), (midnight, 1)):
                with (
                    self.subTest(ahead=ahead, moment=moment),
                    self._on_server(moment, ahead),
                ):
                    self.Warnings.give(self.Warnings.select(1000))
                    self.assertEqual(ownership.warning_level, level)

    def test_wrong_server_revisits_on_the_day(self):
        """The day of a revisit begins where the owner is, by the database's clock."""
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        lead.action_set_won()
        midnight = datetime.combine(NOW.date(), datetime.min.time()) - 8 * HOUR
        for ahead in (-HOUR, timedelta(), HOUR):
            ownership.date_revisit = NOW.date()
            lead.activity_ids.unlink()
            self.env["sales.process.revisit"].search([]).unlink()
            for moment, count in ((midnight - SECOND, 0), (midnight, 1)):
                with (
                    self.subTest(ahead=ahead, moment=moment),
                    self._on_server(moment, ahead),
                ):
                    run = RevisitRun(self.env)
                    run.hand_out(run.select(1000))
                    self.assertEqual(len(lead.activity_ids), count)

    def test_wrong_server_asks_who_is_on_duty(self):
        with self._on_server(NOW):
            self._put_on_duty(self.salesperson_b)
        end = NOW + timedelta(hours=8)
        for ahead in (-HOUR, timedelta(), HOUR):
            with self.subTest(ahead=ahead):
                with self._on_server(end - SECOND, ahead):
                    self.assertEqual(
                        self.team_east._get_duty_users(), self.salesperson_b
                    )
                with self._on_server(end, ahead):
                    self.assertFalse(self.team_east._get_duty_users())

    def test_wrong_server_applies_a_change_at_its_moment(self):
        self.team_east.write(
            {"process_change": {"process_followup_days": 9}, "process_change_date": NOW}
        )
        before = self.team_east.process_followup_days
        for moment, ahead, days in (
            (NOW - SECOND, HOUR, before),
            (NOW, -HOUR, 9),
        ):
            with self._on_server(moment, ahead):
                self._apply_changes()
            self.assertEqual(self.team_east.process_followup_days, days)

    def _apply_changes(self):
        with patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1.0
        ):
            self.env["crm.team"]._cron_apply_changes()
            self.env.flush_all()

    def test_contact_carries_the_time_of_the_database(self):
        """A server that is ahead gives nobody an hour, one behind takes none."""
        for ahead in (-HOUR, timedelta(), HOUR):
            with self.subTest(ahead=ahead), self._on_server(NOW, ahead):
                lead = self._customer(self.salesperson_a).lead_ids
                followup = self._log(lead)
                self.assertEqual(followup.date, NOW)
                late = self._log(lead, subject="Samples", date=NOW + 60 * SECOND)
                self.assertTrue(late.counts)
                with self.assertRaises(ValidationError):
                    self._log(lead, subject="Visit", date=NOW + 61 * SECOND)

    def _log(self, lead, **values):
        return (
            self.env["sales.process.followup"]
            .with_user(lead.user_id)
            .create({"lead_id": lead.id, "subject": "Price and delivery", **values})
        )

    def test_clock_that_steps_back(self):
        """Ten minutes back between two runs: released once, contacts still count."""
        self._put_on_duty(self.salesperson_b)
        with self._on_server(NOW):
            self._put_on_duty(self.salesperson_b)
        old = self._many(self.salesperson_a, 3)
        self._register_long_ago(old.lead_ids)
        self._set_deadline(old, NOW)
        self.assertEqual(self._release_at(NOW + SECOND), old)
        new = old.next_ids
        self.assertEqual(new.user_id, self.salesperson_b)
        self.assertEqual(len(new), 3)
        for moment in (NOW + SECOND - STEP, NOW + SECOND, NOW + STEP):
            self.assertFalse(self._release_at(moment))
            self.assertEqual(old.next_ids, new)
            self.assertEqual(self._runs().line_ids.ownership_id, old)
            self.assertEqual(len(self._runs().line_ids), 3)
        deadline = new[0].date_deadline
        with self._on_server(NOW - STEP):
            self._log(new[0].lead_ids)
        self.assertGreaterEqual(new[0].date_deadline, deadline)
        self.assertEqual(new[0].state, "open")

    def test_daylight_saving_between_contact_and_deadline(self):
        """The last second of the day is meant, whatever the clock did before it."""
        self.salesperson_a.tz = "America/New_York"
        for contact, deadline in (
            # clocks forward on 14 March: 23:59:59 is an hour earlier in UTC
            (datetime(2027, 3, 10, 16), datetime(2027, 3, 18, 3, 59, 59)),
            # back on 7 November: an hour later
            (datetime(2027, 11, 3, 16), datetime(2027, 11, 11, 4, 59, 59)),
        ):
            with self.subTest(contact=contact):
                with self._on_server(contact):
                    ownership = self._customer(self.salesperson_a)
                    self._log(ownership.lead_ids)
                self.assertEqual(ownership.date_deadline, deadline)
                self.assertNotIn(ownership, self._find_due(deadline, HOUR))
                self.assertIn(ownership, self._find_due(deadline + SECOND, -HOUR))
