# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common_followup import FollowupCommon

DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestOwnMatters(FollowupCommon):
    """Nobody decides about oneself: neither a leader nor an administrator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.grades = cls.env["sales.process.customer.grade"].create(
            [{"name": "Own A", "followup_days": 30}, {"name": "Own B"}]
        )
        cls.leads, cls.colleagues = {}, {}
        for place, person in enumerate((cls.leader_east, cls.director)):
            customer, other = cls.env["res.partner"].create(
                [
                    {"name": f"Own {place}", "email": f"own{place}@matter.example"},
                    {"name": f"Other {place}", "email": f"o{place}@matter.example"},
                ]
            )
            cls.leads[person] = cls._create_lead(
                person, cls.team_east, partner_id=customer.id
            )
            cls.colleagues[person] = cls._create_lead(
                cls.salesperson_a, cls.team_east, partner_id=other.id
            )

    def _conflict(self, person):
        ownership = self.leads[person].ownership_id
        return self.env["sales.process.conflict"].create(
            {
                "name": "Own",
                "user_id": self.salesperson_b.id,
                "ownership_id": ownership.id,
                "owner_id": person.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "door": "contact",
                "state": "open",
            }
        )

    def _absence(self, person):
        now = self.env.cr.now().replace(microsecond=0)
        absence = (
            self.env["sales.process.absence"]
            .with_user(person)
            .create(
                {
                    "user_id": person.id,
                    "date_start": now + DAY,
                    "date_end": now + 90 * DAY,
                }
            )
        )
        self.assertEqual(absence.state, "requested")
        return absence

    def _handover(self, person):
        handover = self.env["sales.process.handover"].create(
            {
                "team_id": self.team_east.id,
                "user_id": self.salesperson_a.id,
                "method": "one",
                "receiver_ids": [Command.set(person.ids)],
                "line_ids": [
                    Command.create(
                        {
                            "ownership_id": self.colleagues[person].ownership_id.id,
                            "new_user_id": person.id,
                        }
                    )
                ],
            }
        )
        handover.state = "confirm"
        return handover

    def _transfer(self, person, actor):
        lead = self.colleagues[person]
        self.env["sales.process.transfer"].with_user(actor).create(
            {
                "ownership_ids": [Command.set(lead.ownership_id.ids)],
                "user_id": person.id,
                "reason": "Better there",
            }
        ).action_transfer()

    def _swap(self, person):
        now = self.env.cr.now().replace(microsecond=0)
        duty = self.env["sales.process.duty"].create(
            {
                "team_id": self.team_east.id,
                "user_id": person.id,
                "date_start": now + 5 * DAY,
                "date_end": now + 5 * DAY + timedelta(hours=4),
                "state": "confirmed",
            }
        )
        return (
            self.env["sales.process.duty.swap"]
            .with_user(person)
            .create({"duty_id": duty.id, "substitute_id": self.salesperson_b.id})
        )

    def _old_contact(self, person, actor):
        lead = self.leads[person]
        lead.ownership_id.date_start = self.env.cr.now() - 90 * DAY
        self.env.flush_all()
        return (
            self.env["sales.process.followup"]
            .with_user(actor)
            .create(
                {
                    "lead_id": lead.id,
                    "user_id": person.id,
                    "subject": "Talked about the old pump at length",
                    "date": self.env.cr.now() - 60 * DAY,
                }
            )
        )

    def _contact(self, person):
        lead = self.leads[person]
        lead.ownership_id._add_collaborators(self.salesperson_b)
        return (
            self.env["sales.process.followup"]
            .with_user(self.salesperson_b)
            .create({"lead_id": lead.id, "subject": "Talked about the second pump"})
        )

    def _get_matters(self, person):
        """What ``person`` gains or loses by: ``{name: function of who decides}``."""
        own, lead = self.leads[person], self.colleagues[person]
        ownership, customer = own.ownership_id, own.partner_id
        absence = self._absence(person)
        conflict = self._conflict(person)
        contact = self._contact(person)
        reason = "Nobody was there"
        matters = {}
        if person in self.team_east._get_roster_users():
            swap = self._swap(person)
            matters["swap"] = lambda user: swap.with_user(user).action_accept()
            handover = self._handover(person)
            matters["handover"] = lambda user: handover.with_user(
                user
            ).action_hand_over()
        return {
            **matters,
            "absence": lambda user: absence.with_user(user).action_confirm(),
            "absence, refused": lambda user: absence.with_user(user).action_refuse(),
            "conflict": lambda user: conflict.with_user(user).action_keep(),
            "conflict, shared": lambda user: conflict.with_user(
                user
            ).action_mark_shared(),
            "transfer": lambda user: self._transfer(person, user),
            "salesperson": lambda user: lead.with_user(user).write(
                {"user_id": person.id}
            ),
            "merge": lambda user: (own | lead).with_user(user)._merge_opportunity(),
            "frozen": lambda user: ownership.with_user(user).action_freeze(),
            "thawed": lambda user: ownership.with_user(user).action_unfreeze(),
            "grade": lambda user: customer.with_user(user).write(
                {"process_grade_id": self.grades[0].id}
            ),
            "old contact": lambda user: self._old_contact(person, user),
            "contact checked": lambda user: contact.with_user(user).action_checked(),
            "contact taken back": lambda user: contact.with_user(user)._void(reason),
        }

    def test_nobody_decides_about_oneself(self):
        for person in (self.leader_east, self.director):
            matters = self._get_matters(person)
            deciders = self.team_east._get_deciders(person)
            self.assertTrue(deciders)
            self.assertNotIn(person, deciders)
            self.env.flush_all()
            for name, matter in matters.items():
                with self.subTest(name, person=person.name):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        matter(person)
                        self.env.flush_all()
                    self.env.invalidate_all()
                with self.subTest(name, decided_for=person.name):
                    with self.env.cr.savepoint() as savepoint:
                        matter(self.administrator)
                        self.env.flush_all()
                        savepoint.rollback()
                    self.env.invalidate_all()

    def test_not_by_way_of_the_pool(self):
        """What a leader has taken from a colleague into the pool is no leader's own."""
        self.team_east.process_release_to = "pool"
        person = self.leader_east
        lead = self.colleagues[person]
        ownership = lead.ownership_id
        lead.with_user(person).user_id = False
        pooled = ownership.next_ids
        self.assertEqual(pooled.state, "pool")
        ways = {
            "button": lambda user: pooled.with_user(user).action_take(),
            "salesperson": lambda user: lead.with_user(user).write(
                {"user_id": user.id}
            ),
        }
        for name, way in ways.items():
            with self.subTest(name):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    way(person)
                self.env.invalidate_all()
        ways["button"](self.salesperson_b)
        self.assertEqual(pooled.next_ids.user_id, self.salesperson_b)

    def test_not_by_way_of_an_end(self):
        """Who ends a colleague's period asks before registering the customer."""
        ends = {
            "lost": lambda lead: lead.with_user(self.leader_east).action_set_lost(),
            "deleted": lambda lead: lead.with_user(self.leader_east).sudo().unlink(),
        }
        lead = self.colleagues[self.leader_east]
        partner = lead.partner_id
        for name, end in ends.items():
            for taker, may in (
                (self.leader_east, False),
                (self.salesperson_b, True),
                (self.salesperson_a, True),
            ):
                with (
                    self.subTest(name, taker=taker.login),
                    self.env.cr.savepoint() as savepoint,
                ):
                    period = lead.ownership_id
                    end(lead)
                    self.assertEqual(period.state, "ended")
                    self.assertEqual(period.end_user_id, self.leader_east)
                    self.env.flush_all()
                    if may:
                        mine = self._create_lead(
                            taker, self.team_east, partner_id=partner.id
                        )
                        self.assertEqual(mine.ownership_id.user_id, taker)
                    else:
                        for values in (
                            {"partner_id": partner.id},
                            {"email_from": partner.email},
                        ):
                            with (
                                self.assertRaisesRegex(AccessError, "their own"),
                                self.env.cr.savepoint(),
                            ):
                                self._create_lead(taker, self.team_east, **values)
                    savepoint.rollback()
                self.env.invalidate_all()
        # what the owner has lost is free for anybody, a leader, too
        lead.with_user(self.salesperson_a).action_set_lost()
        mine = self._create_lead(
            self.leader_east, self.team_east, partner_id=partner.id
        )
        self.assertEqual(mine.ownership_id.user_id, self.leader_east)

    def test_nor_is_a_lost_lead_reopened_for_oneself(self):
        lead = self.colleagues[self.leader_east].with_user(self.leader_east)
        lead.action_set_lost()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            lead.write({"user_id": self.leader_east.id})
            lead.toggle_active()
            self.env.flush_all()
        self.env.invalidate_all()

    def test_grade_before_there_is_a_customer(self):
        """Graded by its owner before it was a customer: a proposal, and no clock."""
        long = self.grades[0]
        Partner = self.env["res.partner"].with_user(self.leader_east)
        for grader, owner, stays in (
            (self.leader_east, self.leader_east, False),
            (self.leader_east, self.salesperson_b, True),
            (self.director, self.leader_east, True),
        ):
            for is_late in (False, True):
                with self.subTest(owner=owner.name, stays=stays, late=is_late):
                    partner = Partner.with_user(grader).create(
                        {
                            "name": "Not Yet",
                            "email": f"{grader.id}.{owner.id}.{is_late}@not.example",
                            "process_grade_id": long.id,
                        }
                    )
                    self.assertEqual(partner.process_grade_user_id, grader)
                    if is_late:
                        # the contact comes after the lead
                        lead = self._create_lead(
                            owner, self.team_east, email_from=partner.email
                        )
                        lead.with_user(owner).partner_id = partner
                    else:
                        lead = self._create_lead(
                            owner, self.team_east, partner_id=partner.id
                        )
                    period = lead.ownership_id
                    self.assertEqual(period.user_id, owner)
                    self.assertEqual(period.partner_id, partner)
                    partner = partner.with_env(self.env)
                    self.env.invalidate_all()
                    days = (period.date_deadline - self.env.cr.now()).days
                    if stays:
                        self.assertEqual(partner.process_grade_id, long)
                        if not is_late:
                            self.assertGreater(days, 20)
                        continue
                    self.assertFalse(partner.process_grade_id)
                    self.assertEqual(partner.process_proposed_grade_id, long)
                    self.assertLess(days, 20)
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        partner.with_user(owner).action_accept_grade()
                    partner.with_user(self.director).action_accept_grade()
                    self.assertEqual(partner.process_grade_id, long)

    def test_own_contact_detail_is_asked_for(self):
        """The leader who owns the customer asks somebody else to remove it."""
        lead = self.leads[self.leader_east]
        key = self.env["sales.process.ownership.key"].create(
            {
                "ownership_id": lead.ownership_id.id,
                "company_id": self.company.id,
                "kind": "email",
                "value": "wrong@matter.example",
                "label": "wrong@matter.example",
            }
        )
        key.with_user(self.leader_east).action_remove()
        self.assertTrue(key.active)
        self.assertEqual(key.removal_user_id, self.leader_east)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            key.with_user(self.leader_east).action_keep()
        key.with_user(self.director).action_remove()
        self.assertFalse(key.active)

    def test_where_nobody_else_is(self):
        """What waits for nobody is decided by who is there."""
        group = self.env.ref("sales_team.group_sale_manager")
        others = group.all_user_ids - self.director
        others.write({"active": False})
        team = self.team_east
        self.assertEqual(team._get_deciders(self.director), self.leader_east)
        self.assertFalse(team._may_decide(self.director, self.director))
        team.user_id = self.director
        self.env.invalidate_all()
        self.assertFalse(team._get_deciders(self.director))
        self.assertTrue(team._may_decide(self.director, self.director))
        self.assertTrue(team._may_decide(self.director, self.salesperson_a))
        self.assertFalse(team._may_decide(self.salesperson_a, self.salesperson_b))
        self.assertFalse(team._may_decide(self.salesperson_a, self.env["res.users"]))

    def test_leader_asks_and_the_other_is_told(self):
        absence = self._absence(self.leader_east)
        self.assertEqual(absence.state, "requested")
        self.assertFalse(absence.can_decide)
        self.assertTrue(
            absence._get_leaders().has_group("sales_team.group_sale_manager")
        )
        with self.assertRaisesRegex(AccessError, "their own"):
            absence.action_confirm()
        absence.action_cancel()
        self.assertEqual(absence.state, "cancelled")

    def test_judges_of_an_administrator(self):
        """Directors, where there are any: not the leader, and never the accused."""
        nobody = self.env["res.users"]
        group = self.env.ref("sales_process_mgmt.group_sales_process_director")
        group.user_ids = False

        def judges(accused, without=nobody):
            return self.team_east._get_judges(
                accused, without, accused, self.company, is_whole_line=True
            )

        self.assertEqual(judges(self.director)[0], self.leader_east)
        first, second = (
            mail_new_test_user(
                self.env,
                login=login,
                groups="base.group_user,sales_process_mgmt.group_sales_process_director",
                company_id=self.company.id,
            )
            for login in ("judge_first", "judge_second")
        )
        line = judges(self.director)
        self.assertEqual(line[:2], [first, second])
        self.assertNotIn(self.leader_east, line)
        self.assertNotIn(self.director, line)
        # nobody else's matters move
        self.assertEqual(judges(self.salesperson_a)[0], self.leader_east)
        # a director is an administrator: another director decides
        self.assertEqual(judges(first)[0], second)
        self.assertNotIn(first, judges(first))
        self.assertEqual(judges(self.director, first)[0], second)
        second.active = False
        self.assertEqual(judges(first)[0], self.leader_east)
        self.assertNotIn(first, judges(first))
        # a director of another company decides nothing here
        first.write(
            {"company_ids": [(6, 0, self.company_2.ids)], "company_id": self.company_2}
        )
        self.assertEqual(judges(self.director)[0], self.leader_east)

    def test_judges(self):
        """The nearest leader who is not reproached, nor works below who is."""
        nobody = self.env["res.users"]
        team, company = self.team_east, self.company
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        region = self._create_region(team)

        def judges(accused, without=nobody, **options):
            return team._get_judges(
                accused, without, accused | without, company, **options
            )

        person = self.salesperson_a
        self.assertEqual(judges(person)[0], self.leader_east)
        self.assertEqual(judges(self.leader_east)[0], region)
        # the leader works below whoever leads the region
        self.assertIn(judges(region)[0], managers)
        self.assertEqual(judges(person, self.leader_east)[0], region)
        line = judges(person, is_whole_line=True)
        self.assertEqual(line[:2], [self.leader_east, region])
        self.assertEqual(len(line), len(set(line)))
        self.assertNotIn(self.director, judges(self.director))
        self.assertFalse(
            {self.salesperson_b, self.leader_west, self.salesperson_x} & set(line)
        )
        reports = team._reports_to
        self.assertTrue(reports(person, self.leader_east))
        self.assertTrue(reports(self.leader_east, region))
        self.assertFalse(reports(self.leader_east, self.leader_east))
        self.assertFalse(reports(region, self.leader_east))
        self.assertFalse(reports(self.salesperson_d, self.leader_east))
