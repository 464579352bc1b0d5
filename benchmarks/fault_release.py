#!/usr/bin/env python3
"""Release customers by several processes at once, and kill them in the middle.

    make faults ARGS="[--customers 2000] [--rounds 3] [--processes 2]"

Every round makes a database with customers that are all due, then lets several Odoo
processes release them at the same time, kills some of them, or their connection to
PostgreSQL, at random moments (SIGKILL, pg_terminate_backend) and starts them again
until nothing is due. Then everybody must have been released exactly once: one line of
the release, one successor, told once to both people; and the rules of
sales_process_mgmt/tools/ledger_rules.py must hold. Each customer is named in two
messages: to who lost it and to who received it.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"
DATABASE = os.environ.get("DB") or "spm_faults"
RELEASE = """
env["sales.process.ownership"]._cron_release()
env.cr.commit()
"""
EXACTLY_ONCE = {
    "customers still due": """
        SELECT count(*) FROM fault_due JOIN sales_process_ownership USING (id)
         WHERE state <> 'ended'""",
    "released without a successor, or with two": """
        SELECT count(*) FROM fault_due
         WHERE (SELECT count(*) FROM sales_process_ownership AS successor
                 WHERE successor.previous_id = fault_due.id) <> 1""",
    "lines of a release missing or double": """
        SELECT count(*) FROM fault_due
         WHERE (SELECT count(*) FROM sales_process_release_line AS line
                 WHERE line.ownership_id = fault_due.id) <> 1""",
    "leads not with somebody on duty": """
        SELECT count(*)
          FROM fault_due
          JOIN sales_process_ownership AS successor
            ON successor.previous_id = fault_due.id
          JOIN crm_lead AS lead ON lead.ownership_id = successor.id
         WHERE lead.user_id NOT IN (SELECT user_id FROM sales_process_duty)""",
    "runs that people were not told of": """
        SELECT count(*) FROM sales_process_release_run
         WHERE mode = 'enforce' AND is_told IS NOT TRUE""",
    "customers people were told of twice, or never": """
        SELECT abs(sum(substring(subject FROM '[0-9]+')::int)
                   - 2 * (SELECT count(*) FROM fault_due))
          FROM mail_message
         WHERE message_type = 'user_notification' AND subject ~ ': [0-9]+$'""",
}


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    return parser.parse_args()


def run_shell(script, **settings):
    return subprocess.Popen(
        [SCRIPTS / "odoo", "shell", "-d", DATABASE, "--no-http", "--log-level=error"],
        stdin=open_text(script),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | settings,
        start_new_session=True,
        text=True,
    )


def open_text(text):
    """A readable file with a text, for a process that may be killed."""
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return reading


def make_database(customers):
    subprocess.run(
        [SCRIPTS / "database", "create", DATABASE],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    setup = (Path(__file__).parent / "fault_release_setup.py").read_text("utf-8")
    output, _error = run_shell(
        f"exec({setup!r})\n", SPM_FAULT_CUSTOMERS=str(customers)
    ).communicate()
    if f"READY {customers}" not in output:
        sys.exit(f"The customers could not be made:\n{output[-3000:]}")


def execute(query):
    """The rows of a query, on a connection of its own that sees everything so far."""
    connection = psycopg2.connect(dbname=DATABASE)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        connection.close()


def count_due():
    return execute(EXACTLY_ONCE["customers still due"])[0][0]


def kill(process):
    """What an operator, the kernel or a power cut does to a server."""
    os.killpg(process.pid, 9)
    process.wait()


def cut_connection():
    """End one connection that is in the middle of something."""
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        "   AND backend_type = 'client backend' AND xact_start IS NOT NULL"
        " ORDER BY random() LIMIT 1"
    )


def run_round(arguments, chance):
    """Release everything in spite of the faults.

    :return: dict of what was done
    """
    done = {"kills": 0, "cuts": 0, "starts": 0, "errors": []}
    processes = []
    finish_by = time.monotonic() + 600
    last_due = due = count_due()
    while due or processes:
        if time.monotonic() > finish_by:
            sys.exit(f"{due} customers are still due after ten minutes.")
        for process in [row for row in processes if row.poll() is not None]:
            processes.remove(process)
            output = process.stdout.read()
            if process.returncode and process.returncode != -9:
                done["errors"].append(output[-500:])
        while due and len(processes) < arguments.processes:
            processes.append(run_shell(RELEASE))
            done["starts"] += 1
        # only while they work: a process that is still loading disturbs nobody
        if due < last_due and chance.random() < 0.8:
            time.sleep(chance.random() / 2)
            if chance.random() < 0.5:
                kill(chance.choice(processes))
                done["kills"] += 1
            else:
                cut_connection()
                done["cuts"] += 1
        time.sleep(0.2)
        last_due, due = due, count_due()
    # the last word: who was killed before telling people is made up for
    process = run_shell(RELEASE)
    process.communicate()
    return done


def main():
    arguments = parse_arguments()
    chance = random.Random(arguments.seed)
    failed = False
    for number in range(1, arguments.rounds + 1):
        make_database(arguments.customers)
        done = run_round(arguments, chance)
        print(
            f"round {number}: {arguments.customers} customers, "
            f"{arguments.processes} processes at once, {done['starts']} started, "
            f"{done['kills']} killed, {done['cuts']} connections cut"
        )
        for name, query in EXACTLY_ONCE.items():
            count = execute(query)[0][0]
            print(f"    {'FAILS' if count else 'holds'}: {name}: {count}")
            failed |= bool(count)
        checked = subprocess.run(
            [sys.executable, SCRIPTS / "check_ledger.py", DATABASE],
            check=False,
            capture_output=True,
            text=True,
        )
        print(f"    {checked.stdout.splitlines()[-1]}")
        failed |= checked.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
