# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from ..models.sales_process_revisit_run import RevisitRun
from .common_release import ReleaseCommon


@tagged("post_install", "-at_install")
class TestWarning(ReleaseCommon):
    """Warnings climb: first the owner, then the owner and the leader."""

    def _warnings(self, lead):
        warning = self.env.ref("sales_process_mgmt.mail_activity_type_warning")
        return lead.activity_ids.filtered(lambda row: row.activity_type_id == warning)

    def _warn(self, moment):
        with self._at(moment):
            self.Warnings.give(self.Warnings.select(100))
        self.env.invalidate_all()

    def test_climbing_warnings(self):
        """Two days before is Saturday, one is Sunday: the days of the owner."""
        with self._at("2027-03-01 02:00:00"):
            ownership = self._customer(self.salesperson_a)
        # the deadline is the end of Monday the eighth in Shanghai
        lead = ownership.lead_ids
        self._warn("2027-03-05 15:59:59")
        self.assertFalse(self._warnings(lead))
        self._warn("2027-03-05 16:00:00")
        self._warn("2027-03-06 15:59:59")
        self.assertEqual(self._warnings(lead).user_id, self.salesperson_a)
        self._warn("2027-03-06 16:00:00")
        self._warn("2027-03-06 17:00:00")
        self.assertEqual(
            self._warnings(lead).user_id, self.salesperson_a | self.leader_east
        )
        self.assertEqual(len(self._warnings(lead)), 2)
        with self._at("2027-03-07 02:00:00"):
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                {"lead_id": lead.id, "subject": "Called at last"}
            )
        self.assertFalse(self._warnings(lead))
        self.assertFalse(ownership.warning_level)

    def test_days_when_the_clocks_change(self):
        """The Sunday of 28 March has 23 hours in Berlin, and is one day."""
        self.salesperson_a.tz = "Europe/Berlin"
        with self._at("2027-03-22 09:00:00"):
            ownership = self._customer(self.salesperson_a)
        for moment, level in (
            ("2027-03-26 22:59:59", 0),
            ("2027-03-26 23:00:00", 1),
            ("2027-03-27 22:59:59", 1),
            ("2027-03-27 23:00:00", 2),
        ):
            self._warn(moment)
            self.assertEqual(ownership.warning_level, level, moment)

    def test_no_warning_wanted(self):
        self.team_east.write(
            {
                "process_followup_reminder_first_days": 0,
                "process_followup_reminder_second_days": 0,
            }
        )
        with self._at("2027-03-01 02:00:00"):
            ownership = self._customer(self.salesperson_a)
        self._warn("2027-03-08 02:00:00")
        self.assertFalse(ownership.warning_level)

    def test_no_warning_in_a_team_that_observes(self):
        ownership = self._customer(self.salesperson_d)
        self._expire(ownership, seconds=-3600)
        self._run("ir_cron_warn")
        self.assertFalse(self._warnings(ownership.lead_ids))

    def test_revisit(self):
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        lead.action_set_won()
        ownership.date_revisit = self._today(self.salesperson_a)
        self._run("ir_cron_warn")
        visit = self.env.ref("sales_process_mgmt.mail_activity_type_visit")
        self.assertEqual(lead.activity_ids.activity_type_id, visit)

    def test_revisit_on_the_owners_day(self):
        """The day of a revisit begins where the owner is, not where the server is."""
        ownership = self._customer(self.salesperson_a)
        lead = ownership.lead_ids
        lead.action_set_won()
        ownership.date_revisit = "2027-03-10"
        for moment, count in (("2027-03-09 15:59:59", 0), ("2027-03-09 16:00:00", 1)):
            with self._at(moment):
                run = RevisitRun(self.env)
                run.hand_out(run.select(100))
                self.assertEqual(len(lead.activity_ids), count, moment)

    def test_served_time_ends(self):
        self.team_east.write(
            {"process_served_policy": "limited", "process_served_days": 30}
        )
        ownership = self._customer(self.salesperson_a)
        ownership.lead_ids.action_set_won()
        self.assertTrue(ownership.date_served_until)
        self._run()
        self.assertEqual(ownership.state, "open")
        ownership.date_served_until = self._today(self.salesperson_a) - timedelta(
            days=2
        )
        self._run()
        self.assertEqual((ownership.state, ownership.end_reason), ("ended", "paid"))
