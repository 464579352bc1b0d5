# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import JUNE
from .test_closing import ClosingCommon


@tagged("post_install", "-at_install")
class TestPayroll(ClosingCommon):
    """Each file has a number; what is given once more is a correction."""

    def _make_file(self, user=None, **values):
        return (
            self.env["sales.process.scorecard.payroll"]
            .with_user(user or self.director)
            .create({"date_from": "2026-06-18", **values})
        )

    def test_nothing_closed(self):
        with self.assertRaisesRegex(UserError, "June 2026 is closed yet"):
            self._make_file()

    def test_first_and_correction(self):
        """The second file has whose coefficients are others, and the difference."""
        self._close(self.card)
        other = self._get_card(self.salesperson_b)
        self._close(other)
        first = self._make_file()
        self.assertEqual(first.date_from, JUNE)
        self.assertEqual(first.number, f"PAY/2026/06/{self.company.id}/1")
        self.assertFalse(first.is_correction)
        lines = {line.user_id: line for line in first.line_ids}
        self.assertEqual(set(lines), {self.salesperson_a, self.salesperson_b})
        # 102 points: 1.2; the team has no goal: 1
        mine = lines[self.salesperson_a]
        self.assertEqual((mine.score, mine.coefficient), (102, 1.2))
        self.assertEqual((mine.is_first, mine.difference), (True, 1.2))
        with self.assertRaisesRegex(UserError, f"since the file {first.number}"):
            self._make_file()

        action = self.card.with_user(self.director).action_reopen()
        again = self.Card.browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Nothing has changed"):
            self._make_file()
        self._mark(again, 20)
        self._close(again)
        # 48 + 30 + 6 = 84: 1.0
        second = self._make_file()
        self.assertEqual(second.number, f"PAY/2026/06/{self.company.id}/2")
        self.assertTrue(second.is_correction)
        self.assertEqual(second.line_ids.user_id, self.salesperson_a)
        self.assertEqual(second.line_ids.coefficient_before, 1.2)
        self.assertEqual(second.line_ids.difference, -0.2)
        self.assertEqual(first.line_ids.mapped("coefficient"), [1.2, 0.8])
        # what was replaced is no correction of what replaces it
        with self.assertRaisesRegex(UserError, f"since the file {second.number}"):
            self._make_file()

    def test_closed_later(self):
        """Who is closed later stands in the next file, for the first time."""
        self._close(self.card)
        self._make_file()
        self._close(self._get_card(self.salesperson_b))
        second = self._make_file()
        self.assertEqual(second.line_ids.user_id, self.salesperson_b)
        self.assertTrue(second.line_ids.is_first)

    def test_sum_of_files(self):
        """All differences of a person are what counts now."""
        self._close(self.card)
        files = self._make_file()
        card = self.card
        for mark in (20, 100, 0):
            card = self.Card.browse(
                card.with_user(self.director).action_reopen()["res_id"]
            )
            self._mark(card, mark)
            self._close(card)
            try:
                files |= self._make_file()
            except UserError:
                continue
        self.assertAlmostEqual(
            sum(files.line_ids.mapped("difference")), card.coefficient
        )

    def test_files(self):
        """CSV and Excel; a name that looks like a formula is disarmed."""
        self.salesperson_a.name = "=HYPERLINK(1)"
        self._close(self.card)
        payroll = self._make_file()
        name, content = payroll._export("csv")
        self.assertEqual(name, f"PAY-2026-06-{self.company.id}-1.csv")
        titles, row = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        self.assertEqual(len(titles), len(row))
        self.assertEqual(row[3], "'=HYPERLINK(1)")
        self.assertEqual(row[6:], ["102.0", "1.2", "1.0", "1.2", "", "1.2", "0.0"])
        name, content = payroll._export("xlsx")
        self.assertTrue(content.startswith(b"PK"))
        for kind in ("csv", "xlsx"):
            action = getattr(payroll, f"action_export_{kind}")()
            self.assertTrue(action["url"].endswith(f"/{payroll.id}/{kind}"))

    def test_who(self):
        """Neither who is paid nor who leads."""
        self._close(self.card)
        for user in (self.salesperson_a, self.leader_east):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._make_file(user)
        payroll = self._make_file()
        for user in (self.salesperson_a, self.leader_east):
            for button in ("action_export_csv", "action_export_xlsx"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(payroll.with_user(user), button)()
        with self.assertRaises(AccessError):
            payroll.line_ids[0].write({"coefficient": 2})
        with self.assertRaises(AccessError):
            payroll.unlink()

    def test_other_month(self):
        self._close(self.card)
        self._make_file()
        self._travel(datetime(2026, 8, 3, 2))
        with self.assertRaisesRegex(UserError, "July 2026 is closed yet"):
            self._make_file(date_from=date(2026, 7, 1))
        self.assertEqual(
            self.env["sales.process.scorecard.payroll"]
            .with_user(self.director)
            ._default_date_from(),
            date(2026, 7, 1),
        )

    def test_company(self):
        """Another company's files are not made, and its people stand in none."""
        self._close(self.card)
        stranger = self.Card.create(
            {
                "user_id": self.salesperson_x.id,
                "team_id": self.team_c2.id,
                "company_id": self.company_2.id,
                "date_from": JUNE,
                "date_to": date(2026, 6, 30),
                "state": "closed",
            }
        )
        with self.assertRaises(AccessError):
            self._make_file(company_id=self.company_2.id)
        payroll = self._make_file()
        self.assertEqual(payroll.line_ids.scorecard_id, self.card)
        self.assertNotIn(stranger.user_id, payroll.line_ids.user_id)
        other = self._make_file(self.env.user, company_id=self.company_2.id)
        # each company numbers its own
        self.assertEqual(other.number, f"PAY/2026/06/{self.company_2.id}/1")
        self.assertFalse(other.with_user(self.director).search([("id", "=", other.id)]))

    def test_any_day_chooses_its_month(self):
        self._close(self.card)
        for day, first in (("2026-06-01", JUNE), ("2026-06-30", JUNE)):
            with self.subTest(day), self.env.cr.savepoint() as savepoint:
                self.assertEqual(self._make_file(date_from=day).date_from, first)
                savepoint.rollback()
            self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "July 2026 is closed yet"):
            self._make_file(date_from="2026-07-01")

    def test_two_at_once(self):
        """Two files of a month in one request: the second has nothing to say."""
        self._close(self.card)
        Payroll = self.env["sales.process.scorecard.payroll"].with_user(self.director)
        with (
            self.assertRaisesRegex(UserError, "Nothing has changed"),
            self.env.cr.savepoint(),
        ):
            Payroll.create([{"date_from": JUNE}, {"date_from": JUNE}])
        self.assertFalse(Payroll.search([("date_from", "=", JUNE)]))

    def test_nothing_of_it_is_entered(self):
        """Neither number nor people come from a client, by whatever way."""
        self._close(self.card)
        card = self.card.id
        for values in (
            {"number": "PAY/MINE"},
            {"position": 9},
            {"is_correction": True},
            {"line_ids": [(0, 0, {"scorecard_id": card, "coefficient": 3})]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                self._make_file(**values)
        payroll = (
            self.env["sales.process.scorecard.payroll"]
            .with_user(self.director)
            .with_context(default_number="PAY/MINE", default_position=9)
            .create({"date_from": JUNE})
        )
        self.assertEqual((payroll.position, payroll.is_correction), (1, False))
        for values in ({"date_from": "2026-05-01"}, {"company_id": self.company.id}):
            with self.subTest(values), self.assertRaises(AccessError):
                payroll.write(values)

    def test_who_has_left(self):
        """Whoever has left in the meantime is named in the file all the same."""
        self._close(self.card)
        payroll = self._make_file()
        self.salesperson_a.active = False
        _titles, row = payroll._get_export_rows()
        self.assertEqual(row[3:6], ["Salesperson A", "salesperson_a", "Team East"])

    def test_without_score(self):
        """Nothing was judged: an empty cell, not a zero, and the coefficient 1."""
        self._close(self.card)
        self.card.sudo().write(
            {
                "has_score": False,
                "score": 0,
                "coefficient": 1,
                "personal_coefficient": 1,
            }
        )
        payroll = self._make_file()
        _titles, row = payroll._get_export_rows()
        self.assertEqual(row[6:], ["", 1.0, 1.0, 1.0, "", 1.0, 0.0])

    def test_discussed_is_not_closed(self):
        """Who is discussed only stands in no file."""
        self._close(self.card)
        other = self._get_card(self.salesperson_b)
        self._mark(other, 50)
        other.with_user(self.leader_east).action_discuss()
        self.assertEqual(self._make_file().line_ids.user_id, self.salesperson_a)
        other.with_user(self.leader_east).action_close()
        self.assertEqual(self._make_file().line_ids.user_id, self.salesperson_b)
