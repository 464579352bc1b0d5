# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

# What may stand for money: claims on, and debts to, somebody else than the customer.
COLLECTED_TYPES = ("asset_current", "asset_prepayments", "liability_current")


class AccountAccount(models.Model):
    _inherit = "account.account"

    process_is_collected = fields.Boolean(
        string="Counts as Collected",
        tracking=True,
        prefetch="process_money",
        help="What a payment brings to this account counts as collected from the "
        "customer, like money: tax that the customer withholds and pays for you. Not "
        "for losses and discounts: they are no money. What was paid before follows the "
        "next night, for invoices of the last weeks and those that are open.",
    )

    @api.constrains("account_type", "process_is_collected")
    def _check_process_is_collected(self):
        """What the customer owes is no money, and neither is a loss or a discount."""
        wrong = self.filtered(
            lambda account: (
                account.process_is_collected
                and account.account_type not in COLLECTED_TYPES
            )
        )
        if wrong:
            raise ValidationError(
                self.env._(
                    "“%(account)s” does not count as collected: choose an account of "
                    "current assets, prepayments or current liabilities.",
                    account=wrong[0].display_name,
                )
            )
