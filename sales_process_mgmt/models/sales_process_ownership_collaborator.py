# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    invitation_ids = fields.One2many(
        "sales.process.invitation", "ownership_id", string="Invitations"
    )

    def _check_owner_or_leader(self):
        """Only the owner and the leader decide who helps with a customer."""
        self.check_access("read")
        user = self.env.user
        for ownership in self.sudo():
            if ownership.user_id != user and not ownership.team_id._is_leader(user):
                raise AccessError(
                    self.env._(
                        "Only the owner of this customer, the leader of %(team)s or a "
                        "sales administrator decides who helps.",
                        team=ownership.team_id.name or "",
                    )
                )

    @api.constrains("collaborator_ids", "state")
    def _check_pool_has_no_helpers(self):
        """A helper would read what the pool hides."""
        if any(row.state == "pool" and row.collaborator_ids for row in self.sudo()):
            raise ValidationError(
                self.env._("Nobody owns this customer now, so nobody can help.")
            )

    def _filter_collaborators(self, users):
        """Those who can help with these customers: active salespeople, not the owner.

        :return: res.users
        """
        companies = self.sudo().company_id
        return (users - self.sudo().user_id).filtered(
            lambda user: (
                user.sudo()._is_process_salesperson()
                and companies <= user.sudo().company_ids
            )
        )

    def _check_collaborators(self, users):
        """Refuse people who cannot help with these customers, in one sentence."""
        for user in users.sudo():
            if not user._is_process_salesperson():
                raise UserError(
                    self.env._(
                        "%(user)s is not a salesperson and cannot help.", user=user.name
                    )
                )
        for ownership in self.sudo():
            if ownership.state != "open":
                raise UserError(
                    self.env._("Nobody owns this customer now, so nobody can help.")
                )
            if ownership.user_id in users:
                raise UserError(
                    self.env._(
                        "%(user)s owns this customer and needs no invitation.",
                        user=ownership.user_id.name,
                    )
                )
            company = ownership.company_id
            for user in users.sudo():
                if company and company not in user.company_ids:
                    raise UserError(
                        self.env._(
                            "%(user)s does not work for %(company)s and cannot help.",
                            user=user.name,
                            company=company.name,
                        )
                    )

    def _add_collaborators(self, users):
        """Let people help: they may work the customer, they do not own it.

        :param users: res.users
        """
        self._check_collaborators(users)
        for ownership in self:
            added = users - ownership.sudo().collaborator_ids
            if added:
                # sudo: the ledger is written by its own methods only
                ownership.sudo().collaborator_ids |= added
                ownership._log_on_leads(
                    self.env._(
                        "%(users)s may help with this customer.",
                        users=", ".join(added.sudo().mapped("name")),
                    )
                )

    def _set_deputy(self, deputy):
        """The deputy of an absent owner helps with these customers, in one statement.

        :param deputy: res.users
        """
        self._check_collaborators(deputy)
        # sudo: the ledger is written by its own methods only
        self.sudo().write({"collaborator_ids": [fields.Command.link(deputy.id)]})

    def _unset_deputy(self, deputy):
        """The owner is back: the deputy helps no more.

        :param deputy: res.users
        """
        # sudo: as above
        self.sudo().write({"collaborator_ids": [fields.Command.unlink(deputy.id)]})

    def _remove_collaborators(self, users):
        """People no longer help with the customers.

        :param users: res.users
        """
        for ownership in self:
            removed = users & ownership.sudo().collaborator_ids
            if removed:
                # sudo: the ledger is written by its own methods only
                ownership.sudo().collaborator_ids -= removed
                ownership._log_on_leads(
                    self.env._(
                        "%(users)s no longer helps with this customer.",
                        users=", ".join(removed.sudo().mapped("name")),
                    )
                )

    def _log_on_leads(self, body):
        """Write one line in the chatter of the open leads, without notifying."""
        self.ensure_one()
        # sudo: the chatter of the customer tells it whoever did it
        leads = self.sudo()._get_open_leads()
        if leads:
            leads._message_log_batch(bodies=dict.fromkeys(leads.ids, body))

    def _get_current_lead(self):
        """The lead on which a contact is logged: the newest open one, else any.

        :return: crm.lead, may be empty
        """
        self.ensure_one()
        # sudo: who asks is checked by the caller
        ownership = self.sudo()
        leads = ownership._get_open_leads() or ownership.lead_ids.sorted("id")
        return leads[-1:]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_invite(self, user_ids=None):
        """Invite colleagues to help, as the owner or the leader.

        :param list user_ids: whom; empty opens a dialog that asks
        :return: dict, an action
        """
        self._check_owner_or_leader()
        if user_ids:
            users = self._browse_sent("res.users", user_ids)
            self.env["sales.process.invitation"]._invite(self, users)
            return self.env["sales.process.notice"]._toast(
                self.env._(
                    "Invited: %(people)s.", people=", ".join(users.mapped("name"))
                )
            )
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invite a Helper"),
            "res_model": "sales.process.invitation",
            "views": [
                (
                    self.env.ref(
                        "sales_process_mgmt.sales_process_invitation_view_form_invite"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_ownership_id": self.id},
        }

    def action_remove_helpers(self, user_ids):
        """End the help of colleagues, as the owner or the leader.

        :param list user_ids: whose
        """
        self._check_owner_or_leader()
        self._remove_collaborators(self._browse_sent("res.users", user_ids))
        return True

    def action_leave(self):
        """Stop helping with these customers."""
        self.check_access("read")
        for ownership in self.sudo():
            if self.env.user not in ownership.collaborator_ids:
                raise UserError(self.env._("You do not help with this customer."))
        self._remove_collaborators(self.env.user)
        return True
