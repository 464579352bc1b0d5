# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError


class SalesProcessFollowup(models.Model):
    """The next contact: what it does to the deadline, and its plan."""

    _inherit = "sales.process.followup"

    def _agree_next(self):
        """An agreed next contact moves the deadline, within the team's limits."""
        # sudo: the ledger is written by its own methods only
        counting = self.sudo().filtered("counts")
        agreed = counting.filtered("date_next").ownership_id
        agreed |= counting.ownership_id.filtered("date_agreed")
        if agreed:
            agreed._recompute_agreed()

    def _apply_agreed(self, agreed, count, normal_day, day):
        """What is agreed with the customer after this contact.

        :param date agreed: the agreed day before it, or False
        :param int count: how many agreed days in a row have moved the deadline
        :param date normal_day: the last day that the contact alone would give
        :param date day: the day of the contact; both in the owner's time zone
        :return: ``(agreed day or False, count)``
        """
        self.ensure_one()
        team = self.team_id
        cut = False
        if not self.date_next:
            if agreed and day < agreed:
                # an intermediate contact leaves the agreement as it is
                return agreed, count
            agreed, count = False, 0
        elif self.date_next <= normal_day:
            agreed, count = False, 0
        elif self.extension_approved:
            agreed, count = self.date_next, count + 1
        elif agreed and self.date_next <= agreed:
            # an earlier day takes nothing more
            agreed = self.date_next
        elif count >= team.followup_extension_times:
            cut = max(filter(None, (agreed, normal_day)))
        else:
            limit = normal_day + timedelta(days=team.followup_extension_days)
            cut = limit < self.date_next and limit
            agreed, count = min(self.date_next, limit), count + 1
        if self.date_extension_cut != cut:
            # sudo: what the system decides
            self.sudo().write({"date_extension_cut": cut})
        return agreed, count

    def _approve_if_leader(self):
        """A day that the team leader enters stands beyond the team's limit."""
        # sudo: whether somebody leads a team does not depend on reading it
        led = self.sudo().filtered(lambda row: row.team_id._is_leader(self.env.user))
        led.write({"extension_approved": True})

    def action_approve_extension(self):
        """The team leader lets the agreed day stand beyond the team's limit.

        :raise AccessError: for everybody else
        """
        if not all(followup.can_lead for followup in self):
            raise AccessError(
                self.env._("Only the team leader approves a day beyond the limit.")
            )
        # sudo: written by the system after the check above
        followups = self.sudo()
        followups.ownership_id._lock_rows()
        followups._approve_if_leader()
        followups._reconsider(followups.ownership_id)

    def _plan_next(self):
        """Plan an activity for the agreed day, unless one is planned already."""
        planned = self.filtered(lambda row: row.date_next and row.plan_next)
        if not planned:
            return
        # sudo: a helper with own documents may not read what others have planned
        activities = self.env["mail.activity"].sudo()
        taken = {
            (row.res_id, row.user_id.id, row.date_deadline)
            for row in activities.search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", planned.lead_id.ids),
                    ("date_deadline", "in", planned.mapped("date_next")),
                ]
            )
        }
        values_list = []
        for followup in planned:
            values = followup._prepare_activity_values()
            key = (values["res_id"], values["user_id"], values["date_deadline"])
            if key not in taken:
                taken.add(key)
                values_list.append(values)
        activities.with_context(mail_activity_quick_update=True).create(values_list)

    def _prepare_activity_values(self):
        """Values of the activity that plans the next contact.

        :return: dict for ``create`` of mail.activity
        """
        self.ensure_one()
        # Odoo refuses to delete the to-do type; that for calls may be gone.
        activity_type = self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ) or self.env.ref("mail.mail_activity_data_todo")
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.lead_id.id,
            "activity_type_id": activity_type.id,
            "summary": self.next_step,
            "date_deadline": self.date_next,
            "user_id": self.user_id.id,
        }
