#!/usr/bin/env python3
"""Let one user do too much, while a colleague works as every day.

Would catch: one user, or one request of a megabyte, that keeps colleagues waiting, is
answered by a traceback, or is stored beyond its limit.

    make faults-abuse ARGS="[--registrations 10000] [--seconds 60] [--pastes 1000]"

In two browser tabs the user registers customers as fast as the servers answer, one by
one and in batches, pastes the same follow-up again and again, and sends texts of one
megabyte in every field that takes a text. A colleague of the same team registers
customers and logs contacts all the time: her requests are measured before and
meanwhile, and must not take more than three times as long. Every request of both must
be answered by its result or by a sentence, and what is stored must be within limits.
"""

import argparse
import os
import sys
import time
from math import ceil
from pathlib import Path

from fault_abuse_people import ABUSER, BATCH, PASTED, Abuser, Colleague
from fault_load import PRINTED_FAILURES, check_logs, print_checks
from fault_servers import (
    Database,
    Journal,
    Server,
    check_ledger,
    percentile,
)

CLIENTS = 12
# What the sales process keeps of one text; a solution may fill some pages.
LONGEST_TEXT = 120_000
LONGEST_CHAR = 2000
MAX_SLOWDOWN = 3
# Requests of one person at the same instant do not see each other.
LOOKUP_TOLERANCE = 4
# So many customers that are new, and kept, count as one look-up.
KEPT_PER_LOOKUP = 5
ROOM_TOLERANCE = BATCH


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registrations", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60, help="for registrations")
    parser.add_argument("--pastes", type=int, default=1000)
    parser.add_argument("--customers", type=int, default=600)
    parser.add_argument(
        "--limit", type=int, default=1000, help="of open customers of the user"
    )
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2, help="per server")
    parser.add_argument("--seed", type=int, default=1, help="of what people choose")
    parser.set_defaults(think=0.2)
    return parser.parse_args()


def find_long_texts(database):
    """Columns of the sales process that hold more than they should.

    :return: list of ``table.column: characters``
    """
    columns = database.execute(
        """
        SELECT table_name, column_name, data_type
          FROM information_schema.columns
         WHERE table_name LIKE 'sales\\_process\\_%'
           AND data_type IN ('character varying', 'text')
           AND table_schema = 'public'
           AND table_name NOT IN (SELECT viewname FROM pg_views)
        """
    )
    found = []
    for table, column, kind in columns:
        query = f'SELECT COALESCE(max(length("{column}")), 0) FROM "{table}"'  # noqa: S608  (names of the catalogue)
        length = database.execute(query)[0][0]
        if length > (LONGEST_TEXT if kind == "text" else LONGEST_CHAR):
            found.append(f"{table}.{column}: {length}")
    return found


def count_held(database, uid):
    """How many open customers somebody holds."""
    return database.execute(
        """
        SELECT count(*) FROM sales_process_ownership
         WHERE user_id = %s AND state = 'open' AND phase = 'pursuing'
        """,
        [uid],
    )[0][0]


def limit_customers(database, limit):
    """Set how many open customers the user may hold; 0: any number."""
    database.execute(
        "UPDATE res_users SET process_customer_limit = %s WHERE login = %s",
        [limit, f"load_{ABUSER}"],
    )


def count_wrong(database, uid, lead_id, held, arguments):
    """What is over the limits.

    :return: ``{name: count}``
    """
    limit, strange, own = database.execute(
        """
        SELECT max(process_lookup_limit),
               (SELECT count(*) FROM sales_process_lookup
                 WHERE user_id = %(uid)s AND is_charged AND is_kept IS NOT TRUE
                   AND kind = 'registration'),
               (SELECT count(*) FROM sales_process_lookup
                 WHERE user_id = %(uid)s AND is_charged AND is_kept
                   AND kind = 'registration')
          FROM res_company
        """,
        {"uid": uid},
    )[0]
    charged = strange + ceil(own / KEPT_PER_LOOKUP)
    kept, counting = database.execute(
        """
        SELECT count(*), count(*) FILTER (WHERE counts)
          FROM sales_process_followup WHERE lead_id = %s AND subject = %s
        """,
        [lead_id, PASTED],
    )[0]
    longest = find_long_texts(database)
    for name in longest:
        print(f"    too long: {name}")
    print(
        f"    {charged} look-ups of one user were answered ({own} that were kept count"
        f" as a fifth), the limit is {limit}"
    )
    print(f"    {held} customers are held by one user, the limit is {arguments.limit}")
    return {
        "look-ups above the limit of an hour": max(
            0, charged - limit - LOOKUP_TOLERANCE
        ),
        "pasted follow-ups that count, besides the first": counting - 1,
        "pasted follow-ups that are missing": max(0, arguments.pastes - kept),
        "customers of one user above the limit": max(
            0, held - arguments.limit - ROOM_TOLERANCE
        ),
        "columns with longer texts than allowed": len(longest),
    }


def print_slowdown(journal):
    """How long the colleague waited in each phase.

    :return: bool, whether it was too long
    """
    times = {}
    for label, seconds, _outcome, _started in journal.requests:
        phase, kind = label.split(": ", 1)
        times.setdefault(phase, []).append((kind, seconds))
    usual = {
        kind: percentile([row for row in times["before"] if row[0] == kind], 0.5)
        for kind, _seconds in times["before"]
    }
    slow = 0
    for phase, rows in times.items():
        if phase == "abuse":
            continue
        # each request against the same kind of request before
        ratios = [
            (kind, seconds / usual[kind]) for kind, seconds in rows if kind in usual
        ]
        ratio = percentile(ratios, 0.5)
        slow += ratio > MAX_SLOWDOWN
        print(
            f"    the colleague, {phase}: {len(rows)} requests,"
            f" median {percentile(rows, 0.5):.0f} ms,"
            f" 95 % {percentile(rows, 0.95):.0f} ms, {ratio:.1f} x"
        )
    return slow


def abuse(arguments, database, servers, journal):
    """Everything one after the other, while the colleague works.

    :return: the abuser, the lead that was pasted on, and how many customers the
        abuser held
    """
    ports = [server.port for server in servers]
    colleague = Colleague(ports, arguments, journal)
    colleague.log_in(database.name)
    abuser = Abuser(database, ports, journal)
    colleague.start()
    time.sleep(arguments.seconds / 2)
    colleague.label = "registrations: "
    sent = abuser.register_all(arguments.registrations, arguments.seconds)
    print(f"    {sent} registrations were sent by one user")
    colleague.label = "pastes: "
    lead_id = abuser.paste_all(arguments.pastes)
    held = count_held(database, abuser.uid)
    # the texts are what is looked at now
    limit_customers(database, 0)
    colleague.label = "long texts: "
    owned = database.execute(
        "SELECT id FROM sales_process_ownership WHERE user_id = %s AND state = 'open'"
        " ORDER BY id LIMIT 2",
        [abuser.uid],
    )
    finish_by = time.monotonic() + arguments.seconds / 3
    while time.monotonic() < finish_by:
        abuser.send_long_texts(lead_id, [row[0] for row in owned])
    colleague.is_done = True
    colleague.join()
    return abuser, lead_id, held


def main():
    arguments = parse_arguments()
    database = Database(os.environ.get("DB") or "spm_load_abuse")
    database.make(
        Path(__file__).parent / "fault_load_setup.py",
        SPM_LOAD_CUSTOMERS=str(arguments.customers),
        SPM_LOAD_CLIENTS=str(CLIENTS),
        SPM_LOAD_MINUTES="2",
        SPM_LOAD_SEED=str(arguments.seed),
    )
    limit_customers(database, arguments.limit)
    servers = [
        Server(database, number + 1, arguments.workers)
        for number in range(arguments.servers)
    ]
    journal = Journal()
    started = time.monotonic()
    try:
        for server in servers:
            server.wait()
        abuser, lead_id, held = abuse(arguments, database, servers, journal)
    finally:
        ended_well = [server.stop() for server in servers]
    journal.print_table(time.monotonic() - started)
    for failure in journal.failures[:PRINTED_FAILURES]:
        print(f"    FAILURE {failure[:3000]}")
    failed = print_checks(
        {
            "requests answered by neither a result nor a sentence": len(
                journal.failures
            ),
            "servers that did not end well": ended_well.count(False),
            f"phases in which the colleague waits more than {MAX_SLOWDOWN} x": (
                print_slowdown(journal)
            ),
            **count_wrong(database, abuser.uid, lead_id, held, arguments),
        }
    )
    lost = journal.count_sentences("abuse: ", "Others changed the same records")
    print(f"    {lost} requests of one user lost every race against the other tab's")
    failed |= check_logs(servers, own_fault=lost)
    holds, printed = check_ledger(database)
    print(f"    {printed.splitlines()[-1] if holds else printed}")
    return 1 if failed or not holds else 0


if __name__ == "__main__":
    sys.exit(main())
