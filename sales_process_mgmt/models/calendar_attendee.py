# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.transaction import is_meeting_checked


class CalendarAttendee(models.Model):
    _name = "calendar.attendee"
    _inherit = ["calendar.attendee", "sales.process.guard"]

    process_answered_by_id = fields.Many2one(
        "res.users",
        string="Answered By",
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Who accepted or declined this one meeting, for oneself or for somebody "
        "else.",
    )
    process_invited_email = fields.Char(
        string="Invited E-mail",
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="The address to which an invitation has really gone out.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever is invited past the meeting is invited all the same."""
        attendees = super().create(vals_list)
        if not is_meeting_checked(self.env):
            # sudo: who attends what the user has just written
            attendees.sudo().event_id.with_env(self.env)._check_customer_work()
        return attendees

    def write(self, vals):
        """A meeting that the customer or the salesperson declined is no contact."""
        self._check_not_colleagues()
        is_guarded = (
            not vals.keys().isdisjoint(("partner_id", "event_id"))
            and not is_meeting_checked(self.env)
            and self.env["crm.team"]._get_active_process_ids()
        )
        # sudo: who attended before may be one whom the user cannot read
        before = is_guarded and self.sudo().event_id.partner_ids
        result = super().write(vals)
        if is_guarded:
            # sudo: who attends what the user has just written
            events = self.sudo().event_id.with_env(self.env)
            events._check_customer_work(before)
        if "state" in vals:
            # one answer for a whole series says nothing about each of its meetings
            answered_by = len(self) == 1 and self.env.uid
            # sudo: written by the system, whoever answers
            self.sudo().write({"process_answered_by_id": answered_by})
            self.event_id._review_followups()
        return result

    def unlink(self):
        self._check_not_colleagues()
        return super().unlink()

    def _check_not_colleagues(self):
        """See ``_check_not_colleagues`` of calendar.event."""
        if not self.env.su and self.env["crm.team"]._get_active_process_ids():
            # sudo: the meeting may be hidden from whoever changes an attendee
            self.sudo().event_id.with_env(self.env)._check_not_colleagues(self)

    def _has_accepted(self):
        """Tell whether whoever is invited accepted this one meeting, logged in.

        Who follows the link of an invitation without being logged in may be anybody:
        the organiser reads the link, too.

        :return: bool
        """
        self.ensure_one()
        user = self.process_answered_by_id
        return self.state == "accepted" and user.partner_id == self.partner_id
