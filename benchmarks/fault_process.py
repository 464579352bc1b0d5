"""Odoo processes that work and can be killed, and the faults that hit them.

Would catch: work that is not safe to be killed: it brings a SIGKILL at any point of a
transaction.

A process is forked from one that has loaded Odoo, as the workers of a server are. It
opens its own connection and knows nothing of the others.
"""

import os
import signal
import sys
import tempfile
import time
import traceback

from fault_cluster import execute, is_own_cluster

import odoo.netsvc
import odoo.sql_db
import odoo.tools
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

IN_TRANSACTION = """
    SELECT pid, backend_xid IS NOT NULL
      FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = %s
       AND xact_start IS NOT NULL
"""
KILL, CUT, CRASH = "process killed", "connection cut", "PostgreSQL crashed"


def configure_odoo():
    """Let Odoo read the settings of the environment and say errors only."""
    odoo.tools.config.parse_config(["--no-http", "--log-level=error"])
    odoo.netsvc.init_logger()


class Worker:
    """A process that does a piece of work in a database and commits it.

    :param str database: its name; the registry is loaded before the first fork
    :param work: a function of an environment
    :param moment: what the database's clock tells the process, or the real time
    """

    def __init__(self, database, work, moment=None):
        Registry(database)
        odoo.sql_db.close_all()
        # a file of nobody: whatever is said before a kill is kept
        self.output = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.status = None
        self.is_disturbed = False
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            self._work(database, work, moment)

    def _work(self, database, work, moment):
        status = 1
        try:
            os.dup2(self.output.fileno(), 1)
            os.dup2(self.output.fileno(), 2)
            if moment:
                odoo.sql_db.BaseCursor.now = lambda cursor: moment
            # the connection carries the number of the process
            with odoo.sql_db.db_connect(database).cursor() as cr:
                work(api.Environment(cr, SUPERUSER_ID, {}))
                cr.commit()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            # without the exit handlers of the process it was forked from
            os._exit(status)

    def poll(self):
        """The exit status, None while it works."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def wait(self):
        """Wait for the end.

        :return: int, the exit status
        """
        if self.status is None:
            self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.status

    def signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def read_output(self):
        """What it printed and logged."""
        self.output.seek(0)
        return self.output.read()


def run_alone(database, work, moment=None):
    """Do a piece of work in a process that nobody disturbs; a failure ends the run."""
    worker = Worker(database, work, moment)
    if worker.wait():
        sys.exit(f"Failed undisturbed:\n{worker.read_output()[-3000:]}")


def strike(database, worker, chance):
    """Hit a worker if it is in the middle of a transaction.

    It stands still while one looks, so that a hit is a hit.

    :return: ``(fault, bool whether it had written)``, or None if it was not working
    """
    worker.signal(signal.SIGSTOP)
    try:
        rows = execute(database, IN_TRANSACTION, [f"odoo-{worker.pid}"])
        if not rows or worker.poll() is not None:
            return None
        backend, has_written = rows[0]
        faults = [KILL, KILL, CUT, CRASH] if is_own_cluster() else [KILL, CUT]
        fault = chance.choice(faults)
        if fault == KILL:
            worker.signal(signal.SIGKILL)
        elif fault == CUT:
            execute(database, "SELECT pg_terminate_backend(%s)", [backend])
        else:
            os.kill(backend, signal.SIGKILL)
            # until PostgreSQL has noticed; connections are refused after that
            time.sleep(0.2)
        worker.is_disturbed = True
        return fault, has_written
    finally:
        worker.signal(signal.SIGCONT)
