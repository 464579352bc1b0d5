# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io

import xlsxwriter
from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import content_disposition, request

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportTemplate(http.Controller):
    @http.route(
        "/sales_process_mgmt/import_template/<string:model>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def get_template(self, model):
        """A spreadsheet to be filled in, with headings in the language of the reader.

        Made when it is asked for: a heading that is the label of its field is found
        by the import in every language.

        :param str model: name of a model with ``_get_import_columns``
        :return: response with an XLSX file
        """
        Model = request.env.get(model)
        get_columns = getattr(Model, "_get_import_columns", None)
        if not get_columns or not Model.has_access("create"):
            raise NotFound()
        columns = get_columns()
        labels = request.env["base_import.import"]._get_import_headings(
            model, [path for path, _examples in columns]
        )
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            bold = book.add_format({"bold": True})
            for place, (label, (_path, examples)) in enumerate(
                zip(labels, columns, strict=True)
            ):
                sheet.write_string(0, place, label, bold)
                sheet.set_column(place, place, max(16, len(label) + 2))
                for row, example in enumerate(examples, start=1):
                    sheet.write_string(row, place, example)
        name = request.env["ir.model"]._get(model).name
        return request.make_response(
            stream.getvalue(),
            [
                ("Content-Type", TYPE),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
