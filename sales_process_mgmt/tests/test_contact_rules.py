# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.models.sales_process_followup_judge import (
    REPEAT_SPAN,
)
from odoo.addons.sales_process_mgmt.models.sales_process_ownership_clock import (
    OwnershipClock,
)

from .common_contact import DAY, DEADLINE, HOUR, SECOND, START, ContactCommon

# one pixel
PHOTO = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestWhatATeamAsksOfAContact(ContactCommon):
    """Each demand of a team from both its sides; others are not asked for it."""

    def test_table(self):
        visit, call = {"channel": "visit"}, {"channel": "call"}
        place = {"process_followup_visit_needs": "place"}
        position = {"process_followup_visit_needs": "position"}
        duration = {"process_followup_call_needs": "duration"}
        proven, machine = (
            {"process_followup_rank_min": "proven"},
            {"process_followup_rank_min": "machine"},
        )
        for team, values, reason, rank in (
            ({}, call, False, "stated"),
            (duration, call, "duration", "stated"),
            (duration, {**call, "duration": 0.01}, False, "stated"),
            (duration, {"channel": "other"}, False, "stated"),
            ({}, visit, False, "stated"),
            (place, visit, "place", "stated"),
            (place, {**visit, "location": "!!"}, "place", "stated"),
            (place, {**visit, "location": "The factory"}, False, "stated"),
            (place, {**visit, "latitude": 0.5}, False, "proven"),
            (place, {**visit, "longitude": -0.5}, False, "proven"),
            (place, {**visit, "photo": PHOTO}, False, "proven"),
            (place, call, False, "stated"),
            (position, {**visit, "location": "The factory"}, "position", "stated"),
            (position, {**visit, "latitude": 31.2}, False, "proven"),
            (position, {**visit, "photo": PHOTO}, False, "proven"),
            (position, {"channel": "meeting"}, False, "stated"),
            (proven, call, "unproven", "stated"),
            (proven, {**visit, "longitude": 121.5}, False, "proven"),
            # a position proves visits only
            (proven, {**call, "longitude": 121.5}, "unproven", "stated"),
            (machine, {"seed": "ok"}, False, "machine"),
            ({}, {"seed": "ok"}, "no_words", "machine"),
            (proven, {"seed": "ok"}, "no_words", "machine"),
        ):
            with (
                self.subTest(team=team, values=values),
                self.env.cr.savepoint() as savepoint,
            ):
                self.team_east.write(team)
                followup = self._log(**{"seed": "Asked for a price", **values})
                self.assertEqual((followup.void_reason, followup.rank), (reason, rank))
                self.assertEqual(followup.counts, not reason)
                self.assertEqual(
                    self.ownership.date_last_contact, False if reason else START
                )
                savepoint.rollback()
            self.env.invalidate_all()

    def test_length_of_the_subject(self):
        self.team_east.process_followup_min_length = 5
        for subject, reason in (
            ("bulk", "short"),
            ("  bulk  ", "short"),
            ("bulks", False),
            ("  order ", False),
        ):
            with self.subTest(subject=subject):
                followup = self._log(subject, channel="call")
                self.assertEqual(followup.void_reason, reason)

    def test_other_team_other_demands(self):
        """What the team of the lead asks for, not that of the person."""
        self.team_west.process_followup_rank_min = "proven"
        self.ownership.collaborator_ids = self.salesperson_d
        self.assertTrue(self._log(user=self.salesperson_d).counts)


@tagged("post_install", "-at_install")
class TestSameWords(ContactCommon):
    """The words of one person to one customer, within a season, are one contact."""

    WORDS = "Discussed the delivery of twelve pumps"

    def test_season(self):
        """Both sides of the span, before and after; the other texts of that time."""
        self.team_east.process_followup_backdate_days = 400
        with self._at(START + 300 * DAY):
            self._record(START + 100 * DAY, subject=self.WORDS)
            for moment, reason in (
                (START + 100 * DAY + REPEAT_SPAN, "repeated"),
                (START + 100 * DAY + REPEAT_SPAN + SECOND, False),
                (START + 100 * DAY - REPEAT_SPAN, "repeated"),
                (START + 100 * DAY - REPEAT_SPAN - SECOND, False),
            ):
                with self.subTest(moment=moment):
                    followup = self._record(moment, subject=self.WORDS)
                    self.assertEqual(followup.void_reason, reason)
                    followup.unlink()

    def test_whose_and_with_whom(self):
        self._record(START - DAY, subject=self.WORDS)
        self.ownership.collaborator_ids = self.salesperson_b
        with self._at(START - 20 * DAY):
            other = self._customer(self.salesperson_a).lead_ids
            second = self._create_lead(self.salesperson_a, phone=self.lead.phone)
        self.assertEqual(second.ownership_id, self.ownership)
        for values, reason in (
            ({}, "repeated"),
            # another lead of the same customer
            ({"lead_id": second.id}, "repeated"),
            ({"lead_id": other.id}, False),
            ({"user_id": self.salesperson_b.id}, False),
        ):
            with self.subTest(values=values):
                followup = self._record(subject=self.WORDS, **values)
                self.assertEqual(followup.void_reason, reason)
                followup.unlink()

    def test_team_that_does_not_mind(self):
        self._record(START - DAY, subject=self.WORDS)
        self.team_east.process_followup_refuse_repeated = False
        self.assertTrue(self._log(self.WORDS).counts)

    def test_words_of_the_solution(self):
        """The subject is short and the same; what was solved is another matter."""
        self._record(START - DAY, subject="Call", solution="They wait for the budget")
        self.assertTrue(
            self._log("Call", solution="The budget is there, an offer is due").counts
        )
        again = self._log("Call", solution="They wait for the budget")
        self.assertEqual(again.void_reason, "repeated")

    def test_next_period_of_the_same_person(self):
        """Lost, restored, and pasted: the words are known all the same."""
        self._record(START - DAY, subject=self.WORDS)
        self.lead.with_user(self.salesperson_a).action_set_lost()
        self.lead.with_user(self.salesperson_a).action_unarchive()
        self.assertNotEqual(self.lead.ownership_id, self.ownership)
        self.assertEqual(self._log(self.WORDS).void_reason, "repeated")

    def test_mails_are_not_compared(self):
        """An e-mail has its words beside it."""
        self._record(START - DAY, subject=self.WORDS)
        self.assertTrue(self._record(subject=self.WORDS, source="mail").counts)


@tagged("post_install", "-at_install")
class TestContactsOfADay(ContactCommon):
    """What one person cannot have done in one day of the own zone."""

    def _many_a_day(self, *moments, **values):
        return [self._record(moment, **values).void_reason for moment in moments]

    def test_limit(self):
        """So many by hand; the next day begins at midnight in Shanghai."""
        self.team_east.process_followup_day_limit = 2
        midnight = datetime(2027, 2, 28, 16)
        with self._at(START + DAY):
            self.assertEqual(
                self._many_a_day(
                    midnight - 2 * SECOND,
                    midnight - SECOND,
                    midnight,
                    midnight + SECOND,
                    midnight + HOUR,
                    midnight + DAY - SECOND,
                    midnight + DAY,
                ),
                [False, False, False, False, "limit", "limit", False],
            )

    def test_whose_day(self):
        """Each person has an own limit, in an own day."""
        self.team_east.process_followup_day_limit = 1
        self.ownership.collaborator_ids = self.salesperson_b
        self.salesperson_b.tz = "America/New_York"
        # midnight in Shanghai is noon of one day in New York
        midnight = datetime(2027, 2, 28, 16)
        with self._at(START + DAY):
            self.assertEqual(self._many_a_day(midnight - HOUR, midnight), [False] * 2)
            self.assertEqual(
                self._many_a_day(midnight - HOUR, midnight, user=self.salesperson_b),
                [False, "limit"],
            )

    def test_no_limit(self):
        self.team_east.process_followup_day_limit = 0
        reasons = self._many_a_day(*(START - second * SECOND for second in range(5)))
        self.assertEqual(reasons, [False] * 5)

    def test_what_takes_a_place(self):
        """Contacts with any customer, by hand or as activity; mails take none."""
        self.team_east.process_followup_day_limit = 1
        with self._at(START - 20 * DAY):
            other = self._customer(self.salesperson_a).lead_ids
        for values, reason in (
            ({}, "limit"),
            ({"lead_id": other.id}, "limit"),
            ({"source": "activity"}, "limit"),
            ({"source": "meeting"}, "limit"),
            ({"source": "mail"}, False),
            ({"source": "sms"}, False),
            # what does not count itself takes no place
            ({"subject": "x"}, False),
        ):
            first = self._record(START - HOUR, **values)
            with self.subTest(values=values):
                self.assertEqual(self._record(START).void_reason, reason)
            self.env["sales.process.followup"].search(
                [("lead_id", "in", (self.lead | other).ids)]
            ).unlink()
            self.assertFalse(first.exists())

    def test_place_that_becomes_free(self):
        """One is deleted: the one beyond the limit counts."""
        self.team_east.process_followup_day_limit = 1
        first = self._record(START - HOUR)
        second = self._record(START)
        self.assertEqual(second.void_reason, "limit")
        first.unlink()
        self.assertTrue(second.counts)
        self.assertEqual(self.ownership.date_last_contact, START)

    def test_without_words_once_a_day(self):
        """Where the team lets it count at all: one a day and customer."""
        self.team_east.process_followup_rank_min = "machine"
        with self._at(START - 20 * DAY):
            other = self._customer(self.salesperson_a).lead_ids
        silent = {"subject": "Call", "is_named_by_system": True, "source": "activity"}
        midnight = datetime(2027, 2, 28, 16)
        for moment, values, reason in (
            (midnight - SECOND, {}, False),
            (midnight, {}, False),
            (midnight + SECOND, {}, "same_day"),
            (midnight + HOUR, {"lead_id": other.id}, False),
            (
                midnight + HOUR,
                {"is_named_by_system": False, "subject": "They want twelve pumps"},
                False,
            ),
            (START, {}, "same_day"),
        ):
            with self.subTest(moment=moment, values=values):
                followup = self._record(moment, **{**silent, **values})
                self.assertEqual(followup.void_reason, reason)

    def test_counted_once_in_numbers(self):
        """The same channel with the same customer on the same day, by one person."""
        self.ownership.collaborator_ids = self.salesperson_b
        b, call = self.salesperson_b, {"channel": "call"}
        for number, (moment, user, values, is_same) in enumerate(
            (
                (START - 2 * HOUR, None, call, False),
                (START - HOUR, None, call, True),
                (START - HOUR, None, {"channel": "visit"}, False),
                (START - HOUR, b, call, False),
                (START - DAY, None, call, False),
                (START, None, call, True),
            )
        ):
            followup = self._record(moment, user, subject=self._say(number), **values)
            self.assertEqual(followup.is_same_day, is_same, (moment, values))
            self.assertTrue(followup.counts)


@tagged("post_install", "-at_install")
class TestWhenAContactIsEntered(ContactCommon):
    """Not before it took place, not too late, not before there was a customer."""

    def test_not_in_the_future(self):
        """Clocks may differ by a minute."""
        for seconds, is_possible in ((0, True), (60, True), (61, False)):
            moment = START + seconds * SECOND
            with self.subTest(seconds=seconds):
                if is_possible:
                    self.assertEqual(self._log(f"S{seconds}", date=moment).date, moment)
                else:
                    with self.assertRaisesRegex(ValidationError, "in the future"):
                        self._log(f"S{seconds}", date=moment)

    def test_late_entry(self):
        """Whole days of the person: the first second of the last one is in time."""
        first = datetime(2027, 2, 25, 16)  # midnight, three days before
        for user, moment, is_possible in (
            (self.salesperson_a, first, True),
            (self.salesperson_a, first - SECOND, False),
            (self.leader_east, first - SECOND, True),
            (self.leader_east, START - 29 * DAY, True),
            (self.director, START - 29 * DAY, True),
        ):
            with self.subTest(user=user.login, moment=moment):
                values = {"date": moment, "user_id": self.salesperson_a.id}
                if is_possible:
                    followup = self._log(f"By {user.login}", user, **values)
                    self.assertTrue(followup.is_backdated)
                    self.assertIn(
                        "Entered after the contact", followup.message_ids[0].body
                    )
                else:
                    with self.assertRaisesRegex(ValidationError, "days allowed: 3"):
                        self._log("Late", user, **values)

    def test_bound_of_the_team(self):
        self.team_east.process_followup_backdate_days = 0
        today = datetime(2027, 2, 28, 16)
        self.assertFalse(self._log("Today", date=today).is_backdated)
        with self.assertRaisesRegex(ValidationError, "days allowed: 0"):
            self._log("Yesterday", date=today - SECOND)

    def test_before_the_customer_was_known(self):
        """Not even by a leader, but for the days of a late entry."""
        with self._at(START - DAY):
            lead = self._customer(self.salesperson_a).lead_ids
        registered = datetime(2027, 2, 27, 16)  # midnight of that day
        first = registered - 3 * DAY
        for moment, is_possible in ((first, True), (first - SECOND, False)):
            values = {
                "lead_id": lead.id,
                "user_id": self.salesperson_a.id,
                "date": moment,
            }
            if is_possible:
                self._log("Before", self.leader_east, **values)
            else:
                with self.assertRaisesRegex(ValidationError, "not registered yet"):
                    self._log("Long before", self.leader_east, **values)

    def test_next_contact(self):
        """From the same day on, for ten years."""
        for day, is_possible in (
            (date(2027, 2, 28), False),
            (date(2027, 3, 1), True),
            (date(2027, 3, 1) + timedelta(days=3660), True),
            (date(2027, 3, 1) + timedelta(days=3661), False),
        ):
            with self.subTest(day=day):
                if is_possible:
                    self._log(f"Until {day}", date_next=day)
                else:
                    with self.assertRaisesRegex(ValidationError, "next ten years"):
                        self._log("Until", date_next=day)

    def test_day_of_the_person(self):
        """In New York it is still Sunday: the agreed day may be that one."""
        self.salesperson_a.tz = "America/New_York"
        self._log("Sunday", date_next=date(2027, 2, 28))
        with self.assertRaises(ValidationError):
            self._log("Saturday", date_next=date(2027, 2, 27))


@tagged("post_install", "-at_install")
class TestWhoCorrectsAContact(ContactCommon):
    """One's own words for some days; a leader's word at any time; nobody else."""

    def test_span(self):
        """So many days after it was entered, one at least, to the second."""
        for days, span in ((3, 3), (1, 1), (0, 1)):
            self.team_east.process_followup_backdate_days = days
            followup = self._log(f"Entered with {days}").with_user(self.salesperson_a)
            with self.subTest(days=days):
                with self._at(START + span * DAY):
                    followup.subject = f"Corrected after {days}"
                with self._at(START + span * DAY + SECOND):
                    with self.assertRaisesRegex(UserError, f"days allowed: {span}"):
                        followup.subject = "Too late"
                    # what is no word of the contact
                    followup.with_user(self.leader_east).subject = f"Leader {days}"

    def test_who(self):
        self.ownership.collaborator_ids = self.salesperson_b
        followup = self._log()
        for user, may in (
            (self.salesperson_a, True),
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_b, False),
            (self.leader_west, False),
        ):
            with self.subTest(user=user.login):
                own = followup.with_user(user)
                if may:
                    own.next_step = f"Seen by {user.login}"
                else:
                    with self.assertRaises(AccessError):
                        own.next_step = "Mine"
                    with self.assertRaises(AccessError):
                        own.unlink()

    def test_not_moved_later(self):
        """The clock would go on for days with one contact; earlier is honest."""
        followup = self._log(date=START - HOUR).with_user(self.salesperson_a)
        with self._at(START + DAY):
            for moment, is_possible in (
                (START + 60 * SECOND, True),
                (START + 61 * SECOND, False),
                (START - 2 * HOUR, True),
                (START + HOUR, False),
            ):
                with self.subTest(moment=moment):
                    if is_possible:
                        followup.date = moment
                        self.assertEqual(self.ownership.date_last_contact, moment)
                    else:
                        with self.assertRaisesRegex(ValidationError, "before it was"):
                            followup.date = moment
            followup.with_user(self.leader_east).date = START + DAY
            self.assertEqual(self.ownership.date_last_contact, START + DAY)

    def test_given_to_a_colleague(self):
        """Nobody says that a colleague made the contact; a leader may."""
        followup = self._log()
        with self.assertRaisesRegex(AccessError, "Only the person"):
            followup.with_user(self.salesperson_a).user_id = self.salesperson_b
        self.assertTrue(followup.counts)
        followup.with_user(self.leader_east).user_id = self.salesperson_b
        self.assertEqual(followup.void_reason, "stranger")
        self.assertFalse(self.ownership.date_last_contact)

    def test_moved_to_another_customer(self):
        """Both clocks are taken again; a stranger's customer gets none of it."""
        with self._at(START - 20 * DAY):
            other = self._customer(self.salesperson_a)
            strange = self._customer(self.salesperson_b)
        followup = self._log().with_user(self.salesperson_a)
        with self.assertRaises(UserError):
            followup.lead_id = strange.lead_ids
        followup.lead_id = other.lead_ids
        self.assertEqual(followup.sudo().ownership_id, other)
        self.assertFalse(self.ownership.date_last_contact)
        self.assertEqual(other.date_last_contact, START)
        self.assertEqual(other.date_deadline, DEADLINE)
        with self.assertRaisesRegex(ValidationError, "belongs to a lead"):
            followup.lead_id = 0

    def test_corrected_until_it_counts(self):
        """Words that were missing: the clock moves when they are there."""
        followup = self._log("ok").with_user(self.salesperson_a)
        before = self.ownership.date_deadline
        followup.subject = "Asked for twelve pumps"
        self.assertTrue(followup.counts)
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        followup.subject = "ok"
        self.assertEqual(followup.void_reason, "no_words")
        self.assertEqual(self.ownership.date_deadline, before)

    def test_remark_that_changes_nothing(self):
        """What does not decide whether it counts is no reason to judge again."""
        followup = self._log()
        self.ownership.with_user(self.leader_east)
        self.ownership.is_held = True
        followup.with_user(self.salesperson_a).write({"next_step": "Send an offer"})
        self.assertTrue(followup.counts)


@tagged("post_install", "-at_install")
class TestWhoMayLog(ContactCommon):
    """Own contacts with customers that one may work; a leader's for others."""

    def test_for_whom(self):
        self.ownership.collaborator_ids = self.salesperson_b
        for actor, person, may in (
            (self.salesperson_a, self.salesperson_a, True),
            (self.salesperson_a, self.salesperson_b, False),
            (self.salesperson_b, self.salesperson_b, True),
            (self.leader_east, self.salesperson_a, True),
            (self.director, self.salesperson_a, True),
        ):
            with self.subTest(actor=actor.login, person=person.login):
                seed = f"{actor.login} says what {person.login} did"
                if may:
                    followup = self._log(seed, actor, user_id=person.id)
                    self.assertEqual(followup.user_id, person)
                    self.assertTrue(followup.counts)
                else:
                    with self.assertRaisesRegex(AccessError, "your own contacts"):
                        self._log(seed, actor, user_id=person.id)

    def test_by_the_context(self):
        """A default of the client is a value like any other."""
        Followup = self.env["sales.process.followup"].with_user(self.salesperson_a)
        with self.assertRaisesRegex(AccessError, "your own contacts"):
            Followup.with_context(default_user_id=self.salesperson_b.id).create(
                {"lead_id": self.lead.id, "subject": "Not mine"}
            )
        followup = Followup.with_context(default_lead_id=self.lead.id).create(
            {"subject": "By the button of the lead"}
        )
        self.assertEqual(followup.lead_id, self.lead)
        with self.assertRaisesRegex(ValidationError, "belongs to a lead"):
            Followup.create({"subject": "Of nobody"})

    def test_what_people_do_not_write(self):
        for name, value in (
            ("counts", True),
            ("rank", "proven"),
            ("source", "mail"),
            ("is_voided", False),
            ("extension_approved", True),
            ("is_extension_asked", True),
            ("sent_to", {"1": "a@example.com"}),
            ("checked_by_id", self.salesperson_a.id),
            ("ownership_id", self.ownership.id),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                self._log(**{name: value})

    def test_remark_of_a_colleague(self):
        """Reaches the person; the own remark and notes of the system reach nobody."""
        followup = self._log()
        for user, kind, subtype, reaches in (
            (self.leader_east, "comment", "mail.mt_comment", True),
            (self.leader_east, "comment", "mail.mt_note", False),
            (self.salesperson_a, "comment", "mail.mt_comment", False),
            (self.leader_east, "notification", "mail.mt_comment", False),
        ):
            message = followup.with_user(user).message_post(
                body="Well done", message_type=kind, subtype_xmlid=subtype
            )
            with self.subTest(user=user.login, kind=kind, subtype=subtype):
                self.assertEqual(
                    self.salesperson_a.partner_id in message.partner_ids, reaches
                )
        message = followup.with_user(self.leader_east).message_post(
            body="Look",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.salesperson_b.partner_id.ids,
        )
        self.assertEqual(
            message.partner_ids, (self.salesperson_a | self.salesperson_b).partner_id
        )


@tagged("post_install", "-at_install")
class TestTheClock(ContactCommon):
    """Which contact, which day and which limit decide until when it is owned."""

    def test_kinds_of_deadline(self):
        """The agreed day where it is later, the longest time where it is sooner."""
        self._record()
        for agreed, hold, day, kind in (
            (False, 0, 8, "contact"),
            (date(2027, 3, 8), 0, 8, "contact"),
            (date(2027, 3, 9), 0, 9, "agreed"),
            (date(2027, 3, 5), 0, 8, "contact"),
            (False, 30 + 7, 8, "contact"),
            (False, 30 + 6, 7, "max_hold"),
            (date(2027, 3, 20), 30 + 8, 9, "max_hold"),
            (date(2027, 3, 20), 90, 20, "agreed"),
        ):
            self.team_east.process_hold_days_max = hold
            self.ownership.date_agreed = agreed
            self.ownership._update_deadlines()
            with self.subTest(agreed=agreed, hold=hold):
                self.assertEqual(
                    self.ownership.date_deadline,
                    datetime(2027, 3, day, 15, 59, 59),
                )
                self.assertEqual(self.ownership.deadline_kind, kind)

    def test_only_later_contacts_move_it(self):
        for moment, last in (
            (START - 2 * DAY, START - 2 * DAY),
            (START - 3 * DAY, START - 2 * DAY),
            (START - DAY, START - DAY),
            (START, START),
            (START - SECOND, START),
        ):
            self._record(moment)
            self.assertEqual(self.ownership.date_last_contact, last)

    def test_contact_taken_back_in_the_next_period(self):
        """What counted in the period before is the last contact again."""
        before = self._record(START - DAY)
        self.lead.with_user(self.salesperson_a).action_set_lost()
        with self._at(START + HOUR):
            self.lead.with_user(self.salesperson_a).action_unarchive()
        again = self.lead.ownership_id
        self.assertEqual(again.date_last_contact, before.date)
        with self._at(START + 2 * HOUR):
            followup = self._record(START + 2 * HOUR)
            self.assertEqual(again.date_last_contact, followup.date)
            followup.unlink()
        self.assertEqual(again.date_last_contact, before.date)
        self.assertEqual(again.date_deadline, datetime(2027, 3, 7, 15, 59, 59))

    def test_agreement_that_is_over(self):
        """A day within the normal period ends what was approved, flag and all."""
        self.team_east.process_followup_extension_days = 1
        self._log("Wait until spring", date_next=date(2027, 3, 31))
        followup = self.lead.process_followup_ids
        followup.with_user(self.leader_east).action_approve_extension()
        self.assertEqual(self.ownership.date_agreed, date(2027, 3, 31))
        self.assertTrue(self.ownership.is_agreed_approved)
        with self._at(START + DAY):
            second = self._log("Sooner after all", date_next=date(2027, 3, 5))
            second.sudo().extension_approved = True
            self.ownership._recompute_agreed()
        self.assertFalse(self.ownership.date_agreed)
        self.assertFalse(self.ownership.is_agreed_approved)
        self.assertFalse(self.ownership.extension_count)

    def test_nobody_is_overdue_by_a_rule(self):
        """Until the end of the day; who was overdue before stays so."""
        self._record()
        team = self.team_east
        for moment, deadline in (
            (START + 5 * DAY, datetime(2027, 3, 6, 15, 59, 59)),
            (DEADLINE, DEADLINE),
            (DEADLINE + SECOND, datetime(2027, 3, 3, 15, 59, 59)),
        ):
            with (
                self.subTest(moment=moment),
                self._at(moment),
                self.env.cr.savepoint() as savepoint,
            ):
                team.process_followup_days = 2
                self.ownership._apply_rules(moment)
                self.assertEqual(self.ownership.date_deadline, deadline)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_another_zone_is_no_later_one(self):
        """The clock is counted where it ends first, until the next contact."""
        self._record()
        # of New York it is a contact of Sunday, and ends with the Sunday after
        for zone in ("America/New_York", "Asia/Tokyo"):
            self.salesperson_a.tz = zone
            self.ownership._update_deadlines()
            self.assertEqual(
                self.ownership.date_deadline, datetime(2027, 3, 8, 4, 59, 59), zone
            )
        with self._at(START + HOUR):
            self._record(START + HOUR)
        self.assertEqual(self.ownership.date_deadline, datetime(2027, 3, 8, 14, 59, 59))
        self.assertEqual(self.ownership.clock_zones, "Asia/Tokyo")

    def test_held_and_contacted(self):
        """Due now or not: from the second of the deadline on it is not held."""
        for deadline, is_held in (
            (START - SECOND, True),
            (START, False),
            (START + DAY, False),
        ):
            self.ownership.write(
                {
                    "is_held": True,
                    "date_held_until": START + DAY,
                    "date_deadline": deadline,
                }
            )
            OwnershipClock(self.ownership).end_holding()
            with self.subTest(deadline=deadline):
                self.assertEqual(self.ownership.is_held, is_held)
                self.assertEqual(bool(self.ownership.date_held_until), is_held)

    def test_away_and_busy_days_of_others_do_not_matter(self):
        """The colleague's absence stops the colleague's clocks."""
        self.env["sales.process.absence"].with_user(self.leader_east).create(
            {
                "user_id": self.salesperson_b.id,
                "date_start": START,
                "date_end": START + 9 * DAY,
            }
        )
        self._record()
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_frozen_and_off(self):
        """No clock where nobody pursues: frozen, won, in a team that is off."""
        self._record()
        self.ownership.with_user(self.leader_east).action_freeze()
        self.assertFalse(self.ownership.date_deadline)
        lead = self._create_lead(self.salesperson_e, phone="13300000001")
        self.assertFalse(lead.ownership_id)
        self.assertFalse(lead.followup_deadline)


@tagged("post_install", "-at_install")
class TestNextContactIsPlanned(ContactCommon):
    """One to-do a day, lead and person; of the calls, or whatever there is."""

    def _plans(self):
        return self.lead.activity_ids.filtered(lambda row: row.summary)

    def test_once(self):
        day = date(2027, 3, 4)
        for seed, values, count in (
            ("Without a day", {}, 0),
            ("Not wanted", {"date_next": day, "plan_next": False}, 0),
            ("Wanted", {"date_next": day, "next_step": "Offer"}, 1),
            ("Wanted again", {"date_next": day, "next_step": "Offer"}, 1),
            ("Another day", {"date_next": day + DAY, "next_step": "Visit"}, 2),
        ):
            self._log(seed, **values)
            self.assertEqual(len(self._plans()), count, seed)
        self.assertEqual(
            {(row.summary, row.date_deadline) for row in self._plans()},
            {("Offer", day), ("Visit", day + DAY)},
        )
        self.assertEqual(self._plans().user_id, self.salesperson_a)

    def test_each_person_has_an_own_one(self):
        self.ownership.collaborator_ids = self.salesperson_b
        values = {"date_next": date(2027, 3, 4), "next_step": "Offer"}
        self._log("First", **values)
        self._log("Second", self.salesperson_b, **values)
        self.assertEqual(self._plans().user_id, self.salesperson_a | self.salesperson_b)

    def test_kind_of_the_to_do(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self._log("Call", date_next=date(2027, 3, 4), next_step="Offer")
        self.assertEqual(self._plans().activity_type_id, call)
        self._plans().unlink()
        self.env["ir.model.data"].search(
            [("module", "=", "mail"), ("name", "=", "mail_activity_data_call")]
        ).unlink()
        self._log("To do", date_next=date(2027, 3, 5), next_step="Offer")
        self.assertEqual(
            self._plans().activity_type_id,
            self.env.ref("mail.mail_activity_data_todo"),
        )


@tagged("post_install", "-at_install")
class TestWhoLetsADayStand(ContactCommon):
    """The leader, else whoever is above; who gains by it asks."""

    def setUp(self):
        super().setUp()
        manager = self.env.ref("sales_team.group_sale_manager")
        others = self.env["res.users"].search(
            [("id", "not in", (self.director | self.administrator).ids)]
        )
        others.filtered(lambda user: manager in user.all_group_ids).group_ids -= manager
        self.above = min(self.director | self.administrator, key=lambda user: user.id)

    def test_who_is_asked(self):
        nobody = self.env["res.users"]
        for leader, person, asked in (
            (self.leader_east, self.salesperson_a, self.leader_east),
            (self.salesperson_a, self.salesperson_a, self.above),
            (nobody, self.salesperson_a, self.above),
            # the leader made the contact
            (self.leader_east, self.leader_east, self.above),
        ):
            with (
                self.subTest(leader=leader.login, person=person.login),
                self.env.cr.savepoint() as savepoint,
            ):
                self.team_east.user_id = leader
                followup = self._record(user=person)
                self.assertEqual(followup._get_approver(), asked)
                savepoint.rollback()
            self.env.invalidate_all()
        self.leader_east.active = False
        self.assertEqual(self._record()._get_approver(), self.above)

    def test_above_of_the_company(self):
        """Somebody of another company, or from outside, decides nothing."""
        self.team_east.user_id = False
        followup = self._record()
        self.above.write(
            {
                "company_id": self.company_2.id,
                "company_ids": [Command.set(self.company_2.ids)],
            }
        )
        other = (self.director | self.administrator) - self.above
        self.assertEqual(followup._get_approver(), other)
        other.active = False
        self.assertFalse(followup._get_approver())

    def test_who_may(self):
        self.ownership.collaborator_ids = self.salesperson_b
        helper = self._record(START - HOUR, user=self.salesperson_b)
        own = self._record(START)
        for followup, user, may in (
            (own, self.leader_east, True),
            (own, self.director, True),
            (own, self.salesperson_a, False),
            (own, self.leader_west, False),
            (helper, self.salesperson_b, False),
            (helper, self.salesperson_a, False),
            (helper, self.leader_east, True),
        ):
            self.assertIs(followup._may_approve(user), may, user.login)
        # a leader who owns the customer asks as well
        self.team_east.user_id = self.salesperson_a
        self.assertFalse(helper._may_approve(self.salesperson_a))
        (self.director | self.administrator).active = False
        self.assertTrue(
            helper._may_approve(self.salesperson_a), "there is nobody else to ask"
        )

    def test_two_hurdles_of_the_button(self):
        self.team_east.process_followup_extension_days = 1
        followup = self._log("Spring", date_next=date(2027, 3, 31))
        self.assertEqual(followup.date_extension_cut, date(2027, 3, 9))
        self.assertEqual(self.ownership.date_deadline, datetime(2027, 3, 9, 15, 59, 59))
        for user in (self.salesperson_a, self.leader_west, self.salesperson_b):
            with self.assertRaises(AccessError):
                followup.with_user(user).action_approve_extension()
        self.team_east.user_id = self.salesperson_a
        with self.assertRaisesRegex(AccessError, "Nobody approves their own"):
            followup.with_user(self.salesperson_a).action_approve_extension()
        self.team_east.user_id = self.leader_east
        followup.with_user(self.leader_east).action_approve_extension()
        self.assertEqual(
            self.ownership.date_deadline, datetime(2027, 3, 31, 15, 59, 59)
        )
        self.assertFalse(followup.is_extension_asked)
        self.assertFalse(
            self.lead.activity_ids.filtered(
                lambda row: (
                    row.activity_type_id
                    == self.env.ref("sales_process_mgmt.mail_activity_type_extension")
                )
            )
        )


@tagged("post_install", "-at_install")
class TestSpotCheck(ContactCommon):
    """Of the last days, of one's teams, not one's own, not seen before; by chance."""

    def _sample(self, user):
        Followup = self.env["sales.process.followup"].with_user(user)
        return Followup.search(Followup.action_sample()["domain"]).with_env(self.env)

    def test_which_ones(self):
        span = 14 * DAY
        inside = self._record(START - span)
        outside = self._record(START - span - SECOND)
        void = self._record(subject="x")
        self.ownership.collaborator_ids = self.leader_east
        own = self._record(START - HOUR, user=self.leader_east)
        seen = self._record(START - 2 * HOUR)
        seen.with_user(self.leader_east).action_checked()
        chosen = self._sample(self.leader_east)
        self.assertIn(inside, chosen)
        for other in (outside, void, own, seen):
            self.assertNotIn(other, chosen)
        self.assertIn(own, self._sample(self.director))
        self.assertFalse(
            self._sample(self.leader_west) & self.lead.process_followup_ids
        )

    def test_how_many(self):
        for number in range(12):
            self._record(START - number * HOUR)
        chosen = self._sample(self.leader_east)
        self.assertEqual(len(chosen), 10)
        chosen.with_user(self.leader_east).action_checked()
        self.assertEqual(len(self._sample(self.leader_east)), 2)
        self.assertEqual(chosen.checked_by_id, self.leader_east)
        self.assertEqual(set(chosen.mapped("date_checked")), {START})

    def test_who_leads_nothing(self):
        for user in (self.salesperson_a, self.salesperson_c):
            with self.assertRaisesRegex(AccessError, "Only team leaders"):
                self._sample(user)


@tagged("post_install", "-at_install")
class TestActivitiesAreContacts(ContactCommon):
    """Who was in contact, when and how, where an activity is finished."""

    def _finish(self, user, owner=None, feedback="They asked for a price", **values):
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
                "res_id": self.lead.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "user_id": (owner or user).id,
                **values,
            }
        )
        known = self.lead.process_followup_ids
        activity.with_user(user)._action_done(feedback=feedback)
        return self.lead.process_followup_ids - known

    def test_who_was_in_contact(self):
        """Whoever finishes it; a leader finishes it for the owner or a helper."""
        a, b = self.salesperson_a, self.salesperson_b
        self.ownership.collaborator_ids = b
        for number, (user, planned_for, person) in enumerate(
            (
                (a, a, a),
                (a, b, a),
                (b, b, b),
                (b, a, b),
                (self.leader_east, a, a),
                (self.leader_east, b, b),
                (self.leader_east, self.leader_east, self.leader_east),
                (self.director, a, a),
            )
        ):
            with self.subTest(user=user.login, planned_for=planned_for.login):
                followup = self._finish(user, planned_for, self._say(number))
                self.assertEqual(followup.user_id, person)
                self.assertEqual(
                    followup.void_reason,
                    "stranger" if person == self.leader_east else False,
                )
        # a leader who helps was in contact
        self.ownership.collaborator_ids |= self.leader_east
        followup = self._finish(self.leader_east, a, "The leader called alone")
        self.assertEqual(followup.user_id, self.leader_east)

    def test_subject(self):
        """The words, else the summary, else the kind; long ones are kept in whole."""
        for feedback, summary, subject, is_named, solution in (
            ("They ask for  a\nprice", "Call them", "They ask for a price", False, 0),
            (False, "Call them", "Call them", True, 0),
            (False, False, "Call", True, 0),
            ("w" * 200, False, "w" * 200, False, 0),
            ("w" * 201, False, "w" * 200, False, 201),
        ):
            followup = self._finish(
                self.salesperson_a, feedback=feedback, summary=summary
            )
            with self.subTest(feedback=feedback, summary=summary):
                self.assertEqual(followup.subject, subject)
                self.assertEqual(followup.is_named_by_system, is_named)
                self.assertEqual(len(followup.solution or ""), solution)

    def test_channel(self):
        """By the kind of activity; what is no contact makes none."""
        kind = self.env.ref("mail.mail_activity_data_todo")
        for values, channel in (
            ({"category": "phonecall"}, "call"),
            ({"category": "meeting"}, "meeting"),
            ({"process_followup_channel": "visit"}, "visit"),
            (
                {"category": "phonecall", "process_followup_channel": "hotline"},
                "hotline",
            ),
            ({}, None),
        ):
            kind.write(
                {"category": "default", "process_followup_channel": False, **values}
            )
            followup = self._finish(
                self.salesperson_a,
                feedback=self._say(channel),
                activity_type_id=kind.id,
            )
            self.assertEqual(followup.channel if followup else None, channel)

    def test_meeting_that_is_still_to_come(self):
        """Not held yet: the calendar tells when it was."""
        event = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "opportunity_id": self.lead.id,
                "user_id": self.salesperson_a.id,
                "start": START + HOUR,
                "stop": START + 2 * HOUR,
            }
        )
        meeting = self.env.ref("mail.mail_activity_data_meeting").id
        values = {"calendar_event_id": event.id, "activity_type_id": meeting}
        self.assertFalse(self._finish(self.salesperson_a, **values))
        for moment, date_ in (
            (START + HOUR, START + HOUR),
            (START + 5 * HOUR, START + 2 * HOUR),
        ):
            with self._at(moment):
                followup = self._finish(self.salesperson_a, **values)
            self.assertEqual((followup.date, followup.duration), (date_, 1.0))
            self.assertEqual(followup.calendar_event_id, event)
            # once only, whatever is finished for it
            with self._at(moment):
                self.assertFalse(self._finish(self.salesperson_a, **values))
            followup.unlink()


@tagged("post_install", "-at_install")
class TestMeetingsThatAreRecorded(ContactCommon):
    """Of the last week, over, with an owner; at their end, on their day."""

    def _meet(self, start, length=HOUR, **values):
        return self.env["calendar.event"].create(
            {
                "name": "Demonstration of pumps",
                "opportunity_id": self.lead.id,
                "user_id": self.salesperson_a.id,
                "partner_ids": [Command.set(self.salesperson_a.partner_id.ids)],
                "start": start,
                "stop": start + length,
                **values,
            }
        )

    def test_which_ones(self):
        week = 7 * DAY
        with self._at(START - 20 * DAY):
            for start, is_found in (
                (START - HOUR - SECOND, True),
                (START - HOUR, False),
                (START, False),
                (START - HOUR - week + SECOND, True),
                (START - HOUR - week, False),
            ):
                event = self._meet(start)
                with self._at(START):
                    found = event in self.env["calendar.event"]._get_held_meetings()
                self.assertEqual(found, is_found, start)

    def test_whose(self):
        event = self._meet(START - 2 * HOUR)
        Event = self.env["calendar.event"]
        self.assertIn(event, Event._get_held_meetings())
        for change in (
            lambda: setattr(self.team_east, "process_mode", "off"),
            lambda: self.ownership._end("lost"),
            lambda: event.write({"opportunity_id": False}),
            lambda: event.write({"active": False}),
            event._process_meetings,
            lambda: self.env["sales.process.failure"]._mark(event, ValueError("x")),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                self.env.flush_all()
                self.assertNotIn(event, Event._get_held_meetings())
                savepoint.rollback()
            self.env.invalidate_all()
        self.team_east.process_mode = "observe"
        self.assertIn(event, Event._get_held_meetings())

    def test_whole_days(self):
        """Noon of the last day, where the salesperson is; not after now."""
        event = self._meet(
            START, allday=True, start_date="2027-02-26", stop_date="2027-02-27"
        )
        for zone, moment in (
            ("Asia/Shanghai", datetime(2027, 2, 27, 4)),
            ("America/New_York", datetime(2027, 2, 27, 17)),
        ):
            self.salesperson_a.tz = zone
            self.assertEqual(event._get_held_date(), moment)
            with self._at(moment - HOUR):
                self.assertEqual(event._get_held_date(), moment - HOUR)

    def test_who_met(self):
        """The owner, else a helper, else whoever of ours was there and did not
        decline."""
        event = self._meet(START - 2 * HOUR)
        people = self.salesperson_a | self.salesperson_b | self.salesperson_c
        self.ownership.collaborator_ids = self.salesperson_b
        event.partner_ids = people.partner_id
        event.user_id = self.salesperson_c
        for declined, user in (
            (self.env["res.users"], self.salesperson_a),
            (self.salesperson_a, self.salesperson_b),
            (self.salesperson_a | self.salesperson_b, self.salesperson_c),
            (people, self.env["res.users"]),
        ):
            for attendee in event.attendee_ids:
                is_declined = attendee.partner_id in declined.partner_id
                attendee.sudo().state = "declined" if is_declined else "needsAction"
            with self.subTest(declined=declined.mapped("login")):
                self.assertEqual(event._get_meeting_user(), user)
                self.assertEqual(event._was_held(), bool(user))
        self.assertFalse(event._process_meetings())

    def test_long_ago_is_not_taken_back(self):
        """Whoever tidies up a calendar later takes no contact back."""
        for age, is_taken_back in ((90 * DAY - SECOND, True), (90 * DAY, False)):
            with self._at(START - 20 * DAY):
                event = self._meet(START - 10 * DAY)
            with self._at(START - 10 * DAY + HOUR + SECOND):
                followup = event._process_meetings()
            followup.sudo().write(
                {"subject": "They saw the pumps", "is_named_by_system": False}
            )
            self.assertTrue(followup.counts)
            with self._at(followup.date + age):
                event.unlink()
            self.assertEqual(followup.is_not_held, is_taken_back, age)
            followup.unlink()

    def test_put_off_and_held(self):
        """Moved into the future it is no contact; it is recorded when it was held."""
        with self._at(START - DAY):
            event = self._meet(START - 2 * HOUR)
        followup = event._process_meetings()
        followup.sudo().write({"subject": "They saw them", "is_named_by_system": False})
        self.assertTrue(followup.counts)
        event.write({"start": START + DAY, "stop": START + DAY + HOUR})
        self.assertEqual(followup.void_reason, "not_held")
        self.assertFalse(followup.calendar_event_id)
        self.assertFalse(self.ownership.date_last_contact)
        with self._at(START + DAY + HOUR + SECOND):
            self.assertIn(event, self.env["calendar.event"]._get_held_meetings())
