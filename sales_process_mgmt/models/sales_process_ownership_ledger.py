# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from itertools import zip_longest

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import (
    AccessError,
    ConcurrencyError,
    UserError,
    ValidationError,
)
from odoo.tools import SQL

from ..tools.transaction import get_door
from .crm_team import ACTIVE_MODES
from .sales_process_ownership_timer import LAPSE_REASONS

# Scheduled actions of ours do what the rules of the team say.
OWN_DOORS = ("backfill", "cron")


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    # ------------------------------------------------------------
    # BEGIN
    # ------------------------------------------------------------

    def _open_periods(self, values_list, tags_list=None):
        """Create periods, silently and in one batch.

        :param list values_list: values of :meth:`create`; ``date_start`` defaults to
            now; holder, root and deadline follow from the other values; ``is_given``
            says that the roster chose the owner
        :param list tags_list: for each, crm.tag records of the leads that will belong
            to it
        :return: the new ownerships
        """
        now = self.env.cr.now()
        # sudo: the ledger is written by its own methods only
        Ownership = self.sudo().with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        )
        working_days = {}
        for values in values_list:
            values.setdefault("date_start", now)
            values["holder_id"] = values.get("user_id")
            previous = Ownership.browse(values.get("previous_id"))
            values["root_id"] = (previous.root_id or previous).id
        Ownership._continue_clocks(values_list)
        for values, tags in zip_longest(values_list, tags_list or (), fillvalue=()):
            values |= Ownership._prepare_deadline_values(values, tags, working_days)
        ownerships = Ownership.create(values_list)
        ownerships._update_holders()
        return ownerships.with_env(self.env)

    def _update_holders(self):
        """Tell every earlier period of the customer who owns it now."""
        chained = self.filtered("root_id")
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
        self.invalidate_model(["holder_id"])

    # ------------------------------------------------------------
    # END
    # ------------------------------------------------------------

    def _prepare_end_values(self, reason, note=None):
        return {
            "state": "ended",
            "date_end": self.env.cr.now(),
            "end_reason": reason,
            "end_note": note or False,
            "date_deadline": False,
            "deadline_kind": False,
            "awaits_duty": False,
        }

    def _end(self, reason, note=None):
        """End the periods and free their keys: the customers are new again.

        Leads keep the period, so that past deals stay with the salesperson who
        closed them. Periods that have ended already are left as they are.

        :param str reason: a value of ``end_reason``
        :param str note: the reason in words
        :return: the periods that were ended
        """
        running = self._lock_rows()
        running._end_locked(reason, note)
        return running

    def _end_locked(self, reason, note=None):
        """See :meth:`_end`, for rows that are locked and running.

        :return: the keys that were freed, dicts of column values
        """
        if not self:
            return []
        rows = self.sudo()
        pooled = rows.filtered(lambda row: row.state == "pool")
        rows._before_end()
        rows.write(self._prepare_end_values(reason, note))
        rows.flush_recordset()
        pooled._reveal_leads()
        return self.env["sales.process.ownership.key"]._free(self)

    def _before_end(self):
        """What these periods leave behind, before they end; they are locked."""
        self._stop_clocks()

    def _reveal_leads(self):
        """Closed leads stay with a period that has ended: nothing of it is hidden."""
        if not self:
            return
        # sudo: whoever ends the period may not read the leads in the pool
        leads = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            .search([("ownership_id", "in", self.ids), ("is_pooled", "=", True)])
        )
        leads._fields["is_pooled"].write(leads, False)
        leads.flush_recordset(["is_pooled"])

    def _sync_phase(self, open_leads=None):
        """Bring phase and end in line with the leads of the customer.

        An open lead is pursued. With won leads and no open one the customer has
        signed. With lost leads only, it is lost. Without any lead it is given up.

        :param open_leads: crm.lead, open ones of these customers that are known
        """
        running = self.filtered(lambda row: row.state != "ended")
        if not running:
            return
        statuses = defaultdict(set)
        for lead in open_leads or ():
            statuses[lead.ownership_id.id].add("pending")
        signed = running._filter_signed()
        unknown = [row.id for row in running - signed if row.id not in statuses]
        if unknown:
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
        by_target = defaultdict(self.browse)
        won = running.filtered(lambda row: "won" in statuses[row.id])
        unproven = won and won._filter_won_unproven()
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
            by_target[target] |= ownership
        if lost := by_target["lost"]:
            lost._end("lost")
        if released := by_target["released"]:
            released._end(
                "released", self.env._("The last lead of the customer was deleted.")
            )
        if new := by_target["signed"].filtered(lambda row: row.phase == "pursuing"):
            new._sign()
        if reopened := by_target["pursuing"].filtered(
            lambda row: row.phase != "pursuing"
        ):
            reopened.sudo().write(
                {
                    "phase": "pursuing",
                    "date_revisit": False,
                    "date_served_until": False,
                }
            )
            reopened._restart_clocks()

    def _filter_signed(self):
        """Customers that have signed although a lead is still open.

        An addon that knows about contracts or orders says so here.

        :return: sales.process.ownership
        """
        return self.browse()

    def _filter_won_unproven(self):
        """Customers whose won leads are no signature yet: their clock goes on.

        What the late owner enters lets no customer stay that is being released. An
        addon that knows about contracts or orders adds those that have none.

        :return: sales.process.ownership
        """
        return self.filtered("is_held")

    def _sign(self):
        """The customers have signed.

        Nothing in CRM alone tells about money, so a won lead counts as signed and
        paid. An addon that knows about invoices puts them in phase ``signed`` and
        calls :meth:`_serve` when the money is in.
        """
        self._serve("signed")

    def _serve(self, end_reason):
        """The customers have signed and paid: keep or free them, as the team says.

        :param str end_reason: ``signed`` or ``paid``, for teams that free the
            customer at once
        """
        free = self.filtered(lambda row: row.team_id.served_policy == "end")
        free._end(end_reason)
        for ownership in self - free:
            ownership.sudo().write(
                {"phase": "served", **ownership._get_revisit_values()}
            )
        (self - free)._update_deadlines()

    # ------------------------------------------------------------
    # HAND OVER
    # ------------------------------------------------------------

    def _check_hand_over(self, actor, user, team=None):
        """Refuse a change of owner by somebody who may not decide it.

        The one permission: asked for every change of owner, whatever the door, of the
        person behind the act. Teams that only observe refuse nobody.

        :param actor: res.users, who does it
        :param user: res.users, the new owner; empty for the pool
        :param team: crm.team, the new team; by default the team stays
        :raise UserError: one sentence, for the first customer that is refused
        """
        self._check_no_reception(user)
        # sudo: who decides does not depend on who may read customer and team
        for ownership in self.sudo():
            target = (team or ownership.team_id).sudo()
            if not ownership._may_hand_over(actor, user, target):
                raise ownership._make_hand_over_error(actor, target)

    def _may_hand_over(self, actor, user, team):
        """See :meth:`_check_hand_over`; sudo.

        :return: bool
        """
        self.ensure_one()
        source = self.team_id
        if source.process_mode != "enforce":
            return True
        if actor.share:
            return False
        receiving = team if team.process_mode in ACTIVE_MODES else source
        is_pool = not user and receiving == source.process_pool_team_id
        if source._is_leader(actor):
            if receiving == source or is_pool or receiving._is_leader(actor):
                return True
        if self.state == "open" and not user and actor == self.user_id:
            # giving up, into a pool from which somebody takes it
            return receiving == team and team.company_id in (
                source.company_id,
                team.company_id.browse(),
            )
        if self.state == "pool":
            # what lies in a pool that teams share belongs to each of them
            if receiving in source.process_pool_source_ids and receiving._is_leader(
                actor
            ):
                return True
            if actor == user and receiving == source._get_taking_team(actor):
                self.with_env(self.env(user=actor.id, su=True))._check_take(actor)
                return True
        return self._is_hand_over_agreed(user)

    def _is_hand_over_agreed(self, user):
        """Tell whether those whose customer it is have agreed in writing.

        Either the owner claims it back and the receiver agrees, or the leader has sent
        a list that says so, and all have confirmed it.

        :param user: res.users, the new owner
        :return: bool
        """
        self.ensure_one()
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
                    ("other_ownership_id", "=", self.id),
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
                    ("ownership_id", "=", self.id),
                    ("new_user_id", "=", user.id),
                    ("handover_id.state", "=", "confirm"),
                ]
            )
        )
        return any(not line.handover_id.missing_user_ids for line in lines)

    def _make_hand_over_error(self, actor, team):
        """The sentence of a refused change of owner.

        :return: UserError
        """
        source = self.team_id
        env = self.env(user=actor.id, su=False)
        if self.state == "pool":
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

    def _check_receiver(self, user):
        """Refuse an owner who is no salesperson in the company of these customers.

        :param user: res.users
        :raise ValidationError: one sentence
        """
        # sudo: groups and companies of a colleague
        user = user.sudo()
        if not (
            user._is_process_salesperson()
            and self.sudo().company_id <= user.company_ids
        ):
            raise ValidationError(
                self.env._(
                    "%(user)s is not a salesperson in the company of these customers.",
                    user=user.name,
                )
            )

    @api.constrains("user_id")
    def _check_owner_is_internal(self):
        """A portal user owns no customer, whatever another application writes."""
        if shared := self.sudo().user_id.filtered("share")[:1]:
            raise ValidationError(
                self.env._(
                    "%(user)s is not a salesperson in the company of these customers.",
                    user=shared.name,
                )
            )

    def _check_decided(self, assignments, team=None):
        """Ask :meth:`_check_hand_over`, of everybody but our own scheduled actions.

        :param dict assignments: ``{ownership: res.users or empty recordset}``
        """
        if self.env.user._is_superuser() or get_door(self.env) in OWN_DOORS:
            return
        by_user = defaultdict(self.browse)
        for ownership, user in assignments.items():
            by_user[user] |= ownership
        for user, ownerships in by_user.items():
            ownerships._check_hand_over(self.env.user, user, team)

    def _is_lapse(self, reason):
        """Tell whether the owner let the customer go, and was not away meanwhile.

        :param str reason: a value of ``end_reason``
        :return: bool
        """
        self.ensure_one()
        return reason in LAPSE_REASONS and not self.is_excused

    def _prepare_successor_values(self, user, team, origin, reason):
        """Values of the period that follows this one.

        :param user: the new owner, or an empty recordset for the pool
        :return: dict for :meth:`create`
        """
        self.ensure_one()
        lapses = self.lapse_count + self._is_lapse(reason)
        # the rules of the team that let it go, whosever pool receives it
        limit = self.team_id.process_carousel_limit
        return {
            "name": self.name,
            "user_id": user.id,
            "team_id": team.id,
            "company_id": self._get_company_in(team).id,
            "partner_id": self.partner_id.id,
            "state": "open" if user else "pool",
            "phase": self.phase,
            "origin": origin,
            "previous_id": self.id,
            "date_last_contact": self.date_last_contact,
            "date_revisit": self.date_revisit,
            "date_served_until": self.date_served_until,
            "lapse_count": lapses,
            "is_dormant": not user and bool(limit) and lapses >= limit,
            "is_frozen": self.is_frozen,
            "collaborator_ids": [fields.Command.set((self.collaborator_ids - user).ids)]
            if user
            else False,
        }

    def _get_company_in(self, team):
        """The company of the customer in a team: that of its branch, if it has one.

        :return: res.company
        """
        company = team.company_id
        shared = self.company_id._get_customer_company()
        if company and company._get_customer_company() == shared:
            return company
        return self.company_id

    def _hand_over(self, assignments, origin, reason, note=None, team=None):
        """Give customers to other owners, or to the pool, in one batch.

        The running period ends and a new one begins; the keys never are without a
        period. Open leads, planned activities, future meetings and followers go with
        the customer; won and lost leads stay with the period in which they closed.

        :param dict assignments: ``{ownership: res.users or empty recordset}``
        :param str origin: a value of ``origin`` for the new periods
        :param str reason: a value of ``end_reason`` for the old periods
        :param str note: the reason in words, shown in the chatter
        :param team: the new team; by default the team stays
        :return: ``{old ownership: new ownership}``; periods that had ended before
            are not in it
        """
        olds = self.browse().union(*assignments)._lock_rows()
        if not olds:
            return {}
        olds._check_decided({old: assignments[old] for old in olds}, team)
        sudo_olds = olds.sudo()
        pooled = sudo_olds.filtered(lambda row: row.state == "pool")
        tags = sudo_olds._get_open_tags()
        sudo_olds._before_end()
        sudo_olds.write(self._prepare_end_values(reason, note))
        sudo_olds.flush_recordset()
        news = self._open_periods(
            [
                old._prepare_successor_values(
                    assignments[old.with_env(self.env)],
                    team or old.team_id,
                    origin,
                    reason,
                )
                for old in sudo_olds
            ],
            [tags.get(old.id, ()) for old in sudo_olds],
        )
        successors = dict(zip(olds, news, strict=True))
        self._move_keys(successors)
        self._move_leads(successors, note)
        pooled._reveal_leads()
        return successors

    def _move_keys(self, successors):
        """Free the keys of the old periods and give them to the new ones."""
        Key = self.env["sales.process.ownership.key"]
        new_ids = {old.id: new.id for old, new in successors.items()}
        refused = Key._insert(
            [
                {**key, "ownership_id": new_ids[key["ownership_id"]]}
                for key in Key._free(self.browse().union(*successors))
            ]
        )
        if refused:
            raise ConcurrencyError("A key was taken while it was handed over")

    def _move_leads(self, successors, note=None):
        """Move open leads and what is planned on them to the new periods."""
        leads_by_old = (
            self.browse()
            .union(*successors)
            .sudo()
            ._get_open_leads()
            .grouped("ownership_id")
        )
        by_target = defaultdict(self.env["crm.lead"].browse)
        lead_period = {}
        bodies = {}
        for old, new in successors.items():
            leads = leads_by_old.get(old.sudo())
            if not leads:
                continue
            by_target[new.user_id, new.team_id] |= leads
            for lead in leads:
                lead_period[lead] = new
        plan_notes = self._move_plans(lead_period)
        for old, new in successors.items():
            for lead in leads_by_old.get(old.sudo(), ()):
                bodies[lead.id] = new._get_handover_note(
                    old, note, plan_notes.get(lead.id)
                )
        for (user, team), leads in by_target.items():
            leads._write_owner(user, team)
        all_leads = self.env["crm.lead"].sudo().union(*lead_period)
        all_leads._set_ownership(lead_period)
        self._move_followers(successors, leads_by_old)
        if bodies:
            all_leads._message_log_batch(bodies=bodies)

    def _get_handover_note(self, old, note=None, plan_note=None):
        """The chatter line of a hand-over: what happened and why.

        :return: Markup
        """
        reasons = dict(self._fields["end_reason"]._description_selection(self.env))
        before = old.user_id.name or self.env._("the pool")
        after = self.user_id.name or self.env._("the pool")
        body = Markup("<p>%s</p>") % self.env._(
            "%(reason)s: from %(before)s to %(after)s.",
            reason=reasons.get(old.end_reason, ""),
            before=before,
            after=after,
        )
        for text in (note, plan_note):
            if text:
                body += Markup("<p>%s</p>") % text
        return body

    def _move_plans(self, lead_period):
        """Move planned activities and future meetings; cancel them for the pool.

        :param dict lead_period: ``{lead: new ownership}``
        :return: ``{lead id: what was cancelled, in words}``
        """
        if not lead_period:
            return {}
        lead_ids = [lead.id for lead in lead_period]
        period_by_id = {lead.id: new for lead, new in lead_period.items()}
        # sudo: what the old owner had planned belongs to the customer
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", "crm.lead"), ("res_id", "in", lead_ids)])
        )
        by_user = defaultdict(self.env["mail.activity"].sudo().browse)
        cancelled = self.env["mail.activity"].sudo()
        notes = defaultdict(list)
        for activity in activities:
            new = period_by_id[activity.res_id]
            old_user = new.previous_id.user_id
            if activity.user_id and activity.user_id != old_user:
                continue
            if new.user_id:
                by_user[new.user_id] |= activity
            else:
                cancelled |= activity
                notes[activity.res_id].append(
                    "%s %s"
                    % (
                        activity.date_deadline,
                        activity.summary or activity.activity_type_id.name or "",
                    )
                )
        for user, rows in by_user.items():
            rows.with_context(mail_activity_quick_update=True).write(
                {"user_id": user.id}
            )
        cancelled.with_context(mail_activity_quick_update=True).unlink()
        self._move_meetings(period_by_id)
        return {
            lead_id: self.env._(
                "Planned and cancelled: %(plans)s", plans="; ".join(row)
            )
            for lead_id, row in notes.items()
        }

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

    def _move_followers(self, successors, leads_by_old):
        """The old owner stops following, the new one starts."""
        Followers = self.env["mail.followers"].sudo()
        leaving = defaultdict(list)
        joining = defaultdict(list)
        for old, new in successors.items():
            lead_ids = leads_by_old.get(old.sudo(), self.env["crm.lead"]).ids
            if not lead_ids:
                continue
            if old.user_id and old.user_id not in new.collaborator_ids:
                leaving[old.user_id.partner_id.id] += lead_ids
            if new.user_id:
                joining[new.user_id.partner_id.id] += lead_ids
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
        for partner_id, lead_ids in joining.items():
            Followers._insert_followers("crm.lead", lead_ids, [partner_id])
