# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from .common_followup import FollowupCommon
from .common_release import ReleaseCommon

START = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# of a contact at START: the end of the Monday after
DEADLINE = datetime(2027, 3, 8, 15, 59, 59)


class ContactCommon(ReleaseCommon):
    """A customer that salesperson_a has had for a month, on a Monday morning."""

    def setUp(self):
        super().setUp()
        with self._at(START - 30 * DAY):
            self.ownership = self._customer(self.salesperson_a)
        self.lead = self.ownership.lead_ids
        self.enterContext(self._at(START))

    _say = staticmethod(FollowupCommon._say)

    def _log(self, seed="Talked about the price", user=None, **values):
        """A contact entered by hand by the person who made it, now."""
        return (
            self.env["sales.process.followup"]
            .with_user(user or self.salesperson_a)
            .create({"lead_id": self.lead.id, "subject": seed, **values})
            .with_env(self.env)
        )

    def _record(self, date=None, user=None, **values):
        """A contact as the system records it, with words of its own."""
        date = date or START
        return self.env["sales.process.followup"].create(
            {
                "lead_id": self.lead.id,
                "user_id": (user or self.salesperson_a).id,
                "date": date,
                "subject": self._say(date),
                **values,
            }
        )
