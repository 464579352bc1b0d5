# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list
from odoo.tools.misc import formatLang

ANSWER_LENGTH = 5_000


class SalesProcessWorkReportAnswer(models.Model):
    """The answer of a report to a question of its form; empty until it is given."""

    _name = "sales.process.work.report.answer"
    _description = "Answer in a Work Report"
    _inherit = ["sales.process.guard"]
    _order = "report_id, sequence, id"
    _rec_name = "name"
    _text_limits = {"value": ANSWER_LENGTH}

    report_id = fields.Many2one(
        "sales.process.work.report",
        string="Work Report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    question_id = fields.Many2one(
        "sales.process.report.question",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    name = fields.Char(related="question_id.name", string="Question Asked")
    form_id = fields.Many2one(related="question_id.form_id", string="Report Form")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(related="question_id.kind", string="Answered With")
    is_required = fields.Boolean(related="question_id.is_required")
    choices = fields.Text(related="question_id.choices")
    value = fields.Text(
        string="Answer Given",
        help="Numbers are written with a point, as in 1250.5.",
    )
    number = fields.Float(
        compute="_compute_number",
        store=True,
        aggregator="sum",
        help="The answer, where the question asks for a number.",
    )
    is_number = fields.Boolean(
        string="Answered by a Number", compute="_compute_number", store=True
    )
    display_value = fields.Char(
        string="Answer in Words",
        compute="_compute_display_value",
        help="As people read it.",
    )
    user_id = fields.Many2one(related="report_id.user_id", string="Salesperson")
    team_id = fields.Many2one(related="report_id.team_id")
    company_id = fields.Many2one(related="report_id.company_id")
    report_kind = fields.Selection(related="report_id.kind", string="Report")
    report_state = fields.Selection(related="report_id.state", string="State")
    period = fields.Char(related="report_id.period")
    date_to = fields.Date(
        related="report_id.date_to", string="To", help="The last day of the period."
    )

    _question_uniq = models.UniqueIndex(
        "(report_id, question_id)", "A report asks each question once."
    )

    @api.depends("kind", "value")
    def _compute_number(self):
        for answer in self:
            is_number = answer.kind == "number" and bool(answer.value)
            answer.is_number = is_number
            answer.number = float(answer.value) if is_number else 0.0

    @api.depends("kind", "value")
    @api.depends_context("lang")
    def _compute_display_value(self):
        words = {"yes": self.env._("Yes"), "no": self.env._("No")}
        for answer in self:
            value = answer.value
            if value and answer.kind == "number":
                _whole, _point, decimals = value.partition(".")
                value = formatLang(self.env, float(value), digits=max(len(decimals), 0))
            elif answer.kind == "yes_no":
                value = words.get(value, value)
            answer.display_value = value

    @api.model_create_multi
    def create(self, vals_list):
        answers = super().create(vals_list)
        answers._check_open()
        return answers

    def write(self, vals):
        self._check_open()
        if "value" not in vals:
            return super().write(vals)
        self.check_access("write")
        self._check_texts([vals])
        for answer in self:
            value = answer.question_id._normalize(vals["value"])
            super(SalesProcessWorkReportAnswer, answer).write({**vals, "value": value})
        self._check_open()
        return True

    def unlink(self):
        self._check_open()
        return super().unlink()

    def _check_open(self):
        """Only the author answers, until the report is submitted."""
        if not self.env.su:
            for report in self.report_id:
                report._check_can_edit()

    def _check_given(self):
        """Refuse to hand in a report that lacks an answer.

        :raise UserError: one sentence that says what is missing
        """
        missing = self.filtered(lambda row: row.is_required and not row.value)
        if missing:
            raise UserError(
                self.env._(
                    "Answer first, then submit: %(questions)s.",
                    questions=format_list(self.env, missing.mapped("name")),
                )
            )
