# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import TASK, TrainingCommon


@tagged("post_install", "-at_install")
class TestExamCertificate(TrainingCommon):
    """Certificates end, and are renewed (case 52)."""

    def setUp(self):
        super().setUp()
        self.exam.process_validity = 3
        self.exam.process_grace = 5
        self._ask()
        self.result = self._sit(2)
        self.task = self._task()

    def test_ends(self):
        self.assertEqual(str(self.result.date_expiry), "2027-06-03")
        self.assertEqual(str(self.result.date_valid_until), "2027-06-03")

    def test_for_ever(self):
        self.exam.process_validity = 0
        self.assertFalse(
            self._sit(2, "2027-03-04 02:00:00", self.salesperson_b).date_expiry
        )

    def test_later_change_of_the_months(self):
        """What was given holds as it was given."""
        self.exam.process_validity = 1
        self.env.flush_all()
        self.assertEqual(str(self.result.date_expiry), "2027-06-03")

    def test_renewed_thirty_days_before(self):
        """One new step, with the end as its day and attempts of its own."""
        self._ask("2027-05-03 01:00:00")
        self.assertEqual(self._task(), self.task, "31 days before: not yet")
        self._ask("2027-05-04 01:00:00")
        renewal = self._task()
        self.assertNotEqual(renewal, self.task)
        self.assertEqual(renewal.renewal_of_id, self.task)
        self.assertEqual(str(renewal.date_due), "2027-06-03 15:59:59")
        self.assertEqual(renewal.attempts_left, 2)
        self._ask("2027-05-05 01:00:00")
        self.assertEqual(
            self.env[TASK].search_count([("renewal_of_id", "=", self.task.id)]), 1
        )
        result = self._sit(2, "2027-05-10 02:00:00")
        self.assertEqual(str(result.date_expiry), "2027-08-10")
        self.assertEqual((renewal.state, result.attempt), ("done", 1))
        self._ask("2027-06-20 01:00:00")
        self.assertEqual(self._task(), renewal, "the new one holds")

    def test_leave_on_the_last_day(self):
        """Back on the tenth: five days, the tenth is the first of them."""
        self._ask("2027-05-04 01:00:00")
        renewal = self._task()
        with self._at("2027-05-10 01:00:00"):
            absence = self._absent(
                self.salesperson_a, "2027-05-31 16:00:00", "2027-06-09 15:59:00"
            )
            self.env.flush_all()
        self.assertEqual(str(self.result.date_valid_until), "2027-06-14")
        self.assertEqual(str(self.result.date_expiry), "2027-06-03")
        self.assertEqual(str(renewal.date_due), "2027-06-14 15:59:59")
        with self._at("2027-05-11 01:00:00"):
            absence.action_cancel()
            self.env.flush_all()
        self.assertEqual(str(self.result.date_valid_until), "2027-06-03")
        self.assertEqual(str(renewal.date_due), "2027-06-03 15:59:59")

    def test_leave_before_the_last_day(self):
        """Present on the last day: no days more."""
        with self._at("2027-05-10 01:00:00"):
            self._absent(
                self.salesperson_a, "2027-05-20 16:00:00", "2027-06-02 15:59:00"
            )
            self.env.flush_all()
        self.assertEqual(str(self.result.date_valid_until), "2027-06-03")

    def test_corrected_downwards(self):
        """A certificate that was given by mistake ends."""
        self._say(self.leader_east, self.result, "correct", percentage=0)
        self.assertFalse(self.result.date_expiry)
        self.assertFalse(self.result.date_valid_until)
        self._say(self.leader_east, self.result, "correct", percentage=100)
        self.assertEqual(str(self.result.date_expiry), "2027-06-03")
