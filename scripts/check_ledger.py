#!/usr/bin/env python3
"""Check the ledger of customers on a living database; changes nothing.

    scripts/odoo --python scripts/check_ledger.py DATABASE [--limit 20]

Each broken rule is named with the rows that break it. The connection is read-only and
needs no Odoo; host, port and user come from PGHOST, PGPORT, PGUSER and PGPASSWORD.

Exit code 0: every rule holds. 1: some are broken. 2: the database cannot be checked.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

import psycopg2

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "sales_process_mgmt"))
from tools.ledger_rules import RULES, Rule

ADDONS = Path(__file__).resolve().parents[1]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument(
        "--limit", type=int, default=20, help="rows to name per rule (default 20)"
    )
    return parser.parse_args()


def get_rules(cursor):
    """The rules of the core, and those of the addons on it that are installed.

    :return: list of rules
    """
    cursor.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
    installed = {row[0] for row in cursor.fetchall()}
    rules = list(RULES)
    for path in sorted(ADDONS.glob("sales_process_mgmt_*/tools/ledger_rules.py")):
        addon = path.parents[1].name
        if addon in installed:
            spec = importlib.util.spec_from_file_location(f"{addon}_rules", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            rules += [Rule(*row) for row in module.RULES]
    return rules


def check(cursor, rule, limit):
    """The rows that break a rule.

    :return: number of rows, list of the first (id, detail)
    """
    cursor.execute(rule.query)
    rows = cursor.fetchall()
    return len(rows), sorted(rows)[:limit]


def main():
    arguments = parse_arguments()
    try:
        connection = psycopg2.connect(dbname=arguments.database)
        # one snapshot for all rules, while people work
        connection.set_session(
            isolation_level="REPEATABLE READ", readonly=True, autocommit=False
        )
        broken = 0
        with connection.cursor() as cursor:
            rules = get_rules(cursor)
            for rule in rules:
                count, rows = check(cursor, rule, arguments.limit)
                print(f"{'BROKEN' if count else 'holds':8}{rule.name}: {rule.sentence}")
                for row_id, detail in rows:
                    print(f"        {rule.table} {row_id}: {detail}")
                if count > len(rows):
                    print(f"        ... and {count - len(rows)} more")
                broken += bool(count)
    except psycopg2.Error as error:
        print(f"The database cannot be checked: {error}".strip(), file=sys.stderr)
        return 2
    print(f"{broken} of {len(rules)} rules are broken." if broken else "All is well.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
