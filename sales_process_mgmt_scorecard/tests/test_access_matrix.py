# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    COMPANY,
    LEADERS,
    MANAGER,
    NOBODY,
    OWNER,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.scorecard": (OWNER, OWNER, NOBODY, NOBODY),
    "sales.process.scorecard.item": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.scorecard.line": (OWNER, LEADERS, NOBODY, NOBODY),
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
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestScorecardAccessMatrix(MatrixWalk, ScorecardRecords, HttpCase):
    def _get_harmless_values(self, record):
        if record._name.endswith(".segment"):
            return {"working_days": record.working_days}
        if record._name.endswith(".stay"):
            return {"date_from": str(record.date_from)}
        return super()._get_harmless_values(record)
