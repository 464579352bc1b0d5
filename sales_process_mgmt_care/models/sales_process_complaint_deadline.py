# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Until when a complaint is answered, and where it goes when it is late."""

import logging

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races

_logger = logging.getLogger(__name__)
OPEN = ("open", "decided")


class SalesProcessComplaintDeadline(models.AbstractModel):
    """Until when an answer is promised, and who is asked when it is late."""

    _name = "sales.process.complaint.deadline"
    _description = "Deadlines of a Complaint"

    def _start_clock(self, moment):
        """Promise an answer in the working hours of the severity, from a moment on.

        :param moment: naive UTC datetime
        """
        for row in self.filtered("team_id"):
            hours = row.team_id._get_complaint_hours(row.severity)
            due = row.team_id._add_working_hours(moment, hours)
            row.write({"date_due": due, "date_escalate": due})

    # ------------------------------------------------------------
    # LATE
    # ------------------------------------------------------------

    @api.model
    def _cron_complaints(self):
        """What is late goes up; who has left is asked no more.

        Safe to run twice, on two servers, and to be killed.
        """
        if not repeat_lost_races(self.env, self._process_late):
            _logger.info("Complaints go up with the next run")
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _process_late(self):
        """Ask the next one above about what is late, once for each deadline.

        One complaint that fails does not stop the others, and is tried again later.
        """
        Failure = self.env["sales.process.failure"]
        open_rows = Domain("state", "in", OPEN) & Failure._get_retry_domain(self._name)
        left = Domain("decider_id", "=", False) | Domain(
            "decider_id.active", "=", False
        )
        late = Domain("date_escalate", "<", self.env.cr.now())
        for domain, work in ((left, type(self)._pass_on), (late, type(self)._go_up)):
            Failure._work_on_each(
                self.search(open_rows & domain, order="id"),
                work,
                # only who decides may read what it is about
                lambda row: (row, row.decider_id),
            )

    def _pass_on(self):
        """Whoever decided has left: somebody else answers for these."""
        self._update_decider()
        self._tell_deciders()

    def _go_up(self):
        """The next one above answers for what is late, with time of its own."""
        now = self.env.cr.now()
        late = self._lock_rows().filtered(
            lambda row: row.state in OPEN and row.date_escalate < now
        )
        for row in late:
            hours = row.team_id._get_complaint_hours(row.severity)
            row.write(
                {
                    "escalation": row.escalation + 1,
                    "date_escalate": row.team_id._add_working_hours(now, hours),
                }
            )
            row._update_decider()
        late._tell_deciders()
