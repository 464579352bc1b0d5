# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a conflict: who decides, what moves, what is counted."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools.transaction import entering
from .common_followup import FollowupCommon
from .test_registration import RegistrationCommon

PHONE = "13812345678"
OTHER = "13900000001"
KEY = f"+86{PHONE}"
DECISIONS = ("action_keep", "action_transfer", "action_split", "action_mark_shared")


class ConflictCommon(RegistrationCommon):
    """Salesperson A owns a customer, salesperson B has tried to get it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Conflict = cls.env["sales.process.conflict"]
        cls.Shared = cls.env["sales.process.shared.value"]
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone=PHONE, partner_name="Pumps Ltd"
        )
        cls.ownership = cls.lead.ownership_id

    def _prepare(self, **values):
        return {
            "name": "Pumps",
            "user_id": self.salesperson_b.id,
            "lead_id": False,
            "ownership_id": self.ownership.id,
            "owner_id": self.salesperson_a.id,
            "team_id": self.team_east.id,
            "company_id": self.company.id,
            "resolution": False,
            "identities": [(self.company.id, "phone", KEY)],
            **values,
        }

    def _conflict(self, **values):
        return self.Conflict._record([self._prepare(**values)])

    def _decide(self, conflict, action, user=None):
        result = getattr(conflict.with_user(user or self.leader_east), action)()
        self.env.invalidate_all()
        return result

    def _loose_lead(self, **values):
        """A lead of B that belongs to no customer yet, in a team that is off."""
        lead = self._create_lead(
            self.salesperson_b, team=self.team_off, name="Loose", **values
        )
        self.assertFalse(lead.ownership_id)
        return lead


@tagged("post_install", "-at_install")
class TestOwnerKeeps(ConflictCommon):
    """Kept: the owner stays, an open lead that hangs loose joins the customer."""

    def test_loose_lead_joins_the_owner(self):
        loose = self._loose_lead()
        toast = self._decide(self._conflict(lead_id=loose.id), "action_keep")
        self.assertIn("stays with its owner", toast["params"]["message"])
        self.assertEqual(loose.ownership_id, self.ownership)
        self.assertEqual(loose.user_id, self.salesperson_a)
        self.assertEqual(loose.team_id, self.team_east)
        self.assertEqual(loose.followup_deadline, self.ownership.date_deadline)

    def test_lead_of_another_running_customer_brings_it_along(self):
        second = self._create_lead(self.salesperson_a, phone=OTHER)
        period = second.ownership_id
        self.assertNotEqual(period, self.ownership)
        self._decide(self._conflict(lead_id=second.id), "action_keep")
        self.assertEqual(second.ownership_id, self.ownership)
        self.assertEqual(period.end_reason, "merged")
        self.assertIn(f"+86{OTHER}", self.ownership.key_ids.mapped("value"))

    def test_lead_of_a_customer_that_has_ended_comes_alone(self):
        second = self._loose_lead()
        ended = self._create_lead(self.salesperson_b, phone=OTHER)
        period = ended.ownership_id
        ended.with_user(self.salesperson_b).action_set_lost()
        second._set_ownership({second: period})
        self._decide(self._conflict(lead_id=second.id), "action_keep")
        self.assertEqual(second.ownership_id, self.ownership)
        self.assertEqual((period.state, period.end_reason), ("ended", "lost"))
        self.assertEqual(ended.ownership_id, period)

    def test_closed_lead_stays_with_who_closed_it(self):
        for close in ("action_set_won", "action_set_lost"):
            loose = self._loose_lead()
            getattr(loose.with_user(self.salesperson_b), close)()
            with self.subTest(close=close):
                self._decide(self._conflict(lead_id=loose.id), "action_keep")
                self.assertFalse(loose.ownership_id)
                self.assertEqual(loose.user_id, self.salesperson_b)

    def test_customer_that_nobody_has_any_more_is_kept_by_nobody(self):
        loose = self._loose_lead()
        conflict = self._conflict(lead_id=loose.id)
        self.lead.with_user(self.salesperson_a).action_set_lost()
        self._decide(conflict, "action_keep")
        self.assertEqual(conflict.resolution, "kept")
        self.assertFalse(loose.ownership_id)

    def test_owner_of_today_keeps_not_the_one_of_then(self):
        conflict = self._conflict()
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_c}, "transfer", "transferred"
        )[self.ownership]
        loose = self._loose_lead()
        conflict.lead_id = loose
        self._decide(conflict, "action_keep")
        self.assertEqual(loose.ownership_id, new)
        self.assertEqual(loose.user_id, self.salesperson_c)


@tagged("post_install", "-at_install")
class TestWhoTriedReceives(ConflictCommon):
    """Transferred: whoever tried owns the customer, with all that is open."""

    def test_customer_and_loose_lead_go_to_who_tried(self):
        loose = self._loose_lead()
        conflict = self._conflict(lead_id=loose.id)
        self._decide(conflict, "action_transfer")
        new = self.lead.ownership_id
        self.assertNotEqual(new, self.ownership)
        self.assertEqual(
            (new.user_id, new.team_id, new.origin, new.previous_id),
            (self.salesperson_b, self.team_east, "transfer", self.ownership),
        )
        self.assertEqual(self.ownership.end_reason, "transferred")
        self.assertEqual(
            self.ownership.end_note, "Decided in a conflict by Leader East."
        )
        self.assertEqual((loose.ownership_id, loose.user_id), (new, new.user_id))
        self.assertEqual(loose.team_id, self.team_east)
        self.assertEqual(conflict.resolved_by_id, self.leader_east)

    def test_second_customer_of_the_conflict_is_joined(self):
        second = self._create_lead(self.salesperson_b, phone=OTHER)
        other = second.ownership_id
        conflict = self._conflict(other_ownership_id=other.id)
        self._decide(conflict, "action_transfer")
        self.assertEqual(second.ownership_id, self.lead.ownership_id)
        self.assertEqual(other.end_reason, "merged")
        self.assertEqual(second.user_id, self.salesperson_b)

    def test_second_customer_that_has_ended_stays_as_it_is(self):
        second = self._create_lead(self.salesperson_b, phone=OTHER)
        other = second.ownership_id
        conflict = self._conflict(other_ownership_id=other.id)
        second.with_user(self.salesperson_b).action_set_lost()
        self._decide(conflict, "action_transfer")
        self.assertEqual(other.end_reason, "lost")
        self.assertEqual(self.lead.ownership_id.user_id, self.salesperson_b)

    def test_owner_already(self):
        """Whoever tried has received it meanwhile: no second period begins."""
        conflict = self._conflict()
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        loose = self._loose_lead()
        conflict.lead_id = loose
        self._decide(conflict, "action_transfer")
        self.assertEqual(self.lead.ownership_id, new)
        self.assertEqual(new.state, "open")
        self.assertEqual(loose.ownership_id, new, "The loose lead comes along")

    def test_closed_lead_stays(self):
        loose = self._loose_lead()
        loose.with_user(self.salesperson_b).action_set_lost()
        self._decide(self._conflict(lead_id=loose.id), "action_transfer")
        self.assertFalse(loose.ownership_id)

    def test_nobody_who_cannot_own(self):
        for user in (self.office_user, self.salesperson_x, self.env.user):
            conflict = self._conflict(user_id=user.id)
            with self.subTest(user=user.login):
                with self.assertRaises(ValidationError), self.env.cr.savepoint():
                    self._decide(conflict, "action_transfer")
                self.env.invalidate_all()
                self.assertEqual(self.lead.user_id, self.salesperson_a)
                self.assertEqual(conflict.state, "open")

    def test_customer_that_is_nobodys_any_more(self):
        conflict = self._conflict()
        self.lead.with_user(self.salesperson_a).action_set_lost()
        for action in ("action_transfer", "action_split"):
            with self.assertRaisesRegex(UserError, "Nobody owns"):
                self._decide(conflict, action)
        self.assertEqual(conflict.state, "open")


@tagged("post_install", "-at_install")
class TestCreditIsSplit(ConflictCommon):
    """Split: the owner of today keeps the customer, whoever tried helps."""

    def test_who_tried_helps(self):
        self._decide(self._conflict(), "action_split")
        self.assertEqual(self.ownership.user_id, self.salesperson_a)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        self.lead.with_user(self.salesperson_b).write({"city": "Suzhou"})

    def test_helps_who_owns_it_today(self):
        conflict = self._conflict()
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_c}, "transfer", "transferred"
        )[self.ownership]
        self._decide(conflict, "action_split")
        self.assertEqual(new.collaborator_ids, self.salesperson_b)
        self.assertFalse(self.ownership.collaborator_ids)

    def test_owner_of_today_helps_nobody(self):
        conflict = self._conflict()
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )[self.ownership]
        self._decide(conflict, "action_split")
        self.assertFalse(new.collaborator_ids)
        self.assertEqual(conflict.resolution, "split")


@tagged("post_install", "-at_install")
class TestDetailIdentifiesNobody(ConflictCommon):
    """Shared: the details go on the list, the leads find their customers anew."""

    def _listed(self):
        return self.Shared.search([("value", "=", KEY)])

    def test_watched_detail_is_confirmed_not_doubled(self):
        self.Shared.create({"kind": "phone", "value": PHONE, "state": "watched"})
        self._decide(self._conflict(), "action_mark_shared")
        self.assertEqual(len(self._listed()), 1)
        self.assertEqual(self._listed().state, "confirmed")
        self.assertNotIn(KEY, self.ownership.key_ids.mapped("value"))

    def test_contact_is_no_detail(self):
        partner = self.env["res.partner"].create({"name": "Pumps Ltd"})
        key = (self.company.id, "partner", str(partner.id))
        self._decide(self._conflict(identities=[key]), "action_mark_shared")
        self.assertFalse(self.Shared.search([("value", "=", str(partner.id))]))
        self.assertFalse(self._listed())

    def test_lead_without_customer_begins_one(self):
        loose = self._create_lead(self.salesperson_b, team=self.team_off)
        loose._write_owner(self.salesperson_b, self.team_east)
        self.assertFalse(loose.ownership_id)
        self._decide(self._conflict(lead_id=loose.id), "action_mark_shared")
        self.assertEqual(loose.ownership_id.user_id, self.salesperson_b)
        self.assertNotEqual(loose.ownership_id, self.ownership)
        self.assertEqual(self.ownership.user_id, self.salesperson_a)

    def test_conflict_without_details(self):
        conflict = self._conflict(identities=[])
        self._decide(conflict, "action_mark_shared")
        self.assertEqual((conflict.state, conflict.resolution), ("resolved", "shared"))


@tagged("post_install", "-at_install")
class TestDecidedOnce(ConflictCommon):
    """A decision stands; what only happened may still be decided."""

    def test_no_second_decision(self):
        for first in DECISIONS:
            for second in DECISIONS:
                with (
                    self.subTest(first=first, second=second),
                    self.env.cr.savepoint() as savepoint,
                ):
                    conflict = self._conflict()
                    self._decide(conflict, first)
                    owner = self.lead.user_id
                    resolution = conflict.resolution
                    for user in (self.leader_east, self.director):
                        with self.assertRaisesRegex(UserError, "decided already"):
                            self._decide(conflict, second, user)
                    self.assertEqual(conflict.resolution, resolution)
                    self.assertEqual(self.lead.user_id, owner)
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_what_the_system_answered_is_decided_by_the_leader(self):
        for resolution in ("refused", "observed", "routed", "helped"):
            conflict = self._conflict(resolution=resolution, state="resolved")
            with self.subTest(resolution=resolution):
                self.assertEqual(conflict.resolution, resolution)
                self._decide(conflict, "action_keep")
                self.assertEqual(conflict.resolution, "kept")
                self.assertEqual(conflict.resolved_by_id, self.leader_east)

    def test_who_decides(self):
        conflict = self._conflict()
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
            self.office_user,
        ):
            for action in DECISIONS:
                with (
                    self.subTest(user=user.login, action=action),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    self._decide(conflict, action, user)
        self.assertEqual((conflict.state, conflict.resolution), ("open", False))
        self.assertFalse(conflict.resolved_by_id)

    def test_refusal_names_the_teams_on_all_sides(self):
        self.team_west.process_mode = "enforce"
        second = self._create_lead(self.salesperson_d, phone=OTHER)
        conflict = self._conflict(other_ownership_id=second.ownership_id.id)
        with self.assertRaises(AccessError) as refusal:
            self._decide(conflict, "action_keep")
        self.assertIn("Team East", str(refusal.exception))
        self.assertIn("Team West", str(refusal.exception))

    def test_whole_selection_or_nothing(self):
        mine = self._conflict()
        self.team_west.process_mode = "enforce"
        second = self._create_lead(self.salesperson_d, phone=OTHER)
        theirs = self._conflict(
            ownership_id=second.ownership_id.id, team_id=self.team_west.id
        )
        with self.assertRaises(AccessError):
            self._decide(mine | theirs, "action_split", self.leader_east)
        self.assertEqual(mine.state, "open")
        self._decide(mine | theirs, "action_split", self.director)
        self.assertEqual(set((mine | theirs).mapped("resolution")), {"split"})
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        self.assertEqual(second.ownership_id.collaborator_ids, self.salesperson_b)


@tagged("post_install", "-at_install")
class TestAttemptsAreCounted(ConflictCommon):
    """The same attempt of a day is one row with a number; another one is another."""

    def _attempts(self, conflict):
        self.env.invalidate_all()
        return conflict.attempt_count

    def test_what_is_the_same_attempt(self):
        second = self._create_lead(self.salesperson_a, phone=OTHER)
        first = self._conflict(resolution="refused", state="resolved")
        self.assertEqual(self._attempts(first), 1)
        for values, is_same in (
            ({}, True),
            ({"name": "Other words"}, True),
            ({"user_id": self.salesperson_c.id}, False),
            ({"ownership_id": second.ownership_id.id}, False),
            ({"resolution": "observed"}, False),
            ({"resolution": False, "state": "open"}, False),
        ):
            with self.subTest(values=values), self.env.cr.savepoint() as savepoint:
                again = self._conflict(
                    **{"resolution": "refused", "state": "resolved", **values}
                )
                self.assertEqual(again == first, is_same)
                self.assertEqual(self._attempts(first), 1 + is_same)
                savepoint.rollback()

    def test_a_day_later_it_is_a_new_one(self):
        begun = datetime(2027, 1, 31, 10)
        with self._at(begun):
            first = self._conflict(resolution="refused", state="resolved")
        for passed, is_same in (
            (timedelta(days=1, seconds=-1), True),
            (timedelta(days=1), False),
            (timedelta(days=1, seconds=1), False),
        ):
            with (
                self.subTest(passed=passed),
                self._at(begun + passed),
                self.env.cr.savepoint() as savepoint,
            ):
                again = self._conflict(resolution="refused", state="resolved")
                self.assertEqual(again == first, is_same)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_each_lead_that_reaches_the_owner_is_a_row(self):
        second = self._create_lead(self.salesperson_a, phone=PHONE)
        routed = {"resolution": "routed", "state": "resolved"}
        rows = self._conflict(lead_id=self.lead.id, **routed)
        rows |= self._conflict(lead_id=second.id, **routed)
        rows |= self._conflict(lead_id=second.id, **routed)
        self.assertEqual(len(rows), 3)
        self.assertEqual(set(rows.mapped("attempt_count")), {1})
        # work without a lead is counted
        work = self._conflict(**routed)
        self.assertEqual(self._conflict(**routed), work)
        self.assertEqual(self._attempts(work), 2)

    def test_within_one_batch(self):
        refused = self._prepare(resolution="refused", state="resolved")
        other = {**refused, "user_id": self.salesperson_c.id}
        rows = self.Conflict._record([refused, other, refused, refused])
        self.assertEqual(
            {row.user_id: row.attempt_count for row in rows},
            {self.salesperson_b: 3, self.salesperson_c: 1},
        )

    def test_decided_one_is_not_counted_on(self):
        first = self._conflict()
        self._decide(first, "action_keep")
        again = self._conflict()
        self.assertNotEqual(again, first)
        self.assertEqual((again.state, again.attempt_count), ("open", 1))

    def test_details_as_people_read_them(self):
        keys = [
            (self.company.id, "email", "buyer@example.com"),
            (self.company.id, "partner", "42"),
        ]
        conflict = self._conflict(identities=keys)
        self.assertEqual(conflict.keys, "buyer@example.com, contact 42")
        self.assertEqual(conflict.identities, [list(key) for key in keys])
        many = [(self.company.id, "email", f"{n:0>60}@a.example") for n in range(40)]
        long = self._conflict(identities=many, user_id=self.salesperson_c.id)
        self.assertEqual(len(long.keys), 1000)
        self.assertEqual(len(long.identities), 40)

    def test_shown_instead_of_what_is_counted(self):
        conflict = self._conflict(
            identities=[], details=[(self.company.id, "phone", KEY)]
        )
        self.assertEqual(conflict.keys, KEY)
        self.assertFalse(conflict.identities)
        self.assertFalse(self.Shared.search([("value", "=", KEY)]))

    def test_each_row_counts_for_the_list_of_shared_details(self):
        self.company.process_shared_value_threshold = 3
        for count, state in ((1, "watched"), (2, "watched"), (3, "proposed")):
            # an attempt that is repeated makes no conflict more
            row = self._conflict(resolution="refused", state="resolved")
            self._conflict(resolution="refused", state="resolved")
            row.date -= timedelta(days=2)
            value = self.Shared.search([("value", "=", KEY)])
            value.invalidate_recordset()
            self.assertEqual((value.conflict_count, value.state), (count, state))

    def test_attempts_against_what_was_rolled_back_are_dropped(self):
        values = self._prepare()
        gone = self.ownership.search([], order="id desc", limit=1).id + 1000
        kept = self.Conflict._drop_unknown(
            [
                values,
                {**values, "ownership_id": gone},
                {**values, "user_id": 2**31 - 1},
            ]
        )
        self.assertEqual(kept, [values])


@tagged("post_install", "-at_install")
class TestWorkOfNobodyIsTold(ConflictCommon):
    """Work on an owned customer that nobody could refuse: the owner is told once."""

    def _work(self, *ownerships):
        return self.Conflict._record_work(
            [
                {
                    **row._prepare_work_conflict_values(
                        self.salesperson_b, set(), attended=False
                    ),
                    "actor_id": self.salesperson_b.id,
                }
                for row in ownerships
            ]
        )

    def _told(self, user):
        return self.env["mail.notification"].search_count(
            [
                ("res_partner_id", "=", user.partner_id.id),
                ("mail_message_id.subject", "like", "contacted without you"),
            ]
        )

    def test_first_of_a_day(self):
        work = self._work(self.ownership)
        self.assertEqual((work.resolution, work.state), ("routed", "resolved"))
        self.assertEqual(work.door, "contact")
        self.assertEqual(self._told(self.salesperson_a), 1)
        self._work(self.ownership)
        self.assertEqual(self._told(self.salesperson_a), 1)
        self.assertEqual(work.attempt_count, 2)
        self.assertFalse(self._told(self.salesperson_b))

    def test_one_message_for_all_customers_of_an_owner(self):
        second = self._create_lead(self.salesperson_a, phone=OTHER)
        third = self._create_lead(self.salesperson_c, phone="13900000002")
        self._work(self.ownership, second.ownership_id, third.ownership_id)
        self.assertEqual(self._told(self.salesperson_a), 1)
        self.assertEqual(self._told(self.salesperson_c), 1)

    def test_customer_of_nobody(self):
        pooled = self.ownership._give_up("Moved")
        work = self._work(pooled)
        self.assertFalse(work.owner_id)
        self.assertFalse(self._told(self.salesperson_a))


@tagged("post_install", "-at_install")
class TestFactsOfADecision(ConflictCommon):
    """What a decision rests on is shown to whoever decides, and to the owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loose = cls._create_lead(cls.salesperson_b, team=cls.team_off)
        cls.followups = cls.env["sales.process.followup"]
        for number, lead in enumerate((cls.lead, cls.loose)):
            cls.followups |= (
                cls.env["sales.process.followup"]
                .with_user(lead.user_id)
                .create({"lead_id": lead.id, "subject": FollowupCommon._say(number)})
                .with_env(cls.env)
            )

    def test_whoever_decides_and_the_owner(self):
        conflict = self._conflict(lead_id=self.loose.id)
        for user, sees in (
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_a, True),
            (self.salesperson_b, False),
        ):
            row = conflict.with_user(user)
            row.invalidate_recordset()
            with self.subTest(user=user.login):
                self.assertEqual(row.customer_name, sees and "Pumps Ltd")
                self.assertEqual(bool(row.date_owned), sees)
                self.assertEqual(bool(row.date_deadline), sees)
                self.assertEqual(bool(row.followup_ids), sees)
                self.assertEqual(row.can_lead, user in self.leader_east + self.director)
        self.assertEqual(
            conflict.with_user(self.director).followup_ids.with_env(self.env),
            self.followups,
        )

    def test_of_a_customer_that_was_handed_on(self):
        conflict = self._conflict()
        new = self.ownership._hand_over(
            {self.ownership: self.salesperson_c}, "transfer", "transferred"
        )[self.ownership]
        new.name = "Pumps Now"
        row = conflict.with_user(self.leader_east)
        self.assertEqual(row.customer_name, "Pumps Now")
        self.assertEqual(row.date_owned, new.date_start)
        self.assertIn(self.followups[0], row.followup_ids.with_env(self.env))

    def test_no_more_than_twenty_contacts(self):
        for number in range(2, 24):
            self.env["sales.process.followup"].create(
                {
                    "lead_id": self.lead.id,
                    "user_id": self.salesperson_a.id,
                    "subject": FollowupCommon._say(number),
                }
            )
        conflict = self._conflict()
        self.assertEqual(len(conflict.with_user(self.leader_east).followup_ids), 20)


@tagged("post_install", "-at_install")
class TestTwoOwnersByOneLead(ConflictCommon):
    """Details of two people on one lead: by hand refused, else the leader decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.theirs = cls._create_lead(
            cls.salesperson_b, email_from="buyer@example.com", partner_name="Valves"
        )
        cls.both = {"phone": PHONE, "email_from": "buyer@example.com"}

    def _create_from(self, door, **values):
        with entering(self.env, door):
            return self.env["crm.lead"].create(
                {
                    "name": "Both",
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "user_id": False,
                    **self.both,
                    **values,
                }
            )

    def test_open_for_the_leader(self):
        lead = self._create_from("gateway")
        conflict = self.Conflict.search([("lead_id", "=", lead.id)])
        self.assertEqual((conflict.state, conflict.resolution), ("open", False))
        self.assertEqual(conflict.ownership_id, self.ownership, "The older one")
        self.assertEqual(conflict.other_ownership_id, self.theirs.ownership_id)
        self.assertEqual(conflict.door, "gateway")
        self.assertEqual(lead.ownership_id, self.ownership)
        self.assertEqual(lead.user_id, self.salesperson_a)
        # neither loses its detail by it
        self.assertEqual(self._ownership(KEY), self.ownership)
        self.assertEqual(self._ownership("buyer@example.com"), self.theirs.ownership_id)
        self._decide(conflict, "action_keep")
        self.assertEqual(lead.ownership_id, self.ownership)
        self.assertEqual(self.theirs.ownership_id.state, "open")

    def test_every_door(self):
        for door, resolution, state in (
            ("website", False, "open"),
            ("application", False, "open"),
            ("order", False, "open"),
            ("import", False, "open"),
            ("cron", False, "open"),
        ):
            with self.subTest(door=door), self.env.cr.savepoint() as savepoint:
                lead = self._create_from(door, user_id=self.salesperson_c.id)
                conflict = self.Conflict.search([("lead_id", "=", lead.id)])
                self.assertEqual(
                    (conflict.resolution, conflict.state), (resolution, state)
                )
                self.assertEqual(conflict.user_id, self.salesperson_c)
                self.assertEqual(conflict.actor_id, self.env.user)
                self.assertEqual(lead.user_id, self.salesperson_a)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_one_owner_is_routed(self):
        lead = self._create_from("gateway", email_from=False)
        conflict = self.Conflict.search([("lead_id", "=", lead.id)])
        self.assertFalse(conflict, "A lead of nobody joins, and is no conflict")
        self.assertEqual(lead.ownership_id, self.ownership)
        named = self._create_from(
            "gateway", email_from=False, user_id=self.salesperson_c.id
        )
        conflict = self.Conflict.search([("lead_id", "=", named.id)])
        self.assertEqual((conflict.resolution, conflict.state), ("routed", "resolved"))
        self.assertEqual(named.user_id, self.salesperson_a)

    def test_by_hand(self):
        for user in (self.salesperson_a, self.salesperson_b, self.salesperson_c):
            with (
                self.subTest(user=user.login),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                self._create_lead(user, **self.both)
        self.assertEqual(self._ownership(KEY), self.ownership)

    def test_in_a_team_that_observes(self):
        self.team_east.process_mode = "observe"
        lead = self._create_lead(self.salesperson_c, **self.both)
        conflict = self.Conflict.search([("lead_id", "=", lead.id)])
        self.assertEqual(
            (conflict.resolution, conflict.state), ("observed", "resolved")
        )
        self.assertEqual(lead.user_id, self.salesperson_c)
