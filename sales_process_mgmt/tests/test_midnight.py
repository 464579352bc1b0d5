# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.tests import tagged

from .common_release import ReleaseCommon

SECOND = timedelta(seconds=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
# Worked out by hand: zone, when it was (on the wall), in UTC, the last second of the
# seventh day after it in UTC.
CONTACTS = [
    # the clocks of Berlin go forward on 28 March 2027, at 01:00 UTC
    (BERLIN, "21 March 23:59", "2027-03-21 22:59:00", "2027-03-28 21:59:59"),
    (BERLIN, "22 March 00:01", "2027-03-21 23:01:00", "2027-03-29 21:59:59"),
    (BERLIN, "27 March 23:59", "2027-03-27 22:59:00", "2027-04-03 21:59:59"),
    (BERLIN, "28 March 00:01", "2027-03-27 23:01:00", "2027-04-04 21:59:59"),
    (BERLIN, "28 March 23:59", "2027-03-28 21:59:00", "2027-04-04 21:59:59"),
    (BERLIN, "29 March 00:01", "2027-03-28 22:01:00", "2027-04-05 21:59:59"),
    # and back on 25 October 2026, at 01:00 UTC
    (BERLIN, "18 October 23:59", "2026-10-18 21:59:00", "2026-10-25 22:59:59"),
    (BERLIN, "24 October 23:59", "2026-10-24 21:59:00", "2026-10-31 22:59:59"),
    (BERLIN, "25 October 00:01", "2026-10-24 22:01:00", "2026-11-01 22:59:59"),
    (BERLIN, "25 October 02:30 again", "2026-10-25 01:30:00", "2026-11-01 22:59:59"),
    (BERLIN, "25 October 23:59", "2026-10-25 22:59:00", "2026-11-01 22:59:59"),
    (BERLIN, "26 October 00:01", "2026-10-25 23:01:00", "2026-11-02 22:59:59"),
    # those of New York on 14 March 2027 at 07:00, and 1 November 2026 at 06:00 UTC
    (NEW_YORK, "13 March 23:59", "2027-03-14 04:59:00", "2027-03-21 03:59:59"),
    (NEW_YORK, "14 March 00:01", "2027-03-14 05:01:00", "2027-03-22 03:59:59"),
    (NEW_YORK, "14 March 23:59", "2027-03-15 03:59:00", "2027-03-22 03:59:59"),
    (NEW_YORK, "31 October 23:59", "2026-11-01 03:59:00", "2026-11-08 04:59:59"),
    (NEW_YORK, "1 November 00:01", "2026-11-01 04:01:00", "2026-11-09 04:59:59"),
    # 29 February
    (BERLIN, "22 February 23:59", "2028-02-22 22:59:00", "2028-02-29 22:59:59"),
    (BERLIN, "29 February 23:59", "2028-02-29 22:59:00", "2028-03-07 22:59:59"),
    (BERLIN, "1 March 00:01", "2028-02-29 23:01:00", "2028-03-08 22:59:59"),
    (NEW_YORK, "29 February 00:01", "2028-02-29 05:01:00", "2028-03-08 04:59:59"),
]


@tagged("post_install", "-at_install")
class TestMidnight(ReleaseCommon):
    """A minute before midnight is one day, a minute after it the next.

    The zone is the person's; that of leader and company calendar is Shanghai's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.team_east.process_followup_days = 7

    def test_days_after_a_contact(self):
        for zone, wall, moment, deadline in CONTACTS:
            moment = datetime.fromisoformat(moment)
            deadline = datetime.fromisoformat(deadline)
            self.salesperson_a.tz = zone
            with self._at(moment - timedelta(days=3)):
                ownership = self._customer(self.salesperson_a)
            with self._at(moment):
                self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                    {
                        "lead_id": ownership.lead_ids.id,
                        "channel": "call",
                        "subject": "They compare our price with an older offer",
                    }
                )
                fresh = self._customer(self.salesperson_a)
                self.env.flush_all()
            with self.subTest(zone=zone, wall=wall):
                self.assertEqual(ownership.date_last_contact, moment)
                self.assertEqual(ownership.date_deadline, deadline)
                self.assertEqual(fresh.date_deadline, deadline)
                both = ownership | fresh
                with self._at(deadline):
                    self.assertFalse(both & self.Release._lock_due(1000))
                with self._at(deadline + SECOND):
                    self.assertEqual(both & self.Release._lock_due(1000), both)

    def test_away_from_noon(self):
        """Half a day is work: the days that are away in full do not count."""
        self.salesperson_a.tz = BERLIN
        # contact on Thursday 25 March 2027, ten in the morning of Berlin
        with self._at("2027-03-25 09:00:00"):
            ownership = self._customer(self.salesperson_a)
            self.assertEqual(str(ownership.date_deadline), "2027-04-01 21:59:59")
            # from Saturday noon to Tuesday noon: Sunday, when the clocks go forward,
            # and Monday
            absence = self.env["sales.process.absence"].with_user(self.leader_east)
            absence = absence.create(
                {
                    "user_id": self.salesperson_a.id,
                    "date_start": "2027-03-27 11:00:00",
                    "date_end": "2027-03-30 10:00:00",
                }
            )
            self.env.flush_all()
        self.assertEqual(absence.state, "confirmed")
        self.assertEqual(str(ownership.date_deadline), "2027-04-03 21:59:59")
