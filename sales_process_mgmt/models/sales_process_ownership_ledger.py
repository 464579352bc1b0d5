# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ledger: the only place that begins and ends periods and changes an owner."""

from collections import defaultdict

from markupsafe import Markup

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.tools import SQL

from ..tools import labels, orm
from ..tools.kept import KeptQuery
from .crm_team import ACTIVE_MODES
from .sales_process_ownership_clock import OwnershipClock

# Scheduled actions of ours do what the rules of the team say.
OWN_DOORS = ("backfill", "cron")
# What is read of a customer with every contact
LOCKED_FIELDS = (
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
LOCKED_COLUMNS = SQL(", ".join(f'"{name}"' for name in LOCKED_FIELDS))
# What is read of a lead that goes to somebody else
MOVED_LEAD_FIELDS = (
    "active",
    "company_id",
    "create_date",
    "date_last_stage_update",
    "date_open",
    "ownership_id",
    "stage_id",
    "team_id",
    "user_id",
    "won_status",
)
# Before them: the number, the leads, the helpers
LOCKED_WIDTH = 3 + len(LOCKED_FIELDS)


def build_lock(ids):
    """The query that locks periods, and what is read with it.

    :param ids: list of ids, or SQL of an array
    :return: SQL, for ``OwnershipLedger``
    """
    return SQL(
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
         WHERE id = ANY(%s)
      ORDER BY id
           FOR NO KEY UPDATE
        """,
        LOCKED_COLUMNS,
        ids,
    )


def prepare_lock_and_ask(name, types, build):
    """A lock of periods with a question, as a query whose plan is kept.

    :param str name: see ``KeptQuery``
    :param tuple types: of the values of the question
    :param build: function of the environment and the values, that returns SQL which
        finds one row at least; not about the rows that are locked
    :return: ``KeptQuery``, see ``OwnershipLedger.lock_and_ask``
    """

    def build_both(env, ids, *values):
        return SQL(
            "WITH locked AS (%s) SELECT * FROM locked LEFT JOIN (%s) asked ON TRUE",
            build_lock(ids),
            build(env, *values),
        )

    return KeptQuery(name, ("int[]", *types), build_both)


class OwnershipLedger:
    """Begin and end periods, and bring them in line with the leads.

    :param customers: sales.process.ownership
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def lock(self, savepoint=None):
        """Lock the rows against every other transaction, in the order of their ids.

        :param savepoint: ``orm.LateSavepoint`` that begins with it
        """
        if not self.customers:
            if savepoint:
                savepoint.begin()
            return self.customers
        query = build_lock(self.customers.ids)
        return self._fill_locked(
            self.env.execute_query(savepoint.begin(query) if savepoint else query)
        )

    def lock_and_ask(self, asked, values, savepoint=None):
        """Lock the rows, and ask something beside them by the same statement.

        Both see the same: what was there when the transaction began. The rows are as
        they were then, too, or the lock fails.

        :param asked: ``KeptQuery`` of :func:`prepare_lock_and_ask`
        :param tuple values: of the question
        :param savepoint: ``orm.LateSavepoint`` that begins with it
        :return: the rows that still run, and a list of those of the question
        """
        query = asked.get_query(self.env, self.customers.ids, *values)
        rows = self.env.execute_query(savepoint.begin(query) if savepoint else query)
        first = rows[0][0]
        return (
            self._fill_locked({row[0]: row for row in rows}.values()),
            [row[LOCKED_WIDTH:] for row in rows if row[0] == first],
        )

    def _fill_locked(self, rows):
        """Keep what was read with the lock.

        :param rows: of :func:`build_lock`
        :return: the rows that still run
        """
        locked = self.customers.browse([row[0] for row in rows])
        # what has been written and not flushed yet stays
        if locked:
            orm.fill_rows(locked, LOCKED_FIELDS, [row[3:LOCKED_WIDTH] for row in rows])
        orm.fill_cache(
            locked.with_context(active_test=False),
            "lead_ids",
            [tuple(row[1]) for row in rows],
        )
        orm.fill_cache(locked, "collaborator_ids", [tuple(row[2]) for row in rows])
        return orm.filter_by(locked, "state", lambda state: state != "ended")

    def open_periods(self, values_list, tags_list=None):
        """Create periods, silently and in one batch."""
        now = self.env.cr.now()
        # sudo: the ledger is written by its own methods only
        Ownership = self.customers.sudo().with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        for values in values_list:
            values.setdefault("date_start", now)
            values["holder_id"] = values.get("user_id")
            previous = Ownership.browse(values.get("previous_id"))
            values["root_id"] = (previous.root_id or previous).id
        clock = OwnershipClock(Ownership)
        clock.go_on(values_list)
        clock.prepare_deadlines(values_list, tags_list)
        ownerships = Ownership.create(values_list)
        if ownerships.root_id:
            OwnershipLedger(ownerships)._update_holders()
        if any(values.get("collaborator_ids") for values in values_list):
            ownerships._forget_helped()
        self.env["sales.process.notice"]._announce("received", ownerships)
        ownerships = ownerships.with_env(self.env)
        if any(values.get("partner_id") for values in values_list):
            orm.filter_by(ownerships, "partner_id")._withdraw_own_grades()
        return ownerships

    def _update_holders(self):
        """Tell every earlier period of the customer who owns it now."""
        chained = orm.filter_by(self.customers, "root_id")
        if not chained:
            return
        chained.flush_recordset(["root_id", "user_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE sales_process_ownership past
                   SET holder_id = current.user_id
                  FROM sales_process_ownership current
                 WHERE current.id IN %s
                   AND (past.root_id = current.root_id OR past.id = current.root_id)
                   AND past.holder_id IS DISTINCT FROM current.user_id
                """,
                chained._ids,
            )
        )
        self.customers.invalidate_model(["holder_id"])

    def prepare_end_values(self, reason, note=None):
        """What is written of a period that ends.

        :return: dict of field values
        """
        return {
            "state": "ended",
            "date_end": self.env.cr.now(),
            "end_reason": reason,
            "end_note": note or False,
            "end_user_id": self.env.uid,
            "date_deadline": False,
            "deadline_kind": False,
            "awaits_duty": False,
        }

    def end(self, reason, note=None):
        """End the periods and free their keys: the customers are new again."""
        running = self.customers._lock_rows()
        OwnershipLedger(running).end_locked(reason, note)
        return running

    def end_locked(self, reason, note=None, heir=None):
        """See :meth:`end`, for rows that are locked and running.

        :param heir: a running period that receives the keys, by the same statement
        """
        if not self.customers:
            return
        # sudo: the ledger is the system's to write; whoever calls has checked
        rows = self.customers.sudo()
        pooled = rows.filtered(lambda row: row.state == "pool")
        rows._before_end()
        rows.write(self.prepare_end_values(reason, note))
        orm.flush_rows(rows)
        if pooled:
            OwnershipLedger(pooled).reveal_leads()
        Key = self.env["sales.process.ownership.key"]
        if heir:
            Key._pass_on(dict.fromkeys(self.customers, heir))
        else:
            Key._free(self.customers)

    def reveal_leads(self):
        """Closed leads stay with a period that has ended: nothing of it is hidden."""
        # sudo: whoever ends the period may not read the leads in the pool
        leads = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("ownership_id", "in", self.customers.ids),
                    ("process_is_pooled", "=", True),
                ]
            )
        )
        orm.write_decided(leads, {("process_is_pooled", False): leads.ids})
        leads.flush_recordset(["process_is_pooled"])

    def sync_phase(self, open_leads=None):
        """Bring phase and end in line with the leads of the customer."""
        running = self.customers.filtered(lambda row: row.state != "ended")
        if not running:
            return
        targets = self._get_targets(running, open_leads)
        if lost := targets["lost"]:
            lost._end("lost")
        if released := targets["released"]:
            released._end(
                "released", self.env._("The last lead of the customer was deleted.")
            )
        if new := targets["signed"].filtered(lambda row: row.phase == "pursuing"):
            new._sign()
            new.filtered(
                lambda row: row.state == "pool" and row.phase != "pursuing"
            )._tell_signed_in_pool()
        if reopened := targets["pursuing"].filtered(
            lambda row: row.phase != "pursuing"
        ):
            reopened._pursue_again()

    def _get_targets(self, running, open_leads):
        """What these customers should be: pursuing, signed, lost or released.

        :return: ``{target: sales.process.ownership}``
        """
        signed = running._filter_signed()
        statuses = self._get_statuses(running - signed, open_leads)
        bare = (running - signed).filtered(lambda row: not statuses[row.id])
        for ownership in bare._filter_won_before():
            statuses[ownership.id].add("won")
        won = running.filtered(lambda row: "won" in statuses[row.id])
        unproven = won and won._filter_won_unproven()
        targets = defaultdict(self.customers.browse)
        for ownership in running:
            found = statuses[ownership.id]
            if ownership in signed:
                target = "signed"
            elif "pending" in found or ownership in unproven:
                target = "pursuing"
            elif "won" in found:
                target = "signed"
            else:
                target = "lost" if found else "released"
            targets[target] |= ownership
        return targets

    def _get_statuses(self, asked, open_leads):
        """Which leads the customers have, those that have an open one unasked.

        :param asked: customers of whose leads nothing is known yet
        :param open_leads: crm.lead, open ones that are known
        :return: ``{ownership id: set of won_status}``
        """
        statuses = defaultdict(set)
        for lead in open_leads or ():
            statuses[lead.ownership_id.id].add("pending")
        unknown = [row.id for row in asked if row.id not in statuses]
        if not unknown:
            return statuses
        # sudo: also leads that a helper may not read: the phase is of all
        groups = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("ownership_id", "in", unknown)],
                ["ownership_id", "won_status"],
                ["__count"],
            )
        )
        for ownership, status, _count in groups:
            statuses[ownership.id].add(status)
        return statuses


class HandOverPermission:
    """May somebody give a customer to somebody else, or to the pool.

    :param customer: sales.process.ownership in sudo, one
    :param actor: res.users, who does it
    :param user: res.users, the new owner; empty for the pool
    :param team: crm.team in sudo, the new team
    """

    def __init__(self, customer, actor, user, team):
        customer.ensure_one()
        self.customer = customer
        self.actor = actor
        self.user = user
        self.team = team
        self.env = customer.env

    def check(self):
        """Refuse what the actor may not decide.

        :raise UserError: one sentence
        """
        if not self._may():
            raise self._make_error()

    def _may(self):
        """Tell whether the actor may decide it.

        :return: bool
        """
        actor, user, team = self.actor, self.user, self.team
        customer, source = self.customer, self.customer.team_id
        if source.process_mode != "enforce":
            return True
        if actor.share:
            return False
        receiving = team if team.process_mode in ACTIVE_MODES else source
        is_pool = not user and receiving == source.process_pool_team_id
        if source._is_leader(actor) and not self._is_own_matter():
            if receiving == source or is_pool or receiving._is_leader(actor):
                return True
        if user and self._is_conflict_decided():
            return True
        if customer.state == "open" and not user and actor == customer.user_id:
            # giving up, into a pool from which somebody takes it
            return receiving == team and team.company_id in (
                source.company_id,
                team.company_id.browse(),
            )
        if customer.state == "pool":
            # what lies in a pool that teams share belongs to each of them
            if receiving in source.process_pool_source_ids and receiving._is_leader(
                actor
            ):
                return True
            if actor == user and receiving == source._get_taking_team(actor):
                taking = self.env(user=actor.id, su=True)
                customer.with_env(taking)._check_take(actor)
                return True
        return self._is_agreed()

    def _is_conflict_decided(self):
        """Tell whether the actor decides a conflict about who the new owner is.

        Between two teams that is who leads both, although each has a leader.

        :return: bool
        """
        # sudo: whoever decides does not read the sides by the rules of records
        conflicts = self.env["sales.process.conflict"].sudo()
        conflicts = conflicts.search(
            [
                ("ownership_id", "in", self.customer.chain_ids.ids),
                ("user_id", "=", self.user.id),
                ("state", "=", "open"),
            ]
        )
        return any(
            row._get_sides()._may_decide(self.actor, row._get_people(), row.company_id)
            for row in conflicts
        )

    def _is_own_matter(self):
        """Tell whether a leader would give a colleague's customer to oneself.

        :return: bool
        """
        return self.actor == self.user and self.customer._is_own_taking(self.actor)

    def _is_agreed(self):
        """Tell whether those whose customer it is have agreed in writing.

        Either the owner claims it back and the receiver agrees, or the leader has sent
        a list that says so, and all have confirmed it.

        :return: bool
        """
        user = self.user
        if not user:
            return False
        # sudo: whoever receives the customer may not read what was agreed
        if (
            self.env["sales.process.conflict"]
            .sudo()
            .search_count(
                [
                    ("is_claim_back", "=", True),
                    ("state", "=", "open"),
                    ("other_ownership_id", "=", self.customer.id),
                    ("owner_id", "=", user.id),
                    # it is the receiver who agrees
                    ("user_id", "=", self.env.uid),
                ],
                limit=1,
            )
        ):
            return True
        # sudo: as above
        lines = (
            self.env["sales.process.handover.line"]
            .sudo()
            .search(
                [
                    ("ownership_id", "=", self.customer.id),
                    ("new_user_id", "=", user.id),
                    ("handover_id.state", "=", "confirm"),
                ]
            )
        )
        return any(not line.handover_id.missing_user_ids for line in lines)

    def _make_error(self):
        """The sentence of a refused change of owner.

        :return: UserError
        """
        actor, team, source = self.actor, self.team, self.customer.team_id
        env = self.env(user=actor.id, su=False)
        if source._is_leader(actor) and self._is_own_matter():
            return source.with_env(env)._make_own_matter_error(
                actor, self.customer.company_id
            )
        if self.customer.state == "pool":
            return UserError(
                env._(
                    "This customer is in the pool of %(team)s. Take it with the "
                    "button in the pool.",
                    team=source.name,
                )
            )
        if source._is_leader(actor) and not team._is_leader(actor):
            return AccessError(
                env._(
                    "You do not lead %(team)s. A sales administrator may move "
                    "customers into another team.",
                    team=team.name,
                )
            )
        return UserError(
            env._(
                "Only the leader of %(team)s or a sales administrator changes the "
                "salesperson of an owned customer. Give it up, or ask the leader.",
                team=source.name,
            )
        )


class HandOver:
    """Give customers to other owners, or to the pool, in one batch.

    1. The periods are locked; what ended meanwhile is left out.
    2. Whoever does it may decide it.
    3. The old periods end, new ones begin, the keys go from one to the other.
    4. Open leads go along, with activities, future meetings and followers.

    :param customers: sales.process.ownership, in the environment of who does it
    :param dict assignments: ``{ownership: res.users or empty recordset}``
    :param str origin: a value of ``origin`` for the new periods
    :param str reason: a value of ``end_reason`` for the old periods
    :param str note: the reason in words, shown in the chatter
    :param team: the new team; by default the team stays
    """

    def __init__(self, customers, assignments, origin, reason, note=None, team=None):
        self.customers = customers
        self.env = customers.env
        self.assignments = assignments
        self.origin = origin
        self.reason = reason
        self.note = note
        self.team = team
        self.olds = customers.browse()
        self.successors = {}
        self.leads_by_old = {}

    def run(self):
        """Hand over.

        :return: ``{old ownership: new ownership}``
        """
        self.olds = self.customers.browse().union(*self.assignments)._lock_rows()
        if not self.olds:
            return {}
        self.olds._check_decided(
            {old: self.assignments[old] for old in self.olds}, self.team
        )
        # sudo: after _check_decided; leads and followers of others move along
        pooled = orm.filter_by(self.olds.sudo(), "state", lambda is_: is_ == "pool")
        self._begin_successors()
        self._move_keys()
        leads = self.olds.sudo()._get_open_leads()
        # Odoo would read every column of each
        orm.read_columns(leads, MOVED_LEAD_FIELDS)
        self.leads_by_old = orm.group_by(leads, "ownership_id")
        self._move_leads()
        if pooled:
            OwnershipLedger(pooled).reveal_leads()
        if self.reason == "expired":
            self.env["sales.process.notice"]._announce(
                "expired", self.olds.filtered("user_id")
            )
        return self.successors

    def _begin_successors(self):
        """End the old periods and begin the new ones."""
        # sudo: after the check in run; the ledger is the system's to write
        olds = self.olds.sudo()
        tags = olds._get_open_tags()
        olds._before_end()
        olds.write(OwnershipLedger(olds).prepare_end_values(self.reason, self.note))
        holders = defaultdict(list)
        receivers = [self.assignments[old] for old in self.olds]
        for old_id, user in zip(olds._ids, receivers, strict=True):
            holders["holder_id", user.id].append(old_id)
        # with the statement that ends them
        orm.write_decided(olds, holders)
        orm.flush_rows(olds)
        news = OwnershipLedger(self.customers).open_periods(
            [
                old._prepare_successor_values(
                    user, self.team or old.team_id, self.origin, self.reason
                )
                for old, user in zip(olds, receivers, strict=True)
            ],
            [tags.get(old.id, ()) for old in olds],
        )
        self.successors = dict(zip(self.olds, news, strict=True))

    def _move_keys(self):
        """Free the keys of the old periods and give them to the new ones."""
        if not self.env["sales.process.ownership.key"]._pass_on(self.successors):
            raise ConcurrencyError("A key was taken while it was handed over")

    def _move_leads(self):
        """Move open leads and what is planned on them to the new periods."""
        lead_period = {
            lead: new
            for old, new in self.successors.items()
            for lead in self._get_leads(old)
        }
        if not lead_period:
            return
        plan_notes = self._move_plans(lead_period)
        notes = {}
        bodies = {}
        by_target = defaultdict(list)
        news = self._gather(self.successors.values())
        befores = orm.get_cached(self._gather(self.successors), "user_id")
        afters, teams = (orm.get_cached(news, name) for name in ("user_id", "team_id"))
        for (old, new), before, after, team_id in zip(
            self.successors.items(), befores, afters, teams, strict=True
        ):
            for lead_id in self._get_leads(old)._ids:
                # said once of all that went from one person to another
                key = (before, after, plan_notes.get(lead_id))
                if key not in notes:
                    notes[key] = self._get_note(old, new, key[-1])
                bodies[lead_id] = notes[key]
                by_target[after, team_id].append(lead_id)
        # sudo: as run
        all_leads = self.env["crm.lead"].sudo().browse(bodies)
        User, Team = self.env["res.users"], self.env["crm.team"]
        people = User.browse({user_id for user_id, _team_id in by_target if user_id})
        # sudo: in which companies they work is asked of each by Odoo, too
        people.sudo().with_context(active_test=False).mapped("company_ids")
        for (user_id, team_id), ids in by_target.items():
            all_leads.browse(ids).with_prefetch(all_leads._ids)._write_owner(
                User.browse(user_id or ()).with_prefetch(people._ids),
                Team.browse(team_id or ()),
            )
        all_leads._set_ownership(lead_period)
        self._move_followers()
        all_leads._log_notes(bodies)

    def _get_leads(self, old):
        """The open leads of a period that ended.

        :return: crm.lead, sudo
        """
        # sudo: nothing, as leads are returned
        return self.leads_by_old.get(old, self.env["crm.lead"].sudo())

    def _get_note(self, old, new, plan_note=None):
        """The chatter line of a hand-over: what happened and why.

        :return: Markup
        """
        reasons = labels.get_choices(new, "end_reason", self.env)
        before = old.user_id.name or self.env._("the pool")
        after = new.user_id.name or self.env._("the pool")
        body = Markup("<p>%s</p>") % self.env._(
            "%(reason)s: from %(before)s to %(after)s.",
            reason=reasons.get(old.end_reason, ""),
            before=before,
            after=after,
        )
        for text in (self.note, plan_note):
            if text:
                body += Markup("<p>%s</p>") % text
        return body

    def _move_plans(self, lead_period):
        """Move planned activities and future meetings; cancel them for the pool.

        :param dict lead_period: ``{lead: new ownership}``
        :return: ``{lead id: what was cancelled, in words}``
        """
        period_by_id = {lead.id: new for lead, new in lead_period.items()}
        by_user, cancelled = self._sort_activities(period_by_id)
        notes = defaultdict(list)
        for activity in cancelled:
            what = activity.summary or activity.activity_type_id.name or ""
            notes[activity.res_id].append(f"{activity.date_deadline} {what}")
        for user, activities in by_user.items():
            activities.with_context(mail_activity_quick_update=True).write(
                {"user_id": user.id}
            )
        cancelled.with_context(mail_activity_quick_update=True).unlink()
        self._move_meetings(period_by_id)
        return {
            lead_id: self.env._(
                "Planned and cancelled: %(plans)s",
                plans=labels.join_clauses(self.env, plans),
            )
            for lead_id, plans in notes.items()
        }

    def _sort_activities(self, period_by_id):
        """What the old owners had planned, by what becomes of it.

        :param dict period_by_id: ``{lead id: new ownership}``
        :return: ``{res.users: mail.activity}`` of who goes on with it, and the
            mail.activity that nobody goes on with
        """
        # sudo: what the old owner had planned belongs to the customer
        Activity = self.env["mail.activity"].sudo()
        by_user, cancelled = defaultdict(Activity.browse), Activity
        for activity in Activity.search(
            [("res_model", "=", "crm.lead"), ("res_id", "in", list(period_by_id))]
        ):
            new = period_by_id[activity.res_id]
            if activity.user_id and activity.user_id != new.previous_id.user_id:
                continue
            if new.user_id:
                by_user[new.user_id] |= activity
            else:
                cancelled |= activity
        return by_user, cancelled

    def _move_meetings(self, period_by_lead_id):
        """Give future meetings of the old owner to the new one.

        Meetings of a customer that goes to the pool stay as they are: the customer
        expects somebody, and the leader sees them in the calendar.
        """
        # sudo: the meeting belongs to the customer
        meetings = (
            self.env["calendar.event"]
            .sudo()
            .search(
                [
                    ("opportunity_id", "in", list(period_by_lead_id)),
                    ("start", ">=", self.env.cr.now()),
                ]
            )
        )
        by_change = defaultdict(self.env["calendar.event"].sudo().browse)
        for meeting in meetings:
            new = period_by_lead_id[meeting.opportunity_id.id]
            old_user = new.previous_id.user_id
            if new.user_id and meeting.user_id == old_user:
                by_change[old_user, new.user_id] |= meeting
        for (old_user, user), rows in by_change.items():
            rows.with_context(dont_notify=True, no_mail_to_attendees=True).write(
                {
                    "user_id": user.id,
                    "partner_ids": [
                        fields.Command.unlink(old_user.partner_id.id),
                        fields.Command.link(user.partner_id.id),
                    ],
                }
            )

    def _move_followers(self):
        """The old owner and helpers stop following, the new ones start."""
        # sudo: as run
        Followers = self.env["mail.followers"].sudo()
        # a thousand periods: their columns are read at once, most have no helpers
        olds, news = (
            self._gather(self.successors),
            self._gather(self.successors.values()),
        )
        befores, afters = (orm.get_cached(rows, "user_id") for rows in (olds, news))
        partners = {
            user.id: user.partner_id.id for user in (olds.user_id | news.user_id)
        }
        helped = {
            row_id
            for rows in (olds, news)
            for row_id, helper_ids in zip(
                rows._ids, orm.get_cached(rows, "collaborator_ids"), strict=True
            )
            if helper_ids
        }
        leaving = defaultdict(list)
        joining = defaultdict(list)
        for old, new, before, after in zip(olds, news, befores, afters, strict=True):
            lead_ids = self._get_leads(old)._ids
            if not lead_ids:
                continue
            is_helped = old.id in helped or new.id in helped
            helpers = new.collaborator_ids if is_helped else ()
            if before and not (is_helped and old.user_id in helpers):
                leaving[partners[before]] += lead_ids
            if is_helped:
                for helper in old.collaborator_ids - helpers:
                    if not new._can_work(helper):
                        leaving[helper.partner_id.id] += lead_ids
            if after:
                joining[partners[after]] += lead_ids
        if leaving:
            pairs = [
                [
                    ("res_model", "=", "crm.lead"),
                    ("partner_id", "=", partner_id),
                    ("res_id", "in", lead_ids),
                ]
                for partner_id, lead_ids in leaving.items()
            ]
            Followers.search(fields.Domain.OR(pairs)).unlink()
        Followers._follow_at_once("crm.lead", joining)

    def _gather(self, periods):
        """Several periods as one recordset, in their order."""
        return self.customers.browse([row.id for row in periods])
