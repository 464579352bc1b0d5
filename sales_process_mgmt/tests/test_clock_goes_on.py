# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_release import ReleaseCommon

START = datetime(2027, 3, 1, 2)  # a Monday, ten in the morning in Shanghai
DAY = timedelta(days=1)
# the end of the seventh day after that Monday
DEADLINE = datetime(2027, 3, 8, 15, 59, 59)


@tagged("post_install", "-at_install")
class TestClockGoesOn(ReleaseCommon):
    """A clock that stops goes on where it was, for the same person."""

    def setUp(self):
        super().setUp()
        self.won = self.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        self.new = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        with self._at(START):
            self.lead = self._create_lead(self.salesperson_a, phone="13812345678")
        self.own = self.lead.with_user(self.salesperson_a)

    def _follow(self, moment, **values):
        with self._at(moment):
            return (
                self.env["sales.process.followup"]
                .with_user(self.salesperson_a)
                .create({"lead_id": self.lead.id, "subject": "Prices", **values})
            )

    def test_lost_and_restored(self):
        """The old deadline, the agreed date's limit and the contacts go on."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
            self.assertEqual(self.lead.ownership_id.state, "ended")
            self.own.action_restore()
        period = self.lead.ownership_id
        self.assertEqual(period.state, "open")
        self.assertEqual(period.user_id, self.salesperson_a)
        self.assertEqual(period.date_deadline, DEADLINE)
        self.assertTrue(period.continued_id)
        # a second time changes nothing
        with self._at(START + 6 * DAY):
            self.own.action_set_lost()
            self.own.action_restore()
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)
        # a contact that counts does
        self._follow(START + 6 * DAY)
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 6 * DAY)

    def test_contact_of_another_grade(self):
        """A contact of a longer grade is no contact: the clock goes on as it was."""
        grade = self.env["sales.process.customer.grade"].create(
            {"name": "Long", "followup_days": 60}
        )
        Partner = self.env["res.partner"]
        long = Partner.create(
            {"name": "L", "is_company": True, "process_grade_id": grade.id}
        )
        short = Partner.create({"name": "S"})
        with self._at(START + DAY):
            self.own.partner_id = short
            self.lead.ownership_id._update_deadlines()
            self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)
            # below a company of that grade
            short.with_user(self.salesperson_a).parent_id = long
            self.lead.ownership_id._update_deadlines()
            self.assertEqual(self.lead.ownership_id.grade_id, grade)
            self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)
            # linked to another contact of it
            other = long.copy({"name": "M", "process_grade_id": grade.id})
            self.own.partner_id = other
            self.lead.ownership_id._update_deadlines()
            self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)
        # the next contact that counts has the days of the grade
        self._follow(START + 2 * DAY)
        self.assertEqual(
            self.lead.ownership_id.date_deadline, DEADLINE + (2 + 53) * DAY
        )

    def test_contact_taken_back(self):
        """A contact that is deleted leaves the old clock, not a fresh period."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
            self.own.action_restore()
        followup = self._follow(START + 5 * DAY + timedelta(hours=1))
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 5 * DAY)
        with self._at(START + 5 * DAY + timedelta(hours=2)):
            followup.sudo().unlink()
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)

    def _arrive(self, moment, *on_duty, phone="13812345678", actor=None):
        """The customer arrives again with nobody's name on it: the roster decides."""
        self.team_east.process_release_to = "duty"
        with self._at(moment):
            self.env["sales.process.duty"].create(
                [
                    {
                        "team_id": self.team_east.id,
                        "user_id": user.id,
                        "date_start": moment - timedelta(hours=1),
                        "date_end": moment + timedelta(hours=1),
                        "state": "confirmed",
                    }
                    for user in on_duty
                ]
            )
            return (
                self.env["crm.lead"]
                .with_user(actor or self.leader_east)
                .create(
                    {
                        "name": "Again",
                        "phone": phone,
                        "user_id": False,
                        "team_id": self.team_east.id,
                    }
                )
                .sudo()
                .ownership_id
            )

    def test_handed_out_by_the_roster_again(self):
        """Chosen by the roster, the same person goes on with the old clock."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        period = self._arrive(START + 6 * DAY, self.salesperson_a)
        self.assertEqual(period.user_id, self.salesperson_a)
        self.assertEqual(period.continued_id, self.lead.ownership_id)
        self.assertEqual(period.date_deadline, DEADLINE)

    def test_leader_registers_for_who_is_on_duty(self):
        """The roster chose, also where a leader types; by name, the leader did."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        moment = START + 6 * DAY
        self._arrive(moment, self.salesperson_a, phone="13899990000")
        old = self.lead.ownership_id
        for receiver, continued in (
            ({"receive_for": "duty"}, old),
            (
                {"receive_for": "person", "receiver_id": self.salesperson_a.id},
                old.browse(),
            ),
        ):
            with self.subTest(receiver=receiver), self._at(moment):
                with self.env.cr.savepoint() as savepoint:
                    wizard = (
                        self.env["sales.process.registration"]
                        .with_user(self.leader_east)
                        .create(
                            {
                                "team_id": self.team_east.id,
                                "phone": "13812345678",
                                **receiver,
                            }
                        )
                    )
                    wizard.action_register()
                    period = wizard.sudo().lead_id.ownership_id
                    self.assertEqual(period.user_id, self.salesperson_a)
                    # that somebody has come is a contact, and moves it from there
                    self.assertEqual(period.previous_id, old)
                    self.assertEqual(period.continued_id, continued)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_roster_looks_for_somebody_else(self):
        """Not to the owner before while others are on duty; they begin anew."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        period = self._arrive(START + 6 * DAY, self.salesperson_a, self.salesperson_b)
        self.assertEqual(period.user_id, self.salesperson_b)
        self.assertEqual(period.previous_id, self.lead.ownership_id)
        self.assertEqual(period.date_deadline, DEADLINE + 6 * DAY)

    def test_roster_and_a_clock_that_has_run_out(self):
        """Nobody receives a customer who would be released at once."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        period = self._arrive(START + 8 * DAY, self.salesperson_a)
        self.assertEqual((period.state, period.awaits_duty), ("pool", True))

    def _hand_out(self, moment):
        """Hand out what waits for a shift, as the scheduled action does."""
        with self._at(moment):
            self.Release._hand_out_waiting(self.Release._lock_waiting(100))
            self.env.flush_all()

    def test_waiting_for_a_shift_is_no_fresh_period(self):
        """Nobody on duty when it came again: it waits, and the old clock with it."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        waiting = self._arrive(START + 6 * DAY)
        self.assertEqual((waiting.state, waiting.awaits_duty), ("pool", True))
        shift = START + 6 * DAY + timedelta(hours=3)
        self.env["sales.process.duty"].create(
            {
                "team_id": self.team_east.id,
                "user_id": self.salesperson_a.id,
                "date_start": shift - timedelta(minutes=5),
                "date_end": shift + timedelta(hours=1),
                "state": "confirmed",
            }
        )
        self._hand_out(shift)
        period = waiting.next_ids
        self.assertEqual(period.user_id, self.salesperson_a)
        self.assertEqual(period.date_deadline, DEADLINE)

    def test_waiting_with_a_clock_that_has_run_out(self):
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        waiting = self._arrive(START + 8 * DAY)
        self._arrive(START + 8 * DAY, self.salesperson_a, phone="13812345670")
        self._hand_out(START + 8 * DAY)
        self.assertFalse(waiting.next_ids)
        self._arrive(START + 8 * DAY, self.salesperson_b, phone="13812345671")
        self._hand_out(START + 8 * DAY)
        self.assertEqual(waiting.next_ids.user_id, self.salesperson_b)
        self.assertEqual(waiting.next_ids.date_deadline, DEADLINE + 8 * DAY)

    def test_roster_and_the_cool_down(self):
        """Whoever let the customer go gets it neither by name nor by the roster.

        The days are those of the team that let go, whosever pool it lay in.
        """
        self.team_east.process_cooldown_days = 3
        with self._at(START + 5 * DAY):
            self.lead.ownership_id.with_user(self.salesperson_a)._give_up("No time")
            # sudo: as a customer that nobody wants any more
            self.lead.ownership_id.sudo()._end("lost")
        soon, later = START + 6 * DAY, START + 20 * DAY
        period = self._arrive(soon, self.salesperson_a)
        self.assertEqual((period.state, period.awaits_duty), ("pool", True))
        with self._at(later):
            period._end("lost")
        period = self._arrive(later + DAY, self.salesperson_a)
        self.assertEqual(period.user_id, self.salesperson_a)
        self.assertFalse(period.continued_id)

    def test_cool_down_of_the_team_that_let_go(self):
        self.team_east.write(
            {"process_cooldown_days": 9, "process_pool_team_id": self.team_west.id}
        )
        self.team_west.process_cooldown_days = 0
        self.team_west.crm_team_member_ids.create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_a.id}
        )
        with self._at(START + 5 * DAY):
            self.lead.ownership_id.with_user(self.salesperson_a)._give_up("No time")
            pooled = self.lead.ownership_id
            self.assertEqual(pooled.team_id, self.team_west)
        with (
            self._at(START + 14 * DAY - timedelta(seconds=1)),
            self.assertRaises(UserError),
        ):
            pooled.with_user(self.salesperson_a).action_take()
        with self._at(START + 14 * DAY + timedelta(seconds=1)):
            pooled.with_user(self.salesperson_a).action_take()
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_a)

    def test_how_long_it_is_remembered(self):
        """Up to the cool-down or the period, whichever is longer; then it is new."""
        self.team_east.process_cooldown_days = 10
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
        with self._at(START + 15 * DAY + timedelta(seconds=1)):
            self.own.action_restore()
            self.assertFalse(self.lead.ownership_id.continued_id)
            self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 15 * DAY)
        with self._at(START + 16 * DAY):
            self.own.action_set_lost()
        with self._at(START + 26 * DAY):
            self.own.action_restore()
            # remembered, and run out meanwhile
            self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 15 * DAY)

    def test_won_and_reopened(self):
        with self._at(START + 5 * DAY):
            self.own.stage_id = self.won
            self.assertFalse(self.lead.ownership_id.date_deadline)
            self.own.stage_id = self.new
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)

    def test_comes_again_after_long(self):
        """A served customer that comes back after long has a full period."""
        with self._at(START + DAY):
            self.own.stage_id = self.won
        with self._at(START + 100 * DAY):
            self._create_lead(self.salesperson_a, phone="13812345678")
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 100 * DAY)

    def test_somebody_else_begins_anew(self):
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
            lead = self._create_lead(self.salesperson_b, phone="13812345678")
        self.assertEqual(lead.ownership_id.previous_id, self.lead.ownership_id)
        self.assertEqual(lead.ownership_id.date_deadline, DEADLINE + 5 * DAY)

    def test_back_by_way_of_a_friend(self):
        """Lost, registered by a friend, lost again: still one's own old clock."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
            lead = self._create_lead(self.salesperson_b, phone="13812345678")
        with self._at(START + 6 * DAY):
            lead.with_user(self.salesperson_b).action_set_lost()
            self.own.action_restore()
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)

    def test_given_up_and_taken_again(self):
        """Without a cool-down one may take it again, with what is left of the days."""
        self.team_east.write({"process_cooldown_days": 0, "process_carousel_limit": 0})
        with self._at(START + 5 * DAY):
            self.lead.ownership_id.with_user(self.salesperson_a)._give_up("No time")
            pooled = self.lead.ownership_id
            self.assertEqual((pooled.state, pooled.lapse_count), ("pool", 1))
            pooled.with_user(self.salesperson_a).action_take()
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_a)
        self.assertEqual(self.lead.ownership_id.lapse_count, 1)
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)

    def test_longest_holding_time_goes_on(self):
        self.team_east.process_hold_days_max = 9
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
            self.own.action_restore()
        self._follow(START + 6 * DAY)
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 2 * DAY)
        self.assertEqual(self.lead.ownership_id.deadline_kind, "max_hold")

    def test_agreed_dates_in_a_row_go_on(self):
        """Lost and restored gives no new allowance of agreed dates."""
        self.team_east.process_followup_extension_times = 1
        self._follow(START + DAY, date_next=(START + 20 * DAY).date())
        with self._at(START + 2 * DAY):
            self.own.action_set_lost()
            self.own.action_restore()
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 13 * DAY)
        self._follow(
            START + 3 * DAY, subject="More", date_next=(START + 40 * DAY).date()
        )
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 13 * DAY)

    def test_leader_gives_a_fresh_one(self):
        """What the leader decides moves a deadline later."""
        with self._at(START + 5 * DAY):
            self.own.action_set_lost()
            self.lead.with_user(self.leader_east).action_restore()
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 5 * DAY)
        with self._at(START + 6 * DAY):
            self.own.action_set_lost()
            self.own.action_restore()
            self.lead.ownership_id._give_fresh_period()
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 6 * DAY)

    def test_held_customer_does_not_stay(self):
        """Neither a late contact, nor won, nor lost and restored lets it stay."""
        period = self.lead.ownership_id
        period.is_held = True
        late = START + 8 * DAY
        followup = self._follow(late)
        self.assertFalse(followup.counts)
        self.assertEqual(followup.void_reason, "held")
        self.assertEqual(period.date_deadline, DEADLINE)
        with self._at(late):
            self.own.stage_id = self.won
            self.assertEqual(period.phase, "pursuing")
            self.assertEqual(period.date_deadline, DEADLINE)
            self.own.stage_id = self.new
            self.own.action_set_lost()
            self.own.action_restore()
        period = self.lead.ownership_id
        self.assertTrue(period.is_held)
        self.assertEqual(period.date_deadline, DEADLINE)

    # ------------------------------------------------------------
    # A NEW CUSTOMER TURNS OUT TO BE THE OLD ONE
    # ------------------------------------------------------------

    def _register(self, **values):
        return self._create_lead(self.salesperson_a, **values).with_user(
            self.salesperson_a
        )

    def test_number_of_the_old_customer_on_a_new_one(self):
        """Whichever period stays, the clock that ends first goes on."""
        with self._at(START + 5 * DAY):
            new = self._register(email_from="buyer@shop.example")
            new.phone = "13812345678"
        period = self.lead.ownership_id
        self.assertEqual(period, new.sudo().ownership_id)
        self.assertEqual(period.date_deadline, DEADLINE)
        self._follow(START + 6 * DAY)
        self.assertEqual(period.date_deadline, DEADLINE + 6 * DAY)

    def test_contact_with_one_of_two_that_are_one(self):
        """Whoever was in contact with the new one was in contact with the customer."""
        with self._at(START + 5 * DAY):
            new = self._register(email_from="buyer@shop.example")
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                {"lead_id": new.id, "subject": "Talked about the prices of pumps"}
            )
            new.phone = "13812345678"
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 5 * DAY)

    def test_number_of_a_lost_customer_on_a_new_one(self):
        """Lost, and its number comes to another customer of the same person."""
        with self._at(START + 5 * DAY):
            new = self._register(email_from="buyer@shop.example")
            self.own.action_set_lost()
            new.phone = "13812345678"
        self.assertEqual(new.sudo().ownership_id.date_deadline, DEADLINE)

    def test_number_of_a_lost_customer_on_a_contact(self):
        with self._at(START + 5 * DAY):
            contacts = self.env["res.partner"].with_user(self.salesperson_a)
            company = contacts.create({"name": "Pumps Ltd", "is_company": True})
            new = self._register(partner_id=company.id)
            self.own.action_set_lost()
            contacts.create(
                {"name": "Ms Gu", "parent_id": company.id, "phone": "13812345678"}
            )
        self.assertEqual(new.sudo().ownership_id.date_deadline, DEADLINE)

    def test_two_lost_customers_are_one_new_one(self):
        """A younger customer that was lost later does not hide the older clock."""
        with self._at(START + 5 * DAY):
            young = self._register(email_from="buyer@shop.example")
            self.own.action_set_lost()
            young.action_set_lost()
            new = self._register(phone="13812345678", email_from="buyer@shop.example")
        self.assertEqual(new.sudo().ownership_id.date_deadline, DEADLINE)

    def test_held_customer_is_held_whatever_joins(self):
        self.team_east.process_hold_days_max = 9
        self.lead.ownership_id.is_held = True
        with self._at(START + 8 * DAY):
            new = self._register(email_from="buyer@shop.example")
            new.phone = "13812345678"
        period = new.sudo().ownership_id
        self.assertEqual(period, self.lead.ownership_id)
        self.assertTrue(period.is_held)
        self.assertEqual(period.date_hold_start, START)
        self.assertEqual(period.date_deadline, DEADLINE)

    def test_somebody_elses_lost_customer_brings_no_clock(self):
        """The number of a colleague's lost customer is a new customer's."""
        with self._at(START + 5 * DAY):
            new = self._create_lead(
                self.salesperson_b, email_from="buyer@shop.example"
            ).with_user(self.salesperson_b)
            self.own.action_set_lost()
            new.phone = "13812345678"
        self.assertEqual(new.sudo().ownership_id.date_deadline, DEADLINE + 5 * DAY)

    def test_leader_joins_them(self):
        """What the leader joins keeps the clock of the customer that stays."""
        with self._at(START + 5 * DAY):
            new = self._register(email_from="buyer@shop.example")
            new.with_user(self.leader_east).phone = "13812345678"
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE + 5 * DAY)

    def test_joining_is_no_way_into_another_team(self):
        """Another team is the leader's, also where two own customers become one."""
        other = self._create_team(
            "Team South", "enforce", self.leader_west, self.env["res.users"]
        )
        with self._at(START + 5 * DAY):
            new = self._register(team=other, email_from="buyer@shop.example")
            with self.assertRaises(UserError), self.env.cr.savepoint():
                new.phone = "13812345678"
            # the other way round the new one goes into another team
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.own.email_from = "buyer@shop.example"
        self.assertEqual(self.lead.ownership_id.team_id, self.team_east)
        self.assertEqual(self.lead.ownership_id.date_deadline, DEADLINE)

    def test_joining_is_no_way_to_another_product_line(self):
        """The tag of a new customer gives the old one no other days."""
        tag = self.env["crm.tag"].create({"name": "Plants"})
        self.env["sales.process.followup.rule"].create(
            {"team_id": self.team_east.id, "tag_id": tag.id, "followup_days": 90}
        )
        with self._at(START + 5 * DAY):
            new = self._register(
                email_from="buyer@shop.example", tag_ids=[Command.link(tag.id)]
            )
            for join in (
                lambda: new.write({"phone": "13812345678"}),
                lambda: self.own.write({"email_from": "buyer@shop.example"}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    join()
            new.with_user(self.leader_east).phone = "13812345678"
        self.assertEqual(self.lead.ownership_id, new.sudo().ownership_id)

    def test_approved_day_is_put_off(self):
        """The leader lets one day stand; a later one is another question."""
        team = self.team_east
        followup = self._follow(
            START + DAY, date_next=(START + 100 * DAY).date()
        ).with_user(self.salesperson_a)
        cut = self.lead.ownership_id.date_deadline
        followup.with_user(self.leader_east).action_approve_extension()
        approved = self.lead.ownership_id.date_deadline
        self.assertGreater(approved, cut)
        with self._at(START + 2 * DAY):
            followup.date_next = (START + 90 * DAY).date()
            self.assertTrue(followup.extension_approved)
            followup.date_next = (START + 3000 * DAY).date()
        self.assertFalse(followup.extension_approved)
        self.assertTrue(followup.is_extension_asked)
        self.assertEqual(self.lead.ownership_id.date_deadline, cut)
        self.assertLess(
            cut, DEADLINE + (1 + team.process_followup_extension_days + 1) * DAY
        )

    def test_approved_day_is_moved_to_another_customer(self):
        """What the leader lets stand is a day for one customer."""
        with self._at(START):
            other = self._register(phone="13912345678")
        followup = self._follow(START + DAY, date_next=(START + 100 * DAY).date())
        followup.with_user(self.leader_east).action_approve_extension()
        with self._at(START + 2 * DAY):
            followup.with_user(self.salesperson_a).lead_id = other
        self.assertFalse(followup.extension_approved)
        self.assertLess(other.sudo().ownership_id.date_deadline, START + 90 * DAY)

    def test_joining_thaws_nothing(self):
        """What the leader has frozen is not thawed by joining it, nor the reverse."""
        period = self.lead.ownership_id
        with self._at(START + 5 * DAY):
            new = self._register(email_from="buyer@shop.example")
            for frozen in (period, new.sudo().ownership_id):
                period.is_frozen = new.sudo().ownership_id.is_frozen = False
                frozen.is_frozen = True
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    new.phone = "13812345678"
        self.assertNotEqual(period, new.sudo().ownership_id)
