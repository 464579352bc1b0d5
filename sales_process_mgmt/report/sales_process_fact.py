# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The contract *fact*: on which day which person did, or left undone, what.

Whoever knows of facts contributes a kind; whoever needs facts (a score, a meeting, a
violation) reads this model, and neither knows the other. A kind takes a selection
entry and a query::

    class SalesProcessFact(models.Model):
        _inherit = "sales.process.fact"
        _depends = {"my.training": ["user_id", "date", "name", ...]}

        kind = fields.Selection(selection_add=[("training", "Training Attended")])

        def _get_fact_queries(self):
            query = SQL("SELECT id, user_id, team_id, company_id, name, date AS moment"
                        " FROM my_training")
            return {
                **super()._get_fact_queries(),
                "training": ("my.training", query),
            }

``id`` is that of the evidence, once for each kind. ``team_id`` is the team of the
person when it happened, where the source knows it, else the team of now: its leader
reads the fact. ``moment`` is naive UTC and has to be a column with an index: the day of
the person follows from it, and what is asked of days reaches that index. Facts carry no
points: what they weigh is decided by whoever reads them.
"""

from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import clock

# Whatever the zone, the day of a person lies within so much of the moment in UTC
ZONE_SPAN = timedelta(hours=15)
ONE_DAY = timedelta(days=1)


class SalesProcessFact(models.Model):
    """One row for each fact; see the module for how to add a kind."""

    _name = "sales.process.fact"
    _inherit = "sales.process.evidence.mixin"
    _description = "Fact"
    _auto = False
    _order = "moment desc, id desc"
    _depends = {
        "crm.team": ["process_parent_id"],
        "sales.process.ownership": [
            "company_id",
            "date_end",
            "end_reason",
            "name",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.conflict": [
            "attempt_count",
            "company_id",
            "date",
            "door",
            "name",
            "ownership_id",
            "resolution",
            "user_id",
        ],
        "res.users": ["sale_team_id"],
        "sales.process.revisit": [
            "company_id",
            "date_missed",
            "is_missed",
            "name",
            "team_id",
            "user_id",
        ],
    }
    _contributed = {"moment": "timestamp"}

    kind = fields.Selection(
        [
            ("customer_expired", "Customer Expired"),
            ("conflict_attempted", "Tried Again After a Refusal"),
            ("revisit_missed", "Revisit Missed"),
        ],
        readonly=True,
        help="What happened, or was left undone.",
    )
    user_id = fields.Many2one(help="Whom the fact concerns.")
    team_id = fields.Many2one(help="The team of the person; its leader reads the fact.")
    date = fields.Date(
        string="Day", readonly=True, help="The day, in the time zone of the person."
    )
    moment = fields.Datetime(readonly=True)

    def _get_queries(self):
        return self._get_fact_queries()

    def _get_fact_queries(self):
        """The kinds of facts; an addon adds its own, see the module.

        :return: ``{kind: (model name of the evidence, SQL)}``
        """
        return {
            "customer_expired": (
                "sales.process.ownership",
                self._get_expired_query(),
            ),
            "conflict_attempted": (
                "sales.process.conflict",
                self._get_attempted_query(),
            ),
            "revisit_missed": ("sales.process.revisit", self._get_missed_query()),
        }

    def _get_expired_query(self):
        """Customers that were let go, of whoever let them go."""
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_end AS moment
              FROM sales_process_ownership
             WHERE end_reason = 'expired' AND user_id IS NOT NULL
            """
        )

    def _get_attempted_query(self):
        """Who tried once more for a customer although the first try was refused.

        The first try may be honest: that is how one learns whose a customer is. The
        name is shown where the person wrote it; else it is the owner's.
        """
        return SQL(
            """
            SELECT conflict.id, conflict.user_id, person.sale_team_id AS team_id,
                   conflict.company_id,
                   CASE WHEN conflict.door = 'interactive' THEN conflict.name END
                        AS name,
                   conflict.date AS moment
              FROM sales_process_conflict conflict
              JOIN res_users person ON person.id = conflict.user_id
             WHERE conflict.resolution = 'refused'
               AND (conflict.attempt_count > 1 OR EXISTS (
                    SELECT FROM sales_process_conflict earlier
                     WHERE earlier.user_id = conflict.user_id
                       AND earlier.ownership_id = conflict.ownership_id
                       AND earlier.date < conflict.date
                       AND earlier.resolution = 'refused'))
            """
        )

    def _get_missed_query(self):
        """Served customers whom nobody reached within the window of the team."""
        return SQL(
            """
            SELECT id, user_id, team_id, company_id, name, date_missed AS moment
              FROM sales_process_revisit
             WHERE is_missed
            """
        )

    # ------------------------------------------------------------
    # DAYS
    # ------------------------------------------------------------

    def _get_columns(self):
        return [
            *super()._get_columns(),
            SQL(
                "(evidence.moment AT TIME ZONE 'UTC' AT TIME ZONE %s)::date AS date",
                self._get_zone(),
            ),
        ]

    def _get_zone(self):
        """The zone of each person in SQL: the common one, and the exceptions.

        :return: SQL
        """
        zones = self._get_people_by_zone()
        common, *others = sorted(zones, key=lambda zone: (-len(zones[zone]), zone))
        if not others:
            return SQL("%s", common)
        return SQL(
            "CASE %s ELSE %s END",
            SQL(" ").join(
                SQL("WHEN evidence.user_id = ANY(%s) THEN %s", zones[zone], zone)
                for zone in others
            ),
            common,
        )

    def _get_people_by_zone(self):
        """In which zone the days of people are counted.

        :return: ``{name of a zone: list of user ids}``, never empty
        """
        # sudo: where somebody works is no secret; who has left is counted, too
        users = self.env["res.users"].sudo().with_context(active_test=False)
        zones = {}
        for user in users.search([("share", "=", False)]):
            names = user.sale_team_id._iterate_timezone_names(user)
            zone = clock.find_zone(names)
            zones.setdefault(zone.zone if zone else "UTC", []).append(user.id)
        return zones or {"UTC": []}

    def _narrow(self, condition):
        if condition.field_expr != "date":
            return super()._narrow(condition)
        operator, value = condition.operator, condition.value
        if operator in (">", ">="):
            return condition & self._get_earliest(value)
        if operator in ("<", "<="):
            return condition & self._get_latest(value)
        if days := self._get_listed(condition):
            first, last = min(days), max(days)
            return condition & self._get_earliest(first) & self._get_latest(last)
        return condition

    def _get_earliest(self, day):
        moment = datetime.combine(fields.Date.to_date(day), time.min)
        moment = max(moment, datetime.min + ONE_DAY) - ZONE_SPAN
        return Domain("moment", ">=", moment)

    def _get_latest(self, day):
        moment = datetime.combine(fields.Date.to_date(day), time.max)
        moment = min(moment, datetime.max - ONE_DAY) + ZONE_SPAN
        return Domain("moment", "<=", moment)
