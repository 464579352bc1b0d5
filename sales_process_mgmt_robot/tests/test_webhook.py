# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import socket
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools import webhook
from ..tools.webhook import AddressError, WebhookError
from .messenger import SECRET, Messenger, sign

NOW = 1_800_000_000.25
KINDS = ("wecom", "dingtalk", "feishu")
PUBLIC = "https://93.184.215.14/hook?key=k"


@tagged("post_install", "-at_install")
class TestWebhook(BaseCase):
    """What is sent to each platform, and what is never sent anywhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.messenger = Messenger()
        cls.addClassCleanup(cls.messenger.stop)

    def setUp(self):
        super().setUp()
        self.messenger.bodies.clear()
        self.messenger.seen.clear()
        self.messenger.next.clear()

    def _send(self, kind, secret=SECRET, text="**Hello**", is_open=True):
        address = self.messenger.get_address(kind)
        webhook.send(kind, address, secret, "Title", text, NOW, is_open)

    # -- what each platform takes ----------------------------------------

    def test_each_takes_it(self):
        for kind in KINDS:
            with self.subTest(kind=kind):
                self._send(kind)
        self.assertEqual(len(self.messenger.bodies), 3)
        wecom, dingtalk, feishu = self.messenger.bodies
        self.assertEqual(wecom["markdown"], {"content": "**Hello**"})
        self.assertEqual(dingtalk["markdown"], {"title": "Title", "text": "**Hello**"})
        self.assertEqual(feishu["content"], {"text": "Hello"})
        host = f"127.0.0.1:{self.messenger.server_address[1]}"
        self.assertEqual({row[2] for row in self.messenger.seen}, {host})

    def test_signatures(self):
        """DingTalk signs in the address, in milliseconds; Feishu in the body."""
        address, body = webhook.prepare(
            "dingtalk",
            "https://x.example/robot/send?access_token=a",
            "s",
            "t",
            "b",
            NOW,
        )
        self.assertIn("access_token=a&timestamp=1800000000250&sign=", address)
        self.assertNotIn("sign", body)
        self.assertNotIn("+", address, "encoded")
        address, body = webhook.prepare("feishu", PUBLIC, "s", "t", "b", NOW)
        self.assertEqual(address, PUBLIC)
        self.assertEqual(body["timestamp"], "1800000000")
        self.assertEqual(body["sign"], sign("1800000000\ns", ""))
        for kind in KINDS:
            address, body = webhook.prepare(kind, PUBLIC, False, "t", "b", NOW)
            self.assertEqual(address, PUBLIC, "nothing to sign with")
            self.assertNotIn("sign", body)

    def test_wrong_secret(self):
        for kind, said in (
            ("dingtalk", "310000: sign not match"),
            ("feishu", "19021: sign match fail"),
        ):
            with self.assertRaisesRegex(WebhookError, said) as caught:
                self._send(kind, secret="other")
            self.assertFalse(caught.exception.is_early)

    def test_answers(self):
        read = webhook.read_answer
        read("wecom", 200, b'{"errcode": 0, "errmsg": "ok"}')
        read("feishu", 200, b'{"StatusCode": 0, "StatusMessage": "success"}')
        read("feishu", 200, b'{"code": 0, "msg": "success", "data": {}}')
        for kind, status, content, early in (
            ("wecom", 200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', 1),
            ("wecom", 200, b'{"errcode": 93000, "errmsg": "invalid webhook"}', 0),
            ("dingtalk", 200, b'{"errcode": 130101, "errmsg": "send too fast"}', 1),
            ("dingtalk", 200, b'{"errcode": 310000, "errmsg": "keywords"}', 0),
            ("feishu", 200, b'{"code": 9499, "msg": "too many request"}', 1),
            ("feishu", 200, b'{"code": 19001, "msg": "param invalid"}', 0),
            ("wecom", 500, b"<html>", 1),
            ("wecom", 404, b"<html>", 0),
            ("wecom", 429, b"{}", 1),
            ("wecom", 200, b"", 0),
            ("wecom", 200, b"[]", 0),
            ("wecom", 200, b'{"ok": true}', 0),
            ("wecom", 302, b'{"errcode": 0}', 0),
        ):
            with self.subTest(content=content), self.assertRaises(WebhookError) as said:
                read(kind, status, content)
            self.assertIs(said.exception.is_early, bool(early), content)

    def test_no_redirection(self):
        """Whoever answers leads nobody into the own network."""
        inside = self.messenger.get_address("wecom")
        self.messenger.next.append((302, {}, [("Location", inside)]))
        with self.assertRaisesRegex(WebhookError, "302"):
            self._send("wecom")
        self.assertEqual(len(self.messenger.seen), 1)

    def test_long_answer(self):
        self.messenger.next.append((200, b"x" * 10_000_000, []))
        with self.assertRaisesRegex(WebhookError, "HTTP 200"):
            self._send("wecom")

    def test_nobody_answers(self):
        other = Messenger()
        address = other.get_address("wecom")
        other.stop()
        with self.assertRaises(WebhookError) as caught:
            webhook.send("wecom", address, None, "t", "b", NOW, True)
        self.assertTrue(caught.exception.is_early)
        self.assertNotIn("key-of", str(caught.exception), "the key is a secret")

    def test_long_text(self):
        self._send("wecom", text="客户" * 5000)
        content = self.messenger.bodies[0]["markdown"]["content"]
        self.assertLessEqual(len(content.encode()), webhook.TEXT_BYTES)
        self.assertEqual(content[-1], "…")
        exact = "a" * webhook.TEXT_BYTES
        self.assertEqual(webhook.cut(exact), exact)
        self.assertEqual(len(webhook.cut(exact + "a").encode()), webhook.TEXT_BYTES)

    # -- where to --------------------------------------------------------

    def test_addresses(self):
        for address in (
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x",
            "https://oapi.dingtalk.com/robot/send?access_token=x",
            "https://open.feishu.cn/open-apis/bot/v2/hook/x",
            PUBLIC,
        ):
            webhook.check_address(address)
        for address, word in (
            ("", "https"),
            (None, "https"),
            ("http://open.feishu.cn/x", "https"),
            ("ftp://open.feishu.cn/x", "https"),
            ("file:///etc/passwd", "https"),
            ("https://", "host"),
            ("https:///x", "host"),
            ("https://a.example:99999/", "host"),
            ("https://a.example\\@127.0.0.1/", "user"),
            ("https://a b.example/", "host"),
            ("https://user@a.example/", "user"),
            ("https://open.feishu.cn@127.0.0.1/", "user"),
            ("https://localhost/", "private"),
            ("https://intranet/", "private"),
            ("https://127.0.0.1/", "private"),
            ("https://10.0.0.1/", "private"),
            ("https://192.168.1.1/", "private"),
            ("https://169.254.169.254/latest/meta-data", "private"),
            ("https://100.64.0.1/", "private"),
            ("https://0.0.0.0/", "private"),
            ("https://224.0.0.1/", "private"),
            ("https://[::1]/", "private"),
            ("https://[fe80::1]/", "private"),
            ("https://[fd00::1]/", "private"),
            ("https://[::ffff:127.0.0.1]/", "private"),
            ("https://[64:ff9b::7f00:1]/", "private"),
            ("https://[2002:7f00:1::]/", "private"),
        ):
            with self.subTest(address=address), self.assertRaises(AddressError) as said:
                webhook.check_address(address)
            self.assertEqual(str(said.exception), word, address)
        webhook.check_address("http://127.0.0.1:8080/x", is_open=True)

    def test_names_that_lead_inside(self):
        """A public name with a private address, and one that has both."""
        parts = webhook.check_address("https://robot.example/x")
        for addresses in (["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["::1"]):
            rows = [(None, None, None, "", (address, 443)) for address in addresses]
            with (
                patch.object(socket, "getaddrinfo", lambda *a, rows=rows, **k: rows),
                self.assertRaises(AddressError) as said,
            ):
                webhook.resolve(parts)
            self.assertEqual(str(said.exception), "private")

    def test_looked_up_once(self):
        """A name that leads elsewhere at the second look does not help."""
        answers = [[(None, None, None, "", ("127.0.0.1", 80))]]
        port = self.messenger.server_address[1]
        address = (
            f"http://robot.example:{port}/cgi-bin/webhook/send?key=key-of-the-group"
        )
        with patch.object(socket, "getaddrinfo", lambda *a, **k: answers.pop()):
            parts = webhook.check_address(address, True)
            self.assertEqual(webhook.resolve(parts, True), "127.0.0.1")
        with patch.object(webhook, "resolve", lambda *args: "127.0.0.1"):
            webhook.send("wecom", address, None, "t", "b", NOW, True)
        self.assertEqual(self.messenger.seen[0][2], f"robot.example:{port}")

    def test_unknown_name(self):
        def fail(*args, **kwargs):
            raise OSError("unknown")

        with (
            patch.object(socket, "getaddrinfo", fail),
            self.assertRaisesRegex(AddressError, "unknown"),
        ):
            webhook.resolve(webhook.check_address("https://robot.example/"))

    # -- what is never said ----------------------------------------------

    def test_details_are_hidden(self):
        for text in (
            "13812345678",
            "+86 138 1234 5678",
            "138-1234-5678",
            "(021) 6234.5678",
            "021 6234\u20115678",
            "1381234567",
            "6234567",
            "wang@acme.example",
            "WANG.li+x@acme.co.example",
        ):
            with self.subTest(text=text):
                self.assertEqual(
                    webhook.hide_details(f"Mr. Wang {text}."[:-1]), ("Mr. Wang …")
                )
        for text in (
            "2027-03-01 to 2027-03-07",
            "Room 301",
            "623456",
            "3 won, 12 lost",
        ):
            self.assertEqual(webhook.hide_details(text), text)

    def test_values_are_plain(self):
        for value, told in (
            ("王女士", "王女士"),
            ("１３８１２３４５６７８", "…"),
            ("138\u200b1234\u200b5678", "…"),
            ("a\nb\r\n\tc\u2028d", "a b c d"),
            ("[x](http://evil)", "［x］(http://evil)"),
            ('<at user_id="all">', '‹at user＿id="all"›'),
            ("<@all>", "‹＠all›"),
            ("**b** `c` #d", "＊＊b＊＊ ˋcˋ ＃d"),
            (None, ""),
            (False, ""),
            (7, "7"),
        ):
            self.assertEqual(webhook.plain(value), told)
