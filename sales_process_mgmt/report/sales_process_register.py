# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..tools import register


class ReportRegister(models.AbstractModel):
    """The register of customers on paper: one's own, or those of led teams."""

    _name = "report.sales_process_mgmt.report_register"
    _description = "Customer Register"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The chosen customers that are the reader's to print.

        :param docids: ids of res.partner
        :return: dict for the template
        :raise UserError: where none of them is
        """
        Partner = self.env["res.partner"]
        partners = Partner.search(
            [("id", "in", docids or []), *Partner._get_register_domain()]
        )
        if not partners:
            raise UserError(
                self.env._(
                    "None of these contacts is a customer of yours or of a team that "
                    "you lead: choose them in the customer register."
                )
            )
        properties = {
            row["id"]: row["properties"] for row in partners.read(["properties"])
        }
        return {
            "doc_ids": partners.ids,
            "doc_model": partners._name,
            "docs": partners,
            "said": {
                partner.id: register.get_said(properties[partner.id])
                for partner in partners
            },
            "company": self.env.company,
            "today": self.env["crm.team"]._get_process_today(self.env.user),
        }
