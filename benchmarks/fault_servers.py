"""A database, Odoo servers on it and their clients, for the programs that disturb.

Would catch: a server that hangs, or answers by a traceback, under the load of the
programs that use it.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError

import odoorpc
import psycopg2

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
# What Odoo shows as a sentence; anything else is a dialog with a traceback.
SENTENCES = (
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.addons.sales_process_mgmt.exceptions.CustomerOwnedError",
    "odoo.addons.sales_process_mgmt.exceptions.LookupLimitError",
)
RECORD = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ (?P<level>[A-Z]+) ")
RETRY = re.compile(r"odoo\.(service\.model|http): .* tries left, try again in")
GAVE_UP = "maximum number of tries reached"
# Odoo logs each of them as a bad query before it repeats the request, or before the
# constraint becomes a sentence.
HARMLESS = re.compile(
    r"odoo\.sql_db: bad query.*(could not serialize access|deadlock detected"
    r"|could not obtain lock|duplicate key value violates unique constraint)",
    re.DOTALL,
)


class Database:
    """A database of our own, seen from outside Odoo."""

    def __init__(self, name):
        self.name = name

    def execute(self, query, parameters=None, database=None):
        """The rows of a query, on a connection that sees everything so far."""
        connection = psycopg2.connect(dbname=database or self.name)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def make(self, setup, **settings):
        """Create the database anew and fill it, see :meth:`fill`."""
        subprocess.run(
            [SCRIPTS / "database", "create", self.name],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.fill(setup, **settings)

    def fill(self, setup, **settings):
        """Run a setup file in Odoo's shell.

        :param Path setup: prints READY when it has done its work
        :param settings: environment variables for it
        """
        done = subprocess.run(
            [SCRIPTS / "odoo", "shell", "-d", self.name, "--no-http"]
            + ["--log-level=error"],
            input=f"exec({setup.read_text('utf-8')!r})\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | settings,
            check=False,
            text=True,
        )
        if "READY" not in done.stdout:
            sys.exit(f"The database could not be filled:\n{done.stdout[-3000:]}")

    def trigger_crons(self):
        """Let the scheduled actions of the sales process run at once."""
        self.execute(
            """
            INSERT INTO ir_cron_trigger (cron_id, call_at)
                 SELECT res_id, now() AT TIME ZONE 'UTC'
                   FROM ir_model_data
                  WHERE model = 'ir.cron' AND starts_with(module, 'sales_process_mgmt')
            """
        )
        self.execute("SELECT pg_notify('cron_trigger', %s)", [self.name], "postgres")


class Server:
    """One Odoo server, a process of its own with its own port and log.

    :param Database database: which it serves
    :param int number: in the name of its log
    :param int workers: processes for requests; 0: threads
    :param options: further ones, for its command line
    """

    def __init__(self, database, number, workers, options=()):
        self.database = database.name
        self.port, self.gevent_port = find_free_port(), find_free_port()
        logs = Path(os.environ["SPM_WORK"]) / "logs"
        self.log = logs / f"{database.name}-server-{number}.log"
        self.log.unlink(missing_ok=True)
        self.options = [f"--workers={workers}", "--max-cron-threads=1", *options]
        self.start()

    def start(self):
        """Start it, or start it again on the same ports, with the same log."""
        self.process = subprocess.Popen(
            [SCRIPTS / "odoo", "-d", self.database, "--no-database-list"]
            + ["--http-interface=127.0.0.1", f"--http-port={self.port}"]
            + [f"--gevent-port={self.gevent_port}", f"--logfile={self.log}"]
            + self.options,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self):
        """Wait until it answers."""
        finish_by = time.monotonic() + 120
        while time.monotonic() < finish_by and self.process.poll() is None:
            try:
                return Connection(self.port)
            except (URLError, OSError, odoorpc.error.RPCError):
                time.sleep(0.5)
        sys.exit(f"A server does not answer; its log: {self.log}")

    def kill(self):
        """End all its processes at once, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """End it as an operator does.

        :return: bool, whether it ended by itself, and well
        """
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60) == 0
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False

    def read_log(self):
        """What the log tells.

        :return: dict of the numbers of ``retries``, of requests that ``gave_up`` and
            of ``harmless`` errors, and the list of the other ``errors``
        """
        told = {"retries": 0, "gave_up": 0, "harmless": 0, "errors": []}
        for record in split_records(self.log.read_text("utf-8", "replace")):
            told["retries"] += bool(RETRY.search(record))
            told["gave_up"] += GAVE_UP in record
            level = RECORD.match(record)
            if level and level["level"] in ("ERROR", "CRITICAL"):
                if HARMLESS.search(record):
                    told["harmless"] += 1
                else:
                    told["errors"].append(record)
            elif "Traceback (most recent call last)" in record:
                told["errors"].append(record)
        return told


def split_records(text):
    """The records of a log, each with the lines that belong to it."""
    records = []
    for line in text.splitlines():
        if RECORD.match(line) or not records:
            records.append([line])
        else:
            records[-1].append(line)
    return ["\n".join(lines) for lines in records]


def find_free_port():
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


class Connection:
    """Somebody's browser: one session, which every server of the database knows."""

    def __init__(self, port, opener=None, timeout=180):
        self.opener = opener or urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(CookieJar()),
        )
        self.rpc = odoorpc.ODOO(
            "127.0.0.1", port=port, timeout=timeout, opener=self.opener
        )

    def log_in(self, database, login):
        """Log in with the login as password.

        :return: id of the user
        """
        answer = self.rpc.json(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": login},
        )
        return answer["result"]["uid"]

    def call(self, model, method, *args, **kwargs):
        """Call a method the way the web client does."""
        answer = self.rpc.json(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )
        return answer.get("result")


class Journal:
    """What became of every request."""

    def __init__(self):
        self.lock = threading.Lock()
        self.requests = []
        self.sentences = {}
        self.failures = []

    def measure(self, kind, function, *args, **kwargs):
        """Call something and write down how it went.

        :return: ``(outcome, answer or sentence)``; the outcome is ``ok``,
            ``sentence`` or ``failure``
        """
        started = time.monotonic()
        outcome, answer = attempt(function, *args, **kwargs)
        seconds = time.monotonic() - started
        with self.lock:
            self.requests.append((kind, seconds, outcome, started))
            if outcome == "sentence":
                # numbers, dates and names apart, it is the same sentence
                key = kind, re.sub(r"\d+", "#", answer)[:110]
                self.sentences[key] = self.sentences.get(key, 0) + 1
            elif outcome == "failure":
                self.failures.append(f"{kind}: {answer}")
        return outcome, answer

    def count_sentences(self, kind, text):
        """How often requests whose kind begins so were answered by such a sentence."""
        return sum(
            count
            for (of_kind, sentence), count in self.sentences.items()
            if of_kind.startswith(kind) and text in sentence
        )

    def print_table(self, seconds):
        """Requests by kind, what became of them and how long they took."""
        print(
            f"    {'request':26}{'number':>8}{'ok':>8}{'sentence':>10}{'failure':>9}"
            f"{'median ms':>11}{'95 % ms':>10}"
        )
        for kind in [*sorted({row[0] for row in self.requests}), "all"]:
            rows = [row for row in self.requests if kind in (row[0], "all")]
            outcomes = [row[2] for row in rows]
            print(
                f"    {kind:26}{len(rows):8}{outcomes.count('ok'):8}"
                f"{outcomes.count('sentence'):10}{outcomes.count('failure'):9}"
                f"{percentile(rows, 0.5):11,.0f}{percentile(rows, 0.95):10,.0f}"
            )
        print(f"    {len(self.requests) / seconds:.1f} requests per second")
        print("    sentences:")
        for (kind, text), count in sorted(self.sentences.items()):
            print(f"        {count:6} x {kind}: {text}")


def percentile(rows, share):
    """Milliseconds within which a share of the requests was answered."""
    times = sorted(row[1] for row in rows)
    return 1000 * times[min(int(len(times) * share), len(times) - 1)] if times else 0


def attempt(function, *args, **kwargs):
    """Call something; tell a sentence for the user from everything else."""
    try:
        return "ok", function(*args, **kwargs)
    except odoorpc.error.RPCError as error:
        data = (error.info or {}).get("data", {})
        message = data.get("message") or str(error)
        if data.get("name") in SENTENCES:
            return "sentence", message
        return "failure", f"{data.get('name')}: {message}\n{data.get('debug', '')}"
    except (OSError, ValueError, odoorpc.error.InternalError) as error:
        return "failure", f"{type(error).__name__}: {error}"


def check_ledger(database):
    """Run ``scripts/check_ledger.py``.

    :return: bool, and what it printed
    """
    checked = subprocess.run(
        [sys.executable, SCRIPTS / "check_ledger.py", database.name],
        check=False,
        capture_output=True,
        text=True,
    )
    return checked.returncode == 0, checked.stdout
