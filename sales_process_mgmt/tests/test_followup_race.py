# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from functools import partial
from itertools import count
from types import SimpleNamespace
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import mail_activity
from .common_followup import FollowupCommon
from .race_common import SalesProcessRaceCase

ROUNDS = 200


@tagged("post_install", "-at_install")
class TestFollowupRace(SalesProcessRaceCase):
    _numbers = count()  # what a race has written stays until the class ends

    def _make_overdue(self):
        """A customer of the first racer whose last moment has passed.

        :return: id of the lead and of the ownership
        """
        owner_id = self.user_ids[0]
        with self._environment(owner_id) as env:
            lead = env["crm.lead"].create(
                {
                    "name": "Walk-in",
                    "phone": f"+86136{next(self._numbers):08d}",
                    "user_id": owner_id,
                    "team_id": self.team_id,
                }
            )
            ownership = lead.sudo().ownership_id
            ownership.date_start = env.cr.now() - timedelta(days=30)
            ownership._update_deadlines()
            lead.team_id.with_user(SUPERUSER_ID).write(
                {
                    "process_release_ceiling_percent": 0,
                    "process_date_release_from": False,
                }
            )
            return lead.id, ownership.id

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_contact_and_release_never_both_win(self):
        """Either the contact saves the customer, or the customer is gone."""
        saved = 0
        for _round in range(ROUNDS):
            lead_id, ownership_id = self._make_overdue()

            def log(env, lead_id=lead_id):
                followup = env["sales.process.followup"].create(
                    {"lead_id": lead_id, "subject": "Called in the last minute"}
                )
                return followup.counts

            def release(env, ownership_id=ownership_id):
                Release = env["sales.process.release"]
                due = Release._lock_due(10, [ownership_id])
                Release._release(due)

            counts, error = self._race((self.user_ids[0], log), (1, release))
            self.assertIsNone(error)
            with self._environment() as env:
                ownership = env["sales.process.ownership"].browse(ownership_id)
                if counts is True:
                    saved += 1
                    self.assertEqual(ownership.state, "open")
                    self.assertTrue(ownership.date_last_contact)
                    self.assertGreater(ownership.date_deadline, env.cr.now())
                else:
                    self.assertIsInstance(counts, AccessError)
                    self.assertEqual(ownership.state, "ended")
                    self.assertFalse(ownership.followup_ids)
        self.assertLessEqual(saved, ROUNDS)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_same_text_twice_at_once(self):
        """Pasted in two windows it counts once, also where it moves no deadline."""
        lead_id, _ownership_id = self._make_overdue()
        owner_id = self.user_ids[0]
        with self._environment(owner_id) as env:
            last = env["sales.process.followup"].create(
                {"lead_id": lead_id, "subject": "The last contact"}
            )
            earlier = last.date - timedelta(minutes=5)
        for number in range(20):

            def paste(env, number=number):
                followup = env["sales.process.followup"].create(
                    {
                        "lead_id": lead_id,
                        "subject": FollowupCommon._say(number),
                        "date": earlier,
                    }
                )
                return followup.counts

            counts = self._race((owner_id, paste), (owner_id, paste))
            self.assertEqual(sorted(counts), [False, True], number)

    @mute_logger(
        "odoo.sql_db",
        "odoo.service.model",
        "odoo.addons.sales_process_mgmt.models.mail_activity",
    )
    def test_activity_done_twice_at_once(self):
        """Two browser windows, one call: one contact."""
        lead_id, _ownership_id = self._make_overdue()
        with self._environment(self.user_ids[0]) as env:
            activity_id = (
                env["crm.lead"]
                .browse(lead_id)
                .activity_schedule("mail.mail_activity_data_call")
                .id
            )

        def finish(env):
            activity = env["mail.activity"].browse(activity_id)
            activity.action_feedback(feedback="Wants a visit")

        self._race((self.user_ids[0], finish), (self.user_ids[0], finish))
        with self._environment() as env:
            followups = env["crm.lead"].browse(lead_id).process_followup_ids
            self.assertEqual(followups.mapped("counts"), [True])

    @mute_logger("odoo.sql_db")
    def test_activity_that_was_not_finished_is_not_said_to_be(self):
        """What fails of the activity itself is raised, whatever becomes of contact."""
        lead_id, _ownership_id = self._make_overdue()
        with self._environment(self.user_ids[0]) as env:
            lead = env["crm.lead"].browse(lead_id)
            activity_id = lead.activity_schedule("mail.mail_activity_data_call").id
        with (
            self.assertRaises(SerializationFailure),
            self._environment(self.user_ids[0]) as env,
        ):
            activity = env["mail.activity"].browse(activity_id)
            activity.mapped("summary")  # the snapshot is taken here
            with self._environment() as other:
                other["mail.activity"].browse(activity_id).user_id = self.user_ids[1]
            activity.action_feedback(feedback="Wants a visit")
        with self._environment() as env:
            self.assertTrue(env["mail.activity"].browse(activity_id).active)

    @mute_logger("odoo.sql_db", "odoo.service.model")
    def test_same_words_of_two_activities_at_once(self):
        """What is known is asked with the lock: who lost begins again, and sees it."""
        lead_id, _ownership_id = self._make_overdue()
        owner_id = self.user_ids[0]
        # in a request a lost race is raised, and the request is repeated
        request = patch.object(mail_activity, "http", SimpleNamespace(request=True))
        for number in range(10):
            with self._environment(owner_id) as env:
                lead = env["crm.lead"].browse(lead_id)
                ids = [
                    lead.activity_schedule("mail.mail_activity_data_call").id
                    for _window in range(2)
                ]

            def finish(activity_id, env, number=number):
                activity = env["mail.activity"].browse(activity_id)
                activity.action_feedback(feedback=FollowupCommon._say(number))

            with request:
                errors = self._race(*((owner_id, partial(finish, row)) for row in ids))
            self.assertEqual(errors, [None, None], number)
            with self._environment() as env:
                followups = env["sales.process.followup"].search(
                    [("activity_id", "in", ids)]
                )
                self.assertEqual(
                    sorted(followups.mapped(lambda row: row.void_reason or "")),
                    ["", "repeated"],
                    number,
                )
