# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessGradeStanding(models.Model):
    """When a customer is graded by rule again, and how often it was below its grade."""

    _name = "sales.process.grade.standing"
    _description = "Next Evaluation of a Grade"
    _inherit = ["sales.process.guard"]
    _order = "date_next, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    date_next = fields.Datetime(
        string="Next Evaluation", readonly=True, required=True, index=True
    )
    below_count = fields.Integer(
        string="Evaluations Below",
        readonly=True,
        help="In how many evaluations in a row the customer missed the limits of its "
        "grade.",
    )

    _partner_uniq = models.Constraint(
        "UNIQUE(partner_id)", "The evaluation of this customer is planned already."
    )

    @api.model
    def _settle(self, standings):
        """Write when customers are evaluated again.

        :param dict standings: ``{res.partner: (naive UTC datetime, evaluations
            below)}``
        """
        known = {
            row.partner_id: row
            for row in self.search(
                [("partner_id", "in", [partner.id for partner in standings])]
            )
        }
        new = []
        for values, partners in self._group(standings).items():
            moment, below = values
            fresh = {"date_next": moment, "below_count": below}
            rows = self.union(*(known[row] for row in partners if row in known))
            if rows:
                rows.write(fresh)
            new += [
                {"partner_id": row.id, **fresh} for row in partners if row not in known
            ]
        self.create(new)

    def _group(self, standings):
        groups = {}
        for partner, values in standings.items():
            groups.setdefault(values, []).append(partner)
        return groups
