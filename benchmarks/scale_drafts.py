"""A week of work of many people, and its reports; used in Odoo's shell.

Would catch: numbers of reports that differ from plain SQL, or drafts of a thousand
people that take more than a few times as long.
"""

import scale_data

from odoo.tools import SQL

ZONES = ("Asia/Shanghai", "Europe/Brussels", "America/New_York")
PEOPLE_PER_TEAM = 100

# Each metric as (facts, measure): what a query of its own would ask.
FOLLOWUPS = """
    (SELECT followup.*, counts OR void_reason = 'no_owner' AS is_contact
       FROM sales_process_followup followup) fact
"""
METRICS = {
    "new_customers": (
        "sales_process_ownership fact",
        "fact.date_start",
        (
            "fact.previous_id IS NULL AND fact.origin <> 'backfill'"
            " AND fact.end_reason IS DISTINCT FROM 'merged'"
        ),
        "count(fact.id)",
    ),
    "followups": (FOLLOWUPS, "fact.date", "is_contact", "count(fact.id)"),
    "calls": (
        FOLLOWUPS,
        "fact.date",
        "is_contact AND channel IN ('call', 'hotline')",
        "count(fact.id)",
    ),
    **{
        code: (FOLLOWUPS, "fact.date", f"is_contact AND channel = '{channel}'", measure)
        for measure in ["count(fact.id)"]
        for code, channel in {
            "visits": "visit",
            "meetings": "meeting",
            "receptions": "reception",
            "emails": "email",
        }.items()
    },
    "customers_contacted": (
        (
            "(SELECT followup.*, counts OR void_reason = 'no_owner' AS is_contact,"
            " coalesce(ownership.root_id, ownership.id, -followup.lead_id) AS customer"
            " FROM sales_process_followup followup LEFT JOIN sales_process_ownership"
            " ownership ON ownership.id = followup.ownership_id) fact"
        ),
        "fact.date",
        "is_contact",
        "count(DISTINCT fact.customer)",
    ),
    "customers_expired": (
        "sales_process_ownership fact",
        "fact.date_end",
        "fact.end_reason = 'expired'",
        "count(fact.id)",
    ),
    "taken_from_pool": (
        "sales_process_ownership fact",
        "fact.date_start",
        "fact.origin = 'pool'",
        "count(fact.id)",
    ),
    "conflicts": ("sales_process_conflict fact", "fact.date", "TRUE", "count(fact.id)"),
    "won_count": (
        "crm_lead fact",
        "fact.date_closed",
        "fact.won_status = 'won'",
        "count(fact.id)",
    ),
    "won_revenue": (
        "crm_lead fact",
        "fact.date_closed",
        "fact.won_status = 'won'",
        "sum(fact.expected_revenue)",
    ),
    "lost_count": (
        "crm_lead fact",
        "fact.date_closed",
        "fact.won_status = 'lost'",
        "count(fact.id)",
    ),
    "expected_revenue_opened": (
        "crm_lead fact",
        "fact.create_date",
        "fact.type = 'opportunity'",
        "sum(fact.expected_revenue)",
    ),
    "days_between_contacts": (
        (
            "(SELECT followup.*, extract(epoch FROM date - lag(date) OVER (PARTITION BY"
            " ownership_id ORDER BY date, id)) / 86400 AS days"
            " FROM sales_process_followup followup WHERE counts) fact"
        ),
        "fact.date",
        "TRUE",
        "avg(fact.days)",
    ),
    "moved_forward": (
        (
            "(SELECT message.create_uid AS user_id, message.date, message.res_id AS id,"
            " (new.sequence, new.id) > (old.sequence, old.id) AS is_forward"
            " FROM mail_tracking_value tracking"
            " JOIN mail_message message ON message.id = tracking.mail_message_id"
            " AND message.model = 'crm.lead'"
            " JOIN crm_stage old ON old.id = tracking.old_value_integer"
            " JOIN crm_stage new ON new.id = tracking.new_value_integer"
            " JOIN ir_model_fields field ON field.id = tracking.field_id"
            " AND field.model = 'crm.lead' AND field.name = 'stage_id') fact"
        ),
        "fact.date",
        "is_forward",
        "count(DISTINCT fact.id)",
    ),
}


def make_people(env, people):
    """Teams that ask for weekly reports, their members in several time zones.

    :return: res.users
    """
    users = scale_data.make_salespeople(env, people, "week", ZONES)
    teams = env["crm.team"].create(
        [
            {
                "name": f"Week {number}",
                "process_mode": "enforce",
                "process_report_weekly": True,
            }
            for number in range(1 + (people - 1) // PEOPLE_PER_TEAM)
        ]
    )
    env["crm.team.member"].create(
        [
            {"crm_team_id": teams[number // PEOPLE_PER_TEAM].id, "user_id": user.id}
            for number, user in enumerate(users)
        ]
    )
    env["sales.process.metric"].search([]).in_weekly = True
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_team_member SET create_date = now() - INTERVAL '60 days'"
        " WHERE user_id = ANY(%s)",
        (users.ids,),
    )
    env.cr.execute(
        "UPDATE crm_team SET process_report_weekly_since = now() - INTERVAL '60 days'"
        " WHERE id = ANY(%s)",
        (teams.ids,),
    )
    return users


def make_week(env, users):
    """What these people did since the day before this week began."""
    stages = env["crm.stage"].search([("is_won", "=", False)], limit=2)
    field = env["ir.model.fields"]._get("crm.lead", "stage_id")
    env.cr.execute(
        """
        CREATE TABLE scale_fact AS
        SELECT member.user_id, member.crm_team_id AS team_id, number,
               begin + (now() AT TIME ZONE 'UTC' - INTERVAL '3 hours' - begin)
                       * ((member.user_id * 37 + number * 101) %% 997) / 997 AS moment
          FROM crm_team_member member, generate_series(1, 10) AS number,
       LATERAL (SELECT date_trunc('week', now() AT TIME ZONE 'Asia/Shanghai')
                       - INTERVAL '2 days' AS begin) AS clock
         WHERE member.user_id = ANY(%(users)s);
        INSERT INTO sales_process_ownership (
               name, user_id, holder_id, team_id, company_id, state, phase, origin,
               end_reason, date_start, date_end, create_uid, write_uid)
        SELECT user_id || '/' || number, user_id, user_id, team_id, %(company)s,
               CASE WHEN number = 10 THEN 'ended' ELSE 'open' END, 'pursuing',
               CASE WHEN number = 9 THEN 'pool' ELSE 'lead' END,
               CASE WHEN number = 10 THEN 'expired' END, moment,
               CASE WHEN number = 10 THEN moment + INTERVAL '1 hour' END, 1, 1
          FROM scale_fact;
        INSERT INTO crm_lead (
               name, type, user_id, team_id, company_id, stage_id, active, won_status,
               probability, priority, expected_revenue, date_open, date_closed,
               create_date, ownership_id, create_uid, write_uid)
        SELECT ownership.name, 'opportunity', fact.user_id, fact.team_id, %(company)s,
               %(stage)s, number <> 8,
               CASE number WHEN 7 THEN 'won' WHEN 8 THEN 'lost' ELSE 'pending' END,
               10, '0', 100 * number, moment,
               CASE WHEN number IN (7, 8) THEN moment + INTERVAL '2 hours' END, moment,
               ownership.id, fact.user_id, 1
          FROM scale_fact fact
          JOIN sales_process_ownership ownership
            ON ownership.name = fact.user_id || '/' || number;
        INSERT INTO sales_process_followup (
               lead_id, ownership_id, user_id, team_id, company_id, channel, source,
               subject, date, counts, void_reason, create_uid, write_uid, create_date)
        SELECT lead.id, lead.ownership_id, lead.user_id, lead.team_id, lead.company_id,
               (ARRAY['call', 'email', 'visit', 'meeting', 'reception'])
                   [1 + (lead.id + again) %% 5],
               'manual', 'Said', lead.create_date + again * INTERVAL '1 hour',
               (lead.id + again) %% 9 <> 0,
               CASE WHEN (lead.id + again) %% 9 = 0 THEN 'short' END, 1, 1,
               lead.create_date
          FROM crm_lead lead, generate_series(0, 1) AS again
         WHERE lead.user_id = ANY(%(users)s);
        INSERT INTO sales_process_conflict (
               name, user_id, team_id, company_id, state, door, date)
        SELECT 'Conflict', user_id, team_id, %(company)s, 'resolved', 'interactive',
               moment
          FROM scale_fact WHERE number = 1 AND user_id %% 5 = 0;
        WITH message AS (
            INSERT INTO mail_message (
                   model, res_id, message_type, date, create_uid, create_date)
            SELECT 'crm.lead', id, 'notification', create_date, user_id, create_date
              FROM crm_lead WHERE user_id = ANY(%(users)s) AND id %% 4 = 0
         RETURNING id)
        INSERT INTO mail_tracking_value (
               mail_message_id, field_id, old_value_integer, new_value_integer)
        SELECT id, %(field)s, %(stage)s, %(next)s FROM message;
        DROP TABLE scale_fact;
        """,
        {
            "users": users.ids,
            "company": env.company.id,
            "stage": stages[0].id,
            "next": stages[1].id,
            "field": field.id,
        },
    )
    env.cr.commit()
    with env.registry.cursor() as cr:
        for table in ("crm_lead", "sales_process_ownership", "sales_process_followup"):
            cr.execute(f"ANALYZE {table}")
        cr.execute("ANALYZE mail_message")
        cr.execute("ANALYZE mail_tracking_value")


def forget_reports(env):
    """As if the scheduled action had last run an hour ago and made nothing."""
    env.cr.execute("DELETE FROM sales_process_work_report_value")
    env.cr.execute("DELETE FROM sales_process_work_report")
    env.cr.execute(
        "UPDATE crm_team SET process_report_checked = now() - INTERVAL '1 hour'"
    )
    env.cr.commit()
    env.invalidate_all()


def make_drafts_plainly(env):
    """The same reports and numbers by one INSERT ... SELECT each."""
    env.cr.execute(
        """
        INSERT INTO sales_process_work_report (
               user_id, team_id, company_id, reviewer_id, kind, period, tz, state,
               date_from, date_to, bound_from, bound_to, date_due, create_uid,
               write_uid, create_date, write_date)
        SELECT users.id, member.crm_team_id, users.company_id, team.user_id, 'weekly',
               to_char(monday, 'IYYY-"W"IW'), partner.tz, 'draft', monday::date,
               (monday + INTERVAL '6 days')::date,
               monday AT TIME ZONE partner.tz AT TIME ZONE 'UTC',
               (monday + INTERVAL '7 days') AT TIME ZONE partner.tz AT TIME ZONE 'UTC',
               (monday + INTERVAL '7 days') AT TIME ZONE partner.tz AT TIME ZONE 'UTC',
               1, 1, now(), now()
          FROM res_users users
          JOIN res_partner partner ON partner.id = users.partner_id
          JOIN crm_team_member member ON member.user_id = users.id
          JOIN crm_team team ON team.id = member.crm_team_id,
       LATERAL (SELECT date_trunc('week', now() AT TIME ZONE partner.tz) AS monday)
               AS week
         WHERE team.process_report_weekly AND member.active
        """
    )
    for code, (facts, date, condition, measure) in METRICS.items():
        env.cr.execute(
            SQL(
                """
                INSERT INTO sales_process_work_report_value (
                       report_id, metric_id, value_submitted, has_submitted,
                       create_uid, write_uid, create_date, write_date)
                SELECT report.id, metric.id, coalesce(%(measure)s, 0), TRUE, 1, 1,
                       now(), now()
                  FROM sales_process_work_report report
                  JOIN sales_process_metric metric ON metric.code = %(code)s
             LEFT JOIN %(facts)s
                    ON fact.user_id = report.user_id
                   AND %(date)s >= report.bound_from
                   AND %(date)s < report.bound_to AND %(condition)s
              GROUP BY report.id, metric.id
                """,
                code=code,
                facts=SQL(facts),
                date=SQL(date),
                condition=SQL(condition),
                measure=SQL(measure),
            )
        )
    env.cr.commit()


def read_numbers(env):
    """Every number of every report.

    :return: ``{(user id, first day, bounds, metric code): number}``
    """
    env.cr.execute(
        """
        SELECT report.user_id, report.date_from, report.bound_from, report.bound_to,
               metric.code, value.value_submitted
          FROM sales_process_work_report report
          JOIN sales_process_work_report_value value ON value.report_id = report.id
          JOIN sales_process_metric metric ON metric.id = value.metric_id
        """
    )
    return {row[:5]: float(row[5]) for row in env.cr.fetchall()}
