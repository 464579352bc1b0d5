# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools.period import KINDS

from ..models.sales_process_work_report_period import NEWS_KINDS

MODEL = "sales.process.work.report"


class SalesProcessFact(models.Model):
    """Reports that were not submitted in time; their moment is the deadline."""

    _inherit = "sales.process.fact"
    _depends = {
        MODEL: [
            "company_id",
            "date_due",
            "date_submitted",
            "is_late",
            "kind",
            "period",
            "state",
            "team_id",
            "user_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[
            ("report_missing", "Report Missing"),
            ("report_late", "Report Late"),
            ("news_missing", "Intelligence Missing"),
            ("news_late", "Intelligence Late"),
        ]
    )

    def _get_fact_queries(self):
        now = self.env[MODEL]._get_now()
        missing = SQL("date_submitted IS NULL AND date_due < %s", now)
        late = SQL("date_submitted IS NOT NULL AND is_late")
        return {
            **super()._get_fact_queries(),
            "report_missing": (MODEL, self._get_report_query(KINDS, missing)),
            "report_late": (MODEL, self._get_report_query(KINDS, late)),
            "news_missing": (MODEL, self._get_report_query(NEWS_KINDS, missing)),
            "news_late": (MODEL, self._get_report_query(NEWS_KINDS, late)),
        }

    def _get_report_query(self, kinds, condition):
        """Reports that were owed and of which something is true.

        :param kinds: of reports
        :param SQL condition: on columns of the reports
        :return: SQL
        """
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, period AS name,
                   date_due AS moment
              FROM sales_process_work_report
             WHERE kind != 'urgent' AND kind IN %s AND state != 'excused' AND %s
            """,
            kinds,
            condition,
        )
