"""Servers whose clocks are wrong, side by side with one that is right.

Would catch: a release by a server whose clock is ahead of the database, or one in the
wrong zone: customers lost before their deadline.
"""

from datetime import datetime, timedelta, timezone

import fault_release
from fault_cluster import create_database, drop_database, execute
from fault_process import Worker, run_alone
from freezegun import freeze_time

from odoo.modules.registry import Registry

CUSTOMERS = 80
HOUR = timedelta(hours=1)
CLOCKS = (timedelta(), HOUR, -HOUR)


def shift(work, span):
    """Do the work on a server whose own clock is wrong by a span."""

    def run(env):
        # Odoo's own modules have been loaded with the real clock
        with freeze_time(datetime.now(timezone.utc) + span, tick=True):
            work(env)

    return run


def run_side_by_side(database):
    """Let three servers release at once: one clock is right, two are wrong.

    Who loses a race for a row of a team does nothing; the others do the work.
    """
    workers = [Worker(database, shift(fault_release.run, span)) for span in CLOCKS]
    for worker in workers:
        worker.wait()
    for span in CLOCKS:
        run_alone(database, shift(fault_release.run, span))


def count_released(database):
    query = "SELECT count(*) FROM sales_process_ownership WHERE state = 'ended'"
    return execute(database, query)[0][0]


def set_deadlines(database, minutes):
    execute(
        database,
        "UPDATE sales_process_ownership"
        "   SET date_deadline = now() AT TIME ZONE 'UTC' + %s * INTERVAL '1 minute'"
        " WHERE state = 'open'",
        [minutes],
    )


def check(database):
    """Release on servers whose clocks are an hour ahead and behind.

    :return: bool, whether nobody was released early, and everybody in time
    """
    create_database(database)
    run_alone(database, lambda env: fault_release.set_up(env, CUSTOMERS))
    execute(database, "UPDATE crm_team SET process_mode = 'enforce'")
    holds = True
    for minutes, expected in ((30, 0), (-1, CUSTOMERS)):
        set_deadlines(database, minutes)
        run_side_by_side(database)
        released = count_released(database)
        print(
            f"clocks right, an hour ahead and an hour behind, deadline in {minutes} "
            f"minutes: {released} of {CUSTOMERS} released, "
            + ("holds" if released == expected else "FAILS")
        )
        holds &= released == expected
    Registry.delete(database)
    drop_database(database)
    return holds
