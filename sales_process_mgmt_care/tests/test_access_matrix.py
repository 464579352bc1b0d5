# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    LEADERS,
    NOBODY,
    OWNER,
    SALES,
    MatrixWalk,
    Records,
)

from ..models.sales_process_complaint_intake import ComplaintIntake

# Whoever leads from above reads it only when asked to decide.
PRIVATE = frozenset(OWNER | {"private"})
MATRIX = {
    "sales.process.complaint": (PRIVATE, PRIVATE, NOBODY, NOBODY),
    "sales.process.satisfaction": (
        frozenset(LEADERS | {"private"}),
        NOBODY,
        NOBODY,
        NOBODY,
    ),
}
# Its rows have the rules of what they count.
VIEWS = {"sales.process.satisfaction.rank": SALES}


class CareRecords(Records):
    addon = "sales_process_mgmt_care"
    matrix = MATRIX
    sql_views = VIEWS

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        complaint = ComplaintIntake(cls.env, cls.team_east).run(
            {"channel": "hand", "name": "Late", "contact_phone": "13812345678"}
        )[0]
        complaint.handler_id = cls.salesperson_a
        satisfaction = cls.env["sales.process.satisfaction"].create(
            {
                "kind": "won",
                "user_id": cls.salesperson_a.id,
                "team_id": cls.team_east.id,
                "company_id": cls.company.id,
                "date_event": cls.env.cr.now(),
            }
        )
        cls.records |= {
            "sales.process.complaint": complaint,
            "sales.process.satisfaction": satisfaction,
        }
        cls.env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestCareAccessMatrix(MatrixWalk, CareRecords, HttpCase):
    @staticmethod
    def _is_allowed(role, operation, allowed):
        if "private" in allowed and role in ("region", "other_region"):
            return False
        return MatrixWalk._is_allowed(role, operation, allowed)
