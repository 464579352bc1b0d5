# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

import pytz

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.sales_process_mgmt.tools.deadline import end_of_day_utc, local_date

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestTeamChange(SalesProcessCommon):
    """A change of the timer is shown first, takes effect the next day, in batches."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = cls.env.cr.now()
        cls.ownerships = cls.env["sales.process.ownership"]
        for index, days in enumerate((0, 2, 4, 6)):
            lead = cls._create_lead(cls.salesperson_a, phone=f"1391234560{index}")
            lead.ownership_id.write(
                {
                    "date_start": now - timedelta(days=days),
                    "date_last_contact": now - timedelta(days=days),
                }
            )
            cls.ownerships |= lead.ownership_id
        cls.ownerships._update_deadlines()

    def _open_wizard(self, user=None):
        return Form(
            self.env["sales.process.team.change"]
            .with_user(user or self.director)
            .with_context(default_team_id=self.team_east.id)
        )

    def _show(self, form, **values):
        """Set values in the dialog and press the button that shows what they do."""
        for name, value in values.items():
            form[name] = value
        wizard = form.save()
        action = wizard.action_show()
        self.assertEqual((action["res_id"], action["target"]), (wizard.id, "new"))
        self.assertTrue(wizard.is_shown)
        return wizard

    def test_shown_on_demand(self):
        """Typing asks for nothing; another number hides what was shown before."""
        form = self._open_wizard()
        with patch.object(type(self.team_east), "_preview_change") as preview:
            form.process_followup_days = 3
            form.process_hold_days_max = 90
            wizard = form.save()
            self.assertFalse(wizard.is_shown)
            self.assertEqual(wizard.customer_count, 0)
            self.assertFalse(wizard.due_summary)
            preview.assert_not_called()
        self._show(form)
        form = Form(wizard)
        self.assertTrue(form.is_shown)
        form.process_followup_days = 4
        self.assertFalse(form.is_shown)
        form.process_followup_days = 3
        self.assertTrue(form.is_shown)

    def test_shown_within_bounds(self):
        form = self._open_wizard()
        for days, is_inside in ((0, False), (1, True), (3650, True), (3651, False)):
            form.process_followup_days = days
            wizard = form.save()
            with self.subTest(days=days):
                if is_inside:
                    wizard.action_show()
                    self.assertTrue(wizard.is_shown)
                else:
                    with self.assertRaises(ValidationError):
                        wizard.action_show()
                    self.assertFalse(wizard.is_shown)

    def test_what_is_shown_is_not_for_clients(self):
        wizard = self._open_wizard().save()
        with self.assertRaises(AccessError):
            wizard.write({"shown_change": {"values": {"process_followup_days": 10**9}}})

    def _run(self, moment):
        """What the scheduled action does at ``moment``, without its commits."""
        self.env["crm.team"].search(
            [("process_change_date", "<=", moment)]
        )._process_changes()
        team = self.team_east
        while team.process_deadlines_date and team.process_deadlines_date <= moment:
            team._process_deadlines(limit=3)

    def test_preview(self):
        """From 7 to 3 days: two customers are due, three deadlines move.

        The fourth was due at the end of the first day anyhow, and nobody is before.
        """
        self.team_east.process_release_ceiling_percent = 0
        before = self.ownerships.mapped("date_deadline")
        form = self._open_wizard()
        self.assertEqual(form.process_followup_days, 7)
        wizard = self._show(form)
        self.assertEqual((wizard.customer_count, wizard.moved_count), (4, 0))
        self.assertEqual(wizard.due_count, 0)
        wizard = self._show(form, process_followup_days=3)
        self.assertEqual((wizard.moved_count, wizard.due_count), (3, 2))
        # one more is due by the new rules until the end of the first day
        self.assertEqual((wizard.released_count, wizard.held_count), (3, 0))
        self.assertEqual(wizard.due_summary, "Salesperson A: 2 due, 3 released")
        wizard = self._show(form, process_followup_days=4)
        self.assertEqual((wizard.moved_count, wizard.due_count), (3, 2))
        wizard = self._show(form, process_followup_days=5)
        self.assertEqual((wizard.moved_count, wizard.due_count), (3, 1))
        self.team_east.process_release_ceiling_percent = 25
        wizard = self._show(form, process_followup_days=3)
        self.assertEqual((wizard.released_count, wizard.held_count), (1, 2))
        self.assertEqual(wizard.due_summary, "Salesperson A: 2 due, 1 released")
        wizard = self._show(form, process_mode="observe")
        self.assertEqual((wizard.due_count, wizard.released_count), (2, 0))
        self.assertEqual(self.ownerships.mapped("date_deadline"), before)

    def test_takes_effect_the_next_day(self):
        """Nothing moves before midnight of the team's zone."""
        before = self.ownerships.mapped("date_deadline")
        form = self._open_wizard()
        form.process_followup_days = 3
        form.save().action_apply()
        team = self.team_east
        moment = team.process_change_date
        # midnight in Shanghai
        self.assertEqual((moment.hour, moment.minute), (16, 0))
        self.assertLessEqual(moment - self.env.cr.now(), timedelta(days=1))
        self.assertIn("3", team.process_change_text)
        self._run(moment - timedelta(seconds=1))
        self.assertEqual(team.process_followup_days, 7)
        self.assertEqual(self.ownerships.mapped("date_deadline"), before)
        # real time has not come yet: let the deadlines move right away
        self._run(moment)
        self.assertEqual(team.process_followup_days, 3)
        self.assertFalse(team.process_change_date)
        # nobody is overdue at once who was not: until the end of the day
        zone = pytz.timezone("Asia/Shanghai")
        today = end_of_day_utc(local_date(self.env.cr.now(), zone), zone)
        self.assertEqual(
            self.ownerships.mapped("date_deadline"),
            [max(deadline - timedelta(days=4), today) for deadline in before],
        )
        self.assertFalse(team.process_deadlines_date)
        self._run(moment)
        self.assertEqual(team.process_followup_days, 3)

    def test_calendar_deleted_before_it_takes_effect(self):
        """The rest of the change takes effect; other teams do not wait for it."""
        calendar = self.env["resource.calendar"].create({"name": "Short"})
        team = self.team_east
        team._plan_change(
            {"process_followup_days": 4, "process_calendar_id": calendar.id}
        )
        calendar.unlink()
        self._run(team.process_change_date)
        self.assertEqual(team.process_followup_days, 4)
        self.assertFalse(team.process_calendar_id)
        self.assertFalse(team.process_change_date)

    def test_setting_that_does_not_exist(self):
        """It cannot be planned; one that is none any more is named, not passed over."""
        team = self.team_east
        for values in (
            {"gone_days": 3},
            {"process_change": {"process_followup_days": 3}},
        ):
            with self.assertRaises(ValueError):
                team._plan_change(values)
        self.assertFalse(team.process_change_date)
        team.write(
            {
                "process_change": {"gone_days": 3},
                "process_change_date": self.env.cr.now() - timedelta(hours=1),
            }
        )
        self.assertEqual(team.process_change_text, "gone_days: 3")
        with self.assertRaisesRegex(UserError, "gone_days"):
            team._process_changes()
        self.assertTrue(team.process_change_date)
        team.action_cancel_change()
        self.assertFalse(team.process_change)

    def test_exception_of_the_calendar_moves_deadlines(self):
        """A day off moves the deadlines of a team that counts working days."""
        self.team_east.process_followup_working_days = True
        self._run(datetime(2100, 1, 1))
        self.assertFalse(self.team_east.process_deadlines_date)
        before = self.ownerships.mapped("date_deadline")
        exception = self.env["sales.process.calendar.exception"].create(
            {
                "name": "Outing",
                "team_id": self.team_east.id,
                "date": before[0].date(),
                "is_working": False,
            }
        )
        self.assertTrue(self.team_east.process_deadlines_date)
        self._run(datetime(2100, 1, 1))
        after = self.ownerships.mapped("date_deadline")
        self.assertGreater(after[0], before[0])
        exception.unlink()
        self.assertTrue(self.team_east.process_deadlines_date)
        self._run(datetime(2100, 1, 1))
        self.assertEqual(self.ownerships.mapped("date_deadline"), before)
        self.env["sales.process.calendar.exception"].create(
            {"name": "Fair", "team_id": self.team_west.id, "date": before[0].date()}
        )
        self.assertFalse(self.team_west.process_deadlines_date)

    def test_take_back(self):
        form = self._open_wizard()
        form.process_followup_days = 3
        form.save().action_apply()
        self.team_east.with_user(self.director).action_cancel_change()
        self._run(datetime(2100, 1, 1))
        self.assertEqual(self.team_east.process_followup_days, 7)

    def test_planned_change_is_shown_again(self):
        """Who opens the dialog again goes on from what is planned."""
        form = self._open_wizard()
        form.process_followup_days = 3
        form.save().action_apply()
        self.assertEqual(self._open_wizard().process_followup_days, 3)

    def test_switch_of_the_mode(self):
        """A switch to enforce is shown and planned like a change of the days."""
        west = self._create_lead(self.salesperson_d, phone="13912345699").ownership_id
        west.write(
            {
                "date_start": self.env.cr.now() - timedelta(days=30),
                "date_last_contact": False,
            }
        )
        west._update_deadlines()
        form = Form(
            self.env["sales.process.team.change"]
            .with_user(self.director)
            .with_context(default_team_id=self.team_west.id)
        )
        wizard = self._show(form, process_mode="enforce")
        self.assertEqual((wizard.moved_count, wizard.due_count), (0, 1))
        wizard.action_apply()
        self.assertEqual(self.team_west.process_mode, "observe")
        self._run(self.team_west.process_change_date)
        self.assertEqual(self.team_west.process_mode, "enforce")

    def test_at_once_where_nothing_is_taken(self):
        """Back to observe, or from off to observe: nobody can lose anything."""
        for team, mode in ((self.team_east, "observe"), (self.team_off, "observe")):
            form = Form(
                self.env["sales.process.team.change"]
                .with_user(self.director)
                .with_context(default_team_id=team.id)
            )
            form.process_mode = mode
            with self.subTest(team=team.name):
                form.save().action_apply()
                self.assertEqual(team.process_mode, mode)
                self.assertFalse(team.process_change_date)

    def test_direct_write_moves_deadlines_the_next_day(self):
        """A number changed past the dialog, or a rule, moves deadlines as gently."""
        before = self.ownerships.mapped("date_deadline")
        self.team_east.with_user(self.director).write({"process_followup_days": 7})
        self.assertFalse(self.team_east.process_deadlines_date)
        self.team_east.with_user(self.director).write({"process_followup_days": 9})
        moment = self.team_east.process_deadlines_date
        self.assertGreater(moment, self.env.cr.now())
        self.assertEqual(self.ownerships.mapped("date_deadline"), before)
        self._run(moment)
        self.assertEqual(
            self.ownerships.mapped("date_deadline"),
            [deadline + timedelta(days=2) for deadline in before],
        )
        rule = self.env["sales.process.followup.rule"].create(
            {"team_id": self.team_east.id, "followup_days": 20}
        )
        self._run(self.team_east.process_deadlines_date)
        self.assertEqual(
            self.ownerships.mapped("date_deadline"),
            [deadline + timedelta(days=13) for deadline in before],
        )
        rule.unlink()
        self._run(self.team_east.process_deadlines_date)
        self.assertEqual(
            self.ownerships.mapped("date_deadline"),
            [deadline + timedelta(days=2) for deadline in before],
        )

    def test_grade_moves_deadlines(self):
        grade = self.env["sales.process.customer.grade"].create({"name": "A"})
        grade.write({"name": "AA"})
        self.assertFalse(self.team_east.process_deadlines_date)
        grade.write({"followup_days": 4})
        self.assertTrue(self.team_east.process_deadlines_date)
        self.assertFalse(self.team_off.process_deadlines_date)

    def test_refusals(self):
        with self.assertRaises(AccessError):
            self.env["sales.process.team.change"].with_user(self.leader_east).create(
                {"team_id": self.team_east.id, "process_mode": "off"}
            )
        with self.assertRaises(AccessError):
            self.team_east.with_user(self.leader_east).action_cancel_change()
        with self.assertRaises(UserError):
            self._open_wizard().save().action_apply()
        for days in (0, 3651):
            form = self._open_wizard()
            form.process_followup_days = days
            with self.assertRaises(UserError):
                form.save().action_apply()

    def test_effective_moment(self):
        """The first second of the next day in Shanghai, seen from both its sides."""
        for now, expected in (
            (datetime(2026, 3, 8, 15, 59, 59), datetime(2026, 3, 8, 16)),
            (datetime(2026, 3, 8, 16, 0, 0), datetime(2026, 3, 9, 16)),
        ):
            with (
                self.subTest(now=now),
                patch.object(self.env.cr, "now", return_value=now),
            ):
                self.assertEqual(self.team_east._get_effective_date(), expected)

    def test_scheduled_action(self):
        """The action runs through, is idle afterwards, and survives a second run."""
        self.team_east.write(
            {
                "process_change": {"process_followup_days": 3},
                "process_change_date": "2020-01-01",
            }
        )
        cron = self.env.ref("sales_process_mgmt.ir_cron_team_changes")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.team_east.process_followup_days, 3)
        self.assertFalse(self.team_east.process_deadlines_date)
