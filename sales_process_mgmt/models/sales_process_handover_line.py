# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SalesProcessHandoverLine(models.Model):
    _name = "sales.process.handover.line"
    _description = "Customer to Hand Over"
    _inherit = ["sales.process.guard"]
    _order = "handover_id, new_user_id, id"
    _rec_name = "ownership_id"
    _fixed_fields = frozenset(["handover_id"])

    handover_id = fields.Many2one(
        "sales.process.handover", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="handover_id.company_id", store=True, index="btree_not_null"
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    new_user_id = fields.Many2one(
        "res.users", string="New Owner", index="btree_not_null"
    )
    successor_id = fields.Many2one(
        "sales.process.ownership",
        string="New Period",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    customer_name = fields.Char(
        related="ownership_id.name", related_sudo=True, string="Customer Name"
    )
    phase = fields.Selection(related="ownership_id.phase", related_sudo=True)
    date_last_contact = fields.Datetime(
        related="ownership_id.date_last_contact", related_sudo=True
    )
    territory = fields.Char(
        compute="_compute_territory",
        help="State and country of the customer's newest open lead.",
    )
    outcome = fields.Char(
        readonly=True, help="Why the customer was not handed over, if it was not."
    )

    _ownership_uniq = models.UniqueIndex(
        "(handover_id, ownership_id)", "A customer stands on the list once."
    )

    @api.depends("ownership_id")
    @api.depends_context("lang")
    def _compute_territory(self):
        # sudo: who receives cannot read the leads yet
        places = self.sudo().ownership_id._get_territories()
        for line in self:
            state, country = places.get(line.ownership_id.id, (False, False))
            if state and country:
                line.territory = self.env._(
                    "%(state)s, %(country)s", state=state.name, country=country.name
                )
            else:
                place = state or country
                line.territory = place.name if place else False

    @api.constrains("new_user_id", "ownership_id")
    def _check_line(self):
        for line in self:
            # sudo: what a line is checked by holds whoever writes it
            handover = line.handover_id.sudo()
            if line.new_user_id - handover.team_id._get_roster_users():
                raise ValidationError(
                    self.env._(
                        "%(user)s is no member of %(team)s.",
                        user=line.new_user_id.name,
                        team=handover.team_id.name,
                    )
                )
            ownership = line.ownership_id.sudo()
            if (
                line.new_user_id == handover.user_id
                or ownership.user_id != handover.user_id
                or ownership.team_id != handover.team_id
            ):
                raise ValidationError(
                    self.env._(
                        "Only customers of %(user)s in %(team)s are handed over, to "
                        "somebody else.",
                        user=handover.user_id.name,
                        team=handover.team_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        self._check_draft()

    def _check_draft(self):
        """The list that people confirm does not change under their hands."""
        if not self.env.su and any(line.handover_id.state != "draft" for line in self):
            raise UserError(
                self.env._("Set the handover to draft before you change its list.")
            )
