# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL
from odoo.tools.sql import escape_psql

# What people wrote about a customer, and how its rows find the period they belong to.
# Names are replaced, texts emptied. Models of further addons say so themselves, see
# `_personal_names` of the guard.
NAMES = {
    "sales.process.ownership": ["name"],
    "sales.process.conflict": ["name"],
    "sales.process.followup": ["subject"],
}
TEXTS = {
    "sales.process.ownership": ["partner_id", "end_note"],
    "sales.process.conflict": ["keys", "identities", "note"],
    "sales.process.followup": [
        "solution",
        "next_step",
        "location",
        "void_text",
        "sent_to",
        "latitude",
        "longitude",
    ],
    "sales.process.lookup": ["value", "digest"],
    "sales.process.invitation": ["name", "note"],
    "sales.process.handover.line": ["customer_name", "territory", "outcome"],
    "sales.process.release.line": ["note"],
}
# Shorter names stand in texts about anybody.
LEAST_NAME_BYTES = 4
# Digits at the end of a telephone number by which it is found however it is written.
PHONE_DIGITS = 8


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    def _anonymize(self):
        """Forget who these customers are; the chain of periods and its facts stay.

        A running period ends: nobody owns a person who is not known any more. Details,
        names and everything that was written are emptied in all periods of the
        customer and in what belongs to them, past the guards that keep evidence from
        being changed, and without a message that would repeat the old text.
        """
        roots = self.mapped("root_id") | self.filtered(lambda row: not row.root_id)
        chain = self.search(
            [("root_id", "in", roots.ids)], order="id"
        ) | roots.with_context(active_test=False)
        names, keys = self._get_personal_details(chain)
        chain._end("lost", note=self.env._("Made anonymous"))
        self._anonymize_keys(chain)
        self._anonymize_rows(chain)
        for model, fields in self._get_ownership_fields().items():
            domain = ["|"] * (len(fields) - 1) + [
                (name, "in", chain.ids) for name in fields
            ]
            Model = self.env[model].with_context(active_test=False)
            # each: one query for each model that names a person
            self._anonymize_rows(Model.search(domain))
        self._anonymize_elsewhere(names, keys)

    @api.model
    def _get_ownership_fields(self):
        """How rows of ours find the customers that they are about.

        :return: ``{model: names of fields}``, of every model that keeps rows
        """
        found = {}
        for name, model in self.env.registry.items():
            if not name.startswith("sales.process.") or not model._auto:
                continue
            if model._abstract or name == self._name:
                continue
            fields = [
                field.name
                for field in model._fields.values()
                if field.type == "many2one"
                and field.comodel_name == self._name
                and field.store
            ]
            fields += getattr(model, "_personal_ownerships", ())
            if fields and name != "sales.process.ownership.key":
                found[name] = fields
        return found

    @api.model
    def _get_personal_details(self, ownerships):
        """What is known of these customers, before it is forgotten.

        :return: names, and ``{(company_id or 0, kind, value)}``
        """
        names = set(ownerships.mapped("name")) | set(
            ownerships.lead_ids.mapped("contact_name")
        )
        keys = {
            (key.company_id.id or 0, key.kind, key.value)
            for key in ownerships.with_context(active_test=False).key_ids
        }
        return {name for name in names if name}, keys

    @api.model
    def _anonymize_elsewhere(self, names, keys):
        """Forget details where they stand without the customer they belong to.

        In attempts on other customers, in the log of look-ups, in the list of shared
        details, in registrations that were not finished, and in our notices.

        :param names: names of the person
        :param keys: ``{(company_id or 0, kind, value)}``
        """
        values = {value for _c, kind, value in keys if kind != "partner"}
        patterns = [f"%{escape_psql(value)}%" for value in values]
        self.env.flush_all()
        # sudo: they are not the reader's
        Lookup = self.env["sales.process.lookup"].sudo()
        digests = [Lookup._get_digest(key) for key in keys]
        self._anonymize_rows(Lookup.search([("digest", "in", digests)]))
        for kind in {kind for _c, kind, _value in keys}:
            found = [value for _c, other, value in keys if other == kind]
            # each: one query for each kind of detail
            self.env["sales.process.shared.value"].sudo().search(
                [("kind", "=", kind), ("value", "in", found)]
            ).unlink()
        if patterns:
            self.env.cr.execute(
                """
                UPDATE sales_process_conflict SET keys = NULL, identities = NULL
                 WHERE keys ILIKE ANY(%(patterns)s)
                    OR identities::text ILIKE ANY(%(patterns)s)
                """,
                {"patterns": patterns},
            )
        self._forget_drafts(patterns, keys)
        words = patterns + [
            f"%{escape_psql(name)}%"
            for name in names
            if len(name.encode()) >= LEAST_NAME_BYTES
        ]
        if words:
            self.env.cr.execute(
                """
                SELECT id FROM mail_message
                 WHERE message_type = 'user_notification'
                   AND (model IS NULL OR model LIKE 'sales.process.%%')
                   AND concat_ws(' ', subject, body) ILIKE ANY(%s)
                """,
                [words],
            )
            ids = [row[0] for row in self.env.cr.fetchall()]
            self.env["mail.message"].sudo().browse(ids).unlink()
        self.env.invalidate_all(flush=False)

    @api.model
    def _forget_drafts(self, patterns, keys):
        """Delete what was typed into our dialogs about the person."""
        phones = [
            "%" + "".join(filter(str.isdigit, value))[-PHONE_DIGITS:] + "%"
            for _company, kind, value in keys
            if kind == "phone"
        ]
        for name, model in self.env.registry.items():
            if (
                not name.startswith("sales.process.")
                or not model._transient
                or model._abstract
            ):
                continue
            # each: one query for each dialog that we have
            self.env.cr.execute(
                SQL(
                    """
                    SELECT id FROM %(table)s AS draft
                     WHERE draft::text ILIKE ANY(%(patterns)s)
                        OR regexp_replace(draft::text, '[^0-9,]', '', 'g')
                           LIKE ANY(%(phones)s)
                    """,
                    table=SQL.identifier(model._table),
                    patterns=patterns,
                    phones=phones,
                )
            )
            ids = [row[0] for row in self.env.cr.fetchall()]
            # sudo: dialogs of others that hold the person's details
            self.env[name].sudo().browse(ids).unlink()

    @api.model
    def _anonymize_keys(self, ownerships):
        """Empty the details by which customers are known."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE sales_process_ownership_key
                   SET value = 'anonymous-' || id, label = NULL, active = FALSE
                 WHERE ownership_id IN %s
                """,
                tuple(ownerships.ids) or (0,),
            )
        )
        self.env.invalidate_all(flush=False)

    @api.model
    def _anonymize_rows(self, rows):
        """Empty what rows of one model say about a person, chatter included."""
        if not rows:
            return
        name = self.env._("Anonymous")
        settings = [
            SQL("%s = %s", SQL.identifier(field), value)
            for fields, declared, value in (
                (NAMES, "_personal_names", name),
                (TEXTS, "_personal_texts", None),
            )
            for field in fields.get(rows._name) or getattr(rows, declared, ())
            if rows._fields.get(field) and rows._fields[field].store
        ]
        self.env.flush_all()
        if settings:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s WHERE id IN %s",
                    SQL.identifier(rows._table),
                    SQL(", ").join(settings),
                    tuple(rows.ids),
                )
            )
        self.env.invalidate_all(flush=False)
        domain = [("model", "=", rows._name), ("res_id", "in", rows.ids)]
        # sudo: messages and to-dos repeat what is forgotten here, whoever wrote them
        self.env["mail.message"].sudo().search(domain).unlink()
        domain = [("res_model", "=", rows._name), ("res_id", "in", rows.ids)]
        self.env["mail.activity"].sudo().search(domain).unlink()
        # sudo: photographs and what was attached, also where a field holds it
        self.env["ir.attachment"].sudo().search(
            ["|", ("res_field", "=", False), ("res_field", "!=", False), *domain]
        ).unlink()
        self.env.invalidate_all(flush=False)
