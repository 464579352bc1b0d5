"""Customers by the hundred thousand, made by plain SQL; used in Odoo's shell.

Would catch: a plan of PostgreSQL that is fine with a thousand customers and reads the
whole table with a million.
"""

from datetime import timedelta

SALESPEOPLE = 40


def make_salespeople(env, number, login, zones=("Asia/Shanghai",)):
    """So many salespeople, who live in these zones in turn.

    :return: res.users
    """
    group = env.ref("sales_team.group_sale_salesman")
    return (
        env["res.users"]
        .with_context(no_reset_password=True, tracking_disable=True)
        .create(
            [
                {
                    "name": f"Salesperson {login} {place}",
                    "login": f"{login}_{place}",
                    "email": f"{login}_{place}@example.com",
                    "group_ids": [(6, 0, group.ids)],
                    "tz": zones[place % len(zones)],
                    "notification_type": "inbox",
                }
                for place in range(number)
            ]
        )
    )


def make_organisation(env):
    """A team that enforces, with salespeople, half of them on duty.

    :return: crm.team and res.users
    """
    users = make_salespeople(env, SALESPEOPLE, "scale")
    team = env["crm.team"].create(
        {
            "name": "Scale",
            "user_id": users[0].id,
            "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in users],
        }
    )
    if "process_mode" in team._fields:
        team.process_mode = "enforce"
        team.write(
            {"process_release_ceiling_percent": 0, "process_date_release_from": False}
        )
        now = env.cr.now()
        env["sales.process.duty"].create(
            [
                {
                    "team_id": team.id,
                    "user_id": user.id,
                    "date_start": now - timedelta(days=1),
                    "date_end": now + timedelta(days=1),
                    "state": "confirmed",
                }
                for user in users[SALESPEOPLE // 2 :]
            ]
        )
    env.flush_all()
    return team, users


def make_leads(env, team, users, count):
    """Open leads, each of a customer of its own, of the first half of the people."""
    owners = users[: SALESPEOPLE // 2].ids
    stage = env["crm.stage"].search([("is_won", "=", False)], limit=1)
    env.cr.execute(
        """
        INSERT INTO crm_lead (
               name, type, phone, phone_sanitized, email_from, email_normalized,
               email_domain_criterion, user_id, team_id, company_id, stage_id, active,
               won_status, probability, automated_probability, priority,
               expected_revenue, prorated_revenue, date_open, date_last_stage_update,
               create_date, write_date, create_uid, write_uid)
        SELECT 'Customer ' || number, 'opportunity',
               '+86139' || lpad(number::text, 8, '0'),
               '+86139' || lpad(number::text, 8, '0'),
               'buyer@customer' || number || '.example',
               'buyer@customer' || number || '.example',
               '@customer' || number || '.example',
               (%(owners)s::int[])[1 + number %% %(people)s], %(team)s, %(company)s,
               %(stage)s, TRUE, 'pending', 10, 10, '0', 1000, 100,
               moment, moment, moment, moment, 1, 1
          FROM generate_series(1, %(count)s) AS number,
       LATERAL (SELECT now() AT TIME ZONE 'UTC'
                       - (number %% 6) * INTERVAL '1 day' AS moment) AS clock
        """,
        {
            "owners": owners,
            "people": len(owners),
            "team": team.id,
            "company": team.company_id.id or env.company.id,
            "stage": stage.id,
            "count": count,
        },
    )


def make_ownerships(env, team):
    """The owner of each lead, as the addon would have recorded it."""
    env.cr.execute(
        """
        INSERT INTO sales_process_ownership (
               name, user_id, holder_id, team_id, company_id, state, phase, origin,
               date_start, date_deadline, deadline_kind, lapse_count, extension_count,
               warning_level, create_uid, write_uid, create_date, write_date, root_id)
        SELECT name, user_id, user_id, team_id, company_id, 'open', 'pursuing', 'lead',
               date_open, date_open + INTERVAL '8 days', 'contact', 0, 0, 0,
               1, 1, date_open, date_open, NULL
          FROM crm_lead
         WHERE team_id = %(team)s AND ownership_id IS NULL
      ORDER BY id;
        UPDATE crm_lead AS lead
           SET ownership_id = ownership.id,
               followup_deadline = ownership.date_deadline
          FROM sales_process_ownership AS ownership
         WHERE ownership.team_id = %(team)s AND ownership.name = lead.name
           AND lead.team_id = %(team)s;
        INSERT INTO sales_process_ownership_key (
               ownership_id, company_id, kind, value, label, active, is_soft)
        SELECT ownership_id, company_id, identity.kind, identity.value, identity.value,
               TRUE, FALSE
          FROM crm_lead AS lead,
       LATERAL (VALUES ('phone', phone_sanitized), ('email', email_normalized))
               AS identity (kind, value)
         WHERE lead.team_id = %(team)s;
        """,
        {"team": team.id},
    )


def make_reports(env, team, people):
    """A year of daily reports, one of each working day and person.

    :return: number of reports
    """
    users = make_salespeople(env, people, "reporter")
    env["crm.team.member"].create(
        [{"crm_team_id": team.id, "user_id": user.id} for user in users]
    )
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO sales_process_work_report (
               user_id, team_id, company_id, reviewer_id, kind, period, date_from,
               date_to, tz, bound_from, bound_to, date_due, state, date_submitted,
               is_late, review_mark, date_reviewed, date_final, create_uid, write_uid,
               create_date, write_date)
        SELECT user_id, %(team)s, %(company)s, %(leader)s, 'daily', day::text, day, day,
               'Asia/Shanghai', day - INTERVAL '8 hours', day + INTERVAL '16 hours',
               day + INTERVAL '12 hours',
               CASE WHEN (user_id + number) %% 9 = 0 THEN 'missing'
                    WHEN (user_id + number) %% 3 = 0 THEN 'submitted'
                    ELSE 'reviewed' END,
               CASE WHEN (user_id + number) %% 9 <> 0
                    THEN day + INTERVAL '11 hours'
                         + ((user_id + number) %% 7 = 0)::int * INTERVAL '3 hours' END,
               (user_id + number) %% 7 = 0 AND (user_id + number) %% 9 <> 0,
               CASE WHEN (user_id + number) %% 3 <> 0
                    THEN (1 + (user_id + number) %% 5)::text END,
               CASE WHEN (user_id + number) %% 3 <> 0 THEN day + INTERVAL '1 day' END,
               day + INTERVAL '1 day', 1, 1, day, day
          FROM unnest(%(users)s) AS user_id,
               (SELECT day::date AS day, row_number() OVER (ORDER BY day)::int AS number
                  FROM generate_series(CURRENT_DATE - 350, CURRENT_DATE - 1,
                                       INTERVAL '1 day') AS day
                 WHERE EXTRACT(ISODOW FROM day) < 6) AS days
        """,
        {
            "team": team.id,
            "company": env.company.id,
            "leader": team.user_id.id,
            "users": users.ids,
        },
    )
    return env.cr.rowcount


def analyze(env):
    """Commit, and let the planner see what is there."""
    env.cr.commit()
    with env.registry.cursor() as cr:
        for table in (
            "crm_lead",
            "sales_process_ownership",
            "sales_process_ownership_key",
            "sales_process_work_report",
            "sales_process_followup",
        ):
            cr.execute("SELECT to_regclass(%s)", (table,))
            if cr.fetchone()[0]:
                cr.execute(f"ANALYZE {table}")
