# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from contextlib import nullcontext
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..exceptions import repeat_lost_races
from ..tools.transaction import is_meeting_checked, meeting_checked, scheduled

_logger = logging.getLogger(__name__)

# Meetings are looked at for so many days after they took place.
LOOK_BACK = timedelta(days=7)
BATCH_SIZE = 200
# A change of one of these can bring a customer into a meeting.
CUSTOMER_FIELDS = {
    "attendee_ids",
    "opportunity_id",
    "partner_ids",
    "res_id",
    "res_model",
    "res_model_id",
}
# Whoever tidies up a calendar later takes no contact back.
REVIEW_SPAN = timedelta(days=90)
# Meetings that are entered within so short a time are one plan.
AT_ONCE = timedelta(minutes=10)
TIME_FIELDS = {"start", "stop", "start_date", "stop_date", "allday"}
REVIEWED_FIELDS = {*TIME_FIELDS, "active", "attendee_ids", "partner_ids"}


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["calendar.event", "sales.process.guard"]

    process_followup_ids = fields.One2many(
        "sales.process.followup", "calendar_event_id", string="Follow-Ups"
    )
    date_process_moved = fields.Datetime(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="When the meeting was last moved to another time.",
    )

    # ------------------------------------------------------------
    # WHOM ONE MEETS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        outer = not is_meeting_checked(self.env)
        with meeting_checked(self.env):
            events = super().create(vals_list)
        if outer:
            events._check_customer_work()
        return events

    def write(self, vals):
        self._check_not_colleagues()
        before = self._get_customers_met(vals)
        # one check for all that is written inside of it, a series included
        with meeting_checked(self.env) if before else nullcontext():
            result = super().write(vals)
        if before:
            self.exists()._check_customer_work(*before)
        if not TIME_FIELDS.isdisjoint(vals):
            # sudo: written by the system, whoever moves the meeting
            self.exists().sudo().write({"date_process_moved": self.env.cr.now()})
        if not REVIEWED_FIELDS.isdisjoint(vals):
            self.exists()._review_followups()
        return result

    def _get_customers_met(self, vals):
        """Who attended before a change of who attends, where that is to be judged.

        :param dict vals: what is written
        :return: tuple of res.partner and crm.lead; None where nothing is to be judged
        """
        if vals.keys().isdisjoint(CUSTOMER_FIELDS) or is_meeting_checked(self.env):
            return None
        # sudo: a customer who attends already may be one whom the user cannot read
        return (self.sudo().partner_ids, self.sudo().opportunity_id)

    def _check_customer_work(self, partners=None, leads=None):
        """Refuse to meet a colleague's customer without them.

        Asked once for all events of a call, a series included: occurrences are made
        inside it. Meetings of colleagues that no customer attends are not looked at.

        :param partners: res.partner who attended before
        :param leads: crm.lead whose meetings they were before
        """
        if not self.env["crm.team"]._get_active_process_ids():
            return
        # sudo: who attends what the user has just written
        events = self.sudo()
        attending = events.partner_ids | events.attendee_ids.partner_id
        opportunities = events.opportunity_id
        for event in events:
            if event.res_model == "res.partner" and event.res_id:
                attending |= attending.browse(event.res_id)
            elif event.res_model == "crm.lead" and event.res_id:
                opportunities |= opportunities.browse(event.res_id)
        new_leads = opportunities - leads if leads else opportunities
        new = attending - partners if partners else attending
        if not self.env.su:
            new_leads.with_env(self.env)._check_customer_work()
        self.env["sales.process.ownership"]._check_customer_work(
            new.with_env(self.env), is_meeting=True
        )

    def action_sendmail(self):
        """An invitation that is sent again is a message to the customer."""
        self._check_not_colleagues()
        self._check_customer_work()
        return super().action_sendmail()

    def _check_not_colleagues(self, attendees=None):
        """Refuse to change a colleague's meeting with their customer.

        Moved, deleted or declined it would be no contact. Who organises it or is
        invited may change it, and everybody answers for themselves.

        :param attendees: calendar.attendee that are changed, the meeting is not
        """
        if (
            self.env.su
            or is_meeting_checked(self.env)
            or not self.env["crm.team"]._get_active_process_ids()
        ):
            return
        me = self.env.user.partner_id
        # sudo: who attends may be hidden from the user
        if attendees and attendees.sudo().partner_id <= me:
            return
        strange = self.sudo().filtered(
            lambda event: (
                event.opportunity_id
                and event.user_id != self.env.user
                and me not in event.partner_ids
            )
        )
        strange.opportunity_id.with_env(self.env)._check_customer_work()

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Odoo reads each meeting whose messages somebody looks for; some are hidden.

        What is said there is hidden with them, and the rest of a search is found.
        """
        hidden = self.browse()
        if message_operation == "read" and not self.env.su:
            hidden = self - self._filtered_access("read")
        operations = super(
            CalendarEvent, self - hidden
        )._mail_get_operation_for_mail_message_operation(message_operation)
        return {**operations, **dict.fromkeys(hidden, "read")}

    # ------------------------------------------------------------
    # MEETINGS THAT DID NOT TAKE PLACE
    # ------------------------------------------------------------

    def unlink(self):
        self._check_not_colleagues()
        # sudo: whoever deletes a meeting may not read its follow-ups
        self.sudo()._get_reviewed_followups()._mark_not_held()
        return super().unlink()

    def _get_reviewed_followups(self):
        """The contacts that these meetings are, the old ones apart.

        What somebody does to the meeting who does not work the customer takes no
        contact back from those who do.

        :return: sales.process.followup in sudo
        """
        user = self.env.user
        # sudo: whoever writes the calendar may not read the follow-ups
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search(
                [
                    ("calendar_event_id", "in", self.ids),
                    ("date", ">", self.env.cr.now() - REVIEW_SPAN),
                ]
            )
        )
        if not followups or not self.env["sales.process.ownership"]._is_attended():
            return followups
        return followups.filtered(
            lambda row: row.user_id == user or row.ownership_id._can_work(user)
        )

    def _review_followups(self):
        """Meetings were moved, archived or answered: contacts count, or do not.

        A meeting that is put off is recorded again when it was held.
        """
        followups = self._get_reviewed_followups()
        if not followups:
            return
        now = self.env.cr.now().replace(microsecond=0)
        events = followups.calendar_event_id
        put_off = events.filtered(lambda event: event.start > now)
        fallen = put_off | events.filtered(lambda event: not event._was_held())
        followups.filtered(lambda row: row.calendar_event_id in fallen)._mark_not_held()
        followups.filtered(
            lambda row: row.calendar_event_id not in fallen
        )._mark_not_held(False)
        followups.filtered(lambda row: row.calendar_event_id in put_off).write(
            {"calendar_event_id": False}
        )

    def _was_held(self):
        """Tell whether the meeting stands, and neither side declined it.

        :return: bool
        """
        self.ensure_one()
        if not self.active or not self._get_meeting_user():
            return False
        customers = self._get_customer_attendees()
        return not customers or any(row.state != "declined" for row in customers)

    def _get_customer_attendees(self):
        """The attendees who are the customer of the meeting's lead.

        :return: calendar.attendee in sudo
        """
        self.ensure_one()
        # sudo: the attendees of a meeting may be hidden from whoever answers it
        event = self.sudo()
        lead = event.opportunity_id
        ownership = lead.ownership_id
        users = event.user_id | event.partner_ids.user_ids | ownership.user_id
        users |= ownership.collaborator_ids
        own = {*users.filtered(lambda user: not user.share).mapped("email_normalized")}
        own.discard(False)
        return event.attendee_ids.filtered(
            lambda row: (
                row.partner_id.partner_share
                and lead
                # nobody meets the customer by inviting oneself
                and own.isdisjoint(
                    {row.partner_id.email_normalized, row.process_invited_email}
                )
                and lead._is_customer(
                    row.partner_id,
                    emails={row.partner_id.email_normalized} - {False},
                )
            )
        )

    def _find_entered_at_once(self):
        """Meetings that were entered together with others of the same customer.

        A series, though nobody called it one.

        :return: set of ids
        """
        if not self:
            return set()
        self.flush_model(["opportunity_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT event.id
                  FROM calendar_event event
                 WHERE event.id IN %s
                   AND EXISTS (
                           SELECT 1
                             FROM calendar_event other
                            WHERE other.opportunity_id = event.opportunity_id
                              AND other.id != event.id
                              AND other.create_date
                                  BETWEEN event.create_date - %s
                                      AND event.create_date + %s)
                """,
                self._ids,
                AT_ONCE,
                AT_ONCE,
            )
        )
        return {row[0] for row in rows}

    def _is_proof_of_contact(self, at_once):
        """Tell whether the meeting proves itself that the customer was met.

        It was in the calendar before it began, with the customer among those who were
        invited and did not decline. In a series that was made in advance the customer
        must have accepted.

        :param bool at_once: it was entered together with other meetings
        :return: bool, false for no meeting
        """
        if not self:
            return False
        entered = max(filter(None, (self.create_date, self.date_process_moved)))
        if entered > self.start or not self._was_held():
            return False
        in_advance = at_once or self.recurrency or self.recurrence_id
        return any(
            (row._has_accepted() if in_advance else row.state != "declined")
            and row.create_date <= self.stop + timedelta(days=1)
            for row in self._get_customer_attendees()
        )

    # ------------------------------------------------------------
    # WHAT TOOK PLACE
    # ------------------------------------------------------------

    @api.model
    @scheduled
    def _cron_create_followups(self):
        """Record the meetings with customers that have taken place."""
        events = self._get_held_meetings()
        Cron, Failure = self.env["ir.cron"], self.env["sales.process.failure"]
        Cron._commit_progress(remaining=len(events))
        for start in range(0, len(events), BATCH_SIZE):
            batch = events[start : start + BATCH_SIZE]

            def work(batch=batch):
                Failure._work_on_each(
                    batch,
                    type(self)._process_meetings,
                    lambda event: (
                        event.opportunity_id,
                        event.opportunity_id.ownership_id.user_id,
                    ),
                )

            if not repeat_lost_races(self.env, work):
                _logger.info("Meetings %s are left to the next run", batch.ids)
            if not Cron._commit_progress(len(batch)):
                break

    @api.model
    def _get_held_meetings(self):
        """Meetings on owned customers that ended and have no follow-up yet.

        Those that the salesperson declined stay among them until they are too old.

        :return: calendar.event
        """
        now = self.env.cr.now().replace(microsecond=0)
        return self.search(
            [
                *self.env["sales.process.failure"]._get_retry_domain(self._name),
                ("stop", "<", now),
                ("stop", ">", now - LOOK_BACK),
                ("opportunity_id.ownership_id.state", "=", "open"),
                ("opportunity_id.team_id.process_mode", "in", ("observe", "enforce")),
                ("process_followup_ids", "=", False),
            ],
            order="stop, id",
        )

    def _process_meetings(self):
        """Make one follow-up for each meeting; see :meth:`_cron_create_followups`.

        :return: the follow-ups
        """
        # sudo: made by the system from the calendar
        return (
            self.env["sales.process.followup"]
            .sudo()
            .create(
                [
                    event._prepare_followup_values()
                    for event in self
                    if event._was_held()
                ]
            )
        )

    def _prepare_followup_values(self):
        """Values of the follow-up that this held meeting is.

        :return: dict for ``create`` of sales.process.followup
        """
        self.ensure_one()
        return {
            "lead_id": self.opportunity_id.id,
            "user_id": self._get_meeting_user().id,
            "date": self._get_held_date(),
            "channel": "meeting",
            "source": "meeting",
            "calendar_event_id": self.id,
            "subject": (self.name or "")[:200],
            "is_named_by_system": True,
            "location": (self.location or "")[:1000],
            "duration": min(max(self.duration, 0), 1000),
        }

    def _get_held_date(self):
        """When the contact took place: the end of the meeting.

        A meeting of the whole day has stored hours that mean nothing; noon of its
        last day, where the salesperson is, lies on the right day.

        :return: naive UTC datetime
        """
        self.ensure_one()
        if not self.allday:
            return self.stop
        zone = self.opportunity_id.team_id._get_process_timezone(
            self._get_meeting_user()
        )
        noon = zone.localize(datetime.combine(self.stop_date, time(12)))
        return min(
            noon.astimezone(pytz.utc).replace(tzinfo=None),
            self.env.cr.now().replace(microsecond=0),
        )

    def _get_meeting_user(self):
        """Who met the customer: the owner or a helper, else a colleague.

        :return: res.users, empty where everybody of ours declined
        """
        self.ensure_one()
        declined = self.attendee_ids.filtered(lambda row: row.state == "declined")
        users = self.user_id | self.partner_ids.user_ids
        present = users.filtered(
            lambda user: not user.share and user.partner_id not in declined.partner_id
        )
        ownership = self.opportunity_id.ownership_id
        ours = ownership.user_id | ownership.collaborator_ids
        return ours.filtered(lambda user: user in present)[:1] or present[:1]
