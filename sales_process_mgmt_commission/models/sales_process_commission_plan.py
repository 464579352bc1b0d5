# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessCommissionPlan(models.Model):
    """By which rules the salespeople of some teams earn commission."""

    _name = "sales.process.commission.plan"
    _description = "Commission Plan"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, size=texts.NAME_LENGTH)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="Where several plans are for a team, the first one counts.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        help="Customers that these teams sign. Empty: those of all teams.",
    )
    version_ids = fields.One2many(
        "sales.process.commission.version", "plan_id", string="Versions"
    )
    version_id = fields.Many2one(
        "sales.process.commission.version",
        string="In Force Today",
        compute="_compute_version_id",
        help="The version by which what is signed today earns.",
    )

    @api.depends("version_ids.state", "version_ids.date_from")
    @api.depends_context("uid")
    def _compute_version_id(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        for plan in self:
            plan.version_id = plan.version_ids._filter_in_force(today)

    def write(self, vals):
        if "company_id" in vals:
            # limits and tiers are in the currency of the company
            self.filtered(
                lambda plan: plan.company_id.id != vals["company_id"]
            ).version_ids._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        # the database takes the versions along without asking them
        # sudo: also of other companies
        self.sudo().version_ids._check_draft()

    @api.model
    def _find_version(self, company, team, day):
        """The rules by which something earns that is signed.

        :param company: res.company
        :param team: crm.team whose customer signs
        :param date day: the day of the signature
        :return: sales.process.commission.version, empty where no plan is in force
        """
        plans = self.search([("company_id", "=", company.id)])
        for plan in plans:
            if plan.team_ids and team not in plan.team_ids:
                continue
            if version := plan.version_ids._filter_in_force(day):
                return version
        return self.env["sales.process.commission.version"]
