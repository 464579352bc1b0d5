# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    COMPANY,
    LEADERS,
    MANAGER,
    NOBODY,
    OWNER,
    SALES,
    MatrixWalk,
)
from odoo.addons.sales_process_mgmt_metric.tests.test_access_matrix import (
    MetricRecords,
)

MATRIX = {
    "sales.process.work.report": (OWNER, OWNER, OWNER, NOBODY),
    "sales.process.work.report.line": (OWNER, OWNER, OWNER, OWNER),
    "sales.process.work.report.value": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.intelligence.duty": (COMPANY, LEADERS, LEADERS, LEADERS),
    "sales.process.report.form": (COMPANY, LEADERS, LEADERS, LEADERS),
    "sales.process.report.question": (COMPANY, LEADERS, LEADERS, LEADERS),
    "sales.process.work.report.answer": (OWNER, OWNER, NOBODY, NOBODY),
    "sales.process.intelligence": (COMPANY, OWNER, OWNER, MANAGER),
}
VIEWS = {
    "sales.process.discipline.report": SALES,
}


class ReportRecords(MetricRecords):
    addon = "sales_process_mgmt_report"
    matrix = MATRIX
    sql_views = VIEWS

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env, owner = cls.env, cls.salesperson_a
        metric = cls.records["sales.process.metric"]
        report = env["sales.process.work.report"].with_user(owner)
        report = report.create({"kind": "urgent", "summary": "Fire"}).sudo()
        line = env["sales.process.work.report.line"].create(
            {"report_id": report.id, "subject": "Office"}
        )
        value = env["sales.process.work.report.value"].create(
            {"report_id": report.id, "metric_id": metric.id}
        )
        form = env["sales.process.report.form"].create(
            {
                "team_id": report.team_id.id,
                "kind": "daily",
                "question_ids": [Command.create({"name": "Samples"})],
            }
        )
        answer = env["sales.process.work.report.answer"].create(
            {"report_id": report.id, "question_id": form.question_ids.id}
        )
        cls.records |= {
            "sales.process.intelligence.duty": env[
                "sales.process.intelligence.duty"
            ].create({"team_id": report.team_id.id}),
            "sales.process.report.form": form,
            "sales.process.report.question": form.question_ids,
            "sales.process.work.report": report,
            "sales.process.work.report.answer": answer,
            "sales.process.work.report.line": line,
            "sales.process.work.report.value": value,
            "sales.process.intelligence": env["sales.process.intelligence"]
            .with_user(owner)
            .create({"name": "News"})
            .sudo(),
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestReportAccessMatrix(MatrixWalk, ReportRecords, HttpCase):
    pass
