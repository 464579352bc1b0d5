# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import COMPLAINT, CareCommon

MAIL = """Message-Id: <{message_id}>
Date: Mon, 01 Mar 2027 10:00:00 +0800
From: {sender}
To: {to}
Subject: {subject}
{headers}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

{text}
--cut
Content-Type: text/plain; name="{file}"
Content-Disposition: attachment; filename="{file}"

{file}
--cut--
"""


class ComplaintMailCommon(MailCommon, CareCommon):
    """Team East has an address; a customer writes to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_east.company_id.alias_domain_id = cls.mail_alias_domain
        alias = cls.team_east.process_complaint_alias_id
        alias.alias_domain_id = cls.mail_alias_domain
        cls.address = f"{alias.alias_name}@{cls.mail_alias_domain.name}"
        cls.lead.email_from = "wang@example.com"
        cls.env.flush_all()

    def _mail(
        self,
        message_id="first@example.com",
        moment="2027-03-01 02:00:00",
        mail=MAIL,
        **kw,
    ):
        values = {
            "message_id": message_id,
            "to": self.address,
            "sender": "Wang <wang@example.com>",
            "subject": "Late again",
            "text": "Two weeks late.",
            "file": "photo.txt",
            "headers": "",
            **kw,
        }
        with self._at(moment), self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                None, mail.format(**values).encode()
            )
            self.env.flush_all()

    def _rows(self):
        return self.env[COMPLAINT].search([], order="id")


@tagged("post_install", "-at_install")
class TestComplaintMail(ComplaintMailCommon):
    """What is written to the address of a team is a complaint, and never lost."""

    def test_flood_of_one_sender(self):
        """Odoo's brake for senders knows complaints: twenty in two hours, no more."""
        for number in range(25):
            self._mail(
                f"{number}@example.com", subject=f"No {number}", text=str(number)
            )
        self.assertEqual(len(self._rows()), 20)
        self._mail("other@example.com", sender="Li <li@example.com>")
        self.assertEqual(len(self._rows()), 21)

    def test_mail_becomes_a_complaint(self):
        before = self.env["sales.process.ownership"].search_count([])
        leads = self.env["crm.lead"].search_count([])
        self._mail()
        row = self._rows()
        self.assertEqual(
            (row.channel, row.name, row.contact_name, row.contact_email),
            ("email", "Late again", "Wang", "wang@example.com"),
        )
        self.assertIn("Two weeks late", row.description)
        self.assertEqual(row.ownership_id, self.ownership)
        self.assertEqual(row.owner_id, self.salesperson_a)
        self.assertFalse(row.handler_id)
        self.assertFalse(row.with_user(self.salesperson_a).has_access("read"))
        self.assertEqual(row.message_ids.attachment_ids.mapped("name"), ["photo.txt"])
        self.assertEqual(self.env["sales.process.ownership"].search_count([]), before)
        self.assertEqual(self.env["crm.lead"].search_count([]), leads)

    def test_same_mail_five_times(self):
        """Once with one message-id, and with others: one complaint, files added."""
        self._mail()
        self._mail()
        self._mail("second@example.com", file="invoice.txt")
        self._mail("third@example.com", subject="Re: Late again")
        self._mail("fourth@example.com", text="Two  weeks late. ")
        row = self._rows()
        self.assertEqual(len(row), 1)
        self.assertEqual(
            set(row.message_ids.attachment_ids.mapped("name")),
            {"photo.txt", "invoice.txt"},
        )
        self._mail("fifth@example.com", text="And the lamp is broken.")
        self.assertEqual(len(self._rows()), 2)

    def test_unknown_sender_and_strange_mails(self):
        for number, values in enumerate(
            (
                {"sender": "somebody@example.com"},
                {"sender": "=?utf-8?b?546L?= <wang2@example.com>", "subject": ""},
                {"sender": "somebody2@example.com", "text": ""},
                {"sender": "somebody3@example.com", "subject": "x" * 2000},
            )
        ):
            with self.subTest(number):
                self._mail(f"strange{number}@example.com", **values)
                self.assertEqual(len(self._rows()), number + 1)
                self.assertFalse(self._rows()[-1:].ownership_id)

    def test_team_that_takes_none_loses_none(self):
        """An administrator is asked: the leader of such a team has no list of them."""
        self.team_east.process_complaint = False
        self._mail()
        row = self._rows()
        self.assertEqual(row.team_id, self.team_east)
        self.assertIn(row.decider_id, self.managers)
        self.assertNotEqual(row.decider_id, self.leader_east)
        self.assertFalse(row.with_user(self.leader_east).can_decide)
        self.assertTrue(row.with_user(row.decider_id).can_decide)
        self.assertIn(row.code, str(self._messages(row.decider_id).mapped("body")))
        # it is the leader's as soon as the team takes complaints
        self.team_east.process_complaint = True
        self.assertEqual(row.decider_id, self.leader_east)

    def _answer_mail(self, moment, message_id="answer@example.com", **values):
        """The customer answers what came before."""
        self._mail(
            message_id,
            moment,
            subject="Re: Late again",
            text="It is still broken.",
            headers="In-Reply-To: <first@example.com>\n",
            **values,
        )

    def test_answer_reopens_the_same_complaint(self):
        self._mail()
        row = self._rows()
        self._settle(row, moment="2027-03-02 02:00:00")
        self._answer_mail("2027-03-04 00:00:00")
        self.assertEqual(self._rows(), row)
        self.assertEqual((row.state, row.reopen_count), ("open", 1))
        self.assertEqual(row.hours_left, 8)

    def test_answer_of_somebody_else_reopens_nothing(self):
        self._mail()
        row = self._rows()
        self._settle(row, moment="2027-03-02 02:00:00")
        self._answer_mail("2027-03-04 00:00:00", sender="thief@example.com")
        self.assertEqual(row.state, "closed")

    def test_answer_after_the_days_is_a_new_one(self):
        self._mail()
        row = self._rows()
        self._settle(row, moment="2027-03-02 02:00:00")
        self._answer_mail("2027-05-04 00:00:00")
        self.assertEqual(row.state, "closed")
        later = self._rows() - row
        self.assertEqual(later.previous_id, row)
        self.assertEqual(later.state, "open")
        self.assertIn("still broken", later.description)

    # -- what a mail tells of how many complaints there are --------------

    def _go_through_doors(self, row, customer):
        """Every way in which something is written about a complaint.

        :return: iterable of ``(name, function)``
        """
        template = self.env["mail.template"].create(
            {
                "name": "We look into it",
                "subject": "We look into it",
                "model_id": self.env["ir.model"]._get_id(COMPLAINT),
                "body_html": "<p>Soon.</p>",
                "email_to": customer.email,
            }
        )
        mine = row.with_user(self.leader_east)

        def compose(mode):
            self.env["mail.compose.message"].with_user(self.leader_east).create(
                {
                    "model": COMPLAINT,
                    "res_ids": repr(row.ids),
                    "composition_mode": mode,
                    "body": "<p>To one, or to many</p>",
                    "subject": "Your complaint",
                    "partner_ids": [(6, 0, customer.ids)],
                }
            )._action_send_mail()

        def post(**values):
            mine.message_post(
                body="We call you",
                partner_ids=customer.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **values,
            )

        return {
            "posted": post,
            "posted to an address": lambda: post(outgoing_email_to="li@example.com"),
            "told": lambda: mine.message_notify(
                body="Look here", partner_ids=customer.ids
            ),
            "a note": lambda: mine._message_log(body="Seen"),
            "by a template": lambda: template.send_mail(row.id, force_send=True),
            "by a template, in a layout": lambda: template.send_mail(
                row.id,
                force_send=True,
                email_layout_xmlid="mail.mail_notification_light",
            ),
            "posted by a template": lambda: mine.message_post_with_source(
                template, partner_ids=customer.ids, message_type="comment"
            ),
            "composed for one": lambda: compose("comment"),
            "composed for many": lambda: compose("mass_mail"),
            "made by a program": lambda: (
                self.env["mail.mail"]
                .create(
                    {
                        "model": COMPLAINT,
                        "res_id": row.id,
                        "email_to": customer.email,
                        "body_html": "<p>Soon.</p>",
                    }
                )
                .send()
            ),
        }.items()

    def test_no_message_tells_a_number(self):
        """However it is written: neither the name, nor what it refers to, nor a header.

        Two mails a month apart would say how many complaints there were between them.
        """
        self._mail()
        row = self._rows()
        customer = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        number = re.compile(
            rf"(?<!\d){row.id}(?!\d)[^0-9]*{re.escape(COMPLAINT)}|"
            rf"{re.escape(COMPLAINT)}\D*{row.id}(?!\d)"
        )
        Message = self.env["mail.message"]
        for door, write in self._go_through_doors(row, customer):
            with self.subTest(door):
                last = Message.search([], order="id desc", limit=1).id
                with self._at("2027-03-01 03:00:00"), self.mock_mail_gateway():
                    write()
                    self.env["mail.mail"].search(
                        [("mail_message_id", ">", last), ("state", "=", "outgoing")]
                    ).send()
                    self.env.flush_all()
                written = Message.search([("id", ">", last), ("model", "=", COMPLAINT)])
                self.assertTrue(written or self._mails)
                self.assertFalse(
                    [name for name in written.mapped("message_id") if COMPLAINT in name]
                )
                self.assertEqual(
                    bool(self._mails), door != "a note", "who complains hears of it"
                )
                for mail in self._mails:
                    told = {
                        key: mail.get(key)
                        for key in ("message_id", "references", "headers", "reply_to")
                    }
                    self.assertNotIn(COMPLAINT, str(told))
                    self.assertNotIn("X-Odoo-Objects", str(told))
                    self.assertNotRegex(mail["body"] or "", number)

    def test_answer_finds_a_complaint_by_any_name(self):
        """A mail that was sent, or made by a program, is answered: it is put here."""
        self._mail()
        row = self._rows()
        customer = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com"}
        )
        with self._at("2027-03-01 03:00:00"), self.mock_mail_gateway():
            posted = row.with_user(self.leader_east).message_post(
                body="We call you", partner_ids=customer.ids, message_type="comment"
            )
            made = self.env["mail.mail"].create(
                {"model": COMPLAINT, "res_id": row.id, "body_html": "<p>Soon.</p>"}
            )
        for place, name in enumerate((posted.message_id, made.message_id)):
            self._mail(
                f"back{place}@example.com",
                "2027-03-01 04:00:00",
                text=f"Thank you {place}",
                headers=f"In-Reply-To: {name}\n",
            )
            self.assertIn(f"Thank you {place}", str(row.message_ids.mapped("body")))
        self.assertEqual(self._rows(), row)

    def test_mails_about_other_documents_keep_their_names(self):
        """Odoo's, and what a mail refers to stays what its sender said."""
        Mail = self.env["mail.mail"]
        lead = {"model": "crm.lead", "res_id": self.lead.id}
        self.assertIn(f"{self.lead.id}-crm.lead", Mail.create(lead).message_id)
        self._mail()
        row = self._rows()
        mine = {"model": COMPLAINT, "res_id": row.id, "references": "<x@example.com>"}
        self.assertEqual(Mail.create(mine).references, "<x@example.com>")
        named = Mail.create({**mine, "message_id": "<x@example.com>"})
        self.assertEqual(named.references, named.message_id)
        self.assertNotEqual(named.message_id, "<x@example.com>")
        # a mail of a message has the name of the message
        note = row._message_log(body="Seen")
        self.assertEqual(
            Mail.create({"mail_message_id": note.id, **mine}).message_id,
            note.message_id,
        )
