# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a quotation is for a customer who has not paid for long."""

from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.sales_process_mgmt.exceptions import work_after_rollback
from odoo.addons.sales_process_mgmt.tools.spoken import speaking


class Hold(NamedTuple):
    """Why a credit hold is proposed on a quotation.

    ``amount`` is in the currency of the order's company, ``days`` of the oldest item.
    ``is_shown`` tells whether the user may know both.
    """

    team: object
    ownership: object
    amount: float
    days: int
    is_shown: bool


class CreditHolds:
    """The quotations of customers who owe more, and longer, than their team allows.

    The number of queries does not depend on the number of orders, and is none where no
    team is active. Only what the customer of the order owes is looked at.

    :param orders: sale.order
    """

    def __init__(self, orders):
        self.orders = orders
        self.env = orders.env

    def find(self, mode=None):
        """The holds that the teams propose.

        :param str mode: ``refuse`` for those of teams that refuse, by default all
        :return: ``{sale.order: Hold}``
        """
        if not self.env["sales.process.money"]._is_listening():
            return {}
        # sudo: how a team is set up does not depend on reading it
        Team = self.env["crm.team"].sudo()
        teams = Team.browse(sorted(Team._get_active_process_ids()))
        modes = {mode} if mode else {"warn", "refuse"}
        teams = teams.filtered(lambda team: team.process_credit_hold in modes)
        if not teams:
            return {}
        found = {}
        # sudo: the question is what a customer owes to whomever
        orders = self.orders.sudo().filtered("partner_id")
        for company, rows in orders.grouped("company_id").items():
            found.update(self._find_in(rows, company, teams))
        return found

    def _find_in(self, orders, company, teams):
        # sudo: as in find
        Ownership = self.env["sales.process.ownership"].sudo()
        customers = Ownership._find_customers(orders.partner_id, company)
        held = {}
        for order in orders:
            row = customers.get(order.partner_id, Ownership.browse())
            # of nobody's customer the team of who sells, whatever stands on the order
            asked = row.team_id or order.team_id | order.user_id.crm_team_ids
            for team in (asked & teams)[:1]:
                held[order] = (team, row)
        if not held:
            return {}
        debts = self._get_debts(orders.browse().union(*held), company)
        found = {}
        for order, (team, row) in held.items():
            partner = order.partner_id.commercial_partner_id
            items = [
                (days, amount, user)
                for days, amount, user in debts.get(partner, ())
                if days > team.process_credit_days
            ]
            amount = company.currency_id.round(sum(item[1] for item in items))
            limit = team._get_credit_amount(company)
            if not items or company.currency_id.compare_amounts(amount, limit) <= 0:
                continue
            found[order.with_env(self.env)] = Hold(
                team,
                row,
                amount,
                max(item[0] for item in items),
                self._is_shown(row, items),
            )
        return found

    def _get_debts(self, orders, company):
        """What customers owe and have not disputed, by days overdue.

        :return: ``{res.partner: [(days, amount, res.users)]}``
        """
        partners = orders.partner_id.commercial_partner_id
        debts = {}
        # sudo: what a customer owes to whomever; who may know it is asked below
        for partner, days, user, amount in (
            self.env["sales.process.receivable"]
            .sudo()
            ._read_group(
                Domain("partner_id", "in", partners.ids)
                & Domain("company_id", "=", company.id)
                & Domain("days_overdue", ">", 0)
                & Domain("is_disputed", "=", False),
                ["partner_id", "days_overdue", "user_id"],
                ["amount:sum"],
            )
        ):
            debts.setdefault(partner, []).append((days, amount, user))
        return debts

    def _is_shown(self, ownership, items):
        """Tell whether the user may know what the customer owes.

        Whoever works the customer does: what it owes an earlier owner, too. Of
        nobody's customer who stands on all of the invoices.
        """
        user = self.env.user
        if ownership:
            return ownership._can_work(user)
        return user.has_group("sales_team.group_sale_manager") or all(
            item[2] == user for item in items
        )

    def check(self, is_order=False):
        """Refuse to send or confirm quotations on hold, where their team says so.

        Nobody is refused where none of us is there: what a customer signs or pays
        online is an order, and the leader is told.

        :param bool is_order: whether they become orders
        :raise UserError: one sentence that says what to do
        """
        is_attended = self.env["sales.process.ownership"]._is_attended()
        if not is_attended and not is_order:
            return
        for order, hold in self.find("refuse").items():
            # sudo: who has released it, and its name in a refusal
            if order.sudo()._is_credit_released():
                continue
            if not is_attended:
                self._tell_ordered(order.sudo(), hold)
                continue
            if self.env.su and is_order:
                self._tell_not_signed(order, hold)
            raise UserError(
                self.env._(
                    "%(customer)s has not paid for too long: ask the team leader on "
                    "%(order)s to release the credit hold first.",
                    customer=order.sudo().partner_id.display_name or "",
                    order=order.sudo().name or "",
                )
            )

    def _tell_ordered(self, order, hold):
        """The leader learns of an order that nobody of ours could refuse.

        :param order: sale.order in sudo
        """
        leader = hold.team._get_deciders(order.user_id, order.company_id)
        if leader:
            self.env["sales.process.notice"]._tell(
                leader,
                lambda env: (
                    env._("Ordered in spite of a credit hold"),
                    env._(
                        "%(customer)s, who has not paid for too long, has ordered "
                        "%(order)s online.",
                        customer=order.partner_id.display_name or "",
                        order=order.name or "",
                    ),
                ),
                order,
                why="leader",
            )

    def _tell_not_signed(self, order, hold):
        """The leader learns of a signature that was refused, once.

        On the customer's page somebody of ours is logged in, often beside the customer
        who signs: the page is no way round the leader, and the signature is lost.

        :param order: sale.order
        """
        order_id, team_id, user_id = order.id, hold.team.id, order.env.uid

        def tell(env):
            order = env["sale.order"].browse(order_id).exists()
            user = env["res.users"].browse(user_id)
            team = env["crm.team"].browse(team_id)
            leader = team._get_deciders(order.user_id, order.company_id)
            if not order or not leader:
                return

            def render(env):
                return (
                    env._("Not signed because of a credit hold"),
                    env._(
                        "%(person)s was refused the signature of %(customer)s on "
                        "%(order)s: the customer has not paid for too long.",
                        person=user.name or "",
                        customer=order.partner_id.display_name or "",
                        order=order.name or "",
                    ),
                )

            env["sales.process.notice"]._tell(
                leader.filtered(lambda one: not _is_told(order, one, render)),
                render,
                order,
                why="leader",
            )

        work_after_rollback(self.env, tell)


def _is_told(order, user, render):
    """Whether somebody has been told this of an order before."""
    env = speaking(order, user.lang).env
    # each: leaders are few, and each reads another language
    return bool(
        env["mail.message"].search_count(
            [
                ("model", "=", order._name),
                ("res_id", "=", order.id),
                ("subject", "=", render(env)[0]),
                ("partner_ids", "in", user.partner_id.ids),
            ],
            limit=1,
        )
    )
