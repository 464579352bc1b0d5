# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessCommissionPlan(models.Model):
    """By which rules the salespeople of some teams earn commission."""

    _name = "sales.process.commission.plan"
    _description = "Commission Plan"
    _inherit = ["sales.process.dated.rules"]
    _order = "sequence, id"

    sequence = fields.Integer(
        help="Where several plans are for a team, the first one counts.",
    )
    team_ids = fields.Many2many(
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
        for plan in self._find_in_use(company):
            if plan.team_ids and team not in plan.team_ids:
                continue
            if version := plan.version_ids._filter_in_force(day):
                return version
        return self.env["sales.process.commission.version"]
