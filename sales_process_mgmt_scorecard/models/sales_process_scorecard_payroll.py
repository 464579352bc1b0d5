# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.tools import period as period_tools

from ..tools import scoring

# What the payroll pays by: who has the same as in an earlier file is not told again.
TOLD = ("score", "personal_coefficient", "team_coefficient", "coefficient")


class SalesProcessScorecardPayroll(models.Model):
    """The coefficients of a month, as they were given to the payroll.

    Each file has a number. What is given once more is a correction: only whose
    coefficients are others now, with the difference. No amount of money stands here.
    """

    _name = "sales.process.scorecard.payroll"
    _description = "Payroll File"
    _is_private = True
    _inherit = ["sales.process.exported", "sales.process.guard"]
    _order = "date_from desc, id desc"
    _rec_name = "number"
    _export_address = "/sales_process_mgmt_scorecard/payroll"
    _fixed_fields = frozenset(("company_id", "date_from"))

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    date_from = fields.Date(
        string="Month",
        required=True,
        default=lambda self: self._default_date_from(),
        help="Any day chooses its month.",
    )
    position = fields.Integer(
        string="File of the Month", readonly=True, aggregator=None
    )
    number = fields.Char(
        string="Reference Number", readonly=True, help="It stands in the file."
    )
    is_correction = fields.Boolean(
        string="Correction",
        readonly=True,
        help="Whoever stands in it has other coefficients than in a file before.",
    )
    line_ids = fields.One2many(
        "sales.process.scorecard.payroll.line",
        "payroll_id",
        string="People",
        readonly=True,
    )

    _position_uniq = models.UniqueIndex(
        "(company_id, date_from, position)",
        "Somebody else has made this file just now: reload the page.",
    )

    @api.model
    def _default_date_from(self):
        today = self.env["crm.team"]._get_process_today(self.env.user)
        return period_tools.shift_period("monthly", today, -1)[0]

    @api.depends("number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for payroll in self:
            payroll.display_name = payroll.number or self.env._("New")

    @api.model_create_multi
    def create(self, vals_list):
        payrolls = super().create(vals_list)
        for payroll in payrolls:
            # sudo: written by the system for who may make the file
            payroll.sudo()._fill()
        return payrolls

    def _prepare_server_values(self, vals_list):
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            day = fields.Date.to_date(vals.get("date_from"))
            day = day or self._default_date_from()
            company = vals.get("company_id") or self.env.company.id
            prepared.append(
                {**vals, "company_id": company, "date_from": day.replace(day=1)}
            )
        return prepared

    def _fill(self):
        """Number the file, and write who stands in it.

        :raise UserError: where nobody is closed, or nothing has changed
        """
        self.ensure_one()
        before = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", self.date_from),
                ("position", ">", 0),
            ],
            order="position",
        )
        cards = self.env["sales.process.scorecard"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", self.date_from),
                ("state", "=", "closed"),
                ("is_replaced", "=", False),
            ],
            order="user_id",
        )
        if not cards:
            raise UserError(
                self.env._(
                    "No scorecard of %(month)s is closed yet: close them first.",
                    month=cards._format_month(self.env, self.date_from),
                )
            )
        given = {line.user_id: line for line in before.line_ids.sorted("id")}
        rows = [
            self._prepare_line(card, last)
            for card in cards
            for last in [given.get(card.user_id)]
            if not last or any(last[name] != card[name] for name in TOLD)
        ]
        if not rows:
            raise UserError(
                self.env._(
                    "Nothing has changed since the file %(number)s.",
                    number=before[-1:].number,
                )
            )
        position = (before[-1:].position or 0) + 1
        self.write(
            {
                "position": position,
                "number": f"PAY/{self.date_from:%Y/%m}/{self.company_id.id}/{position}",
                "is_correction": position > 1,
            }
        )
        self.line_ids.create(rows)

    def _prepare_line(self, card, last):
        """What the file says of one person, and what it said before.

        :param card: sales.process.scorecard, closed
        :param last: the line of the person in an earlier file, or None
        :return: dict of values
        """
        earlier = last.coefficient if last else 0
        return {
            "payroll_id": self.id,
            "scorecard_id": card.id,
            "user_id": card.user_id.id,
            "team_id": card.team_id.id,
            "has_score": card.has_score,
            **{name: card[name] for name in TOLD},
            "is_first": not last,
            "coefficient_before": earlier,
            "difference": scoring.round_half_up(
                scoring.to_decimal(card.coefficient) - scoring.to_decimal(earlier),
                scoring.FINE,
            ),
        }

    def _get_export_rows(self):
        """Whose coefficients are new, or others now."""
        titles = [
            self.env._("Reference Number"),
            self.env._("Kind"),
            self.env._("Month"),
            self.env._("Person"),
            self.env._("Login"),
            self.env._("Team"),
            self.env._("Score"),
            self.env._("Personal Coefficient"),
            self.env._("Team Coefficient"),
            self.env._("Both Together"),
            self.env._("Both Together Before"),
            self.env._("Difference"),
            self.env._("Lowest Coefficient"),
        ]
        rows = [
            [
                self.number,
                self.env._("First") if row.is_first else self.env._("Correction"),
                self.date_from.strftime("%Y-%m"),
                row.user_id.name,
                row.user_id.login,
                row.team_id.name or "",
                row.score if row.has_score else "",
                row.personal_coefficient,
                row.team_coefficient,
                row.coefficient,
                "" if row.is_first else row.coefficient_before,
                row.difference,
                row.scorecard_id.coefficient_floor,
            ]
            # sudo: names of people who left and of teams of other companies
            for row in self.sudo().line_ids
        ]
        return [titles, *rows]
