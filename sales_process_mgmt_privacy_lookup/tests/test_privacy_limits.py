# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon
from odoo.addons.sales_process_mgmt.tools.ledger_rules import RULES

NAME = "Person Itenov"
EMAIL = "itenov@person.example"
PHONE = "13812345678"


@tagged("post_install", "-at_install")
class TestPrivacyLimits(SalesProcessCommon):
    """What is about the person goes, what is about anybody else stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": NAME, "email": EMAIL, "phone": PHONE}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.partner.id)
        cls.ownership = cls.lead.ownership_id
        cls.other = cls._create_lead(
            cls.salesperson_b, phone="13900000001", name="Another customer"
        ).ownership_id

    def _forget(self, record=None):
        record = record or self.ownership
        wizard = (
            self.env["privacy.lookup.wizard"]
            .with_user(self.env.ref("base.user_admin"))
            .create({"name": NAME, "email": EMAIL})
        )
        wizard.action_lookup()
        line = wizard.line_ids.filtered(
            lambda line: (line.res_model, line.res_id) == (record._name, record.id)
        )
        line.action_unlink()
        self.env.flush_all()
        self.env.invalidate_all()

    def _get_state(self, ownership):
        return (
            *(ownership.name, ownership.state, ownership.user_id, ownership.phase),
            *(ownership.date_start, ownership.date_end, ownership.date_deadline),
            sorted((key.kind, key.value, key.active) for key in ownership.key_ids),
            sorted(ownership.message_ids.mapped("body")),
        )

    def _follow_up(self, ownership, **values):
        user = ownership.user_id
        return (
            self.env["sales.process.followup"]
            .with_user(user)
            .create({"lead_id": ownership.lead_ids[:1].id, **values})
        )

    def test_the_others_stay_as_they_are(self):
        theirs = self._follow_up(
            self.other,
            channel="call",
            subject="Wants a price",
            next_step="Write to him",
        )
        before = self._get_state(self.other)
        self._forget()
        self.assertEqual(self._get_state(self.other), before)
        self.assertEqual(
            (theirs.subject, theirs.next_step), ("Wants a price", "Write to him")
        )
        self.assertTrue(self.other.key_ids.filtered("active"))

    def test_facts_of_a_contact_stay(self):
        """When, how and whether it counted is what numbers are made of."""
        followup = self._follow_up(
            self.ownership,
            channel="visit",
            subject=f"{NAME} wants a visit",
            solution=f"{NAME} has seen it",
            next_step=f"Write to {EMAIL}",
            location="At his house",
        )
        facts = ("date", "channel", "counts", "user_id", "ownership_id", "duration")
        before = followup.read(facts, load=None)
        self._forget()
        self.assertEqual(followup.read(facts, load=None), before)
        self.assertEqual(
            [followup[n] for n in ("subject", "solution", "next_step", "location")],
            ["Anonymous", False, False, False],
        )

    def test_one_row_alone(self):
        """Only what stands in that row: the other contact and the period go on."""
        first, second = (
            self._follow_up(
                self.ownership, channel="call", subject=text, next_step=f"{NAME} {text}"
            )
            for text in ("wants a price", "wants a discount")
        )
        before = self._get_state(self.ownership)
        self._forget(first)
        self.assertEqual((first.subject, first.next_step), ("Anonymous", False))
        self.assertEqual(second.subject, "wants a discount")
        self.assertEqual(second.next_step, f"{NAME} wants a discount")
        self.assertEqual(self._get_state(self.ownership), before)

    def test_period_ends_once(self):
        """One that had ended before keeps its end and its reason."""
        self.ownership.with_user(self.leader_east)._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        self.env.flush_all()
        newest = self.lead.ownership_id
        ended = (self.ownership.date_end, self.ownership.end_reason)
        self.assertTrue(all(ended))
        self._forget()
        self.assertEqual(
            (self.ownership.date_end, self.ownership.end_reason, self.ownership.state),
            (*ended, "ended"),
        )
        self.assertEqual((newest.state, newest.end_reason), ("ended", "lost"))
        self.assertEqual(newest.user_id, self.salesperson_b)
        for key in (self.ownership | newest).with_context(active_test=False).key_ids:
            self.assertEqual(
                (key.value, key.active), (f"anonymous-{key.id}", False), key.kind
            )
        for rule in RULES:
            self.env.cr.execute(rule.query)
            self.assertFalse(self.env.cr.fetchall(), rule.sentence)

    def test_shared_details_of_others_stay(self):
        """The same number in another kind, and a detail that only resembles it."""
        Shared = self.env["sales.process.shared.value"]
        own = Shared.create({"kind": "email", "value": EMAIL, "state": "watched"})
        alike = Shared.create(
            {"kind": "email", "value": f"x{EMAIL}", "state": "watched"}
        )
        self._forget()
        self.assertFalse(own.exists())
        self.assertTrue(alike.exists())

    def test_notices_of_others_stay(self):
        def notify(body, subject="Your customer"):
            return self.env["mail.thread"].message_notify(
                partner_ids=self.salesperson_b.partner_id.ids,
                subject=subject,
                body=body,
            )

        ours = notify(f"Somebody worked on {NAME.upper()}")
        subject = notify("Somebody called", subject=f"Write to {EMAIL}")
        theirs = notify("Somebody worked on Another customer")
        # a notice that belongs to somebody else's document is not ours to delete
        document = self.env["res.partner"].create({"name": "Somebody"})
        foreign = document.message_notify(
            partner_ids=self.salesperson_b.partner_id.ids, body=f"Ask {NAME}"
        )
        self._forget()
        self.assertFalse((ours | subject).exists())
        self.assertEqual((theirs | foreign).exists(), theirs | foreign)

    def test_drafts_of_others_stay(self):
        """Whatever way the number is typed; a number that shares its end in part."""
        Draft = self.env["sales.process.registration"].with_user(self.salesperson_b)
        own = Draft
        for typed in ("+86 138-1234-5678", "138.1234.5678", "13812345678 or 12"):
            own |= Draft.create({"phone": typed})
        theirs = Draft.create({"phone": "13812345679"})
        theirs |= Draft.create({"phone": "13900000001"})
        self._forget()
        self.assertFalse(own.exists())
        self.assertEqual(theirs.exists(), theirs)

    def test_pool(self):
        """A customer of nobody is forgotten as well, and comes back to nobody."""
        self.ownership.with_user(self.leader_east)._hand_over(
            {self.ownership: self.env["res.users"]}, "transfer", "transferred"
        )
        self.env.flush_all()
        current = self.lead.ownership_id
        self._forget(current)
        self.assertEqual((current.state, current.name), ("ended", "Anonymous"))
        self.assertFalse(current.key_ids.filtered("active"))

    def test_number_is_free_again(self):
        """Whoever writes next is a new customer, without a history."""
        self._forget()
        self.lead.unlink()
        lead = self._create_lead(self.salesperson_b, phone=PHONE, email_from=EMAIL)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_b)
        self.assertFalse(lead.ownership_id.previous_id)
        self.assertNotEqual(lead.ownership_id, self.ownership)

    def test_who_forgets(self):
        """No salesperson, leader or sales administrator, by no door."""
        before = self._get_state(self.ownership)
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": NAME, "email": EMAIL}
        )
        wizard.action_lookup()
        line = wizard.line_ids.filtered(
            lambda line: line.res_model == self.ownership._name
        )[:1]
        self.assertTrue(line)
        for user in (
            *(self.salesperson_a, self.salesperson_b, self.salesperson_c),
            *(self.leader_east, self.director, self.office_user),
        ):
            with (
                self.subTest(user.login),
                self.assertRaises(AccessError),
                self.env.cr.savepoint(),
            ):
                line.with_user(user).action_unlink()
        self.env.invalidate_all()
        self.assertEqual(self._get_state(self.ownership), before)
