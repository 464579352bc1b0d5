# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from .test_registration import RegistrationCommon


@tagged("post_install", "-at_install")
class TestRegistrationUi(RegistrationCommon, HttpCase):
    def test_register_walk_in(self):
        """Phone, Enter, name, what was discussed: one screen, no mouse needed."""
        self.start_tour(
            "/odoo", "sales_process_register_walk_in", login="salesperson_a"
        )
        lead = self.env["crm.lead"].search([("phone", "=", "13512345678")])
        self.assertEqual(lead.name, "Kitchen for a new flat")
        self.assertEqual(lead.contact_name, "Ms. Wang")
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(lead.ownership_id.origin, "reception")
        self.assertEqual(self._ownership("+8613612345678"), lead.ownership_id)
        self.assertTrue(self._followups(lead).counts)

    def test_somebody_elses_customer(self):
        """Typed, refused, asked to be invited."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        self.start_tour("/odoo", "sales_process_somebody_elses", login="salesperson_b")
        invitation = lead.ownership_id.invitation_ids
        self.assertEqual(invitation.user_id, self.salesperson_b)
        self.assertEqual(invitation.state, "asked")
        self.assertEqual(
            self.env["crm.lead"].search_count([("ownership_id", "!=", False)]), 1
        )

    def test_refused_at_the_lead(self):
        """The refusal of an ordinary door leads to the registration, prefilled."""
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        self.start_tour(
            "/odoo/crm", "sales_process_refused_at_the_lead", login="salesperson_b"
        )
        self.assertEqual(self._followups(lead).user_id, self.salesperson_b)
