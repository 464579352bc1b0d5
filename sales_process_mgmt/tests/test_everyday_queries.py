# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.tests import tagged

from ..models import crm_lead, crm_team
from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestEverydayQueries(SalesProcessCommon):
    """What a team that enforces asks the database for, beyond one that is off.

    The times stand in benchmarks/README.md.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.number = 0
        # everyday work has not made its team in the same transaction
        cls.startClassPatcher(
            patch.object(crm_team, "has_changed_kept", return_value=False)
        )
        # the CRM itself asks more of a team with a leader
        cls.team_off.user_id = cls.leader_west
        cls.people = {"off": cls.salesperson_e, "enforce": cls.salesperson_a}
        cls.teams = {"off": cls.team_off, "enforce": cls.team_east}

    def _create(self, mode):
        type(self).number += 1
        user = self.people[mode]
        return (
            self.env["crm.lead"]
            .with_user(user)
            .create(
                {
                    "name": f"Inquiry {self.number}",
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": self.teams[mode].id,
                    "contact_name": f"Contact {self.number}",
                    "phone": f"+86 139 0000 {self.number:04d}",
                    "email_from": f"contact{self.number}@everyday.example",
                }
            )
        )

    def _create_activity(self, mode):
        lead = self._create(mode)
        return lead.activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ask about the offer",
            user_id=self.people[mode].id,
        )

    def _count(self, prepare, act):
        """How many queries more than in a team that is off, both warm."""
        counts = {}
        for mode in ("off", "enforce"):
            for _round in range(2):
                subject = prepare(mode)
                self.env.flush_all()
                self.env.cr.flush()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                act(mode, subject)
                self.env.flush_all()
                self.env.cr.flush()
                counts[mode] = self.env.cr.sql_log_count - before
        return counts["enforce"] - counts["off"]

    def test_create_a_lead(self):
        """Beyond looking for an owner: the person's zone, the period and its keys."""
        more = self._count(lambda mode: None, lambda mode, _none: self._create(mode))
        self.assertLessEqual(more, 3)

    def test_mark_an_activity_done(self):
        """A savepoint: the lock with what is known, the contact with what it moves."""
        more = self._count(
            self._create_activity,
            lambda mode, activity: activity.action_feedback(
                feedback=f"Wants it cheaper, said so {self.number} times"
            ),
        )
        self.assertLessEqual(more, 3)

    def test_a_contact_writes_no_index_of_leads(self):
        """PostgreSQL writes all indexes of a row anew when one of them is concerned."""
        self.env.cr.execute(
            """
            SELECT attname
              FROM pg_index
              JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
             WHERE indrelid = 'crm_lead'::regclass
            """
        )
        indexed = {name for (name,) in self.env.cr.fetchall()}
        self.assertIn("user_id", indexed)
        self.assertFalse(indexed & set(crm_lead.DATE_FIELDS))

    def test_merge_two_leads(self):
        more = self._count(
            lambda mode: self._create(mode) | self._create(mode),
            lambda mode, leads: leads.merge_opportunity(),
        )
        self.assertLessEqual(more, 5)

    def test_nobody_asks_for_the_main_company(self):
        """Leads without team, as they are imported and assigned, fall to it."""
        lead = self.env["crm.lead"].create(
            {"name": "Inquiry of nobody", "team_id": False, "user_id": False}
        )
        self.assertEqual(lead._get_process_company(), self.company)
        with self.assertQueryCount(0):
            lead._get_process_company()
