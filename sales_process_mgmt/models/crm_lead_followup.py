# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict

from odoo import api, fields, http, models
from odoo.tools import email_normalize, html2plaintext

from ..exceptions import RETRY_ERRORS
from ..tools import words

_logger = logging.getLogger(__name__)

# The first words of a message stand for what was discussed.
SUBJECT_LENGTH = 200


class CrmLead(models.Model):
    """Follow-ups of a lead: by hand, and from messages to the customer."""

    _inherit = "crm.lead"

    followup_ids = fields.One2many(
        "sales.process.followup", "lead_id", string="Follow-Ups"
    )
    customer_followup_ids = fields.One2many(
        "sales.process.followup",
        compute="_compute_customer_followups",
        string="Follow-Ups of the Customer",
    )
    followup_count = fields.Integer(
        compute="_compute_customer_followups",
        help="Contacts with the customer of this lead, on all its leads.",
    )

    @api.depends_context("uid")
    @api.depends("followup_ids", "ownership_id.followup_ids")
    def _compute_customer_followups(self):
        """The contacts with the customer, and their number: one list for both."""
        leads_by_key = defaultdict(list)
        for lead in self:
            # sudo: only the ids; contacts have their own rules
            leads_by_key[lead.sudo().ownership_id].append(lead)
            leads_by_key[lead._origin.sudo()].append(lead)
        Followup = self.env["sales.process.followup"]
        rows = Followup.search_fetch(
            [
                "|",
                ("ownership_id", "in", self.sudo().ownership_id.ids),
                "&",
                ("ownership_id", "=", False),
                ("lead_id", "in", self.ids),
            ],
            ["ownership_id", "lead_id"],
        )
        found = defaultdict(list)
        for row in rows.sudo():
            for lead in leads_by_key[row.ownership_id or row.lead_id]:
                found[lead].append(row.id)
        for lead in self:
            lead.customer_followup_ids = Followup.browse(found[lead])
            lead.followup_count = len(found[lead])

    # ------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------

    def _check_may_follow_up(self):
        """Only the owner, helpers and leaders log contacts in teams that enforce.

        :raise AccessError: with the sentence that says whose customer it is
        """
        if self.env.su:
            return
        self._check_workable()
        self.check_access("read")

    def action_log_followup(self):
        """Open the small form that records a contact.

        :return: dict, a window action
        """
        self.ensure_one()
        self._check_may_follow_up()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action_quick"
        )
        action["context"] = {"default_lead_id": self.id}
        return action

    def action_view_followups(self):
        """Open the contacts with the customer of this lead, of all its leads.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action"
        )
        # sudo: the ids of the history are no secret, its rows have their own rules
        periods = self.sudo().ownership_id.chain_ids
        action["domain"] = [
            "|",
            ("lead_id", "=", self.id),
            ("ownership_id", "in", periods.ids),
        ]
        action["context"] = {"default_lead_id": self.id}
        return action

    def _merge_dependences(self, opportunities):
        """Contacts move to the lead that stays: the others are deleted."""
        result = super()._merge_dependences(opportunities)
        # sudo: what was discussed belongs to the customer
        self.env["sales.process.followup"].sudo().search(
            [("lead_id", "in", opportunities.ids)]
        )._move_to_lead(self)
        return result

    # ------------------------------------------------------------
    # FROM MESSAGES
    # ------------------------------------------------------------

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """An e-mail or SMS that goes to the customer is contact.

        At this point Odoo knows the recipients, followers and plain addresses
        included. Whether the mail arrives is known later: a bounce takes the
        contact back. Mass mailings do not come here, and are no contact.
        """
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        if not self:
            return recipients
        channel = self._get_message_channel(message, recipients or [], kwargs)
        if channel:
            numbers = [
                *(kwargs.get("sms_numbers") or ()),
                *(kwargs.get("sms_pid_to_number") or {}).values(),
            ]
            self._log_message_contact(message, channel, recipients or [], numbers)
        return recipients

    @api.model
    def _get_message_channel(self, message, recipients, kwargs):
        """How a message may have reached a customer; asks the database nothing.

        :return: ``email``, ``sms``, or None for what is no contact
        """
        sudo_message = message.sudo()
        if sudo_message.message_type not in ("comment", "sms"):
            return None
        if self._is_notification_scheduled(kwargs.get("scheduled_date")):
            return None
        if sudo_message.message_type == "sms":
            return "sms"
        if sudo_message.is_internal or sudo_message.subtype_id.internal:
            return None
        return (
            "email"
            if any(
                row["notif"] == "email" and (row["share"] or not row["id"])
                for row in recipients
            )
            else None
        )

    def _log_message_contact(self, message, channel, recipients, numbers):
        """Record a message to the customer; never break sending it.

        A lost race in a request is raised, so that the whole request is repeated.
        """
        self.ensure_one()
        # sudo: whoever posts may not read the ownership of a helped customer
        lead = self.sudo()
        if (lead.process_mode or "off") == "off" or not lead.ownership_id:
            return
        user = message.sudo().author_id.user_ids.filtered(lambda user: not user.share)
        if not user:
            return
        try:
            with self.env.cr.savepoint():
                lead._create_message_followup(
                    message, channel, user[0], recipients, numbers
                )
        except RETRY_ERRORS:
            if http.request:
                raise
            _logger.warning("No follow-up for message %s: lost race", message.id)
        except Exception:
            _logger.exception("No follow-up for message %s", message.id)

    def _create_message_followup(self, message, channel, user, recipients, numbers):
        message = message.sudo()
        # Odoo names a message without subject after the lead.
        subject = message.subject if message.subject != self.name else False
        body = " ".join(html2plaintext(message.body or "").split())
        worded = [text for text in (subject, body) if words.has_words(text)]
        text = worded[0] if worded else subject or body
        is_customer = self._is_to_customer(channel, recipients, numbers)
        sent_to = channel == "email" and is_customer and self._get_sent_to(recipients)
        # sudo: made by the system from what the user did in the chatter
        self.env["sales.process.followup"].sudo().create(
            {
                "lead_id": self.id,
                "user_id": user.id,
                "date": min(message.date, self.env.cr.now().replace(microsecond=0)),
                "channel": channel,
                "subject": text[:SUBJECT_LENGTH],
                "source": "sms" if channel == "sms" else "mail",
                "mail_message_id": message.id,
                "sent_to": sent_to,
                "is_named_by_system": not worded,
                "void_reason": False if is_customer else "other_party",
            }
        )

    def _is_to_customer(self, channel, recipients, numbers):
        """Tell whether a message goes to the customer, not to somebody else.

        :param str channel: ``email`` or ``sms``
        :param list recipients: see ``_notify_get_recipients`` of mail.thread
        :param list numbers: telephone numbers named for a text message
        :return: bool
        """
        outside = [
            row
            for row in recipients
            if row["notif"] == channel and (row["share"] or not row["id"])
        ]
        partners = self.env["res.partner"].browse(
            row["id"] for row in outside if row["id"]
        )
        if channel == "sms":
            # a text message without a number goes to that of the lead
            named = [number for number in numbers if number]
            return self._is_customer(
                self.env["res.partner"] if named else partners,
                phones=named or ([] if partners else [self.phone]),
            )
        sent_to = {
            email_normalize(row.get("email_normalized") or "") for row in outside
        }
        return self._is_customer(
            self._drop_own_partners(partners), emails=sent_to - {False, None, ""}
        )

    def _get_sent_to(self, recipients):
        """The recipients of a message who are the customer.

        :param list recipients: see ``_notify_get_recipients`` of mail.thread
        :return: ``{id of the contact: address}`` and ``{address: ""}`` for those
            without contact
        """
        sent_to = {}
        for row in recipients:
            if row["notif"] == "email" and (row["share"] or not row["id"]):
                if self._is_to_customer("email", [row], []):
                    # sudo: whoever writes to the customer may not read its contact
                    partner = self.env["res.partner"].sudo().browse(row["id"] or ())
                    email = email_normalize(row.get("email_normalized") or "")
                    if partner:
                        sent_to[str(partner.id)] = partner.email_normalized or ""
                    elif email:
                        sent_to[email] = ""
        return sent_to

    @api.model
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
            lambda row: ("email", row.sudo().email_normalized) not in own
        )

    def _is_customer(self, partners, emails=(), phones=()):
        """Tell whether one of these contacts, addresses or numbers is the customer.

        The customer is the contact of the lead, its company and colleagues, and what
        the customer is known by. Our own people, and their addresses, are not.

        :param partners: res.partner
        :param emails: normalised addresses
        :param phones: telephone numbers as they were written
        :return: bool
        """
        self.ensure_one()
        # sudo: whoever writes to the customer may not read its keys
        lead = self.sudo()
        keys = lead.ownership_id.key_ids.filtered("active")
        company = lead.partner_id.commercial_partner_id
        customer_ids = {int(key.value) for key in keys if key.kind == "partner"}
        customer_ids |= {*company.ids}
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
        return bool(lead._drop_own_details(details & sent_to))

    @api.model
    def _drop_own_details(self, details):
        """Contact details, those of our own people and companies left out.

        :param set details: ``{(kind, value)}``
        :return: set
        """
        # colleagues of other companies are colleagues
        return details - self.env["sales.process.own.detail"]._get_own_details()
