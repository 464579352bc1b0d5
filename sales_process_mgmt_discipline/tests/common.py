# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

VERSION = "sales.process.policy.version"
ROW = "sales.process.policy.acknowledgement"


VIOLATION = "sales.process.violation"


class PolicyCommon(SalesProcessCommon):
    """Team East (A, B, C and their leader) is asked to confirm discounts.

    Everything happens in March 2027; people work in Asia/Shanghai (UTC+8).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._create_policy()
        cls.people = (
            cls.salesperson_a | cls.salesperson_b | cls.salesperson_c | cls.leader_east
        )
        cls.dealer = mail_new_test_user(
            cls.env,
            login="policy_dealer",
            name="Policy Dealer",
            groups="base.group_portal",
            tz="Asia/Shanghai",
            company_id=cls.company.id,
        )

    @classmethod
    def _create_policy(cls, **values):
        Policy = cls.env["sales.process.policy"].with_user(cls.director)
        return Policy.create(
            {
                "name": "Discounts",
                "company_id": cls.company.id,
                "team_ids": cls.team_east.ids,
                **values,
            }
        ).with_env(cls.env)

    def _draft(self, policy=None, **values):
        """A draft of the administrator."""
        return (
            self.env[VERSION]
            .with_user(self.director)
            .create(
                {
                    "policy_id": (policy or self.policy).id,
                    "text": "<p>At most five percent.</p>",
                    "lang": "en_US",
                    "reading_days": 7,
                    **values,
                }
            )
        )

    def _publish(self, moment, policy=None, **values):
        """A version that the administrator has published at a moment."""
        version = self._draft(policy, **values)
        with self._at(moment):
            version.action_publish()
            self.env.flush_all()
        return version.with_env(self.env)

    def _row(self, user, version=None):
        """What somebody was asked, as that person sees it."""
        version = version or self.policy.current_version_id
        rows = self.env[ROW].search(
            [("version_id", "=", version.id), ("user_id", "=", user.id)]
        )
        return rows.with_user(user)

    def _confirm(self, user, moment, version=None):
        """Press the button of the page that shows a version."""
        version = version or self.policy.current_version_id
        row = self._row(user, version)
        with self._at(moment):
            row.with_context(
                shown_version_id=version.id, shown_hash=version.content_hash
            ).action_confirm()
            self.env.flush_all()
        return row.with_env(self.env)

    def _answer(self, user, record, kind, **values):
        """The dialog that asks for words or a scan, as the web client fills it in."""
        button = {
            "decline": "action_decline",
            "exempt": "action_exempt",
            "paper": "action_paper",
            "withdraw": "action_withdraw",
        }[kind]
        record = record.with_user(user)
        if kind == "decline":
            record = record.with_context(shown_hash=record.content_hash)
        action = getattr(record, button)()
        Wizard = self.env["sales.process.policy.answer"].with_user(user)
        wizard = Wizard.with_context(**action["context"]).create(values)
        return wizard.action_save()

    def _todos(self, rows):
        return self.env["mail.activity"].search(
            [("res_model", "=", ROW), ("res_id", "in", rows.ids)]
        )

    def _absent(self, user, start, end):
        """Leave that the leader has confirmed."""
        return (
            self.env["sales.process.absence"]
            .with_user(self.leader_east)
            .create({"user_id": user.id, "date_start": start, "date_end": end})
        )

    def _file(self, name="table.txt", text=b"5 %", **values):
        return (
            self.env["ir.attachment"]
            .with_user(self.director)
            .create({"name": name, "datas": base64.b64encode(text), **values})
        )


class ViolationCommon(PolicyCommon):
    """Team East records violations since the first of March 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.process.violation.type"].search([]).active = False
        cls.env.flush_all()
        cls.kind = cls._create_type()
        cls.team_east.process_violation = True
        cls.team_east.process_violation_from = "2027-03-01"

    @classmethod
    def _create_type(cls, **values):
        return cls.env["sales.process.violation.type"].create(
            {"name": "Discount", "points": 2, "date_from": "2027-03-01", **values}
        )

    def _record(self, person=None, by=None, moment="2027-03-10 02:00:00", **values):
        """A violation that a leader records."""
        with self._at(moment):
            row = (
                self.env[VIOLATION]
                .with_user(by or self.leader_east)
                .create(
                    {
                        "type_id": self.kind.id,
                        "user_id": (person or self.salesperson_a).id,
                        "team_id": self.team_east.id,
                        "date": "2027-03-09",
                        "note": "Gave ten percent without asking",
                        **values,
                    }
                )
            )
            self.env.flush_all()
        return row.with_env(self.env)

    def _say(self, user, row, kind, text="Because", moment="2027-03-20 02:00:00"):
        """Press a button of a violation and fill in the dialog."""
        with self._at(moment):
            mine = row.with_user(user)
            buttons = {
                "statement": mine.action_statement,
                "uphold": mine.action_uphold,
                "waive": mine.action_waive,
                "appeal": mine.action_appeal,
            }
            action = buttons[kind]()
            Wizard = self.env["sales.process.violation.answer"].with_user(user)
            wizard = Wizard.with_context(**action["context"]).create({"text": text})
            result = wizard.action_save()
            self.env.flush_all()
        self.env.invalidate_all()
        return result

    def _upheld(self, person=None, **values):
        """One that was recorded and upheld long after."""
        row = self._record(person, **values)
        self._say(self.director, row, "uphold")
        return row
