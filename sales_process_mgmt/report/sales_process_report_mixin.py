# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import api, fields, models

from ..tools import orm


def get_keys(values):
    """By what the values of a column of groups are told apart.

    Records are compared in two calls of functions each, their ids in none.

    :param values: of one kind: records, or what may be a key itself
    :return: list, or the values
    """
    if values and isinstance(values[0], models.BaseModel):
        return [value._ids for value in values]
    return values


class SalesProcessReportMixin(models.AbstractModel):
    """Pivots over millions of rows.

    Odoo orders groups by the names of their records, and groups each row by these names
    to do so. Here rows are grouped by the records alone; the groups, which are few, are
    put in the order of their names afterwards.
    """

    _name = "sales.process.report.mixin"
    _description = "Report on Many Rows"

    region_id = fields.Many2one(
        "crm.team",
        readonly=True,
        help="The team above the sales team.",
    )

    def _compute_display_name(self):
        """Who reads a row reads what it is called, see :func:`orm.name_as_relation`."""
        return orm.name_as_relation(self) or super()._compute_display_name()

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = [*dict.fromkeys(spec for group in grouping_sets for spec in group)]
        if order and order != ", ".join(specs):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        results = super()._read_grouping_sets(domain, grouping_sets, aggregates)
        if not order:
            return results
        return [
            self._sort_groups(group, rows)
            for group, rows in zip(grouping_sets, results, strict=True)
        ]

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        """See :meth:`_read_grouping_sets`: lists that are grouped ask by this."""
        is_ours = order and order == ", ".join(groupby) and not (limit or offset)
        rows = super()._read_group(
            domain,
            groupby,
            aggregates,
            having=having,
            offset=offset,
            limit=limit,
            order=None if is_ours else order,
        )
        return self._sort_groups(groupby, rows) if is_ours else rows

    @api.model
    def _web_read_group_format(self, groupby, aggregates, groups):
        """Word what people, teams and months are called once, not for each cell.

        Odoo asks for the label and makes the condition of each cell anew: of 1,000
        people by 13 months 13,000 times instead of 1,013.
        """
        if len(groupby) < 2 or self._web_read_group_field_expand(groupby):
            return super()._web_read_group_format(groupby, aggregates, groups)
        cells = [{} for _group in groups]
        domains = [["&"] * (len(groupby) - 1) for _group in groups]
        columns = zip(*groups, strict=True)
        for spec, values in zip(groupby, columns, strict=False):
            keys = get_keys(values)
            by_key = dict(zip(keys, values, strict=True))
            worded = super()._web_read_group_format(
                (spec,), (), [(value,) for value in by_key.values()]
            )
            by_key = {
                key: (row[spec], row["__extra_domain"])
                for key, row in zip(by_key, worded, strict=True)
            }
            for key, cell, domain in zip(keys, cells, domains, strict=True):
                cell[spec], condition = by_key[key]
                domain += condition
        for cell, domain in zip(cells, domains, strict=True):
            cell["__extra_domain"] = domain
        for spec, values in zip(aggregates, columns, strict=False):
            for value, cell in zip(values, cells, strict=True):
                cell[spec] = value
        return cells

    @api.model
    def _sort_groups(self, specs, rows):
        """Put groups in the order in which PostgreSQL would have put them.

        :param specs: what the rows are grouped by
        :param list rows: tuples that begin with the values of ``specs``
        :return: the rows, sorted
        """
        if not specs or not rows:
            return rows
        places = []
        for values in islice(zip(*rows, strict=True), len(specs)):
            keys = get_keys(values)
            by_key = dict(zip(keys, values, strict=True))
            ranks = self._rank(set(by_key.values()))
            by_key = {key: ranks[value] for key, value in by_key.items()}
            places.append([by_key[key] for key in keys])
        places = list(zip(*places, strict=True))
        order = sorted(range(len(rows)), key=places.__getitem__)
        return [rows[place] for place in order]

    @api.model
    def _rank(self, values):
        """The places of values in their order; nothing comes last.

        :param set values: of one kind: records, texts, dates, numbers or booleans
        :return: ``{value: place}``
        """
        records = [value for value in values if isinstance(value, models.BaseModel)]
        if records:
            # sudo: the order of records that are shown is no secret
            union = records[0].browse().union(*records).sudo()
            places = {
                record.id: place
                for place, record in enumerate(
                    union.with_context(active_test=False).sorted()
                )
            }
            return {
                value: places.get(value.id, len(places)) if value else len(places)
                for value in values
            }
        is_boolean = values <= {True, False, None}
        known = sorted(
            value
            for value in values
            if value is not None and (value is not False or is_boolean)
        )
        places = {value: place for place, value in enumerate(known)}
        return {value: places.get(value, len(known)) for value in values}
