# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import COMPLAINT, CareCommon

QUIET = (
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.http",
)


@tagged("post_install", "-at_install")
class TestComplaintAgainst(CareCommon):
    """Whom it is against neither sees it, follows it, is told of it, nor closes it."""

    def _against(self, person, **values):
        before = self._max_message()
        row = self._complain(against_id=person.id, **values)
        self.assertFalse(self._messages(person, before), "Nobody tells that person")
        return row

    def _assert_hidden(self, row, person):
        """By every way in which somebody reads."""
        Complaint = self.env[COMPLAINT].with_user(person)
        mine = row.with_user(person)
        self.assertFalse(Complaint.search([("id", "=", row.id)]))
        self.assertFalse(Complaint.search_count([("id", "=", row.id)]))
        self.assertFalse(
            Complaint._read_group([("id", "=", row.id)], ["team_id"], ["__count"])
        )
        self.assertEqual(
            Complaint.formatted_read_group([("id", "=", row.id)], [], ["__count"]),
            [{"__count": 0, "__extra_domain": [(1, "=", 1)]}],
        )
        self.assertFalse(Complaint.name_search(row.code))
        for call in (
            lambda: mine.read(["name"]),
            lambda: mine.display_name,
            lambda: mine.write({"cause": "other"}),
            mine.action_decide,
            mine.action_tell,
            mine.action_reopen,
            mine.action_about_me,
            lambda: mine._decide("unjustified", "No"),
            lambda: mine._close_told("yes"),
            lambda: mine._reopen_by_hand("No"),
            lambda: mine.message_post(body="I know"),
        ):
            with self.subTest(call), self.assertRaises(AccessError):
                self.env.invalidate_all()
                call()
        mine.message_subscribe(person.partner_id.ids)
        self.assertNotIn(person.partner_id, row.message_partner_ids)
        messages = self.env["mail.message"].with_user(person)
        self.assertFalse(
            messages.search([("model", "=", COMPLAINT), ("res_id", "=", row.id)])
        )

    @mute_logger(*QUIET)
    def test_owner(self):
        """Routed to the leader; nothing on the lead of the customer reveals it."""
        row = self._against(self.salesperson_a)
        self.assertEqual(row.decider_id, self.leader_east)
        self.assertFalse(row.handler_id)
        self._assert_hidden(row, self.salesperson_a)
        self.assertNotIn(row.code, str(self.lead.message_ids.mapped("body")))
        self.assertFalse(self.lead.activity_ids)
        self.assertTrue(row.with_user(self.leader_east).name)

    @mute_logger(*QUIET)
    def test_all_documents_and_leader_and_administrator(self):
        for person in (self.salesperson_c, self.leader_east, self.director):
            with self.subTest(person.name):
                row = self._against(person, description=person.name)
                self._assert_hidden(row, person)

    def test_against_the_leader(self):
        """To whom the leader reports; else to an administrator, never to colleagues."""
        row = self._against(self.leader_east)
        self.assertIn(row.decider_id, self.managers)
        region = self._create_region(self.team_east)
        row = self._against(self.leader_east, description="Again")
        self.assertEqual(row.decider_id, region)
        # who works below the leader does not work on it
        with self.assertRaisesRegex(UserError, "works below"):
            row.with_user(region).handler_id = self.salesperson_b
        row.with_user(region).handler_id = self.salesperson_d
        self.assertEqual(row.handler_id, self.salesperson_d)

    def test_against_whom_the_leader_reports_to(self):
        """The leader works below that person: an administrator decides."""
        region = self._create_region(self.team_east)
        row = self._against(region)
        self.assertIn(row.decider_id, self.managers)
        with self.assertRaises(AccessError):
            row.with_user(self.leader_east).severity = "minor"

    @mute_logger(*QUIET)
    def test_against_an_administrator(self):
        """Another administrator answers, and the list of matters does not tell."""
        self.team_east.user_id = False
        first = self.env.ref("sales_team.group_sale_manager").all_user_ids.sorted("id")
        first = first.filtered(
            lambda user: user.active and self.company in user.company_ids
        )[:1]
        row = self._against(first)
        self.assertTrue(row.decider_id)
        self.assertNotEqual(row.decider_id, first)
        items = self.env["sales.process.agenda.item"].with_user(first)
        self.assertFalse(items.search([("kind", "=", "complaint_open")]))
        self._assert_hidden(row, first)

    @mute_logger(*QUIET)
    def test_against_an_administrator_where_there_is_a_director(self):
        """Case 70: the director, not the leader whom the administrator administers."""
        chief = mail_new_test_user(
            self.env,
            login="care_chief",
            groups="base.group_user,sales_process_mgmt.group_sales_process_director",
            company_id=self.company.id,
        )
        row = self._against(self.director)
        self.assertEqual(row.decider_id, chief)
        self._assert_hidden(row, self.director)
        with self.assertRaises(AccessError):
            row.with_user(self.leader_east).severity = "minor"
        self.assertFalse(row.with_user(self.leader_east).can_decide)
        self._settle(row, by=chief)
        self.assertEqual((row.state, row.weighs_on_id), ("closed", self.director))
        # about the director: another administrator, below nobody
        row = self._against(chief, description="Again")
        self.assertEqual(row.decider_id, self.leader_east)
        self._assert_hidden(row, chief)

    def test_nobody_else_is_there(self):
        """It waits for nobody rather than for whom it is against."""
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        (managers - self.director).write({"active": False})
        self.team_east.user_id = False
        row = self._against(self.director)
        self.assertFalse(row.decider_id)
        self.administrator.active = True
        self.env[COMPLAINT]._process_late()
        self.assertEqual(row.decider_id, self.administrator)

    @mute_logger(*QUIET)
    def test_said_later(self):
        """Whoever worked on it is shut out of everything: followers, inbox, to-dos."""
        row = self._complain()
        row.with_user(self.leader_east).handler_id = self.salesperson_a
        row.message_subscribe(self.salesperson_a.partner_id.ids)
        row.message_post(
            body="Look at this",
            partner_ids=self.salesperson_a.partner_id.ids,
            subtype_xmlid="mail.mt_comment",
        )
        todo = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(COMPLAINT),
                "res_id": row.id,
                "user_id": self.salesperson_a.id,
                "summary": "Call",
            }
        )
        message = row.message_ids[:1]
        self.assertTrue(message.with_user(self.salesperson_a).has_access("read"))
        file = self.env["ir.attachment"].create(
            {
                "name": "photo.txt",
                "datas": base64.b64encode(b"x"),
                "res_model": COMPLAINT,
                "res_id": row.id,
            }
        )
        self.assertTrue(file.with_user(self.salesperson_a).has_access("read"))
        row.with_user(self.leader_east).against_id = self.salesperson_a
        self.env.invalidate_all()
        self.assertFalse(row.handler_id)
        self.assertNotIn(self.salesperson_a.partner_id, row.message_partner_ids)
        self.assertFalse(message.with_user(self.salesperson_a).has_access("read"))
        self.assertFalse(file.with_user(self.salesperson_a).has_access("read"))
        self.assertFalse(todo.exists())
        self._assert_hidden(row, self.salesperson_a)

    def test_nobody_lets_that_person_in(self):
        """Not as follower, not by name in a message, not with a to-do."""
        row = self._against(self.salesperson_a)
        before = self._max_message()
        mine = row.with_user(self.leader_east)
        partner = self.salesperson_a.partner_id
        mine.message_subscribe(partner.ids)
        mine.message_post(
            body="@A", partner_ids=partner.ids, subtype_xmlid="mail.mt_comment"
        )
        mine.message_notify(
            body="@A", partner_ids=(partner | self.leader_west.partner_id).ids
        )
        self.assertNotIn(partner, row.message_partner_ids)
        self.assertFalse(self._messages(self.salesperson_a, before))
        self.assertFalse(
            self.env["mail.notification"].search(
                [
                    ("mail_message_id", "in", row.message_ids.ids),
                    ("res_partner_id", "=", partner.id),
                ]
            )
        )
        with self.assertRaisesRegex(UserError, "about themselves"):
            self.env["mail.activity"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(COMPLAINT),
                    "res_id": row.id,
                    "user_id": self.salesperson_a.id,
                }
            )
        todo = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(COMPLAINT),
                "res_id": row.id,
                "user_id": self.leader_east.id,
            }
        )
        with self.assertRaisesRegex(UserError, "about themselves"):
            todo.user_id = self.salesperson_a
        with self.assertRaisesRegex(UserError, "about themselves"):
            mine.handler_id = self.salesperson_a

    def test_who_may_not_read_is_not_told(self):
        """A colleague who forwarded it, or worked on it before, follows nothing."""
        row = self._complain()
        before = self._max_message()
        for person in (self.salesperson_b, self.office_user):
            row.message_subscribe(person.partner_id.ids)
            row.with_user(person).sudo().message_post(
                body="Forwarded",
                author_id=person.partner_id.id,
                subtype_xmlid="mail.mt_comment",
            )
            self.assertNotIn(person.partner_id, row.message_partner_ids)
        row.with_user(self.leader_east).handler_id = self.salesperson_b
        row.message_subscribe(self.salesperson_b.partner_id.ids)
        self.assertIn(self.salesperson_b.partner_id, row.message_partner_ids)
        row.with_user(self.leader_east).handler_id = False
        row.with_user(self.leader_east).message_post(
            body="Between us", subtype_xmlid="mail.mt_comment"
        )
        self.assertFalse(
            self.env["mail.notification"].search(
                [
                    ("mail_message_id", ">", before),
                    ("mail_message_id.body", "like", "Between us"),
                    ("res_partner_id", "=", self.salesperson_b.partner_id.id),
                ]
            )
        )

    def test_leader_says_it_is_about_me(self):
        row = self._complain()
        mine = row.with_user(self.leader_east)
        self._investigate(self.leader_east, row)
        self._answer(
            self.leader_east, row, "decide", verdict="unjustified", text="Nonsense"
        )
        with self.assertRaisesRegex(UserError, "It Is About Me"):
            mine.against_id = self.leader_east
        mine.action_about_me()
        self.assertEqual(row.against_id, self.leader_east)
        self.assertIn(row.decider_id, self.managers)
        # what was decided about oneself is void
        self.assertEqual((row.state, row.verdict), ("open", False))
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_b).action_about_me()

    def test_verdict_of_whom_it_turns_out_to_be_against(self):
        row = self._complain()
        self._investigate(self.leader_east, row)
        self._answer(
            self.leader_east, row, "decide", verdict="unjustified", text="Nonsense"
        )
        row.with_user(self.director).against_id = self.leader_east
        self.assertEqual((row.state, row.decided_by_id.id), ("open", False))

    def test_it_counts_for_that_person(self):
        row = self._against(self.salesperson_b)
        self._settle(row)
        self.assertEqual(row.weighs_on_id, self.salesperson_b)


@tagged("post_install", "-at_install")
class TestComplaintAgainstRpc(CareCommon, HttpCase):
    """The same over RPC, as the web client asks."""

    def _call(self, model, method, *args, **kwargs):
        answer = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": model,
                    "method": method,
                    "args": args,
                    "kwargs": kwargs,
                }
            },
        ).json()
        if "error" in answer:
            return answer["error"]["data"]["name"]
        return answer["result"]

    @mute_logger(*QUIET)
    def test_rpc(self):
        row = self._complain(against_id=self.salesperson_a.id)
        row.message_post(body="Secret", subtype_xmlid="mail.mt_comment")
        self.salesperson_a.password = "salesperson_a"
        self.authenticate("salesperson_a", "salesperson_a")
        refused = "odoo.exceptions.AccessError"
        domain = [["id", "=", row.id]]
        self.assertEqual(
            self._call(COMPLAINT, "web_search_read", domain, {"name": {}})["length"], 0
        )
        self.assertEqual(self._call(COMPLAINT, "search_count", domain), 0)
        self.assertEqual(
            self._call(COMPLAINT, "web_read_group", domain, ["team_id"], ["__count"])[
                "groups"
            ],
            [],
        )
        for method, args in (
            ("read", ([row.id], ["name"])),
            ("web_read", ([row.id], {"name": {}})),
            ("write", ([row.id], {"cause": "other"})),
            ("unlink", ([row.id],)),
            ("action_decide", ([row.id],)),
            ("action_about_me", ([row.id],)),
        ):
            with self.subTest(method):
                self.assertEqual(self._call(COMPLAINT, method, *args), refused)
        self.assertEqual(
            self._call(
                "mail.message",
                "search_read",
                [["model", "=", COMPLAINT], ["res_id", "=", row.id]],
                ["body"],
            ),
            [],
        )
        self.assertEqual(
            self._call(
                "mail.followers",
                "search_read",
                [["res_model", "=", COMPLAINT], ["res_id", "=", row.id]],
                ["partner_id"],
            )
            or [],
            [],
        )
        self.assertEqual(
            self._call(
                "ir.attachment", "search_count", [["res_model", "=", COMPLAINT]]
            ),
            0,
        )
