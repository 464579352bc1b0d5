# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools import deadline as deadline_tools
from ..tools import words
from .mail_activity import SUBJECT_LENGTH, WORDS_TYPE

# The same words after a season are a new contact: greetings come back every year.
REPEAT_SPAN = timedelta(days=90)
FAILED_STATES = ("bounce", "exception", "canceled")
# Nor has anybody received what waits to be sent.
UNSENT_STATES = (*FAILED_STATES, "ready", "process")
# Reasons that depend on who owned the customer when the contact was recorded.
STANDING_REASONS = ("no_owner", "stranger", "held", "other_party")
# A contact for the numbers, though there is no clock that it could move.
OWNERLESS = (False, None, "no_owner")
# Reasons that fall away when another contact does.
DEPENDENT_REASONS = ("repeated", "same_day", "limit")
# What the words of one contact are compared by.
WORDED_SOURCES = ("manual", "activity", "meeting")
RANK_ORDER = {"machine": 0, "stated": 1, "proven": 2}


class AskedContact(NamedTuple):
    """A contact of which is asked what stands beside it: see ``_read_known``."""

    ownership: Any
    lead_id: int
    team: Any
    user_id: int
    source: str
    date: datetime


class KnownRow(NamedTuple):
    """What is read of a contact to know it: see ``_read_known``."""

    part: str
    user_id: int
    team_id: int
    date: datetime
    ownership_id: int
    lead_id: int
    is_named: bool
    subject: str
    solution: str
    is_contact: bool
    is_same_day: bool
    channel: str
    source: str
    rank: str
    activity_id: int
    event_id: int
    number: int


class KnownContacts:
    """What other contacts say about one: the same words, the same day."""

    def __init__(self):
        # {(user id, customer): [(folded text, moment)]}
        self.texts = defaultdict(list)
        # {(user id, customer, day)} of contacts without words
        self.silent = set()
        # {(user id, customer, day, channel)}
        self.channels = set()
        # {(user id, day): contacts by hand}
        self.per_day = defaultdict(int)
        # what is recorded already, of the activities and meetings that were asked for
        self.activity_ids, self.event_ids = set(), set()
        self.zones = {}

    def get_zone(self, team, user):
        """The zone of a person in a team: asked once for a batch of contacts.

        :return: a pytz zone
        """
        if (team.id, user.id) not in self.zones:
            self.zones[team.id, user.id] = team._get_process_timezone(user)
        return self.zones[team.id, user.id]

    def add(self, followup, key, day, text, rank):
        """A contact that counts."""
        if text:
            self.texts[key].append((text, followup.date))
        self.add_day(key, day, followup.channel, rank, False)
        if followup.source in WORDED_SOURCES:
            self.per_day[key[0], day] += 1

    def add_day(self, key, day, channel, rank, is_same_day):
        """See :meth:`add`; one that is counted once with another takes no place."""
        if not is_same_day:
            self.channels.add((*key, day, channel))
        if rank == "machine":
            self.silent.add((*key, day))


class SalesProcessFollowup(models.Model):
    """What counts as contact, and why not."""

    _inherit = "sales.process.followup"

    def _judge(self, who_changed=True, known=None):
        """Decide for each contact whether it counts, and why not.

        The owner and the helpers are those of the moment when it was recorded; a
        correction of the text later does not ask again.

        :param bool who_changed: the person or the customer is new
        :param known: :class:`KnownContacts`, what has been read of others; as they
            are in the database by default
        """
        # sudo: the customer's other contacts may be hidden from a helper
        rows = self.sudo().sorted("id")
        known = known or rows._get_known_contacts()
        by_values = defaultdict(rows.browse)
        unranked = rows.filtered(lambda row: not row.rank_reason)
        at_once = unranked.calendar_event_id._find_entered_at_once()
        for followup in rows:
            rank, rank_reason = followup._get_rank(at_once)
            reason = followup._get_void_reason(who_changed, rank)
            key = followup._get_text_key()
            text = followup._get_compared_text(rank)
            if reason in OWNERLESS and text:
                near = [
                    other
                    for other, moment in known.texts[key]
                    if abs(followup.date - moment) <= REPEAT_SPAN
                ]
                if words.is_pasted(text, near):
                    reason = "repeated"
            zone = known.get_zone(followup.team_id, followup.user_id)
            day = deadline_tools.local_date(followup.date, zone)
            if reason in OWNERLESS:
                reason = followup._get_day_reason(known, key, day, rank) or reason
            is_same_day = False
            if reason in OWNERLESS:
                is_same_day = (*key, day, followup.channel) in known.channels
                known.add(followup, key, day, text, rank)
            values = (
                ("counts", not reason),
                ("void_reason", reason or False),
                ("rank", rank),
                ("rank_reason", rank_reason),
                ("is_same_day", is_same_day),
                (
                    "is_backdated",
                    day < deadline_tools.local_date(followup.create_date, zone),
                ),
            )
            by_values[values] |= followup
        for values, group in by_values.items():
            group.filtered(
                lambda row, values=values: any(
                    row[name] != value for name, value in values
                )
            ).write(dict(values))

    @api.model
    def _prepare_rank_values(self, vals):
        """What a contact is likely to be, so that most are written once only.

        :param dict vals: values of ``create``
        :return: dict of field values
        """
        source = vals.get("source") or "manual"
        if source in ("mail", "sms"):
            rank, reason = "proven", "delivered"
        elif vals.get("is_named_by_system") or vals.get("calendar_event_id"):
            # the meeting itself may be the proof: looked at once, here
            rank, reason = False, False
        else:
            rank, reason = "stated", "words"
        return {"rank": rank, "rank_reason": reason}

    def _get_rank(self, at_once):
        """How good the evidence of the contact is.

        A meeting proves itself when it is recorded, not by what is written into it
        afterwards.

        :param set at_once: ids of meetings that were entered with others
        :return: ``(value of rank, value of rank_reason)``
        """
        self.ensure_one()
        if self.rank_reason == "before":
            return self.rank, self.rank_reason
        has_words = words.has_words(self._get_written_words(), self._get_known_names())
        if self.source in ("mail", "sms"):
            if not has_words or self.is_astray or self.void_reason == "other_party":
                return "machine", "silent"
            return "proven", "delivered"
        event = self.calendar_event_id
        if self.rank_reason == "attended" and self.channel == "meeting":
            return "proven", "attended"
        if not self.rank_reason and event._is_proof_of_contact(event.id in at_once):
            return "proven", "attended"
        if not has_words:
            return "machine", "silent"
        if self.channel == "visit":
            if self.latitude or self.longitude:
                return "proven", "position"
            if self.photo:
                return "proven", "photo"
        return "stated", "words"

    def _get_written_words(self):
        """What a person wrote about the contact: subject and solution.

        :return: str, empty where only the system named it
        """
        self.ensure_one()
        subject = "" if self.is_named_by_system else self.subject or ""
        return f"{subject} {(self.solution or '')[: words.COMPARED_LENGTH]}".strip()

    def _get_known_names(self):
        """What stands in a text without anybody's words: names and addresses.

        :return: list of str
        """
        self.ensure_one()
        lead = self.lead_id
        partner = lead.partner_id
        company = partner.commercial_partner_id
        # a registration names the lead after what was discussed, not the reverse
        is_registered = self.channel in ("reception", "hotline")
        return [
            "" if is_registered else lead.name,
            lead.partner_name,
            lead.contact_name,
            lead.email_from,
            *(
                record[name]
                for record in (lead, partner, company)
                for name in ("street", "street2", "city", "email_normalized")
            ),
            partner.name,
            company.name,
            self.user_id.name,
        ]

    def _get_void_reason(self, who_changed, rank):
        """Why the contact does not reset the timer, other contacts apart.

        :param bool who_changed: the person or the customer is new
        :param str rank: see :meth:`_get_rank`
        :return: a value of ``void_reason``, or False where it counts
        """
        self.ensure_one()
        if self.is_voided:
            return "leader"
        reasons = [
            self._get_standing_reason()
            if who_changed
            else self.void_reason in STANDING_REASONS and self.void_reason
        ]
        ownership = self.ownership_id
        if not self.counts and not who_changed:
            # nothing that is entered afterwards lets a held customer stay
            reasons += [
                ownership.state != "open" and "no_owner",
                ownership.is_held and "held",
            ]
        if (
            ownership.state == "open"
            and ownership.previous_id
            and self.date < ownership.date_start
        ):
            reasons.append("before_period")
        if (
            self._is_undelivered()
            if self.mail_message_id
            # deleted before it went out: nothing brings it back
            else self.void_reason == "undelivered"
        ):
            reasons.append("undelivered")
        if self.is_astray:
            reasons.append("other_party")
        if self.is_not_held:
            reasons.append("not_held")
        if self.source == "meeting" and self._is_entered_late():
            reasons.append("late")
        if self.rank_reason != "before":
            reasons.append(self._get_evidence_reason(rank))
        # a contact with a customer of nobody is one: what else is wrong with it?
        return next(
            (reason for reason in reasons if reason not in OWNERLESS),
            "no_owner" if "no_owner" in reasons else False,
        )

    def _get_evidence_reason(self, rank):
        """What is missing of the evidence that the team asks for.

        :param str rank: see :meth:`_get_rank`
        :return: a value of ``void_reason``, or False
        """
        team = self.team_id
        wanted = team.followup_rank_min or "stated"
        is_written = self.source == "manual" or (
            rank == "stated" and self.source in WORDED_SOURCES
        )
        if is_written and len((self.subject or "").strip()) < team.followup_min_length:
            return "short"
        if rank == "machine" and wanted != "machine":
            return "no_words" if self.source == "manual" else "silent"
        if self.source not in WORDED_SOURCES:
            return False
        if self.channel == "visit" and self.source in WORDED_SOURCES:
            has_proof = self.latitude or self.longitude or self.photo
            if team.followup_visit_needs == "position" and not has_proof:
                return "position"
            if team.followup_visit_needs == "place" and not (
                has_proof or words.has_words(self.location)
            ):
                return "place"
        if (
            self.channel == "call"
            and self.source in WORDED_SOURCES
            and team.followup_call_needs == "duration"
            and not self.duration
        ):
            return "duration"
        if RANK_ORDER[rank] < RANK_ORDER[wanted]:
            return "unproven"
        return False

    def _get_day_reason(self, known, key, day, rank):
        """What one person cannot have done in one day.

        :param known: :class:`KnownContacts`
        :param tuple key: see :meth:`_get_text_key`
        :param date day: the day of the contact, where the person is
        :return: a value of ``void_reason``, or False
        """
        if rank == "machine" and (*key, day) in known.silent:
            return "same_day"
        limit = self.team_id.followup_day_limit
        if (
            limit
            and self.source in WORDED_SOURCES
            and (known.per_day[self.user_id.id, day] >= limit)
        ):
            return "limit"
        return False

    def _get_standing_reason(self):
        """Whether the person may reset the timer: the owner and the helpers.

        :return: a value of ``void_reason``, or False
        """
        ownership = self.ownership_id
        if ownership.state != "open":
            return "no_owner"
        if self.user_id != ownership.user_id and (
            self.user_id not in ownership.collaborator_ids
        ):
            return "stranger"
        if ownership.is_held:
            return "held"
        return self.void_reason == "other_party" and "other_party"

    def _is_entered_late(self):
        """Tell whether a meeting was put into the calendar long after it was held."""
        entered = self.calendar_event_id.create_date or self.create_date
        bound = timedelta(days=self.team_id.followup_backdate_days)
        return self._get_local_day(self.date) < self._get_local_day(entered) - bound

    # ------------------------------------------------------------
    # THE SAME TEXT AGAIN
    # ------------------------------------------------------------

    def _get_compared_text(self, rank):
        """The text a person wrote, without what means nothing.

        An e-mail has its words beside it, and a meeting with the customer needs none.

        :param str rank: see :meth:`_get_rank`
        :return: str, empty where there is nothing to compare
        """
        self.ensure_one()
        if not self.team_id.followup_refuse_repeated:
            return ""
        if self.source not in WORDED_SOURCES:
            return ""
        if rank == "proven" and self.calendar_event_id:
            return ""
        return words.fold(self._get_written_words())

    def _get_text_key(self):
        """Whose text on which customer is compared.

        :return: ``(user id, id of the first period, or minus that of the lead)``
        """
        ownership = self.ownership_id
        customer = (ownership.root_id or ownership).id
        return self.user_id.id, customer or -self.lead_id.id

    def _get_known_contacts(self):
        """What the same people recorded beside these contacts.

        :return: :class:`KnownContacts` of contacts that count, these left out
        """
        self.flush_model()
        return self._read_known(
            [
                AskedContact(
                    row.ownership_id,
                    row.lead_id.id,
                    row.team_id,
                    row.user_id.id,
                    row.source,
                    row.date,
                )
                for row in self
            ],
            without=self,
        )

    @api.model
    def _prepare_asked(self, lead, values):
        """What is asked of a contact that is about to be recorded.

        :param dict values: values of ``create``
        :return: :class:`AskedContact`
        """
        return AskedContact(
            lead.ownership_id,
            lead.id,
            lead.team_id,
            values["user_id"],
            values["source"],
            values["date"],
        )

    @api.model
    def _read_known(self, contacts, without=(), activities=()):
        """What the same people recorded beside some contacts, in one query.

        It is asked with every contact, of people who may have recorded hundreds: what
        is compared is all that is read, and what they did with other customers is
        only counted. What has been written must have been flushed.

        :param list contacts: :class:`AskedContact`
        :param without: sales.process.followup that are left out
        :param activities: mail.activity of which is asked whether they are recorded
        :return: :class:`KnownContacts` of contacts that count
        """
        known = KnownContacts()
        # a period that runs and is the first one is the whole chain
        chain = self.env["sales.process.ownership"].union(
            *(row.ownership for row in contacts)
        )
        chain |= chain.filtered(
            lambda row: row.root_id or row.state == "ended"
        ).chain_ids
        customers = {row.id: (row.root_id or row).id for row in chain}
        days = self._get_counted_days(contacts, known)
        without_ids = (without and without._ids) or (0,)
        parts = [
            self._get_known_customers_query(contacts, chain, without_ids),
            self._get_known_numbers_query(days, without_ids),
            self._get_recorded_query(activities),
        ]
        parts = [part for part in parts if part]
        if not parts:
            return known
        if contacts:
            since = min(row.date for row in contacts) - timedelta(days=1)
            until = max(row.date for row in contacts) + timedelta(days=1)
        Team, User = self.env["crm.team"], self.env["res.users"]
        for values in self.env.execute_query(SQL(" UNION ALL ").join(parts)):
            row = KnownRow(*values)
            if row.part == "recorded":
                known.activity_ids.add(row.activity_id)
                known.event_ids.add(row.event_id)
                continue
            if row.part == "number":
                day, _end = days[row.user_id, row.date]
                known.per_day[row.user_id, day] = row.number
                continue
            team = Team.browse(row.team_id)
            key = row.user_id, customers.get(row.ownership_id, -row.lead_id)
            if row.ownership_id and row.source in WORDED_SOURCES:
                subject = "" if row.is_named else row.subject or ""
                text = words.fold(f"{subject} {row.solution or ''}")
                if text and team.followup_refuse_repeated:
                    known.texts[key].append((text, row.date))
            if row.is_contact and since <= row.date <= until:
                zone = known.get_zone(team, User.browse(row.user_id))
                day = deadline_tools.local_date(row.date, zone)
                known.add_day(key, day, row.channel, row.rank, row.is_same_day)
        return known

    @api.model
    def _get_counted_days(self, contacts, known):
        """The days of which is asked how many contacts somebody had in all.

        :param known: :class:`KnownContacts`, which keeps the zones
        :return: ``{(user id, first second): (date, first second of the next)}``
        """
        days = {}
        for row in contacts:
            if row.source in WORDED_SOURCES and row.team.followup_day_limit:
                zone = known.get_zone(
                    row.team, self.env["res.users"].browse(row.user_id)
                )
                day = deadline_tools.local_date(row.date, zone)
                days.setdefault((row.user_id, day), zone)
        return {
            (user_id, deadline_tools.start_of_day_utc(day, zone)): (
                day,
                deadline_tools.start_of_day_utc(deadline_tools.add_days(day, 1), zone),
            )
            for (user_id, day), zone in days.items()
        }

    @api.model
    def _get_known_customers_query(self, contacts, chain, without_ids):
        """What the same people did with the same customers: see :meth:`_read_known`.

        :return: SQL, or None
        """
        if not contacts:
            return None
        is_written = any(
            row.ownership and row.source in WORDED_SOURCES for row in contacts
        )
        span = REPEAT_SPAN if is_written else timedelta(days=1)
        customers = [SQL("ownership_id IN %s", chain._ids)] if chain else []
        if leads := {row.lead_id for row in contacts if not row.ownership}:
            customers.append(
                SQL("(ownership_id IS NULL AND lead_id IN %s)", tuple(leads))
            )
        return SQL(
            """
            SELECT 'customer' AS part, user_id, team_id, date, ownership_id, lead_id,
                   is_named_by_system, subject, left(solution, %s),
                   counts OR void_reason = 'no_owner', is_same_day, channel, source,
                   rank, 0 AS activity, 0 AS event, 0 AS number
              FROM sales_process_followup
             WHERE (%s)
               AND user_id IN %s
               AND (counts OR is_voided OR void_reason = 'no_owner')
               AND date BETWEEN %s AND %s
               AND id NOT IN %s
            """,
            words.COMPARED_LENGTH,
            SQL(" OR ").join(customers),
            tuple({row.user_id for row in contacts}),
            min(row.date for row in contacts) - span,
            max(row.date for row in contacts) + span,
            without_ids,
        )

    @api.model
    def _get_known_numbers_query(self, days, without_ids):
        """How many contacts the same people had on these days.

        :param dict days: see :meth:`_get_counted_days`
        :return: SQL, or None
        """
        if not days:
            return None
        return SQL(
            """
            SELECT 'number', asked.user_id, 0, asked.since, 0, 0, FALSE, NULL, NULL,
                   FALSE, FALSE, NULL, NULL, NULL, 0, 0, count(*)::int
              FROM (VALUES %s) asked (user_id, since, until)
              JOIN sales_process_followup followup
                ON followup.user_id = asked.user_id
               AND followup.date >= asked.since AND followup.date < asked.until
             WHERE followup.source IN %s
               AND (followup.counts OR followup.void_reason = 'no_owner')
               AND followup.id NOT IN %s
          GROUP BY asked.user_id, asked.since
            """,
            SQL(", ").join(
                SQL("(%s, %s::timestamp, %s::timestamp)", user_id, since, until)
                for (user_id, since), (_day, until) in days.items()
            ),
            WORDED_SOURCES,
            without_ids,
        )

    @api.model
    def _get_recorded_query(self, activities):
        """Whether activities, or their meetings, are recorded: :meth:`_read_known`.

        :return: SQL, or None
        """
        if not activities:
            return None
        return SQL(
            """
            SELECT 'recorded', user_id, team_id, date, ownership_id, lead_id, FALSE,
                   NULL, NULL, FALSE, FALSE, channel, source, rank, activity_id,
                   calendar_event_id, 0
              FROM sales_process_followup
             WHERE activity_id IN %s OR calendar_event_id IN %s
            """,
            activities._ids,
            activities.calendar_event_id._ids or (0,),
        )

    # ------------------------------------------------------------
    # DELIVERY
    # ------------------------------------------------------------

    def _is_undelivered(self, states=FAILED_STATES):
        """Tell whether the message reached none of its customers.

        :param states: states of notifications that reached nobody
        :return: bool
        """
        self.ensure_one()
        notifications = self.mail_message_id.notification_ids.filtered(
            lambda row: (
                row.notification_type in ("email", "sms")
                and (not row.res_partner_id or row.res_partner_id.partner_share)
            )
        )
        return bool(notifications) and all(
            row.notification_status in states or row._is_never_sent()
            for row in notifications
        )

    def _mark_sent(self, mails, sent_to, is_failed):
        """Mails have gone out: a contact is what reached the customer's address.

        :param mails: mail.mail in sudo
        :param dict sent_to: who has been written to, as the field
        :param bool is_failed: some of them have not
        """
        astray = self.browse()
        for followup in self.filtered("sent_to"):
            expected = followup.sent_to
            notifications = followup.mail_message_id.notification_ids.filtered(
                lambda row: row.mail_mail_id in mails
            )
            lost = set()
            for row in notifications:
                key = str(row.res_partner_id.id or row.mail_email_address)
                if key in expected and (
                    sent_to[key] != expected[key] if key in sent_to else not is_failed
                ):
                    lost.add(key)
            if not lost:
                continue
            left = {key: expected[key] for key in expected.keys() - lost}
            followup.write({"sent_to": left, "is_astray": not left})
            if not left:
                astray |= followup
        if astray:
            astray.ownership_id._lock_rows()
            astray._judge(who_changed=False)
            astray._reconsider(astray.ownership_id)

    def _take_back_unsent(self):
        """The messages are about to be deleted: what has not gone out is no contact."""
        unsent = self.filtered(lambda row: row._is_undelivered(UNSENT_STATES))
        if not unsent:
            return
        unsent.ownership_id._lock_rows()
        unsent.write(
            {"mail_message_id": False, "counts": False, "void_reason": "undelivered"}
        )
        unsent._judge(who_changed=False)
        unsent._reconsider(unsent.ownership_id)

    def _review_delivery(self):
        """Messages arrived or came back: contacts do not count, or count again."""
        changed = self.filtered(
            lambda row: (
                (row.void_reason == "undelivered") != row._is_undelivered()
                and (row.counts or row.void_reason == "undelivered")
            )
        )
        if changed:
            changed.ownership_id._lock_rows()
            changed._judge(who_changed=False)
            changed._reconsider(changed.ownership_id)

    # ------------------------------------------------------------
    # THE CLOCK
    # ------------------------------------------------------------

    def _register_contacts(self):
        """Move the timers of the customers forward, in one batch.

        Their rows are locked and open: what counts has been judged so.
        """
        contacts = {}
        # sudo: the ledger is written by its own methods only
        for followup in self.sudo().filtered("counts"):
            ownership = followup.ownership_id
            contacts[ownership] = max(
                contacts.get(ownership, followup.date), followup.date
            )
        ownerships = self.env["sales.process.ownership"].sudo().union(*contacts)
        ownerships._move_last_contact(contacts)

    def _reconsider(self, ownerships):
        """Contacts were changed or deleted: take the clocks from what is left.

        A text that was refused because it stood in one of them may count now.

        :param ownerships: sales.process.ownership in sudo
        """
        if not ownerships:
            return
        # sudo: the ledger is written by its own methods only
        self.sudo().search(
            [
                ("ownership_id", "in", ownerships.ids),
                ("id", "not in", self.ids),
                "|",
                ("void_reason", "in", DEPENDENT_REASONS),
                ("is_same_day", "=", True),
            ]
        )._judge(who_changed=False)
        ownerships._recompute_agreed()
        ownerships._recompute_last_contact()

    def _log_backdated(self):
        """Say in the chatter of a late entry how late it is."""
        backdated = self.filtered("is_backdated")
        if not backdated:
            return
        bodies = {}
        for followup in backdated:
            days = (
                followup._get_local_day(followup.create_date)
                - followup._get_local_day(followup.date)
            ).days
            bodies[followup.id] = self.env._(
                "Entered %(days)s days after the contact.", days=days
            )
        # sudo: the system writes the log, whoever made the entry
        backdated.sudo()._message_log_batch(bodies=bodies)

    # ------------------------------------------------------------
    # WORDS ARE ASKED FOR
    # ------------------------------------------------------------

    def _ask_for_words(self):
        """Contacts without a word: a to-do asks the person for what was discussed."""
        # sudo: made by the system from what the person did
        silent = self.sudo().filtered(
            lambda row: row.void_reason == "silent" and row.user_id.active
        )
        if not silent:
            return
        activity_type = self.env.ref(WORDS_TYPE, raise_if_not_found=False)
        if not activity_type:
            return
        model_id = self.env["ir.model"]._get_id(self._name)
        # sudo: see above
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": followup.id,
                    "activity_type_id": activity_type.id,
                    "summary": followup.lead_id.display_name,
                    "date_deadline": followup._get_local_day(self.env.cr.now()),
                    "user_id": followup.user_id.id,
                }
                for followup in silent
            ]
        )

    def _set_words(self, text):
        """Write what was discussed, as the person who finished the to-do says.

        :param str text: a long one is kept as what was solved
        """
        self.ensure_one()
        subject = " ".join(text.split())
        vals = {"subject": subject[:SUBJECT_LENGTH]}
        if len(subject) > SUBJECT_LENGTH:
            vals["solution"] = text
        self.write(vals)

    def _thank_for_words(self):
        """The words are there: the to-do that asked for them is done."""
        # sudo: the leader may have written them
        answered = self.sudo().filtered(lambda row: row.void_reason != "silent")
        answered.activity_ids.filtered(
            lambda row: row.activity_type_id == self.env.ref(WORDS_TYPE, False)
        ).unlink()

    # ------------------------------------------------------------
    # MEETINGS THAT DID NOT TAKE PLACE
    # ------------------------------------------------------------

    def _mark_not_held(self, is_not_held=True):
        """Meetings were declined, put off or deleted, or they were held after all.

        :param bool is_not_held: what is true now
        """
        # sudo: whoever writes the calendar may not read the follow-ups
        changed = self.sudo().filtered(lambda row: row.is_not_held != is_not_held)
        if not changed:
            return
        changed.ownership_id._lock_rows()
        changed.write({"is_not_held": is_not_held})
        changed._judge(who_changed=False)
        changed._reconsider(changed.ownership_id)
        if is_not_held:
            changed._thank_for_words()
