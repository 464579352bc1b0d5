# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

import pytz

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, tagged

from odoo.addons.sales_process_mgmt.tools import clock

from .common_absence import DAY, DEADLINE, FIRST, START, AbsenceCommon


class TestAwayDays(BaseCase):
    """Which days count as absence: pure arithmetic, in any zone."""

    def test_whole_days_only(self):
        zone = pytz.timezone("Europe/Berlin")

        def days(start, end, after=date(2027, 3, 1), count=9):
            def utc(text):
                moment = zone.localize(datetime.fromisoformat(text))
                return moment.astimezone(pytz.utc).replace(tzinfo=None)

            found = clock.away_days([(utc(start), utc(end))], after, count, zone)
            return sorted(day.day for day in found)

        # leave by working hours is a day, half a day is work
        self.assertEqual(days("2027-03-02 08:00", "2027-03-02 17:00"), [2])
        self.assertEqual(days("2027-03-02 10:00", "2027-03-02 16:00"), [2])
        self.assertEqual(days("2027-03-02 10:01", "2027-03-02 16:00"), [])
        self.assertEqual(days("2027-03-02 10:00", "2027-03-02 15:59"), [])
        self.assertEqual(days("2027-03-02 13:00", "2027-03-04 12:00"), [3])
        # not the day itself after which they are asked for; no more than the limit
        self.assertEqual(days("2027-03-01 00:00", "2027-03-09 00:00", count=2), [2, 3])
        # over the change of the clocks on 28 March
        self.assertEqual(days("2027-03-27 08:00", "2027-03-29 17:00"), [27, 28, 29])
        self.assertEqual(days("2027-10-30 08:00", "2027-11-01 17:00"), [1, 30, 31])

    def test_without_days(self):
        zone = pytz.timezone("Asia/Shanghai")
        whole = (datetime(2027, 3, 1, 16), datetime(2027, 3, 4, 16))
        parts = clock.without_days(whole, {date(2027, 3, 3)}, zone)
        self.assertEqual(
            parts,
            [
                (whole[0], datetime(2027, 3, 2, 15, 59, 59)),
                (datetime(2027, 3, 3, 16), whole[1]),
            ],
        )
        self.assertEqual(clock.without_days(whole, {date(2027, 3, 9)}, zone), [whole])

    def test_days_at_the_edges(self):
        """Nothing is cut where a day only touches, and no empty part is left."""
        zone = pytz.timezone("Asia/Shanghai")
        start, end = whole = (datetime(2027, 3, 1, 16), datetime(2027, 3, 4, 16))
        second = timedelta(seconds=1)
        for days, parts in (
            ((), [whole]),
            ((1,), [whole]),
            ((5,), [whole]),
            ((2,), [(start + DAY, end)]),
            ((4,), [(start, end - DAY - second)]),
            ((2, 4), [(start + DAY, end - DAY - second)]),
            ((2, 3, 4), []),
        ):
            with self.subTest(days=days):
                worked = {date(2027, 3, day) for day in days}
                self.assertEqual(clock.without_days(whole, worked, zone), parts)

    def test_days_that_are_touched(self):
        """Up to midnight is that day; a moment is of its day."""
        zone = pytz.timezone("Asia/Shanghai")
        midnight = datetime(2027, 3, 1, 16)
        second = timedelta(seconds=1)
        for start, end, days in (
            (midnight, midnight, [2]),
            (midnight - second, midnight, [1]),
            (midnight - second, midnight + second, [1, 2]),
            (midnight, midnight + 2 * DAY, [2, 3]),
            (midnight, midnight - DAY, [2]),
        ):
            with self.subTest(start=start, end=end):
                found = clock.touched_days(start, end, zone)
                self.assertEqual(sorted(day.day for day in found), days)

    def test_several_absences(self):
        """The first days of all of them, in whatever order they were entered."""
        zone = pytz.timezone("Asia/Shanghai")
        first = (datetime(2027, 3, 1, 16), datetime(2027, 3, 3, 16))
        later = (datetime(2027, 3, 9, 16), datetime(2027, 3, 12, 16))
        for count, days in (
            (0, []),
            (1, [2]),
            (3, [2, 3, 10]),
            (9, [2, 3, 10, 11, 12]),
        ):
            for rows in ([first, later], [later, first], [later, first, first]):
                found = clock.away_days(rows, date(2027, 3, 1), count, zone)
                self.assertEqual(sorted(day.day for day in found), days)

    def test_absence_without_end(self):
        """Looked at ten years ahead, no further, and never beyond the limit."""
        zone = pytz.timezone("Asia/Shanghai")
        start = datetime(2027, 3, 1, 16)
        days = clock.away_days([(start, datetime.max)], date(2027, 3, 1), 9999, zone)
        self.assertEqual(
            (min(days), max(days)),
            (date(2027, 3, 2), date(2027, 3, 2) + timedelta(days=clock.LONGEST)),
        )
        touched = clock.touched_days(start, datetime.max, zone)
        self.assertEqual(len(touched), clock.LONGEST + 1)
        self.assertEqual(clock.LONGEST, 3660)


class TestClockTools(BaseCase):
    """Zones, working days, usual hours and warnings: pure arithmetic."""

    def test_first_zone_that_exists(self):
        asked = []

        def names(*given):
            for name in given:
                asked.append(name)
                yield name

        for given, zone, read in (
            ((), None, 0),
            ((False, None, ""), None, 3),
            (("Nowhere/Else",), None, 1),
            (("Nowhere/Else", False, "Asia/Shanghai", "UTC"), "Asia/Shanghai", 3),
            (("UTC", "Asia/Shanghai"), "UTC", 1),
        ):
            with self.subTest(given=given):
                asked.clear()
                found = clock.find_zone(names(*given))
                self.assertEqual(found and found.zone, zone)
                self.assertEqual(len(asked), read)

    def test_working_days(self):
        """Exceptions stand above days off, each year is read once, in whole."""
        zone = pytz.timezone("America/New_York")
        off = {date(2026, 12, 25), date(2027, 1, 1), date(2026, 1, 1)}
        read = []

        def read_days_off(first, last):
            read.append((first, last))
            return {day for day in off if day.year == first.year}

        days_off = {}
        exceptions = {date(2027, 1, 1): True, date(2026, 12, 24): False}
        works = clock.working_day_checker(exceptions, read_days_off, zone, days_off)
        for day, expected in (
            (date(2026, 12, 24), False),
            (date(2027, 1, 1), True),
            (date(2026, 12, 25), False),
            (date(2026, 12, 23), True),
            (date(2026, 1, 1), False),
            (date(2027, 1, 2), True),
        ):
            self.assertIs(works(day), expected, day)
        self.assertEqual(
            [(str(first), str(last)) for first, last in read],
            [
                (f"{year}-01-01 00:00:00-05:00", f"{year}-12-31 23:59:59.999999-05:00")
                for year in (2026, 2027)
            ],
        )
        # kept between callers that share it, read anew by the others
        clock.working_day_checker({}, read_days_off, zone, days_off)(date(2026, 5, 1))
        self.assertEqual(len(read), 2)
        alone = clock.working_day_checker({}, read_days_off, zone)
        self.assertFalse(alone(date(2027, 1, 1)))
        self.assertTrue(alone(date(2027, 1, 2)))
        self.assertEqual(len(read), 3)

    def test_usual_hours(self):
        """Of the day of the week; of calendars of two weeks, of that week."""
        attendances = [
            ("0", False, 8, 12),
            ("0", "1", 13, 17),
            ("0", "0", 13, 15),
            ("1", False, 9, 10),
        ]
        monday, tuesday = date(2027, 3, 1), date(2027, 3, 2)
        plain = clock.usual_hours_getter(attendances)
        self.assertEqual(plain(monday), [(8, 12), (13, 17), (13, 15)])
        self.assertEqual(plain(tuesday), [(9, 10)])
        self.assertEqual(plain(date(2027, 3, 3)), [])
        by_week = clock.usual_hours_getter(
            attendances, lambda day: day.isocalendar()[1] % 2
        )
        self.assertEqual(by_week(monday), [(8, 12), (13, 17)])
        self.assertEqual(by_week(monday + timedelta(days=7)), [(8, 12), (13, 15)])
        self.assertEqual(by_week(tuesday), [(9, 10)])

    def test_level_of_a_warning(self):
        """From the first second of the day on; 0 days is no warning."""
        zone = pytz.timezone("Asia/Shanghai")
        deadline = datetime(2026, 11, 9, 15, 59, 59)
        first, second = datetime(2026, 11, 5, 16), datetime(2026, 11, 7, 16)
        second_before = timedelta(seconds=1)
        for numbers, now, level in (
            ((3, 1), first - second_before, 0),
            ((3, 1), first, 1),
            ((3, 1), second - second_before, 1),
            ((3, 1), second, 2),
            ((3, 1), deadline + DAY, 2),
            ((0, 1), second, 2),
            ((3, 0), deadline + DAY, 1),
            ((0, 0), deadline + DAY, 0),
            ((), deadline, 0),
            # entered the wrong way round: the last one counts
            ((1, 3), first, 2),
        ):
            with self.subTest(numbers=numbers, now=now):
                self.assertEqual(
                    clock.warning_level(deadline, zone, numbers, now), level
                )


@tagged("post_install", "-at_install")
class TestAbsence(AbsenceCommon):
    # -- who confirms ----------------------------------------------------

    def test_entered_alone_up_to_the_team_s_days(self):
        absence = self._enter(days=3)
        self.assertEqual((absence.state, absence.source), ("confirmed", "own"))
        # a day more within thirty days needs the leader, wherever it lies
        more = self._enter(days=1, start=FIRST + 10 * DAY)
        self.assertEqual(more.state, "requested")
        later = self._enter(days=3, start=FIRST + 34 * DAY)
        self.assertEqual(later.state, "confirmed")

    def test_longer_needs_the_leader(self):
        absence = self._enter(days=4)
        self.assertEqual(absence.state, "requested")
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        self.assertFalse(self.salesperson_a._get_absences(FIRST, FIRST))
        self.assertIn("Salesperson A", self._messages_to(self.leader_east)[0].subject)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.assertRaises(AccessError):
                absence.with_user(user).action_confirm()
        with self._at(START):
            absence.with_user(self.leader_east).action_confirm()
        self.assertEqual((absence.state, absence.source), ("confirmed", "leader"))
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 4 * DAY)
        self.assertTrue(self.salesperson_a._get_absences(FIRST, FIRST))

    def test_days_that_have_passed_need_the_leader(self):
        self.assertEqual(self._enter(days=1, start=FIRST - 4 * DAY).state, "requested")

    def test_refused_and_cancelled(self):
        absence = self._enter(days=4)
        with self._at(START):
            absence.with_user(self.leader_east).action_refuse()
            with self.assertRaises(UserError):
                absence.with_user(self.leader_east).action_confirm()
        absence = self._enter(user=self.leader_east, days=4)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 4 * DAY)
        with self._at(START):
            absence.with_user(self.salesperson_a).action_cancel()
        self.assertEqual(absence.state, "cancelled")
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_back_earlier(self):
        """Days that have been stay days of absence."""
        absence = self._enter(user=self.leader_east, days=5)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 5 * DAY)
        with self._at(FIRST + 2 * DAY + timedelta(hours=9)):
            absence.with_user(self.salesperson_a).action_cancel()
        self.assertEqual(absence.state, "confirmed")
        # the third day was not whole
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)

    def test_nobody_writes_what_the_buttons_set(self):
        absence = self._enter(days=9)
        own = absence.with_user(self.salesperson_a)
        for values in (
            {"state": "confirmed"},
            {"source": "leader"},
            {"confirmed_by_id": self.leader_east.id},
            {"helped_ids": [(6, 0, self.ownership.ids)]},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                own.write(values)
        with self._at(START):
            values = {"date_start": FIRST, "date_end": FIRST + 9 * DAY}
            Absence = self.Absence.with_user(self.salesperson_a)
            with self.assertRaises(AccessError):
                Absence.create({**values, "state": "confirmed"})
            sneaky = Absence.with_context(
                default_state="confirmed", default_source="leader"
            ).create(values)
        self.assertEqual((sneaky.state, sneaky.source), ("requested", "own"))
        # decided ones are not made longer
        confirmed = self._enter(days=1, start=FIRST + 20 * DAY)
        with self.assertRaises(UserError):
            confirmed.with_user(self.salesperson_a).date_end = FIRST + 99 * DAY
        with self.assertRaises(AccessError):
            self._enter(user=self.salesperson_b)

    def test_out_of_office(self):
        """The dates of the own preferences are an absence like any other."""
        own = self.salesperson_a.with_user(self.salesperson_a)
        with self._at(START):
            own.write(
                {
                    "out_of_office_from": FIRST,
                    "out_of_office_to": FIRST + 2 * DAY,
                    "process_deputy_id": self.salesperson_b.id,
                }
            )
        absence = self.Absence.search([("user_id", "=", self.salesperson_a.id)])
        self.assertEqual(absence.state, "confirmed")
        self.assertEqual(absence.deputy_id, self.salesperson_b)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        with self._at(START):
            own.out_of_office_to = datetime(2036, 1, 1)
        requested = self.Absence.search([("state", "=", "requested")])
        self.assertEqual(requested.user_id, self.salesperson_a)
        self.assertEqual(absence.state, "cancelled")
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        self.assertFalse(self.salesperson_a._get_absences(FIRST, FIRST))
        with self._at(START):
            own.write({"out_of_office_from": False, "out_of_office_to": False})
        self.assertEqual(requested.state, "cancelled")

    def test_out_of_office_until_the_end_of_time(self):
        """A date far away is no error: the leader is asked."""
        own = self.salesperson_a.with_user(self.salesperson_a)
        with self._at(START):
            own.write(
                {
                    "out_of_office_from": FIRST,
                    "out_of_office_to": datetime(9999, 12, 31, 23, 59, 59),
                }
            )
        absence = self.Absence.search([("user_id", "=", self.salesperson_a.id)])
        self.assertEqual((absence.state, absence.date_end), ("requested", False))
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    # -- the clock -------------------------------------------------------

    def test_up_to_the_limit_of_the_team(self):
        self.team_east.process_absence_days_max = 5
        self._enter(user=self.leader_east, days=60)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 5 * DAY)

    def test_contacts_contradict(self):
        """Who works on a day was not away; of what the leader confirmed it is shown."""
        absence = self._enter(days=3)
        moment = FIRST + timedelta(hours=10)
        with self._at(moment):
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                {"lead_id": self.lead.id, "subject": "Prices"}
            )
        self.assertEqual(absence.contradiction_count, 1)
        self.assertFalse(self.salesperson_a._get_absences(moment, moment))
        self.assertTrue(self.salesperson_a._get_absences(moment + DAY, moment + DAY))

    def test_lost_meanwhile_is_not_counted(self):
        self.team_east.write(
            {"process_absence_days_max": 0, "process_carousel_limit": 1}
        )
        self._enter(user=self.leader_east, days=20)
        with self._at(DEADLINE + timedelta(seconds=1)):
            due = self.Release._lock_due(1000)
            self.Release._release(due)
        self.assertEqual(self.ownership.end_reason, "expired")
        self.assertTrue(self.ownership.is_excused)
        successor = self.ownership.next_ids
        self.assertEqual((successor.lapse_count, successor.is_dormant), (0, False))
        with self._at(DEADLINE + DAY):
            successor._check_take(self.salesperson_a)

    def test_handover_is_not_proposed_to_the_absent(self):
        self._enter(user=self.leader_east, days=30, start=START - DAY)
        handover = self.env["sales.process.handover"].create(
            {
                "team_id": self.team_east.id,
                "user_id": self.salesperson_b.id,
                "receiver_ids": [(6, 0, (self.salesperson_a | self.salesperson_c).ids)],
            }
        )
        with self._at(START):
            self._many(self.salesperson_b, 3)
            handover.with_user(self.leader_east).action_propose()
            self.assertEqual(handover.line_ids.new_user_id, self.salesperson_c)
            handover.receiver_ids = self.salesperson_a
            with self.assertRaises(UserError):
                handover.with_user(self.leader_east).action_propose()

    # -- the deputy ------------------------------------------------------

    def test_deputy_helps_and_owns_nothing(self):
        absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
        lead = self.lead.with_user(self.salesperson_b)
        self._tick(START)
        with self.assertRaises(AccessError):
            lead.name = "Mine"
        self._tick(FIRST)
        self.assertEqual(absence.helped_count, 1)
        lead.name = "Worked by the deputy"
        with self._at(FIRST + timedelta(hours=9)):
            followup = (
                self.env["sales.process.followup"]
                .with_user(self.salesperson_b)
                .create({"lead_id": self.lead.id, "subject": "Prices"})
            )
        self.assertTrue(followup.counts)
        self.assertEqual(self.ownership.user_id, self.salesperson_a)
        messages = self._messages_to(self.salesperson_b)
        self._tick(FIRST + DAY)
        self.assertEqual(self._messages_to(self.salesperson_b), messages, "told once")
        self._tick(FIRST + 3 * DAY)
        self.assertFalse(self.ownership.collaborator_ids)
        with self.assertRaises(AccessError):
            lead.name = "Mine"

    def test_another_deputy(self):
        """The one before helps no more from that moment on."""
        absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        with self._at(FIRST + timedelta(hours=1)):
            absence.with_user(self.salesperson_a).deputy_id = self.salesperson_c
        self.assertFalse(self.ownership.collaborator_ids)
        self._tick(FIRST + timedelta(hours=2))
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_c)

    def test_back_earlier_helps_no_more(self):
        """From that moment on, not from the next run of the scheduled action."""
        lead = self.lead.with_user(self.salesperson_b)
        for back in ("cancel", "end", "refuse", "later"):
            absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
            self._tick(FIRST)
            self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
            self.assertTrue(lead.phone)
            moment = FIRST + timedelta(hours=1)
            with self.subTest(back), self._at(moment):
                mine = absence.with_user(self.leader_east)
                if back == "cancel":
                    absence.with_user(self.salesperson_a).action_cancel()
                elif back == "end":
                    mine.date_end = moment
                elif back == "refuse":
                    mine.action_refuse()
                else:
                    mine.date_start = moment + DAY
                self.env.invalidate_all()
                self.assertFalse(self.ownership.collaborator_ids)
                with self.assertRaises(AccessError):
                    lead.read(["phone"])
            absence.unlink()

    def test_moved_while_it_runs_helps_on(self):
        absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        with self._at(FIRST + timedelta(hours=1)):
            absence.with_user(self.leader_east).date_end = FIRST + DAY
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)

    def test_helper_before_stays_a_helper(self):
        self.ownership.collaborator_ids = self.salesperson_b
        self._enter(days=3, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        self._tick(FIRST + 3 * DAY)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)

    def test_handed_on_meanwhile(self):
        """Whoever receives the customer is rid of the deputy at the end, too."""
        self._enter(user=self.leader_east, days=3, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        successor = self.ownership._hand_over(
            {self.ownership: self.salesperson_c}, "transfer", "transferred"
        )[self.ownership]
        self._tick(FIRST + 3 * DAY)
        self.assertFalse(successor.collaborator_ids)

    def test_who_can_be_a_deputy(self):
        for deputy in (self.salesperson_a, self.salesperson_d, self.office_user):
            with self.subTest(deputy=deputy.login), self.assertRaises(ValidationError):
                self._enter(deputy_id=deputy.id)

    def test_scheduled_action(self):
        absence = self.Absence.create(
            {
                "user_id": self.salesperson_a.id,
                "date_start": self.env.cr.now() - DAY,
                "date_end": self.env.cr.now() + DAY,
                "deputy_id": self.salesperson_b.id,
            }
        )
        self._run("ir_cron_absences")
        self._run("ir_cron_absences")
        self.assertEqual(absence.helped_ids, self.ownership)
        absence.unlink()
        self.assertFalse(self.ownership.collaborator_ids)
