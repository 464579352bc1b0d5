# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, babel_locale_parse, get_lang

from odoo.addons.sales_process_mgmt.tools import clock, labels
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from ..tools import commission as commission_tools

MANAGER = "sales_team.group_sale_manager"


class SalesProcessCommissionMonth(models.Model):
    """A month of a company: open until an administrator closes it, then for good.

    Whoever books into a month and whoever closes it write the same rows: the second
    one begins anew and sees what the first one did. So each line is in one month.
    """

    _name = "sales.process.commission.month"
    _description = "Commission Month"
    _is_private = True
    _inherit = ["sales.process.exported", "sales.process.guard"]
    _order = "date_from desc, company_id"
    _rec_name = "number"
    _export_address = "/sales_process_mgmt_commission/month"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        string="First Day of the Month", required=True, readonly=True
    )
    state = fields.Selection(
        [("open", "Not Closed"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
    )
    number = fields.Char(
        string="Reference Number",
        readonly=True,
        copy=False,
        help="It stands on what is exported for the payroll.",
    )
    closed_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    date_closed = fields.Datetime(string="Closed On", readonly=True)
    revision = fields.Integer(
        readonly=True,
        default=0,
        help="How often a statement of the month was begun: who closes it sees all.",
    )
    statement_ids = fields.One2many(
        "sales.process.commission.statement",
        "month_id",
        string="Statements",
        readonly=True,
    )
    amount_due = fields.Monetary(
        string="To Pay",
        compute="_compute_amount_due",
        help="What everybody receives for the month.",
    )
    amount_owed_left = fields.Monetary(
        string="Owed by People Who Have Left",
        compute="_compute_amount_owed_left",
        help="Taken back from people whom the company pays nothing any more: no later "
        "month will cover it.",
    )

    _month_uniq = models.UniqueIndex(
        "(company_id, date_from)", "This month is there already."
    )

    @api.depends("date_from", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for month in self:
            month.display_name = month._get_label(self.env)

    @api.depends("statement_ids.amount_due")
    def _compute_amount_due(self):
        for month in self:
            month.amount_due = sum(month.statement_ids.mapped("amount_due"))

    @api.depends("statement_ids.amount_carried_out", "statement_ids.is_left")
    def _compute_amount_owed_left(self):
        for month in self:
            left = month.statement_ids.filtered("is_left")
            month.amount_owed_left = -sum(left.mapped("amount_carried_out"))

    def _get_label(self, env):
        """The month in the words and the order of a language.

        :param env: environment in the language of whoever reads
        :return: str
        """
        locale = babel_locale_parse(get_lang(env).code)
        return labels.format_month(locale, self.date_from)

    # ------------------------------------------------------------
    # WHICH MONTH
    # ------------------------------------------------------------

    @api.model
    def _get_today(self, company):
        """The day on the wall of a company.

        :param company: res.company
        :return: date
        """
        return self._get_day(company, self.env.cr.now())

    @api.model
    def _get_day(self, company, moment):
        """The day of a moment, on the wall of a company.

        :param company: res.company
        :param moment: naive UTC datetime
        :return: date
        """
        zone = clock.find_zone([company.resource_calendar_id.tz]) or pytz.utc
        return deadline_tools.local_date(moment, zone)

    @api.model
    def _get_first_open(self, companies):
        """The first month of companies that can still take lines.

        :param companies: res.company
        :return: ``{company: date}``; without companies that have closed nothing
        """
        rows = self._read_group(
            [("company_id", "in", companies.ids), ("state", "=", "closed")],
            ["company_id"],
            ["date_from:max"],
        )
        return {company: commission_tools.next_month(last) for company, last in rows}

    @api.model
    def _get_rows(self, keys):
        """The rows of months, made where they are missing.

        Two that make the same one at once: the second begins anew.

        :param keys: set of ``(company id, first day)``
        :return: ``{(company id, first day): month}``
        """
        domain = [
            ("company_id", "in", [company_id for company_id, _day in keys]),
            ("date_from", "in", [day for _company_id, day in keys]),
        ]
        months = self.search(domain)
        missing = keys - {(row.company_id.id, row.date_from) for row in months}
        if missing:
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO sales_process_commission_month (
                        company_id, date_from, state, revision,
                        create_uid, create_date, write_uid, write_date)
                    VALUES %s
                    ON CONFLICT (company_id, date_from) DO NOTHING
                    RETURNING id
                    """,
                    SQL(", ").join(
                        SQL(
                            "(%s, %s, 'open', 0, %s, %s, %s, %s)",
                            company_id,
                            day,
                            self.env.uid,
                            self.env.cr.now(),
                            self.env.uid,
                            self.env.cr.now(),
                        )
                        for company_id, day in sorted(missing)
                    ),
                )
            )
            months = self.search(domain)
        return {(row.company_id.id, row.date_from): row for row in months}

    def _bump(self, rows):
        """Lock rows and write them, so that nobody else works by what was before.

        A row that somebody else has written since this transaction began raises a
        serialization failure, which requests and scheduled actions repeat.

        :param rows: months or statements
        """
        if not rows:
            return
        rows._lock_rows()
        self.env.execute_query(
            SQL(
                "UPDATE %s SET revision = COALESCE(revision, 0) + 1 WHERE id IN %s"
                " RETURNING id",
                SQL.identifier(rows._table),
                rows._ids,
            )
        )
        rows.invalidate_recordset(["revision"])

    # ------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------

    def action_close(self):
        """Close the month for good: later changes are lines of the next one.

        :return: dict, a client action that says what was closed
        :raise AccessError: for whoever is no sales administrator, and for those whose
            own commission is in it
        :raise UserError: while the month runs, or an earlier one is open
        """
        self.ensure_one()
        self._check_may_close()
        # sudo: written by the system after the check above
        month = self.sudo()
        month._bump(month)
        if month.state == "closed":
            raise UserError(self.env._("This month is closed already."))
        month._check_order()
        statements = month.statement_ids
        month._bump(statements)
        statements |= month._take_over()
        # whose line has come since the check, and who owes from the month before
        self._check_not_own(statements)
        empty = statements - statements._filter_said()
        empty.unlink()
        statements -= empty
        month.write(
            {
                "state": "closed",
                "number": month._get_next_number(),
                "closed_by_id": self.env.uid,
                "date_closed": self.env.cr.now(),
            }
        )
        statements._close()
        return self.env["sales.process.notice"]._toast(
            self.env._(
                "%(month)s is closed. Statements: %(count)s. Number: %(number)s.",
                month=month._get_label(self.env),
                count=len(statements),
                number=month.number,
            ),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )

    def _check_may_close(self):
        """Refuse whoever may not close the month.

        :raise AccessError: one sentence
        """
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a sales administrator closes a commission month.")
            )
        # sudo: all statements of the month, whatever one reads
        self._check_not_own(self.sudo().statement_ids)

    def _check_not_own(self, statements):
        """Nobody closes what they are paid themselves.

        :param statements: sales.process.commission.statement
        :raise AccessError: one sentence
        """
        if self.env.user in statements._filter_said().user_id:
            raise AccessError(
                self.env._(
                    "Your own commission is in this month: another sales administrator "
                    "closes it."
                )
            )

    def _check_order(self):
        """Months are closed one after the other, when they are over.

        :raise UserError: one sentence
        """
        today = self._get_today(self.company_id)
        if commission_tools.next_month(self.date_from) > today:
            raise UserError(
                self.env._(
                    "%(month)s is not over yet: close it when it is.",
                    month=self._get_label(self.env),
                )
            )
        earlier = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", "<", self.date_from),
                ("state", "=", "open"),
                ("statement_ids", "!=", False),
            ],
            order="date_from",
            limit=1,
        )
        if earlier:
            raise UserError(
                self.env._(
                    "Close %(month)s first: months are closed one after the other.",
                    month=earlier._get_label(self.env),
                )
            )

    def _take_over(self):
        """Who owes from the month before has a statement in this one.

        :return: statements that were made for those who have earned nothing
        """
        before = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", "<", self.date_from),
                ("state", "=", "closed"),
            ],
            order="date_from desc",
            limit=1,
        )
        owing = before.statement_ids.filtered("amount_carried_out")
        known = self.statement_ids.user_id
        created = self.statement_ids.create(
            [
                {
                    "month_id": self.id,
                    "user_id": row.user_id.id,
                    "team_id": row.team_id.id,
                }
                for row in owing
                if row.user_id not in known
            ]
        )
        created._refresh_totals()
        return created

    # ------------------------------------------------------------
    # EXPORT
    # ------------------------------------------------------------

    def _check_may_export(self):
        """What is exported is final, and for administrators.

        :raise AccessError: for anybody else
        :raise UserError: while the month is open
        """
        result = super()._check_may_export()
        if self.state != "closed":
            raise UserError(
                self.env._("Close the month first: what is exported has its number.")
            )
        return result

    def _get_export_rows(self):
        """The statements of the month."""
        titles = [
            self.env._("Reference Number"),
            self.env._("Statement"),
            self.env._("Commission Month"),
            self.env._("Salesperson"),
            self.env._("Login"),
            self.env._("Team"),
            self.env._("Currency"),
            self.env._("Earned"),
            self.env._("Owed From Before"),
            self.env._("To Pay"),
            self.env._("Owed Into the Next Month"),
        ]
        rows = [
            [
                self.number,
                row.number,
                self.date_from.strftime("%Y-%m"),
                row.user_id.name,
                row.user_id.login,
                row.team_id.name or "",
                row.currency_id.name,
                row.amount,
                row.amount_carried_in,
                row.amount_due,
                row.amount_carried_out,
            ]
            # sudo: names of people who left and of teams of other companies
            for row in self.sudo().statement_ids.sorted("number")
        ]
        return [titles, *rows]

    def _get_next_number(self):
        """The number of a closed month, for the payroll.

        :return: str
        """
        return (
            f"COM/{self.date_from.year}/{self.date_from.month:02d}/{self.company_id.id}"
        )
