# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    MANAGER,
    OWNER,
    READERS,
    SALES,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.metric": (SALES, MANAGER, MANAGER, MANAGER),
    "sales.process.plan": (READERS, OWNER, OWNER, OWNER),
    "sales.process.plan.line": (READERS, OWNER, OWNER, OWNER),
}
VIEWS = {
    "sales.process.plan.report": SALES,
    "sales.process.stage.move": MANAGER,
}


class MetricRecords(Records):
    addon = "sales_process_mgmt_metric"
    matrix = MATRIX
    sql_views = VIEWS

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env, owner = cls.env, cls.salesperson_a
        metric = env.ref("sales_process_mgmt_metric.sales_process_metric_calls")
        plan = env["sales.process.plan"].create(
            {
                "kind": "monthly",
                "user_id": owner.id,
                "line_ids": [(0, 0, {"metric_id": metric.id, "goal": 5})],
            }
        )
        cls.records |= {
            "sales.process.metric": metric,
            "sales.process.plan": plan,
            "sales.process.plan.line": plan.line_ids,
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestMetricAccessMatrix(MatrixWalk, MetricRecords, HttpCase):
    pass
