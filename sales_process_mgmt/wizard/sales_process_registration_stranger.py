# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Somebody else's customer at the counter: help, ask to be invited, call the leader."""

from ..tools import texts
from ..tools.spoken import get_spoken


class StrangersCustomer:
    """What may be done with a registration whose customer somebody else owns.

    :param wizard: sales.process.registration, one
    :param result: LookupResult, just looked up and counted, with at least one holder
    """

    def __init__(self, wizard, result):
        self.wizard = wizard
        self.result = result
        self.env = wizard.env
        self.holder = result.holders[0]

    def help(self):
        """Log the contact on the owner's lead as help; the owner is told once.

        :return: crm.lead, may be empty
        """
        lead = self.holder._get_current_lead()
        if lead:
            self.wizard._create_followup(lead, self.holder.user_id)
        self.record_attempt("helped", self.wizard._get_facts())
        self._tell_owner(lead)
        return lead

    def ask_invitation(self):
        """Ask the owner to be invited as a helper."""
        self.env["sales.process.invitation"]._ask(
            self.holder,
            self.env.user,
            name=self.wizard._get_customer_name(),
            note=self.wizard._get_facts(),
        )

    def call_leader(self):
        """Ask the leader of the owner's team to decide; the conflict stays open."""
        # sudo: the leader's inbox and to-do list are not the caller's
        Conflict = self.env["sales.process.conflict"].sudo()
        asked = Conflict.search_count(
            [
                ("user_id", "=", self.env.uid),
                ("ownership_id", "=", self.holder.id),
                ("state", "=", "open"),
                ("resolution", "=", False),
            ],
            limit=1,
        )
        if not asked:
            conflict = self.record_attempt(False, self.wizard._get_facts())
            self._ask_leader(conflict)

    def record_attempt(self, resolution, note=None):
        """Keep who tried, when and with which details.

        :param resolution: a value of ``resolution``, or False: the leader decides
        :param str note: what the person learned from the customer
        :return: sales.process.conflict
        """
        return self.env["sales.process.conflict"]._record(
            [
                {
                    "name": self.wizard._get_customer_name(),
                    "user_id": self.env.uid,
                    "lead_id": False,
                    "ownership_id": self.holder.id,
                    "other_ownership_id": self.result.holders[1:2].id,
                    "owner_id": self.holder.user_id.id,
                    "team_id": self.holder.team_id.id,
                    "company_id": self.holder.company_id.id,
                    "door": "interactive",
                    "resolution": resolution,
                    "state": "resolved" if resolution else "open",
                    "identities": sorted(self.result.matched),
                    "note": note or False,
                }
            ]
        )

    def _ask_leader(self, conflict):
        """Put the conflict on the to-do list of whoever decides."""
        leader = self.holder._get_deciding_user()
        env = self.wizard.with_context(
            lang=get_spoken(self.wizard.env, leader.lang)
        ).env
        # sudo: the leader's inbox and to-do list are not the caller's
        conflict.sudo().activity_schedule(
            "sales_process_mgmt.mail_activity_type_conflict",
            user_id=leader.id,
            date_deadline=self.env["crm.team"]._get_process_today(leader),
            note=texts.paragraph(
                env._(
                    "%(user)s asks you to decide whose customer this is. Owner: "
                    "%(owner)s.",
                    user=self.env.user.name,
                    owner=self.holder.user_id.name or "",
                )
            ),
        )

    def _tell_owner(self, lead):
        def render(env):
            text = env._(
                "%(user)s received your customer %(customer)s (%(channel)s) and logged "
                "it as help.",
                user=self.env.user.name,
                customer=self.holder.name or "",
                channel=self.wizard._get_channel_label(env),
            )
            return text, self.wizard._render_told(env, text)

        # sudo: who helps may not read the customer, its owner does
        self.env["sales.process.notice"]._tell(
            self.holder.sudo().user_id, render, lead, why="customer", today=True
        )
