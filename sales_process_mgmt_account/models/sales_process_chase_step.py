# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

KINDS = [
    ("remind", "Remind"),
    ("call", "Call"),
    ("visit", "Visit"),
    ("letter", "Letter"),
    ("leader", "Leader"),
]


class SalesProcessChaseStep(models.Model):
    """What is done about an invoice that is overdue for so many days."""

    _name = "sales.process.chase.step"
    _description = "Step of the Chase Plan"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "team_id, days"
    _rec_name = "kind"

    team_id = fields.Many2one("crm.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id")
    days = fields.Integer(
        string="Days Overdue",
        required=True,
        default=7,
        help="On this day after the due one, in the zone of who collects.",
    )
    kind = fields.Selection(
        KINDS,
        string="What Is Done",
        required=True,
        default="remind",
        help="A to-do for who collects; Leader: for the team leader.",
    )

    _days_uniq = models.UniqueIndex(
        "(team_id, days)", "The plan has a step on this day already."
    )
    _check_days = models.Constraint(
        "CHECK(days BETWEEN 1 AND 3650)",
        "A step comes 1 to 3,650 days after the due day.",
    )
