# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is shown of a customer, and what opens from there."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools import identity
from .sales_process_guard import on_records
from .sales_process_ownership_pool import PoolView
from .sales_process_ownership_sentence import (
    DeadlineReasons,
    NextSteps,
)
from .sales_process_ownership_work import CustomerWork


class SalesProcessOwnershipCard(models.AbstractModel):
    """What people see of a period and do from there; ownerships inherit it.

    Who may is asked of ``sales.process.ownership.right``; what changes the ledger is
    not here.
    """

    _name = "sales.process.ownership.card"
    _description = "Card of a Customer"

    @api.depends("previous_id", "root_id")
    def _compute_chain_ids(self):
        # sudo: the root may be a period that the reader does not see
        root_by_id = {row.id: (row.root_id or row).id for row in self.sudo()}
        roots = list(set(root_by_id.values()))
        chains = defaultdict(self.browse)
        for row in self.search(["|", ("root_id", "in", roots), ("id", "in", roots)]):
            chains[row.sudo().root_id.id or row.id] |= row
        for ownership in self:
            ownership.chain_ids = chains[root_by_id.get(ownership.id)]

    @api.depends_context("uid")
    @api.depends("user_id", "collaborator_ids", "team_id.user_id")
    def _compute_can_work(self):
        for ownership in self:
            # sudo: the salesperson may be unable to read the team of a stranger
            sudo_ownership = ownership.sudo()
            ownership.can_work = sudo_ownership._can_work(self.env.user)
            ownership.can_lead = sudo_ownership.team_id._is_leader(self.env.user)

    @api.depends("name", "user_id", "state")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        """A record that names an ownership does not tell a stranger its customer.

        Names of related records are read with sudo, so the rights of the person are
        asked here.
        """
        hidden = self.browse()
        if self.env.su and not self.env.user._is_superuser():
            # sudo: both ways: what the person may not read is hidden in sudo, too
            hidden = self - self.sudo(False)._filtered_access("read").sudo()
        for ownership in self:
            if ownership in hidden:
                ownership.display_name = self.env._(
                    "Customer of %(team)s", team=ownership.team_id.name or ""
                )
            else:
                ownership.display_name = ownership.name or self.env._("Customer")

    @api.depends(
        "state", "date_deadline", "team_id.process_followup_reminder_first_days"
    )
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
        steps = NextSteps(self).get()
        for ownership in self:
            ownership.next_step, ownership.date_next_step = steps.get(
                ownership.id, (False, False)
            )

    @api.depends(
        "date_agreed", "date_deadline", "date_last_contact", "deadline_kind", "grade_id"
    )
    @api.depends_context("lang", "tz")
    def _compute_deadline_reason(self):
        """Read rules, grades and product lines of all ownerships in one query each."""
        reasons = DeadlineReasons(self).get()
        for ownership in self:
            ownership.deadline_reason = reasons.get(ownership.id, False)

    @api.depends_context("uid")
    @api.depends("lead_ids.phone", "lead_ids.partner_id", "state")
    def _compute_phone(self):
        """Of owned customers only, and what the reader may read of their leads."""
        phones = self.filtered(lambda row: row.state == "open")._get_phones()
        for ownership in self:
            ownership.phone = phones.get(ownership.id, False)

    @api.depends_context("uid")
    @api.depends("lead_ids.won_status")
    def _compute_lead_activities(self):
        """Read the leads of all customers together; a row of a list is one of them."""
        leads = self._get_current_leads()
        none = self.env["crm.lead"]
        for ownership in self:
            lead = leads.get(ownership.id, none)
            ownership.current_lead_id = lead
            ownership.lead_activity_ids = lead.activity_ids
            ownership.lead_activity_state = lead.activity_state
            ownership.lead_activity_summary = lead.activity_summary
            ownership.lead_activity_type_id = lead.activity_type_id
            ownership.lead_activity_icon = lead.activity_type_icon
            ownership.lead_exception = lead.activity_exception_decoration
            ownership.lead_exception_icon = lead.activity_exception_icon

    @api.depends("lead_ids")
    def _compute_lead_count(self):
        counts = dict(
            self.env["crm.lead"]
            .with_context(active_test=False)
            ._read_group(
                [("ownership_id", "in", self.ids)], ["ownership_id"], ["__count"]
            )
        )
        for ownership in self:
            ownership.lead_count = counts.get(ownership, 0)

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

    @api.depends("followup_ids")
    def _compute_chain_followup_ids(self):
        """Who takes a customer sees its whole history, the record rules permitting."""
        rows = self.env["sales.process.followup"].search(
            [("ownership_id", "in", self.chain_ids.ids)]
        )
        # sudo: a period before may be hidden, its customer is the same
        by_root = rows.grouped(
            lambda row: row.sudo().ownership_id.root_id.id or row.sudo().ownership_id.id
        )
        for ownership in self:
            root = ownership.sudo().root_id.id or ownership._origin.id
            followups = by_root.get(root, rows.browse())
            ownership.chain_followup_ids = followups
            ownership.followup_count = len(followups)

    @api.depends("key_ids.value")
    @api.depends_context("lang")
    def _compute_masked_contact(self):
        masks = {
            "phone": identity.mask_phone,
            "phone_digits": identity.mask_phone,
            "email": identity.mask_email,
        }
        for ownership in self:
            # sudo: only the masked form is shown
            ownership.masked_contact = format_list(
                self.env,
                [
                    masks[key.kind](key.value)
                    for key in ownership.sudo().key_ids
                    if key.kind in masks
                ],
            )

    @api.depends_context("uid")
    def _compute_pool_facts(self):
        self.pool_facts = False
        user = self.env.user
        # sudo: the leads are hidden until the customer is taken
        pooled = self.sudo().filtered(lambda row: row.state == "pool")
        if not pooled:
            return
        view = PoolView(pooled)
        opened = view.get_opened_today()
        shown = pooled.filtered(
            lambda row: row in opened or row.team_id._is_leader(user)
        )
        leads = shown._get_open_leads().grouped("ownership_id")
        for row in shown:
            row.sudo(False).pool_facts = view.render_facts(
                row, leads.get(row, self.env["crm.lead"].sudo())
            )

    @api.depends_context("lang", "uid")
    def _compute_pool_views_left(self):
        user = self.env.user
        # sudo: the settings of the team hold for everybody
        count = len(PoolView(self.sudo()).get_opened_today()) if self else 0
        for ownership in self:
            team = ownership.sudo().team_id
            limit = team.process_pool_view_limit
            ownership.pool_views_left = (
                self.env._(
                    "%(count)s of %(limit)s", count=max(limit - count, 0), limit=limit
                )
                if limit and ownership.state == "pool" and not team._is_leader(user)
                else False
            )

    @on_records
    def action_log_followup(self):
        """Open the small form that records a contact with the customer.

        :return: dict, a window action
        :raise UserError: where the customer has no lead, or is somebody else's
        """
        self.ensure_one()
        self.check_access("read")
        title = self.env._("Log Follow-Up: %(customer)s", customer=self.display_name)
        leads, _refused = CustomerWork(self).get_leads()
        action = leads.action_log_followup()
        return {**action, "name": title, "display_name": title}

    @on_records
    def action_log_followups(self):
        """Open the dialog that records one contact with each of these customers.

        :return: dict, a window action
        :raise UserError: where the user may work none of them
        """
        self.check_access("read")
        if len(self) == 1:
            return self.action_log_followup()
        CustomerWork(self).get_leads()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log Follow-Ups: %(count)s customers", count=len(self)),
            "res_model": "sales.process.followup.batch",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_ownership_ids": self.ids},
        }

    @on_records
    def action_schedule(self):
        """Open the dialog that plans something with these customers.

        Of several those are left out that the user may not work: one sentence says so.

        :return: dict, a window action, or a notification before it
        :raise UserError: where the user may work none of them
        """
        self.check_access("read")
        title = self.env._("Schedule an Activity")
        if len(self) == 1:
            title = self.env._("Schedule: %(customer)s", customer=self.display_name)
        work = CustomerWork(self)
        leads, refused = work.get_leads()
        action = {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "crm.lead", "active_ids": leads.ids},
        }
        if not refused:
            return action
        return self.env["sales.process.notice"]._toast(
            self.env._(
                "Left out: %(customers)s.", customers=work.tell_refused(refused)
            ),
            action,
            kind="warning",
        )

    @on_records
    def action_view_leads(self):
        """Open the leads of the customer.

        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        action["domain"] = [("ownership_id", "in", self.ids)]
        action["context"] = {"active_test": False, "create": False}
        return action

    @on_records
    def action_print_certificate(self):
        """Issue certificates of whose these customers are, and print them.

        :return: dict, a report action
        :raise AccessError: for who does not lead the teams of the customers
        """
        return self.env["sales.process.certificate"]._issue(self).action_print()

    @on_records
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

    @on_records
    def action_open_claim_back(self):
        """Open the dialog that claims a customer back.

        :return: dict, a window action
        """
        self.ensure_one()
        self._check_owner_or_leader()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claim Back"),
            "res_model": "sales.process.claim.back",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ownership_id": self.id},
        }
