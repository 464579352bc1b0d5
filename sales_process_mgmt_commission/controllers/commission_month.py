# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.sales_process_mgmt.controllers.downloads import make_download


class CommissionMonth(http.Controller):
    """Download the statements of a closed month."""

    @http.route(
        "/sales_process_mgmt_commission/month/<int:month_id>/<string:kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def export(self, month_id, kind):
        """The file, for whoever may read the month.

        :param int month_id: of sales.process.commission.month
        :param str kind: ``csv`` or ``xlsx``
        :return: the response
        """
        month = request.env["sales.process.commission.month"].browse(month_id).exists()
        return make_download(month, kind)
