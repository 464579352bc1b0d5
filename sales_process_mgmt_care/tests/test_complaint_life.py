# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import COMPLAINT, CareCommon

RETRY = "odoo.addons.sales_process_mgmt.models.sales_process_retry"


@tagged("post_install", "-at_install")
class TestComplaintLife(CareCommon):
    """Verdict, customer told, closed, reopened; what is late goes up."""

    def setUp(self):
        super().setUp()
        self.row = self._complain()

    def test_course(self):
        """Four eyes: who decides is the leader, who tells may be the handler."""
        self.row.with_user(self.leader_east).handler_id = self.salesperson_b
        with self.assertRaisesRegex(UserError, "cause"):
            self._answer(
                self.leader_east, self.row, "decide", verdict="justified", text="So"
            )
        self._investigate(self.salesperson_b, self.row, cause="delivery")
        with self.assertRaises(AccessError):
            self._answer(
                self.salesperson_b, self.row, "decide", verdict="justified", text="So"
            )
        with self.assertRaisesRegex(UserError, "verdict comes first"):
            self._answer(self.salesperson_b, self.row, "tell", customer_agrees="yes")
        self._answer(
            self.leader_east, self.row, "decide", verdict="justified", text="So"
        )
        self.assertEqual(self.row.state, "decided")
        self.assertEqual(self.row.decided_by_id, self.leader_east)
        self._answer(self.salesperson_b, self.row, "tell", customer_agrees="yes")
        self.assertEqual(self.row.state, "closed")
        self.assertEqual(self.row.closed_by_id, self.salesperson_b)
        # of a delivery nobody answers by name
        self.assertFalse(self.row.weighs_on_id)
        with self.assertRaisesRegex(UserError, "reopen it first"):
            self.row.with_user(self.leader_east).severity = "minor"

    def test_dialogs_ask(self):
        self._investigate(self.leader_east, self.row)
        for kind, values, sentence in (
            ("decide", {"text": "So"}, "whether it is justified"),
            ("decide", {"verdict": "partly", "text": "  "}, "Write down why"),
            ("tell", {}, "Choose what the customer says"),
        ):
            with self.subTest(kind), self.assertRaisesRegex(UserError, sentence):
                self._answer(self.leader_east, self.row, kind, **values)
        self.assertEqual(self.row.state, "open")

    def test_no_dialog_for_what_nobody_looked_into(self):
        """Refused by the button already, and past it as well."""
        mine = self.row.with_user(self.leader_east)
        dialog = (
            self.env["sales.process.complaint.answer"]
            .with_user(self.leader_east)
            .with_context(default_complaint_id=self.row.id, default_kind="decide")
        )
        for values in (
            {},
            {"cause": "conduct"},
            {"cause": False, "action_taken": "Called"},
            {"cause": "conduct", "action_taken": "  "},
        ):
            mine.write(values)
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "cause and what was done"),
            ):
                mine.action_decide()
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "cause and what was done"),
            ):
                dialog.create({"verdict": "justified", "text": "So"}).action_save()
        self.assertEqual(self.row.state, "open")
        mine.write({"action_taken": "Called"})
        self.assertEqual(mine.action_decide()["target"], "new")

    def test_who_it_counts_for(self):
        for cause, verdict, expected in (
            ("conduct", "justified", self.salesperson_a),
            ("service", "partly", self.salesperson_a),
            ("product", "justified", self.env["res.users"]),
            ("conduct", "unjustified", self.env["res.users"]),
        ):
            with self.subTest(cause=cause, verdict=verdict):
                row = self._complain(description=f"{cause} {verdict}")
                self._investigate(self.leader_east, row, cause=cause)
                self._answer(
                    self.leader_east, row, "decide", verdict=verdict, text="So"
                )
                self._answer(self.leader_east, row, "tell", customer_agrees="unreached")
                self.assertEqual(row.weighs_on_id, expected)
                self.assertEqual(row.customer_agrees, "unreached")

    def test_customer_who_does_not_agree(self):
        self._investigate(self.leader_east, self.row)
        self._answer(
            self.leader_east, self.row, "decide", verdict="unjustified", text="No"
        )
        self._answer(self.leader_east, self.row, "tell", customer_agrees="no")
        self.assertEqual((self.row.state, self.row.customer_agrees), ("open", "no"))
        self.assertFalse(self.row.date_closed)

    def test_reopened_with_the_time_that_was_left(self):
        """Serious, Monday 10:00: 16 hours. Closed on Tuesday at 10:00, eight are used.

        Reopened on Thursday at 8:00: due when eight more have gone, at 17:00.
        """
        self._settle(self.row, moment="2027-03-02 02:00:00")
        self.assertEqual((self.row.hours_left, self.row.customer_agrees), (8, "yes"))
        with self.assertRaises(AccessError):
            self._answer(
                self.salesperson_b, self.row, "reopen", "2027-03-04 00:00:00", text="No"
            )
        self._answer(
            self.leader_east, self.row, "reopen", "2027-03-04 00:00:00", text="Not yet"
        )
        self.assertEqual((self.row.state, self.row.reopen_count), ("open", 1))
        self.assertEqual(self.row.customer_agrees, "no", "not any more")
        self.assertEqual(self.row.date_due, datetime(2027, 3, 4, 9))
        self.assertFalse(self.row.weighs_on_id or self.row.date_closed)
        with self.assertRaisesRegex(UserError, "changed meanwhile"):
            self._answer(
                self.leader_east, self.row, "reopen", "2027-03-04 00:00:00", text="No"
            )

    def test_reopened_until_the_last_second(self):
        self._settle(self.row, moment="2027-03-01 03:00:00")
        until = self.row.date_reopen_until
        self.assertEqual(until, datetime(2027, 3, 15, 3))
        with self.assertRaisesRegex(UserError, "record a new complaint"):
            self._answer(
                self.leader_east,
                self.row,
                "reopen",
                until + timedelta(seconds=1),
                text="Late",
            )
        self._answer(self.leader_east, self.row, "reopen", until, text="In time")
        self.assertEqual(self.row.state, "open")

    def test_what_is_late_goes_up(self):
        """Leader, then who leads from above, then an administrator; once each time."""
        region = self._create_region(self.team_east)
        due = self.row.date_due

        def night(moment):
            before = self._max_message()
            with self._at(moment):
                self.env[COMPLAINT]._process_late()
                self.env.flush_all()
            return before

        night(due)
        self.assertEqual(self.row.decider_id, self.leader_east)
        self.assertFalse(self.row.with_user(region).has_access("read"))
        before = night(due + timedelta(minutes=1))
        self.assertEqual((self.row.decider_id, self.row.escalation), (region, 1))
        self.assertEqual(len(self._messages(region, before)), 1)
        self.assertTrue(self.row.with_user(region).has_access("read"))
        # the promise does not move, and the same run twice does nothing
        self.assertEqual(self.row.date_due, due)
        before = night(due + timedelta(minutes=2))
        self.assertEqual(self.row.escalation, 1)
        self.assertFalse(self._messages(region, before))
        night(self.row.date_escalate + timedelta(minutes=1))
        self.assertIn(self.row.decider_id, self.managers)
        for _number in range(5):
            night(self.row.date_escalate + timedelta(minutes=1))
        self.assertTrue(self.row.decider_id)
        self._settle(self.row, moment="2027-04-01 03:00:00", by=self.director)
        escalation = self.row.escalation
        night("2027-06-01 02:00:00")
        self.assertEqual(self.row.escalation, escalation)

    def test_one_that_fails_stops_no_other_one(self):
        """Who decides about it is told the third time, nobody else."""
        region = self._create_region(self.team_east)
        other = self._complain(name="Broken", description="On arrival.")
        update = type(self.row)._update_decider

        def fail(rows):
            if self.row in rows:
                raise ValueError("poison")
            return update(rows)

        self.patch(type(self.row), "_update_decider", fail)
        due = max(self.row.date_due, other.date_due)
        before = self._max_message()
        for hours in (1, 3, 8):
            with self._at(due + timedelta(hours=hours)), mute_logger(RETRY):
                self.env[COMPLAINT]._process_late()
                self.env.flush_all()
        self.assertEqual((other.decider_id, other.escalation), (region, 1))
        self.assertEqual(
            (self.row.decider_id, self.row.escalation), (self.leader_east, 0)
        )
        said = self._messages(self.leader_east, before)
        self.assertIn("failed three times", "".join(said.mapped("body")))

    def test_reopened_until_in_the_readers_zone(self):
        """The moment of the sentence is on the clock of whoever reads it."""
        self._settle(self.row, moment="2027-03-01 03:00:00")
        with self.assertRaisesRegex(UserError, "03/15/2027 11:00"):
            self._answer(
                self.leader_east, self.row, "reopen", "2027-03-20 03:00:00", text="Late"
            )

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "sales_process_mgmt_care.ir_cron_complaints"
            ).method_direct_trigger()
        self.assertTrue(self.row.exists())

    def test_display(self):
        self.assertEqual(self.row.display_name, f"{self.row.code} Delivered late")
        mine = self.row.with_user(self.leader_east)
        self.assertTrue(mine.can_decide and mine.can_work)
        self.row.with_user(self.leader_east).handler_id = self.salesperson_b
        mine = self.row.with_user(self.salesperson_b)
        self.assertEqual((mine.can_decide, mine.can_work), (False, True))

    def test_two_people_at_once(self):
        """Whoever comes second reads what became of it, and changes nothing."""
        self._investigate(self.leader_east, self.row)
        for _person in range(2):
            self._answer(self.director, self.row, "decide", verdict="partly", text="So")
        self._answer(self.leader_east, self.row, "tell", customer_agrees="yes")
        for kind, values in (
            ("tell", {"customer_agrees": "yes"}),
            ("decide", {"verdict": "unjustified", "text": "No"}),
        ):
            with self.assertRaisesRegex(UserError, "changed meanwhile"):
                self._answer(self.leader_east, self.row, kind, **values)
        self.assertEqual(self.row.verdict, "partly")

    def test_nobody_answers_for_a_stranger(self):
        """A dialog that names a complaint of another team is refused."""
        for user in (self.salesperson_b, self.leader_west, self.salesperson_x):
            Wizard = self.env["sales.process.complaint.answer"].with_user(user)
            for kind in ("decide", "tell", "reopen"):
                values = {
                    "kind": kind,
                    "complaint_id": self.row.id,
                    "verdict": "unjustified",
                    "customer_agrees": "yes",
                    "text": "No",
                }
                with (
                    self.subTest(user=user.name, kind=kind),
                    self.assertRaises(UserError),
                ):
                    Wizard.create(values).action_save()
        self.assertEqual(self.row.state, "open")

    def test_defaults_of_a_client_are_not_believed(self):
        mine = self.row.with_user(self.leader_east).with_context(
            default_state="closed",
            default_against_id=self.salesperson_b.id,
            default_weighs_on_id=self.salesperson_b.id,
        )
        mine.cause = "service"
        self.assertEqual((self.row.state, self.row.against_id.id), ("open", False))
        with self.assertRaises(AccessError):
            mine.copy()
        Complaint = self.env[COMPLAINT].with_user(self.director)
        loaded = Complaint.with_context(default_company_id=self.company.id).load(
            ["name", "company_id/.id"], [["Mine", str(self.company.id)]]
        )
        self.assertFalse(loaded["ids"])
