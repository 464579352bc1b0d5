# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    COMPANY,
    LEADERS,
    MANAGER,
    NOBODY,
    OWNER,
    READER,
    TEAM,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.praise": (TEAM, NOBODY, frozenset(["helper"]), NOBODY),
    "sales.process.scorecard": (OWNER, OWNER, NOBODY, NOBODY),
    "sales.process.scorecard.item": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.scorecard.line": (OWNER, LEADERS, NOBODY, NOBODY),
    "sales.process.scorecard.pair": (MANAGER, NOBODY, NOBODY, NOBODY),
    "sales.process.scorecard.payroll": (MANAGER, NOBODY, MANAGER, NOBODY),
    "sales.process.scorecard.payroll.line": (MANAGER, NOBODY, NOBODY, NOBODY),
    "sales.process.scorecard.rating": (READER, READER, NOBODY, NOBODY),
    "sales.process.scorecard.segment": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.scorecard.stay": (OWNER, MANAGER, MANAGER, MANAGER),
    "sales.process.scorecard.step": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.scorecard.template": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.scorecard.version": (COMPANY, MANAGER, MANAGER, MANAGER),
}


class ScorecardRecords(Records):
    addon = "sales_process_mgmt_scorecard"
    matrix = MATRIX
    sql_views = {}

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        today = cls._today(cls.salesperson_a)

        def create(model, **values):
            name = f"sales.process.scorecard{model}"
            cls.records[name] = env[name].create(values)
            return cls.records[name]

        template = create(".template", name="Matrix", company_id=cls.company.id)
        version = create(".version", template_id=template.id, date_from=today)
        item = create(".item", version_id=version.id, kind="mark", weight=100)
        create(".step", version_id=version.id, is_lowest=True, is_highest=True)
        cls.records["sales.process.scorecard.stay"] = env[
            "sales.process.scorecard.stay"
        ].search([("user_id", "=", cls.salesperson_a.id)])
        card = create(
            "",
            user_id=cls.salesperson_a.id,
            team_id=cls.team_east.id,
            company_id=cls.company.id,
            decider_id=cls.leader_east.id,
            date_from=today.replace(day=1),
            date_to=today,
        )
        segment = create(
            ".segment",
            scorecard_id=card.id,
            team_id=cls.team_east.id,
            version_id=version.id,
            marker_id=cls.leader_east.id,
            date_from=today.replace(day=1),
            date_end=today,
        )
        create(
            ".line",
            scorecard_id=card.id,
            segment_id=segment.id,
            item_id=item.id,
            kind="mark",
            name="Attitude",
        )
        month = today.replace(day=1)
        create(
            ".rating",
            giver_id=cls.salesperson_a.id,
            user_id=cls.salesperson_b.id,
            team_id=cls.team_east.id,
            company_id=cls.company.id,
            date_from=month,
            date_due=env.cr.now() + timedelta(days=3),
        )
        create(
            ".pair",
            user_id=cls.salesperson_a.id,
            other_id=cls.salesperson_b.id,
            company_id=cls.company.id,
            date_from=month,
        )
        env["sales.process.scorecard"].create(
            {
                "user_id": cls.salesperson_b.id,
                "team_id": cls.team_east.id,
                "company_id": cls.company.id,
                "date_from": month,
                "date_to": today,
                "state": "closed",
            }
        )
        payroll = create(".payroll", company_id=cls.company.id, date_from=month)
        cls.records["sales.process.scorecard.payroll.line"] = payroll.line_ids
        praises = env["sales.process.praise"].with_user(cls.salesperson_b)
        cls.records["sales.process.praise"] = praises.create(
            {"user_id": cls.salesperson_a.id, "text": "Helped at the fair"}
        ).sudo()
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestScorecardAccessMatrix(MatrixWalk, ScorecardRecords, HttpCase):
    def _get_harmless_values(self, record):
        if record._name.endswith(".pair"):
            return {"date_from": str(record.date_from)}
        if record._name.endswith(".rating"):
            return {"value": record.value}
        if record._name.endswith(".segment"):
            return {"working_days": record.working_days}
        if record._name.endswith(".stay"):
            return {"date_from": str(record.date_from)}
        return super()._get_harmless_values(record)

    @mute_logger("odoo.http")
    def test_download(self):
        """The payroll file is downloaded by an administrator and by nobody else."""
        payroll = self.records["sales.process.scorecard.payroll"]
        for kind in ("csv", "xlsx"):
            # its route is answered by a replica
            with self._read_only():
                payroll.with_user(self.director)._export(kind)
        for role, user in self.roles.items():
            self.authenticate(user.login, user.login)
            for kind in ("csv", "xlsx"):
                answer = self.url_open(
                    f"/sales_process_mgmt_scorecard/payroll/{payroll.id}/{kind}"
                )
                with self.subTest(role=role, kind=kind):
                    self.assertEqual(answer.status_code == 200, role == "manager")
        self.authenticate(self.director.login, self.director.login)
        for path in ("0/csv", f"{payroll.id}/exe"):
            answer = self.url_open(f"/sales_process_mgmt_scorecard/payroll/{path}")
            self.assertEqual(answer.status_code, 404)
