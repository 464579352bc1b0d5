"""People, teams and the moment of a fault run.

Would catch: nothing by itself: the same people and teams for each fault run, so that
what differs is the fault.
"""

PASSWORDLESS = {"tracking_disable": True, "no_reset_password": True}


def quiet(env):
    """An environment in which making thousands of records says nothing."""
    return env(context={**env.context, **PASSWORDLESS})


def create_people(env, number, zones=("Asia/Shanghai",)):
    """Salespeople who live in these zones in turn.

    :return: res.users
    """
    group = env.ref("sales_team.group_sale_salesman")
    return env["res.users"].create(
        [
            {
                "name": f"Salesperson {index}",
                "login": f"fault_{index}",
                "group_ids": [(6, 0, group.ids)],
                "tz": zones[index % len(zones)],
            }
            for index in range(number)
        ]
    )


def create_team(env, name, members, leader=None, **values):
    """A sales team; the process is off unless the values say otherwise.

    :return: crm.team
    """
    return env["crm.team"].create(
        {
            "name": name,
            "user_id": leader.id if leader else False,
            "crm_team_member_ids": [(0, 0, {"user_id": user.id}) for user in members],
            **values,
        }
    )


def finish_set_up(env, moment):
    """Remember the moment of all runs; the processes work when the run says so.

    What is made in a run then carries the same dates however often it was killed.
    """
    env["ir.cron"].search([]).active = False
    env.flush_all()
    env.cr.execute(
        "CREATE TABLE fault_moment AS SELECT %s::timestamp AS moment", [moment]
    )


READ_MOMENT = "SELECT moment FROM fault_moment"
