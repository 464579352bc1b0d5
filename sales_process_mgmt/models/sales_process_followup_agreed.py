# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The next contact that is agreed, and who approves a later one."""

from odoo import models
from odoo.exceptions import AccessError

from ..tools import deadline as deadline_tools
from .sales_process_followup_next import NextContacts
from .sales_process_guard import on_records


class SalesProcessFollowupAgreed(models.AbstractModel):
    """An agreed day moves the deadline within the team's rules, or with the leader.

    Follow-ups inherit it.
    """

    _name = "sales.process.followup.agreed"
    _description = "Next Contact of a Follow-Up"

    def _agree_next(self):
        """An agreed next contact moves the deadline, within the team's limits."""
        # sudo: the ledger is written by its own methods only
        agreed = [
            row.ownership_id
            for row in self.sudo()
            if row.counts and (row.date_next or row.ownership_id.date_agreed)
        ]
        if agreed:
            self._insert_late()
            agreed[0].union(*agreed)._recompute_agreed()
            NextContacts(self).ask()

    def _apply_agreed(self, agreed, count, normal_day, day):
        """What is agreed with the customer after this contact.

        :param date agreed: the agreed day before it, or False
        :param int count: how many agreed days in a row have moved the deadline
        :param date normal_day: the last day that the contact alone would give
        :param date day: the day of the contact; both in the owner's time zone
        :return: ``(agreed day or False, count)``
        """
        agreed, count, cut = self._get_agreed(agreed, count, normal_day, day)
        if cut is not None and self.date_extension_cut != cut:
            # sudo: what the system decides
            self.sudo().write({"date_extension_cut": cut})
        return agreed, count

    def _get_agreed(self, agreed, count, normal_day, day):
        """See :meth:`_apply_agreed`; nothing is written.

        :return: tuple, see :func:`tools.deadline.agree_next`
        """
        self.ensure_one()
        team = self.team_id or self.lead_id.team_id
        return deadline_tools.agree_next(
            (agreed, count),
            day,
            self.date_next,
            normal_day,
            self.extension_approved,
            team.process_followup_extension_days,
            team.process_followup_extension_times,
        )

    def _get_next_limit(self):
        """The last day to which the agreed contact would move the deadline.

        :return: date, or False where the agreed day stands as it is
        """
        self.ensure_one()
        # sudo: a helper may read the ownership through the contact only
        followup = self.sudo()
        ownership = followup.lead_id.ownership_id
        team = ownership.team_id
        if not followup.date_next or ownership.state != "open":
            return False
        if followup.id:
            return followup.date_extension_cut
        if followup._may_approve(self.env.user, team):
            return False
        zone = team._get_process_timezone(ownership.user_id)
        tags = ownership._get_open_tags().get(ownership.id, ())
        moment = followup.date or self.env.cr.now()
        normal = deadline_tools.followup_deadline(
            moment,
            team._get_followup_days(ownership.grade_id, tags),
            zone,
            team._get_working_day_checker(),
        )
        return followup._get_agreed(
            ownership.date_agreed,
            ownership.extension_count,
            deadline_tools.local_date(normal, zone),
            deadline_tools.local_date(moment, zone),
        )[2]

    def _may_approve(self, user, team=None):
        """Tell whether ``user`` lets an agreed day stand beyond the team's limit.

        Whoever made the contact, or owns the customer, asks and does not decide;
        unless nobody else is there who could: a customer's wish must not wait for
        nobody.

        :param user: res.users
        :param team: crm.team of a contact that is not saved yet
        :return: bool
        """
        self.ensure_one()
        # sudo: whether somebody leads a team does not depend on reading it
        followup = self.sudo()
        team = team or followup.team_id
        return team._may_decide(
            user, followup._get_asking(), followup._get_company(team)
        )

    def _get_asking(self):
        """Who gains from an agreed day, and so does not decide about it.

        :return: res.users in sudo
        """
        # sudo: a helper may read the ownership through the contact only
        followup = self.sudo()
        return followup.user_id | followup.lead_id.ownership_id.user_id

    def _get_approver(self):
        """Who is asked to let an agreed day stand: the leader, else whoever is above.

        :return: res.users in sudo, empty where nobody else is there
        """
        self.ensure_one()
        # sudo: as _get_asking
        followup = self.sudo()
        team = followup.team_id
        asking = followup._get_asking()
        return team._get_deciders(asking, followup._get_company(team))

    def _get_company(self, team):
        return self.company_id or team.company_id or self.env.company

    @on_records
    def action_approve_extension(self):
        """The team leader lets the agreed day stand beyond the team's limit.

        :raise AccessError: for everybody else
        """
        if not all(followup.can_lead for followup in self):
            raise AccessError(
                self.env._("Only the team leader approves a day beyond the limit.")
            )
        if not all(followup.can_approve for followup in self):
            raise AccessError(
                self.env._(
                    "Nobody approves their own agreed day. Ask a sales administrator."
                )
            )
        # sudo: written by the system after the check above
        followups = self.sudo()
        followups.ownership_id._lock_rows()
        NextContacts(self).approve()
        # the leader moves a clock later that was stopped
        followups.ownership_id.write({"date_clock_limit": False})
        followups._reconsider(followups.ownership_id)
        NextContacts(followups).close()
