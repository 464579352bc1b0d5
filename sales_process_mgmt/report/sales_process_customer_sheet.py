# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ReportCustomerSheet(models.AbstractModel):
    """One customer over time, on paper, for who may read it in the system."""

    _name = "report.sales_process_mgmt.report_customer_sheet"
    _description = "Customer Tracking Sheet"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The customers and all their contacts that the reader may read.

        :param docids: ids of sales.process.ownership
        :return: dict for the template
        """
        ownerships = self.env["sales.process.ownership"].browse(docids)
        ownerships.check_access("read")
        # sudo: the first period may be one that the reader does not see
        roots = {row: (row.root_id or row).id for row in ownerships.sudo()}
        Followup = self.env["sales.process.followup"]
        root_ids = list(set(roots.values()))
        followups = Followup.search(
            [
                "|",
                ("ownership_id.root_id", "in", root_ids),
                ("ownership_id", "in", root_ids),
            ],
            order="date, id",
        )
        # sudo: of which customer a contact is that the reader may read
        by_root = followups.grouped(
            lambda row: (row.sudo().ownership_id.root_id or row.sudo().ownership_id).id
        )
        return {
            "doc_ids": docids,
            "doc_model": ownerships._name,
            "docs": ownerships,
            "followups": {
                ownership.id: by_root.get(roots[ownership.sudo()], Followup)
                for ownership in ownerships
            },
            "tz": self.env.user.tz or "UTC",
        }
