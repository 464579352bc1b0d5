# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Details that somebody types at a contact are judged as at a lead."""

from odoo import api, models
from odoo.fields import Command

from ..tools.transaction import is_merging_contacts
from .sales_process_guard import get_ids

# What brings a detail onto a contact, or a contact with its details to a customer.
TYPED_FIELDS = {"country_id", "email", "is_company", "parent_id", "phone", "vat"}
# What puts a contact below another company.
MOVING_FIELDS = {"child_ids", "is_company", "parent_id"}
# By these the owner of the customer finds the contact, and reads it.
PLACE_FIELDS = ("active", "company_id", "parent_id", "user_id")


class SalesProcessPartnerTyped(models.AbstractModel):
    """What somebody types at a contact that is a customer; contacts inherit it."""

    _name = "sales.process.partner.typed"
    _description = "What Is Typed at a Contact"

    def _is_typed_by_hand(self):
        """Tell whether one of our people types here; no query without a team."""
        return bool(
            not self.env.su
            and self.env["crm.team"]._get_active_process_ids()
            and not is_merging_contacts(self.env)
            and self.env["sales.process.ownership"]._is_attended()
        )

    def _is_typing_judged(self):
        """Tell whether a salesperson types here by hand; no query without a team."""
        return self._is_typed_by_hand() and self.env[
            "sales.process.ownership"
        ]._is_judged(self.env.user)

    def _get_typed_before(self, vals):
        """The details of these contacts, before somebody types others.

        :param dict vals: what somebody writes
        :return: dict as :meth:`_get_typed_values` returns it, empty where nothing is
            judged
        """
        names = TYPED_FIELDS | {"child_ids", *PLACE_FIELDS}
        if not names & vals.keys() or not self or not self._is_typed_by_hand():
            return {}
        # who does not sell is asked where contacts go, not what stands on them
        if not MOVING_FIELDS & vals.keys() and not self._is_typing_judged():
            return {}
        partners = self
        if vals.get("child_ids"):
            # Odoo writes those below in sudo
            partners |= self.sudo().child_ids.with_env(self.env)
            partners |= self._browse_linked(vals)
        if {"parent_id", "is_company"} & vals.keys():
            # sudo: those below go along, whoever may read them
            below = self.sudo().with_context(active_test=False)
            partners |= below.search([("id", "child_of", self.ids)]).with_env(self.env)
        return partners._get_typed_values()

    def _get_linked_before(self, vals_list):
        """See :meth:`_get_typed_before`, of contacts that are put below new ones.

        :param list vals_list: values of new contacts
        """
        if not any(vals.get("child_ids") for vals in vals_list):
            return {}
        if not self._is_typing_judged():
            return {}
        linked = self.union(*(self._browse_linked(vals) for vals in vals_list))
        return linked._get_typed_values()

    @api.model
    def _browse_linked(self, vals):
        """The contacts that are put below another one, and those below them.

        :param dict vals: what somebody writes
        :return: res.partner
        """
        commands = vals.get("child_ids")
        commands = commands if isinstance(commands, list | tuple) else ()
        # what names no record is refused by Odoo
        named = [
            command
            for command in commands
            if not isinstance(command, list | tuple)
            or (command and command[0] == Command.SET)
            or (len(command) > 1 and isinstance(command[1], int))
        ]
        ids = get_ids(self._fields["child_ids"], named)
        ids = [row_id for row_id in ids if type(row_id) is int]
        # sudo: those below go along, whoever may read them
        below = self.sudo().with_context(active_test=False)
        return below.search([("id", "child_of", ids)]).with_env(self.env)

    def _get_typed_values(self):
        # sudo: only compared with what is there afterwards
        return {
            partner.with_env(self.env): (
                partner.phone,
                partner.email,
                partner.country_id,
                partner.vat,
                tuple(partner[name] for name in PLACE_FIELDS),
                partner.commercial_partner_id,
            )
            for partner in self.sudo()
        }

    def _check_typed(self, before):
        """Refuse what a salesperson does not type, see ``_check_typed_details``.

        :param dict before: as :meth:`_get_typed_before` returned it
        """
        if not before:
            return
        # some may have been deleted from above
        after = self.union(*before).exists()._get_typed_values()
        before = {row: values for row, values in before.items() if row in after}
        self.env["sales.process.ownership"]._check_moved(
            {
                partner: (values[-1], after[partner][-1])
                for partner, values in before.items()
                if values[-2:] != after[partner][-2:]
            }
        )
        changed = {
            partner: values
            for partner, values in before.items()
            if (values[:-2], values[-1]) != (after[partner][:-2], after[partner][-1])
        }
        if changed and self._is_typing_judged():
            self.env["sales.process.ownership"]._check_typed_details(changed)

    def _check_hidden_from_owner(self, vals):
        """Refuse what would take the contact away from the owner of the customer.

        In another company the owner could not read it any more, and with another
        salesperson on it the owner's own quotations would be that person's.

        :param dict vals: what somebody writes
        """
        if self.env.su or not (vals.get("company_id") or vals.get("user_id")):
            return
        user = self.env.user
        if is_merging_contacts(self.env) or user._is_superuser():
            return
        # sudo: any company that somebody names
        company = self.env["res.company"].sudo().browse(vals.get("company_id") or ())
        for ownership in self._find_owned():
            team = ownership.team_id
            # branches share their customers
            is_readable = not company or (
                company.root_id == ownership.company_id.root_id
            )
            is_owners = vals.get("user_id") in (None, False, ownership.user_id.id)
            if (
                team.process_mode != "enforce"
                or (is_readable and is_owners)
                or team._is_leader(user)
            ):
                continue
            raise ownership._make_contact_refusal(self.env)
