# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose customer a lead is: who works it, and in which sentence others are refused."""

from odoo import models
from odoo.exceptions import AccessError

from ..tools import labels


class SalesProcessLeadWork(models.AbstractModel):
    """Who works a lead, and what everybody else is told; leads inherit it."""

    _name = "sales.process.lead.work"
    _description = "Work on a Lead"

    def _filter_workable(self):
        """The leads that the current user may work.

        :return: crm.lead
        """
        user = self.env.user
        # sudo: a stranger may read neither the ownership nor the team
        modes = self.env["crm.team"]._get_process_modes()
        return self.filtered(
            lambda lead: (
                modes.get(lead.sudo().team_id._origin.id) != "enforce"
                or lead.sudo().ownership_id.state not in ("open", "pool")
                or lead.sudo().ownership_id._can_work(user)
            )
        )

    def _check_customer_work(self):
        """Refuse work on leads of a colleague's customer, and keep the attempt.

        The record rules do the same for what writes the lead. Meetings, activities
        and mass mails do not write it.

        :raise CustomerOwnedError: one sentence that says whose customer it is
        """
        Ownership = self.env["sales.process.ownership"]
        user = self.env.user
        if (
            not self
            or not Ownership._is_attended()
            or not user.has_group("sales_team.group_sale_salesman")
        ):
            return
        owned = self - self._filter_workable()
        if not owned:
            return
        # sudo: the period of a colleague's customer
        rows = owned.sudo().ownership_id
        self.env["sales.process.conflict"]._record_after_rollback(
            [row._prepare_work_conflict_values(user, (), True) for row in rows]
        )
        raise rows[0]._make_work_refusal(self.env(su=False), self.env["res.partner"])

    def _check_workable(self):
        """Only the owner, helpers and leaders work a customer in teams that enforce.

        :raise AccessError: with the sentence that says whose customer it is
        """
        strangers = self - self._filter_workable()
        strangers.check_access("read")
        if strangers:
            raise strangers[0]._make_owned_error(AccessError)

    def _check_post(self):
        """Only those who work a customer post on its leads: Odoo lets followers, too.

        People without sales rights, customers and scheduled actions go on to post.

        :raise AccessError: with the sentence that says whose customer it is
        """
        if self.env.user.has_group("sales_team.group_sale_salesman") and (
            self.env["sales.process.ownership"]._is_attended()
        ):
            # Odoo's page posts in sudo what a person has written
            self.sudo(False)._check_workable()

    def _make_refusal(self, make_error):
        """The error of leads that are refused: whose they are, or Odoo's own.

        :param make_error: function that makes Odoo's error
        """
        leads = self.filtered("id")
        owned = leads - leads._filter_workable()
        return owned[0]._make_owned_error(make_error) if owned else make_error()

    def _make_owned_error(self, make_error):
        """Say whose customer it is to those whom it concerns.

        Whoever may read the lead learns its name, too. A salesperson of the company
        learns the sentence alone; everybody else what Odoo says by itself.

        :param make_error: function that makes Odoo's error
        :return: AccessError
        """
        self.ensure_one()
        user = self.env.user
        # sudo: the ownership may be a stranger's
        ownership = self.sudo().ownership_id
        company = ownership.company_id
        is_readable = self.has_access("read")
        if not is_readable and not (
            user.has_group("sales_team.group_sale_salesman")
            and (not company or company in user.company_ids)
        ):
            return make_error()
        sentence = ownership.with_env(self.env)._get_conflict_sentence(user)
        if is_readable:
            sentence = labels.join_pair(self.env, self.name, sentence)
        return AccessError(sentence)

    def _check_may_follow_up(self):
        """Only the owner, helpers and leaders log contacts in teams that enforce.

        :raise AccessError: with the sentence that says whose customer it is
        """
        if self.env.su:
            return
        self._check_workable()
        self.check_access("read")
