# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import meetings as meeting_tools


class SalesProcessMeetingAttendance(models.Model):
    """Whether somebody was at a meeting: by the chair, or by a code in the room.

    What the calendar says was accepted is no attendance. Leave excuses, also leave
    that is entered later, while the month is open.
    """

    _name = "sales.process.meeting.attendance"
    _description = "Attendance of a Meeting"
    _inherit = ["sales.process.guard"]
    _order = "date_start desc, user_id, id"
    _text_limits = {"note": texts.REASON_LENGTH}

    meeting_id = fields.Many2one(
        "sales.process.meeting",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
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
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The team whose meeting it was.",
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    chair_id = fields.Many2one(related="meeting_id.chair_id", store=True)
    name = fields.Char(
        string="Day of the Meeting", readonly=True, export_string_translation=False
    )
    date_start = fields.Datetime(
        string="Began", required=True, readonly=True, index=True
    )
    state = fields.Selection(
        [
            ("expected", "Not Taken"),
            ("present", "Present"),
            ("excused", "Excused Absence"),
            ("missed", "Missed"),
        ],
        required=True,
        readonly=True,
        default="expected",
        index=True,
    )
    source = fields.Selection(
        [
            ("chair", "The Chair"),
            ("chair_own", "Conducted It"),
            ("code", "Code in the Room"),
            ("absence", "Leave"),
        ],
        string="Said How",
        readonly=True,
    )
    date_said = fields.Datetime(string="Said On", readonly=True)
    said_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    code_tries = fields.Integer(
        readonly=True,
        groups=fields.NO_ACCESS,
        aggregator=None,
        export_string_translation=False,
    )
    note = fields.Char(
        size=texts.REASON_LENGTH, help="Why somebody was excused, or came late."
    )
    can_mark = fields.Boolean(compute="_compute_can_mark")

    _person_uniq = models.Constraint(
        "UNIQUE(meeting_id, user_id)", "Everybody is on the list of a meeting once."
    )

    @api.depends("user_id", "name")
    def _compute_display_name(self):
        for row in self:
            # sudo: whoever reads the row reads whose it is
            row.display_name = f"{row.sudo().user_id.name or ''} · {row.name or ''}"

    @api.depends("meeting_id.state", "chair_id")
    @api.depends_context("uid")
    def _compute_can_mark(self):
        for row in self:
            # sudo: who conducts a meeting does not depend on reading it
            meeting = row.meeting_id.sudo()
            row.can_mark = (
                bool(meeting)
                and meeting.state in ("running", "held", "closed")
                and meeting._may_chair(self.env.user)
            )

    def write(self, vals):
        if not self.env.su:
            self._check_mark()
        return super().write(vals)

    # ------------------------------------------------------------
    # BY THE CHAIR
    # ------------------------------------------------------------

    def action_present(self):
        """The chair says that somebody is there.

        :raise AccessError: for who does not conduct the meeting
        """
        self._mark("present")

    def action_excuse(self):
        """The chair excuses somebody.

        :raise AccessError: for who does not conduct the meeting
        """
        self._mark("excused")

    def action_missed(self):
        """The chair says that somebody is not there.

        :raise AccessError: for who does not conduct the meeting
        """
        self._mark("missed")

    def _mark(self, state):
        self._check_mark()
        own = self.filtered(lambda row: row.user_id == self.env.user)
        if own and state == "excused":
            raise own.team_id._make_own_matter_error(self.env.user)
        # sudo: asked above
        self.sudo()._lock_rows()._settle(state, "chair")

    def _check_mark(self):
        """Refuse who does not conduct the meeting, and what comes too late.

        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        self.check_access("read")
        # sudo: who conducts a meeting does not depend on reading it
        for meeting in self.sudo().meeting_id:
            if not meeting._may_chair(self.env.user):
                raise AccessError(
                    self.env._("Only the chair or the leader takes the attendance.")
                )
            if meeting.state not in ("running", "held", "closed"):
                raise UserError(
                    self.env._("The attendance is taken once the meeting has begun.")
                )
            if not meeting._is_month_open():
                raise UserError(
                    self.env._(
                        "The month of this meeting is closed: its attendance stays."
                    )
                )

    def _settle(self, state, source):
        """In sudo, after the check.

        :param str state: value of ``state``
        :param source: value of ``source``, or False
        """
        self.write(
            {
                "state": state,
                "source": source,
                "date_said": self.env.cr.now().replace(microsecond=0),
                "said_by_id": self.env.uid,
            }
        )

    # ------------------------------------------------------------
    # BY THE SYSTEM
    # ------------------------------------------------------------

    @api.model
    def _expect(self, meetings, actor):
        """Everybody of the team is expected; who is on leave is excused.

        :param meetings: sales.process.meeting in sudo that begin now
        :param actor: res.users who begins them, and is there
        """
        rows = self.create(
            [
                {
                    "meeting_id": meeting.id,
                    "team_id": meeting.team_id.id,
                    "user_id": user.id,
                    "date_start": meeting.date_start,
                    "name": str(meeting.date),
                }
                for meeting in meetings
                for user in meeting._get_people()
            ]
        )
        rows.filtered(lambda row: row.user_id == actor)._settle("present", "chair_own")
        rows._excuse_absent()

    def _excuse_absent(self):
        """Leave excuses who is expected or has missed it, and nobody twice; in sudo."""
        rows = self.filtered(lambda row: row.state in ("expected", "missed"))
        away = rows._find_away()
        away._settle("excused", "absence")

    def _find_away(self):
        """Those whose person was on leave.

        What somebody entered alone after the meeting began excuses only once a leader
        has confirmed it.

        :return: the rows
        """
        if not self:
            return self
        first = min(self.mapped("meeting_id.date_start"))
        last = max(self.mapped("meeting_id.date_stop"))
        intervals = self.user_id._get_absences(first, last)
        if not intervals:
            return self.browse()
        users = self.env["res.users"].union(*intervals)
        late = self.env["sales.process.absence"].search(
            [
                ("user_id", "in", users.ids),
                ("source", "=", "own"),
                ("state", "=", "confirmed"),
                ("confirmed_by_id", "=", False),
                ("is_out_of_office", "=", False),
                ("create_date", ">", first),
            ]
        )
        found = defaultdict(list)
        for absence in late:
            found[absence.user_id].append(absence)
        return self.filtered(
            lambda row: meeting_tools.is_away(
                row.meeting_id.date_start,
                row.meeting_id.date_stop,
                [
                    (start, end)
                    for start, end in intervals.get(row.user_id, ())
                    if not any(
                        absence.create_date > row.meeting_id.date_start
                        and absence.date_start <= start
                        and (not absence.date_end or end <= absence.date_end)
                        for absence in found[row.user_id]
                    )
                ],
            )
        )

    @api.model
    def _follow_absences(self, users):
        """Leave was entered, changed or cancelled: excuse, or take it back.

        Only where the month is open; what the chair said is not touched.

        :param users: res.users
        """
        if not users or not self.env["crm.team"]._get_meeting_team_ids():
            return
        # sudo: the system corrects, whoever enters leave
        rows = self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("date_start", ">", fields.Datetime.subtract(self._get_now(), days=62)),
                "|",
                ("state", "in", ("missed", "expected")),
                ("source", "=", "absence"),
            ]
        )
        rows = rows.filtered(
            lambda row: row.source != "chair" and row.meeting_id._is_month_open()
        )
        if not rows:
            return
        away = rows._find_away()
        (away - away.filtered(lambda row: row.source == "absence"))._settle(
            "excused", "absence"
        )
        back = (rows - away).filtered(lambda row: row.source == "absence")
        for row in back:
            state = "expected" if row.meeting_id.state == "running" else "missed"
            row._settle(state, False)

    @api.model
    def _get_now(self):
        return self.env.cr.now().replace(microsecond=0)
