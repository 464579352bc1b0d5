# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ..tools import deadline as deadline_tools


class CrmTeam(models.Model):
    """Whose pool it is: the team's own, or one that several teams share."""

    _inherit = "crm.team"

    pool_source_ids = fields.One2many(
        "crm.team",
        "pool_team_id",
        string="Teams That Share the Pool",
        help="Their customers come to the pool of this team, and their members take "
        "from it.",
    )

    def _get_taking_team(self, user):
        """The team for which ``user`` takes a customer from the pool of this team.

        This team for its members and leaders; else the team of the user that shares
        the pool.

        :return: crm.team, empty for somebody who may not take
        """
        self.ensure_one()
        sharing = self.pool_source_ids.filtered(lambda row: row.process_mode != "off")
        for team in self | sharing:
            if user in team.crm_team_member_ids.user_id:
                return team
        return (self | sharing).filtered(lambda team: team._is_leader(user))[:1]

    def _get_day_start(self):
        """Midnight of today where the team works.

        In the zone of the leader, else of the company: a person who changes the own
        zone begins no new day, and has no other limits.

        :return: naive UTC datetime
        """
        zone = self._get_process_timezone(self.user_id)
        today = deadline_tools.local_date(self.env.cr.now(), zone)
        yesterday = today - timedelta(days=1)
        return deadline_tools.end_of_day_utc(yesterday, zone) + timedelta(seconds=1)
