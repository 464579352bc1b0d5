# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


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
