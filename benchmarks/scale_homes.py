"""A company of 50 teams, its homes, and the same questions by hand; for Odoo's shell.

Would catch: a block of a home that reads row by row, or that asks more queries where
there are more people or customers.
"""

import time
from datetime import timedelta
from pathlib import Path

import scale_data

TEAMS = 50
MEMBERS = 20
REGION = 10
ON_DUTY = 5
ROLES = ("salesperson", "leader", "region", "director", "reception")
MONTH = "date_trunc('month', %(now)s AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')"
MONTH = f"({MONTH} AT TIME ZONE 'Asia/Shanghai' AT TIME ZONE 'UTC')"
CASES = f"""
    count(*) FILTER (WHERE state = 'open' AND date_deadline < %(now)s),
    count(*) FILTER (WHERE state = 'open' AND date_deadline >= %(now)s
                     AND date_deadline <= %(day_end)s),
    count(*) FILTER (WHERE state = 'open' AND date_deadline > %(day_end)s
                     AND date_deadline <= %(day_end)s + INTERVAL '7 days'),
    count(*) FILTER (WHERE state = 'open'),
    count(*) FILTER (WHERE state = 'ended' AND end_reason IN ('expired', 'released')
                     AND date_end >= {MONTH})
"""
AGENDA = """
    SELECT kind, count(*) FROM (
        SELECT 'conflict_open' AS kind, team_id, owner_id AS user_id
          FROM sales_process_conflict WHERE state = 'open'
     UNION ALL SELECT 'customer_held', team_id, user_id
          FROM sales_process_ownership WHERE state = 'open' AND is_held
     UNION ALL SELECT 'extension_asked', team_id, user_id
          FROM sales_process_followup WHERE is_extension_asked
     UNION ALL SELECT 'invitation_asked', o.team_id, o.user_id
          FROM sales_process_invitation i
          JOIN sales_process_ownership o ON o.id = i.ownership_id
         WHERE i.state = 'asked' AND o.state = 'open'
     UNION ALL SELECT 'lost_proposed', o.team_id, o.user_id
          FROM crm_lead l JOIN sales_process_ownership o ON o.id = l.ownership_id
         WHERE l.process_lost_proposed_by_id IS NOT NULL AND l.active
           AND o.state = 'open'
     UNION ALL SELECT 'absence_asked', m.crm_team_id, a.user_id
          FROM sales_process_absence a
          LEFT JOIN crm_team_member m ON m.user_id = a.user_id AND m.active
         WHERE a.state = 'requested'
     UNION ALL SELECT 'report_missing', team_id, user_id FROM sales_process_work_report
         WHERE kind <> 'urgent' AND state IN ('draft', 'missing')
           AND date_due < %(now)s AND date_due >= %(now)s - INTERVAL '31 days'
     UNION ALL SELECT 'report_unread', team_id, user_id FROM sales_process_work_report
         WHERE state = 'submitted') AS item
     WHERE {whose} GROUP BY kind
"""
DUTY = """
    SELECT d.team_id, d.duty_user_id, p.name, d.date_end, last.date_start
      FROM sales_process_duty d JOIN res_users u ON u.id = d.duty_user_id AND u.active
      JOIN res_partner p ON p.id = u.partner_id
      JOIN crm_team_member m ON m.user_id = u.id AND m.crm_team_id = d.team_id
           AND m.active
 LEFT JOIN LATERAL (SELECT date_start FROM sales_process_ownership o
            WHERE o.team_id = d.team_id AND o.user_id = u.id
              AND o.origin IN ('reception', 'hotline', 'lead', 'release')
         ORDER BY date_start DESC LIMIT 1) AS last ON TRUE
     WHERE d.team_id = ANY(%(teams)s) AND d.state <> 'cancelled'
       AND d.date_start <= %(now)s AND d.date_end > %(now)s
       AND NOT EXISTS (SELECT FROM sales_process_absence a WHERE a.user_id = u.id
           AND a.state = 'confirmed' AND a.date_start <= %(now)s
           AND (a.date_end IS NULL OR a.date_end > %(now)s))
  ORDER BY d.team_id, last.date_start
"""
OWED = """kind <> 'urgent' AND state IN ('draft', 'missing', 'returned')
    AND date_due >= %(now)s - INTERVAL '31 days'"""
PERSON = {
    "due": """
        SELECT {cases}, count(*) FILTER (WHERE date_start >= {month})
          FROM sales_process_ownership WHERE user_id = %(user)s""",
    "asked": AGENDA,
    "customers": """
        SELECT o.id, o.name, o.date_deadline, o.date_last_contact, lead.phone
          FROM sales_process_ownership o
     LEFT JOIN LATERAL (SELECT phone FROM crm_lead WHERE ownership_id = o.id
                      ORDER BY id DESC LIMIT 1) AS lead ON TRUE
         WHERE o.user_id = %(user)s AND o.state = 'open'
           AND o.date_deadline IS NOT NULL
      ORDER BY o.date_deadline, o.id LIMIT 8""",
    "meetings": """
        SELECT e.id, e.name, e.start FROM calendar_event e
          JOIN calendar_event_res_partner_rel r ON r.calendar_event_id = e.id
          JOIN res_users u ON u.partner_id = r.res_partner_id
         WHERE u.id = %(user)s AND e.active AND e.stop > %(now)s
           AND e.start < %(day_end)s ORDER BY e.start, e.id LIMIT 8""",
    "planned": """
        SELECT id, res_name, summary, date_deadline FROM mail_activity
         WHERE user_id = %(user)s AND res_model = 'crm.lead' AND active
           AND date_deadline <= %(today)s ORDER BY date_deadline, id LIMIT 8""",
    "duty": DUTY,
    "month": """
        SELECT count(*) FILTER (WHERE counts), count(*) FILTER (WHERE NOT counts)
          FROM sales_process_followup
         WHERE user_id = %(user)s AND date >= {month}""",
    "reports": """
        SELECT id, kind, period, state, date_due FROM sales_process_work_report
         WHERE user_id = %(user)s AND {owed} ORDER BY date_due, id LIMIT 5""",
}
TEAM = {
    "decide": AGENDA,
    "table": """
        SELECT {by}, {cases} FROM sales_process_ownership
         WHERE {whose} AND (state = 'open' OR date_end >= {month}) GROUP BY 1""",
    "missing": """
        SELECT {by}, count(*) FROM sales_process_work_report
         WHERE {whose} AND {owed} AND state <> 'returned' AND date_due < %(now)s
      GROUP BY 1""",
    "people": """
        SELECT m.user_id, p.name FROM crm_team_member m
          JOIN res_users u ON u.id = m.user_id JOIN res_partner p ON p.id = u.partner_id
         WHERE m.crm_team_id = ANY(%(teams)s) AND m.active""",
    "absent": """
        SELECT a.id, a.user_id, a.deputy_id, a.date_end FROM sales_process_absence a
         WHERE a.state = 'confirmed' AND a.date_start <= %(now)s
           AND (a.date_end IS NULL OR a.date_end > %(now)s)
           AND a.user_id IN (SELECT user_id FROM crm_team_member
                              WHERE crm_team_id = ANY(%(teams)s) AND active)
      ORDER BY a.date_end, a.id LIMIT 8""",
    "trend": """
        SELECT week, sum(taken), sum(lost) FROM (
            SELECT date_trunc('week', date_start + INTERVAL '8 hours') AS week,
                   count(user_id) AS taken, 0 AS lost FROM sales_process_ownership
             WHERE {whose} AND date_start >= %(since)s GROUP BY 1
         UNION ALL SELECT date_trunc('week', date_end + INTERVAL '8 hours'), 0, count(*)
              FROM sales_process_ownership
             WHERE {whose} AND date_end >= %(since)s AND state = 'ended'
               AND end_reason IN ('expired', 'released') GROUP BY 1) AS row
      GROUP BY 1 ORDER BY 1""",
}
# how many matters wait in each team, whoever decides them
BY_TEAM = {
    "waits": AGENDA.replace("SELECT kind, count", "SELECT team_id, count").replace(
        "GROUP BY kind", "GROUP BY team_id"
    ),
}

WHOSE = {
    "salesperson": "user_id = %(user)s"
    " AND kind IN ('invitation_asked', 'lost_proposed')",
    "director": "TRUE",
}
# what leaders below decide themselves does not wait for the region
DECIDES = " AND user_id IN (SELECT user_id FROM crm_team WHERE id = ANY(%(teams)s))"


def prepare(env, customers):
    """50 teams of 20 people in regions of 10, a front desk, and what they did."""
    people = scale_data.make_salespeople(env, TEAMS * MEMBERS, "home")
    desk, director, regional = scale_data.make_salespeople(env, 3, "role")
    desk.group_ids = env.ref("sales_process_mgmt.group_sales_process_reception")
    director.group_ids = env.ref("sales_team.group_sale_manager")
    teams = env["crm.team"].create(
        [
            {
                "name": f"Home {place}",
                "user_id": people[place * MEMBERS].id,
                "crm_team_member_ids": [
                    (0, 0, {"user_id": user.id})
                    for user in people[place * MEMBERS : (place + 1) * MEMBERS]
                ],
            }
            for place in range(TEAMS)
        ]
    )
    regions = env["crm.team"].create(
        [
            {"name": f"Region {place}", "user_id": not place and regional.id}
            for place in range(TEAMS // REGION)
        ]
    )
    for place, region in enumerate(regions):
        teams[place * REGION : (place + 1) * REGION].process_parent_id = region
    teams.process_mode = "enforce"
    now = env.cr.now()
    env["sales.process.duty"].create(
        [
            {
                "team_id": team.id,
                "user_id": people[place * MEMBERS + 5 + number].id,
                "date_start": now - timedelta(days=1),
                "date_end": now + timedelta(days=1),
                "state": "confirmed",
            }
            for place, team in enumerate(teams)
            for number in range(ON_DUTY)
        ]
    )
    # made in one team of a few, then spread
    scale_data.make_leads(env, teams[0], people, customers)
    scale_data.make_ownerships(env, teams[0])
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE spread AS
        SELECT ownership.id, ownership.lead_id, member.user_id, member.crm_team_id,
               number
          FROM (SELECT o.id, l.id AS lead_id, row_number() OVER (ORDER BY o.id) AS
                       number
                  FROM sales_process_ownership o JOIN crm_lead l
                       ON l.ownership_id = o.id) AS ownership
          JOIN (SELECT user_id, crm_team_id,
                       row_number() OVER (ORDER BY user_id) - 1 AS place
                  FROM crm_team_member WHERE crm_team_id = ANY(%(teams)s)) AS member
               ON member.place = number %% %(people)s;
        ANALYZE spread;
        UPDATE sales_process_ownership AS o
           SET user_id = s.user_id, holder_id = s.user_id, team_id = s.crm_team_id,
               date_start = o.date_start - s.number %% 53 * INTERVAL '1 day',
               date_deadline = CASE WHEN s.number / 1000 %% 10 <> 9 THEN
                   now() AT TIME ZONE 'UTC'
                   + (s.number / 1000 %% 12 - 1) * INTERVAL '20 hours' END,
               is_held = s.number %% 997 = 0,
               state = CASE WHEN s.number / 1000 %% 10 = 9 THEN 'ended' ELSE 'open' END,
               end_reason = CASE WHEN s.number / 1000 %% 10 = 9 THEN 'expired' END,
               date_end = CASE WHEN s.number / 1000 %% 10 = 9 THEN
                   now() AT TIME ZONE 'UTC' - s.number %% 53 * INTERVAL '1 day' END
          FROM spread s WHERE s.id = o.id;
        UPDATE crm_lead AS l SET user_id = s.user_id, team_id = s.crm_team_id
          FROM spread s WHERE s.lead_id = l.id;
        UPDATE sales_process_ownership_key AS k SET active = FALSE
          FROM sales_process_ownership o WHERE o.id = k.ownership_id
           AND o.state = 'ended';
        INSERT INTO sales_process_followup (
               lead_id, ownership_id, user_id, team_id, company_id, channel, source,
               subject, date, counts, create_uid, write_uid, create_date, write_date)
        SELECT s.lead_id, s.id, s.user_id, s.crm_team_id, %(company)s, 'call', 'manual',
               'Talked about delivery', moment, s.number %% 7 <> 0, 1, 1, moment, moment
          FROM spread s, generate_series(1, 3) AS time,
       LATERAL (SELECT now() AT TIME ZONE 'UTC'
                       - time * (1 + s.number %% 20) * INTERVAL '1 day' AS moment) m;
        INSERT INTO sales_process_conflict (
               name, user_id, owner_id, ownership_id, team_id, company_id, door, state,
               date)
        SELECT 'Tried', user_id, user_id, id, crm_team_id, %(company)s, 'interactive',
               'open', now() AT TIME ZONE 'UTC' FROM spread WHERE number %% 500 = 1;
        INSERT INTO sales_process_absence (user_id, company_id, source, state,
               date_start, date_end)
        SELECT user_id, %(company)s, 'manual', 'confirmed',
               now() AT TIME ZONE 'UTC' - INTERVAL '1 day',
               now() AT TIME ZONE 'UTC' + INTERVAL '1 day'
          FROM spread WHERE number < %(people)s AND number %% 20 = 7;
        INSERT INTO sales_process_work_report (
               user_id, team_id, company_id, kind, period, date_from, date_to, tz,
               bound_from, bound_to, date_due, state, date_submitted)
        SELECT user_id, crm_team_id, %(company)s, 'daily', day::date::text, day, day,
               'Asia/Shanghai', day - INTERVAL '8 hours', day + INTERVAL '16 hours',
               day + INTERVAL '12 hours',
               CASE WHEN number %% 9 = 0 THEN 'missing'
                    WHEN day < CURRENT_DATE - 4 THEN 'reviewed' ELSE 'submitted' END,
               CASE WHEN number %% 9 <> 0 THEN day END
          FROM spread, generate_series(CURRENT_DATE - 60, CURRENT_DATE - 2,
                                       INTERVAL '1 day') AS day
         WHERE number < %(people)s;
        INSERT INTO mail_activity (res_model_id, res_model, res_id, res_name, user_id,
               activity_type_id, summary, date_deadline, active)
        SELECT (SELECT id FROM ir_model WHERE model = 'crm.lead'), 'crm.lead', lead_id,
               'Customer ' || number, user_id, %(call)s, 'Ring them',
               CURRENT_DATE - (number / 1000 %% 9)::int, TRUE
          FROM spread WHERE number %% 10 = 0 OR number < %(people)s;
        """,
        {
            "teams": teams.ids,
            "people": len(people),
            "company": env.company.id,
            "call": env.ref("mail.mail_activity_data_call").id,
        },
    )
    env["ir.cron"].search([]).active = False
    scale_data.analyze(env)


def ask_plainly(env, role, user, teams):
    """The same counts and first rows, one statement for each block.

    :return: ``{block: rows}``
    """
    now = env.cr.now().replace(microsecond=0)
    local = now + timedelta(hours=8)
    midnight = local.replace(hour=0, minute=0, second=0) - timedelta(hours=8)
    values = {
        "user": user.id,
        "teams": teams,
        "now": now,
        "today": local.date(),
        "day_end": midnight + timedelta(days=1, seconds=-1),
        "since": midnight - timedelta(days=local.weekday(), weeks=7),
    }
    if role == "salesperson":
        queries = PERSON
    elif role == "reception":
        queries = {"duty": DUTY}
    else:
        queries = TEAM | ({"duty": DUTY} if role == "leader" else BY_TEAM)
    words = {
        "by": "user_id" if role == "leader" else "team_id",
        "whose": WHOSE.get(role, "team_id = ANY(%(teams)s)"),
        "cases": CASES,
        "month": MONTH,
        "owed": OWED,
    }
    answer = {}
    for name, query in queries.items():
        deciding = name == "decide" and role == "region"
        whose = {"whose": words["whose"] + DECIDES} if deciding else {}
        env.cr.execute(query.format(**words | whose), values)
        answer[name] = env.cr.fetchall()
    return answer


def compare(home, plain):
    """Fail where a home does not say what PostgreSQL says."""
    blocks = {block["name"]: block for block in home["blocks"]}
    if home["role"] == "salesperson":
        figures = [row["value"] for row in blocks["due"]["figures"]]
        assert figures == list(plain["due"][0][:4]), (figures, plain["due"])
        rows = [row["id"] for row in blocks["customers"]["rows"]]
        assert rows == [row[0] for row in plain["customers"]], rows
        figures = [row["value"] for row in blocks["month"]["figures"]]
        assert figures == [*plain["due"][0][:3:-1], *plain["month"][0]], figures
        return
    if "duty" in plain:
        assert len(blocks["duty"]["rows"]) == len(plain["duty"]) > 0
    if "table" in plain:
        decide = {row["name"]: row["value"] for row in blocks["decide"]["figures"]}
        assert decide == dict(plain["decide"]), (decide, plain["decide"])
        table, missing = {row[0]: row for row in plain["table"]}, dict(plain["missing"])
        assert blocks["table"]["rows"]
        waits = dict(plain.get("waits", ()))
        for row in blocks["table"]["rows"]:
            cells = [cell["value"] or 0 for cell in row["cells"].values()]
            same = [*table[row["id"]][1:], missing.get(row["id"], 0)]
            if "waits" in plain:
                same.insert(0, waits.get(row["id"], 0))
            assert cells == same, (row["name"], cells, same)
        for place, dataset in enumerate(blocks["trend"]["datasets"], 1):
            found = [int(row[place]) for row in plain["trend"]]
            assert dataset["values"] == found, (dataset["values"], found)


def get_clock(env):
    """A function that tells the processor time of Odoo and its PostgreSQL process."""
    env.cr.execute("SELECT pg_backend_pid()")
    path = Path(f"/proc/{env.cr.fetchone()[0]}/schedstat")
    return lambda: (time.process_time(), int(path.read_text("ascii").split()[0]) / 1e9)


def measure(env, rounds):
    """Each home as a warm server answers it, and plain SQL, in turns.

    :return: ``{role: [(seconds, of them in PostgreSQL, plain seconds, time)]}`` of
        processor time and of the time that passed, and ``{role: queries}``
    """
    env.cr.execute("SET max_parallel_workers_per_gather = 0")
    clock = get_clock(env)
    people = env["res.users"].search([("login", "=like", "home\\_%")], order="id")
    logins = {"region": "role_2", "director": "role_1", "reception": "role_0"}
    samples, queries = {}, {}
    for role in ROLES:
        user = people[0 if role == "leader" else 1]
        if role in logins:
            user = env["res.users"].search([("login", "=", logins[role])])
        Home = env["sales.process.home"].with_user(user)
        Home = Home.with_context(lang="en_US", tz=user.tz)
        teams = Home._get_teams(role).ids
        samples[role] = []
        for number in range(rounds + 2):
            env.invalidate_all()
            count, start, before = env.cr.sql_log_count, time.perf_counter(), clock()
            home = Home.get_home(role)
            between = clock()
            passed = time.perf_counter() - start
            count = env.cr.sql_log_count - count
            plain = ask_plainly(env, role, user, teams)
            after = clock()
            assert home["role"] == role, home["roles"]
            compare(home, plain)
            if number > 1:  # caches and plans are warm
                ours = [one - other for one, other in zip(between, before, strict=True)]
                samples[role].append(
                    (sum(ours), ours[1], sum(after) - sum(between), passed)
                )
                queries[role] = count
    return samples, queries
