# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import math

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .sales_process_report_form import MAX_QUESTIONS

CHOICES_LENGTH = 2_000
NUMBER_MAX = 10**15
YES_NO = ("yes", "no")


class SalesProcessReportQuestion(models.Model):
    """One question of a report form."""

    _name = "sales.process.report.question"
    _description = "Question of a Report Form"
    _inherit = ["sales.process.guard"]
    _order = "form_id, sequence, id"
    _fixed_fields = frozenset(("form_id",))
    _text_limits = {"choices": CHOICES_LENGTH, "name": 200}

    form_id = fields.Many2one(
        "sales.process.report.form",
        string="Report Form",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Question",
        required=True,
        help="As it stands in the report, in the language of the team.",
    )
    kind = fields.Selection(
        [
            ("text", "Text"),
            ("number", "Number"),
            ("choice", "Choice"),
            ("yes_no", "Yes or No"),
        ],
        string="Kind of Answer",
        required=True,
        default="text",
        help="How it is answered. Numbers can be added up and compared.",
    )
    is_required = fields.Boolean(
        string="Required",
        help="Without an answer the report cannot be submitted.",
    )
    choices = fields.Text(help="One a line, for a question that is a choice.")

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions._check_open_form()
        for form in questions.form_id:
            if len(form.question_ids) > MAX_QUESTIONS:
                raise ValidationError(
                    self.env._(
                        "A report asks at most %(limit)s questions.",
                        limit=MAX_QUESTIONS,
                    )
                )
        return questions

    def write(self, vals):
        self._check_open_form()
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        self._check_open_form()
        return super().unlink()

    def _check_open_form(self):
        """What was asked never changes, whoever writes."""
        # sudo: the state of a form does not depend on reading it
        self.sudo().form_id._check_draft()

    def _check_choices(self):
        """Refuse a choice without anything to choose.

        :raise UserError: one sentence that names the question
        """
        for question in self:
            if question.kind == "choice" and len(question._get_choices()) < 2:
                raise UserError(
                    self.env._(
                        "“%(question)s” needs at least two choices, one a line.",
                        question=question.name,
                    )
                )

    def _get_choices(self):
        """What may be chosen, in order, each once.

        :return: list of str
        """
        lines = (self.choices or "").splitlines()
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    def _normalize(self, value):
        """An answer as it is kept.

        :param value: what a client sent
        :return: str, or False for none
        :raise ValidationError: one sentence, where it does not answer the question
        """
        is_said = value or (value == 0 and value is not False)
        text = str(value).strip() if is_said else ""
        if not text:
            return False
        if self.kind == "number":
            return self._normalize_number(text)
        allowed = self._get_choices() if self.kind == "choice" else YES_NO
        if self.kind in ("choice", "yes_no") and text not in allowed:
            raise ValidationError(
                self.env._(
                    "“%(question)s” does not take this answer. Reload the page and "
                    "choose again.",
                    question=self.name,
                )
            )
        return text

    def _normalize_number(self, text):
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number) or abs(number) >= NUMBER_MAX:
            raise ValidationError(
                self.env._(
                    "“%(question)s” is answered with a number, as in 1250.5.",
                    question=self.name,
                )
            )
        return f"{number:.6f}".rstrip("0").rstrip(".")
