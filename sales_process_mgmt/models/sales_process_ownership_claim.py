# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo.exceptions import ConcurrencyError

from ..exceptions import CustomerOwnedError
from .sales_process_ownership_key import HARD_KINDS


class _Claim:
    """A period that is about to begin, before it has a row."""

    def __init__(self, user, lead):
        self.user_id = user
        self.leads = lead
        self.team_id = lead.team_id
        self.state = "open"
        self.ownership = None


class OwnershipClaims:
    """Decide for a batch of leads whose customers they are, in the order received.

    1. Nobody owns any of the keys: a new period begins, for the salesperson of the
       lead, else for the salesperson on duty, else in the pool.
    2. The same person owns the customer: the lead joins.
    3. Somebody else does: a conflict. By hand it is refused; from an unattended door
       the lead goes to the owner; in teams that observe it is only recorded.
    4. The keys point at two owners: a conflict that the leader decides.

    The number of queries does not depend on the number of leads.

    :param leads: crm.lead, sudo, open, of teams that are not off
    :param str door: a value of ``door`` of sales.process.conflict
    :param actor: res.users, who did it
    :param str origin: how new owners received their customers
    """

    def __init__(self, leads, door, actor, origin=None):
        self.leads = leads.sorted("id")
        self.door = door
        self.actor = actor
        context_origin = leads.env.context.get("sales_process_origin")
        by_door = {"import": "import", "backfill": "backfill"}
        self.origin = origin or context_origin or by_door.get(door, "lead")
        self.env = leads.env
        self.Ownership = self.env["sales.process.ownership"]
        self.Key = self.env["sales.process.ownership.key"]
        self.claims = []
        self.joins = {}
        self.absorbed = []
        self.taken = []
        self.conflicts = []
        self.new_keys = defaultdict(dict)

    def run(self, drop_stale=False):
        """Decide and write everything.

        :param bool drop_stale: keys that no lead of the customer carries any more
            are freed
        :raise CustomerOwnedError: by hand, where a customer belongs to somebody else
        """
        self.keys_by_lead = self.leads._get_identity_keys()
        self._load_owners()
        for lead in self.leads:
            self._decide(lead)
        self._refuse()
        self._take()
        self._absorb()
        self._create_periods()
        self._join()
        self._write_keys()
        if drop_stale:
            self._drop_stale_keys()
        self._update_partners()
        self._record_conflicts()

    # -- reading ---------------------------------------------------------

    def _hard(self, lead):
        return {key for key in self.keys_by_lead[lead] if key[1] in HARD_KINDS}

    def _load_owners(self):
        wanted = {key for lead in self.leads for key in self._hard(lead)}
        found = self.Key._find(wanted)
        ownerships = self.Ownership.browse({ids[0] for ids in found.values()})
        ownerships.fetch(["user_id", "team_id", "state", "date_start"])
        self.owner_by_key = {
            key: self.Ownership.browse(ids[0]) for key, ids in found.items()
        }

    def _hits(self, lead):
        """Who holds the keys of the lead, each holder once, apart from itself."""
        own = self._own(lead)
        hits = []
        for key in sorted(self._hard(lead)):
            holder = self.owner_by_key.get(key)
            if holder and holder != own and holder not in hits:
                hits.append(holder)
        return hits

    def _own(self, lead):
        if lead in self.joins:
            return self.joins[lead]
        ownership = lead.ownership_id
        return ownership if ownership.state in ("open", "pool") else None

    # -- deciding --------------------------------------------------------

    def _decide(self, lead):
        own = self._own(lead)
        hits = self._hits(lead)
        if own:
            self._decide_owned(lead, own, hits)
        elif not hits:
            self._claim(lead)
        elif len({hit.user_id for hit in hits}) > 1:
            self._conflict(lead, hits)
        else:
            self._decide_held(lead, hits)

    def _decide_owned(self, lead, own, hits):
        strangers = [hit for hit in hits if hit.user_id != own.user_id]
        if strangers:
            self._conflict(lead, strangers, own)
        for hit in hits:
            if hit not in strangers and not isinstance(hit, _Claim):
                self.absorbed.append((own, hit))
        taken = {
            key for key in self._hard(lead) if self.owner_by_key.get(key) in strangers
        }
        self._add_keys(own, lead, taken)

    def _decide_held(self, lead, hits):
        """One person, or the pool, holds all of the keys."""
        holder = min(hits, key=self._age)
        if not lead.user_id or lead.user_id == holder.user_id:
            self._join_holder(lead, holder, hits)
        elif holder.state == "pool":
            self._decide_pool(lead, holder, hits)
        else:
            self._conflict(lead, hits)

    def _decide_pool(self, lead, holder, hits):
        """A registered customer that lies in the pool is taken, under its rules."""
        if self.door == "interactive" and holder.team_id.process_mode == "enforce":
            if not holder.team_id._is_leader(self.actor):
                self._conflict(lead, hits)
                return
        elif self.door in ("gateway", "website", "import", "cron"):
            # Taking costs a place in the day's limit, nobody is charged unasked.
            if holder.team_id.process_mode == "enforce":
                self._join_holder(lead, holder, hits)
                return
        if isinstance(holder, _Claim):
            holder.user_id = lead.user_id
            holder.state = "open"
        else:
            self.taken.append((holder, lead.user_id))
        self._join_holder(lead, holder, hits)

    def _age(self, holder):
        if isinstance(holder, _Claim):
            return (1, self.claims.index(holder))
        return (0, holder.date_start, holder.id)

    def _join_holder(self, lead, holder, hits):
        for hit in hits:
            if hit != holder and not isinstance(hit, _Claim):
                self.absorbed.append((holder, hit))
        if isinstance(holder, _Claim):
            holder.leads |= lead
        self.joins[lead] = holder
        self._add_keys(holder, lead)

    def _claim(self, lead):
        claim = _Claim(lead.user_id, lead)
        if not lead.user_id:
            claim.state = "pool"
        self.claims.append(claim)
        self.joins[lead] = claim
        self._add_keys(claim, lead)

    def _add_keys(self, holder, lead, without=()):
        for key, label in self.keys_by_lead[lead].items():
            if key in without:
                continue
            if key[1] in HARD_KINDS:
                if self.owner_by_key.get(key) == holder:
                    continue
                self.owner_by_key[key] = holder
            self.new_keys[holder].setdefault(key, label)

    def _conflict(self, lead, hits, own=None):
        holder = min(hits, key=self._age)
        others = [hit for hit in hits if hit != holder]
        if own:
            others = [own]
        resolution = False
        if holder.team_id.process_mode != "enforce":
            resolution = "observed" if self.door != "backfill" else False
        elif self.door == "interactive":
            resolution = "refused"
        elif self.door != "backfill" and not others:
            resolution = "routed"
        keys = sorted(
            key for key in self._hard(lead) if self.owner_by_key.get(key) in hits
        )
        self.conflicts.append(
            {
                "lead": lead,
                "tried_by": (lead.user_id or self.actor)
                if self.door != "interactive"
                else self.actor,
                "holder": holder,
                "other": others[0] if others else None,
                "resolution": resolution,
                "keys": keys,
            }
        )
        if resolution == "routed" or (
            others and not own and self.door not in ("interactive", "backfill")
        ):
            self.joins[lead] = holder
            taken = {key for key in keys if self.owner_by_key.get(key) != holder}
            if isinstance(holder, _Claim):
                holder.leads |= lead
            self._add_keys(holder, lead, taken)

    # -- writing ---------------------------------------------------------

    def _refuse(self):
        """By hand: one readable refusal, and the attempt is recorded afterwards."""
        refused = [row for row in self.conflicts if row["resolution"] == "refused"]
        if not refused:
            return
        env = self.env(user=self.actor.id, su=False)
        sentences = []
        for row in refused[:5]:
            holder = row["holder"]
            if isinstance(holder, _Claim):
                sentence = env._(
                    "Two of these leads are the same customer with different "
                    "salespeople. Register it once."
                )
            else:
                sentence = holder.with_env(env)._get_conflict_sentence(self.actor)
            if len(refused) > 1:
                sentence = f"{row['lead'].name}: {sentence}"
            if sentence not in sentences:
                sentences.append(sentence)
        if len(refused) > 5:
            sentences.append(
                env._("And %(count)s more.", count=len(refused) - len(sentences))
            )
        self.env["sales.process.conflict"]._record_after_rollback(
            [self._prepare_conflict(row, persisted=False) for row in refused]
        )
        lead = refused[0]["lead"]
        raise CustomerOwnedError(
            "\n".join(sentences),
            {
                "default_phone": lead.phone or lead.partner_id.phone or False,
                "default_email": lead.email_from or lead.partner_id.email or False,
                "default_partner_name": lead.partner_name or False,
                "default_contact_name": lead.contact_name or False,
            },
        )

    def _take(self):
        for pooled, user in self.taken:
            successors = pooled._hand_over(
                {pooled: user}, self.origin, "transferred", team=None
            )
            self._replace(pooled, successors.get(pooled, pooled))

    def _replace(self, old, new):
        """Speak of the new period wherever the old one was meant."""
        self.owner_by_key = {
            key: new if holder == old else holder
            for key, holder in self.owner_by_key.items()
        }
        self.joins = {
            lead: new if holder == old else holder
            for lead, holder in self.joins.items()
        }
        if old in self.new_keys:
            self.new_keys[new] = self.new_keys.pop(old)
        self.absorbed = [
            tuple(new if row == old else row for row in pair) for pair in self.absorbed
        ]

    def _absorb(self):
        for holder, hit in self.absorbed:
            if holder == hit or isinstance(holder, _Claim) or hit.state == "ended":
                continue
            holder._absorb(hit)
            self._replace(hit, holder)

    def _create_periods(self):
        if not self.claims:
            return
        self._assign_duty()
        previous = self._find_previous()
        values_list = []
        for claim in self.claims:
            lead = claim.leads[0]
            team = claim.team_id
            customer = lead._get_identity_partner()
            before = previous.get(claim, self.Ownership)
            date_start = lead.create_date if self.door == "backfill" else None
            values = {
                "name": customer.display_name
                or lead.partner_name
                or lead.contact_name
                or lead.name,
                "user_id": claim.user_id.id,
                "team_id": team.id,
                "company_id": lead._get_process_company().id,
                "partner_id": customer.id,
                "state": "open" if claim.user_id else "pool",
                "origin": self.origin,
                "previous_id": before.id,
                "awaits_duty": not claim.user_id
                and team.process_mode == "enforce"
                and team.release_to == "duty"
                and self.door != "backfill"
                and not any(claim.leads.mapped("process_into_pool")),
            }
            if date_start:
                values["date_start"] = date_start
                values["date_timer_start"] = self.env.cr.now()
            values_list.append(values)
        ownerships = self.Ownership._open_periods(values_list)
        for claim, ownership in zip(self.claims, ownerships, strict=True):
            claim.ownership = ownership
            self._replace(claim, ownership)
            for row in self.conflicts:
                for name in ("holder", "other"):
                    if row[name] is claim:
                        row[name] = ownership

    def _assign_duty(self):
        """Nobody on the lead: the salesperson on duty, in turn."""
        orphans = defaultdict(list)
        for claim in self.claims:
            if (
                not claim.user_id
                and claim.team_id.process_mode == "enforce"
                and claim.team_id.release_to == "duty"
                and self.door != "backfill"
                and not any(claim.leads.mapped("process_into_pool"))
            ):
                orphans[claim.team_id].append(claim)
        for team, claims in orphans.items():
            users = team._get_receivers(len(claims))
            for claim, user in zip(claims, users, strict=False):
                claim.user_id = user
            if len(users) < len(claims):
                team._tell_nobody_on_duty(len(claims) - len(users))

    def _find_previous(self):
        """The last ended period of each customer, by its keys: one chain."""
        wanted = {
            key
            for claim in self.claims
            for key in self.new_keys[claim]
            if key[1] in HARD_KINDS
        }
        found = self.Key._find(wanted, active=False)
        by_lead = {
            claim: claim.leads.ownership_id.filtered(lambda row: row.state == "ended")
            for claim in self.claims
        }
        candidates = self.Ownership.browse(
            {ids[0] for ids in found.values()}
        ) | self.Ownership.union(*by_lead.values())
        if not candidates:
            return {}
        busy = set(
            self.Ownership.search(
                [("previous_id", "in", candidates.ids), ("state", "!=", "ended")]
            ).previous_id.ids
        )
        previous = {}
        for claim in self.claims:
            rows = self.Ownership.browse(
                found[key][0] for key in self.new_keys[claim] if key in found
            )
            rows = (rows | by_lead[claim]).filtered(
                lambda row: row.state == "ended" and row.id not in busy
            )
            if rows:
                last = max(rows, key=lambda row: (row.date_end, row.id))
                previous[claim] = last
                busy.add(last.id)
        return previous

    def _join(self):
        joins = {
            lead: holder
            for lead, holder in self.joins.items()
            if lead.ownership_id != holder
        }
        by_owner = defaultdict(self.leads.browse)
        for lead, holder in joins.items():
            routed = any(row["lead"] == lead for row in self.conflicts)
            if lead.user_id != holder.user_id:
                team = holder.team_id if routed or holder.user_id else lead.team_id
                by_owner[holder.user_id, team] |= lead
        for (user, team), leads in by_owner.items():
            leads._write_owner(user, team)
        self.leads._set_ownership(joins)

    def _write_keys(self):
        rows = []
        for holder, keys in self.new_keys.items():
            known = {
                (key.company_id.id or 0, key.kind, key.value) for key in holder.key_ids
            }
            rows += [
                {
                    "ownership_id": holder.id,
                    "company_id": company_id,
                    "kind": kind,
                    "value": value,
                    "label": label,
                }
                for (company_id, kind, value), label in keys.items()
                if (company_id, kind, value) not in known
            ]
        refused = self.Key._insert(rows)
        if any(kind in HARD_KINDS for _company, kind, _value in refused):
            # Somebody was first since this transaction began: look again.
            raise ConcurrencyError("Another transaction owns a key of this customer")

    def _drop_stale_keys(self):
        """Free keys that were corrected away, unless added by hand."""
        ownerships = self.leads.ownership_id.filtered(
            lambda row: row.state in ("open", "pool")
        )
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("ownership_id", "in", ownerships.ids)])
        )
        keys_by_lead = leads._get_identity_keys()
        wanted = defaultdict(set)
        for lead, keys in keys_by_lead.items():
            wanted[lead.ownership_id] |= keys.keys()
        stale = ownerships.key_ids.filtered(
            lambda key: (
                not key.is_manual
                and (key.company_id.id or 0, key.kind, key.value)
                not in wanted[key.ownership_id]
            )
        )
        stale._deactivate()

    def _update_partners(self):
        """The customer of the ledger is the contact, as soon as there is one."""
        by_partner = defaultdict(self.Ownership.browse)
        for lead in self.leads:
            ownership = lead.ownership_id
            customer = lead._get_identity_partner()
            if (
                customer
                and ownership.state in ("open", "pool")
                and ownership.partner_id != customer
            ):
                by_partner[customer] |= ownership
        for customer, ownerships in by_partner.items():
            ownerships.write({"partner_id": customer.id, "name": customer.display_name})

    # -- conflicts -------------------------------------------------------

    def _prepare_conflict(self, row, persisted=True):
        lead, holder, other = row["lead"], row["holder"], row["other"]
        claimed = isinstance(holder, _Claim)
        return {
            "name": lead.partner_name or lead.contact_name or lead.name,
            "user_id": row["tried_by"].id,
            "lead_id": lead.id if persisted else False,
            "ownership_id": False if claimed else holder.id,
            "other_ownership_id": other.id
            if other and not isinstance(other, _Claim)
            else False,
            "owner_id": holder.user_id.id,
            "team_id": holder.team_id.id,
            "company_id": lead._get_process_company().id,
            "door": self.door,
            "resolution": row["resolution"],
            "state": "resolved" if row["resolution"] else "open",
            "identities": row["keys"],
        }

    def _record_conflicts(self):
        if self.conflicts:
            self.env["sales.process.conflict"]._record(
                [self._prepare_conflict(row) for row in self.conflicts]
            )
