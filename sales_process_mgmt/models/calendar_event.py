# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

# Meetings are looked at for so many days after they took place.
LOOK_BACK = timedelta(days=7)


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _cron_create_followups(self):
        """Record the meetings with customers that have taken place."""
        while events := self._get_held_meetings(limit=200):
            events._process_meetings()
            if not self.env["ir.cron"]._commit_progress(len(events)):
                break

    @api.model
    def _get_held_meetings(self, limit=None):
        """Meetings on owned customers that ended and have no follow-up yet."""
        now = fields.Datetime.now()
        return self.search(
            [
                ("stop", "<", now),
                ("stop", ">", now - LOOK_BACK),
                ("opportunity_id.ownership_id.state", "=", "open"),
                ("followup_ids", "=", False),
            ],
            order="stop, id",
            limit=limit,
        )

    followup_ids = fields.One2many("sales.process.followup", "calendar_event_id")

    def _process_meetings(self):
        """Make one follow-up for each meeting; see :meth:`_cron_create_followups`.

        :return: the follow-ups
        """
        values_list = []
        for event in self:
            ownership = event.opportunity_id.ownership_id
            values_list.append(
                {
                    "lead_id": event.opportunity_id.id,
                    "user_id": event._get_meeting_user(ownership).id,
                    "date": event.stop,
                    "channel": "meeting",
                    "source": "meeting",
                    "calendar_event_id": event.id,
                    "subject": event.name,
                    "location": event.location,
                    "duration": min(max(event.duration, 0), 1000),
                }
            )
        # sudo: made by the system from the calendar
        return self.env["sales.process.followup"].sudo().create(values_list)

    def _get_meeting_user(self, ownership):
        """Who met the customer: the owner, a helper, else the organiser.

        :return: res.users
        """
        self.ensure_one()
        declined = self.attendee_ids.filtered(lambda row: row.state == "declined")
        present = (
            self.partner_ids - declined.partner_id
        ).user_ids | self.user_id.filtered(
            lambda user: user.partner_id not in declined.partner_id
        )
        for user in ownership.user_id | ownership.collaborator_ids:
            if user in present:
                return user
        return self.user_id or self.env.user
