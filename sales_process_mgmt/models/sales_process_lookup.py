# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, format_time
from odoo.tools.misc import hmac

from ..tools import identity
from ..tools.transaction import get_refused_lookups

_logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
REPEAT = timedelta(minutes=1)
# One contact detail may have several keys; a look-up is charged once for it.
KIND_GROUPS = {
    "phone": "phone",
    "phone_digits": "phone",
    "email": "email",
    "partner": "partner",
    "wechat": "wechat",
    "name": "name",
}


class SalesProcessLookup(models.Model):
    """Who looked up which customer, so that nobody reads the customer list by typing.

    Contact details of strangers are not kept: a keyed digest recognises a repeated
    look-up, a masked value is what people read.
    """

    _name = "sales.process.lookup"
    _description = "Customer Look-Up"
    _inherit = ["sales.process.guard"]
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
        string="Counts",
        readonly=True,
        help="Counts towards the look-ups per hour. Several details of one customer, "
        "and one's own customers, count no more than once.",
    )

    _user_date_idx = models.Index("(user_id, date)")

    @api.model
    def _selection_outcome(self):
        return self.env["sales.process.ownership"]._selection_lookup_state()

    # ------------------------------------------------------------
    # LOGGING AND LIMIT
    # ------------------------------------------------------------

    @api.model
    def _get_digest(self, key):
        """A digest by which a repeated look-up is recognised, not read back.

        :param tuple key: ``(company_id or 0, kind, value)``
        :return: str
        """
        return hmac(self.env(su=True), "sales_process_lookup", key)

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
        if kind == "wechat":
            return key[2][:2] + "***"
        return (label or "")[:80]

    @api.model
    def _charge(self, user, company, details, result, session=""):
        """Log a look-up and tell whether the person may see its result.

        A detail that was looked up within the last minute is not logged again. The
        first detail of a registration counts, a detail of another kind belongs to
        the same customer and does not; a second phone number counts again.

        :param user: res.users, who looks up
        :param company: res.company, whose limit counts
        :param dict details: ``{(company_id or 0, kind, value): label}``
        :param result: what was found, see ``_lookup`` of sales.process.ownership
        :param str session: the registration the details belong to
        :return: naive UTC datetime from which the next look-up works, or False
        """
        rows = {}
        for key, label in sorted(details.items()):
            if key[1] in KIND_GROUPS:
                rows.setdefault(self._get_digest(key), (key, label))
        if not rows:
            return False
        now = fields.Datetime.now()
        recent = self._read_recent(user, now - WINDOW)
        known = {
            digest
            for date, _session, _kind, digest, _charged in recent
            if date > now - REPEAT
        }
        free = result.state in ("mine", "helper")
        seen = {
            kind
            for _date, row_session, kind, _digest, _charged in recent
            if session and row_session == session
        }
        values_list = []
        for digest, (key, label) in rows.items():
            if digest in known:
                continue
            kind = KIND_GROUPS[key[1]]
            charged = not free and (not seen or kind in seen)
            seen.add(kind)
            values_list.append(
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "date": now,
                    "ownership_id": result.holders[:1].id or result.previous.id,
                    "outcome": result.state,
                    "value": self._get_masked(key, label),
                    "identity_kind": kind,
                    "digest": digest,
                    "session": session or False,
                    "is_charged": charged,
                }
            )
        charges = sum(row["is_charged"] for row in values_list)
        if moment := self._get_excess_moment(user, company, charges, now, recent):
            return moment
        # sudo: the log is written by its own methods only
        self.sudo().create(values_list)
        return False

    @api.model
    def _charge_refusals(self, user, company, refusals):
        """Log that leads were refused: a refusal says that a customer is known.

        It is charged however often the same detail is tried, and each further number
        of one lead is a further customer. Kept over the rollback of the request.

        :param user: res.users, who tried
        :param company: res.company, whose limit counts
        :param refusals: list of ``(keys that somebody else holds, ownership)``
        :return: naive UTC datetime from which the next answer is given, or False
        """
        now = fields.Datetime.now()
        values_list = []
        for keys, ownership in refusals:
            kinds = set()
            for key in sorted(keys):
                kind = KIND_GROUPS.get(key[1])
                if not kind:
                    continue
                values_list.append(
                    {
                        "user_id": user.id,
                        "company_id": company.id,
                        "date": now,
                        "ownership_id": ownership.id,
                        "outcome": "pool" if ownership.state == "pool" else "owned",
                        "value": self._get_masked(key, ownership.team_id.name),
                        "identity_kind": kind,
                        "digest": self._get_digest(key),
                        "is_charged": not kinds or kind in kinds - {"partner"},
                    }
                )
                kinds.add(kind)
        charges = sum(row["is_charged"] for row in values_list)
        moment = self._get_excess_moment(user, company, charges, now)
        if not moment:
            self._keep_refused(values_list)
        return moment

    @api.model
    def _keep_refused(self, values_list):
        """Log look-ups although their request is rolled back.

        :param list values_list: values of the log
        """
        pending = get_refused_lookups(self.env)
        is_first = not pending
        pending += values_list
        if not is_first or not values_list:
            return
        registry = self.env.registry
        self.env.cr.postcommit.add(pending.clear)

        @self.env.cr.postrollback.add
        def record():
            rows = pending[:]
            pending.clear()
            try:
                with registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    users = {row["user_id"] for row in rows}
                    users = set(env["res.users"].browse(users).exists().ids)
                    periods = {row["ownership_id"] for row in rows}
                    periods = set(
                        env["sales.process.ownership"].browse(periods).exists().ids
                    )
                    env["sales.process.lookup"].create(
                        [
                            {
                                **row,
                                "ownership_id": row["ownership_id"] in periods
                                and row["ownership_id"],
                            }
                            for row in rows
                            if row["user_id"] in users
                        ]
                    )
            except psycopg2.Error:
                _logger.warning("Refused look-ups were not recorded", exc_info=True)

    @api.model
    def _get_excess_moment(self, user, company, charges, now, recent=None):
        """From when on a person may look up so many customers.

        :param int charges: how many the person wants to look up now
        :param recent: what :meth:`_read_recent` returned
        :return: naive UTC datetime, or False where the person may now
        """
        limit = company.process_lookup_limit
        if not charges or not limit or self._is_unlimited(user):
            return False
        if recent is None:
            recent = self._read_recent(user, now - WINDOW)
        dates = sorted(row[0] for row in recent if row[4])
        excess = len(dates) + charges - limit
        if excess <= 0:
            return False
        # more at once than the whole limit: never works, say one hour
        return (dates[excess - 1] if excess <= len(dates) else now) + WINDOW

    @api.model
    def _read_recent(self, user, since):
        """The look-ups of a person since a moment.

        :return: list of ``(date, session, identity kind, digest, is_charged)``
        """
        self.flush_model()
        refused = [
            # without the digest: who is refused twice has asked twice
            (row["date"], False, row["identity_kind"], None, row["is_charged"])
            for row in get_refused_lookups(self.env)
            if row["user_id"] == user.id and row["date"] > since
        ]
        return refused + self.env.execute_query(
            SQL(
                """
                SELECT date, session, identity_kind, digest, is_charged
                  FROM sales_process_lookup
                 WHERE user_id = %s AND date > %s AND kind = 'registration'
                """,
                user.id,
                since,
            )
        )

    @api.model
    def _is_unlimited(self, user):
        """Leaders and sales administrators look up as much as they need.

        :return: bool
        """
        if user.has_group("sales_team.group_sale_manager"):
            return True
        # sudo: whom somebody leads is no secret
        return bool(
            self.env["crm.team"]
            .sudo()
            .search_count([("user_id", "=", user.id)], limit=1)
        )

    @api.model
    def _get_limit_sentence(self, company, moment, is_registration=True):
        """Say when the next look-up works.

        :param moment: naive UTC datetime
        :param bool is_registration: whether the customer can be registered anyway
        :return: str
        """
        if not is_registration:
            return self.env._(
                "You have looked up %(limit)s customers within an hour. Try again at "
                "%(time)s, or ask your team leader whose customer this is.",
                limit=company.process_lookup_limit,
                time=format_time(self.env, moment, time_format="short"),
            )
        return self.env._(
            "You have looked up %(limit)s customers within an hour. The next look-up "
            "works at %(time)s. You can still register the customer.",
            limit=company.process_lookup_limit,
            time=format_time(self.env, moment, time_format="short"),
        )

    @api.model
    def _log_pool_views(self, user, ownerships):
        """Log that a person opened customers of the pool.

        :param ownerships: sales.process.ownership in the pool
        """
        # sudo: the log is written by its own methods only
        self.sudo().create(
            [
                {
                    "user_id": user.id,
                    "company_id": ownership.company_id.id,
                    "kind": "pool",
                    "ownership_id": ownership.id,
                    "outcome": "pool",
                    "value": ownership.sudo().name,
                    "is_charged": True,
                }
                for ownership in ownerships
            ]
        )
