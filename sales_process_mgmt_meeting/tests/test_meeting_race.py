# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

MEETING = "sales.process.meeting"
ROUNDS = 10


@tagged("post_install", "-at_install")
class TestMeetingRace(SalesProcessRaceCase):
    """Two people press the same button, or type codes in several windows."""

    team_values = {"process_meeting": True}

    @classmethod
    def _remove_records(cls):
        cls._delete_rows(
            *(
                (f"sales_process_{table}", "team_id", cls.team_id)
                for table in (
                    "meeting_attendance",
                    "meeting_decision",
                    "meeting_line",
                    "experience",
                    "meeting",
                    "meeting_series",
                )
            )
        )
        return super()._remove_records()

    def _create_meeting(self, is_running=False):
        """A meeting of now, whose chair is a member.

        :return: id
        """
        with self._environment() as env:
            meeting = env[MEETING].create(
                {
                    "team_id": self.team_id,
                    "date_start": env.cr.now().replace(microsecond=0),
                    "chair_id": self.user_ids[0],
                    "tz": "Asia/Shanghai",
                }
            )
            if is_running:
                leader = env["res.users"].browse(self.user_ids[2])
                meeting.with_user(leader).action_start()
            return meeting.id

    def _press(self, meeting_id, button):
        def work(env):
            getattr(env[MEETING].browse(meeting_id), button)()
            env.flush_all()
            return env.uid

        return work

    def _check_one(self, outcomes):
        winners = [row for row in outcomes if isinstance(row, int)]
        refusals = [row for row in outcomes if isinstance(row, UserError)]
        self.assertEqual((len(winners), len(refusals)), (1, 1), outcomes)
        self.assertIn("reload the page", str(refusals[0]))
        return winners[0]

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_begin_it(self):
        """The chair and the leader at once: it begins once, everybody is there once."""
        chair, member, leader = self.user_ids
        for _number in range(ROUNDS):
            meeting_id = self._create_meeting()
            start = self._press(meeting_id, "action_start")
            winner = self._check_one(self._race((chair, start), (leader, start)))
            with self._environment() as env:
                meeting = env[MEETING].browse(meeting_id)
                self.assertEqual(meeting.state, "running")
                rows = meeting.attendance_ids
                self.assertEqual(sorted(rows.user_id.ids), sorted(self.user_ids))
                self.assertEqual(len(rows), 3)
                present = rows.filtered(lambda row: row.state == "present")
                self.assertEqual(present.user_id.id, winner)
                self.assertEqual(
                    rows.filtered(lambda row: row.user_id.id == member).state,
                    "expected",
                )
                lines = meeting.line_ids
                keys = {(row.section, row.kind, row.res_id) for row in lines}
                self.assertEqual(len(keys), len(lines))

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_begun_and_called_off(self):
        """One of them is right; what was called off expects nobody."""
        chair, _member, leader = self.user_ids
        for _number in range(ROUNDS):
            meeting_id = self._create_meeting()
            winner = self._check_one(
                self._race(
                    (chair, self._press(meeting_id, "action_start")),
                    (leader, self._press(meeting_id, "action_cancel")),
                )
            )
            with self._environment() as env:
                meeting = env[MEETING].browse(meeting_id)
                self.assertEqual(
                    (meeting.state, len(meeting.attendance_ids)),
                    ("running", 3) if winner == chair else ("cancelled", 0),
                )

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_wrong_codes_in_three_windows(self):
        """Each is counted, and no window has five tries of its own."""
        member = self.user_ids[1]
        meeting_id = self._create_meeting(is_running=True)
        with self._environment(self.user_ids[2]) as env:
            action = env[MEETING].browse(meeting_id).action_show_code()
            code = env[action["res_model"]].browse(action["res_id"]).code

        def type_code(text):
            def work(env):
                meeting = env[MEETING].browse(meeting_id)
                return meeting._confirm_presence(text)

            return (member, work)

        for tries in (3, 5):
            outcomes = self._race(*[type_code("WRONG9")] * 3)
            self.assertEqual([row[0] for row in outcomes], [False] * 3, outcomes)
            with self._environment() as env:
                row = (
                    env[MEETING]
                    .browse(meeting_id)
                    .attendance_ids.filtered(lambda row: row.user_id.id == member)
                )
                self.assertEqual(row.code_tries, tries)
        outcomes = self._race(type_code(code), type_code(code))
        self.assertEqual([row[0] for row in outcomes], [False, False], outcomes)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_right_code_twice_and_at_the_end(self):
        """Present once; who types while it is ended is present or has missed it."""
        chair, member, leader = self.user_ids
        for _number in range(ROUNDS):
            meeting_id = self._create_meeting(is_running=True)
            with self._environment(leader) as env:
                meeting = env[MEETING].browse(meeting_id)
                action = meeting.action_show_code()
                code = env[action["res_model"]].browse(action["res_id"]).code
                meeting.attendance_ids.filtered(
                    lambda row: row.user_id.id == chair
                ).action_present()

            def type_code(env, meeting_id=meeting_id, code=code):
                return env[MEETING].browse(meeting_id)._confirm_presence(code)

            typed, again, ended = self._race(
                (member, type_code),
                (member, type_code),
                (leader, self._press(meeting_id, "action_end")),
            )
            self.assertEqual(ended, leader)
            right = [row for row in (typed, again) if row[0]]
            self.assertLessEqual(len(right), 1)
            with self._environment() as env:
                meeting = env[MEETING].browse(meeting_id)
                self.assertEqual(meeting.state, "held")
                row = meeting.attendance_ids.filtered(
                    lambda row: row.user_id.id == member
                )
                self.assertEqual(row.state, "present" if right else "missed")

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_thank_and_one_twice(self):
        """One person thanks once, also in two windows; nobody's thanks are lost."""
        author, first, second = self.user_ids
        with self._environment(author) as env:
            row_id = (
                env["sales.process.experience"]
                .create({"name": "Ask twice", "story": "It helped"})
                .id
            )

        def thank(env):
            env["sales.process.experience"].browse(row_id).action_thank()
            env.flush_all()
            return env.uid

        outcomes = self._race((first, thank), (first, thank), (second, thank))
        self.assertEqual(outcomes.count(first), 1, outcomes)
        self.assertEqual(outcomes[2], second, outcomes)
        with self._environment() as env:
            row = env["sales.process.experience"].browse(row_id)
            self.assertEqual(row.thank_count, 2)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_planned_by_two(self):
        """The leader changes the hour while the system plans: a week has one."""
        leader = self.user_ids[2]
        with self._environment(leader) as env:
            series = env["sales.process.meeting.series"].create(
                {"team_id": self.team_id, "tz": "Asia/Shanghai"}
            )
            series_id = series.id

        for number in range(5):
            with self._environment() as env:
                env.cr.execute(
                    "DELETE FROM sales_process_meeting WHERE series_id = %s",
                    (series_id,),
                )

            def plan(env):
                env["sales.process.meeting.series"].browse(series_id)._plan()
                env.flush_all()
                return "planned"

            def change(env, number=number):
                series = env["sales.process.meeting.series"].browse(series_id)
                series.hour = 10 + number
                env.flush_all()
                return "changed"

            outcomes = self._race((1, plan), (leader, change))
            # who comes second is told so, or has waited
            self.assertIn("changed", outcomes, outcomes)
            with self._environment() as env:
                meetings = env[MEETING].search(
                    [("series_id", "=", series_id), ("state", "=", "planned")]
                )
                slots = meetings.mapped("date_slot")
                self.assertEqual(len(slots), len(set(slots)))
                self.assertTrue(slots)
                env["sales.process.meeting.series"].browse(series_id)._plan()
                zone = meetings[0]._get_zone()
                hours = {zone.fromutc(row.date_start).hour for row in meetings}
                self.assertEqual(hours, {10 + number})
