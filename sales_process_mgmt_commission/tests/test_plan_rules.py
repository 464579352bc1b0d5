# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import JANUARY, CommissionCommon


@tagged("post_install", "-at_install")
class TestPlanRules(CommissionCommon):
    """Which rules are in force for whom, and which numbers a plan may hold."""

    def _draft(self, **values):
        return (
            self.env["sales.process.commission.version"]
            .with_user(self.administrator)
            .create({"plan_id": self.plan.id, "date_from": "2025-01-01", **values})
        )

    def _find(self, day, team=None, company=None):
        return self.env["sales.process.commission.plan"]._find_version(
            company or self.company, team or self.team, day
        )

    # ------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_numbers_of_a_version(self):
        """Both sides of each limit."""
        for may, values in (
            (True, {"percent": 0}),
            (True, {"percent": 100}),
            (False, {"percent": -0.01}),
            (False, {"percent": 100.01}),
            (
                True,
                {"helper_percent": 50, "deputy_percent": 30, "previous_percent": 20},
            ),
            (
                False,
                {"helper_percent": 50, "deputy_percent": 30, "previous_percent": 20.01},
            ),
            (False, {"helper_percent": -1, "deputy_percent": 50}),
            (False, {"deputy_percent": -1}),
            (False, {"previous_percent": -1}),
            (True, {"cap": 0}),
            (True, {"cap": 0.01}),
            (False, {"cap": -0.01}),
            (True, {"previous_days": 0}),
            (True, {"previous_days": 3650}),
            (False, {"previous_days": -1}),
            (False, {"previous_days": 3651}),
        ):
            with self.subTest(values=values), self.env.cr.savepoint():
                if may:
                    self.assertEqual(self._draft(**values).state, "draft")
                else:
                    with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                        self._draft(**values)

    @mute_logger("odoo.sql_db")
    def test_numbers_of_rates_and_tiers(self):
        draft = self._draft()
        for may, model, values in (
            (True, "rate", {"percent": 0}),
            (True, "rate", {"percent": 100}),
            (False, "rate", {"percent": -0.01}),
            (False, "rate", {"percent": 100.01}),
            (True, "tier", {"amount_from": 0, "percent": 0}),
            (True, "tier", {"amount_from": 1, "percent": 1000}),
            (False, "tier", {"amount_from": -0.01, "percent": 100}),
            (False, "tier", {"amount_from": 2, "percent": -0.01}),
            (False, "tier", {"amount_from": 2, "percent": 1000.01}),
            # the same amount twice
            (False, "tier", {"amount_from": 1, "percent": 150}),
        ):
            rows = self.env[f"sales.process.commission.{model}"]
            rows = rows.with_user(self.administrator)
            values = {**values, "version_id": draft.id}
            with self.subTest(model=model, values=values):
                if may:
                    self.assertTrue(rows.create(values).exists())
                else:
                    with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                        rows.create(values)
        self.env.invalidate_all()
        self.assertEqual(draft._get_tiers(), [(0, 0), (100, 1000)])

    # ------------------------------------------------------------
    # WHICH RULES
    # ------------------------------------------------------------

    def test_first_and_last_day(self):
        """A version holds from its first day until the day before the next one."""
        later = self._create_version(date_from="2019-03-10", percent=7)
        for day, version in (
            (date(2017, 12, 31), later.browse()),
            (date(2018, 1, 1), self.version),
            (date(2019, 3, 9), self.version),
            (date(2019, 3, 10), later),
            (date(2030, 1, 1), later),
        ):
            self.assertEqual(self._find(day), version, day)
        draft = self._draft(date_from="2019-02-01")
        self.assertEqual(self._find(date(2019, 2, 5)), self.version)
        draft.action_put_in_force()
        # once more is nothing new
        draft.action_put_in_force()
        self.assertEqual(self._find(date(2019, 2, 5)), draft)

    def test_first_plan_that_fits(self):
        """In their order; one that is not in force yet leaves it to the next one."""
        first = self.plan.create(
            {
                "name": "Ours",
                "company_id": self.company.id,
                "sequence": 1,
                "team_ids": [fields.Command.set(self.team.ids)],
            }
        )
        version = first.version_ids.create(
            {"plan_id": first.id, "date_from": "2019-01-10", "percent": 9}
        )
        version.action_put_in_force()
        other = self._create_money_team(self.company, self.leader, self.bookkeeper)
        self.assertEqual(self._find(date(2019, 1, 9)), self.version)
        self.assertEqual(self._find(date(2019, 1, 10)), version)
        self.assertEqual(self._find(date(2019, 1, 10), other), self.version)
        self.assertFalse(
            self._find(date(2019, 1, 10), company=self._create_company(name="Empty"))
        )

    def test_plan_of_an_archived_team(self):
        """Rules of a team that is gone are not those of all the others."""
        other = self._create_money_team(self.company, self.leader, self.bookkeeper)
        first = self.plan.create(
            {
                "name": "Theirs",
                "company_id": self.company.id,
                "sequence": 1,
                "team_ids": [fields.Command.set(other.ids)],
            }
        )
        first.version_ids.create(
            {"plan_id": first.id, "date_from": "2019-01-10", "percent": 90}
        ).action_put_in_force()
        other.active = False
        self.env.invalidate_all()
        self.assertEqual(self._find(date(2019, 1, 10)), self.version)

    def test_archived_plan(self):
        """Nothing new is signed by it; what was signed goes on to earn."""
        before = self._invoice(1000)
        self.plan.with_user(self.administrator).active = False
        after = self._invoice(1000)
        self._pay(before | after, group_payment=True)
        self.assertEqual(self._get_lines(), [(1, 50)])
        self.plan.with_user(self.administrator).active = True
        self._pay(self._invoice(100))
        self.assertIn((1, 5), self._get_lines())

    def test_two_of_a_day(self):
        """Only one version of a plan begins on a day."""
        first, second = (self._draft(percent=number) for number in (1, 2))
        with self.assertRaisesRegex(ValidationError, "begins on that day"):
            (first | second).action_put_in_force()
        self.env.invalidate_all()
        first.action_put_in_force()
        with self.assertRaisesRegex(ValidationError, "begins on that day"):
            second.action_put_in_force()
        self.assertEqual(second.state, "draft")

    # ------------------------------------------------------------
    # WHAT IS IN FORCE STAYS
    # ------------------------------------------------------------

    def test_plan_in_force_stays(self):
        """Neither does it go with its plan, nor to another company or plan."""
        plan = self.plan.with_user(self.administrator)
        with self.assertRaisesRegex(UserError, "in force"):
            plan.unlink()
        other = self._create_company(name="Elsewhere")
        self.administrator.company_ids |= other
        with self.assertRaisesRegex(UserError, "in force"):
            plan.company_id = other
        self.assertEqual(self.version.company_id, self.company)
        # the same company is no change, and one that was never in force is free
        plan.write({"company_id": self.company.id, "name": "Pumps"})
        free = plan.create({"name": "Idea", "company_id": self.company.id})
        draft = self._draft(plan_id=free.id)
        free.company_id = other
        self.assertEqual(draft.company_id, other)
        free.unlink()
        self.assertFalse(draft.exists())

    def test_rates_go_to_no_version_in_force(self):
        """Neither made there, nor moved there, nor taken from there."""
        draft = self._draft(
            rate_ids=[fields.Command.create({"percent": 3})],
            tier_ids=[fields.Command.create({"amount_from": 5})],
        )
        for rows in (draft.rate_ids, draft.tier_ids):
            with (
                self.assertRaisesRegex(UserError, "in force"),
                self.env.cr.savepoint(),
            ):
                rows.version_id = self.version
            self.env.invalidate_all()
        draft.rate_ids.percent = 4
        draft.action_put_in_force()
        for rows in (draft.rate_ids, draft.tier_ids):
            for attack in (
                lambda rows=rows: rows.write({"percent": 5}),
                rows.unlink,
            ):
                with self.assertRaisesRegex(UserError, "in force"):
                    attack()
        action = draft.action_new_version()
        copied = draft.browse(action["res_id"])
        self.assertEqual(copied.state, "draft")
        self.assertEqual(copied.rate_ids.mapped("percent"), [4])
        self.assertEqual(copied.tier_ids.mapped("amount_from"), [5])
        self.assertGreaterEqual(copied.date_from, draft.date_from)
        copied.rate_ids.percent = 8
        self.assertEqual(draft.rate_ids.percent, 4)
        copied.unlink()

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_salespeople_read_and_nothing_else(self):
        """Everybody reads the rules; only an administrator makes them."""
        draft = self._draft(rate_ids=[fields.Command.create({"percent": 3})])
        for user in (self.salesperson, self.leader):
            mine = draft.with_user(user)
            self.assertEqual((mine.percent, mine.plan_id.name), (0, "Machines"))
            for attack in (
                lambda mine=mine: mine.write({"percent": 50}),
                lambda mine=mine: mine.action_put_in_force(),
                lambda mine=mine: mine.action_new_version(),
                lambda mine=mine: mine.rate_ids.write({"percent": 50}),
                lambda mine=mine: mine.plan_id.write({"team_ids": False}),
                lambda mine=mine: mine.plan_id.copy(),
                mine.unlink,
            ):
                with self.assertRaises(AccessError):
                    attack()
        # nor does an administrator put it in force by its value
        for values in ({"state": "force"}, {"state": "draft"}):
            with self.assertRaises(AccessError):
                draft.write(values)
        with self.assertRaises(AccessError):
            self._draft(state="force")

    def test_a_category_and_those_below(self):
        """The first rate from the top; a category counts for those below, no other."""
        Category = self.env["product.category"]
        above = Category.create({"name": "Machines"})
        below = Category.create({"name": "Pumps", "parent_id": above.id})
        beside = Category.create({"name": "Pumps too"})
        version = self._draft(
            percent=1,
            rate_ids=[
                fields.Command.create(
                    {"sequence": 2, "category_id": above.id, "percent": 5}
                ),
                fields.Command.create(
                    {"sequence": 1, "category_id": below.id, "percent": 0}
                ),
            ],
        )
        self.env.invalidate_all()
        grade = self.env["sales.process.customer.grade"]
        for category, percent in (
            (above, 5),
            # nothing is a rate as well
            (below, 0),
            (beside, 1),
            (Category, 1),
        ):
            self.assertEqual(version._get_rate(category, grade, self.team), percent)

    # ------------------------------------------------------------
    # WHO STANDS IN, WHO WAS BEFORE
    # ------------------------------------------------------------

    def test_deputy_to_the_second(self):
        """Absent from its first second on, until the one before the last."""
        now = fields.Datetime.to_datetime("2019-05-06 08:00:00")
        absence = self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson.id,
                "deputy_id": self.colleague.id,
                "date_start": now,
                "date_end": now + timedelta(days=1),
            }
        )
        Agreement = self.env["sales.process.commission.agreement"]

        def find(moment, day=None):
            return Agreement._find_deputy(
                self.salesperson, moment, day or moment.date()
            )

        absence.sudo().write({"state": "confirmed"})
        for moment, deputy in (
            (now - timedelta(seconds=1), self.env["res.users"]),
            (now, self.colleague),
            (now + timedelta(days=1, seconds=-1), self.colleague),
            (now + timedelta(days=1), self.env["res.users"]),
        ):
            self.assertEqual(find(moment), deputy, moment)
        # of an invoice only the day is known
        for day, deputy in (
            (date(2019, 5, 5), self.env["res.users"]),
            (date(2019, 5, 6), self.colleague),
            (date(2019, 5, 7), self.colleague),
            (date(2019, 5, 8), self.env["res.users"]),
        ):
            self.assertEqual(find(None, day), deputy, day)
        # whoever comes back one day, nobody knows when
        absence.sudo().date_end = False
        self.assertEqual(find(now + timedelta(days=400)), self.colleague)
        self.assertFalse(
            Agreement._find_deputy(self.colleague, now, now.date()), "not away"
        )

    def test_owner_before_to_the_day(self):
        """So many days after the handover, not one more; 0 days is nobody."""
        self._renew(previous_percent=25, previous_days=30)
        self.lead.user_id = self.colleague
        self.env.cr.flush()
        period = self.lead.ownership_id
        before = period.previous_id.sudo()
        before.date_end = fields.Datetime.to_datetime("2019-03-01 12:00:00")
        Agreement = self.env["sales.process.commission.agreement"]
        version = self._find(JANUARY)
        for day, is_there in (
            (date(2019, 3, 2), True),
            (date(2019, 3, 31), True),
            (date(2019, 4, 1), False),
        ):
            roles = Agreement._get_roles(period, version, None, day)
            self.assertEqual([role for role, *_rest in roles], ["previous"] * is_there)
        # whose customer was taken away has no share
        before.end_reason = "expired"
        self.assertEqual(
            Agreement._get_roles(period, version, None, date(2019, 3, 2)), []
        )

    # ------------------------------------------------------------
    # AGREED SHARES
    # ------------------------------------------------------------

    @mute_logger("odoo.sql_db")
    def test_agreed_shares_come_to_hundred(self):
        splits = self.env["sales.process.commission.split"].with_user(self.salesperson)

        def give(user, percent):
            return splits.create(
                {
                    "ownership_id": self.ownership.id,
                    "user_id": user.id,
                    "percent": percent,
                }
            )

        first = give(self.colleague, 99.9999)
        second = give(self.leader, 0.0001)
        for change in (
            lambda: second.write({"percent": 0.0002}),
            lambda: give(self.administrator, 0.0001),
        ):
            with (
                self.assertRaisesRegex(ValidationError, "100 %"),
                self.env.cr.savepoint(),
            ):
                change()
            self.env.invalidate_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            second.percent = 0
            self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            give(self.colleague, 0.0001)
        second.unlink()
        first.percent = 100
        # the owner has nothing left, and no share of nothing
        self._pay(self._invoice(1000))
        self.assertEqual(self._get_lines(), [])
        self.assertEqual(self._get_lines(self.colleague), [(1, 50)])
        share = self.env["sales.process.commission.share"].search([])
        self.assertEqual((share.role, share.percent), ("agreed", 100))
        # to whom it was given, and of which customer, is not changed afterwards
        for values in (
            {"user_id": self.leader.id},
            {"ownership_id": self.ownership.id},
        ):
            with self.assertRaises(AccessError):
                first.write(values)
