# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import unittest
from email.message import EmailMessage

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import marks
from .test_complaint_mail import ComplaintMailCommon

HTML = """Message-Id: <{message_id}>
From: {sender}
To: {to}
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

{text}
"""
REPORT = """Message-Id: <{message_id}>
From: {sender}
To: {to}
Subject: {subject}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

Undelivered
--cut--
"""


class TestMachines(unittest.TestCase):
    """Which mails nobody wrote, by their header; no database is asked."""

    def test_table(self):
        for name, value, expected in (
            ("Auto-Submitted", "auto-replied", True),
            ("Auto-Submitted", "auto-generated; type=x", True),
            ("Auto-Submitted", "AUTO-NOTIFIED", True),
            ("Auto-Submitted", "no", False),
            ("Auto-Submitted", "No ", False),
            ("Auto-Submitted", "", False),
            ("Precedence", "auto_reply", True),
            ("Precedence", "bulk", True),
            ("Precedence", "first-class", False),
            ("X-Autoreply", "yes", True),
            ("X-Autorespond", "Out of office", True),
            ("X-Priority", "1", False),
        ):
            with self.subTest(name=name, value=value):
                message = EmailMessage()
                message[name] = value
                self.assertIs(marks.is_automatic(message), expected)


@tagged("post_install", "-at_install")
class TestComplaintMachines(ComplaintMailCommon):
    """What machines and hostile people write to the address of a team."""

    def test_automatic_answer_reopens_nothing(self):
        """Out of the office is kept beside the complaint; a person's answer reopens."""
        self._mail()
        row = self._rows()
        self._settle(row, moment="2027-03-02 02:00:00")
        for number, header in enumerate(
            (
                "Auto-Submitted: auto-replied\n",
                "Precedence: auto_reply\n",
                "X-Autoreply: yes\n",
            )
        ):
            self._mail(
                f"machine{number}@example.com",
                "2027-03-03 00:00:00",
                subject="Re: Late again",
                text="I am out of the office.",
                headers=f"In-Reply-To: <first@example.com>\n{header}",
            )
            self.assertEqual((row.state, row.reopen_count), ("closed", 0))
        # nor is it a new complaint after the days of the team
        self._mail(
            "machine9@example.com",
            "2027-05-04 00:00:00",
            subject="Re: Late again",
            text="I am out of the office.",
            headers="In-Reply-To: <first@example.com>\nAuto-Submitted: auto-replied\n",
        )
        self.assertEqual(self._rows(), row)
        self.assertIn("out of the office", str(row.message_ids.mapped("body")))
        self._mail(
            "person@example.com",
            "2027-03-04 00:00:00",
            subject="Re: Late again",
            text="Still broken.",
            headers="In-Reply-To: <first@example.com>\nAuto-Submitted: no\n",
        )
        self.assertEqual((row.state, row.reopen_count), ("open", 1))

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_bounce_is_no_complaint(self):
        for number, (mail, sender) in enumerate(
            (
                (REPORT, "Wang <wang@example.com>"),
                (HTML, "MAILER-DAEMON@example.com"),
                (REPORT, "MAILER-DAEMON@example.com"),
            )
        ):
            self._mail(f"bounce{number}@example.com", mail=mail, sender=sender)
        self.assertFalse(self._rows())

    def test_html(self):
        """Words are kept as words: no script, no picture that is loaded."""
        self._mail(
            mail=HTML,
            subject="<b>Late</b>",
            text="<p>Two weeks <b>late</b></p><script>alert(1)</script>"
            "<img src='https://tracker.example.com/x.png' onerror='alert(2)'/>"
            "<style>p {display: none}</style>",
        )
        row = self._rows()
        self.assertEqual(len(row), 1)
        self.assertIn("late", row.description)
        for word in ("<script", "onerror", "<p>"):
            self.assertNotIn(word, row.description)
        body = str(row.message_ids.mapped("body"))
        for word in ("<script", "onerror"):
            self.assertNotIn(word, body)

    def test_huge(self):
        """Cut to what is kept, and kept once however often it comes."""
        for number in range(2):
            self._mail(
                f"huge{number}@example.com",
                subject="Late " * 500,
                text="Two weeks late. " * 20_000,
            )
        row = self._rows()
        self.assertEqual(len(row), 1)
        limits = row._text_limits
        self.assertLessEqual(len(row.name), limits["name"])
        self.assertLessEqual(len(row.description), limits["description"])
        self.assertGreater(len(row.description), limits["description"] - 20)

    def test_many_attachments_and_strange_names(self):
        """A file is a file, whatever it is called; it belongs to the complaint."""
        for number, name in enumerate(
            ("../../etc/passwd", "a.svg", "名.exe", "x" * 200)
        ):
            self._mail(f"file{number}@example.com", file=name)
        row = self._rows()
        self.assertEqual(len(row), 1)
        files = row.message_ids.attachment_ids
        self.assertEqual(len(files), 4)
        self.assertEqual(set(files.mapped("res_id")), {row.id})
        self.assertFalse(any(files.mapped("public")))

    def test_who_says_to_be_the_leader(self):
        """A sender's address proves nothing: it decides, closes and reads nothing."""
        self._mail(sender=f"Leader <{self.leader_east.email}>")
        row = self._rows()
        self.assertEqual(row.state, "open")
        self.assertFalse(row.handler_id)
        self.assertEqual(row.decider_id, self.leader_east)
        self._mail(
            "close@example.com",
            subject="Re: Late again",
            text="Close it",
            headers="In-Reply-To: <first@example.com>\n",
            sender=f"Leader <{self.leader_east.email}>",
        )
        self.assertEqual(row.state, "open")
