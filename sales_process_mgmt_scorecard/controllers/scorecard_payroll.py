# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.sales_process_mgmt.controllers.downloads import make_download


class ScorecardPayroll(http.Controller):
    """Download the coefficients of a month."""

    @http.route(
        "/sales_process_mgmt_scorecard/payroll/<int:payroll_id>/<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, payroll_id, kind):
        """The file, for whoever may read it.

        :param int payroll_id: of sales.process.scorecard.payroll
        :param str kind: ``csv`` or ``xlsx``
        :return: the response
        """
        Payroll = request.env["sales.process.scorecard.payroll"]
        payroll = Payroll.browse(payroll_id).exists()
        return make_download(payroll, kind)
