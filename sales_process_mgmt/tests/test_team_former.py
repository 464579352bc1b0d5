# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.sales_process_team_former import FORMER_NAMES
from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestTeamFormerNames(SalesProcessCommon):
    """A script that sets rules by the names before goes on, and is judged alike."""

    def test_values(self):
        team = self.team_east
        team.with_user(self.leader_east).sudo().write(
            {"followup_days": 9, "pool_take_limit": 4, "color": 2}
        )
        self.assertEqual(team.process_followup_days, 9)
        self.assertEqual((team.pool_take_limit, team.color), (4, 2))
        made = self.env["crm.team"].create(
            {"name": "By script", "release_ceiling_percent": 15}
        )
        self.assertEqual(made.process_release_ceiling_percent, 15)

    def test_attributes(self):
        team = self.team_east
        team.served_policy = "end"
        self.assertEqual(team.process_served_policy, "end")
        for name in FORMER_NAMES:
            with self.subTest(name=name):
                self.assertNotIn(name, team._fields)
                self.assertEqual(team[f"process_{name}"], getattr(team, name))

    def test_refused_alike(self):
        team = self.team_east.with_user(self.leader_west).sudo()
        with self.assertRaisesRegex(AccessError, "Only the leader of Team East"):
            team.write({"followup_days": 8})
        with self.assertRaisesRegex(AccessError, "Only the leader of Team East"):
            team.followup_days = 8

    def test_name_of_another_application(self):
        """What another application calls so is its own."""
        model = self.env.registry["crm.team"]
        fields_ = {**model._fields, "pool_take_limit": model._fields["color"]}
        with patch.object(model, "_fields", fields_):
            self.assertEqual(
                self.team_east._rename_former({"pool_take_limit": 1}),
                {"pool_take_limit": 1},
            )
