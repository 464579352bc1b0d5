# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.fields import Domain


class MailFollowers(models.Model):
    """Who follows a private document is read by whoever reads the document.

    Odoo shows every internal user who follows what: that a customer follows a
    complaint tells the owner that there is one.
    """

    _inherit = "mail.followers"

    @api.model
    @tools.ormcache()
    def _get_private_threads(self):
        """Names of our private models that somebody may follow.

        :return: tuple of str
        """
        return tuple(
            sorted(
                name
                for name, Model in self.env.registry.items()
                if getattr(Model, "_is_private", False)
                and not Model._abstract
                and "message_follower_ids" in Model._fields
            )
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        private = self._get_private_threads()
        if private and not (self.env.su or kwargs.get("bypass_access")):
            domain = Domain(domain) & Domain.OR(
                [
                    Domain("res_model", "not in", private),
                    *(
                        Domain("res_model", "=", name)
                        & Domain("res_id", "in", self.env[name]._search([]))
                        for name in private
                        if self.env[name].has_access("read")
                    ),
                ]
            )
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        private = self._get_private_threads()
        if self.env.su or not self or not private:
            return result
        # sudo: of which document they are, to ask for that document
        asked = self.sudo().filtered(lambda row: row.res_model in private)
        shut = self.browse()
        for name, rows in asked.grouped("res_model").items():
            documents = self.env[name].browse(rows.mapped("res_id"))
            readable = set(documents._filtered_access("read").ids)
            shut |= self.browse(row.id for row in rows if row.res_id not in readable)
        if not shut:
            return result
        if result:
            return result[0] | shut, result[1]
        return shut, lambda: self.env["ir.rule"]._make_access_error(operation, shut)
