# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What identifies customers: details that are added, disputed or read again."""

from collections import defaultdict
from datetime import timedelta

from odoo.tools import format_list

from .sales_process_ownership_clock import OwnershipClock
from .sales_process_ownership_key import HARD_KINDS

# Up to which customer details have been read again; missing while nothing is planned.
READ_AGAIN = "sales_process_mgmt.read_again_after"
READ_BATCH = 500
# the two customers of a conflict
PAIR = ("ownership_id", "other_ownership_id")


class OwnershipDetails:
    """Contact details of customers; what two of them have in common is disputed.

    :param customers: sales.process.ownership
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def add(self, details, going=False):
        """Add contact details to customers; refuses nobody, frees nothing."""
        # sudo: whoever edits a contact may not read whose customer it is
        Key = self.env["sales.process.ownership.key"].sudo()
        every = {key for keys in details.values() for key in keys}
        running, past = Key._find_with_past(every)
        holders = {
            key: self.customers.sudo().browse(ids) for key, ids in running.items()
        }
        rows, disputed = [], []
        for ownership, keys in details.items():
            taken = defaultdict(list)
            for key, label in keys.items():
                holder = holders.get(key, self.customers.browse())
                if ownership in holder.with_env(ownership.env):
                    if going and key[1] in HARD_KINDS:
                        rows.append(self.prepare_key(ownership, key, label))
                    continue
                if holder and key[1] in HARD_KINDS:
                    taken[holder[0]].append(key)
                    continue
                rows.append(self.prepare_key(ownership, key, label))
                holders[key] = holder | ownership.sudo()
            disputed += [
                self.prepare_conflict(ownership.sudo(), holder, keys)
                for holder, keys in taken.items()
                if holder.user_id != ownership.sudo().user_id
            ]
        Key._insert(rows)
        self.go_on_with_past(
            {
                ownership: {row_id for key in keys for row_id in past.get(key, ())}
                for ownership, keys in details.items()
            }
        )
        self.record_disputes(disputed)

    def go_on_with_past(self, past_ids):
        """What identified an earlier customer identifies these: its clock goes on."""
        past = self.customers.browse().union(
            *(self.customers.browse(ids) for ids in past_ids.values())
        )
        if past:
            # sudo: ended periods of others, whose clock goes on
            ended = past.sudo().filtered(lambda row: row.state == "ended")
            OwnershipClock(self.customers).go_on_with_earliest(
                {
                    ownership: ended & ended.browse(ids)
                    for ownership, ids in past_ids.items()
                    if ids
                }
            )

    def record_disputes(self, disputed):
        """Record what two customers have in common, once for each pair of them.

        :param list disputed: dicts as :meth:`prepare_conflict` returns them
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

    def prepare_key(self, customer, key, label):
        """A contact detail of a customer, for ``_insert`` of the keys.

        :param tuple key: ``(company_id, kind, value)``
        :return: dict of column values
        """
        company_id, kind, value = key
        return {
            "ownership_id": customer.id,
            "company_id": company_id,
            "kind": kind,
            "value": value,
            "label": label,
        }

    def prepare_conflict(self, customer, holder, keys):
        """A conflict that the leader decides: two people own one contact detail.

        :param holder: the ownership that keeps the detail
        :param keys: list of ``(company_id, kind, value)``
        :return: dict for ``_record`` of sales.process.conflict
        """
        return {
            "name": customer.name,
            "user_id": customer.user_id.id or self.env.uid,
            "lead_id": customer._get_open_leads()[:1].id,
            "ownership_id": holder.id,
            "other_ownership_id": customer.id,
            "owner_id": holder.user_id.id,
            "team_id": holder.team_id.id,
            "company_id": holder.company_id.id,
            "door": "contact",
            "resolution": False,
            "state": "open",
            "identities": sorted(keys),
        }

    def record_lost(self, lost):
        """Tell the leader which details stayed with another customer."""
        details = defaultdict(list)
        for loser_id, keeper_id, *key in lost:
            pair = self.customers.browse(loser_id), self.customers.browse(keeper_id)
            details[pair].append(tuple(key))
        self.record_disputes(
            [
                self.prepare_conflict(loser, keeper, keys)
                for (loser, keeper), keys in details.items()
                if loser.user_id != keeper.user_id
            ]
        )

    def read_all_again(self):
        """Add missing keys to running customers, batch after batch."""
        # sudo: a mark of the scheduler's own
        Parameter = self.env["ir.config_parameter"].sudo()
        last_id = Parameter.get_param(READ_AGAIN)
        while last_id:
            # each: one query for each batch
            rows = self.customers.search(
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

    def read_again(self):
        """Add the keys that leads, contacts and labels of these customers give."""
        # sudo: the leads of customers of everybody
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        leads = leads.search([("ownership_id", "in", self.customers.ids)])
        # a detail that two of them carry is the older customer's
        leads = leads.sorted(
            lambda lead: (lead.ownership_id.date_start, lead.ownership_id.id, lead.id)
        )
        found = leads._get_identity_keys(with_shared=True)
        contacts, large_ids = leads._get_contact_keys()
        details = defaultdict(dict)
        for lead in leads:
            details[lead.ownership_id] |= {**contacts.get(lead, {}), **found[lead]}
        for key in self.customers.sudo().key_ids:
            if key.kind == "phone_digits":
                ownership = key.ownership_id
                details[ownership] |= ownership.company_id._label_keys(
                    ownership.company_id._read_contact_details({key.label}, set())
                )
        leads._drop_shared_keys(details)
        self.add(details)
        self.customers.sudo().key_ids.filtered(
            lambda key: key.kind == "partner" and int(key.value) in large_ids
        ).write({"has_more_contacts": True})

    def tell_changed(self, partners, user):
        """Tell owners once a day that a stranger changes their customer's contact."""
        since = self.env.cr.now() - timedelta(days=1)
        # sudo: notifications are their readers' own
        told = self.env["mail.message"].sudo()
        told_ids = told.search(
            [
                ("model", "=", self.customers._name),
                ("res_id", "in", self.customers.ids),
                ("author_id", "=", user.partner_id.id),
                ("message_type", "=", "user_notification"),
                ("date", ">", since),
            ]
        ).mapped("res_id")
        # sudo: what waits to be told is its readers' own
        waiting = self.env["sales.process.notice.line"].sudo()
        told_ids += waiting.search(
            [
                ("res_model", "=", self.customers._name),
                ("res_id", "in", self.customers.ids),
                ("author_id", "=", user.partner_id.id),
                ("create_date", ">", since),
            ]
        ).mapped("res_id")
        names = partners.sudo()[:3].mapped("display_name")

        def render(env):
            text = env._(
                "%(user)s changed the contact details of your customer %(contact)s. "
                "What identified the customer before stays yours.",
                user=user.name,
                contact=format_list(env, names),
            )
            return text, text

        for ownership in self.customers.sudo().filtered(
            lambda row: row.id not in told_ids
        ):
            self.env["sales.process.notice"]._tell(
                ownership.user_id,
                render,
                ownership,
                why="customer",
                author_id=user.partner_id.id,
            )
