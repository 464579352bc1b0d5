# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes along when a customer changes hands, and what its leads say of it."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SalesProcessCommon

PHONE = "13812345678"
CALL = "mail.mail_activity_data_call"


class HandOverCommon(SalesProcessCommon):
    """A customer of salesperson A with two open leads and a won one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone=PHONE, partner_name="Acme")
        cls.second = cls._create_lead(cls.salesperson_a, name="More", phone=PHONE)
        cls.won = cls._create_lead(cls.salesperson_a, name="Old", phone=PHONE)
        cls.won.with_user(cls.salesperson_a).action_set_won()
        cls.ownership = cls.lead.ownership_id
        cls.nobody = cls.env["res.users"]

    def _hand_over(self, user, ownership=None, **values):
        ownership = ownership or self.ownership
        origin, reason = ("transfer", "transferred") if user else ("release", "expired")
        new = ownership._hand_over(
            {ownership: user},
            values.pop("origin", origin),
            values.pop("reason", reason),
            **values,
        )[ownership]
        self.env.flush_all()
        self.env.invalidate_all()
        return new


@tagged("post_install", "-at_install")
class TestPlansGoAlong(HandOverCommon):
    """Activities, meetings and followers of the open leads go where they go."""

    def _plan(self, lead, user, **values):
        # sudo: the owner plans for a colleague
        activity = (
            lead.with_user(self.leader_east)
            .sudo()
            .activity_schedule(CALL, user_id=user.id, **values)
        )
        return activity.with_env(self.env)

    def _meet(self, user, start, lead=None):
        lead = lead or self.lead
        return (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "user_id": user.id,
                    "opportunity_id": lead.id,
                    "partner_ids": [Command.set(user.partner_id.ids)],
                }
            )
        )

    def test_activities_of_the_owner_go_those_of_others_stay(self):
        mine = self._plan(self.lead, self.salesperson_a)
        leaders = self._plan(self.lead, self.leader_east)
        closed = self._plan(self.won, self.salesperson_a)
        self._hand_over(self.salesperson_b)
        self.assertEqual(mine.user_id, self.salesperson_b)
        self.assertEqual(leaders.user_id, self.leader_east)
        self.assertEqual(closed.user_id, self.salesperson_a)

    def test_pool_goes_on_with_nothing(self):
        day = self._today(self.salesperson_a) + timedelta(days=3)
        mine = self._plan(
            self.lead, self.salesperson_a, summary="Call Ms. Li", date_deadline=day
        )
        plain = self._plan(self.second, self.salesperson_a, date_deadline=day)
        kind = plain.activity_type_id.name
        leaders = self._plan(self.lead, self.leader_east)
        self._hand_over(self.nobody)
        self.assertFalse((mine | plain).exists())
        self.assertTrue(leaders.exists())
        for lead, what in ((self.lead, "Call Ms. Li"), (self.second, kind)):
            body = lead.message_ids.sorted("id")[-1].body
            self.assertIn(f"Planned and cancelled: {day} {what}", body)
            self.assertIn("from Salesperson A to the pool", body)

    def test_chatter_says_it_once_on_each_open_lead(self):
        counts = {
            lead: len(lead.message_ids) for lead in (self.lead, self.second, self.won)
        }
        self._hand_over(self.salesperson_b, note="New <b>region</b>")
        for lead, count in counts.items():
            is_open = lead != self.won
            self.assertEqual(len(lead.message_ids), count + is_open, lead.name)
        body = self.lead.message_ids.sorted("id")[-1].body
        self.assertIn("Transferred: from Salesperson A to Salesperson B.", body)
        self.assertIn("New &lt;b&gt;region", body)
        self.assertNotIn("Planned and cancelled", body)

    def test_meetings_to_come_go_along(self):
        now = self.env.cr.now().replace(microsecond=0)
        future = self._meet(self.salesperson_a, now + timedelta(days=1))
        second = self._meet(self.salesperson_a, now + timedelta(hours=1), self.second)
        past = self._meet(self.salesperson_a, now - timedelta(seconds=1))
        leaders = self._meet(self.leader_east, now + timedelta(days=1))
        closed = self._meet(self.salesperson_a, now + timedelta(days=1), self.won)
        self._hand_over(self.salesperson_b)
        for meeting, user in (
            (future, self.salesperson_b),
            (second, self.salesperson_b),
            (past, self.salesperson_a),
            (leaders, self.leader_east),
            (closed, self.salesperson_a),
        ):
            self.assertEqual(meeting.user_id, user)
            self.assertEqual(meeting.partner_ids, user.partner_id)

    def test_the_customer_expects_somebody(self):
        """Into the pool a meeting stays with whoever has agreed it."""
        now = self.env.cr.now().replace(microsecond=0)
        meeting = self._meet(self.salesperson_a, now + timedelta(days=1))
        self._hand_over(self.nobody)
        self.assertEqual(meeting.user_id, self.salesperson_a)
        self.assertEqual(meeting.partner_ids, self.salesperson_a.partner_id)

    def test_who_follows(self):
        self.lead.message_subscribe(self.leader_east.partner_id.ids)
        leads = self.lead | self.second | self.won
        leads.message_subscribe(self.salesperson_a.partner_id.ids)
        new = self._hand_over(self.salesperson_b)
        for lead in self.lead | self.second:
            self.assertIn(self.salesperson_b.partner_id, lead.message_partner_ids)
            self.assertNotIn(self.salesperson_a.partner_id, lead.message_partner_ids)
        self.assertIn(self.leader_east.partner_id, self.lead.message_partner_ids)
        self.assertIn(self.salesperson_a.partner_id, self.won.message_partner_ids)
        self._hand_over(self.nobody, new)
        self.assertNotIn(self.salesperson_b.partner_id, self.lead.message_partner_ids)
        self.assertIn(self.leader_east.partner_id, self.lead.message_partner_ids)

    def test_former_owner_who_helps_goes_on_following(self):
        new = self._hand_over(self.salesperson_b)
        new._add_collaborators(self.salesperson_a)
        new.flush_recordset()
        # back to who helps: an owner helps nobody
        last = self._hand_over(self.salesperson_a, new)
        self.assertFalse(last.collaborator_ids)
        last._add_collaborators(self.salesperson_c)
        again = self._hand_over(self.salesperson_b, last)
        self.assertEqual(again.collaborator_ids, self.salesperson_c)
        self.assertFalse(last.end_note)


@tagged("post_install", "-at_install")
class TestPeriodsFormAChain(HandOverCommon):
    """A period is followed by another one; what the customer is goes along."""

    def test_root_and_holder(self):
        owners = [
            self.salesperson_b,
            self.nobody,
            self.salesperson_c,
            self.salesperson_a,
        ]
        chain = self.ownership
        for user in owners:
            new = self._hand_over(user, chain[-1])
            self.assertEqual(new.previous_id, chain[-1])
            self.assertEqual(new.root_id, self.ownership)
            chain += new
            self.assertEqual(set(chain.holder_id), set(user))
        self.assertEqual(
            chain.mapped("state"), ["ended", "ended", "ended", "ended", "open"]
        )
        self.assertEqual(chain[2].chain_ids, chain)
        self.assertFalse(self.ownership.root_id)
        self.assertEqual(
            chain.mapped("origin"),
            ["lead", "transfer", "release", "transfer", "transfer"],
        )
        self.assertEqual(
            chain.mapped("end_reason"),
            ["transferred", "expired", "transferred", "transferred", False],
        )

    def test_keys_are_never_without_a_period(self):
        keys = set(self.ownership.key_ids.mapped("value"))
        self.assertTrue(keys)
        new = self._hand_over(self.salesperson_b)
        self.assertEqual(set(new.key_ids.mapped("value")), keys)
        self.assertFalse(self.ownership.key_ids)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_a, phone=PHONE)

    def test_what_the_customer_is_goes_along(self):
        moment = self.env.cr.now() - timedelta(days=2)
        partner = self.env["res.partner"].create({"name": "Acme"})
        self.ownership.write(
            {
                "is_frozen": True,
                "date_last_contact": moment,
                "partner_id": partner.id,
                "date_revisit": "2027-02-28",
                "date_served_until": "2027-03-31",
                "phase": "served",
            }
        )
        self.ownership._add_collaborators(self.salesperson_b | self.salesperson_c)
        new = self._hand_over(self.salesperson_b)
        for name in (
            "name",
            "is_frozen",
            "date_last_contact",
            "partner_id",
            "date_revisit",
            "date_served_until",
            "phase",
            "company_id",
        ):
            self.assertEqual(new[name], self.ownership[name], name)
        self.assertEqual(new.collaborator_ids, self.salesperson_c)
        pooled = self._hand_over(self.nobody, new)
        self.assertFalse(pooled.collaborator_ids, "The pool has no helpers")

    def test_ended_period_has_no_clock(self):
        self.ownership.awaits_duty = True
        self._hand_over(self.salesperson_b)
        self.assertEqual(self.ownership.date_end, self.env.cr.now())
        for name in ("date_deadline", "deadline_kind", "awaits_duty"):
            self.assertFalse(self.ownership[name], name)

    def test_what_has_ended_is_not_handed_over(self):
        other = self._create_lead(self.salesperson_a, phone="13900000001").ownership_id
        other._end("lost")
        moved = (self.ownership | other)._hand_over(
            {self.ownership: self.salesperson_b, other: self.salesperson_b},
            "transfer",
            "transferred",
        )
        self.assertEqual(list(moved), [self.ownership])
        self.assertEqual(other.end_reason, "lost")
        self.assertFalse(other.next_ids)
        self.assertEqual(
            other._hand_over({other: self.salesperson_b}, "transfer", "transferred"),
            {},
        )

    def _register_together(self, *details):
        """Leads of salesperson B that come in by one file."""
        leads = (
            self.env["crm.lead"]
            .with_user(self.salesperson_b)
            .create(
                [
                    {
                        "name": f"Row {number}",
                        "type": "opportunity",
                        "team_id": self.team_east.id,
                        "user_id": self.salesperson_b.id,
                        **values,
                    }
                    for number, values in enumerate(details)
                ]
            )
        )
        self.env.flush_all()
        return leads.with_env(self.env)

    def test_past_of_one_is_no_others(self):
        """In one batch each new customer follows its own past, or none."""
        past = self._create_lead(self.salesperson_a, phone="13900000021").ownership_id
        past._end("lost")
        leads = self._register_together(
            {"phone": "13900000022"}, {"phone": "13900000021"}, {"phone": "13900000023"}
        )
        previous = [lead.ownership_id.previous_id for lead in leads]
        self.assertEqual(previous, [past.browse(), past, past.browse()])
        self.assertEqual(leads[1].ownership_id.root_id, past)
        self.assertFalse((leads[0] | leads[2]).ownership_id.root_id)

    def test_a_chain_is_gone_on_with_once(self):
        """Two customers by details of one that has ended: one of them follows it."""
        past = self._create_lead(
            self.salesperson_a, phone="13900000024", email_from="past@c.example"
        ).ownership_id
        past._end("lost")
        leads = self._register_together(
            {"phone": "13900000024"}, {"email_from": "past@c.example"}
        )
        self.assertEqual(len(leads.ownership_id), 2)
        self.assertEqual(leads.ownership_id.previous_id, past)
        self.assertEqual(past.next_ids, leads[0].ownership_id)
        # while it goes on, nobody else goes on with it either
        late = self._register_together({"phone": "13900000025"})
        self.assertFalse(late.ownership_id.previous_id)

    def test_the_last_of_several_pasts(self):
        periods = self.env["sales.process.ownership"]
        for number, days in enumerate((3, 1, 2)):
            period = self._create_lead(
                self.salesperson_a, email_from=f"past{number}@c.example"
            ).ownership_id
            period._end("lost")
            period.date_end -= timedelta(days=days)
            periods += period
        emails = ", ".join(f"past{number}@c.example" for number in range(3))
        lead = self._register_together({"email_from": emails})
        self.assertEqual(lead.ownership_id.previous_id, periods[1])

    def test_several_owners_in_one_batch(self):
        other = self._create_lead(self.salesperson_c, phone="13900000001")
        moved = self.ownership._hand_over(
            {self.ownership: self.salesperson_b, other.ownership_id: self.nobody},
            "release",
            "expired",
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(len(moved), 2)
        self.assertEqual(self.lead.user_id, self.salesperson_b)
        self.assertFalse(other.user_id)
        self.assertTrue(other.process_is_pooled)
        self.assertFalse(self.lead.process_is_pooled)

    def test_who_lets_go_again_and_again(self):
        """Owners in a row who let go are counted up to the team's limit."""
        self.team_east.process_carousel_limit = 2
        table = (
            # reason, is_excused, counts
            ("expired", False, True),
            ("released", False, True),
            ("expired", True, False),
            ("transferred", False, False),
            ("owner_archived", False, False),
        )
        for reason, is_excused, counts in table:
            with (
                self.subTest(reason=reason, is_excused=is_excused),
                self.env.cr.savepoint() as savepoint,
            ):
                self.ownership.write({"is_excused": is_excused, "lapse_count": 1})
                self.assertEqual(self.ownership._is_lapse(reason), counts)
                new = self._hand_over(self.nobody, reason=reason)
                self.assertEqual(new.lapse_count, 1 + counts)
                self.assertEqual(new.is_dormant, counts, "Two are the limit")
                savepoint.rollback()
                self.env.invalidate_all()
        for limit, lapses, user, is_dormant in (
            (2, 0, self.nobody, False),
            (2, 1, self.nobody, True),
            (2, 5, self.nobody, True),
            (0, 5, self.nobody, False),
            (2, 5, self.salesperson_b, False),
        ):
            with (
                self.subTest(limit=limit, lapses=lapses, user=user.login),
                self.env.cr.savepoint() as savepoint,
            ):
                self.team_east.process_carousel_limit = limit
                self.ownership.lapse_count = lapses
                new = self._hand_over(user, reason="expired")
                self.assertEqual(new.is_dormant, is_dormant)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_wakes_a_dormant_customer(self):
        self.ownership.lapse_count = 9
        pooled = self._hand_over(self.nobody)
        self.assertTrue(pooled.is_dormant)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                pooled.with_user(user).action_wake()
        pooled.with_user(self.leader_east).action_wake()
        self.assertFalse(pooled.is_dormant)
        self.assertEqual(pooled.lapse_count, 0)

    def test_who_freezes_a_customer(self):
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            for action in ("action_freeze", "action_unfreeze"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(self.ownership.with_user(user), action)()
        self.ownership.awaits_duty = True
        self.ownership.with_user(self.leader_east).action_freeze()
        self.assertTrue(self.ownership.is_frozen)
        self.assertFalse(self.ownership.awaits_duty)
        self.assertFalse(self.ownership.date_deadline)
        self.ownership.with_user(self.leader_east).action_unfreeze()
        self.assertFalse(self.ownership.is_frozen)
        self.assertTrue(self.ownership.date_deadline)
        self.assertEqual(self.ownership.date_timer_start, self.env.cr.now())


@tagged("post_install", "-at_install")
class TestWhoMayHandOver(HandOverCommon):
    """One permission, whatever the state of the customer and the door."""

    def _assert(self, ownership, actor, user, team, allowed):
        with self.subTest(
            actor=actor.login, user=user.login, team=team.name, state=ownership.state
        ):
            if allowed:
                ownership._check_hand_over(actor, user, team)
            else:
                with self.assertRaises(UserError):
                    ownership._check_hand_over(actor, user, team)

    def test_from_the_pool(self):
        pooled = self._hand_over(self.nobody)
        pooled.date_start -= timedelta(days=400)
        self.team_west.process_mode = "enforce"
        east, west = self.team_east, self.team_west
        for actor, user, team, allowed in (
            (self.salesperson_b, self.salesperson_b, east, True),
            (self.salesperson_b, self.salesperson_c, east, False),
            (self.salesperson_b, self.salesperson_b, west, False),
            (self.salesperson_d, self.salesperson_d, west, False),
            (self.leader_east, self.salesperson_c, east, True),
            (self.leader_west, self.salesperson_d, west, False),
            (self.director, self.salesperson_d, west, True),
            (self.office_user, self.office_user, east, False),
        ):
            self._assert(pooled, actor, user, team, allowed)
        with self.assertRaisesRegex(UserError, "in the pool of Team East. Take it"):
            pooled._check_hand_over(self.salesperson_d, self.salesperson_d, west)

    def test_who_gives_up(self):
        """The owner gives up into the pool of the team, and into no other company's."""
        for actor, team, allowed in (
            (self.salesperson_a, self.team_east, True),
            (self.salesperson_a, self.team_c2, False),
            (self.salesperson_b, self.team_east, False),
            (self.salesperson_c, self.team_east, False),
            (self.leader_east, self.team_east, True),
        ):
            self._assert(self.ownership, actor, self.nobody, team, allowed)

    def test_sentences(self):
        for actor, team, words in (
            (self.leader_east, self.team_west, "You do not lead Team West"),
            (self.salesperson_a, self.team_east, "Only the leader of Team East"),
            (self.salesperson_b, self.team_west, "Only the leader of Team East"),
        ):
            self.team_west.process_mode = "enforce"
            with self.assertRaisesRegex(UserError, words):
                self.ownership._check_hand_over(actor, self.salesperson_d, team)

    def test_nobody_from_outside(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_of_hand_over",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.team_east.user_id = portal
        self._assert(self.ownership, portal, portal, self.team_east, False)
        # where a team only observes nobody is refused
        self.team_east.process_mode = "observe"
        self._assert(self.ownership, portal, self.salesperson_b, self.team_east, True)

    def test_what_both_agreed_on(self):
        """A claim counts for its own customer, owner and receiver, while it is open."""
        other = self._create_lead(self.salesperson_b, phone="13900000001").ownership_id
        third = self._create_lead(self.salesperson_b, phone="13900000002").ownership_id
        claim = self.env["sales.process.conflict"].create(
            {
                "is_claim_back": True,
                "user_id": self.salesperson_b.id,
                "owner_id": self.salesperson_a.id,
                "ownership_id": self.ownership.id,
                "other_ownership_id": other.id,
            }
        )

        def is_agreed(ownership, actor, user):
            row = ownership.with_user(actor).sudo()
            try:
                row._check_hand_over(actor, user, self.team_east)
            except UserError:
                return False
            return True

        a, b, c = self.salesperson_a, self.salesperson_b, self.salesperson_c
        self.assertTrue(is_agreed(other, b, a))
        for ownership, actor, user in (
            (third, b, a),
            (other, b, c),
            (other, a, a),
            (other, c, a),
        ):
            self.assertFalse(is_agreed(ownership, actor, user), actor.login)
        for values in (
            {"is_claim_back": False},
            {"state": "resolved"},
            {"owner_id": c.id},
            {"user_id": c.id},
            {"other_ownership_id": third.id},
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                claim.write(values)
                self.assertFalse(is_agreed(other, b, a))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_customer_without_team_is_an_administrators(self):
        self.ownership.team_id = False
        for user in (self.salesperson_a, self.leader_east, self.office_user):
            with self.assertRaises(AccessError):
                self.ownership.with_user(user)._check_leader()
        self.ownership.with_user(self.director)._check_leader()

    def test_every_team_of_a_selection_is_led(self):
        other = self._create_lead(self.salesperson_d, phone="13900000001").ownership_id
        both = self.ownership | other
        for leader in (self.leader_east, self.leader_west):
            with self.assertRaises(AccessError):
                both.with_user(leader)._check_leader()
        both.with_user(self.director)._check_leader()
        self.ownership.with_user(self.leader_east)._check_leader()


@tagged("post_install", "-at_install")
class TestPhaseFollowsTheLeads(SalesProcessCommon):
    """Open leads are pursued, won ones have signed, lost ones alone are lost."""

    def _customer(self, *statuses):
        """A customer with a lead for each status.

        :param statuses: ``pending``, ``won``, ``lost``
        """
        leads = self.env["crm.lead"]
        for _status in statuses:
            leads |= self._create_lead(self.salesperson_a, phone=PHONE)
        ownership = leads.ownership_id
        self.assertEqual(len(ownership), 1)
        for lead, status in zip(leads, statuses, strict=True):
            mine = lead.with_user(self.salesperson_a)
            if status != "pending":
                getattr(mine, f"action_set_{status}")()
        self.env.flush_all()
        self.env.invalidate_all()
        return ownership, leads

    def test_every_mix(self):
        for statuses, state, phase, reason in (
            (["pending"], "open", "pursuing", False),
            (["won"], "open", "served", False),
            (["won", "pending"], "open", "pursuing", False),
            (["won", "lost"], "open", "served", False),
            (["lost", "won"], "open", "served", False),
            (["lost"], "ended", "pursuing", "lost"),
            (["lost", "lost"], "ended", "pursuing", "lost"),
            (["lost", "pending"], "open", "pursuing", False),
        ):
            with self.subTest(statuses=statuses), self.env.cr.savepoint() as savepoint:
                ownership, _leads = self._customer(*statuses)
                self.assertEqual(
                    (ownership.state, ownership.phase, ownership.end_reason),
                    (state, phase, reason),
                )
                self.assertEqual(
                    bool(ownership.date_deadline),
                    state == "open" and phase == "pursuing",
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_last_lead_deleted(self):
        ownership, leads = self._customer("pending", "pending")
        leads[0].with_user(self.director).unlink()
        self.assertEqual(ownership.state, "open")
        leads[1].with_user(self.director).unlink()
        self.assertEqual((ownership.state, ownership.end_reason), ("ended", "released"))
        self.assertIn("last lead", ownership.end_note)
        self.assertFalse(ownership.key_ids)

    def test_reopened_is_pursued_again(self):
        grade = self.env["sales.process.customer.grade"].create(
            {"name": "Yearly", "revisit_days": 30}
        )
        ownership, leads = self._customer("won")
        ownership.partner_id = self.env["res.partner"].create(
            {"name": "Acme", "process_grade_id": grade.id}
        )
        ownership.write(
            {"date_revisit": "2027-01-01", "date_served_until": "2027-01-01"}
        )
        stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        leads.with_user(self.salesperson_a).stage_id = stage
        self.assertEqual(ownership.phase, "pursuing")
        self.assertFalse(ownership.date_revisit)
        self.assertFalse(ownership.date_served_until)
        self.assertTrue(ownership.date_deadline)

    def test_after_the_signature(self):
        """What the team says of customers that have paid, in days of the owner."""
        grade = self.env["sales.process.customer.grade"].create(
            {"name": "Monthly", "revisit_days": 30}
        )
        partner = self.env["res.partner"].create({"name": "Acme"})
        ownership, _leads = self._customer("pending")
        ownership.partner_id = partner
        self.team_east.process_served_days = 28
        # the last evening of January in UTC is the first of February in Shanghai
        for moment, tz, policy, cycle, revisit, until in (
            ("2027-01-31 15:59:59", "Asia/Shanghai", "keep", 0, False, False),
            ("2027-01-31 15:59:59", "Asia/Shanghai", "keep", 30, "2027-03-02", False),
            ("2027-01-31 16:00:00", "Asia/Shanghai", "keep", 30, "2027-03-03", False),
            (
                "2027-01-31 16:00:00",
                "America/New_York",
                "keep",
                30,
                "2027-03-02",
                False,
            ),
            (
                "2027-01-31 16:00:00",
                "Asia/Shanghai",
                "limited",
                30,
                "2027-03-03",
                "2027-03-01",
            ),
            ("2028-01-31 12:00:00", "UTC", "limited", 0, False, "2028-02-28"),
        ):
            with (
                self.subTest(moment=moment, tz=tz, policy=policy, cycle=cycle),
                self._at(moment),
                self.env.cr.savepoint() as savepoint,
            ):
                self.team_east.process_served_policy = policy
                self.salesperson_a.tz = tz
                grade.revisit_days = cycle
                partner.process_grade_id = grade
                ownership.date_last_contact = moment
                ownership._serve("paid")
                self.assertEqual((ownership.state, ownership.phase), ("open", "served"))
                for name, day in (
                    ("date_revisit", revisit),
                    ("date_served_until", until),
                ):
                    self.assertEqual(str(ownership[name]), str(day), name)
                self.assertFalse(ownership.date_deadline)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_free_at_once(self):
        kept, _leads = self._customer("pending")
        self.team_east.process_served_policy = "end"
        with self.env.cr.savepoint() as savepoint:
            kept._serve("paid")
            self.assertEqual((kept.state, kept.end_reason), ("ended", "paid"))
            savepoint.rollback()
            self.env.invalidate_all()
        other = self._create_lead(self.salesperson_d, phone="13900000001").ownership_id
        (kept | other)._serve("signed")
        self.assertEqual((kept.state, kept.end_reason), ("ended", "signed"))
        self.assertEqual((other.state, other.phase), ("open", "served"))

    def test_signed_late_while_held(self):
        """What the owner enters while the customer is being released signs nothing."""
        ownership, leads = self._customer("pending")
        ownership.is_held = True
        leads.with_user(self.salesperson_a).action_set_won()
        self.assertEqual((ownership.state, ownership.phase), ("open", "pursuing"))
        self.assertEqual(
            ownership._filter_won_unproven() & ownership, ownership, "Held"
        )

    def test_who_ends_a_period_twice(self):
        ownership, _leads = self._customer("pending")
        self.assertEqual(ownership._end("lost", "First"), ownership)
        self.assertFalse(ownership._end("paid", "Second"))
        self.assertEqual((ownership.end_reason, ownership.end_note), ("lost", "First"))

    def test_nothing_of_an_ended_period_is_hidden(self):
        ownership, leads = self._customer("pending", "won")
        pooled = ownership._give_up("Moved")
        self.assertTrue(leads[0].process_is_pooled)
        self.assertFalse(leads[1].process_is_pooled, "It stays with who closed it")
        pooled._end("lost")
        self.assertFalse(leads[0].process_is_pooled)
