# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .sales_process_followup import CHANNELS

CHANNEL_BY_CATEGORY = {"phonecall": "call", "meeting": "meeting"}


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    process_followup_channel = fields.Selection(
        CHANNELS,
        string="Counts as Contact",
        help="An activity of this type that is done on a lead is recorded as a "
        "follow-up by this channel. Calls and meetings are recorded without it.",
    )

    is_process_internal = fields.Boolean(
        string="Made by the System Only",
        help="The sales process schedules activities of this type by itself. People "
        "are not offered it.",
        prefetch="process_internal",
    )

    def _get_followup_channel(self):
        """The channel of a done activity of this type.

        :return: a value of ``channel`` of sales.process.followup, or None where it
            is no contact
        """
        return self.process_followup_channel or CHANNEL_BY_CATEGORY.get(self.category)
