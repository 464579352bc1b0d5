# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime, html2plaintext
from odoo.tools.mail import email_normalize, parse_contact_from_email

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import complaints as complaint_tools
from ..tools.marks import is_written_by_machine
from .sales_process_complaint_intake import ComplaintIntake

_logger = logging.getLogger(__name__)

OPEN = ("open", "decided")
JUSTIFIED = ("justified", "partly")
# What concerns the person who deals with customers, when a complaint is justified.
CAUSES_OF_PEOPLE = ("conduct", "service")
# Only who decides says these.
OF_THE_DECIDER = frozenset(("against_id", "handler_id", "partner_id", "severity"))


class SalesProcessComplaint(models.Model):
    """A customer complains: somebody answers for it, until the customer has been told.

    It comes in by one way, whatever the door (see ``ComplaintIntake``), and belongs to
    who leads the team of the customer. Whoever it is against neither reads it, follows
    it, is told of it nor closes it, and nobody who works below that person decides.
    """

    _name = "sales.process.complaint"
    _description = "Complaint"
    _is_private = True
    _inherit = ["sales.process.guard", "mail.thread"]
    _order = "date desc, id desc"
    _primary_email = "contact_email"
    _rec_names_search = ["code", "name"]
    _personal_names = ("contact_name", "contact_phone", "contact_email", "name")
    _personal_texts = (
        "action_taken",
        "description",
        "fingerprint",
        "origin_hash",
        "verdict_note",
    )
    _personal_ownerships = ("ownership_id",)
    _text_limits = {
        "name": texts.NAME_LENGTH,
        "description": texts.NOTE_LENGTH,
        "contact_name": texts.NAME_LENGTH,
        "contact_phone": texts.NAME_LENGTH,
        "contact_email": texts.NAME_LENGTH,
        "action_taken": texts.NOTE_LENGTH,
    }

    code = fields.Char(string="Number", readonly=True, index=True)
    name = fields.Char(
        string="Headline",
        required=True,
        readonly=True,
        size=texts.NAME_LENGTH,
        help="In the words of who complains.",
    )
    description = fields.Text(
        string="In the Customer's Words", readonly=True, help="As it came in."
    )
    channel = fields.Selection(
        [
            ("hand", "By Telephone or in Person"),
            ("email", "E-mail"),
            ("portal", "Portal"),
            ("public", "Public Link"),
        ],
        string="Came by",
        required=True,
        readonly=True,
        default="hand",
    )
    severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        required=True,
        default="serious",
        help="It says how many working hours there are. Only who decides changes it.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="set null",
    )
    contact_name = fields.Char(
        string="Who Complains", readonly=True, size=texts.NAME_LENGTH
    )
    contact_phone = fields.Char(
        string="Telephone of Who Complains", readonly=True, size=texts.NAME_LENGTH
    )
    contact_email = fields.Char(
        string="E-mail of Who Complains", readonly=True, size=texts.NAME_LENGTH
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Owned",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer behind the contact details, when the complaint came in.",
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Owner Then",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who owned the customer when the complaint came in.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Team Then",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Whose leader decides.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        string="Written Down By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who heard it. What the owner of a customer writes down once the customer "
        "is due does not keep it.",
    )
    against_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="This person does not see the complaint, follows nothing of it, is told "
        "nothing and does not close it.",
    )
    handler_id = fields.Many2one(
        "res.users",
        string="Works on It",
        index="btree_not_null",
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="Who finds out what happened and tells the customer.",
    )
    decider_id = fields.Many2one(
        "res.users",
        string="Decides",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Who answers for it: the leader, else to whom the leader reports, else a "
        "sales administrator. After each deadline that passes, the next one above.",
    )
    state = fields.Selection(
        [
            ("open", "Being Handled"),
            ("decided", "Customer to Be Told"),
            ("closed", "Case Closed"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    date = fields.Datetime(string="Came in On", required=True, readonly=True)
    date_due = fields.Datetime(
        string="Promised until",
        readonly=True,
        help="By then the customer has been told, in working hours of the team by the "
        "severity. The time during which it was closed does not count.",
    )
    date_escalate = fields.Datetime(
        string="Goes Up On",
        readonly=True,
        help="If it is still open then, the next one above decides.",
    )
    escalation = fields.Integer(
        string="Times It Went Up", readonly=True, aggregator=None
    )
    is_late = fields.Boolean(
        string="Answer Overdue", compute="_compute_is_late", search="_search_is_late"
    )
    hours_left = fields.Float(
        readonly=True,
        aggregator=None,
        help="Working hours that were left when it was closed.",
    )
    cause = fields.Selection(
        [
            ("product", "Product"),
            ("delivery", "Delivery"),
            ("service", "Service"),
            ("price", "Price"),
            ("conduct", "Conduct"),
            ("other", "Other"),
        ],
        help="Why it happened. Of service and conduct the person answers, of the rest "
        "nobody by name.",
    )
    action_taken = fields.Text(
        string="What Was Done", help="For the customer, and so that it does not recur."
    )
    verdict = fields.Selection(
        [
            ("justified", "Justified"),
            ("partly", "Partly Justified"),
            ("unjustified", "Not Justified"),
        ],
        readonly=True,
    )
    verdict_note = fields.Text(string="Reason of the Verdict", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users",
        string="Verdict By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_decided = fields.Datetime(string="Verdict On", readonly=True)
    date_told = fields.Datetime(string="Customer Told On", readonly=True)
    customer_agrees = fields.Selection(
        [
            ("yes", "Agrees"),
            ("no", "Does Not Agree"),
            ("unreached", "Could Not Be Reached"),
        ],
        string="What the Customer Says",
        readonly=True,
    )
    closed_by_id = fields.Many2one(
        "res.users",
        string="Case Closed By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_closed = fields.Datetime(string="Closed On", readonly=True)
    date_reopen_until = fields.Datetime(string="May Be Reopened until", readonly=True)
    reopen_count = fields.Integer(
        string="Times Reopened", readonly=True, aggregator=None
    )
    weighs_on_id = fields.Many2one(
        "res.users",
        string="Counts For",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="For whom a justified complaint is counted: whom it is against, else who "
        "owned the customer then, where service or conduct was the cause.",
    )
    previous_id = fields.Many2one(
        "sales.process.complaint",
        string="Earlier Complaint",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer answered a complaint that could not be reopened any more.",
    )
    fingerprint = fields.Char(
        readonly=True, index="btree_not_null", export_string_translation=False
    )
    origin_hash = fields.Char(
        readonly=True,
        index="btree_not_null",
        groups="base.group_system",
        export_string_translation=False,
    )
    can_decide = fields.Boolean(compute="_compute_can")
    can_work = fields.Boolean(compute="_compute_can")

    _open_idx = models.Index("(date_escalate) WHERE state != 'closed'")
    _open_ownership_idx = models.Index("(ownership_id) WHERE state != 'closed'")
    _check_people = models.Constraint(
        """CHECK(against_id IS NULL
             OR (handler_id IS DISTINCT FROM against_id
                 AND decider_id IS DISTINCT FROM against_id
                 AND decided_by_id IS DISTINCT FROM against_id
                 AND closed_by_id IS DISTINCT FROM against_id))""",
        "Nobody works on a complaint about themselves: choose somebody else.",
    )
    _check_closed = models.Constraint(
        "CHECK((state = 'closed') = (date_closed IS NOT NULL))",
        "A complaint is closed at a moment.",
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(filter(None, (row.code, row.name)))

    @api.depends("date_due", "state", "date_closed")
    def _compute_is_late(self):
        now = self.env.cr.now()
        for row in self:
            row.is_late = bool(row.date_due) and row.date_due < (row.date_closed or now)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = [("state", "!=", "closed"), ("date_due", "<", self.env.cr.now())]
        return domain if True in value else ["!", "&", *domain]

    @api.depends("state", "against_id", "handler_id", "decider_id", "team_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for row in self:
            row.can_decide = row._may_decide(user)
            row.can_work = row.can_decide or row.sudo().handler_id == user

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_eligible(self):
        """Who may decide, the nearest first: nobody whom it is against, nor below.

        :return: list of res.users in sudo
        """
        self.ensure_one()
        # sudo: who leads a team does not depend on reading it
        row = self.sudo()
        if not row.team_id:
            return []
        nobody = row.env["res.users"]
        eligible = row.team_id._get_judges(
            row.against_id, nobody, row.against_id, row.company_id, is_whole_line=True
        )
        return [user for user in eligible if user != row.against_id]

    def _may_decide(self, user):
        """Tell whether somebody decides about this.

        :return: bool
        """
        self.ensure_one()
        return user.sudo() in self._get_eligible()

    def _update_decider(self):
        """Who answers for it: as far up the line as it has gone."""
        for row in self.sudo():
            eligible = row._get_eligible()
            row.decider_id = (
                eligible[min(row.escalation, len(eligible) - 1)] if eligible else False
            )

    def _check_handler(self):
        """Refuse to let somebody work on it who may not.

        :raise UserError: one sentence
        """
        for row in self.sudo().filtered("handler_id"):
            handler, accused = row.handler_id, row.against_id
            if handler == accused:
                raise UserError(
                    self.env._(
                        "Nobody works on a complaint about themselves: choose somebody "
                        "else."
                    )
                )
            if accused and self.env["crm.team"]._reports_to(handler, accused):
                raise UserError(
                    self.env._(
                        "%(person)s works below whom it is against: choose somebody "
                        "else.",
                        person=handler.name,
                    )
                )
            if (
                handler.share
                or not handler.active
                or row.company_id not in handler.company_ids
                or not handler.has_group("sales_team.group_sale_salesman")
            ):
                raise UserError(
                    self.env._(
                        "%(person)s cannot open complaints of %(company)s: choose "
                        "somebody else.",
                        person=handler.name,
                        company=row.company_id.name,
                    )
                )

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Use “Record a Complaint”: it finds out whose it is.")
            )
        now = self.env.cr.now().replace(microsecond=0)
        prepared = [
            {
                **vals,
                "date": now,
                "code": self.env["ir.sequence"]
                .with_company(vals["company_id"])
                .next_by_code(self._name),
            }
            for vals in vals_list
        ]
        rows = super().create(prepared)
        rows._check_handler()
        rows._update_decider()
        rows._start_clock(now)
        rows._tell_deciders()
        handled = rows.filtered("handler_id")
        handled._tell_handlers()
        return rows

    def _take_up(self, user):
        """Whoever records a complaint of an own customer works on it.

        Unless it is against somebody: then the leader says who does.

        :param user: res.users who has recorded it
        """
        mine = self.filtered(lambda row: row.owner_id == user and not row.against_id)
        if mine:
            mine.handler_id = user

    def _start_clock(self, moment):
        """Promise an answer in the working hours of the severity, from a moment on.

        :param moment: naive UTC datetime
        """
        for row in self.filtered("team_id"):
            hours = row.team_id._get_complaint_hours(row.severity)
            due = row.team_id._add_working_hours(moment, hours)
            row.write({"date_due": due, "date_escalate": due})

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        self.check_access("write")
        locked = self.sudo()._lock_rows()
        if locked.filtered(lambda row: row.state == "closed"):
            raise UserError(
                self.env._("A closed complaint does not change: reopen it first.")
            )
        # what a verdict rests on is the decider's from then on
        if not OF_THE_DECIDER.isdisjoint(vals) or "decided" in locked.mapped("state"):
            self._check_decider()
        before = {row: (row.against_id, row.severity, row.handler_id) for row in locked}
        if vals.get("against_id") == self.env.uid:
            raise UserError(
                self.env._(
                    "Press “It Is About Me”: the complaint leaves your list, and "
                    "somebody else decides."
                )
            )
        if vals.get("against_id"):
            locked._take_away(vals["against_id"])
        result = super().write(vals)
        # sudo: what follows from it is the system's
        self.sudo()._follow_write(before)
        return result

    def _take_away(self, user_id):
        """Whom it is against works on it no more, and what that person decided is void.

        :param int user_id: of res.users
        """
        for row in self:
            if row.handler_id.id == user_id:
                row.handler_id = False
            if row.decider_id.id == user_id:
                row.decider_id = False
            if row.decided_by_id.id == user_id:
                row.write(
                    {
                        "state": "open",
                        "verdict": False,
                        "verdict_note": False,
                        "decided_by_id": False,
                        "date_decided": False,
                    }
                )

    def _follow_write(self, before):
        """What follows from whom it is against, how grave it is, who works on it.

        :param dict before: ``{complaint: (against, severity, handler)}``
        """
        self._check_handler()
        for row in self:
            against, severity, handler = before[row]
            if row.against_id != against:
                row._shut_out()
                row._update_decider()
                row._tell_deciders()
            if row.severity != severity and row.team_id:
                hours = row.team_id._get_complaint_hours(row.severity)
                due = row.team_id._add_working_hours(row.date, hours)
                row.date_due = due
                row.date_escalate = max(due, self.env.cr.now().replace(microsecond=0))
            if row.handler_id and row.handler_id != handler:
                row._tell_handlers()
            if row.partner_id and not row.ownership_id:
                row._find_owner()

    def _find_owner(self):
        """The contact is known by now: whose customer it is, too."""
        ownership = ComplaintIntake(self.env, self.team_id).find_customer(
            {"partner_id": self.partner_id.id}, self.company_id
        )
        self.write({"ownership_id": ownership.id, "owner_id": ownership.user_id.id})

    def _check_decider(self):
        """Refuse others than who may decide.

        :raise AccessError: one sentence
        """
        for row in self:
            if not row._may_decide(self.env.user):
                decider = row.sudo().decider_id
                raise AccessError(
                    self.env._(
                        "You do not decide about this: %(person)s does.",
                        person=decider.name or "",
                    )
                )

    def _lock_for(self, is_decision=False):
        """The row in sudo, locked, for who works on it, or for who decides.

        :param bool is_decision: whether only who decides may
        :return: sales.process.complaint in sudo
        :raise AccessError: one sentence
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: written by the system about who acts
        row = self.sudo()._lock_rows()
        mine = self.with_env(self.env)
        if is_decision or row.handler_id != self.env.user:
            mine._check_decider()
        return row

    # ------------------------------------------------------------
    # WHOM IT IS AGAINST
    # ------------------------------------------------------------

    def _shut_out(self):
        """Whom it is against follows nothing any more, and reads nothing of before."""
        self.ensure_one()
        person = self.against_id
        if not person:
            return
        self.message_unsubscribe(partner_ids=person.partner_id.ids)
        # what was sent to one person alone is no line of the chatter, but read as well
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        self.env["mail.notification"].search(
            [
                ("mail_message_id", "in", messages.ids),
                ("res_partner_id", "=", person.partner_id.id),
            ]
        ).unlink()
        named = messages.filtered(lambda row: person.partner_id in row.partner_ids)
        named.write({"partner_ids": [(3, person.partner_id.id)]})
        self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("user_id", "=", person.id),
            ]
        ).unlink()

    def _get_shut_out(self, partner_ids):
        """Colleagues who may not read these: they do not follow them nor are told.

        :param partner_ids: ids of res.partner
        :return: set of ids of res.partner, those among them
        """
        if not self or not partner_ids:
            return set()
        # sudo: whoever writes may not know who reads
        users = (
            self.env["res.users"]
            .sudo()
            .search([("partner_id", "in", list(partner_ids)), ("share", "=", False)])
        )
        return {
            user.partner_id.id
            for user in users
            if not self.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
        }

    def _keep_readers(self, partner_ids):
        shut_out = self._get_shut_out(partner_ids or ())
        return [row_id for row_id in partner_ids or () if row_id not in shut_out]

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        return super()._message_subscribe(
            self._keep_readers(partner_ids), subtype_ids, customer_ids
        )

    def message_post(self, **kwargs):
        if kwargs.get("partner_ids"):
            kwargs["partner_ids"] = self._keep_readers(kwargs["partner_ids"])
        return super().message_post(**kwargs)

    def message_notify(self, **kwargs):
        if kwargs.get("partner_ids"):
            kwargs["partner_ids"] = self._keep_readers(kwargs["partner_ids"])
        return super().message_notify(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        shut_out = self._get_shut_out([data["id"] for data in recipients])
        return [data for data in recipients if data["id"] not in shut_out]

    def action_about_me(self):
        """Who decides says that it is about oneself, and does not see it any more.

        :return: dict, a window action
        """
        row = self._lock_for(is_decision=True)
        before = {row: (row.against_id, row.severity, row.handler_id)}
        if row.state == "closed":
            raise UserError(
                self.env._("A closed complaint does not change: reopen it first.")
            )
        row._take_away(self.env.uid)
        row.against_id = self.env.user
        row._follow_write(before)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_care.sales_process_complaint_action"
        )

    # ------------------------------------------------------------
    # MAIL
    # ------------------------------------------------------------

    # Only the mail server hands these in: over RPC anybody would write complaints of
    # whatever sender, or go on with one that is closed.
    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the address of a team: one complaint, however often it comes.

        :param dict msg_dict: see ``mail.thread``
        :param dict custom_values: of the alias
        :return: sales.process.complaint
        """
        team = self.env["crm.team"].browse((custom_values or {}).get("team_id"))
        return ComplaintIntake(self.env, team.exists()).run(
            self._prepare_mail_values(msg_dict)
        )[0]

    @api.model
    def _prepare_mail_values(self, msg_dict):
        name, address = parse_contact_from_email(msg_dict.get("email_from") or "")
        return {
            "channel": "email",
            "name": complaint_tools.clean_subject(msg_dict.get("subject")),
            "description": html2plaintext(msg_dict.get("body") or ""),
            "contact_name": name,
            "contact_email": address
            or email_normalize(msg_dict.get("email_from") or "")
            or msg_dict.get("email_from"),
        }

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """The customer answers: what was closed goes on, within the days of the team.

        After these days it is a new complaint, which names the one before. A notice
        that somebody is out of the office, or has changed the address, is kept and
        says nothing.
        """
        result = super().message_update(msg_dict, update_vals)
        if is_written_by_machine(self.env):
            return result
        for row in self.sudo():
            author = email_normalize(msg_dict.get("email_from") or "")
            if row.state != "closed" or author != email_normalize(
                row.contact_email or ""
            ):
                continue
            if row._may_reopen():
                row._reopen()
            else:
                later, is_new = ComplaintIntake(self.env, row.team_id).run(
                    self._prepare_mail_values(msg_dict)
                )
                if is_new:
                    later.previous_id = row
        return result

    # ------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------

    def _open_answer(self, kind, title):
        self.ensure_one()
        self.check_access("read")
        return self.env["sales.process.complaint.answer"]._open(
            kind, title, default_complaint_id=self.id
        )

    def action_decide(self):
        """Say whether it is justified.

        :return: dict, a window action
        """
        return self._open_answer("decide", self.env._("Verdict"))

    def action_tell(self):
        """Say what the customer answered.

        :return: dict, a window action
        """
        return self._open_answer("tell", self.env._("Customer Told"))

    def action_reopen(self):
        """The customer says that it is not settled.

        :return: dict, a window action
        """
        return self._open_answer("reopen", self.env._("Reopen"))

    def _decide(self, verdict, text):
        """The verdict, with its reason; the cause and what was done stand before it.

        :param str verdict: value of ``verdict``
        :param str text: why
        :raise UserError: one sentence
        """
        row = self._lock_for(is_decision=True)
        if row.state == "closed":
            raise self._state_error()
        if not row.cause or not (row.action_taken or "").strip():
            raise UserError(
                self.env._("Write down the cause and what was done before deciding.")
            )
        row.write(
            {
                "state": "decided",
                "verdict": verdict,
                "verdict_note": text,
                "decided_by_id": self.env.uid,
                "date_decided": self.env.cr.now().replace(microsecond=0),
                "customer_agrees": False,
                "date_told": False,
            }
        )
        if row.handler_id != self.env.user:
            row._tell_handlers()

    def _close_told(self, answer):
        """The customer has been told: it is closed, or goes on.

        :param str answer: value of ``customer_agrees``
        :raise UserError: where nothing has been decided
        """
        row = self._lock_for()
        if row.state == "closed":
            raise self._state_error()
        if row.state != "decided":
            raise UserError(
                self.env._("Nothing has been decided yet: the verdict comes first.")
            )
        now = self.env.cr.now().replace(microsecond=0)
        values = {"customer_agrees": answer, "date_told": now}
        if answer == "no":
            row.write({**values, "state": "open"})
            row._tell_deciders()
            return
        row._close(values)

    def _close(self, values):
        """Close it, and keep how many working hours were left.

        :param dict values: what the customer says
        """
        self.ensure_one()
        now = self.env.cr.now().replace(microsecond=0)
        days = self.team_id.process_complaint_reopen_days
        counted = self.env["res.users"]
        if self.verdict in JUSTIFIED:
            counted = self.against_id
            if not counted and self.cause in CAUSES_OF_PEOPLE:
                counted = self.owner_id
        self.write(
            {
                **values,
                "state": "closed",
                "date_closed": now,
                "closed_by_id": self.env.uid,
                "date_reopen_until": now + timedelta(days=days),
                "hours_left": self.team_id._count_working_hours(now, self.date_due)
                if self.team_id and self.date_due
                else 0,
                "weighs_on_id": counted.id,
            }
        )

    def _may_reopen(self):
        """Tell whether the customer may still say that it is not settled.

        :return: bool
        """
        self.ensure_one()
        return self.state == "closed" and (
            self.env.cr.now() <= (self.date_reopen_until or self.date_closed)
        )

    def _reopen_by_hand(self, text):
        """Somebody who works on it heard from the customer.

        :param str text: what the customer says
        :raise UserError: after the days of the team
        """
        # for whom it counts does not take it off the own account
        row = self._lock_for(is_decision=self.sudo().weighs_on_id == self.env.user)
        if row.state != "closed":
            raise self._state_error()
        if not row._may_reopen():
            raise UserError(
                self.env._(
                    "It could be reopened until %(moment)s: record a new complaint.",
                    moment=format_datetime(self.env, row.date_reopen_until),
                )
            )
        row._reopen()
        row.message_post(body=text, author_id=self.env.user.partner_id.id)

    def _answer_of_customer(self, agrees, text):
        """What the customer says in the portal, of what was decided or is closed.

        :param bool agrees: whether it is settled
        :param str text: why not
        :raise UserError: one sentence
        """
        self.ensure_one()
        row = self._lock_rows()
        text = (text or "").replace("\x00", "").strip()[: texts.REASON_LENGTH]
        if agrees and row.state == "decided":
            now = self.env.cr.now().replace(microsecond=0)
            row._close({"customer_agrees": "yes", "date_told": now})
            return
        if agrees or not (row.state == "decided" or row._may_reopen()):
            raise self._state_error()
        if not text:
            raise UserError(self.env._("Write down why it is not settled."))
        if row.state == "closed":
            row._reopen()
        else:
            row.write({"state": "open", "customer_agrees": "no"})
            row._tell_deciders()
        row.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            subtype_xmlid="mail.mt_comment",
        )

    def _reopen(self):
        """The same complaint, and its time goes on with what was left of it."""
        self.ensure_one()
        now = self.env.cr.now().replace(microsecond=0)
        due = self.team_id and self.team_id._add_working_hours(now, self.hours_left)
        self.write(
            {
                "state": "open",
                "date_closed": False,
                "closed_by_id": False,
                "date_reopen_until": False,
                "weighs_on_id": False,
                "reopen_count": self.reopen_count + 1,
                "date_due": due,
                "date_escalate": due,
            }
        )
        self._update_decider()
        self._tell_deciders()

    def _state_error(self):
        return UserError(self.env._("This has changed meanwhile: reload the page."))

    # ------------------------------------------------------------
    # TELLING
    # ------------------------------------------------------------

    def _tell_deciders(self):
        """Whoever answers for it is told; the customer is not named in the message."""
        for decider, rows in self.grouped("decider_id").items():
            self._tell(
                decider,
                lambda env, rows=rows: (
                    env._("A complaint waits for you"),
                    ", ".join(rows.mapped("code")),
                ),
                "leader",
            )

    def _tell_handlers(self):
        """Whoever works on it is told."""
        for handler, rows in self.grouped("handler_id").items():
            self._tell(
                handler,
                lambda env, rows=rows: (
                    env._("You work on a complaint"),
                    ", ".join(rows.mapped("code")),
                ),
                "work",
            )

    @api.model
    def _tell(self, users, render, why):
        users = users.filtered(lambda user: user.active)
        if users:
            self.env["sales.process.notice"]._tell(users, render, why=why, answer=True)

    # ------------------------------------------------------------
    # LATE
    # ------------------------------------------------------------

    @api.model
    def _cron_complaints(self):
        """What is late goes up; who has left is asked no more.

        Safe to run twice, on two servers, and to be killed.
        """
        if not repeat_lost_races(self.env, self._process_late):
            _logger.info("Complaints go up with the next run")
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _process_late(self):
        """Ask the next one above about what is late, once for each deadline.

        One complaint that fails does not stop the others, and is tried again later.
        """
        Failure = self.env["sales.process.failure"]
        open_rows = Domain("state", "in", OPEN) & Failure._get_retry_domain(self._name)
        left = Domain("decider_id", "=", False) | Domain(
            "decider_id.active", "=", False
        )
        late = Domain("date_escalate", "<", self.env.cr.now())
        for domain, work in ((left, type(self)._pass_on), (late, type(self)._go_up)):
            Failure._work_on_each(
                self.search(open_rows & domain, order="id"),
                work,
                # only who decides may read what it is about
                lambda row: (row, row.decider_id),
            )

    def _pass_on(self):
        """Whoever decided has left: somebody else answers for these."""
        self._update_decider()
        self._tell_deciders()

    def _go_up(self):
        """The next one above answers for what is late, with time of its own."""
        now = self.env.cr.now()
        late = self._lock_rows().filtered(
            lambda row: row.state in OPEN and row.date_escalate < now
        )
        for row in late:
            hours = row.team_id._get_complaint_hours(row.severity)
            row.write(
                {
                    "escalation": row.escalation + 1,
                    "date_escalate": row.team_id._add_working_hours(now, hours),
                }
            )
            row._update_decider()
        late._tell_deciders()
