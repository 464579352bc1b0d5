"""Run in Odoo's shell by fault_load: teams that enforce, people, customers, a pool.

Would catch: what fault_load would, in three teams, two companies and a pool that are
worked on.
"""

import os
import random
from datetime import timedelta

CUSTOMERS = int(os.environ["SPM_LOAD_CUSTOMERS"])
CLIENTS = int(os.environ["SPM_LOAD_CLIENTS"])
MINUTES = float(os.environ["SPM_LOAD_MINUTES"])
TEAMS = 3
MEETINGS = 60
OLD_LEADS = 400

random.seed(int(os.environ["SPM_LOAD_SEED"]))
env = env(  # noqa: F821  (the shell's)
    context={
        "tracking_disable": True,
        "no_reset_password": True,
        "mail_auto_subscribe_no_notify": True,
    }
)
now = env.cr.now()
group = env.ref("sales_team.group_sale_salesman")
companies = env.company | env["res.company"].create({"name": "Load, the other company"})
# one company of two teams, one of one team
company_by_team = [companies[0], companies[0], companies[1]]


def make_user(number, company, name):
    return {
        "name": f"{name} {number}",
        "login": f"load_{number}",
        "password": f"load_{number}",
        "group_ids": [(6, 0, group.ids)],
        "company_id": company.id,
        "company_ids": [(6, 0, company.ids)],
        "notification_type": "inbox",
        "tz": "Asia/Shanghai",
    }


# the first one of each team leads it; two more belong to the team that is taken over
users = env["res.users"].create(
    [
        make_user(
            number,
            company_by_team[number % TEAMS],
            "Leader" if number < TEAMS else "Salesperson",
        )
        for number in range(CLIENTS)
    ]
)
old_users = env["res.users"].create(
    [make_user(f"old_{number}", companies[0], "Salesperson") for number in range(2)]
)
staff = [
    users.filtered(
        lambda user, number=number: users.ids.index(user.id) % TEAMS == number
    )
    for number in range(TEAMS)
]
teams = env["crm.team"].create(
    [
        {
            "name": f"Load {number}",
            "process_mode": "enforce",
            "company_id": company_by_team[number].id,
            "user_id": members[0].id,
            "process_release_to": "pool" if number == 1 else "duty",
            "process_pool_take_limit": 20,
            "process_cooldown_days": 0,
            # people are told while it runs, at whatever hour that is
            "process_notice": "now",
            "process_quiet_from": 0,
            "process_quiet_to": 0,
            "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in members],
        }
        for number, members in enumerate(staff)
    ]
)
env["sales.process.duty"].create(
    [
        {
            "team_id": team.id,
            "user_id": user.id,
            "date_start": now - timedelta(hours=1),
            "date_end": now + timedelta(hours=12),
            "state": "confirmed",
        }
        for team, members in zip(teams, staff, strict=True)
        for user in members[-4:]
    ]
)


def make_lead(number, team, user, **values):
    return {
        "name": f"Customer {number}",
        "type": "opportunity",
        "phone": f"+86139{number:08d}",
        "user_id": user.id,
        "team_id": team.id,
        "company_id": team.company_id.id,
        **values,
    }


leads = env["crm.lead"].create(
    [
        make_lead(
            number,
            teams[number % TEAMS],
            random.choice(staff[number % TEAMS][1:] or staff[number % TEAMS]),
        )
        for number in range(CUSTOMERS)
    ]
)
pool_leads = env["crm.lead"].create(
    [
        make_lead(
            CUSTOMERS + number,
            teams[number % TEAMS],
            env["res.users"],
            process_into_pool=True,
        )
        for number in range(CUSTOMERS // 5)
    ]
)
env["calendar.event"].create(
    [
        {
            "name": f"Held {lead.id}",
            "opportunity_id": lead.id,
            "res_model_id": env["ir.model"]._get_id("crm.lead"),
            "res_id": lead.id,
            "user_id": lead.user_id.id,
            "partner_ids": [(6, 0, lead.user_id.partner_id.ids)],
            "start": now - timedelta(minutes=30),
            # half of them end while people work
            "stop": now + timedelta(minutes=random.uniform(-MINUTES, MINUTES)),
        }
        for lead in random.sample(list(leads), min(MEETINGS, len(leads)))
    ]
)
old_team = env["crm.team"].create(
    {
        "name": "Load, taken over",
        "process_mode": "off",
        "company_id": companies[0].id,
        "user_id": old_users[0].id,
        "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in old_users],
    }
)
env["crm.lead"].create(
    [
        make_lead(2 * CUSTOMERS + number, old_team, old_users[number % 2])
        for number in range(OLD_LEADS)
    ]
)
old_team.process_mode = "enforce"
(teams | old_team).write(
    {"process_release_ceiling_percent": 0, "process_date_release_from": False}
)
env.flush_all()
# A third becomes due while people work, some are to be warned of; the rest stays.
env.cr.execute(
    """
    WITH chosen AS (
        SELECT id, row_number() OVER (ORDER BY md5(id::text)) AS number
          FROM sales_process_ownership
         WHERE team_id IN %(teams)s AND state = 'open')
    UPDATE sales_process_ownership AS ownership
       SET date_start = date_start - INTERVAL '30 days',
           date_deadline = CASE
               WHEN chosen.number %% 6 < 2 THEN
                   now() AT TIME ZONE 'UTC'
                   + random() * (%(minutes)s + 1) * INTERVAL '1 minute'
               WHEN chosen.number %% 6 = 2 THEN
                   now() AT TIME ZONE 'UTC' + (10 + 4 * random()) * INTERVAL '1 hour'
               WHEN chosen.number %% 6 = 3 THEN
                   now() AT TIME ZONE 'UTC' + (30 + 4 * random()) * INTERVAL '1 hour'
               ELSE date_deadline
           END
      FROM chosen
     WHERE chosen.id = ownership.id
    """,
    {"teams": teams._ids, "minutes": MINUTES},
)
env["ir.cron"].search([]).active = False
crons = env["ir.cron"].browse(
    env["ir.model.data"]
    .search([("module", "=like", "sales_process_mgmt%"), ("model", "=", "ir.cron")])
    .mapped("res_id")
)
crons.write(
    {
        "active": True,
        "interval_number": 1,
        "interval_type": "minutes",
        "nextcall": now,
    }
)
env.cr.commit()
print("READY")
