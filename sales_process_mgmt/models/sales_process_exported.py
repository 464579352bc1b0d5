# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools import files
from .sales_process_guard import on_records


class SalesProcessExported(models.AbstractModel):
    """What is downloaded as a table, for another program, and has a ``number``.

    A controller hands out what :meth:`_export` writes, by ``make_download``.
    """

    _name = "sales.process.exported"
    _description = "What Is Downloaded as a Table"

    # Where the controller is; the id and the kind of file come behind it.
    _export_address = None

    @on_records
    def action_export_csv(self):
        """Download the table as CSV.

        :return: dict, an action that opens an address
        """
        return self._get_export_action("csv")

    @on_records
    def action_export_xlsx(self):
        """Download the table for Excel.

        :return: dict, an action that opens an address
        """
        return self._get_export_action("xlsx")

    def _get_export_action(self, kind):
        self.ensure_one()
        self._check_may_export()
        return {
            "type": "ir.actions.act_url",
            "url": f"{self._export_address}/{self.id}/{kind}",
            "target": "self",
        }

    def _check_may_export(self):
        """Refuse who does not read it.

        :raise AccessError: Odoo's
        """
        self.check_access("read")

    def _export(self, kind):
        """The file; texts that a spreadsheet would take for formulas are disarmed.

        :param str kind: ``csv`` or ``xlsx``
        :return: tuple of the name of the file and its content
        """
        self.ensure_one()
        self._check_may_export()
        return files.write_numbered(self.number, kind, self._get_export_rows())

    def _get_export_rows(self):
        """The table that is exported.

        :return: list of rows, the first one of titles
        """
        raise NotImplementedError
