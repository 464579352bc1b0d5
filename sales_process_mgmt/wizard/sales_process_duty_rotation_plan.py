# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which shifts a roster needs, who takes them, and what is filled already."""

from collections import Counter
from datetime import datetime, time, timedelta

import pytz

from ..tools import period, rotation

# Monday first, as Python counts the days of a week
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class RosterPlan:
    """A roster as the wizard describes it.

    1. The times to be covered: hours of the calendar or own ones, without holidays.
    2. The places among them that somebody fills already.
    3. The people take turns in the rest, whoever had fewest shifts first.

    :param wizard: sales.process.duty.rotation, one, whose input has been checked
    """

    def __init__(self, wizard):
        wizard.ensure_one()
        self.wizard = wizard
        self.env = wizard.env

    def _get_bounds(self):
        """The period of the roster.

        :return: two naive UTC datetimes, the second one no more part of it
        """
        return period.dates_to_utc(
            self.wizard.date_from, self.wizard.date_to, self.wizard._get_zone()
        )

    def get_slots(self):
        """The times to be covered, without holidays and without what is over.

        :return: list of rotation.Slot
        """
        team = self.wizard.team_id
        calendar = team._get_working_calendar()
        get_hours = team._get_working_hours_getter()
        is_working_day = team._is_working_day_factory(calendar) if calendar else None
        if self.wizard.hours_kind == "own":
            is_open_day = self._is_open_day_factory()
            if get_hours:
                # the days of the week that are ticked, not those of the calendar
                is_working_day = is_open_day
            get_hours = self._get_own_hours_factory(is_open_day)
        zone = self.wizard._get_zone()
        slots = rotation.make_slots(
            self.wizard.date_from,
            self.wizard.date_to,
            self.wizard.unit,
            get_hours,
            zone,
            is_working_day,
        )
        closed = self._get_closed_times(calendar, zone)
        now = self.env.cr.now()
        return [
            slot
            for slot in slots
            if slot.end > now
            and not any(
                start <= slot.start and slot.end <= end for start, end in closed
            )
        ]

    def _is_open_day_factory(self):
        """A function that tells whether the team is open, by the ticked days.

        A dated exception of the team stands above them.

        :return: ``callable(date) -> bool``
        """
        exceptions = self.wizard.team_id._get_working_day_exceptions()

        def is_open_day(day):
            return exceptions.get(day, self.wizard[WEEKDAYS[day.weekday()]])

        return is_open_day

    def _get_own_hours_factory(self, is_open_day):
        """A function that gives the shifts of a day by the hours of this roster.

        :param is_open_day: ``callable(date) -> bool``
        :return: ``callable(date) -> [(hour from, hour to)]``; an hour above 24 is on
            the next day
        """
        hours = rotation.cut_hours(
            self.wizard.hour_from, self.wizard.hour_to, self.wizard.shift_count
        )
        return lambda day: hours if is_open_day(day) else []

    def _get_closed_times(self, calendar, zone):
        """Public holidays, to leave out the shifts of half a day that is free.

        A make-up working day stands above them.

        :return: list of pairs of naive UTC datetimes
        """
        if not calendar:
            return []
        exceptions = self.wizard.team_id._get_working_day_exceptions()
        bounds = [pytz.utc.localize(moment) for moment in self._get_bounds()]
        # sudo: holidays hold for everybody
        leaves = calendar.sudo()._leave_intervals_batch(
            *bounds,
            domain=[
                ("time_type", "=", "leave"),
                ("company_id", "in", (self.wizard.team_id.company_id.id, False)),
            ],
            tz=zone,
        )[False]
        closed = []
        for start, end, _leave in leaves:
            day, moment = start.date(), start
            while moment < end:
                midnight = zone.localize(
                    datetime.combine(day + timedelta(days=1), time())
                )
                if not exceptions.get(day):
                    closed.append(
                        tuple(
                            edge.astimezone(pytz.utc).replace(tzinfo=None)
                            for edge in (moment, min(end, midnight))
                        )
                    )
                day, moment = day + timedelta(days=1), midnight
        return closed

    def get_filled(self):
        """The shifts that are on the roster already.

        :return: sales.process.duty
        """
        start, end = self._get_bounds()
        return self.env["sales.process.duty"].search(
            [
                ("team_id", "=", self.wizard.team_id.id),
                ("state", "!=", "cancelled"),
                ("date_start", "<", end),
                ("date_end", ">", start),
            ]
        )

    def count_filled(self, slots, filled):
        """How many of the needed places have somebody already.

        :return: int
        """
        shifts = self._get_shift_tuples(filled)
        return sum(
            min(
                rotation.count_covering(slot, shifts, self.wizard.kind),
                self.wizard.person_count,
            )
            for slot in slots
        )

    def _get_shift_tuples(self, duties):
        return [
            (duty.kind, duty.date_start, duty.date_end, duty.duty_user_id.id)
            for duty in duties
        ]

    def get_turns(self, slots, filled):
        """Share out the places that are still empty.

        :param slots: list of rotation.Slot
        :param filled: sales.process.duty, the shifts that exist
        :return: list of ``(rotation.Slot, user id)``
        """
        shifts = self._get_shift_tuples(filled)
        start, end = self._get_bounds()
        taken = {}
        for _kind, shift_start, shift_end, user_id in shifts:
            taken.setdefault(user_id, []).append((shift_start, shift_end))
        for user, absences in self.wizard.user_ids._get_absences(start, end).items():
            taken.setdefault(user.id, []).extend(absences)

        def is_free(user_id, slot):
            return not any(
                start < slot.end and end > slot.start
                for start, end in taken.get(user_id, ())
            )

        return rotation.rotate(
            self.wizard.user_ids.ids,
            slots,
            load=self._get_load(filled),
            needed=lambda slot: max(
                0,
                self.wizard.person_count
                - rotation.count_covering(slot, shifts, self.wizard.kind),
            ),
            is_free=is_free,
        )

    def _get_load(self, filled):
        """How many shifts everybody had lately, and has in the roster's period.

        :return: Counter by user id
        """
        start, _end = self._get_bounds()
        load = Counter(duty.duty_user_id.id for duty in filled)
        for user, count in self.env["sales.process.duty"]._read_group(
            [
                ("team_id", "=", self.wizard.team_id.id),
                ("state", "!=", "cancelled"),
                ("date_start", ">=", start - timedelta(weeks=self.wizard.load_weeks)),
                ("date_end", "<=", start),
            ],
            ["duty_user_id"],
            ["__count"],
        ):
            load[user.id] += count
        return load

    def create_duties(self):
        """Create the shifts of the preview.

        Places that were filled after the preview are left out.

        :return: sales.process.duty
        """
        shifts = self._get_shift_tuples(self.get_filled())
        values = []
        for line in self.wizard.line_ids:
            slot = rotation.Slot(line.date_start, line.date_end, None)
            if (
                rotation.count_covering(slot, shifts, self.wizard.kind)
                >= self.wizard.person_count
            ):
                self.wizard.skipped_count += 1
                continue
            shifts.append((self.wizard.kind, slot.start, slot.end, line.user_id.id))
            values.append(
                {
                    "team_id": self.wizard.team_id.id,
                    "user_id": line.user_id.id,
                    "date_start": line.date_start,
                    "date_end": line.date_end,
                    "kind": self.wizard.kind,
                }
            )
        return self.env["sales.process.duty"].create(values)
