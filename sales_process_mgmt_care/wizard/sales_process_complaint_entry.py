# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import texts

from ..models.sales_process_complaint_intake import ComplaintIntake


class SalesProcessComplaintEntry(models.TransientModel):
    """Somebody heard a complaint and writes it down: the leader is told.

    Whose customer it is is found out silently. The answer is the same for a customer
    of one's own, of a colleague, and for a stranger.
    """

    _name = "sales.process.complaint.entry"
    _description = "Recording a Complaint"
    _inherit = ["sales.process.guard"]
    _text_limits = {
        "name": texts.NAME_LENGTH,
        "description": texts.NOTE_LENGTH,
        "contact_name": texts.NAME_LENGTH,
        "contact_phone": texts.NAME_LENGTH,
        "contact_email": texts.NAME_LENGTH,
    }

    name = fields.Char(string="Headline", required=True, size=texts.NAME_LENGTH)
    description = fields.Text(string="In the Customer's Words", required=True)
    severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        required=True,
        default="serious",
    )
    partner_id = fields.Many2one("res.partner", string="Customer")
    contact_name = fields.Char(string="Who Complains", size=texts.NAME_LENGTH)
    contact_phone = fields.Char(
        string="Telephone of Who Complains", size=texts.NAME_LENGTH
    )
    contact_email = fields.Char(
        string="E-mail of Who Complains", size=texts.NAME_LENGTH
    )
    against_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="If the customer named a person: that person does not learn of it.",
    )

    def action_save(self):
        """Keep it, and say the same thing whoever the customer is.

        :return: dict, a client action
        :raise UserError: one sentence
        """
        self.ensure_one()
        user = self.env.user
        team = self._check_may_record()
        complaint, is_new = ComplaintIntake(self.env, team).run(
            {
                "channel": "hand",
                "recorded_by_id": user.id,
                "company_id": self.env.company.id,
                "name": self.name,
                "description": self.description,
                "severity": self.severity,
                "partner_id": self.partner_id.id,
                "contact_name": self.contact_name,
                "contact_phone": self.contact_phone,
                "contact_email": self.contact_email,
                "against_id": self.against_id.id,
            }
        )
        if is_new:
            complaint._take_up(user)
        return self.env["sales.process.notice"]._toast(
            self.env._("Recorded: the leader answers for it."),
            {"type": "ir.actions.act_window_close"},
        )

    def _check_may_record(self):
        """Refuse who records none, and what says too little.

        :return: crm.team in which it is recorded, may be empty
        :raise UserError: one sentence
        """
        user = self.env.user
        if not (
            user.has_group("sales_team.group_sale_salesman")
            or user._is_process_reception()
        ):
            raise AccessError(self.env._("Only salespeople record complaints."))
        if self.against_id == user:
            raise UserError(
                self.env._(
                    "Nobody records a complaint about themselves: let your leader do "
                    "it."
                )
            )
        Team = self.env["crm.team"]
        # sudo: whether a team takes complaints is no secret
        team = user.sudo().process_led_team_ids[:1] or Team.sudo()._get_process_team(
            user, self.env.company
        )
        if team and not team.process_complaint:
            raise UserError(
                self.env._(
                    "%(team)s records no complaints: switch it on in the team.",
                    team=team.name,
                )
            )
        if not (self.partner_id or self.contact_phone or self.contact_email):
            raise UserError(
                self.env._(
                    "Say who complains: a contact, a telephone number or an e-mail "
                    "address."
                )
            )
        return team
