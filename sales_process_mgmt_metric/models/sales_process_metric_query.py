# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import orm

# With fewer people than this their own records are fewer than those of the period.
FEW_USERS = 200
_ONE_SECOND = timedelta(seconds=1)


class MetricQuery:
    """How a metric is counted: one grouped query, whatever the number of people.

    :param metric: sales.process.metric, one
    :param company: res.company
    :param set homes: ids of the people whose own company this is; theirs are records of
        no company
    :param reader: see ``sales.process.metric._evaluate``
    :param domain: the filter of the metric, read
    """

    def __init__(self, metric, company, homes, reader=None, domain=()):
        metric.ensure_one()
        self.metric = metric
        self.domain = list(domain)
        self.env = metric.env
        self.company = company
        self.homes = homes
        self.model = self._get_counted_model(reader)

    def count(self, rows, how_many=False):
        """The values of buckets.

        :param list rows: ``(bucket, user id, from, to)``
        :param bool how_many: how many records each rests on, instead of the values
        :return: ``{bucket: value}``, without those for which there is nothing
        """
        found = self._get_query(rows)
        amounts = defaultdict(list)
        for bucket, currency_id, count, value in self.env.execute_query(found):
            amounts[bucket].append((currency_id, count, value))
        if how_many:
            return {
                bucket: sum(part[1] for part in parts)
                for bucket, parts in amounts.items()
            }
        ends = defaultdict(lambda: rows[0][3])
        ends.update((row[0], row[3]) for row in rows)
        return {
            bucket: self._sum_up(parts, ends[bucket])
            for bucket, parts in amounts.items()
        }

    def _sum_up(self, parts, end):
        """One value out of those of each currency.

        :param list parts: ``(currency id, number of values, their sum)``
        """
        metric, company = self.metric, self.company
        total = 0
        count = 0
        for currency_id, part_count, value in parts:
            value = value or 0
            if currency_id and currency_id != company.currency_id.id:
                currency = self.env["res.currency"].browse(currency_id)
                value = currency._convert(
                    value,
                    company.currency_id,
                    company,
                    (end - _ONE_SECOND).date(),
                    round=False,
                )
            total += value
            count += part_count
        if metric.aggregate == "avg":
            if not count:
                return None
            total = float(total) / count
        if metric.unit == "money":
            return company.currency_id.round(float(total))
        return total if metric.aggregate.startswith("count") else float(total)

    def _get_counted_model(self, reader=None):
        """The model that is counted, with the eyes of whoever defined the metric.

        A number about records that the definer may not read would tell what stands in
        them, one filter after the other. What the addons ship counts everything:
        whoever asks has been allowed to by the model that shows the number.

        :return: an empty recordset
        """
        # sudo: whose rights count does not depend on who looks
        metric = self.metric.sudo()
        reader = (reader or metric.definer_id or metric.create_uid).sudo()
        Model = self.env[self.metric.model_name].with_context(active_test=False)
        if reader._is_superuser():
            return Model.sudo()
        return Model.with_user(reader).with_context(
            allowed_company_ids=reader.company_ids.ids
        )

    def _get_query(self, rows):
        """The query of a metric.

        :return: SQL with the columns bucket, currency, number of values, value
        """
        metric = self.metric
        spans = self._get_spans(rows)
        aggregate = SQL("COUNT(*)")
        if metric.aggregate == "count_distinct":
            aggregate = SQL("COUNT(DISTINCT source.measure)")
        elif metric.aggregate in ("sum", "avg"):
            aggregate = SQL("SUM(source.measure)")
        return SQL(
            """
            SELECT span.bucket,
                   source.currency,
                   COUNT(source.measure) AS count,
                   %(aggregate)s AS value
              FROM unnest(%(buckets)s::int[], %(users)s::int[],
                          %(starts)s::%(type)s[], %(ends)s::%(type)s[],
                          %(homes)s::bool[])
                   AS span(bucket, user_id, date_start, date_end, is_home)
              JOIN %(source)s AS source
                ON source.user_id = span.user_id
               AND source.date >= span.date_start
               AND source.date < span.date_end
               AND (span.is_home OR source.has_company)
          GROUP BY span.bucket, source.currency
            """,
            aggregate=aggregate,
            buckets=[row[0] for row in spans],
            users=[row[1] for row in spans],
            starts=[row[2] for row in spans],
            ends=[row[3] for row in spans],
            homes=[row[1] in self.homes for row in spans],
            type=SQL("date" if metric.date_field_id.ttype == "date" else "timestamp"),
            source=self._get_source(spans),
        )

    def _get_source(self, spans):
        """The records with the columns of the metric, under the same names."""
        metric, Model = self.metric, self.model
        measure, currency = self._get_measure()
        company = "company_id" if self._has_company() else None
        names = (
            metric.user_field_id.name,
            metric.date_field_id.name,
            measure,
            currency,
            company,
        )
        query = orm.get_query(Model, self._get_search_domain(spans))
        columns = orm.get_columns(Model, query, filter(None, dict.fromkeys(names)))
        return query.subselect(
            SQL("%s AS user_id", columns[metric.user_field_id.name]),
            SQL("%s AS date", columns[metric.date_field_id.name]),
            SQL("%s AS measure", columns.get(measure, SQL("1"))),
            SQL("%s AS currency", columns.get(currency, SQL("NULL::int"))),
            SQL("%s AS has_company", SQL("%s IS NOT NULL", columns[company]))
            if company
            else SQL("TRUE AS has_company"),
        )

    def _get_measure(self):
        """What is counted of each record, and in which currency it is.

        :return: tuple of names of fields, None where the records are counted, or where
            it is the currency of the company, whose records these are
        """
        metric, Model = self.metric, self.model
        if metric.aggregate == "count":
            return None, None
        name = metric.measure_field_id.name
        currency = Model._fields[name].type == "monetary" and Model._fields[
            name
        ].get_currency_field(Model)
        if not currency or metric.aggregate == "count_distinct":
            return name, None
        field = Model._fields[currency]
        return name, currency if field.store or field.related else None

    def _has_company(self):
        field = self.model._fields.get("company_id")
        return bool(
            field
            and field.type == "many2one"
            and field.comodel_name == "res.company"
            and (field.store or field.related)
        )

    def _get_search_domain(self, spans):
        """The filter, and what the people and spans have in common."""
        metric = self.metric
        domain = Domain(self.domain)
        date_name = metric.date_field_id.name
        users = {row[1] for row in spans}
        user_domain = Domain(metric.user_field_id.name, "!=", False)
        if len(users) <= FEW_USERS:
            user_domain = Domain(metric.user_field_id.name, "in", list(users))
        domain &= user_domain
        if spans:
            domain &= Domain(date_name, ">=", min(row[2] for row in spans))
            domain &= Domain(date_name, "<", max(row[3] for row in spans))
        if self._has_company():
            domain &= Domain("company_id", "in", [self.company.id, False])
        return domain

    def _get_spans(self, rows):
        """The spans as the date field tells time: moments, or days of the person."""
        if self.metric.date_field_id.ttype != "date":
            return rows
        # sudo: the zone of people whose reports are made
        users = self.env["res.users"].sudo().browse({row[1] for row in rows}).exists()
        zones = {
            user.id: user.sale_team_id._get_process_timezone(user) for user in users
        }
        spans = []
        for bucket, user_id, start, end in rows:
            if user_id in zones:
                first = deadline_tools.local_date(start, zones[user_id])
                # A day that has begun counts as a whole
                last = deadline_tools.local_date(end - _ONE_SECOND, zones[user_id])
                last = deadline_tools.add_days(last, 1)
                spans.append((bucket, user_id, first, last))
        return spans
