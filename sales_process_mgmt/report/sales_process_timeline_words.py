# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stands in the lines of a time line."""

from odoo import api, fields, models
from odoo.tools import html2plaintext

from ..tools import labels

CHANNEL_ICONS = {
    "reception": "fa-home",
    "hotline": "fa-headphones",
    "call": "fa-phone",
    "visit": "fa-map-marker",
    "meeting": "fa-calendar",
    "email": "fa-envelope-o",
    "sms": "fa-mobile",
    "message": "fa-weixin",
    "other": "fa-comments-o",
}
TEXT_LENGTH = 300


class SalesProcessTimelineWords(models.AbstractModel):
    """What a line of each kind says; the time line inherits it."""

    _name = "sales.process.timeline.words"
    _description = "Words of a Time Line"

    @api.model
    def _make_line(self, title, text=None, person=None, **values):
        """What is shown of one line.

        :param str title: what happened
        :param str text: what was said
        :param person: res.users or res.partner in sudo, who did it
        :param values: ``badge`` and ``tone`` (``success``, ``warning``, ``danger``),
            ``day`` where there is no hour, another ``icon`` or ``open``
        :return: dict
        """
        text = " ".join((text or "").split())
        if len(text) > TEXT_LENGTH:
            text = text[:TEXT_LENGTH].rstrip() + "…"
        return {
            "title": title or "",
            "text": text,
            "person": person.name or False if person else False,
            "avatar": {"model": person._name, "id": person.id} if person else False,
            "badge": False,
            "tone": False,
            "day": False,
            **values,
        }

    def _describe_followups(self, followups):
        channels = labels.get_choices(followups, "channel")
        lines = {}
        for row in followups:
            step = row.next_step and self.env._("Next: %(step)s", step=row.next_step)
            lines[row.id] = self._make_line(
                channels[row.channel],
                " · ".join(filter(None, (row.subject, row.solution, step))),
                row.sudo().user_id,  # sudo: a colleague's name is no secret
                badge=row.counts_label,
                tone="success" if row.counts else "warning",
                icon=CHANNEL_ICONS[row.channel],
            )
        return lines

    def _describe_messages(self, messages):
        # sudo: of documents that the user may read; Odoo would ask for each of them
        messages = messages.sudo()
        types = messages.mail_activity_type_id.grouped("id")
        titles = {
            "comment": self.env._("Message"),
            "email": self.env._("E-mail received"),
            "email_outgoing": self.env._("E-mail sent"),
        }
        note = self.env.ref("mail.mt_note", raise_if_not_found=False)
        lines = {}
        for row in messages:
            title = titles.get(row.message_type, titles["comment"])
            if row.mail_activity_type_id:
                title = types[row.mail_activity_type_id.id].name
            elif row.message_type == "comment" and row.subtype_id == note:
                title = self.env._("Note")
            body = html2plaintext(row.body or "", include_references=False)
            lines[row.id] = self._make_line(
                title,
                " · ".join(filter(None, (row.subject, body))),
                row.author_id,
                open={"model": row.model, "id": row.res_id},
            )
            if not row.author_id:
                lines[row.id]["person"] = row.email_from or False
        return lines

    def _describe_meetings(self, meetings):
        now = self.env.cr.now()
        return {
            row.id: self._make_line(
                row.name,
                row.location,
                row.sudo().user_id,  # sudo: a colleague's name is no secret
                badge=self.env._("Planned") if row.start > now else False,
                day=fields.Date.to_string(row.start_date) if row.allday else False,
            )
            for row in meetings
        }

    def _describe_owners(self, periods):
        origins = labels.get_choices(periods, "origin")
        reasons = labels.get_choices(periods, "end_reason")
        before = {row.id: row for row in periods.sudo().previous_id}
        readable = set(periods.browse(before).sudo(False)._filtered_access("read")._ids)
        lines = {}
        for row in periods:
            # sudo: whether the user reads the period before has been asked
            last = before.get(row.sudo().previous_id.id, periods.sudo().browse())
            last = last.filtered(lambda period: period.id in readable)
            why = filter(None, (reasons.get(last.end_reason), last.end_note))
            owner = row.sudo().user_id  # sudo: a colleague's name is no secret
            if owner:
                title = self.env._("Owner: %(person)s", person=owner.name)
                badge, person = origins[row.origin], None
            else:
                title = self.env._("Went into the pool")
                badge, person = False, last.user_id
            lines[row.id] = self._make_line(title, " · ".join(why), person, badge=badge)
        return lines

    def _describe_ends(self, periods):
        reasons = labels.get_choices(periods, "end_reason")
        return {
            row.id: self._make_line(
                self.env._("Responsibility ended"),
                row.end_note,
                row.sudo().user_id,  # sudo: a colleague's name is no secret
                badge=reasons.get(row.end_reason, False),
            )
            for row in periods
        }

    def _describe_conflicts(self, conflicts):
        resolutions = labels.get_choices(conflicts, "resolution")
        doors = labels.get_choices(conflicts, "door")
        lines = {}
        for row in conflicts:
            is_open = row.state == "open"
            lines[row.id] = self._make_line(
                self.env._("Conflict"),
                row.note or doors[row.door],
                row.sudo().user_id,  # sudo: see above
                badge=self.env._("To Decide")
                if is_open
                else resolutions.get(row.resolution, False),
                tone="warning" if is_open else False,
            )
        return lines

    def _describe_grades(self, changes):
        nothing = self.env._("none")
        sources = labels.get_choices(changes, "source")
        return {
            row.id: self._make_line(
                self.env._(
                    "Grade: %(before)s → %(after)s",
                    before=row.grade_before_id.name or nothing,
                    after=row.grade_id.name or nothing,
                ),
                row.why,
                row.sudo().user_id,  # sudo: a colleague's name is no secret
                badge=sources[row.source],
                open=False,
            )
            for row in changes
        }
