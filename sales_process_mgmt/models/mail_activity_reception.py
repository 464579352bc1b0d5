# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _check_access(self, operation):
        """Say whose customer it is, where Odoo only says that it is forbidden."""
        result = super()._check_access(operation)
        if not result or operation not in ("create", "write"):
            return result
        forbidden, make_error = result
        lead_ids = [
            activity.res_id
            for activity in forbidden.sudo()
            if activity.res_model == "crm.lead"
        ]
        leads = self.env["crm.lead"].browse(lead_ids)
        owned = leads - leads._filter_workable()
        if not owned:
            return result
        return forbidden, partial(owned[0]._make_owned_error, make_error)
