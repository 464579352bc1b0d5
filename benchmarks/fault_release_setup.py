"""Run in Odoo's shell by fault_release: a team on duty, customers that are due."""

import os
from datetime import timedelta

CUSTOMERS = int(os.environ["SPM_FAULT_CUSTOMERS"])

group = env.ref("sales_team.group_sale_salesman")  # noqa: F821  (the shell's)
env = env(context={"tracking_disable": True, "no_reset_password": True})  # noqa: F821
users = env["res.users"].create(
    [
        {
            "name": f"Salesperson {number}",
            "login": f"fault_{number}",
            "group_ids": [(6, 0, group.ids)],
            "tz": "Asia/Shanghai",
        }
        for number in range(6)
    ]
)
team = env["crm.team"].create(
    {
        "name": "Faults",
        "process_mode": "enforce",
        "user_id": users[5].id,
        "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in users[:5]],
    }
)
now = env.cr.now()
env["sales.process.duty"].create(
    [
        {
            "team_id": team.id,
            "user_id": user.id,
            "date_start": now - timedelta(hours=1),
            "date_end": now + timedelta(hours=12),
            "state": "confirmed",
        }
        for user in users[3:5]
    ]
)
env["crm.lead"].create(
    [
        {
            "name": f"Customer {number}",
            "type": "opportunity",
            "phone": f"+86139{number:08d}",
            "user_id": users[number % 3].id,
            "team_id": team.id,
        }
        for number in range(CUSTOMERS)
    ]
)
team.write({"release_ceiling_percent": 0, "date_release_from": False})
env.flush_all()
env.cr.execute(
    """
    UPDATE sales_process_ownership
       SET date_start = date_start - INTERVAL '30 days',
           date_deadline = now() AT TIME ZONE 'UTC' - INTERVAL '1 hour'
     WHERE team_id = %s
    """,
    (team.id,),
)
env.cr.execute(
    "CREATE TABLE fault_due AS SELECT id, user_id FROM sales_process_ownership"
    " WHERE team_id = %s",
    (team.id,),
)
# the servers release when the test says so
env["ir.cron"].search([]).active = False
env.cr.commit()
print("READY", len(env["sales.process.ownership"].search([("team_id", "=", team.id)])))
