# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import commission as commission_tools


class SalesProcessCommissionStatement(models.Model):
    """What a person earns in a month, in a company and its currency.

    While the month is open it is the estimate: it moves with every payment.
    """

    _name = "sales.process.commission.statement"
    _description = "Commission Statement"
    _is_private = True
    _inherit = ["sales.process.guard", "mail.thread"]
    _order = "date_month desc, user_id, id desc"
    _mail_post_access = "read"

    month_id = fields.Many2one(
        "sales.process.commission.month",
        string="Closing of the Month",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    date_month = fields.Date(
        string="First Day of the Month",
        related="month_id.date_from",
        store=True,
        index=True,
    )
    month_label = fields.Char(string="Commission Month", compute="_compute_month_label")
    company_id = fields.Many2one(related="month_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="month_id.state", store=True, string="State")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    number = fields.Char(string="Reference Number", readonly=True, copy=False)
    line_ids = fields.One2many(
        "sales.process.commission.line", "statement_id", string="Lines", readonly=True
    )
    line_count = fields.Integer(string="Number of Lines", readonly=True)
    amount = fields.Monetary(
        string="Earned",
        readonly=True,
        help="The sum of all lines; less than zero where more was taken back.",
    )
    amount_carried_in = fields.Monetary(
        string="Owed From Before",
        readonly=True,
        help="What the months before have taken back beyond what they had earned.",
    )
    amount_due = fields.Monetary(
        string="To Pay",
        readonly=True,
        help="What is paid for the month, never less than zero. While the month is "
        "open: as it stands now.",
    )
    amount_carried_out = fields.Monetary(
        string="Owed Into the Next Month",
        readonly=True,
        help="What was taken back and is not covered by the month: the next one begins "
        "with it.",
    )
    is_left = fields.Boolean(
        string="Has Left",
        compute="_compute_is_left",
        search="_search_is_left",
        help="The person has left the company; what is owed is a matter for you.",
    )
    revision = fields.Integer(readonly=True, default=0)

    _user_uniq = models.UniqueIndex(
        "(month_id, user_id)", "This person has a statement for the month already."
    )

    @api.depends("user_id.name", "date_month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for statement in self:
            statement.display_name = self.env._(
                "%(user)s, %(month)s",
                # sudo: the name of a colleague who has left
                user=statement.sudo().user_id.name or "",
                month=statement.sudo().month_id._get_label(self.env)
                if statement.month_id
                else "",
            )

    @api.depends("month_id.date_from")
    @api.depends_context("lang")
    def _compute_month_label(self):
        for statement in self:
            # sudo: the month of all people is the administrator's, its name is not
            month = statement.sudo().month_id
            statement.month_label = month and month._get_label(self.env)

    @api.depends("user_id.active")
    def _compute_is_left(self):
        for statement in self:
            # sudo: a colleague who has left
            statement.is_left = not statement.sudo().user_id.active

    def _search_is_left(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = []
        for wanted in value:
            found.append(("user_id.active", "=", not wanted))
        return ["|"] * (len(found) - 1) + found if found else [(0, "=", 1)]

    def _refresh_totals(self):
        """Add up the lines. The rows are locked by whoever has changed the lines.

        What a month leaves is owed into the next one in which the person earns, also
        while both are open.
        """
        if not self:
            return
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT statement_id, COUNT(*), SUM(amount)
                  FROM sales_process_commission_line
                 WHERE statement_id IN %s
              GROUP BY statement_id
                """,
                self._ids,
            )
        )
        sums = {row[0]: row[1:] for row in rows}
        people = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("user_id", "in", self.user_id.ids),
            ],
            order="date_month, id",
        ).grouped(lambda row: (row.company_id, row.user_id))
        wanted = self.grouped(lambda row: (row.company_id, row.user_id))
        for key, mine in wanted.items():
            first = mine.sorted("date_month")[0]
            owed = 0
            for statement in people[key]:
                if statement.date_month < first.date_month:
                    owed = statement._get_owed()
                    continue
                found = None
                if statement in self:
                    found = sums.get(statement.id, (0, 0))
                owed = statement._add_up(owed, found)

    def _filter_said(self):
        """The statements that say something: money that went again leaves an empty one.

        :return: sales.process.commission.statement
        """
        return self.filtered(lambda row: row.line_ids or row.amount_carried_in)

    def _get_owed(self):
        """What the month leaves for the next one.

        :return: int, cents, zero or less
        """
        return commission_tools.to_cents(
            self.amount_carried_out, self.currency_id.decimal_places
        )

    def _add_up(self, owed, found):
        """Write the totals where they are others.

        :param int owed: cents that the month before has left
        :param found: number of lines and their sum, None where the lines are the same
        :return: int, cents that this month leaves
        """
        digits = self.currency_id.decimal_places
        count, amount = found or (self.line_count, self.amount)
        earned = commission_tools.to_cents(float(amount), digits)
        paid, rest = commission_tools.carry(earned, owed)
        values = {
            "line_count": count,
            "amount": commission_tools.from_cents(earned, digits),
            "amount_carried_in": commission_tools.from_cents(owed, digits),
            "amount_due": commission_tools.from_cents(paid, digits),
            "amount_carried_out": commission_tools.from_cents(rest, digits),
        }
        if any(self[name] != value for name, value in values.items()):
            self.write(values)
        return rest

    def _close(self):
        """Number the statements of a month that is closed, and tell everybody."""
        self._refresh_totals()
        for position, statement in enumerate(self.sorted("user_id"), 1):
            statement.number = f"{statement.month_id.number}/{position:03d}"
            if statement.user_id.active:
                self.env["sales.process.notice"]._tell(
                    statement.user_id, statement._render_closed, statement
                )

    def _render_closed(self, env):
        """What a person is told when the month is closed; no amount, it is private.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        month = self.month_id._get_label(env)
        return env._("Your commission statement"), env._(
            "Your commission statement for %(month)s is there: each line says which "
            "payment it comes from.",
            month=month,
        )

    def action_lines(self):
        """Open the lines, to be grouped and searched.

        :return: dict, a window action
        """
        self.ensure_one()
        # its name says whose it is
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "sales.process.commission.line",
            "views": [(False, "list"), (False, "pivot"), (False, "form")],
            "domain": [("statement_id", "=", self.id)],
        }
