# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The pool, and colleagues who help."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .sales_process_guard import on_records
from .sales_process_ownership_helper import OwnershipHelpers
from .sales_process_ownership_pool import PoolBars, PoolReturn, PoolTake, PoolView


class SalesProcessOwnershipPooling(models.AbstractModel):
    """Entries to ``PoolTake``, ``PoolView``, ``PoolReturn`` and ``OwnershipHelpers``;
    ownerships inherit them.
    """

    _name = "sales.process.ownership.pooling"
    _description = "Pool and Helpers"

    @on_records
    def action_take(self):
        """Take the customer from the pool for oneself.

        Two people at the same instant: one has it, the other gets the sentence.

        :return: dict, says so and opens the lead
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only salespeople take customers from the pool.")
            )
        # sudo: the rules of the pool decide, the ledger is written by its methods
        successor = PoolTake(self.sudo(), user).take()
        lead = successor.lead_ids.filtered("active")[:1]
        if not lead:
            opened = {"type": "ir.actions.client", "tag": "soft_reload"}
        else:
            opened = {
                "type": "ir.actions.act_window",
                "res_model": "crm.lead",
                "res_id": lead.id,
                "views": [(False, "form")],
            }
        return self.env["sales.process.notice"]._toast(
            self.env._("Taken: the customer is yours. Contact it soon."), opened
        )

    def _check_take(self, user):
        """Refuse a take that the rules of the pool do not allow, in one sentence."""
        PoolTake(self, user).check()

    def _get_barred_users(self):
        """Who may not receive these customers yet, and from when they may.

        Whoever let the customer go rests for as long as the team from which it was
        taken says, whosever pool it lies in now; an open period counts as let go, it
        is about to be released. Nor does a customer that arrives again come to whoever
        goes on with a clock that has run out: it would be released at once.

        :return: ``{ownership: {user id: naive UTC datetime}}``
        """
        return PoolBars(self).get()

    def _give_up(self, reason, pool_team=None):
        """Give customers up into the pool.

        :param str reason: why, in words
        :param pool_team: crm.team whose pool receives them; by default the one of
            the team's settings
        :return: the periods in the pool
        """
        return PoolReturn(self, reason, pool_team).run()

    @on_records
    def action_open_pool_customer(self):
        """Open one customer of the pool: its facts, not its contact details.

        :return: dict, a window action
        """
        self.ensure_one()
        # sudo: whoever saw it in the pool may not see it with its new owner
        if self.sudo().state != "pool" and not self.has_access("read"):
            raise UserError(
                self.env._(
                    "Somebody has just taken this customer. Look for another one."
                )
            )
        self.check_access("read")
        PoolView(self).open()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "sales_process_mgmt.sales_process_ownership_view_form_pool"
                    ).id,
                    "form",
                )
            ],
        }

    @on_records
    def action_freeze(self):
        """The customer does not want to be contacted: no timer, nobody takes it."""
        self.check_access("read")
        self._check_decider()
        # sudo: after both checks; the state is the system's to write
        rows = self.sudo()._lock_rows()
        rows.write({"is_frozen": True, "awaits_duty": False})
        self.env["sales.process.revisit"]._drop(rows)
        rows._update_deadlines()

    @on_records
    def action_unfreeze(self):
        """The customer may be contacted again, with a fresh period."""
        self.check_access("read")
        self._check_decider()
        # sudo: after both checks; the state is the system's to write
        rows = self.sudo()._lock_rows()
        rows.write({"is_frozen": False})
        rows._give_fresh_period()

    @on_records
    def action_wake(self):
        """A resting customer may be taken again."""
        self.check_access("read")
        self._check_leader()
        # sudo: after both checks; the state is the system's to write
        self.sudo()._lock_rows().write({"is_dormant": False, "lapse_count": 0})

    def _filter_collaborators(self, users):
        """Those who can help with these customers: active salespeople, not the owner.

        :return: res.users
        """
        return OwnershipHelpers(self).filter(users)

    def _check_collaborators(self, users):
        """Refuse people who cannot help with these customers, in one sentence."""
        OwnershipHelpers(self).check(users)

    def _add_collaborators(self, users):
        """Let people help: they may work the customer, they do not own it.

        :param users: res.users
        """
        return OwnershipHelpers(self).add(users)

    def _remove_collaborators(self, users):
        """People no longer help with the customers.

        :param users: res.users
        """
        return OwnershipHelpers(self).remove(users)

    def _set_deputy(self, deputy):
        """The deputy of an absent owner helps with these customers, in one statement.

        :param deputy: res.users
        """
        return OwnershipHelpers(self).set_deputy(deputy)

    def _unset_deputy(self, deputy):
        """The owner is back: the deputy helps no more.

        :param deputy: res.users
        """
        return OwnershipHelpers(self).unset_deputy(deputy)

    @on_records
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
                    "Invited: %(people)s.",
                    people=format_list(self.env, users.mapped("name")),
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

    @on_records
    def action_remove_helpers(self, user_ids):
        """End the help of colleagues, as the owner or the leader.

        :param list user_ids: whose
        """
        self._check_owner_or_leader()
        self._remove_collaborators(self._browse_sent("res.users", user_ids))
        return True

    @on_records
    def action_leave(self):
        """Stop helping with these customers."""
        self.check_access("read")
        # sudo: after the check; a helper ends the own help, and writes no period
        for ownership in self.sudo():
            if self.env.user not in ownership.collaborator_ids:
                raise UserError(self.env._("You do not help with this customer."))
        self._remove_collaborators(self.env.user)
        return True
