# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may do what to a lead: what passes, is refused, proposed, or asked."""

from datetime import timedelta
from functools import partial

from markupsafe import Markup

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_list

from ..tools import labels
from ..tools.spoken import get_spoken
from ..tools.transaction import get_door, is_reckoning, skips_sync, writing_ledger

MANAGER = "sales_team.group_sale_manager"
# When a lead was won or lost.
CLOSED = "date_closed"
# Contact details that a helper adds, and does not replace.
DETAIL_FIELDS = ("email_from", "partner_id", "phone", "process_wechat_id")
# What a portal user or a visitor sends for an owned customer, and does not change.
PROPOSED_FIELDS = {*DETAIL_FIELDS, "active", "partner_name"}
# What the ledger says about a lead; only the ledger's own methods write it.
LEDGER_FIELDS = {
    "date_last_contact",
    "followup_deadline",
    "process_is_pooled",
    "process_lost_proposed_by_id",
    "process_lost_proposed_reason_id",
    "ownership_id",
    "process_ownership_pending",
}


class LeadDoors:
    """What the person behind an act may do to leads.

    1. What the ledger says is written by the ledger alone.
    2. Visitors, and applications on behalf of strangers, propose changes of an owned
       customer: they become a to-do of who is responsible.
    3. Helpers add, and do not replace, close or delete: lost is a question.
    4. A tag that changes the follow-up period is set by the leader.

    What a person may do is decided by who the person is, never by sudo.

    :param leads: crm.lead, in the environment of the act
    """

    def __init__(self, leads):
        self.leads = leads
        self.env = leads.env
        self.user = leads.env.user

    # -- the ledger's own --------------------------------------------------

    def check_ledger_fields(self, names):
        """Nobody moves a lead to another customer, or out of the ledger, by hand.

        :param names: of the fields that somebody writes
        :raise AccessError: one sentence that names the fields
        """
        forbidden = LEDGER_FIELDS.intersection(names)
        if not forbidden or skips_sync(self.env) or self.user._is_superuser():
            return
        raise AccessError(
            self.env._(
                "%(fields)s: the ledger says this. Transfer the customer, or take "
                "it from the pool instead.",
                fields=format_list(
                    self.env,
                    [labels.get_label(self.leads, name) for name in sorted(forbidden)],
                ),
            )
        )

    def check_closed(self):
        """When a lead was won or lost is when its stage has changed: numbers go by it.

        Odoo says so. Whoever brings leads of another register along, as an
        administrator, knows the day.

        :raise AccessError: one sentence
        """
        if (
            self.env.su
            or is_reckoning(self.env)
            or self.user.has_group(MANAGER)
            or not self.env["crm.team"]._get_active_process_ids()
        ):
            return
        raise AccessError(self.leads._get_refusal({CLOSED}))

    # -- the first contact of another register -----------------------------

    def filter_first_contact(self, vals):
        """The leads whose day of first contact is changed by a write.

        A file that is imported once more says what is there already.

        :param dict vals: the values that are written
        :return: crm.lead
        """
        return self.leads.filtered(
            lambda lead: lead._is_changed(
                "process_date_first_contact", vals["process_date_first_contact"]
            )
        )

    def check_first_contact(self):
        """The true day of the first contact comes by an import of who leads the team.

        And before the customer has an owner: what has begun keeps its beginning. It is
        asked of what is stored, so that a default is no way around it.

        :raise AccessError: for everybody else, and by hand
        :raise ValidationError: for a day that has not come yet
        """
        if skips_sync(self.env) or self.user._is_superuser():
            return
        # sudo: whether somebody leads a team does not depend on reading it
        leads = self.leads.sudo()
        teams = leads.team_id
        is_leader = self.user.has_group(MANAGER) or (
            len(leads) == len(leads.filtered("team_id"))
            and all(team._is_leader(self.user) for team in teams)
        )
        if get_door(self.env) != "import" or not is_leader:
            raise AccessError(
                self.env._(
                    "The day of the first contact comes with an import by the team "
                    "leader or a sales administrator: leave it out, or ask them."
                )
            )
        if leads.ownership_id:
            raise AccessError(
                self.env._(
                    "The customer has an owner already: its first contact stays as "
                    "it is."
                )
            )
        today = self.user._get_process_today()
        if any(lead.process_date_first_contact > today for lead in leads):
            raise ValidationError(
                self.env._("The first contact cannot be later than today.")
            )

    # -- visitors propose --------------------------------------------------

    def filter_proposed(self, vals):
        """Owned leads on which somebody only proposes these values.

        Portal users and visitors, and strangers on whose behalf another application
        writes, do not close a customer or change what identifies it.

        :return: crm.lead
        """
        nothing = self.leads.browse()
        if (PROPOSED_FIELDS | {"stage_id"}).isdisjoint(vals):
            return nothing
        if not (self.user.share or self.env.su) or self.user._is_superuser():
            return nothing
        if skips_sync(self.env):
            return nothing
        # sudo: what belongs to the ledger does not depend on who sends it
        return (
            self.leads.sudo()
            .filtered(
                lambda lead: (
                    lead.ownership_id.state in ("open", "pool")
                    and lead.process_mode == "enforce"
                    and not lead.ownership_id._can_work(self.user)
                    and self._get_proposed_names(lead, vals)
                )
            )
            .with_env(self.env)
        )

    def _get_proposed_names(self, lead, vals):
        """What of these values a visitor may only propose for a lead.

        :return: set of field names
        """
        names = {
            name
            for name in PROPOSED_FIELDS & vals.keys()
            # Odoo links a contact to every lead with its address
            if (name != "partner_id" or lead.partner_id)
            and lead._is_changed(name, vals[name])
        }
        if "stage_id" in vals:
            stage = lead.env["crm.stage"].browse(vals["stage_id"])
            if stage.is_won or lead.won_status != "pending":
                names.add("stage_id")
        return names

    def propose(self, proposed, vals):
        """Put what a visitor sends on the to-do list of who is responsible.

        :param proposed: crm.lead, see :meth:`filter_proposed`
        :param dict vals: the values that were sent
        :return: dict, the values that are no proposal
        """
        asked = set()
        # sudo: the owner's to-do list is not the visitor's
        for lead in proposed.sudo():
            names = self._get_proposed_names(lead, vals)
            asked |= names
            responsible = lead.user_id or lead.team_id._get_leaders()
            if not responsible.active:
                continue
            lead = lead.with_context(lang=get_spoken(self.env, responsible.lang))
            body = self._describe_proposal(lead, names, vals)
            lead.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=lead.env._("%s proposes a change", self.user.name),
                note=body,
                user_id=responsible.id,
                date_deadline=responsible._get_process_today(),
            )
        return {name: value for name, value in vals.items() if name not in asked}

    def _describe_proposal(self, lead, names, vals):
        lines = []
        for name in sorted(names):
            field = lead._fields[name]
            value = field.convert_to_record(
                field.convert_to_cache(vals[name], lead), lead
            )
            shown = field.convert_to_display_name(value, lead) or "–"
            label = labels.get_label(lead, name)
            lines.append(
                Markup("<li>%s</li>") % labels.join_pair(lead.env, label, shown)
            )
        return Markup("<ul>%s</ul>") % Markup().join(lines)

    # -- helpers help ------------------------------------------------------

    def filter_only_helped(self):
        """The leads on which the person behind the act helps, and nothing more.

        :return: crm.lead
        """
        if self.user._is_superuser() or skips_sync(self.env):
            return self.leads.browse()
        # sudo: kept with the record rules; whoever helps may not read the team
        helped = self.user.sudo().process_helped_ownership_ids
        if not helped:
            return self.leads.browse()
        return self.leads.filtered(
            lambda lead: (
                lead.sudo().ownership_id in helped
                and lead.sudo().ownership_id._is_only_helped(self.user)
            )
        )

    def check_helper_details(self, helped, vals):
        """A helper adds a contact detail, and replaces or removes none.

        :param helped: crm.lead, see :meth:`filter_only_helped`
        :param dict vals: what the helper writes
        :raise UserError: one sentence that says whom to ask
        """
        # sudo: only compared
        for lead in helped.sudo():
            for name in DETAIL_FIELDS:
                if name in vals and lead[name] and lead._is_changed(name, vals[name]):
                    raise self.make_helper_error(lead)

    def make_helper_error(self, helped):
        """The sentence that says what is for the owner and the leader.

        :param helped: crm.lead; the first one is named
        :return: UserError
        """
        lead = helped[:1].sudo()  # sudo: a helper may not read owner and team
        return UserError(
            self.env._(
                "You help with this customer. Closing, reopening, merging and "
                "deleting, and replacing its contact details, is for %(owner)s and the "
                "leader of %(team)s: ask them.",
                owner=lead.ownership_id.user_id.name or self.env._("the owner"),
                team=lead.team_id.name or "",
            )
        )

    def check_no_helper(self, operation=None):
        """Refuse what is not a helper's.

        :param str operation: what Odoo is asked first where somebody helps
        :raise UserError: one sentence that says whom to ask
        """
        if helped := self.filter_only_helped():
            if operation:
                self.leads.check_access(operation)
            raise self.make_helper_error(helped)

    def check_strangers_deletion(self):
        """No application deletes an owned customer's lead on behalf of a stranger."""
        if not self.env.su or self.user._is_superuser() or skips_sync(self.env):
            return
        if owned := self.leads - self.leads._filter_workable():
            lead = owned[0].sudo(False)
            make_error = self.env["ir.rule"].sudo(False)._make_access_error
            raise lead._make_owned_error(partial(make_error, "unlink", lead))

    # -- lost is a question ------------------------------------------------

    def propose_lost(self, helped, reason_id=None):
        """Ask the owners whether these customers are lost, as a helper.

        :param helped: crm.lead, see :meth:`filter_only_helped`
        :param reason_id: id of crm.lost.reason, if one was given
        :return: dict, a notification for the client
        """
        helped.check_access("write")
        # sudo: the proposal is written by this method only
        asked = helped.sudo()
        with writing_ledger(self.env):
            asked.write(
                {
                    "process_lost_proposed_by_id": self.user.id,
                    "process_lost_proposed_reason_id": reason_id,
                }
            )
        by_owner = asked.grouped(lambda lead: lead.ownership_id.user_id)
        for owner, leads in by_owner.items():
            if not owner.active:
                continue
            env = leads.with_context(lang=get_spoken(self.env, owner.lang)).env
            leads.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=env._("Is this customer lost? %s says so.", self.user.name),
                note=Markup("<p>%s</p>")
                % env._(
                    "Confirm it or keep the customer with the buttons of the lead."
                ),
                user_id=owner.id,
                date_deadline=owner._get_process_today(),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The owner has been asked whether the customer is lost. Nothing "
                    "has changed yet."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def check_answer(self):
        """Refuse an answer by somebody who is neither owner nor leader."""
        self.leads.check_access("write")
        self.check_no_helper()

    def forget_lost_proposal(self):
        """The question whether the customer is lost has been answered."""
        # sudo: written by this service only; the to-do is the owner's
        asked = self.leads.sudo().filtered("process_lost_proposed_by_id")
        if not asked:
            return
        helpers = asked.process_lost_proposed_by_id
        with writing_ledger(self.env):
            asked.write(
                {
                    "process_lost_proposed_by_id": False,
                    "process_lost_proposed_reason_id": False,
                }
            )
        todo = self.env.ref("mail.mail_activity_data_todo")
        # what a helper has planned by hand on the lead stays
        asked.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == todo
                and activity.automated
                and activity.create_uid in helpers
            )
        ).unlink()

    # -- product lines -----------------------------------------------------

    def check_new_product_lines(self):
        """New leads have joined their customers: each may be one more tag."""
        tagged = self.filter_product_lines(self.leads.filtered("tag_ids"))
        if tagged:
            self.check_product_lines(tagged, self.get_line_days(tagged, tagged))

    def filter_product_lines(self, leads):
        """Leads whose tags may change the period of a customer that is owned.

        :return: crm.lead
        """
        if not leads:
            return leads
        active_ids = self.env["crm.team"]._get_active_process_ids()
        now = self.env.cr.now()
        # sudo: whose customer it is decides, also for who may not read it
        return leads.filtered(
            lambda lead: (
                lead.team_id.id in active_ids
                and lead.sudo().ownership_id.state == "open"
                and lead.sudo().ownership_id.date_start < now
                and lead.sudo().ownership_id.team_id._has_product_line_rules()
            )
        )

    def get_line_days(self, leads, without=()):
        """The follow-up period of each customer by grade and product line.

        :param leads: crm.lead of these customers
        :param without: crm.lead that are left out
        :return: ``{ownership: days}``
        """
        # sudo: see filter_product_lines
        ownerships = leads.sudo().ownership_id
        open_leads = ownerships._get_open_leads()
        if without:
            open_leads -= without.sudo()
        by_ownership = open_leads.grouped("ownership_id")
        return {
            ownership: ownership.team_id._get_followup_days(
                ownership.grade_id,
                by_ownership.get(ownership, open_leads.browse()).tag_ids,
            )
            for ownership in ownerships
        }

    def check_product_lines(self, leads, before):
        """A tag that changes the period of an owned customer is the leader's.

        Whoever registers a customer says what it wants; after that another tag is no
        way to more or fewer days.

        :param dict before: see :meth:`get_line_days`
        :raise AccessError: one sentence that says whom to ask
        """
        # sudo: only compared; who is refused learns no more than a name
        moved = self.env["sales.process.ownership"].sudo()
        for ownership, days in self.get_line_days(leads).items():
            if before.get(ownership) != days:
                moved |= ownership
        # what a person may do does not depend on sudo
        for ownership in moved:
            if not ownership._may_decide(self.user):
                raise self.make_product_line_error(ownership)
        if moved:
            moved._lock_rows()._apply_rules(self.env.cr.now() + timedelta(days=1))

    def make_product_line_error(self, ownership):
        """The sentence that says who sets a tag with another period.

        :param ownership: sales.process.ownership, one
        :return: AccessError
        """
        return AccessError(
            self.env._(
                "This product line sets another follow-up period for "
                "%(customer)s: ask the leader of %(team)s to set the tag.",
                customer=ownership.name or "",
                team=ownership.team_id.name or "",
            )
        )
