# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_date, plaintext2html

from ..tools import texts


class SalesProcessRegistration(models.TransientModel):
    """Somebody else's customer: help, ask to be invited, call the leader."""

    _inherit = "sales.process.registration"

    def _get_strange_holders(self):
        """The owners' periods behind the details, looked up again and logged.

        :return: sales.process.ownership, empty where nobody else owns the customer
        """
        _identities, result = self._look_allowed()
        if result.state not in ("owned", "several", "pool"):
            return result, result.holders.browse()
        return result, result.holders

    def _record_attempt(self, result, resolution, note=None):
        """Keep who tried, when and with which details.

        :return: sales.process.conflict
        """
        holder = result.holders[0]
        return self.env["sales.process.conflict"]._record(
            [
                {
                    "name": self.partner_name
                    or self.contact_name
                    or self.phone
                    or self.email,
                    "user_id": self.env.uid,
                    "lead_id": False,
                    "ownership_id": holder.id,
                    "other_ownership_id": result.holders[1:2].id,
                    "owner_id": holder.user_id.id,
                    "team_id": holder.team_id.id,
                    "company_id": holder.company_id.id,
                    "door": "interactive",
                    "resolution": resolution,
                    "state": "resolved" if resolution else "open",
                    "identities": sorted(result.matched),
                    "note": note or False,
                }
            ]
        )

    def _get_facts(self):
        """What the person learned from the customer, as text for a colleague.

        :return: str
        """
        lines = [
            self.subject,
            self.solution,
            self.next_step and self.env._("Next step: %(step)s", step=self.next_step),
            self.date_next
            and self.env._(
                "Next contact: %(day)s", day=format_date(self.env, self.date_next)
            ),
        ]
        return "\n".join(line for line in lines if line)

    def action_help(self):
        """Log the contact on the owner's lead as help; the owner is told once.

        :return: dict, an action
        """
        handled = self._find_handled()
        if handled:
            return handled._get_done_action()
        result, holders = self._get_strange_holders()
        if result.state != "owned":
            return self._reopen()
        holder = holders[0]
        lead = holder._get_current_lead()
        if lead:
            self._create_followup(lead, holder.user_id)
        self._record_attempt(result, "helped", self._get_facts())
        self._tell_owner(holder, lead)
        self._mark_handled("helped", lead)
        return self._get_done_action()

    def _tell_owner(self, holder, lead):
        def render(env):
            wizard = self.with_context(lang=env.lang)
            channels = dict(wizard._fields["channel"]._description_selection(env))
            text = env._(
                "%(user)s received your customer %(customer)s (%(channel)s) and logged "
                "it as help.",
                user=self.env.user.name,
                customer=holder.name or "",
                channel=channels[self.channel],
            )
            # what was discussed goes with it
            facts = filter(None, [text, wizard._get_facts()])
            return text, plaintext2html("\n".join(facts))

        # sudo: who helps may not read the customer, its owner does
        self.env["sales.process.notice"]._tell(holder.sudo().user_id, render, lead)

    def action_ask_invitation(self):
        """Ask the owner to be invited as a helper.

        :return: dict, an action
        """
        handled = self._find_handled()
        if handled:
            return handled._get_done_action()
        result, holders = self._get_strange_holders()
        if result.state != "owned":
            return self._reopen()
        self.env["sales.process.invitation"]._ask(
            holders[0],
            self.env.user,
            name=self.partner_name or self.contact_name or self.phone or self.email,
            note=self._get_facts(),
        )
        self._mark_handled("asked")
        return self._get_done_action()

    def action_call_leader(self):
        """Ask the leader of the owner's team to decide; the conflict stays open.

        :return: dict, an action
        """
        handled = self._find_handled()
        if handled:
            return handled._get_done_action()
        result, holders = self._get_strange_holders()
        if result.state not in ("owned", "several"):
            return self._reopen()
        # sudo: the leader's inbox and to-do list are not the caller's
        Conflict = self.env["sales.process.conflict"].sudo()
        conflict = Conflict.search(
            [
                ("user_id", "=", self.env.uid),
                ("ownership_id", "=", holders[0].id),
                ("state", "=", "open"),
                ("resolution", "=", False),
            ],
            limit=1,
        )
        if not conflict:
            conflict = self._record_attempt(result, False, self._get_facts()).sudo()
            leader = self._get_deciding_leader(holders[0])
            conflict.activity_schedule(
                "sales_process_mgmt.mail_activity_type_conflict",
                user_id=leader.id,
                date_deadline=self.env["crm.team"]._get_process_today(leader),
                note=texts.paragraph(
                    self.with_context(lang=leader.lang).env._(
                        "%(user)s asks you to decide whose customer this is. Owner: "
                        "%(owner)s.",
                        user=self.env.user.name,
                        owner=holders[0].user_id.name or "",
                    )
                ),
            )
        self._mark_handled("called")
        return self._get_done_action()

    def _get_deciding_leader(self, holder):
        """The leader of the owner's team, else a sales administrator.

        :return: res.users
        """
        return holder._get_deciding_user()

    # ------------------------------------------------------------
    # FOLLOW-UP
    # ------------------------------------------------------------

    def _prepare_followup_values(self, lead):
        """Values of the follow-up that this registration is.

        :return: dict for ``create`` of sales.process.followup
        """
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return {
            "lead_id": lead.id,
            "user_id": self.env.uid,
            "channel": self.channel,
            "subject": self._get_summary()
            or self.env._("Registration (%(channel)s)", channel=channels[self.channel]),
            "solution": self.solution,
            "next_step": self.next_step,
            "date_next": self.date_next,
        }

    def _get_summary(self):
        """What was discussed: the subject, else the first line of the record.

        :return: str, may be empty
        """
        lines = (self.solution or "").strip().splitlines()
        return (self.subject or "").strip() or (lines[0][:256] if lines else "")

    def _create_followup(self, lead, receiver=None, is_received=False):
        """Log the contact on the lead.

        :param lead: crm.lead
        :param receiver: res.users, who plans the next contact; by default the person
            who registers
        :param bool is_received: the receiver has received the customer, so it is the
            receiver's contact; otherwise that of the person who registers
        """
        Followup = self.env["sales.process.followup"]
        values = self._prepare_followup_values(lead)
        if receiver is None or receiver == self.env.user:
            Followup.create(values)
            return
        # sudo: the reception and those who help write on a lead that they cannot
        # work; the follow-up judges by itself that it does not reset the timer
        if is_received and receiver:
            values["user_id"] = receiver.id
        Followup.sudo().create({**values, "plan_next": False})
        if receiver and self.date_next:
            lead.sudo().activity_schedule(
                "mail.mail_activity_data_call",
                self.date_next,
                summary=self.next_step,
                user_id=receiver.id,
            )
