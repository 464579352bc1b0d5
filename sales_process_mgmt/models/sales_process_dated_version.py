# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .sales_process_guard import on_records


class SalesProcessDatedVersion(models.AbstractModel):
    """Rules that hold from a day on, and are never changed once they are in force.

    A model that inherits it has ``date_from``, and names in ``_version_of`` the field
    of what it is a version of. Its lines inherit ``sales.process.dated.part``.
    """

    _name = "sales.process.dated.version"
    _description = "Version From a Day On"
    _version_of = None

    state = fields.Selection(
        "_get_states", default="draft", required=True, readonly=True
    )

    @api.model
    def _get_states(self):
        """What a version is called, in addons that are installed later, too.

        :return: list of ``(value, label)``
        """
        names = {"draft": self.env._("Draft"), "force": self.env._("In Force")}
        return list(names.items())

    @api.depends(lambda self: (f"{self._version_of}.name", "date_from"))
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(rules)s, from %(day)s",
                rules=version[self._version_of].name or "",
                day=format_date(self.env, version.date_from),
            )

    def write(self, vals):
        # who may not write it does not learn whether it is in force
        self.check_access("write")
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_draft()

    def _check_draft(self):
        """What is in force is changed by nobody.

        :raise UserError: one sentence
        """
        # sudo: locked, so that nothing is added while it is put in force
        rows = self.sudo()._lock_rows()
        if any(version.state == "force" for version in rows):
            raise UserError(
                self.env._(
                    "A version in force is not changed any more: make a new one from a "
                    "later day."
                )
            )

    @on_records
    def action_put_in_force(self):
        """From now on the rules hold from their day on.

        :raise AccessError: for whoever may not write them
        """
        self.check_access("write")
        for version in self:
            # sudo: the state is the system's to write
            version.sudo()._lock_rows()
            if version.state == "force":
                continue
            name = self._version_of
            # each: one version is published at a time
            known = self.sudo().search_count(
                [
                    (name, "=", version[name].id),
                    ("state", "=", "force"),
                    ("date_from", "=", version.date_from),
                ],
                limit=1,
            )
            if known:
                raise ValidationError(
                    self.env._("A version of this plan begins on that day already.")
                )
            version._check_complete()
            version.sudo().write({"state": "force"})
        self.env.registry.clear_cache()

    def _check_complete(self):
        """What has to be right before the rules hold; nothing by default.

        :raise ValidationError: one sentence
        """

    @on_records
    def action_new_version(self):
        """A draft that begins as this version, to be changed.

        :return: dict, a window action
        """
        self.ensure_one()
        today = self.env["crm.team"]._get_process_today(self.env.user)
        copied = self.copy({"date_from": max(today, self.date_from)})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Version"),
            "res_model": self._name,
            "res_id": copied.id,
            "views": [(False, "form")],
        }

    def _filter_in_force(self, day):
        """The version by which one counts on a day.

        :param date day: a day
        :return: one at most
        """
        return self.filtered(
            lambda version: version.state == "force" and version.date_from <= day
        ).sorted("date_from")[-1:]
