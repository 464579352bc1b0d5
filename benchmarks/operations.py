"""The operations that benchmarks/everyday measures; `odoo shell` reads them.

Would catch: what everyday would: here stand the operations, one after the other.

Each operation works on what was committed before it, as a request finds it: PostgreSQL
checks the foreign keys of a row again when a transaction updates what it has written
itself, which costs the more the more keys a row has, and nobody pays it.
"""

# ruff: noqa: F821  (env is odoo shell's; the result goes to its output)
import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["SPM_BENCH_FOLDER"])
from bench_people import make_salesperson

LEADS = int(os.environ["SPM_BENCH_LEADS"])
BATCH = int(os.environ["SPM_BENCH_BATCH"])
# How often a batch is created in a round, as one sample each.
BATCHES = 3
MODE = os.environ["SPM_BENCH_MODE"]


def finish_request():
    """End a step as a request ends: everything written, nothing cached any more."""
    write_all()
    env.invalidate_all()


def write_all():
    """What a commit does before it commits: tracked values and messages included."""
    env.cr.flush()


def share_one_core():
    """Run all variants, and their PostgreSQL processes, on one and the same core.

    One at a time has its turn; cores of a virtual machine are not equally fast.
    """
    env.cr.execute("SELECT pg_backend_pid()")
    core = {max(os.sched_getaffinity(0))}
    for process in (0, env.cr.fetchone()[0]):
        try:
            os.sched_setaffinity(process, core)
        except OSError:
            return  # somebody else's, or on another machine


def get_backend_clock():
    """A function that tells the processor time of our PostgreSQL process, in seconds.

    Where it is no process of this machine it always tells 0.
    """
    env.cr.execute("SELECT pg_backend_pid()")
    path = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")
    try:
        path.read_text(encoding="ascii")
    except OSError:
        return lambda: 0.0
    return lambda: int(path.read_text(encoding="ascii").split()[0]) / 1e9


class Turns:
    """Other variants do the same in processes of their own; each waits for its turn."""

    def __init__(self):
        # for both directions: so neither side waits for the other to open it
        self.turn = os.open(os.environ["SPM_BENCH_TURN"], os.O_RDWR)
        self.done = os.open(os.environ["SPM_BENCH_DONE"], os.O_RDWR)
        os.read(self.turn, 1)

    def end(self, is_last=False):
        """Let the others have theirs, and wait for the next one."""
        os.write(self.done, b"!" if is_last else b".")
        if not is_last:
            os.read(self.turn, 1)


def get_last_number():
    """No customer of a round before has a greater number."""
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM crm_lead")
    return env.cr.fetchone()[0]


class Bench:
    """Does each operation on each lead, and keeps how long each took."""

    def __init__(self):
        share_one_core()
        self.turns = Turns()
        self.last_number = get_last_number()
        self.user, self.team = make_salesperson(env, f"bench{self.last_number}", MODE)
        self.Lead = env["crm.lead"].with_user(self.user)
        self.stage = env["crm.stage"].search([("is_won", "=", False)], limit=2)[1]
        self.results = {}
        self.backend_clock = get_backend_clock()

    def prepare(self, count):
        """The values of ``count`` leads of different customers."""
        numbers = range(self.last_number, self.last_number + count)
        self.last_number += count
        return [
            {
                "name": f"Bench {number}",
                "type": "opportunity",
                "team_id": self.team.id,
                "user_id": self.user.id,
                "contact_name": f"Contact {number}",
                "email_from": f"contact{number}@bench{number}.example",
                "phone": f"+32 475 {number // 100:04d} {number % 100:02d}",
            }
            for number in numbers
        ]

    def measure(self, name, operation, subjects, is_kept=True):
        """Do ``operation`` with each subject, each as a request of its own.

        :param bool is_kept: the next operation works on the result
        """
        samples, work = [], []
        finish_request()
        env.cr.commit()
        queries = env.cr.sql_log_count
        for subject in subjects:
            backend = self.backend_clock()
            own = time.process_time()
            start = time.perf_counter()
            operation(subject)
            write_all()
            samples.append(time.perf_counter() - start)
            work.append(time.process_time() - own + self.backend_clock() - backend)
            env.invalidate_all()
            self.turns.end()
        count = (env.cr.sql_log_count - queries) / len(samples)
        self.results[name] = {"seconds": samples, "work": work, "queries": count}
        if is_kept:
            env.cr.commit()
        else:
            env.cr.rollback()

    def do_all(self, count, batch):
        """Every operation, on ``count`` leads and a batch of ``batch``."""
        leads = []
        self.measure(
            "create a lead",
            lambda values: leads.append(self.Lead.create(values).id),
            self.prepare(count),
        )
        records = [self.Lead.browse(lead_id) for lead_id in leads]
        self.measure(
            f"create {batch:,} leads",
            self.Lead.create,
            [self.prepare(batch) for _time in range(BATCHES)],
            is_kept=False,
        )
        self.measure(
            "move a stage",
            lambda lead: lead.write({"stage_id": self.stage.id}),
            records,
        )
        self.measure(
            "post a message",
            lambda lead: lead.message_post(
                body="They want the offer by Friday.", subtype_xmlid="mail.mt_comment"
            ),
            records,
        )
        for lead in records:
            lead.activity_schedule(
                "mail.mail_activity_data_call",
                summary="Ask about the offer",
                user_id=self.user.id,
            )
        activities = [lead.activity_ids for lead in records]
        self.measure(
            "mark an activity done",
            lambda activity: activity.action_feedback(feedback="Wants it cheaper"),
            activities,
        )
        pairs = zip(leads[::2], leads[1::2], strict=True)
        self.measure(
            "merge two leads",
            lambda pair: pair.merge_opportunity(),
            [self.Lead.browse(pair) for pair in pairs],
            is_kept=False,
        )


try:
    bench = Bench()
    # warm up: every cache of the process is filled, also of what many leads take
    bench.do_all(4, min(BATCH, 100))
    bench.results.clear()
    bench.do_all(LEADS, BATCH)
    bench.turns.end(is_last=True)
    print("BENCH " + json.dumps(bench.results))
finally:
    env.cr.rollback()
