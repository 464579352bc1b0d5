# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Failures of scheduled actions are records of their own, not columns of others."""

from odoo.tools import SQL

# Odoo drops the columns when the upgrade is done.
MODELS = (
    "calendar.event",
    "crm.team",
    "sales.process.plan",
    "sales.process.work.report",
)
# How often it has failed, until when it waits: as they were called one after the other.
COLUMNS = (
    ("process_work_failure_count", "process_date_work_retry"),
    ("work_failure_count", "date_work_retry"),
)


def migrate(cr, version):
    """Move the counts into the new table.

    :param str version: from which the core is upgraded; None for a new installation
    """
    if not version:
        return
    for model in MODELS:
        table = model.replace(".", "_")
        for count, retry in COLUMNS:
            if has_columns(cr, table, (count, retry)):
                move_failures(cr, model, table, count, retry)


def move_failures(cr, model, table, count, retry):
    """Write one row for each record that has failed; one that is there stays."""
    company = SQL("NULL::int")
    if has_columns(cr, table, ("company_id",)):
        company = SQL.identifier("company_id")
    cr.execute(
        SQL(
            """
            INSERT INTO sales_process_failure (
                   model, res_id, company_id, failure_count, date_retry,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(model)s, id, %(company)s, %(count)s,
                   COALESCE(%(retry)s, now() AT TIME ZONE 'UTC'),
                   1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM %(table)s
             WHERE %(count)s > 0
                ON CONFLICT DO NOTHING
            """,
            model=model,
            company=company,
            count=SQL.identifier(count),
            retry=SQL.identifier(retry),
            table=SQL.identifier(table),
        )
    )


def has_columns(cr, table, columns):
    """Tell whether a table has all these columns."""
    cr.execute(
        """
        SELECT count(*) FROM information_schema.columns
         WHERE table_schema = current_schema AND table_name = %s
           AND column_name = ANY(%s)
        """,
        [table, list(columns)],
    )
    return cr.fetchone()[0] == len(columns)
