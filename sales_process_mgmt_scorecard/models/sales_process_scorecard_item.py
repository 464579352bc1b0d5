# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import scoring

COUNTED = ("plan", "fixed", "points")
KINDS = [
    ("plan", "Number Against the Plan"),
    ("fixed", "Number Against a Fixed Goal"),
    ("points", "Points That Take Away"),
    ("help", "Help That Led to a Signature"),
    ("peers", "Rating by Colleagues"),
    ("mark", "Mark of the Leader"),
]


class SalesProcessScorecardItem(models.Model):
    """One line of a template: what is judged, and how much it counts."""

    _name = "sales.process.scorecard.item"
    _description = "Line of a Scorecard Template"
    _is_copied = True
    _inherit = ["sales.process.dated.part", "sales.process.guard"]
    _order = "version_id, sequence, id"

    version_id = fields.Many2one(
        "sales.process.scorecard.version",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="version_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS, string="What Is Judged", default="plan", required=True
    )
    name = fields.Char(
        translate=True,
        size=texts.NAME_LENGTH,
        help="What the line is called. Empty: as the number.",
    )
    metric_id = fields.Many2one(
        "sales.process.metric",
        string="Number",
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
        help="The same number as in reports and plans. Whether more or less is better "
        "is said there.",
    )
    higher_is_better = fields.Boolean(related="metric_id.higher_is_better")
    weight = fields.Float(
        digits=(16, 2),
        help="Points of the score when the line is fulfilled. All lines together "
        "make 100. Lines that take away have none.",
    )
    goal = fields.Float(
        digits=(16, 2),
        help="What is to be reached in a whole month; where less is better it is the "
        "ceiling. Of help: how many customers.",
    )
    cap = fields.Float(
        string="At Most (%)",
        default=150,
        digits=(16, 2),
        help="More than this is not counted. 0: no limit.",
    )
    floor = fields.Float(
        string="At Least (%)",
        digits=(16, 2),
        help="Less than this is not counted, as long as there is something to judge.",
    )
    is_by_days = fields.Boolean(
        string="By Days",
        default=True,
        help="Whoever is there for a part of the month only has this part of the goal, "
        "by working days. Averages have their whole goal.",
    )
    is_by_absence = fields.Boolean(
        string="Less When Away",
        help="The goal is less by the working days of confirmed absence, too. Never "
        "for amounts of money.",
    )
    point_score = fields.Float(
        string="Score for Each Point",
        default=1,
        digits=(16, 2),
        help="What each point takes away from the score.",
    )
    point_most = fields.Float(
        string="Take Away at Most",
        digits=(16, 2),
        help="In a month. 0: no limit but the lowest score.",
    )
    help_days = fields.Integer(
        string="Signed Within (Days)",
        default=60,
        help="Help counts where the customer of a colleague signs within so many days "
        "after a follow-up of the helper that counts.",
    )
    step_ids = fields.One2many(
        "sales.process.scorecard.step",
        "item_id",
        string="Table",
        context={"default_kind": "item"},
        copy=True,
        help="What each number is worth, in percent; instead of number divided by "
        "goal.",
    )

    _check_numbers = models.Constraint(
        "CHECK(weight BETWEEN 0 AND 100 AND goal >= 0 AND cap BETWEEN 0 AND 1000"
        " AND floor BETWEEN 0 AND 100 AND point_score BETWEEN 0 AND 100"
        " AND point_most BETWEEN 0 AND 1000 AND help_days BETWEEN 1 AND 3650)",
        "A weight and a lower limit lie between 0 and 100, an upper one between 0 and "
        "1,000, and a goal is not below zero.",
    )
    _check_bounds = models.Constraint(
        "CHECK(cap = 0 OR floor <= cap)", "The lower limit is above the upper one."
    )

    @api.depends("name", "metric_id.name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for item in self:
            item.display_name = (
                item.name or item.metric_id.name or kinds.get(item.kind, "")
            )

    @api.onchange("kind")
    def _onchange_kind(self):
        for item in self:
            if item.kind not in COUNTED:
                item.metric_id = False
            if item.kind == "points":
                item.weight = 0
            if item.kind in ("mark", "peers"):
                item.cap = 100

    @api.constrains("step_ids")
    def _check_table(self):
        for item in self:
            if item.step_ids:
                item.step_ids._check_table()

    def _get_most(self, weight=None):
        """What the line gives at most.

        :param weight: that counts; by default its own
        :return: Decimal, None where there is no limit
        """
        self.ensure_one()
        if not self.cap:
            return None
        cap = scoring.to_decimal(self.cap)
        weight = self.weight if weight is None else weight
        return scoring.to_decimal(weight) * cap / scoring.HUNDRED

    def _get_table(self):
        """The table of the line, as :mod:`tools.tables` reads it."""
        return self.step_ids._get_rows()

    def _check_complete(self):
        """What a line needs before people are judged by it.

        :raise ValidationError: one sentence that names the line
        """
        self.ensure_one()
        problem = self._find_problem()
        if problem:
            raise ValidationError(
                self.env._(
                    "The line %(line)s: %(problem)s",
                    line=self.display_name,
                    problem=problem,
                )
            )

    def _find_problem(self):
        if self.step_ids:
            self.step_ids._check_table()
        if self.kind in COUNTED and not self.metric_id:
            return self.env._("choose which number is judged.")
        if self.is_by_absence and self.metric_id.unit == "money":
            return self.env._("goals of money are not less for who is away.")
        if self.kind == "points":
            if self.weight:
                return self.env._("what takes away has no weight.")
            return False
        if not self.weight:
            return self.env._("it has no weight.")
        needs_goal = self.kind == "help" or (self.kind == "fixed" and not self.step_ids)
        if needs_goal and not self.goal:
            # a ceiling of zero cannot be divided by
            return (
                self.env._("enter the goal.")
                if self.kind == "help" or self.metric_id.higher_is_better
                else self.env._("a ceiling of zero needs a table.")
            )
        return False
