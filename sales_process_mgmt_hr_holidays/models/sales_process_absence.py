# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SalesProcessAbsence(models.Model):
    _inherit = "sales.process.absence"

    source = fields.Selection(
        selection_add=[("leave", "Time Off")], ondelete={"leave": "cascade"}
    )
    resource_leave_id = fields.Many2one(
        "resource.calendar.leaves",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        export_string_translation=False,
        help="The validated time off that this absence follows.",
    )

    _resource_leave_uniq = models.UniqueIndex(
        "(resource_leave_id) WHERE resource_leave_id IS NOT NULL",
        "This time off is an absence already.",
    )
