# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from hashlib import sha256

from odoo import fields

from .common import SalesProcessCommon


class FollowupCommon(SalesProcessCommon):
    """One customer of salesperson_a with two leads, owned for ten days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345678")
        cls.other_lead = cls._create_lead(cls.salesperson_a, phone="13812345678")
        cls.ownership = cls.lead.ownership_id
        cls._age(cls.ownership, days=10)

    @classmethod
    def _age(cls, ownership, days=0, start=None):
        """Let the period have begun ``days`` ago, or at ``start``."""
        start = start or cls.env.cr.now() - timedelta(days=days)
        cls.env.flush_all()
        ownership.date_start = start
        ownership.date_timer_start = False
        ownership.flush_recordset()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE ownership_id = %s",
            (start, ownership.id),
        )
        cls.env.invalidate_all()
        ownership._update_deadlines()

    @classmethod
    def _days_ago(cls, days):
        return fields.Datetime.now() - timedelta(days=days)

    @staticmethod
    def _say(seed):
        """Words that are like no others, the same ones for the same seed."""
        letters = [
            chr(ord("a") + number % 26)
            for number in sha256(str(seed).encode()).digest()
        ]
        return " ".join("".join(letters[at : at + 6]) for at in range(0, 30, 6))

    @classmethod
    def _enter_early(cls, events):
        """Let meetings have been in the calendar for days, invitations gone out."""
        events.flush_recordset()
        cls.env.cr.execute(
            "UPDATE calendar_event SET create_date = start - interval '2 days'"
            " WHERE id IN %s",
            (events._ids,),
        )
        cls.env.cr.execute(
            "UPDATE calendar_attendee attendee SET create_date = event.create_date"
            "  FROM calendar_event event"
            " WHERE event.id = attendee.event_id AND event.id IN %s",
            (events._ids,),
        )
        cls.env.cr.execute(
            "UPDATE calendar_attendee attendee"
            "   SET process_invited_email = partner.email_normalized"
            "  FROM res_partner partner"
            " WHERE partner.id = attendee.partner_id AND attendee.event_id IN %s",
            (events._ids,),
        )
        cls.env.invalidate_all()

    def _log(self, user=None, lead=None, **values):
        """A contact entered by hand, as the form does it."""
        return (
            self.env["sales.process.followup"]
            .with_user(user or self.salesperson_a)
            .create(
                {
                    "lead_id": (lead or self.lead).id,
                    "subject": "Talked about the price",
                    "channel": "call",
                    **values,
                }
            )
            .with_env(self.env)
        )

    def _record(self, date, lead=None, user=None, **values):
        """A contact of the past, as the system records it."""
        return self.env["sales.process.followup"].create(
            {
                "lead_id": (lead or self.lead).id,
                "user_id": (user or self.salesperson_a).id,
                "subject": self._say(date),
                "channel": "call",
                "date": date,
                **values,
            }
        )

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
