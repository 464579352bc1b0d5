# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.sales_process_mgmt.models.sales_process_home_parts import (
    make_block,
    make_opens,
    make_opens_record,
    narrow_opens,
)
from odoo.addons.sales_process_mgmt.tools import orm

from .crm_team import RECENT

MODEL = "sales.process.work.report"
ROWS = 5


class SalesProcessHome(models.AbstractModel):
    """Reports: what I owe, and whose are missing."""

    _inherit = "sales.process.home"

    @api.model
    def _get_blocks(self, scope):
        blocks = super()._get_blocks(scope)
        if scope.role == "salesperson":
            return [*blocks, self._get_reports_block(scope)]
        return blocks

    @api.model
    def _get_owed_domain(self, scope):
        """Reports that somebody still asks for."""
        return (
            Domain("kind", "!=", "urgent")
            & Domain("state", "in", ("draft", "missing", "returned"))
            & Domain("date_due", ">=", scope.now - RECENT)
        )

    @api.model
    def _get_reports_block(self, scope):
        """My reports that are due, missing or came back."""
        domain = self._get_owed_domain(scope) & Domain("user_id", "=", scope.user.id)
        reports = self.env[MODEL].search_fetch(
            domain,
            ["date_due", "kind", "period", "state"],
            order="date_due, id",
            limit=ROWS,
        )
        rows = []
        for report in reports:
            is_late = report.date_due < scope.now
            if report.state == "returned":
                note = self.env._("Returned to you")
            elif is_late:
                note = self.env._("Missing")
            else:
                note = self._get_due_note(report.date_due, scope)
            rows.append(
                {
                    "id": report.id,
                    "icon": "fa-undo"
                    if report.state == "returned"
                    else "fa-exclamation-triangle"
                    if is_late
                    else "fa-file-text-o",
                    "title": report._get_title(),
                    "subtitle": False,
                    "note": note,
                    "tone": "danger"
                    if is_late
                    else "warning"
                    if report.state == "returned"
                    else False,
                    "open": make_opens_record(report),
                }
            )
        return make_block(
            "reports",
            "rows",
            self.env._("Reports You Owe"),
            40,
            is_side=True,
            rows=rows,
            open=make_opens(
                "sales_process_mgmt_report.sales_process_work_report_action_mine"
            ),
            empty={"title": self.env._("Every report is handed in"), "text": False},
        )

    @api.model
    def _get_due_note(self, moment, scope):
        if scope.get_local_date(moment) == scope.today:
            return self.env._("until %(time)s", time=scope.format_moment(moment))
        day = format_date(self.env, scope.get_local_date(moment))
        return self.env._("until %(time)s", time=day)

    @api.model
    def _get_table_columns(self, scope, by, ids):
        columns = super()._get_table_columns(scope, by, ids)
        missing = (
            self._get_owed_domain(scope)
            & scope.in_teams()
            & Domain("state", "in", ("draft", "missing"))
            & Domain("date_due", "<", scope.now)
        )
        counts = orm.tally(
            self.env[MODEL],
            missing & Domain(by, "in", ids),
            {"missing": Domain.TRUE},
            by,
        )
        label = self.env._("Reports Missing")
        opens = make_opens(
            "sales_process_mgmt_report.sales_process_work_report_action_review",
            label,
            missing,
        )
        return [
            *columns,
            {
                "name": "reports",
                "label": label,
                "tone": "danger",
                "values": {
                    key: (
                        counts.get(key, {}).get("missing", 0),
                        narrow_opens(opens, (by, "=", key)),
                    )
                    for key in ids
                },
            },
        ]
