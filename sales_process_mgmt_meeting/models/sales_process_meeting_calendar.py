# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Regular meetings stand in everybody's calendar."""

from datetime import timedelta

import pytz

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools.spoken import get_spoken

from ..tools.marks import mirroring


class SalesProcessMeetingCalendar(models.AbstractModel):
    """The event in Odoo's calendar that belongs to a meeting; meetings inherit it."""

    _name = "sales.process.meeting.calendar"
    _description = "Meeting in the Calendar"

    def _bring_to_calendar(self):
        """Let the appointments say when people meet, and nothing of what about."""
        quiet = self.with_context(no_mail_to_attendees=True)
        with mirroring(self.env):
            for meeting in quiet:
                event, series = meeting.event_id, meeting.series_id
                if meeting.state == "cancelled":
                    if event and not event.recurrency:
                        event.unlink()
                elif not event:
                    if series.in_calendar and not series.event_id:
                        meeting.event_id = meeting._create_event()
                elif meeting.state == "planned":
                    values = {"start": meeting.date_start, "stop": meeting.date_stop}
                    if any(event[name] != values[name] for name in values):
                        event.write(values)
        # an own series of the calendar has its appointments already
        self._find_events(self.series_id.filtered("event_id"))

    def _create_event(self):
        """The appointment of one meeting: time, place and people.

        :return: calendar.event
        """
        self.ensure_one()
        chair = self.chair_id or self.team_id.user_id or self.env.user
        # private: nobody else needs to know when a team meets
        return (
            self.env["calendar.event"]
            .with_context(
                no_mail_to_attendees=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                dont_notify=True,
                lang=get_spoken(self.env, chair.lang),
            )
            .create(
                {
                    "name": self.with_context(
                        lang=get_spoken(self.env, chair.lang)
                    ).env._("Regular meeting of %(team)s", team=self.team_id.name),
                    "start": self.date_start,
                    "stop": self.date_stop,
                    "location": self.place,
                    "privacy": "private",
                    "user_id": chair.id,
                    "partner_ids": [(6, 0, self._get_people().partner_id.ids)],
                    "process_series_id": self.series_id.id,
                }
            )
        )

    @api.model
    def _find_events(self, series):
        """Meetings find their appointments by the day, those ahead take their time.

        Only an appointment of somebody who leads the team says when it meets.

        :param series: sales.process.meeting.series in sudo
        """
        now = self.env.cr.now()
        meetings = self.search(
            [
                ("series_id", "in", series.ids),
                ("state", "!=", "cancelled"),
                ("date_start", ">", now - timedelta(days=62)),
            ],
            order="date_start, id",
        )
        events = (
            self.env["calendar.event"]
            .search(
                Domain("process_series_id", "in", series.ids)
                & Domain("start", ">", now - timedelta(days=70)),
                order="start, id",
            )
            .filtered(
                lambda event: (
                    event.process_series_id.team_id._is_leader(event.user_id)
                    or event.user_id == event.process_series_id.team_id.user_id
                )
            )
        )
        by_day = {}
        for event in events:
            zone = pytz.timezone(event.process_series_id.tz)
            day = deadline_tools.local_date(event.start, zone)
            by_day.setdefault((event.process_series_id, day), event)
        for meeting in meetings:
            current = meeting.event_id
            event = by_day.get((meeting.series_id, meeting.date))
            if current and current.active and current in events:
                # it was moved, with its meeting
                event = current
            if event and event != current:
                meeting.event_id = event
            if event and meeting.state == "planned" and meeting.date_start > now:
                duration = (event.stop - event.start).total_seconds() / 3600
                if event.start != meeting.date_start and 0 < duration <= 12:
                    meeting.write(
                        {
                            "date_start": event.start,
                            "duration": duration,
                            "is_moved": True,
                        }
                    )
