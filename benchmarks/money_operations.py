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
PEOPLE = int(os.environ["SPM_BENCH_PEOPLE"])
# Instalments of an invoice, in the table that is filled by SQL.
PARTS = 20
WARM_UP = 5


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


def make_customers(number, count):
    """Customers of a salesperson; with the addons they are owned."""
    mode = "enforce" if "process_mode" in env["crm.team"]._fields else ""
    user, team = make_salesperson(env, f"money{number}", mode)
    partners = env["res.partner"].create(
        [{"name": f"Customer {number} {place}"} for place in range(count)]
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
    """As in a server that has worked before: every cache of the process is filled."""
    work_documents(WARM_UP)
    worked = work_documents(DOCUMENTS)
    return {
        f"{what} {DOCUMENTS} {documents}": [seconds]
        for (what, documents), seconds in worked.items()
    }


def work_documents(count):
    """Confirm orders, post invoices, register payments: each in one call.

    :param int count: of each
    :return: ``{(what, documents): seconds}``
    """
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
    partners = make_customers(env.cr.fetchone()[0], count)
    product = env["product.product"].create({"name": "Pump", "taxes_id": False})
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": 100})
                ],
            }
            for partner in partners
        ]
    )
    confirmed = measure(orders.action_confirm)
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
        ("confirm", "orders"): confirmed,
        ("post", "invoices"): posted,
        ("pay", "invoices"): paid,
    }


def clone(table, row_id, number, **values):
    """Copy a row by plain SQL.

    :param str table: table
    :param int row_id: which row
    :param int number: how many copies
    :param values: what differs, as SQL of ``number``; ``id`` is the next one
    :return: the lowest and the highest id of the copies
    """
    names = "".join(f", '{name}', {value}" for name, value in values.items())
    env.cr.execute(
        f"""
        WITH made AS (
            INSERT INTO {table}
            SELECT copied.*
              FROM {table} source, generate_series(1, %s) AS number,
                   jsonb_populate_record(
                       source,
                       jsonb_build_object('place', number, 'id',
                                          nextval('{table}_id_seq'){names}))
                       AS copied
             WHERE source.id = %s
         RETURNING id)
        SELECT min(id), max(id) FROM made
        """,  # noqa: S608 (names of this file)
        (number, row_id),
    )
    return env.cr.fetchone()


def make_money():
    """People, customers with invoices of several instalments, and the open money."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM res_partner")
    [partner] = make_customers(env.cr.fetchone()[0], 1)
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-03-02",
            "invoice_line_ids": [
                Command.create({"name": "Pump", "price_unit": 100, "tax_ids": [(5,)]})
            ],
        }
    )
    invoice.action_post()
    env.cr.flush()
    ownership = env["sales.process.ownership"].search(
        [("partner_id", "=", partner.id)], limit=1
    )
    person = ownership.user_id
    first, _last = clone("res_partner", person.partner_id.id, PEOPLE)
    people, _last = clone(
        "res_users",
        person.id,
        PEOPLE,
        login="'bench' || number",
        partner_id=f"{first} + number - 1",
    )
    customers, _last = clone("res_partner", partner.id, PEOPLE)
    moves, _last = clone(
        "account_move",
        invoice.id,
        LINES // PARTS,
        name="'BENCH/' || number",
        sequence_number="number",
        sequence_prefix="'BENCH/'",
        partner_id=f"{customers} + number %% {PEOPLE}",
        commercial_partner_id=f"{customers} + number %% {PEOPLE}",
    )
    env.cr.execute(
        """
        INSERT INTO sales_process_money (kind, source, date, amount, ownership_id,
                                         user_id, team_id, company_id, move_id)
        SELECT 'open', 'account.move.line:' || -number, CURRENT_DATE - number %% 200,
               number %% 1000 + 0.5, %s, %s + number / %s %% %s, %s, %s,
               %s + number / %s
          FROM generate_series(0, %s - 1) AS number
        """,
        (
            ownership.id,
            people,
            PARTS,
            PEOPLE,
            ownership.team_id.id,
            env.company.id,
            moves,
            PARTS,
            LINES,
        ),
    )
    env.cr.execute("ANALYZE sales_process_money, account_move, res_partner, res_users")


def measure_pivot():
    """Receivables by salesperson and age, and by customer; the same in plain SQL.

    Without parallel workers: what is measured is the processor time of our own
    process of PostgreSQL, and that of workers would not be seen in either.
    """
    make_money()
    today = env["crm.team"]._get_process_today(env.user)
    ageing = """
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
    statements = """
        SELECT move.commercial_partner_id, move.currency_id,
               sum(money.amount), count(*)
          FROM sales_process_money money
          JOIN account_move move ON move.id = money.move_id
         WHERE money.kind = 'open' AND money.company_id = %(company)s
      GROUP BY 1, 2
    """
    Receivable = env["sales.process.receivable"]
    domain = [("ownership_id", "!=", False), ("company_id", "=", env.company.id)]
    env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    clock = get_backend_clock()
    found = {}
    for name, query, groups in (
        (f"ageing of {PEOPLE:,} people, {LINES:,} items", ageing, "user_id bucket"),
        (
            f"statements of {PEOPLE:,} customers, {LINES:,} items",
            statements,
            "partner_id invoice_currency_id",
        ),
    ):

        def ask(groups=groups):
            return Receivable._read_group(
                domain, groups.split(), ["amount:sum", "__count"]
            )

        def ask_sql(query=query):
            env.cr.execute(query, {"company": env.company.id, "today": today})
            return env.cr.fetchall()

        plain = [(row[0], str(row[1]), float(row[2]), row[3]) for row in ask_sql()]
        pivot = [
            (
                row[0].id,
                row[1][0] if isinstance(row[1], str) else str(row[1].id),
                row[2],
                row[3],
            )
            for row in ask()
        ]
        if sorted(plain) != sorted(pivot):
            raise AssertionError(f"{name}: not what plain SQL says")
        times = found[name] = {"sql": [], "view": []}
        for _round in range(max(ROUNDS, 3)):
            for kind, act in (("sql", ask_sql), ("view", ask)):
                env.invalidate_all()
                before = time.process_time() + clock()
                act()
                times[kind].append(time.process_time() + clock() - before)
    env.cr.rollback()
    return found


what = {"documents": measure_documents, "pivot": measure_pivot}
print("BENCH " + json.dumps(what[os.environ["SPM_BENCH_WHAT"]]()))
