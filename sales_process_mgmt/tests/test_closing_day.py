# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SalesProcessCommon

SAID = datetime(2024, 2, 29, 8)


@tagged("post_install", "-at_install")
class TestClosingDay(SalesProcessCommon):
    """Numbers of a month go by the day on which a lead was won or lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        cls.lead = cls._create_lead(cls.salesperson_a, phone="+86 139 0013 0013")

    def _refuse(self, attack):
        with self.assertRaises(AccessError) as refusal, self.env.cr.savepoint():
            attack()
        self.assertNotIn("\n", str(refusal.exception))
        self.assertIn("Closed Date", str(refusal.exception))

    def test_who_sells_does_not_say_it(self):
        for user in (self.salesperson_a, self.leader_east):
            lead = self.lead.with_user(user)
            self._refuse(lambda lead=lead: lead.write({"date_closed": SAID}))
            self._refuse(
                lambda lead=lead: lead.create({"name": "Theirs", "date_closed": SAID})
            )
            self._refuse(
                lambda lead=lead: lead.write(
                    {"stage_id": self.won.id, "date_closed": SAID}
                )
            )
        self.env.invalidate_all()
        self.assertFalse(self.lead.date_closed)

    def test_nor_by_a_default(self):
        mine = self.lead.browse().with_user(self.salesperson_a)
        self.env["ir.default"].with_user(self.salesperson_a).create(
            {
                "field_id": self.env["ir.model.fields"]
                .sudo()
                ._get("crm.lead", "date_closed")
                .id,
                "user_id": self.salesperson_a.id,
                "json_value": '"2024-02-29 08:00:00"',
            }
        )
        for leads in (mine, mine.with_context(default_date_closed=SAID)):
            lead = leads.create({"name": "Won at once", "stage_id": self.won.id})
            self.assertNotEqual(lead.date_closed, SAID)
            self.assertTrue(lead.date_closed)

    def test_odoo_says_it(self):
        lead = self.lead.with_user(self.salesperson_a)
        lead.action_set_won()
        self.assertTrue(lead.date_closed)
        lead.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.assertFalse(lead.date_closed)
        lead.action_set_lost()
        self.assertTrue(lead.date_closed)

    def test_an_administrator_brings_another_register_along(self):
        lead = self.lead.with_user(self.administrator)
        lead.date_closed = SAID
        self.assertEqual(lead.date_closed, SAID)

    def test_without_a_team_it_is_odoos(self):
        teams = self.env["crm.team"].with_context(active_test=False)
        for team in teams.search([("process_mode", "!=", "off")]):
            team.with_company(team.company_id).process_mode = "off"
        self.assertFalse(teams._get_active_process_ids())
        lead = self._create_lead(self.salesperson_e, self.team_off)
        lead.with_user(self.salesperson_e).date_closed = SAID
        self.assertEqual(lead.date_closed, SAID)
