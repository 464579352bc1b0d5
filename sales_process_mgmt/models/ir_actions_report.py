# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        """Whoever prints a document of ours may read it.

        Anybody who is logged in may name any number in the address of a document, and
        Odoo asks nobody: it relies on the document to be read by its template. What a
        template reads in sudo first stays in memory, and the rest is read from there.
        """
        if (
            docids
            and report.report_name.startswith("sales_process_mgmt")
            and self._get_rendering_context_model(report) is None
        ):
            self.env[report.model].browse(docids).check_access("read")
        return super()._get_rendering_context(report, docids, data)
