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
from ..tools.kept import KeptQuery
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


def _build_cards(_env, lead_ids, period_ids):
    """Of leads and their periods: what a form shows, a row for each lead."""
    return SQL(
        """
        SELECT %s, helper.ids,
               (SELECT COUNT(*) FROM sales_process_invitation
                 WHERE ownership_id = period.id AND state = 'asked'),
               EXISTS (SELECT FROM sales_process_followup
                        WHERE ownership_id = period.id)
               OR EXISTS (SELECT FROM sales_process_followup
                           WHERE lead_id = card.lead_id)
          FROM UNNEST(%s::int[], %s::int[]) WITH ORDINALITY
               AS card (lead_id, period_id, place)
     LEFT JOIN sales_process_ownership period ON period.id = card.period_id,
               LATERAL (SELECT ARRAY(
                   SELECT user_id FROM sales_process_ownership_collaborator_rel
                    WHERE ownership_id = period.id
                 ORDER BY user_id)) AS helper (ids)
      ORDER BY card.place
        """,
        SQL(", ").join(
            SQL.identifier("period", name) for name in ("id", *PERIOD_COLUMNS)
        ),
        *(lead_ids, period_ids),
    )


CARDS = KeptQuery("cards", ("int[]", "int[]"), _build_cards)


def get_helped_sql(user_id, comparison, lead, alias, query):
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
        to_sql=partial(get_helped_sql, user_id, "%s = ANY(%s)"),
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
        holds, untold = [], []
        columns = [
            orm.get_cached(self, name) for name in ("team_id", "followup_deadline")
        ]
        for place, (team_id, deadline) in enumerate(zip(*columns, strict=True)):
            is_enforced = modes.get(team_id) == "enforce"
            # a deadline stands on open leads of owned customers alone
            if deadline:
                holds.append("owned" if is_enforced else "observed")
            else:
                holds.append(is_enforced)
                untold.append(place)
        leads = self.browse(self._ids[place] for place in untold)
        for place, lead in zip(untold, leads, strict=True):
            state, is_enforced = lead.process_state, holds[place]
            if state == "open":
                state = "owned" if is_enforced else "observed"
            elif state == "ended" or not is_enforced:
                state = False
            holds[place] = state
        for hold in set(holds):
            of_this = zip(self._ids, holds, strict=True)
            leads = self.browse(id_ for id_, other in of_this if other == hold)
            leads.process_hold = hold

    @api.depends("followup_deadline", "team_id.process_followup_reminder_first_days")
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

    @api.depends("ownership_id.state", "followup_deadline", "process_is_pooled")
    def _compute_process_state(self):
        """The state of the period, which the lead itself mostly tells.

        A deadline stands on open leads of owned customers alone.
        """
        told = {True: self.browse(), False: self.browse()}
        told |= self.grouped(lambda lead: bool(lead.followup_deadline))
        told[True].process_state = "open"
        others = told[False]
        # a single lead shows more of its period
        others._fetch_periods(["state"] if len(others) > 1 else PERIOD_COLUMNS)
        for lead in others:
            # sudo: whoever reads the lead reads the state of its period
            lead.process_state = lead.sudo().ownership_id.state

    @api.depends_context("uid")
    @api.depends(
        *(f"ownership_id.{name}" for name in PERIOD_FACTS.values()),
        "process_followup_ids",
        # the read rule asks for it: so it is read with the lead, not by another query
        "process_is_pooled",
        "ownership_id.collaborator_ids",
        "ownership_id.followup_ids",
        "ownership_id.state",
        "ownership_id.team_id.user_id",
        "team_id.process_mode",
        "user_id",
    )
    def _compute_process_card(self):
        """What the form of a lead decides by: one query, and few fields."""
        rows = self._fetch_cards()
        workable = self._filter_workable()
        for lead, (asking, is_contacted) in zip(self, rows, strict=True):
            # sudo: whoever reads the lead reads this of its period
            marks = lead._get_process_marks(lead.sudo().ownership_id)
            if lead in workable:
                marks.append("work")
            if is_contacted:
                marks.append("contacted")
            asking = asking if "invite" in marks else 0
            orm.fill_cache(lead, "process_open_invitation_count", [asking])
            orm.fill_cache(lead, "process_marks", [" ".join(marks)])

    # Each name of a dependency costs Odoo five calls, for each field and opening: what
    # the marks depend on is theirs alone.
    @api.depends_context("uid")
    @api.depends("process_marks")
    def _compute_process_facts(self):
        """What the form shows of the period; read together with the marks."""
        self.mapped("process_marks")
        for lead in self:
            # sudo: whoever reads the lead reads this of its period
            period = lead.sudo().ownership_id
            for name, source in PERIOD_FACTS.items():
                orm.fill_cache(lead, name, orm.get_cached(period, source) or [None])
            users = period.collaborator_ids
            if len(users) > 1:
                users = users.sorted(lambda user: (user.name or "", user.login))
            orm.fill_cache(lead, "process_collaborator_ids", [users._ids])

    def _get_process_marks(self, period):
        """What the form decides by: one value, instead of a field for each.

        :param period: sales.process.ownership in sudo, that of this lead
        :return: list of words, none of which is a part of another one
        """
        modes = self.env["crm.team"]._get_process_modes()
        # sudo: the mode of a team is no secret
        team = self.sudo().team_id
        mode = modes.get(team._origin.id, "off" if team else "none")
        marks = [mode]
        if mode in ("observe", "enforce"):
            marks.append("active")
        if not period:
            return marks
        state = period.state
        marks.append(state)
        if mode != "off":
            marks.append("banner")
        if period.is_frozen:
            marks.append("frozen")
        if mode == "enforce" and state in ("open", "pool"):
            marks.append("held")
        if state in ("open", "pool"):
            user = self.env.user
            leads = period.team_id._is_leader(user)
            if leads:
                marks.append("transfer")
            if state == "open" and (leads or period.user_id == user):
                marks.append("invite")
        return marks

    def _fetch_cards(self):
        """Read what a form shows of the periods, who helps, and whether there are
        contacts: one query instead of three, and a few columns instead of all.

        :return: for each lead: how many ask to help, whether there are contacts
        """
        # sudo: whoever reads the lead reads this of its period; those who ask are only
        # counted where the user decides, contacts only asked for
        periods = self.sudo().ownership_id
        periods.flush_model([*PERIOD_COLUMNS, "collaborator_ids"])
        self.env["sales.process.invitation"].flush_model(["ownership_id", "state"])
        self.env["sales.process.followup"].flush_model(["ownership_id", "lead_id"])
        lead_ids = [lead._origin.id or None for lead in self]
        period_ids = [lead.sudo().ownership_id._origin.id or None for lead in self]
        rows = self.env.execute_query(CARDS.get_query(self.env, lead_ids, period_ids))
        found = {row[0]: row for row in rows if row[0]}
        known = periods.browse(found)
        columns = [row[1 : 1 + len(PERIOD_COLUMNS)] for row in found.values()]
        if found:
            orm.fill_rows(known, PERIOD_COLUMNS, columns)
            helpers = [tuple(row[-3]) for row in found.values()]
            orm.fill_cache(known, "collaborator_ids", helpers)
        return [row[-2:] for row in rows]

    def _fetch_periods(self, names=PERIOD_COLUMNS):
        """Read what a form shows of the period, and not five times as many columns.

        :param names: of stored fields of the period
        """
        # sudo: see the fields
        self.sudo().ownership_id.fetch(names)

    @api.depends_context("uid")
    @api.depends("process_marks")
    def _compute_process_rights(self):
        for lead in self:
            marks = lead.process_marks
            lead.process_can_work_customer = "work" in marks
            lead.process_can_transfer_customer = "transfer" in marks
            lead.process_can_invite_helper = "invite" in marks

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
            to_sql=partial(get_helped_sql, self.env.uid, "(%s = ANY(%s)) IS NOT TRUE"),
            predicate=lambda lead: not lead.process_is_helped,
        )
        return Domain.OR(is_helped if wanted else is_other for wanted in value)

    @api.depends_context("uid")
    @api.depends("process_followup_ids", "ownership_id.followup_ids")
    def _compute_customer_followups(self):
        """The contacts with the customer, and their number: one list for both."""
        leads_by_key = defaultdict(list)
        for lead in self:
            # sudo: only the ids; contacts have their own rules
            leads_by_key[lead.sudo().ownership_id].append(lead)
            leads_by_key[lead._origin.sudo()].append(lead)
        Followup = self.env["sales.process.followup"]
        # the search with the rules of contacts takes PostgreSQL five times as long to
        # plan as the question whether there are any
        if not any("contacted" in lead.process_marks for lead in self):
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
