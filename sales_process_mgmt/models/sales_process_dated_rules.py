# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools import texts


class SalesProcessDatedRules(models.AbstractModel):
    """Rules of a company that have versions, each of which holds from a day on.

    A model that inherits it has ``version_ids`` of a ``sales.process.dated.version``,
    and ``version_id``, the one in force today; it says what its order and its teams
    mean.
    """

    _name = "sales.process.dated.rules"
    _description = "Rules With Versions From a Day On"
    _inherit = ["sales.process.guard"]
    _is_copied = True

    name = fields.Char(required=True, translate=True, size=texts.NAME_LENGTH)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
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
    )

    @api.depends("version_ids.state", "version_ids.date_from")
    @api.depends_context("uid")
    def _compute_version_id(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        for rules in self:
            rules.version_id = rules.version_ids._filter_in_force(today)

    @api.model
    def _find_in_use(self, company):
        """The rules of a company that nobody has archived, in their order.

        :param company: res.company
        :return: records of this model
        """
        # said here: what a client writes into the context brings no old rules back
        return self.search([("company_id", "=", company.id), ("active", "=", True)])

    def write(self, vals):
        if "company_id" in vals:
            # amounts of a version are in the currency of the company
            self.filtered(
                lambda rules: rules.company_id.id != vals["company_id"]
            ).version_ids._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        # the database takes the versions along without asking them
        # sudo: also of other companies
        self.sudo().version_ids._check_draft()
