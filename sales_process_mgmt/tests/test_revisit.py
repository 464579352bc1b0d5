# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.sales_process_revisit_run import RevisitRun
from .common_followup import FollowupCommon
from .common_release import ReleaseCommon
from .test_home import QUERIES, HomeCommon

# Wednesday, noon in Shanghai
NOW = datetime(2027, 3, 10, 4)
TODAY = NOW.date()
DAY = timedelta(days=1)


class RevisitCommon(FollowupCommon, ReleaseCommon):
    """A served customer of salesperson_a, visited each 30 days within 7."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Revisit = cls.env["sales.process.revisit"]
        cls.team_east.process_revisit_days = 30
        cls._age(cls.ownership, start=NOW - 90 * DAY)
        cls._serve(cls.ownership, TODAY)

    @classmethod
    def _serve(cls, ownerships, day):
        ownerships.write({"phase": "served", "date_revisit": day})
        ownerships._update_deadlines()
        cls.env.flush_all()

    def _work(self, moment=NOW):
        """One run of the scheduled action, without its commits."""
        with self._at(moment):
            run = RevisitRun(self.env)
            run.run(lambda select, process: [process(select(1000))])
            self.env.flush_all()
        self.env.invalidate_all()

    def _get(self, ownership=None, state="due"):
        return self.Revisit.search(
            [
                ("ownership_id", "=", (ownership or self.ownership).id),
                ("state", "=", state),
            ]
        )

    def _contact(self, moment=NOW, **values):
        with self._at(moment + timedelta(minutes=5)):
            followup = self._record(moment, **values)
            self.env.flush_all()
        self.env.invalidate_all()
        return followup


@tagged("post_install", "-at_install")
class TestRevisit(RevisitCommon):
    def test_due_and_done_by_any_contact(self):
        """Case 58: a call about something else is the revisit, and the next one is
        counted from the call.
        """
        self._work(NOW - DAY)
        self.assertFalse(self._get())
        self._work()
        revisit = self._get()
        self.assertEqual(revisit.user_id, self.salesperson_a)
        self.assertEqual(
            (revisit.date_due, revisit.date_limit), (TODAY, date(2027, 3, 17))
        )
        self.assertEqual(revisit.activity_id.date_deadline, TODAY)
        self._work(NOW + timedelta(hours=1))
        self.assertEqual(len(self._get()), 1)
        self._contact(NOW + 3 * DAY)
        self.assertEqual((revisit.state, revisit.is_missed), ("done", False))
        self.assertEqual(revisit.date_done, NOW + 3 * DAY)
        self.assertEqual(self.ownership.date_revisit, date(2027, 4, 12))
        activity = revisit.activity_id
        self._work(NOW + 4 * DAY)
        self.assertFalse(activity.exists())
        self.assertFalse(self._get())

    def test_called_before_it_is_due(self):
        self._contact(NOW - DAY)
        self._work()
        self.assertFalse(self._get())
        self.assertEqual(self.ownership.date_revisit, date(2027, 4, 8))

    def test_what_is_entered_late_moves_nothing_back(self):
        self._contact(NOW - DAY)
        with self._at(NOW):
            self._record(NOW - 20 * DAY)
        self.assertEqual(self.ownership.date_revisit, date(2027, 4, 8))

    def test_an_old_contact_entered_alone_moves_nothing_back(self):
        """Who enters a call of long ago is not overdue by it."""
        day = date(2027, 3, 25)
        self._serve(self.ownership, day)
        with self._at(NOW):
            self._record(NOW - 60 * DAY)
            self.env.flush_all()
        self.assertEqual(self.ownership.date_revisit, day)

    def test_channels_that_the_team_allows(self):
        for setting, channel, is_done in (
            ("any", "email", True),
            ("spoken", "email", False),
            ("spoken", "call", True),
            ("visit", "call", False),
            ("visit", "visit", True),
        ):
            with (
                self.subTest(setting=setting, channel=channel),
                self.env.cr.savepoint() as savepoint,
            ):
                self.team_east.process_revisit_channel = setting
                self._work()
                self._contact(NOW + DAY, channel=channel)
                self.assertEqual(bool(self._get(state="done")), is_done)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_contact_that_is_taken_back(self):
        """What the leader does not let count was no revisit: it is due again."""
        self._work()
        revisit = self._get()
        followup = self._contact(NOW + DAY)
        self.assertEqual(revisit.state, "done")
        with self._at(NOW + 2 * DAY):
            followup.with_user(self.leader_east)._void("Nobody was there")
            self.env.flush_all()
        self.assertEqual((revisit.state, revisit.date_done), ("due", False))
        self.assertEqual(self.ownership.date_revisit, TODAY)

    def test_overdue(self):
        """Both sides of the window; a fact, an agenda item, in time by a late entry."""
        self._work()
        revisit = self._get()
        self._work(datetime(2027, 3, 17, 15, 59, 59))
        self.assertFalse(revisit.is_missed)
        late = datetime(2027, 3, 17, 16)
        self._work(late)
        self.assertEqual((revisit.is_missed, revisit.date_missed), (True, late))
        with self._at(late):
            for user, kind in ((self.leader_east, True), (self.salesperson_b, False)):
                for model, name in (
                    ("sales.process.agenda.item", "revisit_overdue"),
                    ("sales.process.fact", "revisit_missed"),
                ):
                    found = (
                        self.env[model].with_user(user).search([("kind", "=", name)])
                    )
                    self.assertEqual(bool(found), kind, model)
        self.assertEqual(found.browse(), found)
        fact = self.env["sales.process.fact"].search([("kind", "=", "revisit_missed")])
        self.assertEqual((fact.res_id, fact.date), (revisit.id, date(2027, 3, 18)))
        # called in time, entered after the window
        with self._at(late + timedelta(hours=1)):
            self._record(late - DAY)
            self.env.flush_all()
        self.assertEqual((revisit.state, revisit.is_missed), ("done", False))

    def test_missed_stays_missed(self):
        self._work()
        self._work(NOW + 9 * DAY)
        revisit = self._get()
        self._contact(NOW + 10 * DAY)
        self.assertEqual((revisit.state, revisit.is_missed), ("done", True))
        self.assertFalse(
            self.env["sales.process.agenda.item"].search(
                [("kind", "=", "revisit_overdue")]
            )
        )

    def test_after_leave_some_a_day(self):
        """Case 59: three weeks away are no pile on the first morning."""
        customers = self.ownership | self._many(self.salesperson_a, 11)
        customers.write({"date_start": NOW - 90 * DAY})
        self._serve(customers, TODAY)
        self._leave(NOW - DAY, NOW + 20 * DAY)
        for days in (0, 10, 19):
            self._work(NOW + days * DAY)
        self.assertFalse(self.Revisit.search([("state", "=", "due")]))
        given = []
        for days in (21, 21, 22, 23, 24):
            self._work(NOW + days * DAY)
            due = self.Revisit.search([("state", "=", "due")])
            given.append(len(due))
        self.assertEqual(given, [5, 5, 10, 12, 12])
        self.assertFalse(any(due.mapped("is_missed")))
        self.assertEqual(set(due.mapped("date_due")), {TODAY})
        self.assertEqual(max(due.mapped("date_limit")), date(2027, 4, 9))

    def _leave(self, start, end, deputy=None):
        return self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson_a.id,
                "date_start": start,
                "date_end": end,
                "deputy_id": deputy and deputy.id,
                "state": "confirmed",
            }
        )

    def test_leave_inside_the_window(self):
        """Days away are added; an absence that is entered later takes the note back."""
        self._work()
        revisit = self._get()
        self._work(NOW + 8 * DAY)
        self.assertTrue(revisit.is_missed)
        self._leave(NOW + DAY, NOW + 4 * DAY)
        self._work(NOW + 8 * DAY + timedelta(hours=1))
        self.assertFalse(revisit.is_missed)
        self._work(NOW + 12 * DAY)
        self.assertTrue(revisit.is_missed)

    def test_deputy(self):
        """By the team's setting the deputy visits, and the owner again when back."""
        self._leave(NOW - DAY, NOW + 3 * DAY, self.salesperson_b)
        self._work()
        self.assertFalse(self._get())
        self.team_east.process_revisit_deputy = True
        self._work()
        revisit = self._get()
        self.assertEqual(revisit.user_id, self.salesperson_b)
        self.assertEqual(revisit.activity_id.user_id, self.salesperson_b)
        self.assertIn(self.salesperson_b, self.ownership.collaborator_ids)
        self.assertTrue(revisit.with_user(self.salesperson_b).has_access("read"))
        with self.env.cr.savepoint() as savepoint:
            self._contact(NOW + DAY, user=self.salesperson_b)
            self.assertEqual(revisit.state, "done")
            savepoint.rollback()
        self.env.invalidate_all()
        self._work(NOW + 4 * DAY)
        self.assertEqual(revisit.user_id, self.salesperson_a)
        with self._at(NOW + 4 * DAY):
            self.env["sales.process.absence"]._process_deputies()
        self.assertNotIn(self.salesperson_b, self.ownership.collaborator_ids)

    def test_deputy_who_is_away(self):
        self.team_east.process_revisit_deputy = True
        self._leave(NOW - DAY, NOW + 3 * DAY, self.salesperson_b)
        self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson_b.id,
                "date_start": NOW - DAY,
                "date_end": NOW + DAY,
                "state": "confirmed",
            }
        )
        self._work()
        self.assertFalse(self._get())
        self._work(NOW + 2 * DAY)
        self.assertEqual(self._get().user_id, self.salesperson_b)

    def test_never(self):
        """Case 61: not to be contacted is not visited, and what is due is dropped."""
        with self.env.cr.savepoint() as savepoint:
            self.ownership.is_frozen = True
            self._work()
            self.assertFalse(self._get())
            savepoint.rollback()
        self.env.invalidate_all()
        self._work()
        revisit = self._get()
        with self._at(NOW):
            self.ownership.with_user(self.leader_east).action_freeze()
        self.assertEqual(revisit.state, "dropped")
        self._work(NOW + 20 * DAY)
        self.assertFalse(revisit.is_missed)
        self.assertFalse(revisit.activity_id)

    def test_asks_again_and_goes_to_another(self):
        for act in (
            self.ownership._pursue_again,
            lambda: self.ownership._hand_over(
                {self.ownership: self.salesperson_b}, "transfer", "transferred"
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                self._work()
                revisit = self._get()
                with self._at(NOW):
                    act()
                self._work(NOW + timedelta(hours=1))
                self.assertEqual(revisit.state, "dropped")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_won_again_moves_nothing(self):
        """A lead that is reopened and won again is no contact."""
        self._contact(NOW - 10 * DAY)
        with self._at(NOW):
            self.ownership._pursue_again()
            self.assertFalse(self.ownership.date_revisit)
            self.ownership._serve("paid")
        self.assertEqual(self.ownership.date_revisit, TODAY + 20 * DAY)
        with self._at(NOW + 40 * DAY):
            self.ownership._serve("paid")
        self.assertEqual(self.ownership.date_revisit, TODAY + 41 * DAY)

    def test_another_cycle(self):
        """Nobody is due tonight who was not; who is due stays so."""
        self.ownership.date_revisit = TODAY + 20 * DAY
        with self._at(NOW):
            self.ownership.date_last_contact = NOW - 15 * DAY
            self.team_east.with_user(self.director).process_revisit_days = 10
            self.assertEqual(self.ownership.date_revisit, TODAY + DAY)
            self.team_east.process_revisit_days = 40
            self.assertEqual(self.ownership.date_revisit, date(2027, 4, 4))
            self.team_east.process_revisit_days = 0
            self.assertFalse(self.ownership.date_revisit)
            grade = self.env["sales.process.customer.grade"].create(
                {"name": "A", "revisit_days": 20}
            )
            self.ownership.partner_id = self.env["res.partner"].create({"name": "Acme"})
            self.ownership.partner_id.process_grade_id = grade
            self.assertEqual(self.ownership.date_revisit, TODAY + 5 * DAY)
            grade.revisit_days = 30
            self.assertEqual(self.ownership.date_revisit, TODAY + 15 * DAY)

    def test_merged(self):
        """Case 60: of two days the earlier one stays."""
        other = self._customer(self.salesperson_a)
        self._serve(other, TODAY - 3 * DAY)
        with self._at(NOW):
            self.ownership._absorb(other)
        self.assertEqual(self.ownership.date_revisit, TODAY - 3 * DAY)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_who_reads(self):
        self._work()
        revisit = self._get()
        for user, reads in (
            (self.salesperson_a, True),
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_b, False),
            (self.leader_west, False),
            (self.salesperson_x, False),
        ):
            with self.subTest(user=user.login):
                own = revisit.with_user(user)
                self.assertIs(own.has_access("read"), reads)
                if reads:
                    action = own.action_open_customer()
                    self.assertEqual(action["res_id"], self.ownership.id)
                else:
                    with self.assertRaises(AccessError):
                        own.action_open_customer()
                    with self.assertRaises(AccessError):
                        own.action_log_followup()
                with self.assertRaises(AccessError):
                    own.state = "done"

    def test_a_contact_with_a_prospect_asks_nothing(self):
        """Served customers alone cost queries."""
        with self._at(NOW):
            rows = self._many(self.salesperson_a, 3)
            self.env.flush_all()
            self.assertEqual(
                self._count_queries(
                    lambda: (
                        self.Revisit._follow_contacts(rows)
                        if rows.fetch(["phase", "state"]) is None
                        else None
                    )
                ),
                1,
            )


@tagged("post_install", "-at_install")
class TestRevisitsAtHome(HomeCommon, RevisitCommon):
    def test_block(self):
        with self._at(NOW):
            home = self._get_home(self.salesperson_a)
            self.assertFalse(self._get_block(home, "todo"))
        self._work()
        with self._at(NOW):
            home = self._get_home(self.salesperson_a)
            [row] = self._get_block(home, "todo")["rows"]
            self.assertEqual(row["title"], self.ownership.name)
            self.assertFalse(row["tone"])
            self.assertFalse(
                self._get_block(self._get_home(self.salesperson_b), "todo")
            )
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._get_home(self.salesperson_a)
            self.assertLessEqual(self.env.cr.sql_log_count - before, QUERIES)
        self._work(NOW + 9 * DAY)
        with self._at(NOW + 9 * DAY):
            home = self._get_home(self.salesperson_a)
            [row] = self._get_block(home, "todo")["rows"]
            self.assertEqual(row["tone"], "danger")
