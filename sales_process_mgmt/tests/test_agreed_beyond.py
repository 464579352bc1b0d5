# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_release import ReleaseCommon

START = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
DAY = timedelta(days=1)
# seven days, and thirty beyond
LIMIT = date(2027, 4, 7)


@tagged("post_install", "-at_install")
class TestAgreedBeyond(ReleaseCommon):
    """An agreed day beyond the limit says so, and asks the leader in the same step."""

    def setUp(self):
        super().setUp()
        with self._at(START):
            self.lead = self._create_lead(self.salesperson_a, phone="13812345678")
        self.Followup = self.env["sales.process.followup"].with_user(self.salesperson_a)

    def _log(self, day, user=None, subject="Call me later"):
        with self._at(START):
            return self.Followup.with_user(user or self.salesperson_a).create(
                {"lead_id": self.lead.id, "subject": subject, "date_next": day}
            )

    def _get_requests(self):
        activity_type = self.env.ref("sales_process_mgmt.mail_activity_type_extension")
        return self.env["mail.activity"].search(
            [
                ("res_id", "=", self.lead.id),
                ("activity_type_id", "=", activity_type.id),
            ]
        )

    def test_said_before_it_is_saved(self):
        with self._at(START):
            form = Form(self.Followup.with_context(default_lead_id=self.lead.id))
            form.date_next = LIMIT
            self.assertFalse(form.date_next_limit)
            form.date_next = LIMIT + DAY
            self.assertEqual(form.date_next_limit, LIMIT)
            # the leader needs nobody, but for the own contact
            form = Form(
                self.Followup.with_user(self.leader_east).with_context(
                    default_lead_id=self.lead.id
                )
            )
            form.date_next = LIMIT + DAY
            self.assertEqual(form.date_next_limit, LIMIT)
            form.user_id = self.salesperson_a
            self.assertFalse(form.date_next_limit)

    def test_nobody_approves_the_own_day(self):
        """A leader with customers asks whoever is above."""
        leader = self.leader_east
        lead = self.lead
        with self._at(START):
            lead.ownership_id._hand_over(
                {lead.ownership_id: leader}, "transfer", "transferred"
            )
        with self._at(START):
            followup = self.Followup.with_user(leader).create(
                {
                    "lead_id": lead.id,
                    "subject": "Talked about the price",
                    "date_next": LIMIT + 30 * DAY,
                }
            )
            self.assertTrue(followup.counts)
            self.assertTrue(followup.is_extension_asked)
            asked = self._get_requests().user_id
            self.assertTrue(asked.has_group("sales_team.group_sale_manager"))
            self.assertNotEqual(asked, leader)
            self.assertFalse(followup.can_approve)
            with self.assertRaisesRegex(AccessError, "their own"):
                followup.action_approve_extension()
            # nor by writing it once more
            followup.date_next = LIMIT + 31 * DAY
            self.assertFalse(followup.extension_approved)
            followup.with_user(asked).action_approve_extension()
            self.assertTrue(followup.extension_approved)

    def test_own_day_where_nobody_else_is(self):
        """A customer's wish does not wait for nobody; the log says how it was."""
        leader = self.leader_east
        lead = self.lead
        with self._at(START):
            lead.ownership_id._hand_over(
                {lead.ownership_id: leader}, "transfer", "transferred"
            )
        nobody = self.env["res.users"]
        with (
            self._at(START),
            patch.object(
                type(self.env["crm.team"]), "_get_deciders", lambda *args: nobody
            ),
        ):
            followup = self.Followup.with_user(leader).create(
                {
                    "lead_id": lead.id,
                    "subject": "Talked about the price",
                    "date_next": LIMIT + 30 * DAY,
                }
            )
            followup.action_approve_extension()
        self.assertTrue(followup.extension_approved)
        self.assertIn("nobody else", str(followup.message_ids.mapped("body")))

    def test_at_the_limit(self):
        self._log(LIMIT)
        self.assertFalse(self._get_requests())

    def test_asked_and_accepted_with_one_click(self):
        followup = self._log(LIMIT + 30 * DAY)
        self.assertTrue(followup.is_extension_asked)
        request = self._get_requests()
        self.assertEqual(request.user_id, self.leader_east)
        deadline = datetime(2027, 4, 7, 15, 59, 59)
        self.assertEqual(self.lead.ownership_id.date_deadline, deadline)
        with self.assertRaises(AccessError):
            followup.action_approve_extension()
        with self._at(START + DAY):
            followup.with_user(self.leader_east).action_approve_extension()
        self.assertEqual(self.lead.ownership_id.date_deadline, deadline + 30 * DAY)
        self.assertFalse(self._get_requests())
        self.assertFalse(followup.is_extension_asked)

    def test_asked_again_for_another_day_only(self):
        followup = self._log(LIMIT + DAY)
        with self._at(START):
            followup.subject = "Call me later, please"
        self.assertEqual(len(self._get_requests()), 1)
        with self._at(START):
            followup.date_next = LIMIT + 9 * DAY
        self.assertEqual(len(self._get_requests()), 2)

    def test_nobody_claims_to_have_asked(self):
        values = {
            "lead_id": self.lead.id,
            "subject": "Call me later",
            "date_next": LIMIT + DAY,
        }
        with self._at(START), self.assertRaises(AccessError):
            self.Followup.create({**values, "is_extension_asked": True})
        followup = self._log(LIMIT + DAY)
        with self.assertRaises(AccessError):
            followup.write({"is_extension_asked": False})
        self.assertEqual(len(self._get_requests()), 1)
