# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import deadline as deadline_tools

# A day that the leader approved is not cut to the team's limit.
UNLIMITED_DAYS = 36500


# What is read of a customer with every contact
TIMER_FIELDS = (
    "company_id",
    "date_agreed",
    "date_deadline",
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


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    def _get_deadlines(self, team_stand_in=None, contacts=None):
        """Compute until when each customer belongs to its owner.

        :param team_stand_in: a team with other rules, to see what they would do
        :param dict contacts: last contacts that are about to be written, by ownership
        :return: ``{ownership: (naive UTC datetime or False, kind or False)}``
        """
        tags_by_ownership = self._get_open_tags()
        working_days = {}
        return {
            ownership: self._get_deadline(
                ownership._get_deadline_facts(team_stand_in, contacts),
                tags_by_ownership.get(ownership.id, ()),
                working_days,
            )
            for ownership in self
        }

    def _get_deadline_facts(self, team_stand_in=None, contacts=None):
        """What the deadline of this customer depends on: see :meth:`_get_deadlines`.

        :return: :class:`DeadlineFacts`
        """
        return DeadlineFacts(
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
        )

    @api.model
    def _prepare_deadline_values(self, values, tags, working_days):
        """The deadline of a period that is about to be created.

        :param dict values: values of :meth:`create`
        :param tags: crm.tag records of the leads that will belong to it
        :param dict working_days: see :meth:`_get_deadline`
        :return: dict of field values
        """
        moment, kind = self._get_deadline(
            DeadlineFacts(
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
            ),
            tags,
            working_days,
        )
        return {"date_deadline": moment, "deadline_kind": kind}

    @api.model
    def _get_deadline(self, facts, tags, working_days):
        """Compute until when a customer belongs to its owner.

        The timer counts from the last contact that counts, the start of the period
        or a fresh period, whichever is latest, in the owner's time zone. An agreed
        date moves the deadline within the team's limit, the maximum holding time
        cuts it.

        :param DeadlineFacts facts: what is known about the customer
        :param tags: crm.tag records of its open leads
        :param dict working_days: kept between customers, ``{team: checker}``
        :return: ``(naive UTC datetime or False, kind or False)``
        """
        if not facts.is_running:
            return False, False
        team = facts.team
        zone = team._get_process_timezone(facts.user)
        base = max(
            filter(
                None,
                (facts.date_start, facts.date_last_contact, facts.date_timer_start),
            )
        )
        grade = facts.partner.commercial_partner_id.process_grade_id
        if team not in working_days:
            working_days[team] = team._get_working_day_checker()
        moment = deadline_tools.followup_deadline(
            base, team._get_followup_days(grade, tags), zone, working_days[team]
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
        if team.hold_days_max:
            limit = deadline_tools.max_hold_deadline(
                facts.date_start, team.hold_days_max, zone
            )
            if limit < moment:
                moment, kind = limit, "max_hold"
        return moment, kind

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

    def _update_deadlines(self, contacts=None):
        """Write the deadlines that have moved, in few statements.

        :param dict contacts: last contacts to write with them, by ownership
        """
        contacts = contacts or {}
        by_values = defaultdict(self.browse)
        for ownership, (moment, kind) in self._get_deadlines(contacts=contacts).items():
            values = [("date_deadline", moment), ("deadline_kind", kind)]
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
        self.sudo().write({"date_timer_start": self.env.cr.now()})
        self._update_deadlines()

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
        later = {
            row: contacts[row]
            for row in self
            if not row.date_last_contact or contacts[row] > row.date_last_contact
        }
        self._update_deadlines(later)
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
            before = ownership.previous_id.date_last_contact
            contact = latest.get(ownership) or before or False
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
            and today + timedelta(days=self.team_id.served_days),
        }
