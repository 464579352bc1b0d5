# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

import psycopg2
import pytz
from markupsafe import Markup

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tools import quiet

from .common import SalesProcessCommon

SHANGHAI = pytz.timezone("Asia/Shanghai")
BERLIN = pytz.timezone("Europe/Berlin")
SECOND = timedelta(seconds=1)


def local(text, zone=SHANGHAI):
    """A moment on the wall, as naive UTC."""
    wall = zone.localize(datetime.fromisoformat(text))
    return wall.astimezone(pytz.utc).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestQuiet(BaseCase):
    """The arithmetic of hours, without a database."""

    def _until(self, text, quiet_from=21.0, quiet_to=8.0, zone=SHANGHAI):
        return quiet.quiet_until(local(text, zone), zone, quiet_from, quiet_to)

    def test_over_midnight(self):
        end = local("2027-03-02 08:00:00")
        self.assertIsNone(self._until("2027-03-01 20:59:59"))
        self.assertEqual(self._until("2027-03-01 21:00:00"), end)
        self.assertEqual(self._until("2027-03-01 23:59:59"), end)
        self.assertEqual(self._until("2027-03-02 00:00:00"), end)
        self.assertEqual(self._until("2027-03-02 07:59:59"), end)
        self.assertIsNone(self._until("2027-03-02 08:00:00"))

    def test_at_noon(self):
        end = local("2027-03-01 14:30:00")
        self.assertIsNone(self._until("2027-03-01 11:59:59", 12, 14.5))
        self.assertEqual(self._until("2027-03-01 12:00:00", 12, 14.5), end)
        self.assertEqual(self._until("2027-03-01 14:29:59", 12, 14.5), end)
        self.assertIsNone(self._until("2027-03-01 14:30:00", 12, 14.5))

    def test_none(self):
        for hour in (0, 8, 21):
            for moment in ("00:00:00", "08:00:00", "21:00:00", "23:59:59"):
                self.assertIsNone(self._until(f"2027-03-01 {moment}", hour, hour))

    def test_clocks_go_back(self):
        """Quiet hours that end in the hour that comes twice never end behind."""
        for minute in range(0, 180, 7):
            moment = datetime(2027, 10, 30, 23) + timedelta(minutes=minute)
            end = quiet.quiet_until(moment, BERLIN, 21, 2.5)
            self.assertTrue(end is None or end > moment, moment)

    def test_next_hour(self):
        due = local("2027-03-01 08:00:00")
        self.assertEqual(quiet.next_hour(due - SECOND, SHANGHAI, 8), due)
        later = due + timedelta(days=1)
        self.assertEqual(quiet.next_hour(due, SHANGHAI, 8), later)
        self.assertEqual(quiet.next_hour(due + SECOND, SHANGHAI, 8), later)
        # the day on which the clocks go forward in Berlin
        skipped = local("2027-03-27 09:00:00", BERLIN)
        self.assertEqual(
            quiet.next_hour(skipped, BERLIN, 8.5), local("2027-03-28 08:30:00", BERLIN)
        )

    def test_hour(self):
        self.assertEqual(quiet.get_hour(local("2027-03-01 08:30:36"), SHANGHAI), 8.51)


class NoticeCommon(SalesProcessCommon):
    """A team as it comes: one message a day at eight, quiet from nine to eight."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Notice = cls.env["sales.process.notice"]
        cls.Line = cls.env["sales.process.notice.line"]
        (cls.team_east | cls.team_west | cls.team_c2).write(
            {
                "process_notice": "daily",
                "process_notice_hour": 8,
                "process_quiet_from": 21,
                "process_quiet_to": 8,
            }
        )

    def _tell(self, users, text, at, record=None, **values):
        with self._at(at):
            self.Notice._tell(users, lambda env: (text, text), record, **values)
        self.env.flush_all()

    def _run(self, at):
        """What the scheduled action does at a moment, without its commits."""
        with self._at(at):
            users = self.Line._select_readers(1000)
            self.Line._tell_readers(users)
            self.env.flush_all()
        self.env.invalidate_all()
        return users

    def _get_messages(self, user):
        """What somebody was told, the newest last."""
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ],
            order="id",
        )

    def _get_waiting(self, user):
        return self.Line.search([("user_id", "=", user.id), ("date_sent", "=", False)])


@tagged("post_install", "-at_install")
class TestNotice(NoticeCommon):
    NOON = local("2027-03-01 12:00:00")
    MORNING = local("2027-03-02 08:00:00")

    # -- when ------------------------------------------------------------

    def test_what_informs_waits_for_the_morning(self):
        user = self.salesperson_a
        self._tell(user, "One", self.NOON)
        self._tell(user, "Two", self.NOON + SECOND)
        self.assertFalse(self._get_messages(user))
        self.assertEqual(self._get_waiting(user).mapped("date_due"), [self.MORNING] * 2)
        self.assertFalse(self._run(self.MORNING - SECOND))
        self.assertFalse(self._get_messages(user), "a second too early")
        self.assertEqual(self._run(self.MORNING), user)
        message = self._get_messages(user)
        self.assertEqual(len(message), 1)
        self.assertIn("One", message.body)
        self.assertIn("Two", message.body)
        self.assertEqual(message.subject, "Your notices: 2")
        self.assertFalse(self._get_waiting(user))

    def test_run_twice_tells_once(self):
        self._tell(self.salesperson_a, "One", self.NOON)
        self._run(self.MORNING)
        self.assertFalse(self._run(self.MORNING + SECOND))
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1)

    def test_an_answer_is_asked_at_once(self):
        user = self.salesperson_a
        self._tell(user, "Here", local("2027-03-01 20:59:59"), answer=True)
        self.assertEqual(self._get_messages(user).subject, "Here")
        self.assertIn("waits for your answer", self._ask_why(user, "answer"))

    def _ask_why(self, user, why):
        self._tell(user, f"Why {why}", self.NOON, why=why, answer=True)
        return self._get_messages(user)[-1].body

    def test_quiet_hours(self):
        """In quiet hours nothing is told, in the zone of whoever reads."""
        late = local("2027-03-01 21:00:00")
        for values in ({"today": True}, {"answer": True}, {}):
            text = " ".join(["Late", *values])
            self._tell(self.salesperson_a, text, late, **values)
        self.assertFalse(self._get_messages(self.salesperson_a))
        self.assertEqual(
            set(self._get_waiting(self.salesperson_a).mapped("date_due")),
            {self.MORNING},
        )
        # it is morning in New York
        self._tell(self.salesperson_x, "Late", late, answer=True)
        self.assertEqual(self._get_messages(self.salesperson_x).subject, "Late")
        self._run(self.MORNING)
        message = self._get_messages(self.salesperson_a)
        self.assertEqual(len(message), 1)
        self.assertEqual(message.subject, "Your notices: 1 to answer, 2 to know")
        asked, known = message.body.index("Needs your"), message.body.index("To know")
        answer = message.body.index("Late answer")
        self.assertTrue(asked < answer < known, "on top")

    def test_today(self):
        self._tell(self.salesperson_a, "Today", self.NOON, today=True)
        self.assertEqual(self._get_messages(self.salesperson_a).subject, "Today")

    def test_team_that_tells_at_once(self):
        self.team_east.process_notice = "now"
        self._tell(self.salesperson_a, "One", self.NOON)
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1)
        self._tell(self.salesperson_a, "Two", local("2027-03-01 22:00:00"))
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1, "quiet")
        self._run(self.MORNING)
        self.assertEqual(self._get_messages(self.salesperson_a)[-1].subject, "Two")

    def test_own_choice(self):
        """Each chooses in the own preferences, and nobody for a colleague."""
        user = self.salesperson_a
        user.with_user(user).write({"process_notice": "now"})
        self._tell(user | self.salesperson_b, "News", self.NOON)
        self.assertEqual(len(self._get_messages(user)), 1)
        self.assertFalse(self._get_messages(self.salesperson_b))
        user.with_user(user).write({"process_notice": "none"})
        for values in ({}, {"today": True}):
            self._tell(user, "No news", self.NOON, **values)
        self.assertFalse(self._get_waiting(user))
        self._tell(user, "Answer", self.NOON, answer=True)
        self.assertEqual(self._get_messages(user)[-1].subject, "Answer")
        self.assertEqual(len(self._get_messages(user)), 2)
        with self.assertRaises(AccessError):
            user.with_user(self.salesperson_b).write({"process_notice": "none"})

    def test_whose_hours(self):
        """Own team, led team, else a team of the company; none where all are off."""
        get_team = self.Notice._get_team
        self.assertEqual(get_team(self.salesperson_a.sudo()), self.team_east)
        self.assertEqual(get_team(self.leader_west.sudo()), self.team_west)
        self.assertEqual(get_team(self.director.sudo()), self.team_east)
        self.assertEqual(get_team(self.salesperson_x.sudo()), self.team_c2)
        (self.team_east | self.team_west | self.team_c2).process_mode = "off"
        self.assertFalse(get_team(self.salesperson_a.sudo()))
        self._tell(self.salesperson_a, "Off", local("2027-03-01 23:00:00"))
        self.assertEqual(self._get_messages(self.salesperson_a).subject, "Off")

    def test_no_query_for_teams_that_are_off(self):
        (self.team_east | self.team_west | self.team_c2).process_mode = "off"
        user = self.salesperson_e.sudo()
        self.Notice._get_moments(user)
        with self.assertQueryCount(0):
            self.assertEqual(self.Notice._get_moments(user), {user: None})

    def test_hours_of_a_day(self):
        for name in ("process_notice_hour", "process_quiet_from", "process_quiet_to"):
            for value in (-0.01, 24.0):
                with (
                    self.subTest(name=name, value=value),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    self.team_east[name] = value
                    self.env.flush_all()
            self.team_east[name] = 23.99
            self.team_east[name] = 0
        self.env.flush_all()

    def test_only_administrators_set_the_hours(self):
        with self.assertRaises(AccessError):
            self.team_east.with_user(self.salesperson_a).process_notice_hour = 3

    def test_what_is_assigned_in_quiet_hours(self):
        """An answer that is asked at night is asked in the morning, once."""
        lead = self._create_lead(self.salesperson_a, partner_name="Acme")
        user = self.salesperson_a

        def ask(at, kind):
            with self._at(at):
                lead.with_user(self.leader_east).sudo().activity_schedule(
                    kind, user_id=user.id, note="Whose is it?"
                )
                self.env.flush_all()

        ours = "sales_process_mgmt.mail_activity_type_invitation"
        told = len(self._get_messages(user))
        ask(self.NOON, ours)
        self.assertEqual(len(self._get_messages(user)), told + 1, "by day")
        self.assertFalse(self._get_waiting(user))
        ask(local("2027-03-01 23:00:00"), ours)
        ask(local("2027-03-01 23:00:00"), "mail.mail_activity_data_call")
        self.assertEqual(len(self._get_messages(user)), told + 2, "Odoo's own kind")
        self.assertTrue(self._get_waiting(user).needs_answer)
        self._run(self.MORNING)
        message = self._get_messages(user)[-1]
        self.assertIn("Whose is it?", message.body)
        self.assertIn("Inquiry", message.subject)

    # -- what ------------------------------------------------------------

    def test_the_same_is_told_once(self):
        user = self.salesperson_a
        lead = self._create_lead(user)
        for record in (None, None, lead, lead):
            self._tell(user, "Same", self.NOON, record)
        self.assertEqual(len(self._get_waiting(user)), 2, "once about each record")
        self._tell(user, "Other", self.NOON)
        self.assertEqual(len(self._get_waiting(user)), 3)
        self._run(self.MORNING)
        self.assertEqual(self._get_messages(user).body.count("Other"), 2)
        self._tell(user, "Same", self.MORNING)
        self.assertEqual(len(self._get_waiting(user)), 1, "told again another day")

    def test_an_answer_pulls_it_forward(self):
        """What waits already is told when its answer is asked, not later."""
        user = self.salesperson_a
        self.team_east.process_notice_hour = 12
        night = local("2027-03-01 22:00:00")
        self._tell(user, "Same", night)
        self.assertEqual(self._get_waiting(user).date_due, local("2027-03-02 12:00:00"))
        self._tell(user, "Same", night + SECOND, answer=True)
        line = self._get_waiting(user)
        self.assertEqual(line.date_due, self.MORNING)
        self.assertTrue(line.needs_answer)
        self._tell(user, "Same", night + 2 * SECOND)
        self.assertEqual(self._get_waiting(user).date_due, self.MORNING)

    def test_on_the_list_already(self):
        """What stands on the to-do list is taken along, and never alone."""
        user = self.salesperson_a
        until = local("2027-03-03 17:00:00")
        self._tell(user, "Report", self.NOON, until=until)
        self.assertFalse(self._run(self.MORNING))
        self.assertEqual(self._get_waiting(user).date_until, until)
        self._tell(user, "News", self.MORNING)
        self._run(local("2027-03-03 08:00:00"))
        message = self._get_messages(user)
        self.assertEqual(len(message), 1)
        self.assertIn("Report", message.body)
        self.assertFalse(self._get_waiting(user))

    def test_on_the_list_too_long(self):
        user = self.salesperson_a
        until = local("2027-03-02 08:00:00")
        self._tell(user, "Report", self.NOON, until=until)
        self._tell(user, "News", self.NOON)
        self._run(until)
        self.assertEqual(self._get_messages(user).subject, "News", "it is over")
        with self._at(until - SECOND):
            self.Line._gc_told()
            self.assertTrue(self._get_waiting(user))
        with self._at(until):
            self.Line._gc_told()
            self.assertFalse(self._get_waiting(user))

    def test_on_the_list_but_told_at_once(self):
        """Whoever wants everything at once gets it, and after the night."""
        user = self.salesperson_a
        user.process_notice = "now"
        until = local("2027-03-05 17:00:00")
        self._tell(user, "Report", self.NOON, until=until)
        self.assertEqual(len(self._get_messages(user)), 1)
        self._tell(user, "Other", local("2027-03-01 22:00:00"), until=until)
        self._run(self.MORNING)
        self.assertEqual(self._get_messages(user)[-1].subject, "Other")

    def _prepare(self, moments, text="Same", why="work", **values):
        """The rows of what waits for somebody at these moments: ``(due, until)``."""
        rows = []
        with self._at(self.NOON):
            for moment in moments:
                rows += self.Line._prepare_waiting(
                    {moment: values.get("users", self.salesperson_a)},
                    text,
                    Markup("<p>%s</p>") % text,
                    why,
                    record=values.get("record"),
                    answer=values.get("answer", False),
                )
        return rows

    def test_the_same_twice_in_one_batch(self):
        """As if it were told one after the other: the earliest moment, the strictest.

        A batch of a release tells the same person of several runs at once.
        """
        early, late = self.MORNING, self.MORNING + timedelta(days=1)
        until = late + SECOND
        for moments, due, told_until in (
            ([(early, None)], early, None),
            ([(early, None), (late, None)], early, None),
            ([(late, None), (early, None)], early, None),
            ([(late, None), (early, None), (late, None)], early, None),
            ([(early, until), (late, until)], early, until),
            ([(early, until), (late, None)], early, None),
            ([(late, None), (early, until)], early, None),
        ):
            for is_at_once in (True, False):
                with (
                    self.subTest(moments=moments, is_at_once=is_at_once),
                    self.env.cr.savepoint() as savepoint,
                ):
                    rows = self._prepare(moments)
                    for batch in [rows] if is_at_once else [[row] for row in rows]:
                        self.Line._keep(batch)
                    line = self._get_waiting(self.salesperson_a)
                    self.assertEqual(len(line), 1)
                    self.assertEqual(line.date_due, due)
                    self.assertEqual(line.date_until or None, told_until)
                    savepoint.close(rollback=True)
                self.env.invalidate_all()

    def test_an_answer_stays_asked(self):
        """Whichever of the two asks for it, and comes first."""
        moments = [(self.MORNING, None)]
        for first, second in ((True, False), (False, True), (False, False)):
            with self.subTest(first=first), self.env.cr.savepoint() as savepoint:
                self.Line._keep(
                    self._prepare(moments, answer=first)
                    + self._prepare(moments, answer=second)
                )
                line = self._get_waiting(self.salesperson_a)
                self.assertEqual(line.needs_answer, first or second)
                savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_a_batch_of_people_and_things(self):
        """Each person is told each thing once, by two statements for doubles."""
        both = self.salesperson_a | self.salesperson_b
        lead = self._create_lead(self.salesperson_a)
        moments = [(self.MORNING, None)] * 2
        rows = self._prepare(moments, users=both)
        rows += self._prepare(moments, text="Else", users=self.salesperson_b)
        rows += self._prepare(moments, record=lead)
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.Line._keep(rows)
        with self.assertQueryCount(0):
            self.Line._keep([])
        said = {
            user: sorted(
                (line.subject, line.res_id) for line in self._get_waiting(user)
            )
            for user in both
        }
        self.assertEqual(
            said,
            {
                self.salesperson_a: [("Same", 0), ("Same", lead.id)],
                self.salesperson_b: [("Else", 0), ("Same", 0)],
            },
        )
        # what has been told is told again when it happens again
        self._get_waiting(self.salesperson_b).sudo().date_sent = self.NOON
        self.Line._keep(rows)
        self.assertEqual(len(self._get_waiting(self.salesperson_b)), 2)
        self.assertEqual(
            self.Line.search_count([("user_id", "=", self.salesperson_b.id)]), 4
        )

    def test_rows_of_what_waits(self):
        """Nobody has none; a reason that is unknown, and a text that is code."""
        nobody = self.salesperson_a.browse()
        self.assertEqual(self._prepare([(self.MORNING, None)], users=nobody), [])
        self.assertEqual(self._prepare([]), [])
        for why, reason in (("leader", "leader"), ("no such", "work"), ("", "work")):
            (row,) = self._prepare([(self.MORNING, None)], why=why)
            self.assertEqual(row["reason"], reason)
            self.assertEqual((row["res_model"], row["res_id"]), (None, None))
        moment = {(self.MORNING, None): self.salesperson_a}
        (row,) = self.Line._prepare_waiting(
            moment, None, Markup("<p>x<script>y</script></p>"), "work"
        )
        self.assertEqual(row["subject"], "")
        self.assertNotIn("script", row["body"])
        # what makes it another thing
        lead, other = (self._create_lead(self.salesperson_a) for _row in range(2))
        marks = {
            rows[0]["fingerprint"]
            for rows in (
                self._prepare([(self.MORNING, None)]),
                self._prepare([(self.NOON, None)], answer=True, why="leader"),
                self._prepare([(self.MORNING, None)], text="Else"),
                self._prepare([(self.MORNING, None)], record=lead),
                self._prepare([(self.MORNING, None)], record=other),
                self._prepare([(self.MORNING, None)], record=lead.ownership_id),
            )
        }
        self.assertEqual(len(marks), 5, "the moment and the reason are no part of it")

    def test_becomes_news(self):
        """What may be told by the way is told by itself where somebody insists."""
        user = self.salesperson_a
        self._tell(user, "Report", self.NOON, until=local("2027-03-05 17:00:00"))
        self._tell(user, "Report", self.NOON)
        self.assertFalse(self._get_waiting(user).date_until)
        self._tell(user, "Report", self.NOON, until=local("2027-03-05 17:00:00"))
        self.assertFalse(self._get_waiting(user).date_until, "and stays so")
        self.assertEqual(self._run(self.MORNING), user)

    def test_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson_a.lang, self.salesperson_b.lang = "zh_CN", "en_US"
        with self._at(self.NOON):
            for number in (1, 2):
                self.Notice._tell(
                    self.salesperson_a | self.salesperson_b,
                    lambda env, number=number: (f"{env.lang} {number}", ""),
                )
        asked = []
        render = type(self.Line)._render_section

        def spy(lines, title):
            asked.append((lines.user_id, lines.env.lang))
            return render(lines, title)

        with patch.object(type(self.Line), "_render_section", spy):
            self._run(self.MORNING)
        self.assertIn((self.salesperson_a, "zh_CN"), asked)
        self.assertIn((self.salesperson_b, "en_US"), asked)
        self.assertNotIn((self.salesperson_a, "en_US"), asked)
        self.assertIn("zh_CN 1", self._get_messages(self.salesperson_a).body)
        self.assertIn("en_US 2", self._get_messages(self.salesperson_b).body)

    def test_why_and_where_to_change_it(self):
        for why, sentence in self.Notice._get_reasons().items():
            body = self._ask_why(self.salesperson_a, why)
            self.assertIn(sentence, body)
            self.assertIn("sales_process_preferences_action", body)
        body = self._ask_why(self.salesperson_a, "made up")
        self.assertIn("it concerns your work", body)
        selection = dict(self.Line._fields["reason"].selection)
        self.assertEqual(selection.keys(), self.Notice._get_reasons().keys())
        self._tell(self.salesperson_b, "Queued", self.NOON, why="made up")
        self.assertEqual(self._get_waiting(self.salesperson_b).reason, "work")

    def test_nothing_in_a_text_is_code(self):
        user = self.salesperson_a
        text = "<script>alert(1)</script>"
        self._tell(user, text, self.NOON)
        self._tell(user, "Other", self.NOON)
        with self._at(self.NOON):
            self.Notice._tell(
                user, lambda env: ("Bad", Markup("<p>x<script>alert(2)</script></p>"))
            )
        self._run(self.MORNING)
        self.assertNotIn("<script>", self._get_messages(user).body)
        self.assertNotIn("alert(2)", self._get_messages(user).body)

    def test_author_is_kept(self):
        partner = self.leader_east.partner_id
        self._tell(
            self.salesperson_a, "One", self.NOON, author_id=partner.id, why="leader"
        )
        self._run(self.MORNING)
        self.assertEqual(self._get_messages(self.salesperson_a).author_id, partner)

    def test_record_that_is_gone(self):
        lead = self._create_lead(self.salesperson_a)
        self._tell(self.salesperson_a, "Gone", self.NOON, lead)
        line = self._get_waiting(self.salesperson_a)
        lead.unlink()
        with self.assertRaisesRegex(UserError, "deleted"):
            line.with_user(self.salesperson_a).action_open()
        self._run(self.MORNING)
        self.assertEqual(self._get_messages(self.salesperson_a).subject, "Gone")

    # -- nothing is lost -------------------------------------------------

    def test_whoever_left(self):
        """What waits for somebody who has left goes to the leader."""
        user = self.salesperson_a
        self._tell(user, "Waiting", self.NOON)
        self._tell(self.leader_east, "Waiting", self.NOON)
        user.active = False
        self._run(self.MORNING)
        self.assertFalse(self._get_messages(user))
        self.assertEqual(len(self._get_messages(self.leader_east)), 1)
        self._run(self.MORNING + SECOND)
        message = self._get_messages(self.leader_east)[-1]
        self.assertEqual(message.subject, "Waiting")
        self.assertIn(f"Meant for {user.name}, who has left.", message.body)

    def test_leader_who_left(self):
        """Without a leader a sales administrator is told."""
        user = self.leader_east
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_east.id, "user_id": user.id}
        )
        self._tell(user, "Waiting", self.NOON)
        user.active = False
        self._run(self.MORNING)
        line = self.Line.search([("left_user_id", "=", user.id)])
        self.assertTrue(line.user_id.active)
        self.assertTrue(line.user_id.has_group("sales_team.group_sale_manager"))

    def test_nobody_to_tell(self):
        user = self.office_user
        self._tell(user, "Waiting", self.NOON)
        user.active = False
        nobody = self.env["res.users"]
        with (
            patch.object(
                type(self.env["crm.team"]), "_get_deciders", lambda *args: nobody
            ),
            self.assertLogs("odoo.addons.sales_process_mgmt", "WARNING"),
        ):
            self._run(self.MORNING)
        self.assertEqual(len(self._get_waiting(user)), 1, "kept")
        user.active = True
        self._run(self.MORNING + timedelta(days=1))
        self.assertEqual(self._get_messages(user).subject, "Waiting")

    def test_one_who_cannot_be_told(self):
        """A failure pauses one person; the others are told."""
        self._tell(self.salesperson_a | self.salesperson_b, "News", self.NOON)
        with self._at(self.MORNING):
            self.Line._fail(self.salesperson_a.id, ValueError("broken"))
        self.assertEqual(self._run(self.MORNING), self.salesperson_b)
        self.assertFalse(self._get_messages(self.salesperson_a))
        later = self.MORNING + timedelta(hours=1, seconds=1)
        self.assertEqual(self._run(later), self.salesperson_a)
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1)
        failures = self.env["sales.process.failure"].search(
            [("model", "=", "res.users"), ("res_id", "=", self.salesperson_a.id)]
        )
        self.assertFalse(failures, "forgotten where it works again")

    def test_batches(self):
        """People are selected batch after batch; see the race for two servers."""
        user = self.salesperson_a
        self._tell(user | self.salesperson_b, "News", self.NOON)
        self.assertEqual(
            self._select(ids=[user.id]), user, "selected alone where it is named"
        )
        self.assertEqual(self._select(without=[user.id]), self.salesperson_b)
        self.assertEqual(self._select(after=user.id) & user, user.browse())

    def _select(self, **values):
        with self._at(self.MORNING):
            return self.Line._select_readers(100, **values)

    def test_told_is_forgotten_after_a_month(self):
        self._tell(self.salesperson_a, "News", self.NOON)
        self._run(self.MORNING)
        line = self.Line.search([("user_id", "=", self.salesperson_a.id)])
        with self._at(self.MORNING + timedelta(days=30)):
            self.Line._gc_told()
        self.assertTrue(line.exists())
        with self._at(self.MORNING + timedelta(days=30, seconds=1)):
            self.Line._gc_told()
        self.assertFalse(line.exists())

    # -- my notices ------------------------------------------------------

    def test_my_notices(self):
        user = self.salesperson_a
        lead = self._create_lead(user)
        self._tell(user, "One", self.NOON, lead)
        self._tell(user, "Two", self.NOON)
        self._tell(self.leader_east, "Three", self.NOON)
        mine = self.Line.with_user(user)
        found = mine.search([])
        self.assertEqual(set(found.mapped("subject")), {"One", "Two"})
        one = found.filtered(lambda line: line.subject == "One")
        self.assertEqual(one.action_open()["res_id"], lead.id)
        with self.assertRaisesRegex(UserError, "no single record"):
            (found - one).action_open()
        found.action_tell_now()
        self.assertFalse(self._run(self.MORNING) & user)
        self.assertFalse(self._get_messages(user), "read already")
        for stranger in (self.leader_east, self.director, self.salesperson_b):
            self.assertFalse(found.with_user(stranger).has_access("read"))
            for method in ("action_open", "action_tell_now"):
                with self.assertRaises(AccessError):
                    getattr(one.with_user(stranger), method)()

    def test_nobody_writes_notices(self):
        self._tell(self.salesperson_a, "One", self.NOON)
        line = self._get_waiting(self.salesperson_a)
        for user in (self.salesperson_a, self.director):
            own = line.with_user(user)
            with self.assertRaises(AccessError):
                own.write({"subject": "Mine"})
            with self.assertRaises(AccessError):
                own.unlink()
            with self.assertRaises(AccessError):
                self.Line.with_user(user).with_context(
                    default_user_id=self.leader_east.id
                ).create({"subject": "Mine"})
        with self.assertRaises(AccessError):
            line.with_user(self.director).sudo(False).action_tell_now()

    def test_preferences_open(self):
        action = self.env.ref("sales_process_mgmt.sales_process_preferences_action")
        for user in (self.salesperson_a, self.office_user):
            opened = action.with_user(user).run()
            self.assertEqual(opened["res_model"], "res.users")
            self.assertEqual(opened["res_id"], user.id)

    # -- a month ---------------------------------------------------------

    def _play_month(self):
        """What a salesperson and a leader are told in a month; days from 1 March 2027.

        Each working day: a reminder of the daily report, customers to contact in time;
        by turns customers lost and received, notes of the leader, changed contact
        details, claims. Once a week a report that is due and one with a comment, twice
        a month a customer who came in.

        :return: ``{res.users: number of messages}``
        """
        people = self.salesperson_a | self.leader_east
        before = {user: len(self._get_messages(user)) for user in people}
        for number in range(31):
            day = date(2027, 3, 1) + timedelta(days=number)

            def tell(text, hour, day=day, **values):
                moment = local(f"{day} {hour}")
                self._tell(people, f"{text} {day}", moment, **values)

            tomorrow = local(f"{day + timedelta(days=1)} 23:59:59")
            self._run(local(f"{day} 08:00:00"))
            if day.weekday() < 5:
                tell("To contact", "00:05:00", until=tomorrow)
                tell("Reports to submit", "15:00:00", until=local(f"{day} 17:00:00"))
            if day.weekday() == 1:
                tell("Released", "00:10:00", why="customer")
                tell("Received", "09:05:00", why="customer")
                tell("Comment", "17:30:00", why="report")
                tell("Contact changed", "18:00:00")
            if day.weekday() == 6:
                tell("Weekly report", "15:00:00", today=True)
            if day.day in (10, 24):
                tell("Here", "11:00:00", answer=True)
        self._run(local("2027-04-01 08:00:00"))
        return {user: len(self._get_messages(user)) - before[user] for user in people}

    def test_month(self):
        """A month of 72 notices becomes at most a third of them."""
        self.team_east.write(
            {"process_notice": "now", "process_quiet_from": 0, "process_quiet_to": 0}
        )
        at_once = self._play_month()
        self.team_east.write(
            {"process_notice": "daily", "process_quiet_from": 21, "process_quiet_to": 8}
        )
        daily = self._play_month()
        for user, number in at_once.items():
            self.assertGreater(number, 60)
            self.assertLessEqual(daily[user], number / 3)
            self.assertGreaterEqual(daily[user], 1)
