# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessCustomerGrade(models.Model):
    _name = "sales.process.customer.grade"
    _description = "Customer Grade"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short mark shown beside the customer, for example A.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="Leave empty to share the grade among all companies.",
    )
    followup_days = fields.Integer(
        string="Follow-Up Period (Days)",
        help="Days without contact after which a customer of this grade is released. "
        "0 means the period of the sales team.",
    )
    revisit_days = fields.Integer(
        string="Revisit Cycle (Days)",
        help="How often a served customer of this grade should be visited again. "
        "0 means no revisit is planned.",
    )

    _check_days = models.Constraint(
        "CHECK(followup_days BETWEEN 0 AND 3650 AND revisit_days BETWEEN 0 AND 3650)",
        "A follow-up period or revisit cycle lies between 0 and 3,650 days.",
    )

    def _changes_period(self):
        """Tell whether one of these grades sets a period, here or in a team.

        How often somebody has to be contacted, as a prospect or after the sale.

        :return: bool
        """
        if any(grade.followup_days or grade.revisit_days for grade in self):
            return True
        # sudo: the rules of a stranger's team count, too
        rules = self.env["sales.process.followup.rule"].sudo()
        return bool(self) and bool(
            rules.search_count([("grade_id", "in", self.ids)], limit=1)
        )

    def write(self, vals):
        changed = self.browse()
        if "followup_days" in vals:
            changed = self.filtered(
                lambda grade: grade.followup_days != vals["followup_days"]
            )
        cycled = self.browse()
        if "revisit_days" in vals:
            cycled = self.filtered(
                lambda grade: grade.revisit_days != vals["revisit_days"]
            )
        result = super().write(vals)
        if cycled:
            # sudo: whose customers have the grade is no secret here
            self.env["sales.process.revisit"]._follow_cycle(
                self.env["sales.process.ownership"]
                .sudo()
                .search(
                    [
                        ("state", "=", "open"),
                        ("phase", "=", "served"),
                        (
                            "partner_id.commercial_partner_id.process_grade_id",
                            "in",
                            cycled.ids,
                        ),
                    ]
                )
            )
        if changed:
            # sudo: which teams have customers of the grade is no secret here
            self.env["crm.team"].sudo().search(
                [("process_mode", "in", ["observe", "enforce"])]
            )._plan_deadlines()
        return result
