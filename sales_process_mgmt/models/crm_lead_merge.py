# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..exceptions import CustomerOwnedError
from ..tools.context import SkipSync
from ..tools.transaction import Merging


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        """Merged leads are one customer: their ownerships become one.

        Only a leader merges customers of different owners, and no helper merges.
        """
        # sudo: whose customers they are does not depend on who may read it
        leads = self.sudo()
        ownerships = leads.ownership_id.filtered(lambda row: row.state != "ended")
        if len(ownerships.user_id) > 1 and not self.env.su:
            for ownership in ownerships.filtered(
                lambda row: row.process_mode == "enforce"
            ):
                if not ownership.team_id._is_leader(self.env.user):
                    raise CustomerOwnedError(
                        ownership._get_conflict_sentence(self.env.user)
                    )
        if helped := self._filter_only_helped():
            raise helped._make_helper_error()
        is_whole = all(lead.ownership_id in ownerships for lead in leads)
        team_ids = {team_id, *leads.team_id.ids}
        statuses = leads.mapped("won_status")
        is_off = not ownerships and team_ids.isdisjoint(
            self.env["crm.team"]._get_active_process_ids()
        )
        merging = Merging(
            leads,
            lambda head: (
                is_off
                or head._join_merged(
                    ownerships, is_whole, leads - head if auto_unlink else ()
                )
            ),
        )
        with merging.going_on(self.env):
            head = super(
                CrmLead, self.with_context(sales_process_skip=SkipSync)
            )._merge_opportunity(
                user_id=user_id,
                team_id=team_id,
                auto_unlink=auto_unlink,
                max_length=max_length,
            )
        head = head.with_env(self.env)
        merging.before_deletion(self - head)
        if ownerships and set(statuses) != {"pending"}:
            # a customer with closed leads: what is left says where it stands
            # sudo: the ledger is written by its own methods only
            head.sudo().ownership_id._sync_phase()
        return head

    def _join_merged(self, ownerships, is_whole, without=()):
        """Make the ownerships of merged leads one, that of the remaining lead.

        :param bool is_whole: each of the leads was of one of them, so that no contact
            detail is left to be claimed
        :param without: crm.lead, about to be deleted
        """
        self.ensure_one()
        running = ownerships.filtered(lambda row: row.state != "ended")
        if running:
            same_user = running.filtered(lambda row: row.user_id == self.user_id)
            kept = (same_user or running).sorted(lambda row: (row.date_start, row.id))[
                0
            ]
            going = without and without.filtered(lambda lead: lead.ownership_id == kept)
            if self.ownership_id != kept:
                self._set_ownership({self: kept})
            # the customer keeps the contact details of the leads that are gone
            kept._absorb(running - kept, without)
            if going:
                # they say nothing about the customer any more
                self._set_ownership(dict.fromkeys(going, kept.browse()))
            if self.won_status == "pending":
                kept._sync_phase(self)
            customer = self._get_identity_partner() or kept.partner_id
            if is_whole and (self.user_id, self.team_id, customer) == (
                kept.user_id,
                kept.team_id,
                kept.partner_id,
            ):
                return
        self._sync_ownership(changed={"phone", "user_id"})
