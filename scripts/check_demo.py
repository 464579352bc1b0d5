#!/usr/bin/env python3
"""Check that a demonstration is alive; changes nothing.

    scripts/odoo --python scripts/check_demo.py DATABASE [--quiet]

Odoo only logs demo data that it could not load and goes on without: this says so, with
the reason, and counts what a newcomer expects to see. Nothing here depends on the hour.

Exit code 0: complete. 1: something is missing. 2: the database cannot be checked.
"""

import argparse
import sys

import psycopg2

FAILURES = """
    SELECT module.name || ': ' || failure.error
      FROM ir_demo_failure AS failure
      JOIN ir_module_module AS module ON module.id = failure.module_id
"""
# what, query of a number, least and most (None: no bound)
COUNTS = (
    (
        "people",
        """
        SELECT count(*)
          FROM ir_model_data
          JOIN res_users ON res_users.id = ir_model_data.res_id
         WHERE ir_model_data.module = 'sales_process_mgmt'
           AND ir_model_data.model = 'res.users' AND res_users.active
    """,
        12,
        12,
    ),
    (
        "people away whose deputy stands in",
        """
        SELECT count(*) FROM sales_process_absence
         WHERE state = 'confirmed' AND deputy_id IS NOT NULL
           AND date_start <= (now() AT TIME ZONE 'UTC')
           AND date_end > (now() AT TIME ZONE 'UTC')
    """,
        1,
        None,
    ),
    (
        "customers",
        """
        SELECT count(*) FROM sales_process_ownership WHERE state IN ('open', 'pool')
    """,
        60,
        60,
    ),
    (
        "customers in the pool",
        """
        SELECT count(*) FROM sales_process_ownership WHERE state = 'pool'
    """,
        6,
        12,
    ),
    (
        "people who own customers",
        """
        SELECT count(DISTINCT user_id) FROM sales_process_ownership
         WHERE state = 'open'
    """,
        6,
        6,
    ),
    (
        "follow-ups that count",
        """
        SELECT count(*) FROM sales_process_followup WHERE counts
    """,
        45,
        None,
    ),
    (
        "follow-ups of today or yesterday",
        """
        SELECT count(*) FROM sales_process_followup
         WHERE date <= (now() AT TIME ZONE 'UTC')
           AND date >= (now() AT TIME ZONE 'UTC') - interval '36 hours'
    """,
        5,
        None,
    ),
    (
        "follow-ups in the future",
        """
        SELECT count(*) FROM sales_process_followup
         WHERE date > (now() AT TIME ZONE 'UTC')
    """,
        0,
        0,
    ),
    (
        "deadlines to come",
        """
        SELECT count(*) FROM sales_process_ownership
         WHERE state = 'open' AND date_deadline > (now() AT TIME ZONE 'UTC')
    """,
        30,
        None,
    ),
    (
        "teams with somebody on duty now",
        """
        SELECT count(DISTINCT team_id) FROM sales_process_duty
         WHERE state = 'confirmed' AND date_start <= (now() AT TIME ZONE 'UTC')
           AND date_end > (now() AT TIME ZONE 'UTC')
    """,
        2,
        2,
    ),
    (
        "weekdays of the roster",
        """
        SELECT count(DISTINCT extract(isodow FROM date_start)) FROM sales_process_duty
    """,
        7,
        7,
    ),
    ("conflicts", "SELECT count(*) FROM sales_process_conflict", 6, None),
    (
        "conflicts to decide",
        """
        SELECT count(*) FROM sales_process_conflict WHERE state = 'open'
    """,
        1,
        None,
    ),
    ("release runs", "SELECT count(*) FROM sales_process_release_run", 1, None),
    (
        "customers released",
        """
        SELECT count(*) FROM sales_process_release_line
         WHERE outcome IN ('handed_over', 'waiting', 'pooled')
    """,
        1,
        None,
    ),
    ("reports", "SELECT count(*) FROM sales_process_work_report", 19, None),
    ("plans", "SELECT count(*) FROM sales_process_plan", 9, None),
    (
        "regions with teams below",
        """
        SELECT count(DISTINCT process_parent_id) FROM crm_team
         WHERE active AND process_mode IN ('observe', 'enforce')
    """,
        1,
        1,
    ),
    ("certificates", "SELECT count(*) FROM sales_process_certificate", 1, None),
    (
        "notices told or waiting",
        """
        SELECT (SELECT count(*) FROM sales_process_notice_line)
             + (SELECT count(*) FROM mail_notification
                 JOIN mail_message ON mail_message.id = mail_message_id
                WHERE message_type = 'user_notification')
    """,
        5,
        None,
    ),
    # where nobody listens: no demonstration calls another server
    ("robots", "SELECT count(*) FROM sales_process_robot", 1, 1),
    (
        "robots that would speak",
        "SELECT count(*) FROM sales_process_robot WHERE active",
        0,
        0,
    ),
    (
        "ages of what is owed",
        """
        SELECT count(DISTINCT age) FROM (
            SELECT CASE WHEN now()::date <= date THEN 0
                        WHEN now()::date - date > 90 THEN 4
                        ELSE 1 + (now()::date - date - 1) / 30 END AS age
              FROM sales_process_money WHERE kind = 'open' AND amount > 0) AS owed
    """,
        4,
        5,
    ),
    (
        "companies that do not count in yuan",
        """
        SELECT count(*)
          FROM sales_process_money AS money
          JOIN res_company AS company ON company.id = money.company_id
          JOIN res_currency AS currency ON currency.id = company.currency_id
         WHERE currency.name <> 'CNY'
    """,
        0,
        0,
    ),
    (
        "promises that wait",
        "SELECT count(*) FROM sales_process_promise WHERE state = 'open'",
        3,
        None,
    ),
    (
        "invoices disputed",
        "SELECT count(*) FROM sales_process_dispute WHERE state = 'open'",
        2,
        None,
    ),
    (
        "invoices chased by the plan",
        "SELECT count(*) FROM sales_process_chase WHERE step IS NOT NULL",
        2,
        None,
    ),
    ("pieces of news", "SELECT count(*) FROM sales_process_intelligence", 3, None),
    ("questions to help", "SELECT count(*) FROM sales_process_invitation", 1, None),
    (
        "customers graded by rule",
        "SELECT count(*) FROM sales_process_grade_change",
        3,
        None,
    ),
    (
        "report forms in use",
        "SELECT count(*) FROM sales_process_report_form WHERE state = 'published'",
        1,
        None,
    ),
    (
        "meetings with minutes",
        "SELECT count(*) FROM sales_process_meeting WHERE state = 'closed'",
        1,
        1,
    ),
    (
        "lines of the next agenda",
        """
        SELECT count(*) FROM sales_process_meeting_line AS line
          JOIN sales_process_meeting AS meeting ON meeting.id = line.meeting_id
         WHERE meeting.state = 'planned'
    """,
        1,
        None,
    ),
    (
        "states of decisions",
        "SELECT count(DISTINCT state) FROM sales_process_meeting_decision",
        2,
        None,
    ),
    (
        "states of complaints",
        "SELECT count(DISTINCT state) FROM sales_process_complaint",
        2,
        None,
    ),
    (
        "answers about satisfaction",
        "SELECT count(*) FROM sales_process_satisfaction WHERE is_counted",
        3,
        None,
    ),
    (
        "people who have not confirmed a policy in time",
        """
        SELECT count(*) FROM sales_process_policy_acknowledgement
         WHERE state IN ('to_read', 'read')
           AND date_due < (now() AT TIME ZONE 'UTC')
    """,
        1,
        1,
    ),
    (
        "states of violations",
        "SELECT count(DISTINCT state) FROM sales_process_violation",
        4,
        None,
    ),
    (
        "exams passed and failed",
        "SELECT count(DISTINCT state) FROM sales_process_exam_result",
        2,
        None,
    ),
    (
        "exams overdue",
        """
        SELECT count(*) FROM sales_process_training_task
         WHERE kind = 'exam' AND state = 'todo'
           AND date_due < (now() AT TIME ZONE 'UTC')
    """,
        1,
        None,
    ),
    (
        "scorecards closed",
        "SELECT count(*) FROM sales_process_scorecard WHERE state = 'closed'",
        3,
        3,
    ),
    (
        "scorecards of this month",
        "SELECT count(*) FROM sales_process_scorecard WHERE state = 'draft'",
        3,
        None,
    ),
    (
        "commission statements closed",
        """
        SELECT count(*) FROM sales_process_commission_statement AS statement
          JOIN sales_process_commission_month AS month ON month.id = month_id
         WHERE month.state = 'closed' AND statement.amount_due > 0
    """,
        2,
        None,
    ),
    (
        "commission statements open",
        """
        SELECT count(*) FROM sales_process_commission_statement AS statement
          JOIN sales_process_commission_month AS month ON month.id = month_id
         WHERE month.state = 'open'
    """,
        1,
        None,
    ),
)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--quiet", action="store_true", help="name faults only")
    return parser.parse_args()


def check(cursor, quiet):
    """Count everything.

    :return: number of faults
    """
    cursor.execute(FAILURES)
    failures = [row[0].strip() for row in cursor.fetchall()]
    for failure in failures:
        print(f"Demo data could not be loaded. {failure}", file=sys.stderr)
    faults = len(failures)
    for name, query, least, most in COUNTS:
        cursor.execute(query)
        count = cursor.fetchone()[0]
        good = count >= least and (most is None or count <= most)
        faults += not good
        if not good:
            bound = f"{least}" if most == least else f"{least} or more"
            if most not in (None, least):
                bound = f"{least} to {most}"
            print(f"WRONG   {count} {name}, expected {bound}", file=sys.stderr)
        elif not quiet:
            print(f"good    {count} {name}")
    return faults


def main():
    arguments = parse_arguments()
    try:
        connection = psycopg2.connect(dbname=arguments.database)
        connection.set_session(readonly=True)
        with connection.cursor() as cursor:
            faults = check(cursor, arguments.quiet)
    except psycopg2.Error as error:
        print(f"The database cannot be checked: {error}".strip(), file=sys.stderr)
        return 2
    if faults:
        print(f"The demonstration is not complete: {faults} faults.", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
