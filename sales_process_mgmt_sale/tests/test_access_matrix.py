# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    NOBODY,
    OWNER,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.credit.question": (OWNER, OWNER, OWNER, NOBODY),
}
VIEWS = {}


class OrderRecords(Records):
    addon = "sales_process_mgmt_sale"
    matrix = MATRIX
    sql_views = VIEWS

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        ownership = cls.records["sales.process.ownership"]
        order = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].create({"name": "Acme"}).id,
                "company_id": cls.company.id,
                "user_id": cls.salesperson_a.id,
                "team_id": cls.team_east.id,
            }
        )
        values = {
            "user_id": cls.salesperson_a.id,
            "team_id": cls.team_east.id,
            "company_id": cls.company.id,
        }
        cls.records |= {
            "sales.process.credit.question": env[
                "sales.process.credit.question"
            ].create(
                {
                    **values,
                    "order_id": order.id,
                    "ownership_id": ownership.id,
                    "seller_id": cls.salesperson_a.id,
                    "note": "They pay on Monday",
                    "amount": 100,
                    "days": 40,
                }
            ),
        }
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestOrderAccessMatrix(MatrixWalk, OrderRecords, HttpCase):
    pass
