# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.mail.tests.common import MockEmail

from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupMail(FollowupCommon, MockEmail):
    """E-mails that went to the customer are contact, and nothing else is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "phone": "13812345678"}
        )
        cls.outsider = cls.env["res.partner"].create(
            {"name": "Forwarder", "email": "forwarder@example.com"}
        )
        (cls.lead | cls.other_lead).with_user(cls.salesperson_a).write(
            {"partner_id": cls.customer.id}
        )

    def _post(self, user=None, lead=None, **values):
        """A message from the chatter or the composer."""
        return (
            (lead or self.lead)
            .with_user(user or self.salesperson_a)
            .message_post(
                **{
                    "body": "Our offer",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "partner_ids": self.customer.ids,
                    **values,
                }
            )
        )

    def test_mail_to_the_customer(self):
        before = self.ownership.date_deadline
        message = self._post()
        followup = self.lead.process_followup_ids
        self.assertEqual(
            (followup.channel, followup.source, followup.counts, followup.subject),
            ("email", "mail", True, "Our offer"),
        )
        self.assertEqual(followup.mail_message_id, message)
        self.assertEqual(followup.user_id, self.salesperson_a)
        self.assertGreater(self.ownership.date_deadline, before)

    def test_same_mail_text_twice_counts(self):
        """A template sent twice is two e-mails, not pasted text."""
        self._post()
        self._post()
        self.assertEqual(self.lead.process_followup_ids.mapped("counts"), [True, True])

    def test_what_is_no_contact(self):
        self._post(subtype_xmlid="mail.mt_note")
        self._post(partner_ids=[])
        self._post(partner_ids=self.salesperson_b.partner_id.ids)
        self._post(message_type="notification")
        self._post(message_type="auto_comment")
        self.assertFalse(self.lead.process_followup_ids)

    def test_customer_who_follows(self):
        """Followers get the mail, too, without being named."""
        self.lead.message_subscribe(self.customer.ids)
        self._post(partner_ids=[])
        self.assertTrue(self.lead.process_followup_ids.counts)

    def test_answer_of_the_customer(self):
        self.lead.message_post(
            body="I take it",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            email_from="wang@example.com",
        )
        self.assertFalse(self.lead.process_followup_ids)

    def test_somebody_else_outside(self):
        self._post(partner_ids=self.outsider.ids)
        first = self.lead.process_followup_ids
        self.assertEqual(first.void_reason, "other_party")
        self._post(partner_ids=(self.outsider | self.customer).ids)
        self.assertTrue((self.lead.process_followup_ids - first).counts)

    def test_colleague_of_the_customer(self):
        company = self.env["res.partner"].create(
            {"name": "Wang Ltd.", "is_company": True}
        )
        colleague = self.env["res.partner"].create(
            {"name": "Li", "email": "li@example.com", "parent_id": company.id}
        )
        self.customer.parent_id = company
        self._post(partner_ids=colleague.ids)
        self.assertTrue(self.lead.process_followup_ids.counts)

    def test_lead_that_knows_no_address(self):
        lead = self._create_lead(self.salesperson_a, phone="13900000004")
        self._post(lead=lead, partner_ids=self.outsider.ids)
        self.assertEqual(lead.process_followup_ids.void_reason, "other_party")

    def test_helper_and_leader(self):
        self.ownership.collaborator_ids = self.salesperson_b
        self._post(self.salesperson_b)
        self._post(self.leader_east)
        self.assertEqual(
            {row.user_id: row.void_reason for row in self.lead.process_followup_ids},
            {self.salesperson_b: False, self.leader_east: "stranger"},
        )

    def test_composer(self):
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesperson_a)
            .with_context(
                default_model="crm.lead",
                default_res_ids=self.lead.ids,
                default_composition_mode="comment",
            )
            .create(
                {
                    "subject": "Offer 17",
                    "body": "<p>Dear Mr. Wang</p>",
                    "partner_ids": [Command.set(self.customer.ids)],
                }
            )
        )
        composer._action_send_mail()
        self.assertEqual(self.lead.process_followup_ids.subject, "Offer 17")
        self.assertTrue(self.lead.process_followup_ids.counts)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_mass_mailing_is_no_contact(self):
        """Mass mail goes to everybody at once: nobody was spoken to."""
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.salesperson_a)
            .with_context(
                default_model="crm.lead",
                default_res_ids=(self.lead | self.other_lead).ids,
                default_composition_mode="mass_mail",
            )
            .create({"subject": "News", "body": "<p>News</p>"})
        )
        with self.mock_mail_gateway():
            composer._action_send_mail()
        self.assertFalse((self.lead | self.other_lead).process_followup_ids)

    def test_scheduled_mail_is_not_sent_yet(self):
        with self.mock_mail_gateway():
            message = self._post(scheduled_date="2099-01-01 00:00:00")
            self.assertFalse(self.lead.process_followup_ids)
            schedule = self.env["mail.message.schedule"].search(
                [("mail_message_id", "=", message.id)]
            )
            schedule.force_send()
        self.assertTrue(self.lead.process_followup_ids.counts)

    # ------------------------------------------------------------
    # DELIVERY
    # ------------------------------------------------------------

    def _send(self, message):
        self.env["mail.mail"].sudo().search(
            [("mail_message_id", "=", message.id)]
        ).send()
        self.env.cr.precommit.run()

    def test_sent_mail_counts(self):
        """Odoo marks the mail as failed before it sends it: that is no failure."""
        message = self._post()
        with self.mock_mail_gateway():
            self._send(message)
        self.assertEqual(
            set(message.notification_ids.mapped("notification_status")), {"sent"}
        )
        self.assertTrue(self.lead.process_followup_ids.counts)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_failed_mail_moves_the_clock_back(self):
        deadline = self.ownership.date_deadline
        message = self._post()
        self.assertGreater(self.ownership.date_deadline, deadline)
        with self.mock_mail_gateway():
            self.send_email_mocked.side_effect = MailDeliveryException("Refused")
            self._send(message)
        self.assertEqual(self.lead.process_followup_ids.void_reason, "undelivered")
        self.assertEqual(self.ownership.date_deadline, deadline)

    def test_bounce_and_second_try(self):
        before = self.ownership.date_deadline
        message = self._post()
        after = self.ownership.date_deadline
        notification = message.sudo().notification_ids
        for status, counts, deadline in (
            ("bounce", False, before),
            ("ready", True, after),
            ("exception", False, before),
            ("sent", True, after),
        ):
            with self.subTest(status):
                notification.write({"notification_status": status})
                self.env.cr.precommit.run()
                self.assertEqual(self.lead.process_followup_ids.counts, counts)
                self.assertEqual(self.ownership.date_deadline, deadline)

    def test_bounce_of_one_of_two(self):
        """One address of the customer is enough."""
        second = self.env["res.partner"].create(
            {"name": "Wang's office", "email": "office@example.com"}
        )
        message = self._post(partner_ids=(self.customer | second).ids)
        message.sudo().notification_ids[0].notification_status = "bounce"
        self.env.cr.precommit.run()
        self.assertTrue(self.lead.process_followup_ids.counts)

    def test_bounce_without_follow_up_changes_nothing(self):
        lead = self._create_lead(self.salesperson_e, phone="13900000005")
        message = self._post(
            self.salesperson_e, lead=lead, partner_ids=self.outsider.ids
        )
        message.sudo().notification_ids.write({"notification_status": "bounce"})
        self.env.cr.precommit.run()
        self.assertFalse(lead.process_followup_ids)

    # ------------------------------------------------------------
    # COST AND SAFETY
    # ------------------------------------------------------------

    def test_post_in_a_team_that_is_off_costs_nothing(self):
        lead = self._create_lead(self.salesperson_e, phone="13900000006")

        def post():
            return self._post(
                self.salesperson_e, lead=lead, partner_ids=self.outsider.ids
            )

        post()
        Lead = type(self.env["crm.lead"])
        with patch.object(Lead, "_get_message_channel", lambda *args: None):
            without = self._count_queries(post)
        real = self._count_queries(post)
        self.assertEqual(real, without)
        self.assertFalse(lead.process_followup_ids)

    def test_post_to_the_customer_costs_little(self):
        """Recording the contact costs a fixed number of queries."""
        self._post()
        Lead = type(self.env["crm.lead"])
        with patch.object(Lead, "_log_message_contact", lambda *args: None):
            without = self._count_queries(self._post)
        extra = self._count_queries(self._post) - without
        self.assertLessEqual(extra, 30)

    @mute_logger("odoo.addons.sales_process_mgmt.models.crm_lead_message")
    def test_our_failure_does_not_break_the_mail(self):
        Followup = type(self.env["sales.process.followup"])
        with patch.object(Followup, "_judge", side_effect=ValueError("broken")):
            message = self._post()
        self.assertTrue(message.notification_ids)
        self.assertFalse(self.lead.process_followup_ids)

    def test_sms_of_the_app(self):
        """Where the SMS app is installed, a text message to the customer counts."""
        if "sms.sms" not in self.env:
            self.skipTest("SMS is not installed")
        message = self.lead.with_user(self.salesperson_a)._message_sms(
            "Our offer", sms_numbers=["+8613812345678"], put_in_queue=True
        )
        followup = self.lead.process_followup_ids
        self.assertEqual((followup.channel, followup.counts), ("sms", True))
        message.sudo().notification_ids.notification_status = "exception"
        self.env.cr.precommit.run()
        self.assertEqual(followup.void_reason, "undelivered")

    def test_sms(self):
        """Without a dependency on the SMS app: its message type is enough."""
        Lead = self.env["crm.lead"]
        sms = self.env["mail.message"].new({"message_type": "sms"})
        self.assertEqual(Lead._get_message_channel(sms, [], {}), "sms")
        self.lead._create_message_followup(
            self._post(subtype_xmlid="mail.mt_note"), "sms", self.salesperson_a, [], []
        )
        followup = self.lead.process_followup_ids
        self.assertEqual((followup.source, followup.counts), ("sms", True))

    # ------------------------------------------------------------
    # TRICKS
    # ------------------------------------------------------------

    def test_message_deleted_before_it_is_sent(self):
        """What waits to be sent and is deleted was no contact; what was sent stays."""
        deadline = self.ownership.date_deadline
        message = self._post(force_send=False)
        followup = self.lead.process_followup_ids
        self.assertTrue(followup.counts)
        self.assertGreater(self.ownership.date_deadline, deadline)
        message.with_user(self.salesperson_a).unlink()
        self.assertFalse(followup.counts)
        self.assertEqual(followup.void_reason, "undelivered")
        self.assertEqual(self.ownership.date_deadline, deadline)
        # and nothing that is judged again brings it back
        followup.sudo()._judge(who_changed=False)
        self.assertFalse(followup.counts)

        sent = self._post(force_send=False)
        sent.sudo().notification_ids.notification_status = "sent"
        self.env.cr.precommit.run()
        followup = self.lead.process_followup_ids - followup
        self.lead.with_user(self.salesperson_a).message_ids = [Command.delete(sent.id)]
        self.assertFalse(sent.exists())
        self.assertTrue(followup.counts)

    def test_mail_without_words(self):
        """It went out, and says nothing: the words are asked for."""
        values = ({"body": "ok"}, {"body": "<p>....</p>"}, {"body": "", "subject": "1"})
        for number, message in enumerate(values):
            with self.subTest(message):
                before = self.lead.process_followup_ids
                self._post(**message)
                followup = self.lead.process_followup_ids - before
                self.assertEqual(
                    (followup.rank, followup.void_reason), ("machine", "silent")
                )
                self.assertEqual(followup.activity_ids.user_id, self.salesperson_a)
                followup.with_user(self.salesperson_a).subject = self._say(number)
                self.assertEqual((followup.rank, followup.counts), ("proven", True))
        before = self.lead.process_followup_ids
        self._post(subject="Re: 2", body="The price of three pumps")
        followup = self.lead.process_followup_ids - before
        self.assertEqual(followup.subject, "The price of three pumps")
        self.assertEqual(followup.rank, "proven")

    def _send_later(self, change):
        """Write a mail, let ``change`` happen, and let the mail server send it."""
        before = self.lead.process_followup_ids
        deadline = self.ownership.date_deadline
        with self.mock_mail_gateway(mail_unlink_sent=True):
            message = self._post(force_send=False, subject=self._say(len(before)))
            followup = self.lead.process_followup_ids - before
            self.assertTrue(followup.counts)
            change(message.sudo())
            mails = message.sudo().mail_ids
            if mails:
                mails.send()
            self.env.cr.precommit.run()
        return followup, deadline

    def test_address_changed_before_it_is_sent(self):
        followup, _deadline = self._send_later(lambda message: None)
        self.assertTrue(followup.counts)

        def to_oneself(message):
            self.customer.with_user(self.salesperson_a).email = "mine@else.example"

        def to_another(message):
            message.mail_ids.recipient_ids = self.outsider

        def back(message):
            self.customer.with_user(self.salesperson_a).email = "wang@example.com"

        for change in (to_oneself, to_another, back):
            with self.subTest(change.__name__):
                self.customer.email = "wang@example.com"
                followup, deadline = self._send_later(change)
                if change == back:
                    self.assertTrue(followup.counts)
                    continue
                self.assertEqual(
                    (followup.rank, followup.void_reason), ("machine", "other_party")
                )
                self.assertEqual(self.ownership.date_deadline, deadline)
                # and nothing that is judged again brings it back
                self.customer.email = "wang@example.com"
                followup.sudo()._judge(who_changed=False)
                self.assertFalse(followup.counts)

    def test_one_of_two_addresses_is_enough(self):
        second = self.env["res.partner"].create(
            {"name": "Office", "email": "o@example.com", "parent_id": self.customer.id}
        )
        with self.mock_mail_gateway():
            message = self._post(
                force_send=False, partner_ids=(self.customer | second).ids
            )
            second.email = "mine@else.example"
            message.sudo().mail_ids.send()
        followup = self.lead.process_followup_ids
        self.assertTrue(followup.counts)
        self.assertEqual(followup.sent_to, {str(self.customer.id): "wang@example.com"})

    def test_mail_that_is_never_sent(self):
        for name in ("cancel", "unlink"):
            with self.subTest(name):
                followup, deadline = self._send_later(
                    lambda message, name=name: getattr(message.mail_ids, name)()
                )
                self.assertEqual(followup.void_reason, "undelivered")
                self.assertEqual(self.ownership.date_deadline, deadline)

    def test_nobody_says_that_it_arrived(self):
        message = self._post()
        notification = message.sudo().notification_ids
        notification.notification_status = "bounce"
        self.env.cr.precommit.run()
        values = {
            "mail_message_id": message.id,
            "res_partner_id": self.outsider.id,
            "notification_type": "email",
            "notification_status": "sent",
        }
        Notification = self.env["mail.notification"].with_user(self.salesperson_a)
        with self.assertRaises(AccessError):
            Notification.create(values)
        self.assertFalse(self.lead.process_followup_ids.counts)

    def test_message_deleted_after_it_came_back(self):
        message = self._post()
        message.sudo().notification_ids.notification_status = "bounce"
        self.env.cr.precommit.run()
        followup = self.lead.process_followup_ids
        message.with_user(self.salesperson_a).unlink()
        followup.sudo()._judge(who_changed=False)
        self.assertEqual(followup.void_reason, "undelivered")

    def test_contact_with_the_own_address(self):
        """A mail to oneself or a colleague is none, whatever the contact is called."""
        deadline = self.ownership.date_deadline
        for user in self.salesperson_a | self.salesperson_b:
            before = self.lead.process_followup_ids
            contact = self.env["res.partner"].create(
                {"name": "Buyer", "parent_id": self.customer.id, "email": user.email}
            )
            self._post(partner_ids=contact.ids)
            followup = self.lead.process_followup_ids - before
            self.assertFalse(followup.counts)
            self.assertEqual(followup.void_reason, "other_party")
        self.assertEqual(self.ownership.date_deadline, deadline)
