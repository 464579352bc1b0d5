# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError

from .sales_process_guard import on_records


class SalesProcessQuiet(models.AbstractModel):
    """A page on which only the system writes: whoever were named would read it."""

    _name = "sales.process.quiet"
    _description = "Page Written by the System"
    _inherit = ["mail.thread"]

    @on_records
    def message_post(self, **kwargs):
        """Keep what the system says.

        :raise AccessError: for people, followers included
        """
        if not self.env.su:
            raise AccessError(
                self.env._("Nobody writes on this page: use its buttons.")
            )
        return super().message_post(**kwargs)
