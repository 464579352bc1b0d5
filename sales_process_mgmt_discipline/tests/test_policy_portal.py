# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ROW, VERSION, PolicyCommon

MONDAY = "2027-03-01 02:00:00"


@tagged("post_install", "-at_install")
class TestPolicyPortal(PolicyCommon, HttpCase):
    """Case 6: a dealer confirms in the portal, and sees only what is for dealers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer.password = cls.dealer.login
        cls.dealers = cls._create_policy(
            name="Dealer Prices",
            area="dealer",
            audience="named",
            team_ids=False,
            user_ids=[Command.set(cls.dealer.ids)],
        )

    def setUp(self):
        super().setUp()
        file = self._file("dealer.txt", b"12 %")
        self.version = self._publish(
            MONDAY, self.dealers, attachment_ids=[Command.set(file.ids)]
        )
        self.inner = self._publish(MONDAY)
        self.row = self._row(self.dealer, self.version)

    def _post(self, **values):
        values.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(f"/my/policies/{self.row.id}/answer", values)

    def _shown(self, version=None):
        version = version or self.version
        return {"version": version.id, "shown": version.content_hash}

    def test_reads_and_confirms(self):
        self.authenticate(self.dealer.login, self.dealer.login)
        page = self.url_open("/my/policies").text
        self.assertIn("Dealer Prices", page)
        self.assertNotIn("Discounts", page)
        page = self.url_open(f"/my/policies/{self.row.id}").text
        self.assertIn("At most five percent", page)
        self.assertIn(self.version.content_hash, page)
        self.assertEqual(self.row.state, "to_read")
        file = self.version.attachment_ids
        address = f"/my/policies/{self.row.id}/file/{file.id}"
        self.assertEqual(self.url_open(address).content, b"12 %")
        self._post(**self._shown())
        self.env.invalidate_all()
        self.assertEqual((self.row.state, self.row.kind), ("confirmed", "own"))
        self.assertEqual(self.row.confirmed_hash, self.version.content_hash)
        page = self.url_open(f"/my/policies/{self.row.id}").text
        self.assertIn("Receipt as PDF", page)
        receipt = self.url_open(f"/my/policies/{self.row.id}/receipt")
        self.assertEqual(receipt.status_code, 200)
        self.assertIn("attachment", receipt.headers["Content-Disposition"])

    def test_no_todo_but_a_message(self):
        self.assertFalse(self._todos(self.row))
        message = self.env["mail.message"].search(
            [("subject", "=", "Read and confirm: Dealer Prices")]
        )
        self.assertIn("/my/policies", message.body)
        self.assertEqual(message.partner_ids, self.dealer.partner_id)

    def test_declines_with_a_reason(self):
        self.authenticate(self.dealer.login, self.dealer.login)
        page = self._post(**self._shown(), decline="1", reason=" ").text
        self.assertIn("Write down why", page)
        self._post(**self._shown(), decline="1", reason="Too low")
        self.env.invalidate_all()
        self.assertEqual((self.row.state, self.row.note), ("declined", "Too low"))

    def test_old_tab(self):
        newer = self._publish("2027-03-02 02:00:00", self.dealers)
        self.authenticate(self.dealer.login, self.dealer.login)
        page = self._post(**self._shown()).text
        self.assertIn("newer version was published at", page)
        row = self._row(self.dealer, newer)
        for values in (
            {},
            {"version": "x", "shown": "y"},
            {"version": "9" * 5000, "shown": "\x00", "reason": "\x00"},
            self._shown(self.inner),
        ):
            self.row = row
            self.assertIn("alert-danger", self._post(**values).text)
        self.env.invalidate_all()
        self.assertEqual(row.state, "to_read")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.http")
    def test_sees_and_answers_nothing_else(self):
        inner = self._row(self.salesperson_a, self.inner)
        for model, record in ((ROW, inner), (VERSION, self.inner)):
            with self.assertRaises(AccessError):
                record.with_user(self.dealer).read(["display_name"])
            found = self.env[model].with_user(self.dealer).search([])
            self.assertFalse(found & record)
        with self.assertRaises(AccessError):
            self.env["sales.process.policy"].with_user(self.dealer).search([])
        self.authenticate(self.dealer.login, self.dealer.login)
        for address in (f"/my/policies/{inner.id}", "/my/policies/999999999"):
            self.assertTrue(self.url_open(address).url.endswith("/my/policies"))
        self.row = inner
        self._post(**self._shown(self.inner))
        self.env.invalidate_all()
        self.assertEqual(inner.state, "to_read")
        for place in ("receipt", f"file/{self.version.attachment_ids.id}"):
            address = f"/my/policies/{inner.id}/{place}"
            self.assertTrue(self.url_open(address).url.endswith("/my/policies"))
        row = self._row(self.dealer, self.version)
        other = self._file("secret.txt", b"secret")
        address = f"/my/policies/{row.id}/file/{other.id}"
        self.assertNotIn("secret", self.url_open(address).text)

    def test_without_token_nothing_is_recorded(self):
        self.authenticate(self.dealer.login, self.dealer.login)
        with mute_logger("odoo.http"):
            self._post(**self._shown(), csrf_token="forged")
        self.url_open(f"/my/policies/{self.row.id}/answer")
        self.env.invalidate_all()
        self.assertEqual(self.row.state, "to_read")

    def test_counter(self):
        """On the portal's first page; colleagues outside sales are asked nothing."""
        newer = self._create_policy(
            name="Returns", audience="named", team_ids=False, user_ids=self.dealer.ids
        )
        self._publish(MONDAY, newer)
        self.office_user.password = self.office_user.login
        for user, count in ((self.dealer, 2), (self.office_user, 0)):
            with self.subTest(user=user.login):
                self.authenticate(user.login, user.login)
                values = self.make_jsonrpc_request(
                    "/my/counters", {"counters": ["policy_count"]}
                )
                self.assertEqual(values["policy_count"], count)
                self.assertEqual(self.url_open("/my/policies").status_code, 200)
        self.row.sudo()._close("left")
        self.env.flush_all()
        self.authenticate(self.dealer.login, self.dealer.login)
        values = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["policy_count"]}
        )
        self.assertEqual(values["policy_count"], 1)

    def test_long_reason_is_refused(self):
        """The portal takes no more than the dialog: both sides of the limit."""
        self.authenticate(self.dealer.login, self.dealer.login)
        page = self._post(**self._shown(), decline="1", reason="x" * 1001).text
        self.assertIn("alert-danger", page)
        self.env.invalidate_all()
        self.assertEqual(self.row.state, "to_read")
        self._post(**self._shown(), decline="1", reason="x" * 1000)
        self.env.invalidate_all()
        self.assertEqual((self.row.state, len(self.row.note)), ("declined", 1000))
