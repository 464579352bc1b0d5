# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessScorecardPair(models.Model):
    """Two people who give each other the best, two months in a row."""

    _name = "sales.process.scorecard.pair"
    _description = "Pair of Colleagues Who Rate Each Other Best"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "date_from desc, id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    other_id = fields.Many2one("res.users", string="Colleague", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date_from = fields.Date(
        string="Month", readonly=True, help="The second month in a row, or a later one."
    )

    _pair_uniq = models.UniqueIndex("(user_id, other_id, date_from)")
