# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessScorecardTemplate(models.Model):
    """What the people of some teams are judged by."""

    _name = "sales.process.scorecard.template"
    _description = "Scorecard Template"
    _inherit = ["sales.process.dated.rules"]
    _order = "sequence, id"

    sequence = fields.Integer(
        help="Where several templates are for a person, the first one holds.",
    )
    team_ids = fields.Many2many(
        help="Whose people get a scorecard by it. Empty: those of all teams.",
    )
    role = fields.Selection(
        [
            ("all", "Everybody"),
            ("salesperson", "Salespeople"),
            ("leader", "Team Leaders Who Sell"),
        ],
        string="For Whom",
        default="all",
        required=True,
        help="A team leader who sells is a member of a team and leads it.",
    )
    version_ids = fields.One2many(
        "sales.process.scorecard.version", "template_id", string="Versions"
    )
    version_id = fields.Many2one(
        "sales.process.scorecard.version",
        string="In Force Today",
        compute="_compute_version_id",
        help="The version by which people are judged from today on.",
    )

    def _is_for(self, team, role):
        """Tell whether the template is for people of a team.

        :param team: crm.team
        :param str role: ``salesperson`` or ``leader``
        :return: bool
        """
        self.ensure_one()
        return (not self.team_ids or team in self.team_ids) and (
            self.role in ("all", role)
        )

    @api.model
    def _find_version(self, company, team, role, day):
        """By which rules somebody is judged.

        :param company: res.company
        :param team: crm.team
        :param str role: see :meth:`_is_for`
        :param date day: the first day of the segment
        :return: sales.process.scorecard.version, empty where no template is in force
        """
        return self._find_in_use(company)._pick_version(team, role, day)

    def _pick_version(self, team, role, day):
        """The first of these templates that is for somebody, as it is on a day.

        See :meth:`_find_version`.
        """
        for template in self:
            if template._is_for(team, role):
                if version := template.version_ids._filter_in_force(day):
                    return version
        return self.env["sales.process.scorecard.version"]
