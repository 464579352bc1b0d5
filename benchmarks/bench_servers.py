#!/usr/bin/env python3
"""Measure what 1, 2 and 4 servers and job workers do on one PostgreSQL.

Would catch: a lock or a query by which more servers bring no more requests: what waits
then are the processes of PostgreSQL, not those of Odoo.

    make bench-servers ARGS="[--servers 1 2 4] [--jobs 1 2 4] [--seconds 25]"

People send the requests of everyday work (half of them read), one after the other,
two for each worker of a server: they never wait, so that the servers are always busy.
Then job workers share a release of customers that are due.

For each number it prints requests or customers per second, lost races, and where the
time went: the processor time of Odoo and of PostgreSQL per request, how busy the whole
machine was, what the sessions of PostgreSQL waited for when one looked at them ten
times a second. From the processor times it computes what 100 servers would need. All
of it takes about five minutes.
"""

import argparse
import os
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import fault_release
import psutil
from fault_cluster import copy_database, create_database, drop_database, execute
from fault_process import Worker, configure_odoo, run_alone
from fault_proxy import Colleague
from fault_servers import Database, Journal, Server, percentile

from odoo.modules.registry import Registry

DATABASE = os.environ.get("DB") or "spm_bench_servers"
JOB_BATCH = 200
WARM_UP_SECONDS = 5
CLIENTS_OF_A_WORKER = 2
READING = ("open the home", "open the list", "read own leads")
WAITS = """
    SELECT pid, CASE WHEN state = 'active'
                THEN COALESCE(wait_event_type || ' ' || wait_event, 'working')
                ELSE 'idle in a transaction' END
      FROM pg_stat_activity
     WHERE datname = %s AND pid <> pg_backend_pid()
       AND state IN ('active', 'idle in transaction')
"""
# The organisation of which the documents speak
SERVERS, CORES, BUSY = 100, 8, 0.6
REQUEST_SECONDS = 10


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--servers", nargs="*", type=int, default=[1, 2, 4])
    parser.add_argument("--jobs", nargs="*", type=int, default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=25, help="for each number")
    parser.add_argument("--workers", type=int, default=2, help="of each server")
    parser.add_argument("--customers", type=int, default=1500)
    parser.add_argument("--due", type=int, default=3000, help="of the job workers")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Everybody(Colleague):
    """Nobody thinks, and nobody leads."""

    work = Colleague.work | {"open_list": 30, "open_home": 25}


class Gauge(threading.Thread):
    """What processes and sessions do while something is measured.

    :param str database: whose sessions
    :param processes: psutil.Process that began Odoo, each with its children
    """

    def __init__(self, database, processes):
        super().__init__(daemon=True)
        self.database = database
        self.processes = processes
        self.waits = Counter()
        self.sessions = {}
        self.looks = 0
        self.is_over = threading.Event()

    def __enter__(self):
        self.begun = time.monotonic()
        self.odoo, self.postgres = self._read_odoo(), self._read_postgres()
        self.machine = self._read_machine()
        self.start()
        return self

    def __exit__(self, *exception):
        self.is_over.set()
        self.join()
        self.seconds = time.monotonic() - self.begun
        self.odoo = self._subtract(self._read_odoo(), self.odoo)
        now = self.sessions | self._read_postgres()
        self.postgres = self._subtract(now, self.postgres)
        worked, passed = (
            now - before
            for now, before in zip(self._read_machine(), self.machine, strict=True)
        )
        self.busy = worked / passed

    def run(self):
        while not self.is_over.wait(0.1):
            self.looks += 1
            rows = execute(self.database, WAITS, [self.database])
            self.waits.update(name for _pid, name in rows)
            # a session may end before the others do
            for pid, _name in rows:
                with suppress(psutil.Error):
                    self.sessions[pid] = self._read_time(psutil.Process(pid))

    def show_waits(self):
        """How many sessions did what, on the average of all looks."""
        return ", ".join(
            f"{name} {count / max(self.looks, 1):.1f}"
            for name, count in self.waits.most_common(6)
        )

    def _read_odoo(self):
        found = {}
        for process in self.processes:
            for child in (process, *process.children(recursive=True)):
                found[child.pid] = self._read_time(child)
        return found

    def _read_postgres(self):
        return {
            process.pid: self._read_time(process)
            for process in psutil.process_iter(["cmdline"])
            if (words := " ".join(process.info["cmdline"] or ()).split())
            and words[0] == "postgres:"
            and self.database in words
        }

    @staticmethod
    def _read_time(process):
        try:
            times = process.cpu_times()
        except psutil.Error:
            return 0
        return times.user + times.system

    @staticmethod
    def _subtract(now, before):
        return sum(seconds - before.get(pid, 0) for pid, seconds in now.items())

    @staticmethod
    def _read_machine():
        times = psutil.cpu_times()
        return sum(times) - times.idle - times.iowait, sum(times)


def measure_servers(arguments, database, number):
    """Let people work on so many servers.

    :return: dict of figures
    """
    servers = [
        Server(database, place + 1, arguments.workers, ["--max-cron-threads=0"])
        for place in range(number)
    ]
    journal = Journal()
    try:
        for server in servers:
            server.wait()
        people = [
            Everybody(place, [server.port], arguments, journal, False)
            for place, server in enumerate(
                servers * arguments.workers * CLIENTS_OF_A_WORKER
            )
        ]
        for person in people:
            person.log_in(database.name)
        seconds = WARM_UP_SECONDS + arguments.seconds
        for person in people:
            person.finish_by = time.monotonic() + seconds
            person.start()
        time.sleep(WARM_UP_SECONDS)
        processes = [psutil.Process(server.process.pid) for server in servers]
        with Gauge(database.name, processes) as gauge:
            begun = time.monotonic()
            time.sleep(arguments.seconds - 1)
        rows = [row for row in journal.requests if row[3] >= begun]
        rows = [row for row in rows if row[3] + row[1] <= begun + gauge.seconds]
        for person in people:
            person.join()
    finally:
        for server in servers:
            server.stop()
    logs = [server.read_log() for server in servers]
    return {
        "number": number,
        "clients": len(people),
        "rate": len(rows) / gauge.seconds,
        "median": percentile(rows, 0.5),
        "slow": percentile(rows, 0.95),
        "failures": len(journal.failures),
        "errors": sum(len(log["errors"]) for log in logs),
        "retries": sum(log["retries"] for log in logs),
        "gave_up": sum(log["gave_up"] for log in logs),
        "reading": sum(row[0] in READING for row in rows) / max(len(rows), 1),
        "odoo": 1000 * gauge.odoo / max(len(rows), 1),
        "postgres": 1000 * gauge.postgres / max(len(rows), 1),
        "busy": gauge.busy,
        "waits": gauge.show_waits(),
    }


def release(env):
    """What a job does, in batches of which there are enough for all."""
    from odoo.addons.sales_process_mgmt.models import sales_process_retry

    sales_process_retry.BATCH_SIZE = JOB_BATCH
    env["sales.process.release"]._cron_release()


def measure_jobs(original, number):
    """Let so many workers share a release.

    :return: dict of figures
    """
    database = f"{original}_{number}"
    copy_database(original, database)
    moment = fault_release.get_moment(database)
    due = execute(database, fault_release.REMAINING)[0][0]
    before = execute(
        database,
        "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()",
    )[0][0]
    # not part of the work
    Registry(database)
    begun = time.monotonic()
    workers = [Worker(database, release, moment) for _place in range(number)]
    with Gauge(database, ()) as gauge:
        while any(worker.poll() is None for worker in workers):
            time.sleep(0.05)
    seconds = time.monotonic() - begun
    rest = execute(database, fault_release.REMAINING)[0][0]
    time.sleep(1)
    rollbacks = (
        execute(
            database,
            "SELECT xact_rollback FROM pg_stat_database"
            " WHERE datname = current_database()",
        )[0][0]
        - before
    )
    failed = [worker.read_output()[-500:] for worker in workers if worker.status]
    Registry.delete(database)
    drop_database(database)
    return {
        "number": number,
        "rate": (due - rest) / seconds,
        "seconds": seconds,
        "rest": rest,
        "failed": failed,
        "rollbacks": rollbacks,
        "postgres": gauge.postgres / seconds,
        "busy": gauge.busy,
        "waits": gauge.show_waits(),
    }


def print_servers(rows):
    print(
        "| servers | people | requests/s | median, 95 % ms | lost races: repeated, "
        "given up | Odoo ms/request | PostgreSQL ms/request | machine busy |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        print(
            f"| {row['number']} | {row['clients']} | {row['rate']:.1f} "
            f"| {row['median']:,.0f}, {row['slow']:,.0f} "
            f"| {row['retries']}, {row['gave_up']} | {row['odoo']:.1f} "
            f"| {row['postgres']:.1f} | {row['busy']:.0%} |"
        )
    print("\nSessions of PostgreSQL, on the average:")
    for row in rows:
        print(f"- {row['number']} servers: {row['waits']}")


def print_jobs(rows):
    print(
        "| job workers | customers/s | seconds | cores of PostgreSQL | rolled back | "
        "machine busy |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in rows:
        print(
            f"| {row['number']} | {row['rate']:,.0f} | {row['seconds']:.1f} "
            f"| {row['postgres']:.2f} | {row['rollbacks']} | {row['busy']:.0%} |"
        )
    print()
    for row in rows:
        print(f"- {row['number']} job workers: {row['waits']}")
    print(flush=True)


def print_need(row, workers):
    """What 100 servers would need, computed from the processor time of a request."""
    rate = SERVERS * CORES * BUSY * 1000 / row["odoo"]
    cores = rate * row["postgres"] / 1000 / BUSY
    sessions = SERVERS * (2 * CORES + 1 + 2 + 2)
    print(
        f"\n{SERVERS} servers of {CORES} cores, {BUSY:.0%} busy, computed from "
        f"{row['odoo']:.1f} ms of Odoo and {row['postgres']:.1f} ms of PostgreSQL a "
        f"request ({row['number']} servers, {workers} workers each):\n\n"
        f"| what | how many |\n| --- | ---: |\n"
        f"| requests per second | {rate:,.0f} |\n"
        f"| people who send a request every {REQUEST_SECONDS} seconds "
        f"| {rate * REQUEST_SECONDS:,.0f} |\n"
        f"| cores of PostgreSQL, {BUSY:.0%} busy | {cores:,.0f} |\n"
        f"| of them on replicas at most ({row['reading']:.0%} of the requests read) "
        f"| {cores * row['reading']:,.0f} |\n"
        f"| sessions at a time, without PgBouncer | {sessions:,} |"
    )


def main():
    arguments = parse_arguments()
    arguments.think = 0
    configure_odoo()
    print(f"{os.cpu_count()} cores; Odoo, PostgreSQL and the people share them\n")
    jobs, servers = [], []
    empty = f"{DATABASE}_empty"
    create_database(empty)
    if arguments.jobs:
        original = f"{DATABASE}_jobs"
        copy_database(empty, original)
        run_alone(original, lambda env: fault_release.set_up(env, arguments.due))
        Registry.delete(original)
        jobs = [measure_jobs(original, number) for number in arguments.jobs]
        drop_database(original)
        print_jobs(jobs)
    if arguments.servers:
        database = Database(DATABASE)
        copy_database(empty, DATABASE)
        most = max(arguments.servers) * arguments.workers * CLIENTS_OF_A_WORKER
        database.fill(
            Path(__file__).parent / "fault_load_setup.py",
            SPM_LOAD_CUSTOMERS=str(arguments.customers),
            SPM_LOAD_CLIENTS=str(max(most, 6)),
            # what becomes due stays so: no scheduled action runs
            SPM_LOAD_MINUTES="20",
            SPM_LOAD_SEED=str(arguments.seed),
        )
        servers = [
            measure_servers(arguments, database, number) for number in arguments.servers
        ]
        drop_database(DATABASE)
        print_servers(servers)
    drop_database(empty)
    if servers:
        print_need(servers[-1], arguments.workers)
    faults = [
        f"{row['number']} servers: {row['failures']} failures, {row['errors']} errors"
        for row in servers
        if row["failures"] or row["errors"]
    ] + [
        f"{row['number']} job workers: {row['rest']} left, {row['failed']}"
        for row in jobs
        if row["rest"] or row["failed"]
    ]
    if faults:
        sys.exit("\n".join(["", *faults]))


if __name__ == "__main__":
    main()
