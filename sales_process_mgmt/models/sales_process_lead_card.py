# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a lead shows of its customer, and what opens from there."""

from collections import defaultdict
from functools import partial
from operator import attrgetter

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import orm
from .crm_lead_doors import LeadDoors
from .sales_process_guard import on_records

# What the form shows of the period: field of the lead and of the period.
PERIOD_FACTS = {
    "process_owner_id": "user_id",
    "process_phase": "phase",
    "process_date_start": "date_start",
    "process_date_end": "date_end",
    "process_is_frozen": "is_frozen",
}
# And what decides what somebody may do there.
PERIOD_COLUMNS = (*PERIOD_FACTS.values(), "state", "team_id")


def _get_helped_sql(user_id, comparison, lead, alias, query):
    """Compare the customer of a lead with those that a person helps with.

    The list is a value of its own to PostgreSQL: it is made once, and the index of the
    customers of leads finds it.

    :param int user_id: of the person
    :param str comparison: SQL with places for the customer and the list
    :return: SQL; see ``Domain.custom`` for the other arguments
    """
    return SQL(
        comparison,
        # sudo: record rules ask, on behalf of everybody
        orm.get_sql(lead.sudo(), alias, "ownership_id", query),
        SQL(
            "ARRAY(SELECT ownership_id FROM sales_process_ownership_collaborator_rel"
            " WHERE user_id = %s)",
            user_id,
        ),
    )


def make_helped_domain(user_id):
    """The condition that a person helps with the customer of a lead.

    Ready made: neither the user nor the time is asked for when it is used.

    :return: Domain
    """
    return Domain.custom(
        to_sql=partial(_get_helped_sql, user_id, "%s = ANY(%s)"),
        predicate=attrgetter("process_is_helped"),
    )


class SalesProcessLeadCard(models.AbstractModel):
    """The period of the customer as a lead shows it to whoever reads; leads inherit it.

    What is asked for whenever a lead is made or written stays with the lead.
    """

    _name = "sales.process.lead.card"
    _description = "Card of a Lead"

    @api.depends("process_mode", "process_state")
    def _compute_process_hold(self):
        """One value that lists and cards read instead of mode and state."""
        modes = self.env["crm.team"]._get_process_modes()
        held = dict.fromkeys(("owned", "observed", "pool", False), self.browse())
        for team, leads in self.grouped("team_id").items():
            is_enforced = modes.get(team._origin.id) == "enforce"
            # a deadline stands on open leads of owned customers alone
            timed = leads.filtered("followup_deadline")
            held["owned" if is_enforced else "observed"] += timed
            for lead in leads - timed:
                state = lead.process_state
                if state == "open":
                    state = "owned" if is_enforced else "observed"
                elif state == "ended" or not is_enforced:
                    state = False
                held[state] += lead
        for hold, leads in held.items():
            leads.process_hold = hold

    @api.depends("followup_deadline", "team_id.followup_reminder_first_days")
    def _compute_followup_state(self):
        for lead in self:
            lead.followup_state = lead.team_id._get_followup_state(
                lead.followup_deadline
            )

    def _search_followup_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.team"]._get_followup_state_domain(
            "followup_deadline", value
        )

    @api.depends("ownership_id.state", "followup_deadline", "is_pooled")
    def _compute_process_state(self):
        """The state of the period, which the lead itself mostly tells.

        A deadline stands on open leads of owned customers alone. The read rule asks
        whether the lead is pooled: that is read with the lead, not by another query.
        """
        told = {True: self.browse(), False: self.browse()}
        told |= self.grouped(lambda lead: bool(lead.followup_deadline))
        told[True].process_state = "open"
        others = told[False]
        # a single lead shows more of its period
        others._fetch_periods(["state"] if len(others) > 1 else PERIOD_COLUMNS)
        for lead in others:
            lead.process_state = lead.sudo().ownership_id.state

    @api.depends(*(f"ownership_id.{name}" for name in PERIOD_FACTS.values()))
    def _compute_process_facts(self):
        self._fetch_periods()
        for lead in self:
            # sudo: see the fields
            period = lead.sudo().ownership_id
            for name, source in PERIOD_FACTS.items():
                lead[name] = period[source]

    def _fetch_periods(self, names=PERIOD_COLUMNS):
        """Read what a form shows of the period, and not five times as many columns.

        :param names: of stored fields of the period
        """
        # sudo: see the fields
        self.sudo().ownership_id.fetch(names)

    @api.depends_context("uid")
    @api.depends("ownership_id.user_id", "ownership_id.collaborator_ids", "user_id")
    def _compute_process_can_work_customer(self):
        self._fetch_periods()
        for lead in self:
            lead.process_can_work_customer = lead._filter_workable() == lead

    @api.depends_context("uid")
    @api.depends("ownership_id.state", "ownership_id.team_id.user_id")
    def _compute_process_can_transfer_customer(self):
        for lead in self:
            # sudo: a stranger may be unable to read the ownership
            ownership = lead.sudo().ownership_id
            lead.process_can_transfer_customer = ownership.state in (
                "open",
                "pool",
            ) and ownership.team_id._is_leader(self.env.user)

    @api.depends_context("uid")
    @api.depends("ownership_id.user_id", "ownership_id.state")
    def _compute_process_can_invite_helper(self):
        user = self.env.user
        for lead in self:
            # sudo: a stranger may be unable to read the ownership
            ownership = lead.sudo().ownership_id
            lead.process_can_invite_helper = ownership.state == "open" and (
                ownership.user_id == user or ownership.team_id._is_leader(user)
            )

    @api.depends_context("uid")
    @api.depends("process_can_invite_helper", "ownership_id.collaborator_ids")
    def _compute_helpers(self):
        """Who helps, and how many ask to: a form shows both, and asks once."""
        self.env["sales.process.invitation"].flush_model(["ownership_id", "state"])
        # sudo: whoever reads the lead reads who helps; those who ask are only counted
        # where the user decides
        period_ids = self.sudo().ownership_id.ids
        found = {}
        if period_ids:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT period.id,
                           ARRAY(SELECT user_id
                                   FROM sales_process_ownership_collaborator_rel
                                  WHERE ownership_id = period.id),
                           (SELECT COUNT(*)
                              FROM sales_process_invitation
                             WHERE ownership_id = period.id AND state = 'asked')
                      FROM UNNEST(%s) AS period (id)
                    """,
                    period_ids,
                )
            )
            found = {row[0]: row[1:] for row in rows}
        Users = self.env["res.users"]
        for lead in self:
            helpers, asking = found.get(lead.sudo().ownership_id.id, ((), 0))
            users = Users.browse(helpers)
            if len(users) > 1:
                # sudo: whoever reads the lead reads who helps
                users = users.sudo().sorted(lambda user: (user.name or "", user.login))
            lead.process_collaborator_ids = users.sudo(self.env.su)
            lead.process_open_invitation_count = (
                asking if lead.process_can_invite_helper else 0
            )

    @api.depends_context("uid")
    @api.depends("ownership_id")
    def _compute_process_is_helped(self):
        owned = self.filtered("ownership_id")
        # a lead that has just been made is nobody's yet: nothing to ask
        (self - owned).process_is_helped = False
        if not owned:
            return
        # sudo: record rules ask, on behalf of everybody
        helped = set(self.env.user.sudo().process_helped_ownership_ids._ids)
        for lead in owned:
            lead.process_is_helped = lead.ownership_id.id in helped

    def _search_process_is_helped(self, operator, value):
        """Look the helped customers up inside the query, once for all leads."""
        if operator != "in":
            return NotImplemented
        is_helped = make_helped_domain(self.env.uid)
        is_other = Domain.custom(
            to_sql=partial(_get_helped_sql, self.env.uid, "(%s = ANY(%s)) IS NOT TRUE"),
            predicate=lambda lead: not lead.process_is_helped,
        )
        return Domain.OR(is_helped if wanted else is_other for wanted in value)

    @api.depends_context("uid")
    @api.depends("followup_ids", "ownership_id.followup_ids")
    def _compute_customer_followups(self):
        """The contacts with the customer, and their number: one list for both."""
        leads_by_key = defaultdict(list)
        for lead in self:
            # sudo: only the ids; contacts have their own rules
            leads_by_key[lead.sudo().ownership_id].append(lead)
            leads_by_key[lead._origin.sudo()].append(lead)
        Followup = self.env["sales.process.followup"]
        if not self._has_contacts():
            self.process_customer_followup_ids = Followup
            self.process_followup_count = 0
            return
        rows = Followup.search_fetch(
            [
                "|",
                ("ownership_id", "in", self.sudo().ownership_id.ids),
                "&",
                ("ownership_id", "=", False),
                ("lead_id", "in", self.ids),
            ],
            ["ownership_id", "lead_id"],
        )
        found = defaultdict(list)
        for row in rows.sudo():
            for lead in leads_by_key[row.ownership_id or row.lead_id]:
                found[lead].append(row.id)
        for lead in self:
            lead.process_customer_followup_ids = Followup.browse(found[lead])
            lead.process_followup_count = len(found[lead])

    def _has_contacts(self):
        """Whether there is anything to look for: the search with the rules of contacts
        takes PostgreSQL five times as long to plan.

        :return: bool, whoever may read them
        """
        if any(lead.date_last_contact for lead in self):
            return True
        Followup = self.env["sales.process.followup"]
        Followup.flush_model(["ownership_id", "lead_id"])
        asked = SQL(
            "SELECT EXISTS (SELECT FROM sales_process_followup"
            " WHERE ownership_id = ANY(%s))"
            " OR EXISTS (SELECT FROM sales_process_followup WHERE lead_id = ANY(%s))",
            # sudo: only whether there are any
            self.sudo().ownership_id.ids,
            self.ids,
        )
        return self.env.execute_query(asked)[0][0]

    @on_records
    def action_log_followup(self):
        """Open the small form that records a contact.

        :return: dict, a window action
        """
        self.ensure_one()
        self._check_may_follow_up()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action_quick"
        )
        action["context"] = {"default_lead_id": self.id}
        return action

    @on_records
    def action_view_followups(self):
        """Open the contacts with the customer of this lead, of all its leads.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action"
        )
        # sudo: the ids of the history are no secret, its rows have their own rules
        periods = self.sudo().ownership_id.chain_ids
        action["domain"] = [
            "|",
            ("lead_id", "=", self.id),
            ("ownership_id", "in", periods.ids),
        ]
        action["context"] = {"default_lead_id": self.id}
        return action

    @on_records
    def action_view_ownership(self):
        """Open the ownership of the customer, with its whole history.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of the Customer"),
            "res_model": "sales.process.ownership",
            "res_id": self.ownership_id.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }

    @on_records
    def action_transfer_customer(self):
        """Open the wizard that gives the customers of these leads to somebody else.

        :return: dict, a window action
        """
        self.check_access("read")
        # sudo: the wizard checks that the user leads the team of each customer
        return self.sudo().ownership_id.sudo(False).action_open_transfer()

    @on_records
    def action_invite_helper(self):
        """Open the dialog that invites a colleague to help.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the ownership checks who may invite
        return self.sudo().ownership_id.sudo(False).action_invite()

    @on_records
    def action_answer_invitations(self):
        """Open the questions of colleagues who ask to help.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_invitation_action"
        )
        # sudo: the rules of invitations say which of them are shown
        ownership = self.sudo().ownership_id
        action["domain"] = [("ownership_id", "=", ownership.id)]
        return action

    @on_records
    def action_confirm_lost(self):
        """The customer is lost, as the helper said: the owner or the leader confirms.

        :return: bool
        """
        LeadDoors(self).check_answer()
        for reason, leads in self.grouped("process_lost_proposed_reason_id").items():
            leads.action_set_lost(lost_reason_id=reason.id)
        return True

    @on_records
    def action_keep_customer(self):
        """The customer is not lost: the helper's question is answered.

        :return: bool
        """
        doors = LeadDoors(self)
        doors.check_answer()
        doors.forget_lost_proposal()
        return True
