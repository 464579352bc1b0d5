# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    process_customer_scope = fields.Selection(
        related="company_id.process_customer_scope", readonly=False
    )
    process_owner_visibility = fields.Selection(
        related="company_id.process_owner_visibility", readonly=False
    )
    process_lookup_limit = fields.Integer(
        related="company_id.process_lookup_limit", readonly=False
    )
    process_shared_value_threshold = fields.Integer(
        related="company_id.process_shared_value_threshold", readonly=False
    )
    process_map_provider = fields.Selection(
        related="company_id.process_map_provider", readonly=False, required=True
    )
    process_map_url = fields.Char(related="company_id.process_map_url", readonly=False)
    process_share_branches = fields.Boolean(
        related="company_id.root_id.process_share_branches", readonly=False
    )
    process_has_branches = fields.Boolean(compute="_compute_process_has_branches")
    process_health = fields.Text(
        string="Health Check",
        compute="_compute_process_health",
        help="What would break the promise of one owner per customer, and what to do.",
    )
    process_backfill_id = fields.Many2one(
        "sales.process.backfill",
        compute="_compute_process_backfill_id",
        help="The takeover of existing leads that is under way, else the last one.",
    )
    process_backfill_state = fields.Selection(related="process_backfill_id.state")
    process_backfill_progress = fields.Float(related="process_backfill_id.progress")
    process_backfill_count = fields.Integer(related="process_backfill_id.lead_count")
    process_backfill_total = fields.Integer(related="process_backfill_id.lead_total")

    @api.depends("company_id")
    def _compute_process_has_branches(self):
        for settings in self:
            root = settings.company_id.root_id
            settings.process_has_branches = bool(root.child_ids)

    @api.depends("company_id")
    def _compute_process_health(self):
        problems = self.env["sales.process.ownership.key"]._get_health_problems()
        self.process_health = "\n".join(problems)

    @api.depends("company_id")
    def _compute_process_backfill_id(self):
        Backfill = self.env["sales.process.backfill"]
        running = Backfill.search([("state", "!=", "done")], order="id", limit=1)
        self.process_backfill_id = running or Backfill.search([], limit=1)

    def action_add_register_properties(self):
        """Offer background and logistics needs on every contact.

        :return: dict, an action
        :raise AccessError: for whoever is no sales administrator
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._(
                    "What the customer register asks is set by a sales administrator: "
                    "ask one."
                )
            )
        self.env["res.partner"]._add_register_properties()
        return self.env["res.partner"].action_open_register()
