# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registering a customer at the counter: the lead, the party, the contact."""

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import plaintext2html

from ..models.sales_process_ownership_key import (
    DETAILS_PER_CUSTOMER,
    HARD_KINDS,
    TYPED_KINDS,
)
from ..tools.transaction import entering, giving, looked_up, receiving
from .sales_process_registration_stranger import StrangersCustomer


class CustomerReception:
    """Receive the customer of a registration, in one transaction.

    What became of it is returned, ``(value of "handled", crm.lead)``, or None where
    the screen is shown again with the result as it is now.

    :param wizard: sales.process.registration, one
    :param answer: RegistrationAnswer, just looked up and counted
    """

    def __init__(self, wizard, answer):
        self.wizard = wizard
        self.answer = answer
        self.env = wizard.env

    def register(self):
        """Create the lead, the ownership and the follow-up.

        Somebody who was faster is told by the same screen, with the owner's result.

        :return: tuple, or None
        """
        wizard, result = self.wizard, self.answer.result
        receiver = wizard._get_receiver(self._find_past())
        if self.answer.is_blocked():
            StrangersCustomer(wizard, result).record_attempt("refused")
            return None
        if self.answer.is_for_owner():
            return self._register_for_owner(result.holders)
        if result.state == "mine":
            receiver = self.env.user
        else:
            self._check_receiver(receiver)
            if result.state == "pool":
                self._take_from_pool(result.holders, receiver)
        lead = self._create_lead(receiver)
        # sudo: the reception does not read what it gives away
        self._add_party(lead.sudo().ownership_id)
        # whoever receives a new customer has received it, whoever types
        is_received = result.state in ("new", "expired", "pool", "shared", False)
        wizard._create_followup(lead, lead.sudo().user_id, is_received)
        return "registered", lead

    def log_visit(self):
        """Log the contact on the running lead of a customer that the person works.

        :return: tuple, or None
        """
        ownership = self._get_worked_ownership()
        if not ownership:
            return None
        # sudo: of a customer that the person works with, or has received
        lead = ownership.sudo()._get_open_leads()[-1:].with_env(self.env)
        if not lead:
            return self.register()
        if not self.wizard._get_summary():
            raise UserError(
                self.env._("Write what was discussed, so that the contact counts.")
            )
        self._add_party(ownership)
        self.wizard._create_followup(lead)
        return "visited", lead

    # ------------------------------------------------------------
    # WHO RECEIVES
    # ------------------------------------------------------------

    def _find_past(self):
        """The period of the customer that waits in the pool, else that ended last.

        :return: sales.process.ownership, sudo, may be empty
        """
        if self.answer.result.state == "pool":
            return self.answer.result.holders.sudo()[:1]
        # sudo: the roster asks who let it go, on behalf of everybody
        Key = self.env["sales.process.ownership.key"].sudo()
        _running, past = Key._find_with_past(self.answer.identities)
        ids = {past_id for found in past.values() for past_id in found}
        ended = Key.ownership_id.browse(ids).filtered(
            lambda period: period.state == "ended"
        )
        return ended.sorted(lambda period: (period.date_end, period.id))[-1:]

    def _check_receiver(self, receiver):
        """The customer goes to a member of the team who has room for it."""
        self.wizard.team_id.check_access("read")
        self.env["sales.process.ownership"]._check_no_reception(receiver)
        if self.wizard.receive_for == "person":
            if not receiver:
                raise UserError(self.env._("Choose the salesperson asked for."))
            if receiver not in self.wizard.candidate_ids:
                raise UserError(
                    self.env._(
                        "%(user)s is not a member of %(team)s.",
                        user=receiver.sudo().name,
                        team=self.wizard.team_id.name,
                    )
                )
        # sudo: the limit and the number of customers of a colleague
        team, person = self.wizard.team_id.sudo(), receiver.sudo()
        if team.process_mode != "enforce" or not receiver:
            return
        if person.process_customer_limit or team.process_customer_limit:
            person._lock_limits()
        if team._get_customer_room(person) < 1 + self._count_further_customers():
            raise UserError(
                self.env._(
                    "%(user)s has no room for another customer (limit: %(limit)s). "
                    "Choose the salesperson on duty.",
                    user=person.name,
                    limit=person.process_customer_limit or team.process_customer_limit,
                )
            )

    def _count_further_customers(self):
        """How many customers what was typed counts for beyond the first.

        People who come together are one customer; a list of numbers is not.

        :return: int
        """
        details = sum(key[1] in TYPED_KINDS for key in self.answer.identities)
        return max(details - 1, 0) // DETAILS_PER_CUSTOMER

    def _take_from_pool(self, holders, receiver):
        """Registering a customer of the pool takes it, under the pool's rules."""
        if not receiver:
            raise UserError(
                self.env._("This customer is in the pool, and nobody is on duty.")
            )
        # the rules, such as the takes per day, are those of who receives it
        for holder in holders.sudo(False).with_user(receiver):
            holder.action_take()

    # ------------------------------------------------------------
    # RECEIVE
    # ------------------------------------------------------------

    def _register_for_owner(self, holder):
        """The reception logs that a customer came, for its owner or the deputy.

        :param holder: sales.process.ownership, sudo
        :return: dict, an action
        """
        lead = holder._get_current_lead()
        if not lead:
            return None
        _is_away, deputy = holder.user_id._get_standing_in()
        receiver = (deputy & holder.collaborator_ids) or holder.user_id
        self.wizard._create_followup(lead, receiver, is_received=True)

        def render(env):
            text = env._(
                "%(customer)s is here (%(channel)s). Received by %(user)s.",
                customer=holder.name or env._("Your customer"),
                channel=self.wizard._get_channel_label(env),
                user=self.env.user.name,
            )
            return text, self.wizard._render_told(env, text)

        self.env["sales.process.notice"]._tell(
            holder.user_id | deputy, render, lead, why="customer", answer=True
        )
        return "registered", lead

    def _prepare_lead_values(self, receiver):
        """Values of the lead of a new registration.

        :return: dict for ``create`` of crm.lead
        """
        wizard = self.wizard
        identity = wizard._prepare_identity_values()
        # Typed here, another phone number of a known contact would replace that of
        # the contact; it becomes a contact detail of the customer instead.
        for name, known in (
            ("phone", wizard.partner_id.phone),
            ("email_from", wizard.partner_id.email),
        ):
            if known:
                identity.pop(name, None)
        return {
            **identity,
            "name": wizard.subject
            or wizard.partner_name
            or wizard.contact_name
            or wizard.partner_id.display_name
            or wizard.phone
            or wizard.email
            or wizard.wechat_id,
            "type": "opportunity",
            "user_id": receiver.id,
            "description": wizard.solution and plaintext2html(wizard.solution),
            "expected_revenue": wizard.expected_revenue,
            "tag_ids": [fields.Command.set(wizard.tag_ids.ids)],
        }

    def _create_lead(self, receiver):
        """Create the lead as a person at the door does: a conflict refuses.

        :return: crm.lead
        """
        Lead = self.env["crm.lead"]
        self.wizard.partner_id.check_access("read")
        self.wizard.tag_ids.check_access("read")
        if receiver != self.env.user:
            # sudo: nobody with own documents may create a lead of a colleague, and
            # the reception does just that
            Lead = Lead.sudo()
        with (
            entering(self.env, "interactive"),
            receiving(self.env, self.wizard.channel),
            giving(self.env, self.wizard.receive_for == "duty"),
            looked_up(self.env),
        ):
            lead = Lead.create(self._prepare_lead_values(receiver))
        return lead.with_env(self.env)

    def _add_party(self, ownership):
        """The contact details of everybody who came belong to the customer."""
        if not ownership or ownership.state == "ended":
            return
        # sudo: keys may be a colleague's to read; only compared and added to
        kept = {
            (key.company_id.id or 0, key.kind, key.value)
            for key in ownership.sudo().key_ids
        }
        added = {
            key: label
            for key, label in self.answer.identities.items()
            if key not in kept
        }
        refused = self.env["sales.process.ownership.key"]._add_manual(ownership, added)
        if any(key[1] in HARD_KINDS for key in refused):
            # somebody was faster with one of them: look again
            raise ConcurrencyError("A contact detail has just been registered")
        if any(key[1] in TYPED_KINDS for key in added):
            # number after number beside an own customer is a list of customers
            ownership._check_typed_room(self.env.user, ownership.sudo())

    def _get_worked_ownership(self):
        """The running customer of the person, found or named as the same.

        :return: sales.process.ownership, empty where the details are somebody else's
        """
        user, result = self.env.user, self.answer.result
        if result.state in ("mine", "helper"):
            return result.holders[0]
        # sudo: asked at once whether the person works with it
        same = self.wizard.same_as_id.sudo()
        if same and same.state == "open" and same._can_work(user):
            if result.state in ("new", "expired", "shared", False):
                return same
        return result.holders.browse()
