# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.sales_process_followup_write import (
    CONTACT_COLUMNS,
    LEAD_COLUMNS,
    PERIOD_COLUMNS,
    prepare_contact,
)
from ..tools import kept
from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupWrite(FollowupCommon):
    """A contact, its customer and the leads are written by one statement."""

    def _finish(self):
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.salesperson_a.id
        )
        activity.with_user(self.salesperson_a).action_feedback(
            feedback="Wants two machines before the summer"
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["sales.process.followup"].search(
            [("activity_id", "=", activity.id)]
        )

    def _live(self):
        """What is stored of a contact, its customer, the open and the lost lead."""
        with self.env.cr.savepoint() as savepoint:
            self.other_lead.action_set_lost()
            before = self.ownership.date_deadline
            contact = self._finish()
            found = [
                {name: contact[name] for name in CONTACT_COLUMNS}
                | dict.fromkeys(("id", "activity_id")),
                {name: self.ownership[name] for name in PERIOD_COLUMNS},
                *(
                    {name: lead[name] for name in (*LEAD_COLUMNS, "write_uid")}
                    for lead in self.lead | self.other_lead
                ),
            ]
            is_later = self.ownership.date_deadline > before
            savepoint.close(rollback=True)
        self.env.invalidate_all()
        return found, is_later

    def test_as_a_function_and_as_text(self):
        """A server that finds no function writes the same."""
        asked = []
        get_query = kept.KeptQuery.get_query

        def spy(query, env, *values):
            sent = get_query(query, env, *values)
            asked.append((query.name, kept.PREFIX in sent.code))
            return sent

        with patch.object(kept.KeptQuery, "get_query", spy):
            lived = self._live()
            with patch.object(self.env.registry, kept.FOUND, {}):
                self.assertEqual(lived, self._live())
        written = [is_kept for name, is_kept in asked if name == "contact"]
        self.assertEqual(written, [True, False])
        (contact, period, lead, lost), is_later = lived
        self.assertTrue(is_later)
        self.assertTrue(contact["counts"])
        self.assertEqual(contact["subject"], "Wants two machines before the summer")
        for row in (period, lead, lost):
            self.assertEqual(row["date_last_contact"], contact["date"])
        self.assertEqual(lead["followup_deadline"], period["date_deadline"])
        self.assertEqual(lead["write_uid"], self.salesperson_a)
        self.assertFalse(lost["followup_deadline"], "a lost lead has no deadline")

    def test_types_are_those_of_the_fields(self):
        """A column of another type would be written as another value, or refused."""
        for model, columns in (
            ("sales.process.followup", CONTACT_COLUMNS),
            ("sales.process.ownership", PERIOD_COLUMNS),
        ):
            for name, kind in columns.items():
                with self.subTest(model=model, name=name):
                    stored = self.env[model]._fields[name].column_type[0]
                    self.assertEqual(stored, {"int": "int4"}.get(kind, kind))

    def test_anything_else_is_sent_as_it_is(self):
        """A column more, another customer, another date: not by the function."""
        now = self.env.cr.now()
        row = dict.fromkeys(CONTACT_COLUMNS) | {
            "id": 1,
            "ownership_id": self.ownership.id,
            "date": now,
        }
        moved = {"date_last_contact": now}
        dates = {"date_last_contact": now, "followup_deadline": None}

        known = {"row": row, "period": self.ownership, "moved": moved, "dates": dates}

        def prepare(**options):
            asked = known | options
            changes = [(asked["period"], asked["moved"]), (self.lead, asked["dates"])]
            return prepare_contact(self.env, asked["row"], changes)

        self.assertTrue(prepare())
        self.assertTrue(prepare(moved={**moved, "date_deadline": now}))
        later = now + timedelta(seconds=1)
        for options in (
            {"row": {**row, "next_step": None}},
            {"row": {name: row[name] for name in row if name != "location"}},
            {"row": {**row, "ownership_id": None}},
            {"row": {**row, "date": later}},
            {"period": self.ownership.browse()},
            {"moved": {**moved, "is_held": False}},
            {"moved": {"date_deadline": now}},
            {"dates": {"date_last_contact": now}},
            {"dates": {**dates, "date_last_contact": later}},
        ):
            with self.subTest(**options):
                self.assertIsNone(prepare(**options))
