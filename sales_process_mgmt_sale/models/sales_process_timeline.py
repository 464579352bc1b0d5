# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain
from odoo.tools import format_amount

from odoo.addons.sales_process_mgmt.tools import labels


class SalesProcessTimeline(models.AbstractModel):
    """Quotations and orders."""

    _inherit = "sales.process.timeline"

    def _get_kinds(self):
        orders = self._make_kind(
            "order", self.env._("Quotations and Orders"), "fa-shopping-cart"
        )
        return [*super()._get_kinds(), orders]

    def _get_sources(self, scope):
        domain = (
            Domain("ownership_id", "in", scope.period_ids)
            | Domain("opportunity_id", "in", scope.lead_ids)
            | Domain("partner_id", "in", scope.partner_ids)
        )
        return {
            **super()._get_sources(scope),
            **self._make_source(
                "order", "sale.order", domain, "date_order", self._describe_orders
            ),
        }

    def _describe_orders(self, orders):
        states = labels.get_choices(orders, "state")
        tones = {"sale": "success", "cancel": "danger"}
        return {
            row.id: self._make_line(
                row.name,
                format_amount(self.env, row.amount_total, row.currency_id),
                row.sudo().user_id,  # sudo: a colleague's name is no secret
                badge=states[row.state],
                tone=tones.get(row.state, False),
            )
            for row in orders
        }
