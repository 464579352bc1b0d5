# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    NOBODY,
    OWNER,
    SALES,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.credit.question": (OWNER, OWNER, OWNER, NOBODY),
    "sales.process.forecast.snapshot": (OWNER, NOBODY, NOBODY, NOBODY),
}
VIEWS = {
    "sales.process.forecast": SALES,
    "sales.process.forecast.change": SALES,
    "sales.process.quotation": SALES,
}


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
        lead = cls.records["crm.lead"]
        cls.records["sales.process.forecast.snapshot"] = env[
            "sales.process.forecast.snapshot"
        ].create(
            {
                **values,
                "lead_id": lead.id,
                "date": "2035-06-04",
                "date_taken": env.cr.now(),
                "amount": 100,
            }
        )
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestOrderAccessMatrix(MatrixWalk, OrderRecords, HttpCase):
    def _get_harmless_values(self, record):
        if record._name == "sales.process.forecast.snapshot":
            # it has no text of its own
            return {"amount": record.amount}
        return super()._get_harmless_values(record)
