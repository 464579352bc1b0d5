# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from .common_release import ReleaseCommon

START = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DEADLINE = datetime(2027, 3, 8, 15, 59, 59)
# whole days in Shanghai
FIRST = datetime(2027, 3, 2, 16)


class AbsenceCommon(ReleaseCommon):
    """salesperson_a got a customer on Monday, and may be away from Wednesday on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Absence = cls.env["sales.process.absence"]

    def setUp(self):
        super().setUp()
        with self._at(START):
            self.ownership = self._customer(self.salesperson_a)
            self.lead = self.ownership.lead_ids

    def _enter(self, user=None, days=3, start=FIRST, moment=START, **values):
        """An absence of salesperson_a, unless ``values`` say of whom.

        :param user: res.users who enters it, by default the person
        """
        with self._at(moment):
            return (
                self.Absence.with_user(user or self.salesperson_a)
                .create(
                    {
                        "user_id": self.salesperson_a.id,
                        "date_start": start,
                        "date_end": start + days * DAY,
                        **values,
                    }
                )
                .sudo(False)
                .with_env(self.env)
            )

    def _tick(self, moment):
        """What the scheduled action of the deputies does at a moment."""
        with self._at(moment):
            self.Absence._process_deputies()
        self.env.invalidate_all()
