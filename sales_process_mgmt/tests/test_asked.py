# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .common_followup import FollowupCommon

MODEL = "sales.process.errand"
ANSWER = "sales.process.errand.answer"
SEEN = []


def define_errand():
    """What an addon writes whose people are asked for something."""

    class SalesProcessErrand(models.Model):
        _module = None
        _name = MODEL
        _description = "Errand"
        _inherit = ["sales.process.asked"]
        _open_states = ("todo", "stuck")
        _todo_states = ("todo",)
        _todo_type = "mail.mail_activity_data_todo"

        state = fields.Selection(
            [("todo", "To Do"), ("stuck", "Stuck"), ("closed", "Called Off")],
            default="todo",
            readonly=True,
        )
        company_id = fields.Many2one("res.company", readonly=True)

        def _get_todo_summary(self):
            return f"Errand, {self.env.lang}"

    return SalesProcessErrand


def define_answer():
    """The dialog of such an addon."""

    class SalesProcessErrandAnswer(models.TransientModel):
        _module = None
        _name = ANSWER
        _description = "Answer to an Errand"
        _inherit = ["sales.process.answer"]

        kind = fields.Selection([("excuse", "Excuse")])
        errand_id = fields.Many2one(MODEL)
        reason = fields.Char()

        def _get_subject(self):
            return self.errand_id

        def _answer(self):
            SEEN.append(self._get_words())

    return SalesProcessErrandAnswer


@tagged("post_install", "-at_install")
class TestAsked(FollowupCommon):
    """That a person is asked until a day: what trainings and policies share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = [MODEL, ANSWER]
        definitions = (define_errand(), define_answer())

        def forget():
            for name, definition in zip(names, definitions, strict=True):
                for parent in (*definition._inherit, "base"):
                    cls.registry[parent]._inherit_children.discard(name)
                del cls.registry.models[name]
            cls.registry._setup_models__(cls.env.cr, [])

        for definition in definitions:
            add_to_registry(cls.registry, definition)
        cls.addClassCleanup(forget)
        cls.registry._setup_models__(cls.env.cr, names)
        cls.registry.init_models(cls.env.cr, names, {"module": "sales_process_mgmt"})
        for name in names:
            cls.env["ir.model.access"].create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_create": name == ANSWER,
                }
            )

    def setUp(self):
        super().setUp()
        SEEN.clear()
        # 15:00 UTC of the 10th: 23:00 in Shanghai
        self.errand = self._ask(self.salesperson_a)

    def _ask(self, user, team=None, due="2027-03-10 15:00:00", **values):
        return self.env[MODEL].create(
            {
                "user_id": user.id,
                "team_id": (team or self.team_east).id,
                "company_id": self.company.id,
                "date_assigned": "2027-03-01 02:00:00",
                "date_due": due,
                **values,
            }
        )

    def _todos(self, rows=None):
        self.env.flush_all()
        rows = self.errand if rows is None else rows
        return self.env["mail.activity"].search(
            [("res_model", "=", MODEL), ("res_id", "in", rows.ids)]
        )

    def test_late_from_the_end_of_the_last_day(self):
        stuck = self._ask(self.salesperson_b, state="stuck")
        closed = self._ask(self.leader_east, state="closed")
        rows = self.errand | stuck | closed
        for moment, late in (
            ("2027-03-10 15:00:00", self.env[MODEL]),
            ("2027-03-10 15:00:01", self.errand | stuck),
        ):
            with self.subTest(moment), self._at(moment):
                rows.invalidate_recordset(["is_overdue"])
                self.assertEqual(rows.filtered("is_overdue"), late)
                found = self.env[MODEL].search([("is_overdue", "=", True)])
                self.assertEqual(found, late)

    def test_the_day_is_the_person_s(self):
        errand = self._ask(self.salesperson_a, due="2027-03-10 16:30:00")
        self.assertEqual(errand._get_due_day(), date(2027, 3, 11))
        self.assertEqual(self.errand._get_due_day(), date(2027, 3, 10))

    def test_nobody_decides_in_the_own_matter(self):
        """Not even where nobody else is left who could."""
        led = self._ask(self.leader_east)
        directed = self._ask(self.director)
        others = self.env["res.users"].search(
            [
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("sales_team.group_sale_manager").ids,
                ),
                ("id", "!=", self.director.id),
            ]
        )
        others.with_context(active_test=False).action_archive()
        self.team_east.user_id = self.director
        self.assertFalse(directed.with_user(self.director).can_decide)
        with self.assertRaisesRegex(AccessError, "nobody in their own matter"):
            directed.with_user(self.director)._check_decider()
        self.assertTrue(led.with_user(self.director).can_decide)
        led.with_user(self.director)._check_decider()

    def test_who_decides(self):
        for user, may in (
            (self.salesperson_a, False),
            (self.salesperson_b, False),
            (self.leader_west, False),
            (self.leader_east, True),
            (self.director, True),
        ):
            row = self.errand.with_user(user)
            with self.subTest(user.login):
                self.assertEqual(row.can_decide, may)
                self.assertEqual(row.is_mine, user == self.salesperson_a)
                if may:
                    row._check_decider()
                else:
                    with self.assertRaisesRegex(AccessError, "Salesperson A"):
                        row._check_decider()

    def test_one_to_do_that_follows_the_row(self):
        later = self._ask(self.salesperson_b, due="2027-03-12 15:00:00")
        stuck = self._ask(self.leader_east, state="stuck")
        rows = self.errand | later | stuck
        rows._plan_todos()
        rows._plan_todos()
        todos = self._todos(rows)
        self.assertEqual(len(todos), 2, "whoever is stuck has nothing to do")
        self.assertEqual(todos.user_id, self.salesperson_a | self.salesperson_b)
        self.errand.date_due = datetime(2027, 3, 15, 15)
        rows._plan_todos()
        self.assertEqual(self._todos().date_deadline, date(2027, 3, 15))
        self.assertEqual(self._todos(later).date_deadline, date(2027, 3, 12))
        self.errand._close()
        self.assertEqual(self.errand.state, "closed")
        self.assertTrue(self.errand.date_closed)
        self.assertFalse(self._todos())
        self.assertTrue(self._todos(later))

    def test_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.salesperson_a.lang = "fr_FR"
        self.errand._plan_todos()
        self.assertEqual(self._todos().summary, "Errand, fr_FR")

    def test_the_portal_has_no_to_dos(self):
        guest = self.env["res.users"].create(
            {
                "name": "Guest",
                "login": "guest@errand.example",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        errand = self._ask(guest)
        errand._plan_todos()
        self.assertFalse(self._todos(errand))
        self.assertFalse(errand.with_user(guest).sudo(False)._may_decide(guest))

    def test_without_its_type_there_is_no_to_do(self):
        self.errand._plan_todos()
        kind = self.env.ref("mail.mail_activity_data_todo")
        self.env["ir.model.data"].search(
            [("model", "=", kind._name), ("res_id", "=", kind.id)]
        ).unlink()
        self._ask(self.salesperson_b)._plan_todos()
        self.errand._close()
        self.assertEqual(self.errand.state, "closed")

    def test_only_the_system_writes_on_the_page(self):
        with self.assertRaisesRegex(AccessError, "use its buttons"):
            self.errand.with_user(self.leader_east).message_post(body="How so?")
        self.errand.message_post(body="Kept")
        self.assertIn("Kept", self.errand.message_ids[0].body)

    def test_a_client_sets_nothing_of_it(self):
        Access = self.env["ir.model.access"]
        Access.search([("name", "=", MODEL)]).perm_write = True
        row = self.errand.with_user(self.salesperson_a)
        for values in (
            {"date_due": "2030-01-01 00:00:00"},
            {"user_id": self.salesperson_b.id},
            {"note": "None of my business"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                row.write(values)

    def test_a_dialog_wants_words(self):
        Answer = self.env[ANSWER].with_user(self.leader_east)
        action = Answer._open("excuse", "Excuse", default_reason="Ill")
        self.assertEqual(action["res_model"], ANSWER)
        self.assertEqual(
            action["context"], {"default_kind": "excuse", "default_reason": "Ill"}
        )
        values = {"kind": "excuse", "errand_id": self.errand.id}
        for words in (False, "", "  \n"):
            with self.subTest(words), self.assertRaisesRegex(UserError, "Write down"):
                Answer.create({**values, "reason": words}).action_save()
        with self.assertRaisesRegex(AccessError, "about nothing"):
            Answer.create({"kind": "excuse", "reason": "Ill"}).action_save()
        self.assertFalse(SEEN)
        done = Answer.create({**values, "reason": " Ill "}).action_save()
        self.assertEqual(SEEN, ["Ill"])
        self.assertEqual(done["params"]["next"]["tag"], "soft_reload")
