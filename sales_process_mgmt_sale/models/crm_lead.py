# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from odoo.addons.sales_process_mgmt.models.sales_process_lookup import RECENT_DAYS


class CrmLead(models.Model):
    _inherit = "crm.lead"

    process_expected_most = fields.Monetary(
        string="Expected Before It Was Lowered",
        currency_field="company_currency",
        readonly=True,
        copy=False,
        help="The highest revenue that was expected of the inquiry. An order is "
        "measured by it where the salesperson has lowered what is expected; the "
        "leader who lowers it, or says that the customer has signed, decides.",
        prefetch=True,
    )

    def _before_write(self, vals):
        """What is expected less than before goes on measuring the orders."""
        if "expected_revenue" in vals and self._is_counted():
            self._remember_expected(vals["expected_revenue"] or 0)
        return super()._before_write(vals)

    def _is_counted(self):
        return bool(self.env["crm.team"]._get_active_process_ids())

    def _remember_expected(self, value):
        """Keep what was expected of inquiries, where no leader lowers it.

        :param float value: what is expected from now on
        """
        user = self.env.user
        # sudo: the ledger says who decides, and the field is the system's
        for lead in self.sudo().filtered("ownership_id"):
            before = max(lead.expected_revenue or 0, lead.process_expected_most or 0)
            decides = not user._is_superuser() and lead.ownership_id._may_decide(user)
            most = 0 if decides or before <= value else before
            if lead.process_expected_most != most:
                lead.process_expected_most = most

    def _merge_dependences(self, opportunities):
        """Merged into one of which less is expected, the inquiries are worth more."""
        result = super()._merge_dependences(opportunities)
        if self._is_counted():
            # sudo: the field is the system's
            rows = (self | opportunities).sudo()
            most = max(row._get_expected() for row in rows)
            head = self.sudo()
            if most > head._get_expected():
                head.process_expected_most = most
        return result

    def _get_expected(self):
        """What an order of the inquiry is measured by; sudo.

        Also by what was expected of others of the customer that were lost, or put
        aside, since, or not long before: who loses the large one and asks for a small
        one asks the leader.

        :return: float, in the currency of the company
        """
        self.ensure_one()
        period = self.ownership_id
        since = self.create_date - timedelta(days=RECENT_DAYS)
        periods = (period.previous_id and period.chain_ids) or period
        lost = periods.with_context(active_test=False).lead_ids.filtered(
            lambda row: (
                row.won_status != "won"
                and not row.active
                and (row.date_closed or row.write_date) >= since
            )
        )
        return max(
            amount or 0
            for row in self | lost
            for amount in (row.expected_revenue, row.process_expected_most)
        )

    def _filter_ordered(self):
        """Inquiries that confirmed orders have signed; sudo.

        Their own orders are added up, with those of no inquiry that were signed in
        the same period after they came in. Where the leader has said that it is
        signed, the smallest order is enough.

        :return: crm.lead
        """
        ordered = self.browse()
        every = self.order_ids | self.ownership_id.order_ids
        signed_ids = set(every._filter_process_signed()._ids)
        for lead in self:
            row = lead.ownership_id
            orders = lead.order_ids.filtered(lambda order: order.id in signed_ids)
            orders |= row.order_ids.filtered(
                lambda order, lead=lead: (
                    order.id in signed_ids
                    and not order.opportunity_id
                    and order._is_after(lead)
                )
            )
            if not orders:
                continue
            total = sum(order._get_process_total(row.company_id) for order in orders)
            if row._is_ordered(total, lead._get_expected()) or (
                row.signed_basis in ("leader", "before")
                and row.signature_date
                and row._has_word_for_signature(lead)
            ):
                ordered |= lead
        return ordered
