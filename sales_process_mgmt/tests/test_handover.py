# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestHandover(SalesProcessCommon):
    """All customers of somebody who leaves, given to others in one go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        for number in range(4):
            cls.leads |= cls._create_lead(
                cls.salesperson_a, phone=f"1381234560{number}", name=f"Lead {number}"
            )
        cls.customers = cls.leads.ownership_id
        cls.receivers = cls.salesperson_b | cls.leader_east

    def _make(self, **values):
        return (
            self.env["sales.process.handover"]
            .with_user(self.leader_east)
            .create(
                {
                    "team_id": self.team_east.id,
                    "user_id": self.salesperson_a.id,
                    "receiver_ids": [Command.set(self.receivers.ids)],
                    **values,
                }
            )
        )

    def _send(self, **values):
        handover = self._make(**values)
        handover.action_propose()
        handover.action_send()
        return handover

    def _get_told(self, user, after):
        return self.env["mail.message"].search(
            [("id", ">", after), ("notified_partner_ids", "in", user.partner_id.ids)]
        )

    def _get_last_message_id(self):
        return self.env["mail.message"].search([], order="id desc", limit=1).id

    def test_second_handover_names_the_first(self):
        first = self._make()
        with self.assertRaisesRegex(UserError, "is open already. Go on with it"):
            self._make()
        first.action_cancel()
        self.assertEqual(self._make().state, "draft")

    def test_receivers_are_people_of_the_team(self):
        """The form offers the team's people, not who leaves."""
        handover = self._make()
        self.assertEqual(
            handover.allowed_receiver_ids,
            self.team_east._get_roster_users() - self.salesperson_a,
        )

    def test_who_left_is_seen_among_those_who_confirmed(self):
        handover = self._send()
        handover.with_user(self.salesperson_a).action_confirm()
        self.salesperson_a.active = False
        handover.invalidate_recordset()
        self.assertIn(self.salesperson_a, handover.confirmed_user_ids)

    # ------------------------------------------------------------
    # THE LIST
    # ------------------------------------------------------------

    def test_evenly(self):
        handover = self._make()
        self.assertEqual(handover.remaining_count, 4)
        handover.action_propose()
        self.assertEqual(handover.line_ids.ownership_id, self.customers)
        counts = handover.line_ids.grouped("new_user_id")
        self.assertEqual({len(lines) for lines in counts.values()}, {2})
        self.assertEqual(handover.remaining_count, 0)
        self.assertIn(f"{self.salesperson_b.name}: 2", handover.summary)
        handover.action_propose()
        self.assertEqual(len(handover.line_ids), 4, "Made again, not twice")

    def test_all_to_one(self):
        handover = self._make(method="one")
        with self.assertRaisesRegex(UserError, "Choose one receiver"):
            handover.action_propose()
        handover.receiver_ids = self.salesperson_b
        handover.action_propose()
        self.assertEqual(handover.line_ids.new_user_id, self.salesperson_b)

    def test_by_territory(self):
        """To whoever holds customers there; evenly where nobody does."""
        china, belgium = self.env.ref("base.cn"), self.env.ref("base.be")
        self.leads[:2].country_id = china
        self.leads[2:3].country_id = belgium
        held = self._create_lead(
            self.salesperson_b, phone="13900000001", country_id=china.id
        )
        self.assertEqual(held.ownership_id.user_id, self.salesperson_b)
        handover = self._make(method="territory")
        handover.action_propose()
        by_customer = {
            line.ownership_id: line.new_user_id for line in handover.line_ids
        }
        for lead in self.leads[:2]:
            self.assertEqual(by_customer[lead.ownership_id], self.salesperson_b)
        self.assertEqual(
            {by_customer[lead.ownership_id] for lead in self.leads[2:]},
            {self.leader_east},
            "Those of nobody, to who got the fewest",
        )

    def test_who_cannot_receive(self):
        for user in (self.salesperson_a, self.salesperson_d):
            with (
                self.assertRaisesRegex(ValidationError, "cannot receive"),
                self.env.cr.savepoint(),
            ):
                self._make(receiver_ids=[Command.set(user.ids)])
        handover = self._make()
        handover.action_propose()
        with self.assertRaisesRegex(ValidationError, "no member of"):
            handover.line_ids[0].new_user_id = self.salesperson_d

    def test_nothing_to_hand_over(self):
        handover = self._make(user_id=self.salesperson_c.id)
        with self.assertRaisesRegex(UserError, "holds no customers"):
            handover.action_propose()
        with self.assertRaisesRegex(UserError, "Every customer on the list"):
            handover.action_send()
        handover.receiver_ids = False
        with self.assertRaisesRegex(UserError, "Choose who receives"):
            handover.action_propose()

    @mute_logger("odoo.sql_db")
    def test_one_at_a_time(self):
        self._make()
        other = self._make(user_id=self.salesperson_c.id)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            other.user_id = self.salesperson_a
            other.flush_recordset()

    # ------------------------------------------------------------
    # CONFIRMING
    # ------------------------------------------------------------

    def test_confirmed_by_everybody(self):
        """The last confirmation hands everything over; everybody is told once."""
        plan = self.leads[0].activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_a.id
        )
        handover = self._send(reason="Moves to Chengdu")
        parties = self.receivers | self.salesperson_a
        self.assertEqual(handover.missing_user_ids, parties)
        self.assertEqual(
            handover.sudo().activity_ids.user_id, parties - self.leader_east
        )
        after = self._get_last_message_id()
        for user in parties - self.leader_east:
            self.assertTrue(handover.with_user(user).can_confirm)
            handover.with_user(user).action_confirm()
            self.assertFalse(handover.with_user(user).can_confirm)
            self.assertEqual(handover.state, "confirm")
            with self.assertRaisesRegex(UserError, "nothing for you to confirm"):
                handover.with_user(user).action_confirm()
        self.assertEqual(self.customers.mapped("state"), ["open"] * 4)
        handover.action_confirm()
        self.assertEqual(handover.state, "done")
        self.assertFalse(handover.sudo().activity_ids)
        self.assertEqual(set(self.customers.mapped("state")), {"ended"})
        self.assertEqual(set(self.customers.mapped("end_reason")), {"transferred"})
        self.assertIn("Moves to Chengdu", self.customers[0].end_note)
        for line in handover.line_ids:
            self.assertEqual(line.successor_id.previous_id, line.ownership_id)
            self.assertEqual(line.successor_id.user_id, line.new_user_id)
        self.assertEqual(
            set(self.leads.user_id), set(self.receivers), "Leads go with the customer"
        )
        self.assertEqual(plan.user_id, self.leads[0].user_id)
        for user in parties:
            told = self._get_told(user, after).filtered(
                lambda message: "handed" in (message.subject or "")
            )
            self.assertEqual(len(told), 1, user.name)

    def test_leader_does_not_wait(self):
        """Somebody is absent: the leader hands over without that confirmation."""
        handover = self._send()
        handover.with_user(self.salesperson_b).action_confirm()
        handover.with_user(self.director).action_hand_over()
        self.assertEqual(handover.state, "done")
        logged = "".join(handover.sudo().message_ids.mapped("body"))
        self.assertIn("without the confirmation of", logged)
        self.assertIn(self.salesperson_a.name, logged)

    def test_customer_that_changed_hands_before(self):
        handover = self._send()
        gone = handover.line_ids[0]
        gone.ownership_id._hand_over(
            {gone.ownership_id: self.salesperson_c}, "transfer", "transferred"
        )
        handover.with_user(self.director).action_hand_over()
        self.assertEqual(gone.outcome, "Changed hands before the handover.")
        self.assertFalse(gone.successor_id)
        self.assertEqual(len(handover.line_ids.successor_id), 3)
        self.assertEqual(
            gone.ownership_id.next_ids.user_id, self.salesperson_c, "Left there"
        )

    def test_who_has_left_is_said(self):
        """Whoever is no member any more has left, also in the history."""
        handover = self._send()
        self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        ).sudo().unlink()
        handover.with_user(self.director).action_hand_over()
        self.assertEqual(set(self.customers.mapped("end_reason")), {"owner_archived"})

    def test_list_does_not_change_under_peoples_hands(self):
        handover = self._send()
        with self.assertRaisesRegex(UserError, "Set the handover to draft"):
            handover.line_ids[0].new_user_id = self.leader_east
        with self.assertRaisesRegex(UserError, "Set the handover to draft"):
            handover.line_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "Set the handover to draft"):
            handover.receiver_ids = self.salesperson_b
        with self.assertRaisesRegex(UserError, "Only a draft or a cancelled"):
            handover.unlink()
        handover.with_user(self.salesperson_b).action_confirm()
        handover.action_draft()
        self.assertFalse(handover.confirmed_user_ids, "Confirmations begin anew")
        self.assertFalse(handover.sudo().activity_ids)
        handover.line_ids[0].new_user_id = self.leader_east
        handover.action_send()
        self.assertEqual(handover.state, "confirm")

    def test_called_off(self):
        handover = self._send()
        handover.action_cancel()
        self.assertFalse(handover.sudo().activity_ids)
        self.assertEqual(self.customers.mapped("state"), ["open"] * 4)
        with self.assertRaisesRegex(AccessError, "does not wait for you any more"):
            handover.with_user(self.salesperson_b).action_confirm()
        for action in ("action_hand_over", "action_send", "action_propose"):
            with self.assertRaisesRegex(UserError, "has gone on"):
                getattr(handover, action)()
        handover.unlink()

    def test_release_leaves_its_customers_alone(self):
        """Who leaves leaves them to the leader; their deadlines go on."""
        Release = self.env["sales.process.release"]
        self.team_east.process_date_release_from = False
        handover = self._send()
        self.customers.has_owner_left = True
        late = self.customers[0]
        late.date_deadline = self.env.cr.now() - timedelta(hours=1)
        self.env.flush_all()
        self.assertEqual(Release._lock_due(100) & self.customers, late)
        handover.action_cancel()
        self.assertEqual(Release._lock_due(100) & self.customers, self.customers)

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def test_only_the_leader(self):
        handover = self._send()
        for user in (self.salesperson_a, self.salesperson_b):
            for action in (
                "action_propose",
                "action_send",
                "action_draft",
                "action_cancel",
                "action_hand_over",
            ):
                with self.assertRaises(AccessError):
                    getattr(handover.with_user(user), action)()
            with self.assertRaises(AccessError):
                handover.with_user(user).reason = "Mine"
        for user in (self.salesperson_c, self.salesperson_d, self.leader_west):
            with self.assertRaises(AccessError):
                handover.with_user(user).read(["reason"])
            with self.assertRaisesRegex(AccessError, "does not wait for you"):
                handover.with_user(user).action_confirm()

    def test_receiver_reads_the_own_part(self):
        handover = self._send()
        lines = self.env["sales.process.handover.line"].search(
            [("handover_id", "=", handover.id)]
        )
        own = lines.with_user(self.salesperson_b).search(
            [("handover_id", "=", handover.id)]
        )
        self.assertEqual(own.new_user_id, self.salesperson_b)
        self.assertEqual(len(own), 2)
        self.assertEqual(
            lines.with_user(self.salesperson_a).search_count(
                [("handover_id", "=", handover.id)]
            ),
            4,
        )

    def test_state_is_set_by_the_buttons(self):
        handover = self._send()
        for values in (
            {"state": "done"},
            {"confirmed_user_ids": [Command.link(self.salesperson_a.id)]},
            {"date_done": "2026-01-01 00:00:00"},
        ):
            with self.assertRaises(AccessError):
                handover.write(values)
        with self.assertRaises(AccessError):
            self._make(user_id=self.salesperson_c.id, state="done")
        with self.assertRaises(UserError):
            handover.line_ids[0].outcome = "Kept"
        handover.action_draft()
        with self.assertRaises(AccessError):
            handover.line_ids[0].outcome = "Kept"
