# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.race_common import SalesProcessRaceCase

from ..tools import tokens

MODEL = "sales.process.satisfaction"
EMAIL = "races@customer.example"
ROUNDS = 5


@tagged("post_install", "-at_install")
class TestSatisfactionRace(SalesProcessRaceCase):
    """One customer with several deals, and one link in several browsers."""

    team_values = {"process_satisfaction": True, "process_satisfaction_days": 30}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls._environment() as env:
            cls.customer_id = env["res.partner"].create({"name": "Races"}).id

    @classmethod
    def _remove_records(cls):
        cls._forget()
        with cls._environment() as env:
            env["res.partner"].browse(cls.customer_id).unlink()
        return super()._remove_records()

    @classmethod
    def _forget(cls):
        cls._delete_rows(
            ("sales_process_satisfaction", "team_id", cls.team_id),
            ("mail_mail", "email_to", EMAIL),
        )

    def _create(self, count, **values):
        with self._environment() as env:
            now = env.cr.now().replace(microsecond=0)
            return (
                env[MODEL]
                .create(
                    [
                        {
                            "kind": "won",
                            "team_id": self.team_id,
                            "company_id": self.company_id,
                            "user_id": self.user_ids[0],
                            "date_event": now,
                            "date_send": now - timedelta(hours=1),
                            **values,
                        }
                    ]
                    * count
                )
                .ids
            )

    def _ask(self, row_id):
        return self._calling(lambda env: env[MODEL].browse(row_id), "_ask_or_close")

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_asked_once(self):
        """By the scheduled action of two servers, or by it and at the counter."""
        for values in (
            {"email": EMAIL},
            # two addresses of one customer
            {"email": EMAIL, "partner_id": self.customer_id},
        ):
            for _number in range(ROUNDS):
                self._forget()
                row_ids = self._create(3, **values)
                outcomes = self._race(*((1, self._ask(row_id)) for row_id in row_ids))
                self.assertEqual(outcomes, [True] * 3)
                with self._environment() as env:
                    rows = env[MODEL].browse(row_ids)
                    self.assertEqual(
                        sorted(rows.mapped("state")), ["asked", "closed", "closed"]
                    )
                    mails = env["mail.mail"].search([("email_to", "=", EMAIL)])
                    self.assertEqual(len(mails), 1)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_other_customers_do_not_wait(self):
        """Two customers are asked at the same instant, each once."""
        self._forget()
        row_ids = [
            *self._create(1, email=EMAIL),
            *self._create(1, email="other@customer.example"),
        ]
        outcomes = self._race(*((1, self._ask(row_id)) for row_id in row_ids))
        self.assertEqual(outcomes, [True, True])
        with self._environment() as env:
            self.assertEqual(
                env[MODEL].browse(row_ids).mapped("state"), ["asked", "asked"]
            )
            env["mail.mail"].search(
                [("email_to", "=", "other@customer.example")]
            ).unlink()

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_answered_once(self):
        """From two browsers at once: one answer is kept, and no score is mixed."""
        for number in range(ROUNDS):
            self._forget()
            token = tokens.make_token()
            (row_id,) = self._create(1, email=EMAIL)
            with self._environment() as env:
                row = env[MODEL].browse(row_id)
                now = env.cr.now().replace(microsecond=0)
                row.write(
                    {
                        "state": "asked",
                        "token_hash": tokens.hash_token(token),
                        "date_asked": now,
                        "date_expire": now + timedelta(days=1),
                    }
                )
                nonce = row._make_nonce(token)
            self._wait_for_a_person()

            def answer(score, address, token=token, nonce=nonce):
                def work(env):
                    kept = env[MODEL]._answer(
                        token, nonce, score, comment=str(score), address=address
                    )
                    env.flush_all()
                    return kept

                return 1, work

            scores = (2, 2) if number % 2 else (2, 5)
            outcomes = self._race(
                answer(scores[0], "192.0.2.1"), answer(scores[1], "198.51.100.1")
            )
            self.assertEqual(sorted(outcomes), [False, True])
            with self._environment() as env:
                row = env[MODEL].browse(row_id)
                self.assertEqual(row.state, "answered")
                self.assertEqual(row.score, scores[outcomes.index(True)])
                self.assertEqual(row.comment, str(row.score))
                # who disagrees from elsewhere makes it unsure
                self.assertEqual(row.is_unsure, scores[0] != scores[1])

    def _wait_for_a_person(self):
        """A page that was answered within a second was answered by a machine."""
        self.patch(tokens, "HUMAN_SECONDS", 0)
