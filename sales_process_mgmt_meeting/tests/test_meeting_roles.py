# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MEETING, MONDAY, MeetingCommon

ATTENDANCE = "sales.process.meeting.attendance"
DECISION = "sales.process.meeting.decision"
EXPERIENCE = "sales.process.experience"
LINE = "sales.process.meeting.line"
SERIES = "sales.process.meeting.series"


@tagged("post_install", "-at_install")
class TestMeetingRoles(MeetingCommon):
    """What a salesperson reaches by import, copies, defaults, groups and exports."""

    def setUp(self):
        super().setUp()
        self._start()
        self.decision = self._decide(self.salesperson_b)
        self.env[LINE].create(
            [
                {
                    "meeting_id": self.meeting.id,
                    "section": "fact",
                    "kind": "meeting_missed",
                    "name": "Something about B",
                    "user_id": self.salesperson_b.id,
                    "value": 7,
                    "is_shared": False,
                },
                {"meeting_id": self.meeting.id, "name": "Trade fair"},
            ]
        )
        self._mark(self.salesperson_b, "missed")
        self.env.flush_all()
        self.env.invalidate_all()

    def _refuse(self, attack, error=UserError):
        with (
            self._at(MONDAY),
            self.assertRaises(error),
            self.env.cr.savepoint(),
        ):
            attack()
            self.env.flush_all()

    def test_copies(self):
        """A copy is a new record: whoever may not make one copies none."""
        for record in (
            self.meeting,
            self.meeting.line_ids[:1],
            self.decision,
            self._row(self.salesperson_a),
        ):
            for user in (self.salesperson_a, self.leader_west):
                with self.subTest(model=record._name, user=user.login):
                    self._refuse(record.with_user(user).copy)
        # nor does the leader: what has happened is no pattern
        self._refuse(self.meeting.with_user(self.leader_east).copy)
        self._refuse(self.decision.with_user(self.leader_east).copy)

    def test_saved_by_the_client(self):
        """``web_save`` is a write: of the meeting, of its lists, of others' rows."""
        mine = self.meeting.with_user(self.salesperson_a)
        row = self._row(self.salesperson_b)
        line = self.meeting.line_ids[:1]
        for values in (
            {"minutes": "<p>Mine</p>"},
            {"chair_id": self.salesperson_a.id},
            {"state": "held"},
            {"attendance_ids": [(1, row.id, {"state": "present"})]},
            {"attendance_ids": [(1, row.id, {"note": "Mine"})]},
            {"attendance_ids": [(2, row.id)]},
            {"line_ids": [(0, 0, {"name": "Mine"})]},
            {"line_ids": [(1, line.id, {"note": "Mine"})]},
            {"line_ids": [(5, 0, 0)]},
            {"decision_ids": [(1, self.decision.id, {"state": "done"})]},
            {"decision_ids": [(2, self.decision.id)]},
        ):
            with self.subTest(values=values):
                self._refuse(lambda values=values: mine.web_save(values, {"id": {}}))
        new = self.env[MEETING].with_user(self.salesperson_a)
        self._refuse(
            lambda: new.web_save(
                {"team_id": self.team_east.id, "date_start": MONDAY}, {"id": {}}
            )
        )

    @mute_logger("odoo.models")
    def test_imported(self):
        """``load`` by the lowest role changes nothing and says why."""
        for model, names, row in (
            (MEETING, ["team_id/.id", "date_start"], [self.team_east.id, MONDAY]),
            (MEETING, [".id", "minutes"], [self.meeting.id, "<p>Mine</p>"]),
            (SERIES, ["team_id/.id", "hour"], [self.team_east.id, "10"]),
            (SERIES, [".id", "hour"], [self.series.id, "10"]),
            (
                ATTENDANCE,
                [".id", "note"],
                [self._row(self.salesperson_a).id, "Mine"],
            ),
            (
                ATTENDANCE,
                ["meeting_id/.id", "user_id/.id"],
                [self.meeting.id, self.salesperson_d.id],
            ),
            (LINE, ["meeting_id/.id", "name"], [self.meeting.id, "Mine"]),
            (DECISION, [".id", "date_due"], [self.decision.id, "2028-01-01"]),
            (
                DECISION,
                ["meeting_id/.id", "name", "user_id/.id", "date_due"],
                [self.meeting.id, "Mine", self.salesperson_a.id, "2027-03-12"],
            ),
            (
                EXPERIENCE,
                ["name", "story", "user_id/.id"],
                ["Mine", "Yours", self.salesperson_b.id],
            ),
        ):
            with self.subTest(model=model, names=names), self._at(MONDAY):
                Model = self.env[model].with_user(self.salesperson_a)
                count = self.env[model].search_count([])
                try:
                    with self.env.cr.savepoint():
                        result = Model.load(names, [[str(value) for value in row]])
                except (AccessError, UserError) as error:
                    self.assertTrue(str(error))
                else:
                    self.assertFalse(result["ids"])
                    self.assertTrue(result["messages"][0]["message"])
                self.assertEqual(self.env[model].search_count([]), count)
        self.assertFalse(self.meeting.minutes)
        self.assertEqual(self.series.hour, 9)

    def test_defaults_of_a_client(self):
        """A value in the context is a client's, and protected like any other."""
        Experience = self.env[EXPERIENCE].with_user(self.salesperson_a)
        words = {"name": "Ask twice", "story": "It helped"}
        for name, value in (
            ("user_id", self.salesperson_b.id),
            ("team_id", self.team_west.id),
            ("company_id", self.company_2.id),
            ("date", "2020-01-01 00:00:00"),
            ("thank_count", 9),
        ):
            with self.subTest(name=name):
                spoken = Experience.with_context(**{f"default_{name}": value})
                try:
                    with self.env.cr.savepoint(), self._at(MONDAY):
                        row = spoken.create(words)
                except (AccessError, UserError):
                    continue
                self.assertEqual(row.user_id, self.salesperson_a)
                self.assertEqual(row.sudo().team_id, self.team_east)
                self.assertEqual(row.company_id, self.company)
                self.assertEqual(str(row.date), MONDAY)
                self.assertFalse(row.thank_count)
        Meeting = self.env[MEETING].with_user(self.leader_east)
        for name, value in (("state", "held"), ("is_moved", True)):
            spoken = Meeting.with_context(**{f"default_{name}": value})
            try:
                with self.env.cr.savepoint(), self._at(MONDAY):
                    row = spoken.create(
                        {"team_id": self.team_east.id, "date_start": MONDAY}
                    )
            except (AccessError, UserError):
                continue
            self.assertEqual((row.state, row.is_moved), ("planned", False))

    def test_groups_count_what_one_reads(self):
        """Sums and counts by person, as each role may read the rows."""
        for user, expected in (
            (self.salesperson_a, {self.salesperson_a: 1}),
            (self.leader_east, dict.fromkeys(self.people, 1)),
            (self.director, dict.fromkeys(self.people, 1)),
            (self.leader_west, {}),
            (self.salesperson_d, {}),
        ):
            with self.subTest(user=user.login):
                Row = self.env[ATTENDANCE].with_user(user)
                groups = Row._read_group(
                    [("meeting_id", "=", self.meeting.id)], ["user_id"], ["__count"]
                )
                self.assertEqual(
                    {person.id: count for person, count in groups},
                    {person.id: count for person, count in expected.items()},
                )
                missed = Row.formatted_read_group(
                    [("state", "=", "missed")], ["user_id"], ["__count"]
                )
                self.assertEqual(
                    len(missed), int(user in (self.leader_east | self.director))
                )
                # nor is it found by what it belongs to
                found = self.env[MEETING].with_user(user)
                found = found.search([("attendance_ids.state", "=", "missed")])
                self.assertEqual(
                    bool(found), user in (self.leader_east | self.director)
                )

    def test_exports_are_what_one_reads(self):
        """An export through the meeting names nobody whose row one does not read."""
        paths = [
            "date",
            "attendance_ids/user_id/name",
            "attendance_ids/state",
            "line_ids/name",
        ]
        self.env.ref("base.group_allow_export").user_ids = [
            (4, user.id) for user in self.people | self.leader_west | self.director
        ]
        mine = self.meeting.with_user(self.salesperson_a)
        text = str(mine.export_data(paths)["datas"])
        self.assertIn("Trade fair", text)
        for word in ("Something about B", "Salesperson C", "Missed"):
            self.assertNotIn(word, text)
        for name in ("code_hash", "date_code_until"):
            with self.assertRaises(AccessError):
                self.meeting.with_user(self.director).export_data([name])
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.leader_west).export_data(["date"])

    def test_what_is_about_one_person_does_not_leave(self):
        """A leader reads it, and takes along what the team is shown."""
        self.env.ref("base.group_allow_export").user_ids = [
            (4, self.leader_east.id),
            (4, self.director.id),
        ]
        for user in (self.leader_east, self.director):
            meeting = self.meeting.with_user(user)
            private = meeting.line_ids.filtered(lambda line: not line.is_shared)
            self.assertTrue(private)
            with self.assertRaisesRegex(UserError, "not shown to the team"):
                meeting.line_ids.export_data(["name"])
            with self.assertRaisesRegex(UserError, "not shown to the team"):
                meeting.export_data(["line_ids/name"])
            shared = meeting.line_ids - private
            self.assertIn("Trade fair", str(shared.export_data(["name"])["datas"]))

    def test_next_meeting_stands_first(self):
        """What is to come, the next one first; then what was, backwards."""
        self.team_west.process_meeting = True
        Meeting = self.env["sales.process.meeting"]
        moments = (
            "2027-05-03 01:00:00",
            "2027-05-10 01:00:00",
            "2027-04-19 01:00:00",
            "2027-04-12 01:00:00",
        )
        rows = Meeting.create(
            [{"team_id": self.team_west.id, "date_start": moment} for moment in moments]
        )
        self.env.flush_all()
        with self._at("2027-04-28 02:00:00"):
            found = Meeting.search([("id", "in", rows.ids)], order="nearness")
            self.assertEqual(found, rows)
            found = Meeting.search([("id", "in", rows.ids)], order="nearness DESC")
            self.assertEqual(found, rows[::-1])
        with self._at("2027-05-03 02:00:00"):
            found = Meeting.search([("id", "in", rows.ids)], order="nearness")
            self.assertEqual(found, rows, "It has begun an hour ago")

    def test_agenda_rows(self):
        """Each row of an agenda: about whom, shown or not, and who reads it."""
        region = self._create_region(self.team_east)
        people = {
            "a": self.salesperson_a,
            "b": self.salesperson_b,
            "c": self.salesperson_c,
            "d": self.salesperson_d,
            "leader": self.leader_east,
            "west": self.leader_west,
            "region": region,
            "director": self.director,
        }
        above = {"leader", "region", "director"}
        for about, is_shared, readers in (
            ("a", False, above | {"a"}),
            ("b", False, above | {"b"}),
            ("leader", False, above),
            (None, False, above),
            ("a", True, above | {"a", "b", "c"}),
            (None, True, above | {"a", "b", "c"}),
            # somebody of another team who has left this one
            ("d", False, above | {"d"}),
        ):
            line = self.env[LINE].create(
                {
                    "meeting_id": self.meeting.id,
                    "section": "fact",
                    "kind": "customer_expired",
                    "name": "Row",
                    "user_id": people[about].id if about else False,
                    "is_shared": is_shared,
                }
            )
            for name, user in people.items():
                with self.subTest(about=about, shared=is_shared, reader=name):
                    mine = line.with_user(user)
                    self.assertEqual(mine.has_access("read"), name in readers)
                    self.assertEqual(
                        bool(mine.search([("id", "=", line.id)])), name in readers
                    )

    def test_chair_reads_what_is_conducted(self):
        """A member as chair reads the agenda of that meeting, and of no other."""
        other = self._get_meeting("2027-03-15")
        other.with_user(self.leader_east).chair_id = self.salesperson_a
        with self._at("2027-03-15 01:00:00"):
            self.env[LINE].create(
                {
                    "meeting_id": other.id,
                    "section": "fact",
                    "name": "Another about B",
                    "user_id": self.salesperson_b.id,
                    "is_shared": False,
                }
            )
            other.with_user(self.salesperson_a).action_prepare()
            other.with_user(self.salesperson_a).action_start()
            self.env.flush_all()
        self.env.invalidate_all()
        mine = self.env[LINE].with_user(self.salesperson_a)
        private = mine.search([("is_shared", "=", False)])
        self.assertLessEqual(private.meeting_id, other)
        rows = self.env[ATTENDANCE].with_user(self.salesperson_a)
        self.assertEqual(len(rows.search([("meeting_id", "=", other.id)])), 4)
        self.assertEqual(len(rows.search([("meeting_id", "=", self.meeting.id)])), 1)

    def test_other_company(self):
        """Nobody of another company reads, begins or thanks; nobody decides for it."""
        for record in (
            self.meeting,
            self.meeting.line_ids,
            self.decision,
            self.meeting.attendance_ids,
            self.series,
        ):
            mine = record.with_user(self.salesperson_x)
            self.assertFalse(mine.search([("id", "in", record.ids)]))
            with self.subTest(model=record._name), self.assertRaises(AccessError):
                mine.read(["create_date"])
        for button in ("action_start", "action_confirm_presence", "action_show_code"):
            self._refuse(
                getattr(self.meeting.with_user(self.salesperson_x), button),
                AccessError,
            )
        # who is in both and has chosen the other one
        self.director.company_ids |= self.company_2
        chosen = self.meeting.with_user(self.director).with_company(self.company_2)
        chosen = chosen.with_context(allowed_company_ids=self.company_2.ids)
        with self.assertRaises(AccessError):
            chosen.read(["minutes"])
        self.assertFalse(chosen.search([("id", "=", self.meeting.id)]))


@tagged("post_install", "-at_install")
class TestExperienceWords(MeetingCommon):
    """Shared experience: found by words, thanked once, switched off."""

    def _share(self, user, moment=MONDAY, **values):
        with self._at(moment):
            row = self.env[EXPERIENCE].with_user(user).create(values)
            self.env.flush_all()
        return row.with_env(self.env)

    def test_found_by_words_in_chinese(self):
        """By words in the middle of a sentence, in the line or in the story."""
        price = self._share(
            self.salesperson_a,
            name="先谈价值再谈价格",
            story="客户嫌贵的时候，先问他现在的方案一年要花多少钱。",
            topic="offer",
        )
        visit = self._share(
            self.salesperson_b,
            name="拜访前先看客户官网",
            story="采购经理最关心交期，带上样品更好。ＡＢＣ公司就是这样成交的。",
            topic="talk",
        )
        Model = self.env[EXPERIENCE].with_user(self.salesperson_d)
        for words, found in (
            ("价格", price),
            ("嫌贵", price),
            ("交期", visit),
            ("客户", price | visit),
            ("，先问他", price),
            ("ＡＢＣ", visit),
            ("退款", Model),
        ):
            with self.subTest(words=words):
                ids = [row[0] for row in Model.name_search(words)]
                self.assertEqual(set(ids), set(found.ids))
        self.assertEqual(
            Model.search([("story", "ilike", "样品"), ("topic", "=", "talk")]), visit
        )

    def test_thanks_are_not_taken_back(self):
        """Whoever has thanked takes nothing back, nor does who was thanked."""
        row = self._share(self.salesperson_a, name="Ask", story="It helped")
        with self._at(MONDAY):
            row.with_user(self.salesperson_b).action_thank()
            self.env.flush_all()
        thank = row.thank_ids
        for user in (self.salesperson_a, self.salesperson_b, self.leader_east):
            for attack in (
                thank.with_user(user).unlink,
                lambda user=user: thank.with_user(user).write({"user_id": user.id}),
                lambda user=user: row.with_user(user).write(
                    {"thank_ids": [(2, thank.id)]}
                ),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    attack()
        # an archived row keeps them, and comes back with them
        row.with_user(self.salesperson_a).active = False
        row.with_user(self.salesperson_a).active = True
        self.assertEqual(row.thank_count, 1)

    def test_off_and_on(self):
        """A team that is off shares nothing, keeps what is there, and still thanks."""
        row = self._share(self.salesperson_a, name="Ask", story="It helped")
        self.team_east.process_experience = False
        with self.assertRaisesRegex(UserError, "switched off"), self.env.cr.savepoint():
            self._share(self.salesperson_b, name="Ask", story="It helped")
        with self._at(MONDAY):
            row.with_user(self.salesperson_b).action_thank()
        row.with_user(self.salesperson_a).story = "It helped twice"
        self.assertTrue(row.with_user(self.salesperson_d).read(["story"]))
        self.team_east.process_experience = True
        self.assertTrue(self._share(self.salesperson_b, name="Ask", story="Again"))

    def test_told_in_a_meeting(self):
        """The feed is read by all, the meeting in which it was told is not."""
        self._start()
        row = self._share(
            self.salesperson_a,
            name="Ask",
            story="It helped",
            meeting_id=self.meeting.id,
        )
        mine = row.with_user(self.salesperson_d)
        self.assertEqual(mine.read(["name"])[0]["name"], "Ask")
        with self.assertRaises(AccessError):
            mine.meeting_id.read(["place"])

    def test_limits_of_words(self):
        """Up to the limit, and one letter more; nothing is not shared either."""
        longest = self.env[EXPERIENCE]._text_limits["story"]
        self.assertTrue(
            self._share(self.salesperson_a, name="Ask", story="价" * longest)
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._share(self.salesperson_a, name="Ask", story="价" * (longest + 1))
        for values in ({"name": "Ask"}, {"story": "It helped"}):
            with self.assertRaisesRegex(UserError, "fill it in"):
                self._share(self.salesperson_a, **values)

    def test_who_changes_the_team(self):
        """It stays with the team in which it was shared."""
        row = self._share(self.salesperson_a, name="Ask", story="It helped")
        self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        ).unlink()
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_a.id}
        )
        self.env.flush_all()
        self.assertEqual(row.team_id, self.team_east)
        later = self._share(self.salesperson_a, name="Ask again", story="It helped")
        self.assertEqual(later.team_id, self.team_west)
        # the leader of the team in which it was shared archives it
        with self.assertRaises(AccessError):
            row.with_user(self.leader_west).active = False
        row.with_user(self.leader_east).active = False
        self.assertFalse(row.active)
