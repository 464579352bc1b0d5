# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessGradePreview(models.TransientModel):
    _name = "sales.process.grade.preview"
    _description = "Who Would Change"
    _inherit = ["sales.process.guard"]

    rule_id = fields.Many2one("sales.process.grade.rule", readonly=True)
    customer_count = fields.Integer(string="Customers Looked At", readonly=True)
    change_count = fields.Integer(string="Would Change", readonly=True)
    is_cut = fields.Boolean(
        readonly=True, help="There are more customers than a preview looks at."
    )
    is_on = fields.Boolean(related="rule_id.is_on")
    line_ids = fields.One2many(
        "sales.process.grade.preview.line",
        "preview_id",
        string="Who Would Change",
        readonly=True,
    )

    def action_switch_on(self):
        """The preview is right: customers are graded by the rule.

        :return: dict, an action
        """
        self.ensure_one()
        rule = self.rule_id.with_env(self.env)
        rule.action_switch_on()
        return self.env["sales.process.notice"]._toast(
            self.env._("“%s” is switched on: customers are graded tonight.", rule.name),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )


class SalesProcessGradePreviewLine(models.TransientModel):
    _name = "sales.process.grade.preview.line"
    _description = "Customer That Would Change"
    _inherit = ["sales.process.guard"]
    _order = "is_down desc, turnover desc, id"

    preview_id = fields.Many2one(
        "sales.process.grade.preview",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="preview_id.rule_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, ondelete="cascade"
    )
    grade_before_id = fields.Many2one(
        "sales.process.customer.grade", readonly=True, ondelete="cascade"
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade",
        string="New Grade",
        readonly=True,
        ondelete="cascade",
    )
    is_down = fields.Boolean(string="Goes Down", readonly=True)
    turnover = fields.Monetary(readonly=True)
    growth = fields.Float(string="Growth (%)", readonly=True)
    contact_days = fields.Integer(string="Days Since Contact", readonly=True)
    order_days = fields.Integer(string="Days Since Order", readonly=True)
    potential = fields.Monetary(readonly=True)
