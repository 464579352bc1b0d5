# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.sql import column_exists, create_column

# By these a client asks for the e-mail address beside the name.
DETAILS_IN_NAMES = ("formatted_display_name", "show_address", "show_email")


class ResPartner(models.Model):
    """Whose customer a contact is, as far as the reader may know."""

    _inherit = "res.partner"

    current_owner_id = fields.Many2one(
        "res.users",
        string="Customer Owner",
        compute="_compute_current_owner_id",
        help="The salesperson responsible for this customer now.",
    )
    process_pool_team_id = fields.Many2one(
        "crm.team",
        string="In the Pool Of",
        compute="_compute_process_pool_team_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer lies in the pool of this team: until it is taken, other "
        "salespeople do not read the contact.",
    )

    def _auto_init(self):
        """No contact lies in a pool before there is one: spare reading them all."""
        if not column_exists(self.env.cr, "res_partner", "process_pool_team_id"):
            create_column(self.env.cr, "res_partner", "process_pool_team_id", "int4")
        return super()._auto_init()

    @api.depends("ownership_ids.state", "ownership_ids.user_id")
    @api.depends_context("uid")
    def _compute_current_owner_id(self):
        # No related field: that would read past the rules on ownerships.
        for partner in self:
            partner.current_owner_id = partner.current_ownership_id.user_id

    # ------------------------------------------------------------
    # THE POOL HIDES
    # ------------------------------------------------------------

    @api.depends(
        "commercial_partner_id.ownership_ids.state",
        "commercial_partner_id.ownership_ids.team_id",
        "ownership_ids.state",
        "ownership_ids.team_id",
        "partner_share",
    )
    def _compute_process_pool_team_id(self):
        """The pool in which a contact lies, with the company it belongs to.

        Kept with the contact, so that reading contacts costs nothing. Colleagues lie
        in no pool: everybody has to read them.
        """
        self.process_pool_team_id = False
        customers = self.filtered("partner_share")
        if not customers or not self.env["crm.team"]._get_active_process_ids():
            return
        # sudo: the pool is hidden from most people
        Ownership = self.env["sales.process.ownership"].sudo()
        pooled = Ownership.search(
            [
                (
                    "partner_id",
                    "in",
                    (customers | customers.commercial_partner_id).ids,
                ),
                ("state", "=", "pool"),
            ],
            order="id",
        ).grouped("partner_id")
        for partner in customers:
            rows = pooled.get(partner.sudo(), Ownership)
            company = pooled.get(partner.sudo().commercial_partner_id, Ownership)
            rows |= company.filtered(
                lambda row: row.company_id.process_customer_scope != "person"
            )
            partner.process_pool_team_id = rows.team_id[:1]

    @api.model_create_multi
    def create(self, vals_list):
        self._check_pool_field({name for vals in vals_list for name in vals})
        Partner = self
        if "default_process_pool_team_id" in self.env.context:
            Partner = self.with_context(default_process_pool_team_id=False)
        return super(ResPartner, Partner).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._check_pool_field(vals)
        return super().write(vals)

    def _check_pool_field(self, names):
        if "process_pool_team_id" in names and not self.env.su:
            raise AccessError(
                self.env._(
                    "Whether a customer lies in the pool is said by the ledger. Take "
                    "it from the pool, or give it up."
                )
            )

    def _filter_pool_hidden(self):
        """The contacts of which the pool tells the current user nothing but the name.

        The same as the record rule on contacts, for what Odoo reads with sudo.

        :return: res.partner
        """
        user = self.env.user
        if user._is_superuser() or not (
            user.has_group("sales_team.group_sale_salesman")
            and not user.has_group("sales_team.group_sale_manager")
        ):
            return self.browse()
        teams = user.sudo().pool_hidden_team_ids
        # sudo: whether they lie in a pool
        pooled = self.sudo().filtered(lambda row: row.process_pool_team_id in teams)
        if not pooled:
            return self.browse()
        customers = pooled | pooled.commercial_partner_id
        known = customers.ownership_ids.filtered(lambda row: row.user_id == user)
        known = known.partner_id
        return self.browse(
            row.id
            for row in pooled
            if row not in known and row.commercial_partner_id not in known
        )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """The name of a record that one may not read is read with sudo, by a link."""
        hidden = self.browse()
        if any(self.env.context.get(name) for name in DETAILS_IN_NAMES):
            hidden = self._filter_pool_hidden()
        result = super(ResPartner, self - hidden)._compute_display_name()
        plain = hidden.with_context(**dict.fromkeys(DETAILS_IN_NAMES, False))
        for partner, named in zip(hidden, plain, strict=True):
            partner.display_name = named.display_name
        return result

    def _get_pool_refusal(self):
        """Say that the pool hides these contacts, where that is why they are not read.

        :return: str, empty where it is not the pool
        """
        # sudo: whether they lie in a pool is what the user is told
        team = self.filtered("id").sudo().exists().process_pool_team_id[:1]
        if not team or team not in self.env.user.sudo().pool_hidden_team_ids:
            return ""
        return self.env._(
            "This customer is in the pool of %(team)s: its contact is read by whoever "
            "takes it.",
            team=team.name,
        )
