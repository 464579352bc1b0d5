# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import format_amount

from odoo.addons.sales_process_mgmt.tools import labels

# What is owed stands there as invoiced.
TOLD_KINDS = ("invoiced", "collected", "written_off")


class SalesProcessTimeline(models.AbstractModel):
    """Invoices and what has arrived for them."""

    _inherit = "sales.process.timeline"

    def _get_kinds(self):
        money = self._make_kind("money", self.env._("Money"), "fa-money")
        return [*super()._get_kinds(), money]

    def _get_sources(self, scope):
        domain = [
            ("ownership_id", "in", scope.period_ids),
            ("kind", "in", TOLD_KINDS),
        ]
        return {
            **super()._get_sources(scope),
            **self._make_source(
                "money", "sales.process.money", domain, "date", self._describe_money
            ),
        }

    def _describe_money(self, rows):
        kinds = labels.get_choices(rows, "display_kind")
        # sudo: which invoice it was is told to whoever reads the money
        moves = rows.sudo().move_id
        readable = self.env["account.move"].browse(moves.ids)._filtered_access("read")
        lines = {}
        for row in rows:
            move = row.sudo().move_id
            evidence = move if move.id in readable._ids else row.ownership_id
            lines[row.id] = self._make_line(
                kinds[row.display_kind],
                move.name if move.name != "/" else None,
                row.sudo().user_id,  # sudo: a colleague's name is no secret
                badge=format_amount(self.env, row.amount, row.currency_id),
                tone="success" if row.display_kind == "collected" else False,
                day=fields.Date.to_string(row.date),
                open={"model": evidence._name, "id": evidence.id},
            )
        return lines
