# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import tokens
from .test_satisfaction import WON, SatisfactionCommon

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestCareLimits(SatisfactionCommon):
    """Who is asked, and what counts, on both sides of each limit."""

    def _lead(self, number, user=None, **values):
        user = user or self.salesperson_a
        return self._create_lead(user, phone=f"1390007{number:04d}", **values)

    def test_settings_on_their_limits(self):
        """What is just allowed is kept; what is just beyond is refused."""
        for name, allowed, refused in (
            ("process_satisfaction_delay", (0, 25), (-1, 26)),
            ("process_satisfaction_open", (1, 90), (0, 91)),
            ("process_satisfaction_days", (1, 3650), (0, 3651)),
            ("process_complaint_hours_minor", (0.01, 1000), (0, 1000.01)),
            ("process_complaint_hours_serious", (0.01, 1000), (0, 1000.01)),
            ("process_complaint_hours_grave", (0.01, 1000), (-0.01, 1000.01)),
            ("process_complaint_reopen_days", (0, 365), (-1, 366)),
        ):
            for value in allowed:
                self.team_east[name] = value
                self.env.flush_all()
                with self.subTest(name, value=value):
                    self.assertEqual(self.team_east[name], value)
            for value in refused:
                with (
                    self.subTest(name, value=value),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    self.team_east[name] = value
                    self.env.flush_all()
                self.env.invalidate_all()

    def test_asked_again_after_the_days_of_the_team(self):
        """Asked on day 1: on day 91 to the second again, a second before it not."""
        self._ask()
        asked = self._row().date_asked
        for number, moment, state in (
            (1, asked + 90 * DAY - SECOND, "closed"),
            (2, asked + 90 * DAY, "asked"),
        ):
            lead = self._lead(number, email_from="wang@example.com")
            self._win(lead, moment - DAY)
            self._night(moment)
            with self.subTest(moment=moment):
                self.assertEqual(self._row(lead).state, state)

    def test_asked_of_the_same_company_once(self):
        """Two contacts of one company, two addresses: one question."""
        parent, other = self.env["res.partner"].create(
            [{"name": "Wang Ltd", "is_company": True}, {"name": "Li"}]
        )
        first, second, third = self.env["res.partner"].create(
            [
                {"name": name, "email": f"{name}@example.com", "parent_id": above.id}
                for name, above in (("a", parent), ("b", parent), ("c", other))
            ]
        )
        for number, (contact, state) in enumerate(
            ((first, "asked"), (second, "closed"), (third, "asked")), 10
        ):
            lead = self._lead(number, partner_id=contact.id, email_from=contact.email)
            self._win(lead)
            self._night(WON + timedelta(hours=1))
            self._night(WON + DAY)
            with self.subTest(contact.name):
                self.assertEqual(self._row(lead).state, state)

    def test_another_company_asks_for_itself(self):
        """What one company has asked keeps the other one from nothing."""
        self.team_c2.process_satisfaction = True
        self.team_c2.process_satisfaction_from = "2027-02-01 00:00:00"
        self._ask()
        lead = self._lead(20, self.salesperson_x, email_from="wang@example.com")
        self._win(lead)
        self._night(WON + timedelta(hours=1))
        self._night(WON + 2 * DAY)
        row = self._row(lead)
        self.assertEqual((row.state, row.company_id), ("asked", self.company_2))
        for user in (self.director, self.leader_east):
            with self.subTest(user=user.login):
                self.assertNotIn(row, self.Satisfaction.with_user(user).search([]))

    def test_what_is_too_long_ago(self):
        """Won 30 days ago is asked about, a second more is not."""
        old, older = self._lead(30), self._lead(31)
        self._win(old, WON)
        self._win(older, WON - SECOND)
        self._night(WON + 30 * DAY)
        self.assertEqual(len(self._row(old)), 1)
        self.assertFalse(self._row(older))

    def test_what_was_before_it_was_switched_on(self):
        """Won in the second in which it was switched on counts, before it does not."""
        self.team_east.process_satisfaction_from = WON
        at, before = self._lead(32), self._lead(33)
        self._win(at, WON)
        self._win(before, WON - SECOND)
        self._night(WON + timedelta(hours=1))
        self.assertEqual(len(self._row(at)), 1)
        self.assertFalse(self._row(before))

    def test_asked_at_once(self):
        """Without delay: in the next night, and not twice in it."""
        self.team_east.process_satisfaction_delay = 0
        self._win()
        self._night(WON + SECOND)
        self.assertEqual((self._row().state, len(self._mails())), ("asked", 1))

    def test_every_score(self):
        """1 to 5 are kept as they are; what is beside them is no answer."""
        for number, score in enumerate(("1", "5", 3), 40):
            lead = self._lead(number, email_from=f"c{number}@example.com")
            token = self._ask(lead)
            for wrong in ("0", "6", "-1", "1.5", "01", " 5", "５", "", True):
                with self.subTest(wrong=wrong):
                    self.assertFalse(self._reply(token, wrong))
            self.assertTrue(self._reply(token, score))
            self.assertEqual(self._row(lead).score, int(score))

    def test_long_and_strange_texts(self):
        """What a customer writes is cut, never refused; no byte stops it."""
        token = self._ask()
        self.assertTrue(
            self._reply(token, "2", comment="x\x00" * 50_000, name="N" * 5_000)
        )
        row = self._row()
        self.assertTrue(row.comment.startswith("xx"))
        self.assertLess(len(row.comment), 50_000)
        self.assertLess(len(row.answered_name), 5_000)

    def test_two_answers_from_one_place(self):
        """From one address, or the same score again: no doubt, and nobody is told."""
        token = self._ask()
        moment = WON + 2 * DAY
        self._reply(token, "5", moment)
        before = self._max_message()
        self.assertFalse(self._reply(token, "1", moment + SECOND))
        self.assertFalse(self._reply(token, "5", moment + SECOND, "192.0.2.9"))
        row = self._row()
        self.assertEqual((row.score, row.is_unsure, row.is_counted), (5, False, True))
        self.assertFalse(self._messages(self.leader_east, before))

    def test_later_page_does_not_win(self):
        """Unsure all the same, but the page that was shown first keeps its answer."""
        token = self._ask()
        moment = WON + 2 * DAY
        self._reply(token, "5", moment)
        self.assertFalse(self._reply(token, "1", moment + SECOND, "192.0.2.9"))
        row = self._row()
        self.assertEqual((row.score, row.is_unsure, row.is_counted), (5, True, False))

    def test_leader_who_is_judged_is_not_told(self):
        """The doubt about an answer for a leader who sells goes to nobody judged."""
        lead = self._create_lead(
            self.leader_east,
            self.team_east,
            phone="13900070050",
            email_from="l@example.com",
        )
        token = self._ask(lead)
        self.assertEqual(self._row(lead).user_id, self.leader_east)
        moment = WON + 2 * DAY
        self._reply(token, "5", moment)
        before = self._max_message()
        self._reply(token, "1", moment + SECOND, "192.0.2.9")
        self.assertTrue(self._row(lead).is_unsure)
        self.assertFalse(self._messages(self.leader_east, before))

    def test_expired_to_the_second(self):
        """Open in its last second at night, too; a second later it is expired."""
        self._ask()
        until = self._row().date_expire
        for moment, state in ((until, "asked"), (until + SECOND, "expired")):
            self._night(moment)
            with self.subTest(moment=moment):
                self.assertEqual(self._row().state, state)

    def test_shown_where_an_address_is_known(self):
        """Who has an e-mail is asked there: no code, for nobody."""
        self._win()
        self._night(WON + timedelta(hours=1))
        with (
            self._at(WON + DAY),
            self.assertRaisesRegex(UserError, "has been asked already"),
        ):
            self.lead.with_user(self.salesperson_a).action_show_satisfaction()
        self.assertEqual(self._row().channel, "email")

    def test_code_is_shown_by_who_works_the_customer(self):
        """A helper may show it; colleagues, leaders of others and offices may not."""
        lead = self._lead(60)
        self._win(lead)
        for user in (
            self.salesperson_b,
            self.leader_west,
            self.salesperson_d,
            self.office_user,
            self.salesperson_x,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                lead.with_user(user).action_show_satisfaction()
        self.assertFalse(self._row(lead))

    def test_token_is_not_guessed(self):
        """Two hashes never meet; a part of a token, or more of it, opens nothing."""
        token = self._ask()
        for wrong in (token[:-1], token + "A", token.swapcase(), "%", "_" * 22, "\x00"):
            with self.subTest(wrong=wrong):
                self.assertFalse(self.Satisfaction._find_by_token(wrong))
        self.assertEqual(self.Satisfaction._find_by_token(token), self._row())
        self.assertEqual(len({tokens.make_token() for _turn in range(200)}), 200)

    def test_cron_does_what_the_night_does(self):
        """Noted, asked, and committed batch by batch; twice asks nobody twice."""
        self.team_east.process_satisfaction_delay = 0
        self.patch(
            self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kw: 1.0
        )
        self._win()
        for _run in range(2):
            with self._at(WON + timedelta(hours=1)):
                self.Satisfaction._cron_satisfaction()
                self.env.flush_all()
        self.assertEqual((self._row().state, len(self._mails())), ("asked", 1))
