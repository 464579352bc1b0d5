# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_list

from ..tools import labels, texts
from ..tools.spoken import get_spoken
from .sales_process_handover_service import HandoverExecution, HandoverProposal

RUNNING = ("draft", "confirm")
LIST_FIELDS = {"team_id", "user_id", "method", "receiver_ids", "line_ids"}


class SalesProcessHandover(models.Model):
    """All customers of somebody who leaves, given to others in one go.

    The leader makes the list, who gives and who receives confirm it, and then
    everything changes hands at once. While it is open the scheduled release leaves
    the customers of the person who leaves to it; their deadlines go on.
    """

    _name = "sales.process.handover"
    _description = "Handover of Customers"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["user_id", "team_id"]
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(compute="_compute_name")
    team_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        default=lambda self: self._default_team_id(),
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", related="team_id.company_id", store=True, index="btree_not_null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who Leaves",
        required=True,
        index=True,
        help="Whose customers are given to others.",
    )
    method = fields.Selection(
        [
            ("one", "All to one person"),
            ("even", "Spread evenly"),
            ("territory", "By territory"),
        ],
        default="even",
        required=True,
        help="By territory: to whoever holds most customers in the same state, then in "
        "the same country; evenly where nobody does.",
    )
    receiver_ids = fields.Many2many(
        "res.users",
        "sales_process_handover_receiver_rel",
        "handover_id",
        "user_id",
        string="Receivers",
        context={"active_test": False},
        help="Who receives the customers. Members of the team.",
    )
    allowed_receiver_ids = fields.Many2many(
        "res.users",
        compute="_compute_allowed_receiver_ids",
        help="Who may receive the customers: people of the team, not who leaves.",
    )
    reason = fields.Char(
        size=texts.REASON_LENGTH, help="Shown in the history of every customer."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("confirm", "To Confirm"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    line_ids = fields.One2many(
        "sales.process.handover.line", "handover_id", string="Customers", copy=False
    )
    confirmed_user_ids = fields.Many2many(
        "res.users",
        "sales_process_handover_confirmed_rel",
        "handover_id",
        "user_id",
        string="Confirmed By",
        context={"active_test": False},
        readonly=True,
        copy=False,
    )
    missing_user_ids = fields.Many2many(
        "res.users",
        compute="_compute_missing_user_ids",
        string="Still to Confirm",
        help="Who gives and who receives has not confirmed the list yet.",
    )
    line_count = fields.Integer(
        string="Number of Customers", compute="_compute_line_count"
    )
    remaining_count = fields.Integer(
        string="Customers Not on the List",
        compute="_compute_remaining_count",
        help="Customers that the person who leaves holds in the team and that are not "
        "on the list.",
    )
    summary = fields.Char(
        string="Distribution",
        compute="_compute_summary",
        help="How many customers each receiver gets.",
    )
    date_done = fields.Datetime(string="Handed Over On", readonly=True, copy=False)
    can_lead = fields.Boolean(compute="_compute_can_lead")
    can_confirm = fields.Boolean(compute="_compute_can_lead")

    _running_uniq = models.UniqueIndex(
        "(team_id, user_id) WHERE state IN ('draft', 'confirm')",
        "A handover of this person's customers is open already.",
    )

    # ------------------------------------------------------------
    # DEFAULTS AND COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _default_team_id(self):
        return self.env["crm.team"].search([("user_id", "=", self.env.uid)], limit=1)

    @api.depends("user_id", "team_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for handover in self:
            # of a new one nothing is known yet
            if not handover.user_id:
                handover.name = False
                continue
            handover.name = self.env._(
                "Handover of %(user)s, %(team)s",
                user=handover.user_id.name,
                team=handover.team_id.name or "",
            )

    @api.depends("name")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = handover.name

    @api.depends("team_id", "user_id")
    def _compute_allowed_receiver_ids(self):
        for handover in self:
            handover.allowed_receiver_ids = handover._get_allowed_receivers()

    def _get_allowed_receivers(self):
        """Who may receive the customers.

        :return: res.users
        """
        self.ensure_one()
        # sudo: whoever takes part may not read the memberships
        return self.sudo().team_id._get_roster_users() - self.user_id

    @api.depends("line_ids.new_user_id", "confirmed_user_ids", "user_id", "state")
    def _compute_missing_user_ids(self):
        for handover in self:
            parties = handover.user_id | handover.line_ids.new_user_id
            handover.missing_user_ids = (
                parties - handover.confirmed_user_ids
                if handover.state in RUNNING
                else False
            )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for handover in self:
            handover.line_count = len(handover.line_ids)

    @api.depends_context("uid")
    @api.depends("line_ids.ownership_id", "state", "team_id", "user_id")
    def _compute_remaining_count(self):
        # apart from the lines: it asks for the customers of each, a list shows it not
        for handover in self:
            # sudo: a number, for who leads or takes part in what is stored
            row = handover.sudo()
            handover.remaining_count = (
                len(row._get_customers() - row.line_ids.ownership_id)
                if handover.state in RUNNING
                and (handover._origin or row.team_id._is_leader(self.env.user))
                else 0
            )

    @api.depends("line_ids.new_user_id")
    def _compute_summary(self):
        for handover in self:
            counts = handover.line_ids.grouped("new_user_id")
            handover.summary = labels.join_clauses(
                self.env,
                [
                    labels.join_pair(self.env, user.name, len(lines))
                    for user, lines in counts.items()
                    if user
                ],
            )

    @api.depends_context("uid")
    @api.depends("team_id.user_id", "missing_user_ids", "state")
    def _compute_can_lead(self):
        for handover in self:
            # sudo: the team may be a stranger's
            handover.can_lead = (
                not handover.team_id
                or handover.sudo().team_id._is_leader(self.env.user)
            )
            handover.can_confirm = (
                handover.state == "confirm"
                and self.env.user in handover.missing_user_ids
            )

    # ------------------------------------------------------------
    # CONSTRAINTS AND WRITING
    # ------------------------------------------------------------

    @api.constrains("receiver_ids", "team_id", "user_id")
    def _check_receivers(self):
        for handover in self:
            allowed = handover._get_allowed_receivers()
            if outsiders := handover.receiver_ids - allowed:
                raise ValidationError(
                    self.env._(
                        "%(users)s cannot receive customers of %(team)s: only its "
                        "members and its leader can, not the person who leaves.",
                        users=format_list(self.env, outsiders.mapped("name")),
                        team=handover.team_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_sent_ids(vals_list)
        for values in vals_list:
            self._check_first(values)
        return super().create(vals_list)

    @api.model
    def _check_first(self, values):
        """Name the handover that is open already; the database enforces it."""
        # sudo: the leader of the same team may not have made it
        known = self.sudo().search(
            [
                ("team_id", "=", values.get("team_id")),
                ("user_id", "=", values.get("user_id")),
                ("state", "in", RUNNING),
            ],
            limit=1,
        )
        if known:
            raise UserError(
                self.env._(
                    "%(handover)s is open already. Go on with it, or cancel it.",
                    handover=known.name,
                )
            )

    def write(self, vals):
        frozen = LIST_FIELDS & vals.keys()
        if frozen and not self.env.su and any(row.state != "draft" for row in self):
            raise UserError(
                self.env._("Set the handover to draft before you change its list.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if any(row.state in ("confirm", "done") for row in self):
            raise UserError(
                self.env._("Only a draft or a cancelled handover is deleted.")
            )

    # ------------------------------------------------------------
    # ACTIONS OF THE LEADER
    # ------------------------------------------------------------

    def _check_leader(self, *states):
        """Refuse unless the user leads the team and the handover is in a state."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_lead:
            # sudo: the name in a refusal
            raise AccessError(
                self.env._(
                    "Only the leader of %(team)s or a sales administrator may do this.",
                    team=self.sudo().team_id.name,
                )
            )
        self._lock_rows()
        if self.state not in states:
            raise UserError(self.env._("The handover has gone on. Reload it."))

    def _get_customers(self):
        """What the person who leaves holds in the team."""
        self.ensure_one()
        return self.env["sales.process.ownership"].search(
            [
                ("user_id", "=", self.user_id.id),
                ("team_id", "=", self.team_id.id),
                ("state", "=", "open"),
            ],
            order="date_deadline, id",
        )

    def action_propose(self):
        """Make the list again: who receives which customer."""
        self._check_leader("draft")
        if not self.receiver_ids:
            raise UserError(self.env._("Choose who receives the customers."))
        if self.method == "one" and len(self.receiver_ids) > 1:
            raise UserError(self.env._("Choose one receiver, or spread evenly."))
        # sudo: the leader decides about all customers of the team
        assignments = self.sudo()._propose()
        if not assignments:
            raise UserError(
                self.env._(
                    "%(user)s holds no customers in %(team)s.",
                    user=self.user_id.name,
                    team=self.team_id.name,
                )
            )
        self.sudo().line_ids = [
            Command.clear(),
            *(
                Command.create({"ownership_id": row.id, "new_user_id": user.id})
                for row, user in assignments.items()
            ),
        ]

    def action_send(self):
        """Ask who gives and who receives to confirm the list."""
        self._check_leader("draft")
        lines = self.sudo().line_ids
        if not lines or not all(line.new_user_id for line in lines):
            raise UserError(
                self.env._("Every customer on the list needs somebody who receives it.")
            )
        # sudo: state and confirmations are written by the buttons only
        self.sudo().write({"state": "confirm", "confirmed_user_ids": [Command.clear()]})
        self._ask_parties()

    def _ask_parties(self):
        """An activity for each person who is to confirm, in one batch."""
        asked = self.missing_user_ids.filtered("active") - self.env.user
        activity_type = self.env.ref("sales_process_mgmt.mail_activity_type_handover")
        # sudo: the leader plans activities for colleagues
        self.env["mail.activity"].sudo().create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": self.id,
                    "activity_type_id": activity_type.id,
                    "user_id": user.id,
                    "summary": activity_type.with_context(
                        lang=get_spoken(self.env, user.lang)
                    ).summary,
                    "date_deadline": self.team_id._get_process_today(user),
                }
                for user in asked
            ]
        )

    def action_draft(self):
        """Change the list again; confirmations begin anew."""
        self._check_leader("confirm", "cancelled")
        # sudo: see action_send
        self.sudo().write({"state": "draft", "confirmed_user_ids": [Command.clear()]})
        self._drop_activities(self.env["res.users"])

    def action_cancel(self):
        """Call the handover off; nothing has changed hands."""
        self._check_leader(*RUNNING)
        # sudo: see action_send
        self.sudo().state = "cancelled"
        self._drop_activities(self.env["res.users"])
        # what waited for this handover is released
        self.env["sales.process.ownership"]._trigger_release()

    def action_hand_over(self):
        """Hand over now, also without the confirmation of somebody absent."""
        self._check_leader("confirm")
        if self.missing_user_ids:
            # sudo: whoever receives may not be readable for who leads
            handover = self.sudo()
            people = handover.user_id | handover.line_ids.new_user_id
            if not handover.team_id._may_decide(self.env.user, people):
                raise self.team_id._make_own_matter_error(people)
            self.sudo()._message_log(
                body=self.env._(
                    "%(leader)s handed over without the confirmation of %(users)s.",
                    leader=self.env.user.name,
                    users=format_list(self.env, self.missing_user_ids.mapped("name")),
                )
            )
        # sudo: the ledger is written by its own methods
        self.sudo()._hand_over()

    # ------------------------------------------------------------
    # ACTIONS OF WHO GIVES AND RECEIVES
    # ------------------------------------------------------------

    def action_confirm(self):
        """Confirm the list, as who gives or receives; the last one completes it."""
        self.ensure_one()
        if not self.has_access("read"):
            raise AccessError(
                self.env._(
                    "This handover does not wait for you any more. Open the list again."
                )
            )
        self._lock_rows()
        user = self.env.user
        if self.state != "confirm" or user not in self.missing_user_ids:
            raise UserError(
                self.env._("There is nothing for you to confirm here. Reload it.")
            )
        # sudo: confirmations are written by this button only
        handover = self.sudo()
        handover.confirmed_user_ids = [Command.link(user.id)]
        handover._message_log(
            body=self.env._("%(user)s confirmed the list.", user=user.name)
        )
        self._drop_activities(user)
        if not handover.missing_user_ids:
            handover._hand_over()

    def _drop_activities(self, user):
        """Close what people were asked to do; of one person, or of all."""
        # sudo: activities of colleagues
        activities = self.sudo().activity_ids
        activity_type = self.env.ref("sales_process_mgmt.mail_activity_type_handover")
        activities.filtered(
            lambda row: (
                row.activity_type_id == activity_type
                and (not user or row.user_id == user)
            )
        ).unlink()

    def _propose(self):
        """Spread the customers over the receivers.

        :return: ``{ownership: res.users}``
        """
        return HandoverProposal(self).run()

    def _hand_over(self):
        """Everything on the list changes hands at once; tell everybody once."""
        HandoverExecution(self).run()
