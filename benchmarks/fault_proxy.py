#!/usr/bin/env python3
"""Let people work through nginx on two servers, and kill one of them.

Would catch: somebody logged out, work lost or done twice, a notice or a changed rule
that the other server does not learn of, when a server dies and comes back.

    make faults-proxy ARGS="[--people 10] [--minutes 1.5] [--workers 2] [--replica]"

Two Odoo servers with one database and one data folder behind nginx, which
scripts/setup_environment --proxy installs (benchmarks/nginx.conf). People register
customers, log contacts, open lists and their home, each with a websocket open. After a
third of the time one server is killed with all its processes, after another third it is
started again.

Only the requests that the killed server was answering may be lost. What people were
told is compared with the database as in fault_load, nobody is logged out, and the
ledger holds. Before that, a server must know at once what was changed on the other
one: a right, the mode of a team; and a notice must reach a browser whose websocket the
other server holds.

With --replica the databases live in a PostgreSQL server of this run's own, which a
standby follows; Odoo reads from it. Then the standby is stopped in time: whatever was
done since is refused a second time all the same.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import fault_load_checks
import psycopg2
from fault_cluster import SCRIPTS, is_own_cluster, run_in_own_cluster
from fault_load import PRINTED_FAILURES, check_logs, let_crons_finish, print_checks
from fault_load_clients import Person
from fault_nginx import Listener, Proxy
from fault_servers import Connection, Database, Journal, Server, attempt, check_ledger

LEADERS = 3
# Those that were answered when the server died fail within this time of it.
NOTICED_SECONDS = 2
LAG_SECONDS = 5
# What the home of a new owner hears by the bus
NEWS = "sales_process_home"
PHONE = "+8613511112222"
# What a lost answer may leave: done, and nobody was told
UNTOLD = (
    "registrations of leads that nobody confirmed",
    "follow-ups that nobody was told of",
)
CURSOR = re.compile(r" (ro|rw|ro->rw)$", re.MULTILINE)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=1.5)
    parser.add_argument("--customers", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1, help="of what people choose")
    parser.add_argument("--think", type=float, default=0.5)
    parser.add_argument("--workers", type=int, default=2, help="of each server")
    parser.add_argument("--replica", action="store_true", help="with a standby")
    return parser.parse_args()


class Colleague(Person):
    """Everyday work: half of it is looking."""

    work = {
        "register": 20,
        "follow_up": 25,
        "finish_activity": 5,
        "open_list": 25,
        "open_home": 25,
    }
    leaders_work = work | {"transfer": 10}

    def open_list(self):
        self.ask(
            "open the list",
            "crm.lead",
            "web_search_read",
            [("user_id", "=", self.uid)],
            {"name": {}, "followup_deadline": {}, "stage_id": {"fields": {}}},
            limit=80,
        )

    def open_home(self):
        self.ask("open the home", "sales.process.home", "get_home")


class Standby:
    """A standby of the run's own PostgreSQL server."""

    def __init__(self):
        started = subprocess.run(
            [SCRIPTS / "postgres", "standby"],
            check=True,
            capture_output=True,
            text=True,
        )
        self.host = started.stdout.split()[-1]

    def execute(self, query):
        connection = psycopg2.connect(
            host=self.host, user="postgres", dbname="postgres"
        )
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
        finally:
            connection.close()

    def stop_in_time(self):
        """It answers, and learns nothing more."""
        self.execute("SELECT pg_wal_replay_pause()")

    def go_on(self):
        self.execute("SELECT pg_wal_replay_resume()")


def wait_until(function, seconds=LAG_SECONDS):
    """Wait until a function says yes.

    :return: float, seconds that it took; None if it did not
    """
    begin = time.monotonic()
    while time.monotonic() < begin + seconds:
        if function():
            return time.monotonic() - begin
        time.sleep(0.02)
    return None


def check_caches(database, servers, person, has_replica):
    """What one server is told the other one knows with the next request.

    :return: int, how often it did not
    """
    administrators = [Connection(server.port) for server in servers]
    people = [Connection(server.port, person.connection.opener) for server in servers]
    for connection in administrators:
        connection.log_in(database.name, "admin")
    group = database.execute(
        "SELECT res_id FROM ir_model_data"
        " WHERE module = 'sales_team' AND name = 'group_sale_manager'"
    )[0][0]
    team = administrators[0].call(
        "crm.team",
        "create",
        [{"name": "Cached", "user_id": person.uid, "process_mode": "enforce"}],
    )
    unseen, slowest = 0, 0.0
    for number in range(6):
        writer, reader = administrators[number % 2], people[1 - number % 2]
        expected = not number % 2
        writer.call(
            "res.users",
            "write",
            [person.uid],
            {"group_ids": [(4 if expected else 3, group)]},
        )
        writer.call(
            "crm.team",
            "write",
            team,
            {"process_mode": "off" if expected else "enforce"},
        )

        def knows(reader=reader, expected=expected):
            home = reader.call("sales.process.home", "get_home")
            leads = "leader" in [role["name"] for role in home["roles"]]
            # several processes: each asks for itself
            return home["is_manager"] is expected and leads is not expected

        # a replica may be behind: no longer than this
        waited = wait_until(knows) if has_replica else (0 if knows() else None)
        again = [knows() for _again in range(4)]
        unseen += waited is None or not all(again)
        slowest = max(slowest, waited or 0)
    administrators[0].call("crm.team", "write", team, {"process_mode": "off"})
    if has_replica:
        print(f"    a right and a mode were seen after {1000 * slowest:.0f} ms at most")
    return unseen


def check_notice(database, servers, leader, giver, receiver):
    """What one server does reaches a browser whose websocket the other one holds.

    :return: int, how often it did not
    """
    customers = database.execute(
        "SELECT id FROM sales_process_ownership"
        " WHERE user_id = %s AND state = 'open' ORDER BY date_deadline DESC LIMIT 2",
        [giver.uid],
    )
    missing = 0
    for number, (customer,) in enumerate(customers):
        source, target = servers[number], servers[1 - number]
        listener = Listener(target.gevent_port, receiver.connection)
        listener.start()
        listener.is_open.wait(20)
        time.sleep(1)
        connection = Connection(source.port, leader.connection.opener)
        values = {
            "ownership_ids": [(6, 0, [customer])],
            "user_id": receiver.uid,
            "reason": "Proxy: other territory",
        }
        ids = connection.call("sales.process.transfer", "create", [values])
        pressed = time.monotonic()
        connection.call("sales.process.transfer", "action_transfer", ids)
        heard = listener.wait_for(NEWS, pressed)
        listener.close()
        missing += heard is None
        if heard:
            print(
                "    news came by the other server "
                f"{1000 * (heard - pressed):.0f} ms after the button was pressed"
            )
    return missing + (len(customers) != len(servers))


def take_twice(first, second, ownership_id):
    """Two people take the same customer of the pool, one after the other.

    The second one sees it in the pool still, and tries again.

    :return: tuple, whether the first one has it, and the outcomes of the second
    """
    model = "sales.process.ownership"
    taken = first.ask("lag", model, "action_open_pool_customer", [ownership_id])
    taken = taken and first.ask("lag", model, "action_take", [ownership_id])
    outcomes = [
        attempt(second.connection.call, model, method, [ownership_id])[0]
        for method in ("action_open_pool_customer", "action_take", "action_take")
    ]
    return bool(taken), outcomes[1:]


def shows_own(person, lead_id):
    """Tell whether somebody still reads a lead as an own one.

    Asked of this lead: a page of the list shows another part of it each time.
    """
    domain = [("id", "=", lead_id), ("user_id", "=", person.uid)]
    return person.ask("lag", "crm.lead", "search", domain) == [lead_id]


def check_lag(database, standby, people):
    """While the standby knows nothing of it, nothing is done twice.

    :return: dict of what went wrong
    """
    leader, first, second = people[0], people[LEADERS], people[2 * LEADERS]
    first.read_own_leads()
    pool = [("state", "=", "pool"), ("team_id.user_id", "=", leader.uid)]
    pooled = first.ask("lag", "sales.process.ownership", "search", pool, limit=1)
    standby.stop_in_time()
    was_taken, outcomes = take_twice(first, second, pooled[0])
    still_pooled = pooled[0] in second.ask(
        "lag", "sales.process.ownership", "search", pool
    )
    successors = database.execute(
        "SELECT user_id FROM sales_process_ownership WHERE previous_id = %s", pooled
    )
    for person in (first, second):
        ids = person.ask(
            "lag",
            "sales.process.registration",
            "create",
            [
                {
                    "phone": PHONE,
                    "contact_name": "Visitor",
                    "subject": f"Lag {person.number}",
                    "solution": "the same customer, twice",
                    "receive_for": "myself",
                }
            ],
        )
        person.ask("lag", "sales.process.registration", "action_register", ids)
    owners = database.execute(
        "SELECT user_id FROM sales_process_ownership JOIN ("
        "   SELECT DISTINCT ownership_id FROM sales_process_ownership_key"
        "    WHERE kind = 'phone' AND value = %s) AS key ON key.ownership_id = id"
        " WHERE state <> 'ended'",
        [PHONE],
    )
    lead = next(row for row in first.leads if row["ownership_id"])
    transferred = leader.run_wizard(
        "lag",
        "sales.process.transfer",
        "action_transfer",
        {
            "ownership_ids": [(6, 0, [lead["ownership_id"][0]])],
            "user_id": second.uid,
            "reason": "Lag: other territory",
        },
    )
    written, _answer = attempt(
        first.connection.call, "crm.lead", "write", [lead["id"]], {"city": "Lagging"}
    )
    still_shown = shows_own(first, lead["id"])
    print(f"    the standby still shows the customer: {still_shown}")
    print(f"    ... and one taken from the pool: {still_pooled}, then {outcomes}")
    standby.go_on()
    again, _answer = attempt(
        second.connection.call, "sales.process.ownership", "action_take", pooled
    )
    gone = wait_until(lambda: not shows_own(first, lead["id"]))
    wrong = {
        "a phone registered twice while the standby lags": owners != [(first.uid,)],
        "transfers that failed while the standby lags": not transferred,
        "work on a lead that was handed over, allowed while the standby lags": (
            written != "sentence"
        ),
        "a customer of the pool taken twice while the standby lags": (
            not was_taken
            or {*outcomes, again} != {"sentence"}
            or successors != [(first.uid,)]
        ),
        "the standby did not lag: nothing was tried": (
            not still_shown or not still_pooled
        ),
        "the standby did not catch up": gone is None,
    }
    return {name: int(is_wrong) for name, is_wrong in wrong.items()}


def let_people_work(arguments, people, server):
    """Everybody at once; the server dies after a third of the time, then comes back.

    :return: moments of its death and of its first answer after it, seconds
    """
    started = time.monotonic()
    seconds = 60 * arguments.minutes
    for person in people:
        person.finish_by = started + seconds
        person.start()
    time.sleep(seconds / 3)
    killed = time.monotonic()
    server.kill()
    time.sleep(seconds / 3)
    server.start()
    server.wait()
    back = time.monotonic()
    for person in people:
        person.join()
    return killed, back


def count_logged_out(servers, people):
    """Whom a server does not know any more.

    :return: int
    """
    return sum(
        Connection(server.port, person.connection.opener).rpc.json(
            "/web/session/get_session_info", {}
        )["result"]["uid"]
        != person.uid
        for server in servers
        for person in people
    )


def count_lost(journal, killed):
    """Requests without an answer: those that the killed server was working on, others.

    :return: ``(int, int)``
    """
    failed = [row for row in journal.requests if row[2] == "failure"]
    expected = [
        row
        for row in failed
        if row[3] <= killed + NOTICED_SECONDS and row[3] + row[1] >= killed
    ]
    return len(expected), len(failed) - len(expected)


def main():
    arguments = parse_arguments()
    if arguments.replica and not is_own_cluster():
        return run_in_own_cluster(__file__, sys.argv[1:])
    database = Database(os.environ.get("DB") or "spm_proxy_faults")
    database.make(
        Path(__file__).parent / "fault_load_setup.py",
        SPM_LOAD_CUSTOMERS=str(arguments.customers),
        SPM_LOAD_CLIENTS=str(arguments.people),
        SPM_LOAD_MINUTES=str(arguments.minutes),
        SPM_LOAD_SEED=str(arguments.seed),
    )
    standby = Standby() if arguments.replica else None
    options = ["--proxy-mode", "--db_maxconn=8", "--db_maxconn_gevent=32"]
    if standby:
        options.append(f"--db_replica_host={standby.host}")
    servers = [
        Server(database, number, arguments.workers, options) for number in (1, 2)
    ]
    journal, wrong, listeners = Journal(), {}, []
    try:
        for server in servers:
            server.wait()
        with Proxy(servers) as proxy:
            people = [
                Colleague(number, [proxy.port], arguments, journal, number < LEADERS)
                for number in range(arguments.people)
            ]
            for person in people:
                person.log_in(database.name)
                listeners.append(Listener(proxy.port, person.connection))
                listeners[-1].start()
            wrong["changes that the other server did not know of"] = check_caches(
                database, servers, people[-1], bool(standby)
            )
            wrong["notices that the other server did not bring"] = check_notice(
                database, servers, people[0], people[2 * LEADERS], people[LEADERS]
            )
            if standby:
                wrong |= check_lag(database, standby, people)
            started = time.monotonic()
            killed, back = let_people_work(arguments, people, servers[1])
            seconds = time.monotonic() - started
            wrong["people who were logged out"] = count_logged_out(servers, people)
            # a browser whose websocket was cut has one again
            wrong["websockets that were not opened again"] = sum(
                not listener.is_open.is_set() for listener in listeners
            )
            at_proxy = proxy.count()
            wrong["websockets for which nginx found no server"] = at_proxy["websockets"]
            cut = sum(listener.opened - 1 for listener in listeners)
            for listener in listeners:
                listener.is_over = True
        let_crons_finish(database)
    finally:
        ended_well = [server.stop() for server in servers]
    lost, unexpected = count_lost(journal, killed)
    print(
        f"{arguments.people} people through nginx, 2 servers, {seconds:.0f} s; one was "
        f"killed, and answered again {back - killed:.0f} s later, seed {arguments.seed}"
    )
    journal.print_table(seconds)
    print(
        f"    nginx: {at_proxy['requests']} requests, {at_proxy['passed_on']} passed "
        f"on to the other server, {at_proxy['lost']} lost; {lost} were in flight; "
        f"{cut} websockets opened again"
    )
    if standby:
        print_cursors(servers)
    for failure in journal.failures[-PRINTED_FAILURES:] if unexpected else ():
        print(f"    FAILURE {failure[:2000]}")
    fault_load_checks.write_told(database, people)
    checks = fault_load_checks.count_wrong(database)
    for name in UNTOLD:
        checks[name] = max(0, checks[name] - lost)
    failed = print_checks(
        {
            "requests lost that were not in flight": unexpected,
            "servers that did not end well": ended_well.count(False),
            **wrong,
            **checks,
        }
    )
    failed |= check_logs(servers)
    holds, printed = check_ledger(database)
    print(f"    {printed.splitlines()[-1] if holds else printed}")
    return 1 if failed or not holds else 0


def print_cursors(servers):
    """How many requests the standby answered, by the servers' own logs."""
    modes = [
        mode
        for server in servers
        for mode in CURSOR.findall(server.log.read_text("utf-8", "replace"))
    ]
    print(
        "    answered by the standby: "
        f"{modes.count('ro')}, by the server {modes.count('rw')}, "
        f"by both, one after the other: {modes.count('ro->rw')}"
    )


if __name__ == "__main__":
    sys.exit(main())
