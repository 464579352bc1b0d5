#!/usr/bin/env python3
"""Compare a database before and after an upgrade: nothing of ours may be lost.

    scripts/check_upgrade.py before DATABASE     remember what there is, and change
                                                 what users change
    scripts/check_upgrade.py after DATABASE      compare

What is remembered lies in the table upgrade_before of the database.
"""

import argparse
import ast
import json
import pathlib
import re
import sys

import psycopg2
from psycopg2 import sql

FAMILY = "sales_process_mgmt"
# Failures are kept by a model of their own; one's shifts are a filter of the roster;
# dialogs are their maker's by one rule for all of them.
GONE = re.compile(
    "work_failure_count|date_work_retry|sales_process_retry|sales_process_duty_menu_mine"
    "|sales_process_(claim_back|registration|registration_contact)_rule_own"
)
# Newer versions bring more of these.
MORE = {"sales_process_metric"}
MOVED = ("sales_process_mgmt_metric", "sales_process_mgmt_report")
TABLES = """
    SELECT table_name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND table_name ~ '(^|_)sales_process_'
       AND table_name <> 'sales_process_mgmt_kept'
     ORDER BY table_name
"""
# Of tables that are not ours: the columns that are.
COLUMNS = """
    SELECT table_name || '.' || column_name || ' ' || data_type
      FROM information_schema.columns
     WHERE table_schema = 'public'
       AND (
           table_name = ANY(%(tables)s)
           OR (table_name, column_name) IN (
               SELECT replace(fields.model, '.', '_'), fields.name
                 FROM ir_model_fields AS fields
                 JOIN ir_model_data AS data
                   ON data.model = 'ir.model.fields' AND data.res_id = fields.id
                WHERE starts_with(data.module, 'sales_process_mgmt')
           )
       )
     ORDER BY 1
"""
# Whose addon it is may change, the record of an external id may not.
EXTERNAL_IDS = """
    SELECT name || ' ' || model, array_agg(DISTINCT res_id ORDER BY res_id)
      FROM ir_model_data AS data
     WHERE starts_with(module, 'sales_process_mgmt')
       AND model NOT IN ('ir.model.inherit', 'ir.model.constraint')
       -- a computed field holds nothing that could be lost
       AND (
           model <> 'ir.model.fields'
           OR EXISTS (SELECT FROM ir_model_fields AS field
                       WHERE field.id = data.res_id AND field.store)
       )
  GROUP BY 1 ORDER BY 1
"""
CRONS = """
    SELECT cron_name, count(*), bool_or(active), min(interval_number)
      FROM ir_cron WHERE cron_name LIKE 'Sales Process%%' GROUP BY 1 ORDER BY 1
"""
# What a user has set, and the upgrade leaves.
CHANGE = """
    UPDATE sales_process_metric SET name = '{"en_US": "Called", "zh_CN": "打电话"}',
           in_daily = NOT coalesce(in_daily, FALSE), active = TRUE, sequence = 777
     WHERE code = 'calls';
    UPDATE ir_cron SET interval_number = 7, priority = 3
     WHERE cron_name LIKE 'Sales Process%plans%'
        OR cron_name LIKE 'Sales Process%work reports%';
    UPDATE mail_activity_type SET delay_count = 3, icon = 'fa-star'
     WHERE id IN (SELECT res_id FROM ir_model_data
                   WHERE model = 'mail.activity.type' AND name LIKE '%work_report');
"""
# A name that gains a translation is the same name.
CHANGED = (
    """
    SELECT row_to_json(row)::text FROM (
        SELECT id, name ->> 'en_US' AS name, in_daily, active, sequence, domain
          FROM sales_process_metric ORDER BY id
    ) AS row
    """,
    """
    SELECT row_to_json(row)::text FROM (
        SELECT id, cron_name, interval_number, priority, active
          FROM ir_cron ORDER BY id
    ) AS row
    """,
    """
    SELECT row_to_json(row)::text FROM (
        SELECT id, name ->> 'en_US' AS name, delay_count, icon, active
          FROM mail_activity_type ORDER BY id
    ) AS row
    """,
)
# What belongs to a model that another addon declares bears that addon's name.
LEFT = r"""
    SELECT data.module || '.' || data.name
      FROM ir_model_data AS data
     WHERE data.module = 'sales_process_mgmt'
       AND (
           data.name ~ ('^(model_|field_|selection__|constraint_|access_)?'
               || 'sales_process_'
               || '(metric|plan|stage_move|work_report|intelligence|discipline)(_|$)')
           OR data.model ~ '^sales\.process\.(metric|plan|work\.report|intelligence)'
       )
"""


# What says which fields bear another name afterwards
RENAMINGS = sorted(
    (pathlib.Path(__file__).parents[1] / "sales_process_mgmt/migrations").glob(
        "*/pre-names.py"
    )
)


def read_names(path):
    """``{model: {name before: name}}`` of a migration, which runs in Odoo alone."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "NAMES":
            return ast.literal_eval(node.value)
    raise LookupError(f"{path} renames nothing")


RENAMED = [read_names(path) for path in RENAMINGS]


def read(cursor, query, parameters=None):
    cursor.execute(query, parameters)
    return cursor.fetchall()


def collect(cursor):
    """Everything that an upgrade may not lose.

    :return: ``{title: {name: value}}``, as JSON keeps it
    """
    tables = [name for (name,) in read(cursor, TABLES)]
    rows = {}
    for table in tables:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        rows[table] = read(cursor, query)[0][0]
    found = {
        "rows": rows,
        "columns": {
            name: True for (name,) in read(cursor, COLUMNS, {"tables": tables})
        },
        "external ids": dict(read(cursor, EXTERNAL_IDS)),
        "scheduled actions": {name: rest for name, *rest in read(cursor, CRONS)},
        "settings": {row: True for query in CHANGED for (row,) in read(cursor, query)},
    }
    return json.loads(json.dumps(found, default=str))


def get_name_after(name):
    """The name that a column, a field or a value of a selection has now.

    :param str name: as ``COLUMNS`` and ``EXTERNAL_IDS`` give it
    :return: str
    """
    for names_by_model in RENAMED:
        for model, names in names_by_model.items():
            table = model.replace(".", "_")
            for old, new in names.items():
                for start, end in (
                    (f"{table}.", " "),
                    (f"field_{table}__", " "),
                    (f"selection__{table}__", "__"),
                ):
                    if name.startswith(f"{start}{old}{end}"):
                        return f"{start}{new}{name[len(start) + len(old) :]}"
    return name


def remember(cursor):
    cursor.execute(CHANGE)
    cursor.execute("DROP TABLE IF EXISTS upgrade_before")
    cursor.execute("CREATE TABLE upgrade_before (content jsonb)")
    cursor.execute(
        "INSERT INTO upgrade_before VALUES (%s)", [json.dumps(collect(cursor))]
    )


def compare(cursor):
    """Say what is lost.

    :return: number of faults
    """
    before = read(cursor, "SELECT content FROM upgrade_before")[0][0]
    after = collect(cursor)
    faults = []
    for title, values in before.items():
        for name, value in values.items():
            now = after[title].get(get_name_after(name))
            # another addon may use the same name for a record of its own
            kept = title == "external ids" and set(value) <= set(now or ())
            kept |= title == "rows" and name in MORE and (now or 0) >= value
            if now != value and not kept and not GONE.search(name):
                faults.append(f"{title}: {name} was {value}, is {now}")
    faults += [f"left with the core: {name}" for (name,) in read(cursor, LEFT)]
    twice = [name for name, rest in after["scheduled actions"].items() if rest[0] > 1]
    faults += [f"scheduled action twice: {name}" for name in twice]
    states = dict(
        read(
            cursor,
            "SELECT name, state FROM ir_module_module WHERE name = ANY(%s)",
            [[FAMILY, *MOVED]],
        )
    )
    faults += [
        f"module {name} is {states.get(name)}"
        for name in (FAMILY, *MOVED)
        if states.get(name) != "installed"
    ]
    cursor.execute("SELECT to_regclass('sales_process_mgmt_kept')")
    if cursor.fetchone()[0]:
        faults.append("the migration has left its table sales_process_mgmt_kept")
    print("\n".join(faults[:50]))
    print(f"{sum(map(len, before.values()))} facts compared, {len(faults)} lost.")
    return len(faults)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=("before", "after"))
    parser.add_argument("database")
    arguments = parser.parse_args()
    connection = psycopg2.connect(dbname=arguments.database)
    with connection, connection.cursor() as cursor:
        if arguments.step == "before":
            remember(cursor)
        elif compare(cursor):
            sys.exit(1)


main()
