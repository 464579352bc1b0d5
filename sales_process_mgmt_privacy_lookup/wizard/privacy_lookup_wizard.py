# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models, tools
from odoo.tools import SQL

# Kept as evidence: made anonymous, never deleted.
MODELS = (
    "sales.process.ownership",
    "sales.process.ownership.key",
    "sales.process.followup",
    "sales.process.conflict",
    "sales.process.lookup",
)


class PrivacyLookupWizard(models.TransientModel):
    _inherit = "privacy.lookup.wizard"

    def _get_query_models_blacklist(self):
        return [*super()._get_query_models_blacklist(), *MODELS]

    def _get_query(self):
        """Find a person in the ledger, too: by name, e-mail, contact and lead."""
        query = super()._get_query()
        name = f"%{self.name.strip()}%"
        email = f"%{self.email.strip()}%"
        rows = SQL(
            """
            WITH person AS (
                SELECT id FROM res_partner
                 WHERE email_normalized = %(normalized)s OR name ILIKE %(name)s
            ), found AS (
                SELECT COALESCE(root_id, id) AS id
                  FROM sales_process_ownership
                 WHERE name ILIKE %(name)s
                    OR partner_id IN (SELECT id FROM person)
                UNION
                SELECT COALESCE(ownership.root_id, ownership.id)
                  FROM sales_process_ownership_key AS key
                  JOIN sales_process_ownership AS ownership
                    ON ownership.id = key.ownership_id
                 WHERE key.label ILIKE %(email)s
                    OR (key.kind = 'email' AND key.value = %(normalized)s)
                    OR (key.kind = 'partner'
                        AND key.value IN (SELECT id::text FROM person))
                UNION
                SELECT COALESCE(ownership.root_id, ownership.id)
                  FROM crm_lead AS lead
                  JOIN sales_process_ownership AS ownership
                    ON ownership.id = lead.ownership_id
                 WHERE lead.email_normalized = %(normalized)s
                    OR lead.contact_name ILIKE %(name)s
                    OR lead.partner_id IN (SELECT id FROM person)
            ), chain AS (
                SELECT id FROM sales_process_ownership
                 WHERE COALESCE(root_id, id) IN (SELECT id FROM found)
            )
            SELECT 'sales.process.ownership' AS model, id FROM chain
            UNION
            SELECT 'sales.process.ownership.key', id
              FROM sales_process_ownership_key
             WHERE ownership_id IN (SELECT id FROM chain)
            UNION
            SELECT 'sales.process.followup', id FROM sales_process_followup
             WHERE ownership_id IN (SELECT id FROM chain)
                OR concat_ws(' ', subject, solution, next_step) ILIKE ANY (
                    ARRAY[%(name)s, %(email)s])
            UNION
            SELECT 'sales.process.conflict', id FROM sales_process_conflict
             WHERE ownership_id IN (SELECT id FROM chain)
                OR other_ownership_id IN (SELECT id FROM chain)
                OR concat_ws(' ', name, keys, note) ILIKE ANY (
                    ARRAY[%(name)s, %(email)s])
            UNION
            SELECT 'sales.process.lookup', id FROM sales_process_lookup
             WHERE ownership_id IN (SELECT id FROM chain)
                OR value ILIKE %(email)s
            """,
            name=name,
            email=email,
            normalized=tools.email_normalize(self.email.strip()),
        )
        return SQL(
            """
            %s
            UNION ALL
            SELECT ir_model.id AS res_model_id, found.id AS res_id, TRUE AS is_active
              FROM (%s) AS found
              JOIN ir_model ON ir_model.model = found.model
            """,
            query,
            rows,
        )


class PrivacyLookupWizardLine(models.TransientModel):
    _inherit = "privacy.lookup.wizard.line"

    def action_unlink(self):
        """Evidence is made anonymous where other records are deleted."""
        if self.res_model not in MODELS or self.is_unlinked:
            return super().action_unlink()
        self.ensure_one()
        # sudo: as Odoo's own look-up, which only administrators may use
        record = self.env[self.res_model].sudo().browse(self.res_id).exists()
        Ownership = self.env["sales.process.ownership"].sudo()
        if record._name == "sales.process.ownership":
            record._anonymize()
        elif record._name == "sales.process.ownership.key":
            record.ownership_id._anonymize()
        else:
            Ownership._anonymize_rows(record)
        details = self.env._(
            "Made anonymous: %(model)s #%(id)s",
            model=self.res_model_id.name,
            id=self.res_id,
        )
        self.write({"execution_details": details, "is_unlinked": True})
        return None
