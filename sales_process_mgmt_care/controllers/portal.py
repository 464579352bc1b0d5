# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.sales_process_mgmt.tools.texts import read_form

from ..models.sales_process_complaint_intake import ComplaintIntake

COMPLAINT = "sales.process.complaint"
SHOWN = 80


class ComplaintPortal(CustomerPortal):
    """Customers complain, say whether they agree, and that it is not settled.

    Portal users have no right on complaints: what is shown of their own is chosen here.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            values["complaint_count"] = len(self._find_complaints())
        return values

    @http.route("/my/complaints", type="http", auth="user", website=True)
    def complaints(self, error=None, **_unused):
        """Own complaints, and the form for another one."""
        values = {
            **self._prepare_portal_layout_values(),
            "rows": self._find_complaints(),
            "page_name": "complaints",
            "is_empty": error == "empty",
            "is_too_much": error == "many",
            "is_open": self._is_open(),
        }
        return request.render("sales_process_mgmt_care.portal_complaints", values)

    @http.route(
        "/my/complaints/new", type="http", auth="user", website=True, methods=["POST"]
    )
    def complaint_new(self, subject="", description="", **_unused):
        """Keep a complaint of the person who is logged in.

        :param str subject: in a few words
        :param str description: what happened
        """
        if not self._is_open():
            return request.redirect("/my/complaints")
        description = read_form(description)
        if not description.strip():
            return request.redirect("/my/complaints?error=empty")
        partner = request.env.user.partner_id
        # sudo: whose contact details these are, which the person knows
        partner = partner.sudo()
        intake = ComplaintIntake(request.env)
        if intake.is_too_much(commercial_id=partner.commercial_partner_id.id):
            return request.redirect("/my/complaints?error=many")
        row = intake.run(
            {
                "channel": "portal",
                "name": read_form(subject),
                "description": description,
                "company_id": request.env.company.id,
                "partner_id": partner.id,
                "contact_name": partner.name,
                "contact_phone": partner.phone,
                "contact_email": partner.email,
            }
        )[0]
        return request.redirect(f"/my/complaints/{row.code}")

    # By the number that was drawn: the running one would say how many others complain.
    @http.route("/my/complaints/<string:code>", type="http", auth="user", website=True)
    def complaint_one(self, code, **_unused):
        """One of them: how far it is.

        :param str code: its number
        """
        row = self._find_complaints([("code", "=", read_form(code))])
        if not row:
            return request.redirect("/my/complaints")
        return self._render_complaint(row)

    @http.route(
        "/my/complaints/<string:code>/answer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def complaint_answer(self, code, agrees=None, reason="", **_unused):
        """The customer agrees, or says that it is not settled.

        :param str code: number of the complaint
        :param str agrees: set by the button of who agrees
        :param str reason: why not
        """
        row = self._find_complaints([("code", "=", read_form(code))])
        if not row:
            return request.redirect("/my/complaints")
        try:
            row._answer_of_customer(agrees is not None, read_form(reason))
        except UserError as error:
            return self._render_complaint(row, str(error))
        return request.redirect(f"/my/complaints/{row.code}")

    def _is_open(self):
        """Tell whether a team of the company takes complaints.

        :return: bool
        """
        # sudo: whether teams take complaints is no secret
        return bool(
            request.env["crm.team"]
            .sudo()
            .search_count(
                [
                    ("process_complaint", "=", True),
                    ("company_id", "in", (request.env.company.id, False)),
                ],
                limit=1,
            )
        )

    def _find_complaints(self, domain=()):
        """What this customer has complained about.

        :return: sales.process.complaint in sudo
        """
        user = request.env.user
        # an internal user is nobody's customer: those have screens of their own
        if user._is_internal():
            return request.env[COMPLAINT].sudo()
        # sudo: portal users read their own, through this page and nothing else
        return (
            request.env[COMPLAINT]
            .sudo()
            .search(
                [
                    *domain,
                    (
                        "partner_id.commercial_partner_id",
                        "=",
                        user.partner_id.commercial_partner_id.id,
                    ),
                    ("channel", "=", "portal"),
                ],
                limit=SHOWN,
            )
        )

    def _render_complaint(self, row, error=None):
        values = {
            **self._prepare_portal_layout_values(),
            "row": row,
            "may_reopen": row._may_reopen(),
            "error": error,
            "page_name": "complaints",
        }
        return request.render("sales_process_mgmt_care.portal_complaint", values)
