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

    _process_order_least = models.Constraint(
        "CHECK (process_order_amount >= 0 AND process_order_share BETWEEN 0 AND 100)",
        "The least order is an amount from 0 and a share from 0 to 100 percent.",
    )

    def _get_least_order(self, company):
        """The least amount of an order that signs.

        :param company: res.company of the customer
        :return: float, in the currency of that company
        """
        self.ensure_one()
        # a team of all companies says its amount in the currency of each
        currency = self.currency_id or company.currency_id
        return currency._convert(
            self.process_order_amount,
            company.currency_id,
            company,
            self._get_process_today(self.user_id),
        )
