# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The scheduled action of work reports: what is owed appears, what is over is judged.

``ReportRun`` makes, judges, reminds and closes; ``ReportJudge`` tells who owes what.
"""

import contextlib
import logging
from collections import defaultdict
from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.exceptions import RETRY_ERRORS
from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

from .sales_process_work_report_ask import ReportQuestions
from .sales_process_work_report_judge import MAX_SPAN, ReportJudge
from .sales_process_work_report_period import get_period_name

_logger = logging.getLogger(__name__)

BATCH_SIZE = 5000
REMINDER_BATCH_SIZE = 200
MAX_RETRIES = 5
ONE_SECOND = timedelta(seconds=1)

FETCHED = [
    "bound_from",
    "bound_to",
    "company_id",
    "date_due",
    "date_from",
    "date_to",
    "kind",
    "reviewer_id",
    "state",
    "team_id",
    "tz",
    "user_id",
]
COLUMN_TYPES = {
    "user_id": "int",
    "team_id": "int",
    "company_id": "int",
    "reviewer_id": "int",
    "kind": "varchar",
    "period": "varchar",
    "date_from": "date",
    "date_to": "date",
    "tz": "varchar",
    "bound_from": "timestamp",
    "bound_to": "timestamp",
    "date_due": "timestamp",
    "state": "varchar",
}


class ReportRun:
    """One run: reports appear, become missing and get their final numbers.

    Lock order: reports by identifier; teams at the end, without waiting.

    :param env: the environment of the scheduled action
    """

    def __init__(self, env):
        self.env = env
        self.reports = env["sales.process.work.report"]
        self._judge = None

    def _get_judge(self, after):
        """Who owes what, read once for all batches of a step.

        :param int after: the position of the batch, 0 for the first
        :return: ReportJudge
        """
        if not after or self._judge is None:
            self._judge = ReportJudge(self.env, self.reports._get_now())
        return self._judge

    def run(self):
        """Make, judge, remind and close, each in batches that are committed.

        A step that fails never stops the others.
        """
        for step in (self.make_owed, self.judge_open, self.remind, self.close):
            if not self._run_step(step):
                return
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _run_step(self, step):
        """Repeat one step, a commit a batch, until nothing is left to do.

        :param step: method of this run, of the position to go on at; returns how many
            and the next position, 0 at the end
        :return: bool, False where the time of the scheduled action is over
        """
        after, tries = 0, 0
        while tries < MAX_RETRIES:
            try:
                count, after = step(after)
                self.env.flush_all()
            except RETRY_ERRORS:
                # Somebody submitted or made a report at the same instant.
                self.env.cr.rollback()
                self._judge = None
                tries += 1
                continue
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Work reports: %s fails", step.__name__)
                return True
            seconds = self.env["ir.cron"]._commit_progress(
                count, remaining=1 if after else 0
            )
            if not after:
                return True
            if not seconds:
                return False
        return True

    # ------------------------------------------------------------
    # MAKE WHAT IS OWED
    # ------------------------------------------------------------

    def make_owed(self, after=0):
        """Make the reports that are owed and do not exist yet.

        A period is owed if its deadline was still ahead at the last run, so that
        nothing is missed however long the server was down, and nothing is made for a
        time that has been judged already.

        :return: ``(how many, position to go on at or 0)``
        """
        judge = self._get_judge(after)
        rows = self._get_owed_rows(judge)
        # what failed in this run stands in front of what is still to be made
        skipped = max(after - 1, 0)
        part = rows[skipped : skipped + BATCH_SIZE]
        failed = rows[:skipped] + work_on_each(
            self.env,
            part,
            self._make_reports,
            lambda row, error: None,
        )
        if len(rows) > skipped + len(part):
            return len(part), len(failed) + 1
        # a team in which one fails is looked at again by the next run
        unfinished = judge.failed_teams | {row["team_id"] for row in failed}
        self._mark_checked(
            judge.teams.filtered(lambda team: team.id not in unfinished), judge.now
        )
        return len(part), 0

    def _make_reports(self, rows):
        reports = self._insert_rows(rows)
        ReportQuestions(reports).ask_current()
        reports.filtered(lambda report: report.state == "draft")._refresh_values()

    def _get_owed_rows(self, judge):
        """The reports that are owed and do not exist yet, as rows to insert."""
        candidates = []
        for key in judge.duties:
            try:
                candidates += self._get_candidates(judge, key)
            except Exception as error:
                self._mark_unjudged(judge, key, error)
        known, ends = self._get_known(candidates)
        rows = []
        for key, zone, period in candidates:
            if (*key, period["date_from"]) in known:
                continue
            try:
                row = self._prepare_owed_row(judge, key, zone, period)
            except Exception as error:
                self._mark_unjudged(judge, key, error)
                continue
            if not row:
                continue
            # where the zone changed, the day before ends where this one begins
            bound_from = ends.get(
                (*key, deadline_tools.add_days(period["date_from"], -1)),
                period["bound_from"],
            )
            rows.append({**row, "bound_from": min(bound_from, period["bound_to"])})
            ends[(*key, period["date_to"])] = period["bound_to"]
        return rows

    def _mark_unjudged(self, judge, key, error):
        """One person that cannot be judged never stops the others."""
        team = judge.duties[key][0]
        _logger.error(
            "Work reports of user %s, team %s fail", key[0], team.id, exc_info=error
        )
        judge.failed_teams.add(team.id)

    def _get_candidates(self, judge, key):
        """The periods of one duty that were still ahead at the last run.

        :return: list of ``(key, zone, period)``
        """
        team, user, _begun, since = judge.duties[key]
        since = max(since, judge.now - MAX_SPAN)
        zone = judge.get_zone(team, user)
        day = deadline_tools.local_date(since, zone)
        today = deadline_tools.local_date(judge.now, zone)
        candidates = []
        while day <= today:
            period = judge.get_period(key[2], day, team, zone.zone)
            if period["date_due"] > since:
                candidates.append((key, zone, period))
            day = deadline_tools.add_days(period["date_to"], 1)
        return candidates

    def _prepare_owed_row(self, judge, key, zone, period):
        """The report that is owed for a period, as a row to insert.

        :return: dict, None where nothing is owed
        """
        team, user, begun, _since = judge.duties[key]
        days = judge.get_owed_days(team, begun, period, zone)
        if not days:
            return None
        is_absent = judge.is_absent(team, user, days, zone)
        return {
            **period,
            "user_id": user.id,
            "team_id": team.id,
            "company_id": key[1],
            "reviewer_id": team._get_reviewer(user).id or None,
            "kind": key[2],
            "period": get_period_name(key[2], period["date_from"]),
            "tz": zone.zone,
            "state": "excused" if is_absent else "draft",
        }

    def _get_known(self, candidates):
        """What exists of these people's reports, and where each of them ends.

        :return: set of ``(user id, company id, kind, first date)`` and dict
            ``{(user id, company id, kind, last date): end of the bounds}``
        """
        if not candidates:
            return set(), {}
        earliest = min(row[-1]["date_from"] for row in candidates)
        self.reports.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT user_id, company_id, kind, date_from, date_to, bound_to
                  FROM sales_process_work_report
                 WHERE date_to >= %s AND kind != 'urgent' AND user_id = ANY(%s)
                """,
                deadline_tools.add_days(earliest, -1),
                list({row[0][0] for row in candidates}),
            )
        )
        return (
            {row[:4] for row in rows},
            {(*row[:3], row[4]): row[5] for row in rows},
        )

    def _insert_rows(self, rows):
        """Insert reports in one statement; those made meanwhile stay as they are.

        :return: the new reports
        """
        if not rows:
            return self.reports.browse()
        ids = self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_process_work_report (
                    %(columns)s,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(columns)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM unnest(%(arrays)s) AS row(%(columns)s)
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                columns=SQL(", ").join(SQL.identifier(name) for name in COLUMN_TYPES),
                arrays=SQL(", ").join(
                    SQL("%s::" + kind + "[]", [row[name] for row in rows])
                    for name, kind in COLUMN_TYPES.items()
                ),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        reports = self.reports.browse(row[0] for row in ids)
        reports.fetch(FETCHED)
        self._trigger_at(rows)
        return reports

    def _trigger_at(self, rows):
        """Wake the scheduled action when something of these reports is to be done."""
        now = self.reports._get_now()
        teams = {
            team.id: team.process_report_reminder_hours
            for team in self.env["crm.team"].browse({row["team_id"] for row in rows})
        }
        moments = set()
        for row in rows:
            moments.add(row["date_due"] + ONE_SECOND)
            moments.add(row["bound_to"])
            moments.add(
                row["date_due"] - timedelta(hours=teams.get(row["team_id"]) or 0)
            )
        moments = sorted(moment for moment in moments if moment > now)
        if moments:
            self.reports._trigger_cron(moments)

    def _mark_checked(self, teams, now):
        """Remember until when everything has been made.

        A team that somebody changes at the same instant is not waited for: it stays
        as it was, and the next run looks at it again and makes nothing twice.
        """
        self.env.flush_all()
        with (
            contextlib.suppress(*RETRY_ERRORS),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_team
                       SET process_report_checked = %s
                     WHERE id IN (SELECT id
                                    FROM crm_team
                                   WHERE id = ANY(%s)
                                ORDER BY id
                                     FOR NO KEY UPDATE SKIP LOCKED)
                    """,
                    now,
                    teams.ids,
                ),
                log_exceptions=False,
            )
        teams.invalidate_recordset(["process_report_checked"], flush=False)

    # ------------------------------------------------------------
    # WHAT BECAME OF THEM
    # ------------------------------------------------------------

    def _lock_where(self, condition, after):
        """Select and lock; what somebody works on right now waits for the next run.

        What has failed waits for the end of its pause.
        """
        self.env.flush_all()
        Failure = self.env["sales.process.failure"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT report.id
                  FROM sales_process_work_report report
             LEFT JOIN crm_team team ON team.id = report.team_id
                 WHERE %s AND report.id > %s
                   AND report.id != ALL(%s)
              ORDER BY report.id
                 LIMIT %s
                   FOR NO KEY UPDATE OF report SKIP LOCKED
                """,
                condition,
                after,
                Failure._get_waiting_ids(self.reports._name),
                BATCH_SIZE,
            )
        )
        reports = self.reports.browse(row[0] for row in rows)
        reports.invalidate_recordset()
        reports.fetch(FETCHED)
        return reports

    def _work_on_each(self, reports, work):
        """Work on reports; what fails waits, and is told to who reviews."""
        self.env["sales.process.failure"]._work_on_each(
            reports, work, lambda report: (report, report.reviewer_id)
        )

    def judge_open(self, after=0):
        """Judge what is not submitted: missing, not due, or due at another moment.

        A deadline that has passed stays. One that is ahead follows the person's team
        and zone, but never into the past.

        :return: ``(how many, position to go on at or 0)``
        """
        now = self.reports._get_now()
        reports = self._lock_where(
            SQL(
                "report.kind != 'urgent' AND (report.state = 'draft'"
                " OR report.state = 'excused' AND report.date_due >= %s)",
                now,
            ),
            after,
        )
        if not reports:
            return 0, 0
        judge = self._get_judge(after)
        self._work_on_each(reports, lambda part: self._update_judged(part, judge))
        more = len(reports) == BATCH_SIZE
        return len(reports), reports[-1].id if more else 0

    def _update_judged(self, reports, judge):
        """Judge reports and write what has changed."""
        changed, moved = [], reports.browse()
        for report in reports:
            judged = report._judge(judge)
            if judged != judge.get_judged(report):
                changed.append({**judged, "id": report.id})
                if judged["team_id"] != report.team_id.id:
                    moved |= report
        if changed:
            self._update_rows(changed)
        if moved:
            ReportQuestions(moved).follow_team()
        missing = [row["id"] for row in changed if row.get("state") == "missing"]
        if missing:
            self.reports.env["sales.process.notice"]._announce(
                "report_missing", self.reports.browse(missing)
            )

    def _update_rows(self, rows):
        """Write what was judged in one statement."""
        names = [name for name in rows[0] if name != "id"]
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_process_work_report report
                   SET %(sets)s, write_uid = %(uid)s, write_date = %(now)s
                  FROM unnest(%(ids)s::int[], %(arrays)s) AS row(id, %(columns)s)
                 WHERE report.id = row.id
             RETURNING report.id
                """,
                sets=SQL(", ").join(
                    SQL("%s = row.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in names
                ),
                columns=SQL(", ").join(SQL.identifier(name) for name in names),
                ids=[row["id"] for row in rows],
                arrays=SQL(", ").join(
                    SQL("%s::" + COLUMN_TYPES[name] + "[]", [row[name] for row in rows])
                    for name in names
                ),
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.reports.browse(row["id"] for row in rows).invalidate_recordset()
        excused = [row["id"] for row in rows if row["state"] == "excused"]
        self.reports.browse(excused)._close_activities()
        self._trigger_at(rows)

    def remind(self, after=0):
        """Remind people before the deadline, once, in one message each.

        :return: ``(how many, position to go on at or 0)``
        """
        now = self.reports._get_now()
        reports = self._lock_where(
            SQL(
                """
                report.state = 'draft' AND report.kind != 'urgent'
                AND report.date_reminded IS NULL
                AND report.date_due >= %(now)s
                AND team.process_report_reminder_hours > 0
                AND report.date_due
                    - team.process_report_reminder_hours * INTERVAL '1 hour'
                    <= %(now)s
                """,
                now=now,
            ),
            0,
        )
        people = defaultdict(self.reports.browse)
        for report in reports:
            people[report.user_id] |= report
        part = self.reports.browse().union(*list(people.values())[:REMINDER_BATCH_SIZE])
        self._work_on_each(part, lambda rows: rows._remind())
        return len(part), int(len(people) > REMINDER_BATCH_SIZE)

    def close(self, after=0):
        """Take the final numbers of periods that are over.

        :return: ``(how many, position to go on at or 0)``
        """
        reports = self._lock_where(
            SQL(
                "report.date_final IS NULL AND report.kind != 'urgent'"
                " AND report.bound_to <= %s AND report.state != 'excused'",
                self.reports._get_now(),
            ),
            after,
        )
        self._work_on_each(reports, lambda rows: rows._refresh_values(is_final=True))
        more = len(reports) == BATCH_SIZE
        return len(reports), reports[-1].id if more else 0
