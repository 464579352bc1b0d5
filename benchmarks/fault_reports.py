"""The work of making, judging and closing work reports, for the fault runs.

Would catch: reports that, after a kill, are made twice, not at all, or judged by
another deadline.
"""

from datetime import timedelta

from fault_cluster import execute
from fault_team import READ_MOMENT, create_people, create_team, finish_set_up, quiet

NAME = "reports"
SUBJECTS = "reports at least"
BATCH_SIZE = 60
REMINDER_BATCH_SIZE = 3
ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Pacific/Honolulu",
    "Pacific/Kiritimati",
    "Asia/Kolkata",
    "UTC",
)
# One person owes about so many daily, weekly and monthly reports of so many days.
DAYS = 40
REPORTS_OF_A_PERSON = 35

REMAINING = """
    SELECT (SELECT count(*) FROM crm_team, fault_moment
             WHERE (process_report_daily OR process_report_weekly
                    OR process_report_monthly)
               AND process_report_checked IS DISTINCT FROM moment)
         + (SELECT count(*) FROM sales_process_work_report, fault_moment
             WHERE state = 'draft' AND date_due < moment
                OR state <> 'excused' AND bound_to <= moment AND date_final IS NULL)
"""
STATE = {
    "reports": """
        SELECT person.login, team.name ->> 'en_US', kind, period, date_from, date_to,
               report.tz, bound_from, bound_to, date_due, state, reviewer.login,
               date_final, date_values, date_reminded
          FROM sales_process_work_report AS report
          JOIN res_users AS person ON person.id = report.user_id
     LEFT JOIN res_users AS reviewer ON reviewer.id = report.reviewer_id
     LEFT JOIN crm_team AS team ON team.id = report.team_id""",
    "numbers": """
        SELECT person.login, kind, period, value.metric_name, value.sequence, goal,
               has_goal, value_submitted, has_submitted, value_final, has_final
          FROM sales_process_work_report_value AS value
          JOIN sales_process_work_report AS report ON report.id = value.report_id
          JOIN res_users AS person ON person.id = report.user_id""",
    "teams": """
        SELECT name ->> 'en_US', process_report_checked FROM crm_team""",
    "activities": """
        SELECT person.login, kind, period, activity.date_deadline
          FROM mail_activity AS activity
          JOIN sales_process_work_report AS report ON report.id = activity.res_id
          JOIN res_users AS person ON person.id = activity.user_id
         WHERE activity.res_model = 'sales.process.work.report'""",
    # several processes may tell somebody of 1 report and of 2 instead of 3 at once
    "reports that people were told of": """
        SELECT partner.name, regexp_replace(message.subject, '[0-9]+$', ''),
               sum(COALESCE(substring(message.subject from '[0-9]+$')::int, 1))
          FROM mail_message AS message
          JOIN mail_message_res_partner_rel AS told
            ON told.mail_message_id = message.id
          JOIN res_partner AS partner ON partner.id = told.res_partner_id
         WHERE message_type = 'user_notification'
      GROUP BY 1, 2""",
}
NEVER = {
    "reports made twice": """
        SELECT count(*) FROM (
            SELECT FROM sales_process_work_report
          GROUP BY user_id, company_id, kind, date_from
            HAVING count(*) > 1) AS twice""",
    "everything, if no number is above zero": """
        SELECT CASE WHEN max(value_final) > 0 THEN 0 ELSE 1 END
          FROM sales_process_work_report_value""",
}


def get_moment(database):
    """What the database's clock tells the processes."""
    return execute(database, READ_MOMENT)[0][0]


def set_up(env, subjects):
    """People of three teams and six zones who owe reports of the last weeks."""
    env = quiet(env)
    moment = env.cr.now().replace(microsecond=0)
    people = create_people(env, max(12, -(-subjects // REPORTS_OF_A_PERSON)), ZONES)
    third = len(people) // 3
    kinds = {
        "process_report_daily": True,
        "process_report_weekly": True,
        "process_report_monthly": True,
    }
    teams = env["crm.team"].union(
        create_team(
            env,
            "All Kinds",
            people[1:third],
            people[0],
            process_report_reminder_hours=24,
            **kinds,
        ),
        create_team(
            env,
            "Every Day",
            people[third : 2 * third],
            people[0],
            process_report_days="all",
            process_report_daily_hour=24,
            process_report_reminder_hours=168,
            **kinds,
        ),
        create_team(
            env,
            "Leader Reports",
            people[2 * third + 1 :],
            people[2 * third],
            process_report_to_id=people[0].id,
            process_report_reminder_hours=0,
            **kinds,
        ),
    )
    for person in people[::7]:
        person.write(
            {
                "out_of_office_from": moment - timedelta(days=20),
                "out_of_office_to": moment - timedelta(days=9),
            }
        )
    leads = env["crm.lead"].create(
        [
            {
                "name": f"Lead {number}",
                "type": "opportunity",
                "phone": f"+86139{number:08d}",
                "expected_revenue": 100 * number,
                "user_id": person.id,
                "team_id": person.sale_team_id.id,
            }
            for number, person in enumerate(list(people[1:]) * 5)
        ]
    )
    leads[::3].action_set_won()
    env.flush_all()
    env.cr.execute(
        """
        UPDATE crm_lead SET create_date = %(moment)s - id %% 40 * INTERVAL '1 day',
                            date_open = %(moment)s - id %% 40 * INTERVAL '1 day',
                            date_closed = date_closed - id %% 30 * INTERVAL '1 day';
        UPDATE crm_team_member SET create_date = '2020-01-01';
        UPDATE crm_team SET create_date = '2020-01-01', process_report_checked = NULL;
        """,
        {"moment": moment},
    )
    env.invalidate_all()
    begin = moment - timedelta(days=DAYS)
    teams.write(
        {
            f"process_report_{kind}_since": begin
            for kind in ("daily", "weekly", "monthly")
        }
    )
    finish_set_up(env, moment)


def run(env):
    """What the scheduled action does."""
    from odoo.addons.sales_process_mgmt_report.models import (
        sales_process_work_report_cron,
    )

    sales_process_work_report_cron.BATCH_SIZE = BATCH_SIZE
    sales_process_work_report_cron.REMINDER_BATCH_SIZE = REMINDER_BATCH_SIZE
    env["sales.process.work.report"]._cron_work_reports()
