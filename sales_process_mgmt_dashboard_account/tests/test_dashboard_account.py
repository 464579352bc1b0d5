# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open

from odoo.addons.sales_process_mgmt_dashboard.tests.common import DashboardCommon

ADDON = "sales_process_mgmt_dashboard_account"


@tagged("post_install", "-at_install")
class TestDashboardAccount(DashboardCommon):
    """The money of those whom one leads, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.board = cls.env.ref(f"{ADDON}.spreadsheet_dashboard_money")
        mine = cls._create_lead(cls.salesperson_a, phone="13812345671").ownership_id
        others = cls._create_lead(cls.salesperson_d, phone="13812345672").ownership_id
        today = fields.Date.to_date(cls.env.cr.now().date())
        cls.env["sales.process.money"].sudo().create(
            [
                {
                    "kind": kind,
                    "ownership_id": period.id,
                    "user_id": period.user_id.id,
                    "team_id": period.team_id.id,
                    "company_id": period.company_id.id,
                    "date": today,
                    "amount": amount,
                    "source": f"{kind} {period.id}",
                }
                for period, amount in ((mine, 100), (others, 7))
                for kind in ("invoiced", "collected")
            ]
        )
        cls.env.flush_all()

    def _sources(self):
        return list(self._get_sources(self._load(self.board, self.leader_east)))

    def test_every_name_is_there(self):
        self._check_names(self._load(self.board, self.leader_east))

    def test_every_source_is_read(self):
        for source in self._sources():
            with self.subTest(source=source):
                rows = self._read(source, self.leader_east)
                if source["model"] == "sales.process.money":
                    self.assertTrue(rows)

    def test_a_leader_reads_no_money_of_others(self):
        collected = next(
            source for source in self._sources() if source["groups"] == ["date:month"]
        )
        for user, amount in ((self.leader_east, 100), (self.leader_west, 7)):
            rows = self._read(collected, user)
            self.assertEqual(sum(row["amount:sum"] for row in rows), amount)
        for source in self._sources():
            Model = self.env[source["model"]].with_user(self.leader_east)
            seen = Model.search(source["domain"]).sudo()
            self.assertFalse(seen.team_id - self.team_east)

    def test_who_sees_it(self):
        for user, expected in [
            (self.salesperson_a, set()),
            (self.office_user, set()),
            (self.leader_east, {"money"}),
            (self.director, {"money"}),
        ]:
            self.assertEqual(self._get_ours(user) & {"money"}, expected)
        with self.assertRaises(AccessError):
            self.board.with_user(self.salesperson_a).read(["spreadsheet_data"])

    def test_the_sample_asks_for_nothing(self):
        with file_open(self.board.sample_dashboard_file_path) as file:
            sample = json.load(file)
        self.assertFalse(list(self._get_sources(sample)))
        self.assertNotIn("PIVOT", json.dumps(sample))
        self.assertIn("Collected by month", self._get_words(sample))

    def test_old_debts_are_red(self):
        """The colours go with the columns, whoever has debts of which age."""
        figures = self._load(self.board, self.leader_east)["sheets"][0]["figures"]
        bars = next(row["data"] for row in figures if row["data"]["type"] == "bar")
        self.assertEqual(
            [row["backgroundColor"] for row in bars["dataSets"]],
            ["#28A745", "#F7D26B", "#F0AD4E", "#DC3545", "#8B1A26", "#8A8D93"],
        )
