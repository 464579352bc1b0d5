# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.sales_process_mgmt.tools.texts import read_form, read_number

MODEL = "sales.process.policy.acknowledgement"


class PolicyPortal(CustomerPortal):
    """Dealers and other portal users read and confirm what is meant for them."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "policy_count" in counters:
            values["policy_count"] = len(self._find_rows())
        return values

    @http.route("/my/policies", type="http", auth="user", website=True)
    def policies(self):
        """The policies that the person was asked to confirm."""
        values = {
            **self._prepare_portal_layout_values(),
            # sudo: titles of what the person is asked to confirm
            "rows": self._find_rows().sudo(),
            "page_name": "policies",
        }
        return request.render("sales_process_mgmt_discipline.portal_policies", values)

    @http.route("/my/policies/<int:row_id>", type="http", auth="user", website=True)
    def policy(self, row_id):
        """One of them, with its text and its files.

        :param int row_id: of the acknowledgement
        """
        try:
            row = self._find_row(row_id)
        except (AccessError, MissingError):
            return request.redirect("/my/policies")
        return self._render_policy(row)

    @http.route(
        "/my/policies/<int:row_id>/answer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def policy_answer(
        self, row_id, version=None, shown=None, reason=None, decline=None, **_unused
    ):
        """Confirm, or say why not: what was shown is named in the request.

        :param int row_id: of the acknowledgement
        :param str version: id of the version that was shown
        :param str shown: its checksum
        :param str reason: why the person does not agree
        :param str decline: set by the button of who does not agree
        """
        try:
            row = self._find_row(row_id)
        except (AccessError, MissingError):
            return request.redirect("/my/policies")
        version_id = read_number(read_form(version))
        try:
            if decline is None:
                row._confirm(version_id, read_form(shown))
            else:
                row._decline(version_id, read_form(shown), read_form(reason))
        except UserError as error:
            return self._render_policy(row, str(error))
        return request.redirect(f"/my/policies/{row.id}")

    @http.route(
        "/my/policies/<int:row_id>/file/<int:file_id>",
        type="http",
        auth="user",
        website=True,
    )
    def policy_file(self, row_id, file_id):
        """A file of the version: portal users read no attachments by themselves.

        :param int row_id: of the acknowledgement
        :param int file_id: of the attachment
        """
        try:
            row = self._find_row(row_id)
        except (AccessError, MissingError):
            return request.redirect("/my/policies")
        # sudo: whoever is asked reads the files of that version, and no others
        files = row.sudo().version_id.attachment_ids
        file = files.filtered(lambda item: item.id == file_id)
        if not file:
            return request.redirect(f"/my/policies/{row.id}")
        stream = request.env["ir.binary"].sudo()._get_stream_from(file)
        return stream.get_response(as_attachment=True)

    @http.route(
        "/my/policies/<int:row_id>/receipt", type="http", auth="user", website=True
    )
    def policy_receipt(self, row_id):
        """The receipt as PDF.

        :param int row_id: of the acknowledgement
        """
        try:
            row = self._find_row(row_id)
            row._check_receipt()
        except UserError:
            return request.redirect("/my/policies")
        return self._show_report(
            model=row,
            report_type="pdf",
            report_ref="sales_process_mgmt_discipline.action_report_receipt",
            download=True,
        )

    def _find_rows(self):
        """What the person is asked; nothing for colleagues outside sales.

        :return: sales.process.policy.acknowledgement
        """
        Row = request.env[MODEL]
        if not Row.has_access("read"):
            return Row
        return Row.search(
            [("user_id", "=", request.env.uid), ("state", "!=", "closed")]
        )

    def _find_row(self, row_id):
        """The own row.

        :return: sales.process.policy.acknowledgement
        :raise AccessError: for the row of somebody else
        :raise MissingError: where there is none
        """
        row = request.env[MODEL].browse(row_id)
        row.check_access("read")
        if row.user_id != request.env.user:
            raise AccessError(request.env._("This is asked of somebody else."))
        return row

    def _render_policy(self, row, error=None):
        values = {
            **self._prepare_portal_layout_values(),
            # sudo: whoever is asked reads what it is about
            "row": row.sudo(),
            "version": row.sudo().version_id,
            "is_asked": row.is_current and row.state in ("to_read", "read", "declined"),
            "error": error,
            "page_name": "policies",
        }
        return request.render("sales_process_mgmt_discipline.portal_policy", values)
