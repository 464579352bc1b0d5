# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import date

from odoo.exceptions import ConcurrencyError

from ..exceptions import CustomerOwnedError
from ..tools import deadline as deadline_tools
from .crm_lead_identity import LeadIdentity
from .sales_process_ownership_key import (
    DETAILS_PER_CUSTOMER,
    HARD_KINDS,
    TYPED_KINDS,
)
from .sales_process_ownership_ledger import OwnershipLedger

# Nobody is there to read a refusal: the customer goes to its owner.
UNATTENDED_DOORS = (
    "application",
    "contact",
    "cron",
    "gateway",
    "import",
    "order",
    "website",
)

# Where customers of an earlier register come in: at once, or when it is their turn.
REGISTER_DOORS = ("backfill", "cron", "import")


class _Holder:
    """Who holds a customer: a running ownership, or one that is about to begin."""

    def __init__(self, ownership, user, team, state, leads):
        self.ownership = ownership
        self.user = user
        self.team = team
        self.state = state
        self.leads = leads
        self.keys = {}
        # chosen by the roster, not named on the lead
        self.is_given = False

    @property
    def is_new(self):
        return not self.ownership

    @property
    def age(self):
        if self.is_new:
            return (1, self.leads[0].id)
        return (0, self.ownership.date_start, self.ownership.id)


def _get_rank(lead):
    """Of customers that come in one file, the earlier first contact owns."""
    return (lead.process_date_first_contact or date.max, lead.id)


class OwnershipClaims:
    """Decide for a batch of leads whose customers they are, in the order received.

    1. Nobody owns any of the keys: a new period begins, for the salesperson of the
       lead, else for the salesperson on duty, else in the pool.
    2. The same person owns the customer: the lead joins.
    3. Somebody else does: a conflict. By hand it is refused; from an unattended door
       the lead goes to the owner; in teams that observe it is only recorded.
    4. The keys point at two owners: a conflict that the leader decides.

    The number of queries does not depend on the number of leads.

    :param leads: crm.lead, sudo, of teams that are not off
    :param Arrival arrival: how the leads have come in
    :param actor: res.users, who did it
    :param str origin: how new owners received their customers
    """

    def __init__(self, leads, arrival, actor, origin=None):
        self.door = door = arrival.door
        self.leads = leads.sorted(_get_rank if door == "import" else "id")
        self.actor = actor
        self.env = leads.env
        by_door = {"import": "import", "backfill": "backfill"}
        self.origin = origin or arrival.reception or by_door.get(door, "lead")
        self.is_looked_up = arrival.is_looked_up
        self.asked = arrival.asked
        self.is_given = arrival.is_given
        self.Ownership = self.env["sales.process.ownership"]
        self.Key = self.env["sales.process.ownership.key"]
        self.holders = {}
        self.holder_by_key = {}
        self.past_ids_by_key = {}
        self.large_ids = ()
        self.typed_by_lead = {}
        self.gaining_ids = set()
        self.holder_by_lead = {}
        self.claims = []
        self.absorbed = []
        self.taken = []
        self.conflicts = []
        # the periods that begin
        self.begun = self.Ownership.browse()

    def run(self):
        """Decide and write everything. Keys only come, none is freed.

        :raise CustomerOwnedError: by hand, where a customer belongs to somebody else
        """
        self._load_holders()
        self._charge_questions()
        self.typed_by_lead = {
            lead: sum(key[1] in TYPED_KINDS for key in keys)
            for lead, keys in self.keys_by_lead.items()
        }
        self._load_contacts()
        for lead in self.leads:
            self._decide(lead)
        self._refuse()
        if self._count_limited():
            # before any customer is locked: see docs/locks.md
            self.actor._lock_limits()
        self._take()
        self._absorb()
        self._check_room()
        self._create_periods()
        self._join()
        self._write_keys()
        self._check_details()
        self._go_on_with_past()
        self._update_partners()
        if self.conflicts:
            self.env["sales.process.conflict"]._record(
                [self._prepare_conflict(row) for row in self.conflicts]
            )

    # -- reading ---------------------------------------------------------

    def _hard(self, lead):
        return {key for key in self.keys_by_lead[lead] if key[1] in HARD_KINDS}

    def _load_holders(self):
        """Read keys and holders; details that identify nobody are left out."""
        self.identity = LeadIdentity(self.leads)
        self.keys_by_lead = self.identity.get_keys()
        every = {key for keys in self.keys_by_lead.values() for key in keys}
        found, past, listed = self.Key._find_with_list(
            {key for key in every if key[1] in HARD_KINDS}, {key[2] for key in every}
        )
        # what is a key stays one, though somebody of us uses it, too
        nobodys = self.env["sales.process.shared.value"]._filter_nobodys(
            every, listed, lambda doubtful: found
        )
        for keys in (*self.keys_by_lead.values(), found, past):
            for key in nobodys & keys.keys():
                del keys[key]
        self._add_holders(
            found,
            past,
            self.leads.ownership_id.filtered(lambda row: row.state != "ended"),
        )
        self.holder_by_lead = {
            lead: self.holders[lead.ownership_id.id]
            for lead in self.leads
            if lead.ownership_id.id in self.holders
        }
        for lead in self.leads:
            # of what runs already, and is taken over, the contradiction is recorded
            if self.door == "interactive" or (
                self.door not in ("backfill", "contact")
                and lead not in self.holder_by_lead
            ):
                self._leave_out_strange_details(lead)

    def _leave_out_strange_details(self, lead):
        """A contact that is somebody's customer is that person's, whatever is on it.

        Anybody writes another customer's number on the contact; that takes the next
        lead from nobody. What is written on the lead alone counts.
        """
        keys = self.keys_by_lead[lead]
        owners = [
            self.holder_by_key[key]
            for key in keys
            if key[1] == "partner" and key in self.holder_by_key
        ]
        if not owners:
            return
        contact, company = lead.partner_id, self.identity.company_by_lead[lead]
        details = company._read_contact_details(
            {contact.phone}, {contact.email}, lead.country_id | contact.country_id
        )
        for key in company._label_keys(details):
            holder = self.holder_by_key.get(key)
            if holder and holder not in owners:
                keys.pop(key, None)

    def _add_holders(self, found, past, ownerships):
        self.past_ids_by_key |= past
        ownerships |= self.Ownership.browse({ids[0] for ids in found.values()})
        for ownership in ownerships:
            self.holders.setdefault(
                ownership.id,
                _Holder(
                    ownership,
                    ownership.user_id,
                    ownership.team_id,
                    ownership.state,
                    self.leads.browse(),
                ),
            )
        self.holder_by_key |= {key: self.holders[ids[0]] for key, ids in found.items()}

    def _charge_questions(self):
        """Whatever becomes of a lead answers whether the customer is known.

        What somebody imports is an answer, too: row by row it is the own one, or not.
        """
        if self.door not in ("interactive", "import") or self.is_looked_up:
            return
        questions, kept = [], set()
        for lead in self.leads:
            own = self.holder_by_lead.get(lead)
            owners = {}
            for key in self._hard(lead):
                holder = self.holder_by_key.get(key)
                # a contact shows by itself whose it is
                if key[1] == "partner" or (
                    holder and (holder is own or self._is_worked(holder))
                ):
                    continue
                owners[key] = holder.ownership if holder else self.Ownership.browse()
            if owners:
                if not own and lead.user_id == self.actor:
                    kept.add(len(questions))
                questions.append((self.identity.company_by_lead[lead], owners))
        if questions:
            Lookup = self.env["sales.process.lookup"]
            Lookup._charge_questions(self.actor, questions, self.asked, kept)

    def _is_worked(self, holder):
        """Whether the actor works the customer, and learns nothing new of it."""
        return holder.user == self.actor or (
            self.actor in holder.ownership.collaborator_ids
        )

    def _load_contacts(self):
        """A company that nobody owns yet comes with the details of its contacts.

        Of one that is owned they are keys already. Two queries for all leads.
        """
        fresh = self.leads.filtered(
            lambda lead: any(
                key[1] == "partner" and key not in self.holder_by_key
                for key in self.keys_by_lead[lead]
            )
        )
        if not fresh:
            return
        found, self.large_ids = fresh._get_contact_keys()
        known = {key for keys in self.keys_by_lead.values() for key in keys}
        for lead, keys in found.items():
            self.keys_by_lead[lead] = {**keys, **self.keys_by_lead[lead]}
        self._add_holders(
            *self.Key._find_with_past(
                {key for keys in found.values() for key in keys} - known
            ),
            self.Ownership.browse(),
        )

    def _hits(self, lead):
        """Who holds the keys of the lead, each once, apart from its own holder."""
        own = self.holder_by_lead.get(lead)
        hits = []
        for key in sorted(self._hard(lead)):
            holder = self.holder_by_key.get(key)
            if holder and holder is not own and holder not in hits:
                hits.append(holder)
        return hits

    # -- deciding --------------------------------------------------------

    def _decide(self, lead):
        own = self.holder_by_lead.get(lead)
        hits = self._hits(lead)
        if own:
            self._decide_owned(lead, own, hits)
        elif not hits:
            self._claim(lead)
        elif len({hit.user for hit in hits}) > 1:
            self._conflict(lead, hits)
        else:
            self._decide_held(lead, hits)

    def _decide_owned(self, lead, own, hits):
        strangers = [hit for hit in hits if hit.user != own.user]
        if strangers:
            self._conflict(lead, strangers, own)
        self.absorbed += [(own, hit) for hit in hits if hit not in strangers]
        self._add_keys(own, lead, strangers)

    def _decide_held(self, lead, hits):
        """One person, or the pool, holds all of the keys."""
        holder = min(hits, key=lambda hit: hit.age)
        if not lead.user_id or lead.user_id == holder.user:
            self._join_holder(lead, holder, hits)
        elif holder.state != "pool":
            self._conflict(lead, hits)
        elif self._may_take(holder):
            if not holder.is_new:
                self.taken.append((holder, lead.user_id))
            holder.user, holder.state = lead.user_id, "open"
            self._join_holder(lead, holder, hits)
        elif self.door == "interactive":
            self._conflict(lead, hits)
        else:
            self._join_holder(lead, holder, hits)

    def _may_take(self, holder):
        """Whether a registered customer that lies in the pool is taken at once.

        By hand the pool has a button with its limits; from an unattended door
        nobody is charged with a customer unasked.
        """
        if holder.is_new or holder.team.process_mode != "enforce":
            return True
        return self.door == "interactive" and holder.team._is_leader(self.actor)

    def _join_holder(self, lead, holder, hits):
        self.absorbed += [(holder, hit) for hit in hits if hit is not holder]
        holder.leads |= lead
        self.holder_by_lead[lead] = holder
        self._add_keys(holder, lead)

    def _claim(self, lead):
        user = lead.user_id
        if user._is_process_reception():
            # the desk receives for others: whoever is on duty
            user = user.browse()
        state = "open" if user else "pool"
        claim = _Holder(self.Ownership, user, lead.team_id, state, lead)
        self.claims.append(claim)
        self.holder_by_lead[lead] = claim
        self._add_keys(claim, lead)

    def _add_keys(self, holder, lead, strangers=()):
        for key, label in self.keys_by_lead[lead].items():
            if key[1] in HARD_KINDS:
                current = self.holder_by_key.get(key)
                if current is holder or current in strangers:
                    continue
                self.holder_by_key[key] = holder
            holder.keys.setdefault(key, label)

    def _conflict(self, lead, hits, own=None):
        holder = min(hits, key=lambda hit: hit.age)
        others = [own] if own else [hit for hit in hits if hit is not holder]
        resolution = self._get_resolution(lead, holder, others)
        keys = sorted(
            key for key in self._hard(lead) if self.holder_by_key.get(key) in hits
        )
        self.conflicts.append(
            {
                "lead": lead,
                "tried_by": self._get_candidate(lead),
                "holder": holder,
                "other": others[0] if others else None,
                "resolution": resolution,
                "keys": keys,
            }
        )
        routed = self.door in UNATTENDED_DOORS and not own
        if routed and resolution in ("routed", False):
            holder.leads |= lead
            self.holder_by_lead[lead] = holder
            self._add_keys(holder, lead, hits)

    def _get_candidate(self, lead):
        """For whom the customer is claimed: by hand, whoever does it."""
        wished = lead.user_id.filtered(lambda user: not user.share)
        return self.actor if self.door == "interactive" else wished or self.actor

    def _get_resolution(self, lead, holder, others):
        """What becomes of a conflict; nothing where the leader has to decide."""
        if self.door == "backfill":
            return False
        if holder.team.process_mode != "enforce":
            return "observed"
        if self.door == "interactive":
            return "refused"
        if lead.won_status != "pending":
            # A closed deal stays with whoever closed it.
            return "observed"
        return False if others else "routed"

    # -- refusing --------------------------------------------------------

    def _refuse(self):
        """By hand: one readable refusal; the attempt is recorded afterwards."""
        refused = [row for row in self.conflicts if row["resolution"] == "refused"]
        if not refused:
            return
        self.env["sales.process.conflict"]._record_after_rollback(
            [self._prepare_conflict(row, persisted=False) for row in refused]
        )
        lead = refused[0]["lead"]
        raise CustomerOwnedError(
            self._get_refusal(refused),
            {
                "default_phone": lead.phone or lead.partner_id.phone or False,
                "default_email": lead.email_from or lead.partner_id.email or False,
                "default_partner_name": lead.partner_name or False,
                "default_contact_name": lead.contact_name or False,
            },
        )

    def _get_refusal(self, refused):
        env = self.env(user=self.actor.id, su=False)
        sentences = []
        for row in refused[:5]:
            holder = row["holder"]
            if holder.is_new:
                sentence = env._(
                    "Two of these leads are the same customer with different "
                    "salespeople. Register it once."
                )
            else:
                ownership = holder.ownership.with_env(env)
                sentence = ownership._get_conflict_sentence(self.actor)
            if len(refused) > 1:
                sentence = env._(
                    "%(lead)s: %(sentence)s",
                    lead=row["lead"].name[:80],
                    sentence=sentence,
                )
            if sentence not in sentences:
                sentences.append(sentence)
        if len(refused) > 5:
            sentences.append(env._("And %(count)s more.", count=len(refused) - 5))
        return "\n".join(sentences)

    # -- writing ---------------------------------------------------------

    def _take(self):
        for holder, user in self.taken:
            pooled = holder.ownership
            successors = pooled._hand_over({pooled: user}, "pool", "transferred")
            holder.ownership = successors.get(pooled, pooled)

    def _absorb(self):
        # each pair changes what the next ones name: see _point
        while self.absorbed:
            holder, hit = self.absorbed.pop(0)
            if holder is hit:
                continue
            if holder.is_new or hit.is_new:
                self._merge_new(holder, hit)
            elif hit.ownership != holder.ownership:
                holder.ownership._absorb(hit.ownership)
                self._point(hit, holder)

    def _merge_new(self, holder, hit):
        """A period that has not begun yet is one with the one that stands."""
        kept, other = (
            (hit, holder) if holder.is_new and not hit.is_new else (holder, hit)
        )
        kept.leads |= other.leads
        kept.keys = {**other.keys, **kept.keys}
        if other in self.claims:
            self.claims.remove(other)
        self._point(other, kept)

    def _point(self, other, kept):
        for mapping in (self.holder_by_lead, self.holder_by_key):
            for key, holder in mapping.items():
                if holder is other:
                    mapping[key] = kept
        self.absorbed = [
            tuple(kept if row is other else row for row in pair)
            for pair in self.absorbed
        ]

    def _is_limited(self, user, team):
        """Whether the number of customers of the actor is limited in a team."""
        return (
            self.door in ("interactive", "import")
            and user == self.actor
            and team.process_mode == "enforce"
            and bool(user.process_customer_limit or team.process_customer_limit)
            and not team._is_leader(user)
        )

    def _count_limited(self):
        """The customers that somebody claims by hand where the number is limited.

        A lead with a list of numbers is as many customers as the list holds.

        :return: ``{team: {claim: number}}``; a leader may go above the limit
        """
        if self.door not in ("interactive", "import"):
            return {}
        user = self.actor.with_env(self.env)
        own = defaultdict(dict)
        for claim in self.claims:
            if (
                claim.user == user
                and "pending" in claim.leads.mapped("won_status")
                and self._is_limited(user, claim.team)
            ):
                details = sum(self.typed_by_lead[lead] for lead in claim.leads)
                own[claim.team][claim] = 1 + max(details - 1, 0) // DETAILS_PER_CUSTOMER
        return own

    def _check_room(self):
        """By hand nobody claims more customers than the team lets one person hold.

        A lead made without the registration is no way around the limit. Two windows of
        one person at one instant hold it together: the second one begins again and
        counts the first. An import loses no lead: those above the limit are nobody's,
        and go to who is on duty, or into the pool.
        """
        ownerships = self.Ownership.with_env(self.env(user=self.actor.id, su=False))
        user = self.actor.with_env(self.env)
        for team, numbers in self._count_limited().items():
            if self.door != "import":
                ownerships._check_room(user, team, sum(numbers.values()))
                continue
            user.invalidate_recordset(["process_open_customer_count"])
            room = team._get_customer_room(user)
            for claim, number in numbers.items():
                if number > room:
                    claim.user, claim.state = user.browse(), "pool"
                else:
                    room -= number

    def _check_details(self):
        """A customer that gains number after number is a list of customers."""
        if self.door != "interactive":
            return
        user = self.actor.with_env(self.env)
        teams = self.env["crm.team"].union(
            *(
                holder.team
                for holder in set(self.holder_by_lead.values())
                if holder.ownership.id in self.gaining_ids
                and self._is_limited(holder.user, holder.team)
                and holder.ownership._has_many_details()
            )
        )
        ownerships = self.Ownership.with_env(self.env(user=self.actor.id, su=False))
        for team in teams:
            ownerships._check_room(user, team, 0)

    def _create_periods(self):
        if not self.claims:
            return
        previous = self._find_previous()
        if self._assign_duty(previous):
            # for the same person a lead joins what it belonged to
            previous = self._find_previous()
        self._check_own_taking()
        periods = [
            self._prepare_period(claim, previous.get(claim)) for claim in self.claims
        ]
        tags = [
            claim.leads.tag_ids
            if claim.leads.tag_ids and claim.team._has_product_line_rules()
            else ()
            for claim in self.claims
        ]
        ownerships = OwnershipLedger(self.Ownership).open_periods(periods, tags)
        for claim, ownership in zip(self.claims, ownerships, strict=True):
            claim.ownership = ownership
        self.begun = ownerships

    def _check_own_taking(self):
        """Refuse a leader who ends a colleague's period and takes the customer.

        :raise AccessError: one sentence that says whom to ask
        """
        if self.door not in ("interactive", "import"):
            return
        for claim in self.claims:
            if claim.user != self.actor or claim.is_given:
                continue
            past = self.Ownership.browse(
                {
                    row_id
                    for key in claim.keys
                    for row_id in self.past_ids_by_key.get(key, ())
                }
            )
            for row in past | claim.leads.ownership_id:
                if row.state == "ended" and row._is_own_taking(self.actor):
                    env = self.env(user=self.actor.id, su=False)
                    raise row.team_id.with_env(env)._make_own_matter_error(
                        self.actor, row.company_id
                    )

    def _prepare_period(self, claim, previous):
        lead = claim.leads[0]
        customer = self.identity.customer_by_lead[lead]
        values = {
            "name": customer.display_name
            or lead.partner_name
            or lead.contact_name
            or lead.name,
            "user_id": claim.user.id,
            "team_id": claim.team.id,
            "company_id": self.identity.company_by_lead[lead].id,
            "partner_id": customer.id,
            "state": "open" if claim.user else "pool",
            "origin": self.origin,
            "previous_id": previous.id if previous else False,
            "is_given": claim.is_given or self.is_given,
            "awaits_duty": not claim.user and self._goes_to_duty(claim),
        }
        if started := self._get_first_contact(claim, previous):
            # a full fresh period; nobody is late, or held the customer too long, in
            # the first night
            now = self.env.cr.now()
            values |= {
                "date_start": started,
                "date_timer_start": now,
                "date_hold_start": now,
            }
        return values

    def _get_first_contact(self, claim, previous):
        """Since when the customer is known, where that is not now.

        :param previous: the last period of the customer, if any
        :return: naive UTC datetime, or None
        """
        is_known = bool(previous) and self.door != "backfill"
        if self.door not in REGISTER_DOORS or is_known:
            # a customer that comes again goes on with its history
            return None
        days = [
            lead.process_date_first_contact
            for lead in claim.leads
            if lead.process_date_first_contact and not lead.ownership_id
        ]
        started = claim.leads[0].create_date if self.door == "backfill" else None
        if days:
            zone = claim.team._get_process_timezone(claim.user)
            started = deadline_tools.start_of_day_utc(min(days), zone)
            if previous:
                started = max(started, previous.date_end)
        return started and min(started, self.env.cr.now())

    def _goes_to_duty(self, claim):
        return (
            claim.team.process_mode == "enforce"
            and claim.team.process_release_to == "duty"
            and self.door != "backfill"
            and not any(claim.leads.mapped("process_into_pool"))
        )

    def _assign_duty(self, previous):
        """Nobody on the lead: the salesperson on duty, in turn.

        :param dict previous: the last period of customers that are known
        :return: whether anybody received a lead that had belonged to a customer
        """
        orphans = defaultdict(list)
        for claim in self.claims:
            if not claim.user and self._goes_to_duty(claim):
                orphans[claim.team].append(claim)
        is_known = False
        for team, claims in orphans.items():
            past = [
                previous.get(claim)
                or claim.leads.ownership_id.filtered(lambda row: row.state == "ended")[
                    -1:
                ]
                for claim in claims
            ]
            missing = 0
            for claim, user in zip(claims, team._get_receivers(past), strict=True):
                if not user:
                    missing += 1
                    continue
                claim.user, claim.state = user, "open"
                claim.is_given = True
                is_known |= bool(claim.leads.ownership_id)
            if missing:
                team._tell_nobody_on_duty(missing)
        return is_known

    def _find_previous(self):
        """The last ended period of each new customer, by its keys: one chain.

        Whoever begins the next period of a chain reads all of it. What a lead belonged
        to joins it to a chain for the same person only.
        """
        found = self.past_ids_by_key
        own_past = {claim: self._get_own_past(claim) for claim in self.claims}
        ids_by_claim = {
            claim: own_past[claim]._ids
            + tuple(row_id for key in claim.keys for row_id in found.get(key, ()))
            for claim in self.claims
        }
        candidates = self.Ownership.browse(
            {row_id for ids in ids_by_claim.values() for row_id in ids}
        ).filtered(lambda row: row.state == "ended")
        if not candidates:
            return {}
        # a detail may have left a customer that goes on: its chain has a period
        root_by_id = {row.id: (row.root_id or row).id for row in candidates}
        roots = [*root_by_id.values()]
        running = self.Ownership.search(
            [
                ("state", "!=", "ended"),
                *("|", ("root_id", "in", roots), ("id", "in", roots)),
            ]
        )
        # None: a period that goes on is nobody's past
        busy = {None, *((row.root_id or row).id for row in running)}
        previous = {}
        for claim, ids in ids_by_claim.items():
            rows = self.Ownership.browse(
                {row_id for row_id in ids if root_by_id.get(row_id) not in busy}
            )
            if rows:
                last = max(rows, key=lambda row: (row.date_end, row.id))
                previous[claim] = last
                busy.add(root_by_id[last.id])
        return previous

    def _is_in_process(self, lead):
        return (lead.process_mode or "off") != "off"

    def _get_own_past(self, claim):
        return claim.leads.ownership_id.filtered(
            lambda row: claim.user and row.user_id == claim.user
        )

    def _join(self):
        by_owner = defaultdict(self.leads.browse)
        joins = {}
        for lead, holder in self.holder_by_lead.items():
            if lead.ownership_id == holder.ownership:
                continue
            joins[lead] = holder.ownership
            if lead.user_id != holder.user or not self._is_in_process(lead):
                by_owner[holder.user, holder.team] |= lead
        for (user, team), leads in by_owner.items():
            leads._write_owner(user, team)
        self.leads._set_ownership(joins)
        for leads in by_owner.values():
            leads._unfollow(self.env.user)

    def _write_keys(self):
        holders = {id(row): row for row in self.holder_by_lead.values() if row.keys}
        rows = []
        for holder in holders.values():
            known = {
                (key.company_id.id or 0, key.kind, key.value)
                for key in holder.ownership.key_ids
            }
            rows += [
                {
                    "ownership_id": holder.ownership.id,
                    "company_id": company_id,
                    "kind": kind,
                    "value": value,
                    "label": label,
                    "has_more_contacts": kind == "partner"
                    and int(value) in self.large_ids,
                }
                for (company_id, kind, value), label in holder.keys.items()
                if (company_id, kind, value) not in known
            ]
        self.gaining_ids = {
            row["ownership_id"] for row in rows if row["kind"] in TYPED_KINDS
        }
        refused = self.Key._insert(rows)
        if any(kind in HARD_KINDS for _company, kind, _value in refused):
            # Somebody was first since this transaction began: look again.
            raise ConcurrencyError("Another transaction owns a key of this customer")

    def _go_on_with_past(self):
        """A detail of an earlier customer brings its clock, whatever it comes to."""
        past_ids = {}
        for holder in {id(row): row for row in self.holder_by_lead.values()}.values():
            if not holder.ownership:
                continue
            ids = {
                row_id
                for key in holder.keys
                for row_id in self.past_ids_by_key.get(key, ())
            }
            if ids:
                past_ids[holder.ownership] = ids
        if past_ids:
            self.Ownership._go_on_with_past(past_ids)

    def _update_partners(self):
        """The customer of the ledger is the contact, as soon as there is one."""
        by_partner = defaultdict(self.Ownership.browse)
        for lead, holder in self.holder_by_lead.items():
            ownership = holder.ownership
            customer = lead.partner_id and lead._get_identity_partner()
            if (
                customer
                and ownership.state in ("open", "pool")
                and ownership.partner_id != customer
                and self._is_own_partner(lead, holder)
            ):
                by_partner[customer] |= ownership
        for customer, ownerships in by_partner.items():
            ownerships.write({"partner_id": customer.id, "name": customer.display_name})
            ownerships._withdraw_own_grades()

    def _is_own_partner(self, lead, holder):
        """Whether the contact of the lead is its holder's, and not a colleague's."""
        return all(
            self.holder_by_key.get(key, holder) is holder
            for key in self.keys_by_lead[lead]
            if key[1] == "partner"
        )

    def _prepare_conflict(self, row, persisted=True):
        lead, holder, other = row["lead"], row["holder"], row["other"]
        return {
            "name": lead.partner_name or lead.contact_name or lead.name,
            "user_id": row["tried_by"].id,
            "actor_id": self.actor.id,
            "lead_id": lead.id if persisted else False,
            "ownership_id": holder.ownership.id,
            "other_ownership_id": other.ownership.id if other else False,
            "owner_id": holder.user.id,
            "team_id": holder.team.id,
            "company_id": (
                holder.ownership.company_id or self.identity.company_by_lead[lead]
            ).id,
            "door": self.door,
            "resolution": row["resolution"],
            "state": "resolved" if row["resolution"] else "open",
            "identities": row["keys"],
        }
