# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import grading


class SalesProcessGradeRuleLine(models.Model):
    """What one grade asks for."""

    _name = "sales.process.grade.rule.line"
    _description = "Grade of a Rule"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "rule_id, id"
    _rec_name = "grade_id"

    rule_id = fields.Many2one(
        "sales.process.grade.rule", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="rule_id.currency_id")
    grade_id = fields.Many2one(
        "sales.process.customer.grade",
        required=True,
        index=True,
        ondelete="restrict",
        help="Better grades are asked first, in the order of the list of grades.",
    )
    turnover_min = fields.Monetary(
        string="Turnover From", help="Without taxes, refunds taken off. 0: not asked."
    )
    growth_min = fields.Float(
        string="Growth From (%)",
        help="Against the same number of months before. 0: not asked.",
    )
    order_days_max = fields.Integer(
        string="Days Since Order, at Most",
        help="Or since the last invoice. 0: not asked.",
    )
    contact_days_max = fields.Integer(
        string="Days Since Contact, at Most",
        help="Since the last contact that counts. 0: not asked.",
    )
    potential_min = fields.Monetary(
        string="Potential From",
        help="What the leader thinks the customer could buy in a year. 0: not asked.",
    )

    _grade_uniq = models.Constraint(
        "UNIQUE(rule_id, grade_id)", "A grade stands once in a rule."
    )
    _check_numbers = models.Constraint(
        "CHECK(turnover_min >= 0 AND potential_min >= 0"
        " AND growth_min BETWEEN -100 AND 100000"
        " AND order_days_max BETWEEN 0 AND 3650"
        " AND contact_days_max BETWEEN 0 AND 3650)",
        "Amounts are not negative, growth is at least -100 %, and days lie between 0 "
        "and 3,650.",
    )

    @api.constrains("grade_id", "rule_id")
    def _check_grade_company(self):
        for line in self:
            company = line.grade_id.company_id
            if company and company != line.rule_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The grade %(grade)s belongs to another company: choose one of "
                        "this company, or a shared one.",
                        grade=line.grade_id.name,
                    )
                )

    @api.constrains(
        "growth_min", "order_days_max", "rule_id", "turnover_min", "grade_id"
    )
    def _check_rule(self):
        self.rule_id.filtered("is_on")._check_ready()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_last(self):
        # a rule that is switched on keeps a grade
        for rule in self.rule_id.filtered("is_on"):
            if rule.line_ids <= self:
                raise UserError(
                    self.env._("“%s” is switched on: switch it off first.", rule.name)
                )

    def _get_criteria(self):
        """What the grade asks for.

        :return: Criteria
        """
        self.ensure_one()
        return grading.Criteria(
            turnover=self.turnover_min,
            growth=self.growth_min,
            contact_days=self.contact_days_max,
            order_days=self.order_days_max,
            potential=self.potential_min,
        )
