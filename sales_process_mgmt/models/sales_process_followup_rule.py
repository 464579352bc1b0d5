# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessFollowupRule(models.Model):
    _name = "sales.process.followup.rule"
    _description = "Follow-Up Period Rule"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"
    _check_company_auto = True

    team_id = fields.Many2one(
        "crm.team", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    grade_id = fields.Many2one(
        "sales.process.customer.grade",
        ondelete="cascade",
        index="btree_not_null",
        help="The rule holds for customers of this grade. Empty: for every grade.",
    )
    tag_id = fields.Many2one(
        "crm.tag",
        string="Product Line",
        ondelete="cascade",
        index="btree_not_null",
        help="The rule holds for customers with an open lead that carries this tag. "
        "Empty: for every product line.",
    )
    followup_days = fields.Integer(
        string="Follow-Up Period (Days)",
        required=True,
        default=7,
        help="Days without contact after which such a customer is released.",
    )

    _check_followup_days = models.Constraint(
        "CHECK(followup_days BETWEEN 1 AND 3650)",
        "A follow-up period lies between 1 and 3,650 days.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env["crm.team"]._clear_process_cache()
        rules.team_id._plan_deadlines()
        return rules

    def write(self, vals):
        teams = self.team_id
        result = super().write(vals)
        self.env["crm.team"]._clear_process_cache()
        (teams | self.team_id)._plan_deadlines()
        return result

    def unlink(self):
        teams = self.team_id
        result = super().unlink()
        self.env["crm.team"]._clear_process_cache()
        teams.exists()._plan_deadlines()
        return result
