# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import deadline as deadline_tools
from ..tools import texts
from ..tools.spoken import get_spoken


class SalesProcessDutySwap(models.Model):
    """A request to take over a shift.

    Asked by the person on duty and answered by the colleague with one click. A team
    leader who asks for somebody else decides: such a swap takes effect at once.
    Nobody has write access; the methods check who may answer.
    """

    _name = "sales.process.duty.swap"
    _description = "Duty Swap"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _mail_post_access = "read"
    _text_limits = {"reason": texts.REASON_LENGTH}

    duty_id = fields.Many2one(
        "sales.process.duty",
        string="Shift",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    team_id = fields.Many2one(related="duty_id.team_id", store=True, index=True)
    company_id = fields.Many2one(related="duty_id.company_id", store=True, index=True)
    date_start = fields.Datetime(related="duty_id.date_start", string="Start")
    date_end = fields.Datetime(related="duty_id.date_end", string="End")
    requester_id = fields.Many2one(
        "res.users",
        string="On Duty Before",
        index=True,
        readonly=True,
        help="Who was on duty when the swap was asked for.",
    )
    substitute_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        check_company=True,
        domain="[('id', 'in', candidate_ids)]",
        help="The colleague who is asked to take the shift over.",
    )
    candidate_ids = fields.Many2many(
        "res.users",
        compute="_compute_candidate_ids",
        help="Members of the team who are neither on duty nor absent then.",
    )
    reason = fields.Text(help="Why the shift is swapped. The colleague reads it.")
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="asked",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    date_answered = fields.Datetime(
        string="Answered", readonly=True, copy=False, help="When it was decided."
    )
    can_answer = fields.Boolean(
        compute="_compute_rights", help="Whether you may accept or refuse."
    )
    can_cancel = fields.Boolean(
        compute="_compute_rights", help="Whether you may take the request back."
    )
    is_direct = fields.Boolean(
        compute="_compute_rights",
        help="Whether the swap takes effect at once because you lead the team.",
    )

    _one_open_request = models.UniqueIndex(
        "(duty_id) WHERE state = 'asked'",
        "There is already an open request to swap this shift.",
    )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.depends("requester_id", "substitute_id", "duty_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for swap in self:
            swap.display_name = self.env._(
                "%(substitute)s for %(requester)s, %(team)s",
                substitute=swap.substitute_id.name or "?",
                requester=swap.requester_id.name or swap.duty_id.duty_user_id.name,
                team=swap.team_id.name or "",
            )

    @api.depends("duty_id")
    def _compute_candidate_ids(self):
        for swap in self:
            duty = swap.duty_id
            if not duty:
                swap.candidate_ids = False
                continue
            # each: a dialog shows one swap
            # sudo: who is free is the colleagues' roster, not a document
            busy = (
                self.env["sales.process.duty"]
                .sudo()
                .search(duty._get_overlapping_domain())
            )
            members = duty.team_id._get_roster_users()
            absent = members._get_absences(duty.date_start, duty.date_end)
            swap.candidate_ids = (
                members
                - busy.duty_user_id
                - duty.duty_user_id
                - members.browse().union(*absent)
            )

    @api.depends("state", "requester_id", "substitute_id", "duty_id")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        for swap in self:
            requester = swap.requester_id or swap.duty_id.duty_user_id
            leads = swap.team_id._is_leader(user)
            is_open = bool(swap.id) and swap.state == "asked"
            # nobody puts the own shift on a colleague
            decides = swap.team_id._may_decide(user, requester)
            swap.can_answer = is_open and (decides or swap.substitute_id == user)
            swap.can_cancel = is_open and swap.requester_id == user
            swap.is_direct = leads and requester != user

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Ask: the person on duty, or the team leader, who decides at once."""
        duties = self.env["sales.process.duty"].browse(
            vals["duty_id"] for vals in vals_list if vals.get("duty_id")
        )
        duties._check_may_swap()
        swaps = super().create(vals_list)
        swaps._check_possible()
        direct = swaps.filtered("is_direct")
        direct._accept()
        (swaps - direct)._ask()
        return swaps

    def _prepare_server_values(self, vals_list):
        Duty = self.env["sales.process.duty"]
        return [
            {
                **vals,
                "state": "asked",
                "requester_id": Duty.browse(vals.get("duty_id")).duty_user_id.id,
            }
            for vals in super()._prepare_server_values(vals_list)
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_accept(self):
        """Take the shift over. Asked colleague, team leader and administrator only."""
        swaps = self._lock_open()
        swaps._check_right("can_answer")
        swaps._accept()
        return self.env["sales.process.notice"]._toast(
            self.env._("Accepted: you are on duty in this shift.")
        )

    def action_refuse(self):
        """Refuse to take the shift over. The person on duty is told."""
        swaps = self._lock_open()
        swaps._check_right("can_answer")
        swaps._close("refused")
        for swap in swaps:

            def render(env, swap=swap):
                # sudo: the shift may not be readable for whoever answers
                duty = swap.sudo().duty_id.with_context(lang=env.lang)
                text = env._(
                    "%(person)s cannot take over your shift: %(period)s. You stay on "
                    "duty.",
                    person=swap.substitute_id.name,
                    period=duty._get_period_text(),
                )
                return env._("Swap refused"), text

            swap._tell(swap.requester_id, render)

    def action_cancel(self):
        """Take an open request back."""
        swaps = self._lock_open()
        swaps._check_right("can_cancel")
        swaps._close("cancelled")

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _check_possible(self):
        """Refuse a swap that the shift or the substitute does not allow any more."""
        now = self.env.cr.now()
        for swap in self:
            # sudo: the substitute's shifts decide, not who may read them
            duty = swap.sudo().duty_id
            person = swap.substitute_id
            if duty.state == "cancelled":
                raise UserError(self.env._("The shift is cancelled."))
            if duty.date_end <= now:
                raise UserError(self.env._("The shift is over."))
            if duty.duty_user_id != swap.requester_id:
                raise UserError(
                    self.env._("Meanwhile somebody else has taken the shift over.")
                )
            if person == duty.duty_user_id:
                raise UserError(
                    self.env._("%(person)s has this shift already.", person=person.name)
                )
            if person not in duty.team_id._get_roster_users():
                raise UserError(
                    self.env._(
                        "%(person)s does not belong to %(team)s.",
                        person=person.name,
                        team=duty.team_id.name,
                    )
                )
            # each: one swap is asked for at a time
            other = duty.search(
                [*duty._get_overlapping_domain(), ("duty_user_id", "=", person.id)],
                limit=1,
            )
            if other:
                raise UserError(
                    self.env._(
                        "%(person)s is already on duty then: %(period)s.",
                        person=person.name,
                        period=other._get_period_text(),
                    )
                )

    def _check_right(self, right):
        """Refuse an answer that is not this user's to give.

        :param str right: name of a boolean field
        """
        for swap in self:
            if not swap[right]:
                raise AccessError(self.env._("This request is not yours to decide."))

    def _lock_open(self):
        """Lock the requests and their shifts; keep those that wait for an answer.

        A second click finds nothing to do. An answer given by somebody else in the
        meantime raises a serialization failure, which the request repeats.

        :return: the open requests among these
        """
        self.check_access("read")
        if not self:
            return self
        # sudo: the shift may not be readable for whoever answers
        self.sudo().duty_id._lock_rows()
        return self._lock_rows().filtered(lambda swap: swap.state == "asked")

    def _ask(self):
        """Give the colleague an activity that leads to the answer."""
        for swap in self:
            zone = swap.team_id._get_process_timezone(swap.substitute_id)
            today = deadline_tools.local_date(self.env.cr.now(), zone)
            day = deadline_tools.local_date(swap.date_start, zone) - timedelta(days=1)
            asked = swap.with_context(
                lang=get_spoken(self.env, swap.substitute_id.lang)
            )
            # sudo: asking does not need the right to write the request
            swap.sudo().activity_schedule(
                "sales_process_mgmt.mail_activity_type_duty_swap",
                date_deadline=max(today, day),
                user_id=swap.substitute_id.id,
                summary=asked.env._(
                    "Take over the shift of %(person)s?", person=swap.requester_id.name
                ),
                note=texts.paragraph(asked.duty_id._get_period_text()),
            )

    def _accept(self):
        """Put the substitute on duty and tell everybody concerned, once each."""
        self._check_possible()
        # Closed first: changing the shift cancels the requests that are still open.
        self._close("accepted")
        for swap in self:
            # sudo: the shift may not be readable for whoever answers
            duty = swap.sudo().duty_id
            duty._substitute(swap.substitute_id)

            def render(env, swap=swap, duty=duty):
                text = env._(
                    "%(substitute)s takes over the shift of %(person)s: %(period)s.",
                    substitute=swap.substitute_id.name,
                    person=swap.requester_id.name,
                    period=duty.with_context(lang=env.lang)._get_period_text(),
                )
                return env._("Shift swapped"), text

            swap._tell(
                duty.team_id._get_leaders() | swap.requester_id | swap.substitute_id,
                render,
            )

    def _close(self, state):
        """End the requests and the activities that asked for an answer."""
        # sudo: nobody writes a request, the callers have checked who decides
        swaps = self.sudo()
        swaps.write({"state": state, "date_answered": self.env.cr.now()})
        swaps.activity_unlink(["sales_process_mgmt.mail_activity_type_duty_swap"])

    def _tell(self, users, render):
        """Send one message to these people, except to who is acting.

        :param users: res.users
        :param render: see ``_tell`` of sales.process.notice
        """
        self.ensure_one()
        self.env["sales.process.notice"]._tell(
            users - self.env.user, render, self, why="duty", today=True
        )
