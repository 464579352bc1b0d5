# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from ..exceptions import repeat_lost_races
from ..tools import texts
from ..tools.transaction import forget_kept
from .sales_process_absence_days import DaysAway
from .sales_process_absence_deputy import Deputies

_logger = logging.getLogger(__name__)

STANDING = ("requested", "confirmed")
# What people write; the rest is the system's.
EDITABLE_FIELDS = {"date_end", "date_start", "deputy_id", "note", "user_id"}


class SalesProcessAbsence(models.Model):
    """When somebody is away, and who looks after the customers meanwhile.

    Nobody is given customers while away, days of absence do not count for the clock,
    up to the team's limit, and the deputy helps with the customers. What somebody
    enters alone needs the leader beyond some days, and contradicts itself where
    contacts go on.
    """

    _name = "sales.process.absence"
    _description = "Absence"
    _inherit = ["sales.process.guard"]
    _order = "date_start desc, id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        string="Who Is Away",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        related="user_id.company_id",
        store=True,
        index=True,
    )
    date_start = fields.Datetime(string="From", required=True, index=True)
    date_end = fields.Datetime(
        string="Until", index=True, help="Empty: until somebody enters the end."
    )
    deputy_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="Looks after the customers during the absence and is not their owner.",
    )
    note = fields.Char(size=texts.REASON_LENGTH)
    source = fields.Selection(
        [("own", "Entered Alone"), ("leader", "By the Leader")],
        default="own",
        required=True,
        readonly=True,
        help="Entered alone: by the person who is away. Such an absence needs the "
        "leader beyond the team's days.",
    )
    state = fields.Selection(
        [
            ("requested", "Waits for the Leader"),
            ("confirmed", "Confirmed"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="requested",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    is_out_of_office = fields.Boolean(
        string="Out of Office",
        readonly=True,
        copy=False,
        help="Follows the out-of-office dates of the person.",
    )
    confirmed_by_id = fields.Many2one(
        "res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    helped_ids = fields.Many2many(
        "sales.process.ownership",
        "sales_process_absence_helped_rel",
        "absence_id",
        "ownership_id",
        string="Customers Looked After",
        readonly=True,
        copy=False,
    )
    helped_count = fields.Integer(
        string="Number of Customers Looked After", compute="_compute_helped_count"
    )
    contradiction_count = fields.Integer(
        string="Contacts Meanwhile",
        compute="_compute_contradiction_count",
        help="Contacts that the person logged by hand during the absence. Of an "
        "absence that somebody entered alone, such a day is none.",
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _check_dates = models.Constraint(
        "CHECK(date_end IS NULL OR date_end > date_start)",
        "An absence ends after it begins.",
    )
    _standing_idx = models.Index(
        "(user_id, date_start) WHERE state IN ('requested', 'confirmed')"
    )

    @api.depends("helped_ids")
    def _compute_helped_count(self):
        for absence in self:
            # sudo: a number
            absence.helped_count = len(absence.sudo().helped_ids)

    @api.depends("user_id", "date_start", "date_end")
    def _compute_contradiction_count(self):
        contacts = DaysAway(self.env).find_contacts(self)
        for absence in self:
            absence.contradiction_count = len(contacts.get(absence, ()))

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_can_decide(self):
        for absence in self:
            absence.can_decide = absence._may_decide(self.env.user)

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def _may_decide(self, user):
        """Tell whether ``user`` decides about the absence: the leader, not oneself.

        :return: bool
        """
        self.ensure_one()
        # sudo: whether somebody leads a team does not depend on reading it
        person = self.sudo().user_id
        teams = person._get_roster_teams()
        return any(
            team._may_decide(user, person, person.company_id)
            # whom nobody leads an administrator decides about
            for team in (*teams, teams.browse())
        )

    def _get_leaders(self):
        """Who is asked about the absence: the leaders, else whoever is above.

        :return: res.users, empty where nobody else is there
        """
        self.ensure_one()
        # sudo: see _may_decide
        user = self.sudo().user_id
        leaders = user.browse()
        for team in user._get_roster_teams():
            leaders |= team._get_common_leader(user, user.company_id)
        return leaders or user.env["crm.team"]._find_above(user.company_id, user)

    @api.model_create_multi
    def create(self, vals_list):
        absences = super().create(vals_list)
        absences._check_deputies()
        for absence in absences.filtered(lambda row: row.source in ("own", "leader")):
            # what a person may do does not depend on sudo
            absence._decide_entry(self.env.user)
        absences.filtered(lambda row: row.state == "confirmed")._follow()
        return absences

    def write(self, vals):
        if not self.env.su:
            self._check_edit(vals)
        if "deputy_id" in vals:
            # the one before helps no more; the next one begins with the next run
            self.filtered(lambda row: row.deputy_id.id != vals["deputy_id"])._end_help()
        users = self.user_id
        confirmed = self.filtered(lambda row: row.state == "confirmed")
        result = super().write(vals)
        if (EDITABLE_FIELDS - {"note"} | {"state"}) & vals.keys():
            self._check_deputies()
            # one that is asked for, or refused, is nothing to the clocks
            confirmed |= self.filtered(lambda row: row.state == "confirmed")
            # who is back is helped no longer, and not from the next run on
            self.filtered(lambda row: not row._is_running())._end_help()
            if confirmed:
                confirmed._follow(users)
        return result

    def unlink(self):
        users = self.filtered(lambda row: row.state == "confirmed").user_id
        self._end_help()
        result = super().unlink()
        if users:
            self.browse()._follow(users)
        return result

    def _check_edit(self, vals):
        self._refuse_protected(vals)
        for absence in self:
            if absence._may_decide(self.env.user):
                continue
            if absence.user_id != self.env.user or "user_id" in vals:
                raise AccessError(
                    self.env._("Only the person and the team leader enter an absence.")
                )
            if vals.keys() - {"deputy_id", "note"} and absence.state != "requested":
                raise UserError(
                    self.env._(
                        "This absence has been decided. Cancel it and enter another "
                        "one, or ask the team leader."
                    )
                )

    def _check_deputies(self):
        """A deputy is a colleague of the team who may work customers.

        :raise UserError: one sentence
        """
        # sudo: who stands in is checked whoever writes it
        for absence in self.sudo().filtered("deputy_id"):
            deputy = absence.deputy_id
            if deputy == absence.user_id:
                raise ValidationError(
                    self.env._("A deputy is somebody else than who is away.")
                )
            colleagues = absence.user_id._get_roster_teams()._get_roster_users()
            if deputy not in colleagues or not deputy.has_group(
                "sales_team.group_sale_salesman"
            ):
                raise ValidationError(
                    self.env._(
                        "%(deputy)s is no salesperson of a team of %(user)s and cannot "
                        "be the deputy.",
                        deputy=deputy.name,
                        user=absence.user_id.name,
                    )
                )

    # ------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------

    def _decide_entry(self, actor):
        """What becomes of an absence that somebody has entered.

        By a leader it is confirmed; alone within the team's days, too; else the leader
        is asked.

        :param actor: res.users who entered it
        """
        self.ensure_one()
        # sudo: the system says what becomes of it, as the rules of the team are
        absence = self.sudo()
        if actor != self.user_id and self._may_decide(actor):
            absence.write(
                {
                    "state": "confirmed",
                    "source": "leader",
                    "confirmed_by_id": actor.id,
                }
            )
            return
        if actor != self.user_id:
            raise AccessError(
                self.env._("Only the person and the team leader enter an absence.")
            )
        if DaysAway(self.env).fits_own_days(absence):
            absence.write({"state": "confirmed", "source": "own"})
        else:
            absence.write({"state": "requested", "source": "own"})
            self._ask_leaders()

    def _ask_leaders(self):
        """Ask the leaders by a message: confirm or refuse."""
        for absence in self:
            for leader in absence._get_leaders():
                # sudo: the name in a message to whoever decides
                absence._tell(
                    leader,
                    lambda env, absence=absence: env._(
                        "%(user)s asks for an absence: confirm or refuse it",
                        user=absence.sudo().user_id.name,
                    ),
                    answer=True,
                )

    def _tell(self, user, get_text, answer=False):
        """One message in the language of the reader, with a link to the absence.

        :param get_text: function of an environment
        :param bool answer: whether the reader is asked to decide
        """

        def render(env):
            text = get_text(env)
            return text, self._get_html_link(text)

        self.env["sales.process.notice"]._tell(
            user,
            render,
            why="answer" if answer else "absence",
            answer=answer,
            # a decision that somebody waits for, customers to look after from now on
            today=True,
        )

    def _check_decide(self, *states):
        self.check_access("read")
        for absence in self:
            if not absence._may_decide(self.env.user):
                # sudo: the name in a refusal
                raise AccessError(
                    self.env._(
                        "Only the team leader of %(user)s or a sales administrator "
                        "decides about this absence, and nobody about their own.",
                        user=absence.sudo().user_id.name,
                    )
                )
            if absence.state not in states:
                raise UserError(self.env._("This absence has been decided. Reload it."))

    def action_confirm(self):
        """The leader confirms the absence."""
        self._check_decide("requested")
        # sudo: states are written by the buttons only
        self.sudo().write(
            {
                "state": "confirmed",
                "source": "leader",
                "confirmed_by_id": self.env.user.id,
            }
        )
        self._tell_decision()

    def action_refuse(self):
        """The leader refuses the absence: the days count."""
        self._check_decide(*STANDING)
        # sudo: see action_confirm
        self.sudo().write({"state": "refused", "confirmed_by_id": self.env.user.id})
        self._tell_decision()

    def _tell_decision(self):
        for absence in self:
            if absence.user_id == self.env.user:
                continue
            confirmed = absence.state == "confirmed"
            # sudo: whose absence it is is told, whoever decided
            absence._tell(
                absence.sudo().user_id,
                lambda env, confirmed=confirmed: (
                    env._("Your absence was confirmed")
                    if confirmed
                    else env._("Your absence was refused")
                ),
            )

    def action_cancel(self):
        """The person is back, or does not go: by the person or the leader."""
        self.check_access("read")
        for absence in self:
            if absence.user_id != self.env.user and not absence._may_decide(
                self.env.user
            ):
                raise AccessError(
                    self.env._("Only the person and the team leader enter an absence.")
                )
        # sudo: after the check; the state is the system's to write
        self.sudo()._call_off()

    def _call_off(self):
        """The person is back, or does not go: what has been stays an absence."""
        now = self.env.cr.now().replace(microsecond=0)
        for absence in self.filtered(lambda row: row.state in STANDING):
            if absence.state == "confirmed" and absence.date_start < now:
                # the days that have been stay what they were
                if not absence.date_end or absence.date_end > now:
                    absence.date_end = now
            else:
                absence.state = "cancelled"

    def _follow_out_of_office(self, start, end):
        """The person is out of office at other times: what has been stays an absence.

        One that has not begun is taken back. One that has begun goes on where the new
        dates hold the rest of it, ends sooner where only their end is another one, and
        ends now where the person is there.

        :param start: naive UTC datetime, False where the person is there
        :param end: naive UTC datetime, False without an end
        :return: the absence that these dates are, empty where they need a new one
        """
        now = self.env.cr.now().replace(microsecond=0)
        latest = end or datetime.max
        same = self.filtered(lambda row: (row.date_start, row.date_end) == (start, end))
        for absence in self - same:
            last = absence.date_end or datetime.max
            if absence.state != "confirmed" or absence.date_start >= now:
                absence.state = "cancelled"
            elif start == absence.date_start and latest < last:
                absence.date_end = end
                same |= absence
            elif last <= now or not (start and start <= now and last <= latest):
                absence.is_out_of_office = False
                absence._call_off()
        return same

    # ------------------------------------------------------------
    # WHAT IT MEANS
    # ------------------------------------------------------------

    def _follow(self, users=None):
        """Clocks and helpers follow; scheduled for the moments of start and end."""
        forget_kept(self.env)
        users = (users or self.env["res.users"]) | self.user_id
        by_leader = not self or "own" not in self.mapped("source")
        self.env["sales.process.ownership"]._follow_absences(users, by_leader)
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_absences", raise_if_not_found=False
        )
        moments = {self.env.cr.now()}
        for absence in self.filtered(lambda row: row.state == "confirmed"):
            moments |= {absence.date_start, absence.date_end} - {False}
        if cron and any(absence.deputy_id or absence.helped_ids for absence in self):
            # sudo: whoever is away may not touch scheduled actions
            cron.sudo()._trigger(at=sorted(moments))

    @api.model
    @tools.ormcache()
    def _get_absent_user_ids(self):
        """Who has a confirmed absence at any time; asked for with every deadline.

        :return: frozenset of ids
        """
        # sudo: kept for everybody
        groups = self.sudo()._read_group([("state", "=", "confirmed")], ["user_id"])
        return frozenset(user.id for (user,) in groups)

    @api.model
    def _find_intervals(self, users, date_from, date_to):
        """When these people are away: see :class:`DaysAway`.

        :param date_from: naive UTC datetime
        :param date_to: naive UTC datetime, may equal ``date_from``
        :return: ``{res.users: [(naive UTC start, naive UTC end)]}``
        """
        users = users.filtered(lambda user: user.id in self._get_absent_user_ids())
        if not users:
            return {}
        return DaysAway(self.env).find_intervals(users, date_from, date_to)

    # ------------------------------------------------------------
    # DEPUTIES
    # ------------------------------------------------------------

    @api.model
    def _cron_absences(self):
        """Deputies begin and end to help. Safe to run twice and to be killed."""
        if not repeat_lost_races(self.env, self._process_deputies):
            _logger.info("Deputies are brought in line by the next run")
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _process_deputies(self):
        """Bring the helpers in line with who is away now."""
        Deputies(self.env).run()

    def _is_running(self):
        """Tell whether the person is away now.

        :return: bool
        """
        self.ensure_one()
        now = self.env.cr.now()
        return (
            self.state == "confirmed"
            and self.date_start <= now
            and (not self.date_end or self.date_end > now)
        )

    def _end_help(self):
        """The deputies of these absences help no more."""
        Deputies(self.env).end(self)
