# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestEmptyMeansAll(TransactionCase):
    """A list that means everybody when it is empty keeps what has been archived.

    Odoo leaves archived rows out of what it reads: rules for the one team that was
    archived would hold for all the other ones from that day on.
    """

    def test_lists_keep_what_is_archived(self):
        fields = [
            field
            for model in self.env.values()
            if model._name.startswith("sales.process.") and not model._transient
            for field in model._fields.values()
            if field.type == "many2many"
            and (field.store or field.inherited)
            and "Empty: " in (field.help or "")
            and "active" in self.env[field.comodel_name]._fields
        ]
        for field in fields:
            with self.subTest(str(field)):
                self.assertIs(field.context.get("active_test"), False)
