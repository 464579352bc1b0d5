# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest import TestCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import register
from .common_release import ReleaseCommon


def heading(name):
    return {"name": name, "type": "separator", "string": name.title()}


def char(name, value=False):
    return {"name": name, "type": "char", "string": name.title(), "value": value}


class TestRegisterTools(TestCase):
    def test_insert_missing(self):
        wanted = [heading("a"), char("b"), heading("c"), char("d")]
        for known, expected in (
            ([], "a b c d"),
            ([char("x")], "x a b c d"),
            ([heading("c"), char("y")], "c d y a b"),
            ([char("d"), char("b")], "d b a c"),
            (wanted, "a b c d"),
        ):
            with self.subTest(known=[row["name"] for row in known]):
                result = register.insert_missing(known, wanted)
                names = [row["name"] for row in result]
                self.assertEqual(sorted(names), sorted(set(names)))
                self.assertFalse(register.find_missing(result, wanted))
                if len(known) < 2:
                    self.assertEqual(" ".join(names), expected)
        self.assertEqual(len(register.find_missing([], wanted)), 4)

    def test_texts(self):
        rows = [
            char("free", "first"),
            heading("h"),
            char("b", "second"),
            char("empty"),
            {"name": "t", "type": "boolean", "string": "T", "value": True},
            {"name": "f", "type": "boolean", "string": "F", "value": False},
            {"name": "n", "type": "integer", "string": "N", "value": 0},
            {
                "name": "s",
                "type": "selection",
                "string": "S",
                "value": "x",
                "selection": [["x", "Crates"], ["y", "Bags"]],
            },
            {
                "name": "g",
                "type": "tags",
                "string": "G",
                "value": ["x", "y"],
                "tags": [["x", "Cold", 1], ["y", "Dry", 2]],
            },
            {"name": "m", "type": "many2one", "string": "M", "value": (3, "Depot")},
            {
                "name": "l",
                "type": "many2many",
                "string": "L",
                "value": [(1, "P"), (2, "")],
            },
        ]
        self.assertEqual(
            register.get_said(rows, "h"),
            [
                ("B", "second"),
                ("T", "✓"),
                ("N", "0"),
                ("S", "Crates"),
                ("G", "Cold · Dry"),
                ("M", "Depot"),
                ("L", "P"),
            ],
        )
        self.assertEqual(register.get_said(rows)[0], ("Free", "first"))
        self.assertEqual(register.get_said(False), [])


@tagged("post_install", "-at_install")
class TestRegister(ReleaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Partner = cls.env["res.partner"]
        Partner._add_register_properties()
        cls.mine, cls.colleague, cls.west, cls.nobodys = Partner.create(
            [{"name": name} for name in ("Mine", "Colleague", "West", "Nobody")]
        )
        cls._customer(cls.salesperson_a, partner_id=cls.mine.id)
        cls._customer(cls.salesperson_b, partner_id=cls.colleague.id)
        cls._customer(cls.salesperson_d, partner_id=cls.west.id)
        cls.all = cls.mine | cls.colleague | cls.west | cls.nobodys

    def _get_rows(self, user):
        action = self.env["res.partner"].with_user(user).action_open_register()
        found = self.env["res.partner"].with_user(user).search(action["domain"])
        return found.sudo() & self.all

    def test_whose_customers(self):
        """One's own, those of led teams, all; on the screen and on paper."""
        east = self.mine | self.colleague
        report = self.env["report.sales_process_mgmt.report_register"]
        for user, expected in (
            (self.salesperson_a, self.mine),
            (self.salesperson_b, self.colleague),
            (self.leader_east, east),
            (self.leader_west, self.west),
            (self.director, east | self.west),
            (self.salesperson_x, self.all.browse()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._get_rows(user), expected)
                if not expected:
                    with self.assertRaises(UserError):
                        report.with_user(user)._get_report_values(self.all.ids)
                    continue
                values = report.with_user(user)._get_report_values(self.all.ids)
                self.assertEqual(values["docs"].sudo(), expected)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_strangers_to_sales(self):
        """Whoever may name the paper need not read it."""
        report = self.env["report.sales_process_mgmt.report_register"]
        with self.assertRaises(AccessError):
            report.with_user(self.office_user)._get_report_values(self.all.ids)

    def test_on_paper(self):
        self.mine.properties = {"process_business": "Valves", "process_carrier": "Rail"}
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.leader_east)
            ._render_qweb_html(
                "sales_process_mgmt.report_register", (self.mine | self.west).ids
            )
        )
        text = html.decode()
        for word in ("Mine", "Valves", "Rail", "Salesperson A"):
            self.assertIn(word, text)
        self.assertNotIn("West", text.split("<tbody>")[1])

    def test_usual_details(self):
        """Added once; what people have called otherwise stays."""
        Settings = self.env["res.config.settings"]
        definition = self.mine.properties_base_definition_id.sudo()
        before = [row["name"] for row in definition.properties_definition]
        self.assertIn("process_delivery_window", before)
        changed = definition.properties_definition
        changed[1]["string"] = "What they do"
        definition.properties_definition = changed
        settings = Settings.with_user(self.director).new({})
        self.assertEqual(
            settings.action_add_register_properties()["res_model"], "res.partner"
        )
        after = definition.properties_definition
        self.assertEqual([row["name"] for row in after], before)
        self.assertEqual(after[1]["string"], "What they do")
        for user in (self.leader_east, self.salesperson_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                Settings.with_user(user).new({}).action_add_register_properties()

    def test_logistics_of_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Depot", "parent_id": self.mine.id}
        )
        self.mine.is_company = True
        self.mine.properties = {
            "process_business": "Valves",
            "process_carrier": "Rail",
            "process_packaging": "Crates",
        }
        expected = "Packaging: Crates\nCarrier: Rail"
        texts = (self.mine | contact)._get_logistics_texts()
        self.assertEqual(set(texts.values()), {expected})
        contact.properties = {"process_unloading": "Ramp 3"}
        self.assertEqual(contact._get_logistics_texts(), {contact: "Unloading: Ramp 3"})
