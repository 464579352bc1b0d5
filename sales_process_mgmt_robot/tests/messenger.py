# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A server on this machine that answers as the three messengers do."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "key-of-the-group", "SEC-of-the-robot"


def sign(key, text):
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Handler(BaseHTTPRequestHandler):
    """Paths and answers are those of the manuals; a later answer may be set."""

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.server.seen.append(("GET", self.path))
        self._answer(200, {})

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length))
        self.server.bodies.append(body)
        self.server.seen.append(("POST", self.path, self.headers.get("Host")))
        if self.server.next:
            status, answer, headers = self.server.next.pop(0)
            return self._answer(status, answer, headers)
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answer = {
            "/cgi-bin/webhook/send": self._wecom,
            "/robot/send": self._dingtalk,
            f"/open-apis/bot/v2/hook/{KEY}": self._feishu,
        }[parts.path](query, body)
        return self._answer(200, answer)

    def _wecom(self, query, body):
        if query.get("key") != KEY:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        if body["msgtype"] != "markdown" or not body["markdown"]["content"]:
            return {"errcode": 40008, "errmsg": "invalid message type"}
        if len(body["markdown"]["content"].encode()) > 4096:
            return {"errcode": 40058, "errmsg": "markdown.content exceed max length"}
        return {"errcode": 0, "errmsg": "ok"}

    def _dingtalk(self, query, body):
        if query.get("access_token") != KEY:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        moment = query.get("timestamp", "")
        if len(moment) != 13:
            return {"errcode": 310000, "errmsg": "invalid timestamp"}
        if query.get("sign") != sign(SECRET, f"{moment}\n{SECRET}"):
            return {"errcode": 310000, "errmsg": "sign not match"}
        if not body["markdown"]["title"] or not body["markdown"]["text"]:
            return {"errcode": 40035, "errmsg": "missing parameter"}
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, query, body):
        moment = body.get("timestamp", "")
        wanted = sign(f"{moment}\n{SECRET}", "")
        if len(moment) != 10 or body.get("sign") != wanted:
            return {
                "code": 19021,
                "msg": "sign match fail or timestamp is not within one hour",
            }
        if body["msg_type"] != "text" or not body["content"]["text"]:
            return {"code": 9499, "msg": "Bad Request", "data": {}}
        return {
            "StatusCode": 0,
            "StatusMessage": "success",
            "code": 0,
            "msg": "success",
        }

    def _answer(self, status, answer, headers=()):
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Messenger(ThreadingHTTPServer):
    """``bodies`` came; ``next`` are the next ``(status, answer, headers)``."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.bodies, self.seen, self.next = [], [], []
        self.thread = threading.Thread(target=self.serve_forever, daemon=True)
        self.thread.start()

    def get_address(self, kind):
        path = {
            "wecom": f"/cgi-bin/webhook/send?key={KEY}",
            "dingtalk": f"/robot/send?access_token={KEY}",
            "feishu": f"/open-apis/bot/v2/hook/{KEY}",
        }[kind]
        return f"http://127.0.0.1:{self.server_address[1]}{path}"

    def stop(self):
        self.shutdown()
        self.server_close()
        self.thread.join(5)
