# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class SalesProcessQuotation(models.Model):
    """One row for each quotation of a salesperson: sent when, answered when, and how.

    Carts of a shop that nobody of ours has touched are no quotations. The identifier
    is that of the order.
    """

    _name = "sales.process.quotation"
    _inherit = "sales.process.report.mixin"
    _description = "Quotation Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "crm.team": ["process_parent_id"],
        "sale.order": [
            "amount_total",
            "company_id",
            "create_date",
            "currency_rate",
            "ownership_id",
            "partner_id",
            "process_date_answered",
            "process_date_sent",
            "state",
            "team_id",
            "user_id",
        ],
        "sales.process.ownership": ["team_id", "user_id"],
    }

    order_id = fields.Many2one("sale.order", string="Quotation", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="Who stands on it; of an order who owned the customer when it signed.",
    )
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(string="Made On", readonly=True)
    date_sent = fields.Datetime(
        string="First Sent On",
        readonly=True,
        help="Sent by e-mail, or marked as sent. Empty: never.",
    )
    date_answered = fields.Datetime(
        string="Answered On",
        readonly=True,
        help="When it was confirmed or cancelled.",
    )
    state = fields.Selection(
        [
            ("draft", "Not Sent"),
            ("sent", "Waiting for the Customer"),
            ("won", "Confirmed"),
            ("lost", "Cancelled"),
        ],
        string="Outcome",
        readonly=True,
    )
    amount = fields.Monetary(
        string="Quoted",
        readonly=True,
        help="Taxes included, in the currency of the company.",
    )
    won_percent = fields.Float(
        string="Won (%)",
        readonly=True,
        aggregator="avg",
        help="100 where it was confirmed, 0 where it was sent and cancelled, empty "
        "before.",
    )
    days_to_answer = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Days from the first time it was sent until the customer has answered.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT sale.id AS id, sale.id AS order_id, sale.partner_id,
                   COALESCE(period.user_id, sale.user_id) AS user_id,
                   COALESCE(period.team_id, sale.team_id) AS team_id,
                   team.process_parent_id AS region_id,
                   sale.company_id, sale.create_date AS date,
                   sale.process_date_sent AS date_sent,
                   sale.process_date_answered AS date_answered,
                   CASE sale.state WHEN 'sale' THEN 'won' WHEN 'cancel' THEN 'lost'
                                   ELSE sale.state END AS state,
                   ROUND(sale.amount_total
                         / COALESCE(NULLIF(sale.currency_rate, 0), 1), 2) AS amount,
                   CASE WHEN sale.state = 'sale' THEN 100.0
                        WHEN sale.state = 'cancel'
                             AND sale.process_date_sent IS NOT NULL THEN 0.0
                   END AS won_percent,
                   EXTRACT(EPOCH FROM sale.process_date_answered
                                      - sale.process_date_sent) / 86400.0
                       AS days_to_answer
              FROM sale_order sale
         LEFT JOIN sales_process_ownership period ON period.id = sale.ownership_id
         LEFT JOIN crm_team team
                ON team.id = COALESCE(period.team_id, sale.team_id)
             WHERE sale.user_id IS NOT NULL OR sale.state != 'draft'
            """
        )
