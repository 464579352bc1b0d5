# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..models.sales_process_work_report_sheet import TeamSheet


class ReportTeamSheet(models.AbstractModel):
    """The sheets of teams on paper, for who leads or oversees all of them."""

    _name = "report.sales_process_mgmt_report.report_team_sheet"
    _description = "Team Sheet on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        """The pages of the sheets.

        :param docids: ids of sales.process.team.sheet
        :return: dict for the template
        :raise AccessError: where one of the teams is not the reader's
        """
        sheets = self.env["sales.process.team.sheet"].browse(docids)
        sheets._check_reader()
        return {
            "doc_ids": docids,
            "doc_model": sheets._name,
            "docs": sheets,
            "pages": {
                sheet.id: TeamSheet(
                    self.env,
                    sheet.kind,
                    sheet.date_from,
                    sheet.with_context(active_test=False).team_ids,
                ).make_pages()
                for sheet in sheets
            },
        }
