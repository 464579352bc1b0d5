# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import identity, maps
from ..tools.transaction import forget_kept
from .res_country import format_number

# For the people of the company: neither customers nor visitors read it.
INSIDE = "base.group_user"


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "sales.process.own.detail"]

    _own_detail_fields = frozenset(("partner_id",))

    process_customer_scope = fields.Selection(
        [
            ("company", "The company: all its contacts are one customer"),
            ("person", "The person: each contact is a customer"),
        ],
        string="What a Customer Is",
        default="company",
        required=True,
        groups=INSIDE,
        help="Decides whether contacts of one company share one owner.",
        prefetch="process_settings",
    )
    process_owner_visibility = fields.Selection(
        [
            ("team", "Only to the owner's team"),
            ("company", "To everybody in the company"),
        ],
        string="Owner's Name Is Shown",
        default="team",
        required=True,
        groups=INSIDE,
        help="Everybody learns that a customer is owned and by which team. This says "
        "who also learns the owner's name.",
        prefetch="process_settings",
    )
    process_lookup_limit = fields.Integer(
        string="Look-Ups per Hour",
        default=60,
        groups=INSIDE,
        help="How many customers one person may look up in an hour. 0 means no limit.",
    )
    process_shared_value_threshold = fields.Integer(
        string="Conflicts Before a Proposal",
        default=5,
        groups=INSIDE,
        help="After so many conflicts over one contact detail, the system proposes "
        "that it identifies nobody.",
        prefetch="process_settings",
    )

    process_map_provider = fields.Selection(
        [
            ("osm", "OpenStreetMap"),
            ("amap", "Amap"),
            ("other", "Another address"),
        ],
        string="Map of Visits",
        default="osm",
        required=True,
        groups=INSIDE,
        help="Where the position of a visit is shown. The browser opens it when "
        "somebody asks for it; nothing is sent before.",
        prefetch="process_settings",
    )
    process_map_url = fields.Char(
        string="Address of the Map",
        groups=INSIDE,
        help="With {latitude} and {longitude}, in degrees as devices tell them "
        "(WGS-84).",
        prefetch="process_settings",
    )

    _check_process_lookup_limit = models.Constraint(
        "CHECK(process_lookup_limit >= 0)",
        "The number of look-ups per hour cannot be negative.",
    )

    process_share_branches = fields.Boolean(
        string="Branches Share Customers",
        default=True,
        groups=INSIDE,
        help="A customer of one branch is a customer of all of them, with one owner. "
        "Set on the company above the branches.",
        prefetch="process_settings",
    )

    @api.constrains("process_map_provider", "process_map_url")
    def _check_process_map_url(self):
        for company in self:
            url = company.process_map_url or ""
            if (url or company.process_map_provider == "other") and not (
                maps.is_template(url)
            ):
                raise ValidationError(
                    self.env._(
                        "The address of the map begins with https:// and holds "
                        "{latitude} and {longitude}, and no other braces or blanks."
                    )
                )

    def _get_map_template(self):
        """The address of the map that the company has chosen.

        :return: str, see ``tools/maps.py``
        """
        self.ensure_one()
        return maps.PROVIDERS.get(self.process_map_provider) or self.process_map_url

    def write(self, vals):
        shared = {row: row.process_share_branches for row in self.sudo()}
        result = super().write(vals)
        if "process_share_branches" in vals and any(
            row.process_share_branches != before for row, before in shared.items()
        ):
            # sudo: the keys are written by the methods of the product only
            self.env["sales.process.ownership.key"].sudo()._follow_sharing()
        if not {"process_customer_scope", "process_share_branches"}.isdisjoint(vals):
            # Odoo forgets it now, and not again when others see it
            forget_kept(self.env)
        if "process_customer_scope" in vals:
            self.env["sales.process.ownership"]._plan_reading_again()
        if "resource_calendar_id" in vals:
            # teams without a calendar of their own
            self.env["crm.team"]._plan_for_calendars(self.resource_calendar_id)
        return result

    def cache_invalidation_fields(self):
        names = {
            "country_id",
            "partner_id",
            "process_customer_scope",
            "process_share_branches",
        }
        return super().cache_invalidation_fields() | names

    @tools.ormcache("self.id")
    def _get_process_country_id(self):
        """The country in which telephone numbers of the company are read.

        Asked for with every customer, and Odoo computes it from the address.

        :return: id of res.country, or False
        """
        # sudo: the country of a company is no secret
        return self.sudo().country_id.id

    @api.model
    def _get_process_main_company(self):
        """The company of what names none.

        :return: res.company
        """
        return self.browse(self._get_process_main_company_id())

    @api.model
    @tools.ormcache()
    def _get_process_main_company_id(self):
        """Asked for each lead without company: Odoo's own method costs a query."""
        return self._get_main_company().id

    def _get_phone_countries(self, further=()):
        """How a phone without country code is read, the country that decides first.

        The company's: neither who saves a lead nor an address that is filled in later
        may change what a number is. Further countries are further ways to read it.

        :param further: res.country
        :return: list of ``(ISO code or None, calling code or None)``
        """
        self.ensure_one()
        own = self._get_process_country_id()
        first = (
            self._get_customer_company()._get_process_country_id()
            or own
            or self._get_process_main_company()._get_process_country_id()
        )
        Country = self.env["res.country"]
        ids = dict.fromkeys([first, own, *(further and further._ids)])
        return list(
            dict.fromkeys(
                Country.browse(row_id or ())._get_phone_codes()
                for row_id in ids
                if row_id or row_id == first
            )
        )

    def _read_contact_details(self, phones, emails, countries=()):
        """Read phones and e-mails as the keys keep them.

        :param phones: set of texts, may contain False
        :param emails: set of texts, may contain False
        :param countries: res.country, further ones in which the phones are read
        :return: list of ``(kind, value, label)``
        """
        first, *others = self._get_phone_countries(countries)
        rows = []
        for phone in phones - {False, None}:
            rows += [
                (kind, value, phone)
                for kind, value in identity.phone_keys(
                    phone, format_number, *first, others=others
                )
            ]
        for email in emails - {False, None}:
            rows += [
                (kind, value, value)
                for kind, value in identity.email_keys(email)
                if not identity.is_no_sender(value)
            ]
        return rows

    def _label_keys(self, rows):
        """Name keys with the company in which they are exclusive.

        :param rows: list of ``(kind, value, label)``
        :return: ``{(company_id, kind, value): label}``
        """
        company_id = self._get_customer_company_id()
        return {(company_id, kind, value): label for kind, value, label in rows}

    @api.model
    @tools.ormcache()
    def _get_process_partner_ids(self):
        """The contacts that are companies of this database.

        :return: frozenset of ids of res.partner
        """
        # sudo: whoever corrects an address may not see all companies
        companies = self.sudo().with_context(active_test=False)
        companies = companies.search(Domain.TRUE)
        return frozenset(companies.partner_id.ids)

    def _get_customer_company(self):
        """The company whose branches share the customers of this one.

        :return: res.company, the same where nothing is shared
        """
        return self.browse(self._get_customer_company_id())

    @tools.ormcache("self.id")
    def _get_customer_scope(self):
        """What a customer is, as the company says whose customers are shared.

        Asked for with every customer that has a contact.

        :return: a value of ``process_customer_scope``
        """
        # sudo: the company may be one that the person does not see
        return self._get_customer_company().sudo().process_customer_scope

    @tools.ormcache("self.id")
    def _get_customer_company_id(self):
        # sudo: how the company is divided is no secret
        root = self.sudo().root_id
        return root.id if root.process_share_branches else self.id
