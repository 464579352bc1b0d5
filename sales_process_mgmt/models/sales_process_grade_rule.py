# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Grades by rule: what each grade asks for, for a team or for all."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..tools import texts
from ..tools.transaction import scheduled
from .sales_process_grade_run import GradeRun

# So many customers are looked at by a preview, and so many changes are listed.
PREVIEW_CUSTOMERS = 5000
PREVIEW_LINES = 200


class SalesProcessGradeRule(models.Model):
    """By which numbers the customers of a team, or of all teams, get their grades.

    A customer gets the best grade of which it meets every criterion. It goes up at
    once and down slowly, see ``tools/grading.py``. A rule of the team stands above a
    general one.
    """

    _name = "sales.process.grade.rule"
    _description = "Grade Rule"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, size=texts.NAME_LENGTH)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Whose customers and turnover it is about, branches included.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
        help="The rule holds for customers of this team. Empty: for all teams without "
        "a rule of their own.",
    )
    is_on = fields.Boolean(
        string="Switched On",
        readonly=True,
        copy=False,
        help="Customers are graded by it. Look at the preview before.",
    )
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Goes up with each change of what the rule says. Each changed grade names "
        "the version by which it was given.",
    )
    months = fields.Integer(
        string="Months of Turnover",
        default=12,
        required=True,
        help="Turnover of so many months until today; growth is against as many months "
        "before.",
    )
    cycle_days = fields.Integer(
        string="Evaluate Every (Days)",
        default=30,
        required=True,
        help="Days from one evaluation of a customer to the next.",
    )
    drop_percent = fields.Integer(
        string="Down at Once Below (%)",
        default=10,
        required=True,
        help="A customer that misses a limit of its grade by more than this goes down "
        "at once.",
    )
    drop_count = fields.Integer(
        string="Down After (Evaluations)",
        default=2,
        required=True,
        help="A customer that misses a limit by less goes down after so many "
        "evaluations in a row.",
    )
    manual_days = fields.Integer(
        string="Grades by Hand Hold (Days)",
        default=90,
        required=True,
        help="How long a grade that a leader sets without an end date wins over the "
        "rule.",
    )
    line_ids = fields.One2many(
        "sales.process.grade.rule.line", "rule_id", string="Grades", copy=True
    )

    _check_numbers = models.Constraint(
        "CHECK(months BETWEEN 1 AND 60 AND cycle_days BETWEEN 1 AND 366"
        " AND drop_percent BETWEEN 0 AND 100 AND drop_count BETWEEN 1 AND 12"
        " AND manual_days BETWEEN 1 AND 3650)",
        "Months lie between 1 and 60, the days between two evaluations between 1 and "
        "366, the percentage between 0 and 100, evaluations in a row between 1 and 12, "
        "and a grade by hand holds between 1 and 3,650 days.",
    )
    _on_uniq = models.UniqueIndex(
        "(company_id, COALESCE(team_id, 0)) WHERE is_on AND active",
        "Another grade rule is switched on for this team: switch it off first.",
    )

    problem = fields.Char(
        compute="_compute_problem",
        help="Why the rule is not asked, although it may be switched on.",
    )
    signature = fields.Char(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="What the rule said when its version was counted.",
    )

    # ------------------------------------------------------------
    # VERSIONS
    # ------------------------------------------------------------

    def write(self, vals):
        if vals.get("active") is False:
            self.action_switch_off()
        result = super().write(vals)
        running = self.filtered("is_on")
        running._check_ready()
        running._settle_version()
        return result

    def _settle_version(self):
        """Count a version where the rule does not say what it said before."""
        # sudo: the fields are the system's
        for rule in self.sudo():
            said = rule._get_signature()
            if rule.signature == said:
                continue
            values = {"signature": said}
            if rule.signature:
                values["version"] = rule.version + 1
            rule.write(values)

    def _get_signature(self):
        """What the rule says, to be compared.

        :return: str
        """
        self.ensure_one()
        words = [
            self.company_id.id,
            self.team_id.id,
            self.months,
            self.cycle_days,
            self.drop_percent,
            self.drop_count,
            *((grade.id, *criteria) for grade, criteria in self._get_levels()),
        ]
        return repr(words)

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_problem(self):
        has_trade = bool(self._get_trade_queries(SQL("(0)")))
        for rule in self:
            rule.problem = rule._find_problem(has_trade)

    def _find_problem(self, has_trade):
        """Why a rule cannot be asked.

        :param bool has_trade: whether an app counts turnover and orders
        :return: str, a sentence that says what to do; False where it can
        """
        self.ensure_one()
        if not self.line_ids:
            return self.env._(
                "“%(rule)s” has no grades: add what each grade asks for.",
                rule=self.name,
            )
        if not has_trade and any(
            line.turnover_min or line.growth_min or line.order_days_max
            for line in self.line_ids
        ):
            return self.env._(
                "“%(rule)s” asks for turnover or orders, and no app counts them: "
                "install the one for invoicing, or leave these criteria at 0.",
                rule=self.name,
            )
        return False

    def _check_ready(self):
        """Refuse a rule that cannot be asked.

        :raise UserError: one sentence that says what to do
        """
        self.invalidate_recordset(["problem"])
        if problem := next(filter(None, self.mapped("problem")), False):
            raise UserError(problem)

    # ------------------------------------------------------------
    # PROVIDERS
    # ------------------------------------------------------------

    @api.model
    def _get_trade_queries(self, contacts):
        """What customers have bought; an addon that knows of it adds its query.

        A query selects ``partner_id``, ``company_id``, ``date`` (a day) and ``amount``
        (in the currency of the company, refunds negative; 0 where only the day of an
        order matters), of the contacts alone.

        :param SQL contacts: in parentheses, the ids of contacts
        :return: ``{name of the source: SQL}``
        """
        return {}

    # ------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------

    def _get_levels(self):
        """What the grades ask for, the best grade first.

        :return: list of ``(sales.process.customer.grade, Criteria)``
        """
        self.ensure_one()
        return [
            (line.grade_id, line._get_criteria())
            for line in self.line_ids.sorted(
                lambda line: (line.grade_id.sequence, line.grade_id.id)
            )
        ]

    @api.model
    @scheduled
    def _cron_grade(self):
        """Grade the customers whose evaluation is due, in batches.

        A rule that cannot be asked any more takes no grade from anybody.
        """
        rules = self.search([("is_on", "=", True)])
        GradeRun(rules.filtered(lambda rule: not rule.problem)).run()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_switch_on(self):
        """Customers are graded by these rules from the next night on."""
        self.check_access("write")
        self._check_ready()
        # sudo: the field is the system's
        self.sudo().is_on = True
        self._settle_version()
        GradeRun(self).reset()

    def action_switch_off(self):
        """Customers keep the grades they have."""
        self.check_access("write")
        # sudo: the field is the system's
        self.sudo().is_on = False

    def action_preview(self):
        """Show who would change, without changing anybody.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("write")
        run = GradeRun(self)
        changes, count = run.preview(PREVIEW_CUSTOMERS)
        preview = self.env["sales.process.grade.preview"].sudo()
        # sudo: what the dialog shows is the system's
        preview = preview.create(
            {
                "rule_id": self.id,
                "customer_count": count,
                "change_count": len(changes),
                "is_cut": count >= PREVIEW_CUSTOMERS,
                "line_ids": [
                    Command.create(
                        {
                            "partner_id": change.partner.id,
                            "grade_before_id": change.before.id,
                            "grade_id": change.grade.id,
                            "is_down": change.is_down,
                            **change.get_values(),
                        }
                    )
                    for change in changes[:PREVIEW_LINES]
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who Would Change"),
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [(False, "form")],
            "target": "new",
        }
