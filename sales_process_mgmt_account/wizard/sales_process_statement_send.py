# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessStatementSend(models.TransientModel):
    """Statements of account of some customers: printed, or sent by e-mail."""

    _name = "sales.process.statement.send"
    _description = "Statements of Account"
    _inherit = ["sales.process.guard"]
    _text_limits = {"note": texts.REASON_LENGTH}

    line_ids = fields.One2many(
        "sales.process.statement.line", "send_id", string="Customers"
    )
    note = fields.Text(
        string="A Word of Your Own",
        help="Stands in the e-mail above the statement, as you write it.",
    )

    def action_print(self):
        """Print the statements, each in the language of its customer.

        :return: dict, a report action
        """
        self.ensure_one()
        return self.env.ref(
            "sales_process_mgmt_account.action_report_statement"
        ).report_action(self.line_ids)

    def action_send(self):
        """Send each customer its statement.

        :return: dict, a client action
        :raise UserError: where somebody has no address: nothing is sent then
        :raise AccessError: for whoever neither collects, nor stands in, nor leads
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: not line.is_sent)
        if not lines:
            raise UserError(self.env._("These statements have been sent already."))
        for line in lines:
            line._check_sendable()
        for line in lines:
            line._send(self.note)
        return self.env["sales.process.notice"]._toast(
            self.env._("Statements of account sent: %(count)s.", count=len(lines))
        )
