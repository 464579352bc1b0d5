# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import psycopg2

from odoo import fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import mute_logger, plaintext2html

from ..models.sales_process_ownership_key import (
    DETAILS_PER_CUSTOMER,
    HARD_KINDS,
    TYPED_KINDS,
)
from ..tools.transaction import entering, looked_up, receiving


class SalesProcessRegistration(models.TransientModel):
    """What the buttons of the registration do."""

    _inherit = "sales.process.registration"

    # ------------------------------------------------------------
    # ONCE, HOWEVER OFTEN THE BUTTON IS PRESSED
    # ------------------------------------------------------------

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
        customer = self.partner_name or self.contact_name or self.phone or self.email
        customer = (
            customer or self.partner_id.display_name or self.env._("The customer")
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
                {"label": self.env._("Open"), "url": f"/odoo/crm.lead/{lead.id}"}
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
    # CHECKS
    # ------------------------------------------------------------

    def _check_details(self):
        """Somebody is registered: a contact detail or a name at least."""
        if not any(
            (value or "").strip()
            for value in (
                self.phone,
                self.email,
                self.wechat_id,
                self.contact_name,
                self.partner_name,
                self.partner_id.display_name,
            )
        ):
            raise UserError(
                self.env._("Type a phone number, an e-mail address or a name.")
            )

    def _count_further_customers(self):
        """How many customers what was typed counts for beyond the first.

        People who come together are one customer; a list of numbers is not.

        :return: int
        """
        identities, _is_shared = self._get_identities()
        details = sum(key[1] in TYPED_KINDS for key in identities)
        return max(details - 1, 0) // DETAILS_PER_CUSTOMER

    def _look_allowed(self):
        """Look the customer up in order to register it.

        :return: the identities and the LookupResult
        :raise UserError: the person has looked up as many as may be; what is known
            and what is not look the same
        """
        identities, result, moment = self._look_logged(is_acted_on=True)
        if moment:
            raise UserError(
                self.env["sales.process.lookup"]._get_limit_sentence(
                    self.company_id, moment
                )
            )
        return identities, result

    def _check_receiver(self, receiver):
        """The customer goes to a member of the team who has room for it."""
        self.team_id.check_access("read")
        self.env["sales.process.ownership"]._check_no_reception(receiver)
        if self.receive_for == "person":
            if not receiver:
                raise UserError(self.env._("Choose the salesperson asked for."))
            if receiver not in self.candidate_ids:
                raise UserError(
                    self.env._(
                        "%(user)s is not a member of %(team)s.",
                        user=receiver.sudo().name,
                        team=self.team_id.name,
                    )
                )
        # sudo: the limit and the number of customers of a colleague
        team, person = self.team_id.sudo(), receiver.sudo()
        if team.process_mode != "enforce" or not receiver:
            return
        if person.customer_limit or team.customer_limit:
            self.env["sales.process.ownership"]._lock_person(person)
        if team._get_customer_room(person) < 1 + self._count_further_customers():
            raise UserError(
                self.env._(
                    "%(user)s has no room for another customer (limit: %(limit)s). "
                    "Choose the salesperson on duty.",
                    user=person.name,
                    limit=person.customer_limit or team.customer_limit,
                )
            )

    # ------------------------------------------------------------
    # REGISTER
    # ------------------------------------------------------------

    def action_register(self):
        """Create the lead, the ownership and the follow-up in one transaction.

        Somebody who was faster is told by the same screen, with the owner's result.

        :return: dict, an action
        """
        handled = self._find_handled()
        if handled:
            return handled._get_done_action()
        self._check_details()
        identities, result = self._look_allowed()
        receiver = self._get_receiver(self._find_past(identities, result))
        if self._is_blocked(result):
            self._record_attempt(result, "refused")
            return self._reopen()
        if self._is_received_for_owner(result):
            return self._register_for_owner(result.holders)
        if result.state == "mine":
            receiver = self.env.user
        else:
            self._check_receiver(receiver)
            if result.state == "pool":
                self._take_from_pool(result.holders, receiver)
        lead = self._create_lead(receiver)
        self._add_party(lead.sudo().ownership_id, identities)
        # whoever receives a new customer has received it, whoever types
        is_received = result.state in ("new", "expired", "pool", "shared", False)
        self._create_followup(lead, lead.sudo().user_id, is_received)
        self._mark_handled("registered", lead)
        return self._get_done_action()

    def _find_past(self, identities, result):
        """The period of the customer that waits in the pool, else that ended last.

        :return: sales.process.ownership, sudo, may be empty
        """
        if result.state == "pool":
            return result.holders.sudo()[:1]
        # sudo: the roster asks who let it go, on behalf of everybody
        Key = self.env["sales.process.ownership.key"].sudo()
        _running, past = Key._find_with_past(identities)
        ids = {row_id for found in past.values() for row_id in found}
        ended = Key.ownership_id.browse(ids).filtered(lambda row: row.state == "ended")
        return ended.sorted(lambda row: (row.date_end, row.id))[-1:]

    def _register_for_owner(self, holder):
        """The reception logs that a customer came, for its owner or the deputy.

        :param holder: sales.process.ownership, sudo
        :return: dict, an action
        """
        lead = holder._get_current_lead()
        if not lead:
            return self._reopen()
        _is_away, deputy = holder.user_id._get_standing_in()
        receiver = (deputy & holder.collaborator_ids) or holder.user_id
        self._create_followup(lead, receiver, is_received=True)

        def render(env):
            wizard = self.with_context(lang=env.lang)
            channels = dict(wizard._fields["channel"]._description_selection(env))
            text = env._(
                "%(customer)s is here (%(channel)s). Received by %(user)s.",
                customer=holder.name or env._("Your customer"),
                channel=channels[self.channel],
                user=self.env.user.name,
            )
            # what was discussed goes with it
            facts = filter(None, [text, wizard._get_facts()])
            return text, plaintext2html("\n".join(facts))

        self.env["sales.process.notice"]._tell(holder.user_id | deputy, render, lead)
        self._mark_handled("registered", lead)
        return self._get_done_action()

    def _take_from_pool(self, holders, receiver):
        """Registering a customer of the pool takes it, under the pool's rules."""
        if not receiver:
            raise UserError(
                self.env._("This customer is in the pool, and nobody is on duty.")
            )
        # the rules, such as the takes per day, are those of who receives it
        for holder in holders.sudo(False).with_user(receiver):
            holder.action_take()

    def _prepare_lead_values(self, receiver):
        """Values of the lead of a new registration.

        :return: dict for ``create`` of crm.lead
        """
        self.ensure_one()
        identity = self._prepare_identity_values()
        # Typed here, another phone number of a known contact would replace that of
        # the contact; it becomes a contact detail of the customer instead.
        for name, known in (
            ("phone", self.partner_id.phone),
            ("email_from", self.partner_id.email),
        ):
            if known:
                identity.pop(name, None)
        return {
            **identity,
            "name": self.subject
            or self.partner_name
            or self.contact_name
            or self.partner_id.display_name
            or self.phone
            or self.email
            or self.wechat_id,
            "type": "opportunity",
            "user_id": receiver.id,
            "description": self.solution and plaintext2html(self.solution),
            "expected_revenue": self.expected_revenue,
            "tag_ids": [fields.Command.set(self.tag_ids.ids)],
        }

    def _create_lead(self, receiver):
        """Create the lead as a person at the door does: a conflict refuses.

        :return: crm.lead
        """
        Lead = self.env["crm.lead"]
        self.partner_id.check_access("read")
        self.tag_ids.check_access("read")
        if receiver != self.env.user:
            # sudo: nobody with own documents may create a lead of a colleague, and
            # the reception does just that
            Lead = Lead.sudo()
        with (
            entering(self.env, "interactive"),
            receiving(self.env, self.channel),
            looked_up(self.env),
        ):
            lead = Lead.create(self._prepare_lead_values(receiver))
        return lead.with_env(self.env)

    def _add_party(self, ownership, identities):
        """The contact details of everybody who came belong to the customer."""
        if not ownership or ownership.state == "ended":
            return
        kept = {
            (key.company_id.id or 0, key.kind, key.value)
            for key in ownership.sudo().key_ids
        }
        added = {key: label for key, label in identities.items() if key not in kept}
        refused = self.env["sales.process.ownership.key"]._add_manual(ownership, added)
        if any(key[1] in HARD_KINDS for key in refused):
            # somebody was faster with one of them: look again
            raise ConcurrencyError("A contact detail has just been registered")
        if any(key[1] in TYPED_KINDS for key in added):
            # number after number beside an own customer is a list of customers
            ownership._check_typed_room(self.env.user, ownership.sudo())

    # ------------------------------------------------------------
    # LOG THE VISIT OF ONE'S OWN CUSTOMER
    # ------------------------------------------------------------

    def action_log_visit(self):
        """Log the contact on the running lead of a customer one works.

        :return: dict, an action
        """
        handled = self._find_handled()
        if handled:
            return handled._get_done_action()
        identities, result = self._look_allowed()
        ownership = self._get_worked_ownership(result)
        if not ownership:
            return self._reopen()
        lead = ownership.sudo()._get_open_leads()[-1:].with_env(self.env)
        if not lead:
            return self.action_register()
        if not self._get_summary():
            raise UserError(
                self.env._("Write what was discussed, so that the contact counts.")
            )
        self._add_party(ownership, identities)
        self._create_followup(lead)
        self._mark_handled("visited", lead)
        return self._get_done_action()

    def _get_worked_ownership(self, result):
        """The running customer of the person, found or named as the same.

        :return: sales.process.ownership, empty where the details are somebody else's
        """
        user = self.env.user
        if result.state in ("mine", "helper"):
            return result.holders[0]
        same = self.same_as_id.sudo()
        if same and same.state == "open" and same._can_work(user):
            if result.state in ("new", "expired", "shared", False):
                return same
        return result.holders.browse()
