# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_repr

from odoo.addons.sales_process_mgmt.tools import period as period_tools
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import scoring
from .sales_process_scorecard_item import KINDS

MANAGER = "sales_team.group_sale_manager"


class SalesProcessScorecardLine(models.Model):
    """What somebody was judged by, with all numbers that are needed to count it again.

    What the number was when it was counted, its words and its filter stand here: an
    edit of the metric does not change what is closed.
    """

    _name = "sales.process.scorecard.line"
    _description = "Line of a Scorecard"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "scorecard_id, segment_id, sequence, id"
    _text_limits = {"comment": texts.NOTE_LENGTH}

    scorecard_id = fields.Many2one(
        "sales.process.scorecard",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    segment_id = fields.Many2one(
        "sales.process.scorecard.segment",
        string="Part of the Month",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="scorecard_id.user_id", store=True, index=True)
    company_id = fields.Many2one(related="scorecard_id.company_id", store=True)
    date_month = fields.Date(related="scorecard_id.date_from", store=True)
    state = fields.Selection(related="scorecard_id.state")
    marker_id = fields.Many2one(related="segment_id.marker_id", store=True, index=True)
    can_mark = fields.Boolean(compute="_compute_can_mark")
    team_id = fields.Many2one(related="segment_id.team_id", store=True)
    item_id = fields.Many2one(
        "sales.process.scorecard.item", readonly=True, ondelete="restrict"
    )
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [*KINDS, ("correction", "Points Given Back")],
        string="What Is Judged",
        readonly=True,
    )
    corrects_id = fields.Many2one(
        "sales.process.scorecard",
        string="Closed Month That Is Corrected",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Points of it were taken back after it was closed: it stays as it is, and "
        "the difference is given back here.",
    )
    name = fields.Char(
        readonly=True,
        help="As it was called when it was counted, in the language of the person.",
    )
    metric_id = fields.Many2one(
        "sales.process.metric", string="Number", readonly=True, ondelete="restrict"
    )
    definition = fields.Text(
        string="What It Counts", readonly=True, help="As it was when it was counted."
    )
    metric_domain = fields.Char(
        string="Filter", readonly=True, help="As it was when it was counted."
    )
    source_ids = fields.Json(readonly=True, export_string_translation=False)
    weight = fields.Float(readonly=True, digits=(16, 2), help="By the template.")
    weight_used = fields.Float(
        readonly=True,
        digits=(16, 4),
        help="With what lines without anything to judge have given to this one.",
    )
    goal_month = fields.Float(
        string="Goal of the Month", readonly=True, digits=(16, 2), aggregator=None
    )
    goal = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="For the days of this part of the month.",
    )
    has_goal = fields.Boolean(readonly=True)
    actual = fields.Float(
        string="Reached", readonly=True, digits=(16, 2), aggregator=None
    )
    answers = fields.Integer(
        readonly=True,
        aggregator=None,
        help="How many answers the average rests on.",
    )
    has_value = fields.Boolean(
        readonly=True,
        help="There was something to judge; else the weight is given away.",
    )
    percent_raw = fields.Float(
        string="Fulfilled (%)", readonly=True, digits=(16, 2), aggregator=None
    )
    percent = fields.Float(
        string="Counted (%)",
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Within the limits of the line.",
    )
    contribution = fields.Float(
        string="Score",
        readonly=True,
        digits=(16, 2),
        help="What the line adds to the score, or takes away from it.",
    )
    mark = fields.Float(
        digits=(16, 2),
        aggregator="avg",
        help="By who discusses the scorecard, 0 to 100.",
    )
    is_marked = fields.Boolean(readonly=True)
    comment = fields.Text(help="Why this mark; the person reads it.")
    formula = fields.Text(
        string="How It Is Counted",
        compute="_compute_formula",
        help="The numbers in words, to be counted again by hand.",
    )
    value_now = fields.Float(
        string="Reached Now", readonly=True, digits=(16, 2), aggregator=None
    )
    goal_now = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    is_changed = fields.Boolean(
        string="Changed Since Closing", readonly=True, index="btree_not_null"
    )
    is_redefined = fields.Boolean(
        string="Defined Anew",
        readonly=True,
        help="The metric was edited after the closing: its number is not compared.",
    )

    _check_mark = models.Constraint(
        "CHECK(mark BETWEEN 0 AND 100)", "A mark lies between 0 and 100."
    )

    @api.depends("kind", "scorecard_id.state", "marker_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_mark(self):
        for line in self:
            line.can_mark = (
                line.kind == "mark"
                and line.state != "closed"
                and line._may_mark(self.env.user)
            )

    def _may_mark(self, user):
        """Tell whether somebody gives this mark.

        Who led the team in that part of the month, and sales administrators; nobody
        marks oneself.

        :return: bool
        """
        self.ensure_one()
        # sudo: whose mark it is does not depend on reading the scorecard
        line = self.sudo()
        return user != line.user_id and (
            user.has_group(MANAGER) or user == line.marker_id
        )

    # ------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------

    @api.depends(
        "kind",
        "goal",
        "actual",
        "percent",
        "percent_raw",
        "contribution",
        "weight_used",
        "has_value",
        "has_goal",
        "answers",
        "goal_month",
        "corrects_id.date_from",
    )
    @api.depends_context("lang")
    def _compute_formula(self):
        for line in self:
            line.formula = line._get_formula()

    def _get_formula(self):
        """How the line was counted, in words and numbers.

        :return: str
        """
        self.ensure_one()
        if self.kind == "correction":
            before = scoring.round_half_up(
                self.actual - self.goal_month - self.contribution
            )
            return self.env._(
                "%(month)s was closed with %(closed)s and comes to %(now)s without the "
                "points that were taken back since. Given back earlier: %(before)s, "
                "here: %(given)s.",
                # sudo: the month of a scorecard of the same person
                month=self.sudo().corrects_id._get_month_label(self.env),
                closed=_number(self.goal_month),
                now=_number(self.actual),
                before=_number(before or 0),
                given=_number(self.contribution),
            )
        if self.kind == "points":
            # sudo: the rules by which one is judged
            item = self.sudo().item_id
            return self.env._(
                "%(points)s points × %(each)s take away %(taken)s.",
                points=self._format(self.actual),
                each=_number(item.point_score),
                taken=_number(-self.contribution),
            )
        if not self.has_value:
            return self._get_missing()
        values = {
            "actual": self._format(self.actual),
            "goal": self._format(self.goal),
            "raw": _number(self.percent_raw),
            "percent": _number(self.percent),
            "weight": _number(self.weight_used),
            "points": _number(self.contribution),
        }
        return self._get_first_part(values) + " " + self._get_last_part(values)

    def _get_first_part(self, values):
        # sudo: whoever reads the card reads by what it was counted
        item = self.sudo().item_id
        if self.kind == "mark":
            return self.env._("Mark %(actual)s of 100.", **values)
        if self.kind == "peers":
            return self.env._(
                "Average of the colleagues %(actual)s of 5 = %(raw)s %%.", **values
            )
        if item.step_ids and self.kind == "fixed":
            return self.env._("%(actual)s = %(raw)s %% by the table.", **values)
        if not self.has_goal:
            return self.env._("No goal was agreed: counts as fulfilled.")
        if self.kind != "help" and not self.metric_id.higher_is_better:
            return self.env._("%(actual)s, ceiling %(goal)s = %(raw)s %%.", **values)
        return self.env._("%(actual)s of %(goal)s = %(raw)s %%.", **values)

    def _get_last_part(self, values):
        if self.percent_raw != self.percent:
            return self.env._(
                "Counted as %(percent)s %%, weight %(weight)s: %(points)s.", **values
            )
        return self.env._("Weight %(weight)s: %(points)s.", **values)

    def _get_missing(self):
        if self.kind == "mark":
            return self.env._("The mark is still to be given.")
        if self.kind == "peers":
            return self.env._(
                "Fewer than three colleagues have answered, or may still answer: the "
                "weight goes to the other lines."
            )
        # sudo: the rules by which one is judged
        fewest = self.sudo().segment_id.version_id.fewest_answers
        if 0 < self.answers < fewest:
            return self.env._(
                "Too few answers, %(answers)s of %(fewest)s: the weight goes to the "
                "other lines.",
                answers=self.answers,
                fewest=fewest,
            )
        if not self.has_goal and self.kind == "plan":
            return self.env._("No goal was agreed: the weight goes to the other lines.")
        return self.env._(
            "There is nothing to judge: the weight goes to the other lines."
        )

    def _format(self, value):
        if self.metric_id:
            # sudo: how a number is written
            return self.sudo().metric_id._format_value(value, self.company_id)
        return _number(value)

    # ------------------------------------------------------------
    # MARKS AND SOURCE
    # ------------------------------------------------------------

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self._refuse_protected(vals)
        self.check_access("write")
        # sudo: locked, so that nothing is marked while it is closed; who led a team of
        # before marks, and does not read the whole scorecard
        cards = self.sudo().scorecard_id._lock_rows()
        if any(card.state == "closed" for card in cards):
            raise UserError(
                self.env._("This scorecard is closed: nothing in it changes any more.")
            )
        for line in self:
            if not line._may_mark(self.env.user):
                raise AccessError(
                    self.env._(
                        "%(person)s gives this mark.",
                        person=line.sudo().marker_id.name or "",
                    )
                )
        if any(line.kind != "mark" for line in self):
            raise UserError(
                self.env._("Only the mark of the leader is entered, with its comment.")
            )
        result = super().write(vals)
        if "mark" in vals:
            # sudo: that a mark was given, zero too
            self.sudo().write({"is_marked": True})
            cards._count()
        return result

    def action_source(self):
        """Open what was counted, as whoever asks may read it.

        :return: dict, a window action
        :raise UserError: where nothing can be opened
        """
        self.ensure_one()
        self.check_access("read")
        if self.kind == "correction":
            return self._make_action(
                "sales.process.scorecard", [("id", "=", self.corrects_id.id)]
            )
        if self.kind == "help":
            return self._make_action(
                "sales.process.ownership", [("id", "in", self.source_ids or [])]
            )
        # sudo: what is counted; its rows are opened as whoever asks
        metric = self.sudo().metric_id
        Model = self.env.get(metric.model_name) if metric else None
        if Model is None:
            raise UserError(
                self.env._("This line counts nothing that could be opened.")
            )
        if not Model.has_access("read"):
            raise UserError(
                self.env._(
                    "You may not read what is counted here: ask %(person)s.",
                    person=self.sudo().scorecard_id.decider_id.name or "",
                )
            )
        segment = self.sudo().segment_id
        day = metric.date_field_id
        first, end = segment.date_from, segment.date_end
        if day.ttype == "datetime":
            zone = segment.team_id._get_process_timezone(segment.user_id)
            first, end = period_tools.dates_to_utc(first, segment.date_to, zone)
        domain = [
            *metric.browse().new({"domain": self.metric_domain})._parse_domain(),
            (metric.user_field_id.name, "=", segment.user_id.id),
            (day.name, ">=", fields.Datetime.to_string(first)),
            (day.name, "<", fields.Datetime.to_string(end)),
        ]
        return self._make_action(metric.model_name, domain)

    def _make_action(self, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"active_test": False, "create": False},
        }


def _number(value):
    """A number without needless zeros.

    :return: str
    """
    return float_repr(value, 2).rstrip("0").rstrip(".")
