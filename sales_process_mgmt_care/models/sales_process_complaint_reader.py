# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who follows a complaint and is told of it, and who never is."""

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records


class SalesProcessComplaintReader(models.AbstractModel):
    """Whom a complaint is against reads nothing of it; complaints inherit it."""

    _name = "sales.process.complaint.reader"
    _description = "Readers of a Complaint"

    def _shut_out(self):
        """Whom it is against follows nothing any more, and reads nothing of before."""
        self.ensure_one()
        person = self.against_id
        if not person:
            return
        self.message_unsubscribe(partner_ids=person.partner_id.ids)
        # what was sent to one person alone is no line of the chatter, but read as well
        messages = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", self.id)]
        )
        self.env["mail.notification"].search(
            [
                ("mail_message_id", "in", messages.ids),
                ("res_partner_id", "=", person.partner_id.id),
            ]
        ).unlink()
        named = messages.filtered(lambda row: person.partner_id in row.partner_ids)
        named.write({"partner_ids": [(3, person.partner_id.id)]})
        self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("user_id", "=", person.id),
            ]
        ).unlink()

    def _get_shut_out(self, partner_ids):
        """Colleagues who may not read these: they do not follow them nor are told.

        :param partner_ids: ids of res.partner
        :return: set of ids of res.partner, those among them
        """
        if not self or not partner_ids:
            return set()
        # sudo: whoever writes may not know who reads
        users = (
            self.env["res.users"]
            .sudo()
            .search([("partner_id", "in", list(partner_ids)), ("share", "=", False)])
        )
        return {
            user.partner_id.id
            for user in users
            if not self.with_user(user)
            .with_context(allowed_company_ids=user.company_ids.ids)
            .has_access("read")
        }

    def _keep_readers(self, partner_ids):
        shut_out = self._get_shut_out(partner_ids or ())
        return [row_id for row_id in partner_ids or () if row_id not in shut_out]

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        return super()._message_subscribe(
            self._keep_readers(partner_ids), subtype_ids, customer_ids
        )

    @on_records
    def message_post(self, **kwargs):
        if kwargs.get("partner_ids"):
            kwargs["partner_ids"] = self._keep_readers(kwargs["partner_ids"])
        return super().message_post(**kwargs)

    @on_records
    def message_notify(self, **kwargs):
        if kwargs.get("partner_ids"):
            kwargs["partner_ids"] = self._keep_readers(kwargs["partner_ids"])
        return super().message_notify(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        shut_out = self._get_shut_out([data["id"] for data in recipients])
        return [data for data in recipients if data["id"] not in shut_out]

    @on_records
    def action_about_me(self):
        """Who decides says that it is about oneself, and does not see it any more.

        :return: dict, a window action
        """
        row = self._lock_for(is_decision=True)
        before = {row: (row.against_id, row.severity, row.handler_id)}
        if row.state == "closed":
            raise UserError(
                self.env._("A closed complaint does not change: reopen it first.")
            )
        row._take_away(self.env.uid)
        row.against_id = self.env.user
        row._follow_write(before)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_care.sales_process_complaint_action"
        )
