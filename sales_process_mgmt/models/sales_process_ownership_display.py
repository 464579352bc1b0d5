# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SalesProcessOwnership(models.Model):
    """What the views of an ownership show beside its own fields."""

    _inherit = "sales.process.ownership"

    followup_state = fields.Selection(
        [
            ("none", "No Timer"),
            ("on_track", "On Track"),
            ("due_soon", "Due Soon"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_followup_state",
        search="_search_followup_state",
        help="Due soon: the team's first warning has been reached.",
    )
    next_step = fields.Char(
        compute="_compute_next_step",
        help="What is planned with the customer: the next activity on its open leads, "
        "else the next step written in the last follow-up.",
    )
    date_next_step = fields.Date(
        string="Planned For",
        compute="_compute_next_step",
        help="When the next step is planned.",
    )
    open_lead_count = fields.Integer(
        string="Open Leads",
        compute="_compute_lead_facts",
        help="Leads that are neither won nor lost. They go where the customer goes.",
    )
    closed_lead_count = fields.Integer(
        string="Closed Leads",
        compute="_compute_lead_facts",
        help="Won and lost leads. They stay with the salesperson who closed them.",
    )
    expected_revenue = fields.Monetary(
        compute="_compute_lead_facts",
        currency_field="currency_id",
        help="Expected revenue of the open leads.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    days_held = fields.Integer(
        compute="_compute_days_held",
        help="Full days from the start of the period to its end, or until now.",
    )

    @api.depends("state", "date_deadline", "team_id.followup_reminder_first_days")
    def _compute_followup_state(self):
        for ownership in self:
            ownership.followup_state = ownership.team_id._get_followup_state(
                ownership.state == "open" and ownership.date_deadline
            )

    def _search_followup_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.team"]._get_followup_state_domain("date_deadline", value)

    @api.depends("followup_ids.next_step", "followup_ids.date")
    def _compute_next_step(self):
        """Read the plans of all leads of all ownerships in one query each."""
        planned = self._get_next_activities()
        written = self._get_next_written_steps()
        for ownership in self:
            step, date = planned.get(ownership.id) or written.get(
                ownership.id, (False, False)
            )
            ownership.next_step = step
            ownership.date_next_step = date

    def _get_next_activities(self):
        """The earliest planned activity on the open leads of each customer.

        :return: ``{ownership id: (summary, date)}``
        """
        leads = self._get_open_leads()
        ownership_by_lead = {lead.id: lead.ownership_id.id for lead in leads}
        # sudo: a helper may not see the activities of the owner, only that they exist
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)],
                order="date_deadline, id",
            )
        )
        steps = {}
        for activity in activities:
            steps.setdefault(
                ownership_by_lead[activity.res_id],
                (
                    activity.summary or activity.activity_type_id.name,
                    activity.date_deadline,
                ),
            )
        return steps

    def _get_next_written_steps(self):
        """The next step in the last follow-up of each customer.

        :return: ``{ownership id: (text, date or False)}``
        """
        Followup = self.env["sales.process.followup"]
        groups = Followup._read_group(
            [("ownership_id", "in", self.ids), ("next_step", "!=", False)],
            ["ownership_id"],
            ["id:max"],
        )
        followups = Followup.browse(followup_id for _ownership, followup_id in groups)
        return {
            followup.ownership_id.id: (followup.next_step, followup.date_next)
            for followup in followups
        }

    @api.depends("lead_ids.won_status", "lead_ids.expected_revenue")
    def _compute_lead_facts(self):
        groups = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("ownership_id", "in", self.ids)],
                ["ownership_id", "won_status"],
                ["__count", "expected_revenue:sum"],
            )
        )
        facts = {}
        for ownership, status, count, revenue in groups:
            fact = facts.setdefault(ownership.id, [0, 0, 0.0])
            if status == "pending":
                fact[0] += count
                fact[2] += revenue
            else:
                fact[1] += count
        for ownership in self:
            (
                ownership.open_lead_count,
                ownership.closed_lead_count,
                ownership.expected_revenue,
            ) = facts.get(ownership.id, (0, 0, 0.0))

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_currency_id(self):
        for ownership in self:
            # sudo: in which currency a company keeps its books is no secret
            company = ownership.sudo().company_id or self.env.company
            ownership.currency_id = company.currency_id

    @api.depends("date_start", "date_end")
    def _compute_days_held(self):
        now = self.env.cr.now()
        for ownership in self:
            end = ownership.date_end or now
            ownership.days_held = max((end - ownership.date_start).days, 0)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _check_leader(self):
        """Refuse unless the current user leads the team of each of these customers."""
        # sudo: whether somebody leads a team does not depend on reading it
        for team in self.sudo().team_id:
            if not team._is_leader(self.env.user):
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator may do "
                        "this.",
                        team=team.name,
                    )
                )
        if any(not ownership.team_id for ownership in self.sudo()) and not (
            self.env.user.has_group("sales_team.group_sale_manager")
        ):
            raise AccessError(
                self.env._("A customer without team is moved by an administrator.")
            )

    def action_open_transfer(self):
        """Open the wizard that gives these customers to somebody else.

        :return: dict, a window action
        """
        running = self.filtered(lambda row: row.state != "ended")
        if not running:
            raise UserError(
                self.env._("None of these customers is owned or in the pool now.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfer Customers"),
            "res_model": "sales.process.transfer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ownership_ids": running.ids},
        }
