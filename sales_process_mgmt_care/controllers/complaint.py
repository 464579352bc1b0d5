# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.sales_process_mgmt.tools.texts import read_form

from ..models.sales_process_complaint_intake import ComplaintIntake
from ..tools import tokens


class ComplaintController(http.Controller):
    """The public link of a team: whoever opens it may complain, and learns nothing."""

    @http.route(
        "/complaint/<string:token>",
        type="http",
        auth="public",
        readonly=True,
        website=True,
        sitemap=False,
        multilang=False,
    )
    def complaint(self, token, **_unused):
        """Show the form; a link that is not open shows that it is not.

        :param str token: of the team
        """
        team = self._find_team(token)
        return self._render("complaint_page" if team else "complaint_over", token=token)

    @http.route(
        "/complaint/<string:token>/send",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
        multilang=False,
    )
    def complaint_send(
        self, token, description="", name="", phone="", email="", whom="", **_unused
    ):
        """Keep a complaint; the answer is the same whoever complains.

        :param str token: of the team
        :param str description: what happened
        :param str name: who complains
        :param str phone: telephone number
        :param str email: address
        :param str whom: whom it is against, in words
        """
        team = self._find_team(token)
        if not team:
            return self._render("complaint_over")
        description, whom = read_form(description), read_form(whom)
        if not description.strip():
            return self._render("complaint_page", token=token, is_empty=True)
        # sudo: the secret of the database makes addresses unreadable
        secret = request.env["ir.config_parameter"].sudo().get_param("database.secret")
        origin = tokens.hash_origin(secret, request.httprequest.remote_addr)
        intake = ComplaintIntake(request.env, team)
        if intake.is_too_much(origin_hash=origin):
            return self._render("complaint_too_many", status=429)
        words = [description]
        if whom.strip():
            words.append(request.env._("It is about: %s", whom.strip()))
        intake.run(
            {
                "channel": "public",
                "description": "\n\n".join(words),
                "contact_name": read_form(name),
                "contact_phone": read_form(phone),
                "contact_email": read_form(email),
                "origin_hash": origin,
                "whom": whom,
            }
        )
        return self._render("complaint_kept")

    def _find_team(self, token):
        """The team of a link, where it takes complaints.

        :return: crm.team in sudo, may be empty
        """
        # sudo: the link is what lets somebody complain
        Team = request.env["crm.team"].sudo()
        return Team.search(
            [
                ("process_complaint_token", "=", read_form(token)),
                ("process_complaint", "=", True),
            ]
        )

    def _render(self, template, status=200, **values):
        response = request.render(f"sales_process_mgmt_care.{template}", values)
        response.status_code = status
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
