# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools


def post_init_hook(env):
    """People are in their teams since they were entered there.

    :param env: the environment of the installation
    """
    Stay = env["sales.process.scorecard.stay"]
    # the demonstration comes before the hook
    known = {
        (stay.user_id, stay.team_id) for stay in Stay.search([("date_to", "=", False)])
    }
    members = env["crm.team.member"].search([("active", "=", True)])
    Stay.create(
        [
            {
                "user_id": member.user_id.id,
                "team_id": member.crm_team_id.id,
                # the day it was where the person works
                "date_from": deadline_tools.local_date(
                    member.create_date,
                    member.crm_team_id._get_process_timezone(member.user_id),
                ),
            }
            for member in members
            if (member.user_id, member.crm_team_id) not in known
        ]
    )
