"""The work of taking over existing leads, for the fault runs.

Would catch: a takeover that, killed between two commits, leaves a lead out, takes one
twice or forgets where it stood.
"""

from datetime import timedelta

from fault_cluster import execute
from fault_team import READ_MOMENT, create_people, create_team, finish_set_up, quiet

NAME = "backfill"
SUBJECTS = "leads"
BATCH_SIZE = 40
# the same number as people write it
PHONE_FORMS = ("+86139{:08d}", "139{:08d}", "+86 139-{:08d}", "0086139{:08d}")

REMAINING = """
    SELECT COALESCE(sum(lead_total - COALESCE(lead_count, 0) + 1), 0)::int
      FROM sales_process_backfill
     WHERE state <> 'done'
"""
STATE = {
    "leads": """
        SELECT lead.name, person.login, lead.active, lead.won_status,
               lead.process_is_pooled,
               lead.process_ownership_pending, lead.followup_deadline, first_lead.name,
               holder.login, owner.state, owner.phase, owner.origin, owner.name,
               owner.date_start, owner.date_deadline, owner.date_served_until,
               (SELECT string_agg(kind || value || COALESCE(active, FALSE), ' '
                       ORDER BY kind, value)
                  FROM sales_process_ownership_key AS key
                 WHERE key.ownership_id = owner.id)
          FROM crm_lead AS lead
     LEFT JOIN res_users AS person ON person.id = lead.user_id
     LEFT JOIN sales_process_ownership AS owner ON owner.id = lead.ownership_id
     LEFT JOIN res_users AS holder ON holder.id = owner.user_id
     LEFT JOIN LATERAL (
               SELECT name FROM crm_lead WHERE ownership_id = owner.id
             ORDER BY id LIMIT 1) AS first_lead ON TRUE""",
    "customers": """
        SELECT person.login, state, phase, origin, owner.name, date_start, date_end,
               lapse_count, (SELECT count(*) FROM crm_lead
                              WHERE ownership_id = owner.id)
          FROM sales_process_ownership AS owner
     LEFT JOIN res_users AS person ON person.id = owner.user_id""",
    "conflicts": """
        SELECT lead.name, conflict.state, conflict.door, person.login, owner.name
          FROM sales_process_conflict AS conflict
          JOIN crm_lead AS lead ON lead.id = conflict.lead_id
     LEFT JOIN res_users AS person ON person.id = conflict.owner_id
     LEFT JOIN sales_process_ownership AS owner
            ON owner.id = conflict.other_ownership_id""",
    "takeovers": """
        SELECT state, lead_total, lead_count, failure_count
          FROM sales_process_backfill""",
}
NEVER = {
    "leads left out": "SELECT COALESCE(sum(failure_count), 0)"
    " FROM sales_process_backfill",
    "telephones with two owners": """
        SELECT count(*) FROM (
            SELECT FROM sales_process_ownership_key
             WHERE active AND kind = 'phone'
          GROUP BY value HAVING count(DISTINCT ownership_id) > 1) AS twice""",
}


def get_moment(database):
    """What the database's clock tells the processes."""
    return execute(database, READ_MOMENT)[0][0]


def set_up(env, subjects):
    """Leads of two teams that begin: doubles, archived, lost, won, of nobody."""
    env = quiet(env)
    moment = env.cr.now().replace(microsecond=0)
    env.company.country_id = env.ref("base.cn")
    env["sales.process.backfill"].search([]).write({"state": "done"})
    env["sales.process.backfill"].search([]).unlink()
    people = create_people(env, 8)
    nobody = env["res.users"]
    teams = [
        create_team(
            env,
            f"Takeover {index}",
            people[4 * index : 4 * index + 4],
            process_mode="off",
        )
        for index in range(2)
    ]
    partners = env["res.partner"].create(
        [
            {"name": f"Contact {number}", "email": f"c{number}@example.com"}
            for number in range(subjects // 10)
        ]
    )
    values_list = []
    for number in range(subjects):
        # three in ten are doubles of an earlier customer, written in another way
        customer = number if number % 10 < 7 else number * 7 % (number + 1)
        user = nobody if number % 9 == 8 else people[number * 5 % 8]
        values = {
            "name": f"Lead {number}",
            "type": "opportunity" if number % 2 else "lead",
            "user_id": user.id,
            "team_id": teams[number * 5 % 8 // 4].id,
            "phone": PHONE_FORMS[number % 4].format(customer),
        }
        if number % 6 == 5:
            values["partner_id"] = partners[customer % len(partners)].id
        if number % 7 == 3:
            values["email_from"] = f"Buyer <BUYER{customer}@example.com>"
        values_list.append(values)
    leads = env["crm.lead"].create(values_list)
    leads.filtered(lambda lead: lead.id % 11 == 0).action_set_won()
    leads.filtered(lambda lead: lead.id % 13 == 0 and lead.id % 11).action_set_lost()
    leads.filtered(lambda lead: lead.id % 17 == 0).action_archive()
    env.flush_all()
    env.cr.execute(
        "UPDATE crm_lead SET create_date = %s - id %% 300 * INTERVAL '1 day'",
        [moment - timedelta(days=1)],
    )
    env.invalidate_all()
    teams[0].process_mode = "enforce"
    teams[1].process_mode = "observe"
    finish_set_up(env, moment)


def run(env):
    """What the scheduled action does."""
    from odoo.addons.sales_process_mgmt.models import sales_process_backfill

    sales_process_backfill.BATCH_SIZE = BATCH_SIZE
    env["sales.process.backfill"]._cron_backfill()
