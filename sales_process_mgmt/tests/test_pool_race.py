# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .race_common import SalesProcessRaceCase

ROUNDS = 200


@tagged("post_install", "-at_install")
class TestPoolRace(SalesProcessRaceCase):
    def _put_into_pool(self, number):
        """A customer in the pool of the racers' team.

        :return: id of the lead and of its row in the pool
        """
        with self._environment() as env:
            lead = env["crm.lead"].create(
                {
                    "name": "Imported",
                    "phone": f"+86135{number:08d}",
                    "user_id": False,
                    "team_id": self.team_id,
                    "process_into_pool": True,
                }
            )
            self.assertEqual(lead.ownership_id.state, "pool")
            return lead.id, lead.ownership_id.id

    def _take(self, ownership_id):
        def work(env):
            env["sales.process.ownership"].browse(ownership_id).action_take()
            return env.uid

        return work

    def _set_take_limit(self, limit):
        with self._environment() as env:
            env["crm.team"].browse(self.team_id).process_pool_take_limit = limit

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_two_take_the_same_customer(self):
        """Two at the same instant: one has the customer, the other the sentence."""
        self._set_take_limit(0)
        first, second, _leader = self.user_ids
        for number in range(ROUNDS):
            lead_id, ownership_id = self._put_into_pool(number)
            take = self._take(ownership_id)
            outcomes = self._race((first, take), (second, take))
            takers = [row for row in outcomes if isinstance(row, int)]
            refusals = [row for row in outcomes if isinstance(row, UserError)]
            self.assertEqual((len(takers), len(refusals)), (1, 1), outcomes)
            self.assertTrue(str(refusals[0]))
            with self._environment() as env:
                pooled = env["sales.process.ownership"].browse(ownership_id)
                lead = env["crm.lead"].browse(lead_id)
                self.assertEqual((pooled.state, len(pooled.next_ids)), ("ended", 1))
                self.assertEqual(pooled.next_ids.user_id.ids, takers)
                self.assertEqual(lead.user_id.ids, takers)
                self.assertEqual(lead.ownership_id, pooled.next_ids)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_person_in_two_windows_keeps_the_limit(self):
        """The last take of the day cannot be had twice."""
        self._set_take_limit(0)
        user_id = self.user_ids[0]
        with self._environment() as env:
            taken = env["sales.process.ownership"].search_count(
                [("user_id", "=", user_id), ("origin", "=", "pool")]
            )
        for number in range(20):
            _lead_id, one = self._put_into_pool(ROUNDS + 2 * number)
            _lead_id, other = self._put_into_pool(ROUNDS + 2 * number + 1)
            self._set_take_limit(taken + 1)
            outcomes = self._race(
                (user_id, self._take(one)), (user_id, self._take(other))
            )
            self.assertEqual(outcomes.count(user_id), 1, outcomes)
            refusals = [row for row in outcomes if isinstance(row, UserError)]
            self.assertEqual(len(refusals), 1, outcomes)
            taken += 1

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_one_person_in_two_windows_keeps_the_limit_of_open_customers(self):
        """The last place for an open customer cannot be had twice."""
        user_id = self.user_ids[1]

        def create(number):
            def work(env):
                lead = env["crm.lead"].create(
                    {
                        "name": "Walk-in",
                        "phone": f"+86134{number:08d}",
                        "user_id": user_id,
                        "team_id": self.team_id,
                    }
                )
                env.flush_all()
                return lead.id

            return (user_id, work)

        for number in range(20):
            with self._environment() as env:
                user = env["res.users"].browse(user_id)
                user.process_customer_limit = user.process_open_customer_count + 1
            outcomes = self._race(create(2 * number), create(2 * number + 1))
            refusals = [row for row in outcomes if isinstance(row, UserError)]
            self.assertEqual(len(refusals), 1, outcomes)
            with self._environment() as env:
                user = env["res.users"].browse(user_id)
                self.assertEqual(
                    user.process_open_customer_count, user.process_customer_limit
                )
