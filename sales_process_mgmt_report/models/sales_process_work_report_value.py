# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt_metric.tools import goal as goal_tools


class SalesProcessWorkReportValue(models.Model):
    """One number of a report: as submitted, and as it was at the period's end.

    Rows are written in one statement for many reports, see :meth:`_store`.
    """

    _name = "sales.process.work.report.value"
    _description = "Number in a Work Report"
    _inherit = ["sales.process.guard"]
    _order = "report_id, sequence, id"
    _rec_name = "metric_name"

    report_id = fields.Many2one(
        "sales.process.work.report",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    metric_id = fields.Many2one(
        "sales.process.metric", readonly=True, index=True, ondelete="set null"
    )
    metric_name = fields.Char(
        readonly=True,
        export_string_translation=False,
        help="The name it had; the number outlives its metric.",
    )
    label = fields.Char(
        compute="_compute_displays", help="The name of the metric, or the one it had."
    )
    sequence = fields.Integer(readonly=True)
    goal = fields.Float(
        readonly=True, help="The goal of the plan of this person and period."
    )
    has_goal = fields.Boolean(readonly=True)
    value_submitted = fields.Float(
        string="As Submitted",
        readonly=True,
        help="The number at the moment at which the report was submitted.",
    )
    has_submitted = fields.Boolean(readonly=True)
    value_final = fields.Float(
        string="Final",
        readonly=True,
        help="The number of the whole period, taken when it was over.",
    )
    has_final = fields.Boolean(readonly=True)
    value_current = fields.Float(
        string="Now",
        compute="_compute_value_current",
        help="The number as the CRM shows it now; it may have changed since.",
    )
    has_current = fields.Boolean(compute="_compute_value_current")
    progress = fields.Float(
        compute="_compute_displays", help="The number, in percent of the goal."
    )
    is_changed = fields.Boolean(
        string="Has Changed",
        compute="_compute_displays",
        help="The CRM now shows another number than the report.",
    )
    display_goal = fields.Char(string="Goal Text", compute="_compute_displays")
    display_submitted = fields.Char(
        string="As Submitted (Text)", compute="_compute_displays"
    )
    display_final = fields.Char(string="Final (Text)", compute="_compute_displays")
    display_current = fields.Char(string="Now (Text)", compute="_compute_displays")

    _report_metric_uniq = models.Constraint(
        "UNIQUE(report_id, metric_id)", "A report has each number once."
    )

    @api.depends("metric_id", "report_id.bound_from", "report_id.bound_to")
    def _compute_value_current(self):
        self.value_current = 0.0
        self.has_current = False
        # sudo: numbers of a report that one may read
        for company, values in (
            self.sudo().grouped(lambda value: value.report_id.company_id).items()
        ):
            metrics = values.metric_id
            found = metrics._evaluate_buckets(
                self._get_spans(values.report_id), company
            )
            for value in values:
                number = found.get(value.metric_id, {}).get(value.report_id.id)
                value.value_current = number or 0.0
                value.has_current = number is not None

    @api.depends(
        "goal",
        "has_current",
        "has_final",
        "has_goal",
        "has_submitted",
        "metric_id.name",
        "report_id.date_submitted",
        "value_current",
        "value_final",
        "value_submitted",
    )
    @api.depends_context("lang")
    def _compute_displays(self):
        # until it is submitted the goal follows the plan
        open_reports = self.report_id.filtered(lambda row: not row.date_submitted)
        goals = self._get_goals(open_reports)
        for value in self:
            goal = value.goal if value.has_goal else None
            if value.report_id in open_reports:
                goal = goals.get((value.report_id.id, value.metric_id.id))
            # sudo: how a metric is written is no secret
            metric = value.metric_id.sudo()
            company = value.report_id.sudo().company_id
            is_frozen = value._is_frozen()
            value.label = metric.name or value.metric_name

            def show(has, number, metric=metric, company=company):
                if not metric:
                    return f"{number:g}" if has else "–"
                return metric._format_value(number if has else None, company)

            value.display_goal = goal is not None and show(True, goal)
            value.display_submitted = is_frozen and show(
                value.has_submitted, value.value_submitted
            )
            value.display_final = value.report_id.date_final and show(
                value.has_final, value.value_final
            )
            value.display_current = show(value.has_current, value.value_current)
            number = value.value_current
            if value.report_id.date_final:
                number = value.value_final
            elif is_frozen:
                number = value.value_submitted
            value.is_changed = bool(
                (is_frozen or value.report_id.date_final)
                and metric
                and show(True, number) != show(True, value.value_current)
            )
            value.progress = goal_tools.fulfilled(
                number, goal, not metric or metric.higher_is_better
            )

    def _is_frozen(self):
        return self.report_id.state in ("submitted", "reviewed")

    # ------------------------------------------------------------
    # COUNT
    # ------------------------------------------------------------

    @api.model
    def _count(self, reports, is_final=False):
        """Count the numbers of reports, in a number of queries that does not grow.

        :param reports: sales.process.work.report
        :param bool is_final: the numbers of the whole period, else those up to now
        """
        now = reports._get_now()
        until = None if is_final else now + timedelta(seconds=1)
        goals = self._get_goals(reports)
        rows = []
        for (company, kind), part in reports.grouped(
            lambda report: (report.company_id, report.kind)
        ).items():
            # sudo: numbers of the author, whoever asks for them
            metrics = self.env["sales.process.metric"].sudo()._get_for(kind, company)
            if is_final:
                # what was submitted is compared, although no longer shown in new ones
                metrics |= part.value_ids.metric_id
            if not metrics:
                continue
            found = metrics._evaluate_buckets(self._get_spans(part, until), company)
            rows += [
                (report_id, metric, number, goals.get((report_id, metric.id)))
                for metric, numbers in found.items()
                for report_id, number in numbers.items()
            ]
        self.sudo()._store(rows, is_final)
        self._mark_counted(reports, "date_final" if is_final else "date_values", now)

    @api.model
    def _get_spans(self, reports, until=None):
        """The spans to count, one bucket for each report.

        :param until: naive UTC datetime at which to stop; by default the period's end
        :return: list for ``sales.process.metric._evaluate_buckets``
        """
        spans = []
        for report in reports:
            end = report.bound_to
            if until:
                end = max(report.bound_from, min(end, until))
            spans.append((report.id, report.user_id.id, report.bound_from, end))
        return spans

    @api.model
    def _get_goals(self, reports):
        """The goals of the plans of these reports' people and periods.

        :return: ``{(report id, metric id): goal}``
        """
        # sudo: the plan of the author, whoever asks
        lines = (
            self.env["sales.process.plan.line"]
            .sudo()
            .search(
                [
                    ("plan_id.user_id", "in", reports.user_id.ids),
                    ("plan_id.date_from", "in", list(set(reports.mapped("date_from")))),
                    ("plan_id.kind", "in", ("weekly", "monthly")),
                    ("plan_id.state", "!=", "draft"),
                ]
            )
        )
        by_period = lines.grouped(
            lambda line: (
                line.plan_id.user_id,
                line.plan_id.kind,
                line.plan_id.date_from,
            )
        )
        return {
            (report.id, line.metric_id.id): line.goal
            for report in reports
            for line in by_period.get(
                (report.user_id, report.kind, report.date_from), ()
            )
        }

    @api.model
    def _mark_counted(self, reports, name, now):
        """Write when the numbers were taken, past the author's own writing."""
        reports.flush_recordset()
        self.env.execute_query(
            SQL(
                "UPDATE sales_process_work_report SET %s = %s WHERE id = ANY(%s)"
                " RETURNING id",
                SQL.identifier(name),
                now,
                reports.ids,
            )
        )
        reports.invalidate_recordset([name], flush=False)

    @api.model
    def _store(self, rows, is_final):
        """Write numbers of many reports in one statement.

        :param list rows: ``(report id, metric, number or None, goal or None)``
        :param bool is_final: the final numbers, else those as submitted
        """
        if not rows:
            return
        name = "final" if is_final else "submitted"
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_process_work_report_value AS value (
                    report_id, metric_id, metric_name, sequence, goal, has_goal,
                    %(value)s, %(has)s,
                    create_uid, create_date, write_uid, write_date)
                SELECT row.report_id, row.metric_id, row.name, row.sequence,
                       COALESCE(row.goal, 0), row.goal IS NOT NULL,
                       COALESCE(row.number, 0), row.number IS NOT NULL,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(reports)s::int[], %(metrics)s::int[],
                              %(names)s::varchar[], %(sequences)s::int[],
                              %(numbers)s::float8[], %(goals)s::float8[])
                    AS row(report_id, metric_id, name, sequence, number, goal)
                ON CONFLICT (report_id, metric_id) DO UPDATE
                   SET %(value)s = EXCLUDED.%(value)s,
                       %(has)s = EXCLUDED.%(has)s,
                       goal = EXCLUDED.goal,
                       has_goal = EXCLUDED.has_goal,
                       write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
                RETURNING value.id
                """,
                value=SQL.identifier(f"value_{name}"),
                has=SQL.identifier(f"has_{name}"),
                uid=self.env.uid,
                now=self.env.cr.now(),
                reports=[row[0] for row in rows],
                metrics=[row[1].id for row in rows],
                names=[row[1].name for row in rows],
                sequences=[row[1].sequence for row in rows],
                numbers=[None if row[2] is None else float(row[2]) for row in rows],
                goals=[row[3] for row in rows],
            )
        )
        self.invalidate_model()
        self.env["sales.process.work.report"].invalidate_model(["value_ids"])
