# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from unittest.mock import patch

from odoo.exceptions import ConcurrencyError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from ..models import sales_process_complaint_intake as intake
from ..tools import tokens
from .common import COMPLAINT, PHONE, CareCommon

CSRF = re.compile(r'name="csrf_token"\s+value="([^"]+)"')


class PageCommon(CareCommon, HttpCase):
    def _text(self, page):
        text = re.sub(r"<head>.*?</head>", "", page.text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()

    def _rows(self):
        return self.env[COMPLAINT].search([], order="id")


@tagged("post_install", "-at_install")
class TestComplaintPublic(PageCommon):
    """The public link of a team: whoever opens it may complain, and learns nothing."""

    def setUp(self):
        super().setUp()
        self.token = self.team_east.process_complaint_token
        self.env.flush_all()

    def _get(self, token=None):
        # a page that only shows is answered by a replica, which refuses to write
        with self.assertNoLogs("odoo.http", "WARNING"):
            return self.url_open(f"/complaint/{token or self.token}")

    def _send(self, token=None, description="Two weeks late", **data):
        csrf = CSRF.search(self._get().text)
        return self.url_open(
            f"/complaint/{token or self.token}/send",
            data={
                "csrf_token": csrf[1] if csrf else self.csrf,
                "description": description,
                **data,
            },
        )

    def test_known_and_unknown_read_the_same(self):
        """And nobody becomes an owner, a contact, or a lead by it."""
        before = [
            self.env[model].search_count([])
            for model in (
                "sales.process.ownership",
                "res.partner",
                "crm.lead",
                "sales.process.lookup",
            )
        ]
        known = self._send(phone=PHONE, name="Wang", whom="Mr. A")
        row = self._rows()
        self.assertEqual((row.channel, row.owner_id), ("public", self.salesperson_a))
        self.assertIn("Mr. A", row.description)
        self.assertFalse(row.handler_id)
        self.assertEqual(row.decider_id, self.leader_east)
        unknown = self._send(phone="13900000001", description="Other")
        nothing = self._send(description="Nobody")
        again = self._send(phone=PHONE, name="Wang", whom="Mr. A")
        self.assertEqual(
            {self._text(page) for page in (known, unknown, nothing, again)},
            {self._text(known)},
        )
        self.assertEqual(
            {page.status_code for page in (known, unknown, nothing, again)}, {200}
        )
        self.assertEqual(len(self._rows()), 3)
        self.assertNotIn(row.code, known.text)
        after = [
            self.env[model].search_count([])
            for model in (
                "sales.process.ownership",
                "res.partner",
                "crm.lead",
                "sales.process.lookup",
            )
        ]
        self.assertEqual(after, before)

    def test_link_that_is_not_open(self):
        """Unknown, switched off, of an archived team: one page, and no error."""
        self.csrf = CSRF.search(self._get().text)[1]
        pages = [self._get("x"), self._get("y" * 500), self._get("%00")]
        self.team_east.process_complaint = False
        self.env.flush_all()
        pages += [self._get(), self._send()]
        self.team_east.process_complaint = True
        self.team_east.active = False
        self.env.flush_all()
        pages.append(self._get())
        self.assertEqual({page.status_code for page in pages}, {200})
        self.assertEqual(len({self._text(page) for page in pages}), 1)
        self.assertFalse(self._rows())

    def test_limits(self):
        """So many an hour from one address, and by one link; the next is refused."""
        for number in range(intake.SOURCE_LIMIT):
            self.assertEqual(self._send(description=f"No {number}").status_code, 200)
        self.assertEqual(self._send(description="One more").status_code, 429)
        self.assertEqual(len(self._rows()), intake.SOURCE_LIMIT)
        self._rows().write({"origin_hash": "elsewhere"})
        self.env.flush_all()
        self.assertEqual(self._send(description="From here").status_code, 200)
        with patch.object(intake, "LINK_LIMIT", intake.SOURCE_LIMIT + 1):
            self.assertEqual(self._send(description="Full").status_code, 429)
        # an hour later
        self._rows().write({"date": "2020-01-01"})
        self.env.flush_all()
        self.assertEqual(self._send(description="Later").status_code, 200)

    def test_strangers_use_up_their_link_alone(self):
        """Whosever customers they name: the link of the owner's team stays open."""
        token_west = self.team_west.process_complaint_token
        self.env.flush_all()
        with patch.object(intake, "LINK_LIMIT", 2):
            for number in range(2):
                # a customer of Team East, named at the link of Team West
                page = self._send(token_west, description=f"No {number}", phone=PHONE)
                self.assertEqual(page.status_code, 200)
                self._rows()[-1:].origin_hash = f"elsewhere {number}"
            self.assertEqual(self._rows().team_id, self.team_east)
            self.assertEqual(self._rows().addressed_team_id, self.team_west)
            self.env.flush_all()
            full = self._send(token_west, description="Full", phone=PHONE)
            unknown = self._send(token_west, description="Full", phone="13900000001")
            # who is known and who is not is told the same
            self.assertEqual((full.status_code, unknown.status_code), (429, 429))
            self.assertEqual(self._text(full), self._text(unknown))
            self.assertEqual(self._send(description="Here").status_code, 200)
        self.assertEqual(len(self._rows()), 3)

    def test_twice_is_once(self):
        """The same words of the same sender, also at the same instant."""
        for _number in range(3):
            page = self._send(description="Again", name="Wang")
            self.assertEqual(page.status_code, 200)
        row = self._rows()
        self.assertEqual((len(row), row.repeat), (1, 0))
        # what another worker kept meanwhile is not seen by this transaction
        with (
            patch.object(
                intake.ComplaintIntake,
                "_find_same",
                lambda *_args: (self.env[COMPLAINT], 0),
            ),
            mute_logger("odoo.sql_db"),
            self.assertRaises(ConcurrencyError),
        ):
            intake.ComplaintIntake(self.env, self.team_east).run(
                {
                    "channel": "public",
                    "description": "Again",
                    "contact_name": "Wang",
                    "contact_phone": "",
                    "contact_email": "",
                    "origin_hash": row.origin_hash,
                }
            )
        self.assertEqual(self._rows(), row)
        # after two weeks it is another one, with a number of its own
        row.date = "2020-01-01"
        self.env.flush_all()
        self._send(description="Again", name="Wang")
        self.assertEqual(self._rows().mapped("repeat"), [0, 1])

    def test_numbers_tell_no_number(self):
        """Two numbers, drawn: neither order nor distance says how many there are."""
        self._send(description="One")
        self._send(description="Two")
        one, two = self._rows()
        for row in (one, two):
            self.assertRegex(row.code, r"^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$")
        self.assertNotEqual(one.code, two.code)
        with patch.object(
            tokens, "make_reference", side_effect=[one.code, "2222-3333"]
        ):
            self.assertEqual(one._draw_codes(1), ["2222-3333"])

    def test_address_is_not_stored(self):
        self._send()
        self.assertEqual(len(self._rows().origin_hash), 32)
        self.assertNotIn("127", self._rows().origin_hash[:3] + "x")

    def test_empty_and_hostile(self):
        page = self._send(description="  ")
        self.assertIn("Write down", page.text)
        self.assertFalse(self._rows())
        self._send(
            description="<script>alert(1)</script>" + "x" * 200_000,
            name="n" * 5000,
            phone="1" * 5000,
            email="'; DROP TABLE --",
        )
        row = self._rows()
        self.assertEqual(len(row.contact_name), 256)
        self.assertFalse(row.ownership_id)

    def test_what_no_column_holds(self):
        """A link that no database looks up, and files where words belong."""
        csrf = CSRF.search(self._get().text)[1]
        for token in ("%00", f"{self.token}%00x", "%FF%FE", "x" * 5000):
            page = self.url_open(f"/complaint/{token}")
            sent = self.url_open(
                f"/complaint/{token}/send",
                data={"csrf_token": csrf, "description": "Late"},
            )
            with self.subTest(token=token[:20]):
                self.assertEqual((page.status_code, sent.status_code), (200, 200))
                self.assertEqual(self._text(page), self._text(sent))
        self.assertFalse(self._rows())
        page = self.url_open(
            f"/complaint/{self.token}/send",
            data={"csrf_token": csrf},
            files={"description": ("late.txt", b"Late")},
        )
        self.assertIn("Write down", page.text)
        self.assertFalse(self._rows())
        self.url_open(
            f"/complaint/{self.token}/send",
            data={"csrf_token": csrf, "description": "Late\x00"},
            files=dict.fromkeys(
                ("name", "phone", "email", "whom"), ("name.txt", b"Wang")
            ),
        )
        row = self._rows()
        self.assertEqual((row.description, row.contact_name or ""), ("Late", ""))

    def test_without_the_token_of_the_session(self):
        page = self.url_open(
            f"/complaint/{self.token}/send", data={"description": "Forged"}
        )
        self.assertEqual(page.status_code, 400)
        self.assertFalse(self._rows())


@tagged("post_install", "-at_install")
class TestComplaintPortal(PageCommon):
    """A customer with a login: own complaints, and nothing of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = [
            mail_new_test_user(
                cls.env,
                login=f"care_portal_{number}",
                password=f"care_portal_{number}",
                name=f"Portal {number}",
                email=f"portal{number}@example.com",
                groups="base.group_portal",
                company_id=cls.company.id,
            )
            for number in range(2)
        ]
        cls.lead.partner_id = cls.customers[0].partner_id
        cls.env.flush_all()

    def _login(self, number=0):
        self.authenticate(f"care_portal_{number}", f"care_portal_{number}")

    def _post(self, path, **data):
        csrf = CSRF.search(self.url_open("/my/complaints").text)[1]
        return self.url_open(path, data={"csrf_token": csrf, **data})

    def test_no_team_takes_complaints(self):
        """No form, and nothing is kept that is sent all the same."""
        self._login()
        page = self.url_open("/my/complaints").text
        csrf = CSRF.search(page)[1]
        self.env["crm.team"].search([]).process_complaint = False
        self.env.flush_all()
        self.assertNotIn("/my/complaints/new", self.url_open("/my/complaints").text)
        self.url_open(
            "/my/complaints/new", data={"csrf_token": csrf, "description": "Broken"}
        )
        self.assertFalse(self._rows())

    def _new(self):
        self._login()
        page = self._post(
            "/my/complaints/new", subject="Broken", description="It does not light."
        )
        self.assertEqual(page.status_code, 200)
        return self._rows()[-1:], page

    def test_course(self):
        row, page = self._new()
        self.assertEqual((row.channel, row.name), ("portal", "Broken"))
        self.assertEqual(row.partner_id, self.customers[0].partner_id)
        self.assertEqual(row.ownership_id, self.ownership)
        self.assertEqual(row.team_id, self.team_east)
        self.assertIn(row.code, page.text)
        self.assertIn(row.code, self.url_open("/my/complaints").text)
        # neither who decides nor whom it is about stands there
        self.assertNotIn(self.leader_east.name, page.text)
        self._investigate(self.leader_east, row)
        self._answer(
            self.leader_east, row, "decide", verdict="unjustified", text="Not so"
        )
        path = f"/my/complaints/{row.code}/answer"
        page = self.url_open(f"/my/complaints/{row.code}").text
        self.assertNotIn("Not so", page)
        # what the customer reads is said to the customer, not about the customer
        self.assertNotIn("Customer to Be Told", page)
        self.assertIn("please say whether it is settled", page)
        listed = self.url_open("/my/complaints").text
        self.assertNotIn("Customer to Be Told", listed)
        self.assertIn("Please Say Whether It Is Settled", listed)
        self.assertIn("why it is not settled", self._post(path).text)
        self._post(path, reason="Still dark")
        self.env.invalidate_all()
        self.assertEqual((row.state, row.customer_agrees), ("open", "no"))
        self.assertIn("Still dark", str(row.message_ids.mapped("body")))
        self._answer(
            self.leader_east, row, "decide", verdict="justified", text="It was so"
        )
        self._post(path, agrees="1")
        self.env.invalidate_all()
        self.assertEqual((row.state, row.customer_agrees), ("closed", "yes"))
        self._post(path, reason="Dark again")
        self.env.invalidate_all()
        self.assertEqual((row.state, row.reopen_count), ("open", 1))
        # nothing is decided yet: there is nothing to agree with
        self.assertIn("changed meanwhile", self._post(path, agrees="1").text)

    def test_limit(self):
        """Somebody with a login floods nobody either; the next customer may write."""
        self._login()
        with patch.object(intake, "SOURCE_LIMIT", 2):
            for number in range(3):
                page = self._post("/my/complaints/new", description=f"No {number}")
            self.assertEqual(page.status_code, 200)
            self.assertIn("within an hour", page.text)
            self.assertEqual(len(self._rows()), 2)
            self._login(1)
            self._post("/my/complaints/new", description="Mine")
        self.assertEqual(len(self._rows()), 3)

    def test_nothing_of_others(self):
        row, _page = self._new()
        other = self._complain(description="Of another customer")
        self._login(1)
        for code in (
            row.code,
            other.code,
            row.id,
            other.id,
            0,
            2**31,
            "x" * 500,
            "%00",
        ):
            page = self.url_open(f"/my/complaints/{code}")
            self.assertEqual(page.status_code, 200)
            self.assertNotIn("does not light", page.text)
            self.assertNotIn("another customer", page.text)
            self._post(f"/my/complaints/{code}/answer", reason="No")
        self.env.invalidate_all()
        self.assertEqual(row.state, "open")
        self.assertFalse(row.message_ids.filtered(lambda m: "No" in (m.body or "")))
        Complaint = self.env[COMPLAINT].with_user(self.customers[0])
        self.assertFalse(Complaint.has_access("read"))

    def test_colleague_uses_own_screens(self):
        self._new()
        self.salesperson_a.password = "salesperson_a"
        self.authenticate("salesperson_a", "salesperson_a")
        self.assertNotIn("Broken", self.url_open("/my/complaints").text)

    def test_empty(self):
        self._login()
        page = self._post("/my/complaints/new", description=" ")
        self.assertIn("Write down what happened", page.text)
        self.assertFalse(self._rows())
        self.assertEqual(self.url_open("/my").status_code, 200)
