# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.exceptions import AccessError

_logger = logging.getLogger(__name__)

PENDING_KEY = "sales_process_mgmt.mail_notification"
# What goes out by these is guarded where it is written. Any other way to a customer -
# a letter by post - is known here alone, whichever app has it.
GUARDED_TYPES = ("inbox", "email", "sms")


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        """A message that did not arrive was no contact: the clock moves back.

        Odoo marks every e-mail as failed before it tries to send it, so the state
        is looked at once, at the end of the transaction.
        """
        result = super().write(vals)
        if "notification_status" in vals:
            precommit = self.env.cr.precommit
            if PENDING_KEY not in precommit.data:
                precommit.data[PENDING_KEY] = set()
                precommit.add(self.browse()._review_followups)
            precommit.data[PENDING_KEY].update(self.ids)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody says by hand that a message has arrived.

        Nor writes to a colleague's customer by way of another app, such as by post.
        """
        self._check_other_ways(vals_list)
        if not self.env.su and self.env["crm.team"]._get_active_process_ids():
            ids = {vals.get("mail_message_id") for vals in vals_list}
            # sudo: whether it is a contact, not which
            if (
                self.env["sales.process.followup"]
                .sudo()
                .search_count([("mail_message_id", "in", list(ids))], limit=1)
            ):
                raise AccessError(
                    self.env._("The mail server says whether a message has arrived.")
                )
        return super().create(vals_list)

    @api.model
    def _check_other_ways(self, vals_list):
        """Refuse a letter to a colleague's customer like a message.

        :param list vals_list: values of notifications
        :raise CustomerOwnedError: the customer belongs to somebody else
        """
        ids = {
            vals.get("res_partner_id")
            for vals in vals_list
            if vals.get("notification_type", "inbox") not in GUARDED_TYPES
        } - {False, None}
        if ids and self.env["crm.team"]._get_active_process_ids():
            Ownership = self.env["sales.process.ownership"]
            if Ownership._is_attended():
                # Odoo makes them with sudo, for whoever writes
                partners = self.sudo(False).env["res.partner"].browse(ids)
                Ownership.sudo(False)._check_customer_work(partners)

    def _is_never_sent(self):
        """Tell whether the mail that should go out is cancelled, or not there.

        :return: bool
        """
        self.ensure_one()
        return (
            self.notification_type == "email"
            and self.notification_status in ("ready", "process")
            and self.mail_mail_id.state not in ("outgoing", "sent", "received")
        )

    @api.model
    def _review_followups(self):
        """Contacts by message count, or not, as the messages have arrived or not."""
        ids = self.env.cr.precommit.data.pop(PENDING_KEY, ())
        # sudo: whoever sends mail may not read the follow-ups
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search([("mail_message_id.notification_ids", "in", list(ids))])
        )
        if not followups:
            return
        # what fails of what was written before is not kept quiet about
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                followups._review_delivery()
        except Exception:
            # The message has been sent or returned; that must not fail because of us.
            _logger.warning("Delivery of %s not reviewed", followups, exc_info=True)
