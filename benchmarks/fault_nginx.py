"""nginx in front of two Odoo servers, and browsers that listen through it.

Would catch: a notice that does not reach the browser of somebody whose websocket
another server holds.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import websocket
from fault_servers import find_free_port

TEMPLATE = Path(__file__).parent / "nginx.conf"
# A server that starts answers when it has loaded the database.
OPEN_SECONDS = 90
PLACES = ("/usr/sbin", "/usr/local/sbin")
WEBSOCKET = "/websocket"


class Proxy:
    """nginx with ``nginx.conf``, for as long as the context lasts."""

    def __init__(self, servers):
        path = os.pathsep.join((os.environ["PATH"], *PLACES))
        self.program = shutil.which("nginx", path=path)
        if not self.program:
            sys.exit("nginx is missing: scripts/setup_environment --proxy")
        self.folder = Path(tempfile.mkdtemp(prefix="spm-nginx-"))
        self.port = find_free_port()
        values = {
            "FOLDER": self.folder,
            "PORT": self.port,
            "USER": "user root;" if os.geteuid() == 0 else "",
        }
        for number, server in enumerate(servers, 1):
            values[f"HTTP_{number}"] = server.port
            values[f"GEVENT_{number}"] = server.gevent_port
        text = TEMPLATE.read_text("utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        (self.folder / "nginx.conf").write_text(text, "utf-8")

    def __enter__(self):
        errors = self.folder / "error.log"
        self.process = subprocess.Popen(
            [self.program, "-p", self.folder, "-c", self.folder / "nginx.conf"]
            + ["-e", errors],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(1)
        if self.process.poll() is not None:
            sys.exit(f"nginx does not start:\n{errors.read_text('utf-8')}")
        return self

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def count(self):
        """What nginx wrote down.

        :return: dict of the numbers of ``requests``, of those that were ``passed_on``
            to the other server, of those whose answer was ``lost``, and of
            ``websockets`` for which no server was found
        """
        rows = (self.folder / "access.log").read_text("utf-8").splitlines()
        failed = [row for row in rows if row.split()[1] in ("502", "504")]
        websockets = sum(row.split()[3] == WEBSOCKET for row in failed)
        return {
            "requests": len(rows),
            "passed_on": sum(", " in row for row in rows),
            "lost": len(failed) - websockets,
            "websockets": websockets,
        }


class Listener(threading.Thread):
    """A browser's websocket, opened again whenever it is closed.

    :param int port: of a proxy, or of one server's own
    :param connection: fault_servers.Connection of whoever is logged in
    """

    def __init__(self, port, connection):
        super().__init__(daemon=True)
        self.port = port
        self.cookies = next(
            handler.cookiejar
            for handler in connection.opener.handlers
            if hasattr(handler, "cookiejar")
        )
        self.version = connection.rpc.json("/web/session/get_session_info", {})[
            "result"
        ]["websocket_worker_version"]
        self.last = 0
        self.opened = 0
        self.messages = []
        self.is_over = False
        self.is_open = threading.Event()

    def run(self):
        while not self.is_over:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self.listen()
            self.is_open.clear()
            time.sleep(0.5)

    def listen(self):
        cookies = "; ".join(f"{item.name}={item.value}" for item in self.cookies)
        host = f"127.0.0.1:{self.port}"
        channel = websocket.create_connection(
            f"ws://{host}{WEBSOCKET}?version={self.version}",
            cookie=cookies,
            origin=f"http://{host}",
            timeout=OPEN_SECONDS,
        )
        channel.settimeout(1)
        with contextlib.closing(channel):
            data = {"channels": [], "last": self.last}
            channel.send(json.dumps({"event_name": "subscribe", "data": data}))
            self.opened += 1
            self.is_open.set()
            while not self.is_over:
                try:
                    received = channel.recv()
                except websocket.WebSocketTimeoutException:
                    continue
                if not received:
                    return
                for row in json.loads(received):
                    self.last = max(self.last, row.get("id", 0))
                    self.messages.append((time.monotonic(), json.dumps(row["message"])))

    def wait_for(self, text, since, seconds=10):
        """Wait for a message that contains a text.

        :param float since: a moment; the bus also brings the last minute again
        :return: float, the moment when the first one came; None if it did not come
        """
        finish_by = time.monotonic() + seconds
        while time.monotonic() < finish_by:
            for moment, message in list(self.messages):
                if moment > since and text in message:
                    return moment
            time.sleep(0.05)
        return None

    def close(self):
        self.is_over = True
        self.join(5)
