# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessFollowup(models.Model):
    """Talk about a contact: no followers, and yet the person hears of it."""

    _inherit = "sales.process.followup"

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Nobody follows a contact by itself: that would be a row for each of them."""
        return []

    def message_post(self, **kwargs):
        """A remark of somebody else reaches the person who made the contact."""
        if kwargs.get("message_type") == "comment" and (
            kwargs.get("subtype_xmlid") == "mail.mt_comment"
        ):
            # sudo: who made the contact may be read by whoever may remark on it
            person = self.sudo().user_id - self.env.user
            partners = set(kwargs.get("partner_ids") or ())
            kwargs["partner_ids"] = list(partners.union(person.partner_id.ids))
        return super().message_post(**kwargs)
