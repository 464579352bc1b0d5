# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    process_use_jobs = fields.Boolean(
        string="Background Jobs",
        help="Releases, takeovers, warnings, reports and money are worked on by jobs "
        "of the queue, which several workers and servers share. Without them the "
        "scheduled actions do it, each in one process.",
    )

    @api.model
    def get_values(self):
        crons = self.env["ir.cron"]._get_process_crons()
        # sudo: shown to whoever opens the settings; only whether jobs are used
        return {
            **super().get_values(),
            "process_use_jobs": any(cron.sudo().process_job_count for cron in crons),
        }

    def set_values(self):
        res = super().set_values()
        if self.process_use_jobs != self.get_values()["process_use_jobs"]:
            self.env["ir.cron"]._use_process_jobs(self.process_use_jobs)
        return res

    def action_open_process_jobs(self):
        """Open the scheduled actions of the sales process, with their jobs.

        :return: dict, an action
        """
        Cron = self.env["ir.cron"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Background Jobs of the Sales Process"),
            "res_model": "ir.cron",
            "view_mode": "list",
            "views": [
                (
                    self.env.ref("sales_process_mgmt_queue_job.ir_cron_view_list").id,
                    "list",
                )
            ],
            "domain": [("id", "in", [cron.id for cron in Cron._get_process_crons()])],
            "context": {"active_test": False},
        }
