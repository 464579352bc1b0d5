# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from ..tools import texts
from ..tools.spoken import get_spoken


class SalesProcessInvitation(models.Model):
    """A colleague asks to help with a customer, or its owner asks a colleague."""

    _name = "sales.process.invitation"
    _description = "Invitation to Help"
    _inherit = ["sales.process.guard"]
    _order = "state, id desc"
    _text_limits = {"note": texts.NOTE_LENGTH}

    name = fields.Char(
        string="Customer",
        size=texts.NAME_LENGTH,
        readonly=True,
        help="The customer as the person who asks knows it.",
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Helper",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False)]",
        help="Who helps with the customer if the invitation is accepted.",
    )
    owner_id = fields.Many2one(related="ownership_id.user_id", string="Owner")
    team_id = fields.Many2one(related="ownership_id.team_id")
    company_id = fields.Many2one(
        related="ownership_id.company_id", store=True, index="btree_not_null"
    )
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
    )
    note = fields.Text(help="Why, and what the helper would do.")
    answered_by_id = fields.Many2one("res.users", readonly=True)
    date_answer = fields.Datetime(readonly=True)
    activity_id = fields.Many2one(
        "mail.activity",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        export_string_translation=False,
    )
    can_answer = fields.Boolean(
        compute="_compute_can_answer",
        help="Whether you decide: the owner and the leader do.",
    )
    is_mine = fields.Boolean(
        compute="_compute_can_answer", help="Whether you would help."
    )

    _asked_uniq = models.UniqueIndex(
        "(ownership_id, user_id) WHERE state = 'asked'",
        "This colleague has asked already. The owner has not answered yet.",
    )

    @api.depends_context("uid")
    @api.depends("ownership_id.user_id", "ownership_id.team_id.user_id", "user_id")
    def _compute_can_answer(self):
        user = self.env.user
        for invitation in self:
            # sudo: whoever asked may not read the ownership
            ownership = invitation.sudo().ownership_id
            invitation.can_answer = bool(ownership) and (
                ownership.user_id == user or ownership.team_id._is_leader(user)
            )
            invitation.is_mine = invitation.user_id == user

    @api.depends("name", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for invitation in self:
            if not invitation.user_id:
                # of a new one nothing is known yet
                invitation.display_name = False
                continue
            invitation.display_name = self.env._(
                "%(user)s: %(customer)s",
                user=invitation.user_id.name,
                customer=invitation.name or self.env._("Customer"),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """The owner or the leader creates an invitation: it is accepted at once.

        A request to be invited is made by :meth:`_ask`.
        """
        if self.env.su:
            return super().create(vals_list)
        ids = {vals.get("ownership_id") for vals in vals_list} - {False, None}
        ownerships = self.env["sales.process.ownership"].browse(ids)
        ownerships._check_owner_or_leader()
        invitations = super().create(vals_list)
        for invitation in invitations:
            # sudo: the name of a customer that the owner knows anyway
            invitation.sudo().name = invitation.sudo().ownership_id.name
            invitation._accept()
        return invitations

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    @api.model
    def _invite(self, ownerships, users):
        """The owner or the leader lets colleagues help, without a question.

        :param ownerships: sales.process.ownership
        :param users: res.users
        :return: the accepted invitations
        """
        return self.create(
            [
                {"ownership_id": ownership.id, "user_id": user.id}
                for ownership in ownerships
                for user in users
            ]
        )

    @api.model
    def _ask(self, ownership, user, name=None, note=None):
        """Ask the owner of a customer to be invited; asking twice asks once.

        :param ownership: sales.process.ownership of somebody else
        :param user: res.users, who wants to help
        :param str name: the customer, as the user knows it
        :param str note: why
        :return: the open invitation
        """
        ownership = ownership.sudo()
        if user == ownership.user_id:
            raise UserError(self.env._("You own this customer and need no invitation."))
        if user in ownership.collaborator_ids:
            raise UserError(self.env._("You help with this customer already."))
        ownership._check_collaborators(user)
        # sudo: who asks may write neither the ledger nor the owner's activities
        Invitation = self.sudo()
        pending = Invitation.search(
            [
                ("ownership_id", "=", ownership.id),
                ("user_id", "=", user.id),
                ("state", "=", "asked"),
            ]
        )
        if pending:
            return pending
        invitation = Invitation.create(
            {
                "ownership_id": ownership.id,
                "user_id": user.id,
                "name": name or False,
                "note": note or False,
            }
        )
        invitation._schedule_answer()
        return invitation

    def _schedule_answer(self):
        """Put the question on the owner's to-do list, on the lead."""
        self.ensure_one()
        lead = self.ownership_id._get_current_lead()
        if not lead:
            return
        # the question is read by the owner
        env = self.with_context(
            lang=get_spoken(self.env, self.ownership_id.user_id.lang)
        ).env
        body = Markup("<p>%s</p>") % env._(
            "%(user)s asks to help with this customer.", user=self.user_id.name
        )
        if self.note:
            body += Markup("<p>%s</p>") % self.note
        body += Markup('<p><a href="/odoo/%s/%s">%s</a></p>') % (
            self._name,
            self.id,
            env._("Accept or refuse"),
        )
        self.activity_id = lead.activity_schedule(
            "sales_process_mgmt.mail_activity_type_invitation",
            user_id=self.ownership_id.user_id.id,
            date_deadline=self.ownership_id.team_id._get_process_today(
                self.ownership_id.user_id
            ),
            note=body,
        )

    # ------------------------------------------------------------
    # ANSWERING
    # ------------------------------------------------------------

    def _lock_asked(self):
        """Lock the invitations and refuse those that were answered before."""
        self.check_access("read")
        self._lock_rows()
        if any(invitation.state != "asked" for invitation in self):
            raise UserError(
                self.env._("This invitation has been answered already. Reload it.")
            )

    def _check_answer(self):
        if not all(self.mapped("can_answer")):
            raise AccessError(
                self.env._(
                    "Only the owner of the customer, the team leader or a sales "
                    "administrator answers an invitation."
                )
            )
        self._lock_asked()

    def _close(self, state):
        """Write the answer and take the question off the to-do list."""
        # sudo: invitations are written by their own methods only
        invitations = self.sudo()
        activities = invitations.activity_id
        invitations.write(
            {
                "state": state,
                "answered_by_id": self.env.uid,
                "date_answer": fields.Datetime.now(),
            }
        )
        activities.unlink()

    def _accept(self):
        for invitation in self:
            # sudo: the helper does not own the customer; the permission is asked
            # without sudo
            ownership = invitation.sudo().ownership_id.sudo(False)
            ownership._add_collaborators(invitation.user_id)
        self._close("accepted")
        self._tell_helpers(
            lambda row, env: env._(
                "You may help with %(customer)s.", customer=row.ownership_id.name
            )
        )

    def _tell_helpers(self, get_text):
        """Tell the people concerned once, unless they did it themselves."""
        # sudo: the helper is told whatever rights the owner has on the helper
        for invitation in self.sudo():
            if invitation.user_id == self.env.user:
                continue
            lead = invitation.ownership_id._get_current_lead()

            def render(env, invitation=invitation):
                text = get_text(invitation, env)
                return text, text

            self.env["sales.process.notice"]._tell(
                invitation.user_id,
                render,
                lead if invitation.state == "accepted" else None,
                why="helper",
                today=True,
            )

    def action_invited(self):
        """Say whom the owner has invited with this form.

        :return: dict, a client action
        """
        self.check_access("read")
        return self.env["sales.process.notice"]._toast(
            self.env._(
                "Invited: %(people)s.",
                # sudo: a colleague's name is no secret
                people=format_list(self.env, self.sudo().user_id.mapped("name")),
            )
        )

    def action_accept(self):
        """Let the colleague help; for the owner and the leader."""
        self._check_answer()
        self._accept()
        return True

    def action_refuse(self):
        """Do not let the colleague help; for the owner and the leader."""
        self._check_answer()
        self._close("refused")
        self._tell_helpers(
            lambda row, env: env._(
                "Your help with %(customer)s is not needed.",
                customer=row.name or env._("the customer"),
            )
        )
        return True

    def action_cancel(self):
        """Take one's own question back."""
        self.check_access("read")
        if any(invitation.user_id != self.env.user for invitation in self):
            raise AccessError(
                self.env._("Only the person who asked takes the question back.")
            )
        self._lock_asked()
        self._close("cancelled")
        return True
