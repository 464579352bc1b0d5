# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_access_matrix import (
    COMPANY,
    MANAGER,
    NOBODY,
    OWNER,
    READER,
    MatrixWalk,
    Records,
)

MATRIX = {
    "sales.process.commission.agreement": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.commission.dispute": (OWNER, MANAGER, READER, NOBODY),
    "sales.process.commission.line": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.commission.month": (MANAGER, NOBODY, NOBODY, NOBODY),
    "sales.process.commission.plan": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.commission.rate": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.commission.share": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.commission.split": (OWNER, OWNER, OWNER, OWNER),
    "sales.process.commission.statement": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.commission.tier": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.commission.version": (COMPANY, MANAGER, MANAGER, MANAGER),
}


class CommissionRecords(Records):
    addon = "sales_process_mgmt_commission"
    matrix = MATRIX
    sql_views = {}

    @classmethod
    def _make_records(cls):
        result = super()._make_records()
        env = cls.env
        ownership = cls.records["sales.process.ownership"]
        today = cls._today(cls.salesperson_a)
        owner = {"user_id": cls.salesperson_a.id, "team_id": cls.team_east.id}

        def create(model, **values):
            name = f"sales.process.commission.{model}"
            cls.records[name] = env[name].create(values)
            return cls.records[name]

        plan = create("plan", name="Matrix", company_id=cls.company.id)
        version = create("version", plan_id=plan.id, date_from=today, percent=5)
        create("rate", version_id=version.id, percent=3)
        create("tier", version_id=version.id, amount_from=1000, percent=150)
        agreement = create(
            "agreement",
            **owner,
            ownership_id=ownership.id,
            company_id=cls.company.id,
            date=today,
            version_id=version.id,
            percent=5,
        )
        create("share", **owner, agreement_id=agreement.id, role="owner", percent=100)
        month = create("month", company_id=cls.company.id, date_from=today)
        statement = create("statement", **owner, month_id=month.id)
        line = create(
            "line",
            **owner,
            statement_id=statement.id,
            agreement_id=agreement.id,
            kind="collected",
            date=today,
            source="account.move:0",
            amount=5,
        )
        create("dispute", line_id=line.id, note="The rate is another one")
        create(
            "split",
            ownership_id=ownership.id,
            user_id=cls.office_user.id,
            percent=10,
        )
        env.flush_all()
        return result


@tagged("post_install", "-at_install")
class TestCommissionAccessMatrix(MatrixWalk, CommissionRecords, HttpCase):
    @mute_logger("odoo.http")
    def test_download(self):
        """A closed month is downloaded by an administrator and by nobody else."""
        month = self.records["sales.process.commission.month"]
        month.write({"state": "closed", "number": "COM/2026/01/1"})
        self.env.flush_all()
        for kind in ("csv", "xlsx"):
            # its route is answered by a replica
            with self._read_only():
                month.with_user(self.director)._export(kind)
        for role, user in self.roles.items():
            self.authenticate(user.login, user.login)
            for kind in ("csv", "xlsx"):
                answer = self.url_open(
                    f"/sales_process_mgmt_commission/month/{month.id}/{kind}"
                )
                with self.subTest(role=role, kind=kind):
                    self.assertEqual(answer.status_code == 200, role == "manager")
        self.authenticate(self.director.login, self.director.login)
        answer = self.url_open("/sales_process_mgmt_commission/month/0/csv")
        self.assertEqual(answer.status_code, 404)

    def _get_harmless_values(self, record):
        if record._name.endswith((".share", ".tier")):
            # they have no text of their own
            return {"percent": record.percent}
        return super()._get_harmless_values(record)
