# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import sales_process_retry

from .common import VIOLATION, ViolationCommon

TYPE = "sales.process.violation.type"


@tagged("post_install", "-at_install")
class TestViolationLimits(ViolationCommon):
    """Both sides of each limit of a type, of a record, and of the points."""

    def test_numbers_of_a_type(self):
        """The least and the most are kept, one beyond is refused."""
        Type = self.env[TYPE].with_user(self.director)
        for name, most in (
            ("points", 1000),
            ("repeat_points", 1000),
            ("expire_months", 1200),
            ("repeat_times", 1000),
            ("statement_days", 365),
            ("appeal_days", 365),
        ):
            for value in (0, most):
                kind = Type.create({"name": "Limits", name: value})
                kind.flush_recordset()
                self.assertEqual(kind[name], value)
            for value in (-1, most + 1):
                with (
                    self.subTest(field=name, value=value),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(IntegrityError),
                    self.env.cr.savepoint(),
                ):
                    Type.create({"name": "Limits", name: value}).flush_recordset()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_only_administrators_make_types(self):
        for user in (self.salesperson_a, self.leader_east):
            kind = self.kind.with_user(user)
            self.assertEqual(kind.name, "Discount")
            with self.subTest(user=user.login):
                for act in (
                    lambda kind=kind: kind.create({"name": "Mine"}),
                    lambda kind=kind: kind.write({"points": 0}),
                    kind.unlink,
                    kind.copy,
                ):
                    with self.assertRaises(AccessError):
                        act()
        with self.assertRaises(AccessError):
            self.kind.with_user(self.office_user).read(["name"])
        self.assertEqual(self.kind.points, 2)

    def test_type_that_was_used_is_not_deleted(self):
        self._record()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.kind.with_user(self.director).unlink()
        self.kind.with_user(self.director).active = False
        # archived, what was recorded is still heard and decided
        row = self.env[VIOLATION].search([("type_id", "=", self.kind.id)])
        self._say(self.director, row, "uphold")
        self.assertEqual(row.points, 2)

    def test_copy_of_a_type_proposes_nothing(self):
        kind = self._create_type(name="Auto", fact_kind="policy_unconfirmed")
        copy = kind.with_user(self.director).copy()
        self.assertFalse(copy.fact_kind)
        self.assertEqual(copy.points, kind.points)

    def test_days_of_another_age(self):
        """A sentence, not an error of the calendar."""
        for day in ("9999-12-31", "2300-01-01", "1500-01-01", "2027-03-11"):
            with self.subTest(day=day), self.assertRaises(UserError):
                self._record(date=day)
        # today where the person works, which is tomorrow in London
        moment = "2027-03-10 16:30:00"
        self.assertTrue(self._record(date="2027-03-11", moment=moment))
        with self.assertRaisesRegex(UserError, "still to come"):
            self._record(date="2027-03-12", moment=moment)

    def test_texts(self):
        """Both sides of what may be written, also in pieces."""
        self.assertTrue(self._record(note="x" * 100_000))
        row = self._record()
        day = "2027-03-11 02:00:00"
        with self.assertRaises(ValidationError):
            self._say(self.salesperson_a, row, "statement", "x" * 10_001, day)
        for _time in range(9):
            self._say(self.salesperson_a, row, "statement", "x" * 10_000, day)
        self._say(self.salesperson_a, row, "statement", "y" * 9_982, day)
        self.assertEqual(len(row.statement), 100_000)
        with self.assertRaises(ValidationError):
            self._say(self.salesperson_a, row, "statement", "z", day)
        self.assertEqual(len(row.statement), 100_000)
        # all that was said still finds room when it is heard anew
        row.sudo()._withdraw("leave")
        row.sudo().appeal = "a" * 100
        row.sudo()._reopen()
        self.assertEqual(len(row.statement), 100_000)
        for text in ("x\x00", "\ud800"):
            with self.assertRaises(UserError):
                self._record(note=text)

    def test_no_days_to_be_heard_or_to_appeal(self):
        """0 days: until the end of the day on which it is recorded or decided."""
        self.kind.write({"statement_days": 0, "appeal_days": 0})
        row = self._record()
        self.assertEqual(row.date_statement_due, datetime(2027, 3, 10, 15, 59, 59))
        with self.assertRaisesRegex(UserError, "may say what happened until"):
            self._say(self.director, row, "uphold", moment="2027-03-10 15:59:59")
        self._say(self.director, row, "uphold", moment="2027-03-10 16:00:00")
        self.assertEqual(row.date_appeal_due, datetime(2027, 3, 11, 15, 59, 59))
        self._say(self.salesperson_a, row, "appeal", moment="2027-03-11 15:59:59")
        self.assertEqual(row.state, "appealed")

    # ------------------------------------------------------------
    # POINTS
    # ------------------------------------------------------------

    def test_table_of_the_ladder(self):
        """Severity, points and the times from which it is heavier."""
        for severity, points, repeat_points, times, second in (
            # never
            ("minor", 2, 5, 0, (2, "minor")),
            # from the second, from the third
            ("minor", 2, 5, 2, (5, "serious")),
            ("minor", 2, 5, 3, (2, "minor")),
            # never lighter than the first time
            ("minor", 4, 1, 2, (4, "serious")),
            ("serious", 2, 5, 2, (5, "serious")),
            ("grave", 2, 5, 2, (5, "grave")),
            # weighs nothing, but counts
            ("minor", 0, 0, 2, (0, "serious")),
        ):
            kind = self._create_type(
                name=f"{severity} {times}",
                severity=severity,
                points=points,
                repeat_points=repeat_points,
                repeat_times=times,
            )
            first = self._upheld(type_id=kind.id, date="2027-03-02")
            row = self._upheld(type_id=kind.id, date="2027-03-02")
            with self.subTest(type=kind.name, points=points):
                self.assertEqual((row.points, row.severity), second)
                self.assertEqual((first.points, first.severity), (points, severity))
                self.assertEqual((first.occurrence, row.occurrence), (1, 2))

    def test_from_the_first_time(self):
        self.kind.repeat_times = 1
        row = self._upheld()
        self.assertEqual((row.occurrence, row.points, row.severity), (1, 3, "serious"))

    def test_repetition_weighs_as_it_was_recorded(self):
        """Case 17: other points of the type change no repetition of before."""
        self._upheld(date="2027-03-01")
        self._upheld(date="2027-03-02")
        third = self._upheld(date="2027-03-03")
        self.assertEqual((third.occurrence, third.points), (3, 3))
        self.kind.write({"points": 7, "repeat_points": 9, "repeat_times": 2})
        # whatever counts the ladder anew
        fourth = self._upheld(date="2027-03-04")
        self.assertEqual((third.points, fourth.points), (3, 9))

    def test_recorded_out_of_order(self):
        """What happened first counts first, whenever it was recorded."""
        later = self._upheld(date="2027-03-09")
        self.assertEqual(later.occurrence, 1)
        self._upheld(date="2027-03-08")
        earliest = self._upheld(date="2027-03-01")
        self.assertEqual((earliest.occurrence, later.occurrence), (1, 3))
        self.assertEqual((earliest.points, later.points), (2, 3))

    def test_expires_on_the_day(self):
        """The last day counts, the next one does not, where the person works."""
        self.kind.expire_months = 1
        row = self._upheld(date="2027-03-09")
        self.assertEqual(row.date_expire, date(2027, 4, 8))
        for moment, expired in (
            ("2027-04-08 15:59:59", False),
            ("2027-04-08 16:00:00", True),
        ):
            with self.subTest(moment=moment), self._at(moment):
                row.invalidate_recordset()
                self.assertEqual(row.is_expired, expired)
        self.kind.expire_months = 0
        forever = self._record()
        self.assertFalse(forever.date_expire)
        with self._at("2090-01-01 00:00:00"):
            self.assertFalse(forever.is_expired)

    # ------------------------------------------------------------
    # WHO IS TOLD
    # ------------------------------------------------------------

    def test_each_step_tells_one_person(self):
        """Who acts, what it is called, and who hears of it: nobody else does."""
        row = self._record()
        Message = self.env["mail.message"]
        for user, kind, moment, subject, told in (
            (
                self.director,
                "uphold",
                "2027-03-20 02:00:00",
                "A violation was upheld",
                self.salesperson_a,
            ),
            (
                self.salesperson_a,
                "appeal",
                "2027-03-21 02:00:00",
                "An appeal waits for your decision",
                None,
            ),
            (
                self.administrator,
                "waive",
                "2027-03-22 02:00:00",
                "A violation was waived: it weighs nothing",
                self.salesperson_a,
            ),
        ):
            before = Message.search([])
            self._say(user, row, kind, "A secret reason", moment)
            people = told or row.decider_id
            fresh = Message.search([("subject", "=", subject)]) - before
            with self.subTest(kind=kind):
                self.assertEqual(fresh.partner_ids, people.partner_id)
                self.assertNotIn("A secret reason", "".join(fresh.mapped("body")))

    def test_one_message_for_many(self):
        """Of all that is proposed in a night a person hears once."""
        with self._at("2027-03-10 02:00:00"):
            rows = self.env[VIOLATION].create(
                [
                    {
                        "type_id": self.kind.id,
                        "user_id": self.salesperson_a.id,
                        "team_id": self.team_east.id,
                        "date": f"2027-03-0{day}",
                        "source": "fact",
                    }
                    for day in (1, 2, 3)
                ]
            )
            rows._withdraw("fact")
        Message = self.env["mail.message"]
        for subject in (
            "A violation was recorded: say what happened",
            "A violation waits for your decision",
            "A violation was withdrawn: it weighs nothing",
        ):
            with self.subTest(subject=subject):
                message = Message.search([("subject", "=", subject)])
                self.assertEqual(len(message), 1)
                for day in (1, 2, 3):
                    self.assertIn(f"2027-03-0{day}", message.body)
        nothing = self.env[VIOLATION]
        self.assertIsNone(nothing._withdraw("fact"))
        self.assertIsNone(nothing._reopen())
        self.assertEqual(rows.mapped("state"), ["withdrawn"] * 3)

    def test_many_are_joined_as_the_reader_writes(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson_a.lang = "zh_CN"
        people = self.salesperson_a | self.salesperson_b
        with self._at("2027-03-10 02:00:00"):
            rows = self.env[VIOLATION].create(
                [
                    {
                        "type_id": self.kind.id,
                        "user_id": user.id,
                        "team_id": self.team_east.id,
                        "date": f"2027-03-0{day}",
                        "source": "fact",
                    }
                    for user in people
                    for day in (1, 2)
                ]
            )
        for user, mark in (
            (self.salesperson_a, "；"),
            (self.salesperson_b, "; "),
        ):
            names = rows.filtered(lambda row, user=user: row.user_id == user)
            message = self.env["mail.message"].search(
                [("partner_ids", "=", user.partner_id.id)], limit=1, order="id desc"
            )
            self.assertIn(mark.join(names.mapped("display_name")), message.body)

    # ------------------------------------------------------------
    # SWITCHES AND THE NIGHT
    # ------------------------------------------------------------

    def test_switching_on(self):
        """The day is set once, by the switch, and by nobody else."""
        team = self._create_team(
            "Team North", "enforce", self.leader_west, self.env["res.users"]
        )
        self.assertFalse(team.process_violation_from)
        with self._at("2027-03-10 16:00:00"):
            team.with_user(self.director).process_violation = True
            today = self._today(self.director)
        self.assertEqual(team.process_violation_from, today)
        with self._at("2027-03-15 02:00:00"):
            # on already: nothing begins anew
            team.with_user(self.director).process_violation = True
            self.assertEqual(team.process_violation_from, today)
            team.process_violation = False
            team.process_violation = True
            self.assertEqual(team.process_violation_from, date(2027, 3, 15))
            copy = team.copy()
            self.assertEqual(
                bool(copy.process_violation), bool(copy.process_violation_from)
            )
        with self.assertRaises(AccessError):
            team.with_user(self.director).process_violation_from = "2020-01-01"
        with self.assertRaises(AccessError):
            self.team_east.with_user(self.salesperson_a).process_violation = False

    def test_lost_races_are_left_to_the_next_run(self):
        with (
            patch.object(
                sales_process_retry, "repeat_lost_races", return_value=False
            ) as race,
            patch.object(sales_process_retry._logger, "info") as info,
            patch.object(type(self.env["ir.cron"]), "_commit_progress") as progress,
        ):
            self.env[VIOLATION]._cron_violations()
        self.assertTrue(race.called)
        progress.assert_called_with(remaining=0)
        self.assertEqual(info.call_count, race.call_count)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_evidence_that_is_not_for_the_reader(self):
        """Whoever decides reads the violation, and of its evidence what is theirs."""
        row = self._record()
        lead = self._create_lead(self.salesperson_b)
        row.sudo().write({"res_model": "crm.lead", "res_id": lead.id, "evidence": "X"})
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "You may not open this"):
            row.with_user(self.salesperson_a).action_open_evidence()
        action = row.with_user(self.director).action_open_evidence()
        self.assertEqual(
            (action["res_model"], action["res_id"], action["name"]),
            ("crm.lead", lead.id, "X"),
        )
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_b).action_open_evidence()
        # an addon that is gone
        row.sudo().res_model = "gone.model"
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            row.with_user(self.director).action_open_evidence()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_other_company(self):
        """Neither recorded nor read from there, by its administrators neither."""
        row = self._record()
        far = self.director.copy(
            {
                "login": "far_director",
                "company_id": self.company_2.id,
                "company_ids": [(6, 0, self.company_2.ids)],
            }
        )
        self.assertFalse(row.with_user(far).has_access("read"))
        self.assertNotIn(far, row._get_eligible())
        with self.assertRaises(AccessError):
            self._record(by=far)
        with self.assertRaises(AccessError):
            self._say(far, row, "waive")
        self.assertEqual(row.state, "open")
