# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Spot checks: a leader looks at contacts and says which do not count."""

import random
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from .sales_process_guard import on_records

# A spot check looks at so many contacts of the last days.
SAMPLE_SIZE = 10
SAMPLE_SPAN = timedelta(days=14)
# What is chosen from: a year of a large team needs no more.
SAMPLE_POOL = 5000


class SalesProcessFollowupCheck(models.AbstractModel):
    """Samples of the contacts of a team, and the verdict; follow-ups inherit it.

    Nobody judges an own contact, nor one of a customer of the own.
    """

    _name = "sales.process.followup.check"
    _description = "Spot Check of a Follow-Up"

    @api.model
    @on_records
    def action_sample(self):
        """Choose some contacts of the last days by chance, for the leader to look at.

        Those of the leader, and those that were looked at before, are left out.

        :return: dict, a window action
        :raise AccessError: for whoever leads no team
        """
        user = self.env.user
        domain = Domain("team_id", "in", user.process_led_team_ids.ids)
        if user.has_group("sales_team.group_sale_manager"):
            domain = Domain("team_id", "!=", False)
        elif not user.process_led_team_ids:
            raise AccessError(
                self.env._("Only team leaders look at a sample of follow-ups.")
            )
        since = self.env.cr.now() - SAMPLE_SPAN
        ids = self.search(
            domain
            & Domain("counts", "=", True)
            & Domain("date", ">=", since)
            & Domain("date_checked", "=", False)
            & Domain("user_id", "!=", user.id),
            order="id desc",
            limit=SAMPLE_POOL,
        ).ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action"
        )
        # not to be guessed by those who are looked at
        chosen = random.SystemRandom().sample(ids, min(SAMPLE_SIZE, len(ids)))
        return {
            **action,
            "name": self.env._("Spot Check"),
            "display_name": self.env._("Spot Check"),
            "path": False,
            "domain": [("id", "in", chosen)],
            "context": {"create": False},
            "help": self.env._(
                "There is no follow-up of the last %(days)s days that you have not "
                "looked at.",
                days=SAMPLE_SPAN.days,
            ),
        }

    def _get_judged(self):
        """Whom a judgement of the contact concerns: whose it is, and whose clock.

        :return: res.users
        """
        return self.user_id | self.create_uid | self.ownership_id.user_id

    def _may_judge(self, user, team):
        """Tell whether ``user`` judges the contact: a leader, never one's own.

        :param team: crm.team in sudo
        :return: bool
        """
        self.ensure_one()
        judged = self._get_judged()
        return user not in judged and team._may_decide(user, judged, self.company_id)

    def _check_may_judge(self):
        """Only a leader of the team judges a contact, and nobody judges their own.

        :raise AccessError: one sentence
        """
        # refuses whoever may not even read them
        self.check_access("read")
        # sudo: whether somebody leads a team does not depend on reading it
        for followup in self.sudo():
            if followup._may_judge(self.env.user, followup.team_id):
                continue
            if not followup.team_id._is_leader(self.env.user):
                raise AccessError(
                    self.env._("Only the team leader judges a follow-up.")
                )
            if self.env.user in followup._get_judged():
                raise AccessError(
                    self.env._(
                        "Nobody judges their own follow-up, or one with their own "
                        "customer. Ask a sales administrator."
                    )
                )

    @on_records
    def action_checked(self):
        """The leader has looked at the contact, and it stands.

        :raise AccessError: for whoever may not judge it
        """
        self._check_may_judge()
        # sudo: written by the system after the check above
        self.sudo().write(
            {"checked_by_id": self.env.uid, "date_checked": self.env.cr.now()}
        )
        return self.env["sales.process.notice"]._toast(
            self.env._("Checked: it stands."),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )

    def _void(self, reason):
        """The leader takes contacts back: the clock is computed again.

        :param str reason: read by the person who made the contact
        :raise AccessError: for whoever may not judge them
        :raise UserError: without a reason
        """
        self._check_may_judge()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the follow-up does not count."))
        # sudo: written by the system after the check above
        voided = self.sudo().filtered(lambda row: not row.is_voided)
        now = self.env.cr.now()
        voided._judge_again(
            {
                "is_voided": True,
                "void_text": reason,
                "voided_by_id": self.env.uid,
                "date_voided": now,
                "checked_by_id": self.env.uid,
                "date_checked": now,
            }
        )
        voided._tell_judged(
            lambda env: env._("A follow-up does not count"),
            lambda env, customers: env._(
                "%(leader)s has taken back a follow-up of yours with %(customer)s:"
                " %(reason)s",
                leader=self.env.user.name,
                customer=customers,
                reason=reason,
            ),
        )

    @on_records
    def action_unvoid(self):
        """The leader lets a contact count again that was taken back.

        :raise AccessError: for whoever may not judge it
        """
        self._check_may_judge()
        # sudo: written by the system after the check above
        restored = self.sudo().filtered("is_voided")
        restored._judge_again(
            {
                "is_voided": False,
                "void_text": False,
                "voided_by_id": False,
                "date_voided": False,
            }
        )
        restored._tell_judged(
            lambda env: env._("A follow-up counts again"),
            lambda env, customers: env._(
                "Your follow-up with %(customer)s counts again.", customer=customers
            ),
        )

    def _tell_judged(self, get_title, get_text):
        """Tell each person what a leader has decided about the own contacts.

        :param get_title: ``callable(env) -> str``, in the language of the reader
        :param get_text: ``callable(env, names of customers) -> str``
        """
        for person, followups in self.grouped("user_id").items():
            names = followups.lead_id.mapped("name")[:5]

            def render(env, names=names):
                return get_title(env), get_text(env, format_list(env, names))

            self.env["sales.process.notice"]._tell(
                person, render, followups[0], why="customer"
            )
