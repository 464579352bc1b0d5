# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What identifies a customer, and customers who turn out to be one."""

from odoo import api, models

from ..tools import orm
from ..tools.transaction import scheduled
from .sales_process_ownership_detail import READ_AGAIN, OwnershipDetails
from .sales_process_ownership_ledger import LOCKED_FIELDS
from .sales_process_ownership_merge import OwnershipMerge, PartnerMerge


class SalesProcessOwnershipIdentity(models.AbstractModel):
    """Entries to ``OwnershipMerge``, ``PartnerMerge`` and ``OwnershipDetails``.

    Ownerships inherit them; addons extend what moves with a customer that is joined.
    """

    _name = "sales.process.ownership.identity"
    _description = "Details of a Customer"

    def _absorb(self, others, without=()):
        """Join other running periods of the same customer into this one.

        The others end as ``merged``; their keys, leads and helpers come here. The
        earlier start stays in the ended rows of the ledger.

        :param others: ownerships in the same company
        :param without: crm.lead, about to be deleted
        """
        merge = OwnershipMerge(self)
        merge.absorb(others, without)
        if others:
            self._take_belongings(others, merge.found)

    @api.model
    def _ask_belongings(self, kept, others, roots):
        """What addons keep of customers that are joined, as questions.

        All are asked together, with the lock: a merge takes one statement for them, and
        most customers have nothing of it. What has been written must be flushed here.

        The plan of the statement is kept: what is not given here is always the same.

        :param kept: id of the period that stays, in a list, or SQL of an array
        :param others: those of the periods that are about to end in this one
        :param roots: these, and those of the first periods of these customers
        :return: dict ``{name: SQL that is true or false}``
        """
        return {}

    def _take_belongings(self, others, found):
        """What addons keep of customers that have been joined comes along.

        :param others: periods that were to end in this one, not empty
        :param set found: names of the questions that were answered with yes
        """

    @api.model
    def _get_merged_fields(self):
        """The columns of a period that are read when leads are merged.

        :return: tuple of names
        """
        return (*LOCKED_FIELDS, "end_reason", "lapse_count", "name")

    def _read_merged(self):
        """Read what a merge asks of these periods, closed leads included."""
        periods = self.with_context(active_test=False)
        orm.read_columns(periods, self._get_merged_fields(), "lead_ids")

    def _take_back(self, other):
        """Join what a colleague received into this customer, and tell both.

        :param other: the customer of the colleague, in sudo
        """
        return OwnershipMerge(self).take_back(other)

    def _follow_partner_merge(self, src_partners, dst_partner):
        """Contacts were merged: join the ownerships, or leave them to the leader.

        Ownerships of one person become one. Where two people own the two contacts,
        both keep their customer and their details, the older ownership, but never
        that of who merges, keeps the contact, and the leader decides.

        :param src_partners: the contacts that go, still existing
        :param dst_partner: the contact that stays
        """
        return PartnerMerge(self).follow(src_partners, dst_partner)

    def _add_details(self, details, going=False):
        """Add contact details to customers; refuses nobody, frees nothing.

        What somebody else owns becomes a conflict for the leader.

        :param dict details: ``{ownership: {(company_id, kind, value): label}}``
        :param bool going: the details are about to be overwritten: also what is found
            by the contact only becomes a key
        """
        return OwnershipDetails(self).add(details, going)

    @api.model
    def _go_on_with_past(self, past_ids):
        """What identified an earlier customer identifies these: its clock goes on.

        :param dict past_ids: ``{ownership: ids of periods that have ended}``
        """
        return OwnershipDetails(self).go_on_with_past(past_ids)

    def _record_lost_keys(self, lost):
        """Tell the leader which details stayed with another customer.

        :param lost: list of ``(losing ownership id, keeping ownership id, company id,
            kind, value)``
        """
        return OwnershipDetails(self).record_lost(lost)

    def _tell_contact_changed(self, partners, user):
        """Tell each owner once a day that a stranger changes their customer's contact.

        :param partners: res.partner, the changed contacts
        :param user: res.users, who changed them
        """
        return OwnershipDetails(self).tell_changed(partners, user)

    @api.model
    def _plan_reading_again(self):
        """Read the details of all running customers again, in the background.

        Needed when what a detail means has changed: the country or the scope of a
        company, a new version.
        """
        # sudo: the parameter is the scheduled action's own
        self.env["ir.config_parameter"].sudo().set_param(READ_AGAIN, "0")
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_read_again", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    @api.model
    @scheduled
    def _cron_read_again(self):
        """Add missing keys to running customers, batch after batch.

        Goes on where it stopped; without anything planned it does nothing.
        """
        return OwnershipDetails(self).read_all_again()

    def _read_details_again(self):
        """Add the keys that leads, contacts and labels of these customers give."""
        return OwnershipDetails(self).read_again()
