# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ledger follows the leads: whose customers they are after a create or write."""

import logging
from collections import defaultdict

from odoo.tools import SQL

from ..exceptions import RETRY_ERRORS, LookupLimitError
from ..tools.transaction import get_door, keeps_owners, writing_ledger
from .crm_lead_identity import LeadIdentity
from .sales_process_ownership_claim import OwnershipClaims
from .sales_process_ownership_key import HARD_KINDS, TYPED_KINDS
from .sales_process_ownership_ledger import OWN_DOORS

_logger = logging.getLogger(__name__)

# A change of one of these takes the customer somewhere else.
OWNER_FIELDS = {"company_id", "team_id", "user_id"}
# What of it says who the customer is.
IDENTITY_FIELDS = {
    "commercial_partner_id",
    "country_id",
    "email_from",
    "partner_id",
    "partner_name",
    "phone",
    "process_wechat_id",
}
# What names the customer of a new lead, or of one outside the process.
NAMING_FIELDS = {"email_from", "partner_id", "phone", "team_id"}
STATUS_FIELDS = {"active", "probability", "stage_id"}
# A change of one of these can change who the customer is, or whose.
OWNERSHIP_FIELDS = OWNER_FIELDS | IDENTITY_FIELDS | STATUS_FIELDS | {"type"}
RUNNING = ("open", "pool")


def is_running(lead):
    """Whether the customer of a lead has an owner, or lies in the pool."""
    return lead.ownership_id.state in RUNNING


class LeadSync:
    """Bring the ledger in line with leads that were made or changed.

    1. Leads without team get the one in which their customer is judged.
    2. Selected are those of teams that are not off, those of customers with an owner,
       and strays: leads outside the process whose customer is owned inside.
    3. Who has written another owner must be allowed to hand over; what nobody has
       decided does not happen.
    4. Leads that left the process or the company leave their customer.
    5. The rest is decided by :class:`OwnershipClaims`.

    From an unattended door it never raises: a lead that cannot be claimed now waits
    for the scheduled action. Costs no query for leads of teams that are off.

    :param leads: crm.lead, sudo, that were made or changed
    :param Arrival arrival: how the leads have come in
    :param changed: names of the fields that were written; empty after a create
    :param str origin: how a new owner received the customer
    :param actor: res.users, who did it; by default the current user
    """

    def __init__(self, leads, arrival, changed=(), origin=None, actor=None):
        self.leads = leads
        self.env = leads.env
        self.arrival = arrival
        self.door = arrival.door
        self.changed = frozenset(changed)
        self.origin = origin
        self.actor = actor or leads.env.user
        self.active_ids = self.env["crm.team"]._get_active_process_ids()

    def run(self, is_made=False):
        """Select, judge and claim.

        :param bool is_made: the leads have just been made, nothing hangs on them
        :raise CustomerOwnedError: by hand, where a customer belongs to somebody else
        """
        leads = self.select()
        if not leads:
            return
        self._judge_owner_changes(leads)
        if self.door in ("interactive", "backfill"):
            self.claim(leads, is_made)
            return
        # what fails of what was written before is not kept quiet about
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                self.claim(leads, is_made)
        except LookupLimitError:
            # an import, which somebody reads
            raise
        except RETRY_ERRORS as error:
            _logger.info("Leads %s wait for their owner: %s", leads.ids, error)
            self._wait_for_owner(leads)
        except Exception:
            # Whatever went wrong, the customer's message is kept.
            _logger.exception("Leads %s wait for their owner", leads.ids)
            self._wait_for_owner(leads)

    def _wait_for_owner(self, leads):
        """Queue the leads for the scheduled action that finds their owner."""
        with writing_ledger(self.env):
            leads.write({"process_ownership_pending": True})
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_claim_pending", raise_if_not_found=False
        )
        if cron:
            cron._trigger()

    # -- selecting ---------------------------------------------------------

    def select(self):
        """The leads whose customer has an owner, or gets one.

        Those of teams that observe or enforce, and those of customers with an owner.
        A lead without team is judged in the team of its salesperson, else in the
        company's default team. One that stays outside the process, in a team that is
        off, is no way around it: its customer may be owned.

        :return: crm.lead
        """
        if self.active_ids:
            self._enter_team()
            if not self.changed:
                self._drop_share_salespeople()
        leads = self._filter_in_ledger(self.leads)
        others = self.leads - leads
        if (
            others
            and self.active_ids
            and (not self.changed or NAMING_FIELDS & self.changed)
        ):
            leads |= self._filter_strays(others)
        return leads

    def _filter_in_ledger(self, leads):
        return leads.filtered(
            lambda lead: lead.team_id.id in self.active_ids or is_running(lead)
        )

    def _enter_team(self):
        """A lead without team gets the one in which its customer is judged."""
        teamless = self.leads.filtered(lambda lead: not lead.team_id)
        by_people = teamless.grouped(
            lambda lead: (lead.ownership_id, lead.user_id, lead.company_id)
        )
        for (ownership, user, company), leads in by_people.items():
            if ownership.state in RUNNING:
                team = ownership.team_id
            else:
                team = self.env["crm.team"]._get_process_team(
                    user, company or user.company_id or self.env.company
                )
            if team:
                leads._write_owner(user, team)

    def _drop_share_salespeople(self):
        """A portal user whom another application has made salesperson owns nothing."""
        shared = self.leads.filtered(
            lambda lead: lead.user_id.share and lead.team_id.id in self.active_ids
        )
        for team, leads in shared.grouped("team_id").items():
            leads._write_owner(self.env["res.users"], team)

    def _filter_strays(self, leads):
        """Leads outside the process whose customer is owned in a team that enforces.

        Where somebody has just typed what names the customer, no answer is an answer,
        too: it is counted. That of the strays is counted when they are judged.

        :param leads: crm.lead, outside the process
        :return: crm.lead
        """
        is_typed = not self.changed or {"email_from", "phone"} & self.changed
        is_asked = is_typed and self.door in ("interactive", "import")
        # what identifies nobody is nobody's key: no need to leave it out
        identity = LeadIdentity(leads)
        keys_by_lead = identity.get_keys()
        wanted = {
            key
            for keys in keys_by_lead.values()
            for key in keys
            if key[1] in HARD_KINDS
        }
        found = self.env["sales.process.ownership.key"]._find(wanted) if wanted else {}
        if not found and not is_asked:
            return leads.browse()
        ownerships = self.env["sales.process.ownership"].browse(
            {ids[0] for ids in found.values()}
        )
        enforced = set(
            ownerships.filtered(lambda row: row.process_mode == "enforce").ids
        )
        known = {key for key, ids in found.items() if ids[0] in enforced}
        strays = leads.filtered(
            lambda lead: (
                lead.won_status == "pending"
                and not known.isdisjoint(keys_by_lead[lead])
            )
        )
        if is_asked:
            questions = [
                (
                    identity.company_by_lead[lead],
                    {
                        key: ownerships.browse()
                        for key in wanted & keys_by_lead[lead].keys()
                        if key[1] != "partner"
                    },
                )
                for lead in leads - strays
            ]
            self.env["sales.process.lookup"]._charge_questions(self.actor, questions)
        return strays

    # -- another owner -----------------------------------------------------

    def _get_owner_changes(self, leads):
        """Leads of running customers that say somebody else than the ledger does.

        A change of the team counts where the team itself was written: Odoo computes it
        from the salesperson.

        :return: crm.lead
        """
        return leads.filtered(
            lambda lead: (
                is_running(lead)
                and (
                    lead.user_id != lead.ownership_id.user_id
                    or (
                        "team_id" in self.changed
                        and lead.team_id != lead.ownership_id.team_id
                    )
                    or ("company_id" in self.changed and self._is_other_company(lead))
                )
            )
        )

    def _judge_owner_changes(self, leads):
        """Ask the one permission for every change of owner, whatever the door.

        What nobody has decided - a visitor, a chatbot, another application by itself -
        does not happen: the customer stays with its owner and the conflict is recorded.
        """
        if OWNER_FIELDS.isdisjoint(self.changed) or get_door(self.env) in OWN_DOORS:
            return
        leads = self._get_owner_changes(leads)
        if not leads:
            return
        if self.actor.share or self.actor._is_superuser():
            self._keep_owner(leads)
            return
        if keeps_owners(self.env):
            self._keep_owner(leads, is_conflict=False)
            return
        for lead in leads:
            lead.ownership_id._check_hand_over(self.actor, lead.user_id, lead.team_id)
            if lead.user_id.share:
                # Odoo would move the lead to a team of no process with it
                lead.ownership_id._check_receiver(lead.user_id)

    def _keep_owner(self, leads, is_conflict=True):
        """Nobody decided it: salesperson and team stay those of the ledger.

        :param bool is_conflict: record that somebody else would have got the customer
        """
        conflicts = []
        by_owner = defaultdict(leads.browse)
        for lead in leads:
            ownership = lead.ownership_id
            if lead.won_status != "pending" or ownership.process_mode != "enforce":
                continue
            by_owner[ownership.user_id, ownership.team_id] |= lead
            if is_conflict and ownership.state == "open":
                conflicts.append(self._prepare_conflict(lead, ownership))
        for (user, team), kept in by_owner.items():
            kept._write_owner(user, team)
            kept._unfollow(self.env.user)
        if conflicts:
            self.env["sales.process.conflict"]._record(conflicts)

    def _prepare_conflict(self, lead, ownership):
        """Values of a conflict about a lead that stays with its owner."""
        # whom another application would have given it to
        wished = lead.user_id.filtered(lambda user: not user.share)
        return {
            "name": ownership.name or lead.name,
            "user_id": (wished or self.actor).id,
            "actor_id": self.actor.id,
            "lead_id": lead.id,
            "ownership_id": ownership.id,
            "owner_id": ownership.user_id.id,
            "team_id": ownership.team_id.id,
            "company_id": ownership.company_id.id,
            "door": self.door,
            "resolution": "routed",
            "state": "resolved",
            # that another salesperson was named makes no detail one of many customers
            "identities": [],
            "details": [
                (key.company_id.id, key.kind, key.value)
                for key in ownership.key_ids
                if key.kind in TYPED_KINDS
            ],
        }

    def _follow_owner_change(self, leads):
        """A changed salesperson or team is a transfer of the whole customer."""
        changes = {lead.ownership_id: lead for lead in self._get_owner_changes(leads)}
        for ownership, lead in changes.items():
            note = self.env._("Changed on the lead by %(user)s.", user=self.actor.name)
            if ownership.state == "pool":
                kind = ("pool", "transferred")
            elif lead.user_id:
                kind = ("transfer", "transferred")
            else:
                kind = ("release", "released")
            ownership._hand_over({ownership: lead.user_id}, *kind, note, lead.team_id)

    # -- leaving -----------------------------------------------------------

    def _leave_switched_off(self, leads):
        """Leads moved to a team without the process leave their ownership."""
        gone = leads.filtered(
            lambda lead: (
                is_running(lead)
                and (lead.process_mode or "off") == "off"
                and lead.ownership_id.team_id != lead.team_id
            )
        )
        if gone:
            self._leave(
                gone,
                self.env._("Moved to a team that does not use the sales process."),
            )

    def _leave_other_company(self, leads):
        """Leads moved to another company are customers of that company.

        Between branches that share their customers they stay the owner's.
        """
        running = leads.filtered(is_running)
        gone = running.filtered(self._is_other_company)
        if gone:
            self._leave(gone, self.env._("Moved to another company."))
        for lead in running - gone:
            if lead.company_id and lead.company_id != lead.ownership_id.company_id:
                lead.ownership_id.company_id = lead.company_id

    def _is_other_company(self, lead):
        """Tell whether the lead has left the company of its customer."""
        company = lead.company_id
        return bool(company) and (
            company._get_customer_company()
            != lead.ownership_id.company_id._get_customer_company()
        )

    def _leave(self, leads, note):
        """Detach the leads; a customer without open lead is free.

        :param str note: why, in words
        """
        ownerships = leads.ownership_id
        leads._set_ownership(dict.fromkeys(leads, ownerships.browse()))
        ownerships.filtered(lambda row: not row._get_open_leads())._end(
            "transferred", note
        )

    # -- claiming ----------------------------------------------------------

    def claim(self, leads, is_made=False):
        """Decide whose customers these leads are, and write it; may raise.

        :param leads: crm.lead, see :meth:`select`
        :param bool is_made: see :meth:`run`
        """
        if any(map(is_running, leads)):
            strays = leads - self._filter_in_ledger(leads)
            self._leave_switched_off(leads)
            if "company_id" in self.changed:
                self._leave_other_company(leads)
            leads = self._filter_in_ledger(leads) | strays
        leads = self._settle_closed(leads)
        if not leads:
            return
        self._follow_owner_change(leads)
        pending = leads.filtered(lambda lead: lead.won_status == "pending")
        claims = OwnershipClaims(leads, self.arrival, self.actor, self.origin)
        claims.run()
        customers = leads.ownership_id
        if is_made and pending == leads:
            # who begins with an inquiry that has just been made has signed nothing yet
            customers -= claims.begun
        if customers:
            customers._sync_phase(pending)

    def _settle_closed(self, leads):
        """Closed leads say how their customer stands, and claim nothing any more.

        A lead that is made as won is one; a lost one claims nobody.

        :return: crm.lead, those that go on to be claimed
        """
        closed = leads.filtered(lambda lead: lead.won_status != "pending")
        if not closed:
            return leads
        if IDENTITY_FIELDS & self.changed:
            self._add_details(closed)
        if not self.changed or STATUS_FIELDS & self.changed:
            closed.ownership_id._sync_phase()
            if not self.changed or self.door == "backfill":
                return leads.filtered(lambda lead: lead.won_status != "lost")
        return leads - closed

    def _add_details(self, closed):
        """Closed leads: a customer that goes on gains what is written on them, too."""
        leads = closed.filtered(is_running)
        if not leads:
            return
        details = defaultdict(dict)
        for lead, keys in leads._get_identity_keys().items():
            details[lead.ownership_id].update(keys)
        leads.ownership_id._add_details(details)


class PendingLeads:
    """Find the owner of leads that an unattended door could not claim.

    :param env: of the scheduled action
    """

    def __init__(self, env):
        self.env = env
        self.Lead = env["crm.lead"].with_context(active_test=False)

    def run(self):
        """Batch by batch, each lead once; one that fails keeps no other waiting.

        A lead that loses its race waits on: Odoo calls again for what remains.
        """
        domain = [("process_ownership_pending", "=", True)]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self.Lead.search_count(domain))
        after = 0
        while leads := self.Lead.search(
            [*domain, ("id", ">", after)], order="id", limit=100
        ):
            after, done = leads.ids[-1], len(leads)
            try:
                leads._process_pending()
                # what fails when it is written is one of these leads, too
                self.env.flush_all()
            except Exception:
                self.env.cr.rollback()
                _logger.warning("Pending leads %s are tried one by one", leads.ids)
                done = sum(map(self._process_alone, leads))
            if not progress(done):
                break

    def _process_alone(self, lead):
        """Claim one lead; a lead that cannot be claimed becomes a conflict.

        :return: bool, False where it waits on
        """
        try:
            lead._process_pending()
            self.env["ir.cron"]._commit_progress()
        except RETRY_ERRORS:
            # the next call sees what the winner committed
            self.env.cr.rollback()
            return False
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Lead %s cannot be claimed", lead.id)
            self._give_up(lead, error)
            self.env["ir.cron"]._commit_progress()
        return True

    def _give_up(self, lead, error):
        # written past the model, whose own write may be what fails
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET process_ownership_pending = NULL WHERE id = %s",
                lead.id,
            )
        )
        lead.invalidate_recordset(["process_ownership_pending"])
        # sudo: the leader's inbox
        self.env["sales.process.conflict"].sudo().create(
            {
                "name": lead.name,
                "lead_id": lead.id,
                "team_id": lead.team_id.id,
                "company_id": lead.company_id.id,
                "door": "cron",
                "note": self.env._(
                    "The owner of this lead could not be found: %(error)s",
                    error=str(error),
                ),
            }
        )
