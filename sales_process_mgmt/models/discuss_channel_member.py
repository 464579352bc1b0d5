# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    @api.model_create_multi
    def create(self, vals_list):
        """Who is brought into a channel is talked to."""
        members = super().create(vals_list)
        if self.env["crm.team"]._get_active_process_ids():
            Ownership = self.env["sales.process.ownership"]
            if Ownership._is_attended():
                # sudo: who is in the channel, whoever reads them
                partners = members.sudo().partner_id.filtered("partner_share")
                Ownership._check_customer_work(partners.with_env(self.env))
        return members
