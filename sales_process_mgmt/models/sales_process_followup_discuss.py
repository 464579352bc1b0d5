# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

# A spot check looks at so many contacts of the last days.
SAMPLE_SIZE = 10
SAMPLE_SPAN = timedelta(days=14)
# What is chosen from: a year of a large team needs no more.
SAMPLE_POOL = 5000


class SalesProcessFollowup(models.Model):
    """Talk about a contact: no followers, and yet the person hears of it.

    The lead's chatter has one line of it, and a leader samples and judges.
    """

    _inherit = "sales.process.followup"

    def _message_auto_subscribe_followers(self, updated_values, default_subtype_ids):
        """Nobody follows a contact by itself: that would be a row for each of them."""
        return []

    def message_post(self, **kwargs):
        """A remark of somebody else reaches the person who made the contact."""
        if kwargs.get("message_type") == "comment" and (
            kwargs.get("subtype_xmlid") == "mail.mt_comment"
        ):
            # sudo: who made the contact may be read by whoever may remark on it
            person = self.sudo().user_id - self.env.user
            partners = set(kwargs.get("partner_ids") or ())
            kwargs["partner_ids"] = list(partners.union(person.partner_id.ids))
        return super().message_post(**kwargs)

    def _log_on_leads(self):
        """One line in the chatter of the lead: who, how, what, and whether it counts.

        A done activity, an e-mail and a text message stand there already.
        """
        bodies = {}
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for followup in self.filtered(lambda row: row.source in ("manual", "meeting")):
            bodies.setdefault(followup.lead_id.id, []).append(
                self.env._(
                    "%(channel)s by %(person)s: %(subject)s (%(counts)s)",
                    # sudo: a colleague's name is no secret
                    person=followup.sudo().user_id.name,
                    channel=channels[followup.channel],
                    subject=followup.subject or "–",
                    counts=followup.counts_label,
                )
            )
        if not bodies:
            return
        # sudo: the system writes the log, whoever made the entry
        self.env["crm.lead"].sudo().browse(bodies)._message_log_batch(
            bodies={
                lead_id: Markup("<br/>").join(lines)
                for lead_id, lines in bodies.items()
            }
        )

    def action_saved(self):
        """Say that the contact is logged, and whether it counts.

        :return: dict, a client action
        """
        self.ensure_one()
        if self.counts:
            # sudo: the deadline of a helped customer is no secret for the helper
            deadline = self.sudo().lead_id.followup_deadline
            message = (
                self.env._("Follow-up logged: the timer starts again.")
                if deadline
                else self.env._("Follow-up logged.")
            )
            kind = "success"
        else:
            message = self.env._(
                "Follow-up logged. It does not reset the timer: %(reason)s.",
                reason=self.counts_label,
            )
            kind = "warning"
        return self.env["sales.process.notice"]._toast(message, kind=kind)

    # ------------------------------------------------------------
    # SPOT CHECKS
    # ------------------------------------------------------------

    @api.model
    def action_sample(self):
        """Choose some contacts of the last days by chance, for the leader to look at.

        Those of the leader, and those that were looked at before, are left out.

        :return: dict, a window action
        :raise AccessError: for whoever leads no team
        """
        user = self.env.user
        domain = Domain("team_id.user_id", "=", user.id)
        if user.has_group("sales_team.group_sale_manager"):
            domain = Domain("team_id", "!=", False)
        elif not user.led_team_ids:
            raise AccessError(
                self.env._("Only team leaders look at a sample of follow-ups.")
            )
        since = self.env.cr.now() - SAMPLE_SPAN
        ids = self.search(
            domain
            & Domain("counts", "=", True)
            & Domain("date", ">=", since)
            & Domain("date_checked", "=", False)
            & Domain("user_id", "!=", user.id),
            order="id desc",
            limit=SAMPLE_POOL,
        ).ids
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_followup_action"
        )
        # not to be guessed by those who are looked at
        chosen = random.SystemRandom().sample(ids, min(SAMPLE_SIZE, len(ids)))
        return {
            **action,
            "name": self.env._("Spot Check"),
            "display_name": self.env._("Spot Check"),
            "path": False,
            "domain": [("id", "in", chosen)],
            "context": {"create": False},
            "help": self.env._(
                "There is no follow-up of the last %(days)s days that you have not "
                "looked at.",
                days=SAMPLE_SPAN.days,
            ),
        }

    def _check_may_judge(self):
        """Only a leader of the team judges a contact, and nobody judges their own.

        :raise AccessError: one sentence
        """
        # refuses whoever may not even read them
        self.check_access("read")
        # sudo: whether somebody leads a team does not depend on reading it
        for followup in self.sudo():
            if not followup.team_id._is_leader(self.env.user):
                raise AccessError(
                    self.env._("Only the team leader judges a follow-up.")
                )
            if self.env.user in followup.user_id | followup.create_uid:
                raise AccessError(
                    self.env._(
                        "Nobody judges their own follow-up. Ask a sales administrator."
                    )
                )

    def action_checked(self):
        """The leader has looked at the contact, and it stands.

        :raise AccessError: for whoever may not judge it
        """
        self._check_may_judge()
        # sudo: written by the system after the check above
        self.sudo().write(
            {"checked_by_id": self.env.uid, "date_checked": self.env.cr.now()}
        )
        return self.env["sales.process.notice"]._toast(
            self.env._("Checked: it stands."),
            {"type": "ir.actions.client", "tag": "soft_reload"},
        )

    def _void(self, reason):
        """The leader takes contacts back: the clock is computed again.

        :param str reason: read by the person who made the contact
        :raise AccessError: for whoever may not judge them
        :raise UserError: without a reason
        """
        self._check_may_judge()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the follow-up does not count."))
        # sudo: written by the system after the check above
        voided = self.sudo().filtered(lambda row: not row.is_voided)
        now = self.env.cr.now()
        voided._set_voided(
            {
                "is_voided": True,
                "void_text": reason,
                "voided_by_id": self.env.uid,
                "date_voided": now,
                "checked_by_id": self.env.uid,
                "date_checked": now,
            }
        )
        leader = self.env.user.name

        for person, followups in voided.grouped("user_id").items():

            def render(env, followups=followups):
                names = ", ".join(followups.lead_id.mapped("name")[:5])
                text = env._(
                    "%(leader)s has taken back a follow-up of yours with %(customer)s:"
                    " %(reason)s",
                    leader=leader,
                    customer=names,
                    reason=reason,
                )
                return env._("A follow-up does not count"), text

            self.env["sales.process.notice"]._tell(person, render, followups[0])

    def action_unvoid(self):
        """The leader lets a contact count again that was taken back.

        :raise AccessError: for whoever may not judge it
        """
        self._check_may_judge()
        # sudo: written by the system after the check above
        restored = self.sudo().filtered("is_voided")
        restored._set_voided(
            {
                "is_voided": False,
                "void_text": False,
                "voided_by_id": False,
                "date_voided": False,
            }
        )
        for person, followups in restored.grouped("user_id").items():

            def render(env, followups=followups):
                text = env._(
                    "Your follow-up with %(customer)s counts again.",
                    customer=", ".join(followups.lead_id.mapped("name")[:5]),
                )
                return env._("A follow-up counts again"), text

            self.env["sales.process.notice"]._tell(person, render, followups[0])

    def _set_voided(self, vals):
        """Write what a leader decided, and take the clocks again.

        :param dict vals: see :meth:`_void`
        """
        self.ownership_id._lock_rows()
        self.write(vals)
        self._judge(who_changed=False)
        self._reconsider(self.ownership_id)
