# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mail_activity import SUBJECT_LENGTH
from .common import SalesProcessCommon

START = fields.Datetime.to_datetime("2031-03-04 02:00:00")


@tagged("post_install", "-at_install")
class TestActivityTaken(SalesProcessCommon):
    """An activity goes with the customer; who has it on the screen is told so."""

    def setUp(self):
        super().setUp()
        with self._at(START):
            self.lead = self._create_lead(self.salesperson_a, phone="13812345678")
            self.activity = self.lead.with_user(self.salesperson_a).activity_schedule(
                "mail.mail_activity_data_call",
                summary="Ask about the offer",
                user_id=self.salesperson_a.id,
            )
            # another application may plan for the owner as well
            self.planned = self.lead.sudo().activity_schedule(
                "mail.mail_activity_data_call", user_id=self.salesperson_a.id
            )
            self.lead.with_user(self.leader_east).write(
                {"user_id": self.salesperson_b.id}
            )
            self.env.flush_all()
        self.env.invalidate_all()

    def _get_ways(self, user):
        """What somebody does with an activity that is on the screen."""
        mine = self.activity.with_user(user).sudo(False)
        planned = self.planned.with_user(user).sudo(False)
        return {
            "open": lambda: mine.read(["summary"]),
            "done": mine.action_done,
            "feedback": lambda: mine.action_feedback(feedback="Wants it cheaper"),
            "next": lambda: mine.action_feedback_schedule_next(feedback="Wants it"),
            "to another": mine.action_done_redirect_to_other,
            "cancel": mine.action_cancel,
            "today": mine.action_reschedule_today,
            "edit": lambda: mine.web_save({"summary": "Later"}, {"summary": {}}),
            "edit of others": lambda: planned.write({"summary": "Later"}),
            "deletion of others": planned.unlink,
        }

    def test_one_sentence_says_whose_it_is(self):
        """Whoever may know it learns who owns the customer now, and whom to ask."""
        ways = self._get_ways(self.salesperson_a)
        for name, act in ways.items():
            with (
                self.subTest(name),
                self._at(START),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError) as refused,
            ):
                self.env.invalidate_all()
                act()
            said = str(refused.exception)
            self.assertIn(self.salesperson_b.name, said, name)
            self.assertIn("team leader", said, name)
            self.assertNotIn("\n", said, name)
        self.assertTrue(self.activity.sudo().active)
        self.assertEqual(self.activity.sudo().summary, "Ask about the offer")
        self.assertTrue(self.planned.exists())

    def test_the_new_owner_finishes_it(self):
        with self._at(START):
            activity = self.activity.with_user(self.salesperson_b).sudo(False)
            activity.action_feedback(feedback="Wants it cheaper, said so by telephone")
        followup = self.env["sales.process.followup"].search(
            [("activity_id", "=", self.activity.id)]
        )
        self.assertEqual(followup.user_id, self.salesperson_b)
        self.assertTrue(followup.counts)

    def test_who_may_not_know_is_told_nothing(self):
        """Somebody without any customers learns no name."""
        with (
            self._at(START),
            mute_logger("odoo.addons.base.models.ir_rule"),
            self.assertRaises(AccessError) as refused,
        ):
            user = self.env.ref("base.default_user", raise_if_not_found=False)
            user = user or self.office_user
            self.activity.with_user(user).sudo(False).read(["summary"])
        self.assertNotIn(self.salesperson_b.name, str(refused.exception))


@tagged("post_install", "-at_install")
class TestWhoseLead(SalesProcessCommon):
    """Who works a lead, and what each of the others is told about it."""

    OWN = "What Odoo says by itself"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_b, name="Forty pumps", phone="13812345678"
        )
        cls.helper = cls.salesperson_c

    def _refuse(self, user, leads=None):
        """The sentence with which somebody is refused."""
        self.env.invalidate_all()
        leads = (leads or self.lead).with_user(user).sudo(False)
        return str(leads._make_refusal(lambda: AccessError(self.OWN)))

    def test_who_works_it(self):
        """In a team that enforces; elsewhere, and where it has ended, everybody."""
        everybody = {
            self.salesperson_a: False,
            self.salesperson_b: True,
            self.salesperson_c: False,
            self.salesperson_d: False,
            self.leader_east: True,
            self.leader_west: False,
            self.director: True,
        }

        def ask():
            self.env.invalidate_all()
            return {
                user: bool(self.lead.with_user(user).sudo(False)._filter_workable())
                for user in everybody
            }

        self.assertEqual(ask(), everybody)
        self.lead.ownership_id._add_collaborators(self.helper)
        self.assertEqual(ask(), {**everybody, self.helper: True})
        for mode in ("observe", "off"):
            with self.subTest(mode=mode), self.env.cr.savepoint() as savepoint:
                self.team_east.process_mode = mode
                self.assertEqual(set(ask().values()), {True})
                savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.lead.with_user(self.salesperson_b).action_set_lost()
        self.lead.ownership_id.sudo().state = "ended"
        self.assertEqual(set(ask().values()), {True}, "it is nobody's any more")

    def test_what_each_is_told(self):
        """The name of the lead to its readers, of the owner to colleagues only."""
        lead, owner, team = self.lead.name, self.salesperson_b.name, "Team East"
        self.company.process_owner_visibility = "team"
        for user, told, hidden in (
            (self.salesperson_a, (owner, team), (lead,)),
            (self.salesperson_c, (lead, owner, team), ()),
            (self.salesperson_d, (team,), (lead, owner)),
            (self.leader_west, (team,), (lead, owner)),
            (self.salesperson_x, (self.OWN,), (lead, owner, team)),
            (self.office_user, (self.OWN,), (lead, owner, team)),
            # who works it is refused for a reason that is not the customer
            (self.salesperson_b, (self.OWN,), (owner, team)),
            (self.leader_east, (self.OWN,), (owner, team)),
        ):
            said = self._refuse(user)
            with self.subTest(user=user.login, said=said):
                for part in told:
                    self.assertIn(part, said)
                for part in hidden:
                    self.assertNotIn(part, said)

    def test_somebody_of_both_companies(self):
        """The customer's company is one of theirs: the sentence, and still no lead."""
        self.assertEqual(self._refuse(self.salesperson_x), self.OWN)
        self.salesperson_x.company_ids |= self.company
        said = self._refuse(self.salesperson_x)
        self.assertIn("Team East", said)
        self.assertNotIn(self.lead.name, said)

    def test_of_several_leads_the_colleagues_is_said(self):
        """Own ones are not in the way; new and deleted ones are nobody's."""
        user = self.salesperson_a
        own = self._create_lead(user, name="Mine", phone="13912345678")
        self.assertEqual(self._refuse(user, own), self.OWN)
        for leads in (own | self.lead, self.lead | own):
            said = self._refuse(user, leads)
            self.assertIn(self.salesperson_b.name, said)
            self.assertNotIn("Mine", said)
        new = self.env["crm.lead"].new({"name": "New", "team_id": self.team_east.id})
        self.assertEqual(self._refuse(user, new), self.OWN)
        self.assertIn(self.salesperson_b.name, self._refuse(user, new | self.lead))

    def test_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson_a.lang = "zh_CN"
        leads = self.lead.with_user(self.salesperson_a)
        error = leads.with_context(lang="zh_CN")._make_refusal(lambda: None)
        self.assertIn(self.salesperson_b.name, str(error))
        self.assertNotIn("This customer", str(error))

    def test_who_posts(self):
        """Those who work it, and whoever sells nothing; in sudo as without it."""
        for user, may in (
            (self.salesperson_a, False),
            (self.salesperson_b, True),
            (self.salesperson_c, False),
            (self.leader_east, True),
            (self.office_user, True),
        ):
            for su in (True, False):
                lead = self.lead.with_user(user).sudo(su)
                with self.subTest(user=user.login, su=su):
                    if may:
                        lead._check_post()
                    else:
                        with self.assertRaises(AccessError) as refused:
                            lead._check_post()
                        # the name of a lead is its readers', in sudo as well
                        self.assertEqual(
                            self.lead.name in str(refused.exception),
                            user == self.salesperson_c,
                        )
        self.env["crm.lead"].with_user(self.salesperson_a)._check_post()

    def test_whose_contact_an_activity_was(self):
        """Who finishes it; whoever it was planned for, where a leader finishes it."""
        self.lead.ownership_id._add_collaborators(self.helper)
        owner, helper, leader = self.salesperson_b, self.helper, self.leader_east
        root = self.env.ref("base.user_root")
        for finishes, planned, contact in (
            (owner, owner, owner),
            (owner, helper, owner),
            (owner, leader, owner),
            (helper, owner, helper),
            (helper, helper, helper),
            (leader, owner, owner),
            (leader, helper, helper),
            (leader, leader, leader),
            # who neither owns it nor helps was not there
            (leader, self.salesperson_a, leader),
            (self.director, owner, owner),
            # who does not lead this team speaks for nobody
            (self.leader_west, owner, self.leader_west),
            (self.salesperson_a, owner, self.salesperson_a),
            (root, owner, root),
        ):
            activity = self.lead.sudo().activity_schedule(
                "mail.mail_activity_data_call", user_id=planned.id
            )
            with self.subTest(finishes=finishes.login, planned=planned.login):
                asked = activity.with_user(finishes).sudo()
                self.assertEqual(asked._get_contact_user(), contact)
        # a leader who helps as well was there
        self.lead.ownership_id._add_collaborators(leader)
        activity = self.lead.sudo().activity_schedule(
            "mail.mail_activity_data_call", user_id=owner.id
        )
        asked = activity.with_user(leader).sudo()
        self.assertEqual(asked._get_contact_user(), leader)

    def test_what_a_done_activity_says(self):
        """Words of who finishes it, else a name by the system; never two lines."""
        activity = self.lead.sudo().activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ask about the offer",
            user_id=self.salesperson_b.id,
        )
        now = fields.Datetime.to_datetime("2028-02-29 23:50:00")
        for feedback, subject, solution, is_named in (
            (None, "Ask about the offer", False, True),
            ("", "Ask about the offer", False, True),
            (" \n ", "Ask about the offer", False, True),
            ("Wants\n it  cheaper", "Wants it cheaper", False, False),
            ("x" * SUBJECT_LENGTH, "x" * SUBJECT_LENGTH, False, False),
            (
                "x" * (SUBJECT_LENGTH + 1),
                "x" * SUBJECT_LENGTH,
                "x" * (SUBJECT_LENGTH + 1),
                False,
            ),
        ):
            values = activity._prepare_followup_values(feedback, now)
            with self.subTest(feedback=feedback):
                self.assertEqual(values["subject"], subject)
                self.assertEqual(values["solution"], solution)
                self.assertIs(values["is_named_by_system"], is_named)
                self.assertEqual((values["date"], values["duration"]), (now, 0))
        activity.summary = False
        values = activity._prepare_followup_values(None, now)
        self.assertEqual(values["subject"], activity.activity_type_id.name)
