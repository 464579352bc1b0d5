# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..tools import deadline as deadline_tools
from .sales_process_ownership_key import (
    DETAILS_PER_CUSTOMER,
    HARD_KINDS,
    TYPED_KINDS,
)

# A period that ended within so many days is worth telling.
RECENT_DAYS = 90
HINTS_MAX = 5


@dataclass
class LookupResult:
    """What a look-up found, before anybody decides who may know it."""

    state: Any
    holders: Any
    previous: Any
    hints: Any
    matched: set = field(default_factory=set)
    # {(company_id, kind, value): running ownership} of what identifies a customer
    owners: dict = field(default_factory=dict)


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    @api.model
    def _selection_lookup_state(self):
        """The possible answers to the question whose customer it is.

        :return: list of ``(value, label)``
        """
        return [
            ("new", self.env._("New")),
            ("mine", self.env._("Mine")),
            ("helper", self.env._("I Help")),
            ("owned", self.env._("Somebody Else's")),
            ("pool", self.env._("In the Pool")),
            ("expired", self.env._("Free Again")),
            ("several", self.env._("Several Owners")),
            ("shared", self.env._("Identifies Nobody")),
            ("limited", self.env._("Too Many Look-Ups")),
        ]

    @api.model
    def _lookup(self, identities, user, is_shared=False):
        """Tell whose customer the identities are.

        Reads the index of the keys: the number of queries does not depend on the
        number of identities. Nothing is logged and nothing is hidden here.

        :param identities: iterable of ``(company_id or 0, kind, value)``
        :param user: res.users, from whose point of view the answer is given
        :param bool is_shared: contact details were given, all of which identify
            nobody
        :return: :class:`LookupResult` with sudo recordsets
        """
        # sudo: the question is about customers of everybody
        Ownership = self.sudo()
        Key = self.env["sales.process.ownership.key"].sudo()
        identities = set(identities)
        hard = {key for key in identities if key[1] in HARD_KINDS}
        found, past = Key._find_with_past(identities)
        ids = {ids[0] for key, ids in found.items() if key in hard}
        holders = Ownership.browse(ids).sorted(lambda row: (row.date_start, row.id))
        hint_ids = {
            row_id
            for key, row_ids in found.items()
            if key not in hard
            for row_id in row_ids[: HINTS_MAX + 1]
        }
        hints = (Ownership.browse(sorted(hint_ids)) - holders).filtered(
            lambda row: row.state != "ended"
        )[:HINTS_MAX]
        previous = Ownership
        if not holders and hard:
            since = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
            ended = Ownership.browse(
                {row_ids[0] for key, row_ids in past.items() if key in hard}
            )
            previous = ended.filtered(
                lambda row: row.state == "ended" and row.date_end > since
            ).sorted("date_end")[-1:]
        return LookupResult(
            state=self._get_lookup_state(
                holders, previous, user, bool(identities), is_shared
            ),
            holders=holders,
            previous=previous,
            hints=hints,
            matched={key for key in found if key in hard},
            owners={
                key: Ownership.browse(row_ids[0])
                for key, row_ids in found.items()
                if key in hard
            },
        )

    @api.model
    def _get_lookup_state(self, holders, previous, user, is_asked, is_shared):
        if len(holders.user_id) > 1 or len(set(holders.mapped("state"))) > 1:
            return "several"
        if holders:
            if holders[0].state == "pool":
                return "pool"
            if holders.user_id == user:
                return "mine"
            helped = all(user in row.collaborator_ids for row in holders)
            return "helper" if helped else "owned"
        if previous:
            return "expired"
        if is_shared:
            return "shared"
        return "new" if is_asked else False

    def _get_own_sentence(self, user):
        """Tell the owner or a helper how the customer stands.

        :return: str
        """
        self.ensure_one()
        ownership = self.sudo()
        zone = ownership.team_id._get_process_timezone(user)
        contact, deadline = (
            format_datetime(self.env, value, tz=zone.zone, dt_format="short")
            if value
            else self.env._("none")
            for value in (ownership.date_last_contact, ownership.date_deadline)
        )
        values = {
            "customer": ownership.name or self.env._("Customer"),
            "owner": ownership.user_id.name or "",
            "contact": contact,
            "deadline": deadline,
        }
        if ownership.user_id == user:
            return self.env._(
                "%(customer)s is yours. Last contact: %(contact)s. Deadline: "
                "%(deadline)s.",
                **values,
            )
        return self.env._(
            "%(customer)s belongs to %(owner)s. Last contact: %(contact)s. Deadline: "
            "%(deadline)s.",
            **values,
        )

    def _get_previous_sentence(self, user):
        """Say whose a customer was that is free again, as much as ``user`` may know.

        :return: str
        """
        self.ensure_one()
        ownership = self.sudo()
        reasons = dict(self._fields["end_reason"]._description_selection(self.env))
        zone = ownership.team_id._get_process_timezone(user)
        values = {
            "owner": ownership.user_id.name or self.env._("the pool"),
            "team": ownership.team_id.name or "",
            "day": format_date(
                self.env, deadline_tools.local_date(ownership.date_end, zone)
            ),
            "reason": reasons.get(ownership.end_reason, ""),
        }
        if ownership.user_id == user:
            return self.env._(
                "It was yours until %(day)s (%(reason)s) and is free again.", **values
            )
        if ownership._may_know_owner(user):
            return self.env._(
                "It belonged to %(owner)s (%(team)s) until %(day)s (%(reason)s) and is "
                "free again.",
                **values,
            )
        return self.env._(
            "It belonged to a salesperson of %(team)s until %(day)s and is free again.",
            **values,
        )

    # ------------------------------------------------------------
    # NAMES OF CUSTOMERS
    # ------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_display_name(self):
        """A record that names an ownership does not tell a stranger its customer.

        Names of related records are read with sudo, so the rights of the person are
        asked here.
        """
        result = super()._compute_display_name()
        if self.env.su and not self.env.user._is_superuser():
            allowed = self.sudo(False)._filtered_access("read")
            for ownership in self - allowed.sudo():
                ownership.display_name = self.env._(
                    "Customer of %(team)s", team=ownership.team_id.name or ""
                )
        return result

    # ------------------------------------------------------------
    # KEYS ADDED BY HAND
    # ------------------------------------------------------------

    def _has_many_details(self):
        """Tell whether one of these customers may count as several.

        :return: bool
        """
        return any(
            sum(key.kind in TYPED_KINDS for key in row.key_ids) > DETAILS_PER_CUSTOMER
            for row in self.sudo()  # sudo: only counted
        )

    def _add_manual_keys(self, identities):
        """Add contact details of the people who belong to the customer.

        Keys that the customer has already are kept, and become manual, so that a
        change on a lead does not free them.

        :param dict identities: ``{(company_id or 0, kind, value): label}``
        :return: the identities that somebody else holds
        """
        self.ensure_one()
        # sudo: the keys are written by the methods of the product only
        Key = self.env["sales.process.ownership.key"].sudo()
        own = {
            (key.company_id.id or 0, key.kind, key.value): key
            for key in self.sudo().key_ids
        }
        known = [own[key] for key in identities if key in own]
        Key.browse(key.id for key in known).filtered(
            lambda key: not key.is_manual
        ).write({"is_manual": True})
        return Key._insert(
            [
                {
                    "ownership_id": self.id,
                    "company_id": company_id,
                    "kind": kind,
                    "value": value,
                    "label": label,
                    "is_manual": True,
                }
                for (company_id, kind, value), label in identities.items()
                if (company_id, kind, value) not in own
            ]
        )
