# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.models.sales_process_ownership_warning import (
    OwnershipWarnings,
)

from .test_notice import NoticeCommon, local


@tagged("post_install", "-at_install")
class TestNoticeDoors(NoticeCommon):
    """What the process itself tells, and when, in a team as it comes."""

    NOON = local("2027-03-01 12:00:00")
    MORNING = local("2027-03-02 08:00:00")

    def setUp(self):
        super().setUp()
        self.lead = self._create_lead(self.salesperson_a, partner_name="Acme")
        self.ownership = self.lead.ownership_id
        self.told = {
            user: len(self._get_messages(user))
            for user in self.salesperson_a | self.salesperson_b | self.leader_east
        }

    def _assert_now(self, user, subject):
        messages = self._get_messages(user)
        self.assertEqual(len(messages), self.told[user] + 1)
        self.assertIn(subject, messages[-1].subject)
        self.assertFalse(self._get_waiting(user))

    def _assert_waits(self, user, subject, why):
        self.assertEqual(len(self._get_messages(user)), self.told[user])
        line = self._get_waiting(user)
        self.assertEqual(len(line), 1)
        self.assertIn(subject, line.subject)
        self.assertEqual(line.reason, why)
        self.assertEqual(line.date_due, self.MORNING)
        self.assertFalse(line.needs_answer)
        return line

    # -- at once ---------------------------------------------------------

    def test_nobody_on_duty(self):
        """Customers that wait now are told now, in quiet hours in the morning."""
        with self._at(self.NOON):
            self.team_east._tell_nobody_on_duty(3)
        self._assert_now(self.leader_east, "Nobody is on duty")
        with self._at(local("2027-03-01 22:00:00")):
            self.team_east._tell_nobody_on_duty(4)
        line = self._get_waiting(self.leader_east)
        self.assertEqual(line.date_due, self.MORNING)
        self.assertEqual(line.reason, "leader")

    def test_absence_is_asked_for(self):
        with self._at(self.NOON):
            absence = (
                self.env["sales.process.absence"]
                .with_user(self.salesperson_a)
                .create(
                    {
                        "user_id": self.salesperson_a.id,
                        "date_start": self.NOON + timedelta(days=1),
                        "date_end": self.NOON + timedelta(days=12),
                    }
                )
            )
            absence._ask_leaders()
        message = self._get_messages(self.leader_east)[-1]
        self.assertIn("asks for an absence", message.subject)
        self.assertIn("waits for your answer", message.body)
        with self._at(self.NOON):
            absence.sudo().write({"state": "confirmed"})
            absence.with_user(self.leader_east)._tell_decision()
        self.assertIn("confirmed", self._get_messages(self.salesperson_a)[-1].subject)

    def test_answer_to_whoever_asked(self):
        """Whoever asked to help is told the answer when it is given."""
        with self._at(self.NOON):
            invitation = (
                self.env["sales.process.invitation"]
                .with_user(self.salesperson_b)
                ._ask(self.ownership, self.salesperson_b)
            )
            invitation.with_user(self.salesperson_a).action_accept()
        self._assert_now(self.salesperson_b, "You may help")

    # -- in the morning --------------------------------------------------

    def test_contact_details(self):
        """Somebody changed the contact: told in the morning, once a day."""
        for _change in range(2):
            with self._at(self.NOON):
                self.env["sales.process.conflict"]._record_work([self._get_work()])
        self._assert_waits(self.salesperson_a, "contacted without you", "customer")

    def _get_work(self):
        return {
            "user_id": self.salesperson_b.id,
            "owner_id": self.salesperson_a.id,
            "ownership_id": self.ownership.id,
            "team_id": self.team_east.id,
            "company_id": self.company.id,
            "door": "interactive",
            "state": "resolved",
            "resolution": "observed",
            "lead_id": False,
            "identities": [],
        }

    def _warn(self, deadline, level_of_day):
        self.ownership.sudo().write(
            {
                "date_deadline": deadline,
                "warning_level": level_of_day,
                "is_warning_untold": True,
            }
        )
        self.env.flush_all()
        with self._at(self.NOON):
            OwnershipWarnings(self.env).tell()
            self.env.flush_all()

    def test_last_warning(self):
        """With one day left it is told by itself; the leader sees it on the list."""
        deadline = local("2027-03-02 23:59:59")
        self._warn(deadline, 2)
        line = self._assert_waits(self.salesperson_a, "to contact in time", "customer")
        self.assertFalse(line.date_until)
        line = self._assert_waits(self.leader_east, "to contact in time", "leader")
        self.assertEqual(line.date_until, deadline)
        self.assertEqual(self._run(self.MORNING), self.salesperson_a)

    def test_first_warning(self):
        """With two days left it stands on the list, and is told with other news."""
        deadline = local("2027-03-03 23:59:59")
        self._warn(deadline, 1)
        line = self._assert_waits(self.salesperson_a, "to contact in time", "customer")
        self.assertEqual(line.date_until, deadline)
        self.assertFalse(self._get_waiting(self.leader_east))
        self.assertFalse(self._run(self.MORNING))

    def test_team_that_is_told_at_once(self):
        self.team_east.process_notice = "now"
        self._warn(local("2027-03-03 23:59:59"), 1)
        self._assert_now(self.salesperson_a, "to contact in time")

    def test_customers_received(self):
        """A leader gives customers away: both are told in the morning."""
        with self._at(self.NOON):
            handed = self.ownership._hand_over(
                {self.ownership: self.salesperson_b}, "transfer", "transferred"
            )
            wizard = self.env["sales.process.transfer"].with_user(self.leader_east)
            values = {"user_id": self.salesperson_b.id, "reason": "New territory"}
            wizard.new(values)._notify(handed)
        self._assert_waits(self.salesperson_b, "You received", "customer")
        self.assertTrue(self._get_waiting(self.salesperson_a))
