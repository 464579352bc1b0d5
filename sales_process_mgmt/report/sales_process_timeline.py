# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The contract *time line*: all that happened with one customer, newest first.

Nothing is copied: each source is a query on the records of another model, as the reader
may read them, and a page is read from all of them at once. An addon adds a source::

    class SalesProcessTimeline(models.AbstractModel):
        _inherit = "sales.process.timeline"

        def _get_kinds(self):
            training = self._make_kind("training", self.env._("Training"), "fa-book")
            return [*super()._get_kinds(), training]

        def _get_sources(self, scope):
            domain = [("ownership_id", "in", scope.period_ids)]
            return {
                **super()._get_sources(scope),
                **self._make_source(
                    "training", "my.training", domain, "date",
                    self._describe_trainings,
                ),
            }

``_describe_trainings`` gets the records of a page and returns ``{id: values}``, see
``_make_line``. It is called once a page, so it reads all of them together.
"""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import orm
from .sales_process_evidence_mixin import get_slot

# Whose records have a time line.
OWN_MODELS = ("crm.lead", "res.partner", "sales.process.ownership")
ID_MAX = 2**31 - 1
PAGE = 20
# Later meetings are no news yet.
MEETING_DAYS = 30
# What Odoo writes by itself is told by the records that it is about.
SYSTEM_MESSAGES = ("auto_comment", "notification", "out_of_office", "user_notification")


class TimelineScope(NamedTuple):
    """Which records are about the customer."""

    # the periods of its history, whoever may read them: sources have rules of their own
    period_ids: tuple = ()
    # its leads, as the periods
    lead_ids: tuple = ()
    # those that the reader may read, for sources without rules
    open_lead_ids: tuple = ()
    # contacts that the reader may read, empty for a stranger
    partner_ids: tuple = ()


class TimelineSource(NamedTuple):
    """Where lines come from: ids and moments, and how they are told."""

    kind: str
    model: str
    query: SQL
    describe: object


class SalesProcessTimeline(models.AbstractModel):
    """All that happened with one customer; see the module for how to add a source."""

    _name = "sales.process.timeline"
    _description = "Time Line"
    _inherit = ["sales.process.timeline.words"]

    @api.readonly
    @api.model
    def get_page(self, model, res_id, kinds=None, before=None):
        """One page of the time line of a customer, as the user may read it.

        :param str model: ``crm.lead``, ``res.partner`` or ``sales.process.ownership``
        :param int res_id: a record that the user may read
        :param list kinds: technical names; all where it is empty
        :param list before: what the page before returned, to read on
        :return: ``{"kinds": list, "lines": list, "before": list or False,
            "note": str or False}``
        :raise UserError: where something else is asked for
        """
        record = self._get_record(model, res_id)
        after = self._read_mark(before)
        kinds = self._read_kinds(kinds)
        scope, note = self._get_scope(record)
        sources = self._get_sources(scope) if scope else {}
        if kinds:
            sources = {
                name: source for name, source in sources.items() if source.kind in kinds
            }
        keys = self._read_keys(sources, after)
        shown = keys[:PAGE]
        return {
            "kinds": self._get_kinds(),
            "lines": self._read_lines(sources, shown, record),
            "before": list(shown[-1]) if len(keys) > PAGE else False,
            "note": note,
        }

    def _get_record(self, model, res_id):
        # a boolean is a number for Python, too
        is_number = isinstance(res_id, int) and not isinstance(res_id, bool)
        is_id = is_number and 0 < res_id <= ID_MAX
        if model not in OWN_MODELS or not is_id:
            raise UserError(
                self.env._("There is a time line of leads, contacts and customers.")
            )
        record = self.env[model].browse(res_id)
        record.check_access("read")
        return record

    def _read_kinds(self, kinds):
        if not kinds:
            return ()
        if not isinstance(kinds, list) or not all(
            isinstance(kind, str) for kind in kinds
        ):
            raise self._make_refusal()
        return kinds

    def _read_mark(self, before):
        if not before:
            return None
        try:
            moment, slot, record_id = before
            moment = datetime.fromisoformat(moment)
            return moment.replace(tzinfo=None), int(slot), int(record_id)
        except (OverflowError, TypeError, ValueError) as error:
            raise self._make_refusal() from error

    def _make_refusal(self):
        return UserError(self.env._("Open the time line again to read on."))

    # ------------------------------------------------------------
    # WHOSE LINES
    # ------------------------------------------------------------

    def _get_scope(self, record):
        """The records about the customer of a lead, contact or period.

        :param record: which the user may read
        :return: ``(TimelineScope or None, sentence or False)``; nothing is shown of a
            customer in a pool that hides it from the user
        """
        # sudo: which records are about the customer; sources have rules of their own
        sudo_record = record.sudo().with_context(active_test=False)
        Period = sudo_record.env["sales.process.ownership"]
        Lead = sudo_record.env["crm.lead"]
        leads, partners = Lead, sudo_record.env["res.partner"]
        if record._name == "crm.lead":
            leads, periods = sudo_record, sudo_record.ownership_id
        elif record._name == "res.partner":
            partners = sudo_record.search([("id", "child_of", record.id)])
            leads = Lead.search([("partner_id", "in", partners.ids)])
            periods = Period.search([("partner_id", "in", partners.ids)])
            periods |= leads.ownership_id
        else:
            periods = sudo_record
        roots = {(row.root_id or row).id for row in periods}
        if roots:
            periods = Period.search(
                ["|", ("id", "in", list(roots)), ("root_id", "in", list(roots))]
            )
            leads |= Lead.search([("ownership_id", "in", periods.ids)])
        if self._is_hidden(periods):
            return None, self.env._(
                "The customer is in the pool: whoever takes it reads its history."
            )
        partners |= periods.partner_id | leads.partner_id
        open_leads = leads.with_env(self.env)._filtered_access("read")
        if not (open_leads or self._may_read_periods(periods)):
            partners = partners.browse()
        elif partners:
            partners = partners.with_env(self.env)._filtered_access("read")
        return (
            TimelineScope(periods._ids, leads._ids, open_leads._ids, partners._ids),
            False,
        )

    def _may_read_periods(self, periods):
        """Whether a contact is nobody's customer, or one that the user may read."""
        return not periods or bool(periods.with_env(self.env)._filtered_access("read"))

    def _is_hidden(self, periods):
        user = self.env.user
        # sudo: what the pool hides is decided by who the user is
        hidden = user.sudo().process_pool_hidden_team_ids
        return bool(
            hidden
            and not user.has_group("sales_team.group_sale_manager")
            and any(row.state == "pool" and row.team_id in hidden for row in periods)
        )

    # ------------------------------------------------------------
    # SOURCES
    # ------------------------------------------------------------

    @api.model
    def _make_kind(self, name, label, icon):
        """What is filtered by.

        :param str name: technical name
        :param str label: in the language of the user
        :param str icon: a class of Font Awesome
        :return: dict
        """
        return {"name": name, "label": label, "icon": icon}

    def _get_kinds(self):
        """What is filtered by, in its order; an addon adds its own.

        :return: list of :meth:`_make_kind`
        """
        return [
            self._make_kind("followup", self.env._("Follow-Ups"), "fa-comments-o"),
            self._make_kind("message", self.env._("Messages"), "fa-envelope-o"),
            self._make_kind(
                "activity", self.env._("Activities Done"), "fa-check-square-o"
            ),
            self._make_kind("meeting", self.env._("Meetings"), "fa-calendar"),
            self._make_kind("owner", self.env._("Owners"), "fa-user"),
            self._make_kind("return", self.env._("Returns"), "fa-sign-out"),
            self._make_kind("conflict", self.env._("Conflicts"), "fa-bolt"),
            self._make_kind("grade", self.env._("Grades"), "fa-star-o"),
        ]

    def _get_sources(self, scope):
        """Where lines come from; an addon adds its own, see the module.

        :param TimelineScope scope: whose lines
        :return: ``{name: TimelineSource}``
        """
        periods = Domain("ownership_id", "in", scope.period_ids)
        own = Domain("id", "in", scope.period_ids)
        return {
            **self._make_source(
                "followup",
                "sales.process.followup",
                self._get_followup_domain(scope),
                "date",
                self._describe_followups,
            ),
            **self._get_message_sources(scope),
            **self._make_source(
                "meeting",
                "calendar.event",
                self._get_meeting_domain(scope),
                "start",
                self._describe_meetings,
            ),
            **self._make_source(
                "owner",
                "sales.process.ownership",
                own & Domain("user_id", "!=", False),
                "date_start",
                self._describe_owners,
            ),
            **self._make_source(
                "pool",
                "sales.process.ownership",
                own & Domain("user_id", "=", False),
                "date_start",
                self._describe_owners,
                kind="return",
            ),
            **self._make_source(
                "end",
                "sales.process.ownership",
                own & Domain("date_end", "!=", False) & Domain("next_ids", "=", False),
                "date_end",
                self._describe_ends,
                kind="return",
            ),
            **self._make_source(
                "conflict",
                "sales.process.conflict",
                periods | Domain("other_ownership_id", "in", scope.period_ids),
                "date",
                self._describe_conflicts,
            ),
            **self._make_source(
                "grade",
                "sales.process.grade.change",
                periods | Domain("partner_id", "in", scope.partner_ids),
                "date",
                self._describe_grades,
            ),
        }

    def _make_source(self, name, model, domain, moment, describe, kind=None):
        """A source that has access rights and record rules of its own.

        :param str name: technical name, never to be changed
        :param str model: whose records are the evidence
        :param domain: which of them
        :param str moment: name of a stored date or datetime field
        :param describe: ``callable(records) -> {id: values of _make_line}``
        :param str kind: where it is not the name
        :return: ``{name: TimelineSource}``, empty for whoever may read none of it
        """
        Model = self.env[model].with_context(active_test=False)
        if not Model.has_access("read"):
            return {}
        query = Model._search(domain)
        if query.is_empty():
            return {}
        columns = (
            SQL("%s AS id", SQL.identifier(query.table, "id")),
            SQL(
                "date_trunc('second', %s::timestamp) AS moment",
                orm.get_sql(Model, query.table, moment, query),
            ),
        )
        source = TimelineSource(kind or name, model, query.select(*columns), describe)
        return {name: source}

    def _get_followup_domain(self, scope):
        return Domain("ownership_id", "in", scope.period_ids) | Domain(
            "lead_id", "in", scope.lead_ids
        )

    def _get_told_by_followups(self, scope, column):
        """What follow-ups were made from that the user may read.

        What stands in the time line as follow-up does not stand there twice.

        :param str column: of follow-ups
        :return: SQL, ids
        """
        query = self.env["sales.process.followup"]._search(
            self._get_followup_domain(scope) & Domain(column, "!=", False)
        )
        return query.subselect(SQL.identifier(query.table, column))

    def _get_message_sources(self, scope):
        """What was written, and what activities left behind, with documents that the
        user may read: that is how Odoo decides who reads a message.
        """
        documents = [
            SQL("(message.model = %s AND message.res_id = ANY(%s))", model, list(ids))
            for model, ids in (
                ("crm.lead", scope.open_lead_ids),
                ("res.partner", scope.partner_ids),
            )
            if ids
        ]
        if not documents or not self.env["sales.process.followup"].has_access("read"):
            return {}
        for model in ("mail.activity", "mail.message", "sales.process.followup"):
            self.env[model].flush_model()
        documents = SQL("(%s)", SQL(" OR ").join(documents))
        moment = SQL("message.id, date_trunc('second', message.date) AS moment")
        written = SQL(
            """
            SELECT %s
              FROM mail_message AS message
             WHERE %s AND message.mail_activity_type_id IS NULL
               AND message.message_type != ALL(%s)
               AND message.id NOT IN %s
            """,
            moment,
            documents,
            list(SYSTEM_MESSAGES),
            self._get_told_by_followups(scope, "mail_message_id"),
        )
        done = SQL(
            """
            SELECT %s
              FROM mail_message AS message
             WHERE %s AND message.mail_activity_type_id IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM sales_process_followup AS followup
                     JOIN mail_activity AS activity
                       ON activity.id = followup.activity_id
                    WHERE followup.lead_id = message.res_id
                      AND followup.create_date = message.create_date
                      AND activity.activity_type_id = message.mail_activity_type_id
                      AND activity.id IN %s)
            """,
            moment,
            documents,
            self._get_told_by_followups(scope, "activity_id"),
        )
        describe = self._describe_messages
        return {
            "message": TimelineSource("message", "mail.message", written, describe),
            "activity": TimelineSource("activity", "mail.message", done, describe),
        }

    def _get_meeting_domain(self, scope):
        Followup = self.env["sales.process.followup"]
        until = fields.Datetime.add(self.env.cr.now(), days=MEETING_DAYS)
        domain = (
            Domain("opportunity_id", "in", scope.open_lead_ids)
            | Domain("partner_ids", "in", scope.partner_ids)
        ) & Domain("start", "<=", until)
        if not Followup.has_access("read"):
            return domain
        followups = Followup.search_fetch(
            self._get_followup_domain(scope) & Domain("calendar_event_id", "!=", False),
            ["calendar_event_id"],
        )
        # sudo: ids alone
        return domain & Domain("id", "not in", followups.sudo().calendar_event_id.ids)

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _read_keys(self, sources, after):
        """The newest lines of all sources, one more than a page holds.

        :param dict sources: ``{name: TimelineSource}``
        :param after: ``(moment, slot, id)`` of the last line that was read, or None
        :return: list of ``(moment, slot, id)``
        """
        if not sources:
            return []
        query = SQL(
            """
            SELECT moment, slot, id FROM (%s) AS line
             ORDER BY moment DESC, slot DESC, id DESC LIMIT %s
            """,
            SQL(" UNION ALL ").join(
                self._select_source(name, source, after)
                for name, source in sources.items()
            ),
            PAGE + 1,
        )
        return [
            (fields.Datetime.to_string(moment), slot, record_id)
            for moment, slot, record_id in self.env.execute_query(query)
        ]

    def _select_source(self, name, source, after):
        slot = get_slot(name)
        return SQL(
            """
            (SELECT line.moment, %s AS slot, line.id
               FROM (%s) AS line
              WHERE line.moment IS NOT NULL AND %s
              ORDER BY line.moment DESC, line.id DESC
              LIMIT %s)
            """,
            slot,
            source.query,
            SQL("(line.moment, %s, line.id) < (%s, %s, %s)", slot, *after)
            if after
            else SQL("TRUE"),
            PAGE + 1,
        )

    def _read_lines(self, sources, keys, record):
        """What is shown of some lines; each source is read once.

        :param list keys: of :meth:`_read_keys`
        :param record: whose time line it is: it needs no opening
        :return: list of dict
        """
        names = {get_slot(name): name for name in sources}
        ids = defaultdict(list)
        for _moment, slot, record_id in keys:
            ids[names[slot]].append(record_id)
        told = {
            name: source.describe(self.env[source.model].browse(ids[name]))
            for name, source in sources.items()
            if ids[name]
        }
        icons = {kind["name"]: kind["icon"] for kind in self._get_kinds()}
        lines = []
        for moment, slot, record_id in keys:
            name = names[slot]
            source = sources[name]
            line = {
                "key": f"{name}-{record_id}",
                "kind": source.kind,
                "icon": icons[source.kind],
                "moment": moment,
                "open": {"model": source.model, "id": record_id},
                **told[name][record_id],
            }
            if line["open"] == {"model": record._name, "id": record.id}:
                line["open"] = False
            lines.append(line)
        return lines
