# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.sales_process_mgmt.tools import files


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
        if not payroll or kind not in files.TYPES:
            return request.not_found()
        name, content = payroll._export(kind)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", files.TYPES[kind]),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
