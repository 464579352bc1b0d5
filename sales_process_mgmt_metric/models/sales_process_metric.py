# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import logging
import re

import psycopg2
from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang
from odoo.tools.float_utils import float_round

from odoo.addons.sales_process_mgmt.tools import orm
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_metric_query import MetricQuery

_logger = logging.getLogger(__name__)

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
PREVIEW_PEOPLE = 8


class SalesProcessMetric(models.Model):
    """One named number about people, the same in every report, plan and chart.

    What is a valid definition stands here, how it is counted in
    :class:`MetricQuery`.
    """

    _name = "sales.process.metric"
    _description = "Sales Metric"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        compute="_compute_code",
        store=True,
        readonly=False,
        precompute=True,
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

    def _let_go(self):
        """What refers to metrics that go with their addon: goals of plans go along.

        An addon that keeps what was counted adds its own.
        """
        if not self:
            return
        self.env["sales.process.plan.line"].flush_model(["metric_id"])
        # nobody is asked: without its number no goal is left to be reached
        self.env.cr.execute(
            SQL(
                "DELETE FROM sales_process_plan_line WHERE metric_id = ANY(%s)",
                list(self.ids),
            )
        )
        self.env.invalidate_all()

    @api.depends("name")
    def _compute_code(self):
        """Propose a code from the name; one that is there already stays."""
        fresh = self.filtered(lambda metric: metric.name and not metric.code)
        if not fresh:
            return
        # sudo: that a code is taken is no secret, nor is it of an archived metric
        metrics = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([("code", "!=", False)], ["code"])
        )
        taken = set(metrics.mapped("code"))
        for metric in fresh:
            words = re.sub(r"[^a-z0-9]+", "_", metric.name.lower()).strip("_")
            base = words if words.isidentifier() else "metric"
            code, number = base, 1
            while code in taken:
                number += 1
                code = f"{base}_{number}"
            metric.code = code
            taken.add(code)

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
        if not vals.keys().isdisjoint(DEFINITION_FIELDS):
            self.check_access("write")
            # sudo: only the system says whose definition it is; before it is written,
            # as what one may count is checked then
            self.sudo().filtered(
                lambda metric: metric.definer_id.id != self._get_definer_id()
            ).definer_id = self._get_definer_id()
        return super().write(vals)

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
            if value == 1:
                return self.env._("1 day")
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

    # ------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------

    def _evaluate(self, bounds, company, reader=None):
        """The values of people, each over a span of their own.

        :param dict bounds: ``{user id: (from, to)}``, naive UTC, half-open
        :param company: res.company; records without company count for the company of
            their person
        :param reader: res.users, who must be able to read what is counted; by default
            whoever defined the metric
        :return: ``{metric: {user id: value}}`` with everybody of ``bounds`` in each;
            0 where there is nothing, None where there is nothing to average
        """
        return self._evaluate_buckets(
            [
                (user_id, user_id, start, end)
                for user_id, (start, end) in bounds.items()
            ],
            company,
            reader,
        )

    def _evaluate_buckets(self, rows, company, reader=None, how_many=False):
        """The values of buckets, each filled by one or more people.

        A plan of a team is a bucket with all its members: an average or the number of
        different customers cannot be added up from those of the people.

        :param list rows: ``(bucket, user id, from, to)``; the bucket is an integer
        :param company: res.company
        :param reader: see :meth:`_evaluate`
        :param bool how_many: how many records a value rests on, instead of the value
        :return: ``{metric: {bucket: value}}``
        """
        rows = [tuple(row) for row in rows]
        homes = self._get_homes({row[1] for row in rows}, company)
        result = {}
        for metric in self:
            is_average = metric.aggregate == "avg" and not how_many
            values = dict.fromkeys((row[0] for row in rows), None if is_average else 0)
            if rows:
                try:
                    domain = metric._parse_domain()
                    metric._check_private(domain)
                    query = MetricQuery(metric, company, homes, reader, domain)
                    values.update(query.count(rows, how_many))
                except (AttributeError, KeyError, TypeError, ValueError, UserError):
                    # A field or a model went with its addon. One metric that cannot
                    # be counted any more must not stop everybody's reports.
                    _logger.warning(
                        "The metric %s cannot be counted", metric.code, exc_info=True
                    )
                    values = dict.fromkeys(values)
            result[metric] = values
        return result

    def _get_homes(self, user_ids, company):
        """The people whose own company this is; theirs are records of no company."""
        # sudo: the company of people whose reports are made
        users = self.env["res.users"].sudo().with_context(active_test=False)
        domain = [("id", "in", list(user_ids)), ("company_id", "=", company.id)]
        return set(users.search(domain, order="id").ids)

    # ------------------------------------------------------------
    # CHECKING AND PREVIEW
    # ------------------------------------------------------------

    def _parse_domain(self):
        """The filter as a list; values are fixed, nothing is evaluated.

        :raise ValueError: where it is no list
        """
        value = ast.literal_eval((self.domain or "[]").strip())
        if not isinstance(value, list | tuple):
            raise ValueError(self.env._("it is no list of conditions"))
        return list(value)

    def _get_problem(self):
        """Why the definition cannot be used, in one sentence.

        Whoever writes it must be able to read the records and the fields.

        :return: str, or False
        """
        self.ensure_one()
        Model = self.env.get(self.model_name or self.model_id.model)
        if Model is None or Model._abstract or Model._transient:
            return self.env._("There are no such records to count.")
        if not Model.has_access("read"):
            return self.env._(
                "You may not read these records: %(model)s.",
                model=self.model_id.display_name,
            )
        return (
            self._get_private_problem(Model, ())
            or self._get_field_problem(Model)
            or self._get_filter_problem(Model)
        )

    def _check_private(self, domain):
        """Refuse to count what was defined before it was private.

        :param list domain: the filter, read
        :raise UserError: one sentence
        """
        problem = self._get_private_problem(self.env[self.model_name], domain)
        if problem:
            raise UserError(problem)

    def _get_private_problem(self, Model, domain):
        """Why nobody makes a number of these records, in one sentence.

        What a person earns or is reproached with is read by few; the number would be
        read by all who read the report, the plan or the chart that shows it. Only what
        the addons ship themselves counts such records.

        :param Model: the records that are counted
        :param domain: the filter, whose fields lead to other records
        :return: str, or False
        """
        # sudo: whose definition it is does not depend on who looks
        metric = self.sudo()
        if (metric.definer_id or metric.create_uid).id == SUPERUSER_ID:
            return False
        for reached in [Model, *orm.get_reached_models(Model, Domain(domain))]:
            if getattr(reached, "_is_private", False):
                return self.env._(
                    "These records are private, nobody makes a number of them: "
                    "%(model)s.",
                    model=reached._description,
                )
        return False

    def _get_field_problem(self, Model):
        wanted = [
            (self.date_field_id, ("date", "datetime"), self.env._("Date")),
            (self.user_field_id, ("many2one",), self.env._("Person")),
        ]
        if self.aggregate != "count":
            types = NUMBER_TYPES if self.aggregate in ("sum", "avg") else DISTINCT_TYPES
            wanted.append((self.measure_field_id, types, self.env._("Measure")))
        for chosen, types, label in wanted:
            # sudo: names of fields only
            chosen = chosen.sudo()
            field = Model._fields.get(chosen.name)
            if not chosen:
                return self.env._("Choose a field for: %(label)s.", label=label)
            if (
                chosen.model != Model._name
                or not field
                or not field.store
                or field.type not in types
                or not Model._has_field_access(field, "read")
            ):
                return self.env._(
                    "The field %(field)s of the records %(model)s cannot be used for: "
                    "%(label)s.",
                    field=chosen.field_description or chosen.name,
                    model=Model._description,
                    label=label,
                )
        person = Model._fields[self.user_field_id.sudo().name]
        if person.comodel_name != "res.users":
            return self.env._(
                "The field %(field)s does not name a person.", field=person.string
            )
        return False

    def _get_filter_problem(self, Model):
        try:
            domain = Domain(self._parse_domain())
            domain.validate(Model)
            if problem := self._get_private_problem(Model, domain):
                return problem
            query = orm.get_query(
                Model.with_context(active_test=False), domain, limit=1
            )
            # The database knows whether the values fit the columns
            with self.env.cr.savepoint():
                self.env.execute_query(query.select())
        except (SyntaxError, MemoryError, RecursionError):
            return self.env._(
                "the filter %(filter)s is not written correctly, or holds something "
                "else than fixed values.",
                filter=self.domain,
            )
        except AccessError:
            return self.env._(
                "the filter uses a field that you may not read: %(filter)s.",
                filter=self.domain,
            )
        except psycopg2.Error as error:
            return self._get_filter_sentence(error.diag.message_primary or error)
        except (AttributeError, KeyError, TypeError, ValueError, UserError) as error:
            return self._get_filter_sentence(error)
        return False

    def _get_filter_sentence(self, error):
        reason = str(error).strip().splitlines()
        return self.env._(
            "the filter is wrong (%(reason)s).",
            reason=(reason or [type(error).__name__])[0].rstrip("."),
        )

    def _get_preview(self):
        """The numbers of this month and the month before, of a few people.

        :return: Markup, or False where there is nothing to show
        """
        self.ensure_one()
        if not self.model_id or self.problem:
            return False
        company = self.company_id or self.env.company
        users = self._get_preview_people(company)
        if not users:
            return False
        user = self.env.user
        # sudo: the zone comes from the team, which need not be readable
        today = user.sale_team_id.sudo()._get_process_today(user)
        columns = []
        for count in (-1, 0):
            first, last = period_tools.shift_period("monthly", today, count)
            bounds = {}
            for user in users:
                zone = user.sale_team_id._get_process_timezone(user)
                bounds[user.id] = period_tools.dates_to_utc(first, last, zone)
            try:
                with self.env.cr.savepoint():
                    columns.append(self._evaluate(bounds, company, self.env.user)[self])
            except psycopg2.Error:
                return False
        cell = Markup("<td class='text-end'>%s</td>")
        lines = Markup().join(
            Markup("<tr><td>%s</td>%s</tr>")
            % (
                user.name,
                Markup().join(
                    cell % self._format_value(values[user.id], company)
                    for values in columns
                ),
            )
            for user in users
        )
        head = Markup("<th class='text-end'>%s</th>")
        return Markup(
            "<table class='table table-sm'><thead><tr><th>%s</th>%s%s</tr></thead>"
            "<tbody>%s</tbody></table>"
        ) % (
            self.env._("Salesperson"),
            head % self.env._("Last month"),
            head % self.env._("This month"),
            lines,
        )

    def _get_preview_people(self, company):
        """Whoever is in a sales team of the company, a few only."""
        # sudo: a salesperson may not read the members of other teams
        members = (
            self.env["crm.team.member"]
            .sudo()
            .search(
                [
                    ("crm_team_id.company_id", "in", (company.id, False)),
                    ("user_id.company_ids", "in", company.ids),
                ],
                order="id",
                limit=PREVIEW_PEOPLE * 3,
            )
        )
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            return self.env.user.sudo()
        return members.user_id.sorted("name")[:PREVIEW_PEOPLE]
