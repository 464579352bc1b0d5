# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common_followup import FollowupCommon

DAY = timedelta(days=1)


class LevelsCommon(FollowupCommon):
    """Team East and Team West lie below a region, Team Off beside it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regional = cls._create_region(cls.team_east, cls.team_west, login="region")
        cls.region = cls.team_east.process_parent_id
        cls.team_west.process_mode = "enforce"
        cls.team_beside = cls._create_team(
            "Team Beside", "enforce", cls.env["res.users"], cls.salesperson_e
        )
        cls.beside = cls._create_lead(cls.salesperson_e, cls.team_beside)
        cls.west = cls._create_lead(
            cls.salesperson_d, cls.team_west, phone="13912345670"
        )

    def _conflict(self, ownership, user, **values):
        return self.env["sales.process.conflict"].create(
            {
                "name": "Who has it",
                "user_id": user.id,
                "ownership_id": ownership.id,
                "owner_id": ownership.user_id.id,
                "team_id": ownership.team_id.id,
                "company_id": self.company.id,
                "door": "contact",
                "state": "open",
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestTree(LevelsCommon):
    """Teams are a tree: no circle, one company, set by administrators."""

    def test_no_circle(self):
        with self.assertRaises(ValidationError):
            self.region.process_parent_id = self.team_east
        third = self._create_team("Top", "off", self.director, self.env["res.users"])
        self.region.process_parent_id = third
        with self.assertRaises(ValidationError):
            third.process_parent_id = self.team_west
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            third.process_parent_id = third

    def test_region_of_another_company(self):
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.team_c2.process_parent_id = self.region
        self.region.company_id = False
        self.team_c2.process_parent_id = self.region
        with self.assertRaisesRegex(ValidationError, "another company"):
            self.region.company_id = self.company
        # no company in common with the team
        self.assertNotIn(self.team_c2, self.regional.process_overseen_team_ids)
        self.assertNotIn(self.team_c2, self.regional.process_led_team_ids)
        self.assertFalse(self.team_c2._get_leaders())

    def test_leader_moves_no_team(self):
        for user in (self.leader_east, self.regional, self.salesperson_a):
            for team, parent in (
                (self.team_east, False),
                (self.team_beside, self.region),
                (self.region, self.team_beside),
            ):
                # also where another application gave the right to write teams
                with self.assertRaisesRegex(AccessError, "Which region"):
                    team.with_user(user).write({"process_parent_id": parent})
                with self.assertRaisesRegex(AccessError, "Which region"):
                    team.with_user(user).sudo().write({"process_parent_id": parent})
                self.assertNotEqual(team.process_parent_id.id, parent)

    def test_refusals_fit_what_is_tried(self):
        """Who may not place, start or rule a team reads which of the three it is."""
        leader = self.leader_east
        Team = self.env["crm.team"].with_user(leader).sudo()
        for sentence, values in (
            ("started by a sales administrator", {"process_mode": "observe"}),
            ("Which region", {"process_parent_id": self.region.id}),
        ):
            with self.assertRaisesRegex(AccessError, sentence):
                Team.create(
                    {
                        "name": "Own",
                        "user_id": leader.id,
                        "company_id": self.region.company_id.id,
                        **values,
                    }
                )
        with self.assertRaisesRegex(AccessError, "Only the leader of"):
            self.team_beside.with_user(leader).sudo().process_mode = "off"

    def test_region_with_teams_is_not_deleted(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.region.unlink()

    def test_random_trees(self):
        """Who leads and oversees what equals a count by hand, after every change."""
        chance = random.Random(11)
        people = (
            self.leader_east | self.leader_west | self.regional | self.salesperson_a
        )
        teams = self.team_east | self.team_west | self.team_beside | self.region
        teams |= self.team_off
        for _round in range(60):
            team = chance.choice(teams)
            try:
                with self.env.cr.savepoint():
                    if chance.random() < 0.6:
                        team.process_parent_id = chance.choice([False, *(teams - team)])
                    else:
                        team.user_id = chance.choice([False, *people])
            except ValidationError:
                # a circle
                self.env.invalidate_all()
                continue
            for user in people:
                led, overseen = self.env["crm.team"], self.env["crm.team"]
                for row in teams:
                    line, above = [], row
                    while above:
                        line.append(above.user_id)
                        above = above.process_parent_id
                    line = [leader for leader in line if leader]
                    if user in line:
                        overseen |= row
                        if line[0] == user:
                            led |= row
                self.assertEqual(user.process_led_team_ids & teams, led)
                self.assertEqual(user.process_overseen_team_ids & teams, overseen)
                for row in teams:
                    self.assertEqual(row._is_leader(user), row in led)
        self.assertTrue(teams.process_parent_id)


@tagged("post_install", "-at_install")
class TestRegionalLeaderReads(LevelsCommon):
    """Everything below, nothing beside, nothing of another company."""

    def test_leads_and_customers(self):
        below, beside = self.ownership | self.west.ownership_id, self.beside
        as_regional = below.with_user(self.regional)
        self.assertEqual(as_regional._filtered_access("read"), as_regional)
        self.assertEqual(
            self.env["sales.process.ownership"].with_user(self.regional).search([]),
            as_regional,
        )
        self.assertTrue(self.lead.with_user(self.regional).has_access("read"))
        for record in (beside, beside.ownership_id):
            self.assertFalse(record.with_user(self.regional).has_access("read"))
        # the leaders read no more than before
        self.assertFalse(self.west.with_user(self.leader_east).has_access("read"))

    def test_filters_of_led_teams(self):
        """“Teams I Lead” is one domain: with all that lie below, in every view."""
        Team = self.env["crm.team"]
        domain = [("is_process_overseen", "=", True)]
        for user in (self.regional, self.leader_east, self.salesperson_a):
            mine = Team.with_user(user)
            overseen = user.process_overseen_team_ids
            self.assertEqual(mine.search(domain), overseen.filtered("active"))
            self.assertFalse(
                overseen & mine.search([("is_process_overseen", "=", False)])
            )
            self.assertEqual(
                (overseen | self.team_beside).with_user(user).filtered_domain(domain),
                overseen.with_user(user),
            )
        self.assertIn(self.team_east, Team.with_user(self.regional).search(domain))
        views = self.env["ir.ui.view"].search(
            [("type", "=", "search"), ("arch_db", "ilike", "team_id.user_id")]
        )
        ours = views.filtered(lambda view: view.model.startswith("sales.process."))
        self.assertFalse(ours.mapped("name"), "Filters of teams name no leader")
        rows = self.env["sales.process.fact"].with_user(self.regional)
        rows.search([("team_id.is_process_overseen", "=", True)], limit=1)

    def test_region_above_a_region(self):
        top = self._create_region(self.region, login="top")
        self.assertTrue(self.lead.with_user(top).has_access("read"))
        self.assertFalse(self.beside.with_user(top).has_access("read"))
        self.region.process_parent_id = False
        self.assertFalse(self.lead.with_user(top).has_access("read"))

    def test_rights_follow_the_tree(self):
        self.team_east.process_parent_id = False
        self.assertFalse(self.lead.with_user(self.regional).has_access("read"))
        self.region.user_id = self.director
        self.assertFalse(self.west.with_user(self.regional).has_access("read"))

    def test_pool_is_read_not_taken(self):
        self.ownership._hand_over(
            {self.ownership: self.env["res.users"]}, "pool", "expired"
        )
        pooled = self.lead.ownership_id
        self.assertEqual(pooled.state, "pool")
        self.assertTrue(self.lead.with_user(self.regional).has_access("read"))
        with self.assertRaises(UserError):
            pooled.with_user(self.regional).action_take()
        self.assertEqual(pooled.state, "pool")

    def test_reading_costs_no_more_with_more_teams(self):
        def read():
            self.env.registry.clear_cache()
            Ownership = self.env["sales.process.ownership"].with_user(self.regional)
            Ownership.search([]).mapped("can_lead")
            self.env["crm.lead"].with_user(self.regional).search([]).mapped("name")

        self._count_queries(read)
        few = self._count_queries(read)
        for number in range(20):
            team = self._create_team(
                f"More {number}", "enforce", self.leader_west, self.env["res.users"]
            )
            team.process_parent_id = self.region
            self._create_lead(self.salesperson_d, team, phone=f"139000000{number:02}")
        self._count_queries(read)
        self.assertLessEqual(self._count_queries(read), few + 2)


@tagged("post_install", "-at_install")
class TestRegionalLeaderDecides(LevelsCommon):
    """Where nobody leads, or the leader is concerned; nowhere else."""

    def test_writes_nothing_where_somebody_leads(self):
        lead = self.lead.with_user(self.regional)
        for values in (
            {"name": "Mine"},
            {"user_id": self.salesperson_b.id},
            {"team_id": self.region.id},
            {"phone": "13900000000"},
        ):
            with self.assertRaises(UserError):
                lead.write(values)
        with self.assertRaises(UserError):
            lead.action_set_lost()
        with self.assertRaises(AccessError):
            self._log(user=self.regional)
        with self.assertRaises(UserError):
            self.env["sales.process.transfer"].with_user(self.regional).create(
                {
                    "ownership_ids": [(6, 0, self.ownership.ids)],
                    "user_id": self.salesperson_b.id,
                    "reason": "Better there",
                }
            ).action_transfer()
        with self.assertRaises(AccessError):
            self.env["sales.process.duty"].with_user(self.regional).create(
                {
                    "team_id": self.team_east.id,
                    "user_id": self.salesperson_a.id,
                    "date_start": self.env.cr.now() + DAY,
                    "date_end": self.env.cr.now() + 2 * DAY,
                }
            )
        self.assertEqual(self.lead.user_id, self.salesperson_a)
        self.assertFalse(self.ownership.with_user(self.regional).can_lead)
        self.assertFalse(self.ownership._may_decide(self.regional))

    def test_leads_where_nobody_does(self):
        self.team_east.user_id = False
        self.assertIn(self.team_east, self.regional.process_led_team_ids)
        self.assertTrue(self.ownership.with_user(self.regional).can_lead)
        self.lead.with_user(self.regional).name = "Known now"
        self.env["sales.process.transfer"].with_user(self.regional).create(
            {
                "ownership_ids": [(6, 0, self.ownership.ids)],
                "user_id": self.salesperson_b.id,
                "reason": "Better there",
            }
        ).action_transfer()
        self.assertEqual(self.lead.user_id, self.salesperson_b)
        # somebody leads again
        self.team_east.user_id = self.leader_east
        self.assertFalse(self.lead.ownership_id.with_user(self.regional).can_lead)
        self.assertNotIn(self.team_east, self.regional.process_led_team_ids)

    def test_leader_who_has_left(self):
        self.leader_east.active = False
        self.assertIn(self.team_east, self.regional.process_led_team_ids)
        self.assertEqual(self.team_east._get_leaders(), self.regional)
        self.assertTrue(self.ownership._may_decide(self.regional))
        self.leader_east.active = True
        self.assertNotIn(self.team_east, self.regional.process_led_team_ids)

    def test_own_matter_of_the_leader(self):
        own = self._create_lead(self.leader_east, self.team_east).ownership_id
        self.assertFalse(own._may_decide(self.leader_east))
        self.assertTrue(own._may_decide(self.regional))
        self.assertEqual(own._get_deciding_user(), self.regional)
        absence = (
            self.env["sales.process.absence"]
            .with_user(self.leader_east)
            .create(
                {
                    "user_id": self.leader_east.id,
                    "date_start": self.env.cr.now() + DAY,
                    "date_end": self.env.cr.now() + 60 * DAY,
                }
            )
        )
        self.assertEqual(absence.state, "requested")
        with self.assertRaises(AccessError):
            absence.action_confirm()
        absence.with_user(self.regional).action_confirm()
        self.assertEqual(absence.state, "confirmed")
        # nobody decides in the own matter, the regional leader neither
        mine = self._create_lead(self.regional, self.region).ownership_id
        if mine:
            self.assertFalse(mine._may_decide(self.regional))

    def test_conflict_between_two_teams(self):
        self.west.ownership_id.partner_id = self.west.partner_id
        conflict = self._conflict(
            self.ownership,
            self.salesperson_d,
            other_ownership_id=self.west.ownership_id.id,
        )
        for user, may in (
            (self.leader_east, False),
            (self.leader_west, False),
            (self.regional, True),
            (self.director, True),
        ):
            self.assertEqual(conflict.with_user(user).sudo().can_lead, may, user.name)
        with self.assertRaises(AccessError):
            conflict.with_user(self.leader_east).action_transfer()
        conflict.with_user(self.regional).action_transfer()
        self.assertEqual(conflict.resolution, "transferred")
        self.assertEqual(conflict.resolved_by_id, self.regional)
        self.assertEqual(self.lead.user_id, self.salesperson_d)

    def test_conflict_inside_a_team_is_its_leaders(self):
        conflict = self._conflict(self.ownership, self.salesperson_b)
        self.assertFalse(conflict.with_user(self.regional).can_lead)
        with self.assertRaises(AccessError):
            conflict.with_user(self.regional).action_transfer()
        self.assertTrue(conflict.with_user(self.leader_east).can_lead)

    def test_conflict_with_a_team_beside(self):
        conflict = self._conflict(
            self.ownership,
            self.salesperson_e,
            other_ownership_id=self.beside.ownership_id.id,
        )
        self.assertFalse(conflict.with_user(self.regional).can_lead)
        self.assertTrue(conflict.with_user(self.director).can_lead)

    def test_regional_leader_of_another_company(self):
        self.region.company_id = False
        self.team_c2.process_parent_id = self.region
        foreign = self._create_lead(self.salesperson_x, self.team_c2)
        self.assertFalse(foreign.with_user(self.regional).has_access("read"))
        self.assertFalse(foreign.ownership_id._may_decide(self.regional))
        other = mail_new_test_user(
            self.env,
            login="region_both",
            groups="base.group_user,sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=[(6, 0, (self.company | self.company_2).ids)],
        )
        self.region.user_id = other
        foreign = foreign.with_user(other)
        both = (self.company | self.company_2).ids
        self.assertTrue(
            foreign.with_context(allowed_company_ids=both).has_access("read")
        )
        self.assertTrue(foreign.sudo().ownership_id._may_decide(other))
