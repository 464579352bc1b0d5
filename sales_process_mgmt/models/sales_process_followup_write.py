# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A contact and the dates that it moves: one statement, whose plan is kept."""

from odoo.tools import SQL

from ..tools.kept import KeptQuery

# What is written of an activity that is done; of another contact, or where an addon
# adds to it, the statement is sent as it is.
CONTACT_COLUMNS = {
    "id": "int",
    "activity_id": "int",
    "calendar_event_id": "int",
    "channel": "varchar",
    "company_id": "int",
    "counts": "bool",
    "create_date": "timestamp",
    "create_uid": "int",
    "date": "timestamp",
    "duration": "float8",
    "is_named_by_system": "bool",
    "lead_id": "int",
    "location": "varchar",
    "ownership_id": "int",
    "plan_next": "bool",
    "rank": "varchar",
    "rank_reason": "varchar",
    "solution": "text",
    "source": "varchar",
    "subject": "varchar",
    "team_id": "int",
    "user_id": "int",
    "write_date": "timestamp",
    "write_uid": "int",
}
# What a contact moves of its customer; what it does not move stays.
PERIOD_COLUMNS = {
    "date_last_contact": "timestamp",
    "date_deadline": "timestamp",
    "deadline_kind": "varchar",
    "clock_zones": "varchar",
}
LEAD_COLUMNS = {"date_last_contact", "followup_deadline"}


def _build_contact(_env, *values):
    *values, lead_ids, deadlines = values
    row = dict(zip(CONTACT_COLUMNS, values, strict=False))
    moves = values[len(row) :]
    assignments = [
        SQL("%s = CASE WHEN %s THEN %s ELSE %s END", column, is_moved, value, column)
        for column, is_moved, value in zip(
            map(SQL.identifier, PERIOD_COLUMNS), moves[::2], moves[1::2], strict=True
        )
    ]
    written = SQL(
        "write_uid = %s, write_date = %s", row["write_uid"], row["write_date"]
    )
    return SQL(
        """
        WITH contact AS (INSERT INTO sales_process_followup (%(columns)s)
                         VALUES (%(row)s)),
             period AS (UPDATE sales_process_ownership
                           SET %(assignments)s, %(written)s
                         WHERE id = %(period)s)
        UPDATE crm_lead
           SET date_last_contact = %(date)s,
               followup_deadline =
                   (%(deadlines)s::timestamp[])[array_position(%(lead_ids)s, id)],
               %(written)s
         WHERE id = ANY(%(lead_ids)s)
        """,
        columns=SQL(", ").join(map(SQL.identifier, row)),
        row=SQL(", ").join(SQL("%s", value) for value in row.values()),
        assignments=SQL(", ").join(assignments),
        written=written,
        period=row["ownership_id"],
        date=row["date"],
        lead_ids=lead_ids,
        deadlines=deadlines,
    )


WRITE_CONTACT = KeptQuery(
    "contact",
    (
        *CONTACT_COLUMNS.values(),
        *(kind for column in PERIOD_COLUMNS.values() for kind in ("bool", column)),
        "int[]",
        "timestamp[]",
    ),
    _build_contact,
    is_written=True,
)


def prepare_contact(env, row, changes):
    """The statement that writes a contact, with the dates of its customer.

    :param dict row: columns of the contact, see ``orm.LateInsert``
    :param list changes: see ``orm.update_together``: of the period, then of its leads
    :return: SQL, or None where it is no contact of an activity that moves the clock
    """
    (period, moved), *leads = changes
    if (
        row.keys() != CONTACT_COLUMNS.keys()
        or period._ids != (row["ownership_id"],)
        or not moved.keys() <= PERIOD_COLUMNS.keys()
        or moved.get("date_last_contact") != row["date"]
    ):
        return None
    deadlines = {}
    for records, dates in leads:
        if dates.keys() != LEAD_COLUMNS or dates["date_last_contact"] != row["date"]:
            return None
        deadlines |= dict.fromkeys(records._ids, dates["followup_deadline"])
    moves = [
        value for name in PERIOD_COLUMNS for value in (name in moved, moved.get(name))
    ]
    return WRITE_CONTACT.get_query(
        env,
        *(row[name] for name in CONTACT_COLUMNS),
        *moves,
        list(deadlines),
        list(deadlines.values()),
    )
