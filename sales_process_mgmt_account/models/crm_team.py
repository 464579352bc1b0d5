# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_overdue_days = fields.Integer(
        string="Overdue Days for the Leader",
        default=60,
        help="What customers owe for longer than so many days is a matter for the "
        "leader. 0: never.",
        prefetch="process_money",
    )

    process_chase_step_ids = fields.One2many(
        "sales.process.chase.step",
        "team_id",
        string="Chase Plan",
        help="What is done about overdue invoices, and when. Without steps nobody is "
        "reminded.",
    )

    _check_process_overdue_days = models.Constraint(
        "CHECK(process_overdue_days BETWEEN 0 AND 3650)",
        "The overdue days for the leader lie between 0 and 3,650.",
    )
