# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_followup import FollowupCommon
from .common_release import ReleaseCommon


@tagged("post_install", "-at_install")
class TestWorkMany(FollowupCommon, ReleaseCommon):
    """Log and schedule with several customers at once, from the list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._customer(cls.salesperson_a)
        cls.strange = cls._customer(cls.salesperson_b)
        cls.words = cls._say("the fair")
        cls.env.flush_all()

    def _open(self, customers, user=None, **values):
        customers = customers.with_user(user or self.salesperson_a)
        action = customers.action_log_followups()
        form = Form(
            self.env[action["res_model"]]
            .with_user(user or self.salesperson_a)
            .with_context(**action["context"])
        )
        form.subject = self.words
        for name, value in values.items():
            form[name] = value
        return form

    def _get_logged(self, customers):
        return self.env["sales.process.followup"].search(
            [("ownership_id", "in", customers.ids), ("subject", "=", self.words)]
        )

    # ------------------------------------------------------------
    # LOGGING
    # ------------------------------------------------------------

    def test_logged_with_each(self):
        customers = self.ownership | self.second
        before = self.ownership.date_last_contact
        wizard = self._open(customers, channel="visit", next_step="Offer").save()
        self.assertFalse(wizard.refused_text)
        result = wizard.action_log()
        followups = self._get_logged(customers)
        self.assertEqual(followups.ownership_id, customers)
        self.assertEqual(len(followups), 2)
        for followup in followups:
            self.assertEqual(followup.user_id, self.salesperson_a)
            self.assertEqual(followup.channel, "visit")
            self.assertEqual(followup.next_step, "Offer")
            self.assertTrue(followup.counts, "other customers: no repeated text")
            self.assertEqual(followup.source, "manual")
        self.assertNotEqual(self.ownership.date_last_contact, before)
        self.assertEqual(result["params"]["type"], "success")
        self.assertIn("2", result["params"]["message"])

    def test_one_customer_is_the_small_form(self):
        action = self.second.with_user(self.salesperson_a).action_log_followups()
        self.assertEqual(action["res_model"], "sales.process.followup")

    def test_each_is_judged_by_itself(self):
        """A text that was said before to one of them does not count there."""
        self._log(lead=self.second.lead_ids, subject=self.words)
        wizard = self._open(self.ownership | self.second).save()
        result = wizard.action_log()
        followups = self._get_logged(self.ownership | self.second)
        last = followups.filtered(lambda row: row.ownership_id == self.second).sorted(
            "id"
        )[-1]
        self.assertEqual(last.void_reason, "repeated")
        self.assertTrue(self._get_logged(self.ownership).counts)
        self.assertEqual(result["params"]["type"], "warning")
        self.assertIn("The same text as before", result["params"]["message"])

    def test_helper_logs_and_stranger_is_left_out(self):
        """Who reads all documents reads the list, and works the helped ones alone."""
        reader = self.salesperson_c
        self.second._add_collaborators(reader)
        wizard = self._open(self.second | self.strange, reader).save()
        self.assertIn(self.strange.name, wizard.refused_text)
        self.assertNotIn(self.second.name, wizard.refused_text)
        result = wizard.action_log()
        self.assertEqual(len(self._get_logged(self.second)), 1)
        self.assertFalse(self._get_logged(self.strange))
        self.assertIn(self.strange.name, result["params"]["message"])
        self.assertEqual(result["params"]["type"], "warning")

    def test_stranger_of_all_is_refused_before_typing(self):
        with self.assertRaises(UserError) as caught:
            self._open(self.ownership | self.second, self.salesperson_c)
        self.assertIn(self.second.name, str(caught.exception))
        with self.assertRaises(AccessError):
            self._open(self.ownership | self.second, self.salesperson_d)

    def test_what_is_refused_for_one_is_logged_with_the_others(self):
        """The day of a contact may lie before one of the customers."""
        moment = self.env.cr.now() - timedelta(days=2)
        self._age(self.ownership, days=30)
        self._age(self.second, days=0)
        self.team_east.process_followup_backdate_days = 3
        create = type(self.env["sales.process.followup"])._check_dates
        second, refusal = self.second, "The customer was not registered yet."

        def check(followups):
            create(followups)
            if followups.sudo().ownership_id & second:
                raise ValidationError(refusal)

        wizard = self._open(self.ownership | self.second, date=moment).save()
        with patch.object(
            type(self.env["sales.process.followup"]), "_check_dates", check
        ):
            result = wizard.action_log()
        self.assertEqual(self._get_logged(self.ownership).date, wizard.date)
        self.assertFalse(self._get_logged(self.second))
        self.assertIn("not registered yet", result["params"]["message"])

    def test_nothing_logged_says_why_and_keeps_the_dialog(self):
        future = self.env.cr.now() + timedelta(days=2)
        wizard = self._open(self.ownership | self.second, date=future).save()
        with self.assertRaises(UserError) as caught:
            wizard.action_log()
        self.assertIn("future", str(caught.exception))
        self.assertFalse(self._get_logged(self.ownership | self.second))

    def test_too_many_and_none(self):
        wizard = self._open(self.ownership | self.second).save()
        wizard.ownership_ids = False
        with self.assertRaises(UserError):
            wizard.action_log()
        wizard = self._open(self.ownership | self.second).save()
        with (
            patch.object(
                self.env.registry["sales.process.followup.batch"],
                "_get_most_customers",
                lambda self: 1,
            ),
            self.assertRaises(UserError),
        ):
            wizard.action_log()

    def test_unreadable_customers_are_no_way_in(self):
        """Ids that a client sends are asked like those that it was shown."""
        Batch = self.env["sales.process.followup.batch"].with_user(self.salesperson_d)
        with self.assertRaises(UserError):
            Batch.create(
                {"ownership_ids": [(6, 0, self.second.ids)], "subject": self.words}
            ).action_log()
        self.assertFalse(self._get_logged(self.second))

    def test_as_many_queries_for_each_customer_more(self):
        customers = self.second
        for _number in range(5):
            customers |= self._customer(self.salesperson_a)

        def log(rows, words):
            wizard = self._open(rows, subject=words).save()
            return self._count_queries(wizard.action_log)

        log(customers[:2], self._say("warm"))
        few = log(customers[:2], self._say("few"))
        many = log(customers, self._say("many"))
        self.assertLessEqual((many - few) / 4, 6)

    # ------------------------------------------------------------
    # SCHEDULING
    # ------------------------------------------------------------

    def test_schedule_leaves_strangers_out(self):
        reader = self.salesperson_c
        self.second._add_collaborators(reader)
        customers = (self.second | self.strange).with_user(reader)
        result = customers.action_schedule()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertIn(self.strange.name, result["params"]["message"])
        action = result["params"]["next"]
        self.assertEqual(action["context"]["active_ids"], self.second.lead_ids.ids)
        with self.assertRaises(UserError):
            (self.strange | self.ownership).with_user(reader).action_schedule()
        with self.assertRaises(AccessError) as caught:
            self.strange.with_user(reader).action_schedule()
        self.assertIn(self.salesperson_b.name, str(caught.exception))

    # ------------------------------------------------------------
    # WHAT IS PLANNED
    # ------------------------------------------------------------

    def test_activities_of_the_lead_where_work_stands(self):
        activity = self.other_lead.with_user(self.salesperson_a).activity_schedule(
            "mail.mail_activity_data_call",
            summary="Ring in the morning",
            user_id=self.salesperson_a.id,
        )
        self.env.invalidate_all()
        own = self.ownership.with_user(self.salesperson_a)
        self.assertEqual(own.current_lead_id, self.other_lead)
        self.assertEqual(own.lead_activity_ids, activity)
        self.assertEqual(own.lead_activity_state, "today")
        self.assertEqual(own.lead_activity_summary, "Ring in the morning")
        self.assertFalse(self.second.lead_activity_ids)
        # neither the lead nor what is planned is told to whoever may not read it
        self.ownership.with_user(self.salesperson_a)._give_up("No need")
        pool = self.lead.ownership_id
        self.env.invalidate_all()
        pooled = pool.with_user(self.salesperson_b)
        self.assertFalse(pooled.current_lead_id)
        self.assertFalse(pooled.lead_activity_ids)

    def test_activities_cost_the_same_for_many_customers(self):
        customers = self.second
        for _number in range(6):
            customers |= self._customer(self.salesperson_a)
        for lead in customers.lead_ids:
            lead.with_user(self.salesperson_a).activity_schedule(
                "mail.mail_activity_data_call", user_id=self.salesperson_a.id
            )
        spec = {
            "current_lead_id": {"fields": {}},
            "lead_activity_ids": {"fields": {}},
            "lead_activity_state": {},
            "lead_activity_summary": {},
            "lead_activity_type_id": {"fields": {"display_name": {}}},
            "lead_activity_icon": {},
            "lead_exception": {},
            "lead_exception_icon": {},
        }

        def read(rows):
            rows = rows.with_user(self.salesperson_a)
            return self._count_queries(lambda: rows.web_read(spec))

        read(customers)
        self.assertEqual(read(customers), read(customers[:2]))
