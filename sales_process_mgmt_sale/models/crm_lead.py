# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _filter_ordered(self):
        """Inquiries that confirmed orders have signed; sudo.

        Their own orders are added up, with those of no inquiry that were signed in
        the same period after they came in. Where the leader has said that it is
        signed, the smallest order is enough.

        :return: crm.lead
        """
        ordered = self.browse()
        for lead in self:
            row = lead.ownership_id
            orders = lead.order_ids.filtered(lambda order: order._is_signed())
            orders |= row.order_ids.filtered(
                lambda order, lead=lead: (
                    order._is_signed()
                    and not order.opportunity_id
                    and order._is_after(lead)
                )
            )
            if not orders:
                continue
            total = sum(order._get_process_total(row.company_id) for order in orders)
            if row._is_ordered(total, lead.expected_revenue or 0) or (
                row.signed_basis in ("leader", "before")
                and row.signature_date
                and row._has_word_for_signature(lead)
            ):
                ordered |= lead
        return ordered
