# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

DEFAULT = "default_"
PARTNER = "res.partner"


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _get_chosen_partners(self, values, names):
        """The contacts that somebody chooses on a form.

        :param dict values: of the form
        :param names: of the fields that have changed; empty for a new form, which
            begins with the defaults of the context
        :return: res.partner
        """
        chosen = {name: values.get(name) for name in names}
        if not names:
            chosen = {
                name[len(DEFAULT) :]: value
                for name, value in self.env.context.items()
                if name.startswith(DEFAULT)
            }
        ids = []
        for name, value in chosen.items():
            field = self._fields.get(name)
            if field and field.type == "many2one" and field.comodel_name == PARTNER:
                value = value.get("id") if isinstance(value, dict) else value
                ids += [value] if isinstance(value, int) and value else []
        return self.env[PARTNER].browse(ids)

    def onchange(self, values, field_names, fields_spec):
        """What is filled in from a contact is what the user may read of it.

        The pool hides contacts; a form of any application would copy their telephone
        number from memory.
        """
        names = [field_names] if isinstance(field_names, str) else field_names or ()
        partners = self._get_chosen_partners(values, names)
        # sudo: which pools are closed to a person is the team's to say
        if partners and self.env.user.sudo().process_pool_hidden_team_ids:
            partners.check_access("read")
        return super().onchange(values, field_names, fields_spec)
