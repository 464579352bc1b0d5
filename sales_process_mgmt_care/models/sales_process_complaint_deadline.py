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

        def work(rows):
            rows._pass_on()
            rows._go_up()

        Failure._work_on_each(
            self.search(open_rows, order="id"),
            work,
            # only who decides may read what it is about
            lambda row: (row, row.decider_id),
        )

    @api.model
    def _ask_anew(self):
        """Whoever is asked and may not decide any more is asked no more."""
        self.search([("state", "in", OPEN)], order="id")._pass_on()

    def _pass_on(self):
        """Whoever decided has left or leads no more: somebody else answers for these.

        Where nobody may decide it waits for nobody, and is looked at again.
        """
        left = self.filtered(lambda row: not row._is_asked_rightly())
        left._update_decider()
        left._tell_deciders()

    def _is_asked_rightly(self):
        """Tell whether who is asked is one who may decide.

        Of a team that takes complaints again its leader is, and not an administrator.

        :return: bool
        """
        self.ensure_one()
        return self.decider_id == self._get_asked()

    def _note_late(self):
        """Keep for whom it was late: whoever works on it when the time is over."""
        for row in self:
            is_over = row.date_due and row.date_due < self.env.cr.now()
            # where no complaints are taken it is late for nobody of the team
            if row.date_late or not is_over or not row.team_id.process_complaint:
                continue
            row.write(
                {
                    "late_by_id": (row.handler_id or row.decider_id).id,
                    "date_late": row.date_due,
                }
            )

    def _go_up(self):
        """The next one above answers for what is late, with time of its own."""
        now = self.env.cr.now()
        late = self._lock_rows().filtered(
            lambda row: (
                row.state in OPEN and row.date_escalate and row.date_escalate < now
            )
        )
        for row in late:
            hours = row.team_id._get_complaint_hours(row.severity)
            row._note_late()
            row.write(
                {
                    "escalation": row.escalation + 1,
                    "date_escalate": row.team_id._add_working_hours(now, hours),
                }
            )
        late._update_decider()
        late._tell_deciders()
