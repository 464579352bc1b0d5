# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..report.sales_process_timeline import PAGE
from .common_followup import FollowupCommon

MOST_QUERIES = 40


@tagged("post_install", "-at_install")
class TestTimeline(FollowupCommon):
    """A line of each source, and who reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Deyang Valves", "phone": "13812345678"}
        )
        cls.lead.with_user(cls.salesperson_a).partner_id = cls.partner
        now = cls.env.cr.now()
        lead = cls.lead.with_user(cls.salesperson_a)
        cls.followup = (
            cls.env["sales.process.followup"]
            .with_user(cls.salesperson_a)
            .create(
                {
                    "lead_id": cls.lead.id,
                    "channel": "visit",
                    "subject": cls._say("visit"),
                    "next_step": "Send the offer",
                }
            )
        )
        cls.message = lead.message_post(
            body="What they told", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        cls.to_do = lead.activity_schedule(
            "mail.mail_activity_data_todo",
            summary="Look for the drawing",
            user_id=cls.salesperson_a.id,
        )
        cls.done = cls.env["mail.message"].browse(
            cls.to_do._action_done(feedback="Found it")[0].ids
        )
        cls.meeting = (
            cls.env["calendar.event"]
            .with_user(cls.salesperson_a)
            .create(
                {
                    "name": "Look at the plant",
                    "start": now + timedelta(days=2),
                    "stop": now + timedelta(days=2, hours=1),
                    "opportunity_id": cls.lead.id,
                }
            )
        )
        cls.conflict = cls.env["sales.process.conflict"].create(
            {
                "name": "Deyang",
                "user_id": cls.salesperson_b.id,
                "owner_id": cls.salesperson_a.id,
                "ownership_id": cls.ownership.id,
                "team_id": cls.team_east.id,
                "company_id": cls.company.id,
                "resolution": "refused",
                "state": "resolved",
                "date": now - timedelta(days=1),
            }
        )
        cls.sources = {
            "sales.process.followup": cls.followup,
            "mail.message": cls.message | cls.done,
            "calendar.event": cls.meeting,
            "sales.process.ownership": cls.ownership,
            "sales.process.conflict": cls.conflict,
        }
        cls.env.flush_all()

    def _get_page(self, user=None, record=None, **arguments):
        self.env.flush_all()
        self.env.invalidate_all()
        record = self.lead if record is None else record
        return (
            self.env["sales.process.timeline"]
            .with_user(user or self.salesperson_a)
            .get_page(record._name, record.id, **arguments)
        )

    def _get_lines(self, user=None, record=None, **arguments):
        lines = self._get_page(user, record, **arguments)["lines"]
        return {line["key"]: line for line in lines}

    def _get_kinds(self, user=None, record=None):
        return {line["kind"] for line in self._get_lines(user, record).values()}

    # ------------------------------------------------------------
    # WHAT IS TOLD
    # ------------------------------------------------------------

    def test_each_source_is_told(self):
        lines = self._get_lines()
        followup = lines[f"followup-{self.followup.id}"]
        self.assertEqual(followup["title"], "Visit")
        self.assertIn("Next: Send the offer", followup["text"])
        self.assertEqual(followup["badge"], self.followup.counts_label)
        self.assertEqual(followup["tone"], "success")
        self.assertEqual(followup["person"], self.salesperson_a.name)
        self.assertEqual(
            followup["open"],
            {"model": "sales.process.followup", "id": self.followup.id},
        )
        message = lines[f"message-{self.message.id}"]
        self.assertEqual(
            (message["title"], message["text"]), ("Note", "What they told")
        )
        self.assertFalse(message["open"], "it stands on the record that is open")
        done = lines[f"activity-{self.done.id}"]
        self.assertEqual(done["title"], "To-Do")
        self.assertIn("Found it", done["text"])
        meeting = lines[f"meeting-{self.meeting.id}"]
        self.assertEqual(
            (meeting["title"], meeting["badge"]), ("Look at the plant", "Planned")
        )
        owner = lines[f"owner-{self.ownership.id}"]
        self.assertEqual(owner["title"], f"Owner: {self.salesperson_a.name}")
        self.assertEqual(owner["badge"], "Lead")
        conflict = lines[f"conflict-{self.conflict.id}"]
        self.assertEqual(conflict["badge"], "Refused")
        self.assertEqual(conflict["person"], self.salesperson_b.name)

    def test_newest_first(self):
        moments = [line["moment"] for line in self._get_page()["lines"]]
        self.assertEqual(moments, sorted(moments, reverse=True))

    def test_same_lines_from_lead_contact_and_period(self):
        keys = set(self._get_lines())
        self.assertLessEqual(
            {
                f"followup-{self.followup.id}",
                f"message-{self.message.id}",
                f"activity-{self.done.id}",
                f"meeting-{self.meeting.id}",
                f"owner-{self.ownership.id}",
                f"conflict-{self.conflict.id}",
            },
            keys,
        )
        for record in (self.other_lead, self.ownership, self.partner):
            with self.subTest(record=record):
                self.assertEqual(set(self._get_lines(record=record)), keys)

    def test_contact_made_of_a_message_activity_or_meeting_stands_once(self):
        call = self.lead.with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_a.id
        )
        call.action_feedback(feedback=self._say("call"))
        followup = self.env["sales.process.followup"].search(
            [("activity_id", "=", call.id)]
        )
        self.assertTrue(followup)
        lines = self._get_lines()
        self.assertIn(f"followup-{followup.id}", lines)
        told = [line for line in lines.values() if self._say("call") in line["text"]]
        self.assertEqual([line["kind"] for line in told], ["followup"])
        # whoever may not read the contact reads the message
        followup.mail_message_id = self.message
        self.assertNotIn(f"message-{self.message.id}", self._get_lines())

    def test_owners_and_returns(self):
        self.ownership.with_user(self.salesperson_a)._give_up("No need this year")
        pool = self.lead.ownership_id
        self.assertEqual(pool.state, "pool")
        lines = self._get_lines(self.leader_east)
        line = lines[f"pool-{pool.id}"]
        self.assertEqual(line["kind"], "return")
        self.assertEqual(line["title"], "Went into the pool")
        self.assertIn("No need this year", line["text"])
        self.assertEqual(line["person"], self.salesperson_a.name)
        pool.with_user(self.salesperson_b).action_take()
        taken = self.lead.ownership_id
        lines = self._get_lines(self.salesperson_b)
        self.assertEqual(
            lines[f"owner-{taken.id}"]["title"], f"Owner: {self.salesperson_b.name}"
        )
        self.assertIn(f"followup-{self.followup.id}", lines, "the history goes along")

    def test_end_without_a_next_period(self):
        self.lead.with_user(self.salesperson_a).action_set_lost()
        self.other_lead.with_user(self.salesperson_a).action_set_lost()
        self.assertEqual(self.ownership.state, "ended")
        line = self._get_lines()[f"end-{self.ownership.id}"]
        self.assertEqual(line["badge"], "Lost")
        self.assertEqual(line["kind"], "return")

    # ------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------

    def test_pages_hold_each_line_once(self):
        moment = self.env.cr.now() - timedelta(days=1)
        self.env["sales.process.conflict"].create(
            [
                {
                    "name": f"Try {number}",
                    "user_id": self.salesperson_b.id,
                    "owner_id": self.salesperson_a.id,
                    "ownership_id": self.ownership.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "resolution": "refused",
                    "state": "resolved",
                    # many at the same second
                    "date": moment - timedelta(seconds=number // 10),
                }
                for number in range(2 * PAGE)
            ]
        )
        keys, before = [], None
        for _page in range(9):
            page = self._get_page(before=before)
            self.assertLessEqual(len(page["lines"]), PAGE)
            keys += [line["key"] for line in page["lines"]]
            before = page["before"]
            if not before:
                break
        self.assertEqual(len(keys), len(set(keys)))
        self.assertEqual(sum(key.startswith("conflict-") for key in keys), 2 * PAGE + 1)
        self.assertFalse(before)

    def test_filter_by_kind(self):
        self.assertEqual(
            set(self._get_lines(kinds=["conflict"])), {f"conflict-{self.conflict.id}"}
        )
        self.assertEqual(
            {
                line["kind"]
                for line in self._get_lines(kinds=["followup", "meeting"]).values()
            },
            {"followup", "meeting"},
        )
        self.assertFalse(self._get_lines(kinds=["nonsense"]))

    def test_as_many_queries_for_a_page_of_any_length(self):
        few = self._count_queries(self._get_page)
        for number in range(PAGE):
            self._record(self._days_ago(3) + timedelta(minutes=number))
            self.lead.message_post(body=f"Note {number}", message_type="comment")
        many = self._count_queries(self._get_page)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, MOST_QUERIES)

    # ------------------------------------------------------------
    # WHO READS
    # ------------------------------------------------------------

    def test_stranger_reads_nothing(self):
        """The contact is readable by everybody, what happened with it is not."""
        for user in (self.salesperson_b, self.salesperson_d, self.salesperson_x):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._get_lines(user)
        self.partner.message_post(body="Called them", message_type="comment")
        self.meeting.partner_ids |= self.partner
        # who tried reads the own attempt, as in the list of conflicts
        self.assertEqual(
            set(self._get_lines(self.salesperson_b, self.partner)),
            {f"conflict-{self.conflict.id}"},
        )
        for user in (self.salesperson_d, self.leader_west, self.salesperson_x):
            with self.subTest(user=user.login):
                self.assertFalse(self._get_lines(user, self.partner))
        with self.assertRaises(AccessError):
            self._get_lines(self.office_user)
        self.assertFalse(self._get_lines(self.office_user, self.partner))

    def test_each_source_obeys_its_own_rules(self):
        """What one reads in the time line is what one reads of each model."""
        self.ownership._add_collaborators(self.salesperson_b)
        people = {
            "owner": self.salesperson_a,
            "helper": self.salesperson_b,
            "all documents": self.salesperson_c,
            "another team": self.salesperson_d,
            "leader": self.leader_east,
            "another leader": self.leader_west,
            "administrator": self.director,
        }
        for name, user in people.items():
            lines = self._get_lines(user, self.partner).values()
            for model, records in self.sources.items():
                ids = {
                    int(line["key"].split("-")[1])
                    for line in lines
                    if self._get_model(line) == model
                }
                for record in records:
                    with self.subTest(person=name, model=model):
                        works = name not in ("another team", "another leader")
                        readable = record.with_user(user).has_access("read")
                        self.assertEqual(record.id in ids, works and readable)

    def _get_model(self, line):
        kind = line["key"].split("-")[0]
        return {
            "followup": "sales.process.followup",
            "message": "mail.message",
            "activity": "mail.message",
            "meeting": "calendar.event",
            "owner": "sales.process.ownership",
            "conflict": "sales.process.conflict",
        }.get(kind)

    def test_helper_reads_no_conflict_but_the_rest(self):
        helper = self.salesperson_d
        self.ownership._add_collaborators(helper)
        self.assertEqual(
            self._get_kinds(helper),
            {"followup", "message", "activity", "meeting", "owner"},
        )

    def test_pool_hides(self):
        self.ownership.with_user(self.salesperson_a)._give_up("No need")
        pool = self.lead.ownership_id
        page = self._get_page(self.salesperson_b, pool)
        self.assertFalse(page["lines"])
        self.assertIn("pool", page["note"])
        # who reads all documents, too, and who has had it before
        for user in (self.salesperson_c, self.salesperson_a):
            with self.subTest(user=user.login):
                self.assertFalse(self._get_page(user, pool)["lines"])
        with self.assertRaises(AccessError):
            self._get_page(self.salesperson_c, self.lead)
        self.assertTrue(self._get_page(self.leader_east, pool)["lines"])
        self.assertTrue(self._get_page(self.director, pool)["lines"])

    def test_private_meeting_of_a_colleague(self):
        """Odoo hides its words; the time line does not tell them either."""
        self.meeting.write({"privacy": "private", "location": "Where nobody looks"})
        line = self._get_lines(self.leader_east)[f"meeting-{self.meeting.id}"]
        self.assertNotIn("plant", line["title"])
        self.assertFalse(line["text"])

    def test_another_company(self):
        page = self._get_lines(self.director)
        self.assertTrue(page)
        lead = self.lead.with_user(self.salesperson_x)
        with self.assertRaises(AccessError):
            self._get_lines(self.salesperson_x, lead)

    # ------------------------------------------------------------
    # WHAT A CLIENT MAY SEND
    # ------------------------------------------------------------

    def test_what_a_client_may_send(self):
        timeline = self.env["sales.process.timeline"].with_user(self.salesperson_a)
        for arguments in (
            ("res.users", self.salesperson_b.id),
            ("no.model", 1),
            ("crm.lead", "1 OR 1=1"),
            ("crm.lead", [self.lead.id]),
            ("crm.lead", True),
            ("crm.lead", 2**31),
            ("crm.lead", -1),
            (None, None),
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                timeline.get_page(*arguments)
        infinite = ["2027-01-01 00:00:00", float("inf"), 3]
        for before in (
            infinite,
            "nonsense",
            [1],
            [None, None, None],
            ["2027", "x", 3],
            7,
        ):
            with self.subTest(before=before), self.assertRaises(UserError):
                timeline.get_page("crm.lead", self.lead.id, before=before)
        for kinds in ("followup", [["x"]], {"a": 1}, 3):
            with self.subTest(kinds=kinds), self.assertRaises(UserError):
                timeline.get_page("crm.lead", self.lead.id, kinds=kinds)
