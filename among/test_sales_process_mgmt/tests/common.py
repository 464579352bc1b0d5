# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon

EMAIL = "owned@customer.example"
PHONE = "13912340001"


class AmongCommon(SalesProcessCommon):
    """salesperson_a owns a customer, salesperson_b is on duty, in a team that enforces.

    Whatever another app does for somebody else: the owner keeps the customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = cls.env.cr.now()
        cls.duty = cls.env["sales.process.duty"].create(
            {
                "team_id": cls.team_east.id,
                "user_id": cls.salesperson_b.id,
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(hours=5),
                "state": "confirmed",
            }
        )
        cls.partner = cls.env["res.partner"].create(
            {"name": "Owned Customer", "email": EMAIL, "phone": PHONE}
        )
        cls.lead = cls._create_lead(
            cls.salesperson_a, name="Owned", partner_id=cls.partner.id
        )
        cls.ownership = cls.lead.ownership_id
        cls.env.flush_all()

    def _assert_kept(self, *leads):
        """The customer is its owner's, and so is what came in for it."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.ownership.state, "open")
        self.assertEqual(self.ownership.user_id, self.salesperson_a)
        self.assertEqual(self.lead.user_id, self.salesperson_a)
        for lead in leads:
            self.assertTrue(lead)
            self.assertEqual(lead.ownership_id, self.ownership)
            self.assertEqual(lead.user_id, self.salesperson_a)

    def _try(self, function):
        """What a person tries: what it gives, or None where it is refused."""
        try:
            with self.env.cr.savepoint():
                result = function()
                self.env.flush_all()
                return result
        except UserError as refusal:
            self.env.invalidate_all()
            self.assertNotIn("Traceback", str(refusal))
            return None
