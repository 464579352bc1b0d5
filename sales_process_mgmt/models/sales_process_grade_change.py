# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a customer has its grade: each change, by rule or by hand, with its reason."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..tools import texts


class SalesProcessGradeChange(models.Model):
    """One change of the grade of a customer. Rows are never rewritten."""

    _name = "sales.process.grade.change"
    _description = "Change of a Grade"
    _inherit = ["sales.process.guard"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _personal_texts = ("reason",)
    _personal_ownerships = ("ownership_id",)

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="In whose responsibility the grade was changed.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(readonly=True, required=True)
    source = fields.Selection(
        [
            ("rule", "By Rule"),
            ("manual", "By Hand"),
            ("system", "By the System"),
        ],
        required=True,
        readonly=True,
        help="By the system: customers were merged, or a grade became a proposal.",
    )
    user_id = fields.Many2one(
        "res.users", string="Set By", readonly=True, help="Who set it by hand."
    )
    grade_before_id = fields.Many2one(
        "sales.process.customer.grade", readonly=True, ondelete="set null"
    )
    grade_id = fields.Many2one(
        "sales.process.customer.grade", readonly=True, ondelete="set null"
    )
    reason = fields.Char(size=texts.REASON_LENGTH, readonly=True)
    date_until = fields.Date(
        string="Holds Until",
        readonly=True,
        help="Until then no rule changes a grade by hand.",
    )
    rule_id = fields.Many2one(
        "sales.process.grade.rule", readonly=True, ondelete="set null"
    )
    rule_version = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    turnover = fields.Monetary(
        readonly=True, help="In the months of the rule, refunds taken off."
    )
    growth = fields.Float(string="Growth (%)", readonly=True)
    contact_days = fields.Integer(
        string="Days Since Contact", readonly=True, help="-1: never."
    )
    order_days = fields.Integer(
        string="Days Since Order", readonly=True, help="-1: never."
    )
    potential = fields.Monetary(readonly=True)
    why = fields.Char(compute="_compute_why")

    @api.depends("source", "reason", "date_until")
    @api.depends_context("lang")
    def _compute_why(self):
        for change in self:
            change.why = (
                change._explain_rule()
                if change.source == "rule"
                else change._explain_person()
            )

    def _explain_rule(self):
        """The numbers, and by which rule; in the reader's language.

        :return: str
        """
        self.ensure_one()
        never = self.env._("never")
        words = {
            "turnover": format_amount(
                self.env,
                self.turnover,
                self.currency_id or self.env.company.currency_id,
            ),
            "growth": round(self.growth, 1),
            "contact": never if self.contact_days < 0 else self.contact_days,
            "order": never if self.order_days < 0 else self.order_days,
            # sudo: the name of a rule is no secret to whoever reads what it did
            "rule": self.sudo().rule_id.name or self.env._("a deleted rule"),
            "version": self.rule_version,
        }
        return self.env._(
            "Turnover %(turnover)s, growth %(growth)s %%, days since order: %(order)s, "
            "days since contact: %(contact)s; rule “%(rule)s”, version %(version)s",
            **words,
        )

    def _explain_person(self):
        words = [self.reason] if self.reason else []
        if self.date_until:
            words.append(
                self.env._("holds until %s", format_date(self.env, self.date_until))
            )
        return " · ".join(words)

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    @api.model
    def _find_held(self, partners, moment):
        """The customers whose grade was set by hand and still holds.

        :param partners: res.partner
        :param moment: naive UTC datetime
        :return: res.partner
        """
        rows = self.search(
            [
                ("partner_id", "in", partners.ids),
                ("source", "=", "manual"),
                ("date_until", "!=", False),
            ],
            order="date desc, id desc",
        )
        held, seen = partners.browse(), set()
        for row in rows:
            if row.partner_id in seen:
                continue
            seen.add(row.partner_id)
            # the last day is the person's who has set it
            today = row.team_id._get_process_today(row.user_id)
            if row.date_until >= today:
                held |= row.partner_id
        return held

    @api.model
    def _record_rule(self, changes):
        """Tell why a rule has changed grades.

        :param list changes: of GradeChange
        """
        now = self.env.cr.now()
        self.create(
            [
                {
                    **self._get_place(change.ownership),
                    **change.get_values(),
                    "partner_id": change.partner.id,
                    "date": now,
                    "source": "rule",
                    "grade_before_id": change.before.id,
                    "grade_id": change.grade.id,
                    "rule_id": change.rule.id,
                    "rule_version": change.rule.version,
                    "currency_id": change.rule.currency_id.id,
                }
                for change in changes
            ]
        )

    def _get_place(self, ownership):
        return {
            "ownership_id": ownership.id,
            "team_id": ownership.team_id.id,
            "company_id": ownership.company_id.id,
        }

    @api.model
    def _record_hand(self, before, reason=False, date_until=False):
        """Note grades that were written, by whom.

        What a leader sets wins over the rule until a day; what others may set, for
        example a grade that changes no period, does not.

        :param dict before: the grades before, by contact
        :param str reason: why, as the person said
        :param date date_until: how long it holds; by default as the rule says
        """
        user, now = self.env.user, self.env.cr.now()
        is_person = not user._is_superuser()
        places = self._find_rules(self.env["res.partner"].union(*before))
        values_list = []
        for partner, grade in before.items():
            periods, rule = places[partner]
            ownership, until = periods[:1], date_until
            if (
                not until
                and rule
                and is_person
                and all(row._may_decide(user) for row in periods)
            ):
                today = ownership.team_id._get_process_today(user)
                until = fields.Date.add(today, days=rule.manual_days)
            values_list.append(
                {
                    **self._get_place(ownership),
                    "company_id": ownership.company_id.id or partner.company_id.id,
                    "partner_id": partner.id,
                    "date": now,
                    "source": "manual" if is_person else "system",
                    "user_id": is_person and user.id,
                    "grade_before_id": grade.id,
                    "grade_id": partner.process_grade_id.id,
                    "reason": reason,
                    "date_until": until,
                }
            )
        # sudo: the system writes what a person has done
        self.sudo().create(values_list)

    def _find_rules(self, partners):
        """The running periods and the rule of each customer, both may be empty.

        :return: ``{res.partner: (sales.process.ownership, sales.process.grade.rule)}``
        """
        # sudo: whose customers they are decides, also for who may not read them
        rows = partners._get_graded_ownerships().sorted("id")
        rules = self.env["sales.process.grade.rule"].sudo()
        rules = rules.search([("is_on", "=", True)])
        rules = rules.sorted(lambda rule: not rule.team_id)
        found = {}
        for partner in partners:
            periods = rows.filtered(
                lambda row, own=partner: (
                    own in row.partner_id | row.partner_id.commercial_partner_id
                )
            )
            place = periods[:1]
            found[partner] = (
                periods,
                rules.filtered(
                    lambda rule, row=place: (
                        rule.company_id in row.company_id.parent_ids
                        and rule.team_id in (row.team_id, row.team_id.browse())
                    )
                )[:1],
            )
        return found
