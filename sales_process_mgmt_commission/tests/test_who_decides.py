# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestWhoDecides(CommissionCommon):
    """Each matter of money × everybody above: who may decide does, to the last field.

    Once the customer is the salesperson's, once the leader's own: then the next one
    above decides. All others hear one sentence of ours, and nothing has changed.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seller = "sales_team.group_sale_salesman"
        cls.regional = cls._create_person("money_regional", seller)
        cls.top = cls._create_person("money_top", seller)
        Team = cls.env["crm.team"]
        above = Team.create(
            {"name": "Country", "company_id": cls.company.id, "user_id": cls.top.id}
        )
        region = Team.create(
            {
                "name": "Region",
                "company_id": cls.company.id,
                "user_id": cls.regional.id,
                "process_parent_id": above.id,
            }
        )
        cls.team.process_parent_id = region
        branch = cls.env["res.company"].sudo().create({"name": "Branch"})
        cls.foreigner = cls._create_person(
            "money_foreigner", "sales_team.group_sale_manager", branch
        )
        cls.people = (
            cls.salesperson
            | cls.colleague
            | cls.leader
            | cls.regional
            | cls.top
            | cls.administrator
            | cls.foreigner
        )
        cls.own = cls._create_money_lead(cls.leader, cls.partner_b)

    def _get_debt(self, owner):
        """Something that the customer of a person owes."""
        partner = self.partner_a if owner == self.salesperson else self.partner_b
        invoice = self._invoice(partner_id=partner, invoice_date="2019-01-01")
        self.env.cr.flush()
        return self.env["sales.process.money"].search(
            [("move_id", "=", invoice.id), ("kind", "=", "open")], limit=1
        )

    def _dispute(self, owner):
        return (
            self.env["sales.process.dispute"]
            .with_user(owner)
            .create(
                {
                    "money_id": self._get_debt(owner).id,
                    "reason": "price",
                    "note": "The customer says that the price is another one",
                    "date_until": self._today(owner) + timedelta(days=5),
                }
            )
        )

    def _promise(self, owner):
        return (
            self.env["sales.process.promise"]
            .with_user(owner)
            .create(
                {
                    "money_id": self._get_debt(owner).id,
                    "amount": 100,
                    "note": "They pay what they owe on Friday",
                    "date_due": self._today(owner) + timedelta(days=5),
                }
            )
        )

    def _split(self, owner):
        return (
            self.env["sales.process.commission.split"]
            .with_user(self.administrator)
            .create(
                {
                    "ownership_id": (
                        self.ownership
                        if owner == self.salesperson
                        else self.own.ownership_id
                    ).id,
                    "user_id": (
                        # given to the leader, the leader does not decide about it
                        self.leader if owner == self.salesperson else self.colleague
                    ).id,
                    "percent": 10,
                }
            )
        )

    def _get_acts(self):
        """What is decided: ``{name: (make, act, effect)}``."""
        later = fields.Date.to_date(self._today(self.leader) + timedelta(days=9))
        return {
            "dispute: wait longer": (
                self._dispute,
                lambda row: row.write({"date_until": later}),
                lambda row: row.date_until == later,
            ),
            "dispute: settle": (
                self._dispute,
                lambda row: row.action_close(),
                lambda row: row.state == "closed",
            ),
            "promise: cancel": (
                self._promise,
                lambda row: row.action_cancel(),
                lambda row: row.state == "cancelled",
            ),
            "split: change": (
                self._split,
                lambda row: row.write({"percent": 20}),
                lambda row: row.percent == 20,
            ),
            "split: take back": (
                self._split,
                lambda row: row.unlink(),
                lambda row: not row.exists(),
            ),
        }

    def _may(self, name, row, user):
        """Who should decide, as the rules say: the nearest above who gains nothing."""
        if user == self.foreigner:
            return False
        if user == self.administrator:
            return True
        if name.startswith("split"):
            people = row.owner_id | row.user_id
            if user == row.owner_id:
                return True
        else:
            people = row.user_id | row.ownership_id.user_id
        line = [self.leader, self.regional, self.top]
        return user == next(person for person in line if person not in people)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_everybody(self):
        allowed = 0
        for name, (make, act, has_effect) in self._get_acts().items():
            for owner in (self.salesperson, self.leader):
                for user in self.people:
                    with self.subTest(name, owner=owner.login, user=user.login):
                        savepoint = self.env.cr.savepoint(flush=False)
                        row = make(owner).sudo()
                        self.env.flush_all()
                        may = self._may(name, row, user)
                        allowed += may
                        mine = row.with_user(user).with_context(
                            allowed_company_ids=user.company_ids.ids
                        )
                        try:
                            with self.env.cr.savepoint():
                                act(mine)
                            self.assertTrue(may, "was not refused")
                            self.assertTrue(has_effect(row))
                        except (AccessError, UserError) as error:
                            self.assertFalse(may, str(error))
                            self.assertFalse(has_effect(row))
                            # who may read it hears our sentence, not Odoo's
                            if row.with_user(user).has_access("read"):
                                self.assertNotIn("Uh-oh", str(error))
                                self.assertNotIn("not allowed", str(error))
                        finally:
                            savepoint.rollback()
                            self.env.clear()
                            heard = self.env["sales.process.money"]._get_heard()
                            heard["moves"], heard["ownerships"] = set(), set()
        # of each act: two of the lines above, and of splits who gives, too
        self.assertGreaterEqual(allowed, 2 * len(self._get_acts()))

    def test_share_given_by_the_region(self):
        """The leader gets a share: whoever leads above says so, and may change it."""
        Split = self.env["sales.process.commission.split"]
        values = {
            "ownership_id": self.ownership.id,
            "user_id": self.leader.id,
            "percent": 10,
        }
        with self.assertRaisesRegex(AccessError, "own matter"), self.cr.savepoint():
            Split.with_user(self.leader).create(values)
        split = Split.with_user(self.regional).create(values)
        self.assertEqual(split.percent, 10)
        split.unlink()
        # where the leader gains nothing, the region only reads
        with self.assertRaises(AccessError), self.cr.savepoint():
            Split.with_user(self.regional).create(
                {**values, "user_id": self.colleague.id}
            )
