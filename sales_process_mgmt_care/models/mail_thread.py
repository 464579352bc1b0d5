# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.marks import reading_mail


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _message_route_process(self, message, message_dict, routes):
        """Remember whether somebody wrote it: a machine does not complain anew."""
        with reading_mail(self.env, message):
            return super()._message_route_process(message, message_dict, routes)
