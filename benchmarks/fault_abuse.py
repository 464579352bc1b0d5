#!/usr/bin/env python3
"""Let one user do too much, while a colleague works as every day.

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
import threading
import time
from pathlib import Path

from fault_load import PRINTED_FAILURES, check_logs, print_checks
from fault_load_clients import Person
from fault_servers import (
    Connection,
    Database,
    Journal,
    Server,
    check_ledger,
    percentile,
)

ABUSER, COLLEAGUE = 3, 6
CLIENTS = 12
BATCH = 200
MEGABYTE = 1_000_000
PASTED = "Load: called, nobody there"
# What the sales process keeps of one text; a solution may fill some pages.
LONGEST_TEXT = 120_000
LONGEST_CHAR = 2000
MAX_SLOWDOWN = 3
# A few requests of one person at the same instant do not see each other.
LOOKUP_TOLERANCE = 4


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registrations", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60, help="for registrations")
    parser.add_argument("--pastes", type=int, default=1000)
    parser.add_argument("--customers", type=int, default=600)
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2, help="per server")
    parser.add_argument("--seed", type=int, default=1, help="of what people choose")
    parser.set_defaults(think=0.2)
    return parser.parse_args()


class Colleague(Person):
    """Somebody who registers, takes notes and looks things up until told to stop."""

    def __init__(self, ports, arguments, journal):
        super().__init__(COLLEAGUE, ports, arguments, journal, is_leader=False)
        self.label = "before: "
        self.is_done = False

    def run(self):
        self.read_own_leads()
        while not self.is_done:
            self.counter += 1
            self.chance.choice(
                [self.register, self.follow_up, self.post, self.read_own_leads]
            )()
            time.sleep(self.think)


class Abuser:
    """One user with two tabs."""

    def __init__(self, database, ports, journal):
        self.journal = journal
        first = Connection(ports[0])
        self.uid = first.log_in(database.name, f"load_{ABUSER}")
        self.tabs = [first, Connection(ports[-1], first.opener)]
        self.numbers = iter(range(10**7))

    def ask(self, kind, tab, model, method, *args, **kwargs):
        outcome, answer = self.journal.measure(
            f"abuse: {kind}", self.tabs[tab].call, model, method, *args, **kwargs
        )
        return answer if outcome == "ok" else None

    def in_both_tabs(self, work):
        threads = [threading.Thread(target=work, args=(tab,)) for tab in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def register_all(self, count, seconds):
        """Single registrations in one tab, batches in the other."""
        finish_by = time.monotonic() + seconds
        sent = [0, 0]

        def work(tab):
            while time.monotonic() < finish_by and sum(sent) < count:
                sent[tab] += (self.register_batch if tab else self.register_one)(tab)

        self.in_both_tabs(work)
        return sum(sent)

    def make_phone(self):
        return f"+86135{next(self.numbers):08d}"

    def register_one(self, tab):
        model = "sales.process.registration"
        phone = self.make_phone()
        ids = self.ask(
            "registration", tab, model, "create", [{"phone": phone, "subject": phone}]
        )
        if ids:
            shown = {"result_state": {}, "result_message": {}}
            self.ask("look-up", tab, model, "web_read", ids, shown)
            self.ask("registration", tab, model, "action_register", ids)
        return 1

    def register_batch(self, tab):
        values_list = [
            {"name": "Abuse", "type": "opportunity", "phone": self.make_phone()}
            for _number in range(BATCH)
        ]
        self.ask("batch of leads", tab, "crm.lead", "create", values_list)
        return BATCH

    def paste_all(self, count):
        """The same words on the same customer, one by one and in one call."""
        lead_id = self.ask(
            "own lead", 0, "crm.lead", "search", [("user_id", "=", self.uid)], limit=1
        )[0]
        values = {"lead_id": lead_id, "subject": PASTED, "channel": "call"}

        def work(tab):
            if tab:
                for _number in range(count // 2):
                    self.ask("paste", tab, "sales.process.followup", "create", [values])
            else:
                batch = [values] * (count - count // 2)
                self.ask(
                    "paste in one call", tab, "sales.process.followup", "create", batch
                )

        self.in_both_tabs(work)
        return lead_id

    def send_long_texts(self, lead_id, ownership_ids):
        """A megabyte in every field that takes a text."""
        text = "long 长 " * (MEGABYTE // 7)
        for fields in (
            ["phone"],
            ["email"],
            ["wechat_id"],
            ["contact_name", "partner_name"],
            ["subject", "next_step"],
            ["solution"],
            ["token"],
        ):
            values = {"phone": self.make_phone(), **dict.fromkeys(fields, text)}
            self.register_with(
                f"1 MB in {', '.join(fields)}", values, "action_register"
            )
        for button in ("action_ask_invitation", "action_call_leader", "action_help"):
            # a customer of somebody else
            values = {"phone": "+8613900000001", "solution": text}
            self.register_with(f"1 MB, {button}", values, button)
        crowd = [(0, 0, {"phone": self.make_phone()}) for _number in range(2000)]
        values = {"phone": self.make_phone(), "contact_ids": crowd}
        self.register_with("a party of 2,000", values, "action_register")
        for field in ("subject", "solution", "next_step", "location"):
            values = {"lead_id": lead_id, "subject": "Load", field: text}
            self.ask(
                f"1 MB, follow-up {field}",
                0,
                "sales.process.followup",
                "create",
                [values],
            )
        # not the phone: an index of Odoo itself refuses it with an error
        for field in ("name", "email_from", "partner_name", "contact_name"):
            values = {"name": "Abuse", "type": "opportunity", field: text}
            self.ask(f"1 MB, lead {field}", 0, "crm.lead", "create", [values])
        self.use_wizard(
            "sales.process.pool.return",
            "action_give_up",
            {"ownership_ids": [(6, 0, ownership_ids[:1])], "reason": text},
        )
        self.use_wizard(
            "sales.process.claim.back",
            "action_claim_back",
            {"ownership_id": ownership_ids[1], "phone": text, "reason": text},
        )
        self.ask(
            "1 MB, invitation",
            0,
            "sales.process.invitation",
            "create",
            [{"ownership_id": ownership_ids[1], "user_id": self.uid + 3, "note": text}],
        )
        self.ask(
            "1 MB, news",
            0,
            "sales.process.intelligence",
            "create",
            [{"name": text, "description": text}],
        )

    def register_with(self, kind, values, button):
        model = "sales.process.registration"
        ids = self.ask(kind, 0, model, "create", [{"subject": "Abuse", **values}])
        if ids:
            shown = {"result_state": {}, "result_message": {}}
            self.ask(kind, 0, model, "web_read", ids, shown)
            self.ask(kind, 0, model, button, ids)

    def use_wizard(self, model, button, values):
        ids = self.ask(f"1 MB, {model}", 0, model, "create", [values])
        if ids:
            self.ask(f"1 MB, {model}", 0, model, button, ids)


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


def count_wrong(database, uid, lead_id, pastes):
    """What is over the limits.

    :return: ``{name: count}``
    """
    limit, charged = database.execute(
        """
        SELECT max(process_lookup_limit),
               (SELECT count(*) FROM sales_process_lookup
                 WHERE user_id = %s AND is_charged AND kind = 'registration')
          FROM res_company
        """,
        [uid],
    )[0]
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
    print(f"    {charged} look-ups of one user were answered, the limit is {limit}")
    return {
        "look-ups above the limit of an hour": max(
            0, charged - limit - LOOKUP_TOLERANCE
        ),
        "pasted follow-ups that count, besides the first": counting - 1,
        "pasted follow-ups that are missing": max(0, pastes - kept),
        "columns with longer texts than allowed": len(longest),
    }


def print_slowdown(journal):
    """How long the colleague waited in each phase.

    :return: bool, whether it was too long
    """
    times = {}
    for kind, seconds, _outcome, _started in journal.requests:
        times.setdefault(kind.split(":")[0], []).append((kind, seconds))
    usual = percentile(times["before"], 0.5)
    slow = 0
    for phase, rows in times.items():
        if phase == "abuse":
            continue
        median = percentile(rows, 0.5)
        slow += median > MAX_SLOWDOWN * usual
        print(
            f"    the colleague, {phase}: {len(rows)} requests, median {median:.0f} ms,"
            f" 95 % {percentile(rows, 0.95):.0f} ms, {median / usual:.1f} x"
        )
    return slow


def abuse(arguments, database, servers, journal):
    """Everything one after the other, while the colleague works.

    :return: the abuser and the lead that was pasted on
    """
    ports = [server.port for server in servers]
    colleague = Colleague(ports, arguments, journal)
    colleague.log_in(database.name)
    abuser = Abuser(database, ports, journal)
    colleague.start()
    time.sleep(arguments.seconds / 2)
    colleague.label = "registrations: "
    sent = abuser.register_all(arguments.registrations, arguments.seconds)
    print(f"    {sent} customers were registered by one user")
    colleague.label = "pastes: "
    lead_id = abuser.paste_all(arguments.pastes)
    colleague.label = "long texts: "
    owned = database.execute(
        "SELECT id FROM sales_process_ownership WHERE user_id = %s AND state = 'open'"
        " ORDER BY id LIMIT 2",
        [abuser.uid],
    )
    abuser.send_long_texts(lead_id, [row[0] for row in owned])
    colleague.is_done = True
    colleague.join()
    return abuser, lead_id


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
    servers = [
        Server(database, number + 1, arguments.workers)
        for number in range(arguments.servers)
    ]
    journal = Journal()
    started = time.monotonic()
    try:
        for server in servers:
            server.wait()
        abuser, lead_id = abuse(arguments, database, servers, journal)
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
            **count_wrong(database, abuser.uid, lead_id, arguments.pastes),
        }
    )
    failed |= check_logs(servers)
    holds, printed = check_ledger(database)
    print(f"    {printed.splitlines()[-1] if holds else printed}")
    return 1 if failed or not holds else 0


if __name__ == "__main__":
    sys.exit(main())
