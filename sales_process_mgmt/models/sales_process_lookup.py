# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from odoo import api, fields, models

from ..tools import identity
from ..tools.transaction import get_asked_lookups, get_told_lookups
from .sales_process_lookup_limit import ANSWERED, KIND_GROUPS, WINDOW
from .sales_process_ownership_key import HARD_KINDS

REPEAT = timedelta(minutes=1)
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


class SalesProcessLookup(models.Model):
    """Who looked up which customer, so that nobody reads the customer list by typing.

    Contact details of strangers are not kept: a keyed digest recognises a repeated
    look-up, a masked value is what people read.
    """

    _name = "sales.process.lookup"
    _description = "Customer Look-Up"
    _inherit = ["sales.process.lookup.limit", "sales.process.guard"]
    _order = "date desc, id desc"
    _rec_name = "value"

    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [("registration", "Registration"), ("pool", "Pool")],
        required=True,
        readonly=True,
        default="registration",
        help="Where the customer was looked up: while registering it, or by opening "
        "it in the pool.",
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The customer that was found.",
    )
    outcome = fields.Selection(
        selection="_selection_outcome",
        readonly=True,
        help="What the person was told.",
    )
    value = fields.Char(
        string="Contact Detail", readonly=True, help="The masked contact detail."
    )
    identity_kind = fields.Char(readonly=True, export_string_translation=False)
    digest = fields.Char(readonly=True, export_string_translation=False)
    session = fields.Char(readonly=True, export_string_translation=False)
    is_charged = fields.Boolean(
        string="Charged",
        readonly=True,
        help="Counts towards the look-ups per hour. Several details of one customer, "
        "and one's own customers, count no more than once.",
    )

    is_kept = fields.Boolean(
        string="New and Kept",
        readonly=True,
        help="A new customer that the person has registered: five of them count as "
        "one look-up.",
    )

    _user_date_idx = models.Index("(user_id, date)")

    @api.model
    def _selection_outcome(self):
        """The possible answers to the question whose customer it is.

        :return: list of ``(value, label)``
        """
        return [
            ("new", self.env._("New Customer")),
            ("mine", self.env._("Mine")),
            ("helper", self.env._("I Help")),
            ("owned", self.env._("Somebody Else's")),
            ("pool", self.env._("In the Pool")),
            ("expired", self.env._("Free Again")),
            ("several", self.env._("Several Owners")),
            ("shared", self.env._("Identifies Nobody")),
            ("limited", self.env._("Too Many Look-Ups")),
        ]

    # ------------------------------------------------------------
    # WHOSE CUSTOMER IT IS
    # ------------------------------------------------------------

    @api.model
    def _find(self, identities, user, is_shared=False):
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
        Ownership = self.env["sales.process.ownership"].sudo()
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
            state=self._get_state(holders, previous, user, bool(identities), is_shared),
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
    def _get_state(self, holders, previous, user, is_asked, is_shared):
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

    # ------------------------------------------------------------
    # LOGGING AND LIMIT
    # ------------------------------------------------------------

    @api.model
    def _get_masked(self, key, label):
        """The contact detail as it may be shown in the log.

        :return: str
        """
        kind = KIND_GROUPS[key[1]]
        if kind == "phone":
            return identity.mask_phone(key[2])
        if kind == "email":
            return identity.mask_email(key[2])
        if kind in ("wechat", "vat"):
            return key[2][:2] + "***"
        return (label or "")[:80]

    @api.model
    def _charge(self, user, company, details, result, session="", is_acted_on=False):
        """Log a look-up and tell whether the person may see its result.

        A detail that was looked up within the last minute is not logged again. The
        first detail of a registration counts, a detail of another kind belongs to
        the same customer and does not; a second phone number counts again.

        :param user: res.users, who looks up
        :param company: res.company, whose limit counts
        :param dict details: ``{(company_id or 0, kind, value): label}``
        :param result: what was found, see :meth:`_find`
        :param str session: the registration the details belong to
        :param bool is_acted_on: what follows may fail, and has answered then
        :return: naive UTC datetime from which the next look-up works, or False
        """
        rows = self._get_asked_rows(details)
        if not rows:
            return False
        now = fields.Datetime.now()
        asked = get_asked_lookups(self.env)
        recent = self._read_recent(user, now - WINDOW, asked)
        values_list = self._prepare_lookups(
            user, company, rows, result, session, now, recent
        )
        charged = [row for row in values_list if row["is_charged"]]
        if moment := self._get_excess_moment(user, company, [charged], now, recent):
            return moment
        told = get_told_lookups(self.env)
        if is_acted_on:
            self._keep_asked(self._take_back_told(rows, told) + values_list, asked)
        else:
            # sudo: the log is written by its own methods only
            logged = self.sudo().create(values_list)
            told.update(zip(logged.ids, values_list, strict=True))
        return False

    @api.model
    def _find_told(self, user, company, details, result, session=""):
        """Whether a person has been told an answer; nothing is logged by asking this.

        The arguments are those of :meth:`_charge`.

        :return: tuple of a bool, all details were looked up within the hour, and the
            naive UTC datetime from which those that were not can be, or False
        """
        rows = self._get_asked_rows(details)
        if not rows:
            return True, False
        now = fields.Datetime.now()
        asked = get_asked_lookups(self.env)
        recent = self._read_recent(user, now - WINDOW, asked)
        if rows.keys() <= {row[3] for row in recent}:
            return True, False
        values_list = self._prepare_lookups(
            user, company, rows, result, session, now, recent
        )
        charged = [row for row in values_list if row["is_charged"]]
        return False, self._get_excess_moment(user, company, [charged], now, recent)

    @api.model
    def _get_asked_rows(self, details):
        """What is logged of contact details, by digest.

        :return: dict ``{digest: (key, label)}``
        """
        rows = {}
        for key, label in sorted(details.items()):
            if key[1] in KIND_GROUPS:
                rows.setdefault(self._get_digest(key), (key, label))
        return rows

    @api.model
    def _take_back_told(self, rows, told):
        """Look-ups of this transaction that are acted on outlive it if that fails.

        :param dict rows: see :meth:`_get_asked_rows`
        :param dict told: see :func:`get_told_lookups`
        :return: list of the values that were logged; they are not any more
        """
        asked_ids = [row_id for row_id, row in told.items() if row["digest"] in rows]
        # sudo: the log is written by its own methods only
        logged = self.sudo().browse(asked_ids).exists()
        values_list = [told[row_id] for row_id in logged.ids]
        logged.unlink()
        for row_id in asked_ids:
            del told[row_id]
        return values_list

    @api.model
    def _prepare_lookups(self, user, company, rows, result, session, now, recent):
        """Values of the log for what a person asks, without what was asked just now.

        :param dict rows: see :meth:`_get_asked_rows`
        :param recent: what :meth:`_read_recent` returned
        :return: list of dicts
        """
        known = {row[3] for row in recent if row[0] > now - REPEAT}
        answered = set()
        if result.state in (*ANSWERED, False):
            answered = self._get_answered(recent)
        seen = {row[2] for row in recent if session and row[1] == session}
        common = {
            "user_id": user.id,
            "company_id": company.id,
            "date": now,
            "ownership_id": result.holders[:1].id or result.previous.id,
            "session": session or False,
        }
        values_list = []
        for digest, (key, label) in rows.items():
            if digest in known:
                continue
            kind = KIND_GROUPS[key[1]]
            is_known = self._is_known_to(user, key, result)
            is_new = digest not in answered and (not seen or kind in seen)
            if not is_known:
                seen.add(kind)
            values_list.append(
                {
                    **common,
                    "outcome": self._get_outcome(key, result),
                    "value": self._get_masked(key, label),
                    "identity_kind": kind,
                    "digest": digest,
                    "is_charged": not is_known and is_new,
                }
            )
        return values_list

    @api.model
    def _get_outcome(self, key, result):
        """What somebody was told of one detail: beside an own customer, it is new."""
        is_new = key[1] in HARD_KINDS and key not in result.owners
        return "new" if is_new and result.state in ("mine", "helper") else result.state

    @api.model
    def _is_known_to(self, user, key, result):
        """Whether somebody learns nothing from a detail: it is that of an own customer.

        A further detail, typed beside one of an own customer, is a question.

        :param tuple key: ``(company_id or 0, kind, value)``
        :return: bool
        """
        if key[1] not in HARD_KINDS:
            return result.state in ("mine", "helper")
        owner = result.owners.get(key)
        return bool(owner) and (
            owner.state == "open"
            and (owner.user_id == user or user in owner.collaborator_ids)
        )
