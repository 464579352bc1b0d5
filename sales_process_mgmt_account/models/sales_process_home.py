# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.sales_process_mgmt.models.sales_process_home_parts import (
    make_block,
    make_figure,
    make_opens,
)
from odoo.addons.sales_process_mgmt.tools import period as period_tools

# For so many days it is a joy that a customer has paid, so many of them.
CHEER_DAYS = 7
CHEERS = 5
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
    def _has_cheers(self, scope):
        return scope.role == "salesperson" or super()._has_cheers(scope)

    @api.model
    def _get_cheers(self, scope):
        """A customer of the own that has paid all it owed lately."""
        cheers = super()._get_cheers(scope)
        if scope.role != "salesperson":
            return cheers
        groups = self.env["sales.process.money"]._read_group(
            [
                ("user_id", "=", scope.user.id),
                ("kind", "=", "collected"),
                # money that went out again pays nothing
                ("amount", ">", 0),
                ("date", ">=", scope.today - timedelta(days=CHEER_DAYS)),
                ("date", "<=", scope.today),
                ("ownership_id.state", "=", "open"),
                ("ownership_id.phase", "=", "served"),
                ("ownership_id.user_id", "=", scope.user.id),
            ],
            ["ownership_id"],
            ["date:max"],
            order="date:max DESC",
            limit=CHEERS,
        )
        return cheers + [
            {
                "key": f"paid_{period.id}_{date}",
                "text": self.env._(
                    "%(customer)s has paid everything. Well done!",
                    customer=period.name or "",
                ),
            }
            for period, date in groups
        ]

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
