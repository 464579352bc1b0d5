# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs
from odoo.addons.sales_process_mgmt.tests.common_release import ReleaseCommon
from odoo.addons.sales_process_mgmt_queue_job.hooks import uninstall_hook
from odoo.addons.sales_process_mgmt_queue_job.models import ir_cron as jobs


@tagged("post_install", "-at_install")
class TestQueueJob(ReleaseCommon):
    """The scheduler queues jobs; they do what it would have done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cron = cls.env.ref("sales_process_mgmt.ir_cron_release")
        cls._put_on_duty(cls.salesperson_b)

    def _switch(self, is_used):
        self.env["res.config.settings"].create({"process_use_jobs": is_used}).execute()

    def _expired(self, number=3):
        ownerships = self._many(self.salesperson_a, number)
        self._expire(ownerships)
        return ownerships

    def _work(self, number):
        """Do a job with a connection of its own, as a worker does."""
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.cron.with_env(self.env(cr=cr))._process_as_job(number)

    def test_without_jobs_the_action_works_itself(self):
        ownerships = self._expired()
        with trap_jobs() as trap:
            self._run()
            trap.assert_jobs_count(0)
        self.assertEqual(ownerships.next_ids.user_id, self.salesperson_b)

    def test_jobs_do_what_the_action_did(self):
        self._switch(True)
        ownerships = self._expired()
        with trap_jobs() as trap:
            self._run()
            trap.assert_jobs_count(jobs.DEFAULT_JOBS)
            self.assertEqual(set(ownerships.mapped("state")), {"open"})
            for job in trap.enqueued_jobs:
                self.assertEqual(job.channel, "root.sales_process.release")
                self.assertTrue(job.job_config.allow_commit)
            with self.enter_registry_test_mode():
                trap.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual(set(ownerships.mapped("state")), {"ended"})
        self.assertEqual(ownerships.next_ids.user_id, self.salesperson_b)
        self.assertEqual(len(ownerships.next_ids), len(ownerships))
        self.assertEqual(len(self._runs()), 1, "told once, whatever the number of jobs")

    def test_what_waits_is_not_queued_twice(self):
        self._switch(True)
        Job = self.env["queue.job"]
        before = Job.search_count([])
        for _run in range(3):
            self._run()
        self.assertEqual(Job.search_count([]), before + jobs.DEFAULT_JOBS)

    def test_uninstalling_takes_along_what_waits(self):
        """Nobody could do it any more; what runs ends by itself."""
        self._switch(True)
        self._run()
        queued = self.env["queue.job"].search([("method_name", "=", "_process_as_job")])
        self.assertGreaterEqual(len(queued), jobs.DEFAULT_JOBS)
        running, waiting = queued[0], queued[1:]
        running.state = "started"
        uninstall_hook(self.env)
        self.assertTrue(running.exists())
        self.assertFalse(waiting.exists())

    def test_a_job_whose_time_is_up_goes_on_in_the_next(self):
        self._switch(True)
        ownerships = self._expired()
        with trap_jobs() as trap, patch.object(jobs, "JOB_SECONDS", 0):
            self._work(2)
            trap.assert_jobs_count(1)
            [job] = trap.enqueued_jobs
            self.assertEqual(job.args, (2,))
        with trap_jobs() as trap:
            self._work(2)
            trap.assert_jobs_count(0)
        self.env.invalidate_all()
        self.assertEqual(set(ownerships.mapped("state")), {"ended"})

    def test_nobody_is_there_in_a_job(self):
        """As under the scheduler: nobody reads a refusal, the owner is told."""
        seen = []

        def look(ownership):
            seen.append(ownership._is_attended())

        with patch.object(
            type(self.env["sales.process.release"]),
            "_cron_release",
            lambda release: look(release.env["sales.process.ownership"]),
        ):
            self._work(0)
        self.assertEqual(seen, [False])

    def test_what_cannot_be_queued_is_not_half_queued(self):
        """The third of four fails: none waits, and the scheduler hears of it."""
        self._switch(True)
        Job = self.env["queue.job"]
        before = Job.search_count([])
        queue = type(self.cron)._queue_process_jobs

        def fail(cron, numbers):
            queue(cron, list(numbers)[:2])
            raise ValueError("no place in the queue")

        with (
            patch.object(type(self.cron), "_queue_process_jobs", fail),
            patch.object(self.env.cr, "rollback") as rollback,
            self.assertRaisesRegex(ValueError, "no place"),
            self.env.cr.savepoint(),
        ):
            self.cron._callback(self.cron.cron_name, self.cron.ir_actions_server_id.id)
        rollback.assert_called_once()
        self.assertEqual(Job.search_count([]), before)

    def test_queued_again_when_it_is_done(self):
        """A number that waits is not queued twice; one that is done is queued anew."""
        self._switch(True)
        self.cron.process_job_count = 1
        mine = [("method_name", "=", "_process_as_job"), ("state", "=", "pending")]
        Job = self.env["queue.job"]
        before = Job.search_count(mine)
        self._run()
        self._run()
        self.assertEqual(Job.search_count(mine), before + 1)
        Job.search(mine, order="id desc", limit=1).state = "done"
        self._run()
        self.assertEqual(Job.search_count(mine), before + 1)

    def test_each_action_has_its_channel(self):
        """Takeover, money and reports wait for no release, and none for another."""
        for name, cron in (
            (name, cron)
            for cron, name in self.env["ir.cron"]._get_process_crons().items()
        ):
            with self.subTest(name), trap_jobs() as trap:
                cron._queue_process_jobs([0])
                [job] = trap.enqueued_jobs
                self.assertEqual(job.channel, jobs.CHANNELS.get(name, jobs.CHANNEL))
                self.assertIn(cron.cron_name, job.description)
                self.assertEqual(job.recordset, cron)

    def test_time_that_is_left(self):
        """Inside a job the batches see its own time, and never less than none."""
        now = time.monotonic()
        for end, least, most in ((now + 300, 200, 300), (now - 5, 0, 0)):
            with (
                self.subTest(end=end - now),
                self.enter_registry_test_mode(),
                self.registry.cursor() as cr,
            ):
                inside = self.env(cr=cr)["ir.cron"].with_context(process_job_end=end)
                left = inside._commit_progress(remaining=3)
                self.assertGreaterEqual(left, least)
                self.assertLessEqual(left, most)

    def test_uninstalling_leaves_the_jobs_of_others(self):
        """What other addons have queued is none of ours."""
        self._switch(True)
        self._run()
        other = self.env["res.partner"].with_delay()._compute_display_name()
        theirs = self.env["queue.job"].search([("uuid", "=", other.uuid)])
        self.assertTrue(theirs)
        uninstall_hook(self.env)
        self.assertTrue(theirs.exists())
        self.assertFalse(
            self.env["queue.job"].search(
                [
                    ("model_name", "=", "ir.cron"),
                    ("method_name", "=", "_process_as_job"),
                    ("state", "!=", "started"),
                ]
            )
        )

    def test_a_copy_works_itself(self):
        """A copied action is none of the sales process, and has no jobs."""
        self._switch(True)
        copied = self.cron.copy()
        self.assertEqual(copied.process_job_count, 0)
        self.assertEqual(self.cron.process_job_count, jobs.DEFAULT_JOBS)

    def test_a_deleted_action_is_no_error(self):
        cron = self.cron.copy()
        cron.unlink()
        cron._process_as_job(0)

    # ------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------

    def test_the_switch(self):
        crons = self.env["ir.cron"]._get_process_crons()
        self.assertEqual(crons[self.cron], "ir_cron_release")
        for is_used in (True, False):
            self._switch(is_used)
            for cron, name in crons.items():
                with self.subTest(name, is_used=is_used):
                    shared = jobs.DEFAULT_JOBS if name in jobs.SHARED else 1
                    self.assertEqual(cron.process_job_count, shared * is_used)
            settings = self.env["res.config.settings"].create({})
            self.assertEqual(settings.process_use_jobs, is_used)

    def test_saving_other_settings_keeps_the_numbers(self):
        self._switch(True)
        self.cron.process_job_count = 7
        self.env["res.config.settings"].create({}).execute()
        self.assertEqual(self.cron.process_job_count, 7)

    def test_what_works_in_order_is_not_shared(self):
        takeover = self.env.ref("sales_process_mgmt.ir_cron_backfill")
        other = self.env.ref("base.autovacuum_job")
        for cron, allowed, refused in (
            (self.cron, (0, 1, jobs.MOST_JOBS), (-1, jobs.MOST_JOBS + 1)),
            (takeover, (0, 1), (-1, 2)),
            (other, (0,), (-1, 1)),
        ):
            for number in allowed:
                cron.process_job_count = number
            for number in refused:
                with (
                    self.subTest(cron.cron_name, number=number),
                    self.assertRaisesRegex(ValidationError, "choose between 0 and"),
                    self.env.cr.savepoint(),
                ):
                    cron.process_job_count = number

    def test_every_shared_action_exists(self):
        """A name that nothing has any more would switch sharing off in silence."""
        # of the addons of ours that are installed
        names = set(self.env["ir.cron"]._get_process_crons().values())
        known = {"ir_cron_release", "ir_cron_tell", "ir_cron_warn", "ir_cron_backfill"}
        self.assertLessEqual(known, names & (jobs.SHARED | jobs.CHANNELS.keys()))
        for channel in set(jobs.CHANNELS.values()) | {jobs.CHANNEL}:
            self.assertTrue(
                self.env["queue.job.channel"].search([("complete_name", "=", channel)]),
                channel,
            )

    def test_nobody_else_switches(self):
        """Neither in the settings nor by the method behind them."""
        for user in (self.salesperson_a, self.leader_east, self.administrator):
            with self.subTest(user.name):
                with self.assertRaises(AccessError):
                    self.env["res.config.settings"].with_user(user).create(
                        {"process_use_jobs": True}
                    ).execute()
                with self.assertRaises(AccessError):
                    self.env["ir.cron"].with_user(user)._use_process_jobs(True)
        self.assertEqual(self.cron.process_job_count, 0)

    def test_only_administrators_of_the_system(self):
        settings = self.env["res.config.settings"].create({})
        action = settings.action_open_process_jobs()
        self.assertIn(self.cron, self.env["ir.cron"].search(action["domain"]))
        for user in (self.salesperson_a, self.leader_east, self.administrator):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.cron.with_user(user).process_job_count = 1
