# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """People are in their teams since they were entered there.

    :param env: the environment of the installation
    """
    members = env["crm.team.member"].search([("active", "=", True)])
    env["sales.process.scorecard.stay"].create(
        [
            {
                "user_id": member.user_id.id,
                "team_id": member.crm_team_id.id,
                "date_from": member.create_date.date(),
            }
            for member in members
        ]
    )
