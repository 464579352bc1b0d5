# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The next contact that was agreed: who lets it stand, and its plan."""

from odoo.tools import format_date

from ..tools.spoken import get_spoken

EXTENSION_TYPE = "sales_process_mgmt.mail_activity_type_extension"


class NextContacts:
    """The agreed days of some contacts: beyond the limit the leader is asked.

    Whatever the door, an agreed day is never cut in silence.

    :param followups: sales.process.followup
    """

    def __init__(self, followups):
        self.followups = followups
        self.env = followups.env

    def ask(self):
        """Ask the leaders to let agreed days stand that are beyond the limit."""
        # sudo: the system asks the leader
        asked = self.followups.sudo().filtered(
            lambda row: (
                row.date_extension_cut
                and not row.extension_approved
                and not row.is_extension_asked
                and row.ownership_id.state == "open"
            )
        )
        if not asked:
            return
        approvers = {followup: followup._get_approver() for followup in asked}
        # sudo: see above
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True, mail_create_nosubscribe=True
        ).create(
            [
                self._prepare_request(followup, leader)
                for followup, leader in approvers.items()
                if leader
            ]
        )
        asked.write({"is_extension_asked": True})

    def _prepare_request(self, followup, leader):
        """Values of the to-do of a leader, in the leader's language: dict."""
        env = self.followups.with_context(lang=get_spoken(self.env, leader.lang)).env
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": followup.lead_id.id,
            "activity_type_id": self.env.ref(EXTENSION_TYPE).id,
            "user_id": leader.id,
            "summary": env._(
                "%(user)s agreed on %(date)s, beyond %(limit)s",
                user=followup.user_id.name,
                date=format_date(env, followup.date_next),
                limit=format_date(env, followup.date_extension_cut),
            ),
            "note": followup.with_env(env(su=True))._get_html_link(
                env._("Open the follow-up to approve the day")
            ),
            "date_deadline": leader._get_process_today(),
        }

    def close(self):
        """The leader has decided: the to-dos about these contacts are done."""
        # sudo: planned by the system
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", self.followups.lead_id.ids),
                ("activity_type_id", "=", self.env.ref(EXTENSION_TYPE).id),
            ]
        ).unlink()
        self.followups.sudo().write({"is_extension_asked": False})

    def forget(self, date_next):
        """The leader has let one day stand, and no later one.

        :param date date_next: the day that is about to be agreed
        """
        # sudo: what the system decides
        self.followups.sudo().filtered(
            lambda row: (
                row.extension_approved
                and (not row.date_next or date_next > row.date_next)
            )
        ).write({"extension_approved": False})

    def approve(self):
        """A day that the team leader enters stands beyond the team's limit.

        Not one's own, see ``_may_approve`` of the follow-up.
        """
        user = self.env.user
        led = self.followups.filtered(lambda row: row._may_approve(user))
        # sudo: what the system decides
        led.sudo().write({"extension_approved": True})
        alone = led.filtered(lambda row: user in row._get_asking())
        if alone:
            body = self.env._(
                "%(user)s approved the own agreed day: there is nobody else to ask.",
                user=user.name,
            )
            # sudo: the system writes the log
            alone.sudo()._message_log_batch(bodies=dict.fromkeys(alone.ids, body))

    def plan(self):
        """Plan an activity for each agreed day, unless one is planned already."""
        planned = self.followups.filtered(lambda row: row.date_next and row.plan_next)
        if not planned:
            return
        # sudo: a helper with own documents may not read what others have planned
        activities = self.env["mail.activity"].sudo()
        taken = {
            (row.res_id, row.user_id.id, row.date_deadline)
            for row in activities.search(
                [
                    ("res_model", "=", "crm.lead"),
                    ("res_id", "in", planned.lead_id.ids),
                    ("date_deadline", "in", planned.mapped("date_next")),
                ]
            )
        }
        values_list = []
        for followup in planned:
            values = self._prepare_activity_values(followup)
            key = (values["res_id"], values["user_id"], values["date_deadline"])
            if key not in taken:
                taken.add(key)
                values_list.append(values)
        activities.with_context(mail_activity_quick_update=True).create(values_list)

    def _prepare_activity_values(self, followup):
        """Values of the activity that plans the next contact: dict."""
        # Odoo refuses to delete the to-do type; that for calls may be gone.
        activity_type = self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ) or self.env.ref("mail.mail_activity_data_todo")
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": followup.lead_id.id,
            "activity_type_id": activity_type.id,
            "summary": followup.next_step,
            "date_deadline": followup.date_next,
            "user_id": followup.user_id.id,
        }
