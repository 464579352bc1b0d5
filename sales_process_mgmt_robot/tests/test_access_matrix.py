# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    LEADERS,
    MANAGER,
    NOBODY,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.robot": (LEADERS, MANAGER, MANAGER, MANAGER),
    "sales.process.robot.event": (LEADERS, MANAGER, MANAGER, MANAGER),
    "sales.process.robot.message": (LEADERS, NOBODY, NOBODY, NOBODY),
}


class RobotRecords(Records):
    addon = "sales_process_mgmt_robot"
    matrix = MATRIX
    sql_views = {}

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        robot = env["sales.process.robot"].create(
            {
                "name": "Showroom",
                "team_id": cls.team_east.id,
                "address": "https://robot.example/hook?key=k",
                "secret": "s",
            }
        )
        cls.records |= {
            "sales.process.robot": robot,
            "sales.process.robot.event": robot.event_ids[0],
            "sales.process.robot.message": env["sales.process.robot.message"].create(
                {"robot_id": robot.id, "title": "News", "text": "News"}
            ),
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestRobotAccessMatrix(MatrixWalk, RobotRecords, HttpCase):
    pass
