# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MEETING, MONDAY, MeetingCommon


@tagged("post_install", "-at_install")
class TestMeeting(MeetingCommon):
    """Agenda, minutes, and who reads them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        for number, user in enumerate((cls.salesperson_a, cls.salesperson_b)):
            cls.leads |= cls._create_lead(
                user, phone=f"1381234000{number}", partner_name=f"Wang {number}"
            )
        cls._register_long_ago(cls.leads)

    def _expire(self, lead, moment):
        ownership = lead.ownership_id
        ownership.write({"state": "ended", "end_reason": "expired", "date_end": moment})
        self.env.flush_all()
        return ownership

    def _lines(self, section, user=None):
        self.env.invalidate_all()
        lines = self.meeting.with_user(user or self.leader_east).line_ids
        return lines.filtered(lambda line: line.section == section)

    def test_agenda_since_the_last_meeting(self):
        """Case 41: what happened since then, and nothing of before or of others."""
        self._start()
        self._mark(self.salesperson_a)
        self._end()
        self._expire(self.leads[0], "2027-03-08 00:59:00")
        fresh = self._expire(self.leads[1], "2027-03-09 00:00:00")
        meeting = self._start(self._get_meeting("2027-03-15"), "2027-03-16 01:00:00")
        self.assertEqual(str(meeting.date_since), MONDAY)
        facts = meeting.line_ids.filtered(lambda line: line.section == "fact")
        self.assertEqual(facts.mapped("res_id"), fresh.ids)
        self.assertEqual(facts.user_id, self.salesperson_b)
        self.assertEqual(facts.topic, "Customer Expired")
        self.assertIn("Customer Expired: 1", meeting.agenda_summary)

    def test_agenda_is_frozen(self):
        """Case 43: what is corrected later stays as it was presented."""
        ownership = self._expire(self.leads[0], "2027-03-07 00:00:00")
        self._start()
        line = self._lines("fact")
        self.assertEqual(line.name, ownership.name)
        figures = {row.kind: row.value for row in self._lines("figure")}
        self.assertIn("customers_expired", figures)
        shown = {row.kind: row.topic for row in self._lines("figure")}
        self.assertEqual(shown["customers_expired"], "Customers expired")
        ownership.write({"end_reason": "lost", "name": "Another"})
        self.env.flush_all()
        self.assertFalse(self._facts("customer_expired"))
        self.assertEqual(self._lines("fact"), line)
        self.assertNotEqual(line.name, "Another")
        self.assertEqual(
            {row.kind: row.value for row in self._lines("figure")}, figures
        )
        with self._at(MONDAY), self.assertRaisesRegex(UserError, "In Session"):
            self.meeting.with_user(self.leader_east).action_prepare()
        with self.assertRaisesRegex(UserError, "as it was presented"):
            line.with_user(self.leader_east).name = "Another"
        for values in ({"value": 7}, {"section": "point"}, {"res_id": 1}):
            with self.assertRaises(AccessError):
                line.with_user(self.leader_east).write(values)

    def test_prepared_twice(self):
        """Until the start it is written anew; notes and own points stay."""
        self._expire(self.leads[0], "2027-03-06 00:00:00")
        mine = self.meeting.with_user(self.leader_east)
        with self._at("2027-03-07 00:00:00"):
            mine.action_prepare()
            self._lines("fact").note = "Ask why"
            self.env["sales.process.meeting.line"].with_user(self.leader_east).create(
                {"meeting_id": self.meeting.id, "name": "Trade fair"}
            )
        self._expire(self.leads[1], "2027-03-07 05:00:00")
        self._start()
        facts = self._lines("fact")
        self.assertEqual(len(facts), 2)
        self.assertEqual(facts.filtered("note").user_id, self.salesperson_a)
        self.assertEqual(self._lines("point").name, "Trade fair")

    def test_what_waits(self):
        """Items that wait for the leader stand on the agenda, private ones never."""
        self.leads.ownership_id.date_deadline = "2027-12-01 00:00:00"
        self.leads[0].ownership_id.date_deadline = "2027-03-07 00:00:00"
        self._start()
        item = self._lines("item")
        self.assertEqual(item.topic, "Overdue Customers")
        self.assertEqual(str(item.date), "2027-03-07 00:00:00")
        action = item.action_open()
        self.assertEqual(action["res_id"], self.leads[0].ownership_id.id)
        self.patch(type(self.env["sales.process.ownership"]), "_is_private", True)
        meeting = self._get_meeting("2027-03-15")
        self._start(meeting, "2027-03-15 01:00:00")
        self.assertFalse(
            meeting.line_ids.filtered(lambda line: line.section in ("item", "fact"))
        )

    def test_who_reads_a_line(self):
        """What somebody left undone is read by that person and the leader."""
        self._expire(self.leads[0], "2027-03-07 00:00:00")
        self._start()
        line = self._lines("fact")
        self.assertEqual(self._lines("fact", self.salesperson_a), line)
        self.assertFalse(self._lines("fact", self.salesperson_b))
        self.assertFalse(self._lines("fact", self.salesperson_c))
        with self.assertRaises(AccessError):
            line.with_user(self.salesperson_b).read(["name"])
        with self.assertRaises(AccessError):
            line.with_user(self.salesperson_b).action_open()
        Line = line.with_user(self.salesperson_b)
        self.assertFalse(Line.search([("user_id", "=", self.salesperson_a.id)]))
        self.assertFalse(
            Line._read_group([("section", "=", "fact")], [], ["__count"])[0][0]
        )
        # the team sees how many, and what the leader shows
        mine = self.meeting.with_user(self.salesperson_b)
        self.assertIn("Customer Expired: 1", mine.agenda_summary)
        line.with_user(self.leader_east).is_shared = True
        self.assertEqual(self._lines("fact", self.salesperson_b), line)
        with self.assertRaises(AccessError):
            line.with_user(self.salesperson_a).is_shared = False

    def test_nobody_reads_another_team(self):
        """Nobody below the leader sees another team's minutes, by whatever way."""
        self._start()
        self.meeting.with_user(self.leader_east).minutes = "<p>Secret price</p>"
        self._decide(self.salesperson_a)
        for user in (self.salesperson_d, self.leader_west, self.office_user):
            with self.subTest(user=user.login):
                for record in (
                    self.meeting,
                    self.meeting.line_ids,
                    self.meeting.decision_ids,
                    self.meeting.attendance_ids,
                    self.series,
                ):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["create_date"])
                if user != self.office_user:
                    Meeting = self.env[MEETING].with_user(user)
                    self.assertFalse(Meeting.search([("minutes", "ilike", "price")]))
                    running = Meeting.formatted_read_group(
                        [("state", "=", "running")], [], ["__count"]
                    )
                    self.assertFalse(running[0]["__count"])
                    self.assertFalse(
                        Meeting.search([("decision_ids.name", "ilike", "call")])
                    )
        region = self._create_region(self.team_east)
        for user in (self.salesperson_b, region, self.director):
            self.assertIn("Secret", self.meeting.with_user(user).minutes)

    def test_who_conducts(self):
        """The buttons are the chair's and the leader's."""
        for user in (self.salesperson_a, self.leader_west):
            mine = self.meeting.with_user(user)
            for button in (
                mine.action_prepare,
                mine.action_start,
                mine.action_end,
                mine.action_send,
                mine.action_cancel,
                mine.action_show_code,
            ):
                with (
                    self.subTest(user=user.login, button=button.__name__),
                    self._at(MONDAY),
                    self.assertRaises(AccessError),
                ):
                    button()
            with self.assertRaises(AccessError):
                mine.minutes = "<p>Mine</p>"
        self.assertEqual(self.meeting.state, "planned")
        self.assertFalse(self.meeting.with_user(self.salesperson_a).can_chair)
        self.assertTrue(self.meeting.with_user(self.director).can_chair)

    def test_not_before_its_day(self):
        """Both sides of midnight where the series is."""
        with (
            self._at("2027-03-07 15:59:59"),
            self.assertRaisesRegex(UserError, "change its time"),
        ):
            self.meeting.with_user(self.leader_east).action_start()
        self._start(moment="2027-03-07 16:00:00")
        self.assertEqual(self.meeting.state, "running")

    def test_minutes(self):
        """Sent once there are any; then they stay, and the team is told."""
        self._start()
        self._mark(self.salesperson_a)
        self._end()
        mine = self.meeting.with_user(self.leader_east)
        with self._at("2027-03-08 03:00:00"):
            with self.assertRaisesRegex(UserError, "Write the minutes"):
                mine.action_send()
            mine.minutes = "<p>We agreed</p>"
            mine.action_send()
            self.env.flush_all()
        self.assertEqual(self.meeting.state, "closed")
        told = self.env["mail.message"].search(
            [("model", "=", MEETING), ("res_id", "=", self.meeting.id)]
        )
        self.assertEqual(
            told.notified_partner_ids, (self.people - self.leader_east).partner_id
        )
        self.assertNotIn("We agreed", "".join(told.mapped("body")))
        for user in (self.leader_east, self.director):
            with self.assertRaisesRegex(UserError, "minutes were sent"):
                self.meeting.with_user(user).minutes = "<p>Other</p>"
        with self.assertRaisesRegex(UserError, "minutes were sent"):
            self.env["sales.process.meeting.line"].with_user(self.leader_east).create(
                {"meeting_id": self.meeting.id, "name": "Late"}
            )

    def test_time_of_what_has_begun(self):
        self._start()
        with self.assertRaisesRegex(UserError, "has begun"):
            self.meeting.with_user(self.leader_east).date_start = datetime(2027, 4, 1)
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.director).unlink()

    def test_own_meeting_by_hand(self):
        """A leader plans one beside the series, for the own team alone."""
        Meeting = self.env[MEETING].with_user(self.leader_east)
        meeting = Meeting.create(
            {"team_id": self.team_east.id, "date_start": "2027-03-10 06:00:00"}
        )
        self.assertEqual(meeting.chair_id, self.leader_east)
        self.assertEqual(str(meeting.date), "2027-03-10")
        self.team_west.process_meeting = True
        with self.assertRaises(AccessError):
            Meeting.create(
                {"team_id": self.team_west.id, "date_start": "2027-03-10 06:00:00"}
            )

    def test_other_company(self):
        self.team_c2.process_meeting = True
        meeting = self.env[MEETING].create(
            {"team_id": self.team_c2.id, "date_start": MONDAY, "chair_id": False}
        )
        for user in (self.leader_east, self.director):
            with self.assertRaises(AccessError):
                meeting.with_user(user).read(["minutes"])
        self.assertTrue(meeting.with_user(self.salesperson_x).read(["minutes"]))
