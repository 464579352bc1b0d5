# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields

from ..models.sales_process_ownership_warning import OwnershipWarnings
from .common import SalesProcessCommon


class ReleaseCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Ownership = cls.env["sales.process.ownership"]
        cls.Release = cls.env["sales.process.release"]
        cls.Warnings = OwnershipWarnings(cls.env)
        cls.team_east.process_date_release_from = False
        cls.team_east.process_release_ceiling_percent = 0
        cls.number = 0

    @classmethod
    def _customer(cls, user, team=None, **values):
        cls.number += 1
        lead = cls._create_lead(
            user, team, phone=f"139{cls.number:08d}", name=f"No {cls.number}", **values
        )
        return lead.ownership_id

    @classmethod
    def _expire(cls, ownerships, seconds=1):
        """Let the deadlines have passed ``seconds`` ago (or lie ahead)."""
        ownerships.write(
            {"date_deadline": fields.Datetime.now() - timedelta(seconds=seconds)}
        )
        cls.env.flush_all()

    @classmethod
    def _put_on_duty(cls, *users, team=None):
        now = fields.Datetime.now()
        return cls.env["sales.process.duty"].create(
            [
                {
                    "team_id": (team or cls.team_east).id,
                    "user_id": user.id,
                    "date_start": now - timedelta(hours=1),
                    "date_end": now + timedelta(hours=8),
                    "state": "confirmed",
                }
                for user in users
            ]
        )

    def _run(self, name="ir_cron_release"):
        with self.enter_registry_test_mode():
            self.env.ref(f"sales_process_mgmt.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def _release(self):
        """What one batch of the scheduled action does, without its commits."""
        # whole seconds may lie before the moment at which the customers were made
        with self._at(max(fields.Datetime.now(), self.env.cr.now())):
            due = self.Release._lock_due(1000)
            self.Release._release(due)
            self.env.flush_all()
        self.env.invalidate_all()
        return due

    @classmethod
    def _many(cls, user, number, team=None):
        return cls.Ownership.union(
            *(cls._customer(user, team) for _row in range(number))
        )

    def _messages_to(self, user):
        """What the system told somebody, the newest first."""
        return self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", user.partner_id.ids),
            ],
            order="id desc",
        )

    def _runs(self, team=None):
        return self.env["sales.process.release.run"].search(
            [("team_id", "=", (team or self.team_east).id)]
        )
