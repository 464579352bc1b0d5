# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import commission as commission_tools

MATCHED = "matched"


class SalesProcessCommissionVersion(models.Model):
    """The rules of a plan from a day on.

    What is signed on a day earns by the version of that day, as long as it lives. So
    a version in force is never changed: a new one begins on a later day.
    """

    _name = "sales.process.commission.version"
    _description = "Version of a Commission Plan"
    _is_copied = True
    _inherit = ["sales.process.dated.version", "sales.process.guard"]
    _version_of = "plan_id"
    _order = "plan_id, date_from desc, id desc"
    _rec_name = "date_from"
    _text_limits = {"note": texts.NOTE_LENGTH}

    plan_id = fields.Many2one(
        "sales.process.commission.plan",
        string="Commission Plan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="Signed From",
        required=True,
        default=lambda self: self.env["crm.team"]._get_process_today(self.env.user),
        help="What is signed on this day or later earns by these rules.",
    )
    note = fields.Text(
        string="In Words", help="How the plan is explained to salespeople."
    )
    basis = fields.Selection(
        [
            ("collected", "Collected Amounts"),
            ("invoiced", "Invoiced Amounts"),
            ("signed", "Signed Amounts"),
        ],
        default="collected",
        required=True,
        help="What earns commission, and when: money that has arrived, invoices, or "
        "orders. Always without taxes.",
    )
    collected_day = fields.Selection(
        [
            ("later", "When Paid or Invoiced, the Later One"),
            (MATCHED, "When Matched With the Invoice"),
        ],
        string="Money Counts",
        default="later",
        required=True,
        help="In which month money earns that was paid on account: in that of the "
        "payment, or of the invoice where this is the later one; or not before "
        "somebody has matched the two. What is matched once more counts anew.",
    )
    percent = fields.Float(
        string="Rate (%)",
        digits=(16, 4),
        help="For what no rate below is for.",
    )
    rate_ids = fields.One2many(
        "sales.process.commission.rate", "version_id", string="Rates", copy=True
    )
    tier_mode = fields.Selection(
        [
            (commission_tools.MARGINAL, "Only What Is Above"),
            (commission_tools.RETROACTIVE, "The Whole Month"),
        ],
        string="A Tier Is For",
        default=commission_tools.MARGINAL,
        required=True,
        help="Whether the factor of a tier is for the part of the month above its "
        "amount, or for the whole month once it is passed.",
    )
    tier_ids = fields.One2many(
        "sales.process.commission.tier", "version_id", string="Tiers", copy=True
    )
    cap = fields.Monetary(
        string="At Most a Month",
        help="Commission of one person in a month at most, by this version. 0: no "
        "limit.",
    )
    helper_percent = fields.Float(
        string="Share of Helpers (%)",
        digits=(16, 4),
        help="Of the commission, for those together who help with the customer when it "
        "signs. What is agreed for a customer goes first.",
    )
    deputy_percent = fields.Float(
        string="Share of the Deputy (%)",
        digits=(16, 4),
        help="For who stands in for the owner, where the owner is away when the "
        "customer signs.",
    )
    previous_percent = fields.Float(
        string="Share of the Owner Before (%)",
        digits=(16, 4),
        help="For the colleague who has handed the customer over, where it signs "
        "within the days below.",
    )
    previous_days = fields.Integer(
        string="Days After a Handover",
        default=90,
        help="For so many days after a handover the owner before has a share.",
    )

    left_to = fields.Selection(
        [
            ("person", "Who Left"),
            ("owner", "The Owner"),
            ("company", "The Company"),
        ],
        string="Money After Leaving Is for",
        default="person",
        required=True,
        help="Whose the share of somebody who has left is, once the days below are "
        "over. The owner is whoever had the customer when it signed, if still there; "
        "without an owner it stays with the company.",
    )
    left_days = fields.Integer(
        string="Days After Leaving",
        default=90,
        help="For so many days after leaving people still earn by what was signed "
        "before.",
    )

    _date_uniq = models.UniqueIndex(
        "(plan_id, date_from) WHERE state = 'force'",
        "A version of this plan begins on that day already.",
    )
    _check_percents = models.Constraint(
        "CHECK(percent BETWEEN 0 AND 100 AND helper_percent >= 0"
        " AND deputy_percent >= 0 AND previous_percent >= 0"
        " AND helper_percent + deputy_percent + previous_percent <= 100)",
        "Rates lie between 0 and 100 %, and shares of others come to at most 100 %.",
    )
    _check_numbers = models.Constraint(
        "CHECK(cap >= 0 AND previous_days BETWEEN 0 AND 3650"
        " AND left_days BETWEEN 0 AND 3650)",
        "The limit of a month is not below zero, and the days lie between 0 and 3,650.",
    )

    @api.model
    @tools.ormcache()
    def _get_company_ids(self):
        """The companies in which commission is earned; asked for at every payment.

        :return: frozenset of ids
        """
        # sudo: kept for everybody
        versions = self.sudo().search_fetch([("state", "=", "force")], ["company_id"])
        return frozenset(versions.company_id.ids)

    # ------------------------------------------------------------
    # RATES
    # ------------------------------------------------------------

    def _get_rate(self, category, grade, team):
        """The first rate that is for a product, a customer and a team.

        :param category: product.category, may be empty
        :param grade: sales.process.customer.grade, may be empty
        :param team: crm.team
        :return: float, percent
        """
        for rate in self.rate_ids:
            if rate._is_for(category, grade, team):
                return rate.percent
        return self.percent

    def _counts_by_match(self):
        """Tell whether money earns on the day on which it was matched.

        :return: bool
        """
        self.ensure_one()
        return self.basis == "collected" and self.collected_day == MATCHED

    def _changes_months(self):
        """Tell whether what a month has earned is more or less than its lines.

        :return: bool
        """
        self.ensure_one()
        return bool(self.tier_ids or self.cap)

    def _get_tiers(self):
        """The tiers, as :mod:`tools.commission` reads them.

        :return: list of (cents, percent)
        """
        digits = self.currency_id.decimal_places
        return [
            (commission_tools.to_cents(tier.amount_from, digits), tier.percent)
            for tier in self.tier_ids.sorted("amount_from")
        ]
