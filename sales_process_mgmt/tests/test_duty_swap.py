# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_duty import END, SECOND, START, DutyCommon


@tagged("post_install", "-at_install")
class TestDutySwap(DutyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.duty = cls._create_duty(cls.salesperson_a)

    def setUp(self):
        super().setUp()
        self.enterContext(self._at(START - timedelta(days=2)))

    def _ask(self, user=None, substitute=None, duty=None):
        return (
            self.env["sales.process.duty.swap"]
            .with_user(user or self.salesperson_a)
            .create(
                {
                    "duty_id": (duty or self.duty).id,
                    "substitute_id": (substitute or self.salesperson_b).id,
                    "reason": "Customer visit",
                }
            )
        )

    def _get_messages(self, user):
        """The messages about an answer; the to-do that asks for one is no answer."""
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("model", "=", "sales.process.duty.swap"),
                    ("message_type", "=", "user_notification"),
                    ("subject", "in", ("Shift swapped", "Swap refused")),
                    ("partner_ids", "in", user.partner_id.ids),
                ]
            )
        )

    def test_asked_and_accepted(self):
        """The colleague accepts: it is on duty, the leader is told once."""
        swap = self._ask()
        self.assertEqual(swap.state, "asked")
        self.assertEqual(swap.requester_id, self.salesperson_a)
        self.assertEqual(swap.activity_ids.user_id, self.salesperson_b)
        self.assertEqual(self.duty.duty_user_id, self.salesperson_a, "not yet")
        self.assertFalse(self._get_messages(self.leader_east))

        swap.with_user(self.salesperson_b).action_accept()
        self.assertEqual(swap.state, "accepted")
        self.assertEqual(swap.date_answered, START - timedelta(days=2))
        self.assertEqual(self.duty.state, "swapped")
        self.assertEqual(self.duty.substitute_id, self.salesperson_b)
        self.assertEqual(self.team_east._get_duty_users(START), self.salesperson_b)
        self.assertFalse(swap.activity_ids)
        self.assertEqual(len(self._get_messages(self.leader_east)), 1)
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1)
        self.assertFalse(self._get_messages(self.salesperson_b))

    def test_second_click_changes_nothing(self):
        """Accepting twice or refusing after it does nothing and tells nobody."""
        swap = self._ask().with_user(self.salesperson_b)
        swap.action_accept()
        swap.action_accept()
        swap.action_refuse()
        swap.with_user(self.salesperson_a).action_cancel()
        self.assertEqual(swap.state, "accepted")
        self.assertEqual(self.duty.state, "swapped")
        self.assertEqual(len(self._get_messages(self.leader_east)), 1)

    def test_refused(self):
        """The colleague refuses: nothing changes, the person on duty is told."""
        swap = self._ask()
        swap.with_user(self.salesperson_b).action_refuse()
        self.assertEqual(swap.state, "refused")
        self.assertEqual(self.duty.state, "planned")
        self.assertEqual(self.duty.duty_user_id, self.salesperson_a)
        self.assertFalse(swap.activity_ids)
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1)
        self.assertFalse(self._get_messages(self.leader_east))
        self.assertTrue(self._ask(), "somebody may be asked again")

    def test_taken_back(self):
        """The person on duty takes the request back; the colleague's to-do goes."""
        swap = self._ask()
        swap.action_cancel()
        self.assertEqual(swap.state, "cancelled")
        self.assertFalse(swap.activity_ids)
        swap.with_user(self.salesperson_b).action_accept()
        self.assertEqual(self.duty.state, "planned")

    def test_leader_swaps_at_once(self):
        """The leader decides for others: both people are told, nobody is asked."""
        swap = self._ask(self.leader_east)
        self.assertEqual(swap.state, "accepted")
        self.assertEqual(self.duty.duty_user_id, self.salesperson_b)
        self.assertFalse(swap.activity_ids)
        self.assertEqual(len(self._get_messages(self.salesperson_a)), 1)
        self.assertEqual(len(self._get_messages(self.salesperson_b)), 1)
        self.assertFalse(self._get_messages(self.leader_east))

    def test_leader_asks_for_own_shift(self):
        """The leader's own shift is asked for like anybody's."""
        duty = self._create_duty(self.leader_east)
        swap = self._ask(self.leader_east, duty=duty)
        self.assertEqual(swap.state, "asked")
        swap.with_user(self.salesperson_b).action_accept()
        self.assertEqual(duty.duty_user_id, self.salesperson_b)

    def test_leader_answers_for_the_colleague(self):
        """The leader may decide a request, another team's leader may not."""
        swap = self._ask()
        with self.assertRaises(AccessError):
            swap.with_user(self.leader_west).action_accept()
        swap.with_user(self.leader_east).action_accept()
        self.assertEqual(self.duty.duty_user_id, self.salesperson_b)

    def test_swapped_shift_can_be_swapped_again_and_back(self):
        """The substitute asks too; the planned person taking it back ends the swap."""
        self._ask().with_user(self.salesperson_b).action_accept()
        with self._assert_refused("Only Salesperson B", AccessError):
            self._ask(self.salesperson_a, self.salesperson_c)
        again = self._ask(self.salesperson_b, self.salesperson_c)
        again.with_user(self.salesperson_c).action_accept()
        self.assertEqual(self.duty.substitute_id, self.salesperson_c)
        back = self._ask(self.salesperson_c, self.salesperson_a)
        back.with_user(self.salesperson_a).action_accept()
        self.assertEqual(self.duty.state, "confirmed")
        self.assertFalse(self.duty.substitute_id)
        self.assertEqual(self.duty.duty_user_id, self.salesperson_a)

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    def test_only_before_the_shift_starts(self):
        """Asked for until the last second before the shift; leaders until its end."""
        with self._at(START), self._assert_refused("has started"):
            self._ask()
        with self._at(START - SECOND):
            self._ask().action_cancel()
        with self._at(END), self._assert_refused("is over"):
            self._ask(self.leader_east)
        with self._at(END - SECOND):
            self._ask(self.leader_east)
        self.assertEqual(self.duty.duty_user_id, self.salesperson_b)

    def test_answer_until_the_shift_is_over(self):
        """A late answer still helps while the shift runs."""
        swap = self._ask().with_user(self.salesperson_b)
        with self._at(END), self._assert_refused("is over"):
            swap.action_accept()
        with self._at(END - SECOND):
            swap.action_accept()
        self.assertEqual(self.duty.state, "swapped")

    def test_substitute_must_be_free(self):
        """On duty one second of that time is too much; right after it is not."""
        other = self._create_duty(self.salesperson_b, END - SECOND, END + SECOND)
        with self._assert_refused("already on duty then"):
            self._ask()
        other.date_start = END
        self.assertTrue(self._ask())

    def test_substitute_who_became_busy(self):
        """Free when asked, on duty when accepting: refused in words."""
        swap = self._ask()
        self._create_duty(self.salesperson_b)
        with self._assert_refused("already on duty then"):
            swap.with_user(self.salesperson_b).action_accept()
        self.assertEqual(swap.state, "asked")

    def test_substitute_must_belong_to_the_team(self):
        """Other teams, other companies and oneself cannot take the shift."""
        for user, sentence in (
            (self.salesperson_d, "does not belong to Team East"),
            (self.salesperson_x, "Company|compan|belong"),
            (self.salesperson_a, "has this shift already"),
        ):
            with self.subTest(user=user.login), self._assert_refused(sentence):
                self._ask(substitute=user)

    def test_only_own_shift(self):
        """Colleagues and other teams cannot give away somebody's shift."""
        with self._assert_refused("Only Salesperson A", AccessError):
            self._ask(self.salesperson_b, self.salesperson_c)
        for user in (self.salesperson_d, self.leader_west, self.office_user):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._ask(user, self.salesperson_b)

    def test_one_open_request(self):
        """A second request for the same shift is refused by the database."""
        self._ask()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._ask(substitute=self.salesperson_c)

    def test_cancelled_shift(self):
        """No swap for a cancelled shift; cancelling a shift ends its request."""
        swap = self._ask()
        self.duty.with_user(self.leader_east).action_cancel()
        self.assertEqual(swap.state, "cancelled")
        self.assertFalse(swap.activity_ids)
        with self._assert_refused("is cancelled"):
            self._ask()

    def test_moved_or_given_away_shift(self):
        """A request was about that time and that person: a change ends it."""
        swap = self._ask()
        self.duty.with_user(self.leader_east).note = "Bring the keys"
        self.duty.with_user(self.leader_east).action_confirm()
        self.assertEqual(swap.state, "asked")
        self.duty.with_user(self.leader_east).date_end = END + SECOND
        self.assertEqual(swap.state, "cancelled")
        swap = self._ask()
        self.duty.with_user(self.leader_east).user_id = self.salesperson_c
        self.assertEqual(swap.state, "cancelled")

    def test_team_without_leader(self):
        """Two people swap where nobody leads."""
        self.team_east.user_id = False
        self._ask().with_user(self.salesperson_b).action_accept()
        self.assertEqual(self.duty.duty_user_id, self.salesperson_b)

    # ------------------------------------------------------------
    # ACCESS AND INTERFACE
    # ------------------------------------------------------------

    def test_who_reads_and_answers(self):
        """The two people and their leader read a request; nobody writes it."""
        swap = self._ask()
        for user, reads in (
            (self.salesperson_a, True),
            (self.salesperson_b, True),
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_c, False),
            (self.salesperson_d, False),
            (self.leader_west, False),
            (self.salesperson_x, False),
            (self.office_user, False),
        ):
            with self.subTest(user=user.login):
                own = swap.with_user(user)
                self.assertEqual(own.has_access("read"), reads)
                self.assertFalse(own.has_access("write"))
                self.assertFalse(own.has_access("unlink"))
                if not reads:
                    for method in ("action_accept", "action_refuse", "action_cancel"):
                        with self.assertRaises(AccessError):
                            getattr(own, method)()
        for user, method in (
            (self.salesperson_a, "action_accept"),
            (self.salesperson_a, "action_refuse"),
            (self.salesperson_b, "action_cancel"),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(swap.with_user(user), method)()
        self.assertEqual(swap.state, "asked")

    def test_state_cannot_be_smuggled_in(self):
        """A request made by RPC with an answer in it is refused, or open."""
        Swap = self.env["sales.process.duty.swap"].with_user(self.salesperson_a)
        values = {"duty_id": self.duty.id, "substitute_id": self.salesperson_b.id}
        forged = {"state": "accepted", "requester_id": self.salesperson_c.id}
        with self.assertRaises(AccessError):
            Swap.create({**values, **forged})
        swap = Swap.with_context(
            **{f"default_{name}": value for name, value in forged.items()}
        ).create(values)
        self.assertEqual(swap.state, "asked")
        self.assertEqual(swap.requester_id, self.salesperson_a)
        self.assertEqual(self.duty.state, "planned")

    def test_form_offers_who_is_free(self):
        """The choice leaves out who is on duty, absent or not in the team."""
        self._create_duty(self.salesperson_c)
        self.leader_east.write({"out_of_office_from": START})
        action = self.duty.with_user(self.salesperson_a).action_ask_swap()
        form = Form(
            self.env["sales.process.duty.swap"]
            .with_user(self.salesperson_a)
            .with_context(**action["context"]),
            "sales_process_mgmt.sales_process_duty_swap_view_form_ask",
        )
        self.assertEqual(form.candidate_ids[:].ids, self.salesperson_b.ids)
        form.substitute_id = self.salesperson_b
        self.assertEqual(form.save().state, "asked")

    def test_buttons_on_the_shift(self):
        """Before the shift for the person on duty, until its end for the leader."""
        duty = self.duty
        for user, moment, offered in (
            (self.salesperson_a, START - SECOND, True),
            (self.salesperson_a, START, False),
            (self.salesperson_b, START - SECOND, False),
            (self.leader_east, END - SECOND, True),
            (self.leader_east, END, False),
        ):
            with self.subTest(user=user.login, moment=moment), self._at(moment):
                duty.invalidate_recordset()
                self.assertEqual(duty.with_user(user).can_ask_swap, offered)
        self._ask()
        duty.invalidate_recordset()
        self.assertFalse(duty.with_user(self.salesperson_a).can_ask_swap)
        self.assertEqual(
            duty.with_user(self.salesperson_a).action_open_swap()["res_id"],
            duty.open_swap_id.id,
        )
