# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta
from typing import Any, NamedTuple

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import clock as clock_tools
from ..tools import deadline as deadline_tools

# Reasons by which an owner let the customer go, as opposed to a decision of the leader.
LAPSE_REASONS = ("expired", "released")
# A day that the leader approved is not cut to the team's limit.
UNLIMITED_DAYS = 36500


# What is read of a customer with every contact
TIMER_FIELDS = (
    "clock_zones",
    "company_id",
    "date_agreed",
    "date_clock_base",
    "date_clock_floor",
    "date_clock_limit",
    "date_deadline",
    "date_hold_start",
    "date_last_contact",
    "date_start",
    "date_timer_start",
    "deadline_kind",
    "extension_count",
    "is_agreed_approved",
    "is_frozen",
    "is_held",
    "partner_id",
    "phase",
    "previous_id",
    "root_id",
    "state",
    "team_id",
    "user_id",
    "warning_level",
)


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
        start = self.date_clock_base or self.date_start
        return max(filter(None, (start, self.date_last_contact, self.date_timer_start)))

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


class SalesProcessOwnership(models.Model):
    """The clock of a customer belongs to the customer and the person.

    Only a contact that counts, or the leader, moves a deadline later. Where the clock
    stops (lost, won, out of the team, given up) the deadline is kept, and the same
    person who begins again goes on with it.
    """

    _inherit = "sales.process.ownership"

    date_clock_base = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="From when the days of a clock that goes on are counted.",
    )
    date_clock_limit = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="The deadline when the clock stopped. Until a later contact that counts "
        "the deadline is not later.",
    )
    date_clock_floor = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="A changed rule makes nobody overdue before this moment.",
    )
    clock_zones = fields.Char(
        readonly=True,
        export_string_translation=False,
        help="The time zones, separated by commas, in which the days of the clock were "
        "counted since the last contact. Another zone moves no deadline later.",
    )
    date_hold_start = fields.Datetime(
        readonly=True,
        export_string_translation=False,
        help="From when the longest holding time is counted, where the same person "
        "held the customer before.",
    )
    continued_id = fields.Many2one(
        "sales.process.ownership",
        string="Clock Continued From",
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
        help="The earlier period of the same person whose clock goes on.",
    )

    def _get_deadlines(self, team_stand_in=None, contacts=None, is_unlimited=False):
        """Compute until when each customer belongs to its owner.

        :param team_stand_in: a team with other rules, to see what they would do
        :param dict contacts: last contacts that are about to be written, by ownership
        :param bool is_unlimited: as if the leader let clocks that were stopped move
            later, see :meth:`_apply_rules`
        :return: ``{ownership: (naive UTC datetime or False, kind or False)}``
        """
        changes = {"date_clock_limit": False} if is_unlimited else {}
        tags_by_ownership = self._get_open_tags()
        working_days = {}
        return {
            ownership: self._get_deadline(
                ownership._get_deadline_facts(team_stand_in, contacts)._replace(
                    **changes
                ),
                tags_by_ownership.get(ownership.id, ()),
                working_days,
            )
            for ownership in self
        }

    def _get_deadline_facts(self, team_stand_in=None, contacts=None):
        """What the deadline of this customer depends on: see :meth:`_get_deadlines`.

        :return: :class:`DeadlineFacts`
        """
        facts = DeadlineFacts(
            team=team_stand_in or self.team_id,
            user=self.user_id,
            partner=self.partner_id,
            is_running=self.state == "open"
            and self.phase == "pursuing"
            and not self.is_frozen,
            date_start=self.date_start,
            date_last_contact=(contacts or {}).get(self, self.date_last_contact),
            date_timer_start=self.date_timer_start,
            date_agreed=self.date_agreed,
            is_agreed_approved=self.is_agreed_approved,
            date_clock_base=self.date_clock_base,
            date_clock_limit=self.date_clock_limit,
            date_clock_floor=self.date_clock_floor,
            date_hold_start=self.date_hold_start,
            clock_zones=self.clock_zones,
        )
        if self.clock_zones and contacts and self in contacts:
            before = facts._replace(date_last_contact=self.date_last_contact)
            if facts.clock_base > before.clock_base:
                # a contact counts in the zone of now
                facts = facts._replace(clock_zones=False)
        return facts

    @api.model
    def _prepare_deadline_values(self, values, tags, working_days):
        """The deadline of a period that is about to be created.

        :param dict values: values of :meth:`create`
        :param tags: crm.tag records of the leads that will belong to it
        :param dict working_days: see :meth:`_get_deadline`
        :return: dict of field values
        """
        facts = DeadlineFacts(
            team=self.env["crm.team"].browse(values["team_id"]),
            user=self.env["res.users"].browse(values.get("user_id")),
            partner=self.env["res.partner"].browse(values.get("partner_id")),
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
        moment, kind = self._get_deadline(facts, tags, working_days)
        return {
            "date_deadline": moment,
            "deadline_kind": kind,
            "clock_zones": self._get_clock_zones(facts),
        }

    @api.model
    def _get_clock_zones(self, facts):
        """The zones that a clock has been counted in, to be kept with it.

        :param DeadlineFacts facts: see :meth:`_get_deadline`
        :return: str, or what there was where no clock runs
        """
        if not facts.is_running:
            return facts.clock_zones
        return ",".join(sorted(zone.zone for zone in facts.get_zones()))

    @api.model
    def _get_deadline(self, facts, tags, working_days):
        """Compute until when a customer belongs to its owner.

        The timer counts from the last contact that counts, the start of the period
        or a fresh period, whichever is latest, in the owner's time zone: of several
        that the owner had since, in the one that ends first. An agreed
        date moves the deadline within the team's limit, the maximum holding time
        cuts it. A clock that was stopped is not later than it was.

        :param DeadlineFacts facts: what is known about the customer
        :param tags: crm.tag records of its open leads
        :param dict working_days: kept between customers, ``{team: checker}`` and
            ``{user: absences}``
        :return: ``(naive UTC datetime or False, kind or False)``
        """
        if not facts.is_running:
            return False, False
        if facts.team not in working_days:
            working_days[facts.team] = facts.team._get_working_day_checker()
        moment, kind = min(
            (
                self._count_deadline(facts, tags, working_days, zone)
                for zone in facts.get_zones()
            ),
            key=lambda counted: counted[0],
        )
        if facts.is_clock_limited:
            moment = min(moment, facts.date_clock_limit)
        if facts.date_clock_floor:
            moment = max(moment, facts.date_clock_floor)
        return moment, kind

    @api.model
    def _count_deadline(self, facts, tags, working_days, zone):
        """The deadline by the rules of the team, counted in one zone.

        :param zone: pytz zone; see :meth:`_get_deadline` for the others
        :return: ``(naive UTC datetime, kind)``
        """
        team = facts.team
        base = facts.clock_base
        grade = facts.partner.commercial_partner_id.process_grade_id
        is_counted = self._get_day_counter(facts, base, zone, working_days)
        moment = deadline_tools.followup_deadline(
            base, team._get_followup_days(grade, tags), zone, is_counted
        )
        kind = "contact"
        if facts.date_agreed:
            agreed = deadline_tools.agreed_deadline(
                moment,
                facts.date_agreed,
                zone,
                UNLIMITED_DAYS
                if facts.is_agreed_approved
                else team.followup_extension_days,
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

    @api.model
    def _get_day_counter(self, facts, base, zone, working_days):
        """Which days count for the clock: working days on which the owner is not away.

        Days of absence are left out up to the team's limit, from the last contact on.

        :param dict working_days: see :meth:`_get_deadline`
        :return: ``callable(date) -> bool``, or None where all days count
        """
        team, user = facts.team, facts.user
        is_working = working_days[team]
        Absence = self.env["sales.process.absence"]
        if (
            user.id not in Absence._get_absent_user_ids()
            or not team.process_absence_days_max
        ):
            return is_working
        if user not in working_days:
            now = self.env.cr.now()
            span = timedelta(days=UNLIMITED_DAYS)
            intervals = Absence._find_intervals(user, now - span, now + span)
            working_days[user] = intervals.get(user, [])
        away = clock_tools.away_days(
            working_days[user],
            deadline_tools.local_date(base, zone),
            team.process_absence_days_max,
            zone,
        )
        if not away:
            return is_working
        return lambda day: day not in away and (not is_working or is_working(day))

    @api.model
    def _follow_absences(self, users, by_leader):
        """People are away, or are not any more: their clocks are computed again.

        Nobody becomes overdue by it before the end of tomorrow.

        :param users: res.users
        :param bool by_leader: the leader may let held customers stay, and move a clock
            later that was stopped
        """
        # sudo: whoever is away may not write the ledger
        rows = self.sudo().search(
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

    def _get_open_tags(self):
        """The tags of the open leads, where the team has rules by product line."""
        with_rules = self.filtered(lambda row: row.team_id._has_product_line_rules())
        if not with_rules:
            return {}
        return {
            ownership.id: leads.tag_ids
            for ownership, leads in with_rules._get_open_leads()
            .grouped("ownership_id")
            .items()
        }

    def _update_deadlines(self, contacts=None, rules_from=None):
        """Write the deadlines that have moved, in few statements.

        :param dict contacts: last contacts to write with them, by ownership
        :param rules_from: naive UTC datetime from which changed rules hold: whoever
            was not overdue before is not before the end of that day
        """
        contacts = contacts or {}
        by_values = defaultdict(self.browse)
        for ownership, (moment, kind) in self._get_deadlines(contacts=contacts).items():
            facts = ownership._get_deadline_facts(contacts=contacts)
            values = [("clock_zones", self._get_clock_zones(facts))]
            before = ownership.date_deadline
            if rules_from and moment and before:
                floor = ownership._get_clock_floor(rules_from)
                if floor and floor > moment:
                    moment = floor
                    values.append(("date_clock_floor", floor))
            if before and not moment:
                values += ownership._get_stopped_clock().items()
            values += [("date_deadline", moment), ("deadline_kind", kind)]
            if ownership in contacts:
                values.append(("date_last_contact", contacts[ownership]))
            changed = tuple(row for row in values if ownership[row[0]] != row[1])
            by_values[changed] |= ownership
        # sudo: the ledger is written by its own methods only
        for changed, ownerships in by_values.items():
            if changed:
                # nobody follows these dates: no follower is looked for
                ownerships.sudo().with_context(tracking_disable=True).write(
                    dict(changed)
                )

    def _give_fresh_period(self):
        """Start the timer again now, for example after a change of the rules."""
        self.sudo().write({"date_timer_start": self.env.cr.now(), "clock_zones": False})
        self._update_deadlines()

    def _apply_rules(self, rules_from, extended=True):
        """Rules have changed: clocks are computed again, nobody is overdue at once.

        :param rules_from: naive UTC datetime; until the end of that day nobody becomes
            overdue who was not
        :param bool extended: whether the leader's rules may move deadlines later;
            otherwise they only come nearer
        """
        if extended:
            limited = self.filtered("date_clock_limit")
            # sudo: the ledger is written by its own methods only
            limited.sudo().write({"date_clock_limit": False})
        self._update_deadlines(rules_from=rules_from)

    @api.model
    def _follow_zone(self, users):
        """People have another zone: their days are counted in it from tomorrow on.

        A deadline never moves later by it, nor by a rule that changes beside it: see
        :meth:`DeadlineFacts.get_zones`.

        :param users: res.users
        """
        # sudo: whoever changes a zone may not write the ledger
        rows = self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("state", "=", "open"),
                ("phase", "=", "pursuing"),
            ]
        )
        (rows.team_id | users.sudo().led_team_ids)._plan_deadlines(extended=False)

    # ------------------------------------------------------------
    # A CLOCK THAT STOPS AND GOES ON
    # ------------------------------------------------------------

    def _get_clock_floor(self, moment, now=None):
        """Until when nobody who was not overdue becomes so by a changed rule.

        :param moment: naive UTC datetime from which the changed rule holds
        :param now: naive UTC datetime at which the clock is computed, by default now
        :return: naive UTC datetime, not later than the deadline of now, or False
        """
        self.ensure_one()
        if self.date_deadline < (now or self.env.cr.now()):
            return False
        zone = self.team_id._get_process_timezone(self.user_id)
        day = deadline_tools.local_date(moment, zone)
        return min(self.date_deadline, deadline_tools.end_of_day_utc(day, zone))

    def _get_stopped_clock(self):
        """What is kept of a clock that stops.

        :return: dict of field values
        """
        self.ensure_one()
        return {
            "date_clock_base": self._get_deadline_facts().clock_base,
            "date_clock_limit": self.date_deadline,
            "clock_zones": self.clock_zones,
        }

    def _stop_clocks(self):
        """Keep the deadlines of these customers as they are: nothing but a later
        contact or the leader moves them later."""
        # sudo: the ledger is written by its own methods only
        for ownership in self.sudo().filtered("date_deadline"):
            ownership.update(ownership._get_stopped_clock())

    def _restart_clocks(self):
        """Clocks that stood still go on: with the old deadline, unless it was long
        ago."""
        now = self.env.cr.now()
        fresh = self.filtered(
            lambda row: (
                not row.date_clock_limit
                or row.date_clock_limit + row.team_id._get_clock_memory() < now
            )
        )
        if fresh:
            fresh._give_fresh_period()
        (self - fresh)._update_deadlines()

    @api.model
    def _continue_clocks(self, values_list):
        """The same person goes on with the old clock of the customer.

        A period that ended and is begun again by its own salesperson within some days
        is no new one for the clock, however it ended, also where the roster chose the
        person. A release and the leader give a fresh one.

        :param values_list: values of :meth:`create`; changed in place
        """
        candidates = []
        Team, User = self.env["crm.team"], self.env["res.users"]
        for values in values_list:
            is_given = values.pop("is_given", False)
            if not values.get("user_id") or not values.get("previous_id"):
                continue
            if values.get("origin") == "release":
                if not self.browse(values["previous_id"])._is_arrival():
                    continue
                # it arrived, and only waited for a shift
                is_given = True
            user = User.browse(values["user_id"])
            team = Team.browse(values["team_id"])
            actor = self.env.user
            # the leader chose nobody where the roster did
            if is_given or actor == user or not team._is_leader(actor):
                candidates.append((values, user, team))
        if not candidates:
            return
        now = self.env.cr.now()
        since = now - max(team._get_clock_memory() for _row, _user, team in candidates)
        roots = [values["root_id"] for values, _user, _team in candidates]
        past = self.search(
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
        latest = {((row.root_id or row).id, row.user_id): row for row in past}
        for values, user, team in candidates:
            old = latest.get((values["root_id"], user))
            memory = team._get_clock_memory()
            if not old or old.date_end + memory < now:
                continue
            if old.phase != "pursuing" and old.date_clock_limit + memory < now:
                # it had signed, and its clock stood still for long
                continue
            lapses = old.lapse_count + old._is_lapse(old.end_reason)
            values |= {
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

    def _is_arrival(self):
        """Tell whether this is a customer that came by itself and nobody has had yet,
        as opposed to one that was released into the pool.

        :return: bool
        """
        self.ensure_one()
        return not self.user_id and self.origin != "release"

    def _is_clock_remembered(self):
        """Tell whether whoever has this customer again goes on with its clock.

        :return: bool; of a running period, whether there is a clock
        """
        self.ensure_one()
        if self.state != "ended":
            return bool(self.date_deadline)
        if self.end_reason == "merged" or not self.date_clock_limit:
            return False
        since = self.env.cr.now() - self.team_id._get_clock_memory()
        if self.phase != "pursuing" and self.date_clock_limit < since:
            # it had signed, and its clock stood still for long
            return False
        return self.date_end >= since

    @api.model
    def _go_on_with_earliest(self, others_by_ownership):
        """Customers turn out to be others of the same person: no clock gains by it.

        The clock that ends first goes on, whichever period stays. A contact that
        counts since then moves it later, and the leader may.

        :param dict others_by_ownership: ``{ownership: periods, running or ended}``
        """
        moved = self.browse()
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
            if values := same and row._prepare_earliest(same):
                row.write(values)
                moved |= row
        if moved:
            moved._update_deadlines()

    def _prepare_earliest(self, others):
        """See :meth:`_go_on_with_earliest`.

        :param others: periods of the same person, whose clocks are remembered
        :return: dict of field values that change
        """
        self.ensure_one()
        values = {
            "is_held": self.is_held or any(others.mapped("is_held")),
            "lapse_count": max(
                self.lapse_count,
                *(
                    row.lapse_count
                    + (row.state == "ended" and row._is_lapse(row.end_reason))
                    for row in others
                ),
            ),
        }
        held_since = min(row.date_hold_start or row.date_start for row in others)
        if held_since < (self.date_hold_start or self.date_start):
            values["date_hold_start"] = held_since
        clocks = [
            row._get_stopped_clock()
            if row.state != "ended"
            else {
                "date_clock_base": row.date_clock_base,
                "date_clock_limit": row.date_clock_limit,
                "clock_zones": row.clock_zones,
            }
            for row in others
        ]
        earliest = min(clocks, key=lambda clock: clock["date_clock_limit"])
        if self.date_deadline and earliest["date_clock_limit"] < self.date_deadline:
            values |= earliest
        return {name: value for name, value in values.items() if self[name] != value}

    def _get_continued_periods(self):
        """The earlier periods whose clock each of these goes on with.

        :return: ``{ended period: running period}``, the periods themselves included
        """
        running = {}
        for ownership in self:
            period = ownership
            while period and period not in running:
                running[period] = ownership
                period = period.continued_id
        return running

    def _lock_rows(self):
        """Lock the rows against every other transaction, in the order of their ids.

        A row that changed after this transaction began raises a serialization
        failure, which the request or scheduled action repeats. So what has been read
        in this transaction still holds. What the timer asks for is read with the lock,
        and so are the leads, of which Odoo would have to ask when dates are written,
        and the helpers, who go with the customer.

        :return: the rows that still run (open or in the pool)
        """
        if not self:
            return self
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id,
                       ARRAY(SELECT lead.id
                               FROM crm_lead lead
                              WHERE lead.ownership_id = sales_process_ownership.id
                           ORDER BY lead.id),
                       ARRAY(SELECT helper.user_id
                               FROM sales_process_ownership_collaborator_rel helper
                              WHERE helper.ownership_id = sales_process_ownership.id
                           ORDER BY helper.user_id),
                       %s
                  FROM sales_process_ownership
                 WHERE id IN %s
              ORDER BY id
                   FOR NO KEY UPDATE
                """,
                SQL(", ").join(map(SQL.identifier, TIMER_FIELDS)),
                self._ids,
            )
        )
        locked = self.browse(row[0] for row in rows)
        # what has been written and not flushed yet stays
        for position, name in enumerate(TIMER_FIELDS, start=3):
            self._fields[name]._insert_cache(locked, [row[position] for row in rows])
        self._fields["lead_ids"]._insert_cache(
            locked.with_context(active_test=False), [tuple(row[1]) for row in rows]
        )
        self._fields["collaborator_ids"]._insert_cache(
            locked, [tuple(row[2]) for row in rows]
        )
        return locked.filtered(lambda row: row.state != "ended")

    def _register_contacts(self, contacts):
        """Move the last contact forward and the deadlines with it.

        The rows are locked first, so a contact and a release of the same customer
        never both win.

        :param dict contacts: ``{ownership: naive UTC datetime}``
        :return: the ownerships that had ended before: too late
        """
        ownerships = self.browse().union(*contacts)
        running = ownerships._lock_rows().filtered(lambda row: row.state == "open")
        running._move_last_contact(contacts)
        return ownerships - running

    def _move_last_contact(self, contacts):
        """See :meth:`_register_contacts`, for rows that are locked and open.

        :param dict contacts: ``{ownership: naive UTC datetime}``
        """
        # nothing that the late owner enters lets a customer stay that is held
        moving = self.filtered(lambda row: not row.is_held)
        later = {
            row: contacts[row]
            for row in moving
            if not row.date_last_contact or contacts[row] > row.date_last_contact
        }
        moving._update_deadlines(later)
        if rest := self.filtered(lambda row: row not in later):
            # An older contact, or a second one in a second, moves nothing. But a lock
            # alone would let the next one in with what it saw before: the same text
            # would count twice. A row that was written makes it begin again.
            self.env.execute_query(
                SQL(
                    """
                    UPDATE sales_process_ownership SET write_date = write_date
                     WHERE id IN %s RETURNING id
                    """,
                    rest._ids,
                )
            )

    def _recompute_last_contact(self):
        """Take the last contact again from the follow-ups that count.

        Called after a follow-up was edited, deleted or found not to count.
        """
        running = self._lock_rows().filtered(lambda row: row.state == "open")
        if not running:
            return
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

    def _get_revisit_values(self):
        """When a served customer is visited again and how long it keeps its owner.

        Days are counted from today in the owner's time zone.

        :return: dict of field values
        """
        self.ensure_one()
        zone = self.team_id._get_process_timezone(self.user_id)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        cycle = self.grade_id.revisit_days
        limited = self.team_id.served_policy == "limited"
        return {
            "date_revisit": cycle and today + timedelta(days=cycle),
            "date_served_until": limited
            and today + timedelta(days=self.team_id.process_served_days),
        }
