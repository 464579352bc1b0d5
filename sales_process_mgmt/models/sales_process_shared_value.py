# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import identity
from .res_country import format_number

KINDS = ("phone", "phone_digits", "email", "vat")


def build_listed(values):
    """What the confirmed list says of contact details, by an index.

    :param values: list of str, or SQL of an array
    :return: SQL, finds ``(company_id or 0, kind, value)``
    """
    return SQL(
        """
        SELECT COALESCE(company_id, 0) AS company_id, kind, value
          FROM sales_process_shared_value
         WHERE state = 'confirmed' AND value = ANY(%s)
        """,
        values,
    )


class SalesProcessSharedValue(models.Model):
    _name = "sales.process.shared.value"
    _description = "Contact Detail That Identifies Nobody"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "state, conflict_count desc, id desc"
    _rec_name = "value"

    value = fields.Char(
        required=True,
        index=True,
        help="A switchboard, an info@ address, a phone that many customers share.",
    )
    kind = fields.Selection(
        [
            ("phone", "Phone"),
            ("phone_digits", "Phone (Local Digits)"),
            ("email", "E-mail"),
            ("vat", "Tax ID"),
        ],
        required=True,
        default="phone",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company._get_customer_company(),
        help="Empty: in all companies.",
    )
    state = fields.Selection(
        [
            ("watched", "Watched"),
            ("proposed", "Proposed"),
            ("confirmed", "Confirmed"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="confirmed",
        help="Only a confirmed value stops identifying customers. The system watches "
        "values that make conflicts and proposes those that keep making them.",
    )
    note = fields.Char(string="Reason")
    conflict_count = fields.Integer(string="Conflicts", readonly=True)

    _value_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), kind, value)",
        "This contact detail is in the list already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize(vals)
        records = super().create(vals_list)
        records._free_keys()
        return records

    def write(self, vals):
        if "value" in vals or "kind" in vals:
            self.ensure_one()
            vals = {"kind": self.kind, "value": self.value, **vals}
            self._normalize(vals)
        result = super().write(vals)
        self._free_keys()
        return result

    def _normalize(self, vals):
        """Keep the value as the keys keep it, whatever notation was typed."""
        kind = vals.get("kind") or "phone"
        value = vals.get("value") or ""
        company_id = vals.get("company_id") or self.company_id.id or self.env.company.id
        if not isinstance(company_id, int):
            # Odoo says what is wrong with it
            company_id = self.env.company.id
        company = self.env["res.company"].browse(company_id)._get_customer_company()
        if isinstance(vals.get("company_id"), int) and vals["company_id"]:
            vals["company_id"] = company.id
        # sudo: a branch may not see the company above it
        country = company.sudo().country_id
        readers = {
            "phone": lambda raw: identity.phone_keys(
                raw, format_number, country.code or None, country.phone_code or None
            ),
            "phone_digits": lambda raw: identity.phone_keys(raw, format_number),
            "email": identity.email_keys,
            "vat": identity.vat_key,
        }
        # "phone" is what is typed; what a kind is called otherwise is no kind
        read = readers.get(kind) if isinstance(kind, str) else None
        keys = read and isinstance(value, str) and read(value)
        if not keys:
            raise UserError(
                self.env._(
                    "“%(value)s” is no phone, e-mail or tax ID that could identify a "
                    "customer. Check the value and its kind.",
                    value=str(value)[:80],
                )
            )
        vals["kind"], vals["value"] = keys[0]

    def _get_confirmed(self, identities):
        """Which of the identities identify nobody, in one query.

        Those in the confirmed list of the company (a row without company is for all),
        and our own: of internal users, companies, aliases and mail servers. Whoever
        writes a customer's number into the own profile frees nothing: what is a key
        stays one.

        :param identities: set of ``(company_id or 0, kind, value)``
        :return: the subset that identifies nobody
        """
        wanted = [key for key in identities if key[1] in (*KINDS, "partner")]
        if not wanted:
            return set()
        listed = self._find_listed({key[2] for key in wanted})
        find = self.env["sales.process.ownership.key"]._find
        return self._filter_nobodys(wanted, listed, find)

    def _filter_nobodys(self, identities, listed, find):
        """See :meth:`_get_confirmed`; the list has been read.

        :param listed: set of ``(company_id or 0, kind, value)`` that are confirmed
        :param find: function that returns those of a set which somebody owns, as the
            keys of a dict
        :return: the subset that identifies nobody
        """
        details = self.env["sales.process.own.detail"]._get_own_details()
        wanted = {key for key in identities if key[1] in (*KINDS, "partner")}
        own = {key for key in wanted if key[1:] in details}
        nobodys = own | {
            key for key in wanted if key in listed or (0, *key[1:]) in listed
        }
        if doubtful := own - listed:
            nobodys -= find(doubtful).keys()
        return nobodys

    def _find_listed(self, values):
        """What the list says of contact details, by an index.

        :param set values: contact details, whatever their kind
        :return: set of ``(company_id or 0, kind, value)`` that are confirmed
        """
        self.flush_model(["company_id", "kind", "state", "value"])
        return set(self.env.execute_query(build_listed(list(values))))

    def _free_keys(self):
        """A confirmed value stops being a key of anybody."""
        confirmed = self.filtered(lambda row: row.state == "confirmed")
        if not confirmed:
            return
        # sudo: the keys are written by the methods of the product only
        keys = (
            self.env["sales.process.ownership.key"]
            .sudo()
            .search([("value", "in", confirmed.mapped("value")), ("kind", "in", KINDS)])
        )
        listed = {(row.company_id.id, row.kind, row.value) for row in confirmed}
        keys.filtered(
            # a row without company is for all of them
            lambda key: (
                not listed.isdisjoint(
                    (company_id, key.kind, key.value)
                    for company_id in (key.company_id.id, False)
                )
            )
        )._deactivate()

    def action_confirm(self):
        """From now on the value identifies nobody; its keys are freed."""
        self.write({"state": "confirmed"})

    def action_reject(self):
        """Keep the value as an identity; it is not proposed again."""
        self.write({"state": "rejected"})
        # whose detail it is again is found where it stands
        self.env["sales.process.ownership"]._plan_reading_again()

    def _count_conflicts(self, identities):
        """Count conflicts for each value; propose those that keep making them.

        :param identities: list of ``(company_id or 0, kind, value)``, one for each
            conflict that the value has made
        """
        # a contact record is one customer by its nature
        counts = Counter(key for key in identities if key[1] in KINDS)
        if not counts:
            return
        # the limit of a company may just have been written
        self.env["res.company"].flush_model(["process_shared_value_threshold"])
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO sales_process_shared_value AS known
                       (company_id, kind, value, state, conflict_count,
                        create_uid, write_uid, create_date, write_date)
                SELECT company.id, row.kind, row.value,
                       CASE WHEN row.count >= COALESCE(NULLIF(
                                 company.process_shared_value_threshold, 0), 1000000)
                            THEN 'proposed' ELSE 'watched' END,
                       row.count, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM (VALUES %(rows)s) AS row(company_id, kind, value, count)
             LEFT JOIN res_company company ON company.id = row.company_id
                ON CONFLICT (COALESCE(company_id, 0), kind, value) DO UPDATE
                   SET conflict_count = known.conflict_count
                                      + EXCLUDED.conflict_count,
                       state = CASE
                           WHEN known.state = 'watched'
                            AND known.conflict_count + EXCLUDED.conflict_count >= (
                                SELECT NULLIF(process_shared_value_threshold, 0)
                                  FROM res_company
                                 WHERE id = EXCLUDED.company_id)
                           THEN 'proposed' ELSE known.state END
                """,
                uid=self.env.uid,
                now=self.env.cr.now(),
                rows=SQL(", ").join(
                    SQL("(%s, %s, %s, %s)", *key, count)
                    for key, count in sorted(counts.items())
                ),
            )
        )
        self.invalidate_model()
