# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models
from odoo.exceptions import UserError
from odoo.http import request

from ..exceptions import RETRY_ERRORS, is_no_record_named, is_one_record_missing


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        """A request that lost each of Odoo's tries is answered by a sentence.

        Its transaction has been rolled back. Without this, people would read what
        PostgreSQL says. So is one that names no record, or several, where a button of
        ours is for one, or what is no record at all: people would read what Python
        says.
        """
        if isinstance(exception, RETRY_ERRORS):
            # nothing is wrong with the program: no traceback in the log
            exception.loglevel = logging.WARNING
            exception = UserError(
                request.env._(
                    "Others changed the same records at this moment. Nothing was "
                    "saved: try again in a minute."
                )
            )
        elif is_one_record_missing(exception) or is_no_record_named(
            exception, request.registry, getattr(request, "params", {})
        ):
            exception = UserError(request.env._("Choose one record, and try again."))
        return super()._handle_error(exception)

    def session_info(self):
        """Odoo's answer, and whether the user has a part in the sales process.

        Nobody else's browser asks what waits.
        """
        info = super().session_info()
        if self.env["sales.process.home"]._get_roles(self.env.user):
            info["sales_process_waiting"] = True
        return info
