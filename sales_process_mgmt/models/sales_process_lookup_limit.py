# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Look-ups are counted by the hour, and what was asked is not lost with an error."""

import json
import logging
from collections import defaultdict
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL, format_time
from odoo.tools.misc import hmac

from ..exceptions import LookupLimitError
from ..tools.transaction import get_asked_lookups

_logger = logging.getLogger(__name__)

WINDOW = timedelta(hours=1)
# One contact detail may have several keys; a look-up is charged once for it.
KIND_GROUPS = {
    "phone": "phone",
    "phone_digits": "phone",
    "email": "email",
    "partner": "partner",
    "vat": "vat",
    "wechat": "wechat",
    "name": "name",
}
# So many new customers that somebody registers and keeps are one look-up: they say
# nothing about those of colleagues, and their price is a customer to look after.
KEPT_PER_LOOKUP = 5
# Whoever was told so within the hour and registers the customer asks nothing new.
ANSWERED = ("new", "expired", "shared")


class SalesProcessLookupLimit(models.AbstractModel):
    """How much somebody has asked for, and how much is left; look-ups inherit it."""

    _name = "sales.process.lookup.limit"
    _description = "Limit of Look-Ups"

    @api.model
    def _get_digest(self, key):
        """A digest by which a repeated look-up is recognised, not read back.

        :param tuple key: ``(company_id or 0, kind, value)``
        :return: str
        """
        return hmac(self.env(su=True), "sales_process_lookup", key)

    @api.model
    def _charge_questions(self, user, questions, asked=None, kept=()):
        """Count what somebody asks by typing: whether a customer is known.

        Whatever is done with the details - a lead is created or changed, a contact is
        edited or written to - it is refused or not, and both are an answer. So both
        count, and beyond the limit both are refused with the same sentence, before
        anything is decided. A customer that one was told is new within the hour is
        registered without asking again; what belongs to somebody else is charged
        however often it is tried. Each further number of one customer counts as a
        further customer. Where nobody enforces, only what is known is logged.

        What becomes the person's own customer, and is still there after the commit,
        counts for less; but whoever has no whole look-up left is refused all the same,
        or the refusal would say what is known.

        :param user: res.users, who asks
        :param questions: list of ``(res.company whose limit counts, {(company_id,
            kind, value): ownership behind it, empty if none})``, without the details
            of customers that ``user`` works
        :param list asked: see :func:`get_asked_lookups`, where it is known already
        :param kept: the positions of those that become customers of ``user``
        :raise LookupLimitError: too many within the hour
        """
        by_company = defaultdict(list)
        for position, (company, owners) in enumerate(questions):
            if owners and self._is_asked(user, company, owners):
                by_company[company].append((owners, position in kept))
        if not by_company or not self._is_enforced():
            return
        now = fields.Datetime.now()
        if asked is None:
            asked = get_asked_lookups(self.env)
        if any(row.get("is_kept") for row in asked):
            self.env["sales.process.ownership"].flush_model(["state", "user_id"])
            self.env["sales.process.ownership.key"].flush_model(["active"])
            self._forget_undone(self.env.cr, asked)
        recent = self._read_recent(user, now - WINDOW, asked)
        told = self._get_answered(recent), self._get_failed(recent)
        for company, rows in by_company.items():
            parts = [
                self._prepare_questions(user, company, owners, now, told, is_kept)
                for owners, is_kept in rows
            ]
            values_list = [values for part in parts for values in part]
            charged = [[row for row in part if row["is_charged"]] for part in parts]
            if moment := self._get_excess_moment(user, company, charged, now, recent):
                reader = self.with_env(self.env(user=user.id, su=False))
                raise LookupLimitError(reader._get_limit_sentence(company, moment))
            self._keep_asked(values_list, asked)

    @api.model
    def _is_enforced(self):
        """Whether any team refuses: where all only observe, nothing is answered.

        :return: bool
        """
        # sudo: which teams enforce is no secret
        teams = self.env["crm.team"].sudo()
        teams = teams.browse(teams._get_active_process_ids())
        return "enforce" in teams.mapped("process_mode")

    @api.model
    def _is_asked(self, user, company, owners):
        """Whether a question counts: what is known does, the rest where it is limited.

        :return: bool
        """
        if any(owners.values()):
            return True
        if not company.process_lookup_limit or user._is_superuser():
            return False
        return not user.has_group("sales_team.group_sale_manager")

    @api.model
    def _prepare_questions(self, user, company, owners, now, told, is_kept=False):
        """Values of the log for the details of one customer.

        :param dict owners: ``{(company_id, kind, value): ownership or empty}``
        :param tuple told: digests that were told to be new within the hour, and those
            of them that were registered then and not kept
        :param bool is_kept: whether it becomes a customer of ``user``
        :return: list of dicts
        """
        values_list = []
        kinds = set()
        answered, failed = told
        is_new = is_kept and not any(owners.values())
        for key, ownership in sorted(owners.items(), key=lambda item: item[0]):
            kind = KIND_GROUPS.get(key[1])
            digest = kind and self._get_digest(key)
            is_again = not ownership and digest in answered
            if not kind or (is_again and not (is_new and digest in failed)):
                continue
            outcome = "new"
            if ownership:
                outcome = "pool" if ownership.state == "pool" else "owned"
            values_list.append(
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "date": now,
                    "ownership_id": ownership.id,
                    "outcome": outcome,
                    # masked in the log; by it the customer is found after the commit
                    "key": key,
                    "label": ownership.team_id.name,
                    "identity_kind": kind,
                    "digest": digest,
                    "is_charged": not is_again
                    and (not kinds or kind in kinds - {"partner"}),
                    "is_kept": is_new,
                    # has been charged: what is kept in the end is no new row
                    "is_again": is_again,
                }
            )
            if not is_again:
                kinds.add(kind)
        return values_list

    @api.model
    def _keep_asked(self, values_list, pending):
        """Log questions in a transaction of their own, however this one ends.

        A request that fails after the answer, and one whose refusal is caught, have
        told as much as any other.

        :param list values_list: values of the log
        :param list pending: see :func:`get_asked_lookups`, added to
        """
        is_first = not pending
        pending += values_list
        if not is_first or not values_list:
            return
        registry = self.env.registry

        def record():
            rows = pending[:]
            pending.clear()
            if not rows:
                return
            try:
                with registry.cursor() as cr:
                    self._insert_asked(cr, rows)
            except psycopg2.Error:
                _logger.warning("Look-ups were not recorded", exc_info=True)

        self.env.cr.postcommit.add(record)
        self.env.cr.postrollback.add(record)

    @api.model
    def _forget_undone(self, cr, rows):
        """New customers count whole that were taken back again: nobody kept them.

        :param cr: the cursor that sees what became of them
        :param list rows: values of the log, changed in place
        """
        kept = [row for row in rows if row.get("is_kept")]
        if not kept:
            return
        cr.execute(
            SQL(
                """
                SELECT asked.place
                  FROM jsonb_to_recordset(%s::jsonb) AS asked(
                       place int, user_id int, company_id int, kind varchar,
                       value varchar)
                  JOIN sales_process_ownership_key AS held
                    ON held.value = asked.value AND held.kind = asked.kind
                   AND COALESCE(held.company_id, 0) = asked.company_id AND held.active
                  JOIN sales_process_ownership AS period
                    ON period.id = held.ownership_id AND period.state = 'open'
                   AND period.user_id = asked.user_id
                """,
                json.dumps(
                    [
                        {
                            "place": place,
                            "user_id": row["user_id"],
                            "company_id": row["key"][0] or 0,
                            "kind": row["key"][1],
                            "value": row["key"][2],
                        }
                        for place, row in enumerate(kept)
                    ]
                ),
            )
        )
        found = {place for (place,) in cr.fetchall()}
        for place, row in enumerate(kept):
            row["is_kept"] = place in found

    @api.model
    def _insert_asked(self, cr, rows):
        """Write questions into the log, in one statement.

        :param cr: a cursor of its own
        :param list rows: values of the log; who asked, and what was found, may have
            been rolled back
        """
        self._forget_undone(cr, rows)
        kept_after_all = [row for row in rows if row.get("is_again")]
        rows = [row for row in rows if not row.get("is_again")]
        rows = [
            {
                "value": "key" in row and self._get_masked(row["key"], row["label"]),
                **{
                    name: value
                    for name, value in row.items()
                    if name not in ("is_again", "key", "label")
                },
            }
            for row in rows
        ]
        cr.execute(
            SQL(
                """
                INSERT INTO sales_process_lookup (
                       user_id, company_id, ownership_id, date, kind, outcome, value,
                       identity_kind, digest, session, is_charged, is_kept,
                       create_uid, write_uid, create_date, write_date)
                SELECT person.id, company.id, period.id, asked.date, 'registration',
                       asked.outcome, asked.value, asked.identity_kind, asked.digest,
                       asked.session, asked.is_charged, asked.is_kept,
                       person.id, person.id, asked.date, asked.date
                  FROM jsonb_to_recordset(%s::jsonb) AS asked(
                       user_id int, company_id int, ownership_id int, date timestamp,
                       outcome varchar, value varchar, identity_kind varchar,
                       digest varchar, session varchar, is_charged boolean,
                       is_kept boolean)
                  JOIN res_users AS person ON person.id = asked.user_id
             LEFT JOIN res_company AS company ON company.id = asked.company_id
             LEFT JOIN sales_process_ownership AS period
                    ON period.id = asked.ownership_id
                """,
                json.dumps(
                    [
                        {name: value or None for name, value in row.items()}
                        | {
                            "date": fields.Datetime.to_string(row["date"]),
                            "is_charged": row["is_charged"],
                            "is_kept": bool(row.get("is_kept")),
                        }
                        for row in rows
                    ]
                ),
            )
        )

        self._keep_after_all(cr, [row for row in kept_after_all if row["is_kept"]])

    @api.model
    def _keep_after_all(self, cr, rows):
        """What was charged whole, since its registration failed, is cheap once kept.

        A request that loses against another is repeated by Odoo: its first try has
        been logged as customers that nobody kept.

        :param cr: the cursor in which the log is written
        :param list rows: values of the log
        """
        if not rows:
            return
        cr.execute(
            SQL(
                """
                UPDATE sales_process_lookup
                   SET is_kept = TRUE
                 WHERE (user_id, digest) IN %s AND date > %s AND outcome IN %s
                   AND is_charged AND NOT COALESCE(is_kept, FALSE)
                   AND session IS NULL AND kind = 'registration'
                """,
                tuple({(row["user_id"], row["digest"]) for row in rows}),
                min(row["date"] for row in rows) - WINDOW,
                ANSWERED,
            )
        )

    @api.model
    def _get_failed(self, recent):
        """The details that were charged whole, asked by registering a customer.

        :param recent: what :meth:`_read_recent` returned
        :return: set of digests
        """
        return {row[3] for row in recent if row[4] and not row[1] and not row[6]}

    @api.model
    def _get_answered(self, recent):
        """The details that somebody was told to be new within the hour, and no more.

        :param recent: what :meth:`_read_recent` returned
        :return: set of digests
        """
        answered, owned = set(), set()
        for row in recent:
            (answered if row[5] in ANSWERED else owned).add(row[3])
        return answered - owned

    @api.model
    def _get_excess_moment(self, user, company, questions, now, recent):
        """From when on a person may look up so many customers.

        Each question needs the room of whole look-ups, whatever it turns out to count.

        :param list questions: for each, the values of the log that are charged
        :param recent: what :meth:`_read_recent` returned
        :return: naive UTC datetime, or False where the person may now
        """
        limit = company.process_lookup_limit * KEPT_PER_LOOKUP
        if not any(questions) or not limit:
            return False
        spent = sorted(
            (row[0], 1 if row[6] else KEPT_PER_LOOKUP) for row in recent if row[4]
        )
        total, excess = sum(cost for _date, cost in spent), 0
        for charged in questions:
            if charged:
                excess = max(excess, total + len(charged) * KEPT_PER_LOOKUP - limit)
            total += sum(
                1 if row.get("is_kept") else KEPT_PER_LOOKUP for row in charged
            )
        if excess <= 0 or self._is_unlimited(user):
            return False
        for date, cost in spent:
            excess -= cost
            if excess <= 0:
                return date + WINDOW
        # more at once than the whole limit: never works, say one hour
        return now + WINDOW

    @api.model
    def _read_recent(self, user, since, pending):
        """The look-ups of a person since a moment.

        :param list pending: see :func:`get_asked_lookups`
        :return: list of ``(date, session, identity kind, digest, is_charged,
            outcome, is_kept)``
        """
        self.flush_model()
        asked = [
            (
                row["date"],
                False,
                row["identity_kind"],
                row["digest"],
                row["is_charged"],
                row["outcome"],
                row.get("is_kept"),
            )
            for row in pending
            if row["user_id"] == user.id and row["date"] > since
        ]
        return asked + self.env.execute_query(
            SQL(
                """
                SELECT date, session, identity_kind, digest, is_charged, outcome,
                       is_kept
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
    def _get_limit_sentence(self, company, moment):
        """Say when the next look-up works.

        :param moment: naive UTC datetime
        :return: str
        """
        return self.env._(
            "You have looked up %(limit)s customers within an hour. Try again at "
            "%(time)s, or ask your team leader whose customer this is.",
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
