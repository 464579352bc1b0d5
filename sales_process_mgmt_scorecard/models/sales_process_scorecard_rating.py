# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from ..tools import scoring

# Until so many days after the month colleagues may answer.
ANSWER_DAYS = 5
# Fewer answers would tell who has answered what.
LEAST_ANSWERS = 3


class SalesProcessScorecardRating(models.Model):
    """What somebody thinks of working with a colleague, in a month.

    Only who gives it reads it. The average is there when nobody can answer any more:
    one that moves would tell the last answer. Three answers at least.
    """

    _name = "sales.process.scorecard.rating"
    _description = "Rating of a Colleague"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "date_from desc, user_id"
    _rec_name = "user_id"

    giver_id = fields.Many2one(
        "res.users", string="Given By", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users", string="Colleague", required=True, readonly=True, index=True
    )
    team_id = fields.Many2one("crm.team", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date_from = fields.Date(string="Month", required=True, readonly=True)
    date_due = fields.Datetime(
        string="Answer Until",
        required=True,
        readonly=True,
        help="Until then it may be changed; then the averages are made.",
    )
    value = fields.Selection(
        [
            ("0", "Not Rated"),
            ("1", "Poor"),
            ("2", "Fair"),
            ("3", "Good"),
            ("4", "Very Good"),
            ("5", "Excellent"),
        ],
        string="Working Together",
        default="0",
        required=True,
        help="Nobody but you sees it: the colleague and the leader see an average of "
        "three answers at least.",
    )
    is_open = fields.Boolean(compute="_compute_is_open")

    _pair_uniq = models.UniqueIndex(
        "(giver_id, user_id, team_id, date_from)",
        "This colleague was rated for the month already.",
    )
    _check_pair = models.Constraint(
        "CHECK(giver_id <> user_id)", "Nobody rates themselves."
    )
    _rated_idx = models.Index("(user_id, team_id, date_from)")

    @api.depends("date_due")
    def _compute_is_open(self):
        now = self.env.cr.now()
        for rating in self:
            rating.is_open = bool(rating.date_due) and now < rating.date_due

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            if any(rating.giver_id != self.env.user for rating in self):
                raise AccessError(self.env._("Only you say what you think."))
            if not all(self.mapped("is_open")):
                raise UserError(
                    self.env._("The month is counted: the rating stays as it is.")
                )
        return super().write(vals)

    # ------------------------------------------------------------
    # ASKING AND COUNTING
    # ------------------------------------------------------------

    @api.model
    def _ask(self, day):
        """Ask colleagues about each other, for the month in which a day lies.

        Where the template of a team has such a line, and until the day on which
        averages are made.

        :param date day: a day
        """
        first, last = period_tools.period_dates("monthly", day)
        # sudo: asked by the system
        segments = (
            self.env["sales.process.scorecard.segment"]
            .sudo()
            .search(
                [
                    ("scorecard_id.date_from", "=", first),
                    ("scorecard_id.is_replaced", "=", False),
                    ("scorecard_id.state", "!=", "closed"),
                    ("version_id.item_ids.kind", "=", "peers"),
                ]
            )
        )
        asked = {}
        for team, rows in segments.grouped("team_id").items():
            zone = team._get_process_timezone(team.user_id or rows.user_id[:1])
            due = deadline_tools.start_of_day_utc(
                deadline_tools.add_days(last, ANSWER_DAYS + 1), zone
            )
            if self.env.cr.now() >= due:
                continue
            for person in rows.user_id:
                for giver in rows.user_id - person:
                    asked[giver.id, person.id, team.id] = rows[0].company_id.id, due
        Rating = self.sudo()
        known = {
            (row.giver_id.id, row.user_id.id, row.team_id.id)
            for row in Rating.search_fetch(
                [("date_from", "=", first)], ["giver_id", "user_id", "team_id"]
            )
        }
        new = Rating.create(
            [
                {
                    "giver_id": key[0],
                    "user_id": key[1],
                    "team_id": key[2],
                    "company_id": company_id,
                    "date_from": first,
                    "date_due": due,
                }
                for key, (company_id, due) in asked.items()
                if key not in known
            ]
        )
        if new:
            self.env["sales.process.notice"]._tell(new.giver_id, self._render_asked)

    @api.model
    def _render_asked(self, env):
        """What people are told.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("How was it to work with your colleagues?"), env._(
            "Say it under Rate Colleagues, in a minute: nobody sees your answer, only "
            "an average of three at least."
        )

    @api.model
    def _get_averages(self, users, day):
        """What colleagues think, where nobody can answer any more.

        :param users: res.users
        :param date day: the first day of the month
        :return: ``{(user id, team id): average of 1 to 5}``
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, team_id, AVG(value::int)
                  FROM sales_process_scorecard_rating
                 WHERE user_id IN %s AND date_from = %s AND value <> '0'
              GROUP BY user_id, team_id
                HAVING COUNT(*) >= %s AND MAX(date_due) <= %s
                """,
                tuple(users.ids) or (0,),
                day,
                LEAST_ANSWERS,
                self.env.cr.now(),
            )
        )
        return {
            (user_id, team_id): scoring.round_half_up(average)
            for user_id, team_id, average in rows
        }

    @api.model
    def _flag_pairs(self, day):
        """Keep pairs that give each other the best, two months in a row.

        They stay in the averages; a sales administrator sees the pairs.

        :param date day: the first day of the month
        """
        before = period_tools.shift_period("monthly", day, -1)[0]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mine.giver_id, mine.user_id, MIN(mine.company_id)
                  FROM sales_process_scorecard_rating mine
                  JOIN sales_process_scorecard_rating theirs
                    ON theirs.giver_id = mine.user_id
                   AND theirs.user_id = mine.giver_id
                   AND theirs.date_from = mine.date_from
                   AND theirs.value = '5'
                 WHERE mine.value = '5' AND mine.giver_id < mine.user_id
                   AND mine.date_from IN %s AND mine.date_due <= %s
              GROUP BY mine.giver_id, mine.user_id
                HAVING COUNT(DISTINCT mine.date_from) = 2
                """,
                (day, before),
                self.env.cr.now(),
            )
        )
        # sudo: flagged by the system
        Pair = self.env["sales.process.scorecard.pair"].sudo()
        known = {
            (pair.user_id.id, pair.other_id.id)
            for pair in Pair.search([("date_from", "=", day)])
        }
        Pair.create(
            [
                {
                    "user_id": user_id,
                    "other_id": other_id,
                    "company_id": company_id,
                    "date_from": day,
                }
                for user_id, other_id, company_id in rows
                if (user_id, other_id) not in known
            ]
        )
