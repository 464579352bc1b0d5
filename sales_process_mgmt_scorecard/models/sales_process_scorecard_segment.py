# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from ..tools import scoring


class SalesProcessScorecardSegment(models.Model):
    """A part of a month that somebody has spent in one team."""

    _name = "sales.process.scorecard.segment"
    _description = "Part of a Scorecard"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "scorecard_id, date_from, id"

    scorecard_id = fields.Many2one(
        "sales.process.scorecard",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="scorecard_id.user_id", store=True, index=True)
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True)
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="restrict")
    version_id = fields.Many2one(
        "sales.process.scorecard.version",
        string="Judged By",
        readonly=True,
        ondelete="restrict",
        help="The version of the template that was in force on the first day.",
    )
    marker_id = fields.Many2one(
        "res.users",
        string="Gives the Marks",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who led the team in that part of the month; of the last part, who "
        "discusses and closes.",
    )
    date_from = fields.Date(string="First Day", required=True, readonly=True)
    date_end = fields.Date(
        string="First Day After It",
        required=True,
        readonly=True,
        help="It does not belong to the part any more.",
    )
    date_to = fields.Date(string="Last Day", compute="_compute_date_to")
    working_days = fields.Integer(
        readonly=True, help="By the calendar of the person; holidays are none."
    )
    month_days = fields.Integer(
        string="Of the Month",
        readonly=True,
        aggregator=None,
        help="Working days of the whole month.",
    )
    absent_days = fields.Integer(
        readonly=True, help="Working days of confirmed absence."
    )
    score = fields.Float(readonly=True, digits=(16, 2), aggregator="avg")
    has_score = fields.Boolean(readonly=True)
    is_lifted = fields.Boolean(string="Lifted to the Lowest Score", readonly=True)
    personal_coefficient = fields.Float(readonly=True, digits=(16, 4), aggregator="avg")
    team_reached = fields.Float(
        string="Team Goal Reached (%)",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="What the team has reached in the month of the goal of its plan.",
    )
    has_team_goal = fields.Boolean(readonly=True)
    team_coefficient = fields.Float(readonly=True, digits=(16, 4), aggregator="avg")
    line_ids = fields.One2many(
        "sales.process.scorecard.line", "segment_id", string="Lines", readonly=True
    )

    @api.depends("date_end")
    def _compute_date_to(self):
        for segment in self:
            segment.date_to = segment.date_end and deadline_tools.add_days(
                segment.date_end, -1
            )

    @api.depends("team_id.name", "date_from", "date_end")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for segment in self:
            segment.display_name = self.env._(
                "%(team)s, %(first)s – %(last)s",
                # sudo: the name of a team of before
                team=segment.sudo().team_id.name or "",
                first=format_date(self.env, segment.date_from),
                last=format_date(self.env, segment.date_to),
            )

    def _get_most(self):
        """What this part gives at most.

        A line that cannot be judged leaves its weight to the others, which may reach
        more with it.

        :return: float, 0 where there is no limit
        """
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.kind not in ("points", "correction") and line.has_value
        )
        if not lines:
            return self.version_id.score_max
        most = [line.item_id._get_most(line.weight_used) for line in lines]
        return 0 if None in most else scoring.round_half_up(sum(most))
