# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.models import (
    sales_process_release_run,
    sales_process_retry,
)

from .common_release import ReleaseCommon

NOW = datetime(2027, 3, 9, 2)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class ReleaseRulesCommon(ReleaseCommon):
    """One customer of salesperson_a, made a week before now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.salesperson_a)
        cls.lead = cls.customer.lead_ids
        cls.customer.write({"date_start": NOW - 8 * DAY, "date_deadline": NOW + DAY})
        cls.env.flush_all()

    def _night(self, moment=NOW):
        """One run of the release at a moment, without its commits."""
        with self._at(moment):
            self.Release._release(self.Release._lock_due(1000))
            self.env.flush_all()
        self.env.invalidate_all()

    def _on_duty(self, *users, moment=NOW, team=None):
        return self.env["sales.process.duty"].create(
            [
                {
                    "team_id": (team or self.team_east).id,
                    "user_id": user.id,
                    "date_start": moment - HOUR,
                    "date_end": moment + 8 * HOUR,
                }
                for user in users
            ]
        )


@tagged("post_install", "-at_install")
class TestWhatIsDue(ReleaseRulesCommon):
    """Which customers the release takes: each condition from both its sides."""

    def _is_due(self, team_values=None, **values):
        with self.env.cr.savepoint() as savepoint, self._at(NOW):
            self.customer.write({"date_deadline": NOW - SECOND, **values})
            self.customer.team_id.write(team_values or {})
            found = self.customer in self.Release._lock_due(1000)
            savepoint.rollback()
        self.env.invalidate_all()
        return found

    def test_customer(self):
        for values, is_due in (
            ({}, True),
            ({"date_deadline": NOW}, False),
            ({"date_deadline": False}, False),
            ({"date_deadline": False, "has_owner_left": True}, True),
            ({"date_deadline": NOW + DAY, "has_owner_left": True}, True),
            ({"is_held": True}, True),
            ({"is_held": True, "date_held_until": NOW}, True),
            ({"is_held": True, "date_held_until": NOW + SECOND}, False),
            ({"date_held_until": NOW + SECOND}, True),
            ({"release_failure_count": 2}, True),
            ({"release_failure_count": 3}, False),
            ({"date_observed": NOW - SECOND}, True),
        ):
            with self.subTest(values=values):
                self.assertEqual(self._is_due(**values), is_due)

    def test_team(self):
        for values, is_due in (
            ({"process_mode": "enforce"}, True),
            ({"process_mode": "observe"}, True),
            ({"process_mode": "off"}, False),
            ({"process_date_release_from": NOW}, True),
            ({"process_date_release_from": NOW + SECOND}, False),
        ):
            with self.subTest(values=values):
                self.assertEqual(self._is_due(values), is_due)

    def test_observed_once_for_each_deadline(self):
        observe = {"process_mode": "observe"}
        start = self.customer.date_start
        for values, is_due in (
            ({"date_observed": NOW - SECOND}, False),
            ({"date_observed": NOW - DAY}, True),
            # an owner who has left has no deadline: once for the period
            (
                {
                    "date_deadline": False,
                    "has_owner_left": True,
                    "date_observed": start,
                },
                False,
            ),
            (
                {
                    "date_deadline": False,
                    "has_owner_left": True,
                    "date_observed": start - SECOND,
                },
                True,
            ),
        ):
            with self.subTest(values=values):
                self.assertEqual(self._is_due(observe, **values), is_due)

    def test_handover_that_is_open(self):
        """Of this person in this team: who has left is left to it, not the deadline."""
        left = {"has_owner_left": True, "date_deadline": NOW + DAY}
        values = {"team_id": self.team_east.id, "user_id": self.salesperson_a.id}
        for other, state, is_due in (
            ({}, "draft", False),
            ({}, "confirm", False),
            ({}, "done", True),
            ({}, "cancelled", True),
            ({"user_id": self.salesperson_b.id}, "draft", True),
            ({"team_id": self.team_west.id}, "draft", True),
        ):
            handover = self.env["sales.process.handover"].create({**values, **other})
            handover.sudo().state = state
            with self.subTest(other=other, state=state):
                self.assertEqual(self._is_due(**left), is_due)
                self.assertTrue(self._is_due(has_owner_left=True))
            handover.state = "cancelled"
            handover.unlink()

    def test_order_limit_and_choice(self):
        """The oldest deadline first, then the older customer; those of a choice."""
        with self._at(NOW - 8 * DAY):
            rows = self._many(self.salesperson_a, 3)
        first, second, third = rows
        first.date_deadline = NOW - HOUR
        (second | third).write({"date_deadline": NOW - 2 * HOUR})
        with self._at(NOW):
            for args, found in (
                ({"limit": 9}, [second, third, first]),
                ({"limit": 2}, [second, third]),
                ({"limit": 9, "without": second.ids}, [third, first]),
                ({"limit": 9, "ids": (first | second).ids}, [second, first]),
                (
                    {"limit": 9, "ids": rows.ids, "without": third.ids},
                    [second, first],
                ),
            ):
                with self.subTest(args=args):
                    self.assertEqual(list(self.Release._lock_due(**args)), found)


@tagged("post_install", "-at_install")
class TestWhatWaits(ReleaseRulesCommon):
    """Customers in the pool that go out with the next shift."""

    def test_conditions(self):
        pooled = self.customer._hand_over(
            {self.customer: self.env["res.users"]}, "release", "expired"
        )[self.customer]
        self._on_duty(self.salesperson_b)
        with self._at(NOW):
            for values, waits in (
                ({}, True),
                ({"awaits_duty": False}, False),
                ({"is_frozen": True}, False),
                ({"is_dormant": True}, False),
                ({"release_failure_count": 3}, False),
            ):
                with self.env.cr.savepoint() as savepoint, self.subTest(values=values):
                    pooled.write({"awaits_duty": True, **values})
                    self.assertEqual(pooled in self.Release._lock_waiting(1000), waits)
                    savepoint.rollback()
                self.env.invalidate_all()
            pooled.awaits_duty = True
            for after, found in ((pooled.id - 1, True), (pooled.id, False)):
                self.assertEqual(
                    pooled in self.Release._lock_waiting(1000, after), found
                )
            self.assertEqual(
                self.Release._lock_waiting(1000, pooled.id, ids=pooled.ids), pooled
            )

    def test_team_without_anybody_on_duty(self):
        pooled = self.customer._hand_over(
            {self.customer: self.env["res.users"]}, "release", "expired"
        )[self.customer]
        pooled.awaits_duty = True
        self._on_duty(self.salesperson_d, team=self.team_west)
        with self._at(NOW):
            self.assertFalse(self.Release._lock_waiting(1000))
            shift = self._on_duty(self.salesperson_b)
            self.assertEqual(self.Release._lock_waiting(1000), pooled)
            self.team_east.process_mode = "observe"
            self.assertFalse(self.Release._lock_waiting(1000))
            self.team_east.process_mode = "enforce"
            shift.state = "cancelled"
            self.assertFalse(self.Release._lock_waiting(1000))

    def test_handed_out(self):
        """To whoever may have it: assigned, counted where it was released."""
        self.customer.date_deadline = NOW - SECOND
        self._night()
        pooled = self.customer.next_ids
        self.assertEqual((pooled.state, pooled.awaits_duty), ("pool", True))
        self._on_duty(self.salesperson_a)
        with self._at(NOW):
            self.Release._hand_out_waiting(self.Release._lock_waiting(1000))
            self.assertEqual(
                pooled.state, "pool", "The owner before is in the cool-down"
            )
            self._on_duty(self.salesperson_b)
            self.Release._hand_out_waiting(self.Release._lock_waiting(1000))
        given = pooled.next_ids
        self.assertEqual((given.user_id, given.origin), (self.salesperson_b, "release"))
        line = self._runs().line_ids.filtered(lambda row: row.outcome == "assigned")
        self.assertEqual((line.ownership_id, line.successor_id), (pooled, given))
        self.assertEqual(line.new_user_id, self.salesperson_b)
        self.assertFalse(line.user_id)


@tagged("post_install", "-at_install")
class TestServedTime(ReleaseRulesCommon):
    """A customer that has paid is free after its last day, where the owner is."""

    def test_last_day(self):
        self.team_east.write(
            {"process_served_policy": "limited", "process_served_days": 30}
        )
        with self._at(NOW - 8 * DAY):
            self.lead.action_set_won()
        self.assertEqual(self.customer.phase, "served")
        self.customer.date_served_until = date(2027, 3, 9)
        for zone, end in (
            ("Asia/Shanghai", datetime(2027, 3, 9, 16)),
            ("America/New_York", datetime(2027, 3, 10, 5)),
            ("Pacific/Kiritimati", datetime(2027, 3, 9, 10)),
        ):
            self.salesperson_a.tz = zone
            for moment, is_over in ((end - SECOND, False), (end, True)):
                with self.subTest(zone=zone, moment=moment), self._at(moment):
                    rows = self.Release._lock_served(1000) & self.customer
                    self.assertEqual(
                        bool(rows.filtered(self.Release._is_served_time_over)), is_over
                    )
        with self._at(datetime(2027, 3, 9, 10)):
            self.Release._end_served(self.Release._lock_served(1000))
        self.assertEqual(self.customer.state, "ended")
        self.assertEqual(self.customer.end_reason, "paid")

    def test_conditions(self):
        with self._at(NOW - 8 * DAY):
            self.lead.action_set_won()
        for values, team, found in (
            ({}, {}, True),
            ({"phase": "pursuing"}, {}, False),
            ({"date_served_until": False}, {}, False),
            ({"date_served_until": date(2027, 3, 10)}, {}, False),
            ({}, {"process_mode": "observe"}, False),
        ):
            with (
                self.subTest(values=values, team=team),
                self._at(NOW),
                self.env.cr.savepoint() as savepoint,
            ):
                self.customer.write({"date_served_until": date(2027, 3, 9), **values})
                self.team_east.write(team)
                self.assertEqual(
                    self.customer in self.Release._lock_served(1000), found
                )
                savepoint.rollback()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestWhereItGoes(ReleaseRulesCommon):
    """On duty, in the pool, to the next shift, to rest: by the rules of the team."""

    def test_destinations(self):
        """Duty or pool, somebody there or not, frozen, let go too often."""
        for values, team, shift, state, outcome, waits, rests in (
            ({}, {}, True, "open", "handed_over", False, False),
            ({}, {}, False, "pool", "waiting", True, False),
            ({}, {"process_release_to": "pool"}, True, "pool", "pool", False, False),
            ({"is_frozen": True}, {}, True, "pool", "pool", False, False),
            ({"lapse_count": 1}, {}, True, "open", "handed_over", False, False),
            ({"lapse_count": 2}, {}, True, "pool", "pool", False, True),
            ({"lapse_count": 3}, {}, True, "pool", "pool", False, True),
            (
                {"lapse_count": 9},
                {"process_carousel_limit": 0},
                True,
                "open",
                "handed_over",
                False,
                False,
            ),
            # of somebody who has left nobody lets a customer go
            (
                {"lapse_count": 2, "has_owner_left": True},
                {},
                True,
                "open",
                "handed_over",
                False,
                False,
            ),
        ):
            with (
                self.subTest(values=values, team=team, shift=shift),
                self.env.cr.savepoint() as savepoint,
            ):
                if shift:
                    self._on_duty(self.salesperson_b)
                self.team_east.write(team)
                self.customer.write({"date_deadline": NOW - SECOND, **values})
                self._night()
                after = self.customer.next_ids
                self.assertEqual(
                    (after.state, after.awaits_duty, after.is_dormant),
                    (state, waits, rests),
                )
                line = self._runs().line_ids
                self.assertEqual(line.outcome, outcome)
                self.assertEqual(line.user_id, self.salesperson_a)
                self.assertEqual(line.successor_id, after)
                self.assertEqual(line.date_deadline, NOW - SECOND)
                self.assertEqual(
                    line.note,
                    "The owner has left." if "has_owner_left" in values else False,
                )
                savepoint.rollback()
            self.env.invalidate_all()

    def test_pool_of_another_team(self):
        """What waits for a shift stays; what nobody waits for goes to the pool."""
        self.team_east.process_pool_team_id = self.team_west
        for receivers, team in (
            ("duty", self.team_east),
            ("pool", self.team_west),
        ):
            with self.env.cr.savepoint() as savepoint:
                self.team_east.process_release_to = receivers
                self.customer.date_deadline = NOW - SECOND
                self._night()
                self.assertEqual(self.customer.next_ids.team_id, team, receivers)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_observed(self):
        """Who would have received it is written down, nothing is taken."""
        self.team_east.process_mode = "observe"
        self._on_duty(self.salesperson_b)
        self.customer.date_deadline = NOW - SECOND
        self._night()
        self._night()
        self.assertEqual(self.customer.state, "open")
        self.assertEqual(self.customer.date_observed, NOW - SECOND)
        line = self._runs().line_ids
        self.assertEqual(
            (line.outcome, line.new_user_id, line.successor_id.id),
            ("observed", self.salesperson_b, False),
        )
        # another deadline is another time
        self.customer.date_deadline = NOW - SECOND / 2 + HOUR
        self._night(NOW + 2 * HOUR)
        self.assertEqual(len(self._runs().line_ids), 2)

    def test_excused(self):
        """Away in the night or since the deadline: it is not counted against one."""
        deadline = NOW - 2 * DAY
        for start, end, is_excused in (
            (deadline - 9 * DAY, deadline - SECOND, False),
            (deadline - 9 * DAY, deadline, True),
            (deadline + HOUR, deadline + DAY, True),
            (NOW, NOW + DAY, True),
            (NOW + SECOND, NOW + DAY, False),
        ):
            with (
                self.subTest(start=start, end=end),
                self.env.cr.savepoint() as savepoint,
            ):
                with self._at(deadline - 9 * DAY):
                    self.env["sales.process.absence"].with_user(
                        self.leader_east
                    ).create(
                        {
                            "user_id": self.salesperson_a.id,
                            "date_start": start,
                            "date_end": end,
                        }
                    )
                self.customer.write({"date_deadline": deadline})
                self._night()
                self.assertEqual(self.customer.is_excused, is_excused)
                self.assertEqual(
                    self.customer.next_ids.lapse_count, int(not is_excused)
                )
                savepoint.rollback()
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestRunGoesOn(ReleaseRulesCommon):
    """A run of a team goes on until people have been told of it."""

    def test_which_run_is_continued(self):
        Run = self.env["sales.process.release.run"]
        for values, is_found in (
            ({}, True),
            ({"state": "held"}, True),
            ({"is_told": True}, False),
            ({"state": "undone"}, False),
            ({"mode": "preview"}, False),
            ({"team_id": self.team_west.id}, False),
        ):
            run = Run.create(
                {"team_id": self.team_east.id, "mode": "enforce", **values}
            )
            with self.subTest(values=values):
                self.assertEqual(
                    Run._find_running(self.team_east, "enforce"),
                    run if is_found else Run,
                )
            run.unlink()

    def test_the_first_one_goes_on(self):
        Run = self.env["sales.process.release.run"]
        first = Run.create({"team_id": self.team_east.id, "mode": "enforce"})
        Run.create({"team_id": self.team_east.id, "mode": "enforce"})
        self.assertEqual(Run._find_running(self.team_east, "enforce"), first)

    def test_decision_of_the_leader_stands_alone(self):
        line = self.Release._prepare_line(self.customer, "pool")
        first = self.Release._record_lines(self.team_east, "enforce", [line])
        alone = self.Release._record_lines(
            self.team_east, "enforce", [line], alone=True
        )
        again = self.Release._record_lines(
            self.team_east, "enforce", [line], state="held"
        )
        self.assertEqual(again, first)
        self.assertNotEqual(alone, first)
        self.assertEqual((first.state, alone.state), ("held", "done"))
        self.assertEqual((len(first.line_ids), len(alone.line_ids)), (2, 1))
        # one that is held stays so, whatever is added
        self.Release._record_lines(self.team_east, "enforce", [line])
        self.assertEqual(first.state, "held")

    def test_counts(self):
        run = self.env["sales.process.release.run"].create(
            {"team_id": self.team_east.id, "mode": "enforce"}
        )
        counts = {
            "handed_over": 1,
            "pool": 2,
            "waiting": 3,
            "held": 4,
            "went": 5,
            "kept": 1,
            "assigned": 2,
            "observed": 1,
            "failed": 1,
        }
        self.env["sales.process.release.line"].create(
            [
                {
                    "run_id": run.id,
                    "ownership_id": self.customer.id,
                    "outcome": outcome,
                }
                for outcome, count in counts.items()
                for _row in range(count)
            ]
        )
        self.assertEqual(
            (run.line_count, run.released_count, run.held_count), (13, 6, 4)
        )

    def test_name_is_the_reader_s_day(self):
        run = self.env["sales.process.release.run"].create(
            {
                "team_id": self.team_east.id,
                "mode": "enforce",
                "date": datetime(2027, 3, 8, 16),
            }
        )
        for zone, name in (
            ("Asia/Shanghai", "Team East 2027-03-09"),
            ("America/New_York", "Team East 2027-03-08"),
        ):
            self.assertEqual(run.with_context(tz=zone).name, name)

    def test_held_customer_that_goes_or_stays(self):
        """The line of the night says what became of it; the last one closes the run."""
        with self._at(NOW - 8 * DAY):
            rows = self._many(self.salesperson_a, 2)
        run = self.Release._record_lines(
            self.team_east,
            "enforce",
            [self.Release._prepare_line(row, "held") for row in rows],
            state="held",
        )
        other = self.Release._record_lines(
            self.team_east,
            "enforce",
            [self.Release._prepare_line(self.customer, "held")],
            state="held",
            alone=True,
        )
        self.Release._settle_held(rows[0], "went")
        self.assertEqual((run.state, run.held_count), ("held", 1))
        self.Release._settle_held(rows[0], "kept")
        self.assertEqual(run.line_ids.mapped("outcome"), ["went", "held"])
        self.Release._settle_held(rows[1], "kept")
        self.assertEqual((run.state, run.held_count), ("done", 0))
        self.assertEqual(other.state, "held")


@tagged("post_install", "-at_install")
class TestWhoIsToldOfARelease(ReleaseRulesCommon):
    """Each person once a run: what one received, lost, or has to decide."""

    def _line(self, run, outcome, owner=None, new=None, **values):
        return self.env["sales.process.release.line"].create(
            {
                "run_id": run.id,
                "ownership_id": self.customer.id,
                "successor_id": self.customer.id,
                "outcome": outcome,
                "user_id": (owner or self.env["res.users"]).id,
                "new_user_id": (new or self.env["res.users"]).id,
                **values,
            }
        )

    def _run_of(self, mode="enforce", **values):
        return self.env["sales.process.release.run"].create(
            {"team_id": self.team_east.id, "mode": mode, **values}
        )

    def test_outcomes(self):
        a, b = self.salesperson_a, self.salesperson_b
        lost = "Your customers that were released: 1"
        received = "Customers handed to you: 1"
        for outcome, owner, new, told in (
            ("handed_over", a, b, {a: lost, b: received}),
            ("pool", a, None, {a: lost}),
            (
                "waiting",
                a,
                None,
                {
                    a: lost,
                    self.leader_east: "Nobody on duty in Team East, customers that "
                    "wait for the next shift: 1",
                },
            ),
            ("waiting", None, None, {self.leader_east: "Nobody on duty"}),
            ("assigned", None, b, {b: received}),
            ("held", a, None, {self.leader_east: "Held back in"}),
            (
                "failed",
                a,
                None,
                {self.leader_east: "that could not be released: 1"},
            ),
            ("went", a, None, {}),
            ("kept", a, None, {}),
        ):
            with (
                self.subTest(outcome=outcome),
                self.env.cr.savepoint() as savepoint,
            ):
                run = self._run_of()
                self._line(run, outcome, owner, new)
                run._tell()
                self.assertTrue(run.is_told)
                for user in (a, b, self.leader_east, self.leader_west):
                    messages = self._messages_to(user)
                    if user in told:
                        self.assertIn(told[user], messages.subject)
                    else:
                        self.assertFalse(messages, user.login)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_modes(self):
        """What is only observed tells nobody; a preview tells the leader."""
        for mode, subject in (
            ("observe", None),
            ("preview", "Customers of Team East that will be released from now: 1"),
        ):
            run = self._run_of(mode)
            self._line(run, "observed", self.salesperson_a)
            run._tell()
            self.assertFalse(self._messages_to(self.salesperson_a))
            told = self._messages_to(self.leader_east)
            self.assertEqual(told.subject if told else None, subject)

    def test_groups(self):
        """By person and kind over all runs; what a leader decides, by run."""
        a, b = self.salesperson_a, self.salesperson_b
        first, second = self._run_of(), self._run_of()
        observed = self._run_of("observe")
        lines = [
            self._line(run, outcome, owner, new)
            for run, outcome, owner, new in (
                (first, "handed_over", a, b),
                (second, "handed_over", a, b),
                (first, "held", a, None),
                (second, "held", a, None),
                (first, "pool", None, None),
                (first, "went", a, None),
                (observed, "observed", a, None),
            )
        ]
        none, leader = first.browse(), self.leader_east
        people = {
            (b, "received", none): lines[0] | lines[1],
            (a, "lost", none): lines[0] | lines[1],
        }
        leaders = {
            (leader, "held", first): lines[2],
            (leader, "held", second): lines[3],
        }
        runs = first | second | observed
        self.assertEqual(runs._group_lines(), {**people, **leaders})
        self.assertEqual(observed._group_lines(), {})
        self.assertEqual(none._group_lines(), {})
        with patch.object(
            type(self.team_east), "_get_leaders", return_value=a.browse()
        ):
            self.assertEqual(runs._group_lines(), people, "nobody decides")
            runs._tell()
        self.assertEqual(runs.mapped("is_told"), [True] * 3)
        self.assertFalse(self._messages_to(leader))
        self.assertEqual(len(self._messages_to(a)), 1)

    def test_preview_names_the_moment(self):
        """In the zone of who reads."""
        self.leader_east.tz = "America/New_York"
        self.team_east.process_date_release_from = datetime(2027, 3, 9, 16)
        run = self._run_of("preview")
        self._line(run, "observed", self.salesperson_a)
        run._tell()
        subject = self._messages_to(self.leader_east).subject
        self.assertRegex(subject, r"released from 3/9/27, 11:00\sAM: 1")

    def test_one_message_of_several_runs(self):
        """Both teams of a leader, what was lost and received: one message each."""
        self.team_west.user_id = self.leader_east
        first, second = self._run_of(), self._run_of(team_id=self.team_west.id)
        self._line(first, "handed_over", self.salesperson_a, self.salesperson_b)
        self._line(second, "handed_over", self.salesperson_b, self.salesperson_a)
        self._line(first, "held", self.salesperson_a)
        self._line(second, "held", self.salesperson_b)
        (first | second)._tell()
        for user, parts in (
            (self.salesperson_a, 2),
            (self.salesperson_b, 2),
            (self.leader_east, 2),
        ):
            message = self._messages_to(user)
            self.assertEqual(len(message), 1)
            self.assertEqual(len(message.subject.split("; ")), parts)
            self.assertEqual(message.body.count("<ul>"), parts)

    def test_who_has_left_is_not_told(self):
        self.salesperson_a.active = False
        self.leader_east.active = False
        run = self._run_of()
        self._line(run, "waiting", self.salesperson_a)
        run._tell()
        self.assertFalse(self._messages_to(self.salesperson_a))
        self.assertFalse(self._messages_to(self.leader_east))
        self.assertTrue(run.is_told)

    @mute_logger(sales_process_retry.__name__)
    def test_one_who_cannot_be_told(self):
        """The others are, and it is not tried again."""
        run = self._run_of()
        self._line(run, "handed_over", self.salesperson_a, self.salesperson_b)
        Notice = type(self.env["sales.process.notice"])
        tell = Notice._tell

        def fail(notice, users, *args, **values):
            if users == self.salesperson_a:
                raise ValueError("no mailbox")
            return tell(notice, users, *args, **values)

        self.patch(Notice, "_tell", fail)
        run._tell()
        self.assertTrue(run.is_told)
        self.assertFalse(self._messages_to(self.salesperson_a))
        self.assertEqual(len(self._messages_to(self.salesperson_b)), 1)

    def test_long_lists_are_counted(self):
        self.patch(sales_process_release_run, "NAMED_CUSTOMERS", 2)
        for count, more in ((2, False), (3, True)):
            run = self._run_of()
            for _row in range(count):
                self._line(run, "pool", self.salesperson_a)
            run._tell()
            message = self._messages_to(self.salesperson_a)[0]
            self.assertEqual(message.body.count("<li>"), 2 + more)
            self.assertEqual("and 1 more" in message.body, more)
            self.assertIn(f"released: {count}", message.subject)

    def test_lines(self):
        """The customer, linked, and what matters about it to this reader."""
        b = self.salesperson_b
        for kind, values, detail in (
            ("received", {"owner": self.salesperson_a, "new": b}, "from Salesperson A"),
            ("received", {"new": b}, None),
            ("lost", {"owner": self.salesperson_a, "new": b}, "to Salesperson B"),
            ("lost", {"owner": self.salesperson_a}, "to the pool"),
            ("failed", {"owner": self.salesperson_a, "note": "Poison"}, "Poison"),
            ("held", {"owner": self.salesperson_a}, "Salesperson A"),
            ("waiting", {}, None),
        ):
            line = self._line(self._run_of(), "pool", **values)
            (item,) = line._get_message_items(kind)
            with self.subTest(kind=kind, detail=detail):
                link, _end, text = item.partition("</a>")
                self.assertEqual(text, f" ({detail})" if detail else "")
                self.assertIn(f"data-oe-id='{self.customer.id}'", link)
                self.assertIn(self.customer.name, link)

    def test_untold_runs_are_told_later(self):
        """A run that was killed before: whoever comes next tells of it, once."""
        run = self._run_of()
        self._line(run, "pool", self.salesperson_a)
        Run = self.env["sales.process.release.run"]
        Run._process_untold()
        Run._process_untold()
        self.assertEqual(len(self._messages_to(self.salesperson_a)), 1)


@tagged("post_install", "-at_install")
class TestLeaderDecides(ReleaseRulesCommon):
    """What is held goes, or gets a fresh period; what went comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_east.process_release_ceiling_percent = 10
        cls.held = cls._many(cls.salesperson_a, 2) | cls.customer
        cls.held.write({"date_start": NOW - 8 * DAY, "date_deadline": NOW - HOUR})
        cls.env.flush_all()

    def _hold(self):
        self._night()
        return self._runs()

    def test_who_may(self):
        run = self._hold()
        for user in (self.salesperson_a, self.leader_west, self.salesperson_x):
            for button in ("action_release_held", "action_fresh_period", "action_undo"):
                with self.assertRaises(AccessError):
                    getattr(run.with_user(user), button)()
        for user, may in (
            (self.leader_east, True),
            (self.director, True),
            (self.leader_west, False),
        ):
            self.assertIs(run.with_user(user).sudo().can_lead, may)

    def test_released_at_once(self):
        run = self._hold().with_user(self.leader_east)
        held = self.held.filtered("is_held")
        self.assertEqual(len(held), 2)
        with self._at(NOW + HOUR):
            action = run.action_release_held()
        alone = run.browse(action["res_id"])
        self.assertNotEqual(alone, run)
        self.assertTrue(alone.sudo().is_told)
        self.assertEqual(alone.sudo().line_ids.ownership_id, held)
        self.assertEqual((run.state, run.held_count), ("done", 0))
        self.assertEqual(set(held.mapped("state")), {"ended"})
        # a second press finds nobody who waits, and says so
        with self._at(NOW + HOUR):
            again = run.action_release_held()
        self.assertEqual(again["tag"], "display_notification")
        self.assertIn("waits any more", again["params"]["message"])

    def test_those_who_were_contacted_do_not_wait(self):
        """Held again later, by another deadline, is no matter of this run."""
        run = self._hold().with_user(self.leader_east)
        held = self.held.filtered("is_held")
        held[0].date_deadline = NOW + 9 * DAY
        with self._at(NOW + HOUR):
            run.action_release_held()
        self.assertEqual(held.mapped("state"), ["open", "ended"])

    def test_fresh_period(self):
        run = self._hold().with_user(self.leader_east)
        held = self.held.filtered("is_held")
        with self._at(NOW + HOUR):
            action = run.action_fresh_period()
        self.assertEqual(action["tag"], "soft_reload")
        self.assertEqual(run.state, "done")
        for row in held:
            self.assertEqual(row.date_deadline, datetime(2027, 3, 16, 15, 59, 59))
            self.assertFalse(row.is_held)

    def test_fresh_period_of_who_has_left(self):
        """They have nobody to contact them: released, or handed over."""
        run = self._hold().with_user(self.leader_east)
        held = self.held.filtered("is_held")
        held[0].has_owner_left = True
        with self._at(NOW + HOUR):
            run.action_fresh_period()
        self.assertEqual(held.mapped("is_held"), [True, False])
        self.assertEqual(run.state, "held")
        with self._at(NOW + HOUR), self.assertRaisesRegex(UserError, "have left"):
            run.action_fresh_period()

    def test_undone(self):
        """Everything comes back as if nobody had let it go, with a fresh clock."""
        self.team_east.write(
            {"process_release_ceiling_percent": 0, "process_carousel_limit": 2}
        )
        self._on_duty(self.salesperson_b)
        self.held[0].lapse_count = 1
        run = self._hold().with_user(self.leader_east)
        gone = self.held.next_ids
        self.assertEqual(set(self.held.mapped("state")), {"ended"})
        with self._at(NOW + HOUR):
            run.action_undo()
        back = gone.next_ids
        self.assertEqual(back.user_id, self.salesperson_a)
        self.assertEqual(run.state, "undone")
        self.assertFalse(any(back.mapped("is_dormant")))
        self.assertEqual(sorted(back.mapped("lapse_count")), [0, 0, 1])
        self.assertEqual(
            set(back.mapped("date_deadline")), {datetime(2027, 3, 16, 15, 59, 59)}
        )
        self.assertIn("undone by Leader East", gone[0].end_note)
        with self.assertRaisesRegex(UserError, "Only a finished release"):
            run.action_undo()

    def test_what_cannot_be_undone(self):
        """Held, observed or empty runs; what was worked on, moved, or has nobody."""
        self.team_east.process_release_ceiling_percent = 0
        self._on_duty(self.salesperson_b)
        run = self._hold()
        gone = self.held.next_ids
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        )

        def work():
            self.env["sales.process.followup"].create(
                {
                    "lead_id": gone[0].lead_ids.id,
                    "user_id": self.salesperson_b.id,
                    "subject": "A first call",
                }
            )

        for change, sentence in (
            (lambda: run.write({"state": "held"}), "Only a finished"),
            (lambda: run.write({"mode": "observe"}), "Only a finished"),
            (lambda: run.line_ids.write({"successor_id": False}), "Only a finished"),
            (lambda: gone[0]._end("lost"), "has changed hands since"),
            (work, "has been worked on since"),
            (lambda: member.write({"active": False}), "Salesperson A has left"),
        ):
            with (
                self.subTest(sentence=sentence),
                self.env.cr.savepoint() as savepoint,
            ):
                with self._at(NOW + HOUR):
                    change()
                    with self.assertRaisesRegex(UserError, sentence):
                        run.with_user(self.leader_east).action_undo()
                savepoint.rollback()
            self.env.invalidate_all()
        self.assertEqual(gone.user_id, self.salesperson_b)

    def test_nobody_writes_runs(self):
        run = self._hold().with_user(self.leader_east)
        for values in (
            {"state": "done"},
            {"mode": "preview"},
            {"line_ids": [Command.clear()]},
        ):
            with self.assertRaises(AccessError):
                run.write(values)
        with self.assertRaises(AccessError):
            run.unlink()
        with self.assertRaises(AccessError):
            run.line_ids.write({"outcome": "kept"})
