# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Revisits are handed out on their day, some a day, and noted where nobody came."""

from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..tools import clock as clock_tools
from ..tools import deadline as deadline_tools
from ..tools.spoken import get_spoken

MODEL = "sales.process.revisit"


class RevisitRun:
    """One run of the scheduled action over served customers.

    Whoever is away is not asked: revisits wait, or go to the deputy where the team says
    so. What has waited is handed out some a day, so that nobody comes home to forty.
    """

    def __init__(self, env):
        self.env = env
        self.now = env.cr.now()

    def run(self, work_in_batches):
        """Settle what has changed, hand out, and note what was missed.

        :param work_in_batches: as ``sales.process.release._work_in_batches``
        :return: bool, False if the time of the scheduled action is up
        """
        self.tidy()
        if not work_in_batches(self.select, self.hand_out):
            return False
        self.mark()
        return True

    # ------------------------------------------------------------
    # WHAT HAS CHANGED
    # ------------------------------------------------------------

    def tidy(self):
        """Drop what is not needed, and take back activities that are not either."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT revisit.id
                  FROM sales_process_revisit AS revisit
                  JOIN sales_process_ownership AS ownership
                    ON ownership.id = revisit.ownership_id
                  JOIN crm_team AS team ON team.id = ownership.team_id
                 WHERE revisit.state = 'due'
                   AND NOT (ownership.state = 'open' AND ownership.phase = 'served'
                            AND NOT COALESCE(ownership.is_frozen, FALSE)
                            AND ownership.date_revisit IS NOT NULL
                            AND team.process_mode != 'off')
                """
            )
        )
        Revisit = self.env[MODEL]
        Revisit.browse(row[0] for row in rows).write({"state": "dropped"})
        over = Revisit.search([("state", "!=", "due"), ("activity_id", "!=", False)])
        activities = over.activity_id
        over.write({"activity_id": False})
        activities.filtered("active").unlink()
        self._give_back()

    def _give_back(self):
        """An owner who is back visits the own customers."""
        lent = (
            self.env[MODEL]
            .search([("state", "=", "due")])
            .filtered(lambda row: row.user_id != row.ownership_id.user_id)
        )
        if not lent:
            return
        away = lent.ownership_id.user_id._get_absences(self.now, self.now)
        for revisit in lent:
            owner = revisit.ownership_id.user_id
            if owner not in away:
                revisit.user_id = owner
                revisit.activity_id.user_id = owner

    # ------------------------------------------------------------
    # HANDING OUT
    # ------------------------------------------------------------

    def select(self, limit, after=0, without=(), ids=None):
        """Served customers whose day of revisit has come, locked."""
        condition = SQL(
            """
            ownership.state = 'open' AND ownership.phase = 'served'
            AND ownership.date_revisit <= %s
            AND NOT COALESCE(ownership.is_frozen, FALSE)
            AND NOT EXISTS (
                SELECT FROM sales_process_revisit AS revisit
                 WHERE revisit.ownership_id = ownership.id AND revisit.state = 'due')
            AND team.process_mode != 'off'
            AND ownership.id > %s
            """,
            # the day has come somewhere; whose day it is, is asked below
            fields.Date.add(self.now.date(), days=1),
            0 if ids else after,
        )
        Release = self.env["sales.process.release"]
        order = SQL("ownership.id")
        return Release._lock_selected(condition, order, limit, without, ids)

    def hand_out(self, customers):
        """Make the revisits that are due, within what somebody is given a day.

        :param customers: sales.process.ownership whose rows are locked
        """
        due = customers.filtered(
            lambda row: (
                row.user_id.active
                and row.date_revisit <= row.team_id._get_process_today(row.user_id)
            )
        ).sorted(lambda row: (row.date_revisit, row.id))
        visitors = self._find_visitors(due)
        taken = self._count_taken(visitors)
        contacts = self.env[MODEL]._get_contacts(due)
        values_list, lent = [], defaultdict(due.browse)
        for row in due:
            user = visitors.get(row)
            if not user:
                continue
            team = row.team_id
            today = team._get_process_today(user)
            if team.process_revisit_daily <= taken[user, today] and (
                team.process_revisit_daily
            ):
                continue
            taken[user, today] += 1
            if user != row.user_id:
                lent[row.user_id] |= row
            values_list.append(
                {
                    "name": row.name,
                    "ownership_id": row.id,
                    "user_id": user.id,
                    "team_id": team.id,
                    "company_id": row.company_id.id,
                    "date_due": row.date_revisit,
                    "date_contact": contacts.get(row),
                    "date_open": today,
                    "date_limit": fields.Date.add(
                        today, days=team.process_revisit_window
                    ),
                }
            )
        self._lend(lent, visitors)
        self._plan_activities(self.env[MODEL].create(values_list))

    def _find_visitors(self, customers):
        """Who visits each customer today; nobody where the owner is away.

        :return: ``{sales.process.ownership: res.users}``
        """
        owners = customers.user_id
        away = owners._get_absences(self.now, self.now)
        deputies = self._find_deputies(owners.filtered(lambda user: user in away))
        found = {}
        for row in customers:
            if row.user_id not in away:
                found[row] = row.user_id
            elif row.team_id.process_revisit_deputy:
                deputy = deputies.get(row.user_id)
                if deputy and row.company_id in deputy.company_ids:
                    found[row] = deputy
        return found

    def _find_absences(self, users):
        return self.env["sales.process.absence"].search(
            [
                ("user_id", "in", users.ids),
                ("state", "=", "confirmed"),
                ("deputy_id", "!=", False),
                ("date_start", "<=", self.now),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", self.now),
            ]
        )

    def _find_deputies(self, users):
        """Who stands in for people who are away, and is there.

        :return: ``{res.users: res.users}``
        """
        if not users:
            return {}
        named = {row.user_id: row.deputy_id for row in self._find_absences(users)}
        deputies = users.union(*named.values())
        away = deputies._get_absences(self.now, self.now)
        return {
            user: deputy
            for user, deputy in named.items()
            if deputy.active and deputy not in away
        }

    def _count_taken(self, visitors):
        """How many revisits people were given on their days.

        :return: ``{(res.users, date): number}``
        """
        users = self.env["res.users"].union(*visitors.values())
        groups = self.env[MODEL]._read_group(
            [
                ("user_id", "in", users.ids),
                ("date_open", ">=", fields.Date.subtract(self.now.date(), days=1)),
            ],
            ["user_id", "date_open:day"],
            ["__count"],
        )
        taken = defaultdict(int)
        for user, day, count in groups:
            taken[user, fields.Date.to_date(day)] = count
        return taken

    def _lend(self, lent, visitors):
        """The deputy works the customers until the owner is back.

        :param dict lent: customers by their owners
        :param dict visitors: see :meth:`_find_visitors`
        """
        if not lent:
            return
        absences = self._find_absences(self.env["res.users"].union(*lent))
        for absence in absences:
            rows = lent.pop(absence.user_id, None)
            if rows:
                deputy = visitors[rows[0]]
                new = rows.filtered(
                    lambda row, user=deputy: user not in row.collaborator_ids
                )
                new._set_deputy(deputy)
                absence.helped_ids |= new

    def _plan_activities(self, revisits):
        """A visit on the newest lead of each customer, without an e-mail for each."""
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("ownership_id", "in", revisits.ownership_id.ids)], order="id")
            .grouped("ownership_id")
        )
        planned = revisits.filtered(lambda row: row.ownership_id in leads)
        model_id = self.env["ir.model"]._get_id("crm.lead")
        visit = self.env.ref("sales_process_mgmt.mail_activity_type_visit")
        summaries = {
            user: self.env(
                context={**self.env.context, "lang": get_spoken(self.env, user.lang)}
            )._("Periodic revisit")
            for user in planned.user_id
        }
        activities = (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True, mail_create_nosubscribe=True)
            .create(
                [
                    {
                        "res_model_id": model_id,
                        "res_id": leads[row.ownership_id][-1:].id,
                        "activity_type_id": visit.id,
                        "user_id": row.user_id.id,
                        "summary": summaries[row.user_id],
                        "date_deadline": row.date_open,
                    }
                    for row in planned
                ]
            )
        )
        for revisit, activity in zip(planned, activities, strict=True):
            revisit.activity_id = activity

    # ------------------------------------------------------------
    # WHAT WAS MISSED
    # ------------------------------------------------------------

    def mark(self):
        """Note whose window has passed; days of absence are added to it.

        An absence that is entered later takes the note back.
        """
        rows = self.env[MODEL].search(
            [
                ("state", "=", "due"),
                ("date_limit", "<", fields.Date.add(self.now.date(), days=1)),
            ]
        )
        if not rows:
            return
        first = min(rows.mapped("date_open"))
        start = fields.Datetime.to_datetime(first) - timedelta(days=1)
        absences = rows.user_id._get_absences(start, self.now)
        missed = rows.filtered(lambda row: self._is_missed(row, absences))
        new = missed.filtered(lambda row: not row.is_missed)
        new.write({"is_missed": True, "date_missed": self.now})
        excused = (rows - missed).filtered("is_missed")
        excused.write({"is_missed": False, "date_missed": False})

    def _is_missed(self, revisit, absences):
        zone = revisit.team_id._get_process_timezone(revisit.user_id)
        today = deadline_tools.local_date(self.now, zone)
        away = set()
        for start, end in absences.get(revisit.user_id, ()):
            away |= clock_tools.touched_days(start, min(end, self.now), zone)
        days = len([day for day in away if revisit.date_open <= day <= today])
        return today > fields.Date.add(revisit.date_limit, days=days)
