# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from functools import partial

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, http, models
from odoo.exceptions import MissingError

from ..exceptions import RETRY_ERRORS
from ..tools import labels, orm, texts
from ..tools.transaction import assigning, customers_locked

_logger = logging.getLogger(__name__)

SUBJECT_LENGTH = 200
# The to-do that asks for the words of a contact
WORDS_TYPE = "sales_process_mgmt.mail_activity_type_followup_words"
# What the sales process schedules by itself is not offered to people.
OFFERED_TYPES = (
    "['&', ('is_process_internal', '=', False),"
    " '|', ('res_model', '=', False), ('res_model', '=', res_model)]"
)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    activity_type_id = fields.Many2one(domain=OFFERED_TYPES)

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._check_customer_work()
        return activities

    def write(self, vals):
        self._check_not_colleagues()
        result = super().write(vals)
        if not vals.keys().isdisjoint(("res_id", "res_model_id", "res_model")):
            self._check_customer_work()
            # sudo: where it stands now
            self.env["mail.thread"]._check_named_documents(
                (row.res_model, row.res_id) for row in self.sudo()
            )
        return result

    def unlink(self):
        self._check_not_colleagues()
        return super().unlink()

    def action_notify(self):
        """What the sales process asks for in quiet hours is told when they end."""
        later = self._filter_quiet()
        Notice = self.env["sales.process.notice"]
        for activity in later:

            def render(env, activity=activity):
                spoken = activity.with_env(env)
                kind = spoken.activity_type_id.name
                subject = labels.join_pair(env, spoken.res_name or "", kind)
                text = texts.paragraph(spoken.summary) if spoken.summary else Markup()
                return subject, text + (spoken.note or "")

            # sudo: the reader is told of what was assigned
            asked = activity.sudo()
            record = self.env[asked.res_model].browse(asked.res_id)
            Notice._tell(asked.user_id, render, record, why="answer", answer=True)
        # whoever has a to-do may pass it on, also on what is not read any more
        with assigning(self.env):
            return super(MailActivity, self - later).action_notify()

    def _filter_quiet(self):
        """Those of our own kinds whose people are not told anything at this hour.

        :return: mail.activity in sudo
        """
        if not self.env["crm.team"]._get_active_process_ids():
            return self.browse()
        # sudo: hours and kinds are no secret of the system
        ours = self.sudo().filtered(
            lambda row: (
                row.user_id and row.res_id and row.activity_type_id.is_process_internal
            )
        )
        get_moments = self.env["sales.process.notice"]._get_moments
        return ours.filtered(
            lambda row: get_moments(row.user_id, answer=True).get(row.user_id)
        )

    def _check_not_colleagues(self):
        """Refuse to change what colleagues plan with the contact of their customer.

        On a lead the record rules refuse it. What was planned for one, or by one, is
        one's own.
        """
        if self.env.su or not self.env["crm.team"]._get_active_process_ids():
            return
        if orm.are_known(self, "res_model", "crm.lead"):
            return
        user = self.env.user
        # sudo: for whom it is planned, whoever reads it
        others = [
            row.id
            for row in self.sudo()
            if row.res_model == "res.partner"
            and user not in (row.user_id | row.create_uid)
        ]
        if others:
            self.browse(others)._check_customer_work()

    def _check_customer_work(self):
        """Refuse to plan something with a colleague's customer.

        Asked about what is stored: where an activity is planned, and where it is moved
        to. Finishing what a colleague has planned for one is no plan of one's own.
        """
        if self.env.su:
            # an automation answers what somebody did, nobody plans
            return
        # sudo: what the user has just written
        by_model = self.sudo().grouped("res_model")
        if by_model.keys().isdisjoint(("crm.lead", "res.partner")):
            return
        Ownership = self.env["sales.process.ownership"]
        if not Ownership._is_attended():
            return
        for model in ("crm.lead", "res.partner"):
            rows = by_model.get(model)
            records = self.env[model].browse(rows and set(rows.mapped("res_id")))
            if model == "res.partner":
                Ownership._check_customer_work(records)
            else:
                records._check_customer_work()

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call, meeting or visit on a lead that is done is contact."""
        # first, as the user: what is not read any more is not finished either
        contacts = self.filtered(
            lambda row: (
                row.res_model == "crm.lead"
                and row.active
                and row.activity_type_id._get_followup_channel()
            )
        )
        self._check_not_colleagues()
        asked = self._find_asked_for_words() if feedback else ()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for followup in asked:
            followup._set_words(feedback)
        if contacts:
            contacts._log_contacts(feedback)
        return result

    def _find_asked_for_words(self):
        """The contacts whose words these to-dos ask for.

        :return: sales.process.followup
        """
        Followup = self.env["sales.process.followup"]
        asked = self.filtered(lambda row: row.res_model == Followup._name)
        if not asked:
            return Followup
        words_type = self.env.ref(WORDS_TYPE, raise_if_not_found=False)
        asked = asked.filtered(lambda row: row.activity_type_id == words_type)
        return Followup.browse(asked.mapped("res_id")).exists()

    def _log_contacts(self, feedback):
        """Record done activities as contact; never break finishing them.

        A lost race in a request is raised, so that the whole request is repeated.
        """
        # sudo: one may finish an activity on a lead that one cannot read
        leads = self.env["crm.lead"].sudo().browse(self.mapped("res_id"))
        try:
            leads = leads._filter_in_process()
        except MissingError:
            leads = leads.exists()._filter_in_process()
        activities = self.filtered(lambda row: row.res_id in leads.ids)
        if not activities:
            return
        # what fails of what was written before is not kept quiet about
        begun = orm.LateSavepoint(self.env)
        try:
            with begun as savepoint:
                activities._create_followups(feedback, savepoint)
        except RETRY_ERRORS:
            if http.request:
                raise
            _logger.warning("No follow-ups for activities %s: lost race", self.ids)
        except Exception:
            _logger.exception("No follow-ups for activities %s", self.ids)

    def _create_followups(self, feedback, savepoint=None):
        """Make one follow-up for each done activity that has none yet.

        :param str feedback: what the person wrote about it
        :param savepoint: ``orm.LateSavepoint`` that begins with the lock
        :return: the follow-ups
        """
        # sudo: made by the system from what the user did; one may finish an activity
        # on a lead that one cannot read
        activities = self.sudo()
        Followup = activities.env["sales.process.followup"]
        Lead = activities.env["crm.lead"]
        now = self.env.cr.now().replace(microsecond=0)
        values_by_activity = {
            activity: activity._prepare_followup_values(feedback, now)
            for activity in activities
            # not held yet: the calendar tells
            if not activity.calendar_event_id.start
            or activity.calendar_event_id.start <= now
        }

        asked = [
            Followup._prepare_asked(Lead.browse(values["lead_id"]), values)
            for values in values_by_activity.values()
        ]
        recorded = activities.browse().union(*values_by_activity)
        # flushed since the savepoint
        known = Followup._lock_and_read_known(asked, recorded, savepoint)
        for number, (activity, values) in enumerate(values_by_activity.items()):
            user = activity._get_contact_user()
            if user.id != values["user_id"]:
                values["user_id"] = user.id
                asked[number] = asked[number]._replace(user_id=user.id)
        if not known.knows(asked):
            known = Followup._read_known(asked, activities=recorded)
        values_list = []
        for activity, values in values_by_activity.items():
            event_id = values["calendar_event_id"]
            if activity.id in known.activity_ids or event_id in known.event_ids:
                continue
            if event_id:
                known.event_ids.add(event_id)
            values_list.append(values)
        with customers_locked(self.env, known):
            return Followup.create(values_list)

    def _prepare_followup_values(self, feedback, now):
        """Values of the follow-up that this done activity is.

        By whoever finishes it: who it was is known when the customer is locked, see
        :meth:`_get_contact_user`.

        :param str feedback: what the person wrote about it
        :return: dict for ``create`` of sales.process.followup
        """
        self.ensure_one()
        event = self.calendar_event_id
        text = " ".join((feedback or "").split())
        return {
            "lead_id": self.res_id,
            "user_id": self.env.uid,
            "date": min(event.stop, now) if event else now,
            "channel": self.activity_type_id._get_followup_channel(),
            "source": "activity",
            "activity_id": self.id,
            "calendar_event_id": event.id,
            "duration": min(max(event.duration, 0), 1000),
            "location": event.location,
            "subject": (text or self.summary or self.activity_type_id.name or "")[
                :SUBJECT_LENGTH
            ],
            "solution": feedback if len(text) > SUBJECT_LENGTH else False,
            "is_named_by_system": not text,
        }

    def _get_contact_user(self):
        """Who was in contact: who finished the activity.

        Where the leader finishes it for the owner or a helper, they were.

        :return: res.users
        """
        self.ensure_one()
        # sudo: the ownership may be hidden from who finishes the activity
        ownership = self.env["crm.lead"].sudo().browse(self.res_id).ownership_id
        user = self.env.user
        if user == ownership.user_id:
            return user
        team = ownership.user_id | ownership.collaborator_ids
        if (
            user not in team
            and self.user_id in team
            and self.env.uid != SUPERUSER_ID
            and ownership.team_id._is_leader(user)
        ):
            return self.user_id
        return user

    def _check_access(self, operation):
        """Say whose customer it is, where Odoo only says that it is forbidden."""
        result = super()._check_access(operation)
        if not result:
            return result
        forbidden, make_error = result
        # asked only where it is said: others leave out what they may not read
        return forbidden, partial(forbidden._make_refusal, make_error)

    def _make_refusal(self, make_error):
        """The error of activities that are refused: whose customer it is now.

        An activity goes with the customer. Whoever still has it on the screen, and
        finishes, edits or cancels it, may not read it any more.

        :param make_error: function that makes Odoo's error
        :return: AccessError
        """
        # sudo: where they stand
        lead_ids = {row.res_id for row in self.sudo() if row.res_model == "crm.lead"}
        leads = self.env["crm.lead"].browse(sorted(lead_ids)).exists()
        return leads._make_refusal(make_error)
