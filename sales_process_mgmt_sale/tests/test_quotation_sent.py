# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MockEmail

from .test_signed import SignedCommon


@tagged("post_install", "-at_install")
class TestQuotationSent(SignedCommon, MockEmail):
    """A quotation that reaches the customer is contact, one that fails is none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "buyer@acme.example.com"

    def _quote(self, **values):
        return self._order(**{"opportunity_id": self.lead.id, **values}).with_user(
            self.salesperson_a
        )

    def _send(self, order, status=None):
        """Send a quotation as the button does.

        :param status: what becomes of the e-mail, None: it arrives
        :return: mail.message
        """
        action = order.action_quotation_send()
        composer = self.env["mail.compose.message"].with_user(self.salesperson_a)
        with self.mock_mail_gateway():
            if status:
                self.send_email_mocked.side_effect = MailDeliveryException(status)
            form = Form(composer.with_context(**action["context"]))
            form.save()._action_send_mail()
            self.env.flush_all()
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
            self.env.cr.precommit.run()
        self.env.flush_all()
        self.env.invalidate_all()
        return order.sudo().message_ids.filtered(
            lambda message: message.message_type == "comment"
        )

    def test_sent(self):
        """It moves the clock: whoever quotes has worked on the customer."""
        before = self.ownership.date_deadline
        order = self._quote()
        message = self._send(order)
        self.assertEqual(order.state, "sent")
        followup = self.lead.process_followup_ids
        self.assertEqual(followup.mail_message_id, message)
        self.assertEqual(
            (followup.channel, followup.user_id, followup.rank),
            ("email", self.salesperson_a, "proven"),
        )
        self.assertTrue(followup.counts, followup.void_reason)
        self.assertEqual(self.ownership.date_last_contact, followup.date)
        self.assertGreaterEqual(self.ownership.date_deadline, before)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_failed(self):
        """No mail server, or none that takes it: nobody was reached."""
        before = self.ownership.date_deadline, self.ownership.date_last_contact
        self._send(self._quote(), "Refused")
        self.assertEqual(self.lead.process_followup_ids.void_reason, "undelivered")
        self.assertEqual(
            (self.ownership.date_deadline, self.ownership.date_last_contact), before
        )

    def test_bounced(self):
        """It was sent, and came back days later."""
        before = self.ownership.date_deadline
        message = self._send(self._quote())
        message.notification_ids.notification_status = "bounce"
        self.env.cr.precommit.run()
        self.assertFalse(self.lead.process_followup_ids.counts)
        self.assertEqual(self.ownership.date_deadline, before)

    def test_without_lead(self):
        """A quotation that names no inquiry finds the one of its customer."""
        self._send(self._quote(opportunity_id=False))
        self.assertTrue(self.lead.process_followup_ids.counts)

    def test_what_is_no_contact(self):
        """Marked as sent, noted, to somebody else, or what the system sends."""
        order = self._quote()
        order.action_quotation_sent()
        order.message_post(body="They will call back", message_type="comment")
        order.sudo()._send_order_confirmation_mail()
        self.env.flush_all()
        self.assertFalse(self.lead.process_followup_ids)
        other = self.env["res.partner"].create(
            {"name": "Cousin", "email": "cousin@else.example.net"}
        )
        order.message_post(
            body="Look what we offer to Acme",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=other.ids,
        )
        self.env.flush_all()
        self.assertEqual(self.lead.process_followup_ids.void_reason, "other_party")
        self.assertFalse(self.lead.process_followup_ids.counts)

    def test_the_customer_signs_on_the_portal(self):
        """The signature is the customer's: it ends the chase, and is no visit."""
        order = self._quote()
        self._send(order)
        [followup] = self.lead.process_followup_ids
        public = order.with_user(self.env.ref("base.public_user")).sudo()
        public.write({"signed_by": "Buyer", "signed_on": self.env.cr.now()})
        public._validate_order()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.lead.process_followup_ids, followup)
        self.assertNotEqual(self.ownership.phase, "pursuing")
        self.assertFalse(self.ownership.date_deadline)

    def test_team_that_is_off(self):
        self.lead.team_id.process_mode = "off"
        self._send(self._quote())
        self.assertFalse(self.lead.process_followup_ids)
