# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import ROW, VIOLATION, ViolationCommon


@tagged("post_install", "-at_install")
class TestViolation(ViolationCommon):
    """Recorded, heard, decided by somebody else, appealed."""

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    def test_record(self):
        row = self._record()
        self.assertEqual((row.state, row.source, row.points), ("open", "hand", 0))
        self.assertEqual(row.recorded_by_id, self.leader_east)
        self.assertEqual((row.base_points, row.severity), (2, "minor"))
        self.assertEqual(row.company_id, self.company)
        # heard for three days of presence after the tenth
        self.assertEqual(row.date_statement_due, datetime(2027, 3, 13, 15, 59, 59))
        messages = self.env["mail.message"].search(
            [("subject", "=", "A violation was recorded: say what happened")]
        )
        self.assertEqual(messages.partner_ids, self.salesperson_a.partner_id)

    def test_each_reads_it_in_the_own_language(self):
        """Whoever records it is not shown the words of whom it is about."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.kind.with_context(lang="zh_CN").name = "违规折扣"
        for person, recorder, mine in (
            ("zh_CN", "en_US", "Discount"),
            ("en_US", "zh_CN", "违规折扣"),
        ):
            self.salesperson_a.lang = person
            self.leader_east.lang = recorder
            row = self._record()
            told = self.env["mail.message"].search(
                [("partner_ids", "in", self.salesperson_a.partner_id.ids)],
                order="id desc",
                limit=1,
            )
            other = {"Discount": "违规折扣", "违规折扣": "Discount"}[mine]
            with self.subTest(recorder=recorder):
                name = row.with_context(lang=recorder).display_name
                self.assertIn(mine, name)
                self.assertNotIn(other, name)
                self.assertIn(other, told.body)
                self.assertNotIn(mine, told.body)

    def test_who_records(self):
        """Case 14: not about oneself, one's own leader, nor in another team."""
        own = {"user_id": self.leader_east.id}
        for by, person, values in (
            (self.salesperson_a, self.salesperson_a, {}),
            (self.salesperson_a, self.leader_east, {}),
            (self.salesperson_a, self.salesperson_b, {}),
            (self.leader_east, self.leader_east, own),
            (self.leader_west, self.salesperson_a, {}),
            (self.office_user, self.salesperson_a, {}),
            (self.director, self.director, {}),
        ):
            with (
                self.subTest(by=by.login, person=person.login),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                self._record(person, by, **values)
        region = self._create_region(self.team_east)
        with self.assertRaisesRegex(AccessError, "leads you"):
            self._record(region, self.leader_east)
        # an administrator who sells in the team is led by its leader
        seller = mail_new_test_user(
            self.env,
            login="selling_manager",
            groups="base.group_user,sales_team.group_sale_manager",
            company_id=self.company.id,
        )
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_east.id, "user_id": seller.id}
        )
        with self.assertRaisesRegex(AccessError, "leads you"):
            self._record(self.leader_east, seller)
        self.assertTrue(self._record(self.leader_east, self.director))

    def test_what_is_recorded(self):
        """A day that has been, a person of the team, words, a team that takes part."""
        other = self._create_type(name="Other", company_id=self.company_2.id)
        for person, values in (
            (self.salesperson_a, {"date": "2027-03-11"}),
            (self.salesperson_d, {}),
            (self.salesperson_a, {"note": " "}),
            (self.salesperson_a, {"note": False}),
            (self.salesperson_a, {"type_id": other.id}),
            (self.salesperson_a, {"date": "0001-01-01"}),
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._record(person, **values)
        with self.assertRaises(ValidationError):
            self._record(note="x" * 100_001)
        self.team_east.process_violation = False
        with self.assertRaisesRegex(UserError, "records no violations"):
            self._record()

    def test_team_is_said(self):
        """Whoever leads no team says which; a default that finds none is no answer."""
        with self.assertRaisesRegex(ValidationError, "needs Team Then: fill it in"):
            self._record(by=self.director, team_id=False)
        self.assertFalse(self.director.process_led_team_ids)
        values = {
            "type_id": self.kind.id,
            "user_id": self.salesperson_a.id,
            "date": "2027-03-10",
            "note": "Late again",
        }
        Violation = self.env[VIOLATION].with_user(self.director)
        with (
            self._at("2027-03-10 02:00:00"),
            self.assertRaisesRegex(ValidationError, "needs Team Then: fill it in"),
        ):
            Violation.create(values)

    def test_policy_of_the_type(self):
        """Case 8: not before the policy was in effect, where the person works."""
        self.kind.policy_id = self.policy
        with self.assertRaisesRegex(UserError, "not in effect"):
            self._record()
        self._publish("2027-03-01 02:00:00", date_effect="2027-03-09")
        with self.assertRaisesRegex(UserError, "not in effect"):
            self._record(date="2027-03-08")
        self.assertTrue(self._record(date="2027-03-09"))

    def test_team_of_the_day(self):
        """Case 19: the team then decides; the new leader reads nothing."""
        member = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        )
        member.active = False
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_a.id}
        )
        row = self._record(self.salesperson_a, self.director)
        self.assertEqual(row.team_id, self.team_east)
        self.assertEqual(row.decider_id, self.leader_east)
        self.assertTrue(row.with_user(self.leader_east).has_access("read"))
        self.assertFalse(row.with_user(self.leader_west).has_access("read"))
        with self.assertRaises(AccessError):
            self._say(self.leader_west, row, "uphold")
        self._say(self.leader_east, row, "uphold")
        self.assertEqual(row.state, "upheld")

    # ------------------------------------------------------------
    # HEARD AND DECIDED
    # ------------------------------------------------------------

    def test_heard_before_it_is_upheld(self):
        row = self._record()
        with self.assertRaisesRegex(UserError, "may say what happened until"):
            self._say(self.director, row, "uphold", moment="2027-03-13 15:59:59")
        for user in (self.leader_east, self.salesperson_b, self.director):
            with (
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                self._say(user, row, "statement", moment="2027-03-11 02:00:00")
        with self.assertRaisesRegex(UserError, "Write something"):
            self._say(self.salesperson_a, row, "statement", "  ")
        self._say(self.salesperson_a, row, "statement", "Agreed by phone", "2027-03-11")
        self._say(self.salesperson_a, row, "statement", "With B", "2027-03-11")
        self.assertEqual(row.statement, "Agreed by phone\n\nWith B")
        self._say(self.director, row, "uphold", "No note of it", "2027-03-12 02:00:00")
        self.assertEqual((row.state, row.points), ("upheld", 2))
        self.assertEqual(
            (row.decision, row.decided_by_id.id), ("No note of it", self.director.id)
        )
        with self.assertRaisesRegex(UserError, "decided meanwhile"):
            self._say(self.salesperson_a, row, "statement", "More", "2027-03-12")
        with self.assertRaises(UserError):
            self._say(self.director, row, "waive")

    def test_not_heard_within_the_days(self):
        row = self._record()
        self._say(self.director, row, "uphold", moment="2027-03-13 16:00:00")
        self.assertEqual(row.state, "upheld")

    def test_recorder_does_not_decide(self):
        """Case 14: nor the person, nor who works below the person or the recorder."""
        row = self._record()
        for user in (self.leader_east, self.salesperson_a):
            with self.assertRaises(AccessError):
                self._say(user, row, "uphold")
            with self.assertRaises(AccessError):
                self._say(user, row, "waive")
        self.assertFalse(row.with_user(self.leader_east).can_decide)
        self.assertTrue(row.with_user(self.director).can_decide)
        region = self._create_region(self.team_east)
        by_region = self._record(by=self.director)
        self.assertEqual(by_region.decider_id, self.leader_east)
        about_leader = self._record(self.leader_east, self.director)
        self.assertEqual(about_leader.decider_id, region)
        for user in (self.salesperson_b, self.leader_east):
            self.assertFalse(about_leader._may_decide(user))
        # the region has recorded it: the leader works below, an administrator decides
        recorded = self._record(by=self.director)
        recorded.recorded_by_id = region
        self.assertFalse(recorded._may_decide(self.leader_east))
        self.assertTrue(recorded._may_decide(self.director))

    def test_administrators_decide_about_others(self):
        """Nobody decides in the own matter, administrators neither."""
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_east.id, "user_id": self.director.id}
        )
        row = self._record(self.director, self.administrator)
        self.assertFalse(row._may_decide(self.director))
        self.assertFalse(row._may_decide(self.administrator))
        for kind in ("uphold", "waive"):
            with self.assertRaises(AccessError):
                self._say(self.director, row, kind)
        # who leads the team in which the administrator sells
        self.assertEqual(row.decider_id, self.leader_east)
        self._say(self.leader_east, row, "waive")
        self.assertEqual(row.state, "waived")

    def test_only_one_leader(self):
        """Case 15: to whom the team reports, else an administrator, never nobody."""
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        row = self._record()
        self.assertIn(row.decider_id, managers)
        self.assertNotEqual(row.decider_id, self.leader_east)
        Team = type(self.team_east)
        reported = self.leader_west.sudo()
        with patch.object(Team, "_get_superior", lambda team: reported):
            row = self._record()
        self.assertEqual(row.decider_id, self.leader_west)
        self.assertTrue(row.with_user(self.leader_west).has_access("read"))
        region = self._create_region(self.team_east)
        self.assertEqual(self._record().decider_id, region)
        self.team_east.process_parent_id = False
        # the only administrator has recorded it, and nobody leads
        (managers - self.director).active = False
        self.team_east.user_id = False
        row = self._record(by=self.director)
        self.assertEqual(row.decider_id, self.director)

    def test_days_long_ago(self):
        """Two years are the limit, to the day; what is still to come is none."""
        # it is the tenth in Shanghai, and the eleventh from 16:00 UTC on
        last = date(2025, 3, 10)
        self.assertTrue(self._record(date=last))
        for day in (last - relativedelta(days=1), date(1990, 1, 1)):
            with (
                self.subTest(day),
                self.assertRaisesRegex(UserError, "more than 2 years ago"),
            ):
                self._record(date=day)
        with self.assertRaisesRegex(UserError, "more than 2 years ago"):
            self._record(date=last, moment="2027-03-10 16:30:00")
        with self.assertRaisesRegex(UserError, "still to come"):
            self._record(date=date(2027, 3, 11))
        self.assertTrue(
            self._record(date=date(2027, 3, 11), moment="2027-03-10 16:30:00")
        )

    def test_points_are_copied(self):
        """Case 17: other points of the type change nothing that was recorded."""
        row = self._record()
        self.kind.points = 5
        self.kind.severity = "grave"
        self._say(self.director, row, "uphold")
        self.assertEqual((row.points, row.severity), (2, "minor"))
        self.assertEqual(self._record().base_points, 5)

    def test_waived_stays_visible(self):
        """Case 20: as waived, without points, in the pivot as well."""
        row = self._record()
        self._say(self.director, row, "waive", "First time", "2027-03-10 03:00:00")
        self.assertEqual((row.state, row.points), ("waived", 0))
        Row = self.env[VIOLATION].with_user(self.salesperson_a)
        self.assertEqual(Row.search([]), row)
        groups = Row._read_group([], ["state"], ["points:sum", "__count"])
        self.assertEqual(groups, [("waived", 0, 1)])
        for values in ({"points": 3}, {"points": -1}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                row.write(values)
                self.env.flush_all()

    def test_asked_and_not_decided(self):
        """Who was asked reads it until it is decided, who has decided ever after."""
        region = self._create_region(self.team_east)
        one, two = self._record(), self._record()
        self.assertEqual((one | two).decider_id, region)
        self._say(self.director, one, "waive")
        self._say(region, two, "waive")
        self.assertFalse((one | two).decider_id)
        Row = self.env[VIOLATION].with_user(region)
        self.assertEqual(Row.search([]), two)

    # ------------------------------------------------------------
    # APPEAL
    # ------------------------------------------------------------

    def _open_dialog(self, user, row):
        action = row.with_user(user).action_uphold()
        Wizard = self.env[action["res_model"]].with_user(user)
        return Wizard.with_context(**action["context"]).new({})

    def test_dialog_of_the_first_decision(self):
        row = self._record()
        self.assertFalse(self._open_dialog(self.director, row).is_appealed)

    def test_appeal(self):
        """Suspends the points; a third one decides, once."""
        row = self._upheld(moment="2027-03-10 02:00:00")
        self.assertTrue(row.date_appeal_due)
        for user in (self.leader_east, self.director):
            with self.assertRaises(AccessError):
                self._say(user, row, "appeal", moment="2027-03-21 02:00:00")
        self._say(
            self.salesperson_a, row, "appeal", "B was there", "2027-03-21 02:00:00"
        )
        self.assertEqual(
            (row.state, row.points, row.appeal), ("appealed", 0, "B was there")
        )
        for user in (self.director, self.leader_east):
            with self.assertRaises(AccessError):
                self._say(user, row, "waive")
        # the dialog promises no second appeal
        dialog = self._open_dialog(self.administrator, row)
        self.assertTrue(dialog.is_appealed)
        self._say(
            self.administrator, row, "uphold", "Not enough", "2027-03-22 02:00:00"
        )
        self.assertEqual((row.state, row.points), ("upheld", 2))
        self.assertEqual(row.appeal_decided_by_id, self.administrator)
        self.assertEqual(row.decided_by_id, self.director)
        with self.assertRaisesRegex(UserError, "that is the end"):
            self._say(self.salesperson_a, row, "appeal", moment="2027-03-22 03:00:00")

    def test_appeal_that_succeeds(self):
        row = self._upheld()
        self._say(self.salesperson_a, row, "appeal", moment="2027-03-21 02:00:00")
        self._say(self.administrator, row, "waive", "Right", "2027-03-22 02:00:00")
        self.assertEqual((row.state, row.points), ("waived", 0))
        self.assertEqual(row.appeal_decision, "Right")

    def test_appeal_until_the_last_second(self):
        """Case 16: the seventh day ends where the person works, leave moves it."""
        row = self._upheld()  # on the 20th, ten o'clock in Shanghai
        self.assertEqual(row.date_appeal_due, datetime(2027, 3, 27, 15, 59, 59))
        with self._at("2027-03-27 15:59:59"):
            self.assertTrue(row.with_user(self.salesperson_a).can_appeal)
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "was over at"):
            self._say(self.salesperson_a, row, "appeal", moment="2027-03-27 16:00:00")
        with self._at("2027-03-27 16:00:00"):
            self._absent(
                self.salesperson_a, "2027-03-22 16:00:00", "2027-03-24 15:59:59"
            )
            self.env.flush_all()
        self.assertEqual(row.date_appeal_due, datetime(2027, 3, 29, 15, 59, 59))
        self._say(self.salesperson_a, row, "appeal", moment="2027-03-29 15:59:59")
        self.assertEqual(row.state, "appealed")

    # ------------------------------------------------------------
    # 21: THE LADDER
    # ------------------------------------------------------------

    def test_third_time_is_heavier(self):
        first = self._upheld(date="2027-03-02")
        second = self._upheld(date="2027-03-05")
        other = self._upheld(self.salesperson_b, date="2027-03-05")
        third = self._upheld(date="2027-03-09")
        rows = first | second | third
        self.assertEqual(rows.mapped("occurrence"), [1, 2, 3])
        self.assertEqual(rows.mapped("points"), [2, 2, 3])
        self.assertEqual(rows.mapped("severity"), ["minor", "minor", "serious"])
        self.assertEqual((other.occurrence, other.points), (1, 2))
        # an earlier one falls away: the third was the second
        self._say(self.salesperson_a, first, "appeal", moment="2027-03-21 02:00:00")
        self.assertEqual(
            (third.occurrence, third.points, third.severity), (2, 2, "minor")
        )
        self._say(self.administrator, first, "uphold", moment="2027-03-22 02:00:00")
        self.assertEqual(rows.mapped("points"), [2, 2, 3])

    def test_expired_ones_are_no_repetition(self):
        """Case 21: and the points of the month in which it happened stay."""
        self.kind.expire_months = 1
        old = self._upheld(date="2027-03-01")
        self._upheld(date="2027-03-02")
        row = self._record(date="2027-04-01", moment="2027-04-02 02:00:00")
        self._say(self.director, row, "uphold", moment="2027-04-20 02:00:00")
        self.assertEqual((row.occurrence, row.points), (2, 2))
        with self._at("2027-04-20 02:00:00"):
            self.env.invalidate_all()
            self.assertTrue(old.is_expired)
            self.assertFalse(row.is_expired)
        self.assertEqual(old.points, 2)
        metric = self.env.ref(
            "sales_process_mgmt_discipline.sales_process_metric_violation_points"
        )
        span = (datetime(2027, 2, 28, 16), datetime(2027, 3, 31, 16))
        found = metric._evaluate({self.salesperson_a.id: span}, self.company)
        self.assertEqual(found[metric][self.salesperson_a.id], 4)

    # ------------------------------------------------------------
    # PRIVATE
    # ------------------------------------------------------------

    def test_called_off_leave_makes_nobody_late_at_once(self):
        """Neither to be heard nor to appeal: today is left."""
        row = self._record()
        with self._at("2027-03-11 02:00:00"):
            absence = self._absent(
                self.salesperson_a, "2027-03-10 16:00:00", "2027-03-25 15:59:59"
            )
            self.env.flush_all()
        self.assertEqual(row.date_statement_due, datetime(2027, 3, 28, 15, 59, 59))
        with self._at("2027-03-20 02:00:00"):
            absence.action_refuse()
            self.env.flush_all()
        self.assertEqual(row.date_statement_due, datetime(2027, 3, 20, 15, 59, 59))
        self._say(self.director, row, "uphold", moment="2027-03-20 16:00:00")
        self.assertEqual(row.date_appeal_due, datetime(2027, 3, 28, 15, 59, 59))
        with self._at("2027-03-22 02:00:00"):
            absence = self._absent(
                self.salesperson_a, "2027-03-21 16:00:00", "2027-04-30 15:59:59"
            )
            self.env.flush_all()
        self.assertEqual(row.date_appeal_due, datetime(2027, 5, 7, 15, 59, 59))
        with self._at("2027-04-10 02:00:00"):
            absence.action_refuse()
            self.env.flush_all()
        self.assertEqual(row.date_appeal_due, datetime(2027, 4, 10, 15, 59, 59))

    def test_absences_of_many_are_read_once(self):
        vals_list = [
            {
                "type_id": self.kind.id,
                "user_id": person.id,
                "team_id": self.team_east.id,
                "date": "2027-03-09",
                "note": "Gave ten percent without asking",
            }
            for person in (self.salesperson_a, self.salesperson_b, self.salesperson_c)
        ]
        Users = type(self.env["res.users"])
        with (
            self._at("2027-03-10 02:00:00"),
            patch.object(
                Users, "_get_absences", autospec=True, side_effect=Users._get_absences
            ) as asked,
        ):
            rows = self.env[VIOLATION].create(vals_list)
        self.assertEqual(len(rows), 3)
        self.assertEqual(asked.call_count, 1)

    def test_at_home(self):
        """The person has to answer it, who is asked has to decide it: in one click."""
        row = self._record()
        self.env.flush_all()
        mine = [("kind", "=", "violation_answer"), ("res_id", "=", row.id)]
        Item = self.env["sales.process.owed.item"]
        with self._at("2027-03-10 02:00:00"):
            item = Item.with_user(self.salesperson_a).search(mine)
            self.assertEqual(item.date_due, row.date_statement_due)
            self.assertEqual(item.name, row.type_id.name)
            for user in (self.leader_east, self.director, self.salesperson_b):
                self.assertFalse(Item.with_user(user).search(mine), user.login)
            for user in (self.leader_east, self.leader_west, row.decider_id):
                home = self.env["sales.process.home"].with_user(user).get_home()
                decide = next(b for b in home["blocks"] if b["name"] == "decide")
                names = [figure["name"] for figure in decide["figures"]]
                is_asked = user in (row.decider_id, self.director)
                self.assertEqual("violation_open" in names, is_asked, user.login)
        self._say(self.salesperson_a, row, "statement", moment="2027-03-11 02:00:00")
        self.assertFalse(Item.with_user(self.salesperson_a).search(mine))

    def test_nobody_else_reads_it(self):
        """Case 23: no row, no sum, no name, no agenda item."""
        row = self._record()
        region = self._create_region(self.team_east)
        self.env.flush_all()
        Item = self.env["sales.process.agenda.item"]
        waiting = [("kind", "=", "violation_open"), ("res_id", "=", row.id)]
        for user in (self.salesperson_b, self.salesperson_c, self.leader_west, region):
            with self.subTest(user=user.login):
                user.group_ids += self.env.ref("base.group_allow_export")
                Row = self.env[VIOLATION].with_user(user)
                self.assertFalse(Row.search([]))
                self.assertEqual(Row.search_count([]), 0)
                self.assertEqual(Row._read_group([], [], ["__count"]), [(0,)])
                self.assertFalse(Row.name_search("Salesperson A"))
                self.assertFalse(Item.with_user(user).search(waiting))
                with (
                    mute_logger("odoo.addons.base.models.ir_rule"),
                    self.assertRaises(AccessError),
                ):
                    row.with_user(user).export_data(["user_id", "points"])
                with (
                    mute_logger("odoo.addons.base.models.ir_rule"),
                    self.assertRaises(AccessError),
                ):
                    row.with_user(user).action_open_evidence()
        for user in (self.salesperson_a, self.leader_east, self.director):
            Row = self.env[VIOLATION].with_user(user)
            self.assertEqual(Row.search([("id", "=", row.id)]), row)
        mine = self.env[VIOLATION].with_user(self.salesperson_a)
        self._record(self.salesperson_b)
        self.assertEqual(
            mine._read_group([], [], ["__count"]), [(mine.search_count([]),)]
        )
        self.assertEqual(mine.search([]).user_id, self.salesperson_a)
        self.assertEqual(
            Item.with_user(row.decider_id.sudo(False)).search(waiting).name,
            "Salesperson A",
        )

    def test_nobody_follows(self):
        """Case 22: there is no chatter to which somebody could be added."""
        row = self._record()
        for name in ("message_post", "message_subscribe", "activity_schedule"):
            self.assertFalse(hasattr(row, name))
        self.assertFalse(
            {"message_ids", "message_follower_ids", "activity_ids"} & row._fields.keys()
        )
        notified = self.env["mail.message"].search(
            [("subject", "like", "violation"), ("create_date", "!=", False)]
        )
        allowed = self.salesperson_a | row.decider_id.sudo(False)
        self.assertLessEqual(notified.partner_ids, allowed.partner_id)
        self.assertFalse(set(notified.mapped("model")) - {False})

    def test_on_the_phone(self):
        """What the person reads on the way stands on cards."""
        for action, model in (
            ("sales_process_violation_action", VIOLATION),
            ("sales_process_policy_mine_action", ROW),
            ("sales_process_policy_unconfirmed_action", ROW),
        ):
            action = self.env.ref(f"sales_process_mgmt_discipline.{action}")
            self.assertEqual(action.res_model, model)
            self.assertIn("kanban", action.view_mode.split(","))
        for model, names in (
            (VIOLATION, {"date", "evidence", "state", "type_id"}),
            (ROW, {"date_due", "state", "user_id", "version_id"}),
        ):
            Model = self.env[model].with_user(self.salesperson_a)
            views = Model.get_views([(False, "kanban")])
            self.assertLessEqual(names, views["models"][model]["fields"].keys())

    def test_no_money(self):
        """Case 24: points, never an amount."""
        types = {field.type for field in self.env[VIOLATION]._fields.values()}
        types |= {
            f.type for f in self.env["sales.process.violation.type"]._fields.values()
        }
        self.assertFalse(types & {"monetary", "float"})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_nobody_writes_past_the_buttons(self):
        row = self._record()
        for user in (self.salesperson_a, self.leader_east, self.director):
            for values in (
                {"state": "waived"},
                {"note": "x"},
                {"user_id": self.salesperson_b.id},
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    row.with_user(user).write(values)
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self._record(by=user, state="upheld")
            smuggled = self.env[VIOLATION].with_user(user)
            defaults = smuggled.with_context(
                default_state="upheld", default_points=9
            ).default_get(["state", "points"])
            self.assertEqual(defaults.get("state"), "open")
            self.assertFalse(defaults.get("points"))
        Wizard = self.env["sales.process.violation.answer"]
        for user in (self.salesperson_b, self.leader_west):
            for kind in ("statement", "uphold", "waive", "appeal"):
                with self.assertRaises(AccessError):
                    Wizard.with_user(user).create(
                        {"kind": kind, "violation_id": row.id, "text": "x"}
                    ).action_save()
        self.assertEqual(row.state, "open")
