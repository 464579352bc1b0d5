# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.gamification_challenge import REWARDS
from .common import BADGE, BadgeCommon


@tagged("post_install", "-at_install")
class TestBadgeDoors(BadgeCommon):
    """Whoever it is, by whatever door: nobody gives, changes or takes a badge."""

    def setUp(self):
        super().setUp()
        self._praise()
        self.own = self._find("praise")

    def _get_people(self):
        return (
            self.salesperson_a,
            self.leader_east,
            self.director,
            self.office_user,
            self.admin,
        )

    def _assert_refused(self, user, door, act, errors=UserError):
        """Refused, and nothing is another one afterwards."""
        with self.subTest(user=user.login, door=door):
            with self.assertRaises(errors), mute_logger("odoo.sql_db"):
                act()
            self.env.invalidate_all()
            self.assertEqual(self._find(), self.own)
            self.assertEqual(self.own.user_id, self.salesperson_a)

    def test_refusal(self):
        """One sentence that says what earns it."""
        with self.assertRaisesRegex(
            UserError,
            "^“Praised” is earned by closed scorecards or praise alone: nobody gives, "
            "changes or takes it by hand.$",
        ):
            self.env[BADGE].with_user(self.salesperson_b).create(
                {"badge_id": self.badges["praise"].id, "user_id": self.salesperson_b.id}
            )

    def test_detours(self):
        """The dialog of Odoo, a copy, several at once, an id that is a text."""
        badge = self.badges["improved"]
        thanks = self.env["gamification.badge"].create({"name": "Thanks"})
        for user in self._get_people():
            rows = self.env[BADGE].with_user(user)
            friend = self.salesperson_b
            dialog = self.env["gamification.badge.user.wizard"].with_user(user)
            self._assert_refused(
                user,
                "dialog",
                dialog.create(
                    {"badge_id": badge.id, "user_id": friend.id}
                ).action_grant_badge,
            )
            self._assert_refused(user, "copy", self.own.with_user(user).copy)
            self._assert_refused(
                user,
                "among others",
                lambda rows=rows, friend=friend: rows.create(
                    [
                        {"badge_id": one.id, "user_id": friend.id}
                        for one in (thanks, badge)
                    ]
                ),
            )
            # the database takes the text of a number for the number
            row = rows.create({"badge_id": thanks.id, "user_id": user.id})
            for sent in (str(badge.id), f" {badge.id} ", float(badge.id), [badge.id]):
                for act in (rows.create, row.write):
                    values = {"badge_id": sent, "user_id": friend.id}
                    self._assert_refused(
                        user,
                        f"{act.__name__} {sent!r}",
                        partial(act, values),
                        ValidationError,
                    )
            self._assert_refused(
                user,
                "unlink",
                self.own.with_user(user).unlink,
                UserError if user == self.admin else AccessError,
            )
            self._assert_refused(
                user,
                "web",
                lambda user=user: self.own.with_user(user).web_save(
                    {"user_id": user.id}, {"user_id": {}}
                ),
            )
        self.assertEqual(
            thanks.owner_ids.user_id,
            self.env["res.users"].union(*self._get_people()),
            "Nothing is half done",
        )

    def test_parents(self):
        """Commands through the badge and the person, by who may write them."""
        badge, user = self.badges["praise"], self.admin
        command = (0, 0, {"user_id": user.id})
        whole = (0, 0, {"badge_id": badge.id})
        for door, record, name, commands in (
            ("badge", badge, "owner_ids", [command]),
            ("badge", badge, "owner_ids", [(2, self.own.id)]),
            ("badge", badge, "owner_ids", [(1, self.own.id, {"user_id": user.id})]),
            ("badge", badge, "owner_ids", [(5,)]),
            ("person", user, "badge_ids", [whole]),
            ("person", user, "badge_ids", [(4, self.own.id)]),
            ("person", self.salesperson_a, "badge_ids", [(2, self.own.id)]),
        ):
            self._assert_refused(
                user,
                f"{door} {commands}",
                lambda record=record, name=name, commands=commands: record.with_user(
                    user
                ).write({name: commands}),
            )

    def test_owner_of_a_badge(self):
        """Whoever has it, or Odoo's list of who gives it, gives it no more."""
        badge = self.badges["praise"].with_user(self.admin)
        for values in (
            {"rule_auth": "having", "rule_auth_badge_ids": [(4, badge.id)]},
            {"rule_auth": "users", "rule_auth_user_ids": [(4, self.admin.id)]},
            {"rule_auth": "everyone"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                badge.write(values)
        with self.assertRaisesRegex(UserError, "archive it instead of deleting it"):
            badge.unlink()
        copy = badge.copy()
        self.assertFalse(copy.process_kind, "A copy is none of ours")
        copy.unlink()

    def test_what_has_earned_it(self):
        """Nobody names a scorecard or praise, also on a badge of Odoo's own."""
        thanks = self.env["gamification.badge"].create({"name": "Thanks"})
        praise = self.own.process_praise_id
        for user in self._get_people():
            rows = self.env[BADGE].with_user(user)
            mine = {"badge_id": thanks.id, "user_id": user.id}
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rows.create({**mine, "process_praise_id": praise.id})
            row = rows.with_context(default_process_praise_id=praise.id).create(mine)
            self.assertFalse(row.sudo().process_praise_id)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.write({"process_praise_id": praise.id})

    def test_challenges(self):
        """No reward of a challenge is one of ours: made, changed, from the badge."""
        badge = self.badges["team_goal"].with_user(self.admin)
        run = self.env["gamification.challenge"].with_user(self.admin)
        challenge = run.create({"name": "Run"})
        for name in REWARDS:
            with (
                self.subTest(name=name),
                self.assertRaises(ValidationError) as refused,
            ):
                challenge.write({name: badge.id})
            self.assertEqual(
                str(refused.exception),
                "“Team Goal Reached” is earned by closed scorecards or praise alone.",
            )
        with self.assertRaises(ValidationError):
            badge.challenge_ids = challenge
        with self.assertRaises(ValidationError):
            run.with_context(default_reward_id=badge.id).create({"name": "Again"})
        # with a badge of Odoo's own it goes on as it is
        challenge.reward_id = badge.sudo().create({"name": "Thanks"})

    def test_import(self):
        """By name, by number and by external id."""
        external = "sales_process_mgmt_gamification.badge_praise"
        for user in self._get_people():
            for path, value in (
                ("badge_id", "Praised"),
                ("badge_id/.id", str(self.badges["praise"].id)),
                ("badge_id/id", external),
            ):
                loaded = (
                    self.env[BADGE]
                    .with_user(user)
                    .load([path, "user_id/.id"], [[value, str(user.id)]])
                )
                with self.subTest(user=user.login, path=path):
                    self.assertFalse(loaded["ids"])
                    self.assertEqual(self._find(), self.own)

    def test_who_reads(self):
        """Everybody who works here sees who has it; what has earned it, nobody."""
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_d,
            self.leader_east,
            self.leader_west,
            self.director,
            self.office_user,
        ):
            row = self.own.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(row.badge_id.name, "Praised")
                self.assertEqual(row.user_id, self.salesperson_a)
                for name in ("process_card_id", "process_praise_id"):
                    with self.assertRaises(AccessError):
                        row.read([name])
                    self.assertNotIn(name, row.fields_get())
        self.assertTrue(self.own.with_user(self.admin).read(["process_praise_id"]))

    def test_settings(self):
        """Who leads the team or sells in it does not switch badges on."""
        for user in (self.salesperson_d, self.leader_west, self.office_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.team_west.with_user(user).process_badge = True
        self.team_west.with_user(self.director).process_badge = True
        self.assertTrue(self.team_west.process_badge)

    def test_no_uninstallation_of_a_client(self):
        """Only Odoo's superuser uninstalls, whatever a client says in the context."""
        own = self.own.with_user(self.admin).with_context(_force_unlink=True)
        self._assert_refused(self.admin, "row", own.unlink)
        self._assert_refused(self.admin, "badge", own.badge_id.unlink)

    def test_uninstall(self):
        """Nothing of ours stands in the way of an uninstallation."""
        rows = self.own.with_context(_force_unlink=True)
        rows.badge_id.unlink()
        self.assertFalse(self._find())
        # and without a badge praise goes on
        self.assertTrue(self._praise(self.salesperson_c))
        self.assertFalse(self._find())
