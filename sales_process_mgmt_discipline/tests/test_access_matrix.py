# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    LEADERS,
    MANAGER,
    NOBODY,
    OWNER,
    SALES,
    TEAM,
    MatrixWalk,
    Records,
)

# Whoever leads from above reads it only when asked to decide.
PRIVATE = frozenset(OWNER | {"private"})
MATRIX = {
    "sales.process.policy": (TEAM, MANAGER, MANAGER, MANAGER),
    "sales.process.policy.acknowledgement": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.policy.version": (TEAM, MANAGER, MANAGER, MANAGER),
    "sales.process.violation": (PRIVATE, NOBODY, LEADERS, NOBODY),
    "sales.process.violation.type": (SALES, MANAGER, MANAGER, MANAGER),
}


class DisciplineRecords(Records):
    addon = "sales_process_mgmt_discipline"
    matrix = MATRIX
    sql_views = {}

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        policy = env["sales.process.policy"].create(
            {"name": "Discounts", "team_ids": cls.team_east.ids}
        )
        version = env["sales.process.policy.version"].create(
            {"policy_id": policy.id, "text": "<p>Five percent</p>", "lang": "en_US"}
        )
        version.with_user(cls.director).action_publish()
        rows = version.acknowledgement_ids
        cls.team_east.process_violation = True
        kind = env["sales.process.violation.type"].create({"name": "Discount"})
        cls.records |= {
            "sales.process.policy": policy,
            "sales.process.policy.acknowledgement": rows.filtered(
                lambda row: row.user_id == cls.salesperson_a
            ),
            "sales.process.policy.version": version,
            "sales.process.violation": env["sales.process.violation"].create(
                {
                    "type_id": kind.id,
                    "user_id": cls.salesperson_a.id,
                    "team_id": cls.team_east.id,
                    "date": cls._today(cls.salesperson_a),
                    "note": "A discount of ten percent",
                }
            ),
            "sales.process.violation.type": kind,
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestDisciplineAccessMatrix(MatrixWalk, DisciplineRecords, HttpCase):
    @staticmethod
    def _is_allowed(role, operation, allowed):
        if "private" in allowed and role in ("region", "other_region"):
            return False
        return MatrixWalk._is_allowed(role, operation, allowed)
