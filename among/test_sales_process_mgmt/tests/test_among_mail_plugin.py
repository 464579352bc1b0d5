# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.http import request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import AmongCommon


@tagged("post_install", "-at_install")
class TestAmongMailPlugin(AmongCommon, HttpCase):
    """What the mail client asks for is answered in a sentence it can show."""

    def _ask(self, user, path, **params):
        def authenticate(*args, **kwargs):
            request.update_env(user=user.id)

        with (
            patch(
                "odoo.addons.mail_plugin.models.ir_http.IrHttp._auth_method_outlook",
                new=authenticate,
            ),
            mute_logger("odoo.http"),
        ):
            answer = self.url_open(
                path,
                json={"id": 0, "jsonrpc": "2.0", "method": "call", "params": params},
            ).json()
        self.assertNotIn("error", answer, "No raw error")
        return answer["result"]

    def _assert_refused(self, answer):
        sentence = answer["error"]
        self.assertIn(self.salesperson_a.name, sentence)
        for word in ("Traceback", "Error", "odoo.", "\n"):
            self.assertNotIn(word, sentence)

    def test_lead_for_a_colleagues_customer(self):
        values = {
            "partner_id": self.partner.id,
            "email_body": "Please send a quotation",
            "email_subject": "Wants a quotation",
        }
        path = "/mail_plugin/lead/create"
        before = self.env["crm.lead"].search_count([])
        self._assert_refused(self._ask(self.salesperson_b, path, **values))
        self.assertEqual(self.env["crm.lead"].search_count([]), before)
        self._assert_kept()
        answer = self._ask(self.salesperson_a, path, **values)
        self._assert_kept(self.env["crm.lead"].browse(answer["lead_id"]))

    def test_mail_logged_on_a_colleagues_contact(self):
        values = {
            "model": "res.partner",
            "res_id": self.partner.id,
            "message": "<p>Our offer</p>",
        }
        path = "/mail_plugin/log_mail_content"
        answer = self._ask(self.salesperson_b, path, **values)
        if answer is not True:  # an internal note reaches no customer
            self._assert_refused(answer)
        self.assertIs(self._ask(self.salesperson_a, path, **values), True)

    def test_free_customer(self):
        partner = self.env["res.partner"].create(
            {"name": "Free", "email": "free@mail.example"}
        )
        answer = self._ask(
            self.salesperson_b,
            "/mail_plugin/lead/create",
            partner_id=partner.id,
            email_body="Hello",
            email_subject="Free",
        )
        lead = self.env["crm.lead"].browse(answer["lead_id"])
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)
