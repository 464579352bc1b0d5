# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo.exceptions import UserError

from .common import SalesProcessCommon

# 09:00 to 12:00 in Shanghai, on a Tuesday.
START = datetime(2026, 6, 2, 1, 0, 0)
END = datetime(2026, 6, 2, 4, 0, 0)
SECOND = timedelta(seconds=1)


class DutyCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Duty = cls.env["sales.process.duty"]

    @classmethod
    def _create_duty(cls, user, start=START, end=END, team=None, **values):
        return cls.Duty.create(
            {
                "team_id": (team or cls.team_east).id,
                "user_id": user.id,
                "date_start": start,
                "date_end": end,
                **values,
            }
        )

    @contextmanager
    def _assert_refused(self, sentence, exception=UserError):
        """Expect a refusal that a person understands, and undo what led to it."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), sentence)
