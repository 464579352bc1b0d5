"""A PostgreSQL server of the fault runs' own, and the databases in it.

Would catch: a fault that only a server of PostgreSQL that dies brings: it is the one
that the fault runs kill.

Killing a process of PostgreSQL restarts the whole server, so that nobody else may use
it: it lives in a work folder of its own and is stopped at the end of the run.
"""

import fcntl
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
MARK = "SPM_FAULT_CLUSTER"
SHARED_PARTS = ("venv", "odoo", "node")
WAIT_SECONDS = 60
# As on a real server: what was committed before a crash is there after it.
# A standby may follow it.
OPTIONS = (
    "-c wal_level=replica -c synchronous_commit=on -c full_page_writes=on"
    " -c max_wal_senders=4"
)


def is_own_cluster():
    """Tell whether the server may be crashed: only this run uses it."""
    return bool(os.environ.get(MARK))


def run_in_own_cluster(program, arguments):
    """Run a program again with a PostgreSQL server of its own, then stop the server.

    :return: int, the exit code
    """
    shared = Path(os.environ["SPM_WORK"])
    work = shared / "faults"
    work.mkdir(exist_ok=True)
    for name in SHARED_PARTS:
        link = work / name
        if not link.is_symlink() and (shared / name).exists():
            link.symlink_to(Path("..") / name)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") and name != "ODOO_RC"
    } | {"SPM_WORK": str(work), "SPM_POSTGRES_OPTIONS": OPTIONS, MARK: "1"}
    with (work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another fault run is going on: waiting for it", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return subprocess.run(
                [SCRIPTS / "odoo", "--python", program, *arguments],
                check=False,
                env=environment,
            ).returncode
        finally:
            subprocess.run([SCRIPTS / "postgres", "stop"], check=True, env=environment)


def run_script(*command):
    """Run one of the project's scripts silently; a failure ends the run."""
    done = subprocess.run(
        [SCRIPTS / command[0], *command[1:]],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def create_database(name):
    """A new database with the addons."""
    run_script("database", "create", name)


def copy_database(source, target):
    """An identical copy; nobody may be connected to the source."""
    drop_database(target)
    subprocess.run(["createdb", "--template", source, target], check=True)
    execute(target, f"COMMENT ON DATABASE \"{target}\" IS 'made by scripts/database'")


def drop_database(name):
    """Drop a database of this run, if it is there."""
    run_script("database", "drop", name)


@contextmanager
def connect(database):
    """A connection of its own that sees everything committed so far."""
    give_up_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection = psycopg2.connect(dbname=database)
            break
        except psycopg2.OperationalError:
            # the server comes back after a crash
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def execute(database, query, parameters=None):
    """The rows of a query; also while the server restarts after a crash.

    :return: list of tuples, empty for a statement without rows
    """
    give_up_at = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with connect(database) as connection, connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)
