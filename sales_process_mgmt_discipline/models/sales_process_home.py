# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import format_date

from odoo.addons.sales_process_mgmt.models.sales_process_home_parts import (
    make_block,
    make_opens,
    make_opens_record,
)

MODEL = "sales.process.policy.acknowledgement"
ROWS = 5


class SalesProcessHome(models.AbstractModel):
    """Policies that I am asked to confirm."""

    _inherit = "sales.process.home"

    @api.model
    def _get_blocks(self, scope):
        blocks = super()._get_blocks(scope)
        Acknowledgement = self.env[MODEL]
        rows = Acknowledgement.search_fetch(
            Acknowledgement._get_waiting_domain(scope.user),
            ["date_due", "version_id"],
            order="date_due, id",
            limit=ROWS,
        )
        return [*blocks, self._get_policies_block(scope, rows)] if rows else blocks

    @api.model
    def _get_policies_block(self, scope, rows):
        """What waits for the own confirmation; nothing is shown where nothing does."""
        return make_block(
            "policies",
            "rows",
            self.env._("Policies to Confirm"),
            45,
            is_side=True,
            rows=[
                {
                    "id": row.id,
                    "icon": "fa-exclamation-triangle"
                    if row.date_due < scope.now
                    else "fa-file-text-o",
                    "title": row.version_id.name,
                    "subtitle": False,
                    "note": self.env._(
                        "until %(day)s",
                        day=format_date(self.env, scope.get_local_date(row.date_due)),
                    ),
                    "tone": "danger" if row.date_due < scope.now else False,
                    "open": make_opens_record(row),
                }
                for row in rows
            ],
            open=make_opens(
                "sales_process_mgmt_discipline.sales_process_policy_mine_action"
            ),
        )
