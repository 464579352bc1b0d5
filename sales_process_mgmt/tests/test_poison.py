# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_release import ReleaseCommon

MODELS = "odoo.addons.sales_process_mgmt.models"
RETRY_LOGGER = f"{MODELS}.sales_process_retry"
POISON = "poison"


class Poison:
    """One record that fails never stops the others, is told, and is not for ever."""

    @contextmanager
    def _poisoned(self, model, method, records, logger=RETRY_LOGGER, error=None):
        """Let a method fail whenever one of these records is among its own."""
        original = getattr(type(model), method)

        def fail(owner, *args, **kwargs):
            rows = owner if isinstance(owner, models.BaseModel) else args[0]
            if records & rows:
                raise error or ValueError(POISON)
            return original(owner, *args, **kwargs)

        with patch.object(type(model), method, fail), mute_logger(logger):
            yield

    def _end_pause(self, record):
        self.env.flush_all()
        self._get_failure(record).date_retry = "2000-01-01"
        self.env.flush_all()
        self.env.invalidate_all()

    def _get_failure(self, record):
        """What is known of the failures of a record, as the administrator reads it."""
        return self.env["sales.process.failure"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)]
        )

    def _assert_paused(self, record, failures, hours):
        failure = self._get_failure(record)
        self.assertEqual(failure.failure_count, failures)
        self.assertEqual(failure.error, POISON)
        pause = failure.date_retry - self.env.cr.now()
        self.assertAlmostEqual(
            pause / timedelta(hours=1), hours, delta=0.2, msg="the pause in hours"
        )

    def _assert_told(self, record, number):
        told = record.message_ids.filtered(lambda message: POISON in message.body)
        self.assertEqual(len(told), number)
        return told


@tagged("post_install", "-at_install")
class TestPoisonedCustomer(Poison, ReleaseCommon):
    def test_warning(self):
        poisoned, healthy = self._many(self.salesperson_a, 2)
        self._expire(poisoned | healthy, seconds=-3600)
        with self._poisoned(self.Warnings, "give", poisoned):
            for _run in range(4):
                self._run("ir_cron_warn")
        self.assertTrue(healthy.warning_level)
        self.assertFalse(poisoned.warning_level)
        self.assertEqual(poisoned.release_failure_count, 3, "not for ever")
        lines = self._runs().line_ids
        self.assertEqual(lines.ownership_id, poisoned)
        self.assertEqual((lines.outcome, lines.note), ("failed", POISON))

    def test_meeting(self):
        Event = self.env["calendar.event"]
        start = fields.Datetime.now() - timedelta(hours=2)
        events = Event.create(
            [
                {
                    "name": row.name,
                    "opportunity_id": row.lead_ids.id,
                    "user_id": self.salesperson_a.id,
                    "partner_ids": [Command.set(self.salesperson_a.partner_id.ids)],
                    "start": start,
                    "stop": start + timedelta(hours=1),
                }
                for row in self._many(self.salesperson_a, 3)
            ]
        )
        poisoned = events[1]
        lead = poisoned.opportunity_id
        with self._poisoned(Event, "_prepare_followup_values", poisoned):
            for failures, hours, told in ((1, 1, 0), (2, 2, 0), (3, 4, 1), (4, 8, 1)):
                self._run("ir_cron_create_followups")
                self._assert_paused(poisoned, failures, hours)
                self._run("ir_cron_create_followups")
                self._assert_paused(poisoned, failures, hours)
                message = self._assert_told(lead, told)
                self._end_pause(poisoned)
            self.assertIn(self.salesperson_a.partner_id, message.partner_ids)
            self.assertEqual(
                (events - poisoned).process_followup_ids.calendar_event_id,
                events - poisoned,
            )
        self._run("ir_cron_create_followups")
        self.assertTrue(poisoned.process_followup_ids)
        self.assertFalse(self._get_failure(poisoned))

    def test_failures_are_read_by_the_administrator(self):
        """What fails, why, and until when; what is deleted is forgotten."""
        Failure = self.env["sales.process.failure"]
        team = self._create_team("Failing", "off", self.leader_west, self.salesperson_e)
        Failure._mark(team, ValueError(f"{POISON}\x00" + "x" * 1000))
        self.assertEqual(Failure._mark(team, ValueError(POISON)), 2)
        failure = self._get_failure(team)
        read = failure.with_user(self.director)
        self.assertEqual(read.display_name, team.name)
        self.assertEqual(read.error, POISON)
        self.assertEqual(read.action_open()["res_id"], team.id)
        with self.assertRaises(AccessError):
            failure.with_user(self.leader_west).action_open()
        Failure._gc_gone()
        self.assertTrue(failure.exists())
        team.unlink()
        failure.invalidate_recordset()
        self.assertIn("Deleted", read.display_name)
        with self.assertRaises(UserError):
            read.action_open()
        Failure._gc_gone()
        self.assertFalse(failure.exists())

    def test_failure_of_an_addon_that_is_gone(self):
        Failure = self.env["sales.process.failure"]
        failure = Failure.create(
            {
                "model": "no.such.model",
                "res_id": 1,
                "failure_count": 1,
                "date_retry": fields.Datetime.now(),
            }
        )
        self.assertIn("Deleted", failure.with_user(self.director).display_name)
        Failure._gc_gone()
        self.assertFalse(failure.exists())

    def test_waiting_lead(self):
        """It becomes a conflict, although not even writing to it works."""
        leads = self._many(self.salesperson_a, 3).lead_ids
        for lead in leads:
            lead.ownership_id._end("lost")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET process_ownership_pending = TRUE, ownership_id = NULL"
            " WHERE id IN %s",
            [leads._ids],
        )
        self.env.invalidate_all()
        poisoned = leads[1]
        logger = f"{MODELS}.crm_lead_sync"
        with (
            self._poisoned(leads, "write", poisoned, logger),
            self._poisoned(leads, "_sync_ownership_now", poisoned, logger),
        ):
            self._run("ir_cron_claim_pending")
            self.assertFalse(any(leads.mapped("process_ownership_pending")))
            self._run("ir_cron_claim_pending")
        self.assertTrue(all((leads - poisoned).mapped("ownership_id")))
        conflict = self.env["sales.process.conflict"].search(
            [("lead_id", "=", poisoned.id)]
        )
        self.assertEqual(len(conflict), 1)
        self.assertIn(POISON, conflict.note)

    def test_waiting_lead_that_loses_every_race(self):
        """It waits on, is tried once in a call, and keeps no other waiting."""
        leads = self._many(self.salesperson_a, 3).lead_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET process_ownership_pending = TRUE WHERE id IN %s",
            [leads._ids],
        )
        self.env.invalidate_all()
        calls = []
        process = type(leads)._process_pending

        def lose(rows):
            calls.append(rows)
            if leads[1] in rows:
                raise ConcurrencyError("race")
            process(rows)

        with (
            patch.object(type(leads), "_process_pending", lose),
            mute_logger(f"{MODELS}.crm_lead_sync"),
        ):
            self._run("ir_cron_claim_pending")
        # Odoo calls again while something remains, a few times
        self.assertEqual(calls[:4], [leads, *leads])
        self.assertEqual(set(calls[4:]), {leads[1]})
        self.assertLess(len(calls), 15)
        waiting = leads.filtered("process_ownership_pending")
        self.assertEqual(waiting, leads[1])
        conflict = self.env["sales.process.conflict"]
        self.assertFalse(conflict.search([("lead_id", "in", leads.ids)]))
        self._run("ir_cron_claim_pending")
        self.assertFalse(leads[1].process_ownership_pending)

    def test_preview_after_a_pause(self):
        """A preview that fails stops no other; the brake holds for both teams."""
        teams = self.team_east | self.team_c2
        customers = self._customer(self.salesperson_a) | self._customer(
            self.salesperson_x
        )
        self._expire(customers)
        teams.process_date_release_from = False
        teams.process_date_last_release = fields.Datetime.now() - timedelta(hours=25)
        with self._poisoned(teams, "_make_release_preview", self.team_east):
            self._run()
        self.assertFalse(self._runs(self.team_east))
        self.assertEqual(self._runs(self.team_c2).mode, "preview")
        self.assertEqual(set(customers.mapped("state")), {"open"})
        teams.process_date_release_from = False
        self._run()
        self.assertEqual(set(customers.mapped("state")), {"ended"})

    def _poison_the_database(self, leads, poisoned):
        """What a lead leaves to be written is refused by PostgreSQL."""
        sync = type(leads)._sync_ownership_now

        def fail(rows, *args):
            sync(rows, *args)
            if poisoned in rows:
                rows.team_id.process_followup_days = 0

        return patch.object(type(leads), "_sync_ownership_now", fail)

    def test_waiting_lead_that_cannot_be_written(self):
        leads = self._many(self.salesperson_a, 3).lead_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET process_ownership_pending = TRUE WHERE id IN %s",
            [leads._ids],
        )
        self.env.invalidate_all()
        with (
            self._poison_the_database(leads, leads[1]),
            mute_logger(f"{MODELS}.crm_lead_sync", "odoo.sql_db"),
        ):
            self._run("ir_cron_claim_pending")
        self.assertFalse(any(leads.mapped("process_ownership_pending")))
        self.assertEqual(
            self.env["sales.process.conflict"]
            .search([("lead_id", "in", leads.ids)])
            .lead_id,
            leads[1],
        )

    def test_takeover_of_a_lead_that_cannot_be_written(self):
        backfill, leads = self._start_takeover()
        with (
            self._poison_the_database(leads, leads[1]),
            mute_logger(f"{MODELS}.sales_process_backfill", "odoo.sql_db"),
        ):
            self._run("ir_cron_backfill")
        self.assertEqual(backfill.state, "done")
        self.assertEqual(backfill.failure_count, 1)
        self.assertFalse(leads[1].ownership_id)
        self.assertTrue(all((leads - leads[1]).mapped("ownership_id")))

    def test_planned_change(self):
        moment = fields.Datetime.now() - timedelta(hours=1)
        teams = self.team_west | self.team_east | self.team_c2
        teams.write(
            {
                "process_change": {"process_followup_days": 9},
                "process_change_date": moment,
            }
        )
        poisoned = self.team_east
        with self._poisoned(teams, "_get_possible_change", poisoned):
            self._run("ir_cron_team_changes")
            self.assertEqual((teams - poisoned).mapped("process_followup_days"), [9, 9])
            self.assertNotEqual(poisoned.process_followup_days, 9)
            self._assert_paused(poisoned, 1, 1)
            for _run in range(2):
                self._end_pause(poisoned)
                self._run("ir_cron_team_changes")
            message = self._assert_told(poisoned, 1)
            self.assertEqual(message.partner_ids, self.leader_east.partner_id)
        self._end_pause(poisoned)
        self._run("ir_cron_team_changes")
        self.assertEqual(poisoned.process_followup_days, 9)
        self.assertFalse(self._get_failure(poisoned))

    def test_deadline_that_cannot_move(self):
        customers = self._many(self.salesperson_a, 3)
        poisoned = customers[1]
        before = poisoned.date_deadline
        self.team_east.process_followup_days += 5
        self.team_east.process_deadlines_date = fields.Datetime.now() - timedelta(
            hours=1
        )
        with self._poisoned(self.Ownership, "_update_deadlines", poisoned):
            self._run("ir_cron_team_changes")
        self.assertFalse(self.team_east.process_deadlines_date, "not for ever")
        self.assertEqual(poisoned.date_deadline, before)
        self.assertEqual(poisoned.release_error, POISON)
        for customer in customers - poisoned:
            self.assertGreater(customer.date_deadline, before + timedelta(days=4))

    def _start_takeover(self):
        """Three leads of a team that begins.

        :return: ``(takeover, leads)``
        """
        team = self._create_team(
            "Living Team", "off", self.leader_west, self.salesperson_e
        )
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Old {number}",
                    "phone": f"1370000000{number}",
                    "user_id": self.salesperson_e.id,
                    "team_id": team.id,
                }
                for number in range(3)
            ]
        )
        self.env["sales.process.backfill"].search([]).state = "done"
        team.process_mode = "observe"
        backfill = self.env["sales.process.backfill"].search([("state", "!=", "done")])
        return backfill, leads

    def test_takeover_that_loses_every_race(self):
        """It ends, and goes on at the next call."""
        backfill, leads = self._start_takeover()
        race = ConcurrencyError("race")
        calls = []
        sync = type(leads)._sync_ownership_now

        def lose(rows, *args):
            calls.append(rows)
            if leads[1] in rows:
                raise race
            return sync(rows, *args)

        with (
            patch.object(type(leads), "_sync_ownership_now", lose),
            mute_logger(f"{MODELS}.sales_process_backfill"),
        ):
            self._run("ir_cron_backfill")
            self.assertEqual(len(calls), 5)
            self.assertEqual(backfill.state, "owned")
            with patch.object(type(backfill), "_process_batch", side_effect=ValueError):
                # lead by lead: the first is taken over, the second loses
                self._run("ir_cron_backfill")
        self.assertEqual(backfill.last_lead_id, leads[0].id)
        self.assertEqual(backfill.failure_count, 0)
        self._run("ir_cron_backfill")
        self.assertEqual(backfill.state, "done")
        self.assertTrue(all(leads.mapped("ownership_id")))

    def test_takeover_of_a_lead_that_somebody_changes(self):
        """A lost race leaves no lead out: the next batch begins with it."""
        backfill, leads = self._start_takeover()
        logger = f"{MODELS}.sales_process_backfill"
        with self._poisoned(
            leads, "_sync_ownership_now", leads[1], logger, ConcurrencyError("race")
        ):
            self.assertEqual(backfill._process_one_by_one(), 1)
        self.assertEqual(backfill.failure_count, 0)
        self.assertEqual(backfill.last_lead_id, leads[0].id)
        backfill._process_one_by_one()
        self.assertEqual(backfill.failure_count, 0)
        self.assertTrue(all(leads.mapped("ownership_id")))
