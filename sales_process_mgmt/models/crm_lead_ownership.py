# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict
from functools import partial

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import RETRY_ERRORS, LookupLimitError
from ..tools.context import SkipSync, skips_sync
from ..tools.transaction import (
    entering,
    get_asked_lookups,
    get_door,
    get_merging,
    keeps_owners,
)
from .sales_process_ownership_claim import OwnershipClaims
from .sales_process_ownership_key import HARD_KINDS, TYPED_KINDS
from .sales_process_ownership_ledger import OWN_DOORS

_logger = logging.getLogger(__name__)

# A change of one of these can change who the customer is, or whose.
OWNERSHIP_FIELDS = {
    "active",
    "commercial_partner_id",
    "company_id",
    "country_id",
    "email_from",
    "partner_id",
    "partner_name",
    "phone",
    "probability",
    "stage_id",
    "team_id",
    "type",
    "user_id",
    "wechat_id",
}
# A change of one of these takes the customer somewhere else.
OWNER_FIELDS = {"company_id", "team_id", "user_id"}
# What of it says who the customer is.
IDENTITY_FIELDS = {
    "commercial_partner_id",
    "country_id",
    "email_from",
    "partner_id",
    "partner_name",
    "phone",
    "wechat_id",
}
# What names the customer of a new lead, or of one outside the process.
NAMING_FIELDS = {"email_from", "partner_id", "phone", "team_id"}
# Contact details that a helper adds, and does not replace.
DETAIL_FIELDS = ("email_from", "partner_id", "phone", "wechat_id")
# What a portal user or a visitor sends for an owned customer, and does not change.
PROPOSED_FIELDS = {*DETAIL_FIELDS, "active", "partner_name"}
STATUS_FIELDS = {"active", "probability", "stage_id"}
# What Odoo computes from the salesperson by way of the team, the company first.
TEAM_FIELDS = (
    "company_id",
    "team_id",
    "stage_id",
    "automated_probability",
    "probability",
    "won_status",
)
DATE_FIELDS = ("date_last_contact", "followup_deadline")
# What the ledger says about a lead; only the ledger's own methods write it.
LEDGER_FIELDS = {
    "date_last_contact",
    "followup_deadline",
    "is_pooled",
    "lost_proposed_by_id",
    "lost_proposed_reason_id",
    "ownership_id",
    "ownership_pending",
}


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "sales.process.guard"]

    # ------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------

    def _get_process_door(self):
        """Where a lead comes from: decides whether a conflict refuses or redirects.

        Marked on the transaction by the code of the door. Without a mark a person who
        does it by hand is refused; what another application does, on behalf of
        whomever, is routed. What a client writes into the context says nothing.

        :return: a value of ``door`` of sales.process.conflict; only ``interactive``
            refuses
        """
        if door := get_door(self.env):
            return door
        user = self.env.user
        if user.share:
            return "website"
        return "application" if self.env.su else "interactive"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_ledger_fields({name for vals in vals_list for name in vals})
        leads = super().create(vals_list)
        if not skips_sync(self.env):
            leads._sync_ownership()
            leads._check_new_product_lines()
        return leads

    def write(self, vals):
        self._check_ledger_fields(vals)
        if proposed := self._filter_proposed(vals):
            vals_left = proposed._propose_changes(vals)
            rest = self - proposed
            return (not rest or rest.write(vals)) and proposed.write(vals_left)
        changed = OWNERSHIP_FIELDS & vals.keys()
        helped = self._filter_only_helped() if changed else self.browse()
        helped._check_helper_details(vals)
        helped_status = [(lead.won_status, lead.active) for lead in helped.sudo()]
        status = self._get_owned_status() if changed & STATUS_FIELDS else {}
        result = super().write(vals)
        if helped_status != [(lead.won_status, lead.active) for lead in helped.sudo()]:
            raise helped._make_helper_error()
        moved = self._filter_status_changed(status)
        for name in DATE_FIELDS if moved else ():
            self.env.add_to_compute(self._fields[name], moved)
        if changed and not skips_sync(self.env):
            leads = self
            if changed <= STATUS_FIELDS:
                # Most moves lead from one open stage to the next: whose customer it
                # is, and how long, is as it was.
                leads -= self.browse(lead.id for lead in status) - moved
            leads._sync_ownership(changed=changed)
        return result

    def _check_ledger_fields(self, names):
        """Nobody moves a lead to another customer, or out of the ledger, by hand."""
        if skips_sync(self.env) or self.env.user._is_superuser():
            return
        if forbidden := LEDGER_FIELDS.intersection(names):
            raise AccessError(
                self.env._(
                    "%(fields)s: the ledger says this. Transfer the customer, or take "
                    "it from the pool instead.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(forbidden)
                    ),
                )
            )

    # ------------------------------------------------------------
    # VISITORS PROPOSE
    # ------------------------------------------------------------

    def _get_proposed_names(self, vals):
        """What of these values a visitor may only propose for this lead.

        :return: set of field names
        """
        self.ensure_one()
        names = {
            name
            for name in PROPOSED_FIELDS & vals.keys()
            # Odoo links a contact to every lead with its address
            if (name != "partner_id" or self.partner_id)
            and self._fields[name].convert_to_cache(vals[name], self)
            != self._fields[name].convert_to_cache(self[name], self)
        }
        if "stage_id" in vals:
            stage = self.env["crm.stage"].browse(vals["stage_id"])
            if stage.is_won or self.won_status != "pending":
                names.add("stage_id")
        return names

    def _filter_proposed(self, vals):
        """Owned leads on which somebody only proposes these values.

        Portal users and visitors, and strangers on whose behalf another application
        writes, do not close a customer or change what identifies it.

        :return: crm.lead
        """
        user = self.env.user
        if (PROPOSED_FIELDS | {"stage_id"}).isdisjoint(vals):
            return self.browse()
        if not (user.share or self.env.su) or user._is_superuser():
            return self.browse()
        if skips_sync(self.env):
            return self.browse()
        # sudo: what belongs to the ledger does not depend on who sends it
        return (
            self.sudo()
            .filtered(
                lambda lead: (
                    lead.ownership_id.state in ("open", "pool")
                    and lead.process_mode == "enforce"
                    and not lead.ownership_id._can_work(user)
                    and lead._get_proposed_names(vals)
                )
            )
            .with_env(self.env)
        )

    def _propose_changes(self, vals):
        """Put what a visitor sends on the to-do list of who is responsible.

        :param dict vals: the values that were sent
        :return: dict, the values that are no proposal
        """
        asked = set()
        visitor = self.env.user.name
        # sudo: the owner's to-do list is not the visitor's
        for lead in self.sudo():
            names = lead._get_proposed_names(vals)
            asked |= names
            responsible = lead.user_id or lead.team_id.user_id
            if not responsible.active:
                continue
            lead = lead.with_context(lang=responsible.lang)
            lines = Markup().join(
                Markup("<li>%s: %s</li>")
                % (
                    lead._fields[name]._description_string(lead.env),
                    lead._fields[name].convert_to_display_name(
                        lead._fields[name].convert_to_record(
                            lead._fields[name].convert_to_cache(vals[name], lead), lead
                        ),
                        lead,
                    )
                    or "–",
                )
                for name in sorted(names)
            )
            lead.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=lead.env._("%s proposes a change", visitor),
                note=Markup("<ul>%s</ul>") % lines,
                user_id=responsible.id,
                date_deadline=responsible._get_process_today(),
            )
        return {name: value for name, value in vals.items() if name not in asked}

    def _check_strangers_deletion(self):
        """No application deletes an owned customer's lead on behalf of a stranger."""
        user = self.env.user
        if not self.env.su or user._is_superuser() or skips_sync(self.env):
            return
        if owned := self - self._filter_workable():
            make_error = self.env["ir.rule"].sudo(False)._make_access_error
            raise (
                owned[0]
                .sudo(False)
                ._make_owned_error(partial(make_error, "unlink", owned[0].sudo(False)))
            )

    def _drop_share_salespeople(self):
        """A portal user whom another application has made salesperson owns nothing."""
        shared = self.filtered(
            lambda lead: lead.user_id.share and (lead.process_mode or "off") != "off"
        )
        for team, leads in shared.grouped("team_id").items():
            leads._write_owner(self.env["res.users"], team)

    # ------------------------------------------------------------
    # HELPERS HELP
    # ------------------------------------------------------------

    def _filter_only_helped(self):
        """The leads on which the person behind the act helps, and nothing more.

        :return: crm.lead
        """
        user = self.env.user
        if user._is_superuser() or skips_sync(self.env):
            return self.browse()
        # sudo: kept with the record rules; whoever helps may not read the team
        helped = user.sudo().helped_ownership_ids
        if not helped:
            return self.browse()
        return self.filtered(
            lambda lead: (
                lead.sudo().ownership_id in helped
                and lead.sudo().ownership_id._is_only_helped(user)
            )
        )

    def _check_helper_details(self, vals):
        """A helper adds a contact detail, and replaces or removes none."""
        # sudo: only compared
        for lead in self.sudo():
            for name in DETAIL_FIELDS:
                if name not in vals or not lead[name]:
                    continue
                kept = self._fields[name].convert_to_cache(vals[name], lead)
                if kept != self._fields[name].convert_to_cache(lead[name], lead):
                    raise lead.with_env(self.env)._make_helper_error()

    def _make_helper_error(self):
        return UserError(
            self.env._(
                "You help with this customer. Closing, reopening, merging and "
                "deleting, and replacing its contact details, is for %(owner)s and the "
                "leader of %(team)s: ask them.",
                owner=self[:1].sudo().ownership_id.user_id.name
                or self.env._("the owner"),
                team=self[:1].sudo().team_id.name or "",
            )
        )

    def action_set_lost(self, **additional_values):
        """Lost by a helper is a question to the owner; nothing else changes.

        :param dict additional_values: written on the leads, such as the reason
        :return: what Odoo returns, or dict, a notification for the helper
        """
        helped = self._filter_only_helped().filtered(
            lambda lead: lead.sudo().won_status == "pending"
        )
        if not helped:
            result = super().action_set_lost(**additional_values)
            self._forget_lost_proposal()
            return result
        if rest := self - helped:
            rest.action_set_lost(**additional_values)
        return helped._propose_lost(additional_values.get("lost_reason_id"))

    def _propose_lost(self, reason_id=None):
        """Ask the owners whether these customers are lost, as a helper.

        :param reason_id: id of crm.lost.reason, if one was given
        :return: dict, a notification for the client
        """
        self.check_access("write")
        helper = self.env.user
        # sudo: the proposal is written by this method only
        quiet = self.sudo().with_context(sales_process_skip=SkipSync)
        quiet.write(
            {"lost_proposed_by_id": helper.id, "lost_proposed_reason_id": reason_id}
        )
        for owner, leads in quiet.grouped(
            lambda lead: lead.ownership_id.user_id
        ).items():
            if not owner.active:
                continue
            env = leads.with_context(lang=owner.lang).env
            leads.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=env._("Is this customer lost? %s says so.", helper.name),
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

    def _check_answer_proposal(self):
        """Refuse an answer by somebody who is neither owner nor leader."""
        self.check_access("write")
        if helped := self._filter_only_helped():
            raise helped._make_helper_error()

    def action_confirm_lost(self):
        """The customer is lost, as the helper said: the owner or the leader confirms.

        :return: bool
        """
        self._check_answer_proposal()
        for reason, leads in self.grouped("lost_proposed_reason_id").items():
            leads.action_set_lost(lost_reason_id=reason.id)
        return True

    def action_keep_customer(self):
        """The customer is not lost: the helper's question is answered.

        :return: bool
        """
        self._check_answer_proposal()
        self._forget_lost_proposal()
        return True

    def _forget_lost_proposal(self):
        """The question whether the customer is lost has been answered."""
        # sudo: written by its own methods only; the to-do is the owner's
        asked = self.sudo().filtered("lost_proposed_by_id")
        if not asked:
            return
        helpers = asked.lost_proposed_by_id
        asked.with_context(sales_process_skip=SkipSync).write(
            {"lost_proposed_by_id": False, "lost_proposed_reason_id": False}
        )
        todo = self.env.ref("mail.mail_activity_data_todo")
        asked.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == todo and activity.create_uid in helpers
            )
        ).unlink()

    # ------------------------------------------------------------
    # BEFORE AND AFTER A WRITE
    # ------------------------------------------------------------

    def _get_owned_status(self):
        """Which leads of an owned customer are open, won or lost, before a write.

        :return: ``{lead: status}``
        """
        # sudo: what belongs to the ledger does not depend on who moves the lead
        return {
            lead: (lead.won_status, lead.active)
            for lead in self.sudo()
            # what the lead says itself spares reading its ownership
            if lead.followup_deadline
            or lead.is_pooled
            or lead.ownership_id.state in ("open", "pool")
        }

    def _filter_status_changed(self, status):
        """The leads of an owned customer for which a move of the stage means something.

        :param dict status: as :meth:`_get_owned_status` returned it before the write
        :return: crm.lead
        """
        return self.browse(
            lead.id
            for lead, before in status.items()
            if (lead.won_status, lead.active) != before
        )

    @api.model
    def load(self, fields, data):
        """Import: a lead is never lost, it goes to the owner of the customer.

        A file of more customers than somebody may look up within an hour is refused as
        a whole, and has told nothing.
        """
        asked = get_asked_lookups(self.env)
        before = len(asked)
        with entering(self.env, "import"):
            result = super().load(fields, data)
        if not result.get("ids"):
            del asked[before:]
        return result

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """E-mail: a lead is never lost, it goes to the owner of the customer."""
        with entering(self.env, "gateway"):
            return super().message_new(
                self._find_real_sender(msg_dict), custom_values=custom_values
            )

    def _message_post_after_hook(self, message, msg_vals):
        """A post must not fail because a colleague owns a lead of that e-mail.

        Odoo writes a new contact on every lead with the same address.
        """
        # sudo: whoever posts may not read the team
        if not self.sudo()._filter_in_process():
            return super()._message_post_after_hook(message, msg_vals)
        # sudo: the contact is written on leads that the author may not write
        return super(CrmLead, self.sudo())._message_post_after_hook(message, msg_vals)

    def _assign_userless_lead_in_team(self, creation_source):
        """Unassigned leads go to the salesperson on duty, not to the leader."""
        return super(
            CrmLead, self.filtered(lambda lead: lead.process_mode != "enforce")
        )._assign_userless_lead_in_team(creation_source)

    def unlink(self):
        self._check_helpers_deletion()
        self._check_strangers_deletion()
        if skips_sync(self.env):
            if merging := get_merging(self.env):
                merging.before_deletion(self)
            return super().unlink()
        ownerships = self.sudo().ownership_id
        result = super().unlink()
        ownerships.exists()._sync_phase()
        return result

    def _check_helpers_deletion(self):
        """Helpers help: a customer's lead is not theirs to delete."""
        if helped := self._filter_only_helped():
            self.check_access("unlink")
            raise helped._make_helper_error()

    # ------------------------------------------------------------
    # SYNC
    # ------------------------------------------------------------

    def _sync_ownership(self, changed=(), origin=None):
        """Bring the ownership of these leads in line with their data.

        Does nothing, at the cost of no query, for leads of teams that are off. From
        an unattended door it never raises: a lead that cannot be claimed now waits
        for the scheduled action.

        :param changed: names of the fields that were written; empty after a create
        :param str origin: how a new owner received the customer
        """
        # sudo: the sync looks at customers of everybody, and writes the ledger
        door = self._get_process_door()
        leads = self.sudo()._select_for_sync(changed, door)
        if not leads:
            return
        leads._judge_owner_changes(changed, self.env.user)
        if door in ("interactive", "backfill"):
            leads._sync_ownership_now(door, changed, origin, self.env.user)
            return
        try:
            with self.env.cr.savepoint():
                leads._sync_ownership_now(door, changed, origin, self.env.user)
        except LookupLimitError:
            # an import, which somebody reads
            raise
        except RETRY_ERRORS as error:
            _logger.info("Leads %s wait for their owner: %s", leads.ids, error)
            leads._wait_for_owner()
        except Exception:
            # Whatever went wrong, the customer's message is kept.
            _logger.exception("Leads %s wait for their owner", leads.ids)
            leads._wait_for_owner()

    def _select_for_sync(self, changed=(), door="application"):
        """The leads whose customer has an owner, or gets one.

        Those of teams that observe or enforce, and those of customers with an owner.
        A lead without team is judged in the team of its salesperson, else in the
        company's default team. One that stays outside the process, in a team that is
        off, is no way around it: its customer may be owned.

        :param changed: names of the fields that were written; empty after a create
        :param str door: a value of ``door`` of sales.process.conflict
        :return: crm.lead
        """
        if self.env["crm.team"]._get_active_process_ids():
            self._enter_process_team()
            if not changed:
                self._drop_share_salespeople()
        leads = self._filter_for_sync()
        if not changed or NAMING_FIELDS & set(changed):
            is_typed = not changed or {"email_from", "phone"} & set(changed)
            is_asked = is_typed and door in ("interactive", "import")
            leads |= (self - leads)._filter_strays(bool(is_asked))
        return leads

    def _filter_for_sync(self):
        active_ids = self.env["crm.team"]._get_active_process_ids()
        return self.filtered(
            lambda lead: (
                lead.team_id.id in active_ids
                or lead.ownership_id.state in ("open", "pool")
            )
        )

    def _enter_process_team(self):
        """A lead without team gets the one in which its customer is judged."""
        teamless = self.filtered(lambda lead: not lead.team_id)
        by_people = teamless.grouped(
            lambda lead: (lead.ownership_id, lead.user_id, lead.company_id)
        )
        for (ownership, user, company), leads in by_people.items():
            if ownership.state in ("open", "pool"):
                team = ownership.team_id
            else:
                team = self.env["crm.team"]._get_process_team(
                    user, company or user.company_id or self.env.company
                )
            if team:
                leads._write_owner(user, team)

    def _filter_strays(self, is_asked=False):
        """Leads outside the process whose customer is owned in a team that enforces.

        :param bool is_asked: somebody has just typed what names the customer
        :return: crm.lead
        """
        if not self or not self.env["crm.team"]._get_active_process_ids():
            return self.browse()
        # what identifies nobody is nobody's key: no need to leave it out
        keys_by_lead = self._get_identity_keys(with_shared=True)
        wanted = {
            key
            for keys in keys_by_lead.values()
            for key in keys
            if key[1] in HARD_KINDS
        }
        found = self.env["sales.process.ownership.key"]._find(wanted) if wanted else {}
        if not found and not is_asked:
            return self.browse()
        ownerships = self.env["sales.process.ownership"].browse(
            {ids[0] for ids in found.values()}
        )
        enforced = set(
            ownerships.filtered(lambda row: row.process_mode == "enforce").ids
        )
        known = {key for key, ids in found.items() if ids[0] in enforced}
        strays = self.filtered(
            lambda lead: (
                lead.won_status == "pending"
                and not known.isdisjoint(keys_by_lead[lead])
            )
        )
        if is_asked:
            # no answer is one, too; that of the strays is counted when they are judged
            nobody = self.env["sales.process.ownership"]
            self.env["sales.process.lookup"]._charge_questions(
                self.env.user,
                [
                    (
                        lead._get_process_company(),
                        {
                            key: nobody
                            for key in wanted & keys_by_lead[lead].keys()
                            if key[1] != "partner"
                        },
                    )
                    for lead in self - strays
                ],
            )
        return strays

    def _sync_ownership_now(self, door, changed, origin, actor):
        """See :meth:`_sync_ownership`; may raise.

        :param actor: res.users, who did it
        """
        strays = self - self._filter_for_sync()
        self._leave_switched_off()
        if "company_id" in changed:
            self._leave_other_company()
        leads = self._filter_for_sync() | strays
        closed = leads.filtered(lambda lead: lead.won_status != "pending")
        if closed and IDENTITY_FIELDS & set(changed):
            closed._add_own_details()
        if not changed or STATUS_FIELDS & set(changed):
            closed.ownership_id._sync_phase()
            if not changed or door == "backfill":
                closed = closed.filtered(lambda lead: lead.won_status == "won")
                leads -= leads.filtered(lambda lead: lead.won_status == "lost")
            else:
                leads -= closed
        else:
            leads -= closed
        if not leads:
            return
        leads._follow_owner_change(changed, actor)
        OwnershipClaims(leads, door, actor, origin).run()
        leads.ownership_id._sync_phase(
            leads.filtered(lambda lead: lead.won_status == "pending")
        )

    def _leave_switched_off(self):
        """Leads moved to a team without the process leave their ownership."""
        self.filtered(
            lambda lead: (
                lead.ownership_id.state in ("open", "pool")
                and (lead.process_mode or "off") == "off"
                and lead.ownership_id.team_id != lead.team_id
            )
        )._leave_ownership(
            self.env._("Moved to a team that does not use the sales process.")
        )

    def _leave_other_company(self):
        """Leads moved to another company are customers of that company.

        Between branches that share their customers they stay the owner's.
        """
        running = self.filtered(
            lambda lead: lead.ownership_id.state in ("open", "pool")
        )
        gone = running.filtered(lambda lead: lead._is_other_company())
        gone._leave_ownership(self.env._("Moved to another company."))
        for lead in running - gone:
            if lead.company_id and lead.company_id != lead.ownership_id.company_id:
                lead.ownership_id.company_id = lead.company_id

    def _is_other_company(self):
        """Tell whether the lead has left the company of its customer."""
        self.ensure_one()
        company = self.company_id
        return bool(company) and (
            company._get_customer_company()
            != self.ownership_id.company_id._get_customer_company()
        )

    def _leave_ownership(self, note):
        """Detach the leads; a customer without open lead is free.

        :param str note: why, in words
        """
        if not self:
            return
        ownerships = self.ownership_id
        self._set_ownership(dict.fromkeys(self, ownerships.browse()))
        ownerships.filtered(lambda row: not row._get_open_leads())._end(
            "transferred", note
        )

    def _get_owner_changes(self, changed):
        """Leads of running customers that say somebody else than the ledger does.

        A change of the team counts where the team itself was written: Odoo computes it
        from the salesperson.

        :param changed: names of the fields that were written
        :return: crm.lead
        """
        return self.filtered(
            lambda lead: (
                lead.ownership_id.state in ("open", "pool")
                and (
                    lead.user_id != lead.ownership_id.user_id
                    or (
                        "team_id" in changed
                        and lead.team_id != lead.ownership_id.team_id
                    )
                    or ("company_id" in changed and lead._is_other_company())
                )
            )
        )

    def _judge_owner_changes(self, changed, actor):
        """Ask the one permission for every change of owner, whatever the door.

        What nobody has decided - a visitor, a chatbot, another application by itself -
        does not happen: the customer stays with its owner and the conflict is recorded.

        :param changed: names of the fields that were written
        :param actor: res.users, who did it
        """
        if OWNER_FIELDS.isdisjoint(changed) or get_door(self.env) in OWN_DOORS:
            return
        leads = self._get_owner_changes(changed)
        if not leads:
            return
        if actor.share or actor._is_superuser():
            leads._keep_owner(actor)
            return
        if keeps_owners(self.env):
            leads._keep_owner(actor, is_conflict=False)
            return
        for lead in leads:
            lead.ownership_id._check_hand_over(actor, lead.user_id, lead.team_id)
            if lead.user_id.share:
                # Odoo would move the lead to a team of no process with it
                lead.ownership_id._check_receiver(lead.user_id)

    def _keep_owner(self, actor, is_conflict=True):
        """Nobody decided it: salesperson and team stay those of the ledger.

        :param actor: res.users, a visitor or the system
        :param bool is_conflict: record that somebody else would have got the customer
        """
        leads = self.filtered(
            lambda lead: (
                lead.won_status == "pending"
                and lead.ownership_id.process_mode == "enforce"
            )
        )
        door = self._get_process_door()
        conflicts = []
        by_owner = defaultdict(self.browse)
        for lead in leads:
            ownership = lead.ownership_id
            by_owner[ownership.user_id, ownership.team_id] |= lead
            # whom another application would have given it to
            wished = lead.user_id.filtered(lambda user: not user.share)
            if is_conflict and ownership.state == "open":
                conflicts.append(
                    lead._prepare_conflict(ownership, wished or actor, actor, door)
                )
        for (user, team), rows in by_owner.items():
            rows._write_owner(user, team)
        if conflicts:
            self.env["sales.process.conflict"]._record(conflicts)

    def _prepare_conflict(self, ownership, user, actor, door):
        """Values of a conflict about a lead that stays with its owner.

        :param user: res.users, who would have got the customer
        :param actor: res.users, who did it
        """
        self.ensure_one()
        return {
            "name": ownership.name or self.name,
            "user_id": user.id,
            "actor_id": actor.id,
            "lead_id": self.id,
            "ownership_id": ownership.id,
            "owner_id": ownership.user_id.id,
            "team_id": ownership.team_id.id,
            "company_id": ownership.company_id.id,
            "door": door,
            "resolution": "routed",
            "state": "resolved",
            # that another salesperson was named makes no detail one of many customers
            "identities": [],
            "details": [
                (key.company_id.id, key.kind, key.value)
                for key in ownership.key_ids
                if key.kind in TYPED_KINDS
            ],
        }

    def _follow_owner_change(self, changed, actor):
        """A changed salesperson or team is a transfer of the whole customer."""
        changes = {lead.ownership_id: lead for lead in self._get_owner_changes(changed)}
        for ownership, lead in changes.items():
            note = self.env._("Changed on the lead by %(user)s.", user=actor.name)
            if ownership.state == "pool":
                kind = ("pool", "transferred")
            elif lead.user_id:
                kind = ("transfer", "transferred")
            else:
                kind = ("release", "released")
            ownership._hand_over({ownership: lead.user_id}, *kind, note, lead.team_id)

    # ------------------------------------------------------------
    # WRITING WITHOUT NOISE
    # ------------------------------------------------------------

    def _set_ownership(self, period_by_lead):
        """Attach leads to ownerships in one statement.

        :param dict period_by_lead: ``{lead: ownership or empty recordset}``
        """
        ids_by_value = defaultdict(list)
        for lead, period in period_by_lead.items():
            is_timed = period.state == "open" and lead.won_status == "pending"
            for name, value in (
                ("ownership_id", period.id),
                ("date_last_contact", period.date_last_contact),
                ("followup_deadline", is_timed and period.date_deadline),
                ("is_pooled", period.state == "pool"),
                ("ownership_pending", False),
            ):
                ids_by_value[name, value].append(lead.id)
        # past write(): nothing of this is an edit, and the ledger decided already
        leads = self.browse().union(*period_by_lead)
        for (name, value), ids in ids_by_value.items():
            self._fields[name].write(leads.browse(ids), value)
        leads.flush_recordset()
        leads.invalidate_recordset(
            ["followup_state", "collaborator_ids", "can_work_customer"], flush=False
        )

    def _write_owner(self, user, team):
        """Write salesperson and team, silently: the chatter line says it once.

        The company is kept: Odoo would empty it together with the salesperson.

        :param user: res.users, empty for the pool
        """
        # sudo: the new owner may be somebody whose leads the actor cannot write
        quiet = self.sudo().with_context(
            sales_process_skip=SkipSync,
            tracking_disable=True,
            mail_auto_subscribe_no_notify=True,
        )
        moved = quiet.filtered(lambda lead: lead.team_id != team)
        staying = quiet - moved
        # a lead of no company belongs to that of its team, and one of another branch to
        # that of its owner, else the team does not fit
        branch = team.company_id
        unfit = quiet.filtered(
            lambda lead: (
                branch
                and branch not in lead.company_id.parent_ids
                and (lead.company_id or lead.team_id != team)
            )
        )
        moved -= unfit
        staying -= unfit
        company, *computed = (self._fields[name] for name in TEAM_FIELDS)
        with self.env.protecting([([company], moved), ([company, *computed], staying)]):
            if unfit:
                unfit.write(
                    {"user_id": user.id, "team_id": team.id, "company_id": branch.id}
                )
            if moved:
                moved.write({"user_id": user.id, "team_id": team.id})
            if staying:
                staying.write({"user_id": user.id})
