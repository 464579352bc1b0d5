# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models

_logger = logging.getLogger(__name__)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call, meeting or visit on a lead that is done is contact."""
        contacts = self._get_contacts()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if contacts:
            try:
                with self.env.cr.savepoint():
                    self._follow_up_contacts(contacts, feedback)
            except Exception:
                # The activity is done; that must not fail because of us.
                _logger.exception("No follow-ups for activities %s", list(contacts))
        return result

    def _get_contacts(self):
        """Which of the activities are contact with an owned customer.

        :return: ``{activity id: values of sales.process.followup}``
        """
        on_leads = self.filtered(lambda row: row.res_model == "crm.lead")
        channels = {
            row: row.activity_type_id._get_followup_channel() for row in on_leads
        }
        on_leads = on_leads.filtered(channels.get)
        if not on_leads:
            return {}
        # sudo: one may finish an activity on a lead that one cannot read
        leads = self.env["crm.lead"].sudo().browse(on_leads.mapped("res_id")).exists()
        active = leads.filtered(lambda lead: (lead.process_mode or "off") != "off")
        return {
            row.id: {
                "lead_id": row.res_id,
                "user_id": self.env.uid,
                "channel": channels[row],
                "source": "activity",
                "activity_id": row.id,
                "subject": row.summary or row.activity_type_id.name,
                "calendar_event_id": row.calendar_event_id.id,
            }
            for row in on_leads
            if row.res_id in active.ids
        }

    def _follow_up_contacts(self, contacts, feedback):
        known = (
            self.env["sales.process.followup"]
            .sudo()
            .search([("activity_id", "in", list(contacts))])
            .activity_id.ids
        )
        existing = self.sudo().browse(contacts).exists().ids
        values_list = []
        for activity_id, values in contacts.items():
            if activity_id in known:
                continue
            if activity_id not in existing:
                values["activity_id"] = False
            if feedback:
                values["subject"] = feedback.strip()[:200]
                values["solution"] = feedback if len(feedback) > 200 else False
            values_list.append(values)
        # sudo: made by the system from what the user did
        self.env["sales.process.followup"].sudo().create(values_list)
