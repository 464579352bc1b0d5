# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from unittest.mock import patch

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

MEETING = "sales.process.meeting"
# Monday 8 March 2027, nine o'clock in Shanghai (UTC+8), and some days before
MONDAY = "2027-03-08 01:00:00"
FRIDAY_BEFORE = "2027-03-05 02:00:00"


class MeetingCommon(SalesProcessCommon):
    """Team East meets on Mondays at nine, since 5 March 2027; in Asia/Shanghai."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_east.process_meeting = True
        cls.series = cls.env["sales.process.meeting.series"]
        cls.people = (
            cls.salesperson_a | cls.salesperson_b | cls.salesperson_c | cls.leader_east
        )

    def setUp(self):
        super().setUp()
        with self._at(FRIDAY_BEFORE):
            self.series = self._create_series()
            self.env.flush_all()
        self.meeting = self._get_meeting("2027-03-08")

    def _create_series(self, **values):
        Series = self.env["sales.process.meeting.series"].with_user(self.leader_east)
        return Series.create(
            {
                "team_id": self.team_east.id,
                "weekday": "0",
                "hour": 9,
                "tz": "Asia/Shanghai",
                "place": "Room 3",
                **values,
            }
        ).with_env(self.env)

    def _run_cron(self, moment):
        with (
            self._at(moment),
            patch.object(self.env.registry["ir.cron"], "_commit_progress"),
        ):
            self.env["sales.process.meeting.series"]._cron_meetings()
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_meeting(self, slot):
        return self.env[MEETING].search(
            [("series_id", "=", self.series.id), ("date_slot", "=", slot)]
        )

    def _start(self, meeting=None, moment=MONDAY, user=None):
        meeting = meeting or self.meeting
        with self._at(moment):
            meeting.with_user(user or self.leader_east).action_start()
            self.env.flush_all()
        self.env.invalidate_all()
        return meeting

    def _row(self, user, meeting=None):
        meeting = meeting or self.meeting
        return meeting.attendance_ids.filtered(lambda row: row.user_id == user)

    def _mark(self, user, state="present", moment=MONDAY, by=None):
        row = self._row(user).with_user(by or self.leader_east)
        buttons = {
            "present": row.action_present,
            "excused": row.action_excuse,
            "missed": row.action_missed,
        }
        with self._at(moment):
            buttons[state]()
            self.env.flush_all()

    def _end(self, moment="2027-03-08 02:00:00"):
        with self._at(moment):
            self.meeting.with_user(self.leader_east).action_end()
            self.env.flush_all()
        self.env.invalidate_all()

    def _absent(self, user, start, end, by=None, moment=MONDAY, **values):
        with self._at(moment):
            absence = (
                self.env["sales.process.absence"]
                .with_user(by or self.leader_east)
                .create(
                    {"user_id": user.id, "date_start": start, "date_end": end, **values}
                )
            )
            self.env.flush_all()
        return absence.with_env(self.env)

    def _decide(self, user, moment=MONDAY, by=None, meeting=None, **values):
        with self._at(moment):
            decision = (
                self.env["sales.process.meeting.decision"]
                .with_user(by or self.leader_east)
                .create(
                    {
                        "meeting_id": (meeting or self.meeting).id,
                        "name": "Call the three largest customers",
                        "user_id": user.id,
                        "date_due": "2027-03-12",
                        **values,
                    }
                )
            )
            self.env.flush_all()
        return decision.with_env(self.env)

    def _code(self, moment=MONDAY):
        """The code that the chair shows."""
        with self._at(moment):
            action = self.meeting.with_user(self.leader_east).action_show_code()
            self.env.flush_all()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertTrue(re.fullmatch("[2-9A-HJKMNP-Z]{6}", dialog.code))
        return dialog.code

    def _type(self, user, code, moment=MONDAY, meeting=None):
        """Somebody types a code, as the web client does."""
        meeting = (meeting or self.meeting).with_user(user)
        with self._at(moment):
            action = meeting.action_confirm_presence()
            Wizard = self.env[action["res_model"]].with_user(user)
            wizard = Wizard.with_context(**action["context"]).create({"code": code})
            result = wizard.action_confirm()
            self.env.flush_all()
        self.env.invalidate_all()
        return result["params"]["type"]

    def _facts(self, kind="meeting_missed"):
        self.env.flush_all()
        return self.env["sales.process.fact"].search([("kind", "=", kind)])
