# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..tools import orm
from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestOrmContract(FollowupCommon):
    """What ``tools/orm.py`` uses of Odoo's inside is as it is relied on there."""

    def _read(self, record, *names):
        self.env.cr.execute(
            f"SELECT {', '.join(names)} FROM {record._table} WHERE id = %s",
            (record.id,),
        )
        return self.env.cr.fetchone()

    def _update(self, moment):
        values = {"date_last_contact": moment}
        orm.update_together([(self.ownership, dict(values)), (self.lead, values)])

    # ------------------------------------------------------------
    # update_together
    # ------------------------------------------------------------

    def test_written_at_once_and_cached(self):
        moment = self._days_ago(3).replace(microsecond=0)
        before = self.lead.write_date
        self.env.flush_all()
        self.ownership._lock_rows()
        queries = self.env.cr.sql_log_count
        self._update(moment)
        self.assertEqual(self.env.cr.sql_log_count - queries, 1)
        for record in (self.ownership, self.lead):
            self.assertEqual(record.date_last_contact, moment)
            self.assertEqual(self._read(record, "date_last_contact"), (moment,))
        self.assertEqual(self.env.cr.sql_log_count - queries, 3, "in the cache")
        self.assertEqual(self.lead.write_uid, self.env.user)
        self.env.invalidate_all()
        self.assertEqual(self.lead.date_last_contact, moment)
        self.assertGreaterEqual(self.lead.write_date, before)

    def test_what_waits_is_written_before(self):
        moment = self._days_ago(3).replace(microsecond=0)
        self.ownership.date_last_contact = self._days_ago(5)
        self.lead.name = "Written later"
        self._update(moment)
        self.env.flush_all()
        self.assertEqual(self._read(self.ownership, "date_last_contact"), (moment,))
        self.assertEqual(self._read(self.lead, "name"), ("Written later",))

    def test_what_depends_on_it_is_told(self):
        """A stored field of another application is computed again."""
        told = []
        Period, Lead = type(self.ownership), type(self.lead)
        modified = Period.modified

        def tell(records, names, *args, **kwargs):
            told.append((records._name, {*names}))
            return modified(records, names, *args, **kwargs)

        with (
            patch.object(Period, "modified", tell),
            patch.object(Lead, "modified", tell),
        ):
            self._update(self._days_ago(3))
        self.assertEqual(
            [(name, "date_last_contact" in names) for name, names in told],
            [("sales.process.ownership", True), ("crm.lead", True)],
        )
        waiting = self.env.transaction.tocompute
        self.assertIn(
            self.other_lead.id,
            waiting.get(self.other_lead._fields["date_last_contact"], ()),
            "what was not written is computed",
        )
        self.assertNotIn(
            self.lead.id, waiting.get(self.lead._fields["date_last_contact"], ())
        )

    def test_what_is_not_stored_is_forgotten(self):
        self.assertEqual(self.lead.followup_state, "overdue")
        orm.update_together(
            [(self.lead, {"followup_deadline": self.env.cr.now() + timedelta(days=90)})]
        )
        self.assertEqual(self.lead.followup_state, "on_track")

    # ------------------------------------------------------------
    # is_plain
    # ------------------------------------------------------------

    def test_plain(self):
        self.assertTrue(orm.is_plain(self.ownership, "write"))
        self.assertTrue(orm.is_plain(self.lead, "_compute_field_value"))

    def test_not_plain(self):
        """Automation rules replace methods of the class of the registry."""
        Lead = type(self.lead)
        with patch.object(Lead, "_compute_field_value", Lead._compute_field_value):
            self.assertFalse(orm.is_plain(self.lead, "_compute_field_value"))
            self.assertTrue(orm.is_plain(self.ownership, "write"))
        foreign = next(
            cls for cls in Lead.__mro__ if cls.__module__.startswith("odoo.addons.crm")
        )
        with (
            patch.object(foreign, "__module__", "odoo.addons.another.models.crm_lead"),
            patch.object(foreign, "_compute_field_value", create=True),
        ):
            self.assertFalse(orm.is_plain(self.lead, "_compute_field_value"))

    # ------------------------------------------------------------
    # a contact, both ways
    # ------------------------------------------------------------

    def test_a_contact_is_the_same_both_ways(self):
        """Where another application has its say, Odoo's own way gives the same."""
        names = ("date_last_contact", "date_deadline", "deadline_kind", "clock_zones")
        found = []
        for is_plain in (True, False):
            with (
                patch.object(orm, "is_plain", return_value=is_plain),
                self.env.cr.savepoint() as savepoint,
            ):
                lost = self.other_lead
                lost.action_set_lost()
                self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                    {"lead_id": self.lead.id, "subject": "Wants it cheaper by Friday"}
                )
                self.env.flush_all()
                self.env.invalidate_all()
                found.append(
                    [
                        *(self.ownership[name] for name in names),
                        *(
                            lead[name]
                            for lead in self.lead | lost
                            for name in ("date_last_contact", "followup_deadline")
                        ),
                    ]
                )
                savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.assertEqual(*found)
        self.assertTrue(found[0][0])
        self.assertEqual(found[0][-1], False, "a lost lead has no deadline")
