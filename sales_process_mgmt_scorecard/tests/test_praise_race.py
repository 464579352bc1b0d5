# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.sales_process_praise import MOST_A_DAY
from .praise_race_common import PRAISE, PraiseRaceCase

ROUNDS = 5


@tagged("post_install", "-at_install")
class TestPraiseRace(PraiseRaceCase):
    """Somebody praises in several windows at the same instant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            template = env["res.users"].browse(cls.user_ids[0])
            cls.crowd_ids = (
                env["res.users"]
                .create(
                    [
                        {
                            "name": f"Praised {number}",
                            "login": f"praised_{number}_{template.id}",
                            "group_ids": [(6, 0, template.group_ids.ids)],
                            "company_id": template.company_id.id,
                            "company_ids": [(6, 0, template.company_ids.ids)],
                        }
                        for number in range(MOST_A_DAY + 2)
                    ]
                )
                .ids
            )

    @classmethod
    def _remove_records(cls):
        cls._forget()
        with cls._environment() as env:
            crowd = env["res.users"].browse(cls.crowd_ids)
            partners = crowd.partner_id
            crowd.unlink()
            partners.exists().unlink()
        return super()._remove_records()

    def _count(self, giver_id):
        with self._environment() as env:
            return env[PRAISE].search_count([("giver_id", "=", giver_id)])

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_same_colleague_in_three_windows(self):
        """Once a day, and who comes second reads the sentence."""
        giver, praised = self.user_ids[:2]
        for _number in range(ROUNDS):
            self._forget()
            outcomes = self._race(*[(giver, self._praise(praised))] * 3)
            refused = [row for row in outcomes if isinstance(row, UserError)]
            self.assertEqual((outcomes.count(True), len(refused)), (1, 2), outcomes)
            for error in refused:
                self.assertIn("praised this colleague today", str(error))
            self.assertEqual(self._count(giver), 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_five_a_day_in_seven_windows(self):
        giver = self.user_ids[0]
        for _number in range(ROUNDS):
            self._forget()
            outcomes = self._race(
                *((giver, self._praise(user_id)) for user_id in self.crowd_ids)
            )
            self.assertEqual(outcomes.count(True), MOST_A_DAY, outcomes)
            self.assertEqual(self._count(giver), MOST_A_DAY)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_each_other_at_once(self):
        """Nobody waits for the other for ever, and both are heard."""
        first, second = self.user_ids[:2]
        for _number in range(ROUNDS):
            self._forget()
            outcomes = self._race(
                (first, self._praise(second)), (second, self._praise(first))
            )
            self.assertEqual(outcomes, [True, True])

    @mute_logger("odoo.sql_db")
    def test_held_by_the_database(self):
        """Whoever comes past the check is refused by the index."""
        giver, praised = self.user_ids[:2]
        self._forget()
        with self._environment(giver) as env:
            praise = env[PRAISE].create({"user_id": praised, "text": "Helped me"})
            self.assertTrue(praise.sudo().date)
        with (
            self.assertRaisesRegex(Exception, "_day_uniq"),
            self.registry.cursor() as cr,
        ):
            cr.execute(
                """
                INSERT INTO sales_process_praise (giver_id, user_id, text, date)
                SELECT giver_id, user_id, text, date FROM sales_process_praise
                 WHERE giver_id = %s
                """,
                (giver,),
            )
