# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, http, models
from odoo.exceptions import AccessError
from odoo.tools.mail import decode_message_header, email_split

from ..tools import orm
from ..tools.transaction import answering, assigning, is_assigning

# Odoo posts in sudo what somebody writes, after it has asked for access.
POST_PATH = "/mail/message/post"
# What makes a note: where another application extends one of these, Odoo makes each.
NOTE_STEPS = ("_message_log_batch", "_message_create", "_message_compute_author")
# So few notes are made by Odoo; and with them tests of its own count queries.
FEW_NOTES = 20


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post(self, **kwargs):
        try:
            self._check_customer_message(kwargs, is_post=True)
            return super().message_post(**kwargs)
        except AccessError as error:
            if self._name != "crm.lead":
                raise
            # whose customer it is, where Odoo only says that it is forbidden
            original = error
            raise self._make_refusal(lambda: original) from None

    def message_notify(self, **kwargs):
        self._check_customer_message(kwargs)
        if not is_assigning(self.env):
            model, ids = (
                (self._name, self.ids)
                if self
                else (kwargs.get("model"), [kwargs.get("res_id")])
            )
            self._check_named_documents((model, res_id) for res_id in ids)
        return super().message_notify(**kwargs)

    def _message_auto_subscribe_notify(self, partner_ids, template):
        with assigning(self.env):
            return super()._message_auto_subscribe_notify(partner_ids, template)

    def _log_notes(self, bodies):
        """Log notes that differ in nothing but their texts, see ``_message_log_batch``.

        The first one is made by Odoo, the others are copies of its row, by one
        statement: Odoo takes 1,700 calls of functions for each.

        :param dict bodies: ``{id: Markup}``, one for each of these documents
        """
        Message = self.env["mail.message"]
        if (
            len(self) <= FEW_NOTES
            or not orm.is_plain(self, *NOTE_STEPS)
            or not orm.is_plain(Message, *orm.INSERT_STEPS)
        ):
            self._message_log_batch(bodies=bodies)
            return
        first = self[0]
        # sudo: as by Odoo
        message = first._message_log_batch(bodies={first.id: bodies[first.id]}).sudo()
        rest = self[1:]
        orm.copy_row(
            message, {"res_id": rest.ids, "body": [bodies[row.id] for row in rest]}
        )
        rest.invalidate_recordset(
            ["message_ids", "message_needaction", "message_needaction_counter"],
            flush=False,
        )

    @api.model
    def _check_named_documents(self, places):
        """Refuse a note or a to-do on a document of ours that its author cannot read.

        Odoo tells whoever has such a row what the document is called: a customer of
        somebody else, a complaint.

        :param places: iterable of ``(name of a model, id)``
        :raise AccessError: Odoo's
        """
        if self.env.su:
            return
        by_model = {}
        for model, res_id in places:
            if model and res_id and isinstance(model, str) and model in self.env:
                by_model.setdefault(model, []).append(res_id)
        for model, ids in by_model.items():
            records = self.env[model].browse(ids)
            if isinstance(records, self.pool["sales.process.guard"]) or (
                model == "crm.lead" and self.env["crm.team"]._get_active_process_ids()
            ):
                records.check_access("read")

    def _message_update_content(self, message, /, **kwargs):
        """Odoo changes in sudo what somebody has written before."""
        if not self.env.su:
            message.with_env(self.env)._check_not_colleagues()
        return super()._message_update_content(message, **kwargs)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Whoever follows a document is written to when somebody posts on it.

        The customer of the document itself is asked about where the document is; where
        it is the contact, what is said to the customer is not for a stranger's ears.
        """
        if (
            partner_ids
            and not self.env.su
            and self.env["crm.team"]._get_active_process_ids()
        ):
            partners = self.env["res.partner"].browse(partner_ids)
            if "partner_id" in self._fields:
                # sudo: whose document it is, not what stands in it
                partners -= self.sudo().mapped("partner_id").with_env(self.env)
            if self._name == partners._name:
                partners |= self
            Ownership = self.env["sales.process.ownership"]
            if partners - self.env.user.partner_id and Ownership._is_attended():
                Ownership._check_customer_work(partners)
        return super().message_subscribe(
            partner_ids=partner_ids, subtype_ids=subtype_ids
        )

    def _check_customer_message(self, values, is_post=False):
        """Refuse to write to a colleague's customer, from whatever document.

        The contact is the document, or a recipient who is named or follows it. What
        customers and scheduled actions write is never refused. On a lead of a customer
        its owner, helpers and leaders post: Odoo lets whoever follows it.

        :param dict values: keyword arguments of :meth:`message_post`
        :param bool is_post: whether it is written on this document
        """
        if self.env.su and not (
            http.request
            # Odoo answers the address with a slash at its end, too
            and http.request.httprequest.path.rstrip("/") == POST_PATH
        ):
            # an automation answers what somebody did, nobody writes
            return
        if is_post and self._name == "crm.lead":
            self._check_post()
        Partner = self.env["res.partner"]
        recipient_ids = [row for row in values.get("partner_ids") or () if row]
        emails = email_split(values.get("outgoing_email_to") or "")
        partners = Partner.browse(recipient_ids)
        if self._name == "res.partner":
            partners |= self
        elif self._name == "crm.lead" and partners:
            # whoever works the lead writes to its customer
            partners -= self._filter_workable().filtered("ownership_id").partner_id
        Ownership = self.env["sales.process.ownership"]
        # whoever is refused nothing is not asked about, and costs no query
        if is_post and self._name != "crm.lead" and Ownership._is_judged(self.env.user):
            partners |= self._find_listening_customers(values)
        if not partners and not emails:
            return
        if Ownership._is_attended():
            Ownership._check_customer_work(partners, emails=emails)

    def _find_listening_customers(self, values):
        """Who follows a document and is written to when somebody posts on it.

        Of a lead nobody is asked: who may post there may write to its customer, and
        whoever else follows it was judged when somebody let them.

        :param dict values: keyword arguments of :meth:`message_post`
        :return: res.partner who are no users of ours; none of a note
        """
        partners = self.env["res.partner"]
        data = self.env["ir.model.data"]
        note_id = data._xmlid_to_res_id("mail.mt_note")
        subtype_id = values.get("subtype_id") or note_id
        if values.get("subtype_xmlid"):
            subtype_id = data._xmlid_to_res_id(values["subtype_xmlid"])
        if subtype_id == note_id or not self.env["crm.team"]._get_active_process_ids():
            return partners
        # sudo: who receives it, whoever writes it
        followers = self.env["mail.followers"].sudo()
        return followers.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("subtype_ids", "in", subtype_id),
                ("partner_id.partner_share", "=", True),
            ]
        ).partner_id.with_env(self.env)

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        self._check_mail_server(model, custom_values, thread_id)
        return super().message_process(
            model,
            message,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    @api.model
    def _check_mail_server(self, model, custom_values, thread_id):
        """Refuse a person who hands in an e-mail in the place of the mail server.

        Odoo goes on in sudo, with the values and the document that the caller names
        and with the sender that stands in the text: any protected field, a follow-up,
        another team. The script of a mail server names none of them.

        :param model: name of the model that the caller names, or False
        :param custom_values: what the caller wants in the new document
        :param thread_id: id of the document that the caller names
        :raise AccessError: one sentence
        """
        user = self.env.user
        if self.env.su or user._is_system():
            return
        if not self.env["crm.team"]._get_active_process_ids():
            return
        Ownership = self.env["sales.process.ownership"]
        is_named = model or custom_values or thread_id
        if is_named or user.share or Ownership._is_judged(user):
            raise AccessError(
                self.env._("Incoming e-mails are handed in by the mail server alone.")
            )

    def _message_route_process(self, message, message_dict, routes):
        """Remember to whom an answer goes: platforms write for their users."""
        with answering(self.env, decode_message_header(message, "Reply-To")):
            return super()._message_route_process(message, message_dict, routes)
