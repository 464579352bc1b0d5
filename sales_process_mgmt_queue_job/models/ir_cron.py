# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models
from odoo.exceptions import ValidationError

CHANNEL = "root.sales_process"
# Below the time that a worker has for a request (limit_time_real, 120 by default).
JOB_SECONDS = 60
MOST_JOBS = 16
DEFAULT_JOBS = 4

# By the names of their XML ids, whichever addon brings them. What passes by rows that
# another one works on is shared by several jobs.
SHARED = {
    "ir_cron_release",
    "ir_cron_send",
    "ir_cron_tell",
    "ir_cron_warn",
    "ir_cron_work_reports",
}
CHANNELS = {
    "ir_cron_backfill": f"{CHANNEL}.takeover",
    "ir_cron_refresh_money": f"{CHANNEL}.money",
    "ir_cron_release": f"{CHANNEL}.release",
    "ir_cron_sales_process_commission": f"{CHANNEL}.money",
    "ir_cron_work_reports": f"{CHANNEL}.report",
}
OURS = "sales_process_mgmt"


class IrCron(models.Model):
    """A scheduled action of ours that hands its work to jobs.

    The scheduler only queues them: they do what it would have done, as its user, batch
    after batch, each committed. A job whose time is up queues the next one.
    """

    _inherit = "ir.cron"

    process_job_count = fields.Integer(
        string="Background Jobs",
        # a copy is no scheduled action of the sales process any more
        copy=False,
        help="How many jobs of the queue share the work of this scheduled action of "
        "the sales process. 0: it does the work itself.",
    )

    @api.constrains("process_job_count")
    def _check_process_job_count(self):
        counted = self.filtered("process_job_count")
        names = self._get_process_crons() if counted else {}
        for cron in counted:
            most = self._get_most_jobs(names.get(cron))
            if not 0 <= cron.process_job_count <= most:
                raise ValidationError(
                    self.env._(
                        "%(action)s: choose between 0 and %(most)s background jobs.",
                        action=cron.cron_name,
                        most=most,
                    )
                )

    @api.model
    def _get_most_jobs(self, name):
        """How many jobs may share a scheduled action.

        :param str name: of its XML id; None where it is none of the sales process
        :return: int
        """
        if not name:
            return 0
        return MOST_JOBS if name in SHARED else 1

    @api.model
    def _get_process_crons(self):
        """The scheduled actions of the sales process that are installed.

        :return: dict of ir.cron and the name of its XML id
        """
        rows = (
            self.env["ir.model.data"]
            # sudo: names of records are the system's
            .sudo()
            .search([("model", "=", "ir.cron"), ("module", "=like", f"{OURS}%")])
        )
        return {self.browse(row.res_id): row.name for row in rows}

    @api.model
    def _use_process_jobs(self, is_used):
        """Hand the work of all scheduled actions to jobs, or leave it to them.

        :param bool is_used: whether jobs do it
        """
        crons = self._get_process_crons()
        shared = self.browse(cron.id for cron in crons if crons[cron] in SHARED)
        rest = self.browse(cron.id for cron in crons) - shared
        shared.process_job_count = DEFAULT_JOBS if is_used else 0
        rest.process_job_count = 1 if is_used else 0

    # ------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------

    def _callback(self, cron_name, server_action_id):
        # sudo: whoever the action runs as need not know scheduled actions
        count = self.sudo().process_job_count
        if not count:
            return super()._callback(cron_name, server_action_id)
        try:
            self._queue_process_jobs(range(count))
            self._commit_progress(remaining=0)
        except Exception:
            self.env.cr.rollback()
            raise
        return None

    def _queue_process_jobs(self, numbers):
        """Queue jobs that share the work; what waits already is not queued twice.

        :param numbers: of the jobs
        """
        self.ensure_one()
        name = self._get_process_crons().get(self, "")
        for number in numbers:
            # sudo: only its name
            self.with_delay(
                channel=CHANNELS.get(name, CHANNEL),
                identity_key=f"sales_process_mgmt-{self.id}-{number}",
                description=f"{self.sudo().cron_name} ({number + 1})",
            )._process_as_job(number)

    def _process_as_job(self, number):
        """Do the work of the scheduled action, as one of those who share it.

        :param int number: of the job; it is queued again when its time is up
        """
        # sudo: the job runs as the scheduler does
        cron = self.sudo().exists()
        if not cron:
            return
        end = time.monotonic() + JOB_SECONDS
        self.env["ir.actions.server"].with_context(
            cron_id=cron.id, process_job_end=end
        ).browse(cron.ir_actions_server_id.id).run()
        if time.monotonic() >= end:
            self._queue_process_jobs([number])

    @api.model
    def _commit_progress(self, processed=0, *, remaining=None, deactivate=False):
        seconds = super()._commit_progress(
            processed, remaining=remaining, deactivate=deactivate
        )
        end = self.env.context.get("process_job_end")
        return seconds if end is None else max(end - time.monotonic(), 0)
