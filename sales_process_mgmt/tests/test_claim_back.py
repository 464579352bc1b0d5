# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Claiming back: which customer, until when, who is asked, what both are told."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.transaction import get_asked_lookups, get_told_lookups
from .common import SalesProcessCommon

PHONE = "13812345678"
OTHER = "13900000001"
SECOND = timedelta(seconds=1)


@tagged("post_install", "-at_install")
class TestWhatIsClaimedBack(SalesProcessCommon):
    """Salesperson A has had the customer since 2020, B has received it again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone=PHONE, partner_name="Wang Tools"
        )
        cls._register_long_ago(cls.lead)
        cls.ownership = cls.lead.ownership_id
        cls.received = cls._create_lead(
            cls.salesperson_b, phone=OTHER, email_from="new@c.example"
        )
        cls.other = cls.received.ownership_id
        cls.Conflict = cls.env["sales.process.conflict"]

    def setUp(self):
        super().setUp()
        for get in (get_asked_lookups, get_told_lookups):
            self.addCleanup(get(self.env).clear)

    def _claim(self, user=None, ownership=None, **values):
        wizard = (
            self.env["sales.process.claim.back"]
            .with_user(user or self.salesperson_a)
            .create(
                {
                    "ownership_id": (ownership or self.ownership).id,
                    "phone": OTHER,
                    "reason": "Same buyer",
                    **values,
                }
            )
        )
        result = wizard.action_claim_back()
        self.env.flush_all()
        self.env.invalidate_all()
        return result["params"]["type"]

    def _claims(self):
        return self.Conflict.search([("is_claim_back", "=", True)])

    def test_until_when(self):
        """Whole days of the receiver's zone, both sides, over the end of a month."""
        # received on the last evening of January in New York
        start = datetime(2026, 2, 1, 2)
        for days, tz, moment, kind in (
            (2, "America/New_York", datetime(2026, 2, 3, 4, 59, 59), "success"),
            (2, "America/New_York", datetime(2026, 2, 3, 5, 0, 1), "warning"),
            (2, "Asia/Shanghai", datetime(2026, 2, 3, 15, 59, 59), "success"),
            (2, "Asia/Shanghai", datetime(2026, 2, 3, 16, 0, 1), "warning"),
            (0, "Asia/Shanghai", start + SECOND, "warning"),
            (30, "Asia/Shanghai", datetime(2026, 3, 3, 15, 59, 59), "success"),
            (30, "Asia/Shanghai", datetime(2026, 3, 3, 16, 0, 1), "warning"),
        ):
            with (
                self.subTest(days=days, tz=tz, moment=moment),
                self._at(moment),
                self.env.cr.savepoint() as savepoint,
            ):
                self.other.date_start = start
                self.team_east.process_claim_back_days = days
                self.salesperson_b.tz = tz
                self.assertEqual(self._claim(), kind)
                self.assertEqual(len(self._claims()), int(kind == "success"))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_which_customer(self):
        """Of a colleague, in the same company, received later, owned now, only one."""
        third = self._create_lead(self.salesperson_c, email_from="third@c.example")
        later = self.ownership.date_start + SECOND

        def own():
            self.other._hand_over(
                {self.other: self.salesperson_a}, "transfer", "transferred"
            )

        for change, values, kind in (
            (lambda: None, {}, "success"),
            (lambda: None, {"phone": False, "email": "new@c.example"}, "success"),
            (lambda: None, {"phone": "13900000099"}, "warning"),
            (lambda: None, {"email": "third@c.example"}, "warning"),
            (lambda: self.other._give_up("Moved"), {}, "warning"),
            (lambda: self.other._end("lost"), {}, "warning"),
            (own, {}, "warning"),
            (
                lambda: self.ownership.write({"date_start": self.other.date_start}),
                {},
                "warning",
            ),
            (
                lambda: self.ownership.write(
                    {"date_start": self.other.date_start - SECOND}
                ),
                {},
                "success",
            ),
            (
                lambda: self.other.write({"company_id": self.company_2.id}),
                {},
                "warning",
            ),
        ):
            with (
                self.subTest(values=values, kind=kind),
                self.env.cr.savepoint() as savepoint,
            ):
                change()
                self.env.flush_all()
                self.assertEqual(self._claim(**values), kind)
                self.assertEqual(self.received.user_id.share, False)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertTrue(third.ownership_id.date_start > later)

    def test_refused_in_a_sentence(self):
        for values, words in (
            ({"phone": False}, "Enter the phone or the e-mail"),
            ({"phone": "12"}, "Enter the phone or the e-mail"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self._claim(**values)
        self.ownership._give_up("Moved")
        pooled = self.lead.ownership_id
        for ownership, user in (
            (pooled, self.leader_east),
            (self.ownership, self.leader_east),
        ):
            with self.assertRaisesRegex(UserError, "Nobody owns this customer now"):
                self._claim(user, ownership)
        self.assertFalse(self._claims())

    def test_claims_are_look_ups(self):
        """Typing number after number into the claim reads nobody's customers."""
        self.company.process_lookup_limit = 1
        self._claim(phone="13900000091")
        for phone in (OTHER, "13900000092"):
            with self.assertRaisesRegex(UserError, "within an hour"):
                self._claim(phone=phone)
        self.assertFalse(self._claims())
        # recorded however the claim ends
        asked = get_asked_lookups(self.env)
        self.assertEqual([row["is_charged"] for row in asked], [True])

    def test_what_is_put_into_the_inbox(self):
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        self._claim()
        claim = self._claims()
        self.assertEqual(claim.user_id, self.salesperson_b)
        self.assertEqual(claim.owner_id, self.salesperson_a)
        self.assertEqual(claim.ownership_id, self.ownership)
        self.assertEqual(claim.other_ownership_id, self.other)
        self.assertEqual(claim.lead_id, self.received)
        self.assertEqual(claim.team_id, self.team_east)
        self.assertEqual((claim.state, claim.resolution), ("open", False))
        self.assertEqual(claim.note, "Same buyer")
        self.assertEqual(claim.identities, [[self.company.id, "phone", f"+86{OTHER}"]])
        told = self.env["mail.message"].search(
            [("id", ">", last), ("subject", "like", "is claimed back")]
        )
        self.assertEqual(
            told.notified_partner_ids,
            (self.salesperson_b | self.leader_east).partner_id,
        )
        self.assertIn("Reason: Same buyer", told[0].body)
        # the receiver may give it back, nobody else
        for user, may in (
            (self.salesperson_b, True),
            (self.salesperson_a, False),
            (self.leader_east, False),
        ):
            self.assertEqual(claim.with_user(user).can_give_back, may, user.login)
        self._claim()
        self.assertEqual(len(self._claims()), 1, "Asked twice is asked once")

    def test_both_are_told_when_it_is_back(self):
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        self._claim(self.leader_east)
        self.assertEqual(self.received.user_id, self.salesperson_a)
        self.assertEqual(self.other.end_reason, "merged")
        told = self.env["mail.message"].search(
            [("id", ">", last), ("subject", "like", "was claimed back")]
        )
        self.assertEqual(
            told.notified_partner_ids,
            (self.salesperson_b | self.salesperson_a).partner_id,
        )
        self.assertIn("old customer of Salesperson A", told[0].body)
        bodies = str(self.received.message_ids.mapped("body"))
        self.assertIn("Salesperson B had received the customer as", bodies)

    def test_who_left_is_not_told(self):
        self._claim()
        self.salesperson_b.active = False
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.ownership._take_back(self.other.sudo())
        told = self.env["mail.message"].search(
            [("id", ">", last), ("subject", "like", "was claimed back")]
        )
        self.assertEqual(told.notified_partner_ids, self.salesperson_a.partner_id)

    def test_leader_of_one_side_only_asks(self):
        """The customer of another team is asked for; its leader is told as well."""
        self.team_west.process_mode = "enforce"
        theirs = self._create_lead(self.salesperson_d, phone="13900000007")
        self.assertEqual(self._claim(self.leader_east, phone="13900000007"), "success")
        claim = self._claims()
        self.assertEqual(claim.other_ownership_id, theirs.ownership_id)
        self.assertEqual(theirs.user_id, self.salesperson_d)
        self.assertEqual(claim.team_id, self.team_west)
        for leader in (self.leader_east, self.leader_west):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                claim.with_user(leader).action_keep()
        claim.with_user(self.director).action_keep()
        self.assertEqual(theirs.user_id, self.salesperson_a)
        self.assertEqual(theirs.team_id, self.team_east)

    def test_given_back_once_and_while_it_is_so(self):
        self._claim()
        claim = self._claims().with_user(self.salesperson_b)
        for change in (
            lambda: self.other._give_up("Moved"),
            lambda: self.other._end("lost"),
            lambda: self.ownership._hand_over(
                {self.ownership: self.salesperson_c}, "transfer", "transferred"
            ),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                self.env.flush_all()
                self.env.invalidate_all()
                with self.assertRaisesRegex(UserError, "changed hands"):
                    claim.action_give_back()
                savepoint.rollback()
                self.env.invalidate_all()
        claim.action_give_back()
        self.assertEqual(self.received.ownership_id, self.ownership)
        self.assertEqual(
            (claim.sudo().state, claim.sudo().resolution), ("resolved", "kept")
        )
        self.assertEqual(claim.sudo().resolved_by_id, self.salesperson_b)
        with self.assertRaises(AccessError):
            claim.action_give_back()
