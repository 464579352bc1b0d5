# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.sales_process_mgmt.tools import texts

from .survey_survey import EXAM


class SalesProcessTrainingStep(models.Model):
    """One thing to do in a training: to read, to visit with somebody, an exam."""

    _name = "sales.process.training.step"
    _description = "Step of a Training Plan"
    _inherit = ["sales.process.guard"]
    _order = "plan_id, sequence, id"
    _text_limits = {"name": texts.NAME_LENGTH, "text": texts.NOTE_LENGTH}
    _is_copied = True
    # what people have done stays what they did
    _fixed_fields = frozenset(("plan_id", "kind", "survey_id"))

    plan_id = fields.Many2one(
        "sales.process.training.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [
            ("read", "Reading"),
            ("visit", "Visit Customers With"),
            ("exam", "Exam"),
        ],
        default="read",
        required=True,
        help="What was read is marked by the person, a visit is confirmed by the team "
        "leader, an exam is passed.",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Exam to Sit",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("survey_type", "=", EXAM)],
    )
    days = fields.Integer(
        string="Working Days",
        default=5,
        help="Working days of the person after joining, until when it is to be done. "
        "Days of absence do not count.",
    )
    text = fields.Html(string="What to Do", translate=True)

    _check_days = models.Constraint(
        "CHECK(days BETWEEN 0 AND 400)", "A step is due after 0 to 400 working days."
    )
    _check_exam_named = models.Constraint(
        "CHECK((kind = 'exam') = (survey_id IS NOT NULL))",
        "A step that is an exam names the exam, and no other step does.",
    )

    @api.constrains("kind", "survey_id")
    def _check_exam(self):
        for step in self:
            # sudo: what type it is, not what it asks
            exam = step.sudo().survey_id
            if (step.kind == "exam") != bool(exam):
                raise ValidationError(
                    self.env._(
                        "A step that is an exam names the exam, and no other step does."
                    )
                )
            if exam and exam.survey_type != EXAM:
                raise ValidationError(
                    self.env._("“%(survey)s” is no exam.", survey=exam.title)
                )
            if exam.process_company_id and exam.process_company_id != step.company_id:
                raise ValidationError(
                    self.env._(
                        "The exam “%(survey)s” belongs to another company.",
                        survey=exam.title,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.plan_id._wake()
        return steps

    def write(self, vals):
        result = super().write(vals)
        self.plan_id._wake()
        return result
