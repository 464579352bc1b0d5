# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import tables


class SalesProcessScorecardStep(models.Model):
    """A row of a table: from a number up to, and without, the next one."""

    _name = "sales.process.scorecard.step"
    _description = "Row of a Scorecard Table"
    _is_copied = True
    _inherit = ["sales.process.dated.part", "sales.process.guard"]
    _order = "version_id, item_id, kind, number_from, id"

    version_id = fields.Many2one(
        "sales.process.scorecard.version", index="btree_not_null", ondelete="cascade"
    )
    item_id = fields.Many2one(
        "sales.process.scorecard.item", index="btree_not_null", ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("personal", "Personal Coefficient"),
            ("team", "Team Coefficient"),
            ("item", "Line"),
        ],
        default="personal",
        required=True,
        help="For what the table is.",
    )
    is_lowest = fields.Boolean(
        string="Lowest Row", help="It holds for all numbers below its upper bound."
    )
    number_from = fields.Float(
        string="From", digits=(16, 2), help="This number belongs to the row."
    )
    is_highest = fields.Boolean(
        string="Highest Row", help="It holds for all numbers from its lower bound on."
    )
    number_below = fields.Float(
        string="Below", digits=(16, 2), help="This number belongs to the next row."
    )
    value = fields.Float(
        digits=(16, 4),
        help="The coefficient, or the percent of a line.",
    )

    _check_whose = models.Constraint(
        "CHECK((version_id IS NULL) <> (item_id IS NULL)"
        " AND (item_id IS NOT NULL) = (kind = 'item'))",
        "A row belongs to one table.",
    )
    _check_value = models.Constraint(
        "CHECK(value BETWEEN 0 AND 1000)",
        "The value of a row lies between 0 and 1,000.",
    )

    def _get_version(self):
        return self.version_id | self.item_id.version_id

    def _get_rows(self):
        """The table, as :mod:`tools.tables` reads it.

        :return: list of tuples
        """
        return tables.sort(
            (
                None if step.is_lowest else step.number_from,
                None if step.is_highest else step.number_below,
                step.value,
            )
            for step in self
        )

    def _check_table(self):
        """Every number stands in exactly one row.

        :raise ValidationError: one sentence that says where not
        """
        problem = tables.find_problem(self._get_rows())
        if not problem:
            return
        kind, number = problem
        at = tools.float_repr(number or 0, 2)
        said = {
            tables.EMPTY: self.env._("The table has no rows."),
            tables.START: self.env._(
                "The table begins at %(number)s: mark its first row as the lowest.",
                number=at,
            ),
            tables.END: self.env._(
                "The table ends at %(number)s: mark its last row as the highest.",
                number=at,
            ),
            tables.ORDER: self.env._(
                "The row from %(number)s ends before it begins.", number=at
            ),
            tables.HOLE: self.env._(
                "The table has a hole at %(number)s: let the next row begin there.",
                number=at,
            ),
            tables.OVERLAP: self.env._(
                "Two rows of the table hold %(number)s: let one end where the other "
                "begins.",
                number=at,
            ),
        }
        raise ValidationError(said[kind])
