# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers that are files."""

from odoo.http import content_disposition, request

from ..tools import files


def make_download(record, kind):
    """The numbered file of a record, for whoever may read it.

    :param record: one record with ``_export``, or none
    :param str kind: a name of ``files.TYPES``
    :return: the response
    """
    if not record or kind not in files.TYPES:
        return request.not_found()
    name, content = record._export(kind)
    return request.make_response(
        content,
        headers=[
            ("Content-Type", files.TYPES[kind]),
            ("Content-Disposition", content_disposition(name)),
        ],
    )
