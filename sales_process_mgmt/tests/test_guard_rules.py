# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import importlib.util
from datetime import timedelta
from pathlib import Path

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_guard import QUIET, GuardCommon

ADDON = Path(__file__).parents[1]


@tagged("post_install", "-at_install")
class TestGuardRules(GuardCommon):
    """What has been written is asked about again, and stays what it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = cls.env["sales.process.metric"].search([], limit=3)
        cls.month = cls.env.cr.now().date().replace(day=1)

    def _create_plan(self, user, month=None, *metrics):
        return (
            self.env["sales.process.plan"]
            .with_user(user)
            .create(
                {
                    "kind": "monthly",
                    "date_from": month or self.month,
                    "line_ids": [
                        Command.create({"metric_id": metric.id, "goal": 1})
                        for metric in metrics or self.metrics[:1]
                    ],
                }
            )
        )

    # ------------------------------------------------------------
    # AFTER A WRITE
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_goal_is_not_moved(self):
        """Not into the own locked plan, not into a colleague's, by no way."""
        user = self.salesperson_b
        locked = self._create_plan(user)
        locked.with_user(self.leader_east).action_agree()
        self.assertEqual(locked.state, "locked")
        later = (self.month + timedelta(days=400)).replace(day=1)
        draft = self._create_plan(user, later, self.metrics[1], self.metrics[2])
        other = self._create_plan(self.salesperson_c, later)
        for target in (locked, other):
            with self.assertRaises(UserError):
                draft.line_ids[0].write({"plan_id": target.id})
            with self.assertRaises(UserError):
                target.with_user(user).write(
                    {"line_ids": [Command.link(draft.line_ids[0].id)]}
                )
        self.env.invalidate_all()
        self.assertEqual(
            [len(plan.line_ids) for plan in (locked, other, draft)], [1, 1, 2]
        )

    @mute_logger(*QUIET)
    def test_records_stay_with_who_may_write_them(self):
        """Whoever writes a field on which a rule depends may write the result."""
        duty = self.records["sales.process.duty"].with_user(self.leader_east)
        day = self.records["sales.process.calendar.exception"]
        handover = self.records["sales.process.handover"]
        for record in (duty, day, handover):
            with self.subTest(model=record._name), self.assertRaises(UserError):
                record.with_user(self.leader_east).team_id = self.team_west
        plan = self._create_plan(self.salesperson_b)
        with self.assertRaises(AccessError):
            plan.user_id = self.salesperson_c
        followup = self.records["sales.process.followup"]
        with self.assertRaises(AccessError):
            followup.with_user(self.salesperson_a).user_id = self.salesperson_b

    # ------------------------------------------------------------
    # NEWS OF A REPORT
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_news_are_frozen_with_their_report(self):
        Report = self.env["sales.process.work.report"].with_user(self.salesperson_b)
        News = self.env["sales.process.intelligence"].with_user(self.salesperson_b)
        report = Report.create({"kind": "daily", "summary": "done"})
        told = News.create({"name": "as submitted", "report_id": report.id})
        loose = News.create({"name": "of no report"})
        told.name = "still open"
        report.action_submit()
        for attack in (
            lambda: News.create({"name": "late", "report_id": report.id}),
            lambda: News.with_context(default_report_id=report.id).create(
                {"name": "x"}
            ),
            lambda: loose.write({"report_id": report.id}),
            lambda: told.write({"name": "rewritten"}),
            lambda: told.write({"report_id": False}),
            lambda: report.write({"intelligence_ids": [Command.link(loose.id)]}),
            lambda: told.with_user(self.director).unlink(),
        ):
            with self.assertRaises(UserError):
                attack()
        self.env.invalidate_all()
        self.assertEqual(report.intelligence_ids.mapped("name"), ["still open"])
        loose.name = "news of no report are the reporter's"

    # ------------------------------------------------------------
    # METRICS
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_metric_counts_what_its_definer_may_read(self):
        """Neither preview nor report tells what stands in a private message."""
        user, other = self.salesperson_a, self.salesperson_b
        channel = (
            self.env["discuss.channel"]
            .with_user(user)
            .create(
                {
                    "name": "Private",
                    "channel_type": "group",
                    "channel_member_ids": [
                        Command.create({"partner_id": person.partner_id.id})
                        for person in (user, other)
                    ],
                }
            )
        )
        channel.message_post(body="raise to 31000", message_type="comment")
        self.env.flush_all()
        Field = self.env["ir.model.fields"]

        def define(by, text):
            return (
                self.env["sales.process.metric"]
                .with_user(by)
                .create(
                    {
                        "name": text,
                        "code": f"m_{by.id}_{text.replace(' ', '_')}",
                        "model_id": self.env["ir.model"]._get_id("mail.message"),
                        "domain": repr([("body", "ilike", text)]),
                        "date_field_id": Field._get("mail.message", "create_date").id,
                        "user_field_id": Field._get("mail.message", "create_uid").id,
                    }
                )
            )

        now = self.env.cr.now()
        bounds = {user.id: (now - timedelta(days=1), now + timedelta(days=1))}
        right = define(self.director, "raise to 3")
        wrong = define(self.director, "raise to 4")
        self.assertEqual(right.definer_id, self.director)
        for metric in (right, wrong):
            self.assertEqual(
                metric.sudo()._evaluate(bounds, self.company)[metric], {user.id: 0}
            )
        self.assertEqual(
            right.preview.replace("raise to 3", ""),
            wrong.preview.replace("raise to 4", ""),
        )
        shipped = define(self.env.ref("base.user_root"), "raise to 3")
        found = shipped._evaluate(bounds, self.company)[shipped]
        self.assertEqual(found, {user.id: 1}, "What the addons ship counts everything")
        shipped.with_user(self.director).domain = repr([("body", "ilike", "raise")])
        self.assertEqual(shipped.definer_id, self.director)

    @mute_logger(*QUIET)
    def test_metric_of_a_director_counts_all_customers(self):
        """Record rules of the definer take nothing away from who may read all."""
        Field = self.env["ir.model.fields"]
        metric = (
            self.env["sales.process.metric"]
            .with_user(self.director)
            .create(
                {
                    "name": "Leads",
                    "code": "leads_all",
                    "model_id": self.env["ir.model"]._get_id("crm.lead"),
                    "date_field_id": Field._get("crm.lead", "create_date").id,
                    "user_field_id": Field._get("crm.lead", "user_id").id,
                }
            )
        )
        now = self.env.cr.now()
        bounds = {
            self.salesperson_a.id: (now - timedelta(days=1), now + timedelta(days=1))
        }
        found = metric.with_user(self.salesperson_a)._evaluate(bounds, self.company)
        self.assertEqual(found[metric], {self.salesperson_a.id: 1})

    # ------------------------------------------------------------
    # VALUES THAT NOBODY MEANS
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_numbers_and_days_out_of_range(self):
        plan = self._create_plan(self.salesperson_b)
        Report = self.env["sales.process.work.report"].with_user(self.salesperson_b)
        Plan = self.env["sales.process.plan"].with_user(self.salesperson_b)
        line = plan.line_ids
        for attack in (
            lambda: line.write({"goal": 1e308}),
            lambda: line.write({"goal": float("inf")}),
            lambda: line.write({"goal": float("nan")}),
            lambda: line.write({"weight": 10**14}),
            lambda: line.write({"goal": -1e308}),
            lambda: Report.create({"kind": "monthly", "date_from": "0001-01-01"}),
            lambda: Report.create({"kind": "monthly", "date_from": "2020-01-01"}),
            lambda: Plan.create({"kind": "weekly", "date_from": "9999-12-31"}),
            lambda: (
                self.records["sales.process.followup.rule"]
                .with_user(self.director)
                .write({"followup_days": 2**31})
            ),
        ):
            with self.assertRaises(ValidationError):
                attack()
                self.env.flush_all()
        line.goal = 9_999_999_999
        self.env.flush_all()
        self.assertEqual(line.goal, 9_999_999_999)

    def test_texts_that_no_column_holds(self):
        """A NUL or half a character is one sentence, and no error of the database."""
        followup = self.records["sales.process.followup"].with_user(self.director)
        for text in ("price\x00list", "price\ud800list"):
            for attack in (
                lambda text=text: followup.write({"subject": text}),
                lambda text=text: followup.copy({"solution": text}),
                lambda text=text: (
                    self.env["crm.lead"]
                    .with_user(self.salesperson_b)
                    .create({"name": text})
                ),
            ):
                with self.assertRaisesRegex(ValidationError, "cannot be saved"):
                    attack()

    def test_every_model_is_searched_by_name(self):
        """What people type into a field finds something or nothing, in all models."""
        for name in self.env.registry:
            model = self.env[name]
            if name.startswith("sales.process.") and model._auto:
                with self.subTest(name):
                    model.name_search("pump")

    def test_notes_of_activities_are_escaped(self):
        """The note of an activity is HTML: plain text in it is made HTML first."""
        found = 0
        for path in [*ADDON.glob("models/*.py"), *ADDON.glob("wizard/*.py")]:
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
