# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Commission of the showroom: last month closed, this month as it comes in."""

from datetime import timedelta

from odoo import Command, api, models

MODULE = "sales_process_mgmt_commission"
# (customer, amount, day of last month on which it was paid)
PAID = (
    ("east_12", 86000, 12),
    ("east_04", 47500, 18),
    ("east_20", 132000, 20),
    ("east_08", 64000, 24),
)
# (customer, amount), paid today
PAID_NOW = (("east_00", 38000), ("east_04", 72000))


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_commission(self):
        """Make a plan, money that earns, a closed month; called by the demo data.

        Without a chart of accounts there is no money to earn by.
        """
        company = self.env.ref("base.main_company")
        if self._is_loaded(MODULE) or not company.chart_template:
            return
        demo = self.with_company(company)
        # nobody pays online in a demonstration: what a customer signs is an order
        company.portal_confirmation_pay = False
        today = demo._get_today(self._get_user("sun_li"))
        last = today.replace(day=1) - timedelta(days=1)
        demo._load_commission_plan(company, last.replace(day=1))
        for name, amount, day in PAID:
            demo._sell(company, name, amount, last.replace(day=day))
        for name, amount in PAID_NOW:
            demo._sell(company, name, amount, today)
        self.env["sales.process.money"]._work_heard()
        self.env.flush_all()
        month = self.env["sales.process.commission.month"].search(
            [
                ("company_id", "=", company.id),
                ("date_from", "=", last.replace(day=1)),
            ]
        )
        month.with_user(self._get_user("sales_admin")).action_close()
        self._remember({"commission_month_demo": month}, MODULE)
        self._set_loaded(MODULE)

    def _load_commission_plan(self, company, first):
        """Two percent of what is collected, more above 100,000 a month.

        :param date first: from which day on
        """
        plan = (
            self.env["sales.process.commission.plan"]
            .with_user(self._get_user("sales_admin"))
            .create(
                {
                    "name": "Showroom",
                    "company_id": company.id,
                    "team_ids": self._get("team_east_demo").ids,
                }
            )
        )
        version = plan.version_ids.create(
            {
                "plan_id": plan.id,
                "date_from": first,
                "note": "Two percent of what customers have paid, without taxes. Above "
                "100,000 a month it is half as much again. Who helps has a fifth.",
                "percent": 2,
                "helper_percent": 20,
                "tier_ids": [Command.create({"amount_from": 100000, "percent": 150})],
            }
        )
        version.action_put_in_force()
        self._remember({"commission_plan_demo": plan.sudo()}, MODULE)

    def _sell(self, company, name, amount, day):
        """An invoice of a customer that is paid on the same day."""
        lead = self._get(f"lead_{name}_demo")
        values = {
            "move_type": "out_invoice",
            "partner_id": lead.partner_id.id,
            "invoice_user_id": lead.user_id.id,
            "team_id": lead.team_id.id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_payment_term_id": False,
            "company_id": company.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": "Spare parts",
                        "price_unit": amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }
        move = self.env["account.move"].create(values)
        move.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"payment_date": day})._create_payments()
