# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class SalesProcessDisciplineReport(models.Model):
    """One row for each report that was owed. The identifier is that of the report.

    Missing is told to the second of the deadline, also before the scheduled action
    has marked it. Numbers add up: owed = in time + late + missing + open.
    """

    _name = "sales.process.discipline.report"
    _inherit = "sales.process.report.mixin"
    _description = "Report Discipline"
    _auto = False
    _order = "date_to desc, id desc"
    _rec_name = "report_id"
    _depends = {
        "crm.team": ["process_parent_id"],
        "sales.process.work.report": [
            "company_id",
            "date_due",
            "date_from",
            "date_reviewed",
            "date_submitted",
            "date_to",
            "is_late",
            "kind",
            "period",
            "return_count",
            "review_mark",
            "reviewer_id",
            "state",
            "team_id",
            "user_id",
        ],
    }

    report_id = fields.Many2one("sales.process.work.report", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    reviewer_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [
            ("daily", "Daily"),
            ("weekly", "Weekly"),
            ("monthly", "Monthly"),
            ("news_weekly", "Weekly Intelligence"),
            ("news_monthly", "Monthly Intelligence"),
        ],
        readonly=True,
    )
    period = fields.Char(readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(
        string="To", readonly=True, help="The last day of the period."
    )
    outcome = fields.Selection(
        [
            ("on_time", "In Time"),
            ("late", "Late"),
            ("missing", "Missing"),
            ("owed", "Owed"),
        ],
        readonly=True,
        help="Owed: the deadline is still ahead.",
    )
    on_time_count = fields.Integer(string="In Time", readonly=True)
    late_count = fields.Integer(string="Late", readonly=True)
    missing_count = fields.Integer(string="Missing", readonly=True)
    owed_count = fields.Integer(string="Still Owed", readonly=True)
    on_time_rate = fields.Float(
        string="In Time (%)",
        aggregator="avg",
        readonly=True,
        help="Share of the reports whose deadline has passed or that were submitted.",
    )
    hours_late = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Hours from the deadline until a late report was submitted.",
    )
    return_count = fields.Integer(string="Times Returned", readonly=True)
    reviewed_count = fields.Integer(string="Reviewed", readonly=True)
    hours_to_review = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Hours from submission until the review.",
    )
    mark = fields.Float(
        aggregator="avg", readonly=True, help="The mark of the review, 1 to 5."
    )

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """Whoever leads no team is offered no sheet of one.

        :return: tuple
        """
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._has_team_sheets())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._has_team_sheets():
            for button in arch.xpath("//button[@class='o_sales_process_team_sheet']"):
                button.getparent().remove(button)
        return arch, view

    @api.model
    def _has_team_sheets(self):
        return bool(self.env["sales.process.team.sheet"]._get_allowed_teams())

    @property
    def _table_query(self):
        return SQL("%s %s", self._select(), self._from())

    def _select(self):
        """The columns of the report; an addon adds its own.

        :return: SQL
        """
        late_hours = SQL(
            "EXTRACT(EPOCH FROM report.date_submitted - report.date_due) / 3600.0"
        )
        return SQL(
            """
            SELECT report.id AS id,
                   report.id AS report_id,
                   report.user_id AS user_id,
                   report.reviewer_id AS reviewer_id,
                   report.team_id AS team_id,
                   team.process_parent_id AS region_id,
                   report.company_id AS company_id,
                   report.kind AS kind,
                   report.period AS period,
                   report.date_from AS date_from,
                   report.date_to AS date_to,
                   CASE WHEN report.date_submitted IS NOT NULL
                        THEN CASE WHEN report.is_late THEN 'late' ELSE 'on_time' END
                        WHEN report.date_due < %(now)s THEN 'missing'
                        ELSE 'owed' END AS outcome,
                   (report.date_submitted IS NOT NULL
                    AND report.is_late IS NOT TRUE)::int AS on_time_count,
                   (report.date_submitted IS NOT NULL
                    AND report.is_late IS TRUE)::int AS late_count,
                   (report.date_submitted IS NULL
                    AND report.date_due < %(now)s)::int AS missing_count,
                   (report.date_submitted IS NULL
                    AND report.date_due >= %(now)s)::int AS owed_count,
                   CASE WHEN report.date_submitted IS NOT NULL
                        THEN CASE WHEN report.is_late THEN 0 ELSE 100 END
                        WHEN report.date_due < %(now)s THEN 0 END AS on_time_rate,
                   CASE WHEN report.is_late THEN %(late_hours)s END AS hours_late,
                   COALESCE(report.return_count, 0) AS return_count,
                   (report.state = 'reviewed')::int AS reviewed_count,
                   CASE WHEN report.state = 'reviewed' THEN EXTRACT(EPOCH FROM
                        report.date_reviewed - report.date_submitted) / 3600.0
                        END AS hours_to_review,
                   NULLIF(report.review_mark, '0')::int AS mark
            """,
            now=self.env.cr.now().replace(microsecond=0),
            late_hours=late_hours,
        )

    def _from(self):
        """The tables of the report; an addon joins its own.

        :return: SQL
        """
        return SQL(
            """
              FROM sales_process_work_report report
         LEFT JOIN crm_team team ON team.id = report.team_id
             WHERE report.kind != 'urgent'
               AND report.state != 'excused'
            """
        )
