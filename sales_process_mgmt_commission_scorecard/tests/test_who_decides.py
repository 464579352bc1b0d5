# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FactorCommon


@tagged("post_install", "-at_install")
class TestWhoDecides(FactorCommon):
    """Scorecards that multiply commission × everybody: who may close one does.

    Once it is the salesperson's, once the leader's own. Whoever may not leaves the
    month as it was, to the cent.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seller = "sales_team.group_sale_salesman"
        cls.regional = cls._create_person("factor_regional", seller)
        region = cls.env["crm.team"].create(
            {
                "name": "Region",
                "company_id": cls.company.id,
                "user_id": cls.regional.id,
            }
        )
        cls.team.process_parent_id = region
        branch = cls.env["res.company"].sudo().create({"name": "Branch"})
        cls.foreigner = cls._create_person(
            "factor_foreigner", "sales_team.group_sale_manager", branch
        )
        cls.clerk = cls._create_person(
            "factor_clerk", "base.group_user,account.group_account_invoice"
        )
        cls.people = (
            cls.salesperson
            | cls.colleague
            | cls.leader
            | cls.regional
            | cls.administrator
            | cls.foreigner
            | cls.clerk
        )
        cls._create_money_lead(cls.leader, cls.partner_b)
        # all of it is paid at once
        cls.partner_b.property_payment_term_id = False

    def _may(self, owner, user):
        if user == self.administrator:
            return True
        return user == (self.regional if owner == self.leader else self.leader)

    @mute_logger(
        "odoo.addons.base.models.ir_rule",
        "odoo.addons.base.models.ir_model",
    )
    def test_everybody(self):
        for owner, partner in (
            (self.salesperson, self.partner_a),
            (self.leader, self.partner_b),
        ):
            self._pay(self._invoice(1000, partner_id=partner.id))
            card = self._create_card(1.2, user=owner)
            for user in self.people:
                may = self._may(owner, user)
                with (
                    self.subTest(owner=owner.login, user=user.login),
                    self._undone(),
                ):
                    try:
                        with self.env.cr.savepoint():
                            self._close_card(card, user)
                        self.assertTrue(may, "was not refused")
                    except (AccessError, UserError) as error:
                        self.assertFalse(may, str(error))
                    self.assertEqual(
                        self._get_statement(owner).amount, 60 if may else 50
                    )
                    self.assertEqual(
                        self._get_statement(owner).scorecard_id == card, may
                    )

    def test_nobody_lends_a_scorecard(self):
        """What a client writes on a statement or a line moves no factor."""
        self._pay(self._invoice(1000))
        card = self._close_card(self._create_card(1))
        again = self._create_card(1.25, user=self.colleague)
        statement = self._get_statement()
        for user in self.people - self.foreigner:
            for row in (statement, statement.line_ids):
                with (
                    self.subTest(user=user.login, model=row._name),
                    self.assertRaises(AccessError),
                    mute_logger("odoo.addons.base.models.ir_model"),
                    mute_logger("odoo.addons.base.models.ir_rule"),
                ):
                    row.with_user(user).write({"scorecard_id": again.id})
        self.assertEqual(self._get_statement().scorecard_id, card)
        self.assertEqual(self._get_lines(), [(1, 50)])

    def test_every_method_is_here(self):
        """What a person calls of this addon is tried above."""
        place = "odoo.addons.sales_process_mgmt_commission_scorecard."
        found = {
            (model, name)
            for model, klass in self.env.registry.items()
            for base in klass.__mro__
            if base.__module__.startswith(place)
            for name in vars(base)
            if not name.startswith("_") and callable(vars(base)[name])
        }
        self.assertEqual(found, {("sales.process.scorecard", "action_close")})
