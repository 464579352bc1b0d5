# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
import logging
from collections import defaultdict
from datetime import timedelta

import psycopg2
from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from .sales_process_metric import DISTINCT_TYPES, NUMBER_TYPES

_logger = logging.getLogger(__name__)

# With fewer people than this their own records are fewer than those of the period.
FEW_USERS = 200
PREVIEW_PEOPLE = 8
_ONE_SECOND = timedelta(seconds=1)


class SalesProcessMetric(models.Model):
    """How a metric is counted: one grouped query, whatever the number of people."""

    _inherit = "sales.process.metric"

    # ------------------------------------------------------------
    # EVALUATION
    # ------------------------------------------------------------

    def _evaluate(self, bounds, company, reader=None):
        """The values of people, each over a span of their own.

        :param dict bounds: ``{user id: (from, to)}``, naive UTC, half-open
        :param company: res.company; records without company count for the company of
            their person
        :param reader: res.users, who must be able to read what is counted; by default
            whoever defined the metric
        :return: ``{metric: {user id: value}}`` with everybody of ``bounds`` in each;
            0 where there is nothing, None where there is nothing to average
        """
        return self._evaluate_buckets(
            [
                (user_id, user_id, start, end)
                for user_id, (start, end) in bounds.items()
            ],
            company,
            reader,
        )

    def _evaluate_buckets(self, rows, company, reader=None):
        """The values of buckets, each filled by one or more people.

        A plan of a team is a bucket with all its members: an average or the number of
        different customers cannot be added up from those of the people.

        :param list rows: ``(bucket, user id, from, to)``; the bucket is an integer
        :param company: res.company
        :param reader: see :meth:`_evaluate`
        :return: ``{metric: {bucket: value}}``
        """
        rows = [tuple(row) for row in rows]
        homes = self._get_homes({row[1] for row in rows}, company)
        result = {}
        for metric in self:
            values = dict.fromkeys(
                (row[0] for row in rows), None if metric.aggregate == "avg" else 0
            )
            if rows:
                try:
                    values.update(metric._query_buckets(rows, homes, company, reader))
                except (AttributeError, KeyError, TypeError, ValueError, UserError):
                    # A field or a model went with its addon. One metric that cannot
                    # be counted any more must not stop everybody's reports.
                    _logger.warning(
                        "The metric %s cannot be counted", metric.code, exc_info=True
                    )
                    values = dict.fromkeys(values)
            result[metric] = values
        return result

    def _get_homes(self, user_ids, company):
        """The people whose own company this is; theirs are records of no company."""
        # sudo: the company of people whose reports are made
        users = self.env["res.users"].sudo().with_context(active_test=False)
        domain = [("id", "in", list(user_ids)), ("company_id", "=", company.id)]
        return set(users.search(domain, order="id").ids)

    def _query_buckets(self, rows, homes, company, reader=None):
        self.ensure_one()
        found = self._get_query(rows, homes, company, reader)
        amounts = defaultdict(list)
        for bucket, currency_id, count, value in self.env.execute_query(found):
            amounts[bucket].append((currency_id, count, value))
        ends = defaultdict(lambda: rows[0][3])
        ends.update((row[0], row[3]) for row in rows)
        return {
            bucket: self._sum_up(parts, company, ends[bucket])
            for bucket, parts in amounts.items()
        }

    def _sum_up(self, parts, company, end):
        """One value out of those of each currency.

        :param list parts: ``(currency id, number of values, their sum)``
        """
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
        if self.aggregate == "avg":
            if not count:
                return None
            total = float(total) / count
        if self.unit == "money":
            return company.currency_id.round(float(total))
        return total if self.aggregate.startswith("count") else float(total)

    def _get_counted_model(self, reader=None):
        """The model that is counted, with the eyes of whoever defined the metric.

        A number about records that the definer may not read would tell what stands in
        them, one filter after the other. What the addons ship counts everything:
        whoever asks has been allowed to by the model that shows the number.

        :param reader: see :meth:`_evaluate`
        :return: an empty recordset
        """
        self.ensure_one()
        # sudo: whose rights count does not depend on who looks
        metric = self.sudo()
        reader = (reader or metric.definer_id or metric.create_uid).sudo()
        Model = self.env[self.model_name].with_context(active_test=False)
        if reader._is_superuser():
            return Model.sudo()
        return Model.with_user(reader).with_context(
            allowed_company_ids=reader.company_ids.ids
        )

    def _get_query(self, rows, homes, company, reader=None):
        """The query of a metric.

        :return: SQL with the columns bucket, currency, number of values, value
        """
        self.ensure_one()
        Model = self._get_counted_model(reader)
        spans = self._get_spans(rows)
        query = Model._search(self._get_search_domain(Model, spans, company))
        source = self._get_source(Model, query)
        aggregate = SQL("COUNT(*)")
        if self.aggregate == "count_distinct":
            aggregate = SQL("COUNT(DISTINCT source.measure)")
        elif self.aggregate in ("sum", "avg"):
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
            homes=[row[1] in homes for row in spans],
            type=SQL("date" if self.date_field_id.ttype == "date" else "timestamp"),
            source=source,
        )

    def _get_source(self, Model, query):
        """The records with the columns of the metric, under the same names."""
        table = query.table
        measure = SQL("1")
        currency = SQL("NULL::int")
        if self.aggregate != "count":
            name = self.measure_field_id.name
            measure = Model._field_to_sql(table, name, query)
            currency_name = Model._fields[name].type == "monetary" and Model._fields[
                name
            ].get_currency_field(Model)
            if currency_name and self.aggregate != "count_distinct":
                field = Model._fields[currency_name]
                # Else it is that of the record's company, whose records these are
                if field.store or field.related:
                    currency = Model._field_to_sql(table, currency_name, query)
        has_company = SQL("TRUE")
        if self._has_company(Model):
            has_company = SQL(
                "%s IS NOT NULL", Model._field_to_sql(table, "company_id", query)
            )
        return query.subselect(
            SQL("%s AS user_id", self._field_sql(Model, query, self.user_field_id)),
            SQL("%s AS date", self._field_sql(Model, query, self.date_field_id)),
            SQL("%s AS measure", measure),
            SQL("%s AS currency", currency),
            SQL("%s AS has_company", has_company),
        )

    def _field_sql(self, Model, query, field):
        return Model._field_to_sql(query.table, field.name, query)

    def _has_company(self, Model):
        field = Model._fields.get("company_id")
        return bool(
            field
            and field.type == "many2one"
            and field.comodel_name == "res.company"
            and (field.store or field.related)
        )

    def _get_search_domain(self, Model, spans, company):
        """The filter, and what the people and spans have in common."""
        domain = Domain(self._parse_domain())
        date_name = self.date_field_id.name
        users = {row[1] for row in spans}
        user_domain = Domain(self.user_field_id.name, "!=", False)
        if len(users) <= FEW_USERS:
            user_domain = Domain(self.user_field_id.name, "in", list(users))
        domain &= user_domain
        if spans:
            domain &= Domain(date_name, ">=", min(row[2] for row in spans))
            domain &= Domain(date_name, "<", max(row[3] for row in spans))
        if self._has_company(Model):
            domain &= Domain("company_id", "in", [company.id, False])
        return domain

    def _get_spans(self, rows):
        """The spans as the date field tells time: moments, or days of the person."""
        if self.date_field_id.ttype != "date":
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

    # ------------------------------------------------------------
    # CHECKING AND PREVIEW
    # ------------------------------------------------------------

    def _parse_domain(self):
        """The filter as a list; values are fixed, nothing is evaluated.

        :raise ValueError: where it is no list
        """
        value = ast.literal_eval((self.domain or "[]").strip())
        if not isinstance(value, list | tuple):
            raise ValueError(self.env._("it is no list of conditions"))
        return list(value)

    def _get_problem(self):
        """Why the definition cannot be used, in one sentence.

        Whoever writes it must be able to read the records and the fields.

        :return: str, or False
        """
        self.ensure_one()
        Model = self.env.get(self.model_name or self.model_id.model)
        if Model is None or Model._abstract or Model._transient:
            return self.env._("There are no such records to count.")
        if not Model.has_access("read"):
            return self.env._(
                "You may not read these records: %(model)s.",
                model=self.model_id.display_name,
            )
        return self._get_field_problem(Model) or self._get_filter_problem(Model)

    def _get_field_problem(self, Model):
        wanted = [
            (self.date_field_id, ("date", "datetime"), self.env._("Date")),
            (self.user_field_id, ("many2one",), self.env._("Person")),
        ]
        if self.aggregate != "count":
            types = NUMBER_TYPES if self.aggregate in ("sum", "avg") else DISTINCT_TYPES
            wanted.append((self.measure_field_id, types, self.env._("Measure")))
        for chosen, types, label in wanted:
            # sudo: names of fields only
            chosen = chosen.sudo()
            field = Model._fields.get(chosen.name)
            if not chosen:
                return self.env._("Choose a field for: %(label)s.", label=label)
            if (
                chosen.model != Model._name
                or not field
                or not field.store
                or field.type not in types
                or not Model._has_field_access(field, "read")
            ):
                return self.env._(
                    "The field %(field)s of the records %(model)s cannot be used for: "
                    "%(label)s.",
                    field=chosen.field_description or chosen.name,
                    model=Model._description,
                    label=label,
                )
        person = Model._fields[self.user_field_id.sudo().name]
        if person.comodel_name != "res.users":
            return self.env._(
                "The field %(field)s does not name a person.", field=person.string
            )
        return False

    def _get_filter_problem(self, Model):
        try:
            domain = Domain(self._parse_domain())
            domain.validate(Model)
            query = Model.with_context(active_test=False)._search(domain, limit=1)
            # The database knows whether the values fit the columns
            with self.env.cr.savepoint():
                self.env.execute_query(query.select())
        except (SyntaxError, MemoryError, RecursionError):
            return self.env._(
                "the filter %(filter)s is not written correctly, or holds something "
                "else than fixed values.",
                filter=self.domain,
            )
        except AccessError:
            return self.env._(
                "the filter uses a field that you may not read: %(filter)s.",
                filter=self.domain,
            )
        except psycopg2.Error as error:
            return self._get_filter_sentence(error.diag.message_primary or error)
        except (AttributeError, KeyError, TypeError, ValueError, UserError) as error:
            return self._get_filter_sentence(error)
        return False

    def _get_filter_sentence(self, error):
        reason = str(error).strip().splitlines()
        return self.env._(
            "the filter is wrong (%(reason)s).",
            reason=(reason or [type(error).__name__])[0].rstrip("."),
        )

    def _get_preview(self):
        """The numbers of this month and the month before, of a few people.

        :return: Markup, or False where there is nothing to show
        """
        self.ensure_one()
        if not self.model_id or self.problem:
            return False
        company = self.company_id or self.env.company
        users = self._get_preview_people(company)
        if not users:
            return False
        user = self.env.user
        # sudo: the zone comes from the team, which need not be readable
        today = user.sale_team_id.sudo()._get_process_today(user)
        columns = []
        for count in (-1, 0):
            first, last = period_tools.shift_period("monthly", today, count)
            bounds = {}
            for user in users:
                zone = user.sale_team_id._get_process_timezone(user)
                bounds[user.id] = period_tools.dates_to_utc(first, last, zone)
            try:
                with self.env.cr.savepoint():
                    columns.append(self._evaluate(bounds, company, self.env.user)[self])
            except psycopg2.Error:
                return False
        cell = Markup("<td class='text-end'>%s</td>")
        lines = Markup().join(
            Markup("<tr><td>%s</td>%s</tr>")
            % (
                user.name,
                Markup().join(
                    cell % self._format_value(values[user.id], company)
                    for values in columns
                ),
            )
            for user in users
        )
        head = Markup("<th class='text-end'>%s</th>")
        return Markup(
            "<table class='table table-sm'><thead><tr><th>%s</th>%s%s</tr></thead>"
            "<tbody>%s</tbody></table>"
        ) % (
            self.env._("Salesperson"),
            head % self.env._("Last month"),
            head % self.env._("This month"),
            lines,
        )

    def _get_preview_people(self, company):
        """Whoever is in a sales team of the company, a few only."""
        # sudo: a salesperson may not read the members of other teams
        members = (
            self.env["crm.team.member"]
            .sudo()
            .search(
                [
                    ("crm_team_id.company_id", "in", (company.id, False)),
                    ("user_id.company_ids", "in", company.ids),
                ],
                order="id",
                limit=PREVIEW_PEOPLE * 3,
            )
        )
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            return self.env.user.sudo()
        return members.user_id.sorted("name")[:PREVIEW_PEOPLE]
