# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from markupsafe import Markup

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html_sanitize

from ..tools import labels, texts
from ..tools.transaction import entering
from ..wizard.sales_process_registration_contact import MAX_PARTY
from .test_registration import RegistrationCommon

MEGABYTE = "x" * 1_000_000


@tagged("post_install", "-at_install")
class TestTextLimits(RegistrationCommon):
    """Nobody burdens the lists and messages of others with endless texts."""

    def _assert_too_long(self, message, create):
        with self.assertRaisesRegex(ValidationError, message):
            create()

    def test_registration(self):
        self._assert_too_long(
            "“Requirement and Solution” is too long: at most 100000 characters.",
            lambda: self._registration(self.salesperson_a, solution=MEGABYTE),
        )
        wizard = self._registration(
            self.salesperson_a,
            phone="13812345678",
            partner_name=MEGABYTE,
            subject=MEGABYTE,
            token=MEGABYTE,
        )
        wizard.action_register()
        self.assertEqual(wizard.handled, "registered")
        self.assertEqual(len(wizard.lead_id.ownership_id.name), texts.NAME_LENGTH)

    def test_party(self):
        def register(count):
            return self._registration(
                self.salesperson_a,
                phone="13812345678",
                contact_ids=[
                    (0, 0, {"phone": f"+86135{number:08d}"}) for number in range(count)
                ],
            )

        self._assert_too_long("At most 50 people", lambda: register(MAX_PARTY + 1))
        wizard = register(MAX_PARTY)
        wizard.action_register()
        keys = wizard.lead_id.ownership_id.key_ids
        self.assertEqual(len(keys.filtered(lambda key: key.kind == "phone")), 51)
        with self.assertRaises(ValidationError):
            self.env["sales.process.registration.contact"].with_user(
                self.salesperson_a
            ).create({"registration_id": wizard.id, "phone": "+8613600000000"})

    def test_lead_with_endless_names(self):
        """By hand a sentence; from elsewhere the lead is kept, as far as it goes."""
        for name, label in (
            ("name", "Opportunity"),
            ("partner_name", "Company Name"),
            ("contact_name", "Contact Name"),
        ):
            message = f"“{label}” is too long: at most 500 characters."
            self._assert_too_long(
                message,
                lambda name=name: self._create_lead(
                    self.salesperson_a, **{name: "x" * 501}
                ),
            )
            lead = self._create_lead(self.salesperson_a, **{name: "x" * 500})
            self.assertEqual(lead[name], "x" * 500)
            self._assert_too_long(
                message,
                lambda name=name, lead=lead: lead.with_user(self.salesperson_a).write(
                    {name: MEGABYTE}
                ),
            )
            for door in ("website", "import", "gateway"):
                with self.subTest(door=door, name=name), entering(self.env, door):
                    lead = self.env["crm.lead"].create(
                        {"name": "Form", "user_id": False, name: MEGABYTE}
                    )
                    self.assertEqual(lead[name], "x" * 500)
        lead = self._create_lead(
            self.salesperson_a,
            phone="13812345678" + " " * 400,
            partner_name="x" * 500,
        )
        ownership = lead.ownership_id
        self.assertEqual(len(ownership.name), texts.NAME_LENGTH)
        for key in ownership.key_ids:
            self.assertLessEqual(len(key.label), texts.NAME_LENGTH)

    def test_lead_with_endless_phone(self):
        """By hand a sentence; from elsewhere the lead is kept, as far as it goes."""
        endless = "13812345678" + "x" * 1_000_000
        self._assert_too_long(
            "“Phone” is too long: at most 500 characters.",
            lambda: self._create_lead(self.salesperson_a, phone=endless),
        )
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        self._assert_too_long(
            "“Phone” is too long: at most 500 characters.",
            lambda: lead.with_user(self.salesperson_a).write({"phone": endless}),
        )
        for door in ("website", "import", "gateway"):
            with entering(self.env, door):
                lead = self.env["crm.lead"].create(
                    {"name": "Form", "phone": endless, "user_id": False}
                )
            lead.flush_recordset()
            self.assertEqual(lead.phone, endless[:500])
        lead = self._create_lead(self.salesperson_a, phone="电" * 500)
        lead.flush_recordset()

    def test_reasons_and_notes(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        ownership = lead.ownership_id
        self._assert_too_long(
            "“Reason” is too long: at most 1000 characters.",
            lambda: (
                self.env["sales.process.transfer"]
                .with_user(self.leader_east)
                .create({"ownership_ids": ownership.ids, "reason": MEGABYTE})
            ),
        )
        self._assert_too_long(
            "“Note” is too long: at most 100000 characters.",
            lambda: (
                self.env["sales.process.invitation"]
                .with_user(self.salesperson_a)
                .create(
                    {
                        "ownership_id": ownership.id,
                        "user_id": self.salesperson_b.id,
                        "note": MEGABYTE,
                    }
                )
            ),
        )
        give_up = self.env["sales.process.pool.return"].with_user(self.salesperson_a)
        give_up.create(
            {"ownership_ids": ownership.ids, "reason": MEGABYTE}
        ).action_give_up()
        self.assertEqual(len(ownership.end_note), texts.REASON_LENGTH)

    def test_spaces_say_nothing(self):
        """What has to be said is said in words, in whatever addon it is asked."""
        checked = 0
        for name in self.env.registry:
            Model = self.env[name].with_user(self.administrator)
            if Model._abstract or not isinstance(
                Model, self.env.registry["sales.process.guard"]
            ):
                continue
            for field in Model._fields.values():
                if (
                    field.required
                    and not field.readonly
                    and field.type in ("char", "text")
                    and (field._module or "").startswith("sales_process_mgmt")
                ):
                    checked += 1
                    with (
                        self.subTest(field=str(field)),
                        self.assertRaisesRegex(ValidationError, "Write something in"),
                    ):
                        Model._check_texts([{field.name: " \u3000\n"}])
        self.assertGreater(checked, 3)
        reason = self.env["sales.process.calendar.exception"].with_user(self.director)
        with self.assertRaisesRegex(ValidationError, "Write something in"):
            reason.create({"name": "  ", "date": "2026-05-01"})

    def test_what_a_page_sends(self):
        """Text of whatever kind, and numbers that a column holds."""
        for value, text in (
            ("Late", "Late"),
            ("La\x00te\x00", "Late"),
            ("", ""),
            (None, ""),
            (b"Late", ""),
            (7, ""),
        ):
            self.assertEqual(texts.read_form(value), text)
        for text, number in (
            ("0", 0),
            ("7", 7),
            ("2147483647", 2147483647),
            ("2147483648", None),
            ("9" * 5000, None),
            ("", None),
            ("-1", None),
            ("²", None),
            ("1.5", None),
        ):
            self.assertEqual(texts.read_number(text), number, text[:12])

    def test_html_that_needs_no_cleaning(self):
        """What is not cleaned is what cleaning leaves as it is, but for quotes."""
        link = self.env.user.partner_id._get_html_link(Markup("A <i>B</i>"))
        name = Markup("<li>%s</li>") % "<script>x</script> -- > ' \""
        for html in (
            "",
            "<p>Plain text</p>",
            Markup("<p>Two:</p><ul>%s<li>%s (to B)</li></ul>")
            % (name, self.env.user.partner_id._get_html_link("C <b> & D")),
        ):
            self.assertTrue(texts.is_harmless(html), html)
            quoted = html.replace("href=#", 'href="#"')
            for name in ("model", "id"):
                quoted = re.sub(rf"(data-oe-{name})='([^']*)'", r'\1="\2"', quoted)
            # text needs fewer entities than attributes
            quoted = quoted.replace("&#39;", "'").replace("&#34;", '"')
            self.assertEqual(quoted or "", html_sanitize(html) or "")
        for html in (
            "Plain text",
            Markup("<p>%s</p>") % link,
            "<p><script>x</script></p>",
            "<p onclick='x'>x</p>",
            "<P>x</P>",
            "<p>x<p",
            "<p>a < b</p>",
            "<p>a > b</p>",
            "<p><!-- x --></p>",
            "<p><a href='javascript:x'>x</a></p>",
            "<p><a href=# onclick='x'>x</a></p>",
            "<p><a href=# data-oe-model='x' data-oe-id='1' onclick='x'>x</a></p>",
            "<p><a href=# data-oe-model='x\"' data-oe-id='1'>x</a></p>",
            "<p><img src=x></p>",
        ):
            self.assertFalse(texts.is_harmless(html), html)

    def test_details_in_brackets(self):
        """Names are not read as HTML, whichever of a pair is."""
        pairs = [
            ("A <b>", False),
            ("A <b>", "to <i>"),
            (Markup("<b>A</b>"), "to <i>"),
            ("A <b>", Markup("<i>x</i>")),
        ]
        self.assertEqual(
            labels.join_details(self.env, pairs),
            [
                "A <b>",
                "A <b> (to <i>)",
                "<b>A</b> (to &lt;i&gt;)",
                "A &lt;b&gt; (<i>x</i>)",
            ],
        )

    def test_open_from_pool_what_was_just_taken(self):
        lead = self._create_lead(self.salesperson_a, phone="13812345678")
        ownership = lead.ownership_id
        with self.assertRaisesRegex(UserError, "Somebody has just taken"):
            ownership.with_user(self.salesperson_d).action_open_pool_customer()
