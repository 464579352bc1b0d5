# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.hooks import post_init_hook
from odoo.addons.sales_process_mgmt.models import sales_process_backfill
from odoo.addons.sales_process_mgmt.models.crm_lead_identity import LeadIdentity

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestBackfill(SalesProcessCommon):
    """Adoption is safe: the oldest lead is the first contact, nobody loses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team = cls._create_team(
            "Living Team", "off", cls.leader_east, cls.salesperson_a | cls.salesperson_b
        )
        cls.env["sales.process.backfill"].search([]).state = "done"
        cls.first = cls._lead(cls.salesperson_a, phone="13812345678")
        cls.second = cls._lead(cls.salesperson_b, phone="13812345678")
        cls.third = cls._lead(cls.salesperson_b, phone="13900000001")
        cls.orphan = cls._lead(cls.env["res.users"], phone="13900000002")
        cls.won = cls._lead(cls.salesperson_a, phone="13900000003")
        cls.won.action_set_won()
        cls.lost = cls._lead(cls.salesperson_b, phone="13900000004")
        cls.lost.action_set_lost()
        cls.leads = cls.first | cls.second | cls.third | cls.orphan | cls.won | cls.lost
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-01-05 03:00:00' WHERE id IN %s",
            (cls.leads._ids,),
        )
        cls.env.invalidate_all()

    @classmethod
    def _lead(cls, user, **values):
        return cls.env["crm.lead"].create(
            {
                "name": "Old",
                "user_id": user.id,
                "team_id": cls.team.id,
                "company_id": cls.company.id,
                "type": "opportunity",
                **values,
            }
        )

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("sales_process_mgmt.ir_cron_backfill").method_direct_trigger()
        self.env.invalidate_all()

    def test_takeover(self):
        self.assertFalse(self.leads.ownership_id)
        self.team.process_mode = "observe"
        backfill = self.env["sales.process.backfill"].search([("state", "!=", "done")])
        self.assertEqual(backfill.team_ids, self.team)
        self.assertEqual(backfill.lead_total, 5)
        self._run()
        self.assertEqual(backfill.state, "done")
        self.assertEqual(backfill.progress, 100)
        ownership = self.first.ownership_id
        self.assertEqual(ownership.user_id, self.salesperson_a)
        self.assertEqual(ownership.origin, "backfill")
        self.assertEqual(str(ownership.date_start), "2026-01-05 03:00:00")
        self.assertGreater(ownership.date_deadline, self.env.cr.now())
        self.assertFalse(self.second.ownership_id)
        self.assertEqual(self.second.user_id, self.salesperson_b)
        conflict = self.env["sales.process.conflict"].search(
            [("lead_id", "=", self.second.id)]
        )
        self.assertEqual((conflict.state, conflict.door), ("open", "backfill"))
        self.assertEqual(self.third.ownership_id.user_id, self.salesperson_b)
        self.assertEqual(self.orphan.ownership_id.state, "pool")
        self.assertEqual(self.won.ownership_id.phase, "served")
        self.assertFalse(self.lost.ownership_id)

    def test_takeover_is_resumable(self):
        """Batches of one, stopped after two: the next run goes on there."""
        self.team.process_mode = "enforce"
        backfill = self.env["sales.process.backfill"].search([("state", "!=", "done")])
        with patch.object(sales_process_backfill, "BATCH_SIZE", 1):
            backfill._process_batch()
            backfill._process_batch()
        done = self.env["sales.process.ownership"].search_count(
            [("team_id", "=", self.team.id)]
        )
        self._run()
        self.assertTrue(done)
        self.assertEqual(backfill.state, "done")
        self.assertEqual(
            self.env["sales.process.ownership"].search_count(
                [("team_id", "=", self.team.id)]
            ),
            4,
        )
        self._run()
        self.assertEqual(
            self.env["sales.process.ownership"].search_count(
                [("team_id", "=", self.team.id)]
            ),
            4,
            "A second run changes nothing",
        )

    def test_poisoned_lead_is_left_out(self):
        """A lead that fails is named and left out; the others go on."""
        self.team.process_mode = "observe"
        backfill = self.env["sales.process.backfill"].search([("state", "!=", "done")])
        get_keys = LeadIdentity.get_keys
        poisoned = self.third.id

        def fail(identity):
            if poisoned in identity.leads.ids:
                raise ValueError("poison")
            return get_keys(identity)

        with (
            patch.object(LeadIdentity, "get_keys", fail),
            mute_logger(sales_process_backfill.__name__),
        ):
            backfill._process_one_by_one()
        self.assertEqual(backfill.failure_count, 1)
        self.assertTrue(self.first.ownership_id)
        self.assertFalse(self.third.ownership_id)

    def test_installation_starts_with_observe(self):
        self.env["crm.team"].with_context(active_test=False).search([]).write(
            {"process_mode": "off"}
        )
        post_init_hook(self.env)
        modes = self.env["crm.team"].search([]).mapped("process_mode")
        self.assertEqual(set(modes), {"observe"})

    def test_installation_leaves_regions_alone(self):
        """A team above others that has no members has no customers of its own."""
        members = (None, self.salesperson_e, None, None)
        region, led, below, other = teams = self.env["crm.team"].union(
            *(
                self._create_team(
                    f"Team {place}", "off", self.leader_east, member or ()
                )
                for place, member in enumerate(members)
            )
        )
        below.process_parent_id = region
        other.process_parent_id = led
        post_init_hook(self.env)
        self.assertEqual(
            teams.mapped("process_mode"), ["off", "observe", "observe", "observe"]
        )
