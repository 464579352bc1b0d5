#!/usr/bin/env python3
"""Let many people work at once, on several servers, while scheduled actions run.

Would catch: a deadlock, a traceback or two owners of one customer that only many
people on several servers bring about.

    make faults-load ARGS="[--servers 2] [--clients 50] [--minutes 5] [--seed 1]"

Makes a database with three teams that enforce, of two companies, and starts Odoo
servers on it, each a process of its own with its scheduled actions on: customers
become due, warnings, meetings and a takeover come up while people register customers
(one in five the same few), log contacts, paste them again, take from the pool,
transfer and hand over. Every request must be answered by its result or by a sentence.
Then the servers are stopped, and what people were told is compared with the database
by plain SQL; the rules of sales_process_mgmt/tools/ledger_rules.py must hold, and the
logs must tell of no error that is not repeated.
"""

import argparse
import os
import sys
import time
from pathlib import Path

import fault_load_checks
from fault_load_clients import Person
from fault_servers import Database, Journal, Server, check_ledger

LEADERS = 3
SETTLE_SECONDS = 120
PRINTED_FAILURES = 20


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--customers", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1, help="of what people choose")
    parser.add_argument(
        "--think", type=float, default=1, help="seconds between two works (default 1)"
    )
    parser.add_argument(
        "--workers", type=int, default=2, help="per server; 0: threads (default 2)"
    )
    return parser.parse_args()


def let_people_work(arguments, database, servers, journal):
    """Everybody at once, and the scheduled actions again and again.

    :return: the people and how many seconds they worked
    """
    ports = [server.port for server in servers]
    people = [
        Person(number, ports, arguments, journal, number < LEADERS)
        for number in range(arguments.clients)
    ]
    for person in people:
        person.log_in(database.name)
    started = time.monotonic()
    for person in people:
        person.finish_by = started + 60 * arguments.minutes
        person.start()
    while any(person.is_alive() for person in people):
        database.trigger_crons()
        time.sleep(3)
    return people, time.monotonic() - started


def let_crons_finish(database):
    """What became due while people worked is released."""
    database.execute(
        "CREATE TABLE fault_settled AS SELECT now() AT TIME ZONE 'UTC' AS moment"
    )
    finish_by = time.monotonic() + SETTLE_SECONDS
    waits = (
        "customers still due",
        "releases that people were not told of",
        "warnings that people were not told of",
        "meetings recorded twice, or not at all",
        "leads of the team that is taken over, without a period",
    )
    while time.monotonic() < finish_by:
        database.trigger_crons()
        time.sleep(3)
        if not any(
            database.execute(fault_load_checks.CHECKS[name])[0][0] for name in waits
        ):
            break
    # what was locked when the others were worked on comes with the next run
    database.trigger_crons()
    time.sleep(6)


def print_checks(wrong):
    """Print what holds.

    :return: bool, whether anything is wrong
    """
    for name, count in wrong.items():
        print(f"    {'FAILS' if count else 'holds'}: {name}: {count}")
    return any(wrong.values())


def check_logs(servers, own_fault=0):
    """Print what the servers logged.

    :param int own_fault: how many requests lost every race against others of the same
        user, who was told
    :return: bool, whether anything is wrong
    """
    logs = [server.read_log() for server in servers]
    errors = [error for log in logs for error in log["errors"]]
    retries, gave_up, harmless = (
        sum(log[name] for log in logs) for name in ("retries", "gave_up", "harmless")
    )
    print(
        f"    {retries} requests were repeated by the servers after a lost race, "
        f"{harmless} refusals of PostgreSQL were logged for that"
    )
    for error in errors[:PRINTED_FAILURES]:
        print(f"      {error[:3000]}")
    return print_checks(
        {
            "requests the servers gave up": gave_up - own_fault,
            "other errors in their logs": len(errors),
        }
    )


def main():
    arguments = parse_arguments()
    database = Database(os.environ.get("DB") or "spm_load_faults")
    database.make(
        Path(__file__).parent / "fault_load_setup.py",
        SPM_LOAD_CUSTOMERS=str(arguments.customers),
        SPM_LOAD_CLIENTS=str(arguments.clients),
        SPM_LOAD_MINUTES=str(arguments.minutes),
        SPM_LOAD_SEED=str(arguments.seed),
    )
    servers = [
        Server(database, number + 1, arguments.workers)
        for number in range(arguments.servers)
    ]
    journal = Journal()
    try:
        for server in servers:
            server.wait()
        people, seconds = let_people_work(arguments, database, servers, journal)
        let_crons_finish(database)
    finally:
        ended_well = [server.stop() for server in servers]
    print(
        f"{arguments.clients} people, {arguments.servers} servers, {seconds:.0f} s, "
        f"{arguments.customers} customers, seed {arguments.seed}"
    )
    journal.print_table(seconds)
    for failure in journal.failures[:PRINTED_FAILURES]:
        print(f"    FAILURE {failure[:3000]}")
    fault_load_checks.write_told(database, people)
    work = {
        name: database.execute(query)[0][0]
        for name, query in fault_load_checks.WORK.items()
    }
    for name, count in work.items():
        print(f"    meanwhile: {name}: {count}")
    wrong = {
        "scheduled actions that had nothing to do": sum(
            not work[name] for name in fault_load_checks.WORK_OF_CRONS
        ),
        "requests answered by neither a result nor a sentence": len(journal.failures),
        "servers that did not end well": ended_well.count(False),
        **fault_load_checks.count_wrong(database),
    }
    failed = print_checks(wrong)
    failed |= check_logs(servers)
    holds, printed = check_ledger(database)
    print(f"    {printed.splitlines()[-1] if holds else printed}")
    return 1 if failed or not holds else 0


if __name__ == "__main__":
    sys.exit(main())
