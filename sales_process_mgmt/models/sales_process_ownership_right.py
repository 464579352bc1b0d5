# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what with a customer, and what is said to who may not."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .sales_process_ownership_sentence import (
    OwnershipSentences,
)

# So long who has ended a colleague's period asks somebody else before taking it.
OWN_END_DAYS = 90


class SalesProcessOwnershipRight(models.AbstractModel):
    """The rules of who may; ownerships inherit them.

    What a person may do is asked of the person, never of the environment. The one
    permission for a change of owner is ``_check_hand_over`` of the ownership.
    """

    _name = "sales.process.ownership.right"
    _description = "Rights on a Customer"

    def _get_deciding_user(self):
        """Who decides about the customer: the team's leader, else an administrator.

        :return: res.users, sudo: the owner only where nobody else is there
        """
        self.ensure_one()
        ownership = self.sudo()  # sudo: whoever asks may not read the team
        team = ownership.team_id
        return (
            team._get_deciders(ownership.user_id, ownership.company_id)
            or team._get_leaders()
            or self.env.ref("base.user_admin").sudo()
        )

    def _can_work(self, user):
        """Tell whether ``user`` may work the customer: owner, helper or leader.

        :return: bool
        """
        self.ensure_one()
        return bool(user) and (
            user == self.user_id
            or self.team_id._is_leader(user)
            or user in self.collaborator_ids
        )

    def _is_only_helped(self, user):
        """Tell whether ``user`` helps with the customer, and decides nothing.

        :return: bool
        """
        return bool(
            self
            and user in self.collaborator_ids
            and user != self.user_id
            and self.process_mode == "enforce"
            and not self.team_id._is_leader(user)
        )

    def _may_know_owner(self, user):
        """Tell whether ``user`` learns the owner's name from a refusal."""
        self.ensure_one()
        company = self.company_id or user.company_id
        return (
            company.process_owner_visibility == "company"
            or self._can_work(user)
            or user in self.team_id.crm_team_member_ids.user_id
            or user._is_process_reception()
        )

    def _is_in_companies_of(self, user):
        """Tell whether ``user`` works where this customer is; branches share theirs."""
        self.ensure_one()
        # sudo: which companies are one is no secret
        roots = user.sudo().company_ids.root_id
        return self.sudo().company_id.root_id in roots

    def _check_leader(self):
        """Refuse unless the current user leads the team of each of these customers."""
        # sudo: whether somebody leads a team does not depend on reading it
        for team in self.sudo().team_id:
            if not team._is_leader(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator may do "
                        "this.",
                        team=team.name,
                    )
                )
        if any(not ownership.team_id for ownership in self.sudo()) and not (
            self.env.user.has_group("sales_team.group_sale_manager")
        ):
            raise AccessError(
                self.env._("A customer without team is moved by an administrator.")
            )

    def _check_decider(self):
        """Refuse who does not lead these customers, or decides about the own ones.

        :raise AccessError: one sentence that says whom to ask
        """
        user = self.env.user
        # sudo: whether somebody leads a team does not depend on reading it
        for row in self.sudo():
            if not row._may_decide(user):
                row.sudo(self.env.su)._check_leader()
                raise row.team_id.with_env(self.env)._make_own_matter_error(
                    row.user_id, row.company_id
                )

    def _may_decide(self, user):
        """Tell whether ``user`` leads this customer, and is not its owner.

        :return: bool
        """
        self.ensure_one()
        # sudo: whether somebody leads a team does not depend on reading it
        row = self.sudo()
        return row.team_id._may_decide(user, row.user_id, row.company_id)

    def _is_own_taking(self, user):
        """Tell whether ``user`` would decide to have a colleague's customer.

        Also in two steps, by way of the pool into which the same person has put it, or
        of an end (lost, deleted) that the same person has made not long ago.

        :return: bool
        """
        self.ensure_one()
        row = self.sudo()  # sudo: whose it was does not depend on reading it
        if row.state == "ended" and (
            row.end_user_id != user
            or row.next_ids
            or row.date_end < self.env.cr.now() - timedelta(days=OWN_END_DAYS)
        ):
            return False
        loser = row.user_id
        if row.state == "pool" and row.create_uid == user:
            loser = row.previous_id.user_id
        return (
            bool(loser)
            and loser != user
            and loser.active
            and not row.team_id._may_decide(user, user, row.company_id)
        )

    def _withdraw_own_grades(self):
        """A grade that the owner has given before is a proposal now.

        Nobody sets the own clock, neither in two steps: whoever decides is asked.
        """
        # sudo: who has graded a contact does not depend on reading it
        rows = self.sudo().filtered("user_id").filtered("partner_id")
        for row in rows:
            partner, user = row.partner_id.commercial_partner_id, row.user_id
            if (
                partner.process_grade_user_id == user
                and partner.process_grade_id._changes_period()
                and not row._may_decide(user)
            ):
                partner._propose_own_grade(user)

    def _check_owner_or_leader(self):
        """Only the owner and the leader decide who helps with a customer."""
        self.check_access("read")
        user = self.env.user
        # sudo: after the check that it may be read; whose it is decides
        for ownership in self.sudo():
            if ownership.user_id != user and not ownership.team_id._is_leader(user):
                raise AccessError(
                    self.env._(
                        "Only the owner of this customer, the leader of %(team)s or a "
                        "sales administrator decides who helps.",
                        team=ownership.team_id.name or "",
                    )
                )

    def _check_receiver(self, user):
        """Refuse an owner who is no salesperson in the company of these customers.

        :param user: res.users
        :raise ValidationError: one sentence
        """
        # sudo: groups and companies of a colleague
        user = user.sudo()
        if not (
            user._is_process_salesperson()
            and self.sudo().company_id <= user.company_ids
        ):
            raise ValidationError(
                self.env._(
                    "%(user)s is not a salesperson in the company of these customers.",
                    user=user.name,
                )
            )

    @api.model
    def _check_no_reception(self, user):
        """The reception registers for others and owns nothing."""
        if user and user._is_process_reception():
            # sudo: the name in a refusal
            raise UserError(
                self.env._(
                    "%(user)s sits at the reception and owns no customers: choose who "
                    "is on duty, or the salesperson asked for.",
                    user=user.sudo().name,
                )
            )

    def _check_room(self, user, team, count=1):
        """Refuse more open customers than the team lets one person hold.

        :param int count: how many the person wants
        """
        # what the same transaction has taken before counts, too
        user.invalidate_recordset(["process_open_customer_count"])
        if team._get_customer_room(user) < count:
            raise UserError(
                self.env._(
                    "You hold as many open customers as %(team)s allows. Finish or "
                    "give up one first.",
                    team=team.name,
                )
            )

    @api.model
    def _check_typed_room(self, user, customers):
        """Number after number on one contact is a list of customers.

        :param user: res.users, who types
        :param customers: sales.process.ownership, sudo, that gain details
        :raise UserError: the person holds as many as the team allows
        """
        for row in customers:
            team = row.team_id
            if (
                row.user_id == user
                and row.process_mode == "enforce"
                and (user.process_customer_limit or team.process_customer_limit)
                and not team._is_leader(user)
                and row._has_many_details()
            ):
                # sudo: limits of the person who types
                self._check_room(user.sudo(), team, 0)

    def _get_conflict_sentence(self, user):
        """Say whose customer it is, no more than ``user`` may know.

        Everybody learns that the customer is owned and by which team; the owner's
        name inside the same team; the last contact and the deadline only the owner,
        the helpers and the leaders. Days and times are those of ``user``'s zone.

        :return: str
        """
        return OwnershipSentences(self, user).tell_conflict()

    def _get_own_sentence(self, user):
        """Tell the owner or a helper how the customer stands.

        :return: str
        """
        return OwnershipSentences(self, user).tell_own()

    def _get_previous_sentence(self, user):
        """Say whose a customer was that is free again, as much as ``user`` may know.

        :return: str
        """
        return OwnershipSentences(self, user).tell_previous()
