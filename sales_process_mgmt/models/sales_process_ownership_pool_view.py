# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

# What may be a phone number or an e-mail address in a text about the customer.
CONTACT_PATTERN = re.compile(r"[^\s@]+@[^\s@]+|\+?\d[\d\s().-]{4,}\d")


class SalesProcessOwnership(models.Model):
    """What somebody sees of a customer in the pool before taking it.

    A list shows names and masked contact details. The facts are read by whoever has
    opened the customer today, which is logged and limited per person and day.
    """

    _inherit = "sales.process.ownership"

    pool_facts = fields.Html(
        string="Facts",
        compute="_compute_pool_facts",
        sanitize=False,
        help="What is known of the customer, without phone and e-mail.",
    )
    pool_views_left = fields.Char(
        string="Still to Open Today", compute="_compute_pool_views_left"
    )

    # ------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_pool_facts(self):
        self.pool_facts = False
        user = self.env.user
        # sudo: the leads are hidden until the customer is taken
        pooled = self.sudo().filtered(lambda row: row.state == "pool")
        if not pooled:
            return
        opened = pooled._get_opened_today(user)
        shown = pooled.filtered(
            lambda row: row in opened or row.team_id._is_leader(user)
        )
        leads = shown._get_open_leads().grouped("ownership_id")
        for row in shown:
            row.sudo(False).pool_facts = row._render_pool_facts(
                leads.get(row, self.env["crm.lead"].sudo())
            )

    def _render_pool_facts(self, leads):
        """The facts of one customer as a list.

        :param leads: crm.lead, its open leads in sudo
        :return: Markup
        """
        self.ensure_one()
        facts = [
            (label, ", ".join(dict.fromkeys(filter(None, values))))
            for label, values in (
                (self.env._("Inquiries"), leads.mapped("name")),
                (self.env._("Product Lines"), leads.tag_ids.mapped("name")),
                (
                    self.env._("Place"),
                    [
                        " ".join(
                            filter(
                                None,
                                (
                                    lead.country_id.name,
                                    lead.state_id.name,
                                    lead.city,
                                ),
                            )
                        )
                        for lead in leads
                    ],
                ),
                (self.env._("Source"), leads.source_id.mapped("name")),
                (
                    self.env._("Why It Was Let Go"),
                    self.chain_ids.filtered(lambda row: row.user_id).mapped("end_note"),
                ),
            )
        ]
        facts.append((self.env._("Follow-Ups"), str(self.followup_count or "")))
        if self.date_last_contact:
            facts.append(
                (
                    self.env._("Last Contact"),
                    format_date(
                        self.env,
                        fields.Datetime.context_timestamp(self, self.date_last_contact),
                    ),
                )
            )
        return Markup("<dl class='row mb-0'>%s</dl>") % Markup().join(
            Markup("<dt class='col-sm-3'>%s</dt><dd class='col-sm-9'>%s</dd>")
            % (label, CONTACT_PATTERN.sub("***", value))
            for label, value in facts
            if value
        )

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    def web_read(self, specification):
        """Opening a customer of the pool is logged and limited per person and day."""
        if "pool_facts" in specification and not self.env.su:
            self._open_from_pool()
        return super().web_read(specification)

    # it writes what was opened: a replica of the database that only reads will not do
    web_read._readonly = False

    def action_open_pool_customer(self):
        """Open one customer of the pool: its facts, not its contact details.

        :return: dict, a window action
        """
        self.ensure_one()
        # sudo: whoever saw it in the pool may not see it with its new owner
        if self.sudo().state != "pool" and not self.has_access("read"):
            raise UserError(
                self.env._(
                    "Somebody has just taken this customer. Look for another one."
                )
            )
        self.check_access("read")
        self._open_from_pool()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "sales_process_mgmt.sales_process_ownership_view_form_pool"
                    ).id,
                    "form",
                )
            ],
        }

    def _get_opened_today(self, user):
        """The customers that ``user`` has opened in the pool today.

        :return: sales.process.ownership, of all pools
        """
        team = self.team_id[:1]
        # sudo: the log counts, whoever reads it
        return (
            self.env["sales.process.lookup"]
            .sudo()
            .search(
                [
                    ("user_id", "=", user.id),
                    ("kind", "=", "pool"),
                    ("date", ">=", team._get_day_start()),
                ]
            )
            .ownership_id
        )

    def _open_from_pool(self):
        """Log that the user opens these customers, or refuse above the limit."""
        user = self.env.user
        # sudo: the rules of the team hold for whoever opens the customer
        pooled = self.sudo().filtered(
            lambda row: row.state == "pool" and not row.team_id._is_leader(user)
        )
        if not pooled:
            return
        if pooled - pooled._get_opened_today(user):
            self._lock_person(user)
        opened = pooled._get_opened_today(user)
        for team, rows in (pooled - opened).grouped("team_id").items():
            if not team._get_taking_team(user):
                raise AccessError(
                    self.env._(
                        "Only members of %(team)s take customers from its pool.",
                        team=team.name,
                    )
                )
            limit = team.pool_view_limit
            if limit and len(opened) + len(rows) > limit:
                raise UserError(
                    self.env._(
                        "You have opened %(count)s customers of the pool today, that "
                        "is the limit of %(team)s. Take one, or go on tomorrow.",
                        count=len(opened),
                        team=team.name,
                    )
                )
            self.env["sales.process.lookup"]._log_pool_views(user, rows)
            opened |= rows

    @api.depends_context("uid")
    def _compute_pool_views_left(self):
        user = self.env.user
        # sudo: the settings of the team hold for everybody
        count = len(self.sudo()._get_opened_today(user)) if self else 0
        for ownership in self:
            team = ownership.sudo().team_id
            limit = team.pool_view_limit
            ownership.pool_views_left = (
                self.env._(
                    "%(count)s of %(limit)s", count=max(limit - count, 0), limit=limit
                )
                if limit and ownership.state == "pool" and not team._is_leader(user)
                else False
            )
