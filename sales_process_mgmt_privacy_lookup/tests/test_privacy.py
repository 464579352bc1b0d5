# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon
from odoo.addons.sales_process_mgmt.tools.ledger_rules import RULES

from ..models.sales_process_ownership import NAMES, TEXTS

NAME = "Person Itenov"
EMAIL = "itenov@person.example"


@tagged("post_install", "-at_install")
class TestPrivacy(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create(
            {"name": NAME, "email": EMAIL, "phone": "13812345678"}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.partner.id)
        cls.ownership = cls.lead.ownership_id
        cls.followup = (
            cls.env["sales.process.followup"]
            .with_user(cls.salesperson_a)
            .create(
                {
                    "lead_id": cls.lead.id,
                    "channel": "call",
                    "subject": f"{NAME} asked for a price",
                    "next_step": f"Write to {EMAIL}",
                }
            )
        )
        cls.other = cls._create_lead(
            cls.salesperson_b, phone="13900000001", name="Another customer"
        )
        cls.privacy_officer = cls.env.ref("base.user_admin")

    def _look_up(self):
        wizard = (
            self.env["privacy.lookup.wizard"]
            .with_user(self.privacy_officer)
            .create({"name": NAME, "email": EMAIL})
        )
        wizard.action_lookup()
        return wizard.line_ids

    def _line(self, record):
        return self._look_up().filtered(
            lambda line: (line.res_model, line.res_id) == (record._name, record.id)
        )

    def _get_texts(self, transient=False):
        """Everything of ours that is text, for a search as a curious person does it."""
        self.env.flush_all()
        for name, model in self.env.registry.items():
            if not name.startswith("sales.process.") or not model._auto:
                continue
            if model._abstract or (model._transient and not transient):
                continue
            self.env.cr.execute(f'SELECT t::text FROM "{model._table}" AS t')
            for (text,) in self.env.cr.fetchall():
                yield name, text

    def test_found(self):
        """Every row about the person is found once, and none of somebody else."""
        lines = self._look_up()
        rows = [(line.res_model, line.res_id) for line in lines]
        self.assertEqual(len(rows), len(set(rows)))
        for record in (self.ownership, self.followup, *self.ownership.key_ids):
            self.assertIn((record._name, record.id), rows)
        self.assertNotIn(("sales.process.ownership", self.other.ownership_id.id), rows)

    def test_anonymous(self):
        """The person is forgotten, the chain stays, the number is free."""
        date_start, owner = self.ownership.date_start, self.ownership.user_id
        line = self._line(self.ownership)
        line.action_unlink()
        self.assertTrue(line.is_unlinked)
        self.assertIn("Made anonymous", line.execution_details)
        self.assertRecordValues(
            self.ownership,
            [
                {
                    "state": "ended",
                    "date_start": date_start,
                    "user_id": owner.id,
                    "partner_id": False,
                }
            ],
        )
        self.assertTrue(self.followup.exists())
        self.assertFalse(self.followup.next_step)
        for model, text in self._get_texts():
            for secret in ("Itenov", "person.example", "13812345678"):
                self.assertNotIn(secret, text, model)
        self.assertFalse(
            self.env["mail.message"].search(
                [
                    ("model", "=like", "sales.process.%"),
                    ("body", "ilike", "Itenov"),
                ]
            )
        )
        for rule in RULES:
            self.env.cr.execute(rule.query)
            self.assertFalse(self.env.cr.fetchall(), rule.sentence)
        self.lead.unlink()
        successor = self._create_lead(self.salesperson_b, phone="13812345678")
        self.assertEqual(successor.ownership_id.user_id, self.salesperson_b)

    def test_nothing_of_ours_keeps_a_detail(self):
        """Photograph, drafts, look-ups, shared details, notices, others' conflicts."""
        image = base64.b64encode(
            base64.b64decode(
                b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
            )
        )
        self.followup.sudo().write({"photo": image, "latitude": 31, "longitude": 121})
        Attachment = self.env["ir.attachment"]
        photo = Attachment.search(
            [
                ("res_model", "=", self.followup._name),
                ("res_id", "=", self.followup.id),
                ("res_field", "=", "photo"),
            ]
        )
        self.assertTrue(photo)
        attached = Attachment.create(
            {
                "name": "contract",
                "raw": EMAIL.encode(),
                "res_model": self.ownership._name,
                "res_id": self.ownership.id,
            }
        )
        self.env["sales.process.shared.value"].create(
            {"kind": "email", "value": EMAIL, "state": "watched"}
        )
        draft = (
            self.env["sales.process.registration"]
            .with_user(self.salesperson_b)
            .create({"phone": "138 1234 5678", "contact_name": "Somebody"})
        )
        mail = (
            self.env["sales.process.registration"]
            .with_user(self.salesperson_b)
            .create({"email": EMAIL})
        )
        other = (
            self.env["sales.process.registration"]
            .with_user(self.salesperson_b)
            .create({"phone": "13700000009"})
        )
        key = self.ownership.key_ids.filtered(lambda row: row.kind == "email")
        lookup = self.env["sales.process.lookup"].create(
            {
                "user_id": self.salesperson_b.id,
                "company_id": self.company.id,
                "value": "i***@person.example",
                "identity_kind": "email",
                "digest": self.env["sales.process.lookup"]._get_digest(
                    (key.company_id.id or 0, key.kind, key.value)
                ),
            }
        )
        conflict = self.env["sales.process.conflict"]._record(
            [
                {
                    "name": "Another customer",
                    "user_id": self.salesperson_a.id,
                    "lead_id": False,
                    "ownership_id": self.other.ownership_id.id,
                    "other_ownership_id": False,
                    "owner_id": self.salesperson_b.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "door": "interactive",
                    "resolution": "refused",
                    "state": "resolved",
                    "identities": [[self.company.id, "email", EMAIL]],
                }
            ]
        )
        self.assertIn(EMAIL, conflict.keys)
        self.env["mail.thread"].message_notify(
            partner_ids=self.salesperson_a.partner_id.ids,
            subject="Your customer was contacted without you",
            body=f"Somebody worked on {NAME}",
        )
        self._line(self.ownership).action_unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse((photo | attached).exists())
        self.assertFalse(self.followup.photo)
        self.assertFalse((draft | mail).exists())
        self.assertTrue(other.exists(), "Somebody else's")
        self.assertFalse(lookup.digest)
        self.assertEqual(conflict.name, "Another customer")
        self.assertFalse(conflict.keys)
        self.assertFalse(
            self.env["mail.message"].search(
                [("model", "=", False), ("body", "ilike", "Itenov")]
            )
        )
        for model, text in self._get_texts(transient=True):
            for secret in ("Itenov", "person.example", "13812345678", "138 1234"):
                self.assertNotIn(secret, text, model)

    def test_every_text_is_known(self):
        """A new text about a customer is forgotten, too, or said to be none."""
        Ownership = self.env["sales.process.ownership"]
        # what people write about work, rules and colleagues; found by nobody's name
        others = {
            "sales.process.money": {"source"},
            # numbers of orders, invoices and payments
            "sales.process.commission.agreement": {"document"},
            "sales.process.commission.line": {"invoice", "payment", "source"},
            "sales.process.lookup": {"identity_kind", "session"},
            "sales.process.complaint": {"code"},
            "sales.process.satisfaction": {"token_hash"},
            # the number and the checksum of a paper that says nothing any more
            "sales.process.certificate": {"checksum", "name", "tz"},
            "sales.process.ownership": {
                "clock_zones",
                "release_error",
                "signature_evidence",
            },
            "sales.process.work.report.line": {"when"},
        }
        models_of_customers = {*Ownership._get_ownership_fields(), Ownership._name}
        for name in models_of_customers:
            model = self.env[name]
            if model._transient:
                continue  # deleted
            known = {
                *NAMES.get(name, ()),
                *TEXTS.get(name, ()),
                *getattr(model, "_personal_names", ()),
                *getattr(model, "_personal_texts", ()),
                *others.get(name, ()),
            }
            texts = {
                field.name
                for field in model._fields.values()
                if field.store and field.type in ("char", "text", "html", "json")
            }
            with self.subTest(model=name):
                self.assertFalse(texts - known)

    def test_certificate(self):
        """A certificate forgets the person; its number stays, and says so."""
        certificate = (
            self.env["sales.process.certificate"]
            .with_user(self.leader_east)
            ._issue(self.ownership.with_user(self.leader_east))
        )
        self.assertIn(NAME, str(certificate.content))
        number = certificate.name
        self._line(self.ownership).action_unlink()
        certificate.invalidate_recordset()
        self.assertFalse(certificate.content)
        self.assertEqual(certificate.customer_name, "Anonymous")
        self.assertEqual(certificate.name, number)
        self.assertFalse(certificate.is_intact)
        with self.assertRaises(UserError):
            certificate.action_print()

    def test_whole_chain(self):
        """All periods of the customer are made anonymous, from whichever row."""
        self.ownership.with_user(self.leader_east)._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        self.env.flush_all()
        newest = self.lead.ownership_id
        self.assertNotEqual(newest, self.ownership)
        key = newest.key_ids[:1]
        self._line(key).action_unlink()
        self.assertEqual(
            (self.ownership | newest).mapped("name"), ["Anonymous", "Anonymous"]
        )
        self.assertEqual(newest.previous_id, self.ownership)
        self.assertEqual(newest.state, "ended")

    def test_one_followup(self):
        """A single row can be emptied without ending the period."""
        self._line(self.followup).action_unlink()
        self.assertEqual(self.followup.subject, "Anonymous")
        self.assertEqual(self.ownership.state, "open")

    def test_twice(self):
        """What is anonymous is not found again."""
        self._line(self.ownership).action_unlink()
        self.lead.unlink()
        self.partner.unlink()
        found = set(self._look_up().mapped("res_model"))
        self.assertFalse({name for name in found if name.startswith("sales.process.")})

    def test_only_administrators(self):
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.assertRaises(AccessError):
                self.env["privacy.lookup.wizard"].with_user(user).create(
                    {"name": NAME, "email": EMAIL}
                )
