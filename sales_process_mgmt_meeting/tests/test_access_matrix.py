# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    COMPANY,
    LEADERS,
    NOBODY,
    OWNER,
    TEAM,
    MatrixWalk,
    Records,
)

THANK = "sales.process.experience.thank"
MATRIX = {
    "sales.process.experience": (COMPANY, OWNER, OWNER, NOBODY),
    THANK: (COMPANY, NOBODY, NOBODY, NOBODY),
    "sales.process.meeting": (TEAM, LEADERS, LEADERS, NOBODY),
    "sales.process.meeting.attendance": (OWNER, LEADERS, NOBODY, NOBODY),
    "sales.process.meeting.decision": (TEAM, LEADERS, LEADERS, NOBODY),
    "sales.process.meeting.line": (TEAM, LEADERS, LEADERS, NOBODY),
    "sales.process.meeting.series": (TEAM, LEADERS, LEADERS, NOBODY),
}


class MeetingRecords(Records):
    addon = "sales_process_mgmt_meeting"
    matrix = MATRIX
    sql_views = {}

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env, east = cls.env, cls.team_east
        east.process_meeting = True
        series = env["sales.process.meeting.series"].create(
            {"team_id": east.id, "tz": "Asia/Shanghai"}
        )
        meeting = env["sales.process.meeting"].create(
            {
                "team_id": east.id,
                "date_start": env.cr.now().replace(microsecond=0),
                "chair_id": cls.leader_east.id,
                "tz": "Asia/Shanghai",
            }
        )
        meeting.with_user(cls.leader_east).action_start()
        experience = (
            env["sales.process.experience"]
            .with_user(cls.salesperson_a)
            .create({"name": "Ask twice", "story": "It helped"})
        )
        experience.with_user(cls.salesperson_b).action_thank()
        cls.records |= {
            "sales.process.experience": experience.with_env(env),
            "sales.process.experience.thank": experience.with_env(env).thank_ids,
            "sales.process.meeting": meeting,
            "sales.process.meeting.attendance": meeting.attendance_ids.filtered(
                lambda row: row.user_id == cls.salesperson_a
            ),
            "sales.process.meeting.decision": env[
                "sales.process.meeting.decision"
            ].create(
                {
                    "meeting_id": meeting.id,
                    "name": "Call the customer",
                    "user_id": cls.salesperson_a.id,
                    "date_due": cls._today(cls.salesperson_a),
                }
            ),
            "sales.process.meeting.line": env["sales.process.meeting.line"].create(
                {"meeting_id": meeting.id, "name": "Trade fair"}
            ),
            "sales.process.meeting.series": series,
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestMeetingAccessMatrix(MatrixWalk, MeetingRecords, HttpCase):
    def _get_harmless_values(self, record):
        if record._name == THANK:
            return {"user_id": record.user_id.id}
        return super()._get_harmless_values(record)

    def test_regional_leader_moves_nothing(self):
        """Beside thanks, which are anybody's: see test_experience."""
        own = {
            model: record
            for model, record in self._get_own().items()
            if model != "sales.process.experience"
        }
        with patch.object(self, "_get_own", lambda: own):
            return super().test_regional_leader_moves_nothing()
