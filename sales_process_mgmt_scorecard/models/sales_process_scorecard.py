# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import babel_locale_parse, float_repr, get_lang

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_in_steps
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import labels, texts
from odoo.addons.sales_process_mgmt.tools import period as period_tools

from ..tools import ranking, scoring
from .sales_process_scorecard_count import ScorecardCount
from .sales_process_scorecard_course import MANAGER
from .sales_process_scorecard_given_back import LOOK_BACK

_logger = logging.getLogger(__name__)

BATCH_SIZE = 200


class SalesProcessScorecard(models.Model):
    """A month of a person, judged by the template of the team.

    It moves with the numbers until it is closed, and never after. What has changed
    since is listed beside it. Where that has to count, a sales administrator opens it
    anew: that is another scorecard, and the closed one stays as it was.

    It has no chatter, so that nobody can be added to it.
    """

    _name = "sales.process.scorecard"
    _description = "Scorecard"
    _is_private = True
    _inherit = ["sales.process.scorecard.course", "sales.process.guard"]
    _order = "date_from desc, score desc, id desc"
    _text_limits = {"statement": texts.NOTE_LENGTH, "note": texts.NOTE_LENGTH}

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one(
        "crm.team",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The last team of the month; its leader discusses and closes.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(string="Month", required=True, readonly=True, index=True)
    date_to = fields.Date(string="Last Day", required=True, readonly=True)
    decider_id = fields.Many2one(
        "res.users",
        string="Discusses and Closes",
        readonly=True,
        index="btree_not_null",
        help="The leader of the team; of a leader who sells, whom the leader reports "
        "to. Nobody closes the own scorecard.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("discussed", "Discussed"), ("closed", "Closed")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        help="The numbers move until it is closed; from then on nothing changes.",
    )
    segment_ids = fields.One2many(
        "sales.process.scorecard.segment",
        "scorecard_id",
        string="Parts of the Month",
        readonly=True,
    )
    line_ids = fields.One2many(
        "sales.process.scorecard.line", "scorecard_id", string="Lines"
    )
    score = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator="avg",
        help="Of the whole month: the parts by their working days.",
    )
    has_score = fields.Boolean(readonly=True)
    score_max = fields.Float(
        string="Highest Score",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="What can be reached at most, said beforehand. 0: no limit.",
    )
    is_lifted = fields.Boolean(
        string="Lifted to the Lowest Score",
        readonly=True,
        help="Points would have taken away more than there was.",
    )
    personal_coefficient = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator="avg",
        help="By the own score, from the table of the template.",
    )
    team_coefficient = fields.Float(
        readonly=True,
        digits=(16, 4),
        aggregator="avg",
        help="By what the team has reached of its goal, from the table.",
    )
    coefficient = fields.Float(
        string="Both Together",
        readonly=True,
        digits=(16, 4),
        aggregator="avg",
        help="The personal coefficient times that of the team, and not lower than the "
        "lowest coefficient of the template: with it the floating part of the pay is "
        "multiplied.",
    )
    coefficient_floor = fields.Float(
        string="Lowest Coefficient",
        readonly=True,
        digits=(16, 4),
        aggregator=None,
        help="By the template; of a month in several teams by the days in each.",
    )
    coefficient_note = fields.Char(
        string="Why It Is Not Lower",
        compute="_compute_coefficient_note",
        help="Only where both coefficients together were lifted.",
    )
    statement = fields.Text(
        string="Own View", help="Written by the person until it is closed."
    )
    note = fields.Text(
        string="What Was Agreed", help="Written by who discusses; read by the person."
    )
    date_counted = fields.Datetime(string="Numbers as of", readonly=True)
    date_discussed = fields.Datetime(string="Discussed On", readonly=True)
    date_closed = fields.Datetime(string="Closed On", readonly=True)
    closed_by_id = fields.Many2one(
        "res.users", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_changed = fields.Boolean(
        string="Changed Since Closing",
        readonly=True,
        help="A number is another one now; the closed scorecard stays as it is.",
    )
    date_checked = fields.Datetime(string="Compared On", readonly=True)
    replaces_id = fields.Many2one(
        "sales.process.scorecard",
        string="Opened Anew From",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The closed scorecard of the same month that this one replaces.",
    )
    is_replaced = fields.Boolean(
        string="Replaced",
        readonly=True,
        help="It was opened anew: another scorecard of the month counts.",
    )
    is_mine = fields.Boolean(compute="_compute_can")
    can_decide = fields.Boolean(compute="_compute_can")
    rank = fields.Integer(
        compute="_compute_rank",
        aggregator=None,
        help="In the team, once all its scorecards of the month are closed. Equal "
        "scores share a rank, and the next rank is left out.",
    )
    rank_count = fields.Integer(
        string="Out Of", compute="_compute_rank", aggregator=None
    )
    rank_without_leader = fields.Integer(
        compute="_compute_rank",
        aggregator=None,
        help="The same without a leader who sells.",
    )
    gain = fields.Float(
        compute="_compute_rank",
        digits=(16, 2),
        aggregator=None,
        help="Score of this month less that of the month before, both closed.",
    )
    gain_rank = fields.Integer(
        string="Rank by Gain",
        compute="_compute_rank",
        aggregator=None,
        help="1: who has improved most.",
    )

    _month_uniq = models.UniqueIndex(
        "(user_id, company_id, date_from) WHERE is_replaced IS NOT TRUE",
        "This person has a scorecard for the month already.",
    )
    _rank_idx = models.Index("(team_id, date_from) WHERE is_replaced IS NOT TRUE")

    @api.depends("user_id.name", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for card in self:
            card.display_name = self.env._(
                "%(user)s, %(month)s",
                # sudo: the name of a colleague who has left
                user=card.sudo().user_id.name or "",
                month=card._get_month_label(self.env) if card.date_from else "",
            )

    def _get_month_label(self, env):
        return self._format_month(env, self.date_from)

    @api.model
    def _format_month(self, env, day):
        """A month in the words and the order of a language.

        :param env: environment in the language of whoever reads
        :param date day: a day of it
        :return: str
        """
        return labels.format_month(babel_locale_parse(get_lang(env).code), day)

    @api.depends(
        "personal_coefficient", "team_coefficient", "coefficient", "coefficient_floor"
    )
    @api.depends_context("lang")
    def _compute_coefficient_note(self):
        label = self._fields["coefficient_floor"]._description_string(self.env)
        for card in self:
            product = scoring.multiply(card.personal_coefficient, card.team_coefficient)
            card.coefficient_note = card.coefficient_floor > product and self.env._(
                "The tables give %(product)s. It is lifted to %(floor)s, as the "
                "template says: “%(setting)s”.",
                product=float_repr(product, 4),
                floor=float_repr(card.coefficient_floor, 4),
                setting=label,
            )

    @api.depends("state", "user_id", "team_id", "decider_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for card in self:
            card.is_mine = card.user_id == user
            card.can_decide = card.state != "closed" and card._may_decide(user)

    @api.depends("state", "score", "is_replaced")
    def _compute_rank(self):
        self.update(
            {
                "rank": 0,
                "rank_count": 0,
                "rank_without_leader": 0,
                "gain": 0,
                "gain_rank": 0,
            }
        )
        asked = self.filtered(
            lambda card: card.state == "closed" and not card.is_replaced
        )
        if not asked:
            return
        months = {
            period_tools.shift_period("monthly", day, -1)[0]
            for day in asked.mapped("date_from")
        }
        # sudo: a rank is told to whoever reads the scorecard, the others' scores not
        rows = self.sudo().search(
            [
                ("is_replaced", "=", False),
                "|",
                "&",
                ("team_id", "in", asked.sudo().team_id.ids),
                ("date_from", "in", asked.mapped("date_from")),
                "&",
                ("date_from", "in", list(months)),
                ("state", "=", "closed"),
            ]
        )
        by_team = rows.grouped(lambda row: (row.team_id, row.date_from))
        before = {
            (row.user_id, row.company_id, row.date_from): row.score
            for row in rows
            if row.has_score and row.state == "closed"
        }
        for (team, day), cards in (
            asked.sudo().grouped(lambda row: (row.team_id, row.date_from)).items()
        ):
            if not team:
                # compared with nobody
                continue
            group = by_team[team, day]
            if any(row.state != "closed" for row in group):
                continue
            self._rank_team(cards.with_env(self.env), group, before)

    def _rank_team(self, cards, group, before):
        """The ranks of some scorecards in their team.

        :param cards: those that are asked for
        :param group: all of the team and month, in sudo
        :param dict before: ``{(person, company, month): score}``
        """
        scores = {row.id: row.score if row.has_score else None for row in group}
        last = period_tools.shift_period("monthly", group[0].date_from, -1)[0]
        earlier = {
            row.id: before.get((row.user_id, row.company_id, last)) for row in group
        }
        sellers = {
            row.id: scores[row.id]
            for row in group
            if row.user_id != row.team_id.user_id
        }
        ranks, without = ranking.rank(scores), ranking.rank(sellers)
        gains = ranking.get_gains(scores, earlier)
        by_gain = ranking.rank(gains)
        for card in cards:
            card.rank = ranks.get(card.id, 0)
            card.rank_count = len(ranks)
            card.rank_without_leader = without.get(card.id, 0)
            card.gain = gains.get(card.id, 0)
            card.gain_rank = by_gain.get(card.id, 0)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_decider(self):
        """Who discusses and closes: never the person.

        The leader of the team; of a leader who sells, to whom the team reports where
        that is known, or the next one above; else a sales administrator.

        :return: res.users in sudo, one at most
        """
        self.ensure_one()
        # sudo: who leads a team does not depend on reading it
        card = self.sudo()
        team, person = card.team_id, card.user_id
        if team.user_id == person:
            above = team._get_superior()
            if above.active and above != person:
                return above
        return team._get_deciders(person, card.company_id)

    def _may_decide(self, user):
        """Tell whether somebody discusses, marks and closes.

        :return: bool, never true for the person
        """
        self.ensure_one()
        if user == self.user_id:
            return False
        return user.has_group(MANAGER) or user == self._get_decider()

    def _check_may_decide(self):
        """Refuse whoever does not decide on these scorecards.

        :raise AccessError: one sentence
        """
        self.check_access("read")
        user = self.env.user
        for card in self:
            if card._may_decide(user):
                continue
            decider = card._get_decider().name or ""
            if user == card.user_id:
                raise AccessError(
                    self.env._(
                        "Nobody decides on the own scorecard: ask %(person)s.",
                        person=decider,
                    )
                )
            raise AccessError(
                self.env._(
                    "%(person)s discusses and closes this scorecard.", person=decider
                )
            )

    def write(self, vals):
        if not self.env.su:
            self._check_may_write(vals)
        return super().write(vals)

    def _check_may_write(self, vals):
        """The person says something, who decides notes something, until it is closed.

        :raise AccessError: for what is not one's own to write
        :raise UserError: when it is closed
        """
        self._refuse_protected(vals)
        self.check_access("read")
        if any(card.state == "closed" for card in self):
            raise UserError(
                self.env._("This scorecard is closed: nothing in it changes any more.")
            )
        if "statement" in vals and any(card.user_id != self.env.user for card in self):
            raise AccessError(
                self.env._("Only the person writes what the person says.")
            )
        if vals.keys() - {"statement"}:
            self._check_may_decide()

    # ------------------------------------------------------------
    # MAKING AND COUNTING
    # ------------------------------------------------------------

    @api.model
    def _make(self, day):
        """Make the scorecards of the month in which a day lies, where they are missing.

        Of everybody who is in a team with a template on any day of it.

        :param date day: a day
        :return: the new scorecards, in sudo, counted
        """
        first, last = period_tools.period_dates("monthly", day)
        # sudo: made by the system for everybody
        Card = self.sudo()
        stays = Card.env["sales.process.scorecard.stay"].search(
            [
                ("date_from", "<=", last),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", first),
                ("team_id.process_mode", "in", ("observe", "enforce")),
            ]
        )
        known = {
            (card.user_id.id, card.company_id.id)
            for card in Card.search_fetch(
                [("date_from", "=", first), ("is_replaced", "=", False)],
                ["user_id", "company_id"],
            )
        }
        Template = Card.env["sales.process.scorecard.template"]
        templated = set(Template.search([("active", "=", True)]).company_id.ids)
        wanted = {}
        for stay in stays:
            company = stay.team_id.company_id or stay.user_id.company_id
            key = stay.user_id.id, company.id
            if company.id in templated and key not in known:
                wanted.setdefault(key, stay.team_id)
        cards = Card.create(
            [
                {
                    "user_id": user_id,
                    "company_id": company_id,
                    "team_id": team.id,
                    "date_from": first,
                    "date_to": last,
                }
                for (user_id, company_id), team in sorted(
                    wanted.items(), key=lambda item: item[0]
                )
            ]
        )
        failed = self.env["sales.process.failure"]._work_on_each(
            cards, type(self)._count, type(self)._find_deciders
        )
        # nobody is judged whose teams have no template
        empty = (cards - failed).filtered(lambda card: not card.line_ids)
        empty.unlink()
        return cards - empty

    def _count(self):
        """Count these scorecards anew; the closed ones stay as they are."""
        # sudo: counted for everybody, whoever asks
        cards = self.sudo().filtered(lambda card: card.state != "closed")
        for _key, batch in cards.grouped(
            lambda card: (card.company_id, card.date_from)
        ).items():
            ScorecardCount(batch).apply()

    def action_count(self):
        """Count anew, now: the person and who decides.

        :raise AccessError: for anybody else
        :raise UserError: when it is closed
        """
        self.check_access("read")
        self.filtered(lambda card: card.user_id != self.env.user)._check_may_decide()
        if any(card.state == "closed" for card in self):
            raise UserError(
                self.env._("This scorecard is closed: nothing in it changes any more.")
            )
        self._count()

    @api.model
    def _cron_scorecards(self):
        """Make and count the running month and the one before; compare closed ones.

        Safe to be killed and to run twice: each batch is committed.
        """
        today = deadline_tools.local_date(
            self.env.cr.now(), self.env["crm.team"]._get_process_timezone(self.env.user)
        )
        before = period_tools.shift_period("monthly", today, -1)[0]
        Rating = self.env["sales.process.scorecard.rating"]
        steps = (
            partial(self._make, before),
            partial(self._make, today),
            partial(Rating._ask, before),
            partial(Rating._flag_pairs, before),
        )
        work_in_steps(self.env, steps)
        oldest = period_tools.shift_period("monthly", today, -LOOK_BACK)[0]
        cards = self.search(
            [("date_from", ">=", oldest), ("is_replaced", "=", False)], order="id"
        )
        Failure = self.env["sales.process.failure"]
        for start in range(0, len(cards), BATCH_SIZE):
            batch = cards[start : start + BATCH_SIZE]

            def work(batch=batch):
                Failure._work_on_each(
                    batch, type(self)._process, type(self)._find_deciders
                )

            if not repeat_lost_races(self.env, work):
                _logger.info("Scorecards %s are left to the next run", batch.ids)
            self.env["ir.cron"]._commit_progress(len(batch))

    @api.model
    def _ask_anew(self):
        """Somebody else leads: who discusses, marks and closes follows at once."""
        cards = self.search([("state", "!=", "closed")])
        for decider, theirs in cards.grouped(lambda card: card._get_decider()).items():
            moved = theirs.filtered(
                lambda card, decider=decider: card.decider_id != decider
            )
            # of each the last part of the month
            last = moved.segment_ids.browse(
                card.segment_ids.sorted("date_from")[-1:].id
                for card in moved
                if card.segment_ids
            )
            moved.decider_id = decider
            last.marker_id = decider

    def _find_deciders(self):
        # one that has never been counted names nobody yet
        return self, self._get_decider()

    def _process(self):
        """Count what is open, compare what is closed; never commits."""
        self._count()
        closed = self.filtered(lambda card: card.state == "closed")
        for _key, batch in closed.grouped(
            lambda card: (card.company_id, card.date_from)
        ).items():
            # sudo: called by the scheduler, for the cards of all people
            ScorecardCount(batch.sudo()).compare()
