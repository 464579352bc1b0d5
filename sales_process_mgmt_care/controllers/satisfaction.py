# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.sales_process_mgmt.tools.texts import read_form

MODEL = "sales.process.satisfaction"


class SatisfactionController(http.Controller):
    """The page of a link: it is answered by a person, once, and tells nothing else."""

    @http.route(
        "/satisfaction/<string:token>",
        type="http",
        auth="public",
        readonly=True,
        website=True,
        sitemap=False,
        multilang=False,
    )
    def satisfaction(self, token, **_unused):
        """Show the question. Nothing is recorded by looking at it.

        Unknown, used and expired links show one and the same page.

        :param str token: of the link
        """
        if request.env.user._is_internal():
            # colleagues see what customers see, whichever link they open
            return self._render("satisfaction_page", is_preview=True)
        # sudo: a customer has no rights; the token says which answer is meant
        Satisfaction = request.env[MODEL].sudo()
        # computed in any case, for an unknown link as for an open one
        nonce = Satisfaction._make_nonce(token)
        if not Satisfaction._find_by_token(token)._is_open():
            return self._render("satisfaction_over")
        return self._render("satisfaction_page", token=token, nonce=nonce)

    # The nonce of the page stands for the token of the session: many who open a link in
    # a messenger have no cookies.
    @http.route(
        "/satisfaction/<string:token>/answer",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        csrf=False,
        sitemap=False,
        multilang=False,
    )
    def satisfaction_answer(
        self, token, nonce="", score="", comment="", name="", **_unused
    ):
        """Keep the answer of a person; whoever sent it reads the same page.

        :param str token: of the link
        :param str nonce: of the page, set by its script when a person presses
        :param str score: 1 to 5
        :param str comment: in the customer's words
        :param str name: who answers, may be empty
        """
        if not request.env.user._is_internal():
            # sudo: the link is what lets somebody answer
            request.env[MODEL].sudo()._answer(
                token,
                read_form(nonce),
                read_form(score),
                read_form(comment),
                read_form(name),
                request.httprequest.remote_addr,
            )
        return self._render("satisfaction_over")

    def _render(self, template, **values):
        response = request.render(f"sales_process_mgmt_care.{template}", values)
        # neither kept by a browser or a proxy, nor told to where its links lead
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response
