# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A lead whose customer has another owner: what is written, and who hears of it."""

from odoo import models
from odoo.fields import Domain

from ..tools.transaction import writing_ledger

# What Odoo computes from the salesperson by way of the team, the company first.
TEAM_FIELDS = (
    "company_id",
    "team_id",
    "stage_id",
    "automated_probability",
    "probability",
    "won_status",
)
# What Odoo computes from those, and from nothing that a new salesperson changes.
FOLLOWING_FIELDS = (
    "lead_properties",
    "prorated_revenue",
    "recurring_revenue_monthly_prorated",
    "recurring_revenue_prorated",
)


class SalesProcessLeadOwner(models.AbstractModel):
    """The salesperson of a lead follows the ledger; leads inherit it."""

    _name = "sales.process.lead.owner"
    _description = "Owner of a Lead"

    def _write_owner(self, user, team):
        """Write salesperson and team, silently: the chatter line says it once.

        The company is kept: Odoo would empty it together with the salesperson.

        :param user: res.users, empty for the pool
        """
        # sudo: the new owner may be somebody whose leads the actor cannot write
        quiet = self.sudo().with_context(
            tracking_disable=True, mail_auto_subscribe_no_notify=True
        )
        moved = quiet.filtered(lambda lead: lead.team_id != team)
        staying = quiet - moved
        # a lead of no company belongs to that of its team, and one of another branch to
        # that of its owner, else the team does not fit
        branch = team.company_id
        unfit = quiet.filtered(
            lambda lead: (
                branch
                and branch not in lead.company_id.parent_ids
                and (lead.company_id or lead.team_id != team)
            )
        )
        moved -= unfit
        staying -= unfit
        company, *computed = (
            self._fields[name] for name in (*TEAM_FIELDS, *FOLLOWING_FIELDS)
        )
        protected = [([company], moved), ([company, *computed], staying)]
        with writing_ledger(self.env), self.env.protecting(protected):
            if unfit:
                unfit.write(
                    {"user_id": user.id, "team_id": team.id, "company_id": branch.id}
                )
            if moved:
                moved.write({"user_id": user.id, "team_id": team.id})
            if staying:
                staying.write({"user_id": user.id})

    def _unfollow(self, users):
        """Who may work these leads of a colleague's customer no more, or never might,
        hears of it no more.

        Odoo lets whoever makes a document, or writes on it, follow it: read what is
        said, and answer.

        :param users: res.users; those who do not sell go on to follow
        """
        is_judged = self.env["sales.process.ownership"]._is_judged
        strange = {
            user: self - self.with_user(user)._filter_workable().with_env(self.env)
            for user in users
            if is_judged(user)
        }
        domains = [
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", leads.ids),
                ("partner_id", "=", user.sudo().partner_id.id),
            ]
            for user, leads in strange.items()
            if leads
        ]
        if domains:
            # sudo: the followers of leads that are somebody else's
            Followers = self.env["mail.followers"].sudo()
            Followers.search(Domain.OR(domains)).unlink()
