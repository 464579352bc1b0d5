# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A message to the customer of a lead is contact: whom it reaches, what it records."""

import logging

from odoo import http
from odoo.tools import email_normalize, html2plaintext

from ..exceptions import RETRY_ERRORS
from ..tools import words

_logger = logging.getLogger(__name__)

# The first words of a message stand for what was discussed.
SUBJECT_LENGTH = 200


def is_outside(recipient, channel="email"):
    """Whether a recipient is none of our users, and is reached by this channel.

    :param dict recipient: see ``_notify_get_recipients`` of mail.thread
    """
    return recipient["notif"] == channel and (recipient["share"] or not recipient["id"])


class CustomerContacts:
    """Tell who is the customer of a lead, and who is one of our own people.

    The customer is the contact of the lead, its company and colleagues, and what the
    customer is known by. Our own people, and their addresses, are not.

    :param lead: crm.lead, one
    """

    def __init__(self, lead):
        lead.ensure_one()
        self.env = lead.env
        # sudo: whoever writes to the customer may not read its keys
        self.lead = lead.sudo()

    def is_customer(self, partners, emails=(), phones=()):
        """Tell whether one of these contacts, addresses or numbers is the customer.

        :param partners: res.partner
        :param emails: normalised addresses
        :param phones: telephone numbers as they were written
        :return: bool
        """
        lead = self.lead
        keys = lead.ownership_id.key_ids.filtered("active")
        company = lead.partner_id.commercial_partner_id
        customer_ids = {int(key.value) for key in keys if key.kind == "partner"}
        customer_ids |= {*company.ids}
        # sudo: whether somebody is outside the company is no secret; only a bool leaves
        people = partners.sudo().filtered("partner_share")
        if customer_ids & {*people.ids, *people.commercial_partner_id.ids}:
            return True
        details = {(key.kind, key.value) for key in keys}
        company_of = lead._get_process_company()
        read = company_of._read_contact_details
        countries = lead.country_id | lead.partner_id.country_id
        details |= {
            row[:2]
            for row in read({lead.phone}, {lead.email_from, company.email}, countries)
        }
        sent_to = {row[:2] for row in read({*phones}, {*emails}, countries)}
        return bool(self._drop_own_details(details & sent_to))

    def _drop_own_details(self, details):
        """Contact details, those of our own people and companies left out.

        :param set details: ``{(kind, value)}``
        :return: set
        """
        # colleagues of other companies are colleagues
        return details - self.env["sales.process.own.detail"]._get_own_details()

    def _drop_own_partners(self, partners):
        """Contacts, without those at whose address one of our own people reads.

        :param partners: res.partner
        :return: res.partner
        """
        # sudo: whoever writes to the customer may not read its contact
        by_email = partners.sudo().grouped("email_normalized")
        details = {("email", email) for email in by_email if email}
        own = details - self._drop_own_details(details)
        return partners.filtered(
            lambda partner: ("email", partner.sudo().email_normalized) not in own
        )

    def is_reached(self, channel, recipients, numbers):
        """Tell whether a message goes to the customer, not to somebody else.

        :param str channel: ``email`` or ``sms``
        :param list recipients: see ``_notify_get_recipients`` of mail.thread
        :param list numbers: telephone numbers named for a text message
        :return: bool
        """
        outside = [row for row in recipients if is_outside(row, channel)]
        partners = self.env["res.partner"].browse(
            row["id"] for row in outside if row["id"]
        )
        if channel == "sms":
            # a text message without a number goes to that of the lead
            named = [number for number in numbers if number]
            return self.is_customer(
                self.env["res.partner"] if named else partners,
                phones=named or ([] if partners else [self.lead.phone]),
            )
        sent_to = {
            email_normalize(row.get("email_normalized") or "") for row in outside
        }
        return self.is_customer(
            self._drop_own_partners(partners), emails=sent_to - {False, None, ""}
        )

    def get_reached(self, recipients):
        """The recipients of a message who are the customer.

        :param list recipients: see ``_notify_get_recipients`` of mail.thread
        :return: ``{id of the contact: address}`` and ``{address: ""}`` for those
            without contact
        """
        reached = {}
        for row in recipients:
            if not is_outside(row) or not self.is_reached("email", [row], []):
                continue
            # sudo: whoever writes to the customer may not read its contact
            partner = self.env["res.partner"].sudo().browse(row["id"] or ())
            email = email_normalize(row.get("email_normalized") or "")
            if partner:
                reached[str(partner.id)] = partner.email_normalized or ""
            elif email:
                reached[email] = ""
        return reached


class LeadMessage:
    """Record a message to the customer as contact; never break sending it.

    At this point Odoo knows the recipients, followers and plain addresses included.
    Whether the mail arrives is known later: a bounce takes the contact back. Mass
    mailings do not come here, and are no contact.

    :param lead: crm.lead, one
    :param message: mail.message
    """

    def __init__(self, lead, message):
        lead.ensure_one()
        # sudo: whoever posts may not read the ownership of a helped customer
        self.lead = lead.sudo()
        self.env = self.lead.env
        self.message = message.sudo()

    def log(self, channel, recipients, numbers):
        """Record the contact, whatever happens.

        A lost race in a request is raised, so that the whole request is repeated.

        :param str channel: ``email`` or ``sms``
        :param list recipients: see ``_notify_get_recipients`` of mail.thread
        :param list numbers: telephone numbers named for a text message
        """
        lead = self.lead
        if (lead.process_mode or "off") == "off" or not lead.ownership_id:
            return
        users = self.message.author_id.user_ids.filtered(lambda user: not user.share)
        if not users:
            return
        # what fails of what was written before is not kept quiet about
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                lead._create_message_followup(
                    self.message, channel, users[0], recipients, numbers
                )
        except RETRY_ERRORS:
            if http.request:
                raise
            _logger.warning("No follow-up for message %s: lost race", self.message.id)
        except Exception:
            _logger.exception("No follow-up for message %s", self.message.id)

    def create_followup(self, channel, user, recipients, numbers):
        """Create the follow-up of the message, whether it counts or not.

        :param user: res.users, who wrote it; see :meth:`log` for the others
        """
        text, is_named = self._get_text()
        contacts = CustomerContacts(self.lead)
        is_customer = contacts.is_reached(channel, recipients, numbers)
        is_mail = channel == "email" and is_customer
        now = self.env.cr.now().replace(microsecond=0)
        # sudo: made by the system from what the user did in the chatter
        self.env["sales.process.followup"].sudo().create(
            {
                "lead_id": self.lead.id,
                "user_id": user.id,
                "date": min(self.message.date, now),
                "channel": channel,
                "subject": text[:SUBJECT_LENGTH],
                "source": "sms" if channel == "sms" else "mail",
                "mail_message_id": self.message.id,
                "sent_to": is_mail and contacts.get_reached(recipients),
                "is_named_by_system": not is_named,
                "void_reason": False if is_customer else "other_party",
            }
        )

    def _get_text(self):
        """What was discussed, and whether somebody has said it in words."""
        message = self.message
        # Odoo names a message without subject after the lead.
        subject = message.subject if message.subject != self.lead.name else False
        body = " ".join(html2plaintext(message.body or "").split())
        worded = [text for text in (subject, body) if words.has_words(text)]
        return (worded[0] if worded else subject or body), bool(worded)
