# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    LEADERS,
    NOBODY,
    OWNER,
    SALES,
    TEAM,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.chase": (OWNER, OWNER, NOBODY, NOBODY),
    "sales.process.chase.step": (TEAM, LEADERS, LEADERS, LEADERS),
    "sales.process.collection": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.dispute": (OWNER, OWNER, OWNER, NOBODY),
    "sales.process.money": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.promise": (OWNER, NOBODY, OWNER, NOBODY),
    "sales.process.statement": (OWNER, NOBODY, NOBODY, NOBODY),
}
VIEWS = {"sales.process.receivable": SALES}


class MoneyRecords(Records):
    addon = "sales_process_mgmt_account"
    matrix = MATRIX
    sql_views = VIEWS

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        ownership = cls.records["sales.process.ownership"]
        today = cls._today(cls.salesperson_a)
        values = {
            "ownership_id": ownership.id,
            "user_id": cls.salesperson_a.id,
            "team_id": cls.team_east.id,
            "company_id": cls.company.id,
        }
        entry = env["account.move"].create(
            {"move_type": "entry", "company_id": cls.company.id}
        )
        cls.records |= {
            "sales.process.chase": env["sales.process.chase"].create(
                {**values, "move_id": entry.id, "date_due": today}
            ),
            "sales.process.chase.step": env["sales.process.chase.step"].create(
                {"team_id": cls.team_east.id, "days": 3}
            ),
            "sales.process.money": env["sales.process.money"].create(
                {
                    **values,
                    "kind": "open",
                    "date": today,
                    "amount": 100,
                    "source": "account.move.line:0",
                    "move_id": entry.id,
                }
            ),
            "sales.process.collection": env["sales.process.collection"].create(
                {**values, "date_open": env.cr.now()}
            ),
            "sales.process.promise": env["sales.process.promise"].create(
                {
                    "ownership_id": ownership.id,
                    "amount": 10,
                    "date_due": today,
                    "note": "On Friday",
                }
            ),
            "sales.process.statement": env["sales.process.statement"].create(
                {**values, "name": ownership.name, "date_sent": env.cr.now()}
            ),
            "sales.process.dispute": env["sales.process.dispute"].create(
                {
                    "ownership_id": ownership.id,
                    "move_id": entry.id,
                    "reason": "price",
                    "note": "Twenty was agreed",
                    "date_until": today,
                }
            ),
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestMoneyAccessMatrix(MatrixWalk, MoneyRecords, HttpCase):
    def _get_harmless_values(self, record):
        if record._name == "sales.process.collection":
            # it has no text of its own
            return {"state": record.state}
        return super()._get_harmless_values(record)
