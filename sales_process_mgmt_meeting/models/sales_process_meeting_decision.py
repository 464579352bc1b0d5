# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import texts

KIND = "sales_process_mgmt_meeting.mail_activity_type_decision"
CONCERNS = ("crm.lead", "sales.process.ownership", "res.partner")
# Whoever does it, and until when, is said anew as long as it is open.
CHANGEABLE = {"user_id", "date_due"}


class SalesProcessMeetingDecision(models.Model):
    """What was decided: who does it until when. It is on that person's to-do list.

    It is carried over from meeting to meeting until it is done or dropped. Who is to
    do it may open what it concerns: else it is refused at once.
    """

    _name = "sales.process.meeting.decision"
    _description = "Decision of a Meeting"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"
    _mail_post_access = "read"
    _fixed_fields = frozenset(("meeting_id", "name", "concerns"))
    _text_limits = {"name": texts.REASON_LENGTH}

    name = fields.Char(string="What to Do", required=True)
    meeting_id = fields.Many2one(
        "sales.process.meeting", required=True, index=True, ondelete="restrict"
    )
    team_id = fields.Many2one(related="meeting_id.team_id", store=True, index=True)
    company_id = fields.Many2one(
        related="meeting_id.company_id", store=True, index=True
    )
    chair_id = fields.Many2one(related="meeting_id.chair_id", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who Does It",
        required=True,
        index=True,
        domain=[("share", "=", False)],
        ondelete="restrict",
    )
    date_due = fields.Date(string="To Be Done by", required=True)
    date_due_end = fields.Datetime(
        compute="_compute_date_due_end",
        store=True,
        index="btree_not_null",
        help="The end of the last day, where the person works.",
    )
    concerns = fields.Reference(
        selection="_get_concerns",
        help="Whoever does it must be able to open this.",
    )
    state = fields.Selection(
        [("open", "To Carry Out"), ("done", "Done"), ("dropped", "Dropped")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    date_decided = fields.Datetime(string="Agreed On", readonly=True)
    date_finished = fields.Datetime(string="Finished On", readonly=True)
    finished_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    is_overdue = fields.Boolean(compute="_compute_is_overdue")

    @api.model
    def _get_concerns(self):
        models_ = self.env["ir.model"]
        # sudo: names of models are no secret
        return [(name, models_._get(name).sudo().name) for name in CONCERNS]

    @api.depends("date_due", "user_id")
    def _compute_date_due_end(self):
        for row in self:
            # sudo: the zone of a colleague
            zone = row.team_id.sudo()._get_process_timezone(row.user_id.sudo())
            row.date_due_end = row.date_due and deadline_tools.end_of_day_utc(
                row.date_due, zone or pytz.utc
            )

    @api.depends("date_due_end", "state")
    def _compute_is_overdue(self):
        now = self.env.cr.now()
        for row in self:
            row.is_overdue = (
                row.state == "open"
                and bool(row.date_due_end)
                and row.date_due_end < now
            )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rows = super(
            SalesProcessMeetingDecision,
            # whoever decides is told of nothing else
            self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True),
        ).create(vals_list)
        if not self.env.su:
            rows._check_decide()
        rows._check_person()
        # sudo: the to-do of somebody else
        rows.sudo()._ask()
        return rows.with_env(self.env)

    @api.model
    def _prepare_server_values(self, vals_list):
        now = self.env.cr.now().replace(microsecond=0)
        return [
            {"date_decided": now, **vals}
            for vals in super()._prepare_server_values(vals_list)
        ]

    def write(self, vals):
        ours = vals.keys() & self._get_own_names()
        if ours and not self.env.su:
            for row in self:
                if not row.meeting_id.sudo()._may_chair(self.env.user):
                    raise AccessError(
                        self.env._(
                            "Only the chair or the leader changes what was decided."
                        )
                    )
                if row.state != "open":
                    raise UserError(
                        self.env._("This is finished: decide anew in the next meeting.")
                    )
        result = super().write(vals)
        if vals.keys() & CHANGEABLE:
            self._check_person()
            # sudo: the to-do of somebody else
            self.sudo()._ask()
        return result

    @api.model
    def _get_own_names(self):
        return {
            name
            for name, field in self._fields.items()
            if (field._module or "").startswith("sales_process_mgmt")
        }

    def _check_decide(self):
        """Refuse who does not conduct the meeting, and what comes too late.

        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        for meeting in self.meeting_id:
            if not meeting._may_chair(self.env.user):
                raise AccessError(
                    self.env._("Only the chair or the leader writes down decisions.")
                )
            if meeting.state not in ("running", "held"):
                raise UserError(
                    self.env._(
                        "Decisions are written down from the beginning of the meeting "
                        "until its minutes are sent."
                    )
                )

    def _check_person(self):
        """Who is to do it may open what it concerns; so may who decides.

        :raise UserError: one sentence
        """
        for row in self:
            # sudo: what was chosen
            person = row.sudo().user_id
            company = row.sudo().company_id
            if (
                not person.active
                or person.share
                or (company and company not in person.company_ids)
            ):
                raise UserError(
                    self.env._(
                        "%(person)s does not work in this company: choose somebody "
                        "else.",
                        person=person.name,
                    )
                )
            if not row.with_user(person).has_access("read"):
                raise UserError(
                    self.env._(
                        "%(person)s does not use sales, and would not see the to-do: "
                        "choose somebody else.",
                        person=person.name,
                    )
                )
            record = row.sudo().concerns
            if not record:
                continue
            if not record.exists() or not record.with_env(self.env).has_access("read"):
                raise UserError(
                    self.env._("You may not open what this concerns: leave it empty.")
                )
            if not record.with_user(person).sudo(False).has_access("read"):
                raise UserError(
                    self.env._(
                        "%(person)s may not open “%(record)s”: choose somebody who "
                        "may, or let the owner invite %(person)s first.",
                        person=person.name,
                        record=record.display_name,
                    )
                )

    # ------------------------------------------------------------
    # TO-DO
    # ------------------------------------------------------------

    def _ask(self):
        """Put these on the lists of who does them, each once.

        In sudo.
        """
        kind = self.env.ref(KIND, raise_if_not_found=False)
        Notice = self.env["sales.process.notice"]
        for row in self.filtered(lambda row: row.state == "open"):
            todo = row.activity_ids.filtered(lambda item: item.activity_type_id == kind)
            if todo:
                todo.write({"user_id": row.user_id.id, "date_deadline": row.date_due})
            elif kind:
                Notice._plan(
                    row,
                    KIND,
                    row.user_id,
                    lambda env, row=row: row.name[:200],
                    date_deadline=row.date_due,
                )

    @api.model
    def _ask_again(self):
        """What is open stays on the list of who does it, and of nobody else.

        Also where the to-do was deleted or passed on. Who may not read the decision
        any more, or works here no more, is not asked: it stays on the agenda.
        """
        Failure = self.env["sales.process.failure"]
        kind = self.env.ref(KIND, raise_if_not_found=False)
        lost = self.search(
            [
                ("state", "=", "open"),
                ("user_id.active", "=", True),
                *Failure._get_retry_domain(self._name),
            ]
        ).filtered(
            lambda row: (
                row.activity_ids.filtered(
                    lambda item: item.activity_type_id == kind
                ).user_id
                != row.user_id
                and row.with_user(row.user_id).has_access("read")
            )
        )
        Failure._work_on_each(
            lost,
            lambda part: part._ask(),
            lambda row: (row.team_id, row.team_id._get_leaders()),
        )

    def action_done(self):
        """It is done: said by who does it, the chair or the leader.

        :raise AccessError: for everybody else
        """
        self._check_finish(True)
        # sudo: asked above
        self.sudo()._finish("done")

    def action_drop(self):
        """It is not done any more.

        :raise AccessError: for who does not conduct the meeting
        """
        self._check_finish(False)
        # sudo: asked above
        self.sudo()._finish("dropped")

    def _check_finish(self, own):
        self.check_access("read")
        user = self.env.user
        for row in self:
            # sudo: who conducts the meeting may finish it without reading it
            if not (own and row.user_id == user) and not (
                row.meeting_id.sudo()._may_chair(user)
            ):
                raise AccessError(
                    self.env._(
                        "Only who does it, the chair or the leader says that it is "
                        "done; only the chair or the leader drops it."
                    )
                )
            if row.state != "open":
                raise UserError(
                    self.env._("This is finished: decide anew in the next meeting.")
                )

    def _finish(self, state):
        """See the buttons; in sudo.

        :param str state: ``done`` or ``dropped``
        """
        self._lock_rows()
        self.write(
            {
                "state": state,
                "date_finished": self.env.cr.now().replace(microsecond=0),
                "finished_by_id": self.env.uid,
            }
        )
        kind = self.env.ref(KIND, raise_if_not_found=False)
        self.activity_ids.filtered(lambda item: item.activity_type_id == kind).unlink()
