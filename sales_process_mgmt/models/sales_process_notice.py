# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from markupsafe import Markup

from odoo import api, models, tools

from ..tools import quiet, texts
from ..tools.spoken import speaking

NEWS = "sales_process_home"
PREFERENCES = "/odoo/action-sales_process_mgmt.sales_process_preferences_action"


class SalesProcessNotice(models.AbstractModel):
    """What people are told: in the language of whoever reads, one message each.

    Nobody is buried: what only informs waits for the one message of the day, or is
    told as the reader has chosen; what needs an answer is told at once, except in
    quiet hours. What waits stands in ``sales.process.notice.line``. Each message says
    why it came, and where that is changed.
    """

    _name = "sales.process.notice"
    _description = "Messages to People"

    @api.model
    def _group_by_language(self, users):
        """People by the language in which they read.

        :param users: res.users; those who left are left out
        :return: list of ``(environment in that language, res.users)``
        """
        # sudo: colleagues of other companies are told, too
        # what is asked of one is asked of all who are told by the same work
        together = users._prefetch_ids
        groups = users.sudo().filtered("active").with_prefetch(together)
        return [
            (speaking(self, lang).env, group.with_prefetch(together))
            for lang, group in groups.grouped("lang").items()
        ]

    @api.model
    def _tell(
        self,
        users,
        render,
        record=None,
        why="work",
        answer=False,
        today=False,
        until=None,
        waiting=None,
        **values,
    ):
        """Tell people something, each in their own language and at their hour.

        :param users: res.users
        :param render: function of an environment in the reader's language, gives
            ``(subject, body)``; a body in HTML is Markup
        :param record: the record that the message is about
        :param str why: the reason, see :meth:`_get_reasons`
        :param bool answer: somebody waits for an answer of theirs: told at once, in
            quiet hours when these end
        :param bool today: it is of use on this day only: told at once or, in quiet
            hours, not later than these end; not asked for, so "not at all" holds
        :param until: naive UTC datetime; it stands on the reader's to-do list as well,
            so with the message of the day it is told only together with something
            else, and from then on not any more
        :param list waiting: what is told later is added to it, and kept by the caller:
            see ``_keep`` of sales.process.notice.line
        :param values: further values of ``message_notify``
        """
        for env, group in self._group_by_language(users):
            moments = self._get_moments(group, answer, today)
            if not moments:
                continue
            subject, body = render(env)
            if not isinstance(body, Markup):
                body = texts.paragraph(body) if body else Markup()
            by_moment = defaultdict(self.env["res.users"].browse)
            for user, moment in moments.items():
                # what the message of the day only takes along, see ``until``
                taken = until and moment and self._get_way(user) == "daily"
                by_moment[moment, until if taken else None] |= user
            if now := by_moment.pop((None, None), None):
                env["sales.process.notice"]._send(
                    now, subject, body, why, record, **values
                )
            # sudo: what waits is written by the system
            Line = env["sales.process.notice.line"].sudo()
            rows = Line._prepare_waiting(
                by_moment, subject, body, why, record, answer, **values
            )
            if waiting is None:
                Line._keep(rows)
            else:
                waiting += rows

    @api.model
    def _send(self, users, subject, body, why, record=None, **values):
        """Send one message now; the language is that of the environment.

        :param users: res.users who read this language
        :param str subject: subject
        :param Markup body: body
        :param str why: the reason, see :meth:`_get_reasons`
        :param record: the record that the message is about
        :param values: further values of ``message_notify``
        """
        # sudo: who acts may not read who is told, nor the record
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=users.partner_id.ids,
            subject=subject,
            body=body + self._get_footer([why]),
            model=record._name if record else False,
            res_id=record.id if record else False,
            **values,
        )

    # ------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------

    @api.model
    def _get_moments(self, users, answer=False, today=False):
        """When each of these people is told.

        :param users: res.users in sudo
        :param bool answer: whether an answer is asked of them
        :param bool today: whether it is of use on this day only
        :return: ``{res.users: naive UTC datetime, or None for now}``; whoever does not
            want to be told is left out
        """
        now = self.env.cr.now()
        moments = {}
        for user in users:
            team = self._get_team(user)
            way = self._get_way(user, team)
            if way == "none" and not answer:
                continue
            moments[user] = None
            if not team:
                continue
            zone = team._get_process_timezone(user)
            silent = quiet.quiet_until(
                now, zone, team.process_quiet_from, team.process_quiet_to
            )
            if way == "daily" and not answer and not today:
                moments[user] = quiet.next_hour(now, zone, team.process_notice_hour)
            elif silent:
                moments[user] = silent
        return moments

    @api.model
    def _get_way(self, user, team=None):
        """How a person is told what only informs.

        :param user: res.users in sudo, one
        :param team: see :meth:`_get_team`, where it is known
        :return: str, ``now``, ``daily`` or ``none``
        """
        team = self._get_team(user) if team is None else team
        return user.process_notice or team.process_notice or "now"

    @api.model
    def _get_team(self, user):
        """The team whose hours hold for a person; no query once teams are known.

        The own team, one that the person leads, else one of the own company: whoever
        stands above the teams reads with them. Nothing waits where no team observes or
        enforces.

        :param user: res.users in sudo, one
        :return: crm.team in sudo, one at most
        """
        # sudo: the hours of the team hold for whoever is told
        Team = self.env["crm.team"].sudo()
        active_ids = Team._get_active_process_ids()
        if not active_ids:
            return Team
        for teams in (user.crm_team_ids, user.process_led_team_ids):
            own = teams.sudo().filtered(
                lambda team: team.id in active_ids and team.active
            )
            if own:
                return own.sorted("id")[0]
        return (
            Team.browse(sorted(active_ids))
            .filtered(
                lambda team: (
                    team.active
                    and (not team.company_id or team.company_id in user.company_ids)
                )
            )
            .sorted(lambda team: (team.company_id != user.company_id, team.id))[:1]
        )

    # ------------------------------------------------------------
    # WHY
    # ------------------------------------------------------------

    @api.model
    def _get_reasons(self):
        """Why people are told something.

        :return: ``{reason: sentence}``, in the language of the environment
        """
        return {
            "answer": self.env._(
                "You are told because somebody waits for your answer."
            ),
            "customer": self.env._("You are told because it is your customer."),
            "helper": self.env._("You are told because you help with the customer."),
            "leader": self.env._("You are told because you lead the team."),
            "duty": self.env._("You are told because it is about your shift."),
            "absence": self.env._("You are told because of an absence."),
            "report": self.env._("You are told because you write or read the report."),
            "work": self.env._("You are told because it concerns your work."),
        }

    @api.model
    def _get_footer(self, reasons):
        """Why a message came, and where that is changed.

        :param reasons: reasons, see :meth:`_get_reasons`
        :return: Markup
        """
        sentences = self._get_reasons()
        told = [sentences.get(reason, sentences["work"]) for reason in reasons]
        return Markup(
            '<p style="color: #6c757d; font-size: 85%%">%s <a href="%s">%s</a></p>'
        ) % (
            " ".join(told),
            PREFERENCES,
            self.env._("Change when you are told"),
        )

    # ------------------------------------------------------------
    # WHAT HAPPENED
    # ------------------------------------------------------------

    @api.model
    def _announce(self, event, records):
        """Something happened that people may want to hear of, alone or in a group.

        Homes of new owners are shown anew; an addon that speaks to groups names in
        :meth:`_find_heard_events` what it wants to hear, and is not asked otherwise.
        It never refuses, and never waits for another server.

        :param str event: ``received`` (periods that begin, however), ``expired``,
            ``won``, ``conflict`` or ``report_missing``
        :param records: sales.process.ownership, conflict or report, with a ``team_id``
        """
        if event == "received":
            self._refresh_homes(records.user_id)
        if event in self._get_heard_events():
            self._speak(event, records)

    @api.model
    @tools.ormcache()
    def _get_heard_events(self):
        """Which events anybody listens to: see :meth:`_find_heard_events`."""
        return self._find_heard_events()

    @api.model
    def _find_heard_events(self):
        """Which events anybody listens to; a hook, asked when memory was emptied.

        Whoever answers calls ``forget_kept`` when the answer changes.

        :return: frozenset of str
        """
        return frozenset()

    @api.model
    def _speak(self, event, records):
        """Somebody listens to this; a hook, see :meth:`_announce`."""

    @api.model
    def _refresh_homes(self, users):
        """Let open homes of people read themselves again, without a reload.

        One message a person and transaction, with nothing in it: what there is to see
        is asked for by the person. Whoever acts sees it anyway.

        :param users: res.users
        """
        told = self.env.cr.precommit.data.setdefault(NEWS, {self.env.uid})
        for user in users.filtered(lambda user: user.id not in told):
            told.add(user.id)
            # sudo: whoever acts may not read who is told
            user.sudo()._bus_send(NEWS, {})

    # ------------------------------------------------------------
    # TO-DO LISTS AND SCREENS
    # ------------------------------------------------------------

    @api.model
    def _plan(self, record, kind, user, get_summary=None, **values):
        """Plan an activity for somebody, in the language in which they read.

        :param record: the record that the activity is about, as it may be written
        :param str kind: external id of the type of activity
        :param user: res.users, one
        :param get_summary: function of an environment in that language; by default
            the activity says what its type says
        :param values: further values of ``activity_schedule``
        :return: mail.activity
        """
        spoken = speaking(record, user.lang)
        if get_summary:
            values["summary"] = get_summary(spoken.env)
        return spoken.activity_schedule(kind, user_id=user.id, **values)

    @api.model
    def _toast(self, message, next_action=None, kind="success"):
        """Say for a moment that something was done.

        :param str message: one sentence
        :param dict next_action: what happens then; by default the dialog is closed
        :param str kind: ``success``, ``info``, ``warning`` or ``danger``
        :return: dict, a client action
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": next_action or {"type": "ir.actions.act_window_close"},
            },
        }
