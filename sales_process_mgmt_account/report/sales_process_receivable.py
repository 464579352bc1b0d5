# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import money as money_tools

AGES = [
    # in the order in which they are read, which is also that of the names
    ("0_not_due", "Not Due"),
    ("1_until_30", "1–30 Days"),
    ("2_until_60", "31–60 Days"),
    ("3_until_90", "61–90 Days"),
    ("4_older", "Over 90 Days"),
]

# As many statements are looked at in one dialog
STATEMENTS_MAX = 80


class SalesProcessReceivable(models.Model):
    """One row for each instalment that a customer owes, by the day on which it is due.

    Of customers of the process the rows follow the money of the customer, and belong
    to who signed it. Invoices of nobody's customers are there, too, for whoever stands
    on them: together it is all that customers owe.

    Today is the day of whoever reads.
    """

    _name = "sales.process.receivable"
    _inherit = "sales.process.report.mixin"
    _description = "Receivable by Age"
    _auto = False
    _order = "date_due, id"
    _rec_name = "invoice"
    _depends = {
        "account.account": ["account_type"],
        "account.move": [
            "commercial_partner_id",
            "currency_id",
            "invoice_date",
            "invoice_user_id",
            "move_type",
            "name",
            "payment_state",
            "state",
        ],
        "account.move.line": [
            "account_id",
            "amount_currency",
            "amount_residual",
            "amount_residual_currency",
            "balance",
            "company_id",
            "date",
            "date_maturity",
            "move_id",
        ],
        "crm.team": ["process_parent_id"],
        "res.partner": ["country_id", "state_id"],
        "sales.process.chase": ["move_id", "ownership_id", "user_id"],
        "sales.process.absence": [
            "date_end",
            "date_start",
            "deputy_id",
            "state",
            "user_id",
        ],
        "sales.process.dispute": ["date_until", "move_id", "state"],
        "sales.process.money": [
            "amount",
            "company_id",
            "date",
            "kind",
            "move_id",
            "ownership_id",
            "source",
            "team_id",
            "user_id",
        ],
    }

    invoice = fields.Char(readonly=True)
    money_id = fields.Many2one("sales.process.money", readonly=True)
    chase_id = fields.Many2one("sales.process.chase", readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership", string="Customer Period", readonly=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="Who signed the customer, and collects, or whom the leader lets chase the "
        "invoice. Where nobody owns the customer: "
        "who stands on the invoice.",
    )
    deputy_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who stands in for the salesperson now, and may send statements.",
    )
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    state_id = fields.Many2one(
        "res.country.state",
        string="Province",
        readonly=True,
        help="Where the customer is.",
    )
    country_id = fields.Many2one("res.country", readonly=True)
    date_invoice = fields.Date(string="Invoiced On", readonly=True)
    date_due = fields.Date(string="Due On", readonly=True)
    days_overdue = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Days since the day on which it was due, until your day of today.",
    )
    age = fields.Selection(
        AGES,
        readonly=True,
        help="By the day on which it is due, and your day of today: what is due today "
        "is not overdue. Disputed invoices are in their age, too.",
    )
    bucket = fields.Selection(
        [*AGES, ("5_disputed", "Disputed")],
        string="Age, Disputed Apart",
        readonly=True,
        help="As the age, but what the customer disputes stands by itself.",
    )
    is_disputed = fields.Boolean(
        string="Disputed",
        readonly=True,
        help="The customer disputes the invoice, and the agreed day has not passed.",
    )
    currency_id = fields.Many2one(
        "res.currency", string="Company Currency", related="company_id.currency_id"
    )
    amount = fields.Monetary(
        readonly=True,
        help="What is open, in the currency of the company. Credit notes that are not "
        "used yet are less than zero.",
    )
    invoice_currency_id = fields.Many2one(
        "res.currency", string="Currency", readonly=True
    )
    amount_currency = fields.Monetary(
        string="Amount of the Invoice",
        readonly=True,
        currency_field="invoice_currency_id",
        aggregator=None,
        help="What is open, in the currency of the invoice at its own rate.",
    )

    @property
    def _table_query(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        return SQL(
            """
            SELECT owed.*,
                   GREATEST(%(today)s - owed.date_due, 0) AS days_overdue,
                   %(age)s AS age,
                   owed.dispute_id IS NOT NULL AS is_disputed,
                   CASE WHEN owed.dispute_id IS NOT NULL THEN '5_disputed'
                        ELSE %(age)s END AS bucket
              FROM (%(owned)s UNION ALL %(others)s) AS owed
            """,
            today=today,
            age=self._get_age(today),
            owned=self._get_owned(today),
            others=self._get_others(),
        )

    def _get_age(self, today):
        # days are reckoned here, once, not for each row
        limits = ((0, "0_not_due"), (30, "1_until_30"), (60, "2_until_60"))
        limits = (*limits, (90, "3_until_90"))
        return SQL(
            "CASE %s ELSE '4_older' END",
            SQL(" ").join(
                SQL(
                    "WHEN owed.date_due >= %s THEN %s",
                    fields.Date.subtract(today, days=days),
                    name,
                )
                for days, name in limits
            ),
        )

    def _get_away(self):
        """Who stands in for whom now, one for each: not read where nobody asks."""
        return SQL(
            """
            SELECT DISTINCT ON (user_id) user_id, deputy_id
              FROM sales_process_absence
             WHERE state = 'confirmed' AND deputy_id IS NOT NULL
               AND date_start <= %(now)s AND COALESCE(date_end, 'infinity') > %(now)s
          ORDER BY user_id, id
            """,
            now=self.env.cr.now(),
        )

    def _get_owned(self, today):
        """What is owed of customers of the process: the open money.

        The identifiers of the two sources do not meet: these are even.
        """
        return SQL(
            """
            SELECT money.id::int8 * 2 AS id, money.id AS money_id,
                   money.ownership_id,
                   COALESCE(chase.user_id, money.user_id) AS user_id, money.team_id,
                   money.company_id, money.date AS date_due, money.amount,
                   CASE WHEN money.amount = line.amount_residual
                        THEN line.amount_residual_currency
                        ELSE COALESCE(money.amount * line.amount_currency
                                      / NULLIF(line.balance, 0), money.amount)
                   END AS amount_currency,
                   move.name AS invoice, move.invoice_date AS date_invoice,
                   move.currency_id AS invoice_currency_id,
                   move.commercial_partner_id AS partner_id,
                   partner.state_id, partner.country_id,
                   team.process_parent_id AS region_id, dispute.id AS dispute_id,
                   chase.id AS chase_id, away.deputy_id
              FROM sales_process_money money
         LEFT JOIN account_move move ON move.id = money.move_id
         LEFT JOIN res_partner partner ON partner.id = move.commercial_partner_id
         LEFT JOIN account_move_line line
                ON line.id = split_part(money.source, ':', 2)::int4
         LEFT JOIN crm_team team ON team.id = money.team_id
         LEFT JOIN sales_process_chase chase
                ON chase.move_id = money.move_id
               AND chase.ownership_id = money.ownership_id
         LEFT JOIN (SELECT DISTINCT ON (move_id) move_id, id
                      FROM sales_process_dispute
                     WHERE state = 'open' AND date_until >= %(today)s
                  ORDER BY move_id, id) dispute
                ON dispute.move_id = money.move_id
         LEFT JOIN (%(away)s) away
                ON away.user_id = COALESCE(chase.user_id, money.user_id)
             WHERE money.kind = 'open'
            """,
            today=today,
            away=self._get_away(),
        )

    def _get_others(self):
        """What is owed on invoices that are no money of a customer of the process.

        A payment that Odoo keeps without an entry pays the whole invoice or nothing
        here, as Odoo's own state of the invoice says.
        """
        return SQL(
            """
            SELECT line.id::int8 * 2 + 1 AS id, NULL::int4 AS money_id,
                   NULL::int4 AS ownership_id, move.invoice_user_id AS user_id,
                   NULL::int4 AS team_id, line.company_id,
                   COALESCE(line.date_maturity, line.date) AS date_due,
                   line.amount_residual AS amount,
                   line.amount_residual_currency AS amount_currency,
                   move.name AS invoice, move.invoice_date AS date_invoice,
                   move.currency_id AS invoice_currency_id,
                   move.commercial_partner_id AS partner_id,
                   partner.state_id, partner.country_id,
                   NULL::int4 AS region_id, NULL::int4 AS dispute_id,
                   NULL::int4 AS chase_id, away.deputy_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
         LEFT JOIN res_partner partner ON partner.id = move.commercial_partner_id
         LEFT JOIN (%(away)s) away ON away.user_id = move.invoice_user_id
             WHERE move.state = 'posted' AND move.move_type IN %(types)s
               AND account.account_type = 'asset_receivable'
               AND line.amount_residual != 0
               AND move.payment_state NOT IN ('paid', 'in_payment', 'reversed')
               AND NOT EXISTS (SELECT FROM sales_process_money money
                                WHERE money.move_id = move.id)
            """,
            away=self._get_away(),
            types=money_tools.INVOICES,
        )

    # ------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------

    def _may_send(self):
        """Tell whether the user sends statements of this: who collects, or leads.

        Or stands in for who collects. Whoever stands above the leader reads only.

        :return: bool
        """
        self.ensure_one()
        user = self.env.user
        # sudo: whether somebody leads a team does not depend on reading it
        team = self.sudo().team_id
        return user in (self.user_id, self.deputy_id) or (
            team._is_leader(user)
            if team
            else user.has_group("sales_team.group_sale_manager")
        )

    def action_statement(self):
        """Print or send what the customers of these rows owe, all of it.

        :return: dict, a window action
        :raise UserError: for more customers than one can look at
        """
        groups = self.filtered("partner_id").grouped(
            lambda row: (row.partner_id, row.company_id, row.invoice_currency_id)
        )
        if not groups:
            raise UserError(self.env._("Choose what customers owe on invoices."))
        if len(groups) > STATEMENTS_MAX:
            raise UserError(
                self.env._(
                    "Statements: %(count)s. Choose at most %(most)s.",
                    count=len(groups),
                    most=STATEMENTS_MAX,
                )
            )
        Line = self.env["sales.process.statement.line"]
        # sudo: of whom a statement is, the system fills in
        send = (
            self.env["sales.process.statement.send"]
            .sudo()
            .create(
                {
                    "line_ids": [
                        fields.Command.create(Line._prepare_statement(*key))
                        for key in groups
                    ]
                }
            )
            .with_env(self.env)
        )
        send.line_ids._fill_in()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of Account"),
            "res_model": send._name,
            "res_id": send.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_promise(self):
        """Enter what the customer has promised to pay.

        :return: dict, a window action
        :raise UserError: for invoices of nobody's customers
        """
        return self._open_entry(
            "sales.process.promise",
            self.env._("Promise to Pay"),
            default_amount=self.amount,
        )

    def action_dispute(self):
        """Enter that the customer disputes the invoice.

        :return: dict, a window action
        :raise UserError: for invoices of nobody's customers
        """
        return self._open_entry("sales.process.dispute", self.env._("Disputed Invoice"))

    def _open_entry(self, model, title, **context):
        self.ensure_one()
        if self.chase_id:
            return self.chase_id._open_entry(model, title, **context)
        if not self.money_id:
            raise UserError(
                self.env._(
                    "Nobody owns this customer: register it first, then its owner "
                    "collects."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                **context,
                "default_money_id": self.money_id.id,
                "default_ownership_id": self.ownership_id.id,
            },
        }
