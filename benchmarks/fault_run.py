#!/usr/bin/env python3
"""Kill Odoo and PostgreSQL in the middle of work, and compare with a quiet run.

Would catch: scheduled work that loses or repeats something when its process,
connection or database is killed.

    make faults ARGS="[--work release backfill reports] [--kills 100]"

For each kind of work a database is made and copied. One copy is worked on by one
process in peace: the reference. On others several processes work at once and are hit
while they are in a transaction: the process gets SIGKILL, its connection is cut
(pg_terminate_backend), or its process of PostgreSQL gets SIGKILL, upon which the whole
server restarts. They are started again until the work is done. Then the copy must tell
the same as the reference, row by row, and the rules of the ledger must hold.

At last servers whose clock is an hour ahead or behind release side by side.

PostgreSQL is a server of this run's own; with --shared-postgres it is the one of the
environment, and connections are cut instead of crashing it.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import fault_backfill
import fault_clock
import fault_release
import fault_reports
from fault_cluster import (
    SCRIPTS,
    copy_database,
    create_database,
    drop_database,
    execute,
    is_own_cluster,
    run_in_own_cluster,
)
from fault_process import CRASH, Worker, configure_odoo, run_alone, strike

from odoo.modules.registry import Registry

WORKS = {
    "release": fault_release,
    "backfill": fault_backfill,
    "reports": fault_reports,
}
DATABASE = os.environ.get("DB") or "spm_faults"
ROUND_SECONDS = 600
FINDINGS = 5
# Faults begin when so much of the work is left: from the start, at the very end (when
# people are told), in the middle. In turns, so that no part is spared.
SHARES = (1, 0.02, 0.5)
FAULTS_OF_A_ROUND = 25
QUIET_ROUNDS = 5


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--kills", type=int, default=30, help="over all kinds of work")
    parser.add_argument("--subjects", type=int, default=1000, help="of each work")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--pause", type=float, default=0.4, help="longest, in seconds")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments")
    parser.add_argument("--shared-postgres", action="store_true")
    return parser.parse_args()


class Round:
    """Work on one copy of the database in spite of the faults."""

    def __init__(self, database, work, arguments, chance, share):
        self.database = database
        self.work = work
        self.arguments = arguments
        self.chance = chance
        self.faults = Counter()
        self.written = 0
        self.starts = 0
        self.errors = Counter()
        self.workers = []
        self.share = share
        self.most_remaining = 0
        # near the end everything happens within a second
        self.pause = arguments.pause * (1 if share > 0.1 else 0.1)
        self.finish_by = time.monotonic() + ROUND_SECONDS

    def count_remaining(self):
        return execute(self.database, self.work.REMAINING)[0][0]

    def start_missing(self):
        while len(self.workers) < self.arguments.processes:
            moment = self.work.get_moment(self.database)
            self.workers.append(Worker(self.database, self.work.run, moment))
            self.starts += 1

    def collect_ended(self):
        for worker in [row for row in self.workers if row.poll() is not None]:
            self.workers.remove(worker)
            if worker.status and not worker.is_disturbed:
                last = worker.read_output().strip().splitlines()[-1:]
                self.errors[(last or ["said nothing"])[0][:160]] += 1

    def run(self, kills):
        """Work until nothing is left, with up to so many faults.

        :return: int, how many faults there were
        """
        try:
            while remaining := self.count_remaining():
                if time.monotonic() > self.finish_by:
                    sys.exit(f"{self.work.NAME}: {remaining} left, the time is up.")
                self.collect_ended()
                self.start_missing()
                time.sleep(self.chance.random() * self.pause)
                # some work finds out what there is to do while it is done
                self.most_remaining = max(self.most_remaining, remaining)
                if (
                    self.faults.total() >= kills
                    or remaining > self.share * self.most_remaining
                ):
                    continue
                hit = strike(
                    self.database, self.chance.choice(self.workers), self.chance
                )
                if hit:
                    self.faults[hit[0]] += 1
                    self.written += hit[1]
                    if hit[0] == CRASH:
                        for worker in self.workers:
                            worker.is_disturbed = True
            for worker in self.workers:
                worker.wait()
            self.collect_ended()
        finally:
            for worker in self.workers:
                worker.signal(signal.SIGKILL)
        # the next scheduled run: who was not told because of a fault is told now
        run_alone(self.database, self.work.run, self.work.get_moment(self.database))
        return self.faults.total()


def read_state(database, work):
    """The state that a work leaves behind, without ids.

    :return: dict of Counters of rows
    """
    return {
        name: Counter(execute(database, query)) for name, query in work.STATE.items()
    }


def compare(reference, state):
    """Print what differs.

    :return: bool, whether nothing does
    """
    same = True
    for name, expected in reference.items():
        missing, extra = expected - state[name], state[name] - expected
        verdict = "differs" if missing or extra else "the same"
        print(f"    {verdict}: {name}, {expected.total()} rows")
        for label, rows in (("missing", missing), ("extra", extra)):
            for row in list(rows.elements())[:FINDINGS]:
                print(f"        {label}: {row}")
        same &= not missing and not extra
    return same


def check_rules(database, work):
    """Print which rules of the work and of the ledger are broken.

    :return: bool, whether none is
    """
    holds = True
    for name, query in work.NEVER.items():
        count = execute(database, query)[0][0]
        if count:
            print(f"    FAILS: {name}: {count}")
            holds = False
    checked = subprocess.run(
        [sys.executable, SCRIPTS / "check_ledger.py", database],
        check=False,
        capture_output=True,
        text=True,
    )
    print(f"    ledger: {checked.stdout.splitlines()[-1]}")
    return holds and not checked.returncode


def run_work(work, kills, arguments, chance):
    """Rounds of one kind of work until so many faults have hit it.

    :return: ``(Counter of faults, bool whether all rounds hold)``
    """
    original = f"{DATABASE}_{work.NAME}"
    create_database(original)
    run_alone(original, lambda env: work.set_up(env, arguments.subjects))
    copy_database(original, f"{original}_quiet")
    begin = time.monotonic()
    run_alone(f"{original}_quiet", work.run, work.get_moment(original))
    reference = read_state(f"{original}_quiet", work)
    print(
        f"{work.NAME}: {arguments.subjects} {work.SUBJECTS}, undisturbed "
        f"{time.monotonic() - begin:.1f} s"
    )
    holds = check_rules(f"{original}_quiet", work)
    faults = Counter()
    number = missed = 0
    while faults.total() < kills:
        number += 1
        copy_database(original, f"{original}_hit")
        share = SHARES[(number - 1) % len(SHARES)]
        round_ = Round(f"{original}_hit", work, arguments, chance, share)
        begin = time.monotonic()
        missed = (
            0
            if round_.run(min(kills - faults.total(), FAULTS_OF_A_ROUND))
            else (missed + 1)
        )
        if missed > QUIET_ROUNDS:
            sys.exit(f"{work.NAME} ends before anything hits it: more --subjects.")
        faults += round_.faults
        print(
            f"  round {number}, from {share:.0%} left: {round_.starts} processes, "
            + ", ".join(f"{count} x {name}" for name, count in round_.faults.items())
            + f", {round_.written} of them after a write, "
            f"{time.monotonic() - begin:.0f} s"
        )
        for error, count in round_.errors.items():
            print(f"    {count} x ended by itself: {error}")
        holds &= compare(reference, read_state(f"{original}_hit", work))
        holds &= check_rules(f"{original}_hit", work)
        Registry.delete(f"{original}_hit")
        sys.stdout.flush()
    for suffix in ("_quiet", "_hit", ""):
        Registry.delete(original + suffix)
        drop_database(original + suffix)
    return faults, holds


def main():
    arguments = parse_arguments()
    if not arguments.shared_postgres and not is_own_cluster():
        return run_in_own_cluster(__file__, sys.argv[1:])

    configure_odoo()
    chance = random.Random(arguments.seed)
    begin = time.monotonic()
    total, holds = Counter(), True
    for number, name in enumerate(arguments.work):
        rest = arguments.kills - total.total()
        faults, good = run_work(
            WORKS[name], -(-rest // (len(arguments.work) - number)), arguments, chance
        )
        total += faults
        holds &= good
    if "release" in arguments.work:
        holds &= fault_clock.check(f"{DATABASE}_clock")
    print(
        f"{total.total()} faults ("
        + ", ".join(f"{count} x {name}" for name, count in sorted(total.items()))
        + f") in {(time.monotonic() - begin) / 60:.1f} minutes: "
        + ("all holds." if holds else "SOMETHING FAILS.")
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
