# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The clock of customers: deadlines, contacts, clocks that stop and go on."""

from collections import defaultdict
from datetime import timedelta
from itertools import zip_longest
from operator import itemgetter
from typing import Any, NamedTuple

import pytz

from ..tools import clock as clock_tools
from ..tools import deadline as deadline_tools
from ..tools import orm
from .sales_process_followup_write import prepare_contact

# A day that the leader approved is not cut to the team's limit.
UNLIMITED_DAYS = 36500
# What :func:`find_clock_base` is asked with
CLOCK_BASE_FIELDS = (
    "date_clock_base",
    "date_start",
    "date_last_contact",
    "date_timer_start",
)
# What a deadline depends on, and whether a clock runs at all
FACT_FIELDS = (
    *CLOCK_BASE_FIELDS,
    "clock_zones",
    "date_agreed",
    "date_clock_floor",
    "date_clock_limit",
    "date_hold_start",
    "is_agreed_approved",
    "is_frozen",
    "phase",
    "state",
)


def find_clock_base(kept, started, contacted, freshened):
    """See :attr:`DeadlineFacts.clock_base`.

    :param kept: naive UTC datetime from which a clock that was stopped counts
    :param started: that of the period
    :param contacted: that of the last contact that counts
    :param freshened: that of a fresh period
    :return: naive UTC datetime
    """
    return max(filter(None, (kept or started, contacted, freshened)))


class DeadlineFacts(NamedTuple):
    """What the deadline of a customer depends on, apart from its product lines."""

    team: Any
    user: Any
    partner: Any
    is_running: bool
    date_start: Any
    date_last_contact: Any
    date_timer_start: Any
    date_agreed: Any
    is_agreed_approved: Any
    date_clock_base: Any = False
    date_clock_limit: Any = False
    date_clock_floor: Any = False
    date_hold_start: Any = False
    # names of the zones in which the days were counted since the clock's base
    clock_zones: Any = False

    @property
    def clock_base(self):
        """From when the days are counted.

        A clock that goes on counts from where it was, not from the period that began
        again; a contact that counts or a fresh period since then counts more.
        """
        return find_clock_base(
            self.date_clock_base,
            self.date_start,
            self.date_last_contact,
            self.date_timer_start,
        )

    @property
    def is_clock_limited(self):
        """Whether nothing has moved the clock since it was stopped."""
        return bool(self.date_clock_limit) and self.clock_base <= self.date_clock_base

    def get_zones(self):
        """The zones in which the days are counted: the owner's, and those that the
        owner had since the clock's base. Whichever ends first counts.

        :return: list of pytz zones, the present one first
        """
        zone = self.team._get_process_timezone(self.user)
        names = [name for name in (self.clock_zones or "").split(",") if name]
        return [zone, *(pytz.timezone(name) for name in names if name != zone.zone)]


class OwnershipClock:
    """The clock of a customer belongs to the customer and the person.

    Only a contact that counts, or the leader, moves a deadline later. Where the clock
    stops (lost, won, out of the team, given up) the deadline is kept, and the same
    person who begins again goes on with it.

    :param customers: sales.process.ownership whose clocks are computed
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env
        # {team: checker, user: absences}, asked for once
        self.working_days = {}
        self.zones = {}
        # {model: ids that are read at once}
        self.together = {}
        # {what a deadline is computed from: moment and kind}
        self.deadlines = {}

    def get_deadlines(self, team_stand_in=None, is_unlimited=False):
        """Compute until when each customer belongs to its owner."""
        facts = {
            ownership: self._get_facts(ownership, team_stand_in)
            for ownership in self.customers
        }
        if is_unlimited:
            facts = {
                ownership: known._replace(date_clock_limit=False)
                for ownership, known in facts.items()
            }
        return {
            ownership: (moment, kind)
            for ownership, (moment, kind, _zones) in self._get_deadlines(facts).items()
        }

    def _get_deadlines(self, facts):
        """See :meth:`_get_deadline`.

        :param dict facts: :class:`DeadlineFacts` by ownership
        """
        tags = self.customers._get_open_tags()
        return {
            ownership: self._get_deadline(known, tags.get(ownership.id, ()))
            for ownership, known in facts.items()
        }

    def _get_facts(self, customer, team_stand_in=None, contacts=None):
        """What the deadline of this customer depends on: see :meth:`get_deadlines`.

        :return: :class:`DeadlineFacts`
        """
        row = orm.get_row(customer, FACT_FIELDS)
        last_contact = row["date_last_contact"]
        state, phase, is_frozen = map(row.pop, ("state", "phase", "is_frozen"))
        facts = DeadlineFacts(
            team=team_stand_in or customer.team_id,
            user=customer.user_id,
            partner=customer.partner_id,
            is_running=state == "open" and phase == "pursuing" and not is_frozen,
            **row | {"date_last_contact": (contacts or {}).get(customer, last_contact)},
        )
        if facts.clock_zones and contacts and customer in contacts:
            before = facts._replace(date_last_contact=last_contact)
            if facts.clock_base > before.clock_base:
                # a contact counts in the zone of now
                facts = facts._replace(clock_zones=False)
        return facts

    def prepare_deadlines(self, values_list, tags_list=()):
        """See :meth:`prepare_deadline`, of many: people and contacts are read at once.

        :param values_list: values of :meth:`create`; changed in place
        :param tags_list: crm.tag records of each, from the first one on
        """
        for model, name in (("res.users", "user_id"), ("res.partner", "partner_id")):
            ids = dict.fromkeys(values.get(name) for values in values_list)
            self.together[model] = tuple(filter(None, ids))
        for values, tags in zip_longest(values_list, tags_list or (), fillvalue=()):
            values |= self.prepare_deadline(values, tags)

    def _browse(self, model, row_id):
        rows = self.env[model].browse(row_id)
        together = self.together.get(model)
        return rows.with_prefetch(together) if together else rows

    def prepare_deadline(self, values, tags):
        """The deadline of a period that is about to be created.

        :param dict values: values of :meth:`create`
        :param tags: crm.tag records of the leads that will belong to it
        :return: dict of field values
        """
        facts = DeadlineFacts(
            team=self.env["crm.team"].browse(values["team_id"]),
            user=self._browse("res.users", values.get("user_id")),
            partner=self._browse("res.partner", values.get("partner_id")),
            is_running=values.get("state", "open") == "open"
            and values.get("phase", "pursuing") == "pursuing"
            and not values.get("is_frozen"),
            date_start=values["date_start"],
            date_last_contact=values.get("date_last_contact"),
            date_timer_start=values.get("date_timer_start"),
            date_agreed=values.get("date_agreed"),
            is_agreed_approved=values.get("is_agreed_approved"),
            date_clock_base=values.get("date_clock_base"),
            date_clock_limit=values.get("date_clock_limit"),
            date_hold_start=values.get("date_hold_start"),
            clock_zones=values.get("clock_zones"),
        )
        moment, kind, zones = self._get_deadline(facts, tags)
        return {
            "date_deadline": moment,
            "deadline_kind": kind,
            "clock_zones": zones,
        }

    def _find_zones(self, facts):
        """See :meth:`DeadlineFacts.get_zones`; asked once for all customers alike."""
        key = (facts.team, facts.user, facts.clock_zones)
        if key not in self.zones:
            self.zones[key] = facts.get_zones()
        return self.zones[key]

    def _get_deadline(self, facts, tags):
        """Compute until when a customer belongs to its owner.

        The timer counts from the last contact that counts, the start of the period
        or a fresh period, whichever is latest, in the owner's time zone: of several
        that the owner had since, in the one that ends first. An agreed
        date moves the deadline within the team's limit, the maximum holding time
        cuts it. A clock that was stopped is not later than it was.

        :param DeadlineFacts facts: what is known about the customer
        :param tags: crm.tag records of its open leads
        :return: ``(naive UTC datetime or False, kind or False, names of the zones in
            which it was counted, or had been)``
        """
        if not facts.is_running:
            return False, False, facts.clock_zones
        grade = facts.partner.commercial_partner_id.process_grade_id
        key = (
            facts.team,
            facts.user.id,
            grade.id,
            tuple(tag.id for tag in tags),
            facts.clock_base,
            facts.clock_zones,
            facts.date_hold_start or facts.date_start,
            facts.date_agreed,
            facts.is_agreed_approved,
            facts.is_clock_limited and facts.date_clock_limit,
            facts.date_clock_floor,
        )
        if key not in self.deadlines:
            self.deadlines[key] = self._work_out_deadline(facts, grade, tags)
        return self.deadlines[key]

    def _work_out_deadline(self, facts, grade, tags):
        """See :meth:`_get_deadline`; of many customers alike it is done once.

        :param grade: sales.process.customer.grade of the customer, or empty
        """
        zones = self._find_zones(facts)
        if facts.team not in self.working_days:
            self.working_days[facts.team] = facts.team._get_working_day_checker()
        days = facts.team._get_followup_days(grade, tags)
        is_limited = facts.is_clock_limited
        moment, kind = min(
            (self._count_deadline(facts, days, zone) for zone in zones),
            key=itemgetter(0),
        )
        if is_limited:
            moment = min(moment, facts.date_clock_limit)
        if facts.date_clock_floor:
            moment = max(moment, facts.date_clock_floor)
        return moment, kind, ",".join(sorted(zone.zone for zone in zones))

    def _count_deadline(self, facts, days, zone):
        """The deadline by the rules of the team, counted in one zone.

        :param int days: the follow-up period
        :param zone: pytz zone; see :meth:`_get_deadline` for the others
        :return: ``(naive UTC datetime, kind)``
        """
        team = facts.team
        base = facts.clock_base
        is_counted = self._get_day_counter(facts, base, zone)
        moment = deadline_tools.followup_deadline(base, days, zone, is_counted)
        kind = "contact"
        if facts.date_agreed:
            agreed = deadline_tools.agreed_deadline(
                moment,
                facts.date_agreed,
                zone,
                UNLIMITED_DAYS
                if facts.is_agreed_approved
                else team.process_followup_extension_days,
            )
            if agreed > moment:
                moment, kind = agreed, "agreed"
        if team.process_hold_days_max:
            limit = deadline_tools.max_hold_deadline(
                facts.date_hold_start or facts.date_start,
                team.process_hold_days_max,
                zone,
            )
            if limit < moment:
                moment, kind = limit, "max_hold"
        return moment, kind

    def _get_day_counter(self, facts, base, zone):
        """Which days count for the clock: working days on which the owner is not away.

        Days of absence are left out up to the team's limit, from the last contact on.

        :return: ``callable(date) -> bool``, or None where all days count
        """
        team, user = facts.team, facts.user
        is_working = self.working_days[team]
        Absence = self.env["sales.process.absence"]
        if (
            user.id not in Absence._get_absent_user_ids()
            or not team.process_absence_days_max
        ):
            return is_working
        if user not in self.working_days:
            now = self.env.cr.now()
            span = timedelta(days=UNLIMITED_DAYS)
            intervals = Absence._find_intervals(user, now - span, now + span)
            self.working_days[user] = intervals.get(user, [])
        away = clock_tools.away_days(
            self.working_days[user],
            deadline_tools.local_date(base, zone),
            team.process_absence_days_max,
            zone,
        )
        if not away:
            return is_working
        return lambda day: day not in away and (not is_working or is_working(day))

    def follow_absences(self, users, by_leader):
        """People are away, or are not any more: their clocks are computed again."""
        # sudo: whoever is away may not write the ledger
        rows = self.customers.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("state", "=", "open"),
                ("phase", "=", "pursuing"),
                ("team_id.process_mode", "in", ("observe", "enforce")),
            ]
        )
        rows = rows._lock_rows()
        if not by_leader:
            rows = rows.filtered(lambda row: not row.is_held)
        if rows:
            rows._apply_rules(self.env.cr.now() + timedelta(days=1), by_leader)

    def update(self, contacts=None, rules_from=None):
        """Write the deadlines that have moved, in few statements."""
        contacts = contacts or {}
        by_values = defaultdict(self.customers.browse)
        facts = {
            ownership: self._get_facts(ownership, contacts=contacts)
            for ownership in self.customers
        }
        for ownership, (moment, kind, zones) in self._get_deadlines(facts).items():
            values = [("clock_zones", zones)]
            before = ownership.date_deadline
            if rules_from and moment and before:
                floor = self.get_floor(ownership, rules_from)
                if floor and floor > moment:
                    moment = floor
                    values.append(("date_clock_floor", floor))
            if before and not moment:
                values += self._get_stopped(ownership).items()
            values += [("date_deadline", moment), ("deadline_kind", kind)]
            if ownership in contacts:
                values.append(("date_last_contact", contacts[ownership]))
            changed = tuple(row for row in values if ownership[row[0]] != row[1])
            by_values[changed] |= ownership
        is_alone = bool(contacts) and len(by_values) == 1
        Followup = self.env["sales.process.followup"]
        late = contacts and Followup._get_late_insert()
        for changed, ownerships in by_values.items():
            if changed and not (
                is_alone and self._write_dates(ownerships, changed, late)
            ):
                # nobody follows these dates: no follower is looked for
                # sudo: the ledger is written by its own methods only
                ownerships.sudo().with_context(tracking_disable=True).write(
                    dict(changed)
                )
        if late:
            # what is settled next looks at contacts
            late.run(self.env)
        self.end_holding()
        if warned := self.customers.filtered(
            lambda row: row.warning_level and row.date_warned != row.date_deadline
        ):
            warned._clear_warnings()

    def end_holding(self):
        """A held customer that is not due any more is not held: it was contacted in
        time, or its owner is back."""
        now = self.env.cr.now()
        kept = self.customers.filtered(
            lambda row: (
                row.is_held
                and not row.has_owner_left
                and (not row.date_deadline or row.date_deadline >= now)
            )
        )
        if kept:
            # sudo: the ledger is written by its own methods only
            kept.sudo().write({"is_held": False, "date_held_until": False})
            self.env["sales.process.release"]._settle_held(kept, "kept")

    @staticmethod
    def _write_dates(ownerships, changed, late=None):
        """Write what a contact changes, together with the dates of the leads.

        :param ownerships: sales.process.ownership whose rows are locked
        :param changed: pairs of name and value, the same for all of them
        :param late: ``orm.LateInsert``, the contact itself
        :return: bool, False where another application asks for each step of it
        """
        # sudo: the ledger is written by its own methods only
        rows = ownerships.sudo()
        # known since the lock
        leads = rows.with_context(active_test=False).lead_ids.with_env(rows.env)
        if not (
            orm.is_plain(rows, "write") and orm.is_plain(leads, "_compute_field_value")
        ):
            return False
        by_dates = leads.grouped(
            lambda lead: tuple(
                lead._get_period_dates(lead.ownership_id, changed).items()
            )
        )
        orm.update_together(
            [(rows, changed), *((leads, dates) for dates, leads in by_dates.items())],
            late,
            is_whole=True,
            prepare=prepare_contact,
        )
        return True

    def give_fresh_period(self):
        """Start the timer again now, for example after a change of the rules."""
        # sudo: the timer is the system's to write; whoever calls has checked
        self.customers.sudo().write(
            {"date_timer_start": self.env.cr.now(), "clock_zones": False}
        )
        self.customers._update_deadlines()

    def apply_rules(self, rules_from, extended=True):
        """Rules have changed: clocks are computed again, nobody is overdue at once."""
        if extended:
            limited = self.customers.filtered("date_clock_limit")
            # sudo: the ledger is written by its own methods only
            limited.sudo().write({"date_clock_limit": False})
        self.customers._update_deadlines(rules_from=rules_from)

    def follow_zone(self, users):
        """People have another zone: their days are counted in it from tomorrow on."""
        # sudo: whoever changes a zone may not write the ledger
        rows = self.customers.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("state", "=", "open"),
                ("phase", "=", "pursuing"),
            ]
        )
        (rows.team_id | users.sudo().process_led_team_ids)._plan_deadlines(
            extended=False
        )

    def get_floor(self, customer, moment, now=None):
        """Until when nobody who was not overdue becomes so by a changed rule."""
        customer.ensure_one()
        if customer.date_deadline < (now or self.env.cr.now()):
            return False
        zone = customer.team_id._get_process_timezone(customer.user_id)
        day = deadline_tools.local_date(moment, zone)
        return min(customer.date_deadline, deadline_tools.end_of_day_utc(day, zone))

    def _get_stopped(self, customer):
        """What is kept of a clock that stops.

        :return: dict of field values
        """
        customer.ensure_one()
        [stopped] = self._get_all_stopped(customer)
        return stopped

    def _get_all_stopped(self, customers):
        """See :meth:`_get_stopped`, of many: their columns are read at once.

        :return: list of dicts
        """
        columns = [
            orm.get_cached(customers, name)
            for name in (*CLOCK_BASE_FIELDS, "date_deadline", "clock_zones")
        ]
        return [
            {
                "date_clock_base": find_clock_base(*dates),
                "date_clock_limit": deadline or False,
                "clock_zones": zones or False,
            }
            for *dates, deadline, zones in zip(*columns, strict=True)
        ]

    def stop(self):
        """Keep the deadlines of these customers as they are: nothing but a later
        contact or the leader moves them later."""
        # sudo: the ledger is written by its own methods only
        timed = self.customers.sudo().filtered("date_deadline")
        ids_by_value = defaultdict(list)
        for row_id, values in zip(
            timed._ids, self._get_all_stopped(timed), strict=True
        ):
            for name, value in values.items():
                ids_by_value[name, value].append(row_id)
        orm.write_decided(timed, ids_by_value)

    def restart(self):
        """Clocks that stood still go on: with the old deadline, unless it was long
        ago."""
        now = self.env.cr.now()
        fresh = self.customers.filtered(
            lambda row: (
                not row.date_clock_limit
                or row.date_clock_limit + row.team_id._get_clock_memory() < now
            )
        )
        if fresh:
            fresh._give_fresh_period()
        if rest := self.customers - fresh:
            rest._update_deadlines()

    def go_on(self, values_list):
        """The same person goes on with the old clock of the customer.

        A period that ended and is begun again by its own salesperson within some days
        is no new one for the clock, however it ended, also where the roster chose the
        person. A release and the leader give a fresh one.

        :param values_list: values of :meth:`create`; changed in place
        """
        candidates = self._get_candidates(values_list)
        if not candidates:
            return
        past = self._find_stopped(candidates)
        latest = {((row.root_id or row).id, row.user_id): row for row in past}
        for values, user, team in candidates:
            old = latest.get((values["root_id"], user))
            if old and self._is_remembered(old, team):
                values |= self._prepare_continued(old, values)

    def _get_candidates(self, values_list):
        """Which new periods may go on with an old clock, see :meth:`go_on`.

        :return: list of ``(values, res.users, crm.team)``
        """
        candidates = []
        Team, User = self.env["crm.team"], self.env["res.users"]
        for values in values_list:
            is_given = values.pop("is_given", False)
            if not values.get("user_id") or not values.get("previous_id"):
                continue
            if values.get("origin") == "release":
                if not self.customers.browse(values["previous_id"])._is_arrival():
                    continue
                # it arrived, and only waited for a shift
                is_given = True
            user = User.browse(values["user_id"])
            team = Team.browse(values["team_id"])
            actor = self.env.user
            # the leader chose nobody where the roster did
            if is_given or actor == user or not team._is_leader(actor):
                candidates.append((values, user, team))
        return candidates

    def _find_stopped(self, candidates):
        """Periods that have ended with a clock, the oldest first.

        :return: sales.process.ownership
        """
        now = self.env.cr.now()
        since = now - max(team._get_clock_memory() for _row, _user, team in candidates)
        roots = [values["root_id"] for values, _user, _team in candidates]
        return self.customers.search(
            [
                ("user_id", "in", [user.id for _row, user, _team in candidates]),
                ("state", "=", "ended"),
                ("date_end", ">=", since),
                ("end_reason", "!=", "merged"),
                ("date_clock_limit", "!=", False),
                "|",
                ("root_id", "in", roots),
                ("id", "in", roots),
            ],
            order="date_end, id",
        )

    def _is_remembered(self, old, team):
        """Tell whether the clock of a period that has ended goes on in a team."""
        now = self.env.cr.now()
        memory = team._get_clock_memory()
        if old.date_end + memory < now:
            return False
        # it had signed, and its clock stood still for long
        return old.phase == "pursuing" or old.date_clock_limit + memory >= now

    def _prepare_continued(self, old, values):
        """What the next period of the same person takes over with the clock.

        :return: dict of field values
        """
        lapses = old.lapse_count + old._is_lapse(old.end_reason)
        return {
            "continued_id": old.id,
            "date_clock_base": old.date_clock_base,
            "date_clock_limit": old.date_clock_limit,
            "clock_zones": old.clock_zones,
            "date_hold_start": old.date_hold_start or old.date_start,
            "date_last_contact": values.get("date_last_contact")
            or old.date_last_contact,
            "date_agreed": old.date_agreed,
            "extension_count": old.extension_count,
            "is_agreed_approved": old.is_agreed_approved,
            "is_held": old.is_held,
            "lapse_count": max(values.get("lapse_count") or 0, lapses),
        }

    def go_on_with_earliest(self, others_by_ownership):
        """Customers turn out to be others of the same person: no clock gains by it.

        The clock that ends first goes on, whichever period stays. A contact that
        counts since then moves it later, and the leader may.

        :param dict others_by_ownership: ``{ownership: periods, running or ended}``
        """
        moved = self.customers.browse()
        for ownership, others in others_by_ownership.items():
            # sudo: the ledger is written by its own methods only
            row = ownership.sudo()
            actor = self.env.user
            if row.state != "open" or (
                actor != row.user_id and row.team_id._is_leader(actor)
            ):
                continue
            same = others.sudo().filtered(
                lambda other, row=row: (
                    other.user_id == row.user_id and other._is_clock_remembered()
                )
            )
            if values := same and self._prepare_earliest(row, same):
                row.write(values)
                moved |= row
        if moved:
            moved._update_deadlines()

    def _prepare_earliest(self, customer, others):
        """See :meth:`go_on_with_earliest`.

        :param others: periods of the same person, whose clocks are remembered
        :return: dict of field values that change
        """
        customer.ensure_one()
        values = {
            "is_held": customer.is_held or any(others.mapped("is_held")),
            "lapse_count": max(
                customer.lapse_count,
                *(
                    row.lapse_count
                    + (row.state == "ended" and row._is_lapse(row.end_reason))
                    for row in others
                ),
            ),
        }
        held_since = min(row.date_hold_start or row.date_start for row in others)
        if held_since < (customer.date_hold_start or customer.date_start):
            values["date_hold_start"] = held_since
        clocks = [
            self._get_stopped(row)
            if row.state != "ended"
            else {
                "date_clock_base": row.date_clock_base,
                "date_clock_limit": row.date_clock_limit,
                "clock_zones": row.clock_zones,
            }
            for row in others
        ]
        earliest = min(clocks, key=lambda clock: clock["date_clock_limit"])
        if (
            customer.date_deadline
            and earliest["date_clock_limit"] < customer.date_deadline
        ):
            values |= earliest
        return {
            name: value for name, value in values.items() if customer[name] != value
        }

    def _get_continued_periods(self):
        """The earlier periods whose clock each of these goes on with.

        :return: ``{ended period: running period}``, the periods themselves included
        """
        running = {}
        for ownership in self.customers:
            period = ownership
            while period and period not in running:
                running[period] = ownership
                period = period.continued_id
        return running

    def register_contacts(self, contacts):
        """Move the last contact forward and the deadlines with it."""
        ownerships = self.customers.browse().union(*contacts)
        running = ownerships._lock_rows().filtered(lambda row: row.state == "open")
        running._move_last_contact(contacts)
        return ownerships - running

    @staticmethod
    def is_moved_by(ownership, moment):
        """Tell whether a contact moves the last contact of a customer.

        Nothing that the late owner enters lets a customer stay that is held.

        :param ownership: sales.process.ownership, one
        :param moment: naive UTC datetime
        :return: bool
        """
        last = ownership.date_last_contact
        return not ownership.is_held and (not last or moment > last)

    def move_last_contact(self, contacts):
        """See :meth:`register_contacts`, for rows that are locked and open."""
        moving = self.customers.filtered(lambda row: not row.is_held)
        later = {
            row: contacts[row] for row in moving if self.is_moved_by(row, contacts[row])
        }
        moving._update_deadlines(later)
        if rest := self.customers.filtered(lambda row: row not in later):
            # An older contact, or a second one in a second, moves nothing. But a lock
            # alone would let the next one in with what it saw before: the same text
            # would count twice. A row that was written makes it begin again.
            rest._touch_rows()

    def recompute_last_contact(self):
        """Take the last contact again from the follow-ups that count."""
        running = self.customers._lock_rows().filtered(lambda row: row.state == "open")
        if not running:
            return
        # sudo: contacts of helpers count, too; the timer is the system's to write
        latest = dict(
            self.env["sales.process.followup"]
            .sudo()
            ._read_group(
                [("ownership_id", "in", running.ids), ("counts", "=", True)],
                ["ownership_id"],
                ["date:max"],
            )
        )
        for ownership in running:
            before = (ownership.continued_id or ownership.previous_id).date_last_contact
            contact = latest.get(ownership) or before or False
            now = ownership.date_last_contact
            if ownership.is_held and contact and (not now or contact > now):
                # a correction does not let a held customer stay either
                continue
            if ownership.date_last_contact != contact:
                ownership.sudo().date_last_contact = contact
        running._update_deadlines()

    def recompute_agreed(self):
        """Take the agreed day again from the follow-ups that count, oldest first."""
        running = self.customers.filtered(lambda row: row.state == "open")
        periods = OwnershipClock(running)._get_continued_periods()
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search(
                [
                    ("ownership_id", "in", [period.id for period in periods]),
                    ("counts", "=", True),
                ],
                order="date, id",
            )
            .grouped(lambda row: periods[row.ownership_id])
        )
        checkers = {}
        tags = running._get_open_tags()
        for ownership in running:
            team = ownership.team_id
            if team not in checkers:
                checkers[team] = team._get_working_day_checker()
            zone = team._get_process_timezone(ownership.user_id)
            days = team._get_followup_days(
                ownership.grade_id, tags.get(ownership.id, ())
            )
            agreed, count, approved = False, 0, False
            for followup in followups.get(ownership, ()):
                normal = deadline_tools.followup_deadline(
                    followup.date, days, zone, checkers[team]
                )
                before = agreed
                agreed, count = followup._apply_agreed(
                    agreed,
                    count,
                    deadline_tools.local_date(normal, zone),
                    deadline_tools.local_date(followup.date, zone),
                )
                if agreed != before:
                    approved = bool(agreed and followup.extension_approved)
            values = {
                "date_agreed": agreed,
                "extension_count": count,
                "is_agreed_approved": approved,
            }
            if any(ownership[name] != value for name, value in values.items()):
                # sudo: the ledger is written by its own methods only
                ownership.sudo().write(values)
