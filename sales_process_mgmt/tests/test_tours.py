# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestTours(SalesProcessCommon, HttpCase):
    def test_transfer(self):
        """A leader transfers two customers from the list, with a reason."""
        leads = self._create_lead(
            self.salesperson_a, name="Tour Pumps", phone="13812345601"
        ) | self._create_lead(
            self.salesperson_a, name="Tour Valves", phone="13812345602"
        )
        before = leads.ownership_id
        self.start_tour(
            "/odoo/customer-ownerships", "sales_process_transfer", login="leader_east"
        )
        self.env.invalidate_all()
        self.assertEqual(leads.user_id, self.salesperson_b)
        self.assertEqual(set(before.mapped("end_reason")), {"transferred"})
        self.assertEqual(
            set(before.mapped("end_note")), {"The region has a new salesperson"}
        )
        self.assertEqual(leads.ownership_id.previous_id, before)

    def test_time_left(self):
        """The time left in words: days, hours on the last day, minutes, overdue."""
        now = fields.Datetime.now()
        for index, (name, left) in enumerate(
            {
                "Days": timedelta(days=5, hours=3),
                "Day": timedelta(days=1, hours=3),
                "Hours": timedelta(hours=4, minutes=30),
                "Minutes": timedelta(minutes=50),
                "Late": timedelta(hours=-2, minutes=-10),
                "Free": None,
            }.items()
        ):
            lead = self._create_lead(
                self.salesperson_a,
                partner_name=f"Customer {name}",
                name=f"Customer {name}",
                phone=f"1381234560{index}",
            )
            lead.ownership_id.date_deadline = left is not None and now + left
        self.start_tour(
            "/odoo/my-customers", "sales_process_time_left", login="salesperson_a"
        )

    def test_activity_done(self):
        """A call that is done from the chatter changes the time left at once."""
        lead = self._create_lead(self.salesperson_a, name="Pumps", phone="13812345601")
        lead.with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ring them",
            user_id=self.salesperson_a.id,
        )
        lead.ownership_id.date_deadline = fields.Datetime.now() + timedelta(minutes=50)
        self.start_tour(
            f"/odoo/crm.lead/{lead.id}",
            "sales_process_activity_done",
            login="salesperson_a",
        )
        self.assertEqual(lead.process_followup_ids.subject, "They want it cheaper")

    def test_quick_followup(self):
        """A contact logged from the lead says what it did, and the deadline moves."""
        lead = self._create_lead(self.salesperson_a, name="Pumps", phone="13812345601")
        lead.ownership_id.date_deadline = fields.Datetime.now() + timedelta(minutes=50)
        self.start_tour(
            f"/odoo/crm.lead/{lead.id}",
            "sales_process_quick_followup",
            login="salesperson_a",
        )
        self.assertEqual(lead.process_followup_ids.subject, "They want a visit")
        self.assertTrue(lead.process_followup_ids.counts)

    def test_log_from_the_home(self):
        """A call is logged from the home in three taps, and the home knows it."""
        lead = self._create_lead(
            self.salesperson_a,
            name="Tour Pumps",
            partner_name="Tour Pumps",
            phone="13812345601",
        )
        lead.ownership_id.date_deadline = fields.Datetime.now() - timedelta(hours=2)
        self.start_tour(
            "/odoo/sales-home", "sales_process_home_log", login="salesperson_a"
        )
        self.assertEqual(lead.process_followup_ids.subject, "Wants a quotation")
        self.assertTrue(lead.process_followup_ids.counts)

    def test_work_with_many(self):
        """One contact is logged with two customers of the list; its line is opened."""
        leads = [
            self._create_lead(
                self.salesperson_a, name=name, partner_name=name, phone=phone
            )
            for name, phone in (
                ("Tour Pumps", "13812345601"),
                ("Tour Valves", "13812345602"),
            )
        ]
        leads[0].with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ring them",
            user_id=self.salesperson_a.id,
        )
        self.start_tour(
            "/odoo/my-customers", "sales_process_work_many", login="salesperson_a"
        )
        for lead in leads:
            self.assertTrue(lead.process_followup_ids.counts)

    def test_invite_helper(self):
        """The owner invites a colleague from the lead, and reads who it was."""
        lead = self._create_lead(self.salesperson_a, name="Pumps", phone="13812345601")
        self.start_tour(
            f"/odoo/crm.lead/{lead.id}",
            "sales_process_invite_helper",
            login="salesperson_a",
        )
        self.env.invalidate_all()
        self.assertIn(self.salesperson_b, lead.ownership_id.collaborator_ids)

    def test_take_from_the_pool(self):
        """A salesperson takes a customer from the pool and logs the first contact."""
        lead = self._create_lead(
            self.salesperson_a,
            name="Pumps",
            partner_name="Pooled Pumps",
            phone="13812345603",
        )
        lead.ownership_id.with_user(self.salesperson_a)._give_up("No need this year")
        self.start_tour(
            "/odoo/customer-pool", "sales_process_pool", login="salesperson_b"
        )
        self.env.invalidate_all()
        self.assertEqual(lead.user_id, self.salesperson_b)
        self.assertEqual(lead.ownership_id.origin, "pool")
        followup = lead.ownership_id.followup_ids
        self.assertEqual(
            (followup.subject, followup.counts), ("Introduced myself", True)
        )
