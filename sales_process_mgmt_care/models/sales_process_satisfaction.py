# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from markupsafe import Markup
from werkzeug.urls import url_join

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mail import email_normalize

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.models.sales_process_retry import (
    work_in_steps,
    work_on_each,
)
from odoo.addons.sales_process_mgmt.tools import texts
from odoo.addons.sales_process_mgmt.tools.spoken import speaking

from ..tools import tokens

_logger = logging.getLogger(__name__)

BATCH = 200
# What happened longer ago is not asked about any more.
MOST_DAYS = 30
# Two different answers within so much time come from two people.
UNSURE = timedelta(minutes=2)
# The link that a salesperson shows is for who stands there.
SHOWN_HOURS = 1
SCORES = range(1, 6)
# What says whether and how a link may be answered.
TOKEN_FIELDS = (
    "state",
    "date_expire",
    "date_answered",
    "score",
    "origin_hash",
    "date_shown",
)


class SalesProcessSatisfaction(models.Model):
    """A customer is asked once how it was; nobody who is judged reads or writes it.

    The token of the link is in the mail that goes out and nowhere else; here is its
    hash. It counts for whoever owned the customer when it happened.
    """

    _name = "sales.process.satisfaction"
    _description = "Satisfaction"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "date_event desc, id desc"
    _personal_names = ("answered_name", "email")
    _personal_texts = ("comment", "origin_hash")
    _personal_ownerships = ("ownership_id",)

    kind = fields.Selection(
        [("won", "Deal Won"), ("complaint", "Complaint Closed")],
        string="Asked About",
        required=True,
        readonly=True,
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("shown", "Shown by the Salesperson")],
        string="Asked by",
        required=True,
        readonly=True,
        default="email",
        help="What the salesperson shows on a screen weighs nothing, unless the team "
        "lets it count.",
    )
    state = fields.Selection(
        [
            ("waiting", "To Be Asked"),
            ("asked", "Asked"),
            ("answered", "Answered"),
            ("expired", "Not Answered"),
            ("closed", "Not Asked or Taken Back"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Opportunity",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    complaint_id = fields.Many2one(
        "sales.process.complaint",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Owned",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    email = fields.Char(string="Asked Address", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users",
        string="Counts For",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who owned the customer when it happened, or worked on the complaint.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Team Then",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    date_event = fields.Datetime(string="Happened On", required=True, readonly=True)
    date_send = fields.Datetime(string="To Be Asked On", readonly=True)
    date_asked = fields.Datetime(string="Asked On", readonly=True, index=True)
    date_expire = fields.Datetime(string="May Answer until", readonly=True)
    date_answered = fields.Datetime(string="Answered On", readonly=True)
    score = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="From 1, not satisfied, to 5, very satisfied. Read it with the number of "
        "answers.",
    )
    comment = fields.Text(string="In the Customer's Words", readonly=True)
    answered_name = fields.Char(string="Who Answered", readonly=True)
    is_unsure = fields.Boolean(
        string="Unsure",
        readonly=True,
        help="Two different answers came within two minutes: a mail scanner, or two "
        "people. It weighs nothing.",
    )
    is_counted = fields.Boolean(
        string="Counts",
        compute="_compute_is_counted",
        store=True,
        help="Answered by who was asked by e-mail, or shown the question in a team "
        "that lets that count, for a deal that still stands.",
    )
    is_shown_counted = fields.Boolean(
        string="Counts Although Shown",
        readonly=True,
        help="The team let it count when it was answered.",
    )
    is_taken_back = fields.Boolean(
        string="Deal Taken Back",
        readonly=True,
        help="The deal was won and is not any more: the answer stays and is not "
        "counted.",
    )
    token_hash = fields.Char(
        readonly=True, groups="base.group_system", export_string_translation=False
    )
    origin_hash = fields.Char(
        readonly=True, groups="base.group_system", export_string_translation=False
    )
    date_shown = fields.Float(
        readonly=True,
        digits=(16, 3),
        aggregator=None,
        groups="base.group_system",
        export_string_translation=False,
        help="When the page was shown on which it was answered.",
    )

    _token_uniq = models.UniqueIndex("(token_hash) WHERE token_hash IS NOT NULL")
    _lead_uniq = models.UniqueIndex(
        "(lead_id) WHERE lead_id IS NOT NULL AND kind = 'won'",
        "The customer is asked about a deal once.",
    )
    _complaint_uniq = models.UniqueIndex(
        "(complaint_id) WHERE complaint_id IS NOT NULL",
        "The customer is asked about a complaint once.",
    )
    _waiting_idx = models.Index("(date_send) WHERE state = 'waiting'")
    _asked_idx = models.Index("(date_expire) WHERE state = 'asked'")
    _check_score = models.Constraint(
        "CHECK(CASE WHEN state = 'answered' THEN score BETWEEN 1 AND 5"
        " ELSE COALESCE(score, 0) = 0 END)",
        "Satisfaction is a number from 1 to 5, and only where somebody has answered.",
    )

    @api.depends("kind", "user_id", "date_event")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            # sudo: whoever reads the row reads whom it is about
            person = row.sudo().user_id.name or ""
            day = fields.Date.to_string(row.date_event)
            row.display_name = f"{kinds.get(row.kind, '')} · {person} · {day}"

    @api.depends("state", "channel", "is_shown_counted", "is_unsure", "is_taken_back")
    def _compute_is_counted(self):
        for row in self:
            row.is_counted = (
                row.state == "answered"
                and (row.channel == "email" or row.is_shown_counted)
                and not row.is_unsure
                and not row.is_taken_back
            )

    # ------------------------------------------------------------
    # WHAT HAPPENED
    # ------------------------------------------------------------

    @api.model
    def _cron_satisfaction(self):
        """Note what happened, ask, close what nobody answered or what is no more.

        Safe to run twice, on two servers, and to be killed: a mail goes out in the
        transaction in which its request is marked as asked. A request that fails stops
        no other one, and is tried again later.
        """
        commit = self.env["ir.cron"]._commit_progress
        work_in_steps(
            self.env, (self._note_events, self._close_undone, self._process_expired)
        )
        while repeat_lost_races(self.env, self._process_waiting):
            due = len(self._find_due())
            if not commit(BATCH, remaining=due):
                # the time is up, the next run goes on
                return
            if not due:
                return
        _logger.info("Satisfaction goes on with the next run")
        commit(remaining=0)

    @api.model
    def _note_events(self):
        """Remember who owned the customer when a deal was won or a complaint closed."""
        teams = self.env["crm.team"].search([("process_satisfaction", "=", True)])
        work_on_each(self.env, teams, self._note_events_of, lambda team, error: None)

    @api.model
    def _note_events_of(self, teams):
        now = self.env.cr.now().replace(microsecond=0)
        for team in teams:
            since = max(
                team.process_satisfaction_from or now, now - timedelta(days=MOST_DAYS)
            )
            self._note_won(team, since)
            self._note_complaints(team, since)

    def _note_won(self, team, since):
        leads = self.env["crm.lead"].search(
            [
                ("team_id", "=", team.id),
                ("won_status", "=", "won"),
                ("date_closed", ">=", since),
                ("date_closed", "<=", self.env.cr.now()),
            ]
        )
        known = self.search([("lead_id", "in", leads.ids), ("kind", "=", "won")])
        self.create(
            [
                {
                    "kind": "won",
                    "lead_id": lead.id,
                    "ownership_id": lead.ownership_id.id,
                    "partner_id": lead.partner_id.id,
                    "email": email_normalize(
                        lead.email_from or lead.partner_id.email or ""
                    ),
                    # the ledger does not change: who owned it then
                    "user_id": (lead.ownership_id.user_id or lead.user_id).id,
                    **self._prepare_event(team, lead.date_closed, lead.company_id),
                }
                for lead in leads - known.lead_id
            ]
        )

    def _note_complaints(self, team, since):
        complaints = self.env["sales.process.complaint"].search(
            [
                ("team_id", "=", team.id),
                ("state", "=", "closed"),
                ("date_closed", ">=", since),
                ("date_closed", "<=", self.env.cr.now()),
            ]
        )
        known = self.search([("complaint_id", "in", complaints.ids)])
        self.create(
            [
                {
                    "kind": "complaint",
                    "complaint_id": row.id,
                    "ownership_id": row.ownership_id.id,
                    "partner_id": row.partner_id.id,
                    # what a colleague wrote down may be anybody's address
                    "email": email_normalize(
                        (row.channel != "hand" and row.contact_email)
                        or row.partner_id.email
                        or ""
                    ),
                    "user_id": (row.handler_id or row.closed_by_id).id,
                    **self._prepare_event(team, row.date_closed, row.company_id),
                }
                for row in complaints - known.complaint_id
            ]
        )

    def _prepare_event(self, team, moment, company):
        return {
            "team_id": team.id,
            "company_id": (team.company_id or company or self.env.company).id,
            "date_event": moment,
            "date_send": moment + timedelta(days=team.process_satisfaction_delay),
        }

    @api.model
    def _close_undone(self):
        """A deal that is not won any more, a complaint that goes on: nobody answers."""
        rows = self.search(
            [
                ("is_taken_back", "=", False),
                ("state", "in", ("waiting", "asked", "answered")),
                "|",
                "&",
                ("kind", "=", "won"),
                "|",
                ("lead_id", "=", False),
                ("lead_id.won_status", "!=", "won"),
                "&",
                ("kind", "=", "complaint"),
                ("complaint_id.state", "!=", "closed"),
            ]
        )
        rows.is_taken_back = True
        rows.filtered(lambda row: row.state != "answered").write({"state": "closed"})
        self._go_on()

    @api.model
    def _go_on(self):
        """What was taken back stands again: who moves a deal back and wins it once more
        is rid neither of the question nor of its answer.
        """
        rows = self.search(
            [
                ("is_taken_back", "=", True),
                "|",
                "&",
                ("kind", "=", "won"),
                ("lead_id.won_status", "=", "won"),
                "&",
                ("kind", "=", "complaint"),
                ("complaint_id.state", "=", "closed"),
            ]
        )
        rows.is_taken_back = False
        undone = rows.filtered(lambda row: row.state == "closed")
        asked = undone.filtered("date_asked")
        # an open link is answered, a closed one expires with the next run
        asked.write({"state": "asked"})
        (undone - asked).write({"state": "waiting"})

    @api.model
    def _process_expired(self):
        self.search(
            [("state", "=", "asked"), ("date_expire", "<", self.env.cr.now())]
        ).write({"state": "expired"})

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    @api.model
    def _find_due(self, limit=BATCH):
        return self.search(
            [
                ("state", "=", "waiting"),
                ("date_send", "<=", self.env.cr.now()),
                *self.env["sales.process.failure"]._get_retry_domain(self._name),
            ],
            limit=limit,
            order="date_send, id",
        )

    @api.model
    def _process_waiting(self):
        """Ask whoever may be asked, once in the days of the team."""
        rows = self._find_due()._lock_rows()
        rows = rows.filtered(lambda row: row.state == "waiting")
        # nobody is told: who is judged does not read what a customer is asked
        self.env["sales.process.failure"]._work_on_each(
            rows, lambda part: part._ask_or_close()
        )

    def _ask_or_close(self):
        for row in self:
            if row._may_ask():
                row._send()
            else:
                row.state = "closed"

    def _may_ask(self):
        """Tell whether the customer may be asked now.

        Not without an address, or at one of our own, not who does not want to be
        contacted, not twice within the days of the team, and only where the team asks.

        :return: bool
        """
        self.ensure_one()
        own = self.env["sales.process.own.detail"]._get_own_details()
        return (
            bool(self.email)
            and ("email", self.email) not in own
            and self.team_id.process_satisfaction
            and self._is_contact_allowed()
            and not self._is_asked()
        )

    def _is_contact_allowed(self):
        self.ensure_one()
        root = self.ownership_id.root_id or self.ownership_id
        periods = self.env["sales.process.ownership"].search(
            Domain("id", "=", root.id) | Domain("root_id", "=", root.id)
        )
        return not (
            (root and any(periods.mapped("is_frozen")))
            or (
                self.email
                and self.env["mail.blacklist"].search_count(
                    [("email", "=", self.email)], limit=1
                )
            )
        )

    def _is_asked(self):
        """Tell whether this customer has been asked within the days of the team.

        Also at this very instant, about another deal or from another window.

        :return: bool
        :raise ConcurrencyError: where somebody decides about it now; it is repeated
        """
        self.ensure_one()
        days = self.team_id.process_satisfaction_days
        values = {
            "email": self.email,
            "partner_id.commercial_partner_id": (
                self.partner_id.commercial_partner_id.id
            ),
            "ownership_id": self.ownership_id.id,
        }
        known = {name: value for name, value in values.items() if value}
        turns = (
            f"{self.company_id.id}:{name}:{value}" for name, value in known.items()
        )
        if not self._take_turn(*turns):
            raise ConcurrencyError("The same customer is asked at this instant")
        domain = (
            Domain.OR(Domain(name, "=", value) for name, value in known.items())
            & Domain("company_id", "=", self.company_id.id)
            & Domain("id", "!=", self.id)
            & Domain("date_asked", ">", self.env.cr.now() - timedelta(days=days))
        )
        with self._look_now() as views:
            return any(view.search_count(domain, limit=1) for view in views)

    def _ask(self, until, **values):
        """A new token; the one before opens nothing any more.

        :param until: naive UTC datetime until which the link is open
        :return: str, the link
        """
        self.ensure_one()
        token = tokens.make_token()
        now = self.env.cr.now().replace(microsecond=0)
        self.write(
            {
                "state": "asked",
                "token_hash": tokens.hash_token(token),
                "date_asked": now,
                "date_expire": until,
                **values,
            }
        )
        return url_join(self.get_base_url(), f"/satisfaction/{token}")

    def _send(self):
        """Ask by e-mail. The link is in this one mail, which belongs to no document."""
        self.ensure_one()
        now = self.env.cr.now().replace(microsecond=0)
        link = self._ask(now + timedelta(days=self.team_id.process_satisfaction_open))
        lang = self.partner_id.lang or self.company_id.partner_id.lang
        env = speaking(self, lang).env
        company = self.company_id
        self.env["mail.mail"].create(
            {
                "subject": env._("How satisfied are you with %s?", company.name),
                "email_to": self.email,
                "email_from": company.email_formatted,
                "reply_to": company.email_formatted,
                "author_id": company.partner_id.id,
                "auto_delete": True,
                "body_html": Markup(
                    "<p>%s</p>"
                    '<p><a href="%s" style="display: inline-block; padding: 10px 16px;'
                    " background-color: #714b67; color: #ffffff;"
                    ' text-decoration: none; border-radius: 4px">%s</a></p>'
                    '<p style="color: #6c757d">%s</p>'
                )
                % (
                    env._("Tell us how it was: it takes half a minute."),
                    link,
                    env._("Answer"),
                    env._(
                        "Your answer goes to the management. Whoever served you does "
                        "not see it."
                    ),
                ),
            }
        )

    @api.model
    def _show(self, lead):
        """A link for the customer who stands there; who shows it has asked already.

        :param lead: crm.lead in sudo, won
        :return: str, the link; None where the customer may not be asked
        """
        now = self.env.cr.now().replace(microsecond=0)
        row = self.search([("lead_id", "=", lead.id), ("kind", "=", "won")])
        if not row:
            self._note_won(lead.team_id, lead.date_closed or now)
            row = self.search([("lead_id", "=", lead.id), ("kind", "=", "won")])
        row = row._lock_rows()
        again = row.state == "asked" and row.channel == "shown"
        if (
            # who has an address is asked there: what is shown weighs nothing
            row.email
            or row.is_taken_back
            or not (again or row.state in ("waiting", "closed"))
            or not row._is_contact_allowed()
            or row._is_asked()
        ):
            return None
        return row._ask(now + timedelta(hours=SHOWN_HOURS), channel="shown")

    # ------------------------------------------------------------
    # ANSWERING
    # ------------------------------------------------------------

    @api.model
    def _get_secret(self):
        # sudo: the secret of the database signs pages for whoever opens them
        return self.env["ir.config_parameter"].sudo().get_param("database.secret")

    @api.model
    def _find_by_token(self, token, lock=False):
        """The request behind a token.

        The same statements for a link that is unknown, used, expired or open: how long
        it takes tells nobody which of them it is.

        :param str token: as it came
        :param bool lock: whether it is answered, and nobody else may answer meanwhile
        :return: sales.process.satisfaction in sudo, may be empty
        """
        # sudo: whoever has the link is asked, and reads nothing
        rows, token_hash = self.sudo(), tokens.hash_token(token)
        if lock:
            # by the token and not by the row: an unknown one is looked for as well
            rows.flush_model(["token_hash"])
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE token_hash = %s FOR UPDATE",
                    SQL.identifier(self._table),
                    token_hash,
                )
            )
        return rows.search_fetch([("token_hash", "=", token_hash)], TOKEN_FIELDS)

    def _is_open(self):
        """Tell whether somebody may answer now.

        :return: bool
        """
        # asked in any case: the clock of the transaction is a statement
        now = self.env.cr.now()
        return len(self) == 1 and self.state == "asked" and self.date_expire >= now

    @api.model
    def _make_nonce(self, token):
        """A nonce of one view of the page.

        :return: str
        """
        return tokens.make_nonce(self._get_secret(), tokens.hash_token(token))

    @api.model
    def _answer(self, token, nonce, score, comment="", name="", address=""):
        """Keep an answer, or nothing: whoever sent it is told the same.

        :param str token: of the link
        :param str nonce: of the page that was shown
        :param score: as it came
        :param str comment: in the customer's words
        :param str name: who answered, if that was said
        :param str address: of the network
        :return: bool, whether it was kept
        """
        secret = self._get_secret()
        shown = tokens.read_nonce(secret, tokens.hash_token(token), nonce)
        score = int(score) if str(score) in map(str, SCORES) else 0
        origin = tokens.hash_origin(secret, address)
        now = self.env.cr.now().replace(microsecond=0)
        row = self._find_by_token(token, lock=True)
        if not row or not shown or not score:
            return False
        values = {
            "score": score,
            "comment": (comment or "").replace("\x00", "")[: texts.REASON_LENGTH],
            "answered_name": (name or "").replace("\x00", "")[: texts.NAME_LENGTH],
            "origin_hash": origin,
            "date_shown": shown,
        }
        if row._is_open():
            counts = row.channel == "shown" and row.team_id.process_satisfaction_shown
            row.write(
                {
                    **values,
                    "state": "answered",
                    "date_answered": now,
                    "is_shown_counted": counts,
                }
            )
            return True
        if (
            row.state != "answered"
            or now - row.date_answered > UNSURE
            or row.score == score
            or row.origin_hash == origin
        ):
            return False
        # the page that was shown first wins
        earlier = values if shown < row.date_shown else {}
        row.write({**earlier, "is_unsure": True})
        leaders = row.team_id._get_leaders() - row.user_id
        if leaders:
            # sudo: its name in a message to whoever leads
            self.env["sales.process.notice"]._tell(
                leaders,
                lambda env: (
                    env._("An answer about satisfaction is unsure"),
                    row.with_env(env).sudo().display_name,
                ),
                why="leader",
            )
        return bool(earlier)
