# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.sales_process_mgmt.models.sales_process_home_parts import (
    make_block,
    make_figure,
    make_opens,
)
from odoo.addons.sales_process_mgmt.tools import period as period_tools

ACTION = "sales_process_mgmt_account.sales_process_money_action"


class SalesProcessHome(models.AbstractModel):
    """Money of the running month, and what should have arrived."""

    _inherit = "sales.process.home"

    @api.model
    def _get_blocks(self, scope):
        blocks = super()._get_blocks(scope)
        if scope.role not in ("director", "region"):
            return blocks
        return [*blocks, self._get_money_block(scope)]

    @api.model
    def _get_money_block(self, scope):
        whose = scope.in_teams()
        first, last = period_tools.period_dates("monthly", scope.today)
        month = Domain("date", ">=", first) & Domain("date", "<=", last)
        cases = {
            "invoiced": Domain("kind", "=", "invoiced") & month,
            "collected": Domain("kind", "=", "collected") & month,
            "overdue": Domain("kind", "=", "open") & Domain("date", "<", scope.today),
        }
        amounts = self._sum_money(whose, cases)
        shown = {
            "invoiced": (self.env._("Invoiced This Month"), None, "fa-file-text-o"),
            "collected": (self.env._("Collected This Month"), "success", "fa-money"),
            "overdue": (self.env._("Overdue Amounts"), "danger", "fa-clock-o"),
        }
        return make_block(
            "money",
            "figures",
            self.env._("Money"),
            55,
            is_side=True,
            figures=[
                make_figure(
                    name,
                    label,
                    self._format_amounts(amounts[name]),
                    make_opens(ACTION, label, whose & cases[name]),
                    tone if amounts[name] else None,
                    icon,
                )
                for name, (label, tone, icon) in shown.items()
            ],
            open=make_opens(ACTION),
        )

    @api.model
    def _sum_money(self, whose, cases):
        """The amounts of each case by currency, in one query.

        :return: ``{name: {res.currency: amount}}``
        """
        Money = self.env["sales.process.money"]
        groups = Money._read_group(
            whose & Domain.OR(cases.values()),
            ["company_id", "kind"],
            ["amount:sum"],
        )
        names = {"invoiced": "invoiced", "collected": "collected", "open": "overdue"}
        amounts = {name: defaultdict(float) for name in cases}
        for company, kind, amount in groups:
            # sudo: in which money a company counts is no secret
            amounts[names[kind]][company.sudo().currency_id] += amount
        return {
            name: {
                currency: amount
                for currency, amount in found.items()
                if not currency.is_zero(amount)
            }
            for name, found in amounts.items()
        }

    @api.model
    def _format_amounts(self, amounts):
        """Amounts of each currency, never added up; nothing is a zero."""
        texts = [currency.format(amount) for currency, amount in amounts.items()]
        return " + ".join(texts) or "0"
