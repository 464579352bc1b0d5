"""Whom the measured operations belong to, for the files that `odoo shell` reads.

Would catch: nothing by itself; two benchmarks measure with the same people.
"""

from odoo.fields import Command


def make_salesperson(env, login, mode):
    """A salesperson in a team of their own, as an everyday user of the CRM.

    Another one for each round: what the last one did stays in the database.

    :param str login: which nobody has yet
    :param str mode: of the team, empty where the addons are not installed
    :return: tuple, res.users and crm.team
    """
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Bench",
                "login": login,
                "email": f"{login}@example.com",
                "tz": "Europe/Brussels",
                "group_ids": [
                    Command.link(env.ref("sales_team.group_sale_salesman").id)
                ],
            }
        )
    )
    team = env["crm.team"].create({"name": "Bench", "member_ids": [user.id]})
    if mode:
        team.process_mode = mode
        # so many leads in an hour are more than one person may look up
        env.company.process_lookup_limit = 0
    return user, team
