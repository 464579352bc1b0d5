# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import sales_process_violation_proposal as proposal
from ..models.sales_process_violation_proposal import ViolationProposals
from .common import VIOLATION, ViolationCommon

ADDON = "sales_process_mgmt_discipline"
MONDAY = "2027-03-01 02:00:00"
LATER = "2027-03-10 02:00:00"
# Types that rest on facts of other addons
SHIPPED = (
    "news_missing",
    "meeting_missed",
    "exam_overdue",
    "exam_failed",
    "complaint_late",
)


@tagged("post_install", "-at_install")
class TestViolationProposal(ViolationCommon):
    """What the system proposes from facts: here, policies that were not confirmed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.auto = cls._create_type(
            name="Policy not confirmed", fact_kind="policy_unconfirmed", points=1
        )

    def setUp(self):
        super().setUp()
        self._publish(MONDAY)
        for user in (self.salesperson_b, self.salesperson_c, self.leader_east):
            self._confirm(user, "2027-03-02 02:00:00")

    def _propose(self, moment=LATER):
        with self._at(moment):
            rows = ViolationProposals(self.env).run()
            self.env.flush_all()
        self.env.invalidate_all()
        return rows

    def _find(self):
        return self.env[VIOLATION].search([("source", "=", "fact")])

    # ------------------------------------------------------------
    # 12: ONCE
    # ------------------------------------------------------------

    def test_proposed_once(self):
        """Case 12: a second run is a no-op, a second row impossible."""
        self.assertFalse(self._propose("2027-03-08 15:59:59"))
        row = self._propose("2027-03-08 16:00:00")
        self.assertEqual(row.user_id, self.salesperson_a)
        self.assertEqual((row.state, row.source, row.base_points), ("open", "fact", 1))
        self.assertEqual((str(row.date), row.evidence), ("2027-03-08", "Discounts"))
        self.assertEqual(row.team_id, self.team_east)
        self.assertFalse(row.recorded_by_id)
        self.assertEqual(row.decider_id, self.leader_east)
        self.assertFalse(self._propose())
        self.assertEqual(self._find(), row)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            row.copy(
                {"res_id": row.res_id, "res_model": row.res_model, "evidence": "x"}
            )
            self.env.flush_all()

    def test_scheduled_action(self):
        cron = self.env.ref("sales_process_mgmt_discipline.ir_cron_violations")
        with self._at(LATER), self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self._find()), 1)

    def _publish_many(self, number):
        """Somebody has not confirmed so many policies in time."""
        for place in range(number):
            policy = self._create_policy(name=f"No {place}")
            self._publish(MONDAY, policy)
            for user in (self.salesperson_b, self.salesperson_c, self.leader_east):
                self._confirm(user, "2027-03-02 02:00:00", policy.current_version_id)

    def test_killed_in_the_middle(self):
        """What was committed stays, the next run goes on: each fact once."""
        self._publish_many(4)
        propose, done = ViolationProposals._propose, []

        def killed(proposals, keys):
            done.append(len(self._find()))
            if len(done) == 3:
                raise KeyboardInterrupt
            return propose(proposals, keys)

        with self._at(LATER), patch.object(proposal, "BATCH_SIZE", 2):
            with (
                patch.object(ViolationProposals, "_propose", killed),
                patch.object(type(self.env["ir.cron"]), "_commit_progress") as commit,
                self.assertRaises(KeyboardInterrupt),
            ):
                self.env[VIOLATION]._cron_violations()
            self.assertEqual(done, [0, 2, 4])
            # who decides, and two batches
            self.assertEqual(commit.call_count, 3)
            with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
                self.env[VIOLATION]._cron_violations()
        self.env.invalidate_all()
        rows = self._find()
        self.assertEqual(len(rows), 5)
        self.assertEqual(len({(row.fact_kind, row.res_id) for row in rows}), 5)
        self.assertEqual(rows.user_id, self.salesperson_a)

    def test_one_that_fails_stops_none(self):
        self._publish_many(2)
        prepare = ViolationProposals._prepare

        def poisoned(proposals, fact, kind):
            values = prepare(proposals, fact, kind)
            return {**values, "type_id": 0} if fact.name == "No 0" else values

        with (
            patch.object(ViolationProposals, "_prepare", poisoned),
            mute_logger(
                "odoo.sql_db",
                "odoo.addons.sales_process_mgmt.models.sales_process_retry",
            ),
        ):
            rows = self._propose()
        self.assertEqual(set(rows.mapped("evidence")), {"Discounts", "No 1"})
        self.assertEqual(self._propose().evidence, "No 0")

    def test_kinds_of_other_addons(self):
        """Shipped in the archive: who wants them takes them out, none by itself."""
        names = dict(self.auto._fields["fact_kind"]._description_selection(self.env))
        for kind in SHIPPED:
            with self.subTest(kind):
                row = self.env.ref(
                    f"sales_process_mgmt_discipline.violation_type_{kind}"
                )
                self.assertEqual((row.active, row.fact_kind), (False, kind))
                self.assertIn(kind, names)
                row.active = True
                self.env.flush_all()

    def test_decided_ones_are_not_proposed_again(self):
        row = self._propose()
        self._say(self.leader_east, row, "waive", moment="2027-03-10 03:00:00")
        self.assertFalse(self._propose("2027-03-12 02:00:00"))
        self.assertEqual(row.state, "waived")

    def test_what_was_before_is_not_proposed(self):
        """Neither before the team began, nor before the type, nor long ago."""
        self.team_east.process_violation_from = "2027-03-09"
        self.assertFalse(self._propose())
        self.team_east.process_violation_from = "2027-03-01"
        self.auto.date_from = "2027-03-09"
        self.assertFalse(self._propose())
        self.auto.date_from = "2027-03-01"
        self.assertFalse(self._propose("2027-06-01 02:00:00"))
        self.assertTrue(self._propose())

    def test_switched_off(self):
        for values in ({"process_violation": False}, {"process_mode": "off"}):
            old = self.team_east.read(list(values))[0]
            self.team_east.write(values)
            self.assertFalse(self._propose())
            self.team_east.write({name: old[name] for name in values})
        self.auto.active = False
        self.assertFalse(self._propose())

    def test_switching_on_begins_today(self):
        """On the day of whoever switches it on."""
        self.env.user.tz = "Asia/Shanghai"
        self.team_west.process_violation = True
        today = self._today(self.env.user)
        self.assertEqual(self.team_west.process_violation_from, today)

    def test_policy_in_effect(self):
        """Case 8: the type rests on a policy that comes later."""
        rule = self._create_policy(name="Confirming", team_ids=self.team_west.ids)
        self.auto.policy_id = rule
        self.assertFalse(self._propose())
        self._publish(MONDAY, rule, date_effect="2027-03-09")
        self.assertFalse(self._propose())
        self._publish("2027-03-02 02:00:00", rule, date_effect="2027-03-08")
        self.assertTrue(self._propose())

    def test_type_of_a_company_goes_first(self):
        own = self._create_type(
            name="Ours", fact_kind="policy_unconfirmed", company_id=self.company.id
        )
        self.assertEqual(self._propose().type_id, own)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._create_type(name="Twice", fact_kind="policy_unconfirmed")
            self.env.flush_all()

    def test_once_whatever_the_type(self):
        """Neither a type of the company nor one that follows makes it two."""
        row = self._propose()
        own = self._create_type(
            name="Ours", fact_kind="policy_unconfirmed", company_id=self.company.id
        )
        self.assertFalse(self._propose())
        self.auto.active = False
        own.active = False
        self.env.flush_all()
        self._create_type(name="The next", fact_kind="policy_unconfirmed")
        self.assertFalse(self._propose())
        self._say(self.leader_east, row, "waive")
        self.assertFalse(self._propose("2027-03-21 02:00:00"))
        self.assertEqual((self._find(), row.state), (row, "waived"))
        # what was taken back stands again as what it was
        row.sudo()._withdraw("fact")
        self.assertFalse(self._propose("2027-03-21 02:00:00"))
        self.assertEqual((row.state, row.type_id), ("open", self.auto))
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            row.copy({"type_id": own.id})
            self.env.flush_all()

    def test_newer_version_takes_nothing_back(self):
        """A policy was in effect since its first version, until it was withdrawn."""
        rule = self._create_policy(name="Confirming", team_ids=self.team_west.ids)
        self.auto.policy_id = rule
        self._publish(MONDAY, rule, date_effect="2027-03-08")
        newer = self._publish("2027-03-09 02:00:00", rule, date_effect="2027-04-01")
        self.assertFalse(rule._is_in_effect(date(2027, 3, 7)))
        self.assertTrue(rule._is_in_effect(date(2027, 3, 8)))
        with self.assertRaisesRegex(UserError, "not in effect"):
            self._record(type_id=self.auto.id, date="2027-03-07")
        self.assertTrue(self._record(type_id=self.auto.id, date="2027-03-08"))
        self.assertEqual(self._propose().user_id, self.salesperson_a)
        with self._at("2027-03-10 03:00:00"):
            newer.with_user(self.director)._withdraw("Wrong")
        self.assertFalse(rule._is_in_effect(date(2027, 3, 9)))
        # it begins anew: what was before the withdrawal is over
        self._publish("2027-03-11 02:00:00", rule, date_effect="2027-03-11")
        for day, holds in ((8, False), (10, False), (11, True), (12, True)):
            with self.subTest(day=day):
                self.assertIs(rule._is_in_effect(date(2027, 3, day)), holds)
        with self.assertRaisesRegex(UserError, "not in effect"):
            self._record(type_id=self.auto.id, date="2027-03-10")

    def test_both_sides_of_the_look_back(self):
        """What is older than two months is not proposed; the last day is."""
        # the deadline was on the eighth of March, 62 days before, in whatever zone
        self.assertFalse(self._propose("2027-05-10 12:00:00"))
        self.assertTrue(self._propose("2027-05-08 12:00:00"))

    def test_both_sides_of_each_beginning(self):
        """On the day itself it counts: of the type, of the team, of the policy."""
        rule = self._create_policy(name="Confirming", team_ids=self.team_west.ids)
        self._publish(MONDAY, rule, date_effect="2027-03-08")
        late = self._create_policy(name="Later", team_ids=self.team_west.ids)
        self._publish(MONDAY, late, date_effect="2027-03-09")
        fact = self.env["sales.process.fact"].new(
            {"date": "2027-03-08", "team_id": self.team_east.id}
        )
        proposals = ViolationProposals(self.env)
        for day, begins, policy, counts in (
            ("2027-03-08", "2027-03-08", rule, True),
            ("2027-03-09", "2027-03-08", rule, False),
            ("2027-03-08", "2027-03-09", rule, False),
            ("2027-03-08", "2027-03-08", late, False),
            ("2027-03-08", False, rule, True),
            ("2027-03-01", "2027-03-01", self.policy.browse(), True),
        ):
            with self.subTest(type=day, team=begins, policy=policy.name):
                self.auto.write({"date_from": day, "policy_id": policy.id})
                self.team_east.process_violation_from = begins
                self.assertIs(proposals._counts(fact, self.auto), counts)

    def test_kind_that_is_gone(self):
        """Where an addon is gone its facts are neither proposed nor taken back."""
        row = self._propose()
        row.sudo().fact_kind = "gone"
        self.env.flush_all()
        with self._at(LATER):
            ViolationProposals(self.env)._withdraw_what_is_gone()
        self.assertEqual(row.state, "open")
        self.assertFalse(ViolationProposals(self.env).find_away([]))

    # ------------------------------------------------------------
    # 13: LEAVE
    # ------------------------------------------------------------

    def _sick_on_the_eighth(self, moment="2027-03-11 02:00:00"):
        with self._at(moment):
            absence = self._absent(
                self.salesperson_a, "2027-03-07 16:00:00", "2027-03-08 15:59:59"
            )
            self.env.flush_all()
        self.env.invalidate_all()
        return absence

    def test_none_on_a_day_of_leave(self):
        self._sick_on_the_eighth("2027-03-05 02:00:00")
        self.assertFalse(self._propose("2027-03-09 02:00:00"))
        # a fact that knows no leave: nobody is told of what is taken back at once
        asked = self._row(self.salesperson_a).sudo()
        asked.date_due = "2027-03-08 15:59:59"
        self.assertFalse(self._propose("2027-03-09 02:00:00"))
        self.assertFalse(self._find())
        # of the day before it is one
        asked.date_due = "2027-03-07 15:59:59"
        self.assertEqual(self._propose("2027-03-09 02:00:00").state, "open")

    def test_leave_that_is_entered_later(self):
        """Case 13: the sick note comes on Thursday; taken back by itself, with why."""
        row = self._propose()
        self._sick_on_the_eighth()
        self.assertEqual((row.state, row.withdraw_reason), ("withdrawn", "leave"))
        self.assertEqual(row.points, 0)
        message = self.env["mail.message"].search(
            [("subject", "=", "A violation was withdrawn: it weighs nothing")]
        )
        self.assertEqual(message.partner_ids, self.salesperson_a.partner_id)

    def test_leave_takes_points_back(self):
        """Case 13: also after it was upheld."""
        row = self._propose()
        self._say(self.leader_east, row, "uphold")
        self.assertEqual(row.points, 1)
        self._sick_on_the_eighth("2027-03-21 02:00:00")
        self.assertEqual((row.state, row.points), ("withdrawn", 0))

    def test_leave_that_is_called_off(self):
        row = self._propose()
        absence = self._sick_on_the_eighth()
        with self._at("2027-03-12 02:00:00"):
            absence.action_refuse()
            self.env.flush_all()
        # the policy has to be confirmed until the end of this day again
        self._propose("2027-03-13 02:00:00")
        self.assertEqual((row.state, row.decider_id), ("open", self.leader_east))
        self.assertFalse(row.withdraw_reason)
        self.assertEqual(len(self._find()), 1)
        # it is heard from now on, and both are told once more
        self.assertEqual(row.date_statement_due, datetime(2027, 3, 16, 15, 59, 59))
        for subject, person in (
            ("A violation was recorded: say what happened", self.salesperson_a),
            ("A violation waits for your decision", self.leader_east),
        ):
            messages = self.env["mail.message"].search([("subject", "=", subject)])
            self.assertEqual(len(messages), 2)
            self.assertEqual(messages.partner_ids, person.partner_id)

    def test_leave_takes_back_each_type_that_is_shipped(self):
        """Of whatever addon the fact is: proposed once, and nothing on a day of leave.

        What was not confirmed stands for the fact of each addon that is installed.
        """
        Fact = self.env["sales.process.fact"]
        queries = type(Fact)._get_fact_queries
        known = dict(Fact._fields["kind"]._description_selection(self.env))
        kinds = [kind for kind in SHIPPED if kind in known]
        for kind in kinds:
            row = self.env.ref(f"sales_process_mgmt_discipline.violation_type_{kind}")
            row.write({"active": True, "date_from": "2027-03-01"})
        self.auto.active = False
        self.env.flush_all()

        def stand_in(rows):
            query = queries(rows)["policy_unconfirmed"]
            return dict.fromkeys(kinds, query)

        self.patch(type(Fact), "_get_fact_queries", stand_in)
        rows = self._propose()
        self.assertEqual(sorted(rows.mapped("fact_kind")), sorted(kinds))
        self.assertEqual(rows.user_id, self.salesperson_a if kinds else rows.user_id)
        self.assertFalse(self._propose())
        absence = self._sick_on_the_eighth()
        for row in rows:
            with self.subTest(row.fact_kind):
                self.assertEqual(
                    (row.state, row.withdraw_reason, row.points),
                    ("withdrawn", "leave", 0),
                )
        self.assertFalse(self._propose("2027-03-12 02:00:00"))
        self.assertEqual(self._find(), rows)
        with self._at("2027-03-12 03:00:00"):
            absence.action_refuse()
            self.env.flush_all()
        self._propose("2027-03-13 02:00:00")
        self.assertEqual(set(rows.mapped("state")), {"open"} if kinds else set())

    def test_half_a_day(self):
        with self._at("2027-03-05 02:00:00"):
            self._absent(
                self.salesperson_a, "2027-03-08 00:00:00", "2027-03-08 04:00:00"
            )
        self.assertTrue(self._propose())

    # ------------------------------------------------------------
    # 18: EVIDENCE
    # ------------------------------------------------------------

    def test_fact_that_stands_no_more(self):
        """What was excused is withdrawn while it waits, not after it was decided."""
        row = self._propose()
        asked = self._row(self.salesperson_a)
        asked.sudo().date_due = "2027-04-01"
        self._propose()
        self.assertEqual((row.state, row.withdraw_reason), ("withdrawn", "fact"))
        asked.sudo().date_due = "2027-03-08 15:59:59"
        self._propose()
        self.assertEqual(row.state, "open")
        self._say(self.leader_east, row, "uphold")
        asked.sudo().date_due = "2027-04-01"
        self._propose()
        self.assertEqual((row.state, row.points), ("upheld", 1))

    def test_evidence_that_is_deleted(self):
        """Case 18: what it was called stays, the button says that it is gone."""
        row = self._propose()
        mine = row.with_user(self.salesperson_a)
        self.assertEqual(mine.action_open_evidence()["res_id"], row.res_id)
        self._row(self.salesperson_a).sudo().unlink()
        self._propose()
        self.assertEqual((row.state, row.evidence), ("open", "Discounts"))
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            mine.action_open_evidence()
        by_hand = self._record()
        with self.assertRaises(UserError):
            by_hand.with_user(self.salesperson_a).action_open_evidence()

    def test_person_has_moved(self):
        """Case 19: the team of the fact decides."""
        row = self._propose()
        member = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        )
        member.active = False
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_a.id}
        )
        self._propose()
        self.assertEqual(
            (row.team_id, row.decider_id), (self.team_east, self.leader_east)
        )

    def test_about_a_leader(self):
        """Whoever leads the leader decides, else an administrator."""
        self._publish("2027-03-10 02:00:00")
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_c):
            self._confirm(user, "2027-03-11 02:00:00")
        rows = self._propose("2027-03-20 02:00:00")
        row = rows.filtered(lambda row: row.user_id == self.leader_east)
        self.assertTrue(row.decider_id.has_group("sales_team.group_sale_manager"))
        self.assertFalse(row._may_decide(self.leader_east))

    def test_kinds_of_an_addon_that_is_not_there(self):
        """The types of reports wait for their facts; a kind that nobody knows does not
        stop the night."""
        for name in ("late", "missing"):
            kind = self.env.ref(
                f"sales_process_mgmt_discipline.violation_type_report_{name}"
            )
            kinds = kind._fields["fact_kind"].get_values(self.env)
            self.assertIn(kind.fact_kind, kinds)
        self.env.cr.execute(
            "UPDATE sales_process_violation_type SET fact_kind = 'gone' WHERE id = %s",
            [kind.id],
        )
        self.env.invalidate_all()
        self.assertFalse(self._propose().filtered(lambda row: row.type_id == kind))

    def test_facts_of_reports(self):
        """A report that is missing is proposed from its fact, like any other."""
        if "sales.process.work.report" not in self.env:
            self.skipTest("Work reports are not installed")
        kind = self._create_type(name="Missing", fact_kind="report_missing")
        with self._at("2027-03-04 08:00:00"):
            report = self.env["sales.process.work.report"].create(
                {
                    "kind": "daily",
                    "user_id": self.salesperson_b.id,
                    "team_id": self.team_east.id,
                    "date_from": "2027-03-04",
                }
            )
        self.assertEqual(report.state, "draft")
        report.flush_recordset()
        self.env.cr.execute(
            "UPDATE sales_process_work_report SET date_due = %s WHERE id = %s",
            [datetime(2027, 3, 4, 10), report.id],
        )
        self.env.invalidate_all()
        rows = self._propose().filtered(lambda row: row.type_id == kind)
        self.assertEqual(rows.user_id, self.salesperson_b)
        self.assertEqual((rows.res_model, rows.res_id), (report._name, report.id))
        # excused by the leader: withdrawn with the next run
        report.state = "excused"
        self._propose()
        self.assertEqual((rows.state, rows.withdraw_reason), ("withdrawn", "fact"))
