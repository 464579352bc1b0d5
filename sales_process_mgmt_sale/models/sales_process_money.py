# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools


class SalesProcessMoney(models.Model):
    _inherit = "sales.process.money"

    kind = fields.Selection(
        selection_add=[("signed", "Signed"), ("invoiced",)],
        ondelete={"signed": "cascade"},
    )
    order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )

    @api.model
    def _work_heard(self):
        """Orders are linked with their customers before their money is looked at."""
        heard = self._get_heard()
        # whoever confirms may not read the ledger
        Money = self._as_worker()
        # their orders are gone
        gone = heard.pop("unsigned", ())
        ownerships = Money.env["sales.process.ownership"]
        if rows := ownerships.browse(gone).exists():
            self.env.flush_all()
            rows._sync_phase()
            rows._sync_successors()
        while heard.get("orders"):
            # what Odoo works out of them now is heard with them, not after them
            self.env.flush_all()
            ids = heard.pop("orders")
            orders = Money.env["sale.order"].browse(ids).exists()
            moved = orders.browse(heard.pop("moved_orders", ())) & orders
            shrunk = orders._filter_shrunk(moved).ownership_id
            ownerships = orders._link_ownerships(moved)
            Money._refresh_orders(orders)
            invoices = (orders.filtered("ownership_id") | moved).invoice_ids
            pursued = ownerships.filtered(
                lambda row: row.state == "open" and row.phase == "pursuing"
            )
            ownerships._sync_phase()
            # what is left to collect of those that are signed now has been asked
            signed = pursued.filtered(lambda row: row.phase != "pursuing")
            self._hear(invoices, ownerships - signed)
            shrunk._sync_successors()
        return super()._work_heard()

    @api.model
    def _refresh_orders(self, orders):
        """Make the rows of what was signed as the orders are now.

        :param orders: sale.order
        """
        wanted = {}
        for order in orders.filtered("ownership_id")._filter_process_signed():
            period = order.ownership_id
            source = f"sale.order:{order.id}"
            zone = period.team_id._get_process_timezone(period.user_id)
            values = self._prepare_row(
                period,
                "signed",
                source,
                deadline_tools.local_date(order.process_date_signed, zone),
                order._get_process_total(order.company_id),
            )
            wanted[source, "signed", period.id] = {
                **values,
                "company_id": order.company_id.id,
                "order_id": order.id,
            }
        self._store(
            self.search([("order_id", "in", orders.ids), ("kind", "=", "signed")]),
            wanted,
        )
