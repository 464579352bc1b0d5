# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import COMPLAINT, CareCommon
from .test_satisfaction import WON, SatisfactionCommon

QUIET = (
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.http",
)


@tagged("post_install", "-at_install")
class TestComplaintAttack(CareCommon):
    """What somebody learns or does beside the screens, by calls and records of Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = mail_new_test_user(
            cls.env, login="care_portal", groups="base.group_portal"
        )

    def _call(self, user, model, name, *args, **kwargs):
        return call_kw(self.env[model].with_user(user), name, list(args), kwargs)

    @mute_logger(*QUIET)
    def test_doors_of_the_mail_server(self):
        """Nobody hands in mail by a call: neither a complaint nor an answer to one."""
        row = self._complain(contact_email="wang@example.com", channel="email")
        self._settle(row)
        before = self.env[COMPLAINT].search_count([])
        mail = {"email_from": "wang@example.com", "subject": "Rude", "body": "Very"}
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.office_user,
            self.portal,
            self.leader_east,
        ):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._call(
                        user,
                        COMPLAINT,
                        "message_new",
                        mail,
                        {"team_id": self.team_east.id},
                    )
                with self.assertRaises(AccessError):
                    self._call(user, COMPLAINT, "message_update", row.ids, mail)
        self.assertEqual(self.env[COMPLAINT].search_count([]), before)
        self.assertEqual(row.state, "closed")
        self.assertEqual(row.weighs_on_id, self.salesperson_a)

    @mute_logger(*QUIET)
    def test_refusals_name_nobody(self):
        """The same words for every private record, with developer mode, too."""
        self.patch(
            type(self.env["res.users"]),
            "has_group",
            self._has_every_tool(type(self.env["res.users"]).has_group),
        )
        other = self._complain(description="Not about a person")
        row = self._complain(against_id=self.salesperson_a.id)
        words = set()
        for complaint in (other, row):
            with self.assertRaises(AccessError) as caught:
                self._call(
                    self.salesperson_a, COMPLAINT, "read", complaint.ids, ["name"]
                )
            words.add(str(caught.exception))
        self.assertEqual(len(words), 1, words)
        self.assertNotIn(row.code, str(words))
        self.assertNotIn("oneself", str(words))

    @staticmethod
    def _has_every_tool(has_group):
        def answer(user, name):
            return name == "base.group_no_one" or has_group(user, name)

        return answer

    @mute_logger(*QUIET)
    def test_followers_tell_nothing(self):
        """A customer follows a complaint: only its readers read that."""
        customer = self.env["res.partner"].create({"name": "Customer"})
        row = self._complain(against_id=self.salesperson_a.id)
        row.message_subscribe(customer.ids)
        domain = [("res_model", "=", COMPLAINT), ("partner_id", "=", customer.id)]
        follower = self.env["mail.followers"].search(domain)
        self.assertTrue(follower)
        for user in (self.salesperson_a, self.salesperson_b, self.office_user):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(
                    self._call(user, "mail.followers", "search_count", domain), 0
                )
                self.assertEqual(
                    self._call(
                        user,
                        "mail.followers",
                        "formatted_read_group",
                        domain,
                        ["res_id"],
                        ["__count"],
                    ),
                    [],
                )
                with self.assertRaises(AccessError):
                    self._call(user, "mail.followers", "read", follower.ids, ["res_id"])
        for user in (self.leader_east, self.director):
            self.env.invalidate_all()
            self.assertEqual(
                self._call(user, "mail.followers", "search", domain), follower.ids
            )
            read = self._call(user, "mail.followers", "read", follower.ids, ["res_id"])
            self.assertEqual(read[0]["res_id"], row.id)
        # what is not private is read as before
        self.lead.message_subscribe(customer.ids)
        self.assertTrue(
            self.env["mail.followers"]
            .with_user(self.salesperson_b)
            .search([("res_model", "=", "crm.lead")], limit=1)
        )

    @mute_logger(*QUIET)
    def test_records_of_odoo_around_it(self):
        """To-dos, messages, files: the same refusal, about oneself or not."""
        row = self._complain(against_id=self.salesperson_a.id)
        other = self._complain(description="Not about a person")
        person = self.salesperson_a
        model_id = self.env["ir.model"]._get_id(COMPLAINT)
        calls = {
            "mail.activity": lambda it: {
                "res_model_id": model_id,
                "res_id": it.id,
                "user_id": person.id,
            },
            "mail.message": lambda it: {"model": COMPLAINT, "res_id": it.id},
            "ir.attachment": lambda it: {
                "name": "x",
                "res_model": COMPLAINT,
                "res_id": it.id,
            },
            "sales.process.complaint.answer": lambda it: {
                "kind": "tell",
                "complaint_id": it.id,
                "customer_agrees": "yes",
            },
        }
        for model, make in calls.items():
            words = set()
            for complaint in (row, other):
                with (
                    self.subTest(model=model),
                    self.assertRaises(AccessError) as caught,
                    self.env.cr.savepoint(),
                ):
                    ids = self._call(person, model, "create", [make(complaint)])
                    if model.endswith("answer"):
                        self._call(person, model, "action_save", ids)
                words.add(re.sub(r"\d+", "N", str(caught.exception)))
            self.assertEqual(len(words), 1, words)
        for model in ("mail.activity", "mail.message", "ir.attachment"):
            field = "model" if model == "mail.message" else "res_model"
            self.assertFalse(
                self._call(person, model, "search", [(field, "=", COMPLAINT)])
            )
        for kind in ("sales.process.agenda.item", "sales.process.fact"):
            self.assertFalse(
                self._call(person, kind, "search", [("kind", "like", "complaint")])
            )

    @mute_logger(*QUIET)
    def test_a_message_names_no_complaint(self):
        """Odoo would fill in the headline as the subject, whoever asks."""
        row = self._complain(against_id=self.salesperson_a.id)
        words = {
            "default_model": COMPLAINT,
            "default_res_ids": row.ids,
            "default_composition_mode": "comment",
        }
        model = "mail.compose.message"
        for user in (self.salesperson_a, self.salesperson_b, self.office_user):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    self._call(user, model, "create", [{}], context=words)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    values = {"model": COMPLAINT, "res_ids": str(row.ids)}
                    self._call(user, model, "create", [values])
        ids = self._call(self.leader_east, model, "create", [{}], context=words)
        self.assertIn(row.name, self.env[model].browse(ids).subject)

    @mute_logger(*QUIET)
    def test_whoever_is_named_by_the_customer_does_not_read_it(self):
        """The leader, too; half a name, or two of one name, name nobody."""
        for whom, accused in (
            ("leader  EAST, your manager", self.leader_east),
            ("Salesperson A", self.salesperson_a),
            ("Leader", self.env["res.users"]),
            ("Leader Eastwood", self.env["res.users"]),
            ("salesperson a or salesperson b", self.salesperson_a),
            ("salesperson b or salesperson c", self.env["res.users"]),
            ("", self.env["res.users"]),
        ):
            with self.subTest(whom=whom):
                row = self._complain(description=f"About {whom}", whom=whom)
                self.assertEqual(row.against_id, accused)
                self.assertNotEqual(row.decider_id, accused or None)
                if accused:
                    self.assertFalse(row.with_user(accused).has_access("read"))
        self.salesperson_b.name = "王伟"
        row = self._complain(description="王", whom="你们的王伟态度不好")
        self.assertEqual(row.against_id, self.salesperson_b)

    @mute_logger(*QUIET)
    def test_for_whom_it_counts_reopens_nothing(self):
        """The owner worked on it: who decides takes it off the account, nobody else."""
        row = self._complain()
        row.with_user(self.leader_east).handler_id = self.salesperson_a
        self._settle(row)
        self.assertEqual(row.weighs_on_id, self.salesperson_a)
        with self.assertRaises(AccessError):
            self._answer(self.salesperson_a, row, "reopen", text="Not settled")
        self.assertEqual(row.weighs_on_id, self.salesperson_a)
        self._answer(self.leader_east, row, "reopen", text="Not settled")
        self.assertEqual(row.state, "open")


@tagged("post_install", "-at_install")
class TestSatisfactionAttack(SatisfactionCommon):
    """How a salesperson would get rid of a question, or of its answer."""

    def test_a_code_takes_no_question_away(self):
        """Who has an address is asked there, whatever the salesperson shows."""
        self._win()
        mine = self.lead.with_user(self.salesperson_a)
        with self._at(WON + timedelta(hours=1)), self.assertRaises(UserError):
            mine.action_show_satisfaction()
        self._night(WON + timedelta(hours=2))
        self._night(WON + timedelta(days=1))
        self.assertEqual((self._row().state, self._row().channel), ("asked", "email"))

    def _take_back_and_win(self, moment):
        with self._at(moment):
            self.lead.stage_id = self.env["crm.stage"].search(
                [("is_won", "=", False)], limit=1
            )
            self.env.flush_all()
        self._night(moment + timedelta(hours=1))
        self.assertTrue(self._row().is_taken_back)
        with self._at(moment + timedelta(hours=2)):
            self.lead.action_set_won()
            self.env.flush_all()
        self._night(moment + timedelta(hours=3))

    def test_lost_and_won_again_before_it_is_asked(self):
        self._win()
        self._night(WON + timedelta(hours=1))
        self._take_back_and_win(WON + timedelta(hours=2))
        self.assertEqual(self._row().state, "waiting")
        self._night(WON + timedelta(days=1))
        self.assertEqual(self._row().state, "asked")
        self.assertEqual(len(self._mails()), 1)

    def test_lost_and_won_again_after_the_answer(self):
        """The answer counts, and nobody is asked twice."""
        token = self._ask()
        self._take_back_and_win(WON + timedelta(days=1, hours=1))
        self.assertEqual(self._row().state, "asked")
        self.assertTrue(self._reply(token, "1"))
        self.assertTrue(self._row().is_counted)
        self._take_back_and_win(WON + timedelta(days=3))
        self.assertTrue(self._row().is_counted)
        self.assertEqual((self._row().score, len(self._mails())), (1, 1))
