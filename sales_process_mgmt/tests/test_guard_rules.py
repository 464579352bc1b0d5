# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import importlib.util
from pathlib import Path

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_guard import QUIET, GuardCommon

ADDON = Path(__file__).parents[1]


@tagged("post_install", "-at_install")
class TestGuardRules(GuardCommon):
    """What has been written is asked about again, and stays what it was."""

    # ------------------------------------------------------------
    # AFTER A WRITE
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_records_stay_with_who_may_write_them(self):
        """Whoever writes a field on which a rule depends may write the result."""
        duty = self.records["sales.process.duty"].with_user(self.leader_east)
        day = self.records["sales.process.calendar.exception"]
        handover = self.records["sales.process.handover"]
        for record in (duty, day, handover):
            with self.subTest(model=record._name), self.assertRaises(UserError):
                record.with_user(self.leader_east).team_id = self.team_west
        followup = self.records["sales.process.followup"]
        with self.assertRaises(AccessError):
            followup.with_user(self.salesperson_a).user_id = self.salesperson_b

    @mute_logger(*QUIET)
    def test_dialogs_are_the_own(self):
        """What somebody types into a dialog is nobody else's, in each of ours."""
        Rule = self.env["ir.rule"].with_user(self.salesperson_a)
        for name, model in self.env.registry.items():
            if name.startswith("sales.process.") and model._transient:
                with self.subTest(model=name):
                    domain = Rule._compute_domain(name, "write")
                    self.assertIn(("create_uid", "=", self.salesperson_a.id), domain)
        dialog = self.env["sales.process.transfer"].with_user(self.leader_east)
        dialog = dialog.create({"user_id": self.salesperson_b.id})
        stranger = dialog.with_user(self.salesperson_a)
        self.assertFalse(stranger.search([]))
        for attack in (
            lambda: stranger.read(["user_id"]),
            lambda: stranger.write({"user_id": self.salesperson_a.id}),
            stranger.unlink,
        ):
            with self.assertRaises(AccessError):
                attack()
        self.assertEqual(dialog.user_id, self.salesperson_b)

    # ------------------------------------------------------------
    # VALUES THAT NOBODY MEANS
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_numbers_and_days_out_of_range(self):
        rule = self.records["sales.process.followup.rule"].with_user(self.director)
        with self.assertRaises(ValidationError):
            rule.write({"followup_days": 2**31})
            self.env.flush_all()

    @mute_logger(*QUIET)
    def test_what_is_no_number_and_no_id(self):
        """What a program sends by mistake is refused before the database sees it."""
        rule = self.records["sales.process.followup.rule"].with_user(self.director)
        for values in (
            {"followup_days": "a"},
            {"followup_days": [1]},
            {"followup_days": {"a": 1}},
            {"team_id": "a"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                rule.write(values)
        rule.write({"followup_days": "6"})
        self.assertEqual(rule.followup_days, 6)

    def test_zero_is_a_number(self):
        """What is needed and not said is refused; of a number zero is said."""
        rule = self.records["sales.process.followup.rule"].with_user(self.director)
        values = {"team_id": self.team_west.id, "followup_days": 5}
        for name, value, is_unsaid in (
            ("followup_days", 0, False),
            ("followup_days", 5, False),
            ("followup_days", None, True),
            ("followup_days", False, True),
            ("followup_days", "", True),
            ("team_id", self.team_west.id, False),
            ("team_id", 0, True),
            ("team_id", False, True),
        ):
            with self.subTest(name=name, value=value):
                self.assertEqual(rule._is_unsaid(name, value), is_unsaid)
                if is_unsaid:
                    with self.assertRaisesRegex(ValidationError, "fill it in"):
                        rule._check_required([{**values, name: value}])
                else:
                    rule._check_required([{**values, name: value}])

    def test_texts_that_no_column_holds(self):
        """A NUL or half a character is one sentence, and no error of the database."""
        followup = self.records["sales.process.followup"].with_user(self.director)
        grade = self.records["sales.process.customer.grade"].with_user(self.director)
        for text in ("price\x00list", "price\ud800list"):
            for attack in (
                lambda text=text: followup.write({"subject": text}),
                lambda text=text: grade.copy({"name": text}),
                lambda text=text: (
                    self.env["crm.lead"]
                    .with_user(self.salesperson_b)
                    .create({"name": text})
                ),
            ):
                with self.assertRaisesRegex(ValidationError, "cannot be saved"):
                    attack()

    def test_every_model_is_searched_by_name(self):
        """What people type into a field finds that or nothing, and never all."""
        for name in self.env.registry:
            model = self.env[name]
            if not name.startswith("sales.process.") or (
                model._abstract or model._transient
            ):
                continue
            with self.subTest(name), self.assertNoLogs("odoo.models", "WARNING"):
                self.assertFalse(model.name_search("no such thing 4711"))

    def test_a_record_without_a_name_is_found_by_its_person(self):
        duty = self.records["sales.process.duty"].with_user(self.director)
        person = duty.user_id.name
        self.assertIn(duty.id, [row[0] for row in duty.name_search(person)])
        left_out = duty.name_search(person, operator="not ilike")
        self.assertNotIn(duty.id, [row[0] for row in left_out])

    def test_notes_of_activities_are_escaped(self):
        """The note of an activity is HTML: plain text in it is made HTML first."""
        found = 0
        for path in ADDON.parent.glob("sales_process_mgmt*/*/*.py"):
            if path.parent.name not in ("models", "wizard"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(
                    node.func, ast.Attribute
                ):
                    continue
                if not node.func.attr.startswith("activity_schedule"):
                    continue
                for keyword in node.keywords:
                    if keyword.arg != "note":
                        continue
                    found += 1
                    value = keyword.value
                    self.assertRegex(
                        ast.unparse(value),
                        r"^(texts\.paragraph\(|plaintext2html\(|body$|Markup\()",
                        f"{path.name}:{keyword.lineno}",
                    )
        self.assertGreater(found, 2)

    # ------------------------------------------------------------
    # RECORD RULES OF DATABASES THAT EXIST
    # ------------------------------------------------------------

    def test_corrected_rules_arrive(self):
        """No update passes a record rule by, and none of an old database either."""
        Data = self.env["ir.model.data"]
        domain = [("model", "=", "ir.rule"), ("module", "=like", "sales_process_mgmt%")]
        rules = Data.search(domain)
        self.assertGreater(len(rules), 50)
        self.assertFalse(rules.filtered("noupdate"))
        rules.noupdate = True
        self.env.flush_all()
        path = ADDON / "migrations" / "19.0.1.1.0" / "pre-guard.py"
        spec = importlib.util.spec_from_file_location("pre_guard", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertFalse(Data.search([*domain, ("noupdate", "=", True)]))
