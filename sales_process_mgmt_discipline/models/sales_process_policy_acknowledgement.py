# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from .sales_process_policy_audience import OPEN, TODO_TYPE, compute_deadline


class SalesProcessPolicyAcknowledgement(models.Model):
    """That somebody was asked to confirm a version of a policy, and what was answered.

    One row for each person and version.
    """

    _name = "sales.process.policy.acknowledgement"
    _description = "Confirmation of a Policy"
    _is_private = True
    _inherit = ["sales.process.asked"]
    _order = "date_due desc, id desc"
    _open_states = OPEN
    _todo_states = OPEN
    _todo_type = TODO_TYPE

    version_id = fields.Many2one(
        "sales.process.policy.version",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    policy_id = fields.Many2one(
        related="version_id.policy_id", store=True, index=True, string="Company Policy"
    )
    company_id = fields.Many2one(
        related="version_id.company_id", store=True, index=True
    )
    version_number = fields.Integer(
        related="version_id.number", string="Version Number", aggregator=None
    )
    state = fields.Selection(
        [
            ("to_read", "To Read"),
            ("read", "Read"),
            ("confirmed", "Confirmed"),
            ("declined", "Not Agreed"),
            ("exempt", "Exempt"),
            ("closed", "Not Asked Any More"),
        ],
        default="to_read",
        required=True,
        readonly=True,
        index=True,
    )
    close_reason = fields.Selection(
        [
            ("newer", "Newer Version"),
            ("left", "Left the Audience"),
            ("withdrawn", "Policy Withdrawn"),
        ],
        string="Why Not Asked",
        readonly=True,
    )
    is_current = fields.Boolean(
        string="Of the Published Version",
        compute="_compute_is_current",
        search="_search_is_current",
    )
    is_overdue = fields.Boolean(
        string="Past Due",
        help="The time is over, and the person has neither confirmed nor said no.",
    )
    date_assigned = fields.Datetime(string="To Confirm Since")
    date_due = fields.Datetime(string="Confirm Until")
    date_read = fields.Datetime(string="Read On", readonly=True)
    date_answered = fields.Datetime(
        string="Answered On", readonly=True, index="btree_not_null"
    )
    kind = fields.Selection(
        [("own", "Confirmed by the Person"), ("paper", "Signed on Paper")],
        string="How",
        readonly=True,
        help="A signature on paper is entered by a leader, with the scan.",
    )
    confirmed_hash = fields.Char(
        string="Confirmed Checksum",
        readonly=True,
        help="SHA-256 of the text and the files that were confirmed.",
    )
    lang = fields.Selection(
        selection="_get_languages",
        string="Language of the Text",
        readonly=True,
        help="In which language the confirmed text is written.",
    )
    reader_lang = fields.Selection(
        selection="_get_languages",
        string="Language of the Reader",
        readonly=True,
        help="In which language the person used the system then.",
    )
    entered_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        index="btree_not_null",
        help="Who entered the signature on paper, or exempted the person.",
    )
    scan = fields.Binary(string="Signed Paper", readonly=True, attachment=True)
    scan_name = fields.Char(string="File of the Paper", readonly=True)
    text = fields.Html(related="version_id.text", string="Text of the Policy")
    attachment_ids = fields.Many2many(
        related="version_id.attachment_ids", string="Files of the Policy"
    )
    content_hash = fields.Char(related="version_id.content_hash")
    date_effect = fields.Date(related="version_id.date_effect")
    change_note = fields.Char(related="version_id.change_note")

    _person_uniq = models.UniqueIndex(
        "(version_id, user_id)", "This person has been asked for this version already."
    )
    _open_idx = models.Index("(date_due) WHERE state IN ('to_read', 'read')")
    _check_confirmed = models.Constraint(
        "CHECK(state != 'confirmed' OR (confirmed_hash IS NOT NULL"
        " AND date_answered IS NOT NULL AND kind IS NOT NULL))",
        "A confirmation names what was confirmed, when and how.",
    )

    @api.depends("version_id", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            # sudo: whoever reads the row reads what it is called
            version = row.sudo().version_id.with_env(row.env(su=True))
            row.display_name = f"{version.display_name} · {row.sudo().user_id.name}"

    @api.depends("version_id", "policy_id.current_version_id")
    def _compute_is_current(self):
        for row in self:
            # sudo: of a row that one reads
            row.is_current = row.version_id == row.sudo().policy_id.current_version_id

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: which versions are published is no secret
        policies = self.env["sales.process.policy"].sudo()
        current = policies.search([("current_version_id", "!=", False)])
        return [("version_id", "in", current.current_version_id.ids)]

    @api.model
    @tools.ormcache(cache="stable")
    def _get_languages(self):
        """All languages: what was confirmed in one that is not used any more stays.

        :return: tuple of ``(code, name)``
        """
        languages = self.env["res.lang"].search([("active", "in", (True, False))])
        return tuple((lang.code, lang.name) for lang in languages)

    # ------------------------------------------------------------
    # UNTIL WHEN
    # ------------------------------------------------------------

    def _update_deadlines(self, fresh=()):
        """Compute anew until when these have to be answered.

        :param fresh: ids of rows that have no deadline yet
        """
        if not self:
            return
        now = self.env.cr.now()
        absences = self.user_id._get_absences(
            min(self.mapped("date_assigned")), datetime.max
        )
        for row in self:
            moment = datetime.min if row.id in fresh else now
            deadline = compute_deadline(
                row, absences.get(row.user_id, ()), moment
            ).replace(microsecond=0)
            if deadline != row.date_due:
                row.date_due = deadline

    @api.model
    def _follow_absences(self, users):
        """Leave was entered, moved or called off: the days to read follow.

        Also of who has answered late: what leave excuses was not late.

        :param users: res.users
        """
        # sudo: whoever enters an absence does not read what others were asked
        rows = self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("state", "in", (*OPEN, "confirmed", "declined")),
            ]
        )
        rows = rows.filtered(
            lambda row: not row.date_answered or row.date_answered > row.date_due
        )
        rows._update_deadlines()
        rows._move_todos()

    def _get_todo_summary(self):
        return self.env._("Read and confirm: %(policy)s", policy=self.version_id.name)

    # ------------------------------------------------------------
    # ANSWERING
    # ------------------------------------------------------------

    def action_open(self):
        """Open the text; whoever is asked has read it from now on.

        :return: dict, a client action
        """
        self.ensure_one()
        self.check_access("read")
        if self.user_id == self.env.user and self.state == "to_read":
            # sudo: written by the system about whoever reads
            self.sudo().write(
                {
                    "state": "read",
                    "date_read": self.env.cr.now().replace(microsecond=0),
                }
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_confirm(self):
        """Confirm what the page shows: the button names version and checksum.

        :return: dict, a client action
        """
        self.ensure_one()
        shown = self.env.context
        self._confirm(shown.get("shown_version_id"), shown.get("shown_hash"))
        return self.env["sales.process.notice"]._toast(
            self.env._("Thank you: your confirmation is kept."),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )

    def _confirm(self, version_id, content_hash):
        """The person confirms a text that the request names.

        :param int version_id: which version the person has read
        :param str content_hash: its checksum, as it was shown
        :raise AccessError: for anybody else, administrators included
        :raise UserError: where the text is not the one in force
        """
        row = self._lock_own()
        if row.state == "confirmed" and row.confirmed_hash == content_hash:
            # pressed twice
            return
        row._check_shown(version_id, content_hash)
        now = self.env.cr.now().replace(microsecond=0)
        row.write(
            {
                "state": "confirmed",
                "kind": "own",
                "date_read": row.date_read or now,
                "note": False,
                **row._prepare_answer(now),
                "confirmed_hash": row.version_id.content_hash,
            }
        )
        row._close_todos()

    def action_decline(self):
        """Ask why the person does not agree.

        :return: dict, a window action
        """
        self.ensure_one()
        return self.env["sales.process.policy.answer"]._open(
            "decline",
            self.env._("I Do Not Agree"),
            default_acknowledgement_id=self.id,
            default_version_id=self.version_id.id,
            default_content_hash=self.env.context.get("shown_hash"),
        )

    def _decline(self, version_id, content_hash, reason):
        """The person does not agree; the leader is told why.

        :param str reason: in the words of the person
        :raise AccessError: for anybody else
        :raise UserError: where the text is not the one in force, or nothing is said
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write down why."))
        row = self._lock_own()
        row._check_shown(version_id, content_hash)
        now = self.env.cr.now().replace(microsecond=0)
        row.write(
            {
                "state": "declined",
                "date_read": row.date_read or now,
                "note": reason,
                **row._prepare_answer(now),
            }
        )
        row._close_todos()
        leader = row.team_id._get_deciders(row.user_id, row.company_id)
        self.env["sales.process.notice"]._tell(
            leader,
            lambda env: (
                env._(
                    "%(person)s does not agree with “%(policy)s”",
                    person=row.user_id.name,
                    policy=row.version_id.name,
                ),
                reason,
            ),
            row,
            why="leader",
            answer=True,
        )

    def _lock_own(self):
        """The row, locked, for the person whose it is.

        :return: the row in sudo
        :raise AccessError: for anybody else
        """
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "Only %(person)s can answer this: nobody confirms for somebody "
                    "else. A signature on paper is entered as such, with the scan.",
                    person=self.sudo().user_id.name,
                )
            )
        # sudo: written by the system about who answers
        return self.sudo()._lock_rows()

    def _check_shown(self, version_id, content_hash):
        """Refuse an answer to a text that is not the one in force.

        :raise UserError: one sentence
        """
        version = self.version_id
        if not self.is_current or version_id != version.id:
            raise version._make_newer_error()
        if self.state in ("closed", "exempt", "confirmed"):
            raise UserError(
                self.env._(
                    "You are not asked to answer this any more: reload the page."
                )
            )
        if not content_hash or content_hash != version.content_hash:
            raise UserError(
                self.env._(
                    "The page shows another text than the one in force: reload it and "
                    "read again."
                )
            )
        if not version.is_intact:
            raise UserError(
                self.env._(
                    "The kept text does not have its checksum any more: tell a sales "
                    "administrator."
                )
            )

    def _prepare_answer(self, now):
        """What is kept with an answer.

        :return: dict
        """
        return {
            "date_answered": now,
            "lang": self.version_id.lang,
            "reader_lang": self.env.lang or self.env.user.lang,
        }

    # ------------------------------------------------------------
    # LEADERS
    # ------------------------------------------------------------

    def action_exempt(self):
        """Ask why somebody need not confirm.

        :return: dict, a window action
        """
        self._check_asked()
        return self.env["sales.process.policy.answer"]._open(
            "exempt", self.env._("Exempt"), default_acknowledgement_id=self.id
        )

    def action_paper(self):
        """Enter a signature on paper.

        :return: dict, a window action
        """
        self._check_asked()
        return self.env["sales.process.policy.answer"]._open(
            "paper", self.env._("Signed on Paper"), default_acknowledgement_id=self.id
        )

    def _check_asked(self):
        """Refuse who does not decide, and what nobody asks for any more.

        :raise AccessError: one sentence
        :raise UserError: where nothing is asked any more
        """
        self._check_decider()
        if not self.is_current or self.state not in (*OPEN, "declined"):
            raise UserError(
                self.env._("Nothing is asked of this person any more: reload the page.")
            )

    def _exempt(self, reason):
        """The person need not confirm this version.

        :param str reason: why
        """
        self._check_asked()
        self._settle({"state": "exempt", "note": reason})

    def _enter_paper(self, scan, name):
        """The person has signed on paper.

        :param bytes scan: the file, as a binary field holds it
        :param str name: of the file
        """
        self._check_asked()
        self._settle(
            {
                "state": "confirmed",
                "kind": "paper",
                "scan": scan,
                "scan_name": name,
                "confirmed_hash": self.content_hash,
                "lang": self.version_id.lang,
                "note": False,
            }
        )

    def _settle(self, values):
        # sudo: written by the system after the check
        row = self.sudo()._lock_rows()
        # it may have been answered while it was waited for
        self._check_asked()
        row.write(
            {
                **values,
                "entered_by_id": self.env.uid,
                "date_answered": self.env.cr.now().replace(microsecond=0),
            }
        )
        row._close_todos()
        self.env["sales.process.notice"]._tell(
            row.user_id,
            lambda env: (
                env._("You need not confirm “%(policy)s”", policy=row.version_id.name)
                if row.state == "exempt"
                else env._(
                    "Your signature under “%(policy)s” was entered",
                    policy=row.version_id.name,
                ),
                values.get("note") or "",
            ),
        )

    def _close(self, reason):
        """Nobody asks for these any more; their to-dos go.

        :param str reason: value of ``close_reason``
        """
        return super()._close(close_reason=reason)

    # ------------------------------------------------------------
    # RECEIPT
    # ------------------------------------------------------------

    def action_print(self):
        """The receipt of confirmations.

        :return: dict, a report action
        :raise UserError: where nothing was confirmed
        """
        self._check_receipt()
        report = self.env.ref("sales_process_mgmt_discipline.action_report_receipt")
        return report.report_action(self)

    def _check_receipt(self):
        """Refuse a receipt of what was not confirmed.

        :raise UserError: one sentence
        """
        self.check_access("read")
        if open_rows := self.filtered(lambda row: row.state != "confirmed"):
            raise UserError(
                self.env._(
                    "%(what)s has not been confirmed: there is no receipt yet.",
                    what=open_rows[0].display_name,
                )
            )

    def _get_report_base_filename(self):
        """How the receipt is called that the portal offers.

        :return: str without extension
        """
        self.ensure_one()
        return self.display_name

    def _get_receipt_moment(self):
        """When it was confirmed, as a clock on the person's wall shows it.

        :return: str with the name of the zone
        """
        self.ensure_one()
        # sudo: the zone of the person of a row that one reads
        row = self.sudo()
        zone = row._get_zone()
        moment = format_datetime(self.env, row.date_answered, tz=zone.zone)
        return f"{moment} ({zone.zone})"
