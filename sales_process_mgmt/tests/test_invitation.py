# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_registration import RegistrationCommon


@tagged("post_install", "-at_install")
class TestInvitation(RegistrationCommon):
    def setUp(self):
        super().setUp()
        self.lead = self._create_lead(
            self.salesperson_a, phone="13812345678", partner_name="Acme"
        )
        self.ownership = self.lead.ownership_id

    def _ask(self, user, **values):
        return (
            self.env["sales.process.invitation"]
            .with_user(user)
            ._ask(self.ownership, user, **values)
        )

    def test_accept(self):
        """The owner accepts: the helper may work, and does not own."""
        invitation = self._ask(self.salesperson_b, name="Ms. Wang", note="I know her")
        activity = self.lead.activity_ids
        self.assertEqual(activity.user_id, self.salesperson_a)
        self.assertIn(str(invitation.id), activity.note)
        self.assertFalse(self.ownership._can_work(self.salesperson_b))
        self.assertTrue(invitation.with_user(self.salesperson_a).action_accept())
        self.assertEqual(invitation.state, "accepted")
        self.assertEqual(invitation.answered_by_id, self.salesperson_a)
        self.assertFalse(activity.exists())
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        self.assertEqual(self.ownership.user_id, self.salesperson_a)
        self.assertNotIn(
            self.salesperson_b.partner_id, self.lead.message_partner_ids, "no follower"
        )
        self.lead.with_user(self.salesperson_b).write({"priority": "2"})
        told = self.env["mail.notification"].search_count(
            [
                ("res_partner_id", "=", self.salesperson_b.partner_id.id),
                ("mail_message_id.subject", "like", "You may help"),
            ]
        )
        self.assertEqual(told, 1)

    def test_refuse(self):
        invitation = self._ask(self.salesperson_b)
        invitation.with_user(self.leader_east).action_refuse()
        self.assertEqual(invitation.state, "refused")
        self.assertFalse(self.ownership.collaborator_ids)
        self.assertFalse(self.lead.activity_ids)
        again = self._ask(self.salesperson_b)
        self.assertNotEqual(again, invitation)

    def test_cancel(self):
        invitation = self._ask(self.salesperson_b)
        with self.assertRaises(AccessError):
            invitation.with_user(self.salesperson_a).action_cancel()
        invitation.with_user(self.salesperson_b).action_cancel()
        self.assertEqual(invitation.state, "cancelled")
        with self.assertRaisesRegex(UserError, "answered already"):
            invitation.with_user(self.salesperson_a).action_accept()
        self.assertFalse(self.ownership.collaborator_ids)

    def test_asking_twice_asks_once(self):
        self.assertEqual(self._ask(self.salesperson_b), self._ask(self.salesperson_b))
        self.assertEqual(len(self.lead.activity_ids), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            self.env["sales.process.invitation"].create(
                {"ownership_id": self.ownership.id, "user_id": self.salesperson_b.id}
            )

    def test_who_cannot_be_invited(self):
        """The owner, people of another company and people without sales rights."""
        owner = self.ownership.with_user(self.salesperson_a)
        for user, words in (
            (self.salesperson_a, "needs no invitation"),
            (self.salesperson_x, "does not work for"),
            (self.office_user, "not a salesperson"),
        ):
            with self.assertRaisesRegex(UserError, words):
                owner.action_invite(user.ids)
        self.salesperson_b.action_archive()
        with self.assertRaisesRegex(UserError, "not a salesperson"):
            owner.action_invite(self.salesperson_b.ids)
        with self.assertRaises(UserError):
            self._ask(self.salesperson_a)
        self.assertFalse(self.ownership.collaborator_ids)

    def test_owner_invites(self):
        owner = self.ownership.with_user(self.salesperson_a)
        owner.action_invite(self.salesperson_b.ids)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        self.assertEqual(self.ownership.invitation_ids.state, "accepted")
        with self.assertRaises(AccessError):
            self.ownership.with_user(self.salesperson_b).action_invite(
                self.salesperson_c.ids
            )
        with self.assertRaises(UserError):
            self._ask(self.salesperson_b)

    def test_owner_invites_in_a_dialog(self):
        action = self.ownership.with_user(self.salesperson_a).action_invite()
        form = Form(
            self.env["sales.process.invitation"]
            .with_user(self.salesperson_a)
            .with_context(**action["context"]),
            view=action["views"][0][0],
        )
        form.user_id = self.salesperson_b
        invitation = form.save()
        self.assertEqual(invitation.state, "accepted")
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        toast = invitation.with_user(self.salesperson_a).action_invited()
        self.assertIn(self.salesperson_b.name, toast["params"]["message"])

    def test_on_the_lead(self):
        """The owner sees on the lead who asks, and invites from there."""
        self._ask(self.salesperson_b)
        for user, decides in (
            (self.salesperson_a, True),
            (self.leader_east, True),
            (self.salesperson_c, False),
        ):
            lead = self.lead.with_user(user)
            self.assertEqual(lead.process_can_invite_helper, decides, user.name)
            self.assertEqual(
                lead.process_open_invitation_count, int(decides), user.name
            )
        owner = self.lead.with_user(self.salesperson_a)
        action = owner.action_answer_invitations()
        self.assertTrue(self.env["sales.process.invitation"].search(action["domain"]))
        self.assertEqual(
            owner.action_invite_helper()["res_model"], "sales.process.invitation"
        )
        with self.assertRaises(AccessError):
            self.lead.with_user(self.salesperson_c).action_invite_helper()

    def test_remove_and_leave(self):
        self.ownership._add_collaborators(self.salesperson_b | self.salesperson_c)
        self.ownership.with_user(self.salesperson_a).action_remove_helpers(
            self.salesperson_c.ids
        )
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)

        def end(user, ownership_id=self.ownership.id):
            """The button of a row on the customer's form."""
            row = self.salesperson_b.with_user(user)
            return row.with_context(
                process_ownership_id=ownership_id
            ).action_end_process_help()

        for user in (self.salesperson_b, self.salesperson_c, self.leader_west):
            with self.assertRaises(AccessError, msg=user.login):
                end(user)
        for sent in (False, "1", [0], self.ownership.id + 1000):
            with self.assertRaises(UserError):
                end(self.salesperson_a, sent)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        end(self.leader_east)
        self.assertFalse(self.ownership.collaborator_ids)
        self.ownership._add_collaborators(self.salesperson_b)
        self.ownership.with_user(self.salesperson_b).action_leave()
        self.assertFalse(self.ownership.collaborator_ids)
        with self.assertRaises(UserError):
            self.ownership.with_user(self.salesperson_c).action_leave()
        self.assertIn("no longer helps", str(self.lead.message_ids.mapped("body")))

    def test_who_helps_no_more_follows_no_more(self):
        """Whoever writes on a lead follows it; what is said later is not for them."""
        partners = self.salesperson_b.partner_id | self.salesperson_c.partner_id

        def help_and_write():
            self.ownership._add_collaborators(self.salesperson_b | self.salesperson_c)
            for user in (self.salesperson_b, self.salesperson_c):
                self.lead.with_user(user).message_post(body="Asked for the drawings")
            self.lead.message_subscribe((partners | self.leader_east.partner_id).ids)

        help_and_write()
        self.ownership.with_user(self.salesperson_a).action_remove_helpers(
            self.salesperson_c.ids
        )
        following = self.lead.message_partner_ids
        self.assertIn(self.salesperson_b.partner_id, following)
        self.assertNotIn(self.salesperson_c.partner_id, following)
        help_and_write()
        with self.assertRaises(AccessError):
            self.lead.with_user(self.salesperson_d).message_post(body="Hello")
        # helpers go along to another owner, and not into the pool
        for owner, helps in (
            (self.salesperson_b, True),
            (self.env["res.users"], False),
        ):
            running = self.lead.ownership_id.sudo()
            running._hand_over({running: owner}, "transfer", "transferred")
            following = self.lead.message_partner_ids
            self.assertEqual(self.salesperson_c.partner_id in following, helps)
            self.assertEqual(self.salesperson_b.partner_id in following, bool(owner))
            self.assertNotIn(self.salesperson_a.partner_id, following)
            self.assertIn(self.leader_east.partner_id, following)

    def test_ended_period_takes_no_helper(self):
        invitation = self._ask(self.salesperson_b)
        self.lead.with_user(self.salesperson_a).action_set_lost()
        with self.assertRaisesRegex(UserError, "Nobody owns"):
            invitation.with_user(self.salesperson_a).action_accept()

    def test_roles(self):
        """Wrong roles can neither answer, nor read, nor invite themselves."""
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_invitation",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        invitation = self._ask(self.salesperson_b)
        Invitation = self.env["sales.process.invitation"]
        for user in (
            self.salesperson_b,
            self.salesperson_c,
            self.salesperson_d,
            self.leader_west,
            self.office_user,
            portal,
        ):
            for method in ("action_accept", "action_refuse"):
                with self.assertRaises(AccessError, msg=f"{user.login} {method}"):
                    getattr(invitation.with_user(user), method)()
            with self.assertRaises(AccessError, msg=user.login):
                Invitation.with_user(user).create(
                    {"ownership_id": self.ownership.id, "user_id": user.id}
                )
            with self.assertRaises(AccessError, msg=user.login):
                invitation.with_user(user).write({"state": "accepted"})
            with self.assertRaises(AccessError, msg=user.login):
                self.ownership.with_user(user).action_invite(user.ids)
            with self.assertRaises(AccessError, msg=user.login):
                self.ownership.with_user(user).action_remove_helpers(user.ids)
        for user in (self.salesperson_b, self.salesperson_a, self.leader_east):
            self.assertTrue(invitation.with_user(user).read(["state"]))
        for user in (self.salesperson_c, self.leader_west, self.office_user, portal):
            with self.assertRaises(AccessError, msg=user.login):
                invitation.with_user(user).read(["state"])
        self.assertEqual(invitation.state, "asked")
