# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessCommissionPlan(models.Model):
    """By which rules the salespeople of some teams earn commission."""

    _name = "sales.process.commission.plan"
    _description = "Commission Plan"
    _is_copied = True
    _inherit = ["sales.process.dated.rules", "sales.process.guard"]
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
        # an archived one is no reason to mean all of them
        context={"active_test": False},
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
