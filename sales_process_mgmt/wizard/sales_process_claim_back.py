# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import deadline as deadline_tools
from ..tools import texts


class SalesProcessClaimBack(models.TransientModel):
    """Claim an old customer back that a colleague received without recognising it."""

    _name = "sales.process.claim.back"
    _description = "Claim a Customer Back"
    _inherit = ["sales.process.guard"]

    ownership_id = fields.Many2one(
        "sales.process.ownership", string="Your Customer", required=True
    )
    phone = fields.Char(
        size=128, help="The phone under which the colleague received it."
    )
    email = fields.Char(
        string="E-mail",
        size=256,
        help="The e-mail under which the colleague received it.",
    )
    reason = fields.Char(
        size=texts.REASON_LENGTH,
        required=True,
        help="Why it is the same customer. Read by the colleague.",
    )

    def action_claim_back(self):
        """Find the customer that the colleague received, and ask for it.

        The leader of that team has it at once; otherwise the colleague agrees or the
        leader decides.

        :return: dict, a notification for the client
        """
        self.ensure_one()
        ownership = self.ownership_id
        ownership._check_owner_or_leader()
        # sudo: after the check that it is the own customer
        if ownership.sudo().state != "open":
            raise UserError(self.env._("Nobody owns this customer now."))
        identities = self._get_identities()
        if not identities:
            raise UserError(
                self.env._("Enter the phone or the e-mail of the customer.")
            )
        user = self.env.user
        company = ownership.sudo().company_id or user.company_id
        found = self.env["sales.process.lookup"]._find(identities, user)
        limited = self.env["sales.process.lookup"]._charge(
            user, company, identities, found, f"claim {self.id}", is_acted_on=True
        )
        if limited:
            raise UserError(
                self.env["sales.process.lookup"]._get_limit_sentence(company, limited)
            )
        others = self._filter_claimable(found.holders)
        # no error: the look-up stays in the log
        if len(others) != 1:
            return self._get_notification(
                self.env._(
                    "No colleague has received this customer within the days in which "
                    "it goes back. Ask the team leader for a transfer."
                ),
                "warning",
            )
        teams = others.team_id | ownership.sudo().team_id
        people = others.user_id | ownership.sudo().user_id
        if teams._may_decide(user, people, company):
            ownership._take_back(others)
            return self._get_notification(
                self.env._("The customer has been claimed back."), "success"
            )
        self._ask_for(others, identities)
        return self._get_notification(
            self.env._(
                "The colleague has been asked to give the customer back; the team "
                "leader decides otherwise."
            ),
            "success",
        )

    def _get_identities(self):
        ownership = self.ownership_id.sudo()
        # sudo: a draft that is never saved, to read contact details as on leads
        draft = (
            self.env["crm.lead"]
            .sudo()
            .new(
                {
                    "phone": self.phone,
                    "email_from": self.email,
                    "company_id": ownership.company_id.id,
                    "team_id": ownership.team_id.id,
                }
            )
        )
        return draft._get_identity_keys()[draft]

    def _ask_for(self, other, identities):
        """Put the claim into the inbox of conflicts and tell the colleague."""
        # sudo: as action_claim_back
        kept = self.ownership_id.sudo()
        known = {(key.company_id.id or 0, key.kind, key.value) for key in other.key_ids}
        conflict = self.env["sales.process.conflict"]._record(
            [
                {
                    "name": other.name,
                    "user_id": other.user_id.id,
                    "lead_id": other._get_open_leads()[:1].id,
                    "ownership_id": kept.id,
                    "other_ownership_id": other.id,
                    "owner_id": kept.user_id.id,
                    "team_id": other.team_id.id,
                    "company_id": other.company_id.id,
                    "state": "open",
                    "resolution": False,
                    "is_claim_back": True,
                    "note": self.reason,
                    "identities": sorted(known & identities.keys()),
                }
            ]
        )

        def render(env):
            body = env._(
                "%(owner)s says that %(customer)s is an old customer. Reason: "
                "%(reason)s",
                owner=kept.user_id.name,
                customer=other.name,
                reason=self.reason,
            )
            return env._("%s is claimed back", other.name), body

        self.env["sales.process.notice"]._tell(
            other.user_id | other.team_id._get_deciders(kept.user_id),
            render,
            conflict,
            why="answer",
            answer=True,
        )

    def _get_until(self, ownership):
        """Until when a customer goes back to an owner who had it before.

        The days of the team that received it, whole days in the receiver's zone.

        :param ownership: sales.process.ownership in sudo, what was received
        :return: naive UTC datetime, or False where nothing goes back
        """
        days = ownership.team_id.process_claim_back_days
        zone = ownership.team_id._get_process_timezone(ownership.user_id)
        return days and deadline_tools.followup_deadline(
            ownership.date_start, days, zone
        )

    def _filter_claimable(self, others):
        """Which of ``others`` may be this customer, received by a colleague.

        :param others: sales.process.ownership in sudo
        :return: those that began later, in time to be claimed
        """
        # sudo: as action_claim_back
        kept = self.ownership_id.sudo()
        now = self.env.cr.now()
        return others.filtered(
            lambda row: (
                row.state == "open"
                and row.user_id != kept.user_id
                and row.company_id == kept.company_id
                and row.date_start > kept.date_start
                and (self._get_until(row) or row.date_start) >= now
            )
        )

    def _get_notification(self, message, kind):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
