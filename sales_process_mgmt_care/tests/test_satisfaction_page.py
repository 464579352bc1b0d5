# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import time
from contextlib import contextmanager
from datetime import datetime
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import HttpCase, common, tagged
from odoo.tools import SQL

from ..tools import tokens
from .common import CareCommon

NONCE = re.compile(r'data-nonce="([^"]+)"')
FORM = "document.querySelector('form.o_process_satisfaction')"
# The page holds back what is pressed until its scripts are there.
IS_READY = f"!!{FORM} && !{FORM}.querySelector('.pe-none')"


class SatisfactionPageCommon(CareCommon, HttpCase):
    """A customer who has been asked, and the link of the mail."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(tokens, "HUMAN_SECONDS", 0))
        self.row = self._create_row()
        self.token = self._token()

    def _create_row(self):
        return self.env["sales.process.satisfaction"].create(
            {
                "kind": "won",
                "user_id": self.salesperson_a.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "date_event": self.env.cr.now(),
            }
        )

    def _token(self):
        link = self.row._ask(datetime(2100, 1, 1))
        self.env.flush_all()
        return link.rsplit("/", 1)[1]

    def _state(self):
        self.row.invalidate_recordset()
        return self.row.state, self.row.score


@tagged("post_install", "-at_install")
class TestSatisfactionPage(SatisfactionPageCommon):
    """The page of a link, opened without a login."""

    def _get(self, token=None):
        # a page that only shows is answered by a replica, which refuses to write
        with self.assertNoLogs("odoo.http", "WARNING"):
            return self.url_open(f"/satisfaction/{token or self.token}")

    def _post(self, token=None, **data):
        return self.url_open(
            f"/satisfaction/{token or self.token}/answer",
            data={"score": "4", "comment": "", "name": "", **data},
        )

    def test_person(self):
        """GET, then POST with the nonce of the page: kept once."""
        page = self._get()
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        nonce = NONCE.search(page.text)[1]
        self.assertEqual(self._state(), ("asked", 0))
        answered = self._post(nonce=nonce, comment="Good <b>")
        self.assertEqual(answered.status_code, 200)
        self.assertEqual(self._state(), ("answered", 4))
        self.assertEqual(self.row.comment, "Good <b>")
        self._post(nonce=nonce, score="1")
        self.assertEqual(self._state(), ("answered", 4))

    def test_scanner(self):
        """Looking at it often, and sending the form as it stands: nothing is kept."""
        for _number in range(3):
            page = self._get()
        self.assertIn('name="nonce"', page.text)
        self.assertIn('value=""', page.text)
        for data in ({}, {"nonce": ""}, {"nonce": self.token}):
            answer = self._post(**data)
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self._state(), ("asked", 0))
        # it is still the person's to answer
        self._post(nonce=NONCE.search(self._get().text)[1])
        self.assertEqual(self._state(), ("answered", 4))

    def test_one_neutral_page(self):
        """Unknown, used, expired, taken back: the same words and status."""
        nonce = NONCE.search(self._get().text)[1]
        used = self._post(nonce=nonce)
        pages = [
            used,
            self._get(),
            self._get(tokens.make_token()),
            self._get("x"),
            self._post("x", nonce=nonce),
            self._post(),
        ]
        for values in (
            {"state": "expired", "score": 0},
            {"state": "closed"},
            {"state": "asked", "date_expire": "2020-01-01"},
        ):
            self.row.write(values)
            self.env.flush_all()
            pages.append(self._get())
        texts = {(page.status_code, self._strip(page.text)) for page in pages}
        self.assertEqual(len(texts), 1, texts)

    def test_equal_work(self):
        """Case 64: unknown, used, expired: the same statements, the same bytes.

        What is compared is work, not milliseconds: the length of the token that a
        session is given is fixed.
        """
        links = {"used": self.token}
        nonce = NONCE.search(self._get().text)[1]
        self._post(nonce=nonce)
        for name, values in (
            ("expired", {"state": "expired"}),
            ("late", {"state": "asked", "date_expire": "2020-01-01"}),
            ("closed", {"state": "closed"}),
        ):
            row = self._create_row()
            links[name] = row._ask(datetime(2100, 1, 1)).rsplit("/", 1)[1]
            row.write(values)
        links["unknown"] = tokens.make_token()
        self.env.flush_all()
        self.row.write({"date_answered": "2020-01-01"})
        work = {}
        for name, token in links.items():
            for _warm in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                with self._listen() as shown:
                    page = self._get(token)
                with self._listen() as sent:
                    answer = self._post(token, nonce=nonce)
            work[name] = (
                shown,
                sent,
                page.status_code,
                self._mask(page),
                self._mask(answer),
                sorted(page.headers),
            )
        for name, done in work.items():
            for place, part in enumerate(done):
                self.assertEqual(part, work["unknown"][place], (name, place))

    @contextmanager
    def _listen(self):
        """The statements that are run meanwhile, without their values."""
        heard = []
        execute = Cursor.execute

        def listen(cursor, query, params=None, log_exceptions=True):
            code = query.code if isinstance(query, SQL) else query
            heard.append(str(code))
            return execute(cursor, query, params, log_exceptions)

        with patch.object(Cursor, "execute", listen):
            yield heard

    def _mask(self, page):
        """The bytes of a page, without what is drawn anew for each session."""
        return re.sub(rb'csrf_token: "[^"]*"|"[0-9a-f]{40}o[0-9]+"', b"", page.content)

    def _strip(self, text):
        text = re.sub(r"<head>.*?</head>", "", text, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()

    def test_colleague_sees_a_preview(self):
        """Whichever link it is; and a colleague's answer is not kept."""
        nonce = NONCE.search(self._get().text)[1]
        self.salesperson_a.password = "salesperson_a"
        self.authenticate("salesperson_a", "salesperson_a")
        page = self._get()
        self.assertNotIn("data-nonce", page.text)
        self.assertNotIn(self.token, page.text.split("<body")[1])
        self.assertIn("disabled", page.text)
        self.assertEqual(
            self._strip(page.text), self._strip(self._get(tokens.make_token()).text)
        )
        self._post(nonce=nonce)
        self.assertEqual(self._state(), ("asked", 0))

    def test_longest_link(self):
        self.assertEqual(self._get("y" * 1000).status_code, 200)
        self.assertEqual(self._get("%00").status_code, 200)


@tagged("post_install", "-at_install")
class TestSatisfactionPress(SatisfactionPageCommon):
    """Case 63: in a browser, what a program does on the page is not an answer."""

    def _visit(self, act):
        """Open the link, and do something on its page.

        :param act: function of the browser
        """

        def wait(browser, *_unused, **_more):
            act(browser)

        with patch.object(common.ChromeBrowser, "_wait_code_ok", wait):
            self.browser_js(f"/satisfaction/{self.token}", "", IS_READY)

    def _run(self, browser, code):
        """The value of an expression on the page."""
        params = {"expression": code, "returnByValue": True}
        answer = browser._websocket_request("Runtime.evaluate", params=params)
        self.assertNotIn("exceptionDetails", answer, code)
        return answer["result"].get("value")

    def _wait_for(self, browser, code):
        for _attempt in range(200):
            if self._run(browser, code):
                return
            time.sleep(0.05)
        self.fail(f"Never true on the page: {code}")

    def _press(self, browser, selector):
        """A press that the browser takes for one of a person."""
        x, y = self._run(
            browser,
            f"""(() => {{
                const target = {FORM}.querySelector({selector!r});
                target.scrollIntoView({{block: "center", behavior: "instant"}});
                const box = target.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()""",
        )
        for kind in ("mousePressed", "mouseReleased"):
            browser._websocket_request(
                "Input.dispatchMouseEvent",
                params={
                    "type": kind,
                    "x": x,
                    "y": y,
                    "button": "left",
                    "clickCount": 1,
                },
            )

    def _type(self, browser, key, text=""):
        for kind in ("keyDown", "keyUp"):
            params = {"type": kind, "key": key, "code": key}
            if text and kind == "keyDown":
                params["text"] = text
            browser._websocket_request("Input.dispatchKeyEvent", params=params)

    def test_program(self):
        """Events made by a script fill in no nonce: the form stays where it is."""

        def act(browser):
            self._run(
                browser,
                f"""(() => {{
                    const form = {FORM};
                    const button = form.querySelector("button[type=submit]");
                    form.elements.score[0].click();
                    const made = {{bubbles: true, key: "Enter"}};
                    for (const target of [form, button]) {{
                        target.dispatchEvent(new PointerEvent("pointerdown", made));
                        target.dispatchEvent(new KeyboardEvent("keydown", made));
                    }}
                    button.click();
                    form.requestSubmit(button);
                }})()""",
            )
            self.assertEqual(self._run(browser, f"{FORM}.elements.score.value"), "5")
            self.assertEqual(self._run(browser, f"{FORM}.elements.nonce.value"), "")

        self._visit(act)
        self.assertEqual(self._state(), ("asked", 0))

    def test_program_sends_past_the_script(self):
        """The form leaves without a nonce: thanked like everybody, nothing is kept."""

        def act(browser):
            self._run(
                browser, f"{FORM}.elements.score[0].checked = true; {FORM}.submit()"
            )
            self._wait_for(browser, "location.pathname.endsWith('/answer')")

        self._visit(act)
        self.assertEqual(self._state(), ("asked", 0))

    def test_mouse(self):
        def act(browser):
            self._press(browser, "input[name=score][value='4']")
            self._press(browser, "button[type=submit]")
            self._wait_for(browser, "location.pathname.endsWith('/answer')")

        self._visit(act)
        self.assertEqual(self._state(), ("answered", 4))

    def test_keys(self):
        """Without a mouse: the space bar chooses, Enter sends."""

        def act(browser):
            self._run(browser, f"{FORM}.elements.score[3].focus()")
            self._type(browser, " ", " ")
            self._run(browser, f"{FORM}.querySelector('button[type=submit]').focus()")
            self._type(browser, "Enter", "\r")
            self._wait_for(browser, "location.pathname.endsWith('/answer')")

        self._visit(act)
        self.assertEqual(self._state(), ("answered", 2))
