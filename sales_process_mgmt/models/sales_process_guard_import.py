# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.transaction import naming

X2MANY = ("one2many", "many2many")


class SalesProcessGuardImport(models.AbstractModel):
    """What the rows of a file name, and what they change; the guard inherits it."""

    _name = "sales.process.guard.import"
    _description = "Guard of Imports"

    @api.model
    def load(self, fields, data):
        with naming(self.env, self._find_named(fields, data)):
            return super().load(fields, data)

    @api.model
    def _find_named(self, fields, data):
        """Find what the rows of a file name, each name once.

        Odoo searches for the salesperson and the team of each row. A name that is not
        found, or found twice, is left to Odoo, who says so.

        :param fields: list of paths, as of ``load``
        :param data: list of rows
        :return: ``{(model, name): id}``
        """
        found = {}
        for place, path in enumerate(fields):
            field = self._fields.get(path)
            if not field or field.type != "many2one":
                continue
            Model = self.env[field.comodel_name]
            if field.comodel_name == self._name:
                # rows of the same file name each other
                continue
            for name in {row[place] for row in data}:
                if name and isinstance(name, str):
                    # each: each name of a file once, where Odoo would look for it in
                    # each row
                    rows = Model.name_search(name=name, operator="=", limit=2)
                    if len(rows) == 1:
                        found[field.comodel_name, name] = rows[0][0]
        return found

    def _load_records_write(self, values):
        """A row that comes once more says what is there: nothing is changed by it."""
        protected = self._get_protected_fields()
        changed = {
            name: value
            for name, value in values.items()
            # what is refused is refused, whatever it says
            if name in protected
            or self._fields[name].type in (*X2MANY, "properties")
            or self._is_changed(name, value)
        }
        return super()._load_records_write(changed) if changed else None

    def _is_changed(self, name, value):
        """Tell whether a value is another one than that of this record.

        :param str name: of a field that holds one value
        :param value: as of ``write``
        :return: bool
        """
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(
            self[name], self
        )
