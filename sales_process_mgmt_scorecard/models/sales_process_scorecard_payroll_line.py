# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessScorecardPayrollLine(models.Model):
    """The coefficients of a person in a file for the payroll."""

    _name = "sales.process.scorecard.payroll.line"
    _description = "Person in a Payroll File"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "payroll_id, id"
    _rec_name = "user_id"

    payroll_id = fields.Many2one(
        "sales.process.scorecard.payroll",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="payroll_id.company_id", store=True)
    scorecard_id = fields.Many2one(
        "sales.process.scorecard", readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Person", readonly=True, ondelete="restrict"
    )
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="restrict")
    score = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    has_score = fields.Boolean(readonly=True)
    personal_coefficient = fields.Float(readonly=True, digits=(16, 4), aggregator="avg")
    team_coefficient = fields.Float(readonly=True, digits=(16, 4), aggregator="avg")
    coefficient = fields.Float(
        string="Both Together", readonly=True, digits=(16, 4), aggregator="avg"
    )
    is_first = fields.Boolean(
        readonly=True, help="The person stood in no file of the month before."
    )
    coefficient_before = fields.Float(
        string="Both Together Before",
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="In the last file of the month that had the person.",
    )
    difference = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="Both together, less what was given before.",
    )
