# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..tools import texts

HARD_KINDS = ("phone", "phone_digits", "email", "partner", "vat")
SOFT_KINDS = ("name", "wechat", "registration")


class SalesProcessOwnershipKey(models.Model):
    _name = "sales.process.ownership.key"
    _description = "Customer Identity Key"
    _order = "ownership_id, kind, id"
    _rec_name = "label"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", index="btree_not_null")
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
        help="Added by a person, so a change on the lead does not remove it.",
    )

    _active_key_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, value) WHERE active AND NOT is_soft",
        "Another salesperson has just become responsible for this customer. "
        "Look the customer up again.",
    )
    _value_idx = models.Index("(value, kind)")

    def _find(self, identities):
        """Find the running ownerships behind identity keys, in one query.

        :param identities: iterable of ``(company_id or 0, kind, value)``
        :return: ``{(company_id or 0, kind, value): [ownership ids]}``, the newest first
        """
        return self._find_with_past(identities)[0]

    def _find_with_past(self, identities):
        """Find the ownerships behind identity keys, in one query.

        ``OFFSET 0`` makes PostgreSQL look each key up in the index, also while it has
        not noticed yet how many keys a large import has brought.

        :param identities: iterable of ``(company_id or 0, kind, value)``
        :return: two ``{(company_id or 0, kind, value): [ownership ids]}``, the newest
            first: of running ownerships, and of those that have ended
        """
        running, past = {}, {}
        wanted = [*zip(*sorted(set(identities)), strict=True)]
        if not wanted:
            return running, past
        rows = self.env.execute_query(
            SQL(
                """
                SELECT key.active, wanted.company_id, wanted.kind, wanted.value,
                       key.ownership_id
                  FROM unnest(%s::int[], %s::varchar[], %s::varchar[])
                       AS wanted(company_id, kind, value)
                 CROSS JOIN LATERAL (
                       SELECT id, ownership_id, COALESCE(active, FALSE) AS active
                         FROM sales_process_ownership_key
                        WHERE value = wanted.value
                          AND kind = wanted.kind
                          AND COALESCE(company_id, 0) = wanted.company_id
                       OFFSET 0
                       ) AS key
              ORDER BY key.id DESC
                """,
                *map(list, wanted),
            )
        )
        for active, company, kind, value, ownership_id in rows:
            found = running if active else past
            found.setdefault((company, kind, value), []).append(ownership_id)
        return running, past

    def _insert(self, values_list):
        """Add keys; the database decides who was first.

        Rows are inserted in a fixed order, so that two transactions that want the
        same keys wait for each other instead of running into a deadlock. A key that
        another transaction has committed since this one began raises a
        serialization failure (SQLSTATE 40001), which the caller's retry repeats.

        :param list values_list: dicts with ``ownership_id, company_id, kind, value,
            label, is_soft, is_manual``
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
            chunk = values_list[start : start + self.env.cr.IN_MAX]
            rows = self.env.execute_query(
                SQL(
                    """
                    INSERT INTO sales_process_ownership_key (
                        ownership_id, company_id, kind, value, label, is_soft,
                        is_manual, active, create_uid, write_uid, create_date,
                        write_date)
                    VALUES %s
                    ON CONFLICT DO NOTHING
                    RETURNING COALESCE(company_id, 0), kind, value, ownership_id
                    """,
                    SQL(", ").join(
                        SQL(
                            "(%s, %s, %s, %s, %s, %s, %s, TRUE, %s, %s, %s, %s)",
                            row["ownership_id"],
                            row["company_id"] or None,
                            row["kind"],
                            row["value"],
                            (row.get("label") or row["value"])[: texts.NAME_LENGTH],
                            row["kind"] in SOFT_KINDS,
                            bool(row.get("is_manual")),
                            self.env.uid,
                            self.env.uid,
                            self.env.cr.now(),
                            self.env.cr.now(),
                        )
                        for row in chunk
                    ),
                )
            )
            inserted = set(rows)
            refused += [
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
        self.invalidate_model()
        self.env["sales.process.ownership"].invalidate_model(["key_ids"])
        return refused

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
             RETURNING ownership_id, company_id, kind, value, label, is_manual
                """,
                self.env.cr.now(),
                self.env.uid,
                ownerships._ids,
            )
        )
        self.invalidate_model(["active"], flush=False)
        ownerships.invalidate_model(["key_ids"], flush=False)
        return rows

    def _deactivate(self):
        """Free the keys: whoever receives the customer next owns it."""
        if self:
            self.sudo().write({"active": False})
            self.flush_model(["active"])
