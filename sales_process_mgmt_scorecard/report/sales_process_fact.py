# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

MODEL = "sales.process.praise"


class SalesProcessFact(models.Model):
    """Who was praised; the words stand on the praise."""

    _inherit = "sales.process.fact"
    _depends = {
        MODEL: ["company_id", "date_given", "giver_id", "team_id", "user_id"],
        "res.users": ["partner_id"],
        "res.partner": ["name"],
    }

    kind = fields.Selection(selection_add=[("praised", "Praised")])

    def _get_fact_queries(self):
        query = SQL(
            """
            SELECT praise.id, praise.user_id, praise.team_id, praise.company_id,
                   partner.name, praise.date_given AS moment
              FROM sales_process_praise praise
              JOIN res_users giver ON giver.id = praise.giver_id
              JOIN res_partner partner ON partner.id = giver.partner_id
            """
        )
        return {**super()._get_fact_queries(), "praised": (MODEL, query)}
