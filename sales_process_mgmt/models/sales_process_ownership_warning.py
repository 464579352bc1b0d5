# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Warnings before deadlines."""

import logging
from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo.tools import SQL, format_datetime

from ..exceptions import RETRY_ERRORS, repeat_lost_races
from ..tools import deadline as deadline_tools
from ..tools.spoken import get_spoken
from .sales_process_revisit_run import RevisitRun

_logger = logging.getLogger(__name__)

# So many customers are named in a message, the rest is counted.
NAMED_CUSTOMERS = 100
# The last day of a deadline, longer by an hour where the clocks change
ONE_DAY_AND_MORE = timedelta(hours=26)


class OwnershipWarnings:
    """Warn before deadlines: one run of the scheduled action, with the revisits.

    Each person gets one message at the end, with the list.
    """

    def __init__(self, env):
        self.env = env

    def run(self):
        """Work in batches like the release; stop when the time is up."""
        Release = self.env["sales.process.release"]
        work_in_batches = Release._work_in_batches
        if not work_in_batches(self.select, self.give):
            return
        if not RevisitRun(self.env).run(work_in_batches):
            return
        if not repeat_lost_races(self.env, self.tell):
            _logger.info("People are told of warnings by the next run")
        self.env["ir.cron"]._commit_progress(remaining=0)

    def select(self, limit, after=0, without=(), ids=None):
        """Customers whose first or second warning is to be given now, locked."""
        now = self.env.cr.now()
        longest = self.env.execute_query(
            SQL(
                """
                SELECT MAX(GREATEST(
                           process_followup_reminder_first_days,
                           process_followup_reminder_second_days))
                  FROM crm_team
                 WHERE process_mode = 'enforce'
                """
            )
        )[0][0]
        if not longest:
            return self.env["sales.process.ownership"].browse()
        # wide enough for every zone: the days are those of the owner, see
        # _get_warning_level; what is not to be warned of yet is passed by
        condition = SQL(
            """
            ownership.state = 'open'
            AND ownership.date_deadline >= %(now)s
            AND ownership.date_deadline < %(latest)s
            AND NOT COALESCE(ownership.has_owner_left, FALSE)
            AND team.process_mode = 'enforce'
            AND (COALESCE(ownership.warning_level, 0) < 1
                 AND team.process_followup_reminder_first_days > 0
                 AND ownership.date_deadline < %(soon)s
                     + team.process_followup_reminder_first_days * INTERVAL '1 day'
                 OR COALESCE(ownership.warning_level, 0) < 2
                 AND team.process_followup_reminder_second_days > 0
                 AND ownership.date_deadline < %(soon)s
                     + team.process_followup_reminder_second_days * INTERVAL '1 day')
            AND ownership.id > %(after)s
            """,
            now=now,
            soon=now + ONE_DAY_AND_MORE,
            latest=now + ONE_DAY_AND_MORE + timedelta(days=longest),
            after=0 if ids else after,
        )
        Release = self.env["sales.process.release"]
        order = SQL("ownership.id")
        return Release._lock_selected(condition, order, limit, without, ids)

    def give(self, customers):
        """Plan one activity for each customer and person, where a day has come."""
        leads = customers._get_open_leads().grouped("ownership_id")
        leaders = self._get_present_leaders(customers)
        zones = {}
        plans, by_values = [], defaultdict(customers.browse)
        for ownership in customers:
            owner, team = ownership.user_id, ownership.team_id
            level = team._get_warning_level(ownership.date_deadline, owner)
            if level <= ownership.warning_level:
                continue
            # the activity of the first warning still stands
            users = owner if not ownership.warning_level else owner.browse()
            if level == 2:
                users |= leaders[team]
            if (team, owner) not in zones:
                zones[team, owner] = team._get_process_timezone(owner)
            day = deadline_tools.local_date(ownership.date_deadline, zones[team, owner])
            lead = leads.get(ownership)
            if lead:
                plans += [(lead[0], user, day) for user in users]
            by_values[level, ownership.date_deadline] |= ownership
        self._plan_activities(
            self.env.ref("sales_process_mgmt.mail_activity_type_warning"), plans
        )
        for (level, deadline), rows in by_values.items():
            rows.write(
                {
                    "warning_level": level,
                    "date_warned": deadline,
                    "is_warning_untold": True,
                }
            )

    def tell(self):
        """Send each person one message with the customers to contact in time.

        Customers that somebody works on at this moment are told of by the next run.
        """
        self.env["sales.process.ownership"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM sales_process_ownership
                 WHERE is_warning_untold
              ORDER BY date_deadline, id
                   FOR NO KEY UPDATE SKIP LOCKED
                """
            )
        )
        rows = self.env["sales.process.ownership"].browse(row[0] for row in found)
        rows.invalidate_recordset()
        rows.write({"is_warning_untold": False})
        leaders = self._get_present_leaders(rows)
        by_user = defaultdict(self.env["sales.process.ownership"].browse)
        for row in rows.filtered(lambda row: row.state == "open"):
            users = row.user_id
            if row.warning_level == 2:
                users |= leaders[row.team_id]
            for user in users.filtered("active"):
                by_user[user] |= row
        for user, own in by_user.items():
            try:
                with self.env.cr.savepoint():
                    self._tell_one(
                        own.with_context(lang=get_spoken(self.env, user.lang)), user
                    )
            except RETRY_ERRORS:
                raise
            except Exception:
                # the activities stand, whoever cannot be told
                _logger.exception("User %s was not told of warnings", user.id)

    def _get_present_leaders(self, customers):
        """The leaders of these customers' teams who are not absent.

        :return: ``{crm.team: res.users}``
        """
        now = self.env.cr.now()
        led = {team: team._get_leaders() for team in customers.team_id}
        leaders = customers.team_id._get_leaders()
        absences = leaders._get_absences(now, now)
        present = leaders.filtered(lambda user: user not in absences)
        return {team: leader & present for team, leader in led.items()}

    def _plan_activities(self, activity_type, plans):
        """Plan activities in one batch, without an e-mail for each.

        :param list plans: of ``(crm.lead, res.users, date)``
        """
        model_id = self.env["ir.model"]._get_id("crm.lead")
        summaries = {
            user: activity_type.with_context(
                lang=get_spoken(self.env, user.lang)
            ).summary
            for _lead, user, _day in plans
        }
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, mail_create_nosubscribe=True
        ).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": lead.id,
                    "activity_type_id": activity_type.id,
                    "user_id": user.id,
                    "summary": summaries[user],
                    "date_deadline": day,
                }
                for lead, user, day in plans
            ]
        )

    def _tell_one(self, customers, user):
        """One message, in the language of the customers' environment."""
        env, rows = customers.env, list(customers)
        items = Markup().join(
            Markup("<li>%s %s</li>")
            % (
                row._get_html_link(row.name or env._("Customer")),
                self._get_deadline(row, user),
            )
            for row in rows[:NAMED_CUSTOMERS]
        )
        if len(rows) > NAMED_CUSTOMERS:
            items += Markup("<li>%s</li>") % env._(
                "and %(count)s more", count=len(rows) - NAMED_CUSTOMERS
            )
        subject = env._("Customers to contact in time: %s", len(rows))
        body = Markup("<p>%s</p><ul>%s</ul>") % (subject, items)
        env["sales.process.notice"]._tell(
            user,
            lambda _env: (subject, body),
            why="customer" if user in customers.user_id else "leader",
            # who has a day left is told today; the others see it on their list
            until=None
            if any(row.user_id == user and row.warning_level == 2 for row in rows)
            else min(row.date_deadline for row in rows),
        )

    def _get_deadline(self, customer, user):
        """The deadline as ``user`` reads it, with the owner where that is another.

        :return: str
        """
        env = customer.env
        deadline = format_datetime(
            env,
            customer.date_deadline,
            tz=customer.team_id._get_process_timezone(user).zone,
            dt_format="short",
        )
        if customer.user_id == user:
            return deadline
        return env._(
            "%(deadline)s (%(owner)s)", deadline=deadline, owner=customer.user_id.name
        )
