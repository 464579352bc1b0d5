# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.transaction import scheduled
from .sales_process_ownership_key import HARD_KINDS

# Up to which customer details have been read again; missing while nothing is planned.
READ_AGAIN = "sales_process_mgmt.read_again_after"
READ_BATCH = 500
# the two customers of a conflict
PAIR = ("ownership_id", "other_ownership_id")


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _absorb(self, others, without=()):
        """Join other running periods of the same customer into this one.

        The others end as ``merged``; their keys, leads and helpers come here. The
        earlier start stays in the ended rows of the ledger.

        :param others: ownerships in the same company
        :param without: crm.lead, about to be deleted
        """
        self.ensure_one()
        running = (self | others)._lock_rows()
        others = running - self
        if not others or self not in running:
            return
        sudo_others = others.sudo()
        strangers = others.filtered(lambda row: row.sudo().user_id != self.user_id)
        strangers._check_decided(dict.fromkeys(strangers, self.user_id), self.team_id)
        contact = max(
            filter(None, sudo_others.mapped("date_last_contact")), default=None
        )
        collaborators = sudo_others.collaborator_ids - self.user_id
        self._check_joined_by_owner(others)
        self._go_on_with_earliest({self: others})
        # known since the lock; what is about to be deleted need not move
        leads = sudo_others.with_context(active_test=False).lead_ids
        if without:
            leads -= without
        leads = leads.filtered(lambda lead: lead.won_status == "pending")
        freed = others._end_locked(
            "merged", self.env._("The same customer as %s.", self.name)
        )
        self.env["sales.process.ownership.key"]._insert(
            [{**key, "ownership_id": self.id} for key in freed]
        )
        leads.filtered(
            lambda lead: lead.user_id != self.user_id or lead.team_id != self.team_id
        )._write_owner(self.user_id, self.team_id)
        leads._set_ownership(dict.fromkeys(leads, self))
        if self.state == "open":
            self._add_collaborators(self._filter_collaborators(collaborators))
        self._absorb_followups(others)
        if contact and self.state == "open":
            self._move_last_contact({self: contact})

    def _take_back(self, other):
        """Join what a colleague received into this customer, and tell both.

        :param other: the customer of the colleague, in sudo
        """
        self.ensure_one()
        # sudo: whoever decides may not write the ledger
        kept = self.sudo()
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
        for user in (kept.user_id | receiver).filtered("active"):
            thread = self.with_context(lang=user.lang).env["mail.thread"]
            # sudo: sent by the system to colleagues
            thread.sudo().message_notify(
                partner_ids=user.partner_id.ids,
                subject=thread.env._("%s was claimed back", name),
                body=thread.env._(
                    "%(customer)s, received by %(receiver)s, is an old customer of "
                    "%(owner)s and belongs to %(owner)s again.",
                    customer=name,
                    receiver=receiver.name,
                    owner=kept.user_id.name,
                ),
            )

    def _check_joined_by_owner(self, others):
        """Joining own customers is no way into another team, or to other days.

        :param others: periods that end in this one
        :raise UserError: one sentence that says whom to ask
        """
        actor = self.env.user
        # sudo: whose customers they are decides, also for who may not read them
        row = self.sudo()
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

    # ------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------

    def _find_by_partners(self, partners):
        """The running ownerships of contacts, by their keys and their rows.

        :param partners: res.partner
        :return: sales.process.ownership
        """
        if not partners:
            return self.browse()
        keys = self.env["sales.process.ownership.key"].search(
            [
                ("kind", "=", "partner"),
                ("value", "in", [str(partner.id) for partner in partners]),
            ]
        )
        running = [("partner_id", "in", partners.ids), ("state", "!=", "ended")]
        return self.search(running) | keys.ownership_id.filtered(
            lambda row: row.state != "ended"
        )

    def _add_details(self, details, going=False):
        """Add contact details to customers; refuses nobody, frees nothing.

        What somebody else owns becomes a conflict for the leader.

        :param dict details: ``{ownership: {(company_id, kind, value): label}}``
        :param bool going: the details are about to be overwritten: also what is found
            by the contact only becomes a key
        """
        # sudo: whoever edits a contact may not read whose customer it is
        Key = self.env["sales.process.ownership.key"].sudo()
        every = {key for keys in details.values() for key in keys}
        running, past = Key._find_with_past(every)
        holders = {key: self.sudo().browse(ids) for key, ids in running.items()}
        rows, disputed = [], []
        for ownership, keys in details.items():
            taken = defaultdict(list)
            for key, label in keys.items():
                holder = holders.get(key, self.browse())
                if ownership in holder.with_env(ownership.env):
                    if going and key[1] in HARD_KINDS:
                        rows.append(ownership._prepare_key_values(key, label))
                    continue
                if holder and key[1] in HARD_KINDS:
                    taken[holder[0]].append(key)
                    continue
                rows.append(ownership._prepare_key_values(key, label))
                holders[key] = holder | ownership.sudo()
            disputed += [
                ownership.sudo()._prepare_key_conflict(holder, keys)
                for holder, keys in taken.items()
                if holder.user_id != ownership.sudo().user_id
            ]
        Key._insert(rows)
        self._go_on_with_past(
            {
                ownership: {row_id for key in keys for row_id in past.get(key, ())}
                for ownership, keys in details.items()
            }
        )
        self._record_disputes(disputed)

    @api.model
    def _go_on_with_past(self, past_ids):
        """What identified an earlier customer identifies these: its clock goes on.

        :param dict past_ids: ``{ownership: ids of periods that have ended}``
        """
        past = self.browse().union(*(self.browse(ids) for ids in past_ids.values()))
        if past:
            ended = past.sudo().filtered(lambda row: row.state == "ended")
            self._go_on_with_earliest(
                {
                    ownership: ended & ended.browse(ids)
                    for ownership, ids in past_ids.items()
                    if ids
                }
            )

    def _record_disputes(self, disputed):
        """Record what two customers have in common, once for each pair of them.

        :param list disputed: dicts as :meth:`_prepare_key_conflict` returns them
        """
        if not disputed:
            return
        # sudo: the leader's inbox
        Conflict = self.env["sales.process.conflict"].sudo()
        sides = [row[name] for row in disputed for name in PAIR]
        known = {
            frozenset((row.ownership_id.id, row.other_ownership_id.id))
            for row in Conflict.search(
                [
                    ("state", "=", "open"),
                    ("ownership_id", "in", sides),
                    ("other_ownership_id", "in", sides),
                ]
            )
        }
        disputed = [
            row
            for row in disputed
            if frozenset(row[name] for name in PAIR) not in known
        ]
        if disputed:
            Conflict._record(disputed)

    def _prepare_key_values(self, key, label):
        company_id, kind, value = key
        return {
            "ownership_id": self.id,
            "company_id": company_id,
            "kind": kind,
            "value": value,
            "label": label,
        }

    def _prepare_key_conflict(self, holder, keys):
        """A conflict that the leader decides: two people own one contact detail.

        :param holder: the ownership that keeps the detail
        :param keys: list of ``(company_id, kind, value)``
        :return: dict for ``_record`` of sales.process.conflict
        """
        return {
            "name": self.name,
            "user_id": self.user_id.id or self.env.uid,
            "lead_id": self._get_open_leads()[:1].id,
            "ownership_id": holder.id,
            "other_ownership_id": self.id,
            "owner_id": holder.user_id.id,
            "team_id": holder.team_id.id,
            "company_id": holder.company_id.id,
            "door": "contact",
            "resolution": False,
            "state": "open",
            "identities": sorted(keys),
        }

    def _record_lost_keys(self, lost):
        """Tell the leader which details stayed with another customer.

        :param lost: list of ``(losing ownership id, keeping ownership id, company id,
            kind, value)``
        """
        details = defaultdict(list)
        for loser_id, keeper_id, *key in lost:
            details[loser_id, keeper_id].append(tuple(key))
        self._record_disputes(
            [
                self.browse(loser_id)._prepare_key_conflict(
                    self.browse(keeper_id), keys
                )
                for (loser_id, keeper_id), keys in details.items()
                if self.browse(loser_id).user_id != self.browse(keeper_id).user_id
            ]
        )

    # ------------------------------------------------------------
    # READING AGAIN
    # ------------------------------------------------------------

    @api.model
    def _plan_reading_again(self):
        """Read the details of all running customers again, in the background.

        Needed when what a detail means has changed: the country or the scope of a
        company, a new version.
        """
        # sudo: the parameter is the scheduled action's own
        self.env["ir.config_parameter"].sudo().set_param(READ_AGAIN, "0")
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_read_again", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    @api.model
    @scheduled
    def _cron_read_again(self):
        """Add missing keys to running customers, batch after batch.

        Goes on where it stopped; without anything planned it does nothing.
        """
        Parameter = self.env["ir.config_parameter"].sudo()
        last_id = Parameter.get_param(READ_AGAIN)
        while last_id:
            rows = self.search(
                [("id", ">", int(last_id)), ("state", "!=", "ended")],
                order="id",
                limit=READ_BATCH,
            )
            rows._read_details_again()
            last_id = str(rows[-1].id) if rows else False
            Parameter.set_param(READ_AGAIN, last_id)
            self.env["ir.cron"]._commit_progress(
                len(rows), remaining=int(bool(last_id))
            )

    def _read_details_again(self):
        """Add the keys that leads, contacts and labels of these customers give."""
        # sudo: the leads of customers of everybody
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        leads = leads.search([("ownership_id", "in", self.ids)])
        found = leads._get_identity_keys(with_shared=True)
        contacts, large_ids = leads._get_contact_keys()
        details = defaultdict(dict)
        for lead in leads:
            details[lead.ownership_id] |= {**contacts.get(lead, {}), **found[lead]}
        for key in self.sudo().key_ids:
            if key.kind == "phone_digits":
                ownership = key.ownership_id
                details[ownership] |= ownership.company_id._label_keys(
                    ownership.company_id._read_contact_details({key.label}, set())
                )
        leads._drop_shared_keys(details)
        self._add_details(details)
        self.sudo().key_ids.filtered(
            lambda key: key.kind == "partner" and int(key.value) in large_ids
        ).write({"has_more_contacts": True})

    # ------------------------------------------------------------
    # CONTACTS THAT CHANGE
    # ------------------------------------------------------------

    def _tell_contact_changed(self, partners, user):
        """Tell each owner once a day that a stranger changes their customer's contact.

        :param partners: res.partner, the changed contacts
        :param user: res.users, who changed them
        """
        since = self.env.cr.now() - timedelta(days=1)
        # sudo: notifications are their readers' own
        told = self.env["mail.message"].sudo()
        told_ids = told.search(
            [
                ("model", "=", self._name),
                ("res_id", "in", self.ids),
                ("author_id", "=", user.partner_id.id),
                ("message_type", "=", "user_notification"),
                ("date", ">", since),
            ]
        ).mapped("res_id")
        names = ", ".join(partners.sudo()[:3].mapped("display_name"))
        for ownership in self.sudo().filtered(lambda row: row.id not in told_ids):
            spoken = ownership.with_context(lang=ownership.user_id.lang)
            text = spoken.env._(
                "%(user)s changed the contact details of your customer %(contact)s. "
                "What identified the customer before stays yours.",
                user=user.name,
                contact=names,
            )
            spoken.message_notify(
                partner_ids=ownership.user_id.partner_id.ids,
                subject=text,
                body=plaintext2html(text),
                author_id=user.partner_id.id,
            )

    def _follow_partner_merge(self, src_partners, dst_partner):
        """Contacts were merged: join the ownerships, or leave them to the leader.

        Ownerships of one person become one. Where two people own the two contacts,
        both keep their customer and their details, the older ownership, but never
        that of who merges, keeps the contact, and the leader decides.

        :param src_partners: the contacts that go, still existing
        :param dst_partner: the contact that stays
        """
        self.invalidate_recordset()
        running = self.filtered(lambda row: row.state != "ended")
        if not running:
            return
        merged = src_partners | dst_partner
        scopes = running.grouped(lambda row: row.company_id._get_customer_company())
        for company, rows in scopes.items():
            partner = dst_partner
            if company.process_customer_scope == "company":
                partner = dst_partner.commercial_partner_id
            rows._join_partner(partner, merged, company)

    def _join_partner(self, partner, merged, company):
        """Let one of these periods have the contact that remains of several.

        :param partner: the customer that remains: the contact, or its company
        :param merged: the contacts that become one
        :param company: the company in which the periods are exclusive
        """
        Key = self.env["sales.process.ownership.key"]
        key = (company.id, "partner", str(partner.id))
        holder = self.browse(Key._find([key]).get(key, ()))[:1]
        contact_keys = self.key_ids.filtered(lambda row: row.kind == "partner")
        # of contacts that are gone, and of the one whose owner is decided here
        contact_keys.filtered(
            lambda row: row.value in map(str, merged.ids)
        )._deactivate()
        if not holder or partner in merged:
            # nobody gets a colleague's contact by merging it into the own one
            actor = self.env.user
            holder = self.sorted(
                lambda row: (
                    row.user_id == actor and not row.team_id._is_leader(actor),
                    row.date_start,
                    row.id,
                )
            )[0]
        others = self - holder
        same = others.filtered(lambda row: row.user_id == holder.user_id)
        holder._absorb(same)
        if same:
            holder._sync_phase()
        if not Key._find([key]):
            Key._insert([holder._prepare_key_values(key, partner.display_name)])
        holder.write({"partner_id": partner.id, "name": partner.display_name})
        disputed = [
            {**other._prepare_key_conflict(holder, [key]), "name": partner.display_name}
            for other in others - same
        ]
        self._record_disputes(disputed)
