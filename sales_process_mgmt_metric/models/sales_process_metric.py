# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import formatLang
from odoo.tools.float_utils import float_round

KIND_FIELDS = {
    "daily": "in_daily",
    "weekly": "in_weekly",
    "monthly": "in_monthly",
}
# What is counted; who writes one of these must be able to read it
DEFINITION_FIELDS = (
    "aggregate",
    "date_field_id",
    "domain",
    "measure_field_id",
    "model_id",
    "user_field_id",
)
NUMBER_TYPES = ("integer", "float", "monetary")
DISTINCT_TYPES = ("char", "integer", "many2one", "many2one_reference", "selection")


class SalesProcessMetric(models.Model):
    """One named number about people, the same in every report, plan and chart.

    What is a valid definition stands here, how it is counted in
    ``sales_process_metric_evaluate.py``.
    """

    _name = "sales.process.metric"
    _description = "Sales Metric"
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        index=True,
        copy=False,
        help="A short name without spaces by which other parts of the system find the "
        "metric.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    note = fields.Text(
        string="What It Counts",
        translate=True,
        help="What the number means, in words that salespeople understand.",
    )
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        help="The company whose reports and plans use it. Empty: all companies.",
    )
    model_id = fields.Many2one(
        "ir.model",
        string="Records",
        required=True,
        ondelete="cascade",
        domain=[("transient", "=", False), ("abstract", "=", False)],
        help="Which records are counted.",
    )
    model_name = fields.Char(
        string="Model Name", related="model_id.model", store=True, index=True
    )
    domain = fields.Char(
        string="Filter",
        required=True,
        default="[]",
        help="Which of the records count. Archived ones count too, unless the filter "
        "leaves them out. Fixed values only: the person and the period are added by "
        "themselves.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        string="Date",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', 'in', ('date', 'datetime')), "
        "('store', '=', True)]",
        help="The date that must lie in the period, in the zone of the person.",
    )
    user_field_id = fields.Many2one(
        "ir.model.fields",
        string="Person",
        required=True,
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('ttype', '=', 'many2one'), "
        "('relation', '=', 'res.users'), ('store', '=', True)]",
        help="Whose number it is.",
    )
    aggregate = fields.Selection(
        [
            ("count", "Number of Records"),
            ("count_distinct", "Number of Different Values"),
            ("sum", "Sum"),
            ("avg", "Average"),
        ],
        default="count",
        required=True,
        help="What is done with the records of a person and a period.",
    )
    measure_field_id = fields.Many2one(
        "ir.model.fields",
        string="Measure",
        ondelete="cascade",
        domain="[('model_id', '=', model_id), ('store', '=', True), ('ttype', 'in', "
        "('integer', 'float', 'monetary') if aggregate in ('sum', 'avg') else "
        "('char', 'integer', 'many2one', 'many2one_reference', 'selection'))]",
        help="The field that is added up, averaged, or of which the different values "
        "are counted.",
    )
    unit = fields.Selection(
        [("number", "Number"), ("money", "Money"), ("days", "Days")],
        default="number",
        required=True,
        help="Money is in the currency of the company. Amounts in other currencies are "
        "converted at the rate of the last day of the period.",
    )
    in_daily = fields.Boolean(
        string="Daily Reports", help="Shown in the daily reports."
    )
    in_weekly = fields.Boolean(
        string="Weekly Reports",
        default=True,
        help="Shown in the weekly reports and proposed in weekly plans.",
    )
    in_monthly = fields.Boolean(
        string="Monthly Reports",
        default=True,
        help="Shown in the monthly reports and proposed in monthly plans.",
    )
    higher_is_better = fields.Boolean(
        default=True,
        help="Without it the goal of a plan is a ceiling, as for customers that "
        "expired.",
    )
    definer_id = fields.Many2one(
        "res.users",
        string="Defined By",
        readonly=True,
        copy=False,
        help="Only records that this person may read are counted: whoever wrote the "
        "definition last.",
    )
    problem = fields.Char(
        compute="_compute_preview",
        help="Why this definition cannot be used.",
    )
    preview = fields.Html(
        compute="_compute_preview",
        sanitize=False,
        help="The numbers of this month and of the month before.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "Another metric, perhaps an archived one, has this code."
    )

    # ------------------------------------------------------------
    # DEFINITION
    # ------------------------------------------------------------

    @api.onchange("model_id")
    def _onchange_model_id(self):
        for metric in self:
            for name in ("date_field_id", "user_field_id", "measure_field_id"):
                if metric[name].model_id != metric.model_id:
                    metric[name] = metric._get_default_field(name)
            if metric._origin.model_id != metric.model_id:
                metric.domain = "[]"

    @api.onchange("aggregate")
    def _onchange_aggregate(self):
        for metric in self:
            if (
                metric.aggregate == "count"
                or metric.measure_field_id.ttype not in metric._get_measure_types()
            ):
                metric.measure_field_id = False

    def _get_default_field(self, name):
        """The field people mean most often when they pick a model."""
        usual = {
            "date_field_id": ("date", "date_start", "create_date"),
            "user_field_id": ("user_id", "create_uid"),
        }
        Field = self.env["ir.model.fields"]
        # sudo: names of fields only
        found = {
            field.name: field
            for field in Field.sudo().search(
                [
                    ("model_id", "=", self.model_id.id),
                    ("name", "in", usual.get(name, ())),
                    ("store", "=", True),
                ]
            )
        }
        for field_name in usual.get(name, ()):
            if field_name in found:
                return found[field_name].sudo(False)
        return Field

    def _get_measure_types(self):
        self.ensure_one()
        return NUMBER_TYPES if self.aggregate in ("sum", "avg") else DISTINCT_TYPES

    def _prepare_server_values(self, vals_list):
        definer_id = self._get_definer_id()
        return [
            {**vals, "definer_id": definer_id}
            for vals in super()._prepare_server_values(vals_list)
        ]

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(DEFINITION_FIELDS):
            # sudo: only the system says whose definition it is
            self.sudo().filtered(
                lambda metric: metric.definer_id.id != self._get_definer_id()
            ).definer_id = self._get_definer_id()
        return result

    @api.model
    def _get_definer_id(self):
        return SUPERUSER_ID if self.env.su else self.env.uid

    @api.constrains(*DEFINITION_FIELDS)
    def _check_definition(self):
        # Constraints run with sudo; whoever writes must be able to read what is counted
        for metric in self.sudo(False):
            problem = metric._get_problem()
            if problem:
                raise ValidationError(
                    self.env._(
                        "The metric %(name)s cannot be used: %(problem)s",
                        name=metric.name or "",
                        problem=problem,
                    )
                )

    @api.constrains("code")
    def _check_code(self):
        for metric in self:
            if not metric.code.isidentifier():
                raise ValidationError(
                    self.env._(
                        "The code %(code)s may hold letters, digits and underscores "
                        "only, and does not start with a digit.",
                        code=metric.code,
                    )
                )

    @api.depends(
        "aggregate",
        "company_id",
        "date_field_id",
        "domain",
        "measure_field_id",
        "model_id",
        "unit",
        "user_field_id",
    )
    @api.depends_context("company", "lang", "tz", "uid")
    def _compute_preview(self):
        for metric in self:
            metric.problem = metric._get_problem() if metric.model_id else False
            metric.preview = metric._get_preview()

    # ------------------------------------------------------------
    # USE
    # ------------------------------------------------------------

    @api.model
    def _get_for(self, kind, company):
        """The metrics that the reports and plans of a company show.

        :param str kind: ``daily``, ``weekly`` or ``monthly``
        :param company: res.company
        :return: the metrics, in their order
        """
        if kind not in KIND_FIELDS:
            return self.browse()
        # sudo: which metrics there are is no secret
        return (
            self.sudo()
            .search(
                [
                    (KIND_FIELDS[kind], "=", True),
                    ("company_id", "in", (False, company.id)),
                ]
            )
            .sudo(self.env.su)
        )

    def _format_value(self, value, company):
        """A value as people read it, in the language of the environment.

        :param value: a number, or None where there is nothing to average
        :param company: res.company, whose currency money is in
        :return: str
        """
        self.ensure_one()
        if value is None or value is False:
            return "–"
        if self.unit == "money":
            return formatLang(self.env, value, currency_obj=company.currency_id)
        is_whole = self.aggregate != "avg" and float(value).is_integer()
        number = formatLang(self.env, value, digits=0 if is_whole else 1)
        if self.unit == "days":
            return self.env._("%(number)s days", number=number)
        return number

    def _adds_up(self):
        """Whether the numbers of people, or of days, add up to that of all."""
        self.ensure_one()
        return self.aggregate != "avg"

    def _get_step(self, company):
        """The smallest amount in which goals are set.

        :return: float
        """
        self.ensure_one()
        if self.unit == "money":
            return company.currency_id.rounding
        return 1 if self.aggregate.startswith("count") else 0.01

    def _round_goal(self, goal, company):
        """A goal that people can reach: no half calls, no fractions of a cent.

        :return: float
        """
        return float_round(
            goal,
            precision_rounding=self._get_step(company),
            rounding_method="HALF-UP" if self.unit == "money" else "UP",
        )
