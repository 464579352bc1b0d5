# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

PRAISE = "sales.process.praise"


class PraiseRaceCase(SalesProcessRaceCase):
    """People who praise on connections of their own."""

    @classmethod
    def _remove_records(cls):
        cls._forget()
        return super()._remove_records()

    @classmethod
    def _forget(cls):
        with cls._environment() as env:
            env[PRAISE].search([("giver_id", "in", cls.user_ids)]).unlink()

    def _praise(self, user_id):
        def work(env):
            env[PRAISE].create({"user_id": user_id, "text": "Helped me"})
            env.flush_all()
            return True

        return work
