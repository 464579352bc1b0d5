# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools import texts
from ..tools.transaction import grading


class SalesProcessGradeSetting(models.TransientModel):
    """A leader sets a grade by hand: why, and until when it wins over the rule."""

    _name = "sales.process.grade.setting"
    _description = "Set a Grade by Hand"
    _inherit = ["sales.process.guard"]

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade"
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade", required=True, ondelete="cascade"
    )
    reason = fields.Char(
        size=texts.REASON_LENGTH,
        required=True,
        help="Read by the salesperson on the time line of the customer.",
    )
    date_until = fields.Date(
        string="Holds Until",
        required=True,
        help="Until then no rule changes the grade.",
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "date_until" in fields_list and "date_until" not in values:
            today = self.env["crm.team"]._get_process_today(self.env.user)
            values["date_until"] = fields.Date.add(today, months=3)
        return values

    @api.constrains("date_until")
    def _check_date_until(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        for setting in self:
            if not today <= setting.date_until <= fields.Date.add(today, years=5):
                raise ValidationError(
                    self.env._(
                        "A grade by hand holds until a day from today on, within five "
                        "years."
                    )
                )

    def action_set(self):
        """The grade stands, whatever the rule says, until the day.

        :return: dict, an action
        :raise AccessError: for whoever does not decide about the grade
        """
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        partner.check_access("read")
        if not partner._may_set_grade(self.env.user):
            raise AccessError(
                self.env._(
                    "Grades are set by the leader of the customer's team: propose "
                    "yours on the customer."
                )
            )
        before = {partner: partner.process_grade_id}
        with grading(self.env):
            partner.write(
                {
                    "process_grade_id": self.grade_id.id,
                    "process_proposed_grade_id": False,
                }
            )
        self.env["sales.process.grade.change"]._record_hand(
            before, self.reason, self.date_until
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
