# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Complaints that customers write to the address of a team."""

from odoo import api, models
from odoo.tools import html2plaintext
from odoo.tools.mail import (
    email_normalize,
    generate_tracking_message_id,
    parse_contact_from_email,
)

from ..tools import complaints as complaint_tools
from ..tools.marks import is_written_by_machine
from .sales_process_complaint_intake import ComplaintIntake

COMPLAINT = "sales.process.complaint"


def draw_message_id():
    """A name for a mail that carries no running number of a complaint.

    Odoo writes the number into it, and whoever gets two mails counts complaints. An
    answer is found by the whole name, whatever is in it.

    :return: str
    """
    return generate_tracking_message_id("complaint")


class SalesProcessComplaintMail(models.AbstractModel):
    """What comes in by mail: a new complaint, or an answer; complaints inherit it."""

    _name = "sales.process.complaint.mail"
    _description = "Mail about a Complaint"

    def _notify_by_email_get_headers(self, headers=None):
        """A mail to a customer does not carry the running number of the record."""
        headers = super()._notify_by_email_get_headers(headers)
        headers.pop("X-Odoo-Objects", None)
        return headers

    def _message_create(self, values_list):
        """Whatever is posted here; what comes in keeps the name that it has."""
        return super()._message_create(
            [
                {**values, "message_id": values.get("message_id") or draw_message_id()}
                for values in values_list
            ]
        )

    # Only the mail server hands these in: over RPC anybody would write complaints of
    # whatever sender, or go on with one that is closed.
    @api.private
    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """A mail to the address of a team: one complaint, however often it comes.

        :param dict msg_dict: see ``mail.thread``
        :param dict custom_values: of the alias
        :return: sales.process.complaint
        """
        team = self.env["crm.team"].browse((custom_values or {}).get("team_id"))
        return ComplaintIntake(self.env, team.exists()).run(
            self._prepare_mail_values(msg_dict)
        )[0]

    @api.model
    def _prepare_mail_values(self, msg_dict):
        name, address = parse_contact_from_email(msg_dict.get("email_from") or "")
        return {
            "channel": "email",
            "name": complaint_tools.clean_subject(msg_dict.get("subject")),
            "description": html2plaintext(msg_dict.get("body") or ""),
            "contact_name": name,
            "contact_email": address
            or email_normalize(msg_dict.get("email_from") or "")
            or msg_dict.get("email_from"),
        }

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """The customer answers: what was closed goes on, within the days of the team.

        After these days it is a new complaint, which names the one before. A notice
        that somebody is out of the office, or has changed the address, is kept and
        says nothing.
        """
        result = super().message_update(msg_dict, update_vals)
        if is_written_by_machine(self.env):
            return result
        # sudo: a mail comes in: the gateway is nobody
        for row in self.sudo():
            author = email_normalize(msg_dict.get("email_from") or "")
            if row.state != "closed" or author != email_normalize(
                row.contact_email or ""
            ):
                continue
            if row._may_reopen():
                row._reopen()
            else:
                later, is_new = ComplaintIntake(self.env, row.team_id).run(
                    self._prepare_mail_values(msg_dict)
                )
                if is_new:
                    later.previous_id = row
        return result
