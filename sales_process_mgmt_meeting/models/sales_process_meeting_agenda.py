# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The agenda of a meeting, written from what waits and from what happened."""

from collections import Counter
from datetime import timedelta

# What waits or happened is presented up to so many of a section.
MOST = 200
# The first meeting looks back so far.
LOOK_BACK = timedelta(days=7)
SECTIONS = ("decision", "item", "fact", "figure")
COPIED = ("name", "kind", "user_id", "date", "date_due", "res_model", "res_id", "value")


class MeetingAgenda:
    """Writes and freezes agendas; what a record of evidence says later is no matter.

    :param env: environment of whoever conducts the meeting
    """

    def __init__(self, env):
        # sudo: the agenda is the same, whoever begins the meeting
        self.env = env(su=True)
        self.lines = self.env["sales.process.meeting.line"]

    def write_down(self, meetings):
        """Write the agendas as of now; points and notes that people wrote stay.

        :param meetings: sales.process.meeting in sudo
        """
        now = self.env.cr.now().replace(microsecond=0)
        for meeting in meetings.with_env(self.env):
            since = self._find_since(meeting)
            rows = [
                *self._find_decisions(meeting),
                *self._find_items(meeting),
                *self._find_facts(meeting, since, now),
                *self._find_figures(meeting, since, now),
            ]
            self._replace(meeting, rows)
            counts = Counter(
                (row["section"], row["kind"])
                for row in rows
                if row["section"] in ("decision", "item", "fact")
            )
            meeting.write(
                {
                    "date_since": since,
                    "date_agenda": now,
                    "agenda_counts": [
                        [section, kind, count]
                        for (section, kind), count in sorted(
                            counts.items(),
                            key=lambda item: (SECTIONS.index(item[0][0]), item[0]),
                        )
                    ],
                }
            )

    def _find_since(self, meeting):
        """When the last meeting that was held began.

        :return: naive UTC datetime
        """
        last = meeting.search(
            [
                ("team_id", "=", meeting.team_id.id),
                ("state", "in", ("running", "held", "closed")),
                ("id", "!=", meeting.id),
                ("date_started", "!=", False),
            ],
            order="date_started desc",
            limit=1,
        )
        return last.date_started or meeting.date_start - LOOK_BACK

    def _find_decisions(self, meeting):
        """What was decided before and is not done."""
        return [
            {
                "section": "decision",
                "kind": "decision_open",
                "name": decision.name,
                "user_id": decision.user_id.id,
                "date": decision.date_decided,
                "date_due": decision.date_due_end,
                "res_model": decision._name,
                "res_id": decision.id,
                "value": 0,
                # it was decided before all of them
                "is_shared": True,
            }
            for decision in meeting.open_decision_ids.sorted(
                lambda row: (row.date_due, row.id)
            )[:MOST]
        ]

    def _find_items(self, meeting):
        """What waits for a decision of the leader."""
        items = self.env["sales.process.agenda.item"].search(
            [
                ("team_id", "=", meeting.team_id.id),
                # decisions stand in a section of their own
                ("kind", "!=", "decision_overdue"),
            ],
            limit=MOST,
        )
        return [
            {**self._copy("item", item), "date": item.date_since}
            | {"date_due": item.date_due}
            for item in items
            if self._is_presented(item)
        ]

    def _find_facts(self, meeting, since, now):
        """What happened since the last meeting."""
        facts = self.env["sales.process.fact"].search(
            [
                ("team_id", "=", meeting.team_id.id),
                ("moment", ">", since),
                ("moment", "<=", now),
            ],
            limit=MOST,
            order="kind, moment, id",
        )
        return [
            {**self._copy("fact", fact), "date": fact.moment, "date_due": False}
            for fact in facts
            if self._is_presented(fact)
        ]

    def _find_figures(self, meeting, since, now):
        """The numbers of the team since the last meeting, of nobody by name."""
        company = meeting.company_id or self.env.company
        metrics = self.env["sales.process.metric"]._get_for("weekly", company)
        users = meeting.team_id._get_roster_users()
        values = metrics._evaluate_buckets(
            [(meeting.id, user.id, since, now) for user in users], company
        )
        return [
            {
                "section": "figure",
                "kind": metric.code,
                "name": metric.name,
                "user_id": False,
                "date": now,
                "date_due": False,
                "res_model": False,
                "res_id": False,
                "value": value,
                "is_shared": True,
            }
            for metric in metrics
            for value in [values[metric].get(meeting.id)]
            if value is not None
        ]

    def _is_presented(self, row):
        """What is private to a person is no matter for a meeting.

        :return: bool
        """
        Model = self.env.get(row.res_model)
        return Model is not None and not getattr(Model, "_is_private", False)

    def _copy(self, section, row):
        return {
            "section": section,
            "kind": row.kind,
            "name": row.name,
            "user_id": row.user_id.id,
            "res_model": row.res_model,
            "res_id": row.res_id,
            "value": 0,
            "is_shared": False,
        }

    def _replace(self, meeting, rows):
        """Bring the lines in line; what somebody noted on one stays with it."""
        written = meeting.line_ids.filtered(lambda line: line.section != "point")
        known = {
            (line.section, line.kind, line.res_model, line.res_id): line
            for line in written
        }
        kept, vals_list = self.lines, []
        for number, row in enumerate(rows):
            key = (row["section"], row["kind"], row["res_model"], row["res_id"])
            line = known.get(key)
            if line:
                kept |= line
                line.write({**{name: row[name] for name in COPIED}, "sequence": number})
            else:
                vals_list.append({**row, "meeting_id": meeting.id, "sequence": number})
        (written - kept).unlink()
        self.lines.create(vals_list)
