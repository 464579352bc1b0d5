# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class SalesProcessOwnershipKey(models.Model):
    _inherit = "sales.process.ownership.key"

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
        doubles = self.env.execute_query(
            SQL(
                """
                SELECT kind, value, array_agg(ownership_id ORDER BY ownership_id)
                  FROM sales_process_ownership_key
                 WHERE active AND NOT is_soft
              GROUP BY COALESCE(company_id, 0), kind, value
                HAVING COUNT(*) > 1
                 LIMIT 20
                """
            )
        )
        for kind, value, ownership_ids in doubles:
            problems.append(
                self.env._(
                    "%(kind)s %(value)s belongs to several ownerships: %(ids)s.",
                    kind=kind,
                    value=value,
                    ids=", ".join(map(str, ownership_ids)),
                )
            )
        return problems

    @api.model
    def _log_health(self):
        """Write the problems into the server log, after install and upgrade."""
        for problem in self._get_health_problems():
            _logger.error("Sales process: %s", problem)
