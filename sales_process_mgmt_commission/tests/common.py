# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import fields

from odoo.addons.sales_process_mgmt_account.tests.common import MoneyCommon

JANUARY, FEBRUARY, MARCH = (date(2019, month, 1) for month in (1, 2, 3))


class CommissionCommon(MoneyCommon):
    """A customer whose owner earns five percent of what is collected.

    ========================  ==========================================
    ``salesperson``           owns the customer ``partner_a``
    ``colleague``             sells in the same team
    ``leader``                leads the team
    ``administrator``         sales administrator, sells nothing
    ========================  ==========================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.administrator = cls._create_person(
            "commission_admin", "sales_team.group_sale_manager"
        )
        cls.plan = cls.env["sales.process.commission.plan"].create(
            {"name": "Machines", "company_id": cls.company.id}
        )
        cls.version = cls._create_version()

    @classmethod
    def _set_up_second_company(cls):
        """One that counts in yen, in which the salesperson works as well."""
        cls.yen = cls.env.ref("base.JPY")
        cls.yen.active = True
        cls.other_data = cls.setup_other_company(
            name="Commission Company", currency_id=cls.yen.id
        )
        cls.company_2 = cls.other_data["company"]
        cls.env.user.company_ids |= cls.company_2
        cls.salesperson.company_ids |= cls.company_2

    @classmethod
    def _create_version(cls, **values):
        version = cls.env["sales.process.commission.version"].create(
            {
                "plan_id": cls.plan.id,
                "date_from": "2018-01-01",
                "percent": 5,
                **values,
            }
        )
        version.action_put_in_force()
        return version

    def _renew(self, **values):
        """Other rules, before anything is signed."""
        # a version in force is for good: only a test takes it away
        self.env.cr.execute(
            "DELETE FROM sales_process_commission_version WHERE plan_id = %s",
            (self.plan.id,),
        )
        self.env.invalidate_all()
        return self._create_version(**values)

    def _get_lines(self, user=None, **values):
        """The lines of a person as they are stored.

        :return: list of ``(month, amount)`` in the order in which they came
        """
        self.env.cr.flush()
        self.env.invalidate_all()
        lines = self.env["sales.process.commission.line"].search(
            [("user_id", "=", (user or self.salesperson).id)]
            + [(name, "=", value) for name, value in values.items()],
            order="id",
        )
        return [(line.date_month.month, round(line.amount, 2)) for line in lines]

    def _get_month(self, day=JANUARY, company=None):
        self.env.cr.flush()
        return self.env["sales.process.commission.month"].search(
            [
                ("date_from", "=", day),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def _get_statement(self, user=None, day=JANUARY):
        self.env.cr.flush()
        self.env.invalidate_all()
        return self.env["sales.process.commission.statement"].search(
            [
                ("user_id", "=", (user or self.salesperson).id),
                ("date_month", "=", day),
            ]
        )

    def _close(self, day=JANUARY, user=None):
        month = self._get_month(day)
        month.with_user(user or self.administrator).action_close()
        self.env.invalidate_all()
        return month

    def _refund(self, invoice, day, amount=None):
        """A credit note of an invoice, posted.

        :param str day: its day
        :param amount: without it the whole invoice
        """
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create(
            {"journal_id": invoice.journal_id.id, "date": fields.Date.to_date(day)}
        )
        action = wizard.refund_moves()
        refund = self.env["account.move"].browse(action["res_id"])
        if amount:
            refund.invoice_line_ids.price_unit = amount
        refund.action_post()
        return refund

    def _create_order(self, amounts, taxes=None, **values):
        """A signed order of the customer.

        :param list amounts: of each line, or pairs of product and amount
        """
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "opportunity_id": self.lead.id,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [
                                fields.Command.set((taxes or []) and taxes.ids)
                            ],
                        }
                    )
                    for product, amount in amounts
                ],
                **values,
            }
        )
        order.action_confirm()
        return order

    @classmethod
    def _create_goods(cls, category=None, **values):
        return cls.env["product.product"].create(
            {
                "name": "Pump",
                "type": "service",
                "invoice_policy": "order",
                "categ_id": (
                    category or cls.env.ref("product.product_category_goods")
                ).id,
                **values,
            }
        )

    def _invoice_order(self, order, day="2019-01-01"):
        invoice = order._create_invoices(final=True)
        invoice.invoice_date = day
        invoice.action_post()
        return invoice
