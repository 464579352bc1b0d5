# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, models, tools
from odoo.exceptions import UserError

DEFAULT = "default_"
PARTNER = "res.partner"
# Words in the names of fields that identify a contact, or copy what does
CONTACT_WORDS = {"email", "mobile", "phone", "vat"}


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _get_chosen_records(self, values, names):
        """The records that somebody chooses on a form, whatever says which.

        :param dict values: of the form
        :param names: of the fields that have changed; empty for a new form, which
            begins with its values and with the defaults of the context
        :return: ``{name of a model: set of ids}``
        """
        said = {
            name[len(DEFAULT) :]: value
            for name, value in self.env.context.items()
            if name.startswith(DEFAULT)
        }
        said.update(values)
        changed = set(names) or said.keys()
        chosen = {}
        for name, value in said.items():
            field = self._fields.get(name)
            if not field or not value:
                continue
            if field.type == "many2one" and name in changed:
                model, value = field.comodel_name, self._get_chosen_id(value)
            elif field.type == "many2one_reference":
                model = self._get_chosen_model(said, field.model_field)
            elif field.type == "reference" and isinstance(value, str):
                model, _comma, value = value.partition(",")
                value = int(value) if value.isdecimal() else None
            else:
                continue
            if type(value) is int and value > 0 and model:
                chosen.setdefault(model, set()).add(value)
        return chosen

    @api.model
    def _get_chosen_id(self, value):
        return value.get("id") if isinstance(value, dict) else value

    @api.model
    def _get_chosen_model(self, said, name):
        """The model of a document that a form names by its id.

        :param dict said: what the form says
        :param str name: of the field with the name of the model
        :return: str, or None
        """
        if name in said:
            return said[name]
        # activities and meetings say it by the record of the model
        model_id = self._get_chosen_id(said.get(f"{name}_id"))
        if type(model_id) is int:
            # sudo: what a model is called is no secret
            return self.env["ir.model"].sudo().browse(model_id).exists().model
        return None

    @api.model
    @tools.ormcache()
    def _get_telling_contacts(self):
        """The fields that name a contact of which Odoo then copies details in sudo.

        :return: tuple of names
        """
        names = set()
        for field in self._fields.values():
            if not field.compute or not (field.store or field.compute_sudo):
                continue
            for path in self.pool.field_depends[field]:
                name, _dot, detail = path.partition(".")
                link = self._fields.get(name)
                words = re.split(r"[._]", f"{field.name}.{detail}")
                if (
                    not CONTACT_WORDS.isdisjoint(words)
                    and link
                    and link.type == "many2one"
                    and link.comodel_name == PARTNER
                    and link.store
                ):
                    names.add(name)
        return tuple(sorted(names))

    @api.constrains(lambda self: self._get_telling_contacts())
    def _check_told_contacts(self):
        """Refuse a document of another application that tells what the pool hides.

        A telephone number or an address is copied from the contact that somebody names.
        """
        for name in self._get_telling_contacts():
            self[name].sudo(False)._filter_pool_hidden().check_access("read")

    def _check_company(self, fnames=None):
        """Odoo names, in sudo, what belongs to another company than the record.

        A lead, or a document of ours, is named to nobody who may not read it.
        """
        try:
            return super()._check_company(fnames)
        except UserError:
            if not self.env.su:
                self.env["mail.thread"]._check_named_documents(
                    (field.comodel_name, res_id)
                    for field in self._fields.values()
                    if field.relational and field.check_company
                    # sudo: only which records they are
                    for res_id in self.sudo().mapped(field.name).ids
                )
            raise

    def onchange(self, values, field_names, fields_spec):
        """What is filled in from a record is what the user may read of it.

        The pool hides contacts, and leads are their owners'; a form of any
        application would copy a telephone number from memory, or a title in sudo.
        """
        names = [field_names] if isinstance(field_names, str) else field_names or ()
        if not self.env.su and (chosen := self._get_chosen_records(values, names)):
            partner_ids = chosen.pop(PARTNER, ())
            # sudo: which pools are closed to a person is the team's to say
            if partner_ids and self.env.user.sudo().process_pool_hidden_team_ids:
                self.env[PARTNER].browse(partner_ids).check_access("read")
            self.env["mail.thread"]._check_named_documents(
                (model, res_id) for model, ids in chosen.items() for res_id in ids
            )
        return super().onchange(values, field_names, fields_spec)
