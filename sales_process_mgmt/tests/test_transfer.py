# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import SalesProcessCommon


class TransferCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, name="Pumps", phone="13812345601", partner_name="Pumps"
        )
        cls.ownership = cls.lead.ownership_id

    def _wizard(self, user, ownerships=None, **values):
        ownerships = self.ownership if ownerships is None else ownerships
        return (
            self.env["sales.process.transfer"]
            .with_user(user)
            .create(
                {
                    "ownership_ids": [Command.set(ownerships.ids)],
                    "user_id": self.salesperson_b.id,
                    "reason": "New region",
                    **values,
                }
            )
        )

    def _get_messages(self, user, after):
        return self.env["mail.message"].search(
            [
                ("id", ">", after),
                ("notified_partner_ids", "in", user.partner_id.ids),
            ]
        )

    def _get_last_message_id(self):
        return self.env["mail.message"].search([], order="id desc", limit=1).id

    def _create_leads(self, count, **values):
        return (
            self.env["crm.lead"]
            .with_user(self.salesperson_a)
            .create(
                [
                    {
                        "name": f"Customer {index}",
                        "type": "opportunity",
                        "user_id": self.salesperson_a.id,
                        "team_id": self.team_east.id,
                        "company_id": self.company.id,
                        "phone": f"139{index:08d}",
                        **values,
                    }
                    for index in range(count)
                ]
            )
            .with_env(self.env)
        )


@tagged("post_install", "-at_install")
class TestTransfer(TransferCommon):
    def test_stage_and_probability_stay_with_the_team(self):
        """Odoo computes both from the team: in the same one they are kept."""
        stage = self.env["crm.stage"].create(
            {"name": "East Only", "team_ids": [Command.set(self.team_east.ids)]}
        )
        self.lead.stage_id = stage
        self.lead.probability = 41
        company = self.lead.company_id
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        self.assertEqual(self.lead.user_id, self.salesperson_b)
        self.assertEqual(self.lead.stage_id, stage)
        self.assertEqual(self.lead.probability, 41)
        self.assertEqual(self.lead.date_open, self.env.cr.now())
        self.assertEqual(
            (self.lead.team_id, self.lead.company_id), (self.team_east, company)
        )
        new._hand_over(
            {new: self.salesperson_d}, "transfer", "transferred", team=self.team_west
        )
        self.assertEqual(self.lead.team_id, self.team_west)
        self.assertNotEqual(self.lead.stage_id, stage, "None of that team")
        self.assertEqual(self.lead.company_id, company)

    def test_pool_keeps_team_and_company(self):
        company = self.lead.company_id
        self.ownership._hand_over(
            {self.ownership: self.env["res.users"]}, "release", "expired"
        )
        self.assertFalse(self.lead.user_id)
        self.assertEqual(
            (self.lead.team_id, self.lead.company_id), (self.team_east, company)
        )

    def test_leader_transfers_everything_open(self):
        """Open leads and plans go; won leads stay with who closed them."""
        won = self._create_lead(self.salesperson_a, name="Old", phone="13812345601")
        period = won.ownership_id
        self.assertEqual(period, self.ownership)
        won.with_user(self.salesperson_a).action_set_won()
        activity = self.lead.with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_a.id
        )
        activity = activity.with_env(self.env)
        last = self._get_last_message_id()
        self._wizard(self.leader_east).action_transfer()

        self.assertEqual(self.ownership.state, "ended")
        self.assertEqual(self.ownership.end_reason, "transferred")
        self.assertEqual(self.ownership.end_note, "New region")
        successor = self.lead.ownership_id
        self.assertEqual(successor.user_id, self.salesperson_b)
        self.assertEqual(successor.origin, "transfer")
        self.assertEqual(successor.previous_id, self.ownership)
        self.assertEqual(self.lead.user_id, self.salesperson_b)
        self.assertEqual(activity.user_id, self.salesperson_b)
        self.assertEqual(won.user_id, self.salesperson_a)
        self.assertEqual(won.ownership_id, self.ownership)
        self.assertEqual(len(self._get_messages(self.salesperson_b, last)), 1)
        told = self._get_messages(self.salesperson_a, last)
        self.assertEqual(len(told), 1)
        self.assertIn("Salesperson B", told.body)

    def test_one_summary_for_many(self):
        """Fifty customers are one message, not fifty."""
        ownerships = self._create_leads(50).ownership_id
        last = self._get_last_message_id()
        self._wizard(self.leader_east, ownerships).action_transfer()
        message = self._get_messages(self.salesperson_b, last)
        self.assertEqual(len(message), 1)
        self.assertIn("50", message.subject)
        self.assertIn("and 30 more", message.body)
        self.assertIn("New region", message.body)

    def test_previous_owner_keeps_helping(self):
        self._wizard(self.leader_east, keep_previous=True).action_transfer()
        successor = self.lead.ownership_id
        self.assertIn(self.salesperson_a, successor.collaborator_ids)
        self.lead.with_user(self.salesperson_a).write({"city": "Suzhou"})

    def test_previous_owner_does_not_keep_working(self):
        self._wizard(self.leader_east).action_transfer()
        with self.assertRaises(AccessError):
            self.lead.with_user(self.salesperson_a).write({"city": "Suzhou"})

    def test_out_of_the_pool(self):
        """The leader hands a customer of the pool out by hand."""
        pooled = self.ownership._hand_over(
            {self.ownership: self.env["res.users"]}, "release", "released"
        )[self.ownership]
        last = self._get_last_message_id()
        self._wizard(self.leader_east, pooled).action_transfer()
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_b)
        self.assertFalse(self._get_messages(self.salesperson_a, last))

    def test_into_another_team(self):
        """An administrator moves customers into another team, a leader does not."""
        values = {"user_id": self.salesperson_d.id, "team_id": self.team_west.id}
        with self.assertRaises(AccessError):
            self._wizard(self.leader_east, **values).action_transfer()
        self._wizard(self.director, **values).action_transfer()
        self.assertEqual(self.lead.team_id, self.team_west)
        self.assertEqual(self.lead.ownership_id.team_id, self.team_west)

    def test_team_is_proposed(self):
        """The customers stay in the team of which the new owner is a member."""
        with Form(
            self.env["sales.process.transfer"]
            .with_user(self.director)
            .with_context(default_ownership_ids=self.ownership.ids)
        ) as form:
            form.user_id = self.salesperson_b
            self.assertFalse(form.team_id)
            form.user_id = self.salesperson_d
            self.assertEqual(form.team_id, self.team_west)
            form.reason = "Moved"

    def test_limit_is_a_warning(self):
        """The leader may go above the limit of open customers, but knows it."""
        self.team_east.process_customer_limit = 1
        self.assertFalse(self._wizard(self.leader_east).limit_warning)
        self._create_lead(self.salesperson_b, phone="13812345777")
        self.env.invalidate_all()
        wizard = self._wizard(self.leader_east)
        self.assertIn("would have: 2. The limit is 1.", wizard.limit_warning)
        wizard.action_transfer()

    def test_from_selected_leads(self):
        """The wizard finds the customers behind selected leads, each once."""
        other = self._create_lead(self.salesperson_a, phone="13812345601")
        wizard = (
            self.env["sales.process.transfer"]
            .with_user(self.leader_east)
            .with_context(active_model="crm.lead", active_ids=(self.lead | other).ids)
        )
        values = wizard.default_get(["ownership_ids"])
        self.assertEqual(
            values["ownership_ids"], [Command.set(self.lead.ownership_id.ids)]
        )
        action = self.lead.with_user(self.leader_east).action_transfer_customer()
        self.assertEqual(action["context"]["default_ownership_ids"], self.ownership.ids)

    # ------------------------------------------------------------
    # REFUSALS
    # ------------------------------------------------------------

    def test_only_leaders(self):
        """Neither the owner, a colleague, a helper nor another leader transfers."""
        self.ownership.sudo().collaborator_ids = self.salesperson_c
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._wizard(user).action_transfer()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["sales.process.transfer"].with_user(user).with_context(
                    active_model="crm.lead", active_ids=self.lead.ids
                ).default_get(["ownership_ids"])
        self.assertEqual(self.ownership.state, "open")
        with self.assertRaises(AccessError):
            self.env["sales.process.transfer"].with_user(self.office_user).create({})

    def test_reason_and_owner_are_required(self):
        for values in ({"reason": "  "}, {"reason": False}, {"user_id": False}):
            with self.subTest(**values), self.assertRaises(ValidationError):
                self._wizard(self.leader_east, **values).action_transfer()
        with self.assertRaises(ValidationError):
            self._wizard(
                self.leader_east, self.env["sales.process.ownership"]
            ).action_transfer()

    def test_new_owner_is_a_salesperson_of_the_company(self):
        self.salesperson_d.active = False
        for user in (self.office_user, self.salesperson_x, self.salesperson_d):
            with self.subTest(user=user.login), self.assertRaises(ValidationError):
                self._wizard(self.director, user_id=user.id).action_transfer()
        self.assertEqual(self.ownership.state, "open")

    def test_nothing_half_done(self):
        """One customer that cannot be transferred stops all of them."""
        ended = self._create_lead(self.salesperson_a, phone="13812345602").ownership_id
        both = self.ownership | ended
        wizard = self._wizard(self.leader_east, both)
        ended._end("lost")
        with self.assertRaises(UserError):
            wizard.action_transfer()
        self.assertEqual(self.ownership.state, "open")

        own = self._create_lead(self.salesperson_b, phone="13812345603").ownership_id
        with self.assertRaises(UserError):
            self._wizard(self.leader_east, self.ownership | own).action_transfer()
        self.assertEqual(self.ownership.state, "open")

        strange = self._create_lead(
            self.salesperson_d, phone="13812345604"
        ).ownership_id
        with self.assertRaises(AccessError):
            self._wizard(self.leader_east, self.ownership | strange).action_transfer()
        self.assertEqual(self.ownership.state, "open")

    def test_ended_only(self):
        self.ownership._end("lost")
        with self.assertRaises(UserError):
            self.ownership.with_user(self.leader_east).action_open_transfer()

    # ------------------------------------------------------------
    # SPEED
    # ------------------------------------------------------------

    def test_queries_do_not_grow(self):
        """A selection eight times as large costs hardly any more queries."""

        def transfer(ownerships):
            wizard = self._wizard(self.leader_east, ownerships)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard.action_transfer()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        ownerships = self._create_leads(91).ownership_id
        ownerships.write({"date_start": self.env.cr.now() - timedelta(days=1)})
        transfer(ownerships[:1])
        few = transfer(ownerships[1:11])
        many = transfer(ownerships[11:])
        self.assertLess(many, few + 15)
