"""Follow-ups by the million, and what people ask of them; used in Odoo's shell.

Would catch: a report view that cannot group millions of follow-ups without reading
them row by row into Odoo.
"""

FOLLOWUPS_PER_CUSTOMER = 10
REPORT_VIEWS = {
    "ownership": (
        "sales.process.ownership.report",
        [[], ["user_id"]],
        [
            "__count",
            "days_held:avg",
            "days_to_contact:avg",
            "contact_count:sum",
            "days_between:avg",
            "won_count:sum",
            "won_revenue:sum",
        ],
    ),
    "followup": (
        "sales.process.followup.report",
        [[], ["user_id"], ["channel"], ["user_id", "channel"]],
        ["__count", "customer_key:count_distinct"],
    ),
    "discipline": (
        "sales.process.discipline.report",
        [[], ["team_id"], ["kind"], ["team_id", "kind"]],
        ["__count", "on_time_rate:avg", "late_count:sum", "missing_count:sum"],
    ),
}
PLAIN_SQL = {
    "ownership": """
        SELECT GROUPING(ownership.user_id), ownership.user_id, count(*),
               avg(extract(epoch FROM coalesce(ownership.date_end,
                       now() AT TIME ZONE 'UTC') - ownership.date_start)) / 86400,
               avg(extract(epoch FROM greatest(contact.first, ownership.date_start)
                       - ownership.date_start)
                   * CASE WHEN contact.first IS NOT NULL THEN 1 END) / 86400,
               sum(coalesce(contact.count, 0)),
               avg(extract(epoch FROM contact.last - contact.first) / 86400
                   / nullif(contact.count - 1, 0)),
               sum(coalesce(lead.won, 0)), sum(coalesce(lead.revenue, 0))
          FROM sales_process_ownership ownership
     LEFT JOIN (SELECT ownership_id, count(*) AS count, min(date) AS first,
                       max(date) AS last
                  FROM sales_process_followup
                 WHERE counts AND ownership_id IS NOT NULL
              GROUP BY ownership_id) contact ON contact.ownership_id = ownership.id
     LEFT JOIN (SELECT ownership_id,
                       count(*) FILTER (WHERE won_status = 'won') AS won,
                       sum(expected_revenue) FILTER (WHERE won_status = 'won')
                           AS revenue
                  FROM crm_lead
                 WHERE ownership_id IS NOT NULL
              GROUP BY ownership_id) lead ON lead.ownership_id = ownership.id
         WHERE TRUE {condition}
      GROUP BY GROUPING SETS ((), (ownership.user_id))
    """,
    "followup": """
        SELECT GROUPING(followup.user_id, followup.channel), followup.user_id,
               followup.channel, count(*),
               count(DISTINCT coalesce(ownership.root_id, ownership.id,
                                       -followup.lead_id))
          FROM sales_process_followup followup
     LEFT JOIN sales_process_ownership ownership
            ON ownership.id = followup.ownership_id
         WHERE TRUE {condition}
      GROUP BY GROUPING SETS ((), (followup.user_id), (followup.channel),
                              (followup.user_id, followup.channel))
    """,
    "discipline": """
        SELECT GROUPING(report.team_id, report.kind), report.team_id, report.kind,
               count(*),
               avg(CASE WHEN date_submitted IS NOT NULL
                        THEN CASE WHEN is_late THEN 0 ELSE 100 END
                        WHEN date_due < now() AT TIME ZONE 'UTC' THEN 0 END),
               sum((date_submitted IS NOT NULL AND is_late IS TRUE)::int),
               sum((date_submitted IS NULL
                    AND date_due < now() AT TIME ZONE 'UTC')::int)
          FROM sales_process_work_report report
         WHERE kind <> 'urgent' AND state <> 'excused' {condition}
      GROUP BY GROUPING SETS ((), (report.team_id), (report.kind),
                              (report.team_id, report.kind))
    """,
}


def make_followups(env, team):
    """Contacts of the last months with every customer of a team.

    Indexes and foreign keys are made again afterwards: so millions take minutes.

    :return: number of follow-ups
    """
    env.cr.execute(
        """
        SELECT format('DROP INDEX %I', indexname), indexdef
          FROM pg_indexes
         WHERE tablename = 'sales_process_followup' AND indexname NOT LIKE '%_pkey'
        """
    )
    indexes = env.cr.fetchall()
    env.cr.execute(
        """
        SELECT format('ALTER TABLE sales_process_followup DROP CONSTRAINT %I',
                      conname),
               format('ALTER TABLE sales_process_followup'
                      ' ADD CONSTRAINT %I %s NOT VALID',
                      conname, pg_get_constraintdef(oid))
          FROM pg_constraint
         WHERE conrelid = 'sales_process_followup'::regclass AND contype = 'f'
        """
    )
    foreign_keys = env.cr.fetchall()
    for drop, _make in indexes + foreign_keys:
        env.cr.execute(drop)
    env.cr.execute(
        """
        INSERT INTO sales_process_followup (
               lead_id, ownership_id, user_id, team_id, company_id, channel, source,
               subject, date, counts, void_reason, duration, create_uid, write_uid,
               create_date, write_date)
        SELECT id, ownership_id, user_id, team_id, company_id,
               (ARRAY['call', 'email', 'visit', 'meeting'])[1 + (id + number) %% 4],
               'manual', 'What was discussed with customer ' || id, moment,
               (id + number) %% 7 <> 0,
               CASE WHEN (id + number) %% 7 = 0 THEN 'short' END,
               0.5, 1, 1, moment, moment
          FROM crm_lead,
               generate_series(1, %s) AS number,
       LATERAL (SELECT date_trunc('second', now() AT TIME ZONE 'UTC')
                       - (number * 17 + id %% 17) * INTERVAL '1 day' AS moment) AS clock
         WHERE team_id = %s
        """,
        (FOLLOWUPS_PER_CUSTOMER, team.id),
    )
    count = env.cr.rowcount
    for _drop, make in indexes + foreign_keys:
        env.cr.execute(make)
    return count


def ask(env, name, user):
    """Ask what the pivot of a report asks when it opens, as a user.

    :return: one list of tuples for each grouping set
    """
    model, grouping_sets, aggregates = REPORT_VIEWS[name]
    env.invalidate_all()
    groups = (
        env[model]
        .with_user(user)
        .formatted_read_grouping_sets([], grouping_sets, aggregates)
    )
    return [
        sorted(tuple(float(row[key] or 0) for key in aggregates) for row in rows)
        for rows in groups
    ]


def ask_plainly(env, name, team=None):
    """Ask PostgreSQL the same.

    :param team: crm.team, only its rows
    :return: as :func:`ask`
    """
    _model, grouping_sets, aggregates = REPORT_VIEWS[name]
    alias = {"ownership": "ownership", "followup": "followup", "discipline": "report"}
    condition = f"AND {alias[name]}.team_id = {team.id}" if team else ""
    env.cr.execute(PLAIN_SQL[name].format(condition=condition))
    rows = env.cr.fetchall()
    fields = max(len(names) for names in grouping_sets)
    full = (1 << fields) - 1
    masks = {
        full - sum(1 << (fields - 1 - grouping_sets[-1].index(key)) for key in names): n
        for n, names in enumerate(grouping_sets)
    }
    answer = [[] for _names in grouping_sets]
    for row in rows:
        answer[masks[row[0]]].append(
            tuple(float(value or 0) for value in row[-len(aggregates) :])
        )
    return [sorted(part) for part in answer]


def compare(ours, plain):
    """Fail where a pivot does not say what PostgreSQL says, to the thousandth."""
    assert len(ours) == len(plain)
    for our_rows, plain_rows in zip(ours, plain, strict=True):
        assert len(our_rows) == len(plain_rows), (len(our_rows), len(plain_rows))
        for our_row, plain_row in zip(our_rows, plain_rows, strict=True):
            for our_value, plain_value in zip(our_row, plain_row, strict=True):
                difference = abs(our_value - plain_value)
                assert difference <= 1e-3 * max(1, abs(plain_value)), (
                    our_row,
                    plain_row,
                )
