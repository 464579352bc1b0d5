# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers are graded by rule: numbers in one query a batch, then the verdicts."""

from collections import defaultdict
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import SUPERUSER_ID, fields
from odoo.tools import SQL

from ..tools import deadline as deadline_tools
from ..tools import grading
from ..tools.transaction import grading as saying_grades
from .sales_process_retry import BATCH_SIZE, work_in_batches


class GradeChange(NamedTuple):
    """What an evaluation makes of one customer."""

    partner: Any
    ownership: Any
    rule: Any
    before: Any
    grade: Any
    numbers: grading.Numbers
    below: int
    is_down: bool

    @property
    def is_changed(self):
        return self.before != self.grade

    def get_values(self):
        """The numbers, as records of ours keep them.

        :return: dict of field values
        """
        numbers = self.numbers
        contact_days, order_days = numbers.contact_days, numbers.order_days
        return {
            "turnover": numbers.turnover,
            "growth": numbers.growth,
            # 0 days is today, so what never happened is -1
            "contact_days": -1 if contact_days is None else contact_days,
            "order_days": -1 if order_days is None else order_days,
            "potential": numbers.potential,
        }


class GradeRun:
    """One evaluation by rules.

    A customer is a company or a person, as its company says; the grade stands on the
    company. Where several people of one company are customers of their own, the best
    of them decides about its grade.

    :param rules: sales.process.grade.rule that are asked
    """

    def __init__(self, rules):
        # Superuser: numbers of all customers decide, whoever looks at a preview
        self.rules = rules.with_user(SUPERUSER_ID)
        self.env = self.rules.env
        self.now = self.env.cr.now()
        self.days = {rule: self._get_today(rule) for rule in self.rules}
        self.levels = {rule: rule._get_levels() for rule in self.rules}
        # {company of an ownership: rules of it}, a team's own one first
        self.rules_by_company = self._get_rules_by_company()

    def _get_today(self, rule):
        team = rule.team_id.with_company(rule.company_id)
        zone = team._get_process_timezone(self.env["res.users"])
        return deadline_tools.local_date(self.now, zone)

    def _get_rules_by_company(self):
        rules = defaultdict(list)
        for rule in self.rules.sorted(lambda row: (not row.team_id, row.id)):
            # each: a company has few rules
            companies = self.env["res.company"].search(
                [("id", "child_of", rule.company_id.id)]
            )
            for company in companies:
                rules[company.id].append(rule)
        return rules

    def run(self):
        """Grade whoever is due, batch after batch, each committed.

        :return: bool, False if the time of the scheduled action is up
        """
        if not self.rules:
            return True
        self.rules._settle_version()
        return work_in_batches(self.env, self.select, self.process, self.postpone)

    def reset(self):
        """Let everybody of whom the rules speak be evaluated by the next run."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_process_grade_standing AS standing
                   SET date_next = %s
                 WHERE standing.partner_id IN (
                       SELECT partner.commercial_partner_id
                         FROM sales_process_ownership AS ownership
                         JOIN crm_team AS team ON team.id = ownership.team_id
                         JOIN res_partner AS partner
                           ON partner.id = ownership.partner_id
                        WHERE %s)
             RETURNING standing.id
                """,
                self.now,
                self._get_scope(),
            )
        )
        self.env["sales.process.grade.standing"].invalidate_model(["date_next"])

    def preview(self, limit):
        """Who would change if the rules were asked now.

        :param int limit: how many customers are looked at, at most
        :return: ``(list of GradeChange, number of customers that were looked at)``
        """
        found, count, after = [], 0, 0
        while count < limit:
            batch = self.select(min(BATCH_SIZE, limit - count), after, is_due=False)
            if not batch:
                break
            count += len(batch)
            after = max(batch.ids)
            found += [change for change in self.evaluate(batch) if change.is_changed]
        return found, count

    # ------------------------------------------------------------
    # WHO AND WHAT
    # ------------------------------------------------------------

    def _get_scope(self):
        """Of which periods the rules speak, in SQL."""
        teams = [
            SQL(
                "(ownership.company_id IN %s AND %s)",
                tuple(
                    company
                    for company, rules in self.rules_by_company.items()
                    if rule in rules
                )
                or (0,),
                SQL("ownership.team_id = %s", rule.team_id.id)
                if rule.team_id
                else SQL("TRUE"),
            )
            for rule in self.rules
        ]
        return SQL(
            """
            ownership.state IN ('open', 'pool') AND team.process_mode != 'off'
            AND (%s)
            """,
            SQL(" OR ").join(teams) if teams else SQL("FALSE"),
        )

    def select(self, limit, after=0, without=(), ids=None, is_due=True):
        """The next customers to be graded.

        :return: res.partner, companies or people on whom the grade stands
        """
        self.env.flush_all()
        due = SQL(
            """
            AND NOT EXISTS (
                SELECT FROM sales_process_grade_standing AS standing
                 WHERE standing.partner_id = partner.commercial_partner_id
                   AND standing.date_next > %s)
            """,
            self.now,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT partner.commercial_partner_id
                  FROM sales_process_ownership AS ownership
                  JOIN crm_team AS team ON team.id = ownership.team_id
                  JOIN res_partner AS partner ON partner.id = ownership.partner_id
                 WHERE %s AND partner.commercial_partner_id > %s %s %s %s
              ORDER BY 1
                 LIMIT %s
                """,
                self._get_scope(),
                0 if ids else after,
                due if is_due else SQL(),
                SQL("AND partner.commercial_partner_id NOT IN %s", tuple(without))
                if without
                else SQL(),
                SQL("AND partner.commercial_partner_id IN %s", tuple(ids))
                if ids
                else SQL(),
                limit,
            )
        )
        return self.env["res.partner"].browse(row[0] for row in rows)

    def _find_rule(self, ownership):
        """The rule of a customer: that of its team, else the general one.

        :return: sales.process.grade.rule, may be empty
        """
        for rule in self.rules_by_company.get(ownership.company_id.id, ()):
            if not rule.team_id or rule.team_id == ownership.team_id:
                return rule
        return self.rules.browse()

    def _find_customers(self, partners):
        """Which periods decide about each grade, and by which rule.

        :return: ``{res.partner: (rule, sales.process.ownership)}``
        """
        rows = self.env["sales.process.ownership"].search_fetch(
            [
                ("partner_id.commercial_partner_id", "in", partners.ids),
                ("state", "in", ("open", "pool")),
                ("team_id.process_mode", "!=", "off"),
            ],
            ["company_id", "date_last_contact", "partner_id", "state", "team_id"],
            order="state, id",
        )
        found = {}
        for row in rows:
            rule = self._find_rule(row)
            partner = row.partner_id.commercial_partner_id
            if not rule:
                continue
            first, periods = found.get(partner, (rule, row.browse()))
            if first == rule:
                found[partner] = rule, periods | row
        return found

    def _get_trade(self, rule, partners):
        """What the customers have bought, in one query.

        :param rule: whose periods and company count
        :param partners: res.partner on whom grades stand
        :return: ``{id of a customer: (turnover, turnover before, day of the last
            order)}``
        """
        contacts = SQL(
            "(SELECT id FROM res_partner WHERE commercial_partner_id IN %s)",
            partners._ids,
        )
        queries = rule._get_trade_queries(contacts)
        if not queries:
            return {}
        today = self.days[rule]
        start = fields.Date.subtract(today, months=rule.months)
        is_person = (
            rule.company_id._get_customer_company().process_customer_scope == "person"
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT %(customer)s,
                       SUM(trade.amount) FILTER (WHERE trade.date > %(start)s),
                       SUM(trade.amount) FILTER (WHERE trade.date <= %(start)s
                                                   AND trade.date > %(before)s),
                       MAX(trade.date) FILTER (WHERE trade.amount >= 0)
                  FROM (%(trade)s) AS trade
                  JOIN res_partner AS contact ON contact.id = trade.partner_id
                 WHERE trade.company_id IN %(companies)s AND trade.date <= %(today)s
              GROUP BY 1
                """,
                customer=SQL("contact.id")
                if is_person
                else SQL("contact.commercial_partner_id"),
                start=start,
                before=fields.Date.subtract(start, months=rule.months),
                today=today,
                companies=tuple(
                    company
                    for company, rules in self.rules_by_company.items()
                    if rule in rules
                ),
                trade=SQL(" UNION ALL ").join(
                    SQL(
                        "SELECT partner_id, company_id, date::date AS date,"
                        " amount::numeric AS amount FROM (%s) AS source",
                        query,
                    )
                    for query in queries.values()
                ),
            )
        )
        return {row[0]: row[1:] for row in rows}

    def _get_numbers(self, rule, unit, periods, trade):
        """The numbers of one customer.

        :param unit: res.partner, the company or the person
        :param periods: sales.process.ownership of it
        :param dict trade: see :meth:`_get_trade`
        :return: grading.Numbers
        """
        now, before, last_order = trade.get(unit.id, (None, None, None))
        turnover = float(now or 0)
        contact = max(filter(None, periods.mapped("date_last_contact")), default=None)
        return grading.Numbers(
            turnover=turnover,
            growth=grading.get_growth(turnover, float(before or 0)),
            contact_days=(self.now - contact).days if contact else None,
            order_days=(self.days[rule] - last_order).days if last_order else None,
            potential=unit.process_potential,
        )

    # ------------------------------------------------------------
    # VERDICTS
    # ------------------------------------------------------------

    def evaluate(self, partners):
        """What the rules make of some customers.

        :param partners: res.partner on whom grades stand
        :return: list of :class:`GradeChange`, also of those that keep their grade;
            none of those whose grade by hand still holds
        """
        found = self._find_customers(partners)
        by_rule = defaultdict(self.env["res.partner"].browse)
        for partner, (rule, _periods) in found.items():
            by_rule[rule] |= partner
        held = self.env["sales.process.grade.change"]._find_held(partners, self.now)
        below = {
            standing.partner_id: standing.below_count
            for standing in self.env["sales.process.grade.standing"].search(
                [("partner_id", "in", partners.ids)]
            )
        }
        changes = []
        for rule, customers in by_rule.items():
            trade = self._get_trade(rule, customers)
            changes += [
                self._judge(rule, partner, found[partner][1], trade, below)
                for partner in customers
                if partner not in held
            ]
        return changes

    def _judge(self, rule, partner, periods, trade, below):
        levels = self.levels[rule]
        criteria = [level for _grade, level in levels]
        is_person = (
            rule.company_id._get_customer_company().process_customer_scope == "person"
        )
        units = periods.grouped("partner_id") if is_person else {partner: periods}
        numbers = min(
            (
                self._get_numbers(rule, unit, rows, trade)
                for unit, rows in units.items()
            ),
            key=lambda known: (grading.find_level(criteria, known), -known.turnover),
        )
        grades = [grade for grade, _level in levels]
        before = partner.process_grade_id
        current = grades.index(before) if before in grades else None
        place, count = grading.judge(
            criteria,
            numbers,
            current,
            below.get(partner, 0),
            rule.drop_percent / 100,
            rule.drop_count,
        )
        # a grade that the rule does not know stays where no other one is reached
        nothing = before.browse() if current is not None else before
        grade = grades[place] if place < len(grades) else nothing
        return GradeChange(
            partner,
            periods[:1],
            rule,
            before,
            grade,
            numbers,
            count,
            current is not None and place > current,
        )

    def process(self, partners):
        """Grade one batch of customers; each change is told on the time line."""
        changes = self.evaluate(partners)
        changed = [change for change in changes if change.is_changed]
        by_grade = defaultdict(self.env["res.partner"].browse)
        for change in changed:
            by_grade[change.grade] |= change.partner
        with saying_grades(self.env):
            for grade, customers in by_grade.items():
                customers.write({"process_grade_id": grade.id})
        self.env["sales.process.grade.change"]._record_rule(changed)
        self._settle(partners, changes)

    def _settle(self, partners, changes):
        """Note when each customer is looked at again, and how often it was below."""
        days = {change.partner: change.rule.cycle_days for change in changes}
        below = {change.partner: change.below for change in changes}
        Standing = self.env["sales.process.grade.standing"]
        Standing._settle(
            {
                partner: (
                    self.now + timedelta(days=days.get(partner, 1), hours=-1),
                    below.get(partner, 0),
                )
                for partner in partners
            }
        )

    def postpone(self, partner_id, _error):
        """One that fails is tried again tomorrow."""
        partner = self.env["res.partner"].browse(partner_id)
        self.env["sales.process.grade.standing"]._settle(
            {partner: (self.now + timedelta(days=1), 0)}
        )
