# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""However often the button is pressed, a customer is registered once."""

import psycopg2

from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_date, mute_logger, plaintext2html

from ..tools import labels


class SalesProcessRegistrationOnce(models.AbstractModel):
    """A registration is done once, and says what was done; the dialog inherits it."""

    _name = "sales.process.registration.once"
    _description = "Registration, Once"

    def _handle_once(self, work):
        """Do the work of a button, unless the same screen has done it already.

        :param work: function, gives ``(value of "handled", crm.lead or None)``, or
            None where the screen is shown again, with the result as it is now
        :return: dict, an action
        """
        handled = self._find_handled()
        if not handled:
            done = work()
            if not done:
                return self._reopen()
            self._mark_handled(*done)
            handled = self
        return handled._get_done_action()

    def _find_handled(self):
        """The registration that has done the work already, from the same screen.

        :return: sales.process.registration, may be empty
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_rows()
        if self.handled:
            return self
        return self.search(
            [("token", "=", self.token), ("handled", "!=", False)], limit=1
        )

    def _mark_handled(self, handled, lead=None):
        """Write what became of the registration; the database lets only one do it."""
        self.env.flush_all()
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                # sudo: what became of it is the system's to say
                self.sudo().write(
                    {"handled": handled, "lead_id": lead.id if lead else False}
                )
                self.flush_recordset()
        except psycopg2.errors.UniqueViolation as error:
            # the same screen was sent twice: the fresh transaction sees the first
            raise ConcurrencyError("This registration is being saved") from error

    def _get_done_action(self):
        """Close the dialog and say what was done, with a link to the lead.

        :return: dict, a client action
        """
        self.ensure_one()
        # sudo: the reception may not read the lead it has registered for a colleague
        lead = self.lead_id.sudo()
        customer = (
            self._get_customer_name()
            or self.partner_id.display_name
            or self.env._("The customer")
        )
        owner = lead.user_id
        message = {
            "registered": self.env._(
                "%(customer)s is registered. Responsible: %(owner)s.",
                customer=customer,
                owner=owner.name or self.env._("nobody yet, it waits in the pool"),
            ),
            "visited": self.env._(
                "The contact with %(customer)s is logged.", customer=customer
            ),
            "helped": self.env._("Logged as help. The owner has been told."),
            "asked": self.env._("The owner has been asked to invite you."),
            "called": self.env._("The team leader has been told and decides."),
        }[self.handled]
        params = {
            "type": "success",
            "message": message,
            "next": {"type": "ir.actions.act_window_close"},
        }
        if self.handled in ("registered", "visited") and lead.with_env(
            self.env
        ).has_access("read"):
            # the only placeholder is the link's, whatever the customer is called
            params["message"] = message.replace("%s", "% s") + " %s"
            params["links"] = [
                {"label": self.env._("View"), "url": f"/odoo/crm.lead/{lead.id}"}
            ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": params,
        }

    def _reopen(self):
        """Show the screen again, with the result as it is now.

        :return: dict, a window action
        """
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "sales_process_mgmt.sales_process_registration_action"
            ),
            "res_id": self.id,
        }

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _get_customer_name(self):
        """What the customer is called, as it was typed.

        :return: str or False
        """
        return self.partner_name or self.contact_name or self.phone or self.email

    def _get_channel_label(self, env):
        """How the customer reached us, in the language of whoever reads.

        :param env: environment in that language
        :return: str
        """
        return labels.get_choices(self, "channel", env)[self.channel]

    def _get_facts(self):
        """What the person learned from the customer, as text for a colleague.

        :return: str
        """
        lines = [
            self.subject,
            self.solution,
            self.next_step and self.env._("Next step: %(step)s", step=self.next_step),
            self.date_next
            and self.env._(
                "Next contact: %(day)s", day=format_date(self.env, self.date_next)
            ),
        ]
        return "\n".join(line for line in lines if line)

    def _render_told(self, env, text):
        """What a colleague is told; what was discussed goes with it.

        :param env: environment in the language of whoever reads
        :param str text: what has happened
        :return: Markup
        """
        facts = self.with_context(lang=env.lang)._get_facts()
        return plaintext2html("\n".join(filter(None, [text, facts])))

    def _get_summary(self):
        """What was discussed: the subject, else the first line of the record.

        :return: str, may be empty
        """
        lines = (self.solution or "").strip().splitlines()
        return (self.subject or "").strip() or (lines[0][:256] if lines else "")

    # ------------------------------------------------------------
    # FOLLOW-UP
    # ------------------------------------------------------------

    def _prepare_followup_values(self, lead):
        """Values of the follow-up that this registration is.

        :return: dict for ``create`` of sales.process.followup
        """
        return {
            "lead_id": lead.id,
            "user_id": self.env.uid,
            "channel": self.channel,
            "subject": self._get_summary()
            or self.env._(
                "Registration (%(channel)s)", channel=self._get_channel_label(self.env)
            ),
            "solution": self.solution,
            "next_step": self.next_step,
            "date_next": self.date_next,
        }

    def _create_followup(self, lead, receiver=None, is_received=False):
        """Log the contact on the lead.

        :param lead: crm.lead
        :param receiver: res.users, who plans the next contact; by default the person
            who registers
        :param bool is_received: the receiver has received the customer, so it is the
            receiver's contact; otherwise that of the person who registers
        """
        Followup = self.env["sales.process.followup"]
        values = self._prepare_followup_values(lead)
        if receiver is None or receiver == self.env.user:
            Followup.create(values)
            return
        # sudo: the reception and those who help write on a lead that they cannot
        # work; the follow-up judges by itself that it does not reset the timer
        if is_received and receiver:
            values["user_id"] = receiver.id
        Followup.sudo().create({**values, "plan_next": False})
        if receiver and self.date_next:
            lead.sudo().activity_schedule(
                "mail.mail_activity_data_call",
                self.date_next,
                summary=self.next_step,
                user_id=receiver.id,
            )
