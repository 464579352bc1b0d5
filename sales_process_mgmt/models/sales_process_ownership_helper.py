# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Helpers: colleagues who work a customer that somebody else owns."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_list


class OwnershipHelpers:
    """Who helps with customers: the only place that lets somebody in.

    :param customers: sales.process.ownership
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def filter(self, users):
        """Those who can help with these customers: salespeople, not the owner."""
        # sudo: roles and companies of colleagues; only filtered
        companies = self.customers.sudo().company_id
        return (users - self.customers.sudo().user_id).filtered(
            lambda user: (
                user.sudo()._is_process_salesperson()
                and companies <= user.sudo().company_ids
            )
        )

    def check(self, users):
        """Refuse people who cannot help with these customers, in one sentence."""
        # sudo: roles and companies of colleagues, named in a refusal
        for user in users.sudo():
            if not user._is_process_salesperson():
                raise UserError(
                    self.env._(
                        "%(user)s is not a salesperson and cannot help.", user=user.name
                    )
                )
        for ownership in self.customers.sudo():
            if ownership.state != "open":
                raise UserError(
                    self.env._("Nobody owns this customer now, so nobody can help.")
                )
            if ownership.user_id in users:
                raise UserError(
                    self.env._(
                        "%(user)s owns this customer and needs no invitation.",
                        user=ownership.user_id.name,
                    )
                )
            company = ownership.company_id
            for user in users.sudo():
                if company and company not in user.company_ids:
                    raise UserError(
                        self.env._(
                            "%(user)s does not work for %(company)s and cannot help.",
                            user=user.name,
                            company=company.name,
                        )
                    )

    def add(self, users):
        """Let people help: they may work the customer, they do not own it."""
        self.check(users)
        for ownership in self.customers:
            added = users - ownership.sudo().collaborator_ids
            if added:
                # sudo: the ledger is written by its own methods only
                ownership.sudo().collaborator_ids |= added
                ownership._log_on_leads(
                    self.env._(
                        "%(users)s may help with this customer.",
                        users=format_list(self.env, added.sudo().mapped("name")),
                    )
                )

    def remove(self, users):
        """People no longer help with the customers."""
        for ownership in self.customers:
            removed = users & ownership.sudo().collaborator_ids
            if removed:
                # sudo: the ledger is written by its own methods only
                ownership.sudo().collaborator_ids -= removed
                ownership._log_on_leads(
                    self.env._(
                        "%(users)s no longer helps with this customer.",
                        users=format_list(self.env, removed.sudo().mapped("name")),
                    )
                )
                ownership.sudo().lead_ids._unfollow(removed)

    def set_deputy(self, deputy):
        """The deputy of an absent owner helps, in one statement."""
        self.check(deputy)
        # sudo: the ledger is written by its own methods only
        self.customers.sudo().write(
            {"collaborator_ids": [fields.Command.link(deputy.id)]}
        )

    def unset_deputy(self, deputy):
        """The owner is back: the deputy helps no more."""
        # sudo: as above
        self.customers.sudo().write(
            {"collaborator_ids": [fields.Command.unlink(deputy.id)]}
        )
        self.customers.sudo().lead_ids._unfollow(deputy)
