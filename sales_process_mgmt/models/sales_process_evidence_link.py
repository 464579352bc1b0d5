# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from .sales_process_guard import on_records


class SalesProcessEvidenceLink(models.AbstractModel):
    """A row that rests on a record, ``res_model`` and ``res_id``, and opens it."""

    _name = "sales.process.evidence.link"
    _description = "Row with a Link to Its Evidence"

    def _get_evidence_title(self):
        """What the opened record is called.

        :return: str, empty for its own name
        """
        raise NotImplementedError

    def _make_gone_error(self):
        """What is said where the evidence was deleted.

        :return: UserError
        """
        return UserError(self.env._("What this rests on does not exist any more."))

    @on_records
    def action_open_evidence(self):
        """Open what the row rests on, where the user may read it.

        :return: dict, a window action
        :raise UserError: where it is gone, or is not for the user
        """
        self.ensure_one()
        self.check_access("read")
        evidence = (
            self.env[self.res_model].browse(self.res_id).exists()
            if self.res_model in self.env and self.res_id
            else None
        )
        if not evidence:
            raise self._make_gone_error()
        if not evidence.has_access("read"):
            raise UserError(
                self.env._("You may not open this; the leader of its team can.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self._get_evidence_title() or evidence.display_name,
            "res_model": evidence._name,
            "res_id": evidence.id,
            "views": [(False, "form")],
        }
