# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers that turn out to be one: by their details, or by contacts that merge."""

from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.transaction import get_merging
from .sales_process_ownership_clock import OwnershipClock
from .sales_process_ownership_detail import OwnershipDetails
from .sales_process_ownership_ledger import OwnershipLedger, prepare_lock_and_ask


def _build_belongings(env, kept, others, roots):
    """What addons keep of customers that are joined: a row of answers."""
    questions = env["sales.process.ownership"]._ask_belongings(kept, others, roots)
    return SQL("SELECT %s", SQL(", ").join([*questions.values()] or [SQL("NULL")]))


LOCK_AND_ASK = prepare_lock_and_ask(
    "belongings", ("int[]", "int[]", "int[]"), _build_belongings
)


class OwnershipMerge:
    """Join periods of the same customer into one of them.

    :param kept: sales.process.ownership that stays, one
    """

    def __init__(self, kept):
        kept.ensure_one()
        self.kept = kept
        self.env = kept.env
        # names of the questions of addons that were answered with yes
        self.found = set()

    def absorb(self, others, without=()):
        """Join other running periods of the same customer into this one."""
        kept = self.kept
        running = self._lock(others)
        others = running - kept
        if not others or kept not in running:
            return
        self._check(others)
        # sudo: after _check; the customer that is joined may be a colleague's
        sudo_others = others.sudo()
        contact = max(
            filter(None, sudo_others.mapped("date_last_contact")), default=None
        )
        helpers = sudo_others.collaborator_ids - kept.user_id
        self._keep_revisit(sudo_others)
        OwnershipClock(kept).go_on_with_earliest({kept: others})
        # known since the lock; what is about to be deleted need not move
        leads = sudo_others.with_context(active_test=False).lead_ids
        if without:
            leads -= without
        leads = leads.filtered(lambda lead: lead.won_status == "pending")
        OwnershipLedger(others).end_locked(
            "merged", self.env._("The same customer as %s.", kept.name), kept
        )
        self._take_leads(leads)
        if kept.state == "open" and helpers:
            kept._add_collaborators(kept._filter_collaborators(helpers))
        is_moved = (
            contact
            and kept.state == "open"
            and OwnershipClock.is_moved_by(kept, contact)
        )
        self._absorb_followups(others, is_touched=not is_moved)
        if is_moved:
            kept._move_last_contact({kept: contact})

    def _lock(self, others):
        """Lock the periods, and ask with it what addons keep of them.

        :return: the periods that still run
        """
        periods = self.kept | others
        names = others and self.kept._ask_belongings([], [], [])
        if not names:
            return periods._lock_rows()
        # sudo: earlier periods may be hidden from whoever joins them
        roots = others.sudo().root_id | others
        running, (answers,) = periods._lock_and_ask(
            LOCK_AND_ASK, (self.kept.ids, others.ids, roots.ids)
        )
        self.found = {
            name for name, is_found in zip(names, answers, strict=True) if is_found
        }
        return running

    def _keep_revisit(self, others):
        """Of two days on which a served customer is visited, the earlier one stays."""
        # sudo: the ledger is written by its own methods only
        kept = self.kept.sudo()
        days = others.filtered(lambda row: row.phase == "served").mapped("date_revisit")
        if kept.phase == "served" and any(days):
            kept.date_revisit = min(filter(None, [kept.date_revisit, *days]))

    def _check(self, others):
        """Ask whether whoever joins these customers may decide it.

        :raise UserError: one sentence
        """
        owner, team = self.kept.user_id, self.kept.team_id
        # sudo: whose they are, to ask who may decide
        strangers = others.filtered(lambda row: row.sudo().user_id != owner)
        strangers._check_decided(dict.fromkeys(strangers, owner), team)
        self._check_joined_by_owner(others)

    def _take_leads(self, leads):
        """Open leads come along, to the owner and the team of the customer."""
        user, team = self.kept.user_id, self.kept.team_id
        leads.filtered(
            lambda lead: lead.user_id != user or lead.team_id != team
        )._write_owner(user, team)
        leads._set_ownership(dict.fromkeys(leads, self.kept))

    def _check_joined_by_owner(self, others):
        """Joining own customers is no way into another team, or to other days.

        :param others: periods that end in this one
        :raise UserError: one sentence that says whom to ask
        """
        actor = self.env.user
        # sudo: whose customers they are decides, also for who may not read them
        row = self.kept.sudo()
        own = others.sudo().filtered(lambda other: other.user_id == actor)
        if row.user_id != actor or not own:
            return
        moved = own.filtered(
            lambda other: other.state == "open" and other.team_id != row.team_id
        ).with_env(self.env)
        moved._check_decided(dict.fromkeys(moved, actor), row.team_id)
        team = row.team_id
        if team._is_leader(actor):
            return
        if len(set((row | own).mapped("is_frozen"))) > 1:
            raise UserError(
                self.env._(
                    "One of these two customers is frozen: ask the leader of "
                    "%(team)s to join them.",
                    team=team.name or "",
                )
            )
        if not team._has_product_line_rules():
            return
        tags = (row | own)._get_open_tags()
        days = {
            other: team._get_followup_days(other.grade_id, tags.get(other.id, ()))
            for other in row | own
        }
        joined = self.env["crm.tag"].sudo().union(*tags.values())
        if team._get_followup_days(row.grade_id, joined) > min(days.values()):
            self.env["crm.lead"]._refuse_product_line(row)

    def _absorb_followups(self, others, is_touched=False):
        """Contacts of merged customers count for the period that stays.

        Those of the leads that go with them move by the same statement.

        :param others: the periods that end
        :param bool is_touched: nothing else writes the period that stays
        """
        moves = {"ownership_id": (others, self.kept)}
        if merging := get_merging(self.env):
            moves |= merging.take_contacts()
        followups = self.env["sales.process.followup"]._move_all(
            moves, self.kept if is_touched else None
        )
        if not followups:
            return
        # sudo: as absorb
        periods = (self.kept | others).sudo()
        if any(
            followups.mapped("date_next")
            + periods.mapped("date_agreed")
            + periods.mapped("extension_count")
        ):
            self.kept.sudo()._recompute_agreed()

    def take_back(self, other):
        """Join what a colleague received into this customer, and tell both."""
        # sudo: whoever decides may not write the ledger
        kept = self.kept.sudo()
        (kept | other)._lock_rows()
        receiver, name = other.user_id, other.name
        kept._absorb(other)
        kept._log_on_leads(
            self.env._(
                "Claimed back: %(receiver)s had received the customer as %(customer)s.",
                receiver=receiver.name,
                customer=name,
            )
        )

        def render(env):
            return env._("%s was claimed back", name), env._(
                "%(customer)s, received by %(receiver)s, is an old customer of "
                "%(owner)s and belongs to %(owner)s again.",
                customer=name,
                receiver=receiver.name,
                owner=kept.user_id.name,
            )

        self.env["sales.process.notice"]._tell(
            kept.user_id | receiver, render, why="customer"
        )


class PartnerMerge:
    """Contacts become one: their customers, too, or the leader decides.

    :param customers: sales.process.ownership of all of the contacts
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def follow(self, src_partners, dst_partner):
        """Contacts were merged: join the ownerships, or leave them to the leader."""
        self.customers.invalidate_recordset()
        running = self.customers.filtered(lambda row: row.state != "ended")
        if not running:
            return
        merged = src_partners | dst_partner
        scopes = running.grouped(lambda row: row.company_id._get_customer_company())
        for company, rows in scopes.items():
            partner = dst_partner
            if company.process_customer_scope == "company":
                partner = dst_partner.commercial_partner_id
            PartnerMerge(rows)._join(partner, merged, company)

    def _join(self, partner, merged, company):
        """Let one of these periods have the contact that remains of several.

        :param partner: the customer that remains: the contact, or its company
        :param merged: the contacts that become one
        :param company: the company in which the periods are exclusive
        """
        details = OwnershipDetails(self.customers)
        Key = self.env["sales.process.ownership.key"]
        key = (company.id, "partner", str(partner.id))
        holder = self.customers.browse(Key._find([key]).get(key, ()))[:1]
        contact_keys = self.customers.key_ids.filtered(
            lambda row: row.kind == "partner"
        )
        # of contacts that are gone, and of the one whose owner is decided here
        contact_keys.filtered(
            lambda row: row.value in map(str, merged.ids)
        )._deactivate()
        if not holder or partner in merged:
            # nobody gets a colleague's contact by merging it into the own one
            actor = self.env.user
            holder = self.customers.sorted(
                lambda row: (
                    row.user_id == actor and not row.team_id._is_leader(actor),
                    row.date_start,
                    row.id,
                )
            )[0]
        others = self.customers - holder
        same = others.filtered(lambda row: row.user_id == holder.user_id)
        if same:
            holder._absorb(same)
            holder._sync_phase()
        if not Key._find([key]):
            Key._insert([details.prepare_key(holder, key, partner.display_name)])
        holder.write({"partner_id": partner.id, "name": partner.display_name})
        disputed = [
            {
                **details.prepare_conflict(other, holder, [key]),
                "name": partner.display_name,
            }
            for other in others - same
        ]
        details.record_disputes(disputed)
