# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SalesProcessSatisfactionShow(models.TransientModel):
    """The salesperson shows a code to a customer who has no e-mail.

    Such answers are marked, and weigh nothing unless the team lets them count: who
    shows the link could answer it.
    """

    _name = "sales.process.satisfaction.show"
    _description = "Showing the Question about Satisfaction"
    _inherit = ["sales.process.guard"]

    lead_id = fields.Many2one("crm.lead", readonly=True)
    link = fields.Char(readonly=True)
    code = fields.Binary(readonly=True, attachment=False)
    is_counted = fields.Boolean(readonly=True)

    @api.model
    def _open(self, lead):
        """Make a link for the customer of a lead, and show it as a code.

        :param lead: crm.lead that the user works
        :return: dict, a window action
        :raise UserError: one sentence
        """
        lead.ensure_one()
        lead.check_access("read")
        # sudo: who may work the customer, and whether the team asks
        row = lead.sudo()
        if not row.ownership_id._can_work(self.env.user):
            raise AccessError(
                self.env._("Only the owner of the customer shows the question.")
            )
        if not row.team_id.process_satisfaction:
            raise UserError(
                self.env._(
                    "%(team)s does not ask about satisfaction: switch it on in the "
                    "team.",
                    team=row.team_id.name,
                )
            )
        if row.won_status != "won":
            raise UserError(self.env._("Customers are asked once the deal is won."))
        link = self.env["sales.process.satisfaction"].sudo()._show(row)
        if not link:
            raise UserError(
                self.env._(
                    "This customer is asked by e-mail, has been asked already, or is "
                    "not to be asked."
                )
            )
        image = createBarcodeDrawing("QR", value=link, width=300, height=300)
        # sudo: the link is made by the system
        dialog = self.sudo().create(
            {
                "lead_id": lead.id,
                "link": link,
                "is_counted": row.team_id.process_satisfaction_shown,
                "code": base64.b64encode(image.asString("svg").encode()),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Show This to the Customer"),
            "res_model": self._name,
            "res_id": dialog.id,
            "views": [(False, "form")],
            "target": "new",
        }
