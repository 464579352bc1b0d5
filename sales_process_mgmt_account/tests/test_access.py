# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

from .test_access_matrix import MATRIX, VIEWS


@tagged("post_install", "-at_install")
class TestAccess(SalesProcessCommon):
    """Money is for who signed it and for leaders; nobody writes it."""

    def test_every_role(self):
        ownership = self._create_lead(
            self.salesperson_a, phone="13812345678"
        ).ownership_id
        values = {
            "ownership_id": ownership.id,
            "user_id": self.salesperson_a.id,
            "team_id": self.team_east.id,
            "company_id": self.company.id,
        }
        rows = (
            self.env["sales.process.money"].create(
                {**values, "kind": "open", "date": "2026-05-01", "source": "x:1"}
            ),
            self.env["sales.process.collection"].create(
                {**values, "date_open": "2026-05-01"}
            ),
        )
        readers = self.salesperson_a | self.leader_east | self.director
        for row in rows:
            for user in (
                readers
                | self.salesperson_b
                | self.salesperson_c
                | self.leader_west
                | self.salesperson_x
                | self.office_user
            ):
                mine = row.with_user(user)
                with self.subTest(model=row._name, user=user.login):
                    self.assertEqual(mine.has_access("read"), user in readers)
                    for operation in ("write", "create", "unlink"):
                        self.assertFalse(mine.has_access(operation))
                    with self.assertRaises(AccessError):
                        mine.create({**values})

    def test_view_money(self):
        """The button opens the money of one period, read by the rules of its rows."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        row = self.env["sales.process.money"].create(
            {
                "ownership_id": lead.ownership_id.id,
                "user_id": self.salesperson_a.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "kind": "open",
                "date": "2026-05-01",
                "source": "x:1",
            }
        )
        action = lead.ownership_id.with_user(self.salesperson_a).action_view_money()
        Money = self.env["sales.process.money"]
        domain = action["domain"]
        self.assertEqual(Money.with_user(self.salesperson_a).search(domain), row)
        self.assertFalse(Money.with_user(self.salesperson_b).search(domain))

    def test_every_model_of_the_addon_is_here(self):
        ours = {
            model
            for model, cls in self.registry.items()
            if cls._original_module == "sales_process_mgmt_account"
            and not cls._abstract
            and not cls._transient
        }
        self.assertEqual(ours, {*MATRIX, *VIEWS})
