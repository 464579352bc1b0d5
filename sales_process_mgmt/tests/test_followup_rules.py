# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupRules(FollowupCommon):
    """What counts, why not, and who may."""

    # ------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------

    def test_counts_matrix(self):
        """Every reason, with the nearest case that counts."""
        self.ownership.collaborator_ids = self.salesperson_b
        cases = [
            ("owner", {}, self.salesperson_a, False),
            ("helper", {}, self.salesperson_b, False),
            ("leader, not helping", {}, self.leader_east, "stranger"),
            ("administrator", {}, self.administrator, "stranger"),
            ("one character", {"subject": "x"}, self.salesperson_a, "short"),
            ("two characters", {"subject": "ok"}, self.salesperson_a, "no_words"),
            ("two Chinese ones", {"subject": "报价"}, self.salesperson_a, False),
            ("blanks", {"subject": "     "}, self.salesperson_a, "short"),
            ("nothing", {"subject": False}, self.salesperson_a, "short"),
        ]
        for name, values, user, reason in cases:
            with self.subTest(name):
                followup = self._log(user, **{"subject": f"About {name}", **values})
                self.assertEqual(followup.void_reason, reason)
                self.assertEqual(followup.counts, not reason)

    def test_day_that_is_none(self):
        """One sentence, and nothing of the server's inside."""
        followup = self._log()
        mine = followup.with_user(self.salesperson_a)
        for name in ("date", "date_next"):
            for value in ("zzz", "2026-99-99"):
                ways = {
                    "logged": lambda name=name, value=value: self._log(**{name: value}),
                    "written": lambda name=name, value=value: mine.write({name: value}),
                }
                for way_name, way in ways.items():
                    with (
                        self.subTest(way=way_name, name=name, value=value),
                        self.assertRaisesRegex(ValidationError, "out of range"),
                        self.cr.savepoint(),
                    ):
                        way()

    def test_what_does_not_count_leaves_the_clock(self):
        deadline = self.ownership.date_deadline
        for user, subject in (
            (self.salesperson_a, "x"),
            (self.leader_east, "The leader called"),
        ):
            self._log(user, subject=subject)
        self.assertEqual(self.ownership.date_deadline, deadline)
        self.assertFalse(self.ownership.date_last_contact)

    def test_team_decides_the_length(self):
        self.team_east.process_followup_min_length = 5
        self.assertEqual(self._log(subject="Four").void_reason, "short")
        self.assertTrue(self._log(subject="Fives").counts)
        self.team_east.process_followup_min_length = 0
        self.assertEqual(self._log(subject=False).void_reason, "no_words")
        self.team_east.process_followup_rank_min = "machine"
        self.assertTrue(self._log(subject=False).counts)

    def test_same_text_again(self):
        """Pasted ten times it is one contact, on whichever lead of the customer."""
        self.assertTrue(self._log(subject="Same text").counts)
        for text in ("Same text", " same  TEXT ", "Ｓame text"):
            self.assertEqual(self._log(subject=text).void_reason, "repeated")
        other = self._log(subject="Same text", lead=self.other_lead)
        self.assertEqual(other.void_reason, "repeated", "The same customer")
        stranger = self._create_lead(self.salesperson_a, phone="13900000001")
        self.assertTrue(self._log(subject="Same text", lead=stranger).counts)
        self.ownership.collaborator_ids = self.salesperson_b
        self.assertTrue(self._log(self.salesperson_b, subject="Same text").counts)
        self.team_east.process_followup_refuse_repeated = False
        self.assertTrue(self._log(subject="Same text").counts)

    def test_text_of_an_activity_is_nobodys_words(self):
        """What an activity is called is not what somebody wrote about the contact."""
        self.lead.with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ring them",
            user_id=self.salesperson_a.id,
        ).action_feedback()
        done = self.lead.process_followup_ids
        self.assertEqual(
            (done.subject, done.counts, done.rank, done.void_reason),
            ("Ring them", False, "machine", "silent"),
        )
        # sudo: a clean-up, as Odoo deletes old activities
        done.activity_id.sudo().unlink()
        self.env.invalidate_all()
        self.assertFalse(done.activity_id)
        self.assertTrue(self._log(subject="ring them").counts)
        self.assertEqual(self._log(subject="Ring them").void_reason, "repeated")

    def test_same_text_in_one_batch(self):
        followups = (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .create([{"lead_id": self.lead.id, "subject": "Pasted"}] * 10)
        )
        self.assertEqual(followups.mapped("counts").count(True), 1)

    def test_same_text_after_a_season(self):
        self.ownership.date_start = self._days_ago(400)
        self._record(self._days_ago(91), subject="Season's greetings")
        near = self._record(self._days_ago(2), subject="Season's greetings")
        self.assertEqual(near.void_reason, "repeated")
        far = self._record(self._days_ago(0), subject="Season's greetings")
        self.assertTrue(far.counts)

    def test_refused_text_counts_when_the_first_is_gone(self):
        first = self._log(subject="Same text", date=self._days_ago(1))
        second = self._log(subject="Same text")
        self.assertFalse(second.counts)
        first.with_user(self.director).unlink()
        self.assertTrue(second.counts)
        self.assertEqual(self.ownership.date_last_contact, second.date)

    def test_pool_and_ended(self):
        new = self.ownership._hand_over(
            {self.ownership: self.env["res.users"]}, "release", "expired"
        )[self.ownership]
        self.assertEqual(new.state, "pool")
        self.assertEqual(self._log(self.leader_east).void_reason, "no_owner")
        self.assertFalse(new.date_last_contact)

    def test_lost_customer(self):
        (self.lead | self.other_lead).with_user(self.salesperson_a).action_set_lost()
        self.assertEqual(self.ownership.state, "ended")
        followup = self._log()
        self.assertEqual(followup.void_reason, "no_owner")

    def test_helper_of_then_stays_valid(self):
        """A correction does not ask again who helps today."""
        self.ownership.collaborator_ids = self.salesperson_b
        followup = self._log(self.salesperson_b)
        self.ownership.collaborator_ids = False
        followup.with_user(self.salesperson_b).subject = "Talked about the discount"
        self.assertTrue(followup.counts)
        followup.with_user(self.leader_east).user_id = self.salesperson_c
        self.assertEqual(followup.void_reason, "stranger")

    def test_observed_team(self):
        """Others may log where the team observes; it does not count."""
        lead = self._create_lead(self.salesperson_d, phone="13900000002")
        followup = self._log(self.salesperson_c, lead=lead)
        self.assertEqual(followup.void_reason, "stranger")
        self.assertTrue(self._log(self.salesperson_d, lead=lead).counts)

    def test_team_that_is_off(self):
        lead = self._create_lead(self.salesperson_e, phone="13900000003")
        followup = self._log(self.salesperson_e, lead=lead)
        self.assertEqual(followup.void_reason, "no_owner")
        self.assertFalse(lead.date_last_contact)

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def test_stranger_is_refused_with_the_sentence(self):
        with self.assertRaises(AccessError) as refusal:
            self._log(self.salesperson_c)
        self.assertIn("Salesperson A", str(refusal.exception))
        with self.assertRaises(AccessError):
            self.lead.with_user(self.salesperson_c).action_log_followup()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_record_rule_refuses_without_our_code(self):
        """What Python explains, the rule enforces."""
        values = {"lead_id": self.lead.id, "user_id": self.salesperson_c.id}
        followup = self.env["sales.process.followup"].create(values)
        for operation in ("create", "write", "unlink"):
            with self.subTest(operation):
                self.assertFalse(
                    followup.with_user(self.salesperson_b).has_access(operation)
                )
        self.assertFalse(followup.with_user(self.salesperson_c).has_access("create"))

    def test_nobody_logs_for_somebody_else(self):
        self.ownership.collaborator_ids = self.salesperson_b
        with self.assertRaises(AccessError):
            self._log(self.salesperson_b, user_id=self.salesperson_a.id)
        with self.assertRaises(AccessError):
            self._log(self.salesperson_b).with_user(
                self.salesperson_b
            ).user_id = self.salesperson_a
        by_leader = self._log(self.leader_east, user_id=self.salesperson_a.id)
        self.assertTrue(by_leader.counts)

    def test_nobody_claims_that_it_counts(self):
        """What the system decides is not written by people, not by defaults either."""
        for claimed in ({"counts": True}, {"source": "mail"}):
            with self.assertRaises(AccessError):
                self._log(subject="x", **claimed)
        followup = self._log(subject="x")
        with self.assertRaises(AccessError):
            followup.with_user(self.salesperson_a).write({"counts": True})
        self.assertFalse(followup.counts)
        sneaky = (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_a)
            .with_context(default_source="mail", default_counts=True)
            .create({"lead_id": self.lead.id, "subject": ""})
        )
        self.assertEqual(sneaky.source, "manual")
        self.assertFalse(sneaky.counts)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_access_matrix(self):
        """Every role against a contact of salesperson_a in Team East."""
        followup = self._log()
        self.ownership.collaborator_ids = self.salesperson_b
        allowed = {
            # role: read, write, create, unlink
            "director": "rwcu",
            "administrator": "rwcu",
            "leader_east": "rwc",
            "leader_west": "",
            "salesperson_a": "rwc",
            "salesperson_b": "r",
            "salesperson_c": "r",
            "salesperson_d": "",
            "salesperson_x": "",
            "office_user": "",
        }
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for role, letters in allowed.items():
            for letter, operation in operations.items():
                with self.subTest(role=role, operation=operation):
                    self.assertEqual(
                        followup.with_user(getattr(self, role)).has_access(operation),
                        letter in letters,
                    )

    def test_other_company_sees_nothing(self):
        lead = self._create_lead(self.salesperson_x, email_from="x@example.com")
        followup = self._log(self.salesperson_x, lead=lead)
        self.assertEqual(followup.company_id, self.company_2)
        Followup = self.env["sales.process.followup"]
        for user in (self.director, self.leader_east, self.salesperson_c):
            self.assertNotIn(followup.id, Followup.with_user(user).search([]).ids)
