# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, format_datetime

from ..exceptions import RETRY_ERRORS
from .sales_process_release_run import RELEASED

_logger = logging.getLogger(__name__)

# So many customers are named in a message, the rest is counted.
NAMED_CUSTOMERS = 100


class SalesProcessReleaseRun(models.Model):
    """One message for each person and run, with the list, in the person's language."""

    _inherit = "sales.process.release.run"

    @api.model
    def _process_untold(self):
        """Tell people what the runs did that have come to their end."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM sales_process_release_run
                 WHERE is_told IS NOT TRUE
              ORDER BY id
                   FOR UPDATE SKIP LOCKED
                """
            )
        )
        self.browse(row[0] for row in rows)._tell()

    def _tell(self):
        """Send one message to each person these runs concern."""
        # sudo: runs are written by the system only
        self.sudo().write({"is_told": True})
        sections_by_user = defaultdict(list)
        for (user, kind, run), lines in self.sudo()._group_lines().items():
            if user.active:
                sections_by_user[user].append((kind, run, lines))
        for user, sections in sections_by_user.items():
            try:
                with self.env.cr.savepoint():
                    self.with_context(lang=user.lang)._tell_user(user, sections)
            except RETRY_ERRORS:
                raise
            except Exception:
                # what was released stays released, whoever cannot be told
                _logger.exception("User %s was not told of a release", user.id)

    def _group_lines(self):
        """Who is told what: what one received, what one lost, what the leader decides.

        :return: ``{(res.users, kind, run): lines}``; the run matters to leaders only
        """
        Line = self.env["sales.process.release.line"]
        groups = defaultdict(Line.browse)
        for run in self.filtered(lambda row: row.mode != "observe"):
            leader = run.team_id.user_id
            for line in run.line_ids:
                if line.outcome in ("handed_over", "assigned"):
                    groups[line.new_user_id, "received", self.browse()] |= line
                if line.outcome in RELEASED and line.user_id:
                    groups[line.user_id, "lost", self.browse()] |= line
                if leader and line.outcome in ("held", "waiting", "failed", "observed"):
                    groups[leader, line.outcome, run] |= line
        return groups

    def _tell_user(self, user, sections):
        body = Markup()
        subjects = []
        for kind, run, lines in sections:
            lines = lines.with_env(self.env)
            subject, hint = self._get_section_texts(kind, run, len(lines))
            subjects.append(subject)
            items = Markup().join(
                Markup("<li>%s%s</li>") % line._get_message_item(kind)
                for line in lines[:NAMED_CUSTOMERS]
            )
            if len(lines) > NAMED_CUSTOMERS:
                items += Markup("<li>%s</li>") % self.env._(
                    "and %(count)s more", count=len(lines) - NAMED_CUSTOMERS
                )
            body += Markup("<p>%s</p><ul>%s</ul>") % (subject, items)
            if hint:
                body += Markup("<p>%s</p>") % hint
        # sudo: sent by the system on behalf of the team
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject="; ".join(subjects),
            body=body,
        )

    def _get_section_texts(self, kind, run, count):
        """The heading of a list of customers, and what to do about it.

        :return: ``(str, str or Markup or False)``
        """
        team = run.team_id
        stays = self.env._("Won and lost leads stay with who closed them.")
        link = run._get_html_link(self.env._("Open the release")) if run else False
        texts = {
            "received": (self.env._("Customers handed to you: %s", count), stays),
            "lost": (self.env._("Your customers that were released: %s", count), stays),
            "held": (
                self.env._(
                    "Due above the release ceiling of %(team)s, they go out on the "
                    "next nights unless you decide sooner: %(count)s",
                    team=team.name,
                    count=count,
                ),
                link,
            ),
            "waiting": (
                self.env._(
                    "Nobody on duty in %(team)s, customers that wait for the next "
                    "shift: %(count)s",
                    team=team.name,
                    count=count,
                ),
                link,
            ),
            "failed": (
                self.env._(
                    "Customers of %(team)s that could not be released: %(count)s",
                    team=team.name,
                    count=count,
                ),
                link,
            ),
        }
        if kind in texts:
            return texts[kind]
        zone = team._get_process_timezone(team.user_id)
        return (
            self.env._(
                "Customers of %(team)s that will be released from %(moment)s: "
                "%(count)s",
                team=team.name,
                moment=format_datetime(
                    self.env, team.date_release_from, tz=zone.zone, dt_format="short"
                )
                if team.date_release_from
                else self.env._("now"),
                count=count,
            ),
            link,
        )
