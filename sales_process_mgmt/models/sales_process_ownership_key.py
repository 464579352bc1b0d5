# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html, split_every

from ..key_company import move_keys
from ..tools import identity, texts
from ..tools.kept import KeptQuery
from ..tools.ledger_rules import ONE_OWNER
from ..tools.spoken import get_spoken
from .sales_process_shared_value import build_listed

# A broken index is told by its first cases.
DOUBLES_SHOWN = 20
HARD_KINDS = ("phone", "phone_digits", "email", "partner", "vat")
# what people type, and what can be our own
DETAILS = ("phone", "email", "partner")
SOFT_KINDS = ("name", "wechat", "registration")
# Telephone numbers and addresses of one customer: more of them count as further ones.
TYPED_KINDS = ("email", "phone", "phone_digits")
DETAILS_PER_CUSTOMER = 10
# ... those that stand on the contacts of a company
CONTACT_DETAILS_PER_CUSTOMER = 50


# A plan that is kept is one for few keys, as a lead or a contact has.
KEPT_KEYS = 100

_logger = logging.getLogger(__name__)


def _build_find(_env, companies, kinds, values, listed):
    """The query of ``_find_with_list``: of keys in three arrays, and of the list."""
    return SQL(
        """
        WITH wanted AS (
             SELECT *
               FROM unnest(%s::int[], %s::varchar[], %s::varchar[])
                    AS wanted(company_id, kind, value))
        SELECT key.active, wanted.company_id, wanted.kind, wanted.value,
               key.ownership_id, key.id AS rank
          FROM wanted
         CROSS JOIN LATERAL (
               SELECT id, ownership_id, COALESCE(active, FALSE) AS active
                 FROM sales_process_ownership_key
                WHERE value = wanted.value
                  AND kind = wanted.kind
                  AND COALESCE(company_id, 0) = wanted.company_id
               OFFSET 0
               ) AS key
     UNION ALL
        SELECT TRUE, wanted.company_id, wanted.kind, wanted.value,
               large.ownership_id, 0
          FROM sales_process_ownership_key AS large
          JOIN res_partner AS contact
            ON contact.commercial_partner_id = large.value::int
           AND contact.active
          JOIN wanted
            ON wanted.company_id = large.company_id
           AND (wanted.kind, wanted.value) IN (
               ('email', contact.email_normalized),
               ('phone', contact.phone_sanitized))
         WHERE large.active AND large.has_more_contacts
     UNION ALL
        SELECT NULL, company_id, kind, value, 0, 0 FROM (%s) row
      ORDER BY rank DESC
        """,
        *(companies, kinds, values),
        build_listed(listed),
    )


FIND_KEYS = KeptQuery("keys", ("int[]", *(["varchar[]"] * 3)), _build_find)


class SalesProcessOwnershipKey(models.Model):
    _name = "sales.process.ownership.key"
    _description = "Customer Identity Key"
    _inherit = ["sales.process.guard"]
    _order = "ownership_id, kind, id"
    _rec_name = "label"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        help="The company in which the detail has one owner: the one above the "
        "branches where they share their customers.",
    )
    kind = fields.Selection(
        [
            ("phone", "Phone"),
            ("phone_digits", "Phone (Local Digits)"),
            ("email", "E-mail"),
            ("partner", "Contact"),
            ("vat", "Tax ID"),
            ("name", "Company Name"),
            ("wechat", "WeChat ID"),
            ("registration", "Registration Number"),
        ],
        required=True,
    )
    value = fields.Char(required=True)
    label = fields.Char(
        string="As Entered", help="The contact detail in a form that people read."
    )
    active = fields.Boolean(default=True)
    is_soft = fields.Boolean(
        string="Hint Only",
        help="A hint proposes that two customers may be the same. It never refuses "
        "anything.",
    )
    is_manual = fields.Boolean(
        string="Added by Hand",
        help="Added by a person, not read from a lead or contact.",
    )
    removal_user_id = fields.Many2one(
        "res.users",
        string="Removal Asked By",
        readonly=True,
        help="Who says that the detail is not the customer's. The leader decides.",
    )
    has_more_contacts = fields.Boolean(
        readonly=True,
        help="The contact has more contacts below it than were read when the period "
        "began. A look-up asks the others, too.",
    )
    can_ask_removal = fields.Boolean(compute="_compute_can_remove")
    can_remove = fields.Boolean(compute="_compute_can_remove")

    _active_key_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, value) WHERE active AND NOT is_soft",
        "Another salesperson has just become responsible for this customer. "
        "Look the customer up again.",
    )
    _value_idx = models.Index("(value, kind)")
    _more_contacts_idx = models.Index("(company_id) WHERE active AND has_more_contacts")

    # ------------------------------------------------------------
    # REMOVING ONE
    # ------------------------------------------------------------

    @api.depends_context("uid")
    @api.depends("active", "ownership_id.state", "removal_user_id")
    def _compute_can_remove(self):
        user = self.env.user
        for key in self:
            ownership = key.ownership_id.sudo()  # sudo: the team may be a stranger's
            running = key.active and ownership.state != "ended"
            key.can_remove = running and ownership._may_decide(user)
            key.can_ask_removal = (
                running
                and not key.can_remove
                and not key.removal_user_id
                and ownership.user_id == user
            )

    def action_remove(self):
        """Take a contact detail away from a customer: the owner asks, a leader does.

        :raise UserError: where a lead or a contact of the customer still carries it
        """
        for key in self:
            key.check_access("read")
            if key.can_remove:
                key._check_carried()
                key._remove()
            elif key.can_ask_removal:
                key._check_carried()
                key._ask_removal()
            elif not key.removal_user_id or not key.active:
                raise UserError(
                    self.env._(
                        "Only the owner of a running customer asks to remove a contact "
                        "detail, and the leader of the team removes it."
                    )
                )

    def action_keep(self):
        """The leader keeps a contact detail that the owner wants removed."""
        for key in self:
            key.check_access("read")
            if not key.can_remove:
                raise UserError(
                    self.env._(
                        "Only the leader of the team decides whether a contact detail "
                        "is removed."
                    )
                )
            if key.removal_user_id:
                key._close_removal(
                    self.env._(
                        "%(user)s keeps the contact detail %(detail)s.",
                        user=self.env.user.name,
                        detail=key.label,
                    )
                )

    def _check_carried(self):
        """What a lead or contact says would come back with its next change."""
        self.ensure_one()
        # sudo: the leads of the customer, whoever asks
        leads = self.ownership_id.sudo().with_context(active_test=False).lead_ids
        key = (self.company_id.id, self.kind, self.value)
        found = leads._get_identity_keys(with_shared=True)
        contacts, _large = leads._get_contact_keys()
        carriers = [
            lead
            for lead in leads
            if key in found[lead] or key in contacts.get(lead, ())
        ]
        if carriers:
            raise UserError(
                self.env._(
                    "“%(detail)s” still stands on the lead “%(lead)s” or on a contact "
                    "of it: correct it there first.",
                    detail=self.label,
                    lead=carriers[0].name,
                )
            )

    def _remove(self):
        text = self.env._(
            "%(user)s removed the contact detail %(detail)s: it does not identify this "
            "customer any more.",
            user=self.env.user.name,
            detail=self.label,
        )
        self._deactivate()
        self._close_removal(text)

    def _ask_removal(self):
        ownership = self.ownership_id.sudo()  # sudo: the leader's to-do list
        leader = ownership._get_deciding_user()
        spoken = ownership.with_context(lang=get_spoken(self.env, leader.lang))
        self.sudo().removal_user_id = self.env.user
        spoken.activity_schedule(
            "sales_process_mgmt.mail_activity_type_key_removal",
            user_id=leader.id,
            note=plaintext2html(
                spoken.env._(
                    "%(user)s asks you to remove the contact detail %(detail)s from "
                    "the customer.",
                    user=self.env.user.name,
                    detail=self.label,
                )
            ),
        )
        ownership._message_log(
            body=plaintext2html(
                self.env._(
                    "%(user)s asked to remove the contact detail %(detail)s.",
                    user=self.env.user.name,
                    detail=self.label,
                )
            )
        )

    def _close_removal(self, text):
        """Say what was decided; close the to-do when nothing is left to decide.

        :param str text: the line in the chatter
        """
        ownership = self.ownership_id.sudo()  # sudo: the ledger is its own methods'
        self.sudo().removal_user_id = False
        ownership._message_log(body=plaintext2html(text))
        if not ownership.key_ids.removal_user_id:
            ownership.activity_unlink(
                ["sales_process_mgmt.mail_activity_type_key_removal"]
            )

    # ------------------------------------------------------------
    # LEDGER
    # ------------------------------------------------------------

    def _find(self, identities):
        """Find the running ownerships behind identity keys, in one query.

        :param identities: iterable of ``(company_id or 0, kind, value)``
        :return: ``{(company_id or 0, kind, value): [ownership ids]}``, the newest first
        """
        return self._find_with_past(identities)[0]

    def _find_with_past(self, identities):
        """Find the ownerships behind identity keys, in one query.

        :param identities: iterable of ``(company_id or 0, kind, value)``
        :return: two ``{(company_id or 0, kind, value): [ownership ids]}``, the newest
            first: of running ownerships, and of those that have ended
        """
        return self._find_with_list(identities)[:2]

    def _find_with_list(self, identities, values=()):
        """Find the ownerships behind identity keys, and the confirmed list beside them.

        ``OFFSET 0`` makes PostgreSQL look each key up in the index, also while it has
        not noticed yet how many keys a large import has brought. Of a customer with
        very many contacts those without key are found by the contact.

        :param identities: iterable of ``(company_id or 0, kind, value)``
        :param values: contact details that are looked up in the list
        :return: two ``{(company_id or 0, kind, value): [ownership ids]}``, the newest
            first: of running ownerships, and of those that have ended; and the set of
            ``(company_id or 0, kind, value)`` that the list confirms
        """
        running, past, listed = {}, {}, set()
        wanted = [*zip(*sorted(set(identities)), strict=True)]
        Shared = self.env["sales.process.shared.value"]
        if not wanted:
            return running, past, values and Shared._find_listed(values)
        self.env["res.partner"].flush_model(["email_normalized", "phone_sanitized"])
        Shared.flush_model(["company_id", "kind", "state", "value"])
        is_small = max(len(wanted[0]), len(values)) <= KEPT_KEYS
        find = FIND_KEYS.get_query if is_small else FIND_KEYS.build
        rows = self.env.execute_query(find(self.env, *map(list, wanted), list(values)))
        for active, company, kind, value, ownership_id, _rank in rows:
            if active is None:
                listed.add((company, kind, value))
                continue
            found = running if active else past
            found.setdefault((company, kind, value), []).append(ownership_id)
        return running, past, listed

    def _insert(self, values_list):
        """Add keys; the database decides who was first.

        Rows are inserted in a fixed order, so that two transactions that want the
        same keys wait for each other instead of running into a deadlock. A key that
        another transaction has committed since this one began raises a
        serialization failure (SQLSTATE 40001), which the caller's retry repeats.

        :param list values_list: dicts with ``ownership_id, company_id, kind, value,
            label, is_manual, has_more_contacts``, the last three may be missing
        :return: the ``(company_id or 0, kind, value)`` that somebody else holds
        """
        if not values_list:
            return []
        values_list = sorted(
            values_list,
            key=lambda row: (row["company_id"] or 0, row["kind"], row["value"]),
        )
        refused = []
        for start in range(0, len(values_list), self.env.cr.IN_MAX):
            refused += self._insert_chunk(
                values_list[start : start + self.env.cr.IN_MAX]
            )
        self.invalidate_model()
        self.env["sales.process.ownership"].invalidate_model(["key_ids"])
        return refused

    def _insert_chunk(self, chunk):
        """See :meth:`_insert`: one statement."""
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_process_ownership_key (
                       ownership_id, company_id, kind, value, label, is_soft,
                       is_manual, has_more_contacts, active, create_uid,
                       write_uid, create_date, write_date)
                SELECT new_key.*, TRUE, %(user)s, %(user)s, %(now)s, %(now)s
                  FROM unnest(%(periods)s::int[], %(companies)s::int[],
                              %(kinds)s::text[], %(values)s::text[],
                              %(labels)s::text[], %(soft)s::bool[],
                              %(manual)s::bool[], %(more)s::bool[]) AS new_key
                    ON CONFLICT DO NOTHING
             RETURNING COALESCE(company_id, 0), kind, value, ownership_id
                """,
                periods=[row["ownership_id"] for row in chunk],
                companies=[row["company_id"] or None for row in chunk],
                kinds=[row["kind"] for row in chunk],
                values=[row["value"] for row in chunk],
                labels=[
                    (row.get("label") or row["value"])[: texts.NAME_LENGTH]
                    for row in chunk
                ],
                soft=[row["kind"] in SOFT_KINDS for row in chunk],
                manual=[bool(row.get("is_manual")) for row in chunk],
                more=[bool(row.get("has_more_contacts")) for row in chunk],
                user=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        inserted = set(rows)
        return [
            (row["company_id"] or 0, row["kind"], row["value"])
            for row in chunk
            if (
                row["company_id"] or 0,
                row["kind"],
                row["value"],
                row["ownership_id"],
            )
            not in inserted
        ]

    @api.model
    def _add_manual(self, ownership, identities):
        """Add contact details of the people who belong to the customer.

        Keys that the customer has already are kept, and become manual, so that a
        change on a lead does not free them.

        :param ownership: sales.process.ownership, one
        :param dict identities: ``{(company_id or 0, kind, value): label}``
        :return: the identities that somebody else holds
        """
        ownership.ensure_one()
        # sudo: the keys are written by the methods of the product only
        Key = self.sudo()
        own = {
            (key.company_id.id or 0, key.kind, key.value): key
            for key in ownership.sudo().key_ids
        }
        known = [own[key] for key in identities if key in own]
        Key.browse(key.id for key in known).filtered(
            lambda key: not key.is_manual
        ).write({"is_manual": True})
        return Key._insert(
            [
                {
                    "ownership_id": ownership.id,
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

    def _free(self, ownerships):
        """Free all keys of these periods: they end, or others receive the keys.

        :param ownerships: sales.process.ownership, locked
        :return: list of dicts, the values of :meth:`_insert`
        """
        self.flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """
                UPDATE sales_process_ownership_key
                   SET active = FALSE, write_date = %s, write_uid = %s
                 WHERE ownership_id IN %s AND active
             RETURNING ownership_id, company_id, kind, value, label, is_manual,
                       has_more_contacts
                """,
                self.env.cr.now(),
                self.env.uid,
                ownerships._ids,
            )
        )
        self.invalidate_model(["active"], flush=False)
        ownerships.invalidate_model(["key_ids"], flush=False)
        return rows

    def _pass_on(self, heirs):
        """Give all keys of periods to others, of the same customers.

        As :meth:`_free` and :meth:`_insert`; what an heir has already it keeps.

        :param dict heirs: ``{sales.process.ownership: the one that receives its
            keys}``, locked; the heirs run
        :return: bool, whether each key has come to its heir by this
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH freed AS (
                    UPDATE sales_process_ownership_key
                       SET active = FALSE, write_date = %(now)s, write_uid = %(user)s
                     WHERE ownership_id = ANY(%(periods)s) AND active
                 RETURNING ownership_id, company_id, kind, value, label, is_soft,
                           is_manual, has_more_contacts),
                inserted AS (
                    INSERT INTO sales_process_ownership_key (
                           ownership_id, company_id, kind, value, label, is_soft,
                           is_manual, has_more_contacts, active, create_uid,
                           write_uid, create_date, write_date)
                    SELECT heir.heir_id, company_id, kind, value, label, is_soft,
                           is_manual, has_more_contacts, TRUE, %(user)s, %(user)s,
                           %(now)s, %(now)s
                      FROM freed
                      JOIN unnest(%(periods)s, %(heirs)s) AS heir (period_id, heir_id)
                        ON heir.period_id = freed.ownership_id
                  ORDER BY COALESCE(company_id, 0), kind, value
                        ON CONFLICT DO NOTHING
                 RETURNING id)
                SELECT (SELECT COUNT(*) FROM freed) = (SELECT COUNT(*) FROM inserted)
                """,
                now=self.env.cr.now(),
                user=self.env.uid,
                periods=[period.id for period in heirs],
                heirs=[heir.id for heir in heirs.values()],
            )
        )
        self.invalidate_model()
        self.env["sales.process.ownership"].invalidate_model(["key_ids"])
        return rows[0][0]

    @api.model
    def _follow_sharing(self):
        """Branches began or ended to share customers: keys are exclusive there now."""
        self.flush_model()
        self.env["res.company"].flush_model(["process_share_branches"])
        lost = move_keys(self.env.cr)
        self.env.invalidate_all(flush=False)
        self.env["sales.process.ownership"]._record_lost_keys(lost)

    @api.model
    def _free_nobodys(self):
        """Free keys of running periods that identify nobody: machines' and our own."""
        own = self.env["sales.process.own.detail"]._get_own_details()
        keys = self.browse()
        for group in split_every(1000, self.search([("kind", "in", DETAILS)])):
            keys |= self.browse(row.id for row in group).filtered(
                lambda key: (
                    (key.kind, key.value) in own
                    or (key.kind == "email" and identity.is_no_sender(key.value))
                )
            )
        keys._deactivate()

    def _deactivate(self):
        """Free the keys: whoever receives the customer next owns it."""
        if self:
            # sudo: keys are the system's to write
            self.sudo().write({"active": False})
            self.flush_model(["active"])

    @api.model
    def _get_health_problems(self):
        """What would break the promise of one owner per customer, in words.

        Odoo only logs a unique index that cannot be built, and goes on without it.

        :return: list of str, empty when all is well
        """
        index = "sales_process_ownership_key_active_key_uniq"
        exists = self.env.execute_query(
            SQL("SELECT 1 FROM pg_indexes WHERE indexname = %s", index)
        )
        if exists:
            # The index itself keeps doubles away: no need to look for them.
            return []
        problems = [
            self.env._(
                "The index that lets only one salesperson own a customer is "
                "missing. End the double ownerships below, then upgrade the app."
            )
        ]
        doubles = self.env.execute_query(SQL(ONE_OWNER.query))
        problems += [
            self.env._(
                "Several customers, whose numbers follow, have it: %(detail)s",
                detail=detail,
            )
            for _key_id, detail in doubles[:DOUBLES_SHOWN]
        ]
        return problems

    @api.model
    def _log_health(self):
        """Write the problems into the server log, after install and upgrade."""
        for problem in self._get_health_problems():
            _logger.error("Sales process: %s", problem)
