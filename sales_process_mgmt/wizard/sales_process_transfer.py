# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_list

from ..tools import texts

# So many customers are named in a summary message, the rest is counted.
NAMED_CUSTOMERS = 20


class SalesProcessTransfer(models.TransientModel):
    """Give customers to another salesperson, with the reason asked for.

    All customers are transferred, or none. Opened by the leader of their team on one
    or on many.
    """

    _name = "sales.process.transfer"
    _description = "Transfer of Customers"
    _inherit = ["sales.process.guard"]
    _text_limits = {"reason": texts.REASON_LENGTH}

    ownership_ids = fields.Many2many(
        "sales.process.ownership", string="Customers", required=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="New Owner",
        domain="[('share', '=', False), ('all_group_ids', 'in', salesman_group_id), "
        "('company_ids', 'in', company_ids)]",
        help="Who becomes responsible for the customers.",
    )
    company_ids = fields.Many2many("res.company", compute="_compute_counts")
    salesman_group_id = fields.Many2one(
        "res.groups", compute="_compute_salesman_group_id"
    )
    team_id = fields.Many2one(
        "crm.team",
        string="New Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        help="The customers and their open leads go to this team. Empty: every "
        "customer stays in its team.",
    )
    reason = fields.Text(
        help="Shown in the history of every customer and to everybody concerned.",
    )
    keep_previous = fields.Boolean(
        string="Previous Owner Keeps Helping",
        help="The previous owner stays as a helper and may go on working the customer.",
    )
    customer_count = fields.Integer(compute="_compute_counts")
    open_lead_count = fields.Integer(compute="_compute_counts")
    closed_lead_count = fields.Integer(compute="_compute_counts")
    limit_warning = fields.Char(compute="_compute_limit_warning")

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Take the customers from the selected ownerships or leads."""
        values = super().default_get(fields)
        context = self.env.context
        active_ids = context.get("active_ids") or []
        if "ownership_ids" not in fields or values.get("ownership_ids"):
            return values
        if context.get("active_model") == "crm.lead":
            leads = self.env["crm.lead"].browse(active_ids)
            # sudo: whether the user leads the team is checked right below
            ownerships = leads.sudo().ownership_id.sudo(False)
        elif context.get("active_model") == "sales.process.ownership":
            ownerships = self.env["sales.process.ownership"].browse(active_ids)
        else:
            return values
        running = ownerships.filtered(lambda row: row.sudo().state != "ended")
        running._check_leader()
        values["ownership_ids"] = [Command.set(running.ids)]
        return values

    def _compute_salesman_group_id(self):
        self.salesman_group_id = self.env.ref("sales_team.group_sale_salesman")

    @api.depends("user_id", "ownership_ids")
    def _compute_team_id(self):
        """The new owner's team, unless the customers' team is one of its teams."""
        for wizard in self:
            # sudo: memberships of a colleague
            teams = wizard.user_id.sudo().crm_team_ids
            current = wizard.ownership_ids.team_id
            stays = not wizard.user_id or (len(current) == 1 and current in teams)
            wizard.team_id = False if stays else teams[:1].sudo(False)

    @api.depends("ownership_ids")
    def _compute_counts(self):
        for wizard in self:
            ownerships = wizard.ownership_ids
            wizard.customer_count = len(ownerships)
            wizard.company_ids = ownerships.company_id
            wizard.open_lead_count = sum(ownerships.mapped("open_lead_count"))
            wizard.closed_lead_count = sum(ownerships.mapped("closed_lead_count"))

    @api.depends("user_id", "team_id", "ownership_ids")
    @api.depends_context("lang")
    def _compute_limit_warning(self):
        """The leader may go above a limit, but knows it."""
        for wizard in self:
            # sudo: the limit of the colleague who would receive
            user = wizard.user_id.sudo()
            team = wizard.team_id or wizard.ownership_ids.team_id[:1]
            limit = user.process_customer_limit or team.process_customer_limit
            owner_ids = [ownership.user_id.id for ownership in wizard.ownership_ids]
            added = len(owner_ids) - owner_ids.count(user.id)
            total = user.process_open_customer_count + added
            wizard.limit_warning = (
                self.env._(
                    "Open customers that %(user)s would have: %(total)s. The limit is "
                    "%(limit)s.",
                    user=user.name,
                    total=total,
                    limit=limit,
                )
                if user and limit and total > limit
                else False
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_transfer(self):
        """Hand all customers over and tell everybody concerned, once each.

        :return: dict, a notification for the client
        """
        self.ensure_one()
        self._check_transfer()
        olds = self.ownership_ids
        successors = olds._hand_over(
            dict.fromkeys(olds, self.user_id),
            "transfer",
            "transferred",
            self.reason.strip(),
            team=self.team_id or None,
        )
        if len(successors) != len(olds):
            raise UserError(
                self.env._(
                    "Some of these customers have just changed hands. Nothing was "
                    "transferred: open the list again."
                )
            )
        if self.keep_previous:
            self._keep_previous_owners(successors)
        self._notify(successors)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Customers that now belong to %(user)s: %(count)s.",
                    count=len(successors),
                    user=self.user_id.name,
                ),
                "next": {
                    "type": "ir.actions.client",
                    "tag": "soft_reload",
                },
            },
        }

    def _check_transfer(self):
        """Refuse what only the interface would prevent otherwise."""
        if not self.ownership_ids:
            raise ValidationError(self.env._("Choose the customers to transfer."))
        if not (self.reason or "").strip():
            raise ValidationError(self.env._("Say why the customers are transferred."))
        if not self.user_id:
            raise ValidationError(self.env._("Choose the new owner."))
        self.ownership_ids._check_leader()
        self._check_new_team()
        self.ownership_ids._check_receiver(self.user_id)
        ownerships = self.ownership_ids
        if ended := ownerships.filtered(lambda row: row.state == "ended"):
            raise UserError(
                self.env._(
                    "%(customers)s changed hands in the meantime. Nothing was "
                    "transferred: open the list again.",
                    customers=self._format_names(ended),
                )
            )
        if own := ownerships.filtered(lambda row: row.user_id == self.user_id):
            raise UserError(
                self.env._(
                    "%(customers)s: %(user)s is the owner already. Nothing was "
                    "transferred.",
                    customers=self._format_names(own),
                    user=self.user_id.name,
                )
            )

    def _check_new_team(self):
        """Only who leads the receiving team, too, moves customers into it."""
        team = self.team_id
        if not team or team == self.ownership_ids.team_id:
            return
        # sudo: whether somebody leads a team does not depend on reading it
        if not team.sudo()._is_leader(self.env.user):
            raise AccessError(
                self.env._(
                    "You do not lead %(team)s. A sales administrator may move "
                    "customers into another team.",
                    team=team.sudo().name,
                )
            )
        companies = self.ownership_ids.company_id
        if team.company_id and companies - team.company_id:
            raise ValidationError(
                self.env._(
                    "%(team)s belongs to another company than these customers.",
                    team=team.name,
                )
            )

    def _keep_previous_owners(self, successors):
        by_owner = {}
        for old, new in successors.items():
            by_owner.setdefault(old.user_id, self.env["sales.process.ownership"])
            by_owner[old.user_id] |= new
        for owner, news in by_owner.items():
            if owner.active:
                news._add_collaborators(owner)

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    def _format_names(self, ownerships):
        names = ownerships[:5].mapped("display_name")
        if len(ownerships) > 5:
            names.append(self.env._("%(count)s more", count=len(ownerships) - 5))
        return format_list(self.env, names)

    def _notify(self, successors):
        """One summary for the new owner, one for each owner who gave customers."""
        news = self.env["sales.process.ownership"].union(*successors.values())
        self._notify_user(self.user_id, news, received=True)
        by_owner = {}
        for old in successors:
            by_owner.setdefault(old.user_id, self.env["sales.process.ownership"])
            by_owner[old.user_id] |= successors[old]
        for owner, moved in by_owner.items():
            if owner and owner != self.env.user:
                self._notify_user(owner, moved, received=False)

    def _notify_user(self, user, ownerships, received):
        self.env["sales.process.notice"]._tell(
            user,
            lambda env: self.with_context(lang=env.lang)._get_summary(
                ownerships, received
            ),
            why="customer",
            author_id=self.env.user.partner_id.id,
        )

    def _get_summary(self, ownerships, received):
        """The list of customers in the language of who reads it.

        :return: tuple, subject and body
        """
        count = len(ownerships)
        if received:
            subject = self.env._("You received customers: %(count)s", count=count)
            intro = self.env._(
                "%(leader)s made you responsible for these customers, with their open "
                "leads, planned activities and future meetings:",
                leader=self.env.user.name,
            )
        else:
            subject = self.env._(
                "Your customers that were transferred: %(count)s", count=count
            )
            intro = self.env._(
                "%(leader)s gave these customers to %(owner)s. Your won and lost leads "
                "stay with you.",
                leader=self.env.user.name,
                owner=self.user_id.name,
            )
        rows = Markup().join(
            Markup("<li>%s</li>") % name
            for name in ownerships[:NAMED_CUSTOMERS].mapped("display_name")
        )
        if count > NAMED_CUSTOMERS:
            rows += Markup("<li>%s</li>") % self.env._(
                "and %(count)s more", count=count - NAMED_CUSTOMERS
            )
        body = Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (
            intro,
            rows,
            self.env._("Reason: %(reason)s", reason=self.reason.strip()),
        )
        if received:
            body += Markup('<p><a href="/odoo/my-customers">%s</a></p>') % self.env._(
                "My customers"
            )
        return subject, body
