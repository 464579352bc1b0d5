# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

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
            # the leader needs nobody
            form = Form(
                self.Followup.with_user(self.leader_east).with_context(
                    default_lead_id=self.lead.id
                )
            )
            form.date_next = LIMIT + DAY
            self.assertFalse(form.date_next_limit)

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
