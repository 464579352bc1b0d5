# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import tokens
from .common import MONDAY, CareCommon

SATISFACTION = "sales.process.satisfaction"
LINK = re.compile(r"/satisfaction/([\w-]{22})")
WON = datetime(2027, 3, 1, 2)

RETRY = "odoo.addons.sales_process_mgmt.models.sales_process_retry"


class SatisfactionCommon(CareCommon):
    """Team East asks one day after a deal was won; the link is open for 14 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Satisfaction = cls.env[SATISFACTION]
        cls.team_east.process_satisfaction = True
        cls.team_east.process_satisfaction_from = "2027-02-01 00:00:00"
        cls.startClassPatcher(patch.object(tokens, "HUMAN_SECONDS", 0))
        cls.lead.email_from = "wang@example.com"
        cls.env.flush_all()

    def _win(self, lead=None, moment=WON):
        with self._at(moment):
            (lead or self.lead).action_set_won()
            self.env.flush_all()

    def _night(self, moment):
        """What the scheduled action does, without its commits."""
        with self._at(moment):
            self.Satisfaction._note_events()
            self.Satisfaction._close_undone()
            self.Satisfaction._process_expired()
            self.Satisfaction._process_waiting()
            self.env.flush_all()
        self.env.invalidate_all()

    def _row(self, lead=None):
        return self.Satisfaction.search([("lead_id", "=", (lead or self.lead).id)])

    def _mails(self):
        return self.env["mail.mail"].search([("body_html", "like", "/satisfaction/")])

    def _ask(self, lead=None):
        """Won on Monday, asked on Tuesday.

        :return: str, the token in the mail
        """
        before = self._mails()
        self._win(lead)
        self._night(WON + timedelta(hours=1))
        self._night(WON + timedelta(days=1))
        return LINK.search((self._mails() - before).body_html)[1]

    def _reply(self, token, score, moment=None, address="192.0.2.1", nonce=None, **kw):
        moment = moment or WON + timedelta(days=2)
        with self._at(moment):
            nonce = nonce or self.Satisfaction._make_nonce(token)
            kept = self.Satisfaction._answer(token, nonce, score, address=address, **kw)
            self.env.flush_all()
        return kept


@tagged("post_install", "-at_install")
class TestSatisfaction(SatisfactionCommon):
    """Who is asked, when, for whom it counts, and who reads it."""

    def test_asked_once_after_a_day(self):
        self._win()
        self._night(WON + timedelta(hours=1))
        row = self._row()
        self.assertEqual((row.state, row.user_id), ("waiting", self.salesperson_a))
        self.assertEqual(row.date_send, WON + timedelta(days=1))
        self.assertFalse(self._mails())
        self._night(WON + timedelta(days=1) - timedelta(seconds=1))
        self.assertFalse(self._mails())
        self._night(WON + timedelta(days=1))
        self.assertEqual((row.state, len(self._mails())), ("asked", 1))
        self.assertEqual(row.date_expire, WON + timedelta(days=15))
        self._night(WON + timedelta(days=1, hours=1))
        self.assertEqual(len(self._mails()), 1)
        self.assertEqual(len(self._row()), 1)

    def test_link_is_in_the_mail_and_nowhere_else(self):
        """Not in a chatter, a message that somebody reads, or the database."""
        token = self._ask()
        mail = self._mails()
        self.assertEqual((mail.email_to, mail.auto_delete), ("wang@example.com", True))
        self.assertFalse(mail.model or mail.res_id)
        self.assertNotIn(token, str(self.lead.message_ids.mapped("body")))
        for user in (self.salesperson_a, self.leader_east, self.director):
            messages = self.env["mail.message"].with_user(user)
            self.assertFalse(messages.search([("body", "like", token)]), user.name)
            with self.assertRaises(AccessError):
                mail.with_user(user).read(["body_html"])
        row = self._row()
        self.assertEqual(row.token_hash, tokens.hash_token(token))
        self.assertNotIn(token, str(row.read()))
        with self.assertRaises(AccessError):
            row.with_user(self.director).read(["token_hash"])

    def test_mail_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.lead.partner_id = self.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "lang": "zh_CN"}
        )
        self._ask()
        self.assertTrue(self._mails().subject)

    def test_answer(self):
        token = self._ask()
        self.assertTrue(self._reply(token, "4", comment="Good", name="Wang"))
        row = self._row()
        self.assertEqual(
            (row.state, row.score, row.comment, row.answered_name),
            ("answered", 4, "Good", "Wang"),
        )
        self.assertTrue(row.is_counted)
        # forwarded to a colleague, opened again: counted once
        self.assertFalse(self._reply(token, "1", WON + timedelta(days=3)))
        self.assertEqual((row.score, row.is_unsure), (4, False))

    def test_what_is_no_answer(self):
        token = self._ask()
        other = tokens.make_token()
        nonce = self.Satisfaction._make_nonce(other)
        for values in (
            {"token": token, "score": "0"},
            {"token": token, "score": "6"},
            {"token": token, "score": "x"},
            {"token": token, "score": None},
            {"token": token, "score": "4", "nonce": "none"},
            {"token": token, "score": "4", "nonce": nonce},
            {"token": other, "score": "4", "nonce": nonce},
            {"token": "", "score": "4"},
        ):
            with self.subTest(values):
                self.assertFalse(self._reply(**values))
        self.assertEqual(self._row().state, "asked")

    def test_open_until_the_last_second(self):
        token = self._ask()
        until = self._row().date_expire
        self.assertFalse(self._reply(token, "5", until + timedelta(seconds=1)))
        self.assertTrue(self._reply(token, "5", until))

    def test_expired(self):
        token = self._ask()
        self._night(WON + timedelta(days=16))
        self.assertEqual(self._row().state, "expired")
        self.assertFalse(self._reply(token, "5", WON + timedelta(days=2)))

    def test_two_different_answers_at_once(self):
        """From two addresses within two minutes: unsure, the first page wins."""
        token = self._ask()
        with self._at(WON + timedelta(days=2)):
            first = self.Satisfaction._make_nonce(token)
        with self._at(WON + timedelta(days=2, seconds=10)):
            second = self.Satisfaction._make_nonce(token)
        before = self._max_message()
        moment = WON + timedelta(days=2, minutes=1)
        self.assertTrue(self._reply(token, "5", moment, nonce=second))
        # the same person presses twice, or changes the mind: the first press stands
        self.assertFalse(self._reply(token, "5", moment, "192.0.2.2", nonce=first))
        self.assertFalse(self._reply(token, "1", moment, nonce=first))
        row = self._row()
        self.assertFalse(row.is_unsure)
        self.assertTrue(
            self._reply(
                token, "2", moment + timedelta(minutes=2), "192.0.2.2", nonce=first
            )
        )
        self.assertEqual((row.score, row.is_unsure, row.is_counted), (2, True, False))
        self.assertEqual(len(self._messages(self.leader_east, before)), 1)
        self.assertFalse(self._messages(self.salesperson_a, before))

    def test_later_answers_change_nothing(self):
        token = self._ask()
        moment = WON + timedelta(days=2)
        self._reply(token, "5", moment)
        late = moment + timedelta(minutes=2, seconds=1)
        self.assertFalse(self._reply(token, "1", late, "192.0.2.2"))
        row = self._row()
        self.assertEqual((row.score, row.is_unsure), (5, False))

    def test_deal_that_is_taken_back(self):
        """Closed unanswered; an answer that was given stays and is not counted."""
        token = self._ask()
        other = self._create_lead(
            self.salesperson_a, phone="13900000001", email_from="li@example.com"
        )
        second = self._ask(other)
        self._reply(second, "5")
        for lead in self.lead | other:
            lead.stage_id = self.env["crm.stage"].search(
                [("is_won", "=", False)], limit=1
            )
        self._night(WON + timedelta(days=3))
        self.assertEqual(self._row().state, "closed")
        self.assertFalse(self._reply(token, "5", WON + timedelta(days=3)))
        row = self._row(other)
        self.assertEqual((row.state, row.score), ("answered", 5))
        self.assertFalse(row.is_counted)

    def test_waiting_and_taken_back_is_never_asked(self):
        self._win()
        self._night(WON + timedelta(hours=1))
        self.lead.stage_id = self.env["crm.stage"].search(
            [("is_won", "=", False)], limit=1
        )
        self._night(WON + timedelta(days=1))
        self.assertEqual(self._row().state, "closed")
        self.assertFalse(self._mails())

    def test_counts_for_the_owner_then(self):
        token = self._ask()
        self.lead.with_user(self.director).user_id = self.salesperson_b
        self._reply(token, "3")
        self.assertEqual(self._row().user_id, self.salesperson_a)

    def test_handed_over_before_it_is_noted(self):
        """Case 69: between the deal and the scheduled action the customer moves."""
        self._win()
        with self._at(WON + timedelta(minutes=10)):
            self.ownership.sudo()._hand_over(
                {self.ownership.sudo(): self.salesperson_b}, "transfer", "transferred"
            )
            self.env.flush_all()
        self.env.invalidate_all()
        self._night(WON + timedelta(hours=1))
        self.assertEqual(self._row().user_id, self.salesperson_a)

    def test_deal_of_a_helper(self):
        """Whoever closes the deal, it counts for the owner of the customer."""
        self._win()
        self.env.cr.execute(
            "UPDATE crm_lead SET user_id = %s WHERE id = %s",
            (self.salesperson_b.id, self.lead.id),
        )
        self.env.invalidate_all()
        self._night(WON + timedelta(hours=1))
        self.assertEqual(self._row().user_id, self.salesperson_a)

    def test_nobody_is_asked_twice(self):
        """By address, contact or period; after the days of the team again."""
        self._ask()
        again = self._create_lead(
            self.salesperson_a, phone="13900000002", email_from="Wang@Example.com"
        )
        self._win(again, WON + timedelta(days=5))
        self._night(WON + timedelta(days=6))
        self.assertEqual(self._row(again).state, "closed")
        later = self._create_lead(
            self.salesperson_a, phone="13900000003", email_from="wang@example.com"
        )
        # asked on the second: ninety days later, to the second, and one before
        self._win(later, WON + timedelta(days=90))
        self._night(WON + timedelta(days=91))
        self.assertEqual(self._row(later).state, "asked")

    def test_who_is_never_asked(self):
        self.env["mail.blacklist"]._add("no@example.com")
        leads = {
            "without an address": {},
            "blacklisted": {"email_from": "no@example.com"},
            "frozen": {"email_from": "frozen@example.com"},
            # whoever is judged would answer
            "colleague": {"email_from": self.salesperson_a.email},
        }
        for number, (name, values) in enumerate(leads.items()):
            with self.subTest(name):
                lead = self._create_lead(
                    self.salesperson_a, phone=f"1390000010{number}", **values
                )
                if name == "frozen":
                    lead.ownership_id.sudo().is_frozen = True
                self._win(lead)
                self._night(WON + timedelta(hours=1))
                self._night(WON + timedelta(days=1))
                self.assertEqual(self._row(lead).state, "closed")
        self.assertFalse(self._mails())

    def test_team_that_does_not_ask(self):
        self.team_east.process_satisfaction = False
        self._win()
        self._night(WON + timedelta(days=1))
        self.assertFalse(self._row())
        # what was won before it was switched on is not asked about
        with self._at(WON + timedelta(days=2)):
            self.team_east.process_satisfaction = True
        self._night(WON + timedelta(days=3))
        self.assertFalse(self._row())

    def test_switched_off_meanwhile(self):
        self._win()
        self._night(WON + timedelta(hours=1))
        self.team_east.process_satisfaction = False
        self._night(WON + timedelta(days=1))
        self.assertEqual(self._row().state, "closed")

    def test_after_a_complaint(self):
        """Whoever worked on it is judged; reopened, the question is closed."""
        row = self._complain(contact_email="li@example.com")
        row.with_user(self.leader_east).handler_id = self.salesperson_b
        self._settle(row, moment="2027-03-01 05:00:00")
        self._night("2027-03-01 06:00:00")
        asked = self.Satisfaction.search([("complaint_id", "=", row.id)])
        self.assertEqual((asked.kind, asked.user_id), ("complaint", self.salesperson_b))
        self._night("2027-03-02 06:00:00")
        self.assertEqual((asked.state, asked.email), ("asked", "li@example.com"))
        self._close_again(row)
        self.assertEqual(asked.state, "closed")

    def _close_again(self, row):
        with self._at("2027-03-03 02:00:00"):
            row._reopen()
            self.env.flush_all()
        self._night("2027-03-03 03:00:00")

    def test_nobody_who_is_judged_reads_it(self):
        token = self._ask()
        self._reply(token, "2", comment="Slow")
        row = self._row()
        for user, is_reader in (
            (self.salesperson_a, False),
            (self.salesperson_b, False),
            (self.salesperson_c, False),
            (self.leader_west, False),
            (self.salesperson_x, False),
            (self.leader_east, True),
            (self.director, True),
        ):
            with self.subTest(user.name):
                mine = self.Satisfaction.with_user(user)
                self.assertEqual(bool(mine.search([])), is_reader)
                self.assertEqual(
                    bool(mine._read_group([], ["user_id"], ["score:avg"])), is_reader
                )
                self.assertEqual(row.with_user(user).has_access("read"), is_reader)
                for operation in ("write", "unlink"):
                    with self.assertRaises(AccessError):
                        row.with_user(user).check_access(operation)
                with self.assertRaises(AccessError):
                    mine.create({"kind": "won", "score": 5})
        with self.assertRaises(AccessError):
            self.Satisfaction.with_user(self.office_user).search([])

    def test_leader_reads_nothing_about_oneself(self):
        token = self._ask()
        self._reply(token, "2")
        for person in (self.leader_east, self.director):
            self._row().user_id = person
            self.env.flush_all()
            self.assertFalse(self.Satisfaction.with_user(person).search([]))

    def test_nothing_of_odoo_is_counted(self):
        """Case 66: answers are our own rows; no addon that we need has ratings.

        With Odoo's ratings installed: the tests among other apps.
        """
        for name in ("satisfaction", "satisfaction_answers"):
            metric = self.env.ref(
                f"sales_process_mgmt_care.sales_process_metric_{name}"
            )
            self.assertEqual(metric.model_name, SATISFACTION)
        self.assertEqual(
            set(self.env["sales.process.satisfaction.rank"]._depends),
            {SATISFACTION, "crm.team"},
        )
        addon = self.env["ir.module.module"].search(
            [("name", "=", "sales_process_mgmt_care")]
        )
        needed = addon.upstream_dependencies(exclude_states=("uninstallable",))
        self.assertIn("crm", needed.mapped("name"))
        self.assertNotIn("rating", needed.mapped("name"))

    def test_shown_by_the_salesperson(self):
        """Without e-mail: a code on the screen, marked, and it weighs nothing."""
        lead = self._create_lead(self.salesperson_a, phone="13900000005")
        mine = lead.with_user(self.salesperson_a)
        with self.assertRaisesRegex(UserError, "once the deal is won"):
            mine.action_show_satisfaction()
        self._win(lead)
        self._night(WON + timedelta(days=1))
        self.assertEqual(self._row(lead).state, "closed")
        moment = WON + timedelta(days=1, hours=1)
        with self._at(moment):
            self.assertIn("satisfaction", mine.process_marks)
            other = self.lead.with_user(self.salesperson_a)
            self.assertNotIn("satisfaction", other.process_marks)
            old = self._open(mine)
            new = self._open(mine)
            with self.assertRaises(AccessError):
                lead.with_user(self.salesperson_b).action_show_satisfaction()
        self.assertFalse(self._reply(old, "5", moment))
        # for an hour
        self.assertFalse(self._reply(new, "5", moment + timedelta(hours=1, seconds=1)))
        self.assertTrue(self._reply(new, "5", moment + timedelta(hours=1)))
        row = self._row(lead)
        self.assertEqual((row.channel, row.is_counted), ("shown", False))
        self.assertFalse(row.with_user(self.salesperson_a).has_access("read"))
        with self._at(moment), self.assertRaisesRegex(UserError, "asked already"):
            mine.action_show_satisfaction()

    def test_shown_answers_count_where_the_team_says_so(self):
        """Case 75: by default they weigh nothing; the setting does not reach back."""
        phones = ("13900000006", "13900000007", "13900000008")
        leads = [self._create_lead(self.salesperson_a, phone=phone) for phone in phones]
        for lead in leads:
            self._win(lead)
        with self.assertRaises(AccessError):
            self.team_east.with_user(self.salesperson_a).process_satisfaction_shown = 1
        metric = self.env.ref(
            "sales_process_mgmt_care.sales_process_metric_satisfaction_answers"
        )
        spans = {self.salesperson_a.id: (WON, WON + timedelta(days=30))}
        moment = WON + timedelta(hours=1)
        seen = []
        for lead, score, counts in zip(leads, "512", (False, True, False), strict=True):
            team = self.team_east.with_user(self.director)
            team.process_satisfaction_shown = counts
            with self._at(moment):
                token = self._open(lead.with_user(self.salesperson_a))
            self.assertTrue(self._reply(token, score, moment))
            answers = metric._evaluate(spans, self.company)[metric]
            seen.append((self._row(lead).is_counted, answers[self.salesperson_a.id]))
        self.assertEqual(seen, [(False, 0), (True, 1), (False, 1)])
        self.assertEqual({self._row(lead).channel for lead in leads}, {"shown"})

    def _open(self, lead):
        action = lead.action_show_satisfaction()
        dialog = self.env[action["res_model"]].with_user(self.salesperson_a)
        dialog = dialog.browse(action["res_id"])
        self.assertTrue(dialog.code)
        return LINK.search(dialog.link)[1]

    def test_shown_only_where_it_is_asked(self):
        self._win()
        mine = self.lead.with_user(self.salesperson_a)
        self.team_east.process_satisfaction = False
        with self.assertRaisesRegex(UserError, "switch it on"):
            mine.action_show_satisfaction()
        self.team_east.process_satisfaction = True
        self.lead.ownership_id.sudo().is_frozen = True
        with self.assertRaisesRegex(UserError, "not to be asked"):
            mine.action_show_satisfaction()

    def test_metrics(self):
        """Average with the number of answers; what does not count is in neither."""
        refs = [
            self.env.ref(f"sales_process_mgmt_care.sales_process_metric_{name}")
            for name in ("satisfaction", "satisfaction_answers")
        ]
        self.assertFalse(any(metric.problem for metric in refs))
        for number, score in enumerate(("5", "2", "1")):
            lead = self._create_lead(
                self.salesperson_a,
                phone=f"1390000020{number}",
                email_from=f"c{number}@example.com",
            )
            self._reply(self._ask(lead), score)
        self._row(lead).is_unsure = True
        groups = self.Satisfaction._read_group(
            [("is_counted", "=", True)], ["user_id"], ["score:avg", "__count"]
        )
        self.assertEqual(groups, [(self.salesperson_a, 3.5, 2)])
        Metric = self.env["sales.process.metric"]
        self.assertTrue(self.Satisfaction._is_private)
        with self.assertRaisesRegex(ValidationError, "private"):
            Metric.with_user(self.director).create(
                {
                    "name": "Mine",
                    "code": "mine_satisfaction",
                    "model_id": self.env["ir.model"]._get_id(SATISFACTION),
                    "date_field_id": refs[0].date_field_id.id,
                    "user_field_id": refs[0].user_field_id.id,
                }
            )

    def test_one_that_fails_stops_no_other_one(self):
        """The others are asked; it is tried again when its pause is over."""
        second = self._create_lead(
            self.salesperson_a, phone="13912345678", email_from="li@example.com"
        )
        self._win()
        self._win(second)
        send = type(self.Satisfaction)._send

        def fail(row):
            if row.lead_id == self.lead:
                raise ValueError("poison")
            return send(row)

        self.patch(type(self.Satisfaction), "_send", fail)
        self.patch(
            self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kw: 1.0
        )
        moment = WON + timedelta(days=2)
        with self._at(moment), mute_logger(RETRY):
            self.Satisfaction._cron_satisfaction()
            self.env.flush_all()
        self.assertEqual(self._row(second).state, "asked")
        self.assertEqual(self._row().state, "waiting")
        self.patch(type(self.Satisfaction), "_send", send)
        self._night(moment + timedelta(minutes=59))
        self.assertEqual(self._row().state, "waiting")
        self._night(moment + timedelta(hours=1))
        self.assertEqual(self._row().state, "asked")

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_process_mgmt_care.ir_cron_satisfaction"
            ).method_direct_trigger()
        self.assertTrue(self.lead.exists())

    def test_settings_have_limits(self):
        for name, value in (
            ("process_satisfaction_delay", -1),
            ("process_satisfaction_delay", 26),
            ("process_satisfaction_open", 0),
            ("process_satisfaction_days", 0),
            ("process_complaint_hours_grave", 0),
            ("process_complaint_reopen_days", 366),
        ):
            with (
                self.subTest(name=name, value=value),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.team_east[name] = value
                self.env.flush_all()


@tagged("post_install", "-at_install")
class TestSatisfactionCompared(CareCommon):
    """Case 76: an average of few answers is shown with their number, and not ranked."""

    def _answer_for(self, user, scores, **values):
        self.env["sales.process.satisfaction"].create(
            [
                {
                    "kind": "won",
                    "user_id": user.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "date_event": "2027-02-01 02:00:00",
                    "date_answered": "2027-02-02 02:00:00",
                    "state": "answered",
                    "score": score,
                    **values,
                }
                for score in scores
            ]
        )
        self.env.flush_all()

    def _compare(self, user=None, moment=MONDAY):
        # what is read of a view is kept for a request
        self.env.invalidate_all()
        with self._at(moment):
            rows = (
                self.env["sales.process.satisfaction.rank"]
                .with_user(user or self.leader_east)
                .search([("team_id", "=", self.team_east.id)])
            )
            return [
                (row.user_id, row.standing, row.average, row.answers) for row in rows
            ]

    def test_compared(self):
        """A 5 × 4, B 4 × 5, C 5 × 5 and one that does not count: C first, B second."""
        a, b, c = self.salesperson_a, self.salesperson_b, self.salesperson_c
        self._answer_for(a, [5] * 4)
        self._answer_for(b, [4] * 5)
        self._answer_for(c, [5] * 5)
        self._answer_for(c, [1], channel="shown")
        few = "Too few answers (4 of 5)"
        self.assertEqual(
            self._compare(), [(c, "1", 5, 5), (b, "2", 4, 5), (a, few, 5, 4)]
        )
        self.team_east.process_satisfaction_fewest = 4
        self.env.flush_all()
        self.assertEqual(
            {row[:2] for row in self._compare()}, {(c, "1"), (a, "1"), (b, "3")}
        )
        # answers of a year
        self.assertFalse(self._compare(moment="2028-02-03 02:00:00"))

    def test_who_reads_it(self):
        """Leaders of the team and administrators, nobody about oneself."""
        self._answer_for(self.salesperson_a, [5])
        self._answer_for(self.leader_east, [5])
        people = self.salesperson_a | self.leader_east
        for user, seen in (
            (self.leader_east, self.salesperson_a),
            (self.director, people),
            (self.salesperson_a, people.browse()),
            (self.salesperson_b, people.browse()),
            (self.leader_west, people.browse()),
            (self._create_region(self.team_east), people.browse()),
        ):
            with self.subTest(user=user.login):
                found = {row[0] for row in self._compare(user)}
                self.assertEqual(found, set(seen))
        Rank = self.env["sales.process.satisfaction.rank"]
        self.assertFalse(Rank.with_user(self.office_user).has_access("read"))
        for number in (0, -1, 1001):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.team_east.process_satisfaction_fewest = number
                self.env.flush_all()
