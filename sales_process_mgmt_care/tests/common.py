# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

from ..models.sales_process_complaint_intake import ComplaintIntake

COMPLAINT = "sales.process.complaint"
# A Monday, ten in the morning in Shanghai
MONDAY = "2027-03-01 02:00:00"
PHONE = "13812345678"


class CareCommon(SalesProcessCommon):
    """Team East and Team West take complaints; people work in Asia/Shanghai (UTC+8).

    Everybody works from Monday to Friday, 8 to 12 and 13 to 17 o'clock. Grave
    complaints have 4 working hours, serious ones 16, minor ones 40.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Eight hours",
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": f"{weekday} {hour_from}",
                            "dayofweek": str(weekday),
                            "hour_from": hour_from,
                            "hour_to": hour_from + 4,
                            "day_period": period,
                        },
                    )
                    for weekday in range(5)
                    for hour_from, period in ((8, "morning"), (13, "afternoon"))
                ],
            }
        )
        for team in cls.team_east | cls.team_west:
            team.write(
                {"process_calendar_id": cls.calendar.id, "process_complaint": True}
            )
        cls.managers = cls.env.ref("sales_team.group_sale_manager").all_user_ids
        cls.lead = cls._create_lead(cls.salesperson_a, phone=PHONE)
        cls.ownership = cls.lead.ownership_id
        cls._register_long_ago(cls.lead)

    def _complain(self, moment=MONDAY, team=None, **values):
        """What comes in by the public link, or another door.

        :return: sales.process.complaint of the system
        """
        with self._at(moment):
            row = ComplaintIntake(self.env, team or self.team_east).run(
                {
                    "channel": "public",
                    "name": "Delivered late",
                    "description": "Two weeks late, and nobody answered.",
                    "contact_phone": PHONE,
                    **values,
                }
            )[0]
            self.env.flush_all()
        return row.with_env(self.env)

    def _record(self, user, moment=MONDAY, **values):
        """The dialog in which somebody writes down what was heard."""
        with self._at(moment):
            result = (
                self.env["sales.process.complaint.entry"]
                .with_user(user)
                .create(
                    {
                        "name": "Rude on the phone",
                        "description": "The customer was shouted at.",
                        "contact_phone": PHONE,
                        **values,
                    }
                )
                .action_save()
            )
            self.env.flush_all()
        return result

    def _last(self):
        return self.env[COMPLAINT].search([], order="id desc", limit=1)

    def _answer(self, user, row, kind, moment="2027-03-01 03:00:00", **values):
        """Press a button of a complaint and fill in the dialog."""
        with self._at(moment):
            mine = row.with_user(user)
            action = {
                "decide": mine.action_decide,
                "tell": mine.action_tell,
                "reopen": mine.action_reopen,
            }[kind]()
            Wizard = self.env[action["res_model"]].with_user(user)
            Wizard.with_context(**action["context"]).create(values).action_save()
            self.env.flush_all()
        self.env.invalidate_all()

    def _investigate(self, user, row, **values):
        with self._at("2027-03-01 02:30:00"):
            row.with_user(user).write(
                {"cause": "conduct", "action_taken": "Called and apologised", **values}
            )
            self.env.flush_all()

    def _settle(self, row, verdict="justified", moment="2027-03-01 03:00:00", by=None):
        """From open to closed, by the leader."""
        by = by or self.leader_east
        self._investigate(by, row)
        self._answer(by, row, "decide", moment, verdict=verdict, text="It was so")
        self._answer(by, row, "tell", moment, customer_agrees="yes")

    def _messages(self, user, since=0):
        return self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids), ("id", ">", since)]
        )

    def _max_message(self):
        return self.env["mail.message"].search([], order="id desc", limit=1).id
