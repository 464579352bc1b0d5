# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..tools import deadline as deadline_tools


class SalesProcessFollowup(models.Model):
    """The next contact: what it does to the deadline, and its plan."""

    _inherit = "sales.process.followup"

    def _agree_next(self):
        """An agreed next contact moves the deadline, within the team's limits."""
        # sudo: the ledger is written by its own methods only
        counting = self.sudo().filtered("counts")
        agreed = counting.filtered("date_next").ownership_id
        agreed |= counting.ownership_id.filtered("date_agreed")
        if agreed:
            agreed._recompute_agreed()
            self._ask_extension()

    def _apply_agreed(self, agreed, count, normal_day, day):
        """What is agreed with the customer after this contact.

        :param date agreed: the agreed day before it, or False
        :param int count: how many agreed days in a row have moved the deadline
        :param date normal_day: the last day that the contact alone would give
        :param date day: the day of the contact; both in the owner's time zone
        :return: ``(agreed day or False, count)``
        """
        self.ensure_one()
        agreed, count, cut = self._get_agreed(agreed, count, normal_day, day)
        if cut is not None and self.date_extension_cut != cut:
            # sudo: what the system decides
            self.sudo().write({"date_extension_cut": cut})
        return agreed, count

    def _get_agreed(self, agreed, count, normal_day, day):
        """See :meth:`_apply_agreed`; nothing is written.

        :return: ``(agreed day or False, count, last possible day where the agreed one
            is beyond it)``; None for an intermediate contact that decides nothing
        """
        team = self.team_id or self.lead_id.team_id
        cut = False
        if not self.date_next:
            if agreed and day < agreed:
                # an intermediate contact leaves the agreement as it is
                return agreed, count, None
            agreed, count = False, 0
        elif self.date_next <= normal_day:
            agreed, count = False, 0
        elif self.extension_approved:
            agreed, count = self.date_next, count + 1
        elif agreed and self.date_next <= agreed:
            # an earlier day takes nothing more
            agreed = self.date_next
        elif count >= team.followup_extension_times:
            cut = max(filter(None, (agreed, normal_day)))
        else:
            limit = normal_day + timedelta(days=team.followup_extension_days)
            cut = limit < self.date_next and limit
            agreed, count = min(self.date_next, limit), count + 1
        return agreed, count, cut

    @api.depends("date_next", "date", "lead_id", "user_id")
    @api.depends_context("uid")
    def _compute_date_next_limit(self):
        """Before it is saved: an agreed day that needs the leader says so."""
        for followup in self:
            followup.date_next_limit = followup._get_next_limit()

    def _get_next_limit(self):
        """The last day to which the agreed contact would move the deadline.

        :return: date, or False where the agreed day stands as it is
        """
        self.ensure_one()
        # sudo: a helper may read the ownership through the contact only
        followup = self.sudo()
        ownership = followup.lead_id.ownership_id
        team = ownership.team_id
        if not followup.date_next or ownership.state != "open":
            return False
        if followup.id:
            return followup.date_extension_cut
        if followup._may_approve(self.env.user, team):
            return False
        zone = team._get_process_timezone(ownership.user_id)
        tags = ownership._get_open_tags().get(ownership.id, ())
        moment = followup.date or self.env.cr.now()
        normal = deadline_tools.followup_deadline(
            moment,
            team._get_followup_days(ownership.grade_id, tags),
            zone,
            team._get_working_day_checker(),
        )
        return followup._get_agreed(
            ownership.date_agreed,
            ownership.extension_count,
            deadline_tools.local_date(normal, zone),
            deadline_tools.local_date(moment, zone),
        )[2]

    def _ask_extension(self):
        """Ask the leaders to let agreed days stand that are beyond the limit.

        Whatever the door: an agreed day is never cut in silence.
        """
        # sudo: the system asks the leader
        asked = self.sudo().filtered(
            lambda row: (
                row.date_extension_cut
                and not row.extension_approved
                and not row.is_extension_asked
                and row.ownership_id.state == "open"
            )
        )
        if not asked:
            return
        activity_type = self.env.ref("sales_process_mgmt.mail_activity_type_extension")
        model_id = self.env["ir.model"]._get_id("crm.lead")
        values_list = []
        for followup in asked:
            leader = followup._get_approver()
            if not leader:
                continue
            env = self.with_context(lang=leader.lang).env
            values_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": followup.lead_id.id,
                    "activity_type_id": activity_type.id,
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
            )
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True, mail_create_nosubscribe=True
        ).create(values_list)
        asked.write({"is_extension_asked": True})

    def _close_extension_requests(self):
        """The leader has decided: the to-dos about these follow-ups are done."""
        # sudo: planned by the system
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", self.lead_id.ids),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("sales_process_mgmt.mail_activity_type_extension").id,
                ),
            ]
        ).unlink()
        self.sudo().write({"is_extension_asked": False})

    def _forget_approval(self, date_next):
        """The leader has let one day stand, and no later one.

        :param date date_next: the day that is about to be agreed
        """
        # sudo: what the system decides
        self.sudo().filtered(
            lambda row: (
                row.extension_approved
                and (not row.date_next or date_next > row.date_next)
            )
        ).write({"extension_approved": False})

    def _may_approve(self, user, team=None):
        """Tell whether ``user`` lets an agreed day stand beyond the team's limit.

        Whoever made the contact, or owns the customer, asks and does not decide;
        unless nobody else is there who could: a customer's wish must not wait for
        nobody.

        :param user: res.users
        :param team: crm.team of a contact that is not saved yet
        :return: bool
        """
        self.ensure_one()
        # sudo: whether somebody leads a team does not depend on reading it
        followup = self.sudo()
        if not (team or followup.team_id)._is_leader(user):
            return False
        is_own = user in followup._get_asking()
        return not is_own or not followup._get_approver(team)

    def _get_asking(self):
        """Who gains from an agreed day, and so does not decide about it.

        :return: res.users in sudo
        """
        # sudo: a helper may read the ownership through the contact only
        followup = self.sudo()
        return followup.user_id | followup.lead_id.ownership_id.user_id

    def _get_approver(self, team=None):
        """Who is asked to let an agreed day stand: the leader, else whoever is above.

        :param team: crm.team of a contact that is not saved yet
        :return: res.users in sudo, empty where nobody else is there
        """
        self.ensure_one()
        followup = self.sudo()
        team = team or followup.team_id
        asking = followup._get_asking()
        leader = team.user_id.filtered("active") - asking
        if leader:
            return leader
        company = followup.company_id or team.company_id or self.env.company
        above = self.env.ref("sales_team.group_sale_manager").sudo().all_user_ids
        above = above.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return (above - asking).sorted("id")[:1]

    def _approve_if_leader(self):
        """A day that the team leader enters stands beyond the team's limit.

        Not one's own, see :meth:`_may_approve`.
        """
        led = self.filtered(lambda row: row._may_approve(self.env.user))
        # sudo: what the system decides
        led.sudo().write({"extension_approved": True})
        alone = led.filtered(lambda row: self.env.user in row._get_asking())
        if alone:
            body = self.env._(
                "%(user)s approved the own agreed day: there is nobody else to ask.",
                user=self.env.user.name,
            )
            # sudo: the system writes the log
            alone.sudo()._message_log_batch(bodies=dict.fromkeys(alone.ids, body))

    def action_approve_extension(self):
        """The team leader lets the agreed day stand beyond the team's limit.

        :raise AccessError: for everybody else
        """
        if not all(followup.can_lead for followup in self):
            raise AccessError(
                self.env._("Only the team leader approves a day beyond the limit.")
            )
        if not all(followup.can_approve for followup in self):
            raise AccessError(
                self.env._(
                    "Nobody approves their own agreed day. Ask a sales administrator."
                )
            )
        # sudo: written by the system after the check above
        followups = self.sudo()
        followups.ownership_id._lock_rows()
        self._approve_if_leader()
        # the leader moves a clock later that was stopped
        followups.ownership_id.write({"date_clock_limit": False})
        followups._reconsider(followups.ownership_id)
        followups._close_extension_requests()

    def _plan_next(self):
        """Plan an activity for the agreed day, unless one is planned already."""
        planned = self.filtered(lambda row: row.date_next and row.plan_next)
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
            values = followup._prepare_activity_values()
            key = (values["res_id"], values["user_id"], values["date_deadline"])
            if key not in taken:
                taken.add(key)
                values_list.append(values)
        activities.with_context(mail_activity_quick_update=True).create(values_list)

    def _prepare_activity_values(self):
        """Values of the activity that plans the next contact.

        :return: dict for ``create`` of mail.activity
        """
        self.ensure_one()
        # Odoo refuses to delete the to-do type; that for calls may be gone.
        activity_type = self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ) or self.env.ref("mail.mail_activity_data_todo")
        return {
            "res_model_id": self.env["ir.model"]._get_id("crm.lead"),
            "res_id": self.lead_id.id,
            "activity_type_id": activity_type.id,
            "summary": self.next_step,
            "date_deadline": self.date_next,
            "user_id": self.user_id.id,
        }
