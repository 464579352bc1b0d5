# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools


class ResCompany(models.Model):
    _inherit = "res.company"

    process_customer_scope = fields.Selection(
        [
            ("company", "The company: all its contacts are one customer"),
            ("person", "The person: each contact is a customer"),
        ],
        string="What a Customer Is",
        default="company",
        required=True,
        help="Decides whether contacts of one company share one owner.",
    )
    process_owner_visibility = fields.Selection(
        [
            ("team", "Only to the owner's team"),
            ("company", "To everybody in the company"),
        ],
        string="Owner's Name Is Shown",
        default="team",
        required=True,
        help="Everybody learns that a customer is owned and by which team. This says "
        "who also learns the owner's name.",
    )
    process_lookup_limit = fields.Integer(
        string="Look-Ups per Hour",
        default=60,
        help="How many customers one person may look up in an hour. 0 means no limit.",
    )
    process_shared_value_threshold = fields.Integer(
        string="Conflicts Before a Proposal",
        default=5,
        help="After so many conflicts over one contact detail, the system proposes "
        "that it identifies nobody.",
    )

    _check_process_lookup_limit = models.Constraint(
        "CHECK(process_lookup_limit >= 0)",
        "The number of look-ups per hour cannot be negative.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            # teams without a calendar of their own
            self.env["crm.team"]._plan_for_calendars(self.resource_calendar_id)
        return result

    def cache_invalidation_fields(self):
        return super().cache_invalidation_fields() | {"country_id", "partner_id"}

    @tools.ormcache("self.id")
    def _get_process_country_id(self):
        """The country in which telephone numbers of the company are read.

        Asked for with every customer, and Odoo computes it from the address.

        :return: id of res.country, or False
        """
        # sudo: the country of a company is no secret
        return self.sudo().country_id.id

    @api.model
    @tools.ormcache()
    def _get_process_partner_ids(self):
        """The contacts that are companies of this database.

        :return: frozenset of ids of res.partner
        """
        # sudo: whoever corrects an address may not see all companies
        companies = self.sudo().with_context(active_test=False).search([])
        return frozenset(companies.partner_id.ids)

    @api.model
    def _get_sole_company(self):
        """The only company of the database.

        :return: res.company, empty where there are several
        """
        return self.browse(self._get_sole_company_id())

    @api.model
    @tools.ormcache()
    def _get_sole_company_id(self):
        # sudo: which companies exist is no secret, their number decides
        companies = self.sudo().with_context(active_test=False).search([], limit=2)
        return companies.id if len(companies) == 1 else False
