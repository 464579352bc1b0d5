"""The work of releasing customers, for the fault runs.

Would catch: a release that, killed in the middle, gives a customer to two people, to
nobody, or tells of it twice.
"""

from datetime import timedelta

from fault_cluster import execute
from fault_team import READ_MOMENT, create_people, create_team, finish_set_up, quiet

NAME = "release"
SUBJECTS = "customers"
BATCH_SIZE = 50

REMAINING = """
    SELECT (SELECT count(*) FROM fault_due JOIN sales_process_ownership USING (id)
             WHERE state <> 'ended' AND date_observed IS NULL)
         + (SELECT count(*) FROM sales_process_release_run WHERE is_told IS NOT TRUE)
"""
# Who of those on duty receives which customer depends on who works when; how many
# people were told of how many customers does not.
STATE = {
    "customers": """
        SELECT old.name, person.login, old.state, old.end_reason, old.date_end,
               old.date_deadline, old.date_observed, old.lapse_count, new.state,
               new.phase, new.origin, new.date_start, new.date_deadline,
               new.lapse_count, new.awaits_duty, new.is_dormant,
               new.user_id IN (SELECT user_id FROM sales_process_duty)
          FROM sales_process_ownership AS old
          JOIN res_users AS person ON person.id = old.user_id
     LEFT JOIN sales_process_ownership AS new ON new.previous_id = old.id
         WHERE old.previous_id IS NULL""",
    "leads": """
        SELECT lead.name, owner.state, lead.user_id IS NOT DISTINCT FROM owner.user_id,
               lead.process_is_pooled, lead.followup_deadline,
               (SELECT string_agg(kind || value || COALESCE(active, FALSE), ' '
                       ORDER BY kind, value)
                  FROM sales_process_ownership_key AS key
                 WHERE key.ownership_id = owner.id)
          FROM crm_lead AS lead
     LEFT JOIN sales_process_ownership AS owner ON owner.id = lead.ownership_id""",
    "lines of the releases": """
        SELECT owner.name, run.mode, line.outcome, line.date_deadline
          FROM sales_process_release_line AS line
          JOIN sales_process_release_run AS run ON run.id = line.run_id
          JOIN sales_process_ownership AS owner ON owner.id = line.ownership_id""",
    "customers that people were told of": """
        SELECT trim(told.text[1]), sum(told.text[2]::int)
          FROM (SELECT regexp_matches(
                           subject, '([A-Za-z ,.]+): ([0-9]+)', 'g') AS text
                  FROM mail_message
                 WHERE message_type = 'user_notification') AS told
      GROUP BY 1""",
    "what was lost, by who was told": """
        SELECT partner.name, sum(substring(message.subject FROM 'released: ([0-9]+)')
                                 ::int)
          FROM mail_message AS message
          JOIN mail_message_res_partner_rel AS told
            ON told.mail_message_id = message.id
          JOIN res_partner AS partner ON partner.id = told.res_partner_id
         WHERE message_type = 'user_notification' AND subject LIKE '%released: %'
      GROUP BY partner.name""",
}
NEVER = {
    "due customers of a team that enforces without one successor": """
        SELECT count(*)
          FROM fault_due
          JOIN sales_process_ownership AS old USING (id)
          JOIN crm_team AS team ON team.id = old.team_id
         WHERE team.process_mode = 'enforce'
           AND (SELECT count(*) FROM sales_process_ownership AS new
                 WHERE new.previous_id = old.id) <> 1""",
    "due customers without one line": """
        SELECT count(*) FROM fault_due
         WHERE (SELECT count(*) FROM sales_process_release_line AS line
                 WHERE line.ownership_id = fault_due.id) <> 1""",
    "customers released that were not due": """
        SELECT count(*) FROM sales_process_release_line
         WHERE ownership_id NOT IN (SELECT id FROM fault_due)""",
    "runs that people were not told of": """
        SELECT count(*) FROM sales_process_release_run WHERE is_told IS NOT TRUE""",
}


def get_moment(database):
    """What the database's clock tells the processes."""
    return execute(database, READ_MOMENT)[0][0]


def set_up(env, subjects):
    """Customers of four teams; one in ten is not due."""
    env = quiet(env)
    moment = env.cr.now().replace(microsecond=0)
    people = create_people(env, 10)
    teams = [
        create_team(env, name, people[2 * index : 2 * index + 2], people[8], **values)
        for index, (name, values) in enumerate(
            (
                ("On Duty", {"process_mode": "enforce"}),
                ("Nobody on Duty", {"process_mode": "enforce"}),
                (
                    "To the Pool",
                    {"process_mode": "enforce", "process_release_to": "pool"},
                ),
                ("Observed", {"process_mode": "observe"}),
            )
        )
    ]
    env["crm.team.member"].create(
        [
            {"crm_team_id": teams[0].id, "user_id": user.id}
            for user in (people[8], people[9])
        ]
    )
    env["sales.process.duty"].create(
        [
            {
                "team_id": teams[0].id,
                "user_id": user.id,
                "date_start": moment - timedelta(hours=1),
                "date_end": moment + timedelta(hours=12),
                "state": "confirmed",
            }
            for user in (people[8], people[9])
        ]
    )
    env["crm.lead"].create(
        [
            {
                "name": f"Customer {number}",
                "type": "opportunity",
                "phone": f"+86139{number:08d}",
                "user_id": people[number % 8].id,
                "team_id": teams[number % 8 // 2].id,
            }
            for number in range(subjects)
        ]
    )
    env["crm.team"].browse(team.id for team in teams).write(
        {"process_release_ceiling_percent": 0, "process_date_release_from": False}
    )
    env.flush_all()
    env.cr.execute(
        """
        UPDATE sales_process_ownership
           SET date_start = %(moment)s - INTERVAL '30 days',
               date_deadline = %(moment)s + CASE
                   WHEN substring(name FROM '[0-9]+')::int / 8 %% 10 = 9
                   THEN INTERVAL '1 second' ELSE - INTERVAL '1 second' END
        """,
        {"moment": moment},
    )
    env.cr.execute(
        "CREATE TABLE fault_due AS SELECT id, user_id FROM sales_process_ownership"
        " WHERE date_deadline < %s",
        [moment],
    )
    finish_set_up(env, moment)


def run(env):
    """What the scheduled action does."""
    from odoo.addons.sales_process_mgmt.models import sales_process_retry

    # many commits, so that the faults find many places
    sales_process_retry.BATCH_SIZE = BATCH_SIZE
    env["sales.process.release"]._cron_release()
