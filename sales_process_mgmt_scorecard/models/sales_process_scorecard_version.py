# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import scoring

WHOLE = 100


class SalesProcessScorecardVersion(models.Model):
    """The lines and tables of a template from a day on.

    A segment is judged by the version of its first day, as long as it lives. So a
    version in force is never changed: a new one begins on a later day.
    """

    _name = "sales.process.scorecard.version"
    _description = "Version of a Scorecard Template"
    _is_copied = True
    _inherit = ["sales.process.dated.version", "sales.process.guard"]
    _version_of = "template_id"
    _order = "template_id, date_from desc, id desc"
    _rec_name = "date_from"
    _text_limits = {"note": texts.NOTE_LENGTH}

    template_id = fields.Many2one(
        "sales.process.scorecard.template",
        string="Scorecard Template",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="template_id.company_id", store=True, index=True
    )
    date_from = fields.Date(
        string="Judged From",
        required=True,
        default=lambda self: (
            self.env["crm.team"]._get_process_today(self.env.user).replace(day=1)
        ),
        help="What begins on this day or later is judged by these rules.",
    )
    note = fields.Text(
        string="In Words", help="How the scorecard is explained to the people."
    )
    item_ids = fields.One2many(
        "sales.process.scorecard.item", "version_id", string="Lines", copy=True
    )
    no_goal = fields.Selection(
        [
            ("spread", "Its Weight Goes to the Other Lines"),
            ("full", "Counts as Fulfilled"),
        ],
        string="A Line Without Goal",
        default="spread",
        required=True,
        help="What becomes of a line for which no goal was agreed. A line for which "
        "there is nothing to judge, such as an average of nothing, always gives its "
        "weight to the others.",
    )
    fewest_answers = fields.Integer(
        default=5,
        aggregator=None,
        help="An average of fewer answers, such as satisfaction, judges nobody: its "
        "weight goes to the other lines. 1: any answer does.",
    )
    score_floor = fields.Float(
        string="Lowest Score",
        default=0,
        digits=(16, 2),
        help="Points take nothing away below it.",
    )
    coefficient_floor = fields.Float(
        string="Lowest Coefficient",
        digits=(16, 4),
        aggregator=None,
        help="Both coefficients together are never lower, however many points there "
        "are: the floating part of the pay keeps at least this share of it. The "
        "scorecard says so where it was lifted. 0: the tables alone decide.",
    )
    score_max = fields.Float(
        string="Highest Score",
        compute="_compute_score_max",
        digits=(16, 2),
        help="The sum of what the lines give at most. 0: there is no limit, as a line "
        "has no cap.",
    )
    personal_step_ids = fields.One2many(
        "sales.process.scorecard.step",
        "version_id",
        string="Personal Coefficient",
        domain=[("kind", "=", "personal")],
        context={"default_kind": "personal"},
        copy=True,
        help="By the score of the person. Without rows the coefficient is 1.",
    )
    team_step_ids = fields.One2many(
        "sales.process.scorecard.step",
        "version_id",
        string="Team Coefficient",
        domain=[("kind", "=", "team")],
        context={"default_kind": "team"},
        copy=True,
        help="By how much of its goal the team has reached, in percent. Without rows, "
        "or without a goal of the team, the coefficient is 1.",
    )
    team_metric_id = fields.Many2one(
        "sales.process.metric",
        string="Goal of the Team",
        ondelete="restrict",
        domain="[('company_id', 'in', (False, company_id))]",
        help="What the team reaches of this number against the monthly plan of the "
        "team.",
    )

    _date_uniq = models.UniqueIndex(
        "(template_id, date_from) WHERE state = 'force'",
        "A version of this template begins on that day already.",
    )
    _check_fewest_answers = models.Constraint(
        "CHECK(fewest_answers BETWEEN 1 AND 1000)",
        "An average rests on 1 to 1,000 answers at least.",
    )
    _check_floor = models.Constraint(
        "CHECK(score_floor BETWEEN -1000 AND 100)",
        "The lowest score lies between -1,000 and 100.",
    )
    _check_coefficient_floor = models.Constraint(
        "CHECK(coefficient_floor BETWEEN 0 AND 1)",
        "The lowest coefficient lies between 0 and 1.",
    )

    @api.depends("item_ids.kind", "item_ids.weight", "item_ids.cap")
    def _compute_score_max(self):
        for version in self:
            most = [
                item._get_most() for item in version.item_ids if item.kind != "points"
            ]
            version.score_max = (
                0 if None in most else scoring.round_half_up(sum(most, start=0))
            )

    @api.constrains("personal_step_ids", "team_step_ids")
    def _check_tables(self):
        for version in self:
            for steps in (version.personal_step_ids, version.team_step_ids):
                if steps:
                    steps._check_table()

    def _check_complete(self):
        """A version in force says everything that a score needs.

        :raise ValidationError: one sentence
        """
        self.ensure_one()
        scored = self.item_ids.filtered(lambda item: item.kind != "points")
        weight = sum(map(scoring.to_decimal, scored.mapped("weight")))
        if weight != WHOLE:
            raise ValidationError(
                self.env._(
                    "The weights of the lines come to %(sum)s: make them 100.",
                    sum=tools.float_repr(float(weight), 2),
                )
            )
        self._check_tables()
        if self.team_step_ids and not self.team_metric_id:
            raise ValidationError(
                self.env._("Choose the goal of the team for its coefficient.")
            )
        for item in self.item_ids:
            item._check_complete()
