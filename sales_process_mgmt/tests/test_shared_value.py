# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contact details that identify nobody: the list, and what is our own."""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon
from .test_registration import RegistrationCommon

PHONE = "13812345678"
KEY = f"+86{PHONE}"
EMAIL = "info@mall.example"


@tagged("post_install", "-at_install")
class TestSharedValues(RegistrationCommon):
    """A confirmed detail frees its keys; the system proposes, an administrator says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Shared = cls.env["sales.process.shared.value"]

    def _keep(self, **values):
        return self.Shared.create({"value": PHONE, "kind": "phone", **values})

    def test_kept_as_the_keys_are(self):
        """Whatever notation was typed, what is kept is what a lead's key is."""
        for kind, value, kept in (
            ("phone", "138 1234-5678", ("phone", KEY)),
            ("phone", "0086 138 1234 5678", ("phone", KEY)),
            (False, PHONE, ("phone", KEY)),
            ("email", " Info@Mall.Example ", ("email", EMAIL)),
            ("email", "The Mall <info@mall.example>", ("email", EMAIL)),
            ("vat", "91 3301 0000 0000 001X", ("vat", "91330100000000001X")),
        ):
            with (
                self.subTest(kind=kind, value=value),
                self.env.cr.savepoint() as savepoint,
            ):
                row = self._keep(kind=kind, value=value)
                self.assertEqual((row.kind, row.value), kept)
                self.assertEqual(row.state, "confirmed")
                self.assertEqual(row.company_id, self.company)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_identifies_nobody_anyway(self):
        for kind, value in (
            ("phone", "12"),
            ("phone", ""),
            ("phone", False),
            ("email", PHONE),
            ("email", "mall.example"),
            ("vat", "1"),
            ("name", "Acme"),
            ("partner", "1"),
            (7, PHONE),
            ("phone", 7),
            ("phone", [PHONE]),
        ):
            with (
                self.subTest(kind=kind, value=value),
                self.assertRaisesRegex(UserError, "could identify a customer"),
            ):
                self._keep(kind=kind, value=value)

    def test_changed_value_is_read_again(self):
        row = self._keep()
        row.value = "139 0000 0001"
        self.assertEqual((row.kind, row.value), ("phone", "+8613900000001"))
        row.write({"kind": "email", "value": "INFO@mall.example"})
        self.assertEqual((row.kind, row.value), ("email", EMAIL))
        for values in ({"kind": "phone"}, {"value": PHONE}):
            with self.assertRaises(UserError):
                row.write(values)
        row.note = "Switchboard"
        self.assertEqual(row.value, EMAIL)

    def test_once_for_each_company(self):
        self._keep()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._keep(value="+86 138 12345678")
        for company in (self.company_2, self.env["res.company"]):
            self.assertTrue(self._keep(value=f"+86{PHONE}", company_id=company.id))

    def test_number_is_read_in_the_country_of_its_company(self):
        row = self._keep(value="212 555 0199", company_id=self.company_2.id)
        self.assertEqual(row.value, "+12125550199")

    def test_confirmed_frees_and_rejected_brings_back(self):
        lead = self._create_lead(self.salesperson_a, phone=PHONE)
        row = self._keep(state="proposed")
        self.assertEqual(self._ownership(KEY), lead.ownership_id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_b, phone=PHONE)
        for user in (self.salesperson_a, self.leader_east):
            for action in ("action_confirm", "action_reject"):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(row.with_user(user), action)()
        row.with_user(self.director).action_confirm()
        self.assertFalse(self._ownership(KEY))
        self.assertEqual(lead.ownership_id.state, "open")
        second = self._create_lead(self.salesperson_b, phone=PHONE)
        self.assertNotEqual(second.ownership_id, lead.ownership_id)
        self.assertFalse(self._ownership(KEY))
        row.with_user(self.director).action_reject()
        (lead | second).ownership_id._read_details_again()
        self.assertEqual(self._ownership(KEY), lead.ownership_id, "The older one")

    def test_other_companies_keep_theirs(self):
        lead = self._create_lead(self.salesperson_x, phone="+86 13812345678")
        self._keep()
        key = self.env["sales.process.ownership.key"].search([("value", "=", KEY)])
        self.assertEqual(key.ownership_id, lead.ownership_id)
        self._keep(company_id=False)
        identities = {(self.company_2.id, "phone", KEY)}
        self.assertEqual(self.Shared._get_confirmed(identities), identities)
        self.assertFalse(key.active, "A row without company is for all of them")
        second = self._create_lead(self.salesperson_x, phone="+1 212 555 0199")
        self._keep(value="+1 212 555 0199", company_id=False)
        third = self._create_lead(self.salesperson_x, phone="+1 212 555 0199")
        self.assertNotEqual(second.ownership_id, third.ownership_id)

    def test_only_what_is_confirmed(self):
        wanted = {
            (self.company.id, "phone", KEY),
            (self.company.id, "email", EMAIL),
            (self.company.id, "wechat", "info"),
        }
        for state in ("watched", "proposed", "rejected"):
            row = self._keep(state=state)
            self.assertFalse(self.Shared._get_confirmed(wanted), state)
            row.unlink()
        self._keep()
        self.assertEqual(
            self.Shared._get_confirmed(wanted), {(self.company.id, "phone", KEY)}
        )
        self.assertEqual(self.Shared._get_confirmed(set()), set())

    def test_counted_until_proposed(self):
        """Both sides of the threshold; what was decided is not proposed again."""
        key = (self.company.id, "phone", KEY)

        def count(*keys):
            self.Shared._count_conflicts(list(keys))
            row = self.Shared.search([("value", "=", KEY)])
            return (row.state, row.conflict_count) if row else None

        for threshold, known, keys, found in (
            (3, None, [key] * 2, ("watched", 2)),
            (3, None, [key] * 3, ("proposed", 3)),
            (3, ("watched", 1), [key], ("watched", 2)),
            (3, ("watched", 2), [key], ("proposed", 3)),
            (3, ("proposed", 3), [key], ("proposed", 4)),
            (3, ("rejected", 9), [key], ("rejected", 10)),
            (3, ("confirmed", 9), [key], ("confirmed", 10)),
            (0, None, [key] * 99, ("watched", 99)),
            (0, ("watched", 99), [key], ("watched", 100)),
            (1, None, [(self.company.id, "partner", KEY)], None),
            (1, None, [], None),
        ):
            with (
                self.subTest(threshold=threshold, known=known, keys=len(keys)),
                self.env.cr.savepoint() as savepoint,
            ):
                self.company.process_shared_value_threshold = threshold
                if known:
                    state, number = known
                    self._keep(state=state, conflict_count=number)
                self.assertEqual(count(*keys), found)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_registration_says_so(self):
        self._keep(kind="email", value=EMAIL)
        for values, state in (
            ({"email": EMAIL}, "shared"),
            ({"email": EMAIL, "phone": PHONE}, "new"),
            ({"email": EMAIL, "wechat_id": "zhang_wei"}, "shared"),
        ):
            wizard = self._registration(self.salesperson_b, **values)
            self.assertEqual(wizard.result_state, state, values)
            self.assertTrue(wizard.can_register)


@tagged("post_install", "-at_install")
class TestOwnDetailsAreKnownAtOnce(SalesProcessCommon):
    """What our own people, companies and mail servers are known by, as it changes."""

    def _is_own(self, kind, value):
        return (kind, value) in self.env["sales.process.own.detail"]._get_own_details()

    def test_people(self):
        user = self.salesperson_c
        partner = user.partner_id
        self.assertTrue(self._is_own("partner", str(partner.id)))
        self.assertTrue(self._is_own("email", user.login) or "@" not in user.login)
        partner.write({"email": "carol@us.example", "phone": "+8613900000077"})
        self.assertTrue(self._is_own("email", "carol@us.example"))
        self.assertTrue(self._is_own("phone", "+8613900000077"))
        partner.email = "carol@new.example"
        self.assertFalse(self._is_own("email", "carol@us.example"))
        self.assertTrue(self._is_own("email", "carol@new.example"))
        user.login = "carol.login@us.example"
        self.assertTrue(self._is_own("email", "carol.login@us.example"))
        # a customer with a portal is a customer
        user.group_ids = [Command.set(self.env.ref("base.group_portal").ids)]
        self.assertFalse(self._is_own("email", "carol@new.example"))
        self.assertFalse(self._is_own("email", "carol.login@us.example"))
        self.assertFalse(self._is_own("partner", str(partner.id)))

    def test_a_contact_is_ours_when_a_user_is_made_of_it(self):
        partner = self.env["res.partner"].create(
            {"name": "Dora", "email": "dora@us.example"}
        )
        self.assertFalse(self._is_own("email", "dora@us.example"))
        self.env["res.users"].create(
            {
                "name": "Dora",
                "login": "dora",
                "partner_id": partner.id,
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        self.assertTrue(self._is_own("email", "dora@us.example"))

    def test_companies_and_servers(self):
        company = self.env["res.company"].create({"name": "Third"})
        self.assertTrue(self._is_own("partner", str(company.partner_id.id)))
        company.partner_id.email = "office@third.example"
        self.assertTrue(self._is_own("email", "office@third.example"))
        domain = self.env["mail.alias.domain"].create(
            {"name": "third.example", "catchall_alias": "all", "bounce_alias": "back"}
        )
        self.assertTrue(self._is_own("email", "all@third.example"))
        self.assertTrue(self._is_own("email", "back@third.example"))
        domain.catchall_alias = "everything"
        self.assertFalse(self._is_own("email", "all@third.example"))
        self.assertTrue(self._is_own("email", "everything@third.example"))
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "counter",
                "alias_domain_id": domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("crm.lead"),
            }
        )
        self.assertTrue(self._is_own("email", "counter@third.example"))
        alias.unlink()
        self.assertFalse(self._is_own("email", "counter@third.example"))
        server = self.env["ir.mail_server"].create(
            {
                "name": "Out",
                "smtp_host": "localhost",
                "smtp_user": "robot@third.example",
                "from_filter": "boss@third.example",
            }
        )
        self.assertTrue(self._is_own("email", "robot@third.example"))
        self.assertTrue(self._is_own("email", "boss@third.example"))
        server.smtp_user = "android@third.example"
        self.assertFalse(self._is_own("email", "robot@third.example"))
        server.unlink()
        self.assertFalse(self._is_own("email", "android@third.example"))

    def test_whoever_becomes_a_colleague_frees_nobody(self):
        lead = self._create_lead(self.salesperson_a, email_from="eve@c.example")
        self.salesperson_b.partner_id.email = "eve@c.example"
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_b, email_from="eve@c.example")
        self.assertEqual(len(lead.ownership_id.key_ids), 1)
        # the same of a customer who is none yet
        self.salesperson_c.partner_id.email = "fay@c.example"
        first = self._create_lead(self.salesperson_a, email_from="fay@c.example")
        second = self._create_lead(self.salesperson_b, email_from="fay@c.example")
        self.assertNotEqual(first.ownership_id, second.ownership_id)
        self.assertFalse((first | second).ownership_id.key_ids)
