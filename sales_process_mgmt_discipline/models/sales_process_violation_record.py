# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who records a violation, and what is refused as untrue."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import AccessError, UserError

# What is older is not held against anybody by hand.
RECORD_YEARS = 2


class SalesProcessViolationRecord(models.AbstractModel):
    """Who records a violation, and what cannot have happened; violations inherit it."""

    _name = "sales.process.violation.record"
    _description = "Recording of a Violation"

    def _check_recorder(self):
        """Refuse who may not record this.

        :raise AccessError: for who does not lead the person, and in the own matter
        :raise UserError: one sentence
        """
        user = self.env.user
        for row in self:
            # sudo: whom it concerns, to ask whether the person may record it
            person, team = row.sudo().user_id, row.sudo().team_id
            if person == user:
                raise AccessError(
                    self.env._(
                        "Nobody records a violation of their own: tell your leader."
                    )
                )
            if self.env["crm.team"]._reports_to(user, person):
                raise AccessError(
                    self.env._(
                        "%(person)s leads you: tell a sales administrator instead.",
                        person=person.name,
                    )
                )
            if not team._may_decide(user, person, row.sudo().company_id):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator records "
                        "this.",
                        team=team.name,
                    )
                )
            if not team.process_violation:
                raise UserError(
                    self.env._(
                        "%(team)s records no violations: switch it on in the team.",
                        team=team.name,
                    )
                )
            row._check_facts()

    def _check_facts(self):
        """Refuse what cannot have happened.

        :raise UserError: one sentence
        """
        self.ensure_one()
        # sudo: who was in the team, also before; only checked
        row = self.sudo()
        person, team = row.user_id, row.team_id
        Member = self.env["crm.team.member"].sudo().with_context(active_test=False)
        was_there = person == team.user_id or Member.search_count(
            [("crm_team_id", "=", team.id), ("user_id", "=", person.id)], limit=1
        )
        if not was_there:
            raise UserError(
                self.env._(
                    "%(person)s has never worked in %(team)s: choose the team in which "
                    "it happened.",
                    person=person.name,
                    team=team.name,
                )
            )
        if not (row.note or "").strip():
            raise UserError(self.env._("Write down what happened."))
        today = self.env["crm.team"]._get_process_today(person)
        if row.date > today:
            raise UserError(self.env._("This day is still to come."))
        if row.date < today - relativedelta(years=RECORD_YEARS):
            raise UserError(
                self.env._(
                    "What happened more than %(years)s years ago is not recorded any "
                    "more.",
                    years=RECORD_YEARS,
                )
            )
        if row.type_id.company_id and row.type_id.company_id != row.company_id:
            raise UserError(
                self.env._("This type belongs to another company: choose another one.")
            )
        policy = row.type_id.policy_id
        if policy and not policy._is_in_effect(row.date):
            raise UserError(
                self.env._(
                    "“%(policy)s” was not in effect on that day.",
                    policy=policy.name,
                )
            )
