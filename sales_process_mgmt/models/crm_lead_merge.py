# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Merged leads are one customer: their ownerships become one."""

from typing import NamedTuple

from odoo.tools import SQL

from ..exceptions import CustomerOwnedError
from ..tools import orm
from ..tools.kept import KeptQuery
from ..tools.transaction import Merging, writing_ledger
from .crm_lead_doors import LeadDoors


def _build_dependences(_env, lead_ids):
    """Whether leads have attachments, meetings or contacts: a row of answers."""
    return SQL(
        """
        SELECT EXISTS (SELECT FROM ir_attachment
                        WHERE res_model = 'crm.lead' AND res_id = ANY(%(ids)s)),
               EXISTS (SELECT FROM calendar_event WHERE opportunity_id = ANY(%(ids)s)),
               EXISTS (SELECT FROM sales_process_followup
                        WHERE lead_id = ANY(%(ids)s))
        """,
        ids=lead_ids,
    )


DEPENDENCES = KeptQuery("dependences", ("int[]",), _build_dependences)


class Dependences(NamedTuple):
    """What there is of leads that go, of whomever it is."""

    has_attachments: bool
    has_meetings: bool
    has_contacts: bool


def find_dependences(leads):
    """What there is of leads that go, to be moved: asked once.

    :param leads: crm.lead
    :return: :class:`Dependences`
    """
    env = leads.env
    env["ir.attachment"].flush_model(["res_model", "res_id"])
    env["calendar.event"].flush_model(["opportunity_id"])
    env["sales.process.followup"].flush_model(["lead_id"])
    (row,) = env.execute_query(DEPENDENCES.get_query(env, leads.ids))
    return Dependences._make(row)


class LeadMerge:
    """Merge leads, and the customers to which they belong.

    1. Only a leader merges customers of different owners, and no helper merges.
    2. While Odoo merges, the customers are joined just before the others are deleted.
    3. What is left says where the customer stands.

    :param leads: crm.lead, in the environment of whoever merges
    :param bool auto_unlink: whether the leads that go are deleted
    """

    def __init__(self, leads, auto_unlink=True):
        self.merged = leads
        self.env = leads.env
        self.auto_unlink = auto_unlink
        # sudo: whose customers they are does not depend on who may read it
        self.leads = leads.sudo()
        periods = self.leads.ownership_id
        periods._read_merged()
        self.ownerships = periods.filtered(lambda ownership: ownership.state != "ended")
        # each of the leads is of one of them: no contact detail is left to be claimed
        self.is_whole = all(lead.ownership_id in self.ownerships for lead in self.leads)

    def run(self, merge, team_id=False):
        """Check, let Odoo merge, and join the customers.

        :param merge: function that lets Odoo merge, and returns the lead that stays
        :param team_id: id of crm.team, to which the merged lead goes
        :return: crm.lead, the one that stays
        :raise CustomerOwnedError: where only a leader merges these customers
        """
        self._check()
        statuses = set(self.leads.mapped("won_status"))
        teams = {team_id, *self.leads.team_id.ids}
        active_ids = self.env["crm.team"]._get_active_process_ids()
        is_off = not self.ownerships and teams.isdisjoint(active_ids)

        def join(head):
            if not is_off:
                self._join(head)
            merging.move_contacts()

        merging = Merging(self.leads, join)
        with merging.going_on(self.env), writing_ledger(self.env):
            head = merge()
        head = head.with_env(self.env)
        merging.before_deletion(self.merged - head)
        if self.ownerships and statuses != {"pending"}:
            # a customer with closed leads: what is left says where it stands
            # sudo: the ledger is written by its own methods only
            head.sudo().ownership_id._sync_phase()
        return head

    def _check(self):
        if len(self.ownerships.user_id) > 1 and not self.env.su:
            user = self.env.user
            # a colleague's customer is what is in the way, not one's own
            for ownership in self.ownerships.sorted(lambda row: row.user_id == user):
                if ownership.process_mode != "enforce":
                    continue
                team, people = ownership.team_id, self.ownerships.user_id
                if not team._is_leader(user):
                    raise CustomerOwnedError(ownership._get_conflict_sentence(user))
                if not team._may_decide(user, people, ownership.company_id):
                    raise team.with_user(user)._make_own_matter_error(
                        people, ownership.company_id
                    )
        LeadDoors(self.merged).check_no_helper()

    def _join(self, head):
        """Make the ownerships of merged leads one, that of the remaining lead.

        :param head: crm.lead, sudo, the one that stays
        """
        # what was read before Odoo merged: it is read again with the lock
        orm.forget_lists(self.leads.ownership_id, "lead_ids")
        with writing_ledger(self.env, is_written=False):
            running = self.ownerships.filtered(
                lambda ownership: ownership.state != "ended"
            )
            if running and self._absorb(head, running) and self.is_whole:
                return
            head._sync_ownership(changed={"phone", "user_id"})

    def _absorb(self, head, running):
        """Join the running customers in the one that is kept.

        :return: bool, whether the lead that stays says nothing else than the ledger
        """
        same_user = running.filtered(lambda row: row.user_id == head.user_id)
        kept = (same_user or running).sorted(lambda row: (row.date_start, row.id))[0]
        without = self.leads - head if self.auto_unlink else ()
        going = without and without.filtered(lambda lead: lead.ownership_id == kept)
        if head.ownership_id != kept:
            head._set_ownership({head: kept})
        # the customer keeps the contact details of the leads that are gone
        kept._absorb(running - kept, without)
        if going:
            # they say nothing about the customer any more
            head._set_ownership(dict.fromkeys(going, kept.browse()))
        if head.won_status == "pending":
            kept._sync_phase(head)
        customer = head._get_identity_partner() or kept.partner_id
        return (head.user_id, head.team_id, customer) == (
            kept.user_id,
            kept.team_id,
            kept.partner_id,
        )
