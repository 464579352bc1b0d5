# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MONDAY, MeetingCommon

MODEL = "sales.process.experience"


@tagged("post_install", "-at_install")
class TestExperience(MeetingCommon):
    """What somebody has learnt: read, searched, thanked for."""

    def _share(self, user=None, moment=MONDAY, **values):
        with self._at(moment):
            row = (
                self.env[MODEL]
                .with_user(user or self.salesperson_a)
                .create(
                    {
                        "name": "Ask who else decides",
                        "story": "The buyer brought the plant manager along",
                        **values,
                    }
                )
            )
            self.env.flush_all()
        return row.with_env(self.env)

    def test_feed(self):
        """Read and found by all who sell in the company, and by nobody beyond it."""
        row = self._share()
        self.assertEqual(row.user_id, self.salesperson_a)
        self.assertEqual(row.team_id, self.team_east)
        self.assertEqual(str(row.date), MONDAY)
        for user in (self.salesperson_b, self.salesperson_d, self.leader_west):
            found = self.env[MODEL].with_user(user).name_search("plant manager")
            self.assertEqual([item[0] for item in found], row.ids)
        self.assertFalse(self.env[MODEL].with_user(self.salesperson_x).search([]))
        with self.assertRaises(AccessError):
            self.env[MODEL].with_user(self.office_user).search([])

    def test_spaces_are_no_experience(self):
        for values in ({"name": "  "}, {"story": "\n \n"}):
            with self.assertRaisesRegex(ValidationError, "Write something in"):
                self._share(**values)

    def test_thanks(self):
        """Once a person, not oneself; whoever shared it is told."""
        row = self._share()
        with self._at(MONDAY):
            row.with_user(self.salesperson_d).action_thank()
            row.with_user(self.salesperson_b).action_thank()
            self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(row.thank_count, 2)
        self.assertFalse(row.with_user(self.salesperson_d).can_thank)
        self.assertTrue(row.with_user(self.salesperson_c).can_thank)
        told = self.env["mail.message"].search(
            [("model", "=", MODEL), ("res_id", "=", row.id)]
        )
        self.assertEqual(told.notified_partner_ids, self.salesperson_a.partner_id)
        self.assertIn("thanks you", told[0].subject)
        with self.assertRaisesRegex(UserError, "already"):
            row.with_user(self.salesperson_d).action_thank()
        with self.assertRaisesRegex(UserError, "not yourself"):
            row.with_user(self.salesperson_a).action_thank()
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_x).action_thank()
        self.assertEqual(row.thank_count, 2)

    @mute_logger("odoo.sql_db")
    def test_thanks_are_not_made_up(self):
        """By no other way than the button, and not twice in the database either."""
        row = self._share()
        Thank = self.env["sales.process.experience.thank"]
        values = {"experience_id": row.id, "user_id": self.salesperson_b.id}
        for user in (self.salesperson_a, self.salesperson_b, self.director):
            with self.assertRaises(AccessError):
                Thank.with_user(user).create(values)
            for change in (
                {"thank_count": 9},
                {"user_id": user.id},
                {"date": MONDAY},
                {"thank_ids": [(0, 0, {"user_id": self.salesperson_b.id})]},
            ):
                with self.assertRaises(AccessError):
                    row.with_user(user).write(change)
        Thank.create(values)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            Thank.create(values)

    def test_whose_words(self):
        """The author changes them; who leads only archives, a colleague nothing."""
        row = self._share()
        row.with_user(self.salesperson_a).story = "And the engineer"
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_b).story = "Mine"
        for user in (self.leader_east, self.director):
            with self.assertRaisesRegex(AccessError, "changes these words"):
                row.with_user(user).story = "Mine"
        row.with_user(self.leader_east).active = False
        self.assertFalse(self.env[MODEL].with_user(self.salesperson_b).search([]))
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_a).unlink()

    def test_off(self):
        """A team that is off shares nothing; its people still read."""
        self.team_east.process_experience = False
        with self.assertRaisesRegex(UserError, "switched off"), self.env.cr.savepoint():
            self._share()
        row = self._share(self.salesperson_d)
        self.assertTrue(row.with_user(self.salesperson_a).read(["story"]))

    def test_numbers(self):
        row = self._share()
        row.with_user(self.salesperson_b).action_thank()
        metric = self.env["sales.process.metric"].search(
            [("code", "=", "experiences_shared")]
        )
        bounds = {
            user.id: ("2027-03-01 00:00:00", "2027-04-01 00:00:00")
            for user in self.people
        }
        values = metric._evaluate(bounds, self.company)[metric]
        self.assertEqual(values[self.salesperson_a.id], 1)
        self.assertEqual(values[self.salesperson_b.id], 0)
        thanks = self.env["sales.process.metric"].search(
            [("code", "=", "thanks_received")]
        )
        self.assertFalse(thanks.with_user(self.director).problem)
