# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta
from hashlib import sha256

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, html_sanitize

from ..tools import texts
from ..tools.spoken import speaking
from .sales_process_retry import work_in_batches

_logger = logging.getLogger(__name__)

# Two servers never write to the same person at once.
LOCK = 19_110_007
# What was told is kept so long, for whoever looks for it.
KEPT = timedelta(days=30)


class SalesProcessNoticeLine(models.Model):
    """What somebody will be told: in the one message of the day, or after the night.

    The same thing is told once: what waits already is not written a second time. A
    scheduled action sends to each person what is due, what needs an answer on top, in
    one message and one transaction: killed at any point it goes on, and two servers
    never tell anybody twice. What waits for somebody who has left goes to the leader.
    """

    _name = "sales.process.notice.line"
    _description = "Notice"
    _inherit = ["sales.process.guard"]
    _order = "needs_answer DESC, id DESC"
    _rec_name = "subject"

    user_id = fields.Many2one(
        "res.users",
        string="Recipient",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    left_user_id = fields.Many2one(
        "res.users",
        string="Meant For",
        readonly=True,
        index="btree_not_null",
        help="Somebody who has left; what waited for them was told to the leader.",
    )
    subject = fields.Char(string="What It Is About", required=True, readonly=True)
    body = fields.Html(string="Text", readonly=True)
    reason = fields.Selection(
        [
            ("answer", "An answer is asked"),
            ("customer", "My customer"),
            ("helper", "I help with the customer"),
            ("leader", "I lead the team"),
            ("duty", "My shift"),
            ("absence", "An absence"),
            ("report", "A report that I write or read"),
            ("work", "My work"),
        ],
        string="Why",
        required=True,
        readonly=True,
        help="Why you are told this.",
    )
    needs_answer = fields.Boolean(
        string="Answer Needed",
        readonly=True,
        help="Somebody waits for your answer. It is told at once, in quiet hours when "
        "these end.",
    )
    date_due = fields.Datetime(
        string="Told From",
        required=True,
        readonly=True,
        help="The next message of the day, or the end of the quiet hours.",
    )
    date_until = fields.Datetime(
        string="Told Until",
        readonly=True,
        help="It stands on your to-do list as well: it is told together with something "
        "else, and from then on not any more.",
    )
    date_sent = fields.Datetime(
        string="Told On", readonly=True, help="Empty: it waits for its message."
    )
    author_id = fields.Many2one("res.partner", string="Sender", readonly=True)
    res_model = fields.Char(string="Kind of Record", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    fingerprint = fields.Char(
        required=True, readonly=True, export_string_translation=False
    )

    _waiting_uniq = models.UniqueIndex(
        "(user_id, fingerprint) WHERE date_sent IS NULL",
        "This person is told so already.",
    )
    _due_idx = models.Index("(user_id, date_due) WHERE date_sent IS NULL")

    # ------------------------------------------------------------
    # WHAT WAITS
    # ------------------------------------------------------------

    @api.model
    def _prepare_waiting(
        self,
        by_moment,
        subject,
        body,
        why,
        record=None,
        answer=False,
        author_id=False,
        **_values,
    ):
        """The rows of what is told later, for :meth:`_keep`.

        :param dict by_moment: ``{(due, until): res.users}``, naive UTC datetimes; with
            ``until`` it is told only together with something else, and not after that
        :param str subject: subject, in the language of these people
        :param Markup body: body
        :param str why: the reason, see ``_get_reasons`` of sales.process.notice
        :param record: the record that the message is about
        :param bool answer: whether an answer is asked
        :param author_id: id of the res.partner in whose name it is told
        :return: list of dicts of values of columns
        """
        if not any(by_moment.values()):
            return []
        body = body if texts.is_harmless(body) else html_sanitize(body)
        model, res_id = (record._name, record.id) if record else (None, None)
        text = "\0".join((subject or "", body, model or "", str(res_id or "")))
        now = self.env.cr.now()
        values = {
            "subject": subject or "",
            "body": body,
            "reason": why if why in self._get_known_reasons() else "work",
            "needs_answer": answer,
            "author_id": author_id or None,
            "res_model": model,
            "res_id": res_id,
            "fingerprint": sha256(text.encode()).hexdigest(),
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": now,
            "write_date": now,
        }
        return [
            {"user_id": user.id, "date_due": due, "date_until": until, **values}
            for (due, until), users in by_moment.items()
            for user in users
        ]

    @api.model
    def _keep(self, rows):
        """Keep what is told later; what waits already comes not later than before.

        :param list rows: see :meth:`_prepare_waiting`
        """
        rows = sorted(rows, key=lambda row: row["user_id"])
        while rows:
            # a statement meets a row that waits already once
            first, again = {}, []
            for row in rows:
                key = row["user_id"], row["fingerprint"]
                if first.setdefault(key, row) is not row:
                    again.append(row)
            self._insert_waiting(list(first.values()))
            rows = again

    @api.model
    def _insert_waiting(self, rows):
        names = list(rows[0])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_process_notice_line AS line (%s)
                VALUES %s
                    ON CONFLICT (user_id, fingerprint) WHERE date_sent IS NULL
                    DO UPDATE
                   SET date_due = LEAST(line.date_due, EXCLUDED.date_due),
                       date_until = CASE
                           WHEN line.date_until IS NOT NULL
                           THEN EXCLUDED.date_until END,
                       needs_answer = line.needs_answer OR EXCLUDED.needs_answer
             RETURNING id
                """,
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    SQL("%s", tuple(row[name] for name in names)) for row in rows
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_known_reasons(self):
        return dict(self._fields["reason"].selection)

    def action_open(self):
        """Open what a notice is about.

        :return: dict, a window action
        :raise UserError: where there is nothing to open
        :raise AccessError: where the reader may not see it
        """
        self.ensure_one()
        self.check_access("read")
        if not self.res_model or self.res_model not in self.env:
            raise UserError(self.env._("This notice is about no single record."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record has been deleted since."))
        record.check_access("read")
        return record.get_formview_action()

    def action_tell_now(self):
        """Read now what waits: it will not be told again.

        :raise AccessError: for what others are told
        """
        self.check_access("read")
        if self.user_id - self.env.user:
            raise AccessError(self.env._("Only whoever is told reads a notice."))
        # sudo: what waits is written by the system
        waiting = self.sudo()._lock_rows().filtered(lambda line: not line.date_sent)
        waiting.date_sent = self.env.cr.now()

    # ------------------------------------------------------------
    # THE MESSAGE OF THE DAY
    # ------------------------------------------------------------

    @api.model
    def _cron_tell(self):
        """Send to each person what is due, in one message.

        Works in batches of people, each committed: may be killed at any point, run
        twice, or on two servers at once. A person who cannot be told never stops the
        others and is tried again later.
        """
        work_in_batches(self.env, self._select_readers, self._tell_readers, self._fail)
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _fail(self, user_id, error):
        self.env["sales.process.failure"]._mark(
            self.env["res.users"].browse(user_id), error
        )

    @api.model
    def _select_readers(self, limit, after=0, without=(), ids=None):
        """The next people for whom something is due, no other server's.

        :param int limit: how many at most
        :param int after: id of the last one of the batch before
        :param without: ids to pass over
        :param ids: look only at these
        :return: res.users
        """
        waiting = self.env["sales.process.failure"]._get_waiting_ids("res.users")
        self.flush_model()
        only = SQL("AND user_id IN %s", tuple(ids)) if ids else SQL()
        passed = tuple({*without, *waiting, 0})
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id
                  FROM (
                    SELECT DISTINCT user_id
                      FROM sales_process_notice_line
                     WHERE date_sent IS NULL
                       AND date_until IS NULL
                       AND date_due <= %(now)s
                       AND user_id > %(after)s
                       AND user_id NOT IN %(passed)s
                       %(only)s
                  ORDER BY user_id
                     LIMIT %(limit)s
                       ) AS reader
                 WHERE pg_try_advisory_xact_lock(%(lock)s, user_id)
                """,
                now=self.env.cr.now(),
                after=0 if ids else after,
                passed=passed,
                only=only,
                limit=limit,
                lock=LOCK,
            )
        )
        return self.env["res.users"].browse(row[0] for row in rows)

    @api.model
    def _tell_readers(self, users):
        """Send one message to each of these people; never commits.

        :param users: res.users
        """
        now = self.env.cr.now()
        # sudo: the system reads what it will tell
        lines = self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("date_sent", "=", False),
                "|",
                "&",
                ("date_until", "=", False),
                ("date_due", "<=", now),
                ("date_until", ">", now),
            ],
            order="user_id, id",
        )
        lines = lines._lock_rows().filtered(lambda line: not line.date_sent)
        for user, own in lines.grouped("user_id").items():
            if user.active:
                own._tell_one(user)
            else:
                own._pass_on(user)
        if users:
            self.env["sales.process.failure"]._clear(users)

    def _tell_one(self, user):
        """Send one message with all of these lines, what needs an answer on top."""
        self.date_sent = self.env.cr.now()
        spoken = speaking(self, user.lang)
        Notice = spoken.env["sales.process.notice"]
        if len(self) == 1:
            record = False
            if self.res_model in self.env:
                record = self.env[self.res_model].browse(self.res_id).exists()
            Notice._send(
                user,
                self.subject,
                spoken._get_meant_for() + (self.body or ""),
                self.reason,
                record,
                author_id=self.author_id.id or None,
            )
            return
        asked = spoken.filtered("needs_answer")
        env = spoken.env
        if asked:
            subject = env._(
                "Your notices: %(answers)s to answer, %(others)s to know",
                answers=len(asked),
                others=len(self - asked),
            )
        else:
            subject = env._("Your notices: %(count)s", count=len(self))
        body = asked._render_section(env._("Needs your answer"))
        body += (spoken - asked)._render_section(env._("To know"))
        reasons = dict.fromkeys(spoken.mapped("reason"))
        # sudo: the system tells
        env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=body + Notice._get_footer(reasons),
        )

    def _get_meant_for(self):
        """For whom it was meant, where somebody has left."""
        self.ensure_one()
        if not self.left_user_id:
            return Markup()
        return Markup("<p>%s</p>") % self.env._(
            "Meant for %(user)s, who has left.", user=self.left_user_id.name
        )

    def _render_section(self, title):
        """A heading and these lines, each with the link to its record.

        :param str title: heading
        :return: Markup, empty for no lines
        """
        if not self:
            return Markup()
        items = Markup()
        for line in self:
            link = Markup()
            if line.res_model and line.res_id:
                link = Markup(' <a href="/odoo/%s/%s">%s</a>') % (
                    line.res_model,
                    line.res_id,
                    self.env._("Open"),
                )
            items += Markup("<li><b>%s</b>%s%s%s</li>") % (
                line.subject,
                link,
                line._get_meant_for(),
                line.body or "",
            )
        return Markup("<h3>%s</h3><ul>%s</ul>") % (title, items)

    def _pass_on(self, user):
        """What waited for somebody who has left goes to the leader; else it waits.

        :param user: res.users, archived
        """
        memberships = self.env["crm.team.member"].with_context(active_test=False)
        # sudo: teams of the past are no secret of the system
        teams = memberships.sudo().search([("user_id", "=", user.id)]).crm_team_id
        leader = (teams.user_id.filtered("active") - user)[:1]
        if not leader:
            # sudo: somebody of the company decides
            leader = teams[:1].sudo()._get_deciders(user, user.company_id)[:1]
        if not leader:
            _logger.warning(
                "Nobody is told what waits for %s, who has left", user.login
            )
            self.date_due = self.env.cr.now() + timedelta(days=1)
            return
        for line in self:
            line.write(
                {
                    "user_id": leader.id,
                    "left_user_id": user.id,
                    "fingerprint": f"{line.fingerprint[:64]}:{user.id}",
                }
            )

    @api.autovacuum
    def _gc_told(self):
        """Forget what was told long ago, and what need not be told any more."""
        now = self.env.cr.now()
        self.search(
            ["|", ("date_sent", "<", now - KEPT), ("date_until", "<=", now)]
        ).unlink()
