# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessCommissionSplit(models.Model):
    """What the owner has agreed to give away of the commission of a customer.

    It holds for what the customer signs from then on; what was signed keeps its shares.
    """

    _name = "sales.process.commission.split"
    _description = "Agreed Share of a Customer"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "ownership_id, id"
    _text_limits = {"note": texts.REASON_LENGTH}
    _personal_texts = ("note",)
    _personal_ownerships = ("ownership_id",)
    _fixed_fields = frozenset(("ownership_id", "user_id"))

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('state', '=', 'open')]",
    )
    owner_id = fields.Many2one(
        related="ownership_id.user_id", store=True, index=True, string="Owner"
    )
    team_id = fields.Many2one(related="ownership_id.team_id", store=True, index=True)
    company_id = fields.Many2one(related="ownership_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Gets a Share",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    percent = fields.Float(
        string="Share (%)",
        digits=(16, 4),
        required=True,
        help="Of the commission of what the customer signs from now on. The owner has "
        "the rest; it goes before the shares of the plan.",
    )
    note = fields.Char(string="What For")

    _user_uniq = models.UniqueIndex(
        "(ownership_id, user_id)", "This person has a share of the customer already."
    )
    _check_percent = models.Constraint(
        "CHECK(percent > 0 AND percent <= 100)", "A share lies between 0 and 100 %."
    )

    @api.depends("ownership_id.name", "user_id.name")
    def _compute_display_name(self):
        for split in self:
            # sudo: the names of a customer and a colleague that one may know of
            row = split.sudo()
            split.display_name = (
                f"{row.ownership_id.name or ''}, {row.user_id.name or ''}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        splits = super().create(vals_list)
        splits._check_giver()
        splits._check_total()
        return splits

    def write(self, vals):
        result = super().write(vals)
        self._check_giver()
        self._check_total()
        return result

    def _check_giver(self):
        """Only who gives, or the leader, says so; nobody gives to oneself.

        :raise AccessError: one sentence
        """
        user = self.env.user
        # sudo: whose customer it is does not depend on reading it
        for split in self.sudo():
            if split.user_id == split.owner_id or not split.owner_id:
                raise ValidationError(
                    self.env._("The owner has the rest anyway: choose a colleague.")
                )
            if split.user_id.share or (
                split.company_id and split.company_id not in split.user_id.company_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work in the company of the customer.",
                        user=split.user_id.name,
                    )
                )
            if self.env.su or user == split.owner_id:
                continue
            people = split.owner_id | split.user_id
            team = split.team_id.with_env(self.env)
            if not team._may_decide(user, people, split.company_id):
                raise team._make_own_matter_error(people, split.company_id)

    def _check_total(self):
        """The shares of a customer come to at most 100 %.

        :raise ValidationError: one sentence
        """
        # sudo: the row of the customer decides who of two is first; the second one
        # begins again, and counts the shares of the first
        periods = self.ownership_id.sudo()
        periods._lock_rows()
        periods._touch_rows()
        for ownership, splits in self.sudo().grouped("ownership_id").items():
            # each: a customer is split by hand
            known = splits.search([("ownership_id", "=", ownership.id)])
            if sum(known.mapped("percent")) > 100.00005:
                raise ValidationError(
                    self.env._("The shares of a customer come to at most 100 %.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_others(self):
        if not self.env.su:
            self._check_giver()
