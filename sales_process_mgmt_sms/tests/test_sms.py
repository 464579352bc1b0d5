# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError
from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestSms(SalesProcessCommon):
    """Who writes text messages to an owned customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        cls.customer = Partner.create({"name": "Wang", "phone": "+86 138 1234 5678"})
        cls.nobody = Partner.create({"name": "Nobody's", "phone": "+86 139 0000 0009"})
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.ownership = cls.lead.ownership_id
        cls.ownership._add_collaborators(cls.salesperson_b)

    def _compose(self, user, mode, records, **values):
        composer = (
            self.env["sms.composer"]
            .with_user(user)
            .with_context(
                default_res_model=records._name,
                default_res_ids=repr(records.ids),
                default_composition_mode=mode,
            )
            .create({"body": "Our price", **values})
        )
        # nothing leaves the house
        with patch.object(type(self.env["sms.sms"]), "send", lambda *args, **kw: None):
            composer._action_send_sms()

    def _get_ways(self):
        customer = self.customer
        return {
            "from the contact": lambda user: self._compose(user, "comment", customer),
            "in a batch": lambda user: self._compose(
                user, "mass", self.nobody | customer, mass_force_send=True
            ),
            "queued in a batch": lambda user: self._compose(
                user, "mass", self.nobody | customer, mass_keep_log=False
            ),
            "to a number": lambda user: self._compose(
                user, "numbers", self.nobody, numbers="+8613812345678"
            ),
            "number on another contact": lambda user: self.nobody.with_user(
                user
            )._message_sms("Our price", sms_numbers=["138 1234 5678"]),
        }

    def test_refused(self):
        for name, way in self._get_ways().items():
            for user in self.salesperson_c | self.salesperson_d | self.leader_west:
                with (
                    self.subTest(name, user=user.name),
                    self.assertRaises(CustomerOwnedError),
                    self.env.cr.savepoint(),
                ):
                    way(user)

    def test_allowed(self):
        people = (
            self.salesperson_a
            | self.salesperson_b
            | self.leader_east
            | self.administrator
        )
        for name, way in self._get_ways().items():
            for user in people:
                with self.subTest(name, user=user.name):
                    before = self.env["sms.sms"].search_count([])
                    way(user)
                    after = self.env["sms.sms"].search_count([])
                    self.assertGreater(after, before)

    def test_others_as_before(self):
        self._compose(self.salesperson_c, "comment", self.nobody)
        # nobody who sells
        self._compose(
            self.office_user, "numbers", self.nobody, numbers="+8613812345678"
        )

    def test_contact_by_text_message(self):
        """What the owner sends to the lead's customer resets the timer."""
        self.lead.with_user(self.salesperson_a)._message_sms(
            "Our price for three pumps", put_in_queue=True
        )
        followup = self.lead.process_followup_ids
        self.assertEqual((followup.channel, followup.counts), ("sms", True))
        self.lead.with_user(self.salesperson_a)._message_sms("ok", put_in_queue=True)
        self.assertEqual(
            (self.lead.process_followup_ids - followup).void_reason, "silent"
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_dialog_tells_no_number_of_a_hidden_lead(self):
        """Odoo fills in the contact and the number of whatever lead is named."""
        self.lead.phone = "+86 139 7777 0001"
        values = {"res_model": "crm.lead", "res_id": self.lead.id, "body": "Hello"}
        for user in self.salesperson_d | self.leader_west:
            Composer = self.env["sms.composer"].with_user(user)
            self.env.invalidate_all()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Composer.create(values).read()
        own = self.env["sms.composer"].with_user(self.salesperson_a).create(values)
        self.assertIn("7777", own.recipient_single_number)
