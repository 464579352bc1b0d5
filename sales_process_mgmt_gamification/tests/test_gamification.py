# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import BADGE, JUNE, LAST, MAY, BadgeCommon


@tagged("post_install", "-at_install")
class TestGamification(BadgeCommon):
    """Badges come with what has earned them, by nobody's hand, and go with it."""

    def test_praise(self):
        praise = self._praise()
        row = self._find("praise")
        self.assertEqual(
            (row.user_id, row.process_praise_id), (self.salesperson_a, praise.sudo())
        )
        self.assertTrue(row.with_user(self.salesperson_c).has_access("read"))
        with self.assertRaises(UserError):
            self._praise(self.salesperson_b)
        self.assertEqual(self._find("praise"), row)
        praise.sudo().unlink()
        self.assertFalse(self._find())

    def test_switched_off(self):
        """A team without badges, and praise that the team does not read: none."""
        self.team_east.process_praise_shown = False
        self._praise()
        self.team_east.write({"process_praise_shown": True, "process_badge": False})
        self._praise(self.salesperson_c)
        self.assertFalse(self._find())

    def test_nobody_grants(self):
        """By form, wizard, write, link or import, whoever it is."""
        own = self._praise() and self._find("praise")
        other = self.env["gamification.badge"].create(
            {"name": "Thanks", "rule_auth": "everyone"}
        )
        for user in (
            self.salesperson_a,
            self.leader_east,
            self.director,
            self.admin,
        ):
            mine = self.env[BADGE].with_user(user)
            row = mine.create({"badge_id": other.id, "user_id": user.id})
            tries = [
                lambda mine=mine, user=user, badge=badge: mine.create(
                    {"badge_id": badge.id, "user_id": user.id}
                )
                for badge in self.badges.values()
            ]
            tries += [
                lambda row=row: row.write({"badge_id": self.badges["praise"].id}),
                lambda user=user: own.with_user(user).write({"user_id": user.id}),
                lambda user=user: own.with_user(user).write({"comment": "Mine"}),
                lambda mine=mine, user=user: mine.with_context(
                    default_badge_id=self.badges["improved"].id,
                    granting=True,
                ).create({"user_id": user.id}),
            ]
            for give in tries:
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    give()
            loaded = mine.load(
                ["badge_id/.id", "user_id/.id"],
                [[str(self.badges["praise"].id), str(user.id)]],
            )
            self.assertFalse(loaded["ids"])
        self.assertEqual(self._find(), own)
        self.assertEqual(own.user_id, self.salesperson_a)
        with self.assertRaises(UserError):
            own.with_user(self.admin).unlink()

    def test_no_goal_and_no_challenge(self):
        badge = self.badges["improved"].with_user(self.admin)
        with self.assertRaises(ValidationError):
            badge.rule_auth = "everyone"
        with self.assertRaises(UserError):
            badge.process_kind = False
        with self.assertRaises(UserError):
            badge.create({"name": "Mine", "process_kind": "praise"})
        goal = self.env["gamification.goal.definition"].create(
            {"name": "Goal", "computation_mode": "manually", "condition": "higher"}
        )
        with self.assertRaises(ValidationError):
            badge.goal_definition_ids = goal
        with self.assertRaises(ValidationError):
            self.env["gamification.challenge"].create(
                {"name": "Run", "reward_id": badge.id}
            )

    def _close_month(self, day, revenue):
        """A month of Ada and Bea: how much each has sold, and all is closed."""
        self._make(day)
        cards = self.Card.search([("date_from", "=", day)])
        for card in cards.filtered(lambda card: card.state != "closed"):
            self._close(card, self.director, mark=revenue.get(card.user_id, 50))
        return cards

    def test_months(self):
        """Improved most, and a goal of the team; opened anew they go, closed they come.

        Without goals the mark weighs half: Ada, 60 then 80, has improved by 10, Bea,
        70 then 75, by 2.5.
        """
        ada, bea = self.salesperson_a, self.salesperson_b
        self._create_usual()
        for day in (MAY, JUNE):
            self._create_plan(self.team_east, 1, day=day)
        self._create_leads([(ada, 3, 500, "Deal")])
        self._travel(LAST)
        self._close_month(MAY, {ada: 60, bea: 70})
        self.assertFalse(self._find("improved"))
        self._make(JUNE)
        june = self.Card.search([("date_from", "=", JUNE)])
        mine = june.filtered(lambda card: card.team_id == self.team_east)
        first = mine.filtered(lambda card: card.user_id == ada)
        self._close(first, self.director, mark=80)
        self.assertFalse(
            self._find("improved").filtered(lambda row: row.process_card_id in june),
            "Not all are closed",
        )
        for card in mine - first:
            self._close(card, self.director, mark=75 if card.user_id == bea else 50)
        self.assertEqual(self._find("improved").user_id, ada)
        goal = self._find("team_goal").filtered(lambda row: row.process_card_id in june)
        self.assertEqual(goal.user_id, mine.user_id)
        message = self.env["mail.message"].search(
            [("partner_ids", "in", ada.partner_id.ids)], limit=1, order="id desc"
        )
        self.assertIn("badge", str(message.subject or message.body))
        # opened anew: another scorecard counts
        again = self.Card.browse(
            first.with_user(self.director).action_reopen()["res_id"]
        )
        self.assertFalse(self._find("improved"))
        self._close(again, self.director, mark=71)
        self.assertEqual(self._find("improved").process_card_id, again)
        self.assertFalse(
            self._find("team_goal").filtered(lambda row: row.process_card_id == first)
        )
