"""The operations that benchmarks/money measures; `odoo shell` reads them.

Would catch: what benchmarks/money would: here stand the operations.
"""

# ruff: noqa: F821  (env is odoo shell's; the result goes to its output)
import json
import os
import sys
import time
from pathlib import Path

from odoo.fields import Command

sys.path.insert(0, os.environ["SPM_BENCH_FOLDER"])
from bench_people import make_salesperson

DOCUMENTS = int(os.environ["SPM_BENCH_DOCUMENTS"])
LINES = int(os.environ["SPM_BENCH_LINES"])
ROUNDS = int(os.environ["SPM_BENCH_ROUNDS"])


def get_backend_clock():
    """A function that tells the processor time of our PostgreSQL process."""
    env.cr.execute("SELECT pg_backend_pid()")
    path = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")
    return lambda: int(path.read_text(encoding="ascii").split()[0]) / 1e9


def measure(act):
    """The processor time of Odoo and of its PostgreSQL process, in seconds."""
    clock = get_backend_clock()
    env.cr.flush()
    env.cr.commit()
    env.invalidate_all()
    before = time.process_time() + clock()
    act()
    env.cr.flush()
    after = time.process_time() + clock()
    env.cr.commit()
    return after - before


def make_customers(number):
    """Customers of a salesperson; with the addons they are owned."""
    mode = "enforce" if "process_mode" in env["crm.team"]._fields else ""
    user, team = make_salesperson(env, f"money{number}", mode)
    partners = env["res.partner"].create(
        [{"name": f"Customer {number} {place}"} for place in range(DOCUMENTS)]
    )
    env["crm.lead"].create(
        [
            {
                "name": "Pumps",
                "type": "opportunity",
                "partner_id": partner.id,
                "user_id": user.id,
                "team_id": team.id,
            }
            for partner in partners
        ]
    )
    return partners


def measure_documents():
    """Post invoices in one call, and register a payment of each in one call."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
    partners = make_customers(env.cr.fetchone()[0])
    moves = env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2026-03-02",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Pump", "price_unit": 100, "tax_ids": [(5,)]}
                    )
                ],
            }
            for partner in partners
        ]
    )
    posted = measure(moves.action_post)
    wizard = (
        env["account.payment.register"]
        .with_context(active_model="account.move", active_ids=moves.ids)
        .create({"group_payment": False})
    )
    paid = measure(wizard._create_payments)
    return {
        f"post {DOCUMENTS} invoices": [posted],
        f"pay {DOCUMENTS} invoices": [paid],
    }


def measure_pivot():
    """Receivables by salesperson and age, and the same question in plain SQL.

    Without parallel workers: what is measured is the processor time of our own
    process of PostgreSQL, and that of workers would not be seen in either.
    """
    [ownership] = env["sales.process.ownership"].search([], limit=1)
    env.cr.execute(
        """
        INSERT INTO sales_process_money (kind, source, date, amount, ownership_id,
                                         user_id, team_id, company_id)
        SELECT 'open', 'bench:' || number, CURRENT_DATE - number %% 200,
               number %% 1000 + 0.5, %s, person.id, %s, %s
          FROM generate_series(1, %s) AS number
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place,
                       count(*) OVER () AS people
                  FROM res_users) person ON person.place = number %% person.people
        """,
        (ownership.id, ownership.team_id.id, env.company.id, LINES),
    )
    env.cr.execute("ANALYZE sales_process_money")
    today = env["crm.team"]._get_process_today(env.user)
    query = """
        SELECT COALESCE(chase.user_id, money.user_id),
               CASE WHEN dispute.id IS NOT NULL THEN '5'
                    WHEN %(today)s - money.date <= 0 THEN '0'
                    WHEN %(today)s - money.date <= 30 THEN '1'
                    WHEN %(today)s - money.date <= 60 THEN '2'
                    WHEN %(today)s - money.date <= 90 THEN '3' ELSE '4' END,
               sum(money.amount), count(*)
          FROM sales_process_money money
     LEFT JOIN sales_process_chase chase
            ON chase.move_id = money.move_id
           AND chase.ownership_id = money.ownership_id
     LEFT JOIN sales_process_dispute dispute
            ON dispute.move_id = money.move_id AND dispute.state = 'open'
           AND dispute.date_until >= %(today)s
         WHERE money.kind = 'open' AND money.company_id = %(company)s
      GROUP BY 1, 2
    """
    Receivable = env["sales.process.receivable"]

    def ask():
        return Receivable._read_group(
            [("ownership_id", "!=", False), ("company_id", "=", env.company.id)],
            ["user_id", "bucket"],
            ["amount:sum", "__count"],
        )

    def ask_sql():
        env.cr.execute(query, {"company": env.company.id, "today": today})
        return env.cr.fetchall()

    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    plain = [(row[0], row[1], float(row[2]), row[3]) for row in ask_sql()]
    pivot = [(row[0].id, row[1][0], row[2], row[3]) for row in ask()]
    if sorted(plain) != sorted(pivot):
        raise AssertionError("the pivot does not say what plain SQL says")
    clock = get_backend_clock()
    found = {"sql": [], "view": []}
    for _round in range(max(ROUNDS, 3)):
        for name, act in (("sql", ask_sql), ("view", ask)):
            env.invalidate_all()
            before = time.process_time() + clock()
            act()
            found[name].append(time.process_time() + clock() - before)
    env.cr.rollback()
    return found


what = {"documents": measure_documents, "pivot": measure_pivot}
print("BENCH " + json.dumps(what[os.environ["SPM_BENCH_WHAT"]]()))
