# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class BaseImport(models.TransientModel):
    _inherit = "base_import.import"

    @api.model
    def _get_import_headings(self, model, paths):
        """How columns of a file are called, so that the import knows them again.

        :param str model: name of the model
        :param paths: list of str such as ``lead_id/id``
        :return: list of str, in the language of the user
        """
        tree = self.get_fields_tree(model, depth=1)
        headings = []
        for path in paths:
            labels, fields = [], tree
            for name in path.split("/"):
                field = next(row for row in fields if row["name"] == name)
                labels.append(field["string"])
                fields = field["fields"]
            headings.append(" / ".join(labels))
        return headings
