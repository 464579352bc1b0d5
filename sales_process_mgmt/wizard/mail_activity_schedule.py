# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..models.mail_activity import OFFERED_TYPES


class MailActivitySchedule(models.TransientModel):
    _inherit = "mail.activity.schedule"

    activity_type_id = fields.Many2one(domain=OFFERED_TYPES)
