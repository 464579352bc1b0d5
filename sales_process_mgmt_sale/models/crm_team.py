# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    process_won_signs = fields.Boolean(
        string="Won Is Signed",
        help="For teams whose contracts are not written in Sales: a won lead has "
        "signed without an order. Otherwise the team leader is asked, and the timer "
        "goes on.",
        prefetch="process_order",
    )
    process_order_amount = fields.Monetary(
        string="Least Order",
        default=100,
        help="An order signs from this total on, taxes included, in the currency of "
        "the company. Orders of one inquiry are added up. Below it the team leader is "
        "asked whether the customer has signed, and the timer goes on.",
        prefetch="process_order",
    )
    process_order_share = fields.Float(
        string="Least Share of the Expected Revenue",
        default=10,
        help="In percent: an order signs from this share of what its inquiry is "
        "expected to bring. Below it the team leader is asked, and the timer goes on.",
        prefetch="process_order",
    )

    process_credit_hold = fields.Selection(
        [
            ("no", "Nothing"),
            ("warn", "A Warning"),
            ("refuse", "A Refusal, Until the Leader Releases It"),
        ],
        string="Quotation for Who Has Not Paid",
        default="warn",
        required=True,
        help="What a quotation meets whose customer owes for longer, and more, than "
        "is allowed below. A refusal keeps it from being sent and confirmed; what the "
        "customer signs or pays online is never refused.",
        prefetch="process_credit",
    )
    process_credit_days = fields.Integer(
        string="Overdue Days Allowed",
        default=30,
        help="Invoices that are overdue for longer count, unless they are disputed.",
        prefetch="process_credit",
    )
    process_credit_amount = fields.Monetary(
        string="Overdue Amount Allowed",
        help="A credit hold is proposed when more than this is overdue for longer, in "
        "the currency of the company.",
        prefetch="process_credit",
    )

    process_commit_percent = fields.Integer(
        string="Committed from",
        default=80,
        help="In the forecast an opportunity is committed from this probability on, in "
        "percent.",
        prefetch="process_forecast",
    )
    process_best_percent = fields.Integer(
        string="Best Case from",
        default=50,
        help="In the forecast an opportunity is in the best case from this "
        "probability on, in percent; below it is pipeline.",
        prefetch="process_forecast",
    )
    process_forecast_date = fields.Date(
        string="Forecast of Monday",
        readonly=True,
        copy=False,
        help="The newest Monday whose forecast was kept.",
        prefetch="process_forecast",
    )

    _process_forecast_percents = models.Constraint(
        "CHECK (process_best_percent BETWEEN 0 AND process_commit_percent"
        " AND process_commit_percent <= 100)",
        "The probabilities of the forecast lie between 0 and 100, that of the best "
        "case below that of what is committed.",
    )
    _process_credit_limits = models.Constraint(
        "CHECK (process_credit_amount >= 0 AND process_credit_days BETWEEN 0 AND 3650)",
        "The overdue amount allowed is 0 or more, the days lie between 0 and 3,650.",
    )
    _process_order_least = models.Constraint(
        "CHECK (process_order_amount >= 0 AND process_order_share BETWEEN 0 AND 100)",
        "The least order is an amount from 0 and a share from 0 to 100 percent.",
    )

    def _get_least_order(self, company):
        """The least amount of an order that signs.

        :param company: res.company of the customer
        :return: float, in the currency of that company
        """
        return self._get_amount_in(company, self.process_order_amount)

    def _get_credit_amount(self, company):
        """What may be overdue before a credit hold is proposed.

        :param company: res.company of the order
        :return: float, in the currency of that company
        """
        return self._get_amount_in(company, self.process_credit_amount)

    def _get_amount_in(self, company, amount):
        """An amount of the settings in the currency of a company."""
        self.ensure_one()
        # a team of all companies says its amount in the currency of each
        currency = self.currency_id or company.currency_id
        if currency == company.currency_id or not amount:
            return amount
        return currency._convert(
            amount,
            company.currency_id,
            company,
            self._get_process_today(self.user_id),
        )
