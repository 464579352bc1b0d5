# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import wraps
from unittest.mock import Mock, patch

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_mail_plugin.controllers.crm_client import CrmClient
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestMailPlugin(SalesProcessCommon, HttpCase):
    """What the mail client asks for is answered in a sentence it can show."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {
                "name": "Owned Customer",
                "email": "owned@customer.example",
                "phone": "13912340001",
            }
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.partner.id)
        cls.ownership = cls.lead.ownership_id
        cls.env.flush_all()

    def _ask(self, user, path, **params):
        """What the route answers to somebody who is logged in there."""

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
        return answer.get("result")

    def _ask_for_lead(self, user, partner=None):
        return self._ask(
            user,
            "/mail_plugin/lead/create",
            partner_id=(partner or self.partner).id,
            email_body="Please send a quotation",
            email_subject="Wants a quotation",
        )

    def _assert_refused(self, answer):
        """One sentence that names the owner."""
        sentence = answer["error"]
        self.assertIn(self.salesperson_a.name, sentence)
        for word in ("Traceback", "Error", "odoo.", "\n"):
            self.assertNotIn(word, sentence)

    def _assert_kept(self):
        self.env.invalidate_all()
        self.assertEqual(self.ownership.state, "open")
        self.assertEqual(self.ownership.user_id, self.salesperson_a)

    def test_lead_for_an_owned_customer(self):
        """Nothing stays of a colleague's; the owner's lead joins the period."""
        Lead = self.env["crm.lead"]
        before = Lead.search_count([])
        for user in (self.salesperson_b, self.salesperson_c):
            with self.subTest(user=user.login):
                self._assert_refused(self._ask_for_lead(user))
                self.assertEqual(Lead.search_count([]), before)
                self._assert_kept()
        lead = Lead.browse(self._ask_for_lead(self.salesperson_a)["lead_id"])
        self.assertEqual(lead.ownership_id, self.ownership)
        self.assertEqual(lead.user_id, self.salesperson_a)
        self.assertEqual(lead.name, "Wants a quotation")

    def test_lead_for_a_free_customer(self):
        partner = self.env["res.partner"].create(
            {"name": "Free", "email": "free@mail.example"}
        )
        answer = self._ask_for_lead(self.salesperson_b, partner)
        lead = self.env["crm.lead"].browse(answer["lead_id"])
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)
        self._assert_refused_by(self.salesperson_b, partner)

    def _assert_refused_by(self, owner, partner):
        sentence = self._ask_for_lead(self.salesperson_a, partner)["error"]
        self.assertIn(owner.name, sentence)

    def test_customer_that_is_gone(self):
        """What the plugin says by itself is left as it is."""
        partner = self.env["res.partner"].create({"name": "Gone"})
        partner.unlink()
        answer = self._ask_for_lead(self.salesperson_a, partner)
        self.assertEqual(answer, {"error": "partner_not_found"})

    def test_mail_logged_on_an_owned_contact(self):
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
        self.assertIn("Our offer", self.partner.message_ids[0].body)

    def test_mail_logged_on_a_lead_one_does_not_see(self):
        """By the new route and by the old one: a sentence, and no message."""
        before = len(self.lead.message_ids)
        for path, values in (
            (
                "/mail_plugin/log_mail_content",
                {"model": "crm.lead", "res_id": self.lead.id, "message": "Mine"},
            ),
            (
                "/mail_client_extension/log_single_mail_content",
                {"lead": self.lead.id, "message": "Mine"},
            ),
        ):
            with self.subTest(path=path):
                answer = self._ask(self.salesperson_b, path, **values)
                self.assertTrue(answer["error"])
                self.assertNotIn("\n", answer["error"])
                self.env.invalidate_all()
                self.assertEqual(len(self.lead.message_ids), before)
                self._ask(self.salesperson_a, path, **values)
                self.env.invalidate_all()
                self.assertEqual(len(self.lead.message_ids), before + 1)
                before += 1

    def test_contact_from_a_mail(self):
        """A contact of one's own is made; a refusal leaves none behind."""
        values = {"email": "new@customer.example", "name": "New", "company": -1}
        path = "/mail_plugin/partner/create"
        partner = self._ask(self.salesperson_b, path, **values)["id"]
        self.assertEqual(self.env["res.partner"].browse(partner).name, "New")
        before = self.env["res.partner"].search_count([])
        Partner = type(self.env["res.partner"])
        create = Partner.create

        refusal = UserError("Two lines\n of  refusal")

        def refuse(partners, vals_list):
            create(partners, vals_list)
            raise refusal

        with patch.object(Partner, "create", refuse):
            answer = self._ask(self.salesperson_b, path, **values)
        self.assertEqual(answer, {"error": "Two lines of refusal"})
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_refused_at_the_end_of_the_request(self):
        """What is refused only as it is written down is answered, too."""
        tag = self.env["crm.tag"].create({"name": "Late", "color": 1})
        self.env.flush_all()

        # the route is its mark
        @wraps(CrmClient.crm_lead_create)
        def write(controller, *args, **kwargs):
            # sudo: who asks need not be able to write it
            request.env["crm.tag"].browse(tag.id).sudo().color = 7
            return {"lead_id": 1}

        too_late = UserError("Too late")

        with (
            patch.object(CrmClient, "crm_lead_create", write),
            patch.object(type(tag), "_flush", Mock(side_effect=too_late)),
        ):
            answer = self._ask_for_lead(self.salesperson_a)
        self.assertEqual(answer, {"error": "Too late"})
        self.env.invalidate_all()
        self.assertEqual(tag.color, 1)
