# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CommissionCommon


@tagged("post_install", "-at_install")
class TestLateAnswer(CommissionCommon):
    """Who has to answer a dispute is reminded once a day, from the day after."""

    def _dispute(self, invoice=None):
        self._pay(invoice or self._invoice(1000))
        line = self._get_statement().line_ids.sorted("id")[-1:]
        return (
            self.env["sales.process.commission.dispute"]
            .with_user(self.salesperson)
            .create({"line_id": line.id, "note": "That was another customer"})
            .sudo()
        )

    def _remind(self, moment):
        """What the administrator is told at this moment.

        :return: list of bodies
        """
        Message = self.env["mail.message"].sudo()
        before = Message.search([])
        with self._at(moment):
            self.env["sales.process.commission.dispute"]._cron_remind()
            self.env.flush_all()
        new = Message.search([]) - before
        told = new.filtered(
            lambda message: self._answerer.partner_id in message.partner_ids
        )
        self.assertEqual(told, new)
        return told.mapped("body")

    def setUp(self):
        super().setUp()
        self._answerer = self.env["crm.team"]._find_above(
            self.company, self.salesperson
        )
        self._answerer.tz = "Asia/Shanghai"

    def test_once_a_day_from_the_day_after(self):
        dispute = self._dispute()
        # the last moment of the last day in Shanghai, and the first one after it
        last = datetime.combine(dispute.date_due, datetime.min.time())
        self.assertEqual(self._remind(last + timedelta(hours=15, minutes=59)), [])
        [body] = self._remind(last + timedelta(hours=16, minutes=1))
        self.assertIn(self.salesperson.name, body)
        self.assertNotIn("50", body.split("since")[0])
        self.assertEqual(self._remind(last + timedelta(hours=23)), [])
        self.assertEqual(len(self._remind(last + timedelta(hours=41))), 1)
        dispute.with_user(self.administrator).answer = "It was yours"
        dispute.with_user(self.administrator).action_refuse()
        self.env.flush_all()
        self.assertEqual(self._remind(last + timedelta(days=4)), [])

    def test_one_message_for_many(self):
        dispute = self._dispute()
        self._dispute(self._invoice(500))
        late = datetime.combine(dispute.date_due, datetime.min.time())
        [body] = self._remind(late + timedelta(days=2))
        self.assertIn("2 disputed commission lines", body)

    def test_nobody_is_there(self):
        """Without anybody who may answer nothing breaks."""
        dispute = self._dispute()
        late = datetime.combine(dispute.date_due, datetime.min.time())
        nobody = self.env["res.users"]
        with (
            self._at(late + timedelta(days=2)),
            patch.object(type(dispute), "_find_answerer", lambda row: nobody),
        ):
            dispute._cron_remind()
        self.assertFalse(dispute.date_reminded)

    def test_nobody_answers_the_own_dispute(self):
        """Neither by a value, nor by a default: the administrator would grant it."""
        self._pay(self._invoice(1000))
        line = self._get_statement().line_ids
        Dispute = self.env["sales.process.commission.dispute"]
        mine = Dispute.with_user(self.salesperson)
        values = {"line_id": line.id, "note": "Half of it is missing"}
        forged = {"answer": "You are right", "amount_granted": 1000}
        for name, value in forged.items():
            with self.assertRaisesRegex(AccessError, "administrator answers"):
                mine.create({**values, name: value})
            self.env["ir.default"].with_user(self.salesperson).set(
                Dispute._name, name, value, user_id=True
            )
        defaults = {f"default_{name}": value for name, value in forged.items()}
        self.assertFalse(mine.with_context(**defaults).default_get([*forged]))
        row = mine.with_context(**defaults).create(values)
        self.assertEqual(
            (row.answer, row.amount_granted, row.state), (False, 0, "open")
        )
