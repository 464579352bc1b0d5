# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import inspect
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from unittest import TestCase

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged

from .common import SalesProcessCommon

PHONE = "13812345678"


class TestEveryActionIsTested(TestCase):
    """A button that no test names may do anything, for anybody."""

    def test_every_public_action_is_named_in_a_test(self):
        root = Path(__file__).parents[2]
        actions, words, offered = {}, set(), Counter()
        for addon in root.glob("sales_process_mgmt*"):
            for path in [*addon.rglob("*.xml"), *addon.rglob("static/src/**/*.js")]:
                text = path.read_text(encoding="utf-8")
                offered.update(2 * re.findall(r"\w+", text))
            for path in addon.rglob("*.py"):
                text = path.read_text(encoding="utf-8")
                if "tests" not in path.parts:
                    # once where it stands, and where a method calls or returns it
                    offered.update(re.findall(r"\w+", text))
                if "tests" in path.parts:
                    words |= set(re.findall(r"\w+", text))
                    continue
                for node in ast.walk(ast.parse(text)):
                    if (
                        isinstance(node, ast.FunctionDef)
                        and re.match("(action|button)_", node.name)
                        # a button of Odoo that does more is tested by what it does
                        and f".{node.name}(" not in ast.unparse(node)
                    ):
                        actions.setdefault(node.name, path.name)
        self.assertGreater(len(actions), 50)
        missing = {name: at for name, at in actions.items() if name not in words}
        self.assertFalse(missing, "Public actions that no test names")
        missing = {name: at for name, at in actions.items() if offered[name] < 2}
        self.assertFalse(
            missing, "Nothing offers these actions: put them into a view, or drop them"
        )


@tagged("post_install", "-at_install")
class TestEveryActionIsOffered(TransactionCase):
    """Of actions with one name, the button of another model is not that of this one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = Path(__file__).parents[2]
        cls.offered = defaultdict(set)
        for view in cls.env["ir.ui.view"].search(
            [
                ("mode", "=", "primary"),
                ("type", "in", ("form", "list", "kanban", "calendar")),
                ("model", "in", list(cls.env.registry)),
            ]
        ):
            cls._read(view._get_combined_arch(), view.model)

    @classmethod
    def _read(cls, node, model):
        """Keep what is offered on each model, lists inside of forms included."""
        if node.tag == "field":
            field = cls.env[model]._fields.get(node.get("name"))
            model = (field and field.comodel_name) or model
        elif node.tag in ("button", "a") or node.get("action"):
            cls.offered[model] |= {node.get("name"), node.get("action")}
        for child in node:
            cls._read(child, model)

    def _get_actions(self):
        """The public actions of our models.

        :return: ``{name: {model: file}}``
        """
        found = defaultdict(dict)
        for model, cls in self.env.registry.items():
            if cls._abstract or not model.startswith("sales.process."):
                continue
            for base in cls.__mro__:
                if not base.__module__.startswith("odoo.addons.sales_process_mgmt"):
                    continue
                for name, value in vars(base).items():
                    if re.match("(action|button)_", name) and callable(value):
                        file = Path(inspect.getsourcefile(inspect.unwrap(value)))
                        found[name].setdefault(model, file)
        return found

    def _is_called(self, name, file):
        """Whether the file in which an action stands calls or returns it itself."""
        text = file.read_text(encoding="utf-8")
        return len(re.findall(rf"\b{name}\b", text)) > 1

    def test_homonyms(self):
        scripts = " ".join(
            path.read_text(encoding="utf-8")
            for path in self.root.glob("sales_process_mgmt*/static/src/**/*.js")
        )
        looked_at = 0
        for name, files in self._get_actions().items():
            if len(files) < 2 or name in scripts:
                continue
            for model, file in files.items():
                looked_at += 1
                with self.subTest(f"{model}.{name}"):
                    self.assertTrue(
                        name in self.offered[model] or self._is_called(name, file),
                        "nothing offers it: put it into a view, or drop it",
                    )
        self.assertGreater(looked_at, 5)


@tagged("post_install", "-at_install")
class TestClaimBack(SalesProcessCommon):
    """An old customer that a colleague did not recognise goes back to its owner."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone=PHONE, partner_name="Wang Tools"
        )
        cls.ownership = cls.lead.ownership_id
        cls.ownership.date_start = datetime(2020, 1, 1)
        cls.received = cls._create_lead(cls.salesperson_b, phone="13900000001")
        cls.other = cls.received.ownership_id

    def _claim(self, user, ownership=None, **values):
        action = (ownership or self.ownership).with_user(user).action_open_claim_back()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
            .create({"phone": "139 0000 0001", "reason": "Same buyer", **values})
        )
        return wizard.action_claim_back()

    def _get_claim(self):
        return self.env["sales.process.conflict"].search([("is_claim_back", "=", True)])

    def _assert_gone_back(self):
        self.assertEqual(self.received.ownership_id, self.ownership)
        self.assertEqual(self.received.user_id, self.salesperson_a)
        self.assertEqual(self.other.end_reason, "merged")
        self.assertIn("+8613900000001", self.ownership.key_ids.mapped("value"))

    def test_owner_asks_and_receiver_gives_back(self):
        result = self._claim(self.salesperson_a)
        self.assertEqual(result["params"]["type"], "success")
        self.assertEqual(self.received.user_id, self.salesperson_b, "Only asked")
        conflict = self._get_claim()
        for stranger in (self.salesperson_a, self.salesperson_c):
            with self.assertRaises(AccessError):
                conflict.with_user(stranger).action_give_back()
        receiver = conflict.with_user(self.salesperson_b)
        self.assertTrue(receiver.can_give_back)
        receiver.action_give_back()
        self._assert_gone_back()
        self.assertEqual(conflict.resolution, "kept")
        with self.assertRaises(AccessError):
            receiver.action_give_back()

    def test_owner_does_not_take_it_alone(self):
        """The claim is no permission: only who received it agrees."""
        self._claim(self.salesperson_a)
        for actor in (self.salesperson_a, self.salesperson_c):
            with self.assertRaises(UserError):
                self.other.with_user(actor).sudo()._check_hand_over(
                    actor, self.salesperson_a, self.team_east
                )
        with self.assertRaises(UserError):
            self.received.with_user(self.salesperson_b).user_id = self.salesperson_c

    def test_leader_has_it_at_once(self):
        self._claim(self.leader_east)
        self._assert_gone_back()
        self.assertFalse(self._get_claim())

    def test_leader_decides(self):
        self._claim(self.salesperson_a)
        self._get_claim().with_user(self.leader_east).action_keep()
        self._assert_gone_back()

    def test_who_may_claim(self):
        for user in (self.salesperson_b, self.salesperson_c, self.office_user):
            with self.assertRaises(AccessError):
                self._claim(user)
        wizard = self.env["sales.process.claim.back"].with_user(self.salesperson_b)
        with self.assertRaises(AccessError):
            wizard.create(
                {
                    "ownership_id": self.ownership.id,
                    "phone": "13900000001",
                    "reason": "Mine",
                }
            ).action_claim_back()

    def test_nothing_to_claim(self):
        with self.assertRaisesRegex(UserError, "Enter the phone"):
            self._claim(self.salesperson_a, phone=False)
        result = self._claim(self.salesperson_a, phone="13900000099")
        self.assertEqual(result["params"]["type"], "warning")
        # older than the days in which a customer goes back
        self.other.date_start = datetime(2021, 1, 1)
        result = self._claim(self.salesperson_a)
        self.assertEqual(result["params"]["type"], "warning")
        self.assertFalse(self._get_claim())

    def test_changed_hands_in_the_meantime(self):
        self._claim(self.salesperson_a)
        conflict = self._get_claim()
        self.other._hand_over(
            {self.other: self.salesperson_c}, "transfer", "transferred"
        )
        with self.assertRaises(UserError):
            conflict.with_user(self.salesperson_b).action_give_back()
        self.assertEqual(self.received.user_id, self.salesperson_c)


@tagged("post_install", "-at_install")
class TestOtherActions(SalesProcessCommon):
    """Buttons that no other test presses, as the lowest role that may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone=PHONE)
        cls.ownership = cls.lead.ownership_id

    def test_mark_shared(self):
        """A detail that identifies nobody leaves both customers as they are."""
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_lead(self.salesperson_b, phone=PHONE)
        conflict = self.env["sales.process.conflict"].create(
            {
                "user_id": self.salesperson_b.id,
                "ownership_id": self.ownership.id,
                "owner_id": self.salesperson_a.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "identities": [[self.company.id, "phone", f"+86{PHONE}"]],
            }
        )
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.assertRaises(AccessError):
                conflict.with_user(user).action_mark_shared()
        conflict.with_user(self.leader_east).action_mark_shared()
        self.assertEqual(conflict.resolution, "shared")
        shared = self.env["sales.process.shared.value"].search(
            [("value", "=", f"+86{PHONE}")]
        )
        self.assertEqual(shared.state, "confirmed")
        self.assertEqual(self.ownership.user_id, self.salesperson_a)
        self._create_lead(self.salesperson_b, phone=PHONE)
        # it identifies somebody after all
        with self.assertRaises(AccessError):
            shared.with_user(self.leader_east).action_reject()
        shared.with_user(self.director).action_reject()
        self.assertEqual(shared.state, "rejected")

    def test_retry_release(self):
        with self.assertRaises(UserError):
            self.ownership.with_user(self.leader_east).action_retry_release()
        self.ownership.write({"release_failure_count": 5, "release_error": "Boom"})
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.assertRaises(AccessError):
                self.ownership.with_user(user).action_retry_release()
        self.assertEqual(self.ownership.release_failure_count, 5)
        self.ownership.with_user(self.leader_east).action_retry_release()
        self.assertEqual(self.ownership.release_failure_count, 0)
        self.assertFalse(self.ownership.release_error)

    def test_whole_history(self):
        self.ownership._hand_over(
            {self.ownership: self.salesperson_b}, "transfer", "transferred"
        )
        new = self.lead.ownership_id.with_user(self.salesperson_b)
        self.assertEqual(new.chain_ids, new.sudo() | self.ownership)
        with self.assertRaises(AccessError):
            new.with_user(self.salesperson_d).read(["chain_ids"])

    def test_view_due(self):
        Change = self.env["sales.process.team.change"].with_context(
            default_team_id=self.team_east.id
        )
        for user in (self.salesperson_a, self.leader_west):
            with self.assertRaises(AccessError):
                form = Form(Change.with_user(user))
                form.process_followup_days = 1
                form.save().action_view_due()
        self.env.cr.execute(
            "UPDATE sales_process_ownership SET date_start = now() - interval '3 days',"
            " date_last_contact = now() - interval '3 days' WHERE id = %s",
            [self.ownership.id],
        )
        self.env.invalidate_all()
        form = Form(Change.with_user(self.director))
        form.process_followup_days = 1
        wizard = form.save()
        for action in (wizard.action_view_due(), wizard.action_view_released()):
            found = self.env["sales.process.ownership"].search(action["domain"])
            self.assertIn(self.ownership, found)

    def test_roster_of_a_team(self):
        """The two buttons of the board open what the rules show."""
        team = self.team_east.with_user(self.leader_east)
        self.assertEqual(
            team.action_make_duty_roster()["context"], {"default_team_id": team.id}
        )
        self.assertEqual(team.action_view_duties()["res_model"], "sales.process.duty")

    def test_remove_a_contact_detail(self):
        """The owner asks, the leader removes; a helper does neither."""
        self.env["sales.process.ownership.key"]._add_manual(
            self.ownership,
            {(self.company.id, "phone", "+8613900000007"): "139 0000 0007"},
        )
        key = self.ownership.key_ids.filtered(lambda key: key.value.endswith("0007"))
        self.ownership._add_collaborators(self.salesperson_b)
        for user in (self.salesperson_b, self.salesperson_c, self.leader_west):
            with self.assertRaises(UserError):
                key.with_user(user).action_remove()
        key.with_user(self.salesperson_a).action_remove()
        self.assertTrue(key.active, "Only asked")
        key.with_user(self.leader_east).action_remove()
        self.assertFalse(key.active)
