# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, tagged

from .common_duty import DutyCommon


@tagged("post_install", "-at_install")
class TestToursDuty(DutyCommon, HttpCase):
    def test_roster(self):
        """A leader makes the roster from the calendar, with a preview."""
        # Open day and night, so that there is a shift left whenever this runs.
        self.team_east.process_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Always open",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day and night",
                                "dayofweek": str(day),
                                "hour_from": 0,
                                "hour_to": 24,
                            }
                        )
                        for day in range(7)
                    ),
                ],
            }
        )
        self.start_tour(
            "/odoo/duty-roster", "sales_process_duty_roster", login="leader_east"
        )
        roster = self.Duty.search([("team_id", "=", self.team_east.id)])
        self.assertTrue(roster)
        self.assertEqual(roster[0].user_id, self.salesperson_a)
        self.assertEqual(self.team_east._get_duty_users(), self.salesperson_a)

    def test_swap(self):
        """A salesperson asks a colleague, who accepts with one click."""
        start = Datetime.now() + timedelta(days=1)
        end = start + timedelta(hours=4)
        duty = self._create_duty(self.salesperson_a, start, end)
        self._create_duty(self.salesperson_c, start, end)
        self.start_tour(
            "/odoo/my-shifts", "sales_process_duty_swap_ask", login="salesperson_a"
        )
        self.assertEqual(duty.swap_ids.state, "asked")
        self.start_tour(
            "/odoo/action-sales_process_mgmt.sales_process_duty_swap_action",
            "sales_process_duty_swap_accept",
            login="salesperson_b",
        )
        duty.invalidate_recordset()
        self.assertEqual(duty.duty_user_id, self.salesperson_b)
