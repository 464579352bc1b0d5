# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestDocumentNames(SalesProcessCommon):
    """Odoo names the document of a message and of a to-do to whoever has that row.

    So nobody makes one on a document of ours that is not the own business, whatever
    way is taken: what it is called is the name of a customer, or of a complaint.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(
            cls.salesperson_a, phone="13812340000", partner_name="Hidden Wang"
        )
        cls.document = cls.lead.ownership_id
        cls.env.flush_all()

    def _refused(self, make, read):
        """A row is refused, or says nothing of the document."""
        try:
            with self.env.cr.savepoint():
                name = read(make())
                self.env.flush_all()
        except UserError:
            return
        self.assertNotIn("Wang", name or "")
        self.fail("It was not refused")

    def test_notify(self):
        user = self.salesperson_d
        own = user.partner_id
        values = {"partner_ids": own.ids, "body": "Who is it?"}
        place = {"model": self.document._name, "res_id": self.document.id}
        for make in (
            lambda: (
                self.env["mail.thread"]
                .with_user(user)
                .message_notify(**values, **place)
            ),
            lambda: (
                self.env["crm.lead"].with_user(user).message_notify(**values, **place)
            ),
            lambda: self.document.with_user(user).message_notify(**values),
        ):
            self._refused(make, lambda message: message.with_user(user).record_name)
        # who reads it notifies, and notes without a document are everybody's
        for author, extra in ((self.salesperson_a, place), (user, {})):
            message = (
                self.env["mail.thread"]
                .with_user(author)
                .message_notify(**values, **extra)
            )
            self.assertTrue(message)

    def test_move(self):
        """A row of one's own is not moved to the document afterwards either."""
        user = self.salesperson_d
        place = {"model": self.document._name, "res_id": self.document.id}
        message = (
            self.env["mail.thread"]
            .with_user(user)
            .message_notify(partner_ids=user.partner_id.ids, body="Mine")
        )
        self._refused(
            lambda: message.write(place) and message,
            lambda row: row.with_user(user).record_name,
        )
        lead = self._create_lead(self.salesperson_d, phone="13912340000")
        todo = lead.with_user(user).activity_schedule(
            "mail.mail_activity_data_todo", user_id=user.id
        )
        model_id = self.env["ir.model"]._get_id(self.document._name)
        for values in (
            {"res_id": self.document.id, "res_model_id": model_id},
            {"res_id": self.lead.id},
        ):
            self._refused(
                lambda values=values: todo.write(values) and todo,
                lambda row: row.with_user(user).res_name,
            )
