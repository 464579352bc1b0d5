# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

ROUNDS = 3


@tagged("post_install", "-at_install")
class TestSignatureRace(SalesProcessRaceCase):
    """The customer signs while the scheduled action takes it from its owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_ids, cls.order_ids = [], []
        with cls._environment() as env:
            product = env["product.product"].create(
                {"name": "Raced Pump", "type": "service", "taxes_id": False}
            )
            cls.product_id = product.id

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            for query, ids in (
                ("sales_process_money WHERE order_id IN %s", cls.order_ids),
                ("sale_order_line WHERE order_id IN %s", cls.order_ids),
                ("sale_order WHERE id IN %s", cls.order_ids),
            ):
                if ids:
                    cr.execute(f"DELETE FROM {query}", (tuple(ids),))
        result = super()._remove_records()
        with cls._environment() as env:
            env["res.partner"].browse(cls.customer_ids).exists().unlink()
            env["product.product"].browse(cls.product_id).unlink()
        return result

    def _make_overdue(self, number):
        """A customer whose last moment has passed, and its quotation.

        :return: ids of the order and the ownership
        """
        owner_id = self.user_ids[0]
        with self._environment(owner_id) as env:
            partner = env["res.partner"].create({"name": f"Raced Customer {number}"})
            self.customer_ids.append(partner.id)
            lead = env["crm.lead"].create(
                {
                    "name": "Pumps",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "user_id": owner_id,
                    "team_id": self.team_id,
                }
            )
            order = env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "opportunity_id": lead.id,
                    "order_line": [
                        (0, 0, {"product_id": self.product_id, "price_unit": 100})
                    ],
                }
            )
            self.order_ids.append(order.id)
            ownership = lead.sudo().ownership_id
            ownership.date_start = env.cr.now() - timedelta(days=30)
            ownership._update_deadlines()
            lead.team_id.with_user(SUPERUSER_ID).write(
                {
                    "process_release_ceiling_percent": 0,
                    "process_date_release_from": False,
                }
            )
            return order.id, ownership.id

    def _sign(self, env, order_id):
        # as the portal does: the public user, past all rights
        order = env["sale.order"].browse(order_id)
        order.with_user(env.ref("base.public_user")).sudo()._validate_order()
        env.flush_all()

    def _release(self, env, ownership_id):
        Release = env["sales.process.release"]
        due = Release._lock_due(10, [ownership_id])
        Release._release(due)
        return len(due)

    def test_signature_that_has_begun(self):
        """The release that begins while it goes on leaves the customer alone."""
        order_id, ownership_id = self._make_overdue("begun")
        released = []

        def confirm(orders):
            # Odoo has not begun yet to confirm
            with self._environment() as other:
                released.append(self._release(other, ownership_id))
            return confirmed(orders)

        with self._environment() as env:
            confirmed = type(env["sale.order"])._action_confirm
            with patch.object(type(env["sale.order"]), "_action_confirm", confirm):
                self._sign(env, order_id)
        self.assertEqual(released, [0])
        with self._environment() as env:
            ownership = env["sales.process.ownership"].browse(ownership_id)
            self.assertEqual(env["sale.order"].browse(order_id).state, "sale")
            self.assertEqual((ownership.state, ownership.phase), ("open", "signed"))
            self.assertFalse(ownership.date_deadline)
            self.assertEqual(self._release(env, ownership_id), 0)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_signature_and_release_at_once(self):
        """One of them is first; what the customer has signed is never refused."""
        for number in range(ROUNDS):
            order_id, ownership_id = self._make_overdue(number)
            [sign_error, released] = self._race(
                (SUPERUSER_ID, partial(self._sign, order_id=order_id)),
                (SUPERUSER_ID, partial(self._release, ownership_id=ownership_id)),
            )
            self.assertIsNone(sign_error)
            with self._environment() as env:
                order = env["sale.order"].browse(order_id)
                ownership = env["sales.process.ownership"].browse(ownership_id)
                self.assertEqual(order.state, "sale")
                if released:
                    # of the period after it: in the pool until somebody is given it
                    self.assertEqual(ownership.state, "ended")
                    self.assertEqual(order.ownership_id.previous_id, ownership)
                else:
                    self.assertEqual(released, 0)
                    self.assertEqual(order.ownership_id, ownership)
                    self.assertEqual(ownership.state, "open")
                self.assertEqual(order.ownership_id.phase, "signed")
