# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.sales_process_mgmt.models import sales_process_handover_service

from .common import SalesProcessCommon

HOUR = timedelta(hours=1)


class HandoverCommon(SalesProcessCommon):
    """salesperson_a leaves four customers, for the leader to hand over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leads = cls.env["crm.lead"]
        for number in range(4):
            cls.leads |= cls._create_lead(
                cls.salesperson_a, phone=f"1361234560{number}", name=f"Lead {number}"
            )
        cls.customers = cls.leads.ownership_id
        cls.receivers = cls.salesperson_b | cls.salesperson_c

    def _make(self, user=None, **values):
        return (
            self.env["sales.process.handover"]
            .with_user(user or self.leader_east)
            .create(
                {
                    "team_id": self.team_east.id,
                    "user_id": self.salesperson_a.id,
                    "receiver_ids": [Command.set(self.receivers.ids)],
                    **values,
                }
            )
        )

    def _propose(self, **values):
        handover = self._make(**values)
        handover.action_propose()
        return handover

    def _send(self, **values):
        handover = self._propose(**values)
        handover.action_send()
        return handover

    def _get_given(self, handover):
        """``{lead: who receives it}`` of a list."""
        return {
            line.ownership_id.lead_ids[:1]: line.new_user_id
            for line in handover.line_ids
        }

    def _get_told(self, user):
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("notified_partner_ids", "in", user.partner_id.ids),
            ],
            order="id desc",
        )


@tagged("post_install", "-at_install")
class TestHandoverStates(HandoverCommon):
    """Each button works in its states, once, and refuses in the others."""

    def test_table(self):
        """What a press does in each state; a second press finds nothing to do."""
        allowed = {
            "action_propose": {"draft": "draft"},
            "action_send": {"draft": "confirm"},
            "action_draft": {"confirm": "draft", "cancelled": "draft"},
            "action_cancel": {"draft": "cancelled", "confirm": "cancelled"},
            "action_hand_over": {"confirm": "done"},
        }
        handover = self._propose()
        for button, states in allowed.items():
            for state in ("draft", "confirm", "done", "cancelled"):
                with (
                    self.subTest(button=button, state=state),
                    self.env.cr.savepoint() as savepoint,
                ):
                    handover.sudo().state = state
                    if state in states:
                        getattr(handover, button)()
                        self.assertEqual(handover.state, states[state])
                    else:
                        with self.assertRaisesRegex(UserError, "has gone on"):
                            getattr(handover, button)()
                        self.assertEqual(handover.state, state)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_deleted_in_its_states(self):
        for state, is_gone in (
            ("draft", True),
            ("cancelled", True),
            ("confirm", False),
            ("done", False),
        ):
            handover = self._make()
            handover.sudo().state = state
            with self.subTest(state=state):
                if is_gone:
                    handover.unlink()
                    self.assertFalse(handover.exists())
                else:
                    with self.assertRaisesRegex(UserError, "Only a draft"):
                        handover.unlink()
                    handover.sudo().state = "cancelled"
                    handover.unlink()

    def test_list_is_the_draft_s(self):
        """Each field of the list, and each line, in each state that is no draft."""
        handover = self._propose()
        line = handover.line_ids[0]
        for state in ("confirm", "done", "cancelled"):
            handover.sudo().state = state
            for values in (
                {"method": "one"},
                {"receiver_ids": [Command.clear()]},
                {"user_id": self.salesperson_b.id},
                {"team_id": self.team_west.id},
                {"line_ids": [Command.clear()]},
            ):
                with (
                    self.subTest(state=state, values=values),
                    self.assertRaisesRegex(UserError, "to draft before"),
                ):
                    handover.write(values)
            with self.assertRaisesRegex(UserError, "to draft before"):
                line.new_user_id = self.salesperson_c
            with self.assertRaisesRegex(UserError, "to draft before"):
                line.unlink()
            with self.assertRaisesRegex(UserError, "to draft before"):
                self.env["sales.process.handover.line"].with_user(
                    self.leader_east
                ).create(
                    {
                        "handover_id": handover.id,
                        "ownership_id": self._create_lead(
                            self.salesperson_a, phone=f"137{len(state):08d}"
                        ).ownership_id.id,
                        "new_user_id": self.salesperson_b.id,
                    }
                )
            # what is no part of the list stays open
            handover.reason = f"In state {state}"
        self.assertEqual(handover.reason, "In state cancelled")


@tagged("post_install", "-at_install")
class TestHandoverList(HandoverCommon):
    """Who receives which customer: fair, the same for everybody who looks."""

    def test_evenly(self):
        """In the order of the deadlines, to whoever has the fewest so far."""
        for row, days in zip(self.customers, (4, 3, 2, 1), strict=True):
            row.date_deadline = self.env.cr.now() + timedelta(days=days)
        handover = self._propose()
        first, second = handover.receiver_ids
        self.assertEqual(
            [self._get_given(handover)[lead] for lead in reversed(self.leads)],
            [first, second, first, second],
        )
        self.assertEqual(handover.summary, f"{first.name}: 2; {second.name}: 2")

    def test_uneven_numbers(self):
        """Five customers, two receivers: three and two."""
        self._create_lead(self.salesperson_a, phone="13612345699")
        counts = self._propose().line_ids.grouped("new_user_id")
        self.assertEqual(sorted(len(lines) for lines in counts.values()), [2, 3])

    def test_state_stands_above_country(self):
        """By territory: the state decides, else the country, else evenly."""
        china, belgium = self.env.ref("base.cn"), self.env.ref("base.be")
        hubei, hunan = self.env["res.country.state"].search(
            [("country_id", "=", china.id)], limit=2
        )
        # b holds two in the one state, c one in the other
        for user, state, phones in (
            (self.salesperson_b, hubei, ("13600000001", "13600000002")),
            (self.salesperson_c, hunan, ("13600000003",)),
        ):
            for phone in phones:
                self._create_lead(
                    user, phone=phone, country_id=china.id, state_id=state.id
                )
        for lead, country, state in zip(
            self.leads,
            (china, china, china, belgium),
            (hunan, hubei, self.env["res.country.state"], hunan.browse()),
            strict=True,
        ):
            lead.write({"country_id": country.id, "state_id": state.id})
        given = self._get_given(self._propose(method="territory"))
        self.assertEqual(
            [given[lead] for lead in self.leads],
            [
                self.salesperson_c,
                self.salesperson_b,
                # most of the country
                self.salesperson_b,
                # of nobody: whoever has the fewest
                self.salesperson_c,
            ],
        )

    def test_a_tie_goes_to_the_one_who_was_there_first(self):
        china = self.env.ref("base.cn")
        for user, phone in (
            (self.salesperson_c, "13600000001"),
            (self.salesperson_b, "13600000002"),
        ):
            self._create_lead(user, phone=phone, country_id=china.id)
        self.leads.country_id = china
        handover = self._propose(method="territory")
        self.assertEqual(
            handover.line_ids.new_user_id,
            min(self.receivers, key=lambda user: user.id),
        )

    def test_ended_customers_make_no_territory(self):
        china = self.env.ref("base.cn")
        lost = self._create_lead(
            self.salesperson_c, phone="13600000001", country_id=china.id
        )
        lost.action_set_lost()
        self.leads.country_id = china
        counts = self._propose(method="territory").line_ids.grouped("new_user_id")
        self.assertEqual([len(lines) for lines in counts.values()], [2, 2])

    def test_only_what_the_person_holds_in_the_team(self):
        """Neither of others, nor of another team, nor what has ended."""
        self._create_lead(self.salesperson_b, phone="13600000001")
        elsewhere = self._create_lead(
            self.salesperson_d, phone="13600000002"
        ).ownership_id
        elsewhere.sudo().user_id = self.salesperson_a
        self.leads[0].action_set_lost()
        handover = self._make()
        self.assertEqual(handover.remaining_count, 3)
        handover.action_propose()
        self.assertEqual(handover.line_ids.ownership_id, self.customers[1:])
        self.assertEqual((handover.line_count, handover.remaining_count), (3, 0))

    def test_a_list_does_not_ask_for_the_customers_of_each(self):
        handovers = self._make()
        for user in self.receivers:
            handovers |= self._make(user_id=user.id, receiver_ids=False)
        counts = []
        # what is kept between requests is known after the first time
        for rows in (handovers, handovers[:1], handovers):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(rows.mapped("line_count"), [0] * len(rows))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts[1:])

    def test_lines_by_hand(self):
        """One customer once, of the person, of the team, to somebody else of it."""
        handover = self._propose()
        Line = self.env["sales.process.handover.line"].with_user(self.leader_east)
        stranger = self._create_lead(self.salesperson_d, phone="13600000003")
        own = self._create_lead(self.salesperson_b, phone="13600000004")
        fifth = self._create_lead(self.salesperson_a, phone="13600000005")
        for customer, user, sentence in (
            (own, self.salesperson_c, "Only customers of Salesperson A"),
            (stranger, self.salesperson_c, "access"),
            (fifth, self.salesperson_a, "Only customers of Salesperson A"),
            (fifth, self.salesperson_d, "no member of"),
            (fifth, self.leader_east, None),
        ):
            values = {
                "handover_id": handover.id,
                "ownership_id": customer.ownership_id.id,
                "new_user_id": user.id,
            }
            with self.subTest(customer=customer.phone, user=user.login):
                if sentence:
                    with (
                        self.assertRaisesRegex(
                            (AccessError, ValidationError), sentence
                        ),
                        self.env.cr.savepoint(),
                    ):
                        Line.create(values)
                else:
                    Line.create(values)
        self.assertEqual(handover.line_count, 5)

    def test_somebody_receives_each(self):
        handover = self._propose()
        line = handover.line_ids[0]
        line.new_user_id = False
        with self.assertRaisesRegex(UserError, "needs somebody who receives it"):
            handover.action_send()
        self.assertEqual(handover.state, "draft")
        line.new_user_id = self.salesperson_b
        handover.action_send()
        self.assertEqual(handover.state, "confirm")

    def test_where_they_are(self):
        """State and country of the newest lead, as who receives reads it."""
        state = self.env["res.country.state"].search([], limit=1)
        self.leads[0].write({"country_id": state.country_id.id, "state_id": state.id})
        self.leads[1].country_id = self.env.ref("base.be")
        handover = self._send()
        by_lead = {line.ownership_id.lead_ids: line for line in handover.line_ids}
        for lead, place in (
            (self.leads[0], f"{state.name}, {state.country_id.name}"),
            (self.leads[1], self.env.ref("base.be").name),
        ):
            line = by_lead[lead]
            self.assertEqual(line.territory, place)
            line.invalidate_recordset()
            self.assertEqual(line.with_user(line.new_user_id).territory, place)


@tagged("post_install", "-at_install")
class TestHandoverIsConfirmed(HandoverCommon):
    """Who gives and who receives; the last one completes it, nobody else."""

    def test_whose_word_is_missing(self):
        handover = self._send()
        parties = self.receivers | self.salesperson_a
        self.assertEqual(handover.missing_user_ids, parties)
        for user in parties:
            self.assertTrue(handover.with_user(user).can_confirm, user.name)
        for user in (self.leader_east, self.director):
            self.assertFalse(handover.with_user(user).can_confirm, user.name)
            with self.assertRaisesRegex(UserError, "nothing for you to confirm"):
                handover.with_user(user).action_confirm()

    def test_nobody_is_asked_before_it_is_sent(self):
        handover = self._propose()
        self.assertEqual(handover.missing_user_ids, self.receivers | self.salesperson_a)
        self.assertFalse(handover.sudo().activity_ids)
        with self.assertRaises(AccessError):
            handover.with_user(self.salesperson_b).action_confirm()

    def test_nobody_is_missing_when_it_is_over(self):
        handover = self._send()
        handover.action_cancel()
        self.assertFalse(handover.missing_user_ids)
        handover.action_draft()
        handover.action_send()
        handover.action_hand_over()
        self.assertFalse(handover.missing_user_ids)

    def test_to_dos(self):
        """One for each who is to confirm, on the own day, gone when one has."""
        self.salesperson_b.tz = "America/New_York"
        with self._at(self.env.cr.now().replace(hour=1)):
            handover = self._send()
            todos = handover.sudo().activity_ids
            self.assertEqual(
                {row.user_id: row.date_deadline for row in todos},
                {
                    user: self._today(user)
                    for user in self.receivers | self.salesperson_a
                },
            )
            self.assertEqual(len(set(todos.mapped("date_deadline"))), 2)
        handover.with_user(self.salesperson_b).action_confirm()
        self.assertEqual(
            handover.sudo().activity_ids.user_id,
            self.salesperson_a | self.salesperson_c,
        )
        # what somebody else has planned there stays
        own = handover.sudo().activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.salesperson_c.id
        )
        handover.with_user(self.salesperson_c).action_confirm()
        self.assertEqual(
            handover.sudo().activity_ids.user_id,
            self.salesperson_a | self.salesperson_c,
        )
        self.assertTrue(own.exists())

    def test_leader_who_receives_is_not_asked_by_a_to_do(self):
        handover = self._send(receiver_ids=[Command.set(self.leader_east.ids)])
        self.assertEqual(handover.sudo().activity_ids.user_id, self.salesperson_a)
        self.assertIn(self.leader_east, handover.missing_user_ids)
        handover.action_confirm()
        self.assertEqual(handover.state, "confirm")
        handover.with_user(self.salesperson_a).action_confirm()
        self.assertEqual(handover.state, "done")

    def test_who_left_is_not_asked(self):
        """Whoever gives is archived already: no to-do, and the leader goes on."""
        handover = self._propose()
        self.salesperson_a.active = False
        handover.action_send()
        self.assertEqual(handover.sudo().activity_ids.user_id, self.receivers)
        handover.action_hand_over()
        self.assertEqual(handover.state, "done")
        self.assertEqual(set(self.customers.mapped("end_reason")), {"owner_archived"})

    def test_confirmations_begin_anew(self):
        handover = self._send()
        handover.with_user(self.salesperson_a).action_confirm()
        for button in ("action_draft", "action_cancel"):
            if handover.state == "draft":
                handover.action_send()
                handover.with_user(self.salesperson_a).action_confirm()
            getattr(handover, button)()
            if handover.state == "cancelled":
                handover.action_draft()
            self.assertFalse(handover.confirmed_user_ids, button)


@tagged("post_install", "-at_install")
class TestHandoverIsDone(HandoverCommon):
    """Everything that is still the person's changes hands; people are told once."""

    def test_who_receives_has_left(self):
        """Nothing goes to somebody who is not there any more: the leader is told."""
        handover = self._send()
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_b
        )
        for leave in (
            lambda: member.write({"active": False}),
            lambda: self.salesperson_b.write({"active": False}),
        ):
            with self.env.cr.savepoint() as savepoint:
                leave()
                with self.assertRaisesRegex(UserError, "Salesperson B .* draft"):
                    handover.action_hand_over()
                self.assertEqual(handover.state, "confirm")
                self.assertEqual(set(self.customers.mapped("state")), {"open"})
                savepoint.rollback()
            self.env.invalidate_all()
        # with somebody else in that place it goes on
        member.active = False
        handover.action_draft()
        handover.receiver_ids = self.salesperson_c
        handover.action_propose()
        handover.action_send()
        handover.action_hand_over()
        self.assertEqual(self.leads.user_id, self.salesperson_c)

    def test_nothing_is_left_to_hand_over(self):
        """All of them changed hands before: it is done, and nobody is told of none."""
        handover = self._send()
        self.customers._hand_over(
            dict.fromkeys(self.customers, self.salesperson_c),
            "transfer",
            "transferred",
        )
        before = len(self._get_told(self.salesperson_a))
        handover.action_hand_over()
        self.assertEqual(handover.state, "done")
        self.assertEqual(
            set(handover.line_ids.mapped("outcome")),
            {"Changed hands before the handover."},
        )
        self.assertEqual(len(self._get_told(self.salesperson_a)), before)

    def test_lost_and_dropped_before(self):
        """What ended meanwhile stays ended; the rest goes."""
        handover = self._send()
        self.leads[0].with_user(self.salesperson_a).action_set_lost()
        handover.action_hand_over()
        self.assertEqual(self.customers[0].end_reason, "lost")
        self.assertEqual(set(self.customers[1:].mapped("end_reason")), {"transferred"})
        self.assertEqual(len(handover.line_ids.successor_id), 3)

    def test_messages(self):
        """One to each side: how many, which, and to whom they went."""
        handover = self._send()
        handover.action_hand_over()
        told = self._get_told(self.salesperson_b)
        self.assertEqual(told[0].subject, "Customers handed to you: 2")
        own = handover.line_ids.filtered(
            lambda line: line.new_user_id == self.salesperson_b
        )
        for line in own:
            self.assertIn(f'data-oe-id="{line.successor_id.id}"', told[0].body)
        gave = self._get_told(self.salesperson_a)[0]
        self.assertEqual(gave.subject, "Your customers that were handed over: 4")
        self.assertEqual(gave.body.count("(Salesperson B)"), 2)
        self.assertEqual(gave.body.count("(Salesperson C)"), 2)
        self.assertIn("Won and lost leads stay", gave.body)

    def test_long_lists_are_counted(self):
        """So many are named, the rest is a number."""
        self.patch(sales_process_handover_service, "NAMED_CUSTOMERS", 3)
        handover = self._send(
            method="one", receiver_ids=[Command.set(self.salesperson_b.ids)]
        )
        handover.action_hand_over()
        for user in (self.salesperson_a, self.salesperson_b):
            body = self._get_told(user)[0].body
            self.assertEqual(body.count("<li>"), 4)
            self.assertIn("and 1 more", body)
        self.patch(sales_process_handover_service, "NAMED_CUSTOMERS", 4)
        lines = handover.sudo().line_ids
        execution = sales_process_handover_service.HandoverExecution(handover.sudo())
        _subject, body = execution._render(self.env, lines, "ownership_id")
        self.assertEqual(body.count("<li>"), 4)

    def test_history_and_moment(self):
        with self._at("2031-05-06 07:08:09"):
            handover = self._send(reason="Moves to Chengdu")
            handover.action_hand_over()
        self.assertEqual(str(handover.date_done), "2031-05-06 07:08:09")
        self.assertEqual(
            set(self.customers.mapped("end_note")),
            {"Handover of Salesperson A. Moves to Chengdu"},
        )
        self.assertEqual(
            set(handover.line_ids.successor_id.mapped("origin")), {"transfer"}
        )

    def test_without_a_reason(self):
        handover = self._send()
        handover.action_hand_over()
        self.assertEqual(
            set(self.customers.mapped("end_note")), {"Handover of Salesperson A."}
        )

    def test_what_waited_is_released_when_it_is_called_off(self):
        """The release is woken: the customers of who left wait for nothing more."""
        handover = self._make()
        cron = self.env.ref("sales_process_mgmt.ir_cron_release")
        Trigger = self.env["ir.cron.trigger"]
        before = Trigger.search_count([("cron_id", "=", cron.id)])
        handover.action_cancel()
        self.assertEqual(Trigger.search_count([("cron_id", "=", cron.id)]), before + 1)


@tagged("post_install", "-at_install")
class TestHandoverForm(HandoverCommon):
    """What the form proposes, names and hides."""

    def test_proposed_team_is_the_one_that_is_led(self):
        form = Form(self.env["sales.process.handover"].with_user(self.leader_west))
        self.assertEqual(form.team_id, self.team_west)
        self.assertTrue(form.can_lead)

    def test_name(self):
        handover = self._make()
        self.assertEqual(handover.name, "Handover of Salesperson A, Team East")
        self.assertEqual(handover.display_name, handover.name)
        found = self.env["sales.process.handover"].with_user(self.leader_east)
        self.assertEqual(
            found.name_search("Salesperson A"), [(handover.id, handover.name)]
        )

    def test_new_one_has_no_name(self):
        self.assertFalse(self.env["sales.process.handover"].new({}).name)

    def test_numbers_are_for_the_leader(self):
        """Before it is saved a stranger does not learn what somebody holds."""
        values = {"team_id": self.team_east.id, "user_id": self.salesperson_a.id}
        for user, count in (
            (self.leader_east, 4),
            (self.director, 4),
            (self.leader_west, 0),
            (self.salesperson_b, 0),
        ):
            handover = self.env["sales.process.handover"].with_user(user).new(values)
            self.assertEqual(handover.remaining_count, count, user.login)

    def test_other_company(self):
        handover = self._make()
        self.assertFalse(
            self.env["sales.process.handover"]
            .with_user(self.salesperson_x)
            .search([("id", "=", handover.id)])
        )
