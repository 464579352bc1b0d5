# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

from .sales_process_guard import on_records


class SalesProcessAnswer(models.AbstractModel):
    """A dialog in which somebody says something about a record, mostly why.

    A model that inherits it has a selection ``kind``, and says in ``_get_subject`` what
    it is about and in ``_answer`` what is done with the words. Who may is asked where
    that is done.
    """

    _name = "sales.process.answer"
    _description = "Answer in a Dialog"
    _inherit = ["sales.process.guard"]

    # Which field holds the words.
    _words = "reason"

    @api.model
    def _open(self, kind, title, **defaults):
        """Ask in a dialog.

        :param str kind: value of ``kind``
        :param str title: of the dialog
        :param defaults: ``default_…``, what the dialog is about
        :return: dict, a window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_kind": kind, **defaults},
        }

    @on_records
    def action_save(self):
        """Do what was asked about; who may is asked where it is done.

        :return: dict, a client action
        :raise AccessError: where it is about nothing
        :raise UserError: where something is missing
        """
        self.ensure_one()
        if not self._get_subject():
            # what a client names and may not read is empty here
            raise AccessError(
                self.env._("This dialog is about nothing that you may read.")
            )
        self._answer()
        return self.env["sales.process.notice"]._toast(
            self.env._("Saved."), {"type": "ir.actions.client", "tag": "soft_reload"}
        )

    def _get_subject(self):
        """What the dialog is about.

        :return: a record
        """
        raise NotImplementedError

    def _answer(self):
        """Do what was asked about.

        :raise UserError: where something is missing
        """
        raise NotImplementedError

    def _get_words(self):
        """What was written.

        :return: str
        :raise UserError: where nothing was
        """
        words = (self[self._words] or "").strip()
        if not words:
            raise UserError(self.env._("Write down why."))
        return words
