# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables as files that people open in a spreadsheet."""

import csv
import io

import xlsxwriter

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A spreadsheet would read a text that begins so as a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def disarm(value):
    """A text that no spreadsheet takes for a formula.

    :param value: text or number
    :return: the number as it is; a text with an apostrophe where it needs one
    """
    if isinstance(value, str) and value.startswith(FORMULAS):
        return f"'{value}"
    return value


def write_csv(rows):
    """A table as CSV, in UTF-8 with the mark by which Excel knows it.

    :param list rows: rows of texts and numbers
    :return: bytes
    """
    content = io.StringIO()
    csv.writer(content).writerows([disarm(value) for value in row] for row in rows)
    return content.getvalue().encode("utf-8-sig")


def write_xlsx(rows):
    """A table as an Excel file; texts stay texts.

    :param list rows: rows of texts and numbers, the first one of titles
    :return: bytes
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(place, column, value, None if place else bold)
            else:
                sheet.write_number(place, column, value)
    sheet.set_column(0, max(map(len, rows)) - 1, 18)
    book.close()
    return content.getvalue()


def write_numbered(number, kind, rows):
    """A table as a file that is named by its number.

    :param str number: such as ``PAY/2026/10/1``
    :param str kind: a name of ``TYPES``
    :param list rows: rows of texts and numbers, the first one of titles
    :return: tuple of the name of the file and its content
    """
    write = write_csv if kind == "csv" else write_xlsx
    return f"{number.replace('/', '-')}.{kind}", write(rows)
