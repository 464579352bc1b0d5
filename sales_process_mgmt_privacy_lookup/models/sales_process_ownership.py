# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

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
    "sales.process.followup": ["solution", "next_step", "location"],
    "sales.process.lookup": ["value"],
    "sales.process.invitation": ["name", "note"],
    "sales.process.handover.line": ["customer_name", "territory"],
    "sales.process.release.line": ["note"],
}
OWNERSHIP_FIELDS = {
    "sales.process.conflict": ("ownership_id", "other_ownership_id"),
    "sales.process.followup": ("ownership_id",),
    "sales.process.lookup": ("ownership_id",),
    "sales.process.invitation": ("ownership_id",),
    "sales.process.handover.line": ("ownership_id",),
    "sales.process.release.line": ("ownership_id",),
}


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
        chain._end("lost", note=self.env._("Made anonymous"))
        self._anonymize_keys(chain)
        self._anonymize_rows(chain)
        declared = {
            name: model._personal_ownerships
            for name, model in self.env.registry.items()
            if getattr(model, "_personal_ownerships", ())
        }
        for model, names in {**OWNERSHIP_FIELDS, **declared}.items():
            domain = ["|"] * (len(names) - 1) + [
                (name, "in", chain.ids) for name in names
            ]
            Model = self.env[model].with_context(active_test=False)
            self._anonymize_rows(Model.search(domain))

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
